// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * overwrite.c - whether a report would replace what was not meant: an input, a dump, a
 * capture, something compressed.
 *
 * It looks at the first bytes of a file, and reads no records.
 */
#include "tools/lib/overwrite.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/lib/message.h"

/* A stack's count follows its frames, of which there are at most some hundred. */
#define LOOK_AT		((size_t)64 << 10)

#define MAGIC(bytes)	{ bytes, sizeof(bytes) - 1 }

static bool is_compressed(const char *text, size_t len)
{
	static const struct {
		const char *bytes;
		size_t len;
	} magics[] = {
		MAGIC("\x1f\x8b"), MAGIC("\xfd" "7zXZ"), MAGIC("\x28\xb5\x2f\xfd"),
		MAGIC("BZh"), MAGIC("\x04\x22\x4d\x18"), MAGIC("PK\x03\x04"),
		MAGIC("\x5d\x00\x00"), MAGIC("7z\xbc\xaf"), MAGIC("\x89LZO"),
	};

	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (len >= magics[i].len && !memcmp(text, magics[i].bytes, magics[i].len))
			return true;
	return false;
}

/* Whether a line of the text has @words; @at_start: at its start only */
static bool has_line(const char *text, const char *words, bool at_start)
{
	for (const char *at = text; (at = strstr(at, words)); at++)
		if (!at_start || at == text || at[-1] == '\n')
			return true;
	return false;
}

/* A report of page_owner_sort begins with a count, and has records after it. */
static bool is_report(const char *text)
{
	const size_t digits = strspn(text, "0123456789");

	return digits && !strncmp(text + digits, " times", 6);
}

static bool is_dump(const char *text)
{
	text += strspn(text, "\r\n");
	if (is_report(text) || *text == '{' || *text == '<')
		return false;
	return has_line(text, "Page allocated via order ", true) ||
		has_line(text, "PFN# ", true) ||
		has_line(text, "nr_base_pages:", true) ||
		has_line(text, "stack_count:", true) ||
		has_line(text, "handle: ", true) ||
		has_line(text, "page last allocated via order ", false);
}

static bool is_input(const struct stat *st, const char *const *inputs, size_t count)
{
	struct stat in;

	for (size_t i = 0; i < count; i++)
		if (strcmp(inputs[i], "-") ? !stat(inputs[i], &in) :
		    !fstat(STDIN_FILENO, &in))
			if (in.st_dev == st->st_dev && in.st_ino == st->st_ino)
				return true;
	return false;
}

/* What a regular file holds that should not be lost, or NULL */
static const char *look(const char *path)
{
	static char text[LOOK_AT + 1];
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	const ssize_t len = fd < 0 ? -1 : read(fd, text, LOOK_AT);

	if (fd >= 0)
		close(fd);
	if (len <= 0)
		return NULL;
	if (is_compressed(text, (size_t)len))
		return "a compressed file";
	for (ssize_t i = 0; i < len; i++)
		if (!text[i])
			text[i] = '\n';
	text[len] = '\0';
	return is_dump(text) ? "a dump" : NULL;
}

int cli_check_overwrite(const char *path, const char *const *inputs, size_t count,
			bool operand, bool force)
{
	const char *holds;
	struct stat st;

	if (!path || !strcmp(path, "-") || force || stat(path, &st) < 0 ||
	    !S_ISREG(st.st_mode))
		return 0;
	holds = is_input(&st, inputs, count) ? "an input" : look(path);
	if (!holds)
		return 0;
	cli_error("%s: is %s: not replaced by a report (--force replaces it)", path, holds);
	if (operand)
		cli_error("a second file name is OUTPUT; to read several inputs use -o OUTPUT, or -- before them");
	return -1;
}
