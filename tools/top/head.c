// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * head.c - what the full-screen view says of all rows together: the sample, how much
 * memory is held, how rows are made, and what is wrong with the sample.
 */
#include "view.h"

#include <curses.h>
#include <stdio.h>
#include <string.h>

#include "tools/lib/units.h"

/* Lines that the table needs before there is room for all of the head */
#define LINES_FOR_ALL	12
#define BAR_MIN		10	/* cells */

/* A name of a file is cut at its start. */
static void draw_name(const struct top_state *s, int y, int width)
{
	const struct pageowner_text name = {
		s->sample.name, s->sample.name ? strlen(s->sample.name) : 0
	};
	size_t all;

	if (!name.len)
		return;
	all = top_put_slice(y, 0, 0, 0, name);
	top_put_part(s, y, 0, width, width > 0 && all > (size_t)width ? all - (size_t)width : 0,
		     name);
}

/* Where the sample is from, and when */
static void draw_sample(const struct top_state *s, int y)
{
	const char *paused = s->frozen ? " paused" : "";
	const time_t seconds = (time_t)s->sample.time;
	char line[96], date[32] = "";
	struct tm tm;
	int width;

	/* Of a replay without times these count from the first sample. */
	if (s->sample.name && s->sample.time > 1e8 && COLS >= 60 && gmtime_r(&seconds, &tm))
		strftime(date, sizeof(date), " %F %TZ ", &tm);
	if (top_is_replay(s))
		snprintf(line, sizeof(line), "%s %zu/%zu%s", date, s->next,
			 s->screen->source.count, paused);
	else
		snprintf(line, sizeof(line), "%s every %gs%s", date, s->delay, paused);
	width = COLS - (int)strlen(line);
	attron(A_BOLD);
	draw_name(s, y, width);
	attroff(A_BOLD);
	top_put(s, y, width > 0 ? width : 0, line);
}

static void draw_segment(const struct top_state *s, int y, int *x, double cells, char c,
			 attr_t attributes, short pair)
{
	for (int i = 0; i < (int)(cells + 0.5); i++)
		mvaddch(y, (*x)++, (chtype)c | attributes |
			(s->color ? (chtype)COLOR_PAIR(pair) : 0));
}

/* Recorded memory, other memory in use, and free memory, of all the machine has */
static void draw_memory(const struct top_state *s, int y)
{
	const bool is_compact = COLS < 100;
	const double held = (double)top_model_total(s->model, -1) * (double)s->sample.page_size;
	const double all = (double)s->sample.memory;
	const double unused = (double)s->sample.unused < all ? (double)s->sample.unused : all;
	const double recorded = held < all ? held : all;
	const double other = all - unused > recorded ? all - unused - recorded : 0;
	char a[UNITS_TEXT_MAX], b[UNITS_TEXT_MAX], c[UNITS_TEXT_MAX], line[128];
	int x = 5, width;

	top_bytes(a, held, false, is_compact);
	if (all <= 0) {
		snprintf(line, sizeof(line), "Mem  %s recorded", a);
		top_put(s, y, 0, line);
		return;
	}
	top_bytes(b, all - unused, false, is_compact);
	top_bytes(c, all, false, is_compact);
	if (COLS >= 70)
		snprintf(line, sizeof(line), "] %s recorded, %s used of %s", a, b, c);
	else
		snprintf(line, sizeof(line), "] %s of %s", a, c);
	width = COLS - x - (int)strlen(line);
	if (width < BAR_MIN) {
		top_put(s, y, 0, line + 2);
		return;
	}
	top_put(s, y, 0, "Mem [");
	draw_segment(s, y, &x, recorded / all * width, '|', A_BOLD, TOP_BAR);
	draw_segment(s, y, &x, other / all * width, ':', A_NORMAL, 0);
	top_put(s, y, 5 + width, line);
}

/* Which rows, in which order, and how all of it changed */
static void draw_view(const struct top_state *s, int y)
{
	const double change = (double)top_model_total(s->model, -1) -
		(double)top_model_total(s->model, 0);
	char grown[UNITS_TEXT_MAX], passed[UNITS_TEXT_MAX], line[160];

	snprintf(line, sizeof(line), "%zu %s by %s%s, %s in %s", s->count,
		 top_bys[s->view.by].rows, top_order_names[s->view.order],
		 s->view.is_reversed ? " reversed" : "",
		 top_bytes(grown, change * (double)s->sample.page_size, true, COLS < 60),
		 units_duration(passed, top_model_passed(s->model)));
	if (top_model_selected(s->model) != top_model_total(s->model, -1)) {
		const size_t len = strlen(line);

		snprintf(line + len, sizeof(line) - len, "; %s selected",
			 top_bytes(grown, (double)top_model_selected(s->model) *
				   (double)s->sample.page_size, false, COLS < 60));
	}
	if (s->sample.is_assumed) {
		const size_t len = strlen(line);

		snprintf(line + len, sizeof(line) - len, "; assuming %ju KiB pages",
			 (uintmax_t)s->sample.page_size / 1024);
	}
	top_put(s, y, 0, line);
}

static void draw_warning(const struct top_state *s, int y, const char *text)
{
	attron(s->color ? A_BOLD | (attr_t)COLOR_PAIR(TOP_WARNING) : A_BOLD);
	top_put(s, y, 0, text);
	attroff(s->color ? A_BOLD | (attr_t)COLOR_PAIR(TOP_WARNING) : A_BOLD);
}

/* Rows by what the records do not say are one row. */
static bool is_unknown(const struct top_state *s)
{
	return top_bys[s->view.by].keys && s->is_viewed && s->count == 1 &&
		s->rows[0].name.len == 1 && *s->rows[0].name.ptr == '-';
}

/* In this order from the top */
enum line { SAMPLE, MEMORY, VIEW, FAILURE, WARNING, OVERLAP, UNKNOWN, LINES_OF_HEAD };

static bool has_line(const struct top_state *s, enum line line)
{
	const bool has_room = LINES >= LINES_FOR_ALL;

	switch (line) {
	case SAMPLE:
		return true;
	case FAILURE:
		return s->failure;
	case WARNING:
		return s->sample.warning;
	case OVERLAP:
		return has_room && s->view.by == TOP_BY_MODULE_ANY;
	case UNKNOWN:
		return has_room && is_unknown(s);
	default:
		return has_room;
	}
}

static void draw_line(const struct top_state *s, enum line line, int y)
{
	switch (line) {
	case SAMPLE:
		draw_sample(s, y);
		break;
	case MEMORY:
		draw_memory(s, y);
		break;
	case VIEW:
		draw_view(s, y);
		break;
	case FAILURE:
		draw_warning(s, y, s->failure);
		break;
	case WARNING:
		draw_warning(s, y, s->sample.warning);
		break;
	case OVERLAP:
		top_put(s, y, 0, COLS < 60 ? "rows overlap: a stack is in several" :
			TOP_OVERLAP);
		break;
	default:
		top_put(s, y, 0, "not in this input: only page_owner dumps have it");
	}
}

int top_head_height(const struct top_state *s)
{
	int height = 0;

	for (enum line line = SAMPLE; line < LINES_OF_HEAD; line++)
		height += has_line(s, line);
	return height;
}

void top_draw_head(const struct top_state *s)
{
	int y = 0;

	for (enum line line = SAMPLE; line < LINES_OF_HEAD; line++)
		if (has_line(s, line))
			draw_line(s, line, y++);
}
