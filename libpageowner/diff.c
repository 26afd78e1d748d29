// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * diff.c - collect the pages of each stack in each snapshot.
 *
 * Rows are matched by their whole text, never by a hash of it. attribute.c finds the
 * name of a stack, change.c computes what became of a row.
 */
#include "diff_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "filter_private.h"

PO_EXPORT int pageowner_diff_new(enum pageowner_by by, struct pageowner_diff **diff)
{
	struct pageowner_diff *d = calloc(1, sizeof(*d));
	int ret;

	if (!d)
		return -ENOMEM;
	d->names = calloc(1, sizeof(*d->names));
	d->view = calloc(1, sizeof(*d->view));
	ret = d->names && d->view ?
		po_attribution_init(d->names, by, false, &d->budget) : -ENOMEM;
	if (ret < 0) {
		free(d->names);
		free(d->view);
		free(d);
		return ret;
	}
	*diff = d;
	return 0;
}

static void free_snapshot(struct pageowner_diff *d, struct po_snapshot *s)
{
	po_budget_free(&d->budget, s->pages, s->count, sizeof(*s->pages));
	po_captures_free(&s->captures);
	*s = (struct po_snapshot){ 0 };
}

void po_diff_free_view(struct pageowner_diff *d)
{
	struct po_view *v = d->view;

	po_budget_free(&d->budget, v->order, v->room, sizeof(*v->order));
	po_budget_free(&d->budget, v->pages, v->snapshots, sizeof(*v->pages));
	po_budget_free(&d->budget, v->x, v->snapshots, sizeof(*v->x));
	*v = (struct po_view){ 0 };
}

PO_EXPORT void pageowner_diff_free(struct pageowner_diff *d)
{
	if (!d)
		return;
	po_attribution_free(d->names);
	free(d->names);
	for (size_t i = 0; i < d->count; i++)
		free_snapshot(d, &d->snapshots[i]);
	free(d->snapshots);
	free_snapshot(d, &d->baseline);
	free(d->rows);
	po_diff_free_view(d);
	free(d->view);
	po_budget_leave(&d->budget);
	free(d);
}

PO_EXPORT enum pageowner_by pageowner_diff_by(const struct pageowner_diff *d)
{
	return d->names->by;
}

int po_diff_refuse(struct pageowner_diff *d, int ret, const char *sentence)
{
	snprintf(d->error, sizeof(d->error), "%s", sentence);
	return ret;
}

PO_EXPORT int pageowner_diff_set_budget(struct pageowner_diff *d,
					struct pageowner_budget *budget)
{
	const int ret = po_budget_join(&d->budget, budget);

	d->error[0] = '\0';
	return ret < 0 ? po_diff_refuse(d, ret, PO_BUDGET_TOO_SMALL) : 0;
}

static int check_empty(struct pageowner_diff *d)
{
	d->error[0] = '\0';
	return !d->count && !d->has_baseline ? 0 :
		po_diff_refuse(d, -EBUSY, d->count ? "the diff holds a snapshot already" :
			       "the diff has a baseline already");
}

PO_EXPORT int pageowner_diff_set_filter(struct pageowner_diff *d,
					const struct pageowner_filter *filter)
{
	const int ret = check_empty(d);

	if (ret == 0)
		d->filter = filter;
	return ret;
}

PO_EXPORT int pageowner_diff_set_suppress(struct pageowner_diff *d,
					  const struct pageowner_suppress *suppress)
{
	const int ret = check_empty(d);

	if (ret == 0)
		d->suppress = suppress;
	return ret;
}

PO_EXPORT int pageowner_diff_set_plumbing(struct pageowner_diff *d,
					  const struct pageowner_plumbing *plumbing)
{
	const int ret = check_empty(d);

	if (ret == 0)
		d->names->plumbing = plumbing;
	return ret;
}

PO_EXPORT void pageowner_diff_set_time(struct pageowner_diff *d, uint64_t time_ns)
{
	d->has |= PAGEOWNER_SNAPSHOT_HAS_TIME;
	d->time_ns = time_ns;
}

PO_EXPORT void pageowner_diff_set_any_times(struct pageowner_diff *d, int any)
{
	d->any_times = any;
}

PO_EXPORT void pageowner_diff_set_any_page_size(struct pageowner_diff *d, int any)
{
	d->any_page_size = any;
}

PO_EXPORT void pageowner_diff_set_threshold(struct pageowner_diff *d,
					    uint64_t threshold)
{
	d->has |= PAGEOWNER_SNAPSHOT_HAS_THRESHOLD;
	d->threshold = threshold;
}

PO_EXPORT const char *pageowner_diff_error(const struct pageowner_diff *d)
{
	return d->error;
}

int po_diff_explain(struct pageowner_diff *d, int ret)
{
	ret = po_budget_error(&d->budget, ret);
	if (ret < 0 && !*d->error)
		snprintf(d->error, sizeof(d->error), "%s", ret == -ENOBUFS ?
			 "the rows need more memory than allowed" : strerror(-ret));
	return ret;
}

/* --- adding a snapshot */

/* Room for the row of a name that may be new: before the name gets its number, so that
 * every number has a row. */
static int make_room_for_row(struct pageowner_diff *d)
{
	struct po_row *grown = po_grow(&d->budget, d->rows, &d->rows_room,
				       d->rows_count + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	d->rows = grown;
	return 0;
}

/* Find or create the row of a stack; -ENOMEM */
static int find_row(struct pageowner_diff *d, struct pageowner_text stack,
		    size_t since, size_t *number)
{
	struct po_attributed is;
	struct po_row *row;

	if (make_room_for_row(d) < 0 || po_attribute(d->names, stack, &is) < 0)
		return -ENOMEM;
	*number = is.name->key.number;
	row = &d->rows[*number];
	if (*number == d->rows_count) {
		*row = (struct po_row){ 0 };
		d->rows_count++;
	}
	row->is = is;
	if (!row->since)
		row->since = since;
	row->stacks = row->counted == since ? row->stacks + 1 : 1;
	row->counted = since;
	if (row->stacks > row->most_stacks)
		row->most_stacks = row->stacks;
	return 0;
}

static int make_room(struct pageowner_diff *d, struct po_snapshot *s, size_t number)
{
	const size_t count = s->count;
	uint64_t *grown = po_grow(&d->budget, s->pages, &s->count, number + 1,
				  sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	if (s->count > count)
		memset(grown + count, 0, (s->count - count) * sizeof(*grown));
	s->pages = grown;
	return 0;
}

/* Whether the groups have what the diff needs; if not, sets the sentence. */
static int check(struct pageowner_diff *d, const struct pageowner_profile *profile)
{
	const uint64_t fields = po_filter_fields(d->filter);

	if (pageowner_profile_total(profile, NULL, NULL) < 0)
		return po_diff_refuse(d, -EINVAL,
				      "a profile to compare has to be finished");
	if (!pageowner_profile_determines(profile, PAGEOWNER_FIELD_CALLSTACK))
		return po_diff_refuse(d, -EINVAL,
				      "a profile to compare has to be grouped by callstack");
	for (int i = 0; i < PAGEOWNER_FIELD_COUNT; i++) {
		if (!(fields & PO_FIELD_BIT(i)) ||
		    pageowner_profile_determines(profile, i))
			continue;
		snprintf(d->error, sizeof(d->error),
			 "the filter selects by %s, which the groups of the profile have several of; filter when it is loaded",
			 pageowner_field_name(i));
		return -EINVAL;
	}
	return 0;
}

/* Whether pages are as large as those before; @size: set to that, 0 if not known */
static int check_page_size(struct pageowner_diff *d,
			   const struct pageowner_profile *profile, uint64_t *size)
{
	const struct pageowner_conditions *c;

	*size = d->page_size;
	for (size_t i = 0; pageowner_profile_conditions(profile, i, &c) > 0; i++) {
		if (!(c->has & PAGEOWNER_CONDITIONS_HAS_PAGE_SIZE))
			continue;
		if (*size && c->page_size != *size && !d->any_page_size) {
			snprintf(d->error, sizeof(d->error),
				 "the snapshot has pages of %" PRIu64 " bytes, one before of %" PRIu64,
				 c->page_size, *size);
			return -EINVAL;
		}
		*size = c->page_size;
	}
	return 0;
}

static int take(struct pageowner_diff *d, const struct pageowner_profile *profile,
		struct po_snapshot *s, size_t since)
{
	const struct pageowner_group *g;
	int ret;

	for (size_t i = 0; (ret = pageowner_profile_group(profile, i, &g)) > 0; i++) {
		size_t row;

		if (d->filter && !pageowner_filter_match(d->filter, g->record))
			continue;
		if (d->suppress &&
		    pageowner_suppress_match(d->suppress, g->record->stack, NULL)) {
			s->shown.suppressed = po_add_or_stay(s->shown.suppressed,
							     g->pages);
			continue;
		}
		if (find_row(d, g->record->stack, since, &row) < 0 ||
		    make_room(d, s, row) < 0)
			return -ENOMEM;
		s->pages[row] = po_add_or_stay(s->pages[row], g->pages);
	}
	return ret;
}

/* Remove the snapshot; its names stay, unused. */
static void drop(struct pageowner_diff *d, struct po_snapshot *s, size_t since)
{
	for (size_t i = 0; i < d->rows_count; i++)
		if (d->rows[i].since == since)
			d->rows[i].since = 0;
	free_snapshot(d, s);
}

PO_EXPORT int pageowner_diff_set_baseline(struct pageowner_diff *d,
					  const struct pageowner_profile *profile)
{
	uint64_t page_size = 0;
	int ret = check_empty(d);

	if (ret == 0)
		ret = check(d, profile);
	if (ret == 0)
		ret = check_page_size(d, profile, &page_size);
	if (ret < 0)
		return ret;
	po_budget_begin(&d->budget);
	ret = take(d, profile, &d->baseline, SIZE_MAX);
	if (ret < 0)
		drop(d, &d->baseline, SIZE_MAX);
	else
		d->page_size = page_size;
	d->has_baseline = ret == 0;
	return po_diff_explain(d, ret);
}

/* A guess if the threshold is unknown: most machines have a stack of a single page. */
static int find_smallest(const struct pageowner_profile *profile, uint64_t *threshold)
{
	const size_t count = pageowner_profile_count(profile);
	uint64_t least = UINT64_MAX;

	for (size_t i = 0; i < count; i++) {
		const struct pageowner_group *g;
		const int ret = pageowner_profile_group(profile, i, &g);

		if (ret < 0)
			return ret;
		if (ret && g->pages && g->pages < least)
			least = g->pages;
	}
	*threshold = count ? least : 0;
	return 0;
}

/* What the metadata of the profile says, unless the user has set it */
static int learn(const struct pageowner_diff *d, const struct pageowner_profile *profile,
		 struct po_snapshot *s)
{
	const uint32_t counts = 1u << PAGEOWNER_RECORD_STACK |
		1u << PAGEOWNER_RECORD_HANDLE | 1u << PAGEOWNER_RECORD_STACK_HANDLE;
	const uint32_t pages = 1u << PAGEOWNER_RECORD_PAGE | 1u << PAGEOWNER_RECORD_CONSOLE;
	const struct pageowner_conditions *c;
	struct pageowner_snapshot *shown = &s->shown;
	int ret = 0;

	shown->kinds = pageowner_profile_kinds(profile);
	shown->has = d->has;
	shown->time_ns = d->time_ns;
	shown->threshold = d->threshold;
	for (size_t i = 0; pageowner_profile_conditions(profile, i, &c) > 0; i++) {
		if (!i)
			ret = po_captures_add_copy(&s->captures, c);
		if (ret < 0)
			return ret;
		if (!i && !(d->has & PAGEOWNER_SNAPSHOT_HAS_TIME) &&
		    c->has & PAGEOWNER_CONDITIONS_HAS_START_TIME) {
			shown->has |= PAGEOWNER_SNAPSHOT_HAS_TIME;
			shown->time_ns = c->start_time_ns;
		}
		if (d->has & PAGEOWNER_SNAPSHOT_HAS_THRESHOLD ||
		    !(c->has & PAGEOWNER_CONDITIONS_HAS_THRESHOLD))
			continue;
		shown->has |= PAGEOWNER_SNAPSHOT_HAS_THRESHOLD;
		if (c->threshold > shown->threshold)
			shown->threshold = c->threshold;
	}
	(void)po_captures_get(&s->captures, 0, &shown->conditions);
	if (shown->has & PAGEOWNER_SNAPSHOT_HAS_THRESHOLD || !(shown->kinds & counts) ||
	    shown->kinds & pages)
		return 0;
	shown->has |= PAGEOWNER_SNAPSHOT_HAS_THRESHOLD;
	return find_smallest(profile, &shown->threshold);
}

/* Whether a snapshot is later than the last one of which the time is known */
static int check_time(struct pageowner_diff *d, const struct po_snapshot *s)
{
	const struct po_snapshot *before = s;

	if (d->any_times || !(s->shown.has & PAGEOWNER_SNAPSHOT_HAS_TIME))
		return 0;
	while (before > d->snapshots)
		if ((--before)->shown.has & PAGEOWNER_SNAPSHOT_HAS_TIME)
			break;
	if (before == s || !(before->shown.has & PAGEOWNER_SNAPSHOT_HAS_TIME) ||
	    s->shown.time_ns > before->shown.time_ns)
		return 0;
	return po_diff_refuse(d, -EINVAL, s->shown.time_ns == before->shown.time_ns ?
			      "the snapshot was taken at the same time as a previous one" :
			      "the snapshot was taken before the previous one");
}

PO_EXPORT int pageowner_diff_add(struct pageowner_diff *d,
				 const struct pageowner_profile *profile)
{
	const size_t since = d->count + 1;
	struct po_snapshot *grown, *s;
	uint64_t page_size = 0;
	int ret;

	d->error[0] = '\0';
	po_budget_begin(&d->budget);
	ret = check(d, profile);
	if (ret == 0)
		ret = check_page_size(d, profile, &page_size);
	if (ret < 0)
		return ret;
	grown = reallocarray(d->snapshots, d->count + 1, sizeof(*grown));
	if (!grown)
		return po_diff_explain(d, -ENOMEM);
	d->snapshots = grown;
	s = &grown[d->count];
	*s = (struct po_snapshot){ .captures.budget = &d->budget };
	ret = take(d, profile, s, since);
	if (ret == 0)
		ret = learn(d, profile, s);
	if (ret == 0)
		ret = check_time(d, s);
	if (ret < 0) {
		drop(d, s, since);
		return po_diff_explain(d, ret);
	}
	/* The sums first: several stacks may belong to one row. */
	for (size_t i = 0; i < s->count; i++) {
		const uint64_t known = po_pages_of(&d->baseline, i);

		s->pages[i] -= s->pages[i] < known ? s->pages[i] : known;
		s->shown.pages = po_add_or_stay(s->shown.pages, s->pages[i]);
	}
	d->count++;
	d->page_size = page_size;
	d->has = 0;
	d->time_ns = d->threshold = 0;
	d->view->is_ready = false;
	return 0;
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
	*snapshot = &d->snapshots[index].shown;
	return 1;
}

PO_EXPORT int pageowner_diff_has_times(const struct pageowner_diff *d)
{
	for (size_t i = 0; i < d->count; i++)
		if (!(d->snapshots[i].shown.has & PAGEOWNER_SNAPSHOT_HAS_TIME) ||
		    (i && d->snapshots[i].shown.time_ns <=
			  d->snapshots[i - 1].shown.time_ns))
			return 0;
	return d->count > 0;
}
