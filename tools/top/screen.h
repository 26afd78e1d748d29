/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * screen.h - the full-screen view of pageowner-stacks-top.
 */
#ifndef TOP_SCREEN_H
#define TOP_SCREEN_H

#include "model.h"

/* Zeroed before use */
struct top_sample {
	struct pageowner_profile *profile;
	double time;		/* seconds since 1970, or since the first sample */
	uint64_t page_size;	/* bytes */
	uint64_t memory, unused;	/* bytes of the machine; 0 if that is not known */
	bool is_assumed;	/* the size of a page */
	bool is_damaged;	/* or incomplete */
	const char *machine;	/* if it is another than of the sample before, or NULL */
	char *name;		/* to be freed, as these: */
	char *warning;		/* what of it is incomplete or damaged, or NULL */
	char *why;		/* it failed, or NULL */
};

void top_sample_free(struct top_sample *sample);

/* Where samples come from */
struct top_source {
	/* Takes a sample in for views by @by, of a replay the file of that @number: 0 or
	 * -1. In a thread of its own; no other call is made while it runs. */
	int (*load)(void *data, size_t number, enum top_by by, struct top_sample *sample);
	void *data;
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
	bool was_damaged;	/* set if a sample was, or could not be read */
	bool is_reading;	/* set if a thread still does, with all of @source */
};

/* Whether the terminal can show it; not if TERM is dumb or unknown */
bool top_screen_fits(void);

/* Until the user quits: 0, or -1 after a message. */
int top_screen_run(struct top_screen *screen);

#endif
