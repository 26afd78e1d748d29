// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * change.c - the rows of a diff: what became of each.
 *
 * A stack that is missing from a snapshot has 0 pages there, unless its count_threshold
 * may have hidden it. trend.c computes the line and its fit; change_sort.c the order of
 * the rows, and reserves all memory that showing them needs.
 */
#include "change.h"

static int64_t difference(uint64_t from, uint64_t to)
{
	uint64_t by = to > from ? to - from : from - to;

	if (by > INT64_MAX)
		by = INT64_MAX;
	return to > from ? (int64_t)by : -(int64_t)by;
}

bool po_change_is_hidden(const struct pageowner_diff *d, size_t snapshot, size_t row)
{
	const struct po_snapshot *s = &d->snapshots[snapshot];

	return s->shown.threshold > d->view->lowest && !po_pages_of(s, row);
}

bool po_change_is_unknown(const struct pageowner_diff *d, size_t row)
{
	for (size_t i = 0; i < d->count; i++)
		if (po_change_is_hidden(d, i, row))
			return true;
	return false;
}

/* The upper limit of a row's pages in a snapshot, if it had no more stacks than in others */
static uint64_t most_of(const struct pageowner_diff *d, size_t snapshot, size_t row)
{
	uint64_t most;

	if (!po_change_is_hidden(d, snapshot, row))
		return po_pages_of(&d->snapshots[snapshot], row);
	return __builtin_mul_overflow(d->snapshots[snapshot].shown.threshold - 1,
				      d->rows[row].most_stacks, &most) ? UINT64_MAX : most;
}

int64_t po_change_least(const struct pageowner_diff *d, size_t row)
{
	return difference(most_of(d, 0, row), po_pages_of(&d->snapshots[d->count - 1], row));
}

/* Hidden pages are many at first, few later. */
struct po_trend po_change_trend(const struct pageowner_diff *d, size_t row)
{
	const struct po_view *v = d->view;
	double middle = 0;

	for (size_t i = 0; i < d->count; i++)
		middle += v->x[i] / (double)d->count;
	for (size_t i = 0; i < d->count; i++)
		v->pages[i] = v->x[i] < middle ? most_of(d, i, row) :
			po_pages_of(&d->snapshots[i], row);
	return po_trend_of(v->x, v->pages, d->count);
}

/*
 * Whether growth from @first to @last that never turned round is more than noise. By
 * chance half of all intervals grow: five in a row are one case in 32. Fewer must lie on a
 * line, so closely that chance would do it in one of 100 (the t-test of the slope).
 * Whatever its form, a change of few of many pages is what comes and goes in any stack:
 * it must be three times what independent allocations vary by. These are of so many
 * pages as the power of two that divides all counts, whose bits are in @bits.
 */
static bool is_trend(size_t snapshots, double fit, size_t grew, uint64_t first,
		     uint64_t last, uint64_t bits)
{
	static const double least_fit[] = { 1, 1, 1, 0.999, 0.96, 0.92 };
	const double unit = (double)(bits & -bits);
	const double allocations = ((double)first + (double)last) / unit;
	const double more = (double)(last - first) / unit;
	const size_t intervals = snapshots - 1;

	if (snapshots < PO_ARRAY_SIZE(least_fit) && fit < least_fit[snapshots])
		return false;
	return grew > 1 && grew >= (intervals < 5 ? intervals : 5) &&
		more * more >= 9 * allocations;
}

static uint32_t flags_of(const struct pageowner_diff *d, size_t row, double fit)
{
	const uint64_t first = po_pages_of(&d->snapshots[0], row);
	uint64_t last = first, bits = 0;
	bool shrank = false;
	size_t grew = 0;

	if (po_change_is_unknown(d, row))
		return PAGEOWNER_CHANGE_UNKNOWN;
	for (size_t i = 0; i < d->count; i++) {
		const uint64_t pages = po_pages_of(&d->snapshots[i], row);

		shrank |= pages < last;
		grew += pages > last;
		bits |= pages;
		last = pages;
	}
	return (!first && last ? PAGEOWNER_CHANGE_NEW : 0) |
		(first && !last ? PAGEOWNER_CHANGE_VANISHED : 0) |
		(!shrank && grew && is_trend(d->count, fit, grew, first, last, bits) ?
		 PAGEOWNER_CHANGE_STEADY : 0);
}

/* --- looking at rows */

PO_EXPORT size_t pageowner_diff_count(const struct pageowner_diff *d)
{
	return d->view->is_ready ? d->view->count : 0;
}

PO_EXPORT int pageowner_diff_change(const struct pageowner_diff *d, size_t index,
				    const struct pageowner_change **change)
{
	struct pageowner_change *c = &d->view->change;
	struct po_trend trend;
	uint64_t first, last;
	size_t row;

	if (!d->view->is_ready)
		return -EINVAL;
	if (index >= d->view->count)
		return 0;
	row = d->view->order[index];
	po_attribution_show(d->names, &d->rows[row].is, &c->name, &c->stack);
	trend = po_change_trend(d, row);
	for (size_t i = 0; i < d->count; i++)
		d->view->pages[i] = po_pages_of(&d->snapshots[i], row);
	first = d->view->pages[0];
	last = d->view->pages[d->count - 1];
	c->pages = d->view->pages;
	c->snapshots = d->count;
	c->flags = flags_of(d, row, trend.fit);
	c->change = difference(first, last);
	c->least_change = po_change_least(d, row);
	c->most_change = difference(first, most_of(d, d->count - 1, row));
	c->slope = trend.slope;
	c->fit = trend.fit;
	*change = c;
	return 1;
}
