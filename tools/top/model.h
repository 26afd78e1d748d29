/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * top-model.h - who holds the memory, now and over the last samples.
 *
 * Keeps each stack with what it held in each of the last samples, and makes rows
 * of them, by stack, owner or module, as a view asks for. Knows nothing of where
 * samples come from or how rows are shown.
 */
#ifndef TOP_MODEL_H
#define TOP_MODEL_H

#include <stdbool.h>
#include <stdio.h>

#include <pageowner/pageowner.h>

/* Samples that are remembered */
#define TOP_HISTORY	64

enum top_by { TOP_BY_STACK, TOP_BY_OWNER, TOP_BY_MODULE, TOP_BYS };
enum top_order {
	TOP_PAGES, TOP_CHANGE, TOP_RATE, TOP_STACKS, TOP_NAME, TOP_ORDERS
};

struct top_row {
	struct pageowner_text owner;	/* of its largest stack */
	struct pageowner_text module;	/* likewise; empty for the kernel */
	struct pageowner_text stack;	/* the largest of its stacks */
	uint64_t largest;		/* pages of that */
	uint64_t pages;
	uint64_t first;			/* pages in the first sample of all */
	size_t stacks;			/* that hold pages now */
	/* The last samples, the newest at history[samples - 1] */
	uint64_t history[TOP_HISTORY];
};

/* Which rows, in which order */
struct top_view {
	enum top_by by;
	enum top_order order;
	uint64_t threshold;		/* pages a row has at least */
	const char *search;		/* in owner, module or frames; NULL: all */
};

struct top_model;

/* @budget: what samples can make it take; NULL: no limit */
struct top_model *top_model_new(struct pageowner_budget *budget);
void top_model_free(struct top_model *model);

/*
 * A sample: @profile is grouped by "callstack" and not needed afterwards. @filter
 * or NULL: which stacks to keep, all count for the total. @time: seconds, since
 * any moment. 0, -ENOMEM or, for the bound, -ENOBUFS.
 */
int top_model_add(struct top_model *model, struct pageowner_profile *profile,
		  const struct pageowner_filter *filter, double time);

/* Makes the rows of a view: how many there are. They stay until the next call of
 * this or of top_model_add(). */
size_t top_model_view(struct top_model *model, const struct top_view *view,
		      const struct top_row **rows);

/* Samples remembered, TOP_HISTORY at most */
size_t top_model_samples(const struct top_model *model);
/* Base pages of all stacks, kept or not; of sample 0 the first of all, -1 now */
uint64_t top_model_total(const struct top_model *model, int sample);
/* Pages a second between the last two samples; 0 of the first */
double top_model_rate(const struct top_model *model, const struct top_row *row);
/* Seconds from the first sample to the last */
double top_model_passed(const struct top_model *model);

/* All stacks as show_stacks has them, under a header of pageowner-capture */
void top_model_write(const struct top_model *model, FILE *file,
		     uint64_t page_size);

#endif
