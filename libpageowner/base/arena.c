// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * arena.c - allocate memory that is freed all at once.
 */
#include "base/arena.h"

#define CHUNK_SIZE	((size_t)128 << 10)
#define ALIGNMENT	8u

struct po_chunk {
	struct po_chunk *next;
	size_t size;		/* including this head */
	uint64_t data[];
};

void *po_arena_alloc(struct po_arena *arena, size_t len)
{
	void *p;

	if (len > SIZE_MAX - CHUNK_SIZE)
		return NULL;
	len = (len + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
	if (po_unlikely(len > arena->left)) {
		/* The rest of the old chunk is wasted; texts are short. */
		size_t size = len > CHUNK_SIZE / 4 ? len :
			CHUNK_SIZE - sizeof(struct po_chunk);
		struct po_chunk *chunk = po_budget_alloc(arena->budget, 1,
							 sizeof(*chunk) + size);

		if (!chunk)
			return NULL;
		chunk->size = sizeof(*chunk) + size;
		chunk->next = arena->chunks;
		arena->chunks = chunk;
		if (len > CHUNK_SIZE / 4)
			return chunk->data;	/* its own; the old one stays current */
		arena->at = (char *)chunk->data;
		arena->left = size;
	}
	p = arena->at;
	arena->at += len;
	arena->left -= len;
	return p;
}

void po_arena_free(struct po_arena *arena)
{
	while (arena->chunks) {
		struct po_chunk *next = arena->chunks->next;

		po_budget_free(arena->budget, arena->chunks, 1,
			       arena->chunks->size);
		arena->chunks = next;
	}
	arena->at = NULL;
	arena->left = 0;
}
