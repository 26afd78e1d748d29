// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * overwrite.c - whether a report would replace what was not meant: an input, or a file
 * that is no earlier report.
 *
 * What is a record is known to the library, what is a report to own-report.c.
 */
#include "tools/lib/overwrite.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pageowner/pageowner.h>

#include "tools/lib/format.h"
#include "tools/lib/message.h"
#include "tools/lib/own-report.h"

/* Of larger files the start is looked at: a log may be long before its first record. */
#define LOOK_AT		((size_t)8 << 20)

#define MAGIC(bytes)	{ bytes, sizeof(bytes) - 1 }

struct magic {
	const char *bytes;
	size_t len;
};

static const struct magic compressed[] = {
	MAGIC("\x1f\x8b"), MAGIC("\x1f\x9d"), MAGIC("\x1f\xa0"), MAGIC("\xfd" "7zXZ"),
	MAGIC("\x28\xb5\x2f\xfd"), MAGIC("BZh"), MAGIC("LZIP"), MAGIC("Rar!"),
	MAGIC("\x04\x22\x4d\x18"), MAGIC("\x02\x21\x4c\x18"), MAGIC("PK\x03\x04"),
	MAGIC("\x5d\x00\x00"), MAGIC("7z\xbc\xaf"), MAGIC("\x89LZO"), MAGIC("LRZI"),
};

/* Of a crashed kernel's memory */
static const struct magic core_dumps[] = {
	MAGIC("\x7f" "ELF"), MAGIC("KDUMP   "), MAGIC("makedumpfile"),
};

static bool begins_with(const char *text, size_t len, const struct magic *magics,
			size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (len >= magics[i].len && !memcmp(text, magics[i].bytes, magics[i].len))
			return true;
	return false;
}

#define BEGINS_WITH(text, len, magics)	\
	begins_with(text, len, magics, sizeof(magics) / sizeof((magics)[0]))

/* Whether the library finds anything in it but groups, which only reports have */
static bool has_records(const char *text, size_t len)
{
	const struct pageowner_conditions *conditions;
	const struct pageowner_record *record;
	struct pageowner_reader *reader;
	bool ret;

	if (pageowner_reader_open_memory(text, len, &reader) < 0)
		return false;
	ret = pageowner_reader_next(reader, &record) > 0 ?
		record->kind != PAGEOWNER_RECORD_GROUP :
		pageowner_reader_conditions(reader, &conditions) > 0;
	pageowner_reader_free(reader);
	return ret;
}

/* A group of a report is an input as well: whether a file begins with one */
static bool is_report(const char *path)
{
	const struct pageowner_record *record;
	struct pageowner_reader *reader;
	struct stat st;
	bool ret;

	if (!strcmp(path, "-") || stat(path, &st) || !S_ISREG(st.st_mode) ||
	    pageowner_reader_open(path, &reader) < 0)
		return false;
	ret = pageowner_reader_next(reader, &record) > 0 &&
		record->kind == PAGEOWNER_RECORD_GROUP;
	pageowner_reader_free(reader);
	return ret;
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

/* /dev/stdout: the shell has emptied it, or is to append to it. */
static bool is_standard_output(const struct stat *st)
{
	struct stat out;

	return !fstat(STDOUT_FILENO, &out) && out.st_dev == st->st_dev &&
		out.st_ino == st->st_ino;
}

/* The start of a file: malloc()ed, NULL if it cannot be read */
static char *read_start(const char *path, size_t *len)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat st;
	char *text = NULL;
	size_t size;
	ssize_t n = -1;

	*len = 0;
	if (fd >= 0 && !fstat(fd, &st)) {
		size = (uint64_t)st.st_size < LOOK_AT ? (size_t)st.st_size : LOOK_AT;
		text = malloc(size + 1);
		while (text && (n = read(fd, text + *len, size - *len)) > 0)
			*len += (size_t)n;
	}
	if (fd >= 0)
		close(fd);
	if (n >= 0)
		return text;
	free(text);
	return NULL;
}

const char *cli_file_holds(const char *path)
{
	size_t len;
	char *text = read_start(path, &len);
	const bool is_own = text && cli_is_own_report(text, len);
	const char *holds = NULL;

	if (!text)
		holds = "a file that cannot be read";
	else if (BEGINS_WITH(text, len, compressed))
		holds = "a compressed file";
	else if (len > 262 && !memcmp(text + 257, "ustar", 5))
		holds = "an archive";
	else if (BEGINS_WITH(text, len, core_dumps) ||
		 (!is_own && has_records(text, len)))
		holds = "a dump";
	else if (len && !is_own)
		holds = "a file that no tool of pageowner wrote";
	free(text);
	return holds;
}

const char *cli_packed_suffix(const char *path)
{
	static const char *const suffixes[] = {
		".gz", ".xz", ".zst", ".bz2", ".lz4", ".lzma", ".lzo", ".Z", ".br", ".zip",
		".7z",
	};
	const char *dot = strrchr(path, '.');

	for (size_t i = 0; dot && i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (!strcmp(dot, suffixes[i]))
			return suffixes[i];
	return NULL;
}

static int refuse(bool operand)
{
	if (operand)
		cli_error("a second file name is OUTPUT; to read several inputs use -o OUTPUT, or -- before them");
	return -1;
}

int cli_check_overwrite(const char *path, const char *format, const char *const *inputs,
			size_t count, bool operand, bool force)
{
	const char *holds = NULL, *packing;
	bool exists;
	struct stat st;

	if (!path || !strcmp(path, "-") || force)
		return 0;
	exists = !stat(path, &st);
	if (exists && !S_ISREG(st.st_mode))
		return 0;
	if (exists && is_input(&st, inputs, count))
		holds = "an input";
	else if (exists && !is_standard_output(&st))
		holds = cli_file_holds(path);
	if (exists && !holds && operand && count && is_report(inputs[0]) && is_report(path))
		holds = "a report, as the input is";
	if (holds) {
		cli_error("%s: is %s: not replaced by a report (--force replaces it)", path,
			  holds);
		return refuse(operand);
	}
	packing = cli_packed_suffix(path);
	if (!packing || (format && format_can(format, PAGEOWNER_EXPORT_IS_BINARY)))
		return 0;
	cli_error("%s: a report is not compressed: name it without %s, or pipe it on (--force writes it)",
		  path, packing);
	return refuse(operand);
}
