/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pageblock_private.h - the inside of pageblocks, for pageblock.c, which adds records,
 * zone.c, which sums up pageblocks, holder.c, which has what pins them, and pins.c, which
 * keeps who pins which.
 */
#ifndef PO_PAGEBLOCK_PRIVATE_H
#define PO_PAGEBLOCK_PRIVATE_H

#include "base/po.h"

#include <pageowner/pageblock.h>

#include "base/charge.h"
#include "base/grow.h"
#include "stack/attribute.h"

#define PO_ORDER_UNKNOWN	(-1)
/* Records that are kept until the order is known */
#define PO_PENDING_MAX		64
/* More than any kernel has: pageblocks of 512 MiB, huge pages of 1 GiB */
#define PO_BLOCK_ORDER_MAX	20

struct po_block {
	uint64_t number;
	int32_t node;
	int16_t zone;
	uint8_t type;
	bool is_mixed;
	uint32_t pages[3];	/* unmovable, movable, reclaimable */
	uint32_t pinned_by;
};

/* By number of its name */
struct po_holder {
	struct po_attributed is;	/* with the first of its stacks */
	uint64_t allocations, pages;
	uint64_t pinning_pages, pinned, alone;
	uint64_t timed;			/* pinning allocations with a time */
	uint64_t oldest_ns;
	double ns;			/* the sum over timed */
	uint64_t last_pinned;		/* the value of entered then */
	size_t last_pin;		/* index of the pin it added last, see pins.c */
};

/* Pages of a holder that pin a pageblock */
struct po_pin {
	uint64_t number;
	int32_t node;
	int16_t zone;
	uint32_t holder;	/* or PAGEOWNER_PINNED_BY_OTHERS */
	uint64_t pages;
	size_t block;		/* its index, after finishing */
};

/* As struct pageowner_zone: a damaged dump may have as many as pageblocks. */
struct po_zone {
	int32_t node, zone;
	uint64_t blocks[PAGEOWNER_MIGRATE_TYPES];
	uint64_t mixed[PAGEOWNER_MIGRATE_TYPES];
	uint64_t pages;
};

/* Memory for reading, reserved by finishing */
struct po_blocks_view {
	struct pageowner_pageblock block;
	struct pageowner_zone zone;
	struct pageowner_holder holder;
	struct pageowner_pin pin;
	bool is_ready;		/* no record was added since */
};

struct pageowner_pageblocks {
	struct po_budget budget;
	struct po_attribution *names;
	struct po_blocks_view *view;
	const struct pageowner_filter *filter;	/* or NULL */
	struct pageowner_pageblocks_stats stats;
	/* pageblock.c */
	int order;
	struct pageowner_record *pending[PO_PENDING_MAX];
	unsigned int votes[PO_BLOCK_ORDER_MAX + 1];	/* pending records of each order */
	size_t pending_count, pending_next;
	struct po_block *blocks;
	size_t count, room;
	size_t ascending;		/* blocks at the start that need no sorting */
	uint64_t entered;		/* how often a block was entered */
	uint64_t next_pfn;		/* after the record before */
	uint64_t last_pfn;
	uint64_t newest_ns;
	bool has_newest;
	/* holder.c */
	struct po_holder *holders;
	size_t holders_count, holders_room;
	uint32_t *sorted;		/* holders; NULL: in order of arrival */
	size_t sorted_count;
	/* pins.c */
	bool keeps_pins;
	struct po_pin *pins;
	size_t pins_count, pins_room, pins_merged;
	size_t others_pin;		/* last_pin of what the filter drops */
	/* zone.c */
	struct po_zone *zones;
	size_t zones_count, zones_room;
	char error[128];
};

/* migratetype.c: one of enum pageowner_migratetype */
uint8_t po_migratetype_of(struct pageowner_text name);

/* Set the sentence of a failure and return its number. */
int po_blocks_explain(struct pageowner_pageblocks *b, int ret);
/* Set the sentence of a refused call and return its error. */
int po_blocks_refuse(struct pageowner_pageblocks *b, int ret, const char *sentence);

/* The number of a holder, and as much for sorting them */
#define PO_HOLDER_SORTED_SIZE	(2 * sizeof(uint32_t))

/* Find or create the holder of a record: its number, PAGEOWNER_PINNED_BY_OTHERS if the
 * filter drops it, or -ENOMEM */
int64_t po_holder_of(struct pageowner_pageblocks *b, const struct pageowner_record *r);
/* Count @pages of the holder that pin this block: 0 or -ENOMEM. */
int po_holder_pin(struct pageowner_pageblocks *b, uint32_t number,
		  struct po_block *block, uint64_t pages);
/* Count one allocation, pinning or not. */
void po_holder_count(struct pageowner_pageblocks *b, uint32_t number,
		     const struct pageowner_record *record, bool pins);
/* After the last record: count what each holder pins alone. 0 or -ENOMEM */
int po_holders_finish(struct pageowner_pageblocks *b);
void po_holders_forget_order(struct pageowner_pageblocks *b);

/* Keep that @pages of a holder pin this block. *last: index of the pin that the holder
 * added before, updated. 0 or -ENOMEM */
int po_pin_count(struct pageowner_pageblocks *b, uint32_t holder, size_t *last,
		 const struct po_block *block, uint64_t pages);
/* After the last record and the blocks are sorted: put pins in their order. 0 or -ENOMEM */
int po_pins_finish(struct pageowner_pageblocks *b);

/* 0 or -ENOMEM */
int po_zones_finish(struct pageowner_pageblocks *b);

#endif
