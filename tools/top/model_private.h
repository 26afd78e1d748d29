/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * model_private.h - stacks and their samples, for model.c and rows.c.
 */
#ifndef TOP_MODEL_PRIVATE_H
#define TOP_MODEL_PRIVATE_H

#include "model.h"

/* What tells stacks apart: compared in this order */
struct stack_key {
	uint64_t id;			/* of the exact text */
	struct pageowner_text label;	/* of --by; empty if stacks suffice */
	struct pageowner_text text;
};

struct stack {
	struct stack_key key;		/* in @memory */
	struct pageowner_text owner, module;	/* in @memory */
	uint64_t portable;		/* its id without offsets */
	uint64_t first;			/* pages in the baseline */
	uint64_t history[TOP_HISTORY];	/* a ring, as of the model */
	size_t number;			/* place in the order of being first seen */
	size_t names;			/* rows it can be part of in one view */
	char memory[];
};

/* A stack in the row of that name */
struct member {
	uint64_t id;			/* compared first; 0 if it has none */
	struct pageowner_text name;
	const struct stack *stack;
};

struct top_model {
	enum top_by by;		/* of the labels */
	struct stack **stacks;	/* in the order in which they were first seen */
	struct stack **by_key;	/* the same, the first @sorted in the order of their keys */
	size_t count, sorted, room;
	/* Of the last view; as much room as for the names of all stacks */
	struct member *members;
	struct top_row *rows;
	size_t names, names_room;
	size_t added;		/* samples, of all time */
	double times[TOP_HISTORY], first_time;	/* a ring */
	uint64_t thresholds[TOP_HISTORY], first_threshold;	/* a ring; 0: not known */
	uint64_t first_total, total, selected;
	struct pageowner_budget *budget;
	const struct pageowner_plumbing *plumbing;
};

static inline void top_add_pages(uint64_t *sum, uint64_t pages)
{
	if (__builtin_add_overflow(*sum, pages, sum))
		*sum = UINT64_MAX;
}

static inline int compare_texts(struct pageowner_text a, struct pageowner_text b)
{
	const size_t len = a.len < b.len ? a.len : b.len;
	int ret = len ? __builtin_memcmp(a.ptr, b.ptr, len) : 0;

	return ret ? ret : (a.len > b.len) - (a.len < b.len);
}

#endif
