// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * change_sort.c - the order of the rows of a diff.
 *
 * Sorting reserves all memory that showing rows needs. What became of a row is known to
 * change.c.
 */
#include "change.h"

#include <stdlib.h>

#include "base/intern.h"

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

struct rank {
	size_t row;
	bool is_last;	/* in either direction: what it is sorted by is not known */
	union {
		double weight;			/* the largest comes first */
		const struct po_entry *text;	/* the first of the alphabet */
	};
};

/* One order, while sorting */
struct sorting {
	const struct pageowner_diff *diff;
	enum pageowner_diff_order order;
	bool is_reversed;
	struct po_intern *texts;	/* of orders by text */
};

static bool is_by_text(enum pageowner_diff_order order)
{
	return order == PAGEOWNER_DIFF_BY_OWNER || order == PAGEOWNER_DIFF_BY_MODULE;
}

static int compare_ranks(const void *a, const void *b, void *data)
{
	const struct sorting *s = data;
	const struct po_row *rows = s->diff->rows;
	const struct rank *x = a, *y = b;
	int ret;

	if (x->is_last != y->is_last)
		return x->is_last - y->is_last;
	if (is_by_text(s->order))
		ret = x->text == y->text ? 0 :
			po_text_compare(po_entry_text(x->text), po_entry_text(y->text));
	else
		ret = (x->weight < y->weight) - (x->weight > y->weight);
	if (ret)
		return s->is_reversed ? -ret : ret;
	return po_attribution_compare(s->diff->names, rows[x->row].is.name,
				      rows[y->row].is.name);
}

static double weigh_trend(const struct pageowner_diff *d, size_t row)
{
	const struct po_trend trend = po_change_trend(d, row);

	/* A line may rise although what it is drawn through came back to where it was. */
	if (trend.slope > 0 && po_change_least(d, row) <= 0)
		return 0;
	return trend.slope * trend.fit;
}

/* The owner or the module of a row; NULL without memory */
static const struct po_entry *find_text(const struct sorting *s, size_t row)
{
	struct po_attribution *names = s->diff->names;
	struct pageowner_text name, stack, text;
	struct pageowner_frame frame;

	po_attribution_show(names, &s->diff->rows[row].is, &name, &stack);
	if (s->order == PAGEOWNER_DIFF_BY_MODULE)
		text = names->by == PAGEOWNER_BY_MODULE ? name :
			pageowner_stack_module(stack);
	else if (names->by == PAGEOWNER_BY_OWNER)
		text = name;
	else
		text = pageowner_stack_owner(stack, names->plumbing, &frame) ?
			frame.symbol : PO_TEXT("");
	return po_intern_add(s->texts, text);
}

static bool rank_row(const struct sorting *s, size_t row, struct rank *rank)
{
	const struct pageowner_diff *d = s->diff;
	const size_t snapshot = s->order == PAGEOWNER_DIFF_BY_FIRST ? 0 : d->count - 1;

	*rank = (struct rank){ .row = row };
	if (is_by_text(s->order)) {
		rank->text = find_text(s, row);
		return rank->text;
	}
	if (s->order == PAGEOWNER_DIFF_BY_FIRST || s->order == PAGEOWNER_DIFF_BY_LAST) {
		rank->weight = (double)po_pages_of(&d->snapshots[snapshot], row);
		rank->is_last = po_change_is_hidden(d, snapshot, row);
		return true;
	}
	rank->is_last = po_change_is_unknown(d, row) && po_change_least(d, row) <= 0;
	rank->weight = s->order == PAGEOWNER_DIFF_BY_CHANGE ?
		(double)po_change_least(d, row) : s->order == PAGEOWNER_DIFF_BY_RATE ?
		po_change_trend(d, row).slope : weigh_trend(d, row);
	return true;
}

static int sort(struct pageowner_diff *d, struct sorting *s)
{
	const size_t ranks_size = sizeof(struct rank) +
		po_sort_size(1, sizeof(struct rank));
	struct po_view *v = d->view;
	struct rank *ranks;
	size_t count = 0;
	int ret = 0;

	if (make_view(d, d->rows_count) < 0)
		return -ENOMEM;
	ranks = po_budget_alloc(&d->budget, d->rows_count, ranks_size);
	if (!ranks)
		return -ENOMEM;
	for (size_t i = 0; ret == 0 && d->count && i < d->rows_count; i++)
		if (d->rows[i].since && !rank_row(s, i, &ranks[count++]))
			ret = -ENOMEM;
	if (count && ret == 0)
		qsort_r(ranks, count, sizeof(*ranks), compare_ranks, s);
	for (size_t i = 0; i < count; i++)
		v->order[i] = ranks[i].row;
	v->count = count;
	v->is_ready = ret == 0;
	po_budget_free(&d->budget, ranks, d->rows_count, ranks_size);
	return ret;
}

PO_EXPORT int pageowner_diff_sort(struct pageowner_diff *d,
				  enum pageowner_diff_order order)
{
	struct sorting s = {
		.diff = d,
		.order = order & ~(unsigned int)PAGEOWNER_DIFF_REVERSED,
		.is_reversed = order & PAGEOWNER_DIFF_REVERSED,
	};
	int ret = 0;

	if ((unsigned int)s.order > PAGEOWNER_DIFF_BY_MODULE)
		return po_diff_refuse(d, -EINVAL, "unknown order of rows");
	d->error[0] = '\0';
	po_budget_begin(&d->budget);
	if (is_by_text(s.order))
		ret = po_intern_new(0, &d->budget, &s.texts);
	if (ret == 0)
		ret = sort(d, &s);
	po_intern_free(s.texts);
	if (ret < 0)
		po_diff_free_view(d);
	return po_diff_explain(d, ret);
}
