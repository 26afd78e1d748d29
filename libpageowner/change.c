// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * change.c - the rows of a diff: their order, and what became of each.
 *
 * A stack that is missing from a snapshot has 0 pages there, unless its count_threshold
 * may have hidden it. Sorting reserves all memory that showing rows needs. trend.c
 * computes the line and its fit.
 */
#include "diff_private.h"

#include <stdlib.h>

#include "trend.h"

static int64_t difference(uint64_t from, uint64_t to)
{
	uint64_t by = to > from ? to - from : from - to;

	if (by > INT64_MAX)
		by = INT64_MAX;
	return to > from ? (int64_t)by : -(int64_t)by;
}

/* Whether a snapshot's threshold hides what others would show */
static bool is_hidden(const struct pageowner_diff *d, size_t snapshot, size_t row)
{
	const struct po_snapshot *s = &d->snapshots[snapshot];

	return s->shown.threshold > d->view->lowest && !po_pages_of(s, row);
}

static uint32_t flags_of(const struct pageowner_diff *d, size_t row)
{
	const uint64_t first = po_pages_of(&d->snapshots[0], row);
	uint64_t last = first;
	bool shrank = false;
	size_t grew = 0;

	for (size_t i = 0; i < d->count; i++) {
		const uint64_t pages = po_pages_of(&d->snapshots[i], row);

		if (is_hidden(d, i, row))
			return PAGEOWNER_CHANGE_UNKNOWN;
		shrank |= pages < last;
		grew += pages > last;
		last = pages;
	}
	return (!first && last ? PAGEOWNER_CHANGE_NEW : 0) |
		(first && !last ? PAGEOWNER_CHANGE_VANISHED : 0) |
		(grew > 1 && !shrank ? PAGEOWNER_CHANGE_STEADY : 0);
}

/* The upper limit of a row's pages in a snapshot, if it had no more stacks than in others */
static uint64_t most_of(const struct pageowner_diff *d, size_t snapshot, size_t row)
{
	uint64_t most;

	if (!is_hidden(d, snapshot, row))
		return po_pages_of(&d->snapshots[snapshot], row);
	return __builtin_mul_overflow(d->snapshots[snapshot].shown.threshold - 1,
				      d->rows[row].most_stacks, &most) ? UINT64_MAX : most;
}

static int64_t least_change(const struct pageowner_diff *d, size_t row)
{
	return difference(most_of(d, 0, row), po_pages_of(&d->snapshots[d->count - 1], row));
}

/* Of what the thresholds allow the smallest: hidden pages are many at first, few later. */
static struct po_trend trend_of(const struct pageowner_diff *d, size_t row)
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

/* --- order */

struct rank {
	size_t row;
	double weight;	/* larger comes first */
	bool is_unknown;	/* and may not have grown */
	const struct pageowner_diff *diff;
};

static int compare_ranks(const void *a, const void *b)
{
	const struct rank *x = a, *y = b;
	const struct po_row *rows = x->diff->rows;

	if (x->is_unknown != y->is_unknown)
		return x->is_unknown - y->is_unknown;
	if (x->weight != y->weight)
		return x->weight < y->weight ? 1 : -1;
	return po_attribution_compare(x->diff->names, rows[x->row].is.name,
				      rows[y->row].is.name);
}

/* Reserve what showing any row needs. */
static int make_view(struct pageowner_diff *d, size_t rows)
{
	const bool has_times = pageowner_diff_has_times(d);
	struct po_budget *b = &d->budget;
	struct po_view *v = d->view;

	po_diff_free_view(d);
	v->order = po_budget_alloc(b, rows, sizeof(*v->order));
	v->room = rows;
	v->pages = po_budget_alloc(b, d->count, sizeof(*v->pages));
	v->x = po_budget_alloc(b, d->count, sizeof(*v->x));
	v->snapshots = d->count;
	if (!v->order || !v->pages || !v->x || po_attribution_reserve(d->names) < 0)
		return -ENOMEM;
	v->lowest = UINT64_MAX;
	for (size_t i = 0; i < d->count; i++) {
		const struct pageowner_snapshot *s = &d->snapshots[i].shown;

		if (s->threshold < v->lowest)
			v->lowest = s->threshold;
		/* Relative to the first, so that a time of day loses no digits. */
		v->x[i] = has_times ?
			(double)(s->time_ns - d->snapshots[0].shown.time_ns) * 1e-9 :
			(double)i;
	}
	if (v->lowest < 1)
		v->lowest = 1;
	return 0;
}

static double weight_of(const struct pageowner_diff *d, size_t row,
			enum pageowner_diff_order order)
{
	struct po_trend trend;

	if (order == PAGEOWNER_DIFF_BY_GROWTH)
		return (double)least_change(d, row);
	trend = trend_of(d, row);
	/* A line may rise although what it is drawn through came back to where it was. */
	if (trend.slope > 0 && least_change(d, row) <= 0)
		return 0;
	return trend.slope * trend.fit;
}

static int sort(struct pageowner_diff *d, enum pageowner_diff_order order)
{
	const size_t ranks_size = sizeof(struct rank) +
		po_sort_size(1, sizeof(struct rank));
	struct po_view *v = d->view;
	struct rank *ranks;
	size_t count = 0;

	if (make_view(d, d->rows_count) < 0)
		return -ENOMEM;
	ranks = po_budget_alloc(&d->budget, d->rows_count, ranks_size);
	if (!ranks)
		return -ENOMEM;
	for (size_t i = 0; d->count && i < d->rows_count; i++)
		if (d->rows[i].since)
			ranks[count++] = (struct rank){ i, weight_of(d, i, order),
				flags_of(d, i) & PAGEOWNER_CHANGE_UNKNOWN &&
				least_change(d, i) <= 0, d };
	if (count)
		qsort(ranks, count, sizeof(*ranks), compare_ranks);
	for (size_t i = 0; i < count; i++)
		v->order[i] = ranks[i].row;
	v->count = count;
	v->is_ready = true;
	po_budget_free(&d->budget, ranks, d->rows_count, ranks_size);
	return 0;
}

PO_EXPORT int pageowner_diff_sort(struct pageowner_diff *d,
				  enum pageowner_diff_order order)
{
	int ret;

	if (order != PAGEOWNER_DIFF_BY_GROWTH && order != PAGEOWNER_DIFF_BY_TREND)
		return po_diff_refuse(d, -EINVAL, "unknown order of rows");
	d->error[0] = '\0';
	po_budget_begin(&d->budget);
	ret = sort(d, order);
	if (ret < 0)
		po_diff_free_view(d);
	return po_diff_explain(d, ret);
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
	trend = trend_of(d, row);
	for (size_t i = 0; i < d->count; i++)
		d->view->pages[i] = po_pages_of(&d->snapshots[i], row);
	first = d->view->pages[0];
	last = d->view->pages[d->count - 1];
	c->pages = d->view->pages;
	c->snapshots = d->count;
	c->flags = flags_of(d, row);
	c->change = difference(first, last);
	c->least_change = least_change(d, row);
	c->most_change = difference(first, most_of(d, d->count - 1, row));
	c->slope = trend.slope;
	c->fit = trend.fit;
	*change = c;
	return 1;
}
