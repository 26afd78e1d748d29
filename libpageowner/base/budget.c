// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * budget.c - one limit on memory for many objects and threads.
 *
 * How much an object uses, and whether it was refused more, is counted in the
 * object's own struct po_budget.
 */
#include "base/charge.h"

#include <stdlib.h>

/* Aligned: on 32 bits a number could span two cache lines, and each change of it
 * would stall all processors. */
struct pageowner_budget {
	_Alignas(8) uint64_t max;	/* bytes; 0: no limit */
	uint64_t used;
	unsigned int users;		/* who created it, and objects */
};

PO_EXPORT int pageowner_budget_new(uint64_t max_bytes,
				   struct pageowner_budget **budget)
{
	struct pageowner_budget *b = calloc(1, sizeof(*b));

	if (!b)
		return -ENOMEM;
	b->max = max_bytes;
	b->users = 1;
	*budget = b;
	return 0;
}

PO_EXPORT void pageowner_budget_free(struct pageowner_budget *b)
{
	if (b && !__atomic_sub_fetch(&b->users, 1, __ATOMIC_ACQ_REL))
		free(b);
}

void po_budget_keep(struct pageowner_budget *b)
{
	if (b)
		__atomic_add_fetch(&b->users, 1, __ATOMIC_RELAXED);
}

PO_EXPORT void pageowner_budget_set_max(struct pageowner_budget *b,
					uint64_t max_bytes)
{
	__atomic_store_n(&b->max, max_bytes, __ATOMIC_RELAXED);
}

PO_EXPORT uint64_t pageowner_budget_max(const struct pageowner_budget *b)
{
	return __atomic_load_n(&b->max, __ATOMIC_RELAXED);
}

PO_EXPORT uint64_t pageowner_budget_used(const struct pageowner_budget *b)
{
	return __atomic_load_n(&b->used, __ATOMIC_RELAXED);
}

PO_EXPORT int pageowner_budget_take(struct pageowner_budget *b, uint64_t bytes)
{
	uint64_t max, used;

	if (!b)
		return 0;
	max = pageowner_budget_max(b);
	used = __atomic_add_fetch(&b->used, bytes, __ATOMIC_RELAXED);
	if (po_likely(!max || (used <= max && used >= bytes)))
		return 0;
	__atomic_sub_fetch(&b->used, bytes, __ATOMIC_RELAXED);
	return -ENOBUFS;
}

PO_EXPORT void pageowner_budget_give(struct pageowner_budget *b, uint64_t bytes)
{
	if (b)
		__atomic_sub_fetch(&b->used, bytes, __ATOMIC_RELAXED);
}
