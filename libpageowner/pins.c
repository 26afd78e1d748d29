// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * pins.c - which holders pin each pageblock, if the caller wants to know.
 *
 * holder.c counts how many pageblocks a holder pins, without keeping which; pageblock.c
 * decides what pins a pageblock.
 */
#include "pageblock_private.h"

#include <stdio.h>
#include <stdlib.h>

PO_EXPORT int pageowner_pageblocks_keep_pins(struct pageowner_pageblocks *b)
{
	const bool is_empty = !b->count && !b->pending_count;

	snprintf(b->error, sizeof(b->error), "%s",
		 is_empty ? "" : "the pageblocks hold records already");
	if (!is_empty)
		return -EBUSY;
	b->keeps_pins = true;
	return 0;
}

static bool is_of(const struct po_pin *pin, uint32_t holder, const struct po_block *block)
{
	return pin->holder == holder && pin->number == block->number &&
		pin->node == block->node && pin->zone == block->zone;
}

static int compare_place(const struct po_pin *pin, uint64_t number, int32_t node,
			 int16_t zone)
{
	if (pin->number != number)
		return pin->number < number ? -1 : 1;
	if (pin->node != node)
		return pin->node < node ? -1 : 1;
	return (pin->zone > zone) - (pin->zone < zone);
}

static int compare_pins(const void *a, const void *b)
{
	const struct po_pin *x = a, *y = b;
	const int ret = compare_place(x, y->number, y->node, y->zone);

	return ret ? ret : (x->holder > y->holder) - (x->holder < y->holder);
}

/* Sort pins and merge equal ones: a pageblock that was entered again has several of a
 * holder. */
static int merge_pins(struct pageowner_pageblocks *b)
{
	const size_t sorting = po_sort_size(b->pins_count, sizeof(*b->pins));
	size_t count = 0;

	if (!b->pins_count)
		return 0;
	if (!po_budget_take(&b->budget, sorting))
		return -ENOMEM;
	qsort(b->pins, b->pins_count, sizeof(*b->pins), compare_pins);
	po_budget_give(&b->budget, sorting);
	for (size_t i = 0; i < b->pins_count; i++) {
		if (count && !compare_pins(&b->pins[count - 1], &b->pins[i]))
			b->pins[count - 1].pages += b->pins[i].pages;
		else
			b->pins[count++] = b->pins[i];
	}
	b->pins_count = b->pins_merged = count;
	return 0;
}

int po_pin_count(struct pageowner_pageblocks *b, uint32_t holder, size_t *last,
		 const struct po_block *block, uint64_t pages)
{
	struct po_pin *pins;

	if (*last < b->pins_count && is_of(&b->pins[*last], holder, block)) {
		b->pins[*last].pages += pages;
		return 0;
	}
	/* If PFNs go to and fro, many pins are the same. */
	if (b->pins_count == b->pins_room && b->stats.descending &&
	    b->pins_count / 2 > b->pins_merged && merge_pins(b) < 0)
		return -ENOMEM;
	pins = po_grow(&b->budget, b->pins, &b->pins_room, b->pins_count + 1, sizeof(*pins));
	if (!pins)
		return -ENOMEM;
	b->pins = pins;
	*last = b->pins_count++;
	pins[*last] = (struct po_pin){
		.number = block->number, .node = block->node, .zone = block->zone,
		.holder = holder, .pages = pages,
	};
	return 0;
}

int po_pins_finish(struct pageowner_pageblocks *b)
{
	const int ret = merge_pins(b);
	size_t block = 0;

	for (size_t i = 0; ret == 0 && i < b->pins_count; i++) {
		while (block + 1 < b->count &&
		       compare_place(&b->pins[i], b->blocks[block].number,
				     b->blocks[block].node, b->blocks[block].zone))
			block++;
		b->pins[i].block = block;
	}
	return ret;
}

PO_EXPORT int pageowner_pageblocks_pin(const struct pageowner_pageblocks *b, size_t index,
				       const struct pageowner_pin **pin)
{
	const struct po_pin *from;

	if (!b->view->is_ready)
		return -EINVAL;
	if (index >= b->pins_count)
		return 0;
	from = &b->pins[index];
	b->view->pin = (struct pageowner_pin){
		.block = from->block, .holder = from->holder, .pages = from->pages,
	};
	*pin = &b->view->pin;
	return 1;
}
