// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * zone.c - the sums over the pageblocks of each zone.
 *
 * pageblock.c has the contents of a pageblock, and whether it is mixed.
 */
#include "pageblock_private.h"

#include <stdlib.h>

/* The zone of a block: that of the previous block if it is the same, otherwise a new
 * one. Duplicates are merged at the end. */
static struct po_zone *zone_of(struct pageowner_pageblocks *b,
				      const struct po_block *block)
{
	struct po_zone *zones = b->zones;
	const size_t count = b->zones_count;

	if (count && zones[count - 1].node == block->node &&
	    zones[count - 1].zone == block->zone)
		return &zones[count - 1];
	zones = po_grow(&b->budget, zones, &b->zones_room, b->zones_count + 1,
			sizeof(*zones));
	if (!zones)
		return NULL;
	b->zones = zones;
	zones[b->zones_count] = (struct po_zone){
		.node = block->node, .zone = block->zone,
	};
	return &zones[b->zones_count++];
}

static int compare_zones(const void *a, const void *b)
{
	const struct po_zone *x = a, *y = b;

	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	return (x->zone > y->zone) - (x->zone < y->zone);
}

static void add_zone(struct po_zone *to, const struct po_zone *from)
{
	for (int t = 0; t < PAGEOWNER_MIGRATE_TYPES; t++) {
		to->blocks[t] += from->blocks[t];
		to->mixed[t] += from->mixed[t];
	}
	to->pages += from->pages;
}

static int merge_zones(struct pageowner_pageblocks *b)
{
	const size_t sorting = po_sort_size(b->zones_count, sizeof(*b->zones));
	struct po_zone *zones = b->zones;
	size_t to = 0;

	if (!po_budget_take(&b->budget, sorting))
		return -ENOMEM;
	qsort(zones, b->zones_count, sizeof(*zones), compare_zones);
	po_budget_give(&b->budget, sorting);
	for (size_t i = 1; i < b->zones_count; i++) {
		if (compare_zones(&zones[to], &zones[i]))
			zones[++to] = zones[i];
		else
			add_zone(&zones[to], &zones[i]);
	}
	b->zones_count = to + 1;
	return 0;
}

int po_zones_finish(struct pageowner_pageblocks *b)
{
	b->zones_count = 0;
	for (size_t i = 0; i < b->count; i++) {
		const struct po_block *block = &b->blocks[i];
		struct po_zone *zone = zone_of(b, block);

		if (!zone)
			return -ENOMEM;
		zone->blocks[block->type]++;
		if (block->is_mixed)
			zone->mixed[block->type == PAGEOWNER_MIGRATE_CMA ?
				PAGEOWNER_MIGRATE_MOVABLE : block->type]++;
		for (size_t t = 0; t < PO_ARRAY_SIZE(block->pages); t++)
			zone->pages += block->pages[t];
	}
	return b->zones_count ? merge_zones(b) : 0;
}

PO_EXPORT size_t
pageowner_pageblocks_zone_count(const struct pageowner_pageblocks *b)
{
	return b->view->is_ready ? b->zones_count : 0;
}

PO_EXPORT int
pageowner_pageblocks_zone(const struct pageowner_pageblocks *b, size_t index,
			  const struct pageowner_zone **zone)
{
	struct pageowner_zone *to = &b->view->zone;
	const struct po_zone *from;

	if (!b->view->is_ready)
		return -EINVAL;
	if (index >= b->zones_count)
		return 0;
	from = &b->zones[index];
	to->node = from->node;
	to->zone = from->zone;
	to->pages = from->pages;
	memcpy(to->blocks, from->blocks, sizeof(from->blocks));
	memcpy(to->mixed, from->mixed, sizeof(from->mixed));
	*zone = to;
	return 1;
}
