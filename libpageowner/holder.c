// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * holder.c - the holders of pages, and which pageblocks they pin.
 *
 * pageblock.c decides whether a page pins its pageblock, attribute.c what its stack is
 * attributed to, holder_show.c puts holders in order.
 */
#include "pageblock_private.h"

#include "filter_private.h"

void po_holders_forget_order(struct pageowner_pageblocks *b)
{
	po_budget_free(&b->budget, b->sorted, b->sorted_count, PO_HOLDER_SORTED_SIZE);
	b->sorted = NULL;
}

static int make_room(struct pageowner_pageblocks *b)
{
	struct po_holder *holders = NULL;

	/* The three largest numbers have a special meaning. */
	if (b->holders_count + 1 < PAGEOWNER_PINNED_BY_SEVERAL)
		holders = po_grow(&b->budget, b->holders, &b->holders_room,
				  b->holders_count + 1, sizeof(*holders));
	if (!holders)
		return -ENOMEM;
	b->holders = holders;
	return 0;
}

int64_t po_holder_of(struct pageowner_pageblocks *b, const struct pageowner_record *r)
{
	struct po_attributed is;
	size_t number;

	if (b->filter && !(po_filter_match_rest(b->filter, r) &&
			   po_filter_match_body(b->filter, r)))
		return PAGEOWNER_PINNED_BY_OTHERS;
	/* Before the name is added, so that every name has a holder */
	if (po_unlikely(b->holders_count == b->holders_room) && make_room(b) < 0)
		return -ENOMEM;
	if (po_attribute(b->names, r->stack, &is) < 0)
		return -ENOMEM;
	number = is.name->key.number;
	if (number == b->holders_count) {
		b->holders[b->holders_count++] = (struct po_holder){
			.is = is, .oldest_ns = UINT64_MAX,
		};
		/* The sorted list lacks this one. */
		po_holders_forget_order(b);
	}
	return (int64_t)number;
}

int po_holder_pin(struct pageowner_pageblocks *b, uint32_t number,
		  struct po_block *block, uint64_t pages)
{
	size_t *last = &b->others_pin;

	if (number != PAGEOWNER_PINNED_BY_OTHERS) {
		struct po_holder *holder = &b->holders[number];

		holder->pinning_pages += pages;
		holder->pinned += holder->last_pinned != b->entered;
		holder->last_pinned = b->entered;
		last = &holder->last_pin;
	}
	if (block->pinned_by == PAGEOWNER_PINNED_BY_NONE)
		block->pinned_by = number;
	else if (block->pinned_by != number)
		block->pinned_by = PAGEOWNER_PINNED_BY_SEVERAL;
	return b->keeps_pins ? po_pin_count(b, number, last, block, pages) : 0;
}

void po_holder_count(struct pageowner_pageblocks *b, uint32_t number,
		     const struct pageowner_record *r, bool pins)
{
	struct po_holder *holder;

	if (number == PAGEOWNER_PINNED_BY_OTHERS)
		return;
	holder = &b->holders[number];
	b->stats.selected++;
	holder->allocations++;
	holder->pages += r->pages;
	if (!pins || !(r->has & PAGEOWNER_HAS_TS))
		return;
	holder->timed++;
	holder->ns += (double)r->ts_ns;
	if (r->ts_ns < holder->oldest_ns)
		holder->oldest_ns = r->ts_ns;
}

int po_holders_finish(struct pageowner_pageblocks *b)
{
	for (size_t i = 0; i < b->holders_count; i++)
		b->holders[i].alone = 0;
	for (size_t i = 0; i < b->count; i++)
		if (b->blocks[i].pinned_by < PAGEOWNER_PINNED_BY_SEVERAL)
			b->holders[b->blocks[i].pinned_by].alone++;
	return po_attribution_reserve(b->names);
}
