/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * budget.h - how much memory an object may take, and takes.
 *
 * What grows with the input asks before it grows: chunks and tables, never single
 * records. Who is refused returns as without memory (NULL, -ENOMEM);
 * po_budget_error() tells the two apart at the end.
 */
#ifndef PO_BUDGET_H
#define PO_BUDGET_H

#include "base/po.h"

#include <stdlib.h>

/* Zeroed it has no bound. Threads may share one. Aligned, since on 32 bits the numbers
 * could else lie across two cache lines, which stops all processors for each change. */
struct po_budget {
	_Alignas(8) uint64_t max;	/* bytes; 0 is no bound */
	uint64_t used;		/* changed atomically */
	uint64_t wanted;	/* bytes, when it was refused; both likewise */
	bool refused;		/* since po_budget_begin() */
};

/* For what can be done without: refusing it is no failure. */
static inline bool po_budget_try(struct po_budget *b, size_t bytes)
{
	uint64_t used;

	if (!b)
		return true;
	used = __atomic_add_fetch(&b->used, bytes, __ATOMIC_RELAXED);
	if (po_likely(!b->max || used <= b->max))
		return true;
	__atomic_sub_fetch(&b->used, bytes, __ATOMIC_RELAXED);
	return false;
}

static inline void po_budget_refuse(struct po_budget *b, uint64_t wanted)
{
	if (!b)
		return;
	__atomic_store_n(&b->wanted, wanted, __ATOMIC_RELAXED);
	__atomic_store_n(&b->refused, true, __ATOMIC_RELAXED);
}

static inline bool po_budget_take(struct po_budget *b, size_t bytes)
{
	if (po_likely(po_budget_try(b, bytes)))
		return true;
	po_budget_refuse(b, bytes);
	return false;
}

static inline void po_budget_give(struct po_budget *b, size_t bytes)
{
	if (b)
		__atomic_sub_fetch(&b->used, bytes, __ATOMIC_RELAXED);
}

static inline uint64_t po_budget_used(const struct po_budget *b)
{
	return __atomic_load_n(&b->used, __ATOMIC_RELAXED);
}

/* What is left of it, SIZE_MAX at most */
static inline size_t po_budget_left(const struct po_budget *b)
{
	const uint64_t used = b ? po_budget_used(b) : 0;

	if (!b || !b->max)
		return SIZE_MAX;
	if (used >= b->max)
		return 0;
	return b->max - used < SIZE_MAX ? (size_t)(b->max - used) : SIZE_MAX;
}

static inline void po_budget_begin(struct po_budget *b)
{
	b->refused = false;
}

/* -ENOBUFS instead of an -ENOMEM that is our own doing; else @ret */
static inline int po_budget_error(const struct po_budget *b, int ret)
{
	return ret == -ENOMEM && __atomic_load_n(&b->refused, __ATOMIC_RELAXED) ?
		-ENOBUFS : ret;
}

/* malloc(), realloc() and free() that ask and tell; sizes in bytes. */
static inline void *po_budget_realloc(struct po_budget *b, void *old, size_t from,
				      size_t to)
{
	void *grown;

	if (!po_budget_take(b, to - from))
		return NULL;
	grown = realloc(old, to);
	if (!grown)
		po_budget_give(b, to - from);
	return grown;
}

static inline void *po_budget_alloc(struct po_budget *b, size_t count, size_t size)
{
	size_t bytes;
	void *p;

	if (__builtin_mul_overflow(count ? count : 1, size, &bytes) ||
	    !po_budget_take(b, bytes))
		return NULL;
	p = malloc(bytes);
	if (!p)
		po_budget_give(b, bytes);
	return p;
}

static inline void po_budget_free(struct po_budget *b, void *p, size_t count,
				  size_t size)
{
	if (p)
		po_budget_give(b, (count ? count : 1) * size);
	free(p);
}

/* What qsort() of the C library may take beside the array, bytes */
static inline size_t po_sort_size(size_t count, size_t size)
{
	return count * size;
}

#endif
