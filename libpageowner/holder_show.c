// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * holder_show.c - the holders of pages in order, one by one.
 *
 * holder.c counts them.
 */
#include "pageblock_private.h"

#include <stdlib.h>

/* --- order */

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a < b) - (a > b);
}

struct sorting {
	const struct po_holder *holders;
	enum pageowner_pageblocks_order order;
	bool ascending;
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
	case PAGEOWNER_PAGEBLOCKS_ASCENDING:	/* a bit, which is not in here */
		break;
	}
	if (!ret)
		ret = compare_numbers(x->pinned, y->pinned);
	if (!ret)
		ret = compare_numbers(x->alone, y->alone);
	if (!ret)
		ret = compare_numbers(x->pages, y->pages);
	if (ret)
		return s->ascending ? -ret : ret;
	return compare_numbers(j, i);
}

PO_EXPORT int pageowner_pageblocks_sort(struct pageowner_pageblocks *b,
					enum pageowner_pageblocks_order order)
{
	const bool ascending = order & PAGEOWNER_PAGEBLOCKS_ASCENDING;
	struct sorting sorting;
	uint32_t *sorted;
	int ret;

	order &= ~(unsigned int)PAGEOWNER_PAGEBLOCKS_ASCENDING;
	if ((unsigned int)order > PAGEOWNER_PAGEBLOCKS_PAGES)
		return po_blocks_refuse(b, -EINVAL, "unknown order of holders");
	ret = b->view->is_ready ? 0 : pageowner_pageblocks_finish(b);
	if (ret < 0)
		return ret;
	po_budget_begin(&b->budget);
	po_holders_forget_order(b);
	sorted = po_budget_alloc(&b->budget, b->holders_count, PO_HOLDER_SORTED_SIZE);
	if (!sorted)
		return po_blocks_explain(b, -ENOMEM);
	b->sorted = sorted;
	b->sorted_count = b->holders_count;
	for (size_t i = 0; i < b->holders_count; i++)
		sorted[i] = (uint32_t)i;
	sorting = (struct sorting){ b->holders, order, ascending };
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
