// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * pageblock.c - pages into pageblocks, and whose pages pin them.
 *
 * The kernel prints pages in ascending order, so all pages of a pageblock follow
 * each other: what it takes to tell who pins a pageblock is known of the present
 * one only, and becomes a few numbers when the next one begins.
 */
#include "base/po.h"

#include <stdlib.h>

#include <pageowner/pageblock.h>
#include <pageowner/stack.h>

#include "base/budget.h"
#include "base/intern.h"

/* A holder's number, and as much for sorting them */
#define SORTED_SIZE	(2 * sizeof(uint32_t))

/* More than any kernel has: pageblocks of 512 MiB, huge pages of 1 GiB */
#define ORDER_MAX	20
/* And more of them in one allocation: 1 GiB of 4 KiB pages with pageblocks of 64 */
#define BLOCKS_MAX	4096
#define UNKNOWN		(-1)

struct block {
	uint64_t number;
	int32_t node;
	int16_t zone;
	uint8_t type;
	bool is_mixed;
	uint32_t pages[3];	/* unmovable, movable, reclaimable */
	uint32_t pinned_by;
};

struct holder {
	const struct po_entry *name, *stack;
	uint64_t allocations, pages;
	uint64_t pinning_pages, pinned, alone;
	uint64_t timed;			/* pinning allocations with a time */
	uint64_t oldest_ns;
	double ns;			/* the sum over timed */
	uint64_t last_pinned;		/* what entered was then */
};

struct pageowner_pageblocks {
	enum pageowner_pageblocks_by by;
	struct po_budget budget;
	int order;
	struct po_intern *lines, *stacks;
	struct po_intern *names;	/* NULL if these are the stacks */
	struct holder *holders;
	size_t holders_count, holders_room;
	uint32_t *sorted;		/* holders; NULL: as they came */
	struct block *blocks;
	size_t count, room;
	size_t ascending;		/* blocks at the start that need no sorting */
	uint64_t entered;		/* blocks, each time that one was come to */
	struct pageowner_zone *zones;
	size_t zones_count;
	uint64_t next_pfn;		/* behind the record before */
	uint64_t last_pfn;
	uint64_t newest_ns;
	struct pageowner_pageblocks_stats stats;
	struct po_buffer stack_text;
	size_t sorted_count, zones_room;
	struct pageowner_pageblock block;
	struct pageowner_holder holder;
};

/* Payload of the table of stacks */
struct stack {
	uint32_t holder;	/* plus 1 */
};

static const struct pageowner_text type_names[PAGEOWNER_MIGRATE_OTHER] = {
	[PAGEOWNER_MIGRATE_UNMOVABLE] = PO_TEXT("Unmovable"),
	[PAGEOWNER_MIGRATE_MOVABLE] = PO_TEXT("Movable"),
	[PAGEOWNER_MIGRATE_RECLAIMABLE] = PO_TEXT("Reclaimable"),
	[PAGEOWNER_MIGRATE_HIGHATOMIC] = PO_TEXT("HighAtomic"),
	[PAGEOWNER_MIGRATE_CMA] = PO_TEXT("CMA"),
	[PAGEOWNER_MIGRATE_ISOLATE] = PO_TEXT("Isolate"),
};

static uint8_t type_of(struct pageowner_text name)
{
	uint8_t type = 0;

	while (type < PAGEOWNER_MIGRATE_OTHER &&
	       !po_text_equal(name, type_names[type]))
		type++;
	return type;
}

PO_EXPORT const char *
pageowner_migratetype_name(enum pageowner_migratetype type)
{
	return (unsigned int)type < PAGEOWNER_MIGRATE_OTHER ?
		type_names[type].ptr : "other";
}

PO_EXPORT int pageowner_pageblocks_new(enum pageowner_pageblocks_by by,
				       struct pageowner_pageblocks **blocks)
{
	struct pageowner_pageblocks *b;
	int ret;

	if ((unsigned int)by > PAGEOWNER_PAGEBLOCKS_MODULE)
		return -EINVAL;
	b = calloc(1, sizeof(*b));
	if (!b)
		return -ENOMEM;
	b->by = by;
	b->order = UNKNOWN;
	ret = po_intern_new(0, &b->budget, &b->lines);
	if (ret == 0)
		ret = po_intern_new_of_lines(sizeof(struct stack), &b->budget,
					     b->lines, &b->stacks);
	if (ret == 0 && by != PAGEOWNER_PAGEBLOCKS_STACK)
		ret = po_intern_new(sizeof(struct stack), &b->budget, &b->names);
	if (ret < 0)
		pageowner_pageblocks_free(b);
	else
		*blocks = b;
	return ret;
}

PO_EXPORT void pageowner_pageblocks_free(struct pageowner_pageblocks *b)
{
	if (!b)
		return;
	po_intern_free(b->names);
	po_intern_free(b->stacks);
	po_intern_free(b->lines);
	free(b->holders);
	free(b->sorted);
	free(b->blocks);
	free(b->zones);
	free(b->stack_text.ptr);
	po_budget_leave(&b->budget);
	free(b);
}

PO_EXPORT int pageowner_pageblocks_set_budget(struct pageowner_pageblocks *b,
					      struct pageowner_budget *budget)
{
	return po_budget_join(&b->budget, budget);
}

/* Room for one more: the array, or NULL without memory, then it is as it was. */
static void *with_room(struct po_budget *budget, void *array, size_t count,
		       size_t *room, size_t size)
{
	size_t more = *room ? *room * 2 : 64;
	void *grown = array;

	if (count < *room)
		return array;
	grown = more > SIZE_MAX / size ? NULL :
		po_budget_realloc(budget, array, *room * size, more * size);
	if (grown)
		*room = more;
	return grown;
}

/* --- whose page it is */

static void forget_order(struct pageowner_pageblocks *b)
{
	po_budget_free(&b->budget, b->sorted, b->sorted_count, SORTED_SIZE);
	b->sorted = NULL;
}

static int add_holder(struct pageowner_pageblocks *b, const struct po_entry *name,
		      const struct po_entry *stack)
{
	struct holder *holders;

	/* The two largest numbers have a meaning of their own. */
	if (b->holders_count >= PAGEOWNER_PINNED_BY_SEVERAL)
		return -ENOMEM;
	holders = with_room(&b->budget, b->holders, b->holders_count, &b->holders_room,
			    sizeof(*holders));
	if (!holders)
		return -ENOMEM;
	b->holders = holders;
	/* What was sorted lacks this one. */
	forget_order(b);
	holders[b->holders_count++] = (struct holder){
		.name = name, .stack = stack, .oldest_ns = UINT64_MAX,
	};
	return 0;
}

static struct pageowner_text name_of(const struct pageowner_pageblocks *b,
				     struct pageowner_text stack)
{
	struct pageowner_frame frame;

	if (b->by == PAGEOWNER_PAGEBLOCKS_MODULE)
		return pageowner_stack_module(stack);
	return pageowner_stack_owner(stack, NULL, &frame) ? frame.symbol :
		(struct pageowner_text){ NULL, 0 };
}

/* Its number; -ENOMEM */
static int64_t holder_of(struct pageowner_pageblocks *b,
			 struct pageowner_text text)
{
	struct po_entry *entry = po_intern_add(b->stacks, text), *name = entry;
	struct stack *stack, *named;

	if (!entry)
		return -ENOMEM;
	stack = po_entry_payload(entry);
	if (stack->holder)
		return stack->holder - 1;
	if (b->names)
		name = po_intern_add(b->names, name_of(b, text));
	if (!name)
		return -ENOMEM;
	named = po_entry_payload(name);
	if (!named->holder) {
		if (add_holder(b, name, entry) < 0)
			return -ENOMEM;
		named->holder = (uint32_t)b->holders_count;
	}
	stack->holder = named->holder;
	return stack->holder - 1;
}

/* --- where it is */

/* Learns the order from the first record that tells. Pageblock 0 does not: its
 * number is right with any order that is large enough. */
static bool is_placed(struct pageowner_pageblocks *b,
		      const struct pageowner_record *r)
{
	if (b->order != UNKNOWN)
		return r->pfn >> b->order == r->block;
	if (!r->block)
		return r->pfn >> ORDER_MAX == 0;
	for (int order = 0; order <= ORDER_MAX; order++) {
		if (r->pfn >> order == r->block) {
			b->order = order;
			return true;
		}
	}
	return false;
}

static int compare_blocks(const void *a, const void *b)
{
	const struct block *x = a, *y = b;

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

/* Put into order what did not come so, and make one of equal ones. */
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
		struct block *into = &b->blocks[to];
		const struct block *from = &b->blocks[i];

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

/* The pageblock, made if it is not the present one; NULL without memory */
static struct block *enter_block(struct pageowner_pageblocks *b,
				 const struct block *wanted)
{
	struct block *blocks;

	if (b->count && !compare_blocks(&b->blocks[b->count - 1], wanted))
		return &b->blocks[b->count - 1];
	/* Where the PFNs go to and fro many are the same. */
	if (b->count == b->room && b->count - b->ascending > b->count / 2 &&
	    merge_blocks(b) < 0)
		return NULL;
	blocks = with_room(&b->budget, b->blocks, b->count, &b->room, sizeof(*blocks));
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

static void pin(struct pageowner_pageblocks *b, uint32_t number, struct block *block,
		uint64_t pages)
{
	struct holder *holder = &b->holders[number];

	holder->pinning_pages += pages;
	if (holder->last_pinned != b->entered) {
		holder->pinned++;
		holder->last_pinned = b->entered;
	}
	if (block->pinned_by == PAGEOWNER_PINNED_BY_NONE)
		block->pinned_by = number;
	else if (block->pinned_by != number)
		block->pinned_by = PAGEOWNER_PINNED_BY_SEVERAL;
}

/*
 * All pageblocks that an allocation lies in. The kernel steps over the rest of
 * an allocation whose type is that of the pageblock it begins in, and of one
 * whose type is not it looks at each pageblock anew.
 */
static int place(struct pageowner_pageblocks *b, const struct pageowner_record *r,
		 uint32_t number)
{
	const uint8_t page_type = type_of(r->page_type);
	struct block wanted = {
		.number = r->block,
		/* Without NUMA there is only node 0, and it is not printed. */
		.node = (int16_t)(r->has & PAGEOWNER_HAS_NODE ? r->node :
				  r->has & PAGEOWNER_HAS_ZONE ? 0 : -1),
		.zone = (int16_t)(r->has & PAGEOWNER_HAS_ZONE ? r->zone : -1),
		.type = type_of(r->block_type),
		.pinned_by = PAGEOWNER_PINNED_BY_NONE,
	};
	uint64_t left = r->pages, in_block = r->pages;

	if (b->order != UNKNOWN) {
		const uint64_t size = UINT64_C(1) << b->order;

		in_block = size - (r->pfn & (size - 1));
	}
	for (;;) {
		struct block *block = enter_block(b, &wanted);
		const uint64_t pages = left < in_block ? left : in_block;

		if (!block)
			return -ENOMEM;
		block->type = wanted.type;
		if (page_type < PO_ARRAY_SIZE(block->pages))
			block->pages[page_type] = add_or_stay(
				block->pages[page_type], pages);
		if (page_type != wanted.type && page_type < PAGEOWNER_MIGRATE_OTHER &&
		    wanted.type < PAGEOWNER_MIGRATE_OTHER)
			block->is_mixed = true;
		if (is_pinning(page_type, wanted.type))
			pin(b, number, block, pages);
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

PO_EXPORT int pageowner_pageblocks_add(struct pageowner_pageblocks *b,
				       const struct pageowner_record *r)
{
	const uint64_t needed = PAGEOWNER_HAS_PFN | PAGEOWNER_HAS_BLOCK |
		PAGEOWNER_HAS_PAGE_TYPE | PAGEOWNER_HAS_BLOCK_TYPE |
		PAGEOWNER_HAS_PAGES;
	struct holder *holder;
	int64_t number;
	int pins;

	if (r->kind != PAGEOWNER_RECORD_PAGE || (r->has & needed) != needed) {
		b->stats.placeless++;
		return 0;
	}
	/* An order out of all proportion would fill memory with pageblocks. */
	if (!is_placed(b, r) || r->pages > UINT64_C(1) << ORDER_MAX ||
	    (b->order != UNKNOWN && r->pages >> b->order > BLOCKS_MAX)) {
		if (!b->stats.misplaced++)
			b->stats.first_misplaced = r->offset;
		return 0;
	}
	po_budget_begin(&b->budget);
	number = holder_of(b, r->stack);
	if (number < 0)
		return po_budget_error(&b->budget, -ENOMEM);
	note_order_of_records(b, r);
	pins = place(b, r, (uint32_t)number);
	if (pins < 0)
		return po_budget_error(&b->budget, pins);
	b->stats.counted++;
	holder = &b->holders[number];
	holder->allocations++;
	holder->pages += r->pages;
	if (!(r->has & PAGEOWNER_HAS_TS))
		return 1;
	if (r->ts_ns > b->newest_ns)
		b->newest_ns = r->ts_ns;
	if (pins) {
		holder->timed++;
		holder->ns += (double)r->ts_ns;
		if (r->ts_ns < holder->oldest_ns)
			holder->oldest_ns = r->ts_ns;
	}
	return 1;
}

PO_EXPORT enum pageowner_by
pageowner_pageblocks_by(const struct pageowner_pageblocks *b)
{
	static const enum pageowner_by bys[] = {
		[PAGEOWNER_PAGEBLOCKS_STACK] = PAGEOWNER_BY_STACK,
		[PAGEOWNER_PAGEBLOCKS_OWNER] = PAGEOWNER_BY_OWNER,
		[PAGEOWNER_PAGEBLOCKS_MODULE] = PAGEOWNER_BY_MODULE,
	};

	return bys[b->by];
}

PO_EXPORT int pageowner_pageblocks_order(const struct pageowner_pageblocks *b)
{
	return b->order;
}

PO_EXPORT uint64_t
pageowner_pageblocks_newest_ns(const struct pageowner_pageblocks *b)
{
	return b->newest_ns;
}

PO_EXPORT const struct pageowner_pageblocks_stats *
pageowner_pageblocks_stats(const struct pageowner_pageblocks *b)
{
	return &b->stats;
}

/* --- pageblocks and zones */

/* The zone of a block, if that of the block before is the same one, else a new one:
 * what is there twice is put together at the end. */
static struct pageowner_zone *zone_of(struct pageowner_pageblocks *b,
				      const struct block *block)
{
	struct pageowner_zone *zones = b->zones;
	const size_t count = b->zones_count;

	if (count && zones[count - 1].node == block->node &&
	    zones[count - 1].zone == block->zone)
		return &zones[count - 1];
	zones = with_room(&b->budget, zones, b->zones_count, &b->zones_room,
			  sizeof(*zones));
	if (!zones)
		return NULL;
	b->zones = zones;
	zones[b->zones_count] = (struct pageowner_zone){
		.node = block->node, .zone = block->zone,
	};
	return &zones[b->zones_count++];
}

static int compare_zones(const void *a, const void *b)
{
	const struct pageowner_zone *x = a, *y = b;

	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	return (x->zone > y->zone) - (x->zone < y->zone);
}

static void add_zone(struct pageowner_zone *to, const struct pageowner_zone *from)
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
	struct pageowner_zone *zones = b->zones;
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

static int sum_zones(struct pageowner_pageblocks *b)
{
	b->zones_count = 0;
	for (size_t i = 0; i < b->count; i++) {
		const struct block *block = &b->blocks[i];
		struct pageowner_zone *zone = zone_of(b, block);

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

/* Only now nobody else can come to pin a pageblock. */
static void sum_alone(struct pageowner_pageblocks *b)
{
	for (size_t i = 0; i < b->holders_count; i++)
		b->holders[i].alone = 0;
	for (size_t i = 0; i < b->count; i++)
		if (b->blocks[i].pinned_by < PAGEOWNER_PINNED_BY_SEVERAL)
			b->holders[b->blocks[i].pinned_by].alone++;
}

PO_EXPORT int pageowner_pageblocks_finish(struct pageowner_pageblocks *b)
{
	int ret;

	po_budget_begin(&b->budget);
	ret = merge_blocks(b);
	if (ret == 0) {
		sum_alone(b);
		ret = sum_zones(b);
	}
	return po_budget_error(&b->budget, ret);
}

PO_EXPORT size_t
pageowner_pageblocks_count(const struct pageowner_pageblocks *b)
{
	return b->count;
}

PO_EXPORT int
pageowner_pageblocks_block(struct pageowner_pageblocks *b, size_t index,
			   const struct pageowner_pageblock **block)
{
	const struct block *from;

	if (index >= b->count)
		return 0;
	from = &b->blocks[index];
	b->block = (struct pageowner_pageblock){
		.number = from->number, .node = from->node, .zone = from->zone,
		.type = from->type, .is_mixed = from->is_mixed,
		.pinned_by = from->pinned_by,
	};
	memcpy(b->block.pages, from->pages, sizeof(from->pages));
	*block = &b->block;
	return 1;
}

PO_EXPORT size_t
pageowner_pageblocks_zone_count(const struct pageowner_pageblocks *b)
{
	return b->zones_count;
}

PO_EXPORT int
pageowner_pageblocks_zone(const struct pageowner_pageblocks *b, size_t index,
			  const struct pageowner_zone **zone)
{
	if (index >= b->zones_count)
		return 0;
	*zone = &b->zones[index];
	return 1;
}

/* --- holders */

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a < b) - (a > b);
}

struct sorting {
	const struct holder *holders;
	enum pageowner_pageblocks_order order;
};

/* The largest first; of equals the one that came first */
static int compare_holders(const void *a, const void *b, void *data)
{
	const struct sorting *s = data;
	const uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
	const struct holder *x = &s->holders[i], *y = &s->holders[j];
	int ret = 0;

	switch (s->order) {
	case PAGEOWNER_PAGEBLOCKS_PER_PAGE: {
		const double p = (double)x->pinned / (double)(x->pages | !x->pages);
		const double q = (double)y->pinned / (double)(y->pages | !y->pages);

		ret = (p < q) - (p > q);
		break;
	}
	case PAGEOWNER_PAGEBLOCKS_ALONE:
		ret = compare_numbers(x->alone, y->alone);
		break;
	case PAGEOWNER_PAGEBLOCKS_PINNED:
		break;
	case PAGEOWNER_PAGEBLOCKS_PAGES:
		ret = compare_numbers(x->pages, y->pages);
		break;
	}
	if (!ret)
		ret = compare_numbers(x->pinned, y->pinned);
	if (!ret)
		ret = compare_numbers(x->alone, y->alone);
	if (!ret)
		ret = compare_numbers(x->pages, y->pages);
	return ret ? ret : compare_numbers(j, i);
}

PO_EXPORT int pageowner_pageblocks_sort(struct pageowner_pageblocks *b,
					enum pageowner_pageblocks_order order)
{
	struct sorting sorting = { b->holders, order };
	uint32_t *sorted;

	if ((unsigned int)order > PAGEOWNER_PAGEBLOCKS_PAGES)
		return -EINVAL;
	po_budget_begin(&b->budget);
	forget_order(b);
	sorted = po_budget_alloc(&b->budget, b->holders_count, SORTED_SIZE);
	if (!sorted)
		return po_budget_error(&b->budget, -ENOMEM);
	b->sorted = sorted;
	b->sorted_count = b->holders_count;
	for (size_t i = 0; i < b->holders_count; i++)
		sorted[i] = (uint32_t)i;
	qsort_r(sorted, b->holders_count, sizeof(*sorted), compare_holders,
		&sorting);
	return 0;
}

PO_EXPORT size_t
pageowner_pageblocks_holder_count(const struct pageowner_pageblocks *b)
{
	return b->holders_count;
}

PO_EXPORT int
pageowner_pageblocks_holder(struct pageowner_pageblocks *b, size_t index,
			    const struct pageowner_holder **holder)
{
	struct pageowner_holder *to = &b->holder;
	const struct holder *from;
	int ret;

	if (index >= b->holders_count)
		return 0;
	po_budget_begin(&b->budget);
	if (b->sorted)
		index = b->sorted[index];
	from = &b->holders[index];
	*to = (struct pageowner_holder){
		.index = (uint32_t)index,
		.allocations = from->allocations, .pages = from->pages,
		.pinning_pages = from->pinning_pages,
		.pinned = from->pinned, .alone = from->alone,
		.oldest_ts_ns = from->oldest_ns, .mean_ts_ns = UINT64_MAX,
	};
	if (from->timed) {
		const double mean = from->ns / (double)from->timed;

		/* Of 53 bits: no later than what it is the mean of. */
		to->mean_ts_ns = mean < (double)b->newest_ns ? (uint64_t)mean :
			b->newest_ns;
	}
	ret = po_entry_join(from->stack, &b->stack_text, &b->budget, &to->stack);
	if (ret < 0)
		return po_budget_error(&b->budget, ret);
	to->name = b->names ? po_entry_text(from->name) : to->stack;
	*holder = to;
	return 1;
}
