// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * terminal.c - what a terminal may have of texts that anybody may have chosen.
 *
 * Knows nothing of reports: output.c puts it before a terminal.
 */
#include "tools/lib/terminal.h"

#include <stdlib.h>
#include <string.h>

#include <glib.h>

/*
 * Length of the UTF-8 character at @p; 0 for what no terminal should see: what controls
 * it, and what is not seen itself but changes how the rest reads (the direction of
 * writing, spaces of no width, separators of lines).
 */
static size_t safe_length(const char *p, size_t left)
{
	gunichar c;

	if (!(*p & 0x80))
		return *p >= ' ' && *p != 0x7f;
	c = g_utf8_get_char_validated(p, (gssize)left);
	if (c > 0x10ffff || !g_unichar_isprint(c))
		return 0;
	switch (g_unichar_type(c)) {
	case G_UNICODE_LINE_SEPARATOR:
	case G_UNICODE_PARAGRAPH_SEPARATOR:
		return 0;
	default:
		return (size_t)(g_utf8_next_char(p) - p);
	}
}

/* The same where the text has lines, which may end as DOS has them. */
static size_t line_length(const char *p, size_t left)
{
	if (*p == '\n' || *p == '\t')
		return 1;
	return left > 1 && p[0] == '\r' && p[1] == '\n' ? 2 : safe_length(p, left);
}

void cli_write_safe(FILE *file, const char *text, size_t left, bool lines)
{
	while (left) {
		size_t len = lines ? line_length(text, left) : safe_length(text, left);

		if (len)
			fwrite_unlocked(text, 1, len, file);
		else
			fprintf(file, "\\x%02x", (unsigned char)*text);
		len += !len;
		text += len;
		left -= len;
	}
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
	if (len && text[len - 1] == '\r')
		return 1;
	for (size_t n = 1; n <= 3 && n <= len; n++)
		if ((text[len - n] & 0xc0) == 0xc0)
			return g_utf8_get_char_validated(text + len - n,
				(gssize)n) == (gunichar)-2 ? n : 0;
	return 0;
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
