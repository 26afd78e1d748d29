// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * handles.c - stacks that a record names only by the kernel's number for them.
 *
 * Counts with handles (show_handles, page_owner in mode=handle) and stacks with
 * handles (show_stacks_handles, mode=stack_handle) may come in any order. So
 * records without a stack wait in a profile of their own, grouped by all of
 * their text, until somebody looks at the groups: then each gets its stack, or
 * stays a group of its handle, and is added as if it had been read with it.
 */
#include "group/handles.h"

#include <stdlib.h>

#include "parse/notes.h"

/* What a stack's handle says, by handle */
struct known {
	uint32_t handle;
	uint32_t body;
	bool is_doubtful;	/* two stacks have it: not of one boot */
};

static int compare_known(const void *a, const void *b)
{
	const struct known *x = a, *y = b;

	if (x->handle != y->handle)
		return x->handle < y->handle ? -1 : 1;
	return (x->body > y->body) - (x->body < y->body);
}

static int compare_handles(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static struct pageowner_text stack_of(const struct po_entry *body,
				      struct pageowner_text text)
{
	const struct po_body *b = po_entry_payload(body);

	return (struct pageowner_text){ text.ptr, b->stack_len };
}

/* Whether two bodies have the same frames; notes may differ. */
static int same_stack(struct pageowner_profile *p, uint32_t a, uint32_t b)
{
	struct po_buffer x = { 0 }, y = { 0 };
	struct pageowner_text tx, ty;
	struct po_entry **bodies;
	size_t count;
	int ret = -ENOMEM;

	bodies = po_intern_entries(p->bodies, &count);
	if (po_entry_join(bodies[a], &x, p->budget, &tx) == 0 &&
	    po_entry_join(bodies[b], &y, p->budget, &ty) == 0)
		ret = po_text_equal(stack_of(bodies[a], tx),
				    stack_of(bodies[b], ty));
	po_buffer_free(&x, p->budget);
	po_buffer_free(&y, p->budget);
	return ret;
}

/* One entry a handle; what several bodies say of it is compared. */
static int settle_doubts(struct pageowner_profile *p, struct known *known,
			 size_t *count)
{
	const size_t sorting = po_sort_size(*count, sizeof(*known));
	size_t kept = 0;

	if (!po_budget_take(p->budget, sorting))
		return -ENOMEM;
	qsort(known, *count, sizeof(*known), compare_known);
	po_budget_give(p->budget, sorting);
	for (size_t i = 0; i < *count; i++) {
		int ret;

		if (!kept || known[kept - 1].handle != known[i].handle) {
			known[kept++] = known[i];
			continue;
		}
		ret = same_stack(p, known[kept - 1].body, known[i].body);
		if (ret < 0)
			return ret;
		known[kept - 1].is_doubtful |= !ret;
	}
	*count = kept;
	return 0;
}

/* All stacks of the profile that carry a handle, by handle; of @room for them */
static int find_known(struct pageowner_profile *p, struct known **known,
		      size_t *room, size_t *count)
{
	struct po_buffer joined = { 0 };
	struct po_entry **bodies;
	struct known *list;
	int ret = 0;

	bodies = po_intern_entries(p->bodies, room);
	list = po_budget_alloc(p->budget, *room, sizeof(*list));
	if (!list)
		return -ENOMEM;
	*known = list;
	*count = 0;
	for (size_t i = 0; ret == 0 && i < *room; i++) {
		const struct po_body *b = po_entry_payload(bodies[i]);
		struct pageowner_record r = { 0 };
		struct pageowner_text text;

		if (!b->stack_len)
			continue;
		ret = po_entry_join(bodies[i], &joined, p->budget, &text);
		if (ret < 0)
			break;
		po_notes_parse((struct pageowner_text){
			text.ptr + b->stack_len, text.len - b->stack_len }, &r);
		if (r.has & PAGEOWNER_HAS_HANDLE)
			list[(*count)++] = (struct known){ .handle = r.handle,
				.body = (uint32_t)i };
	}
	if (ret == 0)
		ret = settle_doubts(p, list, count);
	po_buffer_free(&joined, p->budget);
	return ret;
}

/* --- waiting */

int po_handles_learn(struct pageowner_profile *p,
		     const struct pageowner_record *r)
{
	p->kinds |= 1u << r->kind;
	return po_profile_keep_body(p, r);
}

int po_handles_wait(struct pageowner_profile *p, const struct pageowner_record *r,
		    unsigned int same, uint64_t seq)
{
	p->kinds |= 1u << r->kind;
	if (!p->waiting && po_profile_new_waiting(p, &p->waiting) < 0)
		return -ENOMEM;
	/* What it has in common with a record that did not wait is not here. */
	if (!p->waited)
		same = 0;
	p->waited = true;
	return po_profile_add(p->waiting, r, same, seq);
}

/* --- and no longer */

struct settling {
	struct pageowner_profile *to, *from;
	struct known *known;
	size_t known_count, known_room;
	uint32_t *missing;	/* handles without a stack */
	size_t missing_count;
	struct po_buffer stack, text;
};

/* A record of a group that waited, as it would have been read */
static int as_record(struct settling *s, size_t index,
		     struct pageowner_record *r)
{
	const struct pageowner_group *g;
	struct pageowner_value v;
	const int ret = pageowner_profile_group(s->from, index, &g);

	if (ret <= 0)
		return ret < 0 ? ret : -EINVAL;
	*r = *g->record;
	r->times = g->times;
	r->pages = g->pages;
	r->has = (r->has & ~PO_HAS_COUNTS) | g->has;
	r->pfn_line = po_group_label(s->from, index);
#define KEPT(key, bit, set) \
	if (pageowner_profile_value(s->from, index, PAGEOWNER_FIELD_##key, &v) == 0 && \
	    v.has) { \
		r->has |= PAGEOWNER_HAS_##bit; \
		set; \
	}
	KEPT(MIGRATETYPE, PAGE_TYPE, r->page_type = v.text);
	KEPT(BLOCKTYPE, BLOCK_TYPE, r->block_type = v.text);
	KEPT(NODE, NODE, r->node = (int32_t)v.number);
	KEPT(ZONE, ZONE, r->zone = (int32_t)v.number);
#undef KEPT
	return 0;
}

/* Gives the record the stack of its handle: 1, or 0 if there is none. */
static int resolve(struct settling *s, struct pageowner_record *r)
{
	const struct known key = { .handle = r->handle };
	struct pageowner_text stack;
	struct po_entry **bodies;
	size_t low = 0, high = s->known_count, count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->known[middle].handle < key.handle)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == s->known_count || s->known[low].handle != key.handle ||
	    s->known[low].is_doubtful)
		return 0;
	bodies = po_intern_entries(s->to->bodies, &count);
	if (po_entry_join(bodies[s->known[low].body], &s->stack, s->to->budget,
			  &stack) < 0)
		return -ENOMEM;
	stack = stack_of(bodies[s->known[low].body], stack);
	if (po_buffer_need(&s->text, s->to->budget, stack.len + r->notes.len) < 0)
		return -ENOMEM;
	memcpy(s->text.ptr, stack.ptr, stack.len);
	memcpy(s->text.ptr + stack.len, r->notes.ptr, r->notes.len);
	r->stack = (struct pageowner_text){ s->text.ptr, stack.len };
	r->notes.ptr = s->text.ptr + stack.len;
	return 1;
}

static int settle_group(struct settling *s, size_t index)
{
	struct pageowner_record r;
	int ret = as_record(s, index, &r);

	if (ret == 0)
		ret = resolve(s, &r);
	if (ret < 0)
		return ret;
	if (ret == 0) {
		s->missing[s->missing_count++] = r.handle;
		s->to->missing_pages = po_add_or_stay(s->to->missing_pages, r.pages);
	}
	ret = po_profile_add_settled(s->to, &r, po_group_seq(s->from, index));
	return ret < 0 ? ret : 0;
}

static uint64_t count_distinct(uint32_t *handles, size_t count)
{
	uint64_t distinct = 0;

	qsort(handles, count, sizeof(*handles), compare_handles);
	for (size_t i = 0; i < count; i++)
		distinct += !i || handles[i] != handles[i - 1];
	return distinct;
}

int po_handles_settle(struct pageowner_profile *p)
{
	struct settling s = { .to = p, .from = p->waiting };
	struct po_budget *b = p->budget;
	size_t count;
	int ret;

	if (!p->waiting)
		return p->lost;
	p->waiting = NULL;
	count = pageowner_profile_count(s.from);
	/* Twice the room: sorting takes the other half. */
	s.missing = po_budget_alloc(b, count, 2 * sizeof(*s.missing));
	ret = s.missing ? find_known(p, &s.known, &s.known_room, &s.known_count) :
		-ENOMEM;
	for (size_t i = 0; ret == 0 && i < count; i++)
		ret = settle_group(&s, i);
	if (s.missing)
		p->missing += count_distinct(s.missing, s.missing_count);
	pageowner_profile_free(s.from);
	po_budget_free(b, s.known, s.known_room, sizeof(*s.known));
	po_budget_free(b, s.missing, count, 2 * sizeof(*s.missing));
	po_buffer_free(&s.stack, b);
	po_buffer_free(&s.text, b);
	ret = po_budget_error(b, ret);
	if (ret < 0)
		p->lost = ret;
	return p->lost;
}

PO_EXPORT uint64_t
pageowner_profile_unresolved(const struct pageowner_profile *p, uint64_t *pages)
{
	/* Its groups are what they are; only where they are kept changes. */
	(void)po_handles_settle((struct pageowner_profile *)p);
	if (pages)
		*pages = p->missing_pages;
	return p->missing;
}
