// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * cells.c - what fills cells of the terminal: text, cut at whole characters and scrolled
 * sideways, wide characters and those of a dump included; sizes; graphs.
 */
#include "view.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "tools/lib/terminal.h"
#include "tools/lib/units.h"

/* What a terminal may have of a text out of a dump; to be freed */
static char *safe_text(struct pageowner_text text)
{
	char *safe = NULL;
	size_t size;
	FILE *out = open_memstream(&safe, &size);

	if (!out)
		return NULL;
	cli_write_safe(out, text.ptr, text.len, false);
	fclose(out);
	return safe;
}

/* The first character of a text: its bytes, and *cells. One that the locale does not
 * have is one byte, which must not be sent. */
static size_t first_character(const char *text, size_t left, size_t *cells, bool *can_send)
{
	mbstate_t state = { 0 };
	wchar_t c;
	const size_t len = mbrtowc(&c, text, left, &state);
	const int width = len && len <= left ? wcwidth(c) : -1;

	*can_send = width >= 0;
	*cells = width >= 0 ? (size_t)width : 1;
	return *can_send ? len : 1;
}

/* Copy cells @skip to @skip + @width of @text; returns the cells of all of it. Half a
 * wide character is a blank. @out has room for the text. */
static size_t copy_cells(const char *text, size_t skip, size_t width, char *out)
{
	size_t left = strlen(text), at = 0;

	while (left) {
		size_t cells;
		bool can_send;
		const size_t len = first_character(text, left, &cells, &can_send);

		if (at >= skip && at + cells <= skip + width) {
			if (can_send)
				out = mempcpy(out, text, len);
			else
				*out++ = '?';
		} else if (cells == 2 && at + 1 >= skip && at < skip + width) {
			*out++ = ' ';
		}
		at += cells;
		text += len;
		left -= len;
	}
	*out = '\0';
	return at;
}

size_t top_put_slice(int y, int x, int width, size_t skip, struct pageowner_text text)
{
	char *safe = safe_text(text);
	char *out = safe ? malloc(strlen(safe) + 1) : NULL;
	size_t all = 0;

	if (out) {
		all = copy_cells(safe, skip, width > 0 ? (size_t)width : 0, out);
		if (width > 0 && y >= 0 && y < LINES && x < COLS)
			mvaddstr(y, x, out);
	}
	free(out);
	free(safe);
	return all;
}

bool top_put_part(const struct top_state *s, int y, int x, int width, size_t skip,
		  struct pageowner_text text)
{
	size_t all;
	bool is_cut;

	if (width > COLS - x)
		width = COLS - x;
	if (width <= 0)
		return false;
	all = top_put_slice(y, x, 0, 0, text);
	is_cut = all > skip + (size_t)width;
	/* A mark never covers half of a wide character. */
	if (skip && all)
		mvaddstr(y, x, s->unicode ? "\u2026" : "<");
	top_put_slice(y, x + (skip > 0), width - (skip > 0) - is_cut, skip + (skip > 0), text);
	if (is_cut)
		mvaddstr(y, x + width - 1, s->unicode ? "\u2026" : ">");
	return is_cut;
}

void top_put(const struct top_state *s, int y, int x, const char *text)
{
	if (y < LINES)
		top_put_part(s, y, x, COLS - x, 0,
			     (struct pageowner_text){ text, strlen(text) });
}

const char *top_bytes(char *buf, double bytes, bool sign, bool is_compact)
{
	char *blank;

	units_bytes(buf, bytes, sign);
	blank = is_compact ? strchr(buf, ' ') : NULL;
	if (blank) {
		blank[0] = blank[1];
		blank[1] = '\0';
	}
	return buf;
}

void top_draw_sparkline(const struct top_state *s, int y, int x, size_t cells,
			const struct top_row *row)
{
	static const char *const blocks[] = {
		"\u2581", "\u2582", "\u2583", "\u2584",
		"\u2585", "\u2586", "\u2587", "\u2588",
	};
	static const char *const letters[] = {
		"_", ".", ",", "-", "=", "+", "*", "#",
	};
	const size_t samples = top_model_samples(s->model);
	const size_t count = samples < cells ? samples : cells;
	const uint64_t *last = row->history + samples - count;
	uint64_t low = UINT64_MAX, high = 0;

	for (size_t i = 0; i < count; i++) {
		low = last[i] < low ? last[i] : low;
		high = last[i] > high ? last[i] : high;
	}
	for (size_t i = 0; i < count; i++) {
		size_t level = high == low ? 0 : (size_t)
			((double)(last[i] - low) / (double)(high - low) * 7 + 0.5);

		top_put(s, y, x + (int)(cells - count + i),
			s->unicode ? blocks[level] : letters[level]);
	}
}
