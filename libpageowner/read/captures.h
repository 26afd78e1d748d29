/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * captures.h - the conditions of each capture that was read, in order.
 */
#ifndef PO_CAPTURES_H
#define PO_CAPTURES_H

#include "base/po.h"

#include <pageowner/conditions.h>
#include <pageowner/reader.h>

#include "base/charge.h"

/* A zeroed one is empty. */
struct po_captures {
	struct pageowner_conditions **list;
	size_t count, room;
	struct po_budget *budget;	/* NULL for none */
	size_t taken;		/* bytes of it for what is in the list */
	/* For po_captures_replace_line(): */
	uint64_t records_before;	/* the last one */
	bool is_judged;
};

/* Store what a line says in the last capture, or in a new one if the line begins a
 * capture or its input: 0 or -ENOMEM. */
int po_captures_add_line(struct po_captures *captures, uint64_t offset,
			 struct pageowner_text line, bool begins_input);
/* The same, but keep only the last capture, and note if the one before is incomplete. */
int po_captures_replace_line(struct po_captures *captures, uint64_t offset,
			     struct pageowner_text line,
			     struct pageowner_input_stats *stats);
/*
 * Those from number @from on were read to their end, and @records records with them:
 * count what is not complete, or has fewer records than it says. 0 or -ENOMEM.
 */
int po_captures_judge(struct po_captures *captures, size_t from, uint64_t records,
		      struct pageowner_input_stats *stats);
/* The same of the last one, at the end of the input, once */
int po_captures_judge_last(struct po_captures *captures, struct pageowner_input_stats *stats);
/* Add copies, @base added to their offsets: 0 or -ENOMEM. */
int po_captures_merge(struct po_captures *captures,
		      const struct po_captures *from, uint64_t base);
/* Add one copy: 0 or -ENOMEM. */
int po_captures_add_copy(struct po_captures *captures,
			 const struct pageowner_conditions *conditions);
/* Remove what was merged or copied as number @from and later. */
void po_captures_drop(struct po_captures *captures, size_t from);
/* 1 with *conditions set, 0 if there is no such capture */
int po_captures_get(const struct po_captures *captures, size_t index,
		    const struct pageowner_conditions **conditions);
void po_captures_free(struct po_captures *captures);

#endif
