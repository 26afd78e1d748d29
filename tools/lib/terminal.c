// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * terminal.c - text from dumps on its way to a terminal.
 *
 * Which characters a terminal may have is known to the library; this keeps line ends,
 * and whole characters where text comes in pieces.
 */
#include "tools/lib/terminal.h"

#include <stdlib.h>
#include <string.h>

#include <pageowner/text.h>

/* Text that is made printable at a time, bytes */
#define PIECE	1024

/* How many bytes at the end of @text are the beginning of a UTF-8 character */
static size_t begun_character(const char *text, size_t len)
{
	for (size_t n = 1; n <= 3 && n <= len; n++) {
		const unsigned char c = (unsigned char)text[len - n];

		if ((c & 0xc0) == 0xc0)
			return (c >= 0xf0 ? 4u : c >= 0xe0 ? 3u : 2u) > n ? n : 0;
		if (c < 0x80)
			return 0;
	}
	return 0;
}

static void write_printable(FILE *file, const char *text, size_t left)
{
	char buf[4 * PIECE + 1];

	while (left) {
		size_t len = left;

		if (len > PIECE)
			len = PIECE - begun_character(text, PIECE);
		fwrite_unlocked(buf, 1, pageowner_text_printable(
			(struct pageowner_text){ text, len }, buf, sizeof(buf)), file);
		text += len;
		left -= len;
	}
}

/* The first newline, tab or CR LF; *len: how long it is */
static const char *find_kept(const char *text, size_t left, size_t *len)
{
	for (const char *p = text, *end = text + left; p < end; p++) {
		*len = *p == '\r' && p + 1 < end && p[1] == '\n' ? 2 :
			*p == '\n' || *p == '\t';
		if (*len)
			return p;
	}
	return NULL;
}

void cli_write_safe(FILE *file, const char *text, size_t left, bool lines)
{
	const char *kept, *end = text + left;
	size_t len;

	while (lines && (kept = find_kept(text, (size_t)(end - text), &len))) {
		write_printable(file, text, (size_t)(kept - text));
		fwrite_unlocked(kept, 1, len, file);
		text = kept + len;
	}
	write_printable(file, text, (size_t)(end - text));
}

/* What is written to it in pieces: a character may be in two. */
struct terminal {
	FILE *file;
	char held[3];
	size_t held_len;
};

/* How many bytes at the end of @text are the beginning of a character or line end */
static size_t unfinished(const char *text, size_t len)
{
	return len && text[len - 1] == '\r' ? 1 : begun_character(text, len);
}

static ssize_t write_to_terminal(void *data, const char *text, size_t len)
{
	struct terminal *t = data;
	char *joined = malloc(t->held_len + len);
	size_t all, later;

	if (!joined)
		return 0;
	memcpy(joined, t->held, t->held_len);
	memcpy(joined + t->held_len, text, len);
	all = t->held_len + len;
	later = unfinished(joined, all);
	cli_write_safe(t->file, joined, all - later, true);
	memcpy(t->held, joined + all - later, later);
	t->held_len = later;
	free(joined);
	return ferror(t->file) ? 0 : (ssize_t)len;
}

static int close_terminal(void *data)
{
	struct terminal *t = data;
	int ret;

	cli_write_safe(t->file, t->held, t->held_len, true);
	ret = fclose(t->file);
	free(t);
	return ret;
}

FILE *cli_guard_terminal(FILE *file)
{
	static const cookie_io_functions_t functions = {
		.write = write_to_terminal, .close = close_terminal,
	};
	struct terminal *t = calloc(1, sizeof(*t));
	FILE *guarded = t ? fopencookie(t, "w", functions) : NULL;

	if (!guarded) {
		free(t);
		return NULL;
	}
	t->file = file;
	return guarded;
}
