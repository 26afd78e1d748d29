// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * pageblock.c - put pages into pageblocks.
 *
 * The kernel prints pages in ascending order, so all pages of a pageblock follow each
 * other: the state that is needed to find what pins a pageblock exists only for the
 * current one, and is reduced to a few numbers when the next one begins. holder.c has
 * the holders.
 */
#include "pageblock_private.h"

#include <stdio.h>
#include <stdlib.h>

#include "filter_private.h"

/* More pageblocks in one allocation than any kernel has: 1 GiB of 4 KiB pages with
 * pageblocks of 64 */
#define BLOCKS_MAX	4096

/* The page type of the first counter in po_block.pages */
#define FIRST_TYPE	PAGEOWNER_MIGRATE_UNMOVABLE

PO_EXPORT int pageowner_pageblocks_new(enum pageowner_by by,
				       struct pageowner_pageblocks **blocks)
{
	struct pageowner_pageblocks *b = calloc(1, sizeof(*b));
	int ret;

	if (!b)
		return -ENOMEM;
	b->names = calloc(1, sizeof(*b->names));
	b->view = calloc(1, sizeof(*b->view));
	ret = b->names && b->view ?
		po_attribution_init(b->names, by, true, &b->budget) : -ENOMEM;
	if (ret < 0) {
		free(b->names);
		free(b->view);
		free(b);
		return ret;
	}
	b->order = PO_ORDER_UNKNOWN;
	*blocks = b;
	return 0;
}

PO_EXPORT void pageowner_pageblocks_free(struct pageowner_pageblocks *b)
{
	if (!b)
		return;
	for (size_t i = 0; i < b->pending_count; i++)
		pageowner_record_free(b->pending[i]);
	po_attribution_free(b->names);
	free(b->names);
	free(b->view);
	free(b->holders);
	free(b->sorted);
	free(b->blocks);
	free(b->pins);
	free(b->zones);
	po_budget_leave(&b->budget);
	free(b);
}

int po_blocks_refuse(struct pageowner_pageblocks *b, int ret, const char *sentence)
{
	snprintf(b->error, sizeof(b->error), "%s", sentence);
	return ret;
}

PO_EXPORT int pageowner_pageblocks_set_budget(struct pageowner_pageblocks *b,
					      struct pageowner_budget *budget)
{
	const int ret = po_budget_join(&b->budget, budget);

	b->error[0] = '\0';
	return ret < 0 ? po_blocks_refuse(b, ret, PO_BUDGET_TOO_SMALL) : 0;
}

static int check_empty(struct pageowner_pageblocks *b)
{
	b->error[0] = '\0';
	return !b->count && !b->pending_count ? 0 :
		po_blocks_refuse(b, -EBUSY, "the pageblocks hold records already");
}

PO_EXPORT int
pageowner_pageblocks_set_plumbing(struct pageowner_pageblocks *b,
				  const struct pageowner_plumbing *plumbing)
{
	const int ret = check_empty(b);

	if (ret == 0)
		b->names->plumbing = plumbing;
	return ret;
}

PO_EXPORT int pageowner_pageblocks_set_filter(struct pageowner_pageblocks *b,
					      const struct pageowner_filter *filter)
{
	const int ret = check_empty(b);

	if (ret == 0)
		b->filter = filter;
	return ret;
}

PO_EXPORT enum pageowner_by
pageowner_pageblocks_by(const struct pageowner_pageblocks *b)
{
	return b->names->by;
}

PO_EXPORT const char *
pageowner_pageblocks_error(const struct pageowner_pageblocks *b)
{
	return b->error;
}

int po_blocks_explain(struct pageowner_pageblocks *b, int ret)
{
	ret = po_budget_error(&b->budget, ret);
	snprintf(b->error, sizeof(b->error), "%s", ret >= 0 ? "" : ret == -ENOBUFS ?
		 "pageblocks and stacks need more memory than allowed" : strerror(-ret));
	return ret;
}

/* --- blocks */

static int compare_blocks(const void *a, const void *b)
{
	const struct po_block *x = a, *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	return (x->zone > y->zone) - (x->zone < y->zone);
}

static uint32_t add_or_stay(uint32_t a, uint64_t b)
{
	return b > UINT32_MAX - a ? UINT32_MAX : a + (uint32_t)b;
}

/* Sort blocks that did not come in order, and merge equal ones. */
static int merge_blocks(struct pageowner_pageblocks *b)
{
	const size_t sorting = po_sort_size(b->count, sizeof(*b->blocks));
	size_t to = 0;

	if (b->ascending == b->count)
		return 0;
	if (!po_budget_take(&b->budget, sorting))
		return -ENOMEM;
	qsort(b->blocks, b->count, sizeof(*b->blocks), compare_blocks);
	po_budget_give(&b->budget, sorting);
	for (size_t i = 1; i < b->count; i++) {
		struct po_block *into = &b->blocks[to];
		const struct po_block *from = &b->blocks[i];

		if (compare_blocks(into, from)) {
			b->blocks[++to] = *from;
			continue;
		}
		for (size_t t = 0; t < PO_ARRAY_SIZE(into->pages); t++)
			into->pages[t] = add_or_stay(into->pages[t],
						     from->pages[t]);
		into->is_mixed |= from->is_mixed;
		into->type = from->type;
		if (into->pinned_by == PAGEOWNER_PINNED_BY_NONE)
			into->pinned_by = from->pinned_by;
		else if (from->pinned_by != PAGEOWNER_PINNED_BY_NONE &&
			 from->pinned_by != into->pinned_by)
			into->pinned_by = PAGEOWNER_PINNED_BY_SEVERAL;
	}
	b->count = to + 1;
	b->ascending = b->count;
	return 0;
}

/* The pageblock, created if it is not the current one; NULL if memory runs out */
static struct po_block *enter_block(struct pageowner_pageblocks *b,
				 const struct po_block *wanted)
{
	struct po_block *blocks;

	if (b->count && !compare_blocks(&b->blocks[b->count - 1], wanted))
		return &b->blocks[b->count - 1];
	/* If PFNs go to and fro, many blocks are the same. */
	if (b->count == b->room && b->count - b->ascending > b->count / 2 &&
	    merge_blocks(b) < 0)
		return NULL;
	blocks = po_grow(&b->budget, b->blocks, &b->room, b->count + 1, sizeof(*blocks));
	if (!blocks)
		return NULL;
	b->blocks = blocks;
	if (b->ascending == b->count && (!b->count ||
	    compare_blocks(&blocks[b->count - 1], wanted) < 0))
		b->ascending++;
	blocks[b->count] = *wanted;
	b->entered++;
	return &blocks[b->count++];
}

/* Whether a page of a type keeps the pageblock from being emptied */
static bool is_pinning(uint8_t page_type, uint8_t block_type)
{
	return (page_type == PAGEOWNER_MIGRATE_UNMOVABLE ||
		page_type == PAGEOWNER_MIGRATE_RECLAIMABLE) &&
		(block_type == PAGEOWNER_MIGRATE_MOVABLE ||
		 block_type == PAGEOWNER_MIGRATE_CMA);
}

/*
 * Count an allocation in all pageblocks it covers. As in the kernel, the rest of an
 * allocation is skipped if its type is that of the pageblock it begins in; otherwise
 * each pageblock is examined.
 */
static int place_pages(struct pageowner_pageblocks *b, const struct pageowner_record *r,
		 uint32_t number)
{
	const uint8_t page_type = po_migratetype_of(r->page_type);
	struct po_block wanted = {
		.number = r->block,
		/* Without NUMA there is only node 0, and it is not printed. */
		.node = (int16_t)(r->has & PAGEOWNER_HAS_NODE ? r->node :
				  r->has & PAGEOWNER_HAS_ZONE ? 0 : -1),
		.zone = (int16_t)(r->has & PAGEOWNER_HAS_ZONE ? r->zone : -1),
		.type = po_migratetype_of(r->block_type),
		.pinned_by = PAGEOWNER_PINNED_BY_NONE,
	};
	uint64_t left = r->pages, in_block = r->pages;

	if (b->order != PO_ORDER_UNKNOWN) {
		const uint64_t size = UINT64_C(1) << b->order;

		in_block = size - (r->pfn & (size - 1));
	}
	for (;;) {
		struct po_block *block = enter_block(b, &wanted);
		const uint64_t pages = left < in_block ? left : in_block;

		if (!block)
			return -ENOMEM;
		block->type = wanted.type;
		if (page_type - FIRST_TYPE < (int)PO_ARRAY_SIZE(block->pages) &&
		    page_type >= FIRST_TYPE)
			block->pages[page_type - FIRST_TYPE] = add_or_stay(
				block->pages[page_type - FIRST_TYPE], pages);
		if (page_type != wanted.type && page_type != PAGEOWNER_MIGRATE_OTHER &&
		    wanted.type != PAGEOWNER_MIGRATE_OTHER)
			block->is_mixed = true;
		if (is_pinning(page_type, wanted.type) &&
		    po_holder_pin(b, number, block, pages) < 0)
			return -ENOMEM;
		left -= pages;
		if (!left)
			break;
		in_block = UINT64_C(1) << b->order;
		wanted.number++;
	}
	return is_pinning(page_type, wanted.type);
}

static void note_order_of_records(struct pageowner_pageblocks *b,
				  const struct pageowner_record *r)
{
	struct pageowner_pageblocks_stats *stats = &b->stats;

	if (stats->counted && r->pfn <= b->last_pfn) {
		if (!stats->descending++)
			stats->first_descending = r->offset;
	} else if (stats->counted && r->pfn < b->next_pfn) {
		stats->overlapping++;
	}
	b->last_pfn = r->pfn;
	b->next_pfn = r->pfn + r->pages;
}

/* --- the size of a pageblock */

static bool is_placed(const struct pageowner_pageblocks *b,
		      const struct pageowner_record *r)
{
	/* The number of pageblock 0 is right with any order that is large enough. */
	if (b->order == PO_ORDER_UNKNOWN)
		return !r->block && r->pfn >> PO_BLOCK_ORDER_MAX == 0;
	return r->pfn >> b->order == r->block &&
		/* An implausible one would fill memory with pageblocks. */
		r->pages >> b->order <= BLOCKS_MAX;
}

/* 1 counted, 0 misplaced, -ENOMEM */
static int place(struct pageowner_pageblocks *b, const struct pageowner_record *r)
{
	int64_t number;
	int pins;

	if (!is_placed(b, r)) {
		if (!b->stats.misplaced++)
			b->stats.first_misplaced = r->offset;
		return 0;
	}
	number = po_holder_of(b, r);
	if (number < 0)
		return -ENOMEM;
	note_order_of_records(b, r);
	pins = place_pages(b, r, (uint32_t)number);
	if (pins < 0)
		return pins;
	b->stats.counted++;
	po_holder_count(b, (uint32_t)number, r, pins);
	if (r->has & PAGEOWNER_HAS_TS) {
		b->has_newest = true;
		if (r->ts_ns > b->newest_ns)
			b->newest_ns = r->ts_ns;
	}
	return 1;
}

/* The order for which PFN and pageblock of a record match, or -1. There is only one,
 * except for pageblock 0. */
static int order_of(const struct pageowner_record *r)
{
	for (int order = 0; r->block && order <= PO_BLOCK_ORDER_MAX; order++)
		if (r->pfn >> order == r->block)
			return order;
	return -1;
}

/* Choose the order that most of the pending records have, the first of equals, and
 * place them: 0 or -ENOMEM. */
static int settle_order(struct pageowner_pageblocks *b)
{
	int ret = 0;

	if (b->order == PO_ORDER_UNKNOWN && b->pending_count)
		b->order = order_of(b->pending[0]);
	for (int order = 0; order <= PO_BLOCK_ORDER_MAX; order++)
		if (b->pending_count && b->votes[order] > b->votes[b->order])
			b->order = order;
	while (ret >= 0 && b->pending_next < b->pending_count)
		ret = place(b, b->pending[b->pending_next++]);
	if (ret < 0)
		return ret;
	for (size_t i = 0; i < b->pending_count; i++)
		pageowner_record_free(b->pending[i]);
	b->pending_count = b->pending_next = 0;
	return 0;
}

/* The first record may be damaged: wait for two that agree without contradiction, or
 * for so many that waiting does not help. */
static bool is_clear(const struct pageowner_pageblocks *b)
{
	unsigned int most = 0, second = 0;

	for (int order = 0; order <= PO_BLOCK_ORDER_MAX; order++) {
		if (b->votes[order] > most) {
			second = most;
			most = b->votes[order];
		} else if (b->votes[order] > second) {
			second = b->votes[order];
		}
	}
	return most >= second + 2 || b->pending_count == PO_PENDING_MAX;
}

/* Keep a record until the order is known: 1, 0 misplaced, -ENOMEM */
static int keep(struct pageowner_pageblocks *b, const struct pageowner_record *r)
{
	const int order = order_of(r);
	int ret;

	/* Left from a call that ran out of memory: it was clear already. */
	if (b->pending_next)
		return settle_order(b) < 0 ? -ENOMEM : place(b, r);
	if (order < 0 && (r->block || r->pfn >> PO_BLOCK_ORDER_MAX)) {
		if (!b->stats.misplaced++)
			b->stats.first_misplaced = r->offset;
		return 0;
	}
	ret = pageowner_record_copy(r, &b->pending[b->pending_count]);
	if (ret < 0)
		return ret;
	b->pending_count++;
	if (order >= 0)
		b->votes[order]++;
	ret = is_clear(b) ? settle_order(b) : 0;
	return ret < 0 ? ret : 1;
}

PO_EXPORT int pageowner_pageblocks_add(struct pageowner_pageblocks *b,
				       const struct pageowner_record *r)
{
	const uint64_t needed = PAGEOWNER_HAS_PFN | PAGEOWNER_HAS_BLOCK |
		PAGEOWNER_HAS_PAGE_TYPE | PAGEOWNER_HAS_BLOCK_TYPE |
		PAGEOWNER_HAS_PAGES;
	int ret;

	b->view->is_ready = false;
	b->error[0] = '\0';
	if (r->kind != PAGEOWNER_RECORD_PAGE || (r->has & needed) != needed) {
		b->stats.placeless++;
		return 0;
	}
	if (r->pages > UINT64_C(1) << PO_BLOCK_ORDER_MAX) {
		if (!b->stats.misplaced++)
			b->stats.first_misplaced = r->offset;
		return 0;
	}
	if (po_filter_lacks_clock(b->filter))
		return po_blocks_refuse(b, -EINVAL, PO_LACKS_CLOCK);
	po_budget_begin(&b->budget);
	if (po_unlikely(b->pending_count ||
			(b->order == PO_ORDER_UNKNOWN && r->block)))
		ret = keep(b, r);
	else
		ret = place(b, r);
	return ret < 0 ? po_blocks_explain(b, ret) : ret;
}

PO_EXPORT int pageowner_pageblocks_finish(struct pageowner_pageblocks *b)
{
	int ret;

	po_budget_begin(&b->budget);
	ret = settle_order(b);
	if (ret == 0)
		ret = merge_blocks(b);
	if (ret == 0)
		ret = po_holders_finish(b);
	if (ret == 0)
		ret = po_pins_finish(b);
	if (ret == 0)
		ret = po_zones_finish(b);
	b->view->is_ready = ret == 0;
	return po_blocks_explain(b, ret);
}

/* --- reading */

PO_EXPORT int pageowner_pageblocks_order(const struct pageowner_pageblocks *b,
					 unsigned int *order)
{
	if (b->order == PO_ORDER_UNKNOWN)
		return 0;
	*order = (unsigned int)b->order;
	return 1;
}

PO_EXPORT int pageowner_pageblocks_newest_ns(const struct pageowner_pageblocks *b,
					     uint64_t *time_ns)
{
	if (!b->has_newest)
		return 0;
	*time_ns = b->newest_ns;
	return 1;
}

PO_EXPORT const struct pageowner_pageblocks_stats *
pageowner_pageblocks_stats(const struct pageowner_pageblocks *b)
{
	return &b->stats;
}

PO_EXPORT size_t
pageowner_pageblocks_count(const struct pageowner_pageblocks *b)
{
	return b->view->is_ready ? b->count : 0;
}

PO_EXPORT int
pageowner_pageblocks_block(const struct pageowner_pageblocks *b, size_t index,
			   const struct pageowner_pageblock **block)
{
	struct pageowner_pageblock *to = &b->view->block;
	const struct po_block *from;

	if (!b->view->is_ready)
		return -EINVAL;
	if (index >= b->count)
		return 0;
	from = &b->blocks[index];
	to->number = from->number;
	to->node = from->node;
	to->zone = from->zone;
	to->type = from->type;
	to->is_mixed = from->is_mixed;
	to->pinned_by = from->pinned_by;
	memcpy(&to->pages[FIRST_TYPE], from->pages, sizeof(from->pages));
	*block = to;
	return 1;
}
