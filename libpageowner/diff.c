// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * diff.c - the pages of each stack in each snapshot, and what became of them.
 *
 * Rows are matched by their whole text, never by a hash of it. What a snapshot
 * lacks is 0 there, unless its count_threshold may have hidden it.
 */
#include "base/po.h"

#include <math.h>
#include <stdlib.h>

#include <pageowner/diff.h>
#include <pageowner/stack.h>

#include "base/budget.h"
#include "group/handles.h"
#include "base/intern.h"

struct snapshot {
	double time;
	uint64_t threshold;
	uint64_t *pages;	/* by row; rows from count on came later */
	size_t count;
	uint64_t total, suppressed;
	struct pageowner_snapshot info;
};

struct row {
	const struct po_entry *name;
	const struct po_entry *stack;	/* of a call path, else NULL */
};

struct pageowner_diff {
	enum pageowner_diff_by by;
	struct po_budget budget;
	const struct pageowner_filter *filter;
	const struct pageowner_suppress *suppress;
	struct po_intern *lines;	/* what stacks and call paths are made of */
	struct po_intern *names, *stacks;
	struct snapshot *snapshots;
	size_t count;
	struct snapshot baseline;
	struct row *rows;		/* by number of the name */
	size_t rows_count, rows_room;
	size_t *order;			/* rows as sorted; NULL: as they came */
	size_t order_count;
	uint64_t *pages;		/* of the row that was looked at */
	struct po_buffer path, name, stack;
	struct pageowner_change change;
};

static bool is_by_lines(const struct pageowner_diff *d)
{
	return d->by == PAGEOWNER_DIFF_STACK || d->by == PAGEOWNER_DIFF_PORTABLE;
}

static void forget_order(struct pageowner_diff *d)
{
	po_budget_free(&d->budget, d->order, d->order_count, sizeof(*d->order));
	d->order = NULL;
}

PO_EXPORT int pageowner_diff_new(enum pageowner_diff_by by,
				 struct pageowner_diff **diff)
{
	struct pageowner_diff *d;
	int ret;

	if ((unsigned int)by > PAGEOWNER_DIFF_MODULE)
		return -EINVAL;
	d = calloc(1, sizeof(*d));
	if (!d)
		return -ENOMEM;
	d->by = by;
	ret = po_intern_new(0, &d->budget, &d->lines);
	if (ret == 0)
		ret = is_by_lines(d) ?
			po_intern_new_of_lines(0, &d->budget, d->lines, &d->names) :
			po_intern_new(0, &d->budget, &d->names);
	if (ret == 0)
		ret = po_intern_new_of_lines(0, &d->budget, d->lines, &d->stacks);
	if (ret < 0)
		pageowner_diff_free(d);
	else
		*diff = d;
	return ret;
}

PO_EXPORT void pageowner_diff_free(struct pageowner_diff *d)
{
	if (!d)
		return;
	po_intern_free(d->stacks);
	po_intern_free(d->names);
	po_intern_free(d->lines);
	for (size_t i = 0; i < d->count; i++)
		free(d->snapshots[i].pages);
	free(d->snapshots);
	free(d->baseline.pages);
	free(d->rows);
	free(d->order);
	free(d->pages);
	free(d->path.ptr);
	free(d->name.ptr);
	free(d->stack.ptr);
	po_budget_leave(&d->budget);
	free(d);
}

PO_EXPORT int pageowner_diff_set_budget(struct pageowner_diff *d,
					struct pageowner_budget *budget)
{
	return po_budget_join(&d->budget, budget);
}

PO_EXPORT void pageowner_diff_set_filter(struct pageowner_diff *d,
					 const struct pageowner_filter *filter)
{
	d->filter = filter;
}

PO_EXPORT void
pageowner_diff_set_suppress(struct pageowner_diff *d,
			    const struct pageowner_suppress *suppress)
{
	d->suppress = suppress;
}

/* --- taking a snapshot in */

/* Its functions and modules, a line each */
static int path_of(struct pageowner_diff *d, struct pageowner_text stack,
		   struct pageowner_text *path)
{
	struct pageowner_frame frame;
	size_t len = 0;

	/* No frame gets longer than its line by more than " [", "]", newline. */
	if (po_buffer_need(&d->path, &d->budget, 3 * stack.len + 4) < 0)
		return -ENOMEM;
	while (pageowner_frame_next(&stack, &frame)) {
		char *to = d->path.ptr + len;

		to = mempcpy(to, frame.symbol.ptr, frame.symbol.len);
		if (frame.module.len) {
			to = mempcpy(to, " [", 2);
			to = mempcpy(to, frame.module.ptr, frame.module.len);
			*to++ = ']';
		}
		*to++ = '\n';
		len = (size_t)(to - d->path.ptr);
	}
	*path = (struct pageowner_text){ d->path.ptr, len };
	return 0;
}

static int name_of(struct pageowner_diff *d, struct pageowner_text stack,
		   struct pageowner_text *name)
{
	struct pageowner_frame frame;

	switch (d->by) {
	case PAGEOWNER_DIFF_STACK:
		*name = stack;
		return 0;
	case PAGEOWNER_DIFF_PORTABLE:
		return path_of(d, stack, name);
	case PAGEOWNER_DIFF_OWNER:
		*name = pageowner_stack_owner(stack, NULL, &frame) ? frame.symbol :
			PO_TEXT("");
		return 0;
	default:
		*name = pageowner_stack_module(stack);
		return 0;
	}
}

/* Room for the row of a name that may be new: before it has its number, so that no
 * number is without its row. */
static int make_room_for_row(struct pageowner_diff *d)
{
	const size_t room = d->rows_room + d->rows_room / 2 + 64;
	struct row *grown;

	if (d->rows_count < d->rows_room)
		return 0;
	grown = po_budget_realloc(&d->budget, d->rows, d->rows_room * sizeof(*grown),
				  room * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	d->rows = grown;
	d->rows_room = room;
	return 0;
}

/* The row of a stack, made if it is new; -ENOMEM */
static int find_row(struct pageowner_diff *d, struct pageowner_text stack,
		    size_t *number)
{
	const struct po_entry *entry, *shown;
	struct pageowner_text name;

	if (make_room_for_row(d) < 0 || name_of(d, stack, &name) < 0)
		return -ENOMEM;
	entry = po_intern_add(d->names, name);
	if (!entry)
		return -ENOMEM;
	*number = entry->key.number;
	if (*number == d->rows_count) {
		d->rows[*number] = (struct row){ .name = entry };
		d->rows_count++;
	}
	if (d->by == PAGEOWNER_DIFF_PORTABLE) {
		shown = po_intern_add(d->stacks, stack);
		if (!shown)
			return -ENOMEM;
		d->rows[*number].stack = shown;
	}
	return 0;
}

/* -ENOMEM or the place of a row's pages, 0 if they are new */
static int make_room(struct pageowner_diff *d, struct snapshot *s, size_t number)
{
	size_t room = number + number / 2 + 64;
	uint64_t *grown;

	if (number < s->count)
		return 0;
	grown = po_budget_realloc(&d->budget, s->pages,
				  s->count * sizeof(*grown), room * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	memset(grown + s->count, 0, (room - s->count) * sizeof(*grown));
	s->pages = grown;
	s->count = room;
	return 0;
}

static uint64_t pages_of(const struct snapshot *s, size_t row)
{
	return row < s->count ? s->pages[row] : 0;
}

static void add_pages(uint64_t *sum, uint64_t pages)
{
	if (__builtin_add_overflow(*sum, pages, sum))
		*sum = UINT64_MAX;
}

static int take(struct pageowner_diff *d, struct pageowner_profile *profile,
		struct snapshot *s)
{
	const size_t count = pageowner_profile_count(profile);
	int ret = po_handles_settle(profile);

	for (size_t i = 0; ret == 0 && i < count; i++) {
		const struct pageowner_group *g;
		size_t row;

		ret = pageowner_profile_group(profile, i, &g);
		if (ret <= 0)
			break;
		ret = 0;
		if (d->filter && !pageowner_filter_match(d->filter, g->record))
			continue;
		if (d->suppress &&
		    pageowner_suppress_match(d->suppress, g->record->stack) >= 0) {
			add_pages(&s->suppressed, g->pages);
			continue;
		}
		if (find_row(d, g->record->stack, &row) < 0 ||
		    make_room(d, s, row) < 0)
			return -ENOMEM;
		add_pages(&s->pages[row], g->pages);
	}
	return ret;
}

PO_EXPORT int pageowner_diff_set_baseline(struct pageowner_diff *d,
					  struct pageowner_profile *profile)
{
	po_budget_begin(&d->budget);
	return po_budget_error(&d->budget, take(d, profile, &d->baseline));
}

static struct pageowner_snapshot describe(const struct snapshot *s)
{
	struct pageowner_snapshot info = {
		.threshold = s->threshold, .pages = s->total,
		.suppressed = s->suppressed,
	};

	if (s->threshold)
		info.has |= PAGEOWNER_SNAPSHOT_HAS_THRESHOLD;
	if (s->time >= 0 && s->time < (double)UINT64_MAX / 1e9) {
		info.has |= PAGEOWNER_SNAPSHOT_HAS_TIME;
		info.time_ns = (uint64_t)(s->time * 1e9);
	}
	return info;
}

PO_EXPORT int pageowner_diff_add(struct pageowner_diff *d,
				 struct pageowner_profile *profile, double time,
				 uint64_t threshold)
{
	struct snapshot *grown, *s;
	int ret;

	grown = reallocarray(d->snapshots, d->count + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	d->snapshots = grown;
	s = &grown[d->count++];
	*s = (struct snapshot){ .time = time, .threshold = threshold };
	forget_order(d);
	po_budget_begin(&d->budget);
	ret = po_budget_error(&d->budget, take(d, profile, s));
	/* Whole sums first: several stacks may be of one row. */
	for (size_t i = 0; i < s->count; i++) {
		uint64_t known = pages_of(&d->baseline, i);

		s->pages[i] -= s->pages[i] < known ? s->pages[i] : known;
		add_pages(&s->total, s->pages[i]);
	}
	s->info = describe(s);
	return ret;
}

/* --- what became of a row */

PO_EXPORT int pageowner_diff_has_times(const struct pageowner_diff *d)
{
	for (size_t i = 0; i < d->count; i++)
		if (!isfinite(d->snapshots[i].time) ||
		    (i && d->snapshots[i].time <= d->snapshots[i - 1].time))
			return 0;
	return d->count > 0;
}

static int64_t difference(uint64_t from, uint64_t to)
{
	uint64_t by = to > from ? to - from : from - to;

	if (by > INT64_MAX)
		by = INT64_MAX;
	return to > from ? (int64_t)by : -(int64_t)by;
}

static uint32_t flags_of(const struct pageowner_diff *d, size_t row)
{
	uint64_t lowest = UINT64_MAX, last = 0;
	bool hidden = false, steady = true;
	uint64_t first;

	if (!d->count)
		return 0;
	for (size_t i = 0; i < d->count; i++)
		if (d->snapshots[i].threshold < lowest)
			lowest = d->snapshots[i].threshold;
	if (lowest < 1)
		lowest = 1;
	for (size_t i = 0; i < d->count; i++) {
		const uint64_t pages = pages_of(&d->snapshots[i], row);

		hidden |= !pages && d->snapshots[i].threshold > lowest;
		steady &= pages >= last;
		last = pages;
	}
	first = pages_of(&d->snapshots[0], row);
	return (!first && last ? PAGEOWNER_CHANGE_NEW : 0) |
		(first && !last ? PAGEOWNER_CHANGE_VANISHED : 0) |
		(steady && last > first ? PAGEOWNER_CHANGE_STEADY : 0) |
		(hidden ? PAGEOWNER_CHANGE_HIDDEN : 0);
}

/* The least-squares line: its slope, and how well it fits. */
static double slope_of(const struct pageowner_diff *d, size_t row,
		       bool has_times, double *fit)
{
	const double n = (double)d->count;
	double mean_x = 0, mean_y = 0, xx = 0, xy = 0, yy = 0;

	*fit = 0;
	/* From the first on, so that a time of day loses no digits. */
	for (size_t i = 0; i < d->count; i++) {
		mean_x += (has_times ? d->snapshots[i].time - d->snapshots[0].time :
				       (double)i) / n;
		mean_y += (double)pages_of(&d->snapshots[i], row) / n;
	}
	for (size_t i = 0; i < d->count; i++) {
		double x = (has_times ? d->snapshots[i].time - d->snapshots[0].time :
					(double)i) - mean_x;
		double y = (double)pages_of(&d->snapshots[i], row) - mean_y;

		xx += x * x;
		xy += x * y;
		yy += y * y;
	}
	if (xx <= 0 || yy <= 0)
		return 0;
	*fit = xy * xy / (xx * yy);
	if (*fit > 1)	/* by rounding */
		*fit = 1;
	return xy / xx;
}

/* --- order */

struct rank {
	size_t row;
	double weight;	/* larger comes first */
	bool hidden;
	const struct pageowner_diff *diff;
};

static int compare_names(const struct pageowner_diff *d, size_t a, size_t b)
{
	const struct po_entry *x = d->rows[a].name, *y = d->rows[b].name;
	const struct po_lines *lx, *ly;
	size_t nx, ny;

	if (!is_by_lines(d))
		return po_text_compare(po_entry_text(x), po_entry_text(y));
	lx = po_entry_lines(x, &nx);
	ly = po_entry_lines(y, &ny);
	for (size_t i = 0; i < nx && i < ny; i++) {
		int ret = lx->line[i] == ly->line[i] ? 0 :
			po_text_compare(po_entry_text(lx->line[i]),
					po_entry_text(ly->line[i]));

		if (ret)
			return ret;
	}
	return (nx > ny) - (nx < ny);
}

static int compare_ranks(const void *a, const void *b)
{
	const struct rank *x = a, *y = b;

	if (x->hidden != y->hidden)
		return x->hidden - y->hidden;
	if (x->weight != y->weight)
		return x->weight < y->weight ? 1 : -1;
	return compare_names(x->diff, x->row, y->row);
}

PO_EXPORT int pageowner_diff_sort(struct pageowner_diff *d,
				  enum pageowner_diff_order order)
{
	const size_t ranks_size = sizeof(struct rank) +
		po_sort_size(1, sizeof(struct rank));
	const bool has_times = pageowner_diff_has_times(d);
	struct rank *ranks;
	size_t *sorted;

	if (order != PAGEOWNER_DIFF_BY_GROWTH && order != PAGEOWNER_DIFF_BY_TREND)
		return -EINVAL;
	if (!d->rows_count || !d->count)
		return 0;
	po_budget_begin(&d->budget);
	forget_order(d);
	ranks = po_budget_alloc(&d->budget, d->rows_count, ranks_size);
	sorted = po_budget_alloc(&d->budget, d->rows_count, sizeof(*sorted));
	if (!ranks || !sorted) {
		po_budget_free(&d->budget, ranks, d->rows_count, ranks_size);
		po_budget_free(&d->budget, sorted, d->rows_count, sizeof(*sorted));
		return po_budget_error(&d->budget, -ENOMEM);
	}
	d->order = sorted;
	d->order_count = d->rows_count;
	for (size_t i = 0; i < d->rows_count; i++) {
		double fit, weight;

		if (order == PAGEOWNER_DIFF_BY_TREND) {
			weight = slope_of(d, i, has_times, &fit);
			weight *= fit;
		} else {
			weight = (double)difference(
				pages_of(&d->snapshots[0], i),
				pages_of(&d->snapshots[d->count - 1], i));
		}
		ranks[i] = (struct rank){ i, weight, flags_of(d, i) &
					  PAGEOWNER_CHANGE_HIDDEN, d };
	}
	qsort(ranks, d->rows_count, sizeof(*ranks), compare_ranks);
	for (size_t i = 0; i < d->rows_count; i++)
		sorted[i] = ranks[i].row;
	po_budget_free(&d->budget, ranks, d->rows_count, ranks_size);
	return 0;
}

/* --- looking at rows */

PO_EXPORT size_t pageowner_diff_count(const struct pageowner_diff *d)
{
	return d->count ? d->rows_count : 0;
}

static int show_names(struct pageowner_diff *d, const struct row *row)
{
	struct pageowner_change *c = &d->change;

	c->stack = PO_TEXT("");
	if (!is_by_lines(d)) {
		c->name = po_entry_text(row->name);
		return 0;
	}
	if (po_entry_join(row->name, &d->name, &d->budget, &c->name) < 0)
		return -ENOMEM;
	if (!row->stack) {
		c->stack = c->name;
		return 0;
	}
	return po_entry_join(row->stack, &d->stack, &d->budget, &c->stack);
}

PO_EXPORT int pageowner_diff_change(struct pageowner_diff *d, size_t index,
				    const struct pageowner_change **change)
{
	struct pageowner_change *c = &d->change;
	uint64_t *pages;
	size_t row;

	if (index >= pageowner_diff_count(d))
		return 0;
	po_budget_begin(&d->budget);
	row = d->order ? d->order[index] : index;
	pages = reallocarray(d->pages, d->count, sizeof(*pages));
	if (!pages)
		return -ENOMEM;
	d->pages = pages;
	if (show_names(d, &d->rows[row]) < 0)
		return po_budget_error(&d->budget, -ENOMEM);
	for (size_t i = 0; i < d->count; i++)
		pages[i] = pages_of(&d->snapshots[i], row);
	c->pages = pages;
	c->snapshots = d->count;
	c->flags = flags_of(d, row);
	c->change = difference(pages[0], pages[d->count - 1]);
	c->slope = slope_of(d, row, pageowner_diff_has_times(d), &c->fit);
	*change = c;
	return 1;
}

PO_EXPORT enum pageowner_by pageowner_diff_by(const struct pageowner_diff *d)
{
	return (enum pageowner_by)d->by;
}

PO_EXPORT size_t pageowner_diff_snapshot_count(const struct pageowner_diff *d)
{
	return d->count;
}

PO_EXPORT int pageowner_diff_snapshot(const struct pageowner_diff *d, size_t index,
				      const struct pageowner_snapshot **snapshot)
{
	if (index >= d->count)
		return 0;
	*snapshot = &d->snapshots[index].info;
	return 1;
}

PO_EXPORT int pageowner_diff_total(const struct pageowner_diff *d,
				   size_t snapshot, uint64_t *pages,
				   uint64_t *suppressed)
{
	if (snapshot >= d->count)
		return -EINVAL;
	if (pages)
		*pages = d->snapshots[snapshot].total;
	if (suppressed)
		*suppressed = d->snapshots[snapshot].suppressed;
	return 0;
}
