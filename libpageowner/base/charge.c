// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * charge.c - what an object uses of the budget that it shares with others.
 *
 * How much all of them may use is known to budget.c.
 */
#include "base/charge.h"

#include <stdlib.h>

int po_budget_join(struct po_budget *b, struct pageowner_budget *shared)
{
	const uint64_t used = po_budget_used(b);

	if (shared == b->shared)
		return 0;
	if (pageowner_budget_take(shared, used) < 0)
		return -ENOBUFS;
	po_budget_keep(shared);
	pageowner_budget_give(b->shared, used);
	pageowner_budget_free(b->shared);
	b->shared = shared;
	return 0;
}

void po_budget_leave(struct po_budget *b)
{
	pageowner_budget_give(b->shared, po_budget_used(b));
	pageowner_budget_free(b->shared);
	*b = (struct po_budget){ 0 };
}

size_t po_budget_left(const struct po_budget *b)
{
	uint64_t max, used;

	if (!b || !b->shared)
		return SIZE_MAX;
	max = pageowner_budget_max(b->shared);
	if (!max)
		return SIZE_MAX;
	used = pageowner_budget_used(b->shared);
	if (used >= max)
		return 0;
	return max - used < SIZE_MAX ? (size_t)(max - used) : SIZE_MAX;
}

bool po_budget_try(struct po_budget *b, size_t bytes)
{
	if (!b)
		return true;
	if (pageowner_budget_take(b->shared, bytes) < 0)
		return false;
	__atomic_add_fetch(&b->used, bytes, __ATOMIC_RELAXED);
	return true;
}

void po_budget_refuse(struct po_budget *b, uint64_t wanted)
{
	if (!b)
		return;
	__atomic_store_n(&b->wanted, wanted, __ATOMIC_RELAXED);
	__atomic_store_n(&b->refused, true, __ATOMIC_RELAXED);
}

bool po_budget_take(struct po_budget *b, size_t bytes)
{
	if (po_likely(po_budget_try(b, bytes)))
		return true;
	po_budget_refuse(b, bytes);
	return false;
}

void po_budget_give(struct po_budget *b, size_t bytes)
{
	if (!b)
		return;
	__atomic_sub_fetch(&b->used, bytes, __ATOMIC_RELAXED);
	pageowner_budget_give(b->shared, bytes);
}

void *po_budget_realloc(struct po_budget *b, void *old, size_t from, size_t to)
{
	void *grown;

	if (!po_budget_take(b, to - from))
		return NULL;
	grown = realloc(old, to);
	if (!grown)
		po_budget_give(b, to - from);
	return grown;
}

void *po_budget_alloc(struct po_budget *b, size_t count, size_t size)
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

void po_budget_free(struct po_budget *b, void *p, size_t count, size_t size)
{
	if (p)
		po_budget_give(b, (count ? count : 1) * size);
	free(p);
}
