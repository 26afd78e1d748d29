// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * grow.c - arrays that grow, each time by half: doubling would hold as much again for
 * nothing.
 */
#include "base/grow.h"

#define FIRST	64u

void *po_grow_now(struct po_budget *budget, void *array, size_t *room, size_t need,
		  size_t size)
{
	size_t more, bytes;
	void *grown;

	if (__builtin_add_overflow(*room, *room / 2 + FIRST, &more))
		return NULL;
	if (more < need)
		more = need;
	if (__builtin_mul_overflow(more, size, &bytes))
		return NULL;
	grown = po_budget_realloc(budget, array, *room * size, bytes);
	if (grown)
		*room = more;
	return grown;
}
