// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * profile.c - the public object: records in, groups out.
 *
 * It joins the parts: intake.c takes records, group/ has the groups, load.c reads
 * files. pageowner_profile_finish() does everything that may fail after the last
 * record; from then on groups are only read.
 */
#include "profile_load.h"

#include <stdio.h>
#include <stdlib.h>

#include "filter_private.h"
#include "group/show.h"
#include "group/sort.h"
#include "group/value.h"
#include "read/damage.h"
#include "read/explain.h"
#include "stack/patterns.h"

/* --- making one */

PO_EXPORT int pageowner_profile_new(const char *keys,
				    struct pageowner_profile **profile)
{
	struct pageowner_profile *p;
	struct po_keys by;
	int ret;

	ret = po_keys_parse(keys ? keys : "txt", PAGEOWNER_FIELD_GROUPS, &by, NULL);
	if (ret < 0)
		return ret;
	p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	p->jobs = 1;
	p->captures.budget = &p->budget;
	p->view = calloc(1, sizeof(*p->view));
	ret = p->view ? po_intake_new(&p->intake, &by, (struct po_understanding){
			.budget = &p->budget }) : -ENOMEM;
	if (ret < 0) {
		free(p->view);
		free(p);
		return ret;
	}
	*profile = p;
	return 0;
}

PO_EXPORT void pageowner_profile_free(struct pageowner_profile *p)
{
	if (!p)
		return;
	po_intake_free(&p->intake);
	po_view_free(p->view, &p->budget);
	free(p->view);
	po_captures_free(&p->captures);
	po_inputs_free(&p->inputs);
	po_budget_leave(&p->budget);
	free(p);
}

/* Set the sentence for a refused call and return the error. */
static int refuse(struct pageowner_profile *p, int ret, const char *sentence)
{
	snprintf(p->error, sizeof(p->error), "%s", sentence);
	return ret;
}

/* --- how records are taken: only while there are none */

static int check_empty(struct pageowner_profile *p)
{
	p->error[0] = '\0';
	return po_profile_is_empty(p) ? 0 :
		refuse(p, -EBUSY, "the profile holds records already");
}

PO_EXPORT int pageowner_profile_set_filter(struct pageowner_profile *p,
					   const struct pageowner_filter *filter)
{
	const int ret = check_empty(p);

	if (ret == 0)
		p->intake.filter = filter;
	return ret;
}

PO_EXPORT int pageowner_profile_set_flags(struct pageowner_profile *p,
					  unsigned int flags)
{
	const unsigned int unknown = flags &
		~(PAGEOWNER_PROFILE_KERNEL_LABELS | PAGEOWNER_PROFILE_RELEASED |
		  PAGEOWNER_PROFILE_ANY_PAGE_SIZE);
	const int ret = check_empty(p);

	if (unknown) {
		snprintf(p->error, sizeof(p->error), "unknown flags: 0x%x", unknown);
		return -EINVAL;
	}
	if (ret < 0)
		return ret;
	p->intake.groups.texts.how.kernel_labels =
		flags & PAGEOWNER_PROFILE_KERNEL_LABELS;
	p->intake.with_released = flags & PAGEOWNER_PROFILE_RELEASED;
	p->inputs.any_page_size = flags & PAGEOWNER_PROFILE_ANY_PAGE_SIZE;
	return 0;
}

PO_EXPORT int
pageowner_profile_set_plumbing(struct pageowner_profile *p,
			       const struct pageowner_plumbing *plumbing)
{
	const int ret = check_empty(p);

	if (ret == 0)
		p->intake.groups.texts.how.plumbing = plumbing;
	return ret;
}

static int not_a_key(struct pageowner_profile *p, const char *list, const char *where)
{
	const size_t sign = *where == '+' || *where == '-';

	snprintf(p->error, sizeof(p->error),
		 "\"%.*s\" is not a field to sort by (at character %zu)",
		 (int)strcspn(where + sign, ","), where + sign,
		 (size_t)(where - list) + 1);
	return -EINVAL;
}

PO_EXPORT int pageowner_profile_keep(struct pageowner_profile *p, const char *keys)
{
	struct po_keys kept;
	const char *where;
	int ret = check_empty(p);

	if (ret < 0)
		return ret;
	if (po_keys_parse(keys, PAGEOWNER_FIELD_SORTS, &kept, &where) < 0)
		return not_a_key(p, keys, where);
	kept.set &= PO_PFN_LINE_KEYS;	/* all other fields are kept anyway */
	ret = po_intake_keep(&p->intake, &kept);
	return ret < 0 ? refuse(p, ret, "out of memory") : 0;
}

PO_EXPORT void pageowner_profile_set_jobs(struct pageowner_profile *p,
					  unsigned int jobs)
{
	p->jobs = jobs;
}

PO_EXPORT void
pageowner_profile_set_progress(struct pageowner_profile *p,
			       int (*progress)(void *data, uint64_t done,
					       uint64_t size),
			       void *data)
{
	p->progress = progress;
	p->progress_data = data;
}

PO_EXPORT int pageowner_profile_set_budget(struct pageowner_profile *p,
					   struct pageowner_budget *budget)
{
	const int ret = po_budget_join(&p->budget, budget);

	p->error[0] = '\0';
	return ret < 0 ? refuse(p, ret, PO_BUDGET_TOO_SMALL) : 0;
}

/* --- adding */

static void begin(struct pageowner_profile *p)
{
	p->error[0] = '\0';
	p->is_finished = false;
	po_budget_begin(&p->budget);
}

int po_profile_begin_adding(struct pageowner_profile *p)
{
	begin(p);
	po_intake_begin(&p->intake);
	if (!po_filter_lacks_clock(p->intake.filter))
		return 0;
	snprintf(p->error, sizeof(p->error), "%s", PO_LACKS_CLOCK);
	return -EINVAL;
}

void po_profile_end_adding(struct pageowner_profile *p)
{
	const struct po_groups *g = &p->intake.groups;

	/* Once: which record overflowed depends on the order of reading. */
	if (po_unlikely(g->pages == UINT64_MAX || g->times == UINT64_MAX) &&
	    !p->stats.damage[PAGEOWNER_DAMAGE_OVERFLOW].count)
		po_stats_note(&p->stats, PAGEOWNER_DAMAGE_OVERFLOW, 0);
}

/* Set the sentence for a result and return it. */
static int conclude(struct pageowner_profile *p, int ret)
{
	char reason[128];

	ret = po_budget_error(&p->budget, ret);
	if (ret == -ENOBUFS)
		po_explain_bound(p->error, sizeof(p->error), NULL, &p->budget,
				 PO_NO_OFFSET);
	else if (ret < 0)
		snprintf(p->error, sizeof(p->error), "%s",
			 strerror_r(-ret, reason, sizeof(reason)));
	return ret;
}

static bool is_within(struct pageowner_text text, struct pageowner_text whole)
{
	const uintptr_t at = (uintptr_t)text.ptr, from = (uintptr_t)whole.ptr;

	return at >= from && at + text.len <= from + whole.len;
}

/* Texts are stored as parts of others; in a record that the caller made they may be
 * anywhere. */
static bool is_in_one_piece(const struct pageowner_record *r)
{
	return (!(r->has & PAGEOWNER_HAS_GFP_NAMES) ||
		is_within(r->gfp_names, r->header)) &&
		(!(r->has & PAGEOWNER_HAS_COMM) || is_within(r->comm, r->header)) &&
		(!r->notes.len || r->notes.ptr == r->stack.ptr + r->stack.len) &&
		r->ts_at <= r->header.len && r->free_ts_at <= r->header.len;
}

PO_EXPORT int pageowner_profile_add(struct pageowner_profile *p,
				    const struct pageowner_record *r)
{
	int ret = po_profile_begin_adding(p);

	if (ret < 0)
		return ret;
	if (!is_in_one_piece(r))
		return refuse(p, -EINVAL, "the texts of the record are not parts of its "
			      "header, or its notes do not follow its stack");
	ret = po_intake_add(&p->intake, r, 0, p->seq++);
	po_profile_end_adding(p);
	return conclude(p, ret);
}

static int check_merge(struct pageowner_profile *p, const struct pageowner_profile *from)
{
	const struct po_groups *to = &p->intake.groups, *g = &from->intake.groups;

	if (p == from)
		return refuse(p, -EINVAL, "a profile cannot be merged into itself");
	/* Handles are valid for one boot: those of @from must not meet stacks of @profile. */
	if (!from->is_finished)
		return refuse(p, -EINVAL, "the profile to merge is not finished");
	if (to->by.set != g->by.set)
		return refuse(p, -EINVAL, "the profile to merge is grouped by other fields");
	if (to->kept.set != g->kept.set)
		return refuse(p, -EINVAL, "the profile to merge keeps other fields");
	if (to->by.set & PO_FIELD_BIT(PAGEOWNER_FIELD_OWNER) &&
	    !po_plumbing_is_same(to->texts.how.plumbing, g->texts.how.plumbing))
		return refuse(p, -EINVAL, "the owners of the profile to merge were found "
			      "with other plumbing");
	return 0;
}

/* All or none */
static int merge_captures(struct pageowner_profile *p, const struct pageowner_profile *from)
{
	const char *name = from->inputs.sized ? from->inputs.sized : "the profile to merge";
	const size_t before = p->captures.count;
	int ret = po_captures_merge(&p->captures, &from->captures, p->stats.bytes);

	if (ret == 0)
		ret = po_inputs_check(&p->inputs, &p->captures, before, name, p->error,
				      sizeof(p->error));
	if (ret < 0)
		po_captures_drop(&p->captures, before);
	return ret;
}

PO_EXPORT int pageowner_profile_merge(struct pageowner_profile *p,
				      const struct pageowner_profile *from)
{
	int ret = check_merge(p, from);

	if (ret < 0)
		return ret;
	po_budget_begin(&p->budget);
	p->error[0] = '\0';
	ret = merge_captures(p, from);
	if (ret < 0)
		return *p->error ? ret : conclude(p, ret);
	begin(p);
	ret = po_intake_merge(&p->intake, &from->intake, p->seq);
	po_stats_add(&p->stats, &from->stats, p->stats.bytes);
	p->seq += from->seq;
	po_profile_end_adding(p);
	return conclude(p, ret);
}

/* --- the end of adding */

static int finish(struct pageowner_profile *p, const struct po_keys *order)
{
	struct po_groups *g = &p->intake.groups;
	int ret;

	po_budget_begin(&p->budget);
	ret = po_intake_resolve(&p->intake);
	po_profile_end_adding(p);
	if (ret == 0)
		ret = po_groups_sort(g, order);
	if (ret == 0 && !p->is_finished)
		ret = po_groups_find_labels(g);
	if (ret == 0 && !p->is_finished)
		ret = po_view_reserve(p->view, g);
	p->is_finished |= ret == 0;
	return conclude(p, ret);
}

PO_EXPORT int pageowner_profile_finish(struct pageowner_profile *p)
{
	p->error[0] = '\0';
	return p->is_finished ? 0 : finish(p, NULL);
}

PO_EXPORT int pageowner_profile_sort(struct pageowner_profile *p, const char *order)
{
	struct po_keys keys;
	const char *where;

	p->error[0] = '\0';
	if (!order)
		return finish(p, NULL);
	if (po_keys_parse(order, PAGEOWNER_FIELD_SORTS, &keys, &where) < 0)
		return not_a_key(p, order, where);
	return finish(p, &keys);
}

/* --- looking at groups: nothing changes but the view */

PO_EXPORT size_t pageowner_profile_count(const struct pageowner_profile *p)
{
	return p->is_finished ? po_groups_count(&p->intake.groups) : 0;
}

PO_EXPORT int pageowner_profile_group(const struct pageowner_profile *p, size_t index,
				      const struct pageowner_group **group)
{
	if (!p->is_finished)
		return -EINVAL;
	if (index >= po_groups_count(&p->intake.groups))
		return 0;
	po_show_group(&p->intake.groups, index, p->view);
	*group = &p->view->group;
	return 1;
}

PO_EXPORT int pageowner_profile_value(const struct pageowner_profile *p, size_t index,
				      enum pageowner_field key,
				      struct pageowner_value *value)
{
	if (!po_field_is_key(key) || key == PAGEOWNER_FIELD_TXT || !p->is_finished)
		return -EINVAL;
	return index < po_groups_count(&p->intake.groups) &&
		po_show_value(&p->intake.groups, index, key, p->view, value);
}

PO_EXPORT int pageowner_profile_total(const struct pageowner_profile *p,
				      uint64_t *times, uint64_t *pages)
{
	if (!p->is_finished)
		return -EINVAL;
	if (times)
		*times = p->intake.groups.times;
	if (pages)
		*pages = p->intake.groups.pages;
	return 1;
}

PO_EXPORT uint64_t pageowner_profile_has(const struct pageowner_profile *p)
{
	return p->is_finished ? p->intake.groups.has : 0;
}

PO_EXPORT uint64_t
pageowner_profile_unresolved(const struct pageowner_profile *p, uint64_t *pages)
{
	const struct po_handles *h = &p->intake.handles;

	if (pages)
		*pages = p->is_finished ? h->missing_pages : 0;
	return p->is_finished ? h->missing : 0;
}

/* --- what was read: known at any time */

PO_EXPORT int pageowner_profile_is_by(const struct pageowner_profile *p,
				      enum pageowner_field key)
{
	return (unsigned int)key < PAGEOWNER_FIELD_COUNT &&
		p->intake.groups.by.set & PO_FIELD_BIT(key);
}

PO_EXPORT int pageowner_profile_determines(const struct pageowner_profile *p,
					   enum pageowner_field field)
{
	return po_fields_determine(p->intake.groups.by.set, field);
}

PO_EXPORT uint32_t pageowner_profile_kinds(const struct pageowner_profile *p)
{
	return p->intake.kinds;
}

PO_EXPORT uint64_t
pageowner_profile_released(const struct pageowner_profile *p, uint64_t *pages)
{
	if (pages)
		*pages = p->intake.released_pages;
	return p->intake.released;
}

PO_EXPORT const struct pageowner_input_stats *
pageowner_profile_stats(const struct pageowner_profile *p)
{
	return &p->stats;
}

PO_EXPORT size_t
pageowner_profile_conditions_count(const struct pageowner_profile *p)
{
	return p->captures.count;
}

PO_EXPORT int
pageowner_profile_conditions(const struct pageowner_profile *p, size_t index,
			     const struct pageowner_conditions **conditions)
{
	return po_captures_get(&p->captures, index, conditions);
}

PO_EXPORT const char *pageowner_profile_error(const struct pageowner_profile *p)
{
	return p->error;
}
