// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * intake.c - take one record into a profile: filter it, then count it or let it wait
 * for its stack.
 *
 * It knows no files and no order of groups.
 */
#include "intake.h"

#include "filter_private.h"
#include "group/merge.h"
#include "group/value.h"

/* The verdict of the filter on a body, stored as its mark */
enum verdict { UNJUDGED, PASSES, DROPPED };

int po_intake_new(struct po_intake *in, const struct po_keys *by,
		  struct po_understanding how)
{
	const struct po_keys none = { 0 };

	*in = (struct po_intake){ 0 };
	return po_groups_new(&in->groups, by, &none, how);
}

int po_intake_new_like(struct po_intake *in, const struct po_intake *like)
{
	*in = (struct po_intake){ .filter = like->filter, .selects = like->selects,
		.with_released = like->with_released, .held_only = like->held_only };
	return po_groups_new(&in->groups, &like->groups.by, &like->groups.kept,
			     like->groups.texts.how);
}

void po_intake_free(struct po_intake *in)
{
	po_handles_free(&in->handles, in->groups.texts.how.budget);
	po_groups_free(&in->groups);
}

int po_intake_keep(struct po_intake *in, const struct po_keys *kept)
{
	return po_groups_keep(&in->groups, kept);
}

int po_intake_clear(struct po_intake *in)
{
	const int ret = po_groups_clear(&in->groups);

	if (ret < 0)
		return ret;
	po_handles_free(&in->handles, in->groups.texts.how.budget);
	in->handles = (struct po_handles){ 0 };
	in->kinds = 0;
	in->released = in->released_pages = 0;
	return 0;
}

/* Who groups by these asks for pages that were freed. */
#define FREE_KEYS	(PO_FIELD_BIT(PAGEOWNER_FIELD_FREE) | \
			 PO_FIELD_BIT(PAGEOWNER_FIELD_FREE_PID) | \
			 PO_FIELD_BIT(PAGEOWNER_FIELD_FREE_TGID) | \
			 PO_FIELD_BIT(PAGEOWNER_FIELD_FREE_STACK))

void po_intake_begin(struct po_intake *in)
{
	const uint64_t fields = po_filter_fields(in->filter);

	in->selects = fields;
	in->held_only = !in->with_released && !(in->groups.by.set & FREE_KEYS) &&
		!(fields & PO_FIELD_BIT(PAGEOWNER_FIELD_FREE));
}

bool po_intake_needs_pfn_line(const struct po_intake *in)
{
	return (in->groups.by.set | in->groups.kept.set) & PO_PFN_LINE_KEYS ||
		po_filter_needs_pfn_line(in->filter);
}

static int passes_body(struct po_intake *in, const struct pageowner_record *r)
{
	const struct po_entry *entry = po_texts_body(&in->groups.texts, r);
	struct po_body *b;

	if (!entry)
		return -ENOMEM;
	if (r->kind == PAGEOWNER_RECORD_GROUP)	/* may have more than its body */
		return po_filter_match_body(in->filter, r);
	b = po_entry_payload(entry);
	if (b->mark == UNJUDGED)
		b->mark = po_filter_match_body(in->filter, r) ? PASSES : DROPPED;
	return b->mark == PASSES;
}

/* Whether a record says that its page is free. The times of a dump do not: the kernel
 * lists only pages that are allocated. */
static inline bool is_freed(const struct pageowner_record *r)
{
	return r->has & PAGEOWNER_HAS_RELEASED ||
		(po_unlikely(r->kind == PAGEOWNER_RECORD_CONSOLE) && po_value_of_free(r));
}

static int leave_out(struct po_intake *in, const struct pageowner_record *r)
{
	in->released = po_add_or_stay(in->released,
				      r->has & PAGEOWNER_HAS_TIMES ? r->times : 1);
	in->released_pages = po_add_or_stay(in->released_pages,
					    r->has & PAGEOWNER_HAS_PAGES ? r->pages : 0);
	return 0;
}

/* A record that passes all selectors except perhaps those of the body */
static int count_record(struct po_intake *in, const struct pageowner_record *r,
			uint64_t seq)
{
	if (in->selects) {
		int ret = passes_body(in, r);

		if (ret <= 0)
			return ret;
	}
	in->kinds |= 1u << r->kind;
	if (in->held_only && po_unlikely(is_freed(r)))
		return leave_out(in, r);
	return po_groups_add(&in->groups, r, seq);
}

int po_intake_add(struct po_intake *in, const struct pageowner_record *r,
		  unsigned int same, uint64_t seq)
{
	po_groups_next(&in->groups, same);
	if (po_unlikely(r->kind == PAGEOWNER_RECORD_STACK_HANDLE)) {
		in->kinds |= 1u << r->kind;
		return po_groups_keep_body(&in->groups, r);
	}
	if (in->selects && !po_filter_match_rest(in->filter, r))
		return 0;
	if (po_unlikely(!r->stack.len) && r->has & PAGEOWNER_HAS_HANDLE) {
		in->kinds |= 1u << r->kind;
		return po_handles_wait(&in->handles, &in->groups, r, same, seq);
	}
	in->handles.waited = false;
	return count_record(in, r, seq);
}

void po_intake_forget_last(struct po_intake *in)
{
	po_groups_next(&in->groups, 0);
	in->handles.waited = false;
}

static int add_resolved(void *data, const struct pageowner_record *r, uint64_t seq)
{
	struct po_intake *in = data;

	po_groups_next(&in->groups, 0);
	return count_record(in, r, seq);
}

int po_intake_resolve(struct po_intake *in)
{
	return po_handles_resolve(&in->handles, &in->groups, add_resolved, in);
}

int po_intake_merge(struct po_intake *in, const struct po_intake *from, uint64_t seq)
{
	int ret = po_groups_merge(&in->groups, &from->groups, seq);

	if (ret == 0)
		ret = po_handles_merge(&in->handles, &in->groups, &from->handles, seq);
	in->kinds |= from->kinds;
	in->released = po_add_or_stay(in->released, from->released);
	in->released_pages = po_add_or_stay(in->released_pages, from->released_pages);
	return ret;
}
