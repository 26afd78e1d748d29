// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * filter_clock.c - the time of a snapshot, from which ages are counted.
 *
 * As recorded by pageowner-capture, the running kernel's clock for its own files, or
 * otherwise the newest record. This is all that filters know of files.
 */
#include "filter_private.h"

#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>

#include <linux/magic.h>

#include <pageowner/conditions.h>
#include <pageowner/reader.h>

static bool is_of_kernel(const char *path)
{
	struct statfs fs;

	return statfs(path, &fs) == 0 &&
		(fs.f_type == DEBUGFS_MAGIC || fs.f_type == PROC_SUPER_MAGIC);
}

static int find_in_records(struct pageowner_reader *reader, uint64_t *clock_ns)
{
	const struct pageowner_conditions *conditions;
	const struct pageowner_record *record;
	bool has_time = false;
	int ret;

	*clock_ns = 0;
	while ((ret = pageowner_reader_next(reader, &record)) > 0) {
		if (!has_time && pageowner_reader_conditions(reader, &conditions) > 0 &&
		    conditions->has & PAGEOWNER_CONDITIONS_HAS_START_CLOCK) {
			*clock_ns = conditions->start_clock_ns;
			return 1;
		}
		if (!(record->has & PAGEOWNER_HAS_TS))
			continue;
		has_time = true;
		if (record->ts_ns > *clock_ns)
			*clock_ns = record->ts_ns;
	}
	return ret < 0 ? ret : has_time ? 2 : -ENODATA;
}

/* Whether the file can be read twice: 0 or an error */
static int check_file(const char *path)
{
	struct stat st;

	if (!strcmp(path, "-"))
		return -ESPIPE;
	if (stat(path, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? -EISDIR : -ESPIPE;
	return 0;
}

static int no_file(struct pageowner_filter *filter, const char *path, int ret)
{
	char reason[128];

	return po_filter_say(filter, ret, "age: %s: %s", path, ret == -ESPIPE ?
			     "cannot be read twice" :
			     strerror_r(-ret, reason, sizeof(reason)));
}

PO_EXPORT int pageowner_filter_find_clock(struct pageowner_filter *filter,
					  const char *path)
{
	struct pageowner_reader *reader;
	struct timespec now;
	uint64_t clock_ns;
	int ret;

	if (!filter)
		return 0;
	po_filter_say(filter, 0, "%s", "");
	if (!(po_filter_fields(filter) & PO_FIELD_BIT(PAGEOWNER_FIELD_AGE)))
		return 0;
	ret = check_file(path);
	if (ret < 0)
		return no_file(filter, path, ret);
	if (is_of_kernel(path)) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		pageowner_filter_set_clock(filter, (uint64_t)now.tv_sec *
			UINT64_C(1000000000) + (uint64_t)now.tv_nsec);
		return 1;
	}
	ret = pageowner_reader_open(path, &reader);
	if (ret < 0)
		return no_file(filter, path, ret);
	ret = find_in_records(reader, &clock_ns);
	if (ret > 0)
		pageowner_filter_set_clock(filter, clock_ns);
	else if (ret == -ENODATA)
		po_filter_say(filter, ret, "age: %s: no record has a time", path);
	else
		po_filter_say(filter, ret, "age: %s", pageowner_reader_error(reader));
	pageowner_reader_free(reader);
	return ret;
}
