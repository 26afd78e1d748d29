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

struct top_state {
	struct top_screen *screen;
	struct top_model *model;
	uint64_t page_size;	/* bytes, of the last sample */
	struct top_view view;
	enum loading loading;	/* atomic: says whose the next three are */
	int loaded;
	struct top_sample sample;
	size_t next;		/* file of a replay */
	/* the user's */
	size_t cursor, top;	/* row that is marked, first row that is shown */
	bool frozen, expanded, help, typing, unicode, color;
	char search[64];
	char message[256];
	double delay;
	struct timespec last;	/* when the last sample was asked for */
};

/* sample.c */

enum loading top_sample_stage(const struct top_state *state);
bool top_is_replay(const struct top_state *state);
/* Starts the thread, unless it runs or there is nothing more to read. */
void top_sample_ask(struct top_state *state);
/* Whether there is something new to show */
bool top_sample_take(struct top_state *state);
/* Back to the file before the last: all up to it are read again. */
void top_sample_back(struct top_state *state);

/* draw.c */

/* Colour pairs */
enum { TOP_GROWS = 1, TOP_SHRINKS };

void top_draw(struct top_state *state);
/* Rows that fit the terminal */
size_t top_page_rows(void);

/* keys.c: false to quit */
bool top_press(struct top_state *state, int key);

#endif
