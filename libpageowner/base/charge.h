/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * charge.h - what an object uses of the budget that it shares with others.
 *
 * What grows with the input asks before it grows: chunks and tables, never single
 * records. A refused request fails like an allocation failure (NULL, -ENOMEM);
 * po_budget_error() distinguishes the two at the end of a call.
 */
#ifndef PO_CHARGE_H
#define PO_CHARGE_H

#include "base/po.h"

#include <pageowner/budget.h>

/* A zeroed one has no limit. Threads that work for one object share it. */
struct po_budget {
	struct pageowner_budget *shared;	/* NULL: no limit */
	_Alignas(8) uint64_t used;	/* bytes, by this object; changed atomically */
	uint64_t wanted;	/* bytes, when it was refused; also atomically */
	bool refused;		/* since po_budget_begin() */
};

/* One more user of @shared, or of none if NULL: pageowner_budget_free() ends it. */
void po_budget_keep(struct pageowner_budget *shared);

#define PO_BUDGET_TOO_SMALL	"more memory is in use than the budget allows"

/* Take part in @shared, or in none if NULL, with what is used already: 0 or
 * -ENOBUFS. @shared stays until po_budget_leave(). */
int po_budget_join(struct po_budget *b, struct pageowner_budget *shared);

/* At the end of an object: all that it used is free again. */
void po_budget_leave(struct po_budget *b);

/* In all functions below @b may be NULL, which means no limit. */

/* For optional memory: a refusal is not a failure. */
bool po_budget_try(struct po_budget *b, size_t bytes);
bool po_budget_take(struct po_budget *b, size_t bytes);
void po_budget_give(struct po_budget *b, size_t bytes);
/* Note that @wanted bytes were refused. */
void po_budget_refuse(struct po_budget *b, uint64_t wanted);

/* The rest of the limit, at most SIZE_MAX */
size_t po_budget_left(const struct po_budget *b);

/* malloc(), realloc() and free() that charge and uncharge; sizes in bytes. */
void *po_budget_realloc(struct po_budget *b, void *old, size_t from, size_t to);
void *po_budget_alloc(struct po_budget *b, size_t count, size_t size);
void po_budget_free(struct po_budget *b, void *p, size_t count, size_t size);

static inline uint64_t po_budget_used(const struct po_budget *b)
{
	return __atomic_load_n(&b->used, __ATOMIC_RELAXED);
}

static inline void po_budget_begin(struct po_budget *b)
{
	b->refused = false;
}

/* -ENOBUFS in place of an -ENOMEM that the limit caused; otherwise @ret */
static inline int po_budget_error(const struct po_budget *b, int ret)
{
	return ret == -ENOMEM && __atomic_load_n(&b->refused, __ATOMIC_RELAXED) ?
		-ENOBUFS : ret;
}

/* What qsort() of the C library may allocate besides the array, bytes */
static inline size_t po_sort_size(size_t count, size_t size)
{
	return count * size;
}

#endif
