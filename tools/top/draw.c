// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * draw.c - the table of the full-screen view: which columns fit, and their rows.
 *
 * curses sends only the cells that changed, which is what a slow terminal needs.
 */
#include "view.h"

#include <curses.h>
#include <stdio.h>
#include <string.h>

#include "tools/lib/output.h"
#include "tools/lib/units.h"

#define NAME_WIDTH	24

/* In the order on the screen; then the text: what the row is called, and its stack */
enum column { SIZE, SHARE, CHANGE, RATE, LAST, STACKS, COLUMNS };

struct layout {
	int width[COLUMNS];	/* 0: there is no room for it */
	int text;		/* where the text begins */
	bool is_compact;	/* sizes as in "3.4M" */
};

/* Add a column if the text keeps at least @rest cells. */
static void add_column(struct layout *l, enum column column, int width, int rest)
{
	if (l->width[column] || COLS - l->text - width - 1 < rest)
		return;
	l->width[column] = width;
	l->text += width + 1;
}

/* The size and what rows are sorted by come first; then what tells most. */
static struct layout make_layout(const struct top_view *view)
{
	const bool is_compact = COLS < 100;
	const int growth = is_compact ? 8 : 11, last = is_compact ? 8 : 12;
	const int more = top_is_by_stack(view) ? 0 : 10;	/* for what follows a name */
	struct layout l = { .is_compact = is_compact };

	add_column(&l, SIZE, is_compact ? 7 : 10, 0);
	if (view->order == TOP_CHANGE)
		add_column(&l, CHANGE, growth, 8);
	if (view->order == TOP_RATE)
		add_column(&l, RATE, growth, 8);
	if (view->order == TOP_STACKS && !top_is_by_stack(view))
		add_column(&l, STACKS, 6, 8);
	add_column(&l, CHANGE, growth, 20);
	add_column(&l, SHARE, 6, 26);
	add_column(&l, RATE, growth, 28 + more);
	if (more)
		add_column(&l, STACKS, 6, 28 + more);
	add_column(&l, LAST, last, 30 + more);
	return l;
}

static size_t text_width(const struct layout *l)
{
	return COLS > l->text ? (size_t)(COLS - l->text) : 0;
}

/* Right-aligned, in colour if it @grows or shrinks; returns where the next one begins. */
static int put_cell(const struct top_state *s, int y, int x, int width, const char *text,
		    double grows)
{
	const attr_t color = !s->color || (grows <= 0 && grows >= 0) ? 0 :
		(attr_t)COLOR_PAIR(grows > 0 ? TOP_GROWS : TOP_SHRINKS);

	if (!width)
		return x;
	attron(color);
	mvprintw(y, x, "%*s", width, text);
	attroff(color);
	return x + width + 1;
}

/* What the row is called, and its largest stack: fits @buf, or is cut at its end */
static struct pageowner_text row_text(const struct top_state *s, const struct top_row *row,
				      char *buf, size_t size)
{
	size_t len = 0;

	if (top_bys[s->view.by].title) {
		const struct pageowner_text name = row->name.len ? row->name :
			(struct pageowner_text){ CLI_KERNEL, strlen(CLI_KERNEL) };
		const size_t copied = name.len < size / 2 ? name.len : size / 2;

		memcpy(buf, name.ptr, copied);
		for (len = copied; len < NAME_WIDTH || len < copied + 2; len++)
			buf[len] = ' ';
	}
	len += pageowner_stack_fold(row->stack, s->screen->plumbing, 0, buf + len, size - len);
	return (struct pageowner_text){ buf, len < size ? len : size - 1 };
}

/* Whether its text is cut at the end */
static bool draw_row(const struct top_state *s, const struct layout *l, int y,
		     const struct top_row *row, bool is_marked)
{
	const double size = (double)s->sample.page_size;
	const uint64_t total = top_model_total(s->model, -1);
	double change, rate;
	const bool has_change = top_model_change(s->model, row, &change);
	const bool has_rate = top_model_rate(s->model, row, &rate);
	char text[UNITS_TEXT_MAX], stack[4096];
	bool is_cut;
	int x = 0;

	if (is_marked)
		attron(A_REVERSE);
	mvhline(y, 0, ' ', COLS);
	x = put_cell(s, y, x, l->width[SIZE],
		     top_bytes(text, (double)row->pages * size, false, l->is_compact), 0);
	snprintf(text, sizeof(text), "%.1f%%",
		 total ? 100 * (double)row->pages / (double)total : 0);
	x = put_cell(s, y, x, l->width[SHARE], text, 0);
	top_bytes(text, change * size, true, l->is_compact);
	x = put_cell(s, y, x, l->width[CHANGE], has_change ? text : CLI_UNKNOWN, change);
	top_bytes(text, rate * size, true, l->is_compact);
	x = put_cell(s, y, x, l->width[RATE], has_rate ? text : CLI_UNKNOWN, 0);
	if (l->width[LAST]) {
		top_draw_sparkline(s, y, x, (size_t)l->width[LAST], row);
		x += l->width[LAST] + 1;
	}
	snprintf(text, sizeof(text), "%zu", row->stacks);
	put_cell(s, y, x, l->width[STACKS], text, 0);
	is_cut = top_put_part(s, y, l->text, (int)text_width(l), s->left,
			      row_text(s, row, stack, sizeof(stack)));
	if (is_marked)
		attroff(A_REVERSE);
	return is_cut;
}

/* The column that rows are sorted by is marked. */
static int put_title(int y, int x, int width, const char *title, bool is_sorted, bool is_left)
{
	if (!width)
		return x;
	mvprintw(y, x, is_left ? "%-*s" : "%*s", width, title);
	if (is_sorted)
		mvchgat(y, x, width, A_REVERSE, 0, NULL);
	return x + width + 1;
}

static void draw_titles(const struct top_state *s, const struct layout *l, int y)
{
	const enum top_order order = s->view.order;
	const char *title = top_bys[s->view.by].title;
	char text[128];
	int x = 0;

	attron(A_BOLD | A_UNDERLINE);
	mvhline(y, 0, ' ', COLS);
	x = put_title(y, x, l->width[SIZE], "SIZE", order == TOP_PAGES, false);
	x = put_title(y, x, l->width[SHARE], "SHARE", false, false);
	x = put_title(y, x, l->width[CHANGE], "CHANGE", order == TOP_CHANGE, false);
	x = put_title(y, x, l->width[RATE], l->is_compact ? "PER SEC" : "PER SECOND",
		      order == TOP_RATE, false);
	x = put_title(y, x, l->width[LAST], "LAST", false, true);
	put_title(y, x, l->width[STACKS], "STACKS", order == TOP_STACKS, false);
	if (title)
		snprintf(text, sizeof(text), "%-*s%s", NAME_WIDTH, title, "LARGEST STACK");
	else
		snprintf(text, sizeof(text), "OWNER [MODULE] < CALLERS");
	top_put_part(s, y, l->text, (int)text_width(l), s->left,
		     (struct pageowner_text){ text, strlen(text) });
	if (order == TOP_OWNER && !s->left)
		mvchgat(y, l->text, title ? (int)strlen(title) : 5, A_REVERSE, 0, NULL);
	attroff(A_BOLD | A_UNDERLINE);
}

/* Keys as far as they fit: the first are those that lead to the others. */
static void draw_keys(const struct top_state *s, int x)
{
	static const char *const live[] = {
		"h help", "q quit", "enter stack", "g group", "s sort", "/ filter",
		"space pause", "r reset", "w write", "+ - delay", NULL
	};
	static const char *const replay[] = {
		"h help", "q quit", "n next", "p previous", "space play", "enter stack",
		"g group", "s sort", "/ filter", "r reset", "w write", NULL
	};
	const char *const *keys = top_is_replay(s) ? replay : live;

	for (; *keys && x + (int)strlen(*keys) <= COLS; keys++) {
		top_put(s, LINES - 1, x, *keys);
		x += (int)strlen(*keys) + 2;
	}
}

static void draw_foot(const struct top_state *s)
{
	char line[sizeof(s->search) + 32];
	int x = 0;

	mvhline(LINES - 1, 0, ' ', COLS);
	if (s->typing) {
		snprintf(line, sizeof(line), "Only stacks with: %s", s->search);
		top_put(s, LINES - 1, 0, line);
		return;
	}
	if (*s->message) {
		top_put(s, LINES - 1, 0, s->message);
		return;
	}
	if (*s->search) {
		snprintf(line, sizeof(line), "Only \"%s\"", s->search);
		attron(A_BOLD);
		top_put(s, LINES - 1, 0, line);
		attroff(A_BOLD);
		x = (int)strlen(line) + 2;
	}
	attron(A_DIM);
	draw_keys(s, x);
	attroff(A_DIM);
}

/* Of the lines of the terminal the head, the titles and the foot take some. */
size_t top_page_rows(const struct top_state *s)
{
	const int used = top_head_height(s) + 2;

	return LINES > used ? (size_t)(LINES - used) : 1;
}

static void view_rows(struct top_state *s)
{
	if (s->is_viewed)
		return;
	s->view.search = *s->search ? s->search : NULL;
	s->count = s->is_stale ? 0 : top_model_view(s->model, &s->view, &s->rows);
	s->is_viewed = !s->is_stale;
	/* The row that is shown in detail is followed. */
	for (size_t i = 0; s->page == TOP_DETAILS && i < s->count; i++)
		if (top_row_id(&s->view, &s->rows[i]) == s->details)
			s->cursor = i;
}

static void draw_table(struct top_state *s)
{
	const struct layout layout = make_layout(&s->view);
	int y = top_head_height(s);

	top_draw_head(s);
	if (y < LINES - 1)
		draw_titles(s, &layout, y++);
	if (!s->count)
		top_put(s, y, 0, s->is_stale || (!s->failure && !top_model_samples(s->model)) ?
			"Reading ..." : "Nothing to show.");
	s->is_cut = false;
	for (size_t i = s->top; i < s->count && y < LINES - 1; i++)
		s->is_cut |= draw_row(s, &layout, y++, &s->rows[i], i == s->cursor);
	draw_foot(s);
}

void top_draw(struct top_state *s)
{
	size_t page;

	view_rows(s);
	page = top_page_rows(s);
	if (s->cursor >= s->count)
		s->cursor = s->count ? s->count - 1 : 0;
	if (s->cursor < s->top)
		s->top = s->cursor;
	if (s->cursor >= s->top + page)
		s->top = s->cursor - page + 1;
	/* No empty lines at the end while there are rows before */
	if (s->top + page > s->count)
		s->top = s->count > page ? s->count - page : 0;
	erase();
	if (s->page == TOP_TABLE)
		draw_table(s);
	else
		top_draw_page(s);
	refresh();
}
