/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * arena.h - memory that is freed all at once.
 */
#ifndef PO_ARENA_H
#define PO_ARENA_H

#include "base/budget.h"

struct po_arena {
	struct po_budget *budget;
	struct po_chunk *chunks;
	char *at;
	size_t left;
};

/* @len bytes, aligned for anything, not cleared; NULL without memory. A zeroed
 * struct po_arena is an empty one, without a budget. */
void *po_arena_alloc(struct po_arena *arena, size_t len);
void po_arena_free(struct po_arena *arena);

#endif
