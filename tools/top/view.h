/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * view.h - what the files of the full-screen view have among themselves.
 */
#ifndef TOP_VIEW_H
#define TOP_VIEW_H

#include <time.h>

#include "screen.h"

/* What the thread is doing */
enum loading { IDLE, BUSY, DONE };

/* What is on the screen: the table, or a page over it */
enum top_page { TOP_TABLE, TOP_HELP, TOP_DETAILS, TOP_GROUPINGS, TOP_SORTINGS };

struct top_state {
	struct top_screen *screen;
	struct top_model *model;
	struct top_view view;
	/* the sample that is shown; its profile is in the model */
	struct top_sample sample;
	char *failure;		/* why there is no newer one, or NULL */
	/* the thread's, while it is BUSY */
	enum loading loading;	/* atomic */
	int loaded;
	enum top_by loading_by;
	struct top_sample loading_sample;
	size_t next;		/* file of a replay */
	/* what is to be read */
	size_t target;		/* files of a replay that are read without delay */
	size_t baseline;	/* file of a replay that changes are counted from */
	bool is_stale;		/* the model: all is read again */
	double took;		/* seconds, to read the last sample */
	struct timespec last;	/* when it was asked for */
	/* the rows of the view */
	const struct top_row *rows;
	size_t count;
	bool is_viewed;		/* they are up to date */
	/* the user's */
	size_t cursor, top;	/* row that is marked, first row that is shown */
	size_t left;		/* cells that are scrolled out */
	bool is_cut;		/* a row goes on to the right */
	enum top_page page;
	size_t page_top, page_lines;	/* of a page: first line that is shown, all lines */
	size_t choice;		/* of a list */
	uint64_t details;	/* the row that is shown in detail, see top_row_id() */
	bool frozen, typing, unicode, color;
	char search[64];
	char message[256];
	double delay;
};

/* sample.c */

enum loading top_sample_stage(const struct top_state *state);
bool top_is_replay(const struct top_state *state);
/* Starts the thread if it is time. */
void top_sample_ask(struct top_state *state);
/* The next file of a replay, now */
void top_sample_forward(struct top_state *state);
/* Whether there is something new to show */
bool top_sample_take(struct top_state *state);
/* Back to the file before the last: all up to it are read again. */
void top_sample_back(struct top_state *state);
/* After the view's grouping changed: reads again what does not suffice for it. */
void top_sample_regroup(struct top_state *state);
/* Changes are counted from the newest sample on. */
void top_sample_set_baseline(struct top_state *state);

/* cells.c: text as cells of the terminal. What is of a dump is made safe. */

/* Draw the part of a text that begins at cell @skip, at most @width cells, and mark what
 * is cut on either side: whether it is at the end */
bool top_put_part(const struct top_state *state, int y, int x, int width, size_t skip,
		  struct pageowner_text text);
/* The same without marks, for text that goes on in the next line; the cells of all of it */
size_t top_put_slice(int y, int x, int width, size_t skip, struct pageowner_text text);
/* The first part of a string of ours or of a dump */
void top_put(const struct top_state *state, int y, int x, const char *text);

/* The last @cells samples of a row */
void top_draw_sparkline(const struct top_state *state, int y, int x, size_t cells,
			const struct top_row *row);
/* "3.4 MiB", or "3.4M" where there is little room: @buf */
const char *top_bytes(char *buf, double bytes, bool sign, bool is_compact);

/* head.c: the lines above the table, and how many these are */
int top_head_height(const struct top_state *state);
void top_draw_head(const struct top_state *state);

/* draw.c */

/* Colour pairs */
enum { TOP_GROWS = 1, TOP_SHRINKS, TOP_BAR, TOP_WARNING };

void top_draw(struct top_state *state);
/* Rows that fit the terminal */
size_t top_page_rows(const struct top_state *state);

/* page.c */

void top_draw_page(struct top_state *state);
/* What a key chooses in a list: its number, or -1 */
int top_page_choice(const struct top_state *state, int key);

/* keys.c: false to quit */
bool top_press(struct top_state *state, int key);

#endif
