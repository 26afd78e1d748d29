// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * own-report.c - whether a text is a report that these programs wrote, or the kernel's
 * page_owner_sort.
 *
 * It looks at how the text begins, and knows nothing of files. What is compressed it does
 * not recognise.
 */
#include "tools/lib/own-report.h"

#include <regex.h>
#include <stdint.h>
#include <string.h>

/* Of a long line this much is looked at, and of lines that must be alike */
#define LINE_SIZE	((size_t)4 << 10)
#define LINES_SIZE	((size_t)64 << 10)

static const char *const first_lines[] = {
	"^[0-9]+ (times|pages)[,:]",			/* page_owner_sort */
	"^ *(SIZE +|CHANGE +|PFN )PAGES [A-Z_ ]*$",	/* tables */
	"^(unaccounted: |no change$)",
	"^([0-9]+ pageblocks of |No pageblock has |Number of mixed blocks )",
	"^(Pageblock [0-9]+, PFN |PFN (0x)?[0-9a-f]+ is not known )",
	"^(node -?[0-9]+, zone |all nodes and zones$)",
	"^\\{\"version\":[0-9]+,\"kind\":\"",		/* json, ndjson */
	"^([a-z0-9_]+,)*[a-z_]*pages[a-z0-9_,]*\r$",	/* csv */
	"^# HELP pageowner_",				/* prometheus */
};

/* What the first bytes of formats have that others write also */
static const struct {
	const char *start, *mark;
	size_t at;		/* of the mark; 0: anywhere */
} marks[] = {
	{ "{\"$schema\":", "\"exporter\":\"pageowner@", 0 },
	{ "<!DOCTYPE html", "<title>pageowner</title>", 0 },
	{ "<svg", "pageowner-frag", 0 },
	{ "\x89PNG", "pageowner-frag", 0 },
	{ "SQLite format 3", "Pown", 68 },		/* application_id */
};

/* The first line without colours */
static void copy_line(char *line, const char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len && text[i] != '\n' && n + 1 < LINE_SIZE; i++) {
		if (text[i] == '\x1b') {
			while (i + 1 < len && text[i] != 'm')
				i++;
			continue;
		}
		line[n] = text[i];
		if (!line[n])
			line[n] = '?';
		n++;
	}
	line[n] = '\0';
}

static bool matches(const char *pattern, const char *line)
{
	regex_t regex;
	bool ret;

	if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB))
		return false;
	ret = !regexec(&regex, line, 0, NULL, 0);
	regfree(&regex);
	return ret;
}

static bool has_mark(const char *text, size_t len)
{
	if (len > LINE_SIZE)
		len = LINE_SIZE;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		const size_t mark_len = strlen(marks[i].mark), at = marks[i].at;

		if (len < strlen(marks[i].start) || len < at + mark_len ||
		    memcmp(text, marks[i].start, strlen(marks[i].start)))
			continue;
		return at ? !memcmp(text + at, marks[i].mark, mark_len) :
			memmem(text, len, marks[i].mark, mark_len) != NULL;
	}
	return false;
}

/* Take " NUMBER" of bytes, which are whole pages, off the end of a line. */
static bool take_bytes(const char *line, size_t *len)
{
	uint64_t number = 0, digit = 1;
	size_t at = *len;

	for (; at && line[at - 1] >= '0' && line[at - 1] <= '9'; at--, digit *= 10)
		number += digit * (uint64_t)(line[at - 1] - '0');
	if (at == *len || at < 2 || line[at - 1] != ' ' || number % 512)
		return false;
	*len = at - 1;
	return true;
}

/* "root;...;leaf BYTES", or two numbers: each line; the last one may be cut here. */
static bool is_folded(const char *text, size_t len)
{
	const char *end = text + (len < LINES_SIZE ? len : LINES_SIZE), *newline;
	bool ret = false;

	for (; text < end; text = newline + 1) {
		size_t left;

		newline = memchr(text, '\n', (size_t)(end - text));
		if (!newline)
			break;
		left = (size_t)(newline - text);
		if (!take_bytes(text, &left) || *text == ' ' ||
		    memchr(text, '\t', left))
			return false;
		ret = true;
	}
	return ret;
}

bool cli_is_own_report(const char *text, size_t len)
{
	char line[LINE_SIZE];

	copy_line(line, text, len);
	for (size_t i = 0; i < sizeof(first_lines) / sizeof(first_lines[0]); i++)
		if (matches(first_lines[i], line))
			return true;
	return has_mark(text, len) || is_folded(text, len);
}
