// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * page.c - what is shown over the table of the full-screen view: help, a row in detail,
 * and lists to choose from. Lines are wrapped to the width of the terminal.
 */
#include "view.h"

#include <curses.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tools/lib/output.h"
#include "tools/lib/units.h"

/* Lines of a page, of which the terminal shows some */
struct page {
	struct top_state *s;
	size_t lines;
};

/* Where the next line goes on the screen, or -1 */
static int next_line(struct page *p)
{
	const size_t line = p->lines++;

	if (line < p->s->page_top || line - p->s->page_top >= (size_t)LINES - 2)
		return -1;
	return (int)(line - p->s->page_top) + 1;
}

/* A text of a dump: cut anywhere */
static void put_slices(struct page *p, int indent, struct pageowner_text text)
{
	const int width = COLS - indent > 0 ? COLS - indent : 1;
	size_t all, skip = 0;

	do {
		all = top_put_slice(next_line(p), indent, width, skip, text);
		skip += (size_t)width;
	} while (skip < all);
}

/* A string of ours: wrapped between words; lines after the first begin at @indent */
static void put_words(struct page *p, int x, int indent, const char *text)
{
	int y = next_line(p), at = x;

	while (*text) {
		const int len = (int)strcspn(text, " ");

		if (at > indent && at + len > COLS) {
			y = next_line(p);
			at = indent;
		}
		if (y >= 0 && at < COLS)
			mvaddnstr(y, at, text, len < COLS - at ? len : COLS - at);
		at += len + 1;
		text += len + (text[len] == ' ');
	}
}

static void put_line(struct page *p, const char *text)
{
	put_words(p, 0, 2, text);
}

/* --- help */

static void put_help(struct page *p)
{
	static const struct {
		const char *keys, *text;
	} lines[] = {
		{ "q", "quit; close help, a list or a row" },
		{ "up down k j", "select a row" },
		{ "page up, down, home, end", "the same, further" },
		{ "left right", "scroll the stacks sideways" },
		{ "enter, e", "show all of the selected row" },
		{ "g", "choose what rows are grouped by" },
		{ "s", "choose what rows are sorted by" },
		{ "< >", "sort by the column before, after" },
		{ "I", "reverse the order" },
		{ "/", "show only stacks that contain a text; enter ends, escape clears" },
		{ "r", "reset: count changes from this sample on" },
		{ "space", "pause and continue" },
		{ "n p", "next and previous sample of a replay" },
		{ "+ -", "longer and shorter delay" },
		{ "w", "write this sample to a file that pageowner-diff reads" },
		{ "^L", "redraw" },
		{ "h ? F1", "this help" },
	};
	const int indent = COLS >= 60 ? 28 : 4;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (COLS >= 60) {
			const int y = next_line(p);

			p->lines--;
			if (y >= 0)
				mvaddstr(y, 2, lines[i].keys);
		} else {
			put_words(p, 0, 2, lines[i].keys);
		}
		put_words(p, indent, indent, lines[i].text);
	}
	put_line(p, "");
	put_line(p, "CHANGE counts from the baseline: the first sample, or where r was pressed.");
	put_line(p, "PER SEC compares the last two samples; LAST draws the last ones.");
	put_line(p, "In the bar, | is memory with a record, : other memory in use.");
	put_line(p, "By module-any, " TOP_OVERLAP ".");
}

/* --- a row */

static void put_value(struct page *p, const char *name, const char *value)
{
	char line[160];

	snprintf(line, sizeof(line), "%-11s%s", name, value);
	put_words(p, 0, 11, line);
}

static void put_numbers(struct page *p, const struct top_row *row)
{
	struct top_state *s = p->s;
	const double size = (double)s->sample.page_size;
	const uint64_t total = top_model_total(s->model, -1);
	char a[UNITS_TEXT_MAX], b[UNITS_TEXT_MAX], line[128];
	double value;
	int y;

	snprintf(line, sizeof(line), "%s, %" PRIu64 " pages, %.1f%% of all",
		 top_bytes(a, (double)row->pages * size, false, false), row->pages,
		 total ? 100 * (double)row->pages / (double)total : 0);
	put_value(p, "Size", line);
	if (top_model_change(s->model, row, &value))
		snprintf(line, sizeof(line), "%s in %s",
			 top_bytes(a, value * size, true, false),
			 units_duration(b, top_model_passed(s->model)));
	else
		snprintf(line, sizeof(line), CLI_UNKNOWN " (count_threshold)");
	put_value(p, "Change", line);
	put_value(p, "Per second", top_model_rate(s->model, row, &value) ?
		  top_bytes(a, value * size, true, false) : CLI_UNKNOWN);
	y = next_line(p);
	if (y >= 0) {
		mvaddstr(y, 0, "Last");
		top_draw_sparkline(s, y, 11, COLS < 75 ? 24 : 64, row);
	}
}

static void put_row(struct page *p)
{
	const struct top_state *s = p->s;
	const struct top_row *row = s->cursor < s->count ? &s->rows[s->cursor] : NULL;
	const char *title = top_bys[s->view.by].title;
	struct pageowner_text stack;
	struct pageowner_frame frame;
	char line[128], bytes[UNITS_TEXT_MAX];

	if (!row || top_row_id(&s->view, row) != s->details) {
		put_line(p, s->is_stale || !s->count ? "Reading ..." :
			 "This row holds nothing any more.");
		return;
	}
	put_slices(p, 0, title && row->name.len ? row->name : title ?
		   (struct pageowner_text){ CLI_KERNEL, strlen(CLI_KERNEL) } : row->owner);
	put_numbers(p, row);
	put_line(p, "");
	stack = row->stack;
	if (row->stacks > 1) {
		snprintf(line, sizeof(line), "The largest of its %zu stacks, %s:", row->stacks,
			 top_bytes(bytes, (double)row->largest *
				   (double)s->sample.page_size, false, false));
		put_line(p, line);
	}
	if (!stack.len)
		put_line(p, CLI_NO_STACK);
	while (pageowner_frame_next(&stack, &frame))
		put_slices(p, 2, frame.line);
}

/* --- lists */

static size_t list_size(const struct top_state *s)
{
	return s->page == TOP_GROUPINGS ? (size_t)TOP_BYS : (size_t)TOP_ORDERS;
}

static char letter_of(const struct top_state *s, size_t i)
{
	if (s->page == TOP_GROUPINGS)
		return top_bys[i].letter;
	return "scrtn"[i];
}

static void put_list(struct page *p)
{
	static const char *const bys[TOP_BYS] = {
		"stack", "portable: stacks without offsets", "owner",
		"module: the innermost of a stack", "any module of a stack: rows overlap",
		"process", "cgroup: memcg", "order", "node",
	};
	static const char *const orders[TOP_ORDERS] = {
		"size", "change since the baseline", "rate: change per second",
		"stacks: how many", "name: owner, A to Z",
	};
	struct top_state *s = p->s;

	for (size_t i = 0; i < list_size(s); i++) {
		char line[80];
		int y;

		/* What is chosen stays in view. */
		if (i == s->choice && p->lines < s->page_top)
			s->page_top = p->lines;
		y = next_line(p);
		if (y < 0)
			continue;
		snprintf(line, sizeof(line), " %c  %s ", letter_of(s, i),
			 s->page == TOP_GROUPINGS ? bys[i] : orders[i]);
		if (i == s->choice)
			attron(A_REVERSE);
		top_put(s, y, 0, line);
		attroff(A_REVERSE);
	}
}

int top_page_choice(const struct top_state *s, int key)
{
	if (key == '\n' || key == '\r' || key == KEY_ENTER)
		return (int)s->choice;
	for (size_t i = 0; i < list_size(s); i++)
		if (key == letter_of(s, i))
			return (int)i;
	return -1;
}

/* --- all */

void top_draw_page(struct top_state *s)
{
	static const char *const titles[] = {
		[TOP_HELP] = "Keys", [TOP_DETAILS] = "Selected row",
		[TOP_GROUPINGS] = "Group by", [TOP_SORTINGS] = "Sort by",
	};
	const size_t room = LINES > 2 ? (size_t)LINES - 2 : 1;
	struct page p = { .s = s };

	if (s->page == TOP_GROUPINGS || s->page == TOP_SORTINGS)
		s->page_top = s->choice >= room ? s->choice - room + 1 : 0;
	else if (s->page_top + room > s->page_lines)
		s->page_top = s->page_lines > room ? s->page_lines - room : 0;
	attron(A_REVERSE);
	mvhline(0, 0, ' ', COLS);
	top_put(s, 0, 0, titles[s->page]);
	attroff(A_REVERSE);
	if (s->page == TOP_HELP)
		put_help(&p);
	else if (s->page == TOP_DETAILS)
		put_row(&p);
	else
		put_list(&p);
	s->page_lines = p.lines;
	attron(A_DIM);
	top_put(s, LINES - 1, 0, s->page == TOP_HELP || s->page == TOP_DETAILS ?
		p.lines > room ? "q close  up down scroll" : "q close" :
		"q close  up down enter, or the letter");
	attroff(A_DIM);
}
