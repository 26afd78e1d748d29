// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * draw.c - the full-screen view as it is drawn from the model.
 *
 * curses sends only the cells that changed, which is what a slow terminal needs.
 */
#include "view.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/output.h"
#include "tools/lib/terminal.h"
#include "tools/lib/units.h"

#define SPARK_CELLS	12
#define CHANGE_AT	18	/* the column CHANGE of a row */
#define CHANGE_WIDTH	11

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

static void put(int y, int x, const char *text)
{
	if (text && y < LINES && x < COLS)
		mvaddnstr(y, x, text, COLS - x);
}

static void put_safe(int y, int x, int width, struct pageowner_text text)
{
	char *safe = safe_text(text);

	/* A cell a byte is enough: what is cut is cut a little early. */
	if (safe && width > 0 && y < LINES && x < COLS)
		mvaddnstr(y, x, safe, width < COLS - x ? width : COLS - x);
	free(safe);
}

static void draw_sparkline(const struct top_state *s, int y, int x,
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
	const size_t count = samples < SPARK_CELLS ? samples : SPARK_CELLS;
	const uint64_t *last = row->history + samples - count;
	uint64_t low = UINT64_MAX, high = 0;

	for (size_t i = 0; i < count; i++) {
		low = last[i] < low ? last[i] : low;
		high = last[i] > high ? last[i] : high;
	}
	for (size_t i = 0; i < count; i++) {
		size_t level = high == low ? 0 : (size_t)
			((double)(last[i] - low) / (double)(high - low) * 7 + 0.5);

		put(y, x + (int)(SPARK_CELLS - count + i),
		    s->unicode ? blocks[level] : letters[level]);
	}
}

static void draw_row(const struct top_state *s, int y, const struct top_row *row,
		     bool marked)
{
	const double size = (double)s->page_size;
	double change, per_second;
	const bool has_change = top_model_change(s->model, row, &change);
	const bool has_rate = top_model_rate(s->model, row, &per_second);
	const uint64_t total = top_model_total(s->model, -1);
	char held[UNITS_TEXT_MAX], grown[UNITS_TEXT_MAX], rate[UNITS_TEXT_MAX];
	char line[128], folded[1024];
	size_t len;
	int x, owner_width = COLS > 140 ? 32 : 24;

	if (marked)
		attron(A_REVERSE);
	mvhline(y, 0, ' ', COLS);
	units_bytes(held, (double)row->pages * size, false);
	units_bytes(grown, change * size, true);
	units_bytes(rate, per_second * size, true);
	x = snprintf(line, sizeof(line), "%10s %5.1f%% %11s %11s ", held,
		     total ? 100 * (double)row->pages / (double)total : 0,
		     has_change ? grown : CLI_UNKNOWN, has_rate ? rate : CLI_UNKNOWN);
	put(y, 0, line);
	if (s->color && (change > 0 || change < 0))
		mvchgat(y, CHANGE_AT, CHANGE_WIDTH, marked ? A_REVERSE : A_NORMAL,
			change > 0 ? TOP_GROWS : TOP_SHRINKS, NULL);
	draw_sparkline(s, y, x, row);
	x += SPARK_CELLS + 1;
	if (!top_is_by_stack(&s->view)) {
		snprintf(line, sizeof(line), "%6zu ", row->stacks);
		put(y, x, line);
		x += 7;
	}
	if (s->view.by != TOP_BY_MODULE) {
		put_safe(y, x, owner_width, row->owner);
		x += owner_width + 1;
	}
	if (s->view.by != TOP_BY_OWNER) {
		const struct pageowner_text module = s->view.by == TOP_BY_MODULE_ANY ?
			row->name : row->module;

		put_safe(y, x, 14, module.len ? module :
			 (struct pageowner_text){ CLI_KERNEL, strlen(CLI_KERNEL) });
		x += 15;
	}
	len = pageowner_stack_fold(row->stack, s->screen->plumbing, 8, folded, sizeof(folded));
	put_safe(y, x, COLS - x, (struct pageowner_text){ folded,
		 len < sizeof(folded) ? len : sizeof(folded) - 1 });
	if (marked)
		attroff(A_REVERSE);
}

static void draw_head(const struct top_state *s, size_t rows)
{
	static const char *const orders[] = {
		"size", "change", "rate", "stacks", "owner",
	};
	const double size = (double)s->page_size;
	const uint64_t total = top_model_total(s->model, -1);
	const double change = (double)total -
		(double)top_model_total(s->model, 0);
	char held[UNITS_TEXT_MAX], grown[UNITS_TEXT_MAX], line[256];

	snprintf(line, sizeof(line), "%s held, %s in %.0f s; %zu %s by %s",
		 units_bytes(held, (double)total * size, false),
		 units_bytes(grown, change * size, true),
		 top_model_passed(s->model), rows, top_bys[s->view.by].rows,
		 orders[s->view.order]);
	put(0, 0, line);
	if (top_is_replay(s))
		snprintf(line, sizeof(line), "%zu/%zu%s",
			 s->next, s->screen->source.count,
			 s->frozen ? " paused" : "");
	else
		snprintf(line, sizeof(line), "every %gs%s", s->delay,
			 s->frozen ? " FROZEN" : "");
	put(0, COLS - (int)strlen(line) > 0 ? COLS - (int)strlen(line) : 0, line);
	put_safe(1, 0, COLS, (struct pageowner_text){ s->screen->source.name,
				strlen(s->screen->source.name) });
	attron(A_BOLD | A_UNDERLINE);
	mvhline(2, 0, ' ', COLS);
	snprintf(line, sizeof(line), "%10s %6s %11s %11s %-*s %s%-*s%s%s", "SIZE",
		 "SHARE", "CHANGE", "PER SECOND", SPARK_CELLS, "LAST",
		 top_is_by_stack(&s->view) ? "" : "STACKS ",
		 s->view.by == TOP_BY_MODULE ? 0 : COLS > 140 ? 33 : 25,
		 s->view.by == TOP_BY_MODULE ? "" : "OWNER",
		 s->view.by == TOP_BY_OWNER ? "" : "MODULE         ", "STACK");
	put(2, 0, line);
	attroff(A_BOLD | A_UNDERLINE);
}

static void draw_foot(const struct top_state *s)
{
	char line[sizeof(s->search) + 32];

	mvhline(LINES - 1, 0, ' ', COLS);
	if (s->typing) {
		snprintf(line, sizeof(line), "Only stacks with: %s", s->search);
		put(LINES - 1, 0, line);
		return;
	}
	if (*s->message) {
		put_safe(LINES - 1, 0, COLS, (struct pageowner_text){
			s->message, strlen(s->message) });
		return;
	}
	attron(A_DIM);
	put(LINES - 1, 0, top_is_replay(s) ?
	    "q quit  n next  p previous  space play  s sort  g group  / filter  enter expand  w write  h help" :
	    "q quit  space freeze  s sort  g group  / filter  enter expand  w write  + - delay  h help");
	attroff(A_DIM);
}

static void draw_help(void)
{
	static const char *const lines[] = {
		"q            quit",
		"up down      select a row; also k j, page up and down, home, end",
		"enter, e     show all frames of the selected row, or of its largest stack",
		"s            change the order: size, change, rate, stacks, owner",
		"g            change the grouping: stack, portable stack, owner, module",
		"/            show only stacks that contain a text; enter ends, escape clears",
		"space        freeze and continue; pause and play a replay",
		"n p          next and previous sample of a replay",
		"+ -          longer and shorter delay",
		"w            write this sample to a file that pageowner-diff reads",
		"^L           redraw",
		"h ?          show and hide this help",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		put(4 + (int)i, 4, lines[i]);
}

/* All frames of the marked row, below it: how many lines */
static int draw_frames(int y, const struct top_row *row)
{
	struct pageowner_text stack = row->stack;
	struct pageowner_frame frame;
	int start = y;

	while (y < LINES - 1 && pageowner_frame_next(&stack, &frame)) {
		mvhline(y, 0, ' ', COLS);
		put_safe(y++, 12, COLS - 12, frame.line);
	}
	return y - start;
}

size_t top_page_rows(void)
{
	return LINES > 5 ? (size_t)LINES - 4 : 1;
}

void top_draw(struct top_state *s)
{
	const struct top_row *rows;
	size_t count;
	int y = 3;

	s->view.search = *s->search ? s->search : NULL;
	count = top_model_view(s->model, &s->view, &rows);
	if (s->cursor >= count)
		s->cursor = count ? count - 1 : 0;
	if (s->cursor < s->top)
		s->top = s->cursor;
	if (s->cursor >= s->top + top_page_rows())
		s->top = s->cursor - top_page_rows() + 1;
	erase();
	draw_head(s, count);
	if (s->help)
		draw_help();
	for (size_t i = s->top; !s->help && i < count && y < LINES - 1; i++) {
		draw_row(s, y++, &rows[i], i == s->cursor);
		if (s->expanded && i == s->cursor)
			y += draw_frames(y, &rows[i]);
	}
	if (!count && !s->help)
		put(4, 4, top_model_samples(s->model) ? "Nothing to show." :
		    "Reading ...");
	draw_foot(s);
	refresh();
}
