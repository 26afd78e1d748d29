// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * earlier.c - whether a file is an earlier capture, complete or not, which a new one may
 * replace.
 *
 * It only reads.
 */
#include "capture_private.h"

#include <sys/stat.h>

#include "tools/lib/message.h"
#include "tools/lib/overwrite.h"

/* Whether it begins with the conditions of a capture. Reads it to its end if *complete is
 * to be set: whether all records are in it. */
static bool is_capture(struct pageowner_reader *reader, bool *complete)
{
	const struct pageowner_conditions *conditions;
	const struct pageowner_record *record;
	int ret = pageowner_reader_next(reader, &record);

	while (complete && ret > 0)
		ret = pageowner_reader_next(reader, &record);
	if (pageowner_reader_conditions(reader, &conditions) <= 0)
		return false;
	if (complete)
		*complete = conditions->has & PAGEOWNER_CONDITIONS_HAS_COMPLETE;
	return true;
}

bool capture_is_interrupted(int fd, const char *name)
{
	struct pageowner_reader *reader;
	bool complete, ret;

	if (pageowner_reader_open_fd(fd, name, &reader) < 0)
		return false;
	ret = is_capture(reader, &complete) && !complete;
	pageowner_reader_free(reader);
	return ret;
}

int capture_check_replaced(const char *path)
{
	struct pageowner_reader *reader;
	const char *holds;
	struct stat st;
	bool ok;

	if (!path || stat(path, &st) < 0 || !S_ISREG(st.st_mode) || !st.st_size)
		return 0;
	ok = pageowner_reader_open(path, &reader) == 0;
	if (ok) {
		ok = is_capture(reader, NULL);
		pageowner_reader_free(reader);
	}
	if (ok)
		return 0;
	holds = cli_file_holds(path);
	cli_error("%s: is %s: not replaced, because only captures are (remove it, or name another file)",
		  path, holds ? holds : "a report");
	return -1;
}
