/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * top-screen.h - the full-screen view of pageowner-stacks-top.
 */
#ifndef TOP_SCREEN_H
#define TOP_SCREEN_H

#include "model.h"

struct top_sample {
	struct pageowner_profile *profile;
	double time;		/* seconds since a common moment */
	uint64_t page_size;	/* bytes */
	char *why;		/* it failed, or NULL; to be freed */
};

/* Where samples come from */
struct top_source {
	/* Takes a sample in, of a replay the file of that @number: 0 or -1. In a
	 * thread of its own; no other call is made while it runs. */
	int (*load)(void *data, size_t number, struct top_sample *sample);
	void *data;
	const char *name;
	size_t count;		/* of files to replay, 0 on a live kernel */
};

struct top_screen {
	struct top_source source;
	struct top_view view;
	const struct pageowner_filter *filter;
	double delay;		/* seconds */
	struct pageowner_budget *budget;	/* for the model */
	const struct pageowner_plumbing *plumbing;	/* for the model */
	bool color;
};

/* Until the user quits: 0, or -1 after a message. */
int top_screen_run(struct top_screen *screen);

#endif
