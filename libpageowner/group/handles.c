// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * handles.c - resolve records that name their stack only by the kernel's number.
 *
 * Counts with handles (show_handles, page_owner in mode=handle) and stacks with
 * handles (show_stacks_handles, mode=stack_handle) may come in any order. So records
 * without a stack wait in separate groups, grouped by all of their text. After all
 * records were added, each gets its stack, or stays a record of its handle, and is
 * added as if it had been read with it.
 *
 * A group that was resolved is empty: it stays in the table, without counts. So after
 * a failure the rest can be resolved later, and records can be added in between.
 */
#include "group/handles.h"

#include <stdlib.h>

#include "group/label.h"
#include "group/merge.h"
#include "group/show.h"
#include "group/sort.h"
#include "group/value.h"

static struct po_budget *budget_of(const struct po_groups *g)
{
	return g->texts.how.budget;
}

/* The stack of a handle; ordered by handle */
struct known {
	uint32_t handle;
	uint32_t body;
	bool is_doubtful;	/* two stacks have it: not from one boot */
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
static int same_stack(const struct po_groups *g, uint32_t a, uint32_t b)
{
	struct po_buffer x = { 0 }, y = { 0 };
	struct pageowner_text tx, ty;
	struct po_entry **bodies;
	size_t count;
	int ret = -ENOMEM;

	bodies = po_intern_entries(g->texts.bodies, &count);
	if (po_entry_join(bodies[a], &x, budget_of(g), &tx) == 0 &&
	    po_entry_join(bodies[b], &y, budget_of(g), &ty) == 0)
		ret = po_text_equal(stack_of(bodies[a], tx),
				    stack_of(bodies[b], ty));
	po_buffer_free(&x, budget_of(g));
	po_buffer_free(&y, budget_of(g));
	return ret;
}

/* One entry per handle; compares the stacks that several bodies have for it. */
static int settle_doubts(const struct po_groups *g, struct known *known,
			 size_t *count)
{
	const size_t sorting = po_sort_size(*count, sizeof(*known));
	size_t kept = 0;

	if (!po_budget_take(budget_of(g), sorting))
		return -ENOMEM;
	qsort(known, *count, sizeof(*known), compare_known);
	po_budget_give(budget_of(g), sorting);
	for (size_t i = 0; i < *count; i++) {
		int ret;

		if (!kept || known[kept - 1].handle != known[i].handle) {
			known[kept++] = known[i];
			continue;
		}
		ret = same_stack(g, known[kept - 1].body, known[i].body);
		if (ret < 0)
			return ret;
		known[kept - 1].is_doubtful |= !ret;
	}
	*count = kept;
	return 0;
}

/* Collect all stacks with a handle, ordered by handle; there is @room for them. */
static int find_known(const struct po_groups *g, struct known **known,
		      size_t *room, size_t *count)
{
	struct po_buffer joined = { 0 };
	struct po_entry **bodies;
	struct known *list;
	int ret = 0;

	bodies = po_intern_entries(g->texts.bodies, room);
	list = po_budget_alloc(budget_of(g), *room, sizeof(*list));
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
		ret = po_entry_join(bodies[i], &joined, budget_of(g), &text);
		if (ret < 0)
			break;
		po_notes_parse((struct pageowner_text){
			text.ptr + b->stack_len, text.len - b->stack_len }, &r);
		if (r.has & PAGEOWNER_HAS_HANDLE)
			list[(*count)++] = (struct known){ .handle = r.handle,
				.body = (uint32_t)i };
	}
	if (ret == 0)
		ret = settle_doubts(g, list, count);
	po_buffer_free(&joined, budget_of(g));
	return ret;
}

/* --- waiting */

static int begin_waiting(struct po_handles *h, const struct po_groups *groups)
{
	/* All of the text, and what is not in it but is needed later */
	const struct po_keys by = { .set = PO_KEY(TXT) | (groups->by.set & PO_OWN_KEYS) };
	struct po_groups *waiting;

	if (h->waiting)
		return 0;
	waiting = malloc(sizeof(*waiting));
	if (!waiting)
		return -ENOMEM;
	if (po_groups_new(waiting, &by, &groups->kept, groups->texts.how) < 0) {
		free(waiting);
		return -ENOMEM;
	}
	h->waiting = waiting;
	return 0;
}

static void end_waiting(struct po_handles *h)
{
	if (!h->waiting)
		return;
	po_groups_free(h->waiting);
	free(h->waiting);
	h->waiting = NULL;
	h->waited = false;
}

void po_handles_free(struct po_handles *h, struct po_budget *budget)
{
	end_waiting(h);
	po_buffer_free(&h->lost, budget);
}

int po_handles_wait(struct po_handles *h, const struct po_groups *groups,
		    const struct pageowner_record *r, unsigned int same, uint64_t seq)
{
	if (begin_waiting(h, groups) < 0)
		return -ENOMEM;
	/* What it has in common with a record that did not wait is not stored here. */
	po_groups_next(h->waiting, h->waited ? same : 0);
	h->waited = true;
	return po_groups_add(h->waiting, r, seq);
}

int po_handles_merge(struct po_handles *to, const struct po_groups *groups,
		     const struct po_handles *from, uint64_t seq)
{
	int ret = 0;

	to->missing += from->missing;
	to->missing_pages = po_add_or_stay(to->missing_pages, from->missing_pages);
	if (!from->waiting)
		return 0;
	ret = begin_waiting(to, groups);
	return ret < 0 ? ret : po_groups_merge(to->waiting, from->waiting, seq);
}

/* --- resolving */

struct resolving {
	struct po_handles *handles;
	const struct po_groups *stacks;	/* among whose bodies these are */
	struct known *known;
	size_t known_count, known_room;
	struct po_view view;
	struct po_buffer stack, text;
};

/* A PFN line with the words for the allocator, as far as they are looked for */
static struct pageowner_text pfn_line_of(uint8_t label)
{
	static const struct pageowner_text labels[] = {
		PO_TEXT(""), PO_TEXT("CMA"), PO_TEXT("slab"), PO_TEXT("CMA slab"),
	};

	return labels[(label & PAGEOWNER_ALLOCATOR_CMA ? 1 : 0) +
		(label & PAGEOWNER_ALLOCATOR_SLAB ? 2 : 0)];
}

static bool find_value(struct resolving *s, size_t index, enum pageowner_field key,
		       struct pageowner_value *value)
{
	return po_show_value(s->handles->waiting, index, key, &s->view, value);
}

/* Rebuild a record of a group that waited, as it would have been read. */
static void as_record(struct resolving *s, size_t index, const struct po_group *g,
		      struct pageowner_record *r)
{
	struct pageowner_value v;

	po_show_group(s->handles->waiting, index, &s->view);
	*r = s->view.record;
	r->times = g->times;
	r->pages = g->pages;
	r->has = (r->has & ~PO_HAS_COUNTS) | g->counts;
	r->pfn_line = pfn_line_of(g->label);
	if (find_value(s, index, PAGEOWNER_FIELD_MIGRATETYPE, &v)) {
		r->has |= PAGEOWNER_HAS_PAGE_TYPE;
		r->page_type = v.text;
	}
	if (find_value(s, index, PAGEOWNER_FIELD_BLOCKTYPE, &v)) {
		r->has |= PAGEOWNER_HAS_BLOCK_TYPE;
		r->block_type = v.text;
	}
	if (find_value(s, index, PAGEOWNER_FIELD_NODE, &v)) {
		r->has |= PAGEOWNER_HAS_NODE;
		r->node = (int32_t)v.number;
	}
	if (find_value(s, index, PAGEOWNER_FIELD_ZONE, &v)) {
		r->has |= PAGEOWNER_HAS_ZONE;
		r->zone = (int32_t)v.number;
	}
}

static const struct known *find_handle(const struct resolving *s, uint32_t handle)
{
	size_t low = 0, high = s->known_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->known[middle].handle < handle)
			low = middle + 1;
		else
			high = middle;
	}
	return low < s->known_count && s->known[low].handle == handle &&
		!s->known[low].is_doubtful ? &s->known[low] : NULL;
}

/* Give the record the stack of its handle: 1; 0 if it has none; -ENOMEM. */
static int give_stack(struct resolving *s, struct pageowner_record *r)
{
	const struct known *known = find_handle(s, r->handle);
	struct po_budget *b = budget_of(s->stacks);
	const struct po_entry *body;
	struct pageowner_text stack;

	if (!known)
		return 0;
	body = po_body_entry(&s->stacks->texts, known->body);
	if (po_entry_join(body, &s->stack, b, &stack) < 0)
		return -ENOMEM;
	stack = stack_of(body, stack);
	if (po_buffer_need(&s->text, b, stack.len + r->notes.len) < 0)
		return -ENOMEM;
	memcpy(s->text.ptr, stack.ptr, stack.len);
	memcpy(s->text.ptr + stack.len, r->notes.ptr, r->notes.len);
	r->stack = (struct pageowner_text){ s->text.ptr, stack.len };
	r->notes.ptr = s->text.ptr + stack.len;
	return 1;
}

/* Add the records of one group and leave it empty. There is room in handles->lost. */
static int hand_on(struct resolving *s, size_t index,
		   int (*add)(void *data, const struct pageowner_record *record,
			      uint64_t seq), void *data)
{
	struct po_handles *h = s->handles;
	struct po_group *g = po_entry_payload(po_groups_at(h->waiting, index));
	struct pageowner_record r;
	int found, ret;

	if (!g->counts)
		return 0;
	as_record(s, index, g, &r);
	found = give_stack(s, &r);
	ret = found < 0 ? found : add(data, &r, g->seq);
	if (ret < 0)
		return ret;
	if (!found) {
		((uint32_t *)h->lost.ptr)[h->lost_count++] = r.handle;
		h->missing_pages = po_add_or_stay(h->missing_pages, r.pages);
	}
	g->counts = 0;
	g->times = g->pages = 0;
	return 0;
}

static uint64_t count_distinct(uint32_t *handles, size_t count)
{
	uint64_t distinct = 0;

	qsort(handles, count, sizeof(*handles), compare_handles);
	for (size_t i = 0; i < count; i++)
		distinct += !i || handles[i] != handles[i - 1];
	return distinct;
}

int po_handles_resolve(struct po_handles *h, struct po_groups *groups,
		       int (*add)(void *data, const struct pageowner_record *record,
				  uint64_t seq), void *data)
{
	struct resolving s = { .handles = h, .stacks = groups };
	struct po_budget *b = budget_of(groups);
	size_t count;
	int ret;

	if (!h->waiting)
		return 0;
	h->waited = false;
	po_groups_next(h->waiting, 0);
	count = po_groups_count(h->waiting);
	ret = po_groups_sort(h->waiting, NULL);
	if (ret == 0)
		ret = po_view_reserve(&s.view, h->waiting);
	/* Twice the room: sorting takes the other half. */
	if (ret == 0)
		ret = po_buffer_need(&h->lost, b, 2 * sizeof(uint32_t) *
				     (h->lost_count + count));
	if (ret == 0)
		ret = find_known(groups, &s.known, &s.known_room, &s.known_count);
	for (size_t i = 0; ret == 0 && i < count; i++)
		ret = hand_on(&s, i, add, data);
	if (ret == 0) {
		if (h->lost_count)
			h->missing += count_distinct((uint32_t *)h->lost.ptr,
						     h->lost_count);
		h->lost_count = 0;
		po_buffer_free(&h->lost, b);
		end_waiting(h);
	}
	po_budget_free(b, s.known, s.known_room, sizeof(*s.known));
	po_view_free(&s.view, b);
	po_buffer_free(&s.stack, b);
	po_buffer_free(&s.text, b);
	return ret;
}
