/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * model.h - who holds the memory, now and over the last samples.
 *
 * Keeps the pages of each stack in each of the last samples, and makes rows of them for a
 * view. Knows nothing of where samples come from or how rows are
 * shown.
 */
#ifndef TOP_MODEL_H
#define TOP_MODEL_H

#include <stdbool.h>
#include <stdio.h>

#include <pageowner/pageowner.h>

#include "by.h"

/* Number of samples that are kept */
#define TOP_HISTORY	64

enum top_order {
	TOP_PAGES, TOP_CHANGE, TOP_RATE, TOP_STACKS, TOP_OWNER, TOP_ORDERS
};

struct top_row {
	/* What its stacks have in common, empty for the kernel; unused in rows of stacks */
	struct pageowner_text name;
	struct pageowner_text owner;	/* of its largest stack */
	struct pageowner_text module;	/* of its largest stack; empty for the kernel */
	struct pageowner_text stack;	/* the largest of its stacks */
	uint64_t largest;		/* pages of that */
	uint64_t pages;
	uint64_t first;			/* pages in the baseline */
	size_t stacks;			/* that hold pages now */
	/* The last samples, the newest at history[samples - 1] */
	uint64_t history[TOP_HISTORY];
};

/* Which rows, in which order */
struct top_view {
	enum top_by by;
	enum top_order order;
	bool is_reversed;		/* the smallest first; of names Z to A */
	uint64_t threshold;		/* pages a row has at least */
	const char *search;		/* in owner, module or frames; NULL: all */
};

struct top_model;

/* Whether a row of the view is one stack */
bool top_is_by_stack(const struct top_view *view);
/* Whether the largest row is the first */
bool top_is_by_pages(const struct top_view *view);

/* For views by @by, and by what a stack determines. @budget: limits the memory for
 * samples; NULL: no limit. @plumbing: of owners. NULL without memory */
struct top_model *top_model_new(enum top_by by, struct pageowner_budget *budget,
				const struct pageowner_plumbing *plumbing);
void top_model_free(struct top_model *model);

/*
 * Add a sample: @profile is grouped by top_by_profile_keys() and not needed after the
 * call.
 * @filter: stacks to keep, or NULL for all; the total counts all. @time: seconds since a
 * moment that all samples share. 0, -ENOMEM, or -ENOBUFS if the budget refuses.
 */
int top_model_add(struct top_model *model, struct pageowner_profile *profile,
		  const struct pageowner_filter *filter, double time);

/* The first sample is the baseline of changes until this makes it the newest. */
void top_model_set_baseline(struct top_model *model);

/* Make the rows of a view; returns their number. They are valid until the next call of
 * this function or of top_model_add(). By "module-any" a stack is in several. */
size_t top_model_view(struct top_model *model, const struct top_view *view,
		      const struct top_row **rows);

/* The same number for a row in all views that have it */
uint64_t top_row_id(const struct top_view *view, const struct top_row *row);
/* What rows are sorted by */
extern const char *const top_order_names[TOP_ORDERS];

/* Number of samples that are kept, at most TOP_HISTORY */
size_t top_model_samples(const struct top_model *model);
/* Number of stacks that hold pages in one of these, or in the baseline */
size_t top_model_stacks(const struct top_model *model);
/* Base pages of all stacks, kept or not; sample 0 is the baseline, -1 the newest */
uint64_t top_model_total(const struct top_model *model, int sample);
/* The same of the newest sample without those that the filter left out */
uint64_t top_model_selected(const struct top_model *model);
/* Pages since the baseline, and per second between the last two, 0 for the first.
 * False, and 0, if the count_threshold of one of the two may hide pages that the other
 * shows. */
bool top_model_change(const struct top_model *model, const struct top_row *row,
		      double *pages);
bool top_model_rate(const struct top_model *model, const struct top_row *row, double *rate);
/* Seconds from the baseline to the newest sample */
double top_model_passed(const struct top_model *model);

/* Write all stacks as in show_stacks, after a header of pageowner-capture; @missing: why
 * that is not all, or NULL. 0, or the negative errno of the write that failed. */
int top_model_write(const struct top_model *model, FILE *file, uint64_t page_size,
		    const char *missing);

#endif
