/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * arena.h - allocate memory that is freed all at once.
 */
#ifndef PO_ARENA_H
#define PO_ARENA_H

#include "base/charge.h"

struct po_arena {
	struct po_budget *budget;
	struct po_chunk *chunks;
	char *at;
	size_t left;
};

/* Allocate @len bytes, aligned for any type, not cleared; NULL if memory runs out.
 * A zeroed struct po_arena is empty and has no budget. */
void *po_arena_alloc(struct po_arena *arena, size_t len);
void po_arena_free(struct po_arena *arena);

#endif
