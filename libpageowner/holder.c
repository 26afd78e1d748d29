// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * holder.c - the holders of pages, and which pageblocks they pin.
 *
 * pageblock.c decides whether a page pins its pageblock, attribute.c what its stack is
 * attributed to.
 */
#include "pageblock_private.h"

#include <stdlib.h>

/* The number of a holder, and as much for sorting them */
#define SORTED_SIZE	(2 * sizeof(uint32_t))

void po_holders_forget_order(struct pageowner_pageblocks *b)
{
	po_budget_free(&b->budget, b->sorted, b->sorted_count, SORTED_SIZE);
	b->sorted = NULL;
}

static int make_room(struct pageowner_pageblocks *b)
{
	struct po_holder *holders = NULL;

	/* The two largest numbers have a special meaning. */
	if (b->holders_count + 1 < PAGEOWNER_PINNED_BY_SEVERAL)
		holders = po_grow(&b->budget, b->holders, &b->holders_room,
				  b->holders_count + 1, sizeof(*holders));
	if (!holders)
		return -ENOMEM;
	b->holders = holders;
	return 0;
}

int64_t po_holder_of(struct pageowner_pageblocks *b, struct pageowner_text stack)
{
	struct po_attributed is;
	size_t number;

	/* Before the name is added, so that every name has a holder */
	if (po_unlikely(b->holders_count == b->holders_room) && make_room(b) < 0)
		return -ENOMEM;
	if (po_attribute(b->names, stack, &is) < 0)
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

void po_holder_pin(struct pageowner_pageblocks *b, uint32_t number,
		   struct po_block *block, uint64_t pages)
{
	struct po_holder *holder = &b->holders[number];

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

void po_holder_count(struct pageowner_pageblocks *b, uint32_t number,
		     const struct pageowner_record *r, bool pins)
{
	struct po_holder *holder = &b->holders[number];

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

/* --- order */

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a < b) - (a > b);
}

struct sorting {
	const struct po_holder *holders;
	enum pageowner_pageblocks_order order;
};

/* The largest first, equal ones by arrival */
static int compare_holders(const void *a, const void *b, void *data)
{
	const struct sorting *s = data;
	const uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
	const struct po_holder *x = &s->holders[i], *y = &s->holders[j];
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
	struct sorting sorting;
	uint32_t *sorted;
	int ret;

	if ((unsigned int)order > PAGEOWNER_PAGEBLOCKS_PAGES)
		return -EINVAL;
	ret = b->view->is_ready ? 0 : pageowner_pageblocks_finish(b);
	if (ret < 0)
		return ret;
	po_budget_begin(&b->budget);
	po_holders_forget_order(b);
	sorted = po_budget_alloc(&b->budget, b->holders_count, SORTED_SIZE);
	if (!sorted)
		return po_blocks_explain(b, -ENOMEM);
	b->sorted = sorted;
	b->sorted_count = b->holders_count;
	for (size_t i = 0; i < b->holders_count; i++)
		sorted[i] = (uint32_t)i;
	sorting = (struct sorting){ b->holders, order };
	qsort_r(sorted, b->holders_count, sizeof(*sorted), compare_holders, &sorting);
	return po_blocks_explain(b, 0);
}

/* --- reading */

PO_EXPORT size_t
pageowner_pageblocks_holder_count(const struct pageowner_pageblocks *b)
{
	return b->view->is_ready ? b->holders_count : 0;
}

PO_EXPORT int
pageowner_pageblocks_holder(const struct pageowner_pageblocks *b, size_t index,
			    const struct pageowner_holder **holder)
{
	struct pageowner_holder *to = &b->view->holder;
	const struct po_holder *from;

	if (!b->view->is_ready)
		return -EINVAL;
	if (index >= b->holders_count)
		return 0;
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

		/* It has 53 bits: limit it to the newest of the times. */
		to->mean_ts_ns = mean < (double)b->newest_ns ? (uint64_t)mean :
			b->newest_ns;
	}
	po_attribution_show(b->names, &from->is, &to->name, &to->stack);
	*holder = to;
	return 1;
}
