/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * grow.h - arrays that grow.
 */
#ifndef PO_GROW_H
#define PO_GROW_H

#include "base/charge.h"

/* As below, when there is no room. */
void *po_grow_now(struct po_budget *budget, void *array, size_t *room, size_t need,
		  size_t size);

/*
 * An array with room for @need elements of @size bytes: @array itself, or moved; new
 * elements are not cleared. NULL without memory, then it is as it was. @room: how many
 * there are, updated. To be freed with po_budget_free(budget, array, room, size).
 */
static inline void *po_grow(struct po_budget *budget, void *array, size_t *room,
			    size_t need, size_t size)
{
	return po_likely(need <= *room) ? array :
		po_grow_now(budget, array, room, need, size);
}

#endif
