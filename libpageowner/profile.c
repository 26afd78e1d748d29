// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * profile.c - records in, groups out.
 *
 * Groups and counts. It knows no files (load.c) and no order of groups but that
 * of the input (sort.c).
 */
#include "group/profile_private.h"

#include <stdio.h>
#include <stdlib.h>

#include <pageowner/stack.h>

#include "base/cursor.h"
#include "filter_private.h"
#include "group/handles.h"
#include "parse/notes.h"
#include "read/damage.h"
#include "read/explain.h"

#define KEY(key)	PO_FIELD_BIT(PAGEOWNER_FIELD_##key)
#define PFN_LINE_KEYS	(KEY(MIGRATETYPE) | KEY(BLOCKTYPE) | KEY(NODE) | KEY(ZONE))
/* What is not told by header and body alone */
#define OWN_KEYS	(PFN_LINE_KEYS | KEY(ALLOCATOR) | KEY(FREE) | KEY(ALLOC_TS))
#define HEADER_KEYS	(KEY(TXT) | KEY(PID) | KEY(TGID) | KEY(NAME) | KEY(ORDER) | \
			 KEY(GFP) | KEY(PAGES))
#define BODY_KEYS	(KEY(TXT) | KEY(STACKTRACE) | KEY(ALLOCATOR) | \
			 KEY(CALLSTACK) | KEY(MODULE) | KEY(OWNER) | KEY(MEMCG))
#define HEADER_ONLY_KEYS (HEADER_KEYS & ~KEY(TXT))
#define BODY_ONLY_KEYS	(BODY_KEYS & ~(KEY(TXT) | KEY(ALLOCATOR)))

static size_t group_size(const struct po_keys *kept)
{
	return sizeof(struct po_group) + kept->count * sizeof(uint64_t);
}

static int new_tables(struct pageowner_profile *p)
{
	struct po_budget *b = p->budget;
	int ret = po_intern_new(sizeof(struct po_header), b, &p->headers);

	if (ret == 0)
		ret = po_intern_new(sizeof(struct po_name), b, &p->lines);
	if (ret == 0)
		ret = po_intern_new_of_lines(sizeof(struct po_body), b, p->lines,
					     &p->bodies);
	if (ret == 0)
		ret = po_intern_new_of_lines(sizeof(struct po_name), b, p->lines,
					     &p->callstacks);
	if (ret == 0)
		ret = po_intern_new(sizeof(struct po_name), b, &p->names);
	if (ret == 0)
		ret = po_intern_new(group_size(&p->kept), b, &p->groups);
	return ret;
}

PO_EXPORT int pageowner_profile_new(const char *keys,
				    struct pageowner_profile **profile)
{
	struct pageowner_profile *p;
	struct po_keys by;
	int ret;

	ret = po_keys_parse(keys ? keys : "txt", PAGEOWNER_FIELD_GROUPS, &by,
			    NULL);
	if (ret < 0)
		return ret;
	p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	po_keys_put_in_order(&by);
	p->budget = p->captures.budget = &p->own_budget;
	p->by = by;
	p->repeats = !(by.set & OWN_KEYS);
	p->jobs = 1;
	p->in_order = true;
	ret = new_tables(p);
	if (ret < 0)
		pageowner_profile_free(p);
	else
		*profile = p;
	return ret;
}

int po_profile_new_waiting(struct pageowner_profile *like,
			   struct pageowner_profile **profile)
{
	struct pageowner_profile *p = calloc(1, sizeof(*p));
	int ret;

	if (!p)
		return -ENOMEM;
	p->budget = like->budget;
	p->by.set = KEY(TXT) | (like->by.set & OWN_KEYS);
	po_keys_put_in_order(&p->by);
	p->repeats = !(p->by.set & OWN_KEYS);
	p->kept = like->kept;
	p->flags = like->flags;
	p->in_order = true;
	p->is_waiting = true;
	ret = new_tables(p);
	if (ret < 0)
		pageowner_profile_free(p);
	else
		*profile = p;
	return ret;
}

int po_profile_clone(struct pageowner_profile *like,
		     struct pageowner_profile **profile)
{
	struct pageowner_profile *p = calloc(1, sizeof(*p));
	int ret;

	if (!p)
		return -ENOMEM;
	p->budget = like->budget;
	p->by = like->by;
	p->kept = like->kept;
	p->repeats = like->repeats;
	p->filter = like->filter;
	p->flags = like->flags;
	p->plumbing = like->plumbing;
	ret = new_tables(p);
	if (ret < 0)
		pageowner_profile_free(p);
	else
		*profile = p;
	return ret;
}

static void free_tables(struct pageowner_profile *p)
{
	po_intern_free(p->headers);
	po_intern_free(p->bodies);
	po_intern_free(p->callstacks);
	po_intern_free(p->lines);
	po_intern_free(p->names);
	po_intern_free(p->groups);
}

int po_profile_clear(struct pageowner_profile *p)
{
	struct pageowner_profile fresh = { .budget = p->budget, .kept = p->kept };
	int ret = new_tables(&fresh);

	if (ret < 0) {
		free_tables(&fresh);
		return ret;
	}
	free_tables(p);
	pageowner_profile_free(p->waiting);
	p->waiting = NULL;
	p->headers = fresh.headers;
	p->bodies = fresh.bodies;
	p->callstacks = fresh.callstacks;
	p->lines = fresh.lines;
	p->names = fresh.names;
	p->groups = fresh.groups;
	memset(&p->last, 0, sizeof(p->last));
	p->in_order = true;
	p->times = p->pages = p->has = 0;
	p->kinds = 0;
	p->stats.damage[PAGEOWNER_DAMAGE_OVERFLOW].count = 0;
	return 0;
}

PO_EXPORT void pageowner_profile_free(struct pageowner_profile *p)
{
	if (!p)
		return;
	free_tables(p);
	pageowner_profile_free(p->waiting);
	po_buffer_free(&p->stripped, p->budget);
	po_buffer_free(&p->joined, p->budget);
	po_buffer_free(&p->shown, p->budget);
	po_buffer_free(&p->value, p->budget);
	po_captures_free(&p->captures);
	po_budget_leave(&p->own_budget);
	free(p);
}

PO_EXPORT void pageowner_profile_set_filter(struct pageowner_profile *p,
					    const struct pageowner_filter *filter)
{
	p->filter = filter;
}

PO_EXPORT void pageowner_profile_set_flags(struct pageowner_profile *p,
					   unsigned int flags)
{
	p->flags = flags;
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
	return po_budget_join(&p->own_budget, budget);
}

PO_EXPORT int
pageowner_profile_set_plumbing(struct pageowner_profile *p,
			       const struct pageowner_plumbing *plumbing)
{
	if (pageowner_profile_count(p))
		return -EBUSY;
	p->plumbing = plumbing;
	return 0;
}

bool po_profile_needs_pfn_line(const struct pageowner_profile *p)
{
	return (p->by.set | p->kept.set) & PFN_LINE_KEYS ||
		po_filter_needs_pfn_line(p->filter);
}

PO_EXPORT int pageowner_profile_keep(struct pageowner_profile *p,
				     const char *keys)
{
	struct po_intern *groups;
	struct po_keys kept;
	int ret;

	if (pageowner_profile_count(p))
		return -EBUSY;
	ret = po_keys_parse(keys, PAGEOWNER_FIELD_SORTS, &kept, NULL);
	if (ret < 0)
		return ret;
	kept.set &= PFN_LINE_KEYS;	/* all others are kept anyway */
	po_keys_put_in_order(&kept);
	ret = po_intern_new(group_size(&kept), p->budget, &groups);
	if (ret < 0)
		return ret;
	po_intern_free(p->groups);
	p->groups = groups;
	p->kept = kept;
	return 0;
}

/* --- headers */

/* The header without the digits of its times */
static int strip_times(struct pageowner_profile *p,
		       const struct pageowner_record *r,
		       struct pageowner_text *text, uint32_t *free_ts_at)
{
	const char *from = r->header.ptr, *end;
	char *to;

	*free_ts_at = 0;
	if (!r->header.len) {	/* a stack's, which has none */
		*text = PO_TEXT("");
		return 0;
	}
	end = from + r->header.len;
	if (po_buffer_need(&p->stripped, p->budget, r->header.len) < 0)
		return -ENOMEM;
	to = p->stripped.ptr;
	for (int i = 0; i < 2; i++) {
		uint32_t at = i ? r->free_ts_at : r->ts_at;
		struct po_cursor c;
		uint64_t digits;

		if (!at)
			continue;
		c = (struct po_cursor){ r->header.ptr + at, end };
		memcpy(to, from, (size_t)(c.at - from));
		to += c.at - from;
		if (i)
			*free_ts_at = (uint32_t)(to - p->stripped.ptr);
		(void)po_take_decimal(&c, &digits);
		from = c.at;
	}
	memcpy(to, from, (size_t)(end - from));
	to += end - from;
	*text = (struct pageowner_text){ p->stripped.ptr,
		(size_t)(to - p->stripped.ptr) };
	return 0;
}

static struct po_entry *add_header(struct pageowner_profile *p,
				   const struct pageowner_record *r)
{
	struct pageowner_text text;
	struct po_entry *entry;
	struct po_header *h;
	uint32_t free_ts_at;

	if (strip_times(p, r, &text, &free_ts_at) < 0)
		return NULL;
	entry = po_intern_add(p->headers, text);
	if (!entry)
		return NULL;
	h = po_entry_payload(entry);
	if (h->has)
		return entry;
	h->has = (uint32_t)(r->has & PO_HAS_OF_HEADER & ~PO_HAS_COUNTS);
	h->gfp_mask = r->gfp_mask;
	h->order = r->order;
	h->pid = r->pid;
	h->tgid = r->tgid;
	h->ts_at = r->ts_at;
	h->free_ts_at = free_ts_at;
	/* Both lie in front of the times, so their places stay. */
	if (r->has & PAGEOWNER_HAS_GFP_NAMES) {
		h->gfp_at = (uint32_t)(r->gfp_names.ptr - r->header.ptr);
		h->gfp_len = (uint32_t)r->gfp_names.len;
	}
	if (r->has & PAGEOWNER_HAS_COMM) {
		h->comm_at = (uint32_t)(r->comm.ptr - r->header.ptr);
		h->comm_len = (uint32_t)r->comm.len;
	}
	return entry;
}

static struct po_entry *header_of(struct pageowner_profile *p,
				  const struct pageowner_record *r)
{
	if (!p->last.header)
		p->last.header = add_header(p, r);
	return p->last.header;
}

/* --- bodies */

/* page_owner_sort's rule: the first __vmalloc_node_range is called from the
 * line behind one with alloc_pages. */
static bool is_vmalloc(struct pageowner_text body)
{
	static const struct pageowner_text range = PO_TEXT("__vmalloc_node_range");
	const char *found, *line, *before;

	if (!body.len)
		return false;
	found = memmem(body.ptr, body.len, range.ptr, range.len);
	if (!found)
		return false;
	line = memrchr(body.ptr, '\n', (size_t)(found - body.ptr));
	if (!line)
		return false;
	before = memrchr(body.ptr, '\n', (size_t)(line - body.ptr));
	before = before ? before + 1 : body.ptr;
	return memmem(before, (size_t)(line - before), "alloc_pages", 11);
}

/* Kernels since 6.10 have no page flag that says so. */
static bool is_slab(struct pageowner_text stack)
{
	static const struct pageowner_text makers[] = {
		PO_TEXT("allocate_slab"), PO_TEXT("new_slab"),
		PO_TEXT("cache_grow_begin"), PO_TEXT("cache_grow"),
		PO_TEXT("kmem_getpages"),
	};
	struct pageowner_frame frame;

	while (pageowner_frame_next(&stack, &frame))
		for (size_t i = 0; i < PO_ARRAY_SIZE(makers); i++)
			if (po_text_equal(frame.symbol, makers[i]))
				return true;
	return false;
}

static struct po_entry *add_body(struct pageowner_profile *p,
				 const struct pageowner_record *r)
{
	struct pageowner_text text = { r->stack.ptr,
		r->stack.len + r->notes.len };
	struct po_entry *entry = po_intern_add(p->bodies, text);
	struct po_body *b;

	if (!entry)
		return NULL;
	b = po_entry_payload(entry);
	b->stack_len = (uint32_t)r->stack.len;
	return entry;
}

static struct po_entry *body_of(struct pageowner_profile *p,
				const struct pageowner_record *r)
{
	if (!p->last.body)
		p->last.body = add_body(p, r);
	return p->last.body;
}

/* A body's stack and notes, in p->joined */
static int join_body(struct pageowner_profile *p, const struct po_entry *body,
		     struct pageowner_text *stack, struct pageowner_text *notes)
{
	const struct po_body *b = po_entry_payload(body);
	struct pageowner_text text;

	if (po_entry_join(body, &p->joined, p->budget, &text) < 0)
		return -ENOMEM;
	*stack = (struct pageowner_text){ text.ptr, b->stack_len };
	*notes = (struct pageowner_text){ text.ptr + b->stack_len,
		text.len - b->stack_len };
	return 0;
}

/* PAGEOWNER_ALLOCATOR_* that a body tells of */
static uint32_t body_allocator(struct pageowner_profile *p,
			       const struct po_entry *body, int *error)
{
	struct po_body *b = po_entry_payload(body);

	if (!b->allocator) {
		struct pageowner_text stack, notes;
		struct pageowner_record r = { 0 };

		if (join_body(p, body, &stack, &notes) < 0) {
			*error = -ENOMEM;
			return 0;
		}
		b->allocator = PAGEOWNER_ALLOCATOR_OTHERS; /* is known now */
		if (is_vmalloc((struct pageowner_text){
				stack.ptr, stack.len + notes.len }))
			b->allocator |= PAGEOWNER_ALLOCATOR_VMALLOC;
		po_notes_parse(notes, &r);
		if (!(p->flags & PAGEOWNER_PROFILE_KERNEL_LABELS) &&
		    (r.has & PAGEOWNER_HAS_SLAB || is_slab(stack)))
			b->allocator |= PAGEOWNER_ALLOCATOR_SLAB;
	}
	return b->allocator & ~PAGEOWNER_ALLOCATOR_OTHERS;
}

static bool holds(struct pageowner_text text, struct pageowner_text word)
{
	const char *p = text.ptr, *end = text.ptr + text.len;

	/* memmem() prepares itself for long texts; this is one line. */
	while ((p = memchr(p, *word.ptr, (size_t)(end - p)))) {
		if ((size_t)(end - p) < word.len)
			return false;
		if (!memcmp(p, word.ptr, word.len))
			return true;
		p++;
	}
	return false;
}

/* PAGEOWNER_ALLOCATOR_* that a PFN line tells of */
static uint8_t pfn_line_allocator(struct pageowner_text line)
{
	return (holds(line, PO_TEXT("CMA")) ? PAGEOWNER_ALLOCATOR_CMA : 0) |
		(holds(line, PO_TEXT("slab")) ? PAGEOWNER_ALLOCATOR_SLAB : 0);
}

/* What a record tells of its allocator beside its body */
static uint8_t label_of(const struct pageowner_record *r)
{
	return r->has & PAGEOWNER_HAS_ALLOCATOR ?
		(uint8_t)(PO_LABEL_TOLD | r->allocator) :
		pfn_line_allocator(r->pfn_line);
}

static uint32_t allocator_of(struct pageowner_profile *p, uint32_t label,
			     const struct po_entry *body, int *error)
{
	uint32_t bits;

	if (label & PO_LABEL_TOLD)
		return label & ~PO_LABEL_TOLD;
	bits = label | body_allocator(p, body, error);
	return bits ? bits : PAGEOWNER_ALLOCATOR_OTHERS;
}

/* --- values of keys */

struct po_intern *po_key_table(const struct pageowner_profile *p,
			       enum pageowner_field key)
{
	switch (key) {
	case PAGEOWNER_FIELD_STACKTRACE:
		return p->bodies;
	case PAGEOWNER_FIELD_CALLSTACK:
		return p->callstacks;
	case PAGEOWNER_FIELD_NAME:
	case PAGEOWNER_FIELD_MODULE:
	case PAGEOWNER_FIELD_OWNER:
	case PAGEOWNER_FIELD_GFP:
	case PAGEOWNER_FIELD_MIGRATETYPE:
	case PAGEOWNER_FIELD_BLOCKTYPE:
	case PAGEOWNER_FIELD_MEMCG:
		return p->names;
	default:
		return NULL;
	}
}

/* Absent is 0, and the smallest number follows. */
static uint64_t id_value(bool has, int32_t id)
{
	return has ? (uint64_t)((int64_t)id - INT32_MIN) + 1 : 0;
}

static uint64_t time_value(uint64_t ns)
{
	return ns + 1;	/* PO_NO_TIME becomes 0 */
}

/* A text's number plus 1 in a table; 0 and *error without memory */
static uint32_t number_of(struct po_intern *table, struct pageowner_text text,
			  int *error)
{
	const struct po_entry *entry = po_intern_add(table, text);

	if (!entry) {
		*error = -ENOMEM;
		return 0;
	}
	return entry->key.number + 1;
}

static uint64_t name_value(struct pageowner_profile *p,
			   const struct po_entry *header, int *error)
{
	struct po_header *h = po_entry_payload(header);

	if (!h->name && h->has & PAGEOWNER_HAS_COMM)
		h->name = number_of(p->names, (struct pageowner_text){
			header->text + h->comm_at, h->comm_len }, error);
	return h->name;
}

static uint64_t gfp_value(struct pageowner_profile *p,
			  const struct po_entry *header, int *error)
{
	struct po_header *h = po_entry_payload(header);
	struct pageowner_text text = { header->text + h->gfp_at, h->gfp_len };
	char hex[2 + 16 + 1];

	if (h->gfp || !(h->has & (PAGEOWNER_HAS_GFP_MASK | PAGEOWNER_HAS_GFP_NAMES)))
		return h->gfp;
	if (!h->gfp_len) {	/* an old kernel, or a mask of 0 */
		text.ptr = hex;
		text.len = (size_t)snprintf(hex, sizeof(hex), "0x%llx",
					    (unsigned long long)h->gfp_mask);
	}
	h->gfp = number_of(p->names, text, error);
	return h->gfp;
}

/* What tells call stacks apart: without frames, the kernel's handle for them */
static struct pageowner_text frames_or_handle(struct pageowner_text stack,
					      struct pageowner_text notes)
{
	struct po_cursor c = { notes.ptr, notes.ptr + notes.len };
	struct pageowner_text number;

	if (stack.len || !po_take_word(&c, "handle: ") ||
	    !po_take_until(&c, '\n', &number))
		return stack;
	return (struct pageowner_text){ notes.ptr, (size_t)(c.at + 1 - notes.ptr) };
}

static uint64_t callstack_value(struct pageowner_profile *p,
				const struct po_entry *body, int *error)
{
	struct po_body *b = po_entry_payload(body);
	struct pageowner_text stack, notes;

	if (!b->callstack) {
		if (join_body(p, body, &stack, &notes) < 0)
			*error = -ENOMEM;
		else
			b->callstack = number_of(p->callstacks,
					frames_or_handle(stack, notes), error);
	}
	return b->callstack;
}

/*
 * What is found in a body by looking at its text, once: owner, module, memcg.
 * A body without it has the number 0 for good.
 */
static int look_into(struct pageowner_profile *p, const struct po_entry *body)
{
	struct po_body *b = po_entry_payload(body);
	struct pageowner_text stack, notes, module;
	struct pageowner_record r = { 0 };
	struct pageowner_frame frame;
	int error = join_body(p, body, &stack, &notes);

	if (error < 0)
		return error;
	if (pageowner_stack_owner(stack, p->plumbing, &frame))
		b->owner = number_of(p->names, frame.symbol, &error);
	module = pageowner_stack_module(stack);
	if (module.len)
		b->module = number_of(p->names, module, &error);
	po_notes_parse(notes, &r);
	if (r.has & PAGEOWNER_HAS_MEMCG)
		b->memcg = number_of(p->names, r.memcg, &error);
	b->is_known = error == 0;
	return error;
}

static uint64_t body_value(struct pageowner_profile *p, enum pageowner_field key,
			   const struct po_entry *body, int *error)
{
	const struct po_body *b = po_entry_payload(body);

	if (!b->is_known) {
		int ret = look_into(p, body);

		if (ret < 0)
			*error = ret;
	}
	return key == PAGEOWNER_FIELD_OWNER ? b->owner :
		key == PAGEOWNER_FIELD_MODULE ? b->module : b->memcg;
}

/* Keys that header and body tell alone; the one that the key is not about may
 * be NULL. */
static uint64_t text_value(struct pageowner_profile *p, enum pageowner_field key,
			   const struct po_entry *header,
			   const struct po_entry *body, int *error)
{
	static const struct po_header none;
	const struct po_header *h = header ? po_entry_payload(header) : &none;

	switch (key) {
	case PAGEOWNER_FIELD_TXT:
		return (uint64_t)header->key.number << 32 | body->key.number;
	case PAGEOWNER_FIELD_STACKTRACE:
		return (uint64_t)body->key.number + 1;
	case PAGEOWNER_FIELD_PID:
		return id_value(h->has & PAGEOWNER_HAS_PID, h->pid);
	case PAGEOWNER_FIELD_TGID:
		return id_value(h->has & PAGEOWNER_HAS_TGID, h->tgid);
	case PAGEOWNER_FIELD_NAME:
		return name_value(p, header, error);
	case PAGEOWNER_FIELD_CALLSTACK:
		return callstack_value(p, body, error);
	case PAGEOWNER_FIELD_MODULE:
	case PAGEOWNER_FIELD_OWNER:
	case PAGEOWNER_FIELD_MEMCG:
		return body_value(p, key, body, error);
	case PAGEOWNER_FIELD_ORDER:
		return h->has & PAGEOWNER_HAS_ORDER ? (uint64_t)h->order + 1 : 0;
	case PAGEOWNER_FIELD_GFP:
		return gfp_value(p, header, error);
	case PAGEOWNER_FIELD_PAGES:
		return h->has & PAGEOWNER_HAS_ORDER ? UINT64_C(1) << h->order : 0;
	default:	/* not kept, or the same for all records */
		return 0;
	}
}

static bool is_released(uint64_t ts_ns, uint64_t free_ts_ns)
{
	return ts_ns != PO_NO_TIME && free_ts_ns != PO_NO_TIME &&
		free_ts_ns && ts_ns < free_ts_ns;
}

static uint64_t ts_of(const struct pageowner_record *r)
{
	return r->has & PAGEOWNER_HAS_TS ? r->ts_ns : PO_NO_TIME;
}

static uint64_t free_ts_of(const struct pageowner_record *r)
{
	return r->has & PAGEOWNER_HAS_FREE_TS ? r->free_ts_ns : PO_NO_TIME;
}

static uint64_t record_value(struct pageowner_profile *p,
			     enum pageowner_field key,
			     const struct pageowner_record *r, int *error)
{
	switch (key) {
	case PAGEOWNER_FIELD_ALLOCATOR:
		return allocator_of(p, label_of(r), p->last.body, error);
	case PAGEOWNER_FIELD_FREE:
		return is_released(ts_of(r), free_ts_of(r));
	case PAGEOWNER_FIELD_ALLOC_TS:
		return time_value(ts_of(r));
	case PAGEOWNER_FIELD_MIGRATETYPE:
		return r->has & PAGEOWNER_HAS_PAGE_TYPE ?
			number_of(p->names, r->page_type, error) : 0;
	case PAGEOWNER_FIELD_BLOCKTYPE:
		return r->has & PAGEOWNER_HAS_BLOCK_TYPE ?
			number_of(p->names, r->block_type, error) : 0;
	case PAGEOWNER_FIELD_NODE:
		return id_value(r->has & PAGEOWNER_HAS_NODE, r->node);
	case PAGEOWNER_FIELD_ZONE:
		return id_value(r->has & PAGEOWNER_HAS_ZONE, r->zone);
	case PAGEOWNER_FIELD_MODULE:
		if (r->has & PAGEOWNER_HAS_MODULE)
			return number_of(p->names, r->module, error);
		break;
	case PAGEOWNER_FIELD_OWNER:
		if (r->has & PAGEOWNER_HAS_OWNER)
			return number_of(p->names, r->owner, error);
		break;
	case PAGEOWNER_FIELD_MEMCG:
		if (r->kind == PAGEOWNER_RECORD_GROUP && r->has & PAGEOWNER_HAS_MEMCG)
			return number_of(p->names, r->memcg, error);
		break;
	default:
		break;
	}
	return text_value(p, key, p->last.header, p->last.body, error);
}

uint64_t po_group_value(struct pageowner_profile *p, const struct po_entry *group,
			enum pageowner_field key, int *error)
{
	const struct po_group *g = po_entry_payload(group);
	size_t count;

	if (key == PAGEOWNER_FIELD_TIMES)
		return g->times;
	if (key == PAGEOWNER_FIELD_PAGES)
		return g->pages;
	for (unsigned int i = 0; i < p->by.count; i++) {
		uint64_t value;

		if (p->by.keys[i].key != key)
			continue;
		memcpy(&value, group->text + i * sizeof(value), sizeof(value));
		return value;
	}
	for (unsigned int i = 0; i < p->kept.count; i++)
		if (p->kept.keys[i].key == key)
			return g->kept[i];
	switch (key) {
	case PAGEOWNER_FIELD_ALLOCATOR:
		return allocator_of(p, g->label,
				    po_intern_entries(p->bodies, &count)[g->body],
				    error);
	case PAGEOWNER_FIELD_FREE:
		return is_released(g->ts_ns, g->free_ts_ns);
	case PAGEOWNER_FIELD_ALLOC_TS:
		return time_value(g->ts_ns);
	case PAGEOWNER_FIELD_FREE_TS:
		return time_value(g->free_ts_ns);
	default:
		return text_value(p, key,
				  po_intern_entries(p->headers, &count)[g->header],
				  po_intern_entries(p->bodies, &count)[g->body],
				  error);
	}
}

/* --- counting */

void po_profile_add_pages(struct pageowner_profile *p, struct po_group *group,
			  uint64_t times, uint64_t pages)
{
	group->times = po_add_or_stay(group->times, times);
	group->pages = po_add_or_stay(group->pages, pages);
	p->times = po_add_or_stay(p->times, times);
	p->pages = po_add_or_stay(p->pages, pages);
	/* Once: which record was the last straw depends on who read what. */
	if (po_unlikely(p->pages == UINT64_MAX || p->times == UINT64_MAX) &&
	    !p->stats.damage[PAGEOWNER_DAMAGE_OVERFLOW].count)
		po_stats_note(&p->stats, PAGEOWNER_DAMAGE_OVERFLOW, 0);
}

/* Where a header or body remembers its group, if it tells that alone */
static struct po_group **remembered_group(const struct pageowner_profile *p)
{
	if (!(p->by.set & ~BODY_ONLY_KEYS))
		return &((struct po_body *)po_entry_payload(p->last.body))->group;
	if (!(p->by.set & ~HEADER_ONLY_KEYS))
		return &((struct po_header *)po_entry_payload(p->last.header))->group;
	return NULL;
}

static struct po_group *find_group(struct pageowner_profile *p,
				   const struct pageowner_record *r, uint64_t seq)
{
	uint64_t values[PAGEOWNER_FIELD_COUNT];
	struct po_entry *entry;
	struct po_group *g;
	int error = 0;

	for (unsigned int i = 0; i < p->by.count; i++)
		values[i] = record_value(p, p->by.keys[i].key, r, &error);
	if (error)
		return NULL;
	entry = po_intern_add(p->groups, (struct pageowner_text){
		(const char *)values, p->by.count * sizeof(*values) });
	if (!entry)
		return NULL;
	g = po_entry_payload(entry);
	if (!g->counts) {
		if (!header_of(p, r) || !body_of(p, r))
			goto undo;
		g->seq = seq;
		g->header = p->last.header->key.number;
		g->body = p->last.body->key.number;
		g->ts_ns = ts_of(r);
		g->free_ts_ns = free_ts_of(r);
		g->label = label_of(r);
		g->kind = (uint8_t)r->kind;
		for (unsigned int i = 0; i < p->kept.count; i++)
			g->kept[i] = record_value(p, p->kept.keys[i].key, r,
						  &error);
		if (error)
			goto undo;
		p->in_order = false;
	}
	return g;
undo:
	/* A group without a record could not be looked at. */
	po_intern_take_back(p->groups, entry);
	return NULL;
}

static struct po_group *group_of(struct pageowner_profile *p,
				 const struct pageowner_record *r, uint64_t seq)
{
	struct po_group **remembered, *g;

	if ((p->by.set & HEADER_KEYS && !header_of(p, r)) ||
	    (p->by.set & BODY_KEYS && !body_of(p, r)))
		return NULL;
	/* What a report tells beside the texts is nowhere else. */
	remembered = r->kind == PAGEOWNER_RECORD_GROUP ? NULL : remembered_group(p);
	if (remembered && *remembered)
		return *remembered;
	g = find_group(p, r, seq);
	if (remembered)
		*remembered = g;
	return g;
}

int po_profile_keep_body(struct pageowner_profile *p,
			 const struct pageowner_record *r)
{
	return body_of(p, r) ? 0 : -ENOMEM;
}

static int passes_body(struct pageowner_profile *p,
		       const struct pageowner_record *r)
{
	struct po_body *b;

	if (!body_of(p, r))
		return -ENOMEM;
	if (r->kind == PAGEOWNER_RECORD_GROUP)	/* may tell more than its body */
		return po_filter_match_body(p->filter, r);
	b = po_entry_payload(p->last.body);
	if (b->verdict == PO_UNJUDGED)
		b->verdict = po_filter_match_body(p->filter, r) ?
			PO_PASSES : PO_DROPPED;
	return b->verdict == PO_PASSES;
}

/* Add a record that is known to pass what the filter asks for but the body. */
static int count_record(struct pageowner_profile *p,
			const struct pageowner_record *r, uint64_t seq)
{
	if (p->filter) {
		int ret = passes_body(p, r);

		if (ret <= 0)
			return ret;
	}
	p->kinds |= 1u << r->kind;
	if (po_unlikely(!(r->has & PO_HAS_COUNTS)))
		return 0;
	if (!p->last.group || !p->repeats)
		p->last.group = group_of(p, r, seq);
	if (!p->last.group)
		return -ENOMEM;
	p->has |= r->has & (PO_HAS_OF_HEADER | PO_HAS_OF_BODY);
	p->last.group->counts |= (uint32_t)r->has & PO_HAS_COUNTS;
	po_profile_add_pages(p, p->last.group,
			     r->has & PAGEOWNER_HAS_TIMES ? r->times : 0,
			     r->has & PAGEOWNER_HAS_PAGES ? r->pages : 0);
	return 1;
}

int po_profile_add_settled(struct pageowner_profile *p,
			   const struct pageowner_record *r, uint64_t seq)
{
	memset(&p->last, 0, sizeof(p->last));
	return count_record(p, r, seq);
}

int po_profile_add(struct pageowner_profile *p,
		   const struct pageowner_record *r, unsigned int same,
		   uint64_t seq)
{
	if (!(same & PO_SAME_HEADER)) {
		p->last.header = NULL;
		p->last.group = NULL;
	}
	if (!(same & PO_SAME_BODY)) {
		p->last.body = NULL;
		p->last.group = NULL;
	}
	if (po_unlikely(r->kind == PAGEOWNER_RECORD_STACK_HANDLE))
		return po_handles_learn(p, r);
	if (p->filter && !po_filter_match_rest(p->filter, r))
		return 0;
	if (po_unlikely(!r->stack.len) && r->has & PAGEOWNER_HAS_HANDLE &&
	    !p->is_waiting)
		return po_handles_wait(p, r, same, seq);
	p->waited = false;
	return count_record(p, r, seq);
}

int po_profile_refuse_age(struct pageowner_profile *p)
{
	snprintf(p->error, sizeof(p->error),
		 "the filter selects by age and was given no clock");
	return -EINVAL;
}

PO_EXPORT int pageowner_profile_add(struct pageowner_profile *p,
				    const struct pageowner_record *r)
{
	if (po_filter_lacks_clock(p->filter))
		return po_profile_refuse_age(p);
	po_budget_begin(p->budget);
	return po_budget_error(p->budget, po_profile_add(p, r, 0, p->seq++));
}

/* --- looking at groups */

/* All groups are there: those that wait for handles are the profile's as well, so
 * only where they are kept changes. What fails is told by who can. */
static void settle(const struct pageowner_profile *p)
{
	(void)po_handles_settle((struct pageowner_profile *)p);
}

PO_EXPORT size_t pageowner_profile_count(const struct pageowner_profile *p)
{
	size_t count;

	settle(p);
	po_intern_entries(p->groups, &count);
	/* So that nobody takes what was lost for nothing: it cannot be looked at. */
	return p->lost && !count ? 1 : count;
}

PO_EXPORT void pageowner_profile_total(const struct pageowner_profile *p,
				       uint64_t *times, uint64_t *pages)
{
	settle(p);
	if (times)
		*times = p->times;
	if (pages)
		*pages = p->pages;
}

PO_EXPORT uint64_t pageowner_profile_has(const struct pageowner_profile *p)
{
	settle(p);
	return p->has;
}

PO_EXPORT int pageowner_profile_is_by(const struct pageowner_profile *p,
				      enum pageowner_field key)
{
	return (unsigned int)key < PAGEOWNER_FIELD_COUNT && p->by.set >> key & 1;
}

PO_EXPORT int pageowner_profile_determines(const struct pageowner_profile *p,
					   enum pageowner_field field)
{
	return po_fields_determine(p->by.set, field);
}

PO_EXPORT uint32_t pageowner_profile_kinds(const struct pageowner_profile *p)
{
	return p->kinds;
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

static const struct po_entry *entry_at(struct pageowner_profile *p, size_t index)
{
	struct po_entry **entries;
	size_t count;

	settle(p);
	if ((!p->in_order || p->lost) && pageowner_profile_sort(p, NULL) < 0)
		return NULL;
	entries = po_intern_entries(p->groups, &count);
	return index < count ? entries[index] : NULL;
}

uint64_t po_group_seq(struct pageowner_profile *p, size_t index)
{
	const struct po_group *g = po_entry_payload(entry_at(p, index));

	return g->seq;
}

struct pageowner_text po_group_label(struct pageowner_profile *p, size_t index)
{
	static const struct pageowner_text labels[] = {
		PO_TEXT(""), PO_TEXT("CMA"), PO_TEXT("slab"), PO_TEXT("CMA slab"),
	};
	const struct po_group *g = po_entry_payload(entry_at(p, index));

	return labels[(g->label & PAGEOWNER_ALLOCATOR_CMA ? 1 : 0) +
		(g->label & PAGEOWNER_ALLOCATOR_SLAB ? 2 : 0)];
}

static void show_header(struct pageowner_record *r, const struct po_entry *entry,
			const struct po_group *g)
{
	const struct po_header *h = po_entry_payload(entry);

	r->has = h->has & ~(PAGEOWNER_HAS_TS | PAGEOWNER_HAS_FREE_TS);
	r->header = po_entry_text(entry);
	r->kind = g->kind;
	r->order = h->order;
	r->times = r->pages = 0;
	r->gfp_mask = h->gfp_mask;
	r->pid = h->pid;
	r->tgid = h->tgid;
	r->ts_at = h->ts_at;
	r->free_ts_at = h->free_ts_at;
	r->gfp_names = (struct pageowner_text){ entry->text + h->gfp_at, h->gfp_len };
	r->comm = (struct pageowner_text){ entry->text + h->comm_at, h->comm_len };
	if (g->kind == PAGEOWNER_RECORD_PAGE) {
		r->has |= PAGEOWNER_HAS_TIMES | PAGEOWNER_HAS_PAGES;
		r->times = 1;
		r->pages = UINT64_C(1) << h->order;
	}
	if (g->label & PO_LABEL_TOLD) {
		r->has |= PAGEOWNER_HAS_ALLOCATOR;
		r->allocator = g->label & ~PO_LABEL_TOLD;
	}
	if (g->ts_ns != PO_NO_TIME) {
		r->ts_ns = g->ts_ns;
		r->has |= PAGEOWNER_HAS_TS;
	}
	if (g->free_ts_ns != PO_NO_TIME) {
		r->free_ts_ns = g->free_ts_ns;
		r->has |= PAGEOWNER_HAS_FREE_TS;
	}
}

static int show_body(struct pageowner_profile *p, const struct po_entry *entry)
{
	const struct po_body *b = po_entry_payload(entry);
	struct pageowner_record *r = &p->record;
	struct pageowner_text text;

	if (po_entry_join(entry, &p->shown, p->budget, &text) < 0)
		return -ENOMEM;
	r->stack = (struct pageowner_text){ text.ptr, b->stack_len };
	r->notes = (struct pageowner_text){ text.ptr + b->stack_len,
		text.len - b->stack_len };
	po_notes_parse(r->notes, r);
	return 0;
}

PO_EXPORT int pageowner_profile_group(struct pageowner_profile *p, size_t index,
				      const struct pageowner_group **group)
{
	const struct po_entry *entry;
	const struct po_group *g;
	size_t count;
	int error = 0;

	po_budget_begin(p->budget);
	entry = entry_at(p, index);
	if (!entry && index >= pageowner_profile_count(p))
		return 0;
	if (!entry)
		return p->lost ? p->lost : po_budget_error(p->budget, -ENOMEM);
	g = po_entry_payload(entry);
	show_header(&p->record, po_intern_entries(p->headers, &count)[g->header], g);
	error = show_body(p, po_intern_entries(p->bodies, &count)[g->body]);
	p->group.times = g->times;
	p->group.pages = g->pages;
	p->group.has = g->counts;
	p->group.allocator = (uint32_t)po_group_value(p, entry,
					PAGEOWNER_FIELD_ALLOCATOR, &error);
	p->group.record = &p->record;
	error = po_budget_error(p->budget, error);
	if (error == -ENOBUFS)
		po_explain_bound(p->error, sizeof(p->error), NULL, p->budget,
				 PO_NO_OFFSET);
	if (error < 0)
		return error;
	*group = &p->group;
	return 1;
}

/* Larger ones would be negative. */
static int64_t number_shown(uint64_t number)
{
	return number > INT64_MAX ? INT64_MAX : (int64_t)number;
}

PO_EXPORT int pageowner_profile_value(struct pageowner_profile *p, size_t index,
				      enum pageowner_field key,
				      struct pageowner_value *value)
{
	const struct po_entry *entry;
	const struct po_intern *table;
	uint64_t v;
	int ret = 0;

	if (!po_field_is_key(key) || key == PAGEOWNER_FIELD_TXT)
		return -EINVAL;
	po_budget_begin(p->budget);
	entry = entry_at(p, index);
	if (!entry && index >= pageowner_profile_count(p))
		return -EINVAL;
	if (!entry)
		return p->lost ? p->lost : po_budget_error(p->budget, -ENOMEM);
	v = po_group_value(p, entry, key, &ret);
	if (ret < 0)
		return po_budget_error(p->budget, ret);
	table = po_key_table(p, key);
	*value = (struct pageowner_value){ .has = v != 0, .is_text = !!table };
	if (table) {
		size_t count;

		if (!v)
			return 0;
		entry = po_intern_entries(table, &count)[v - 1];
		if (table != p->names)
			return po_budget_error(p->budget, po_entry_join(entry,
					&p->value, p->budget, &value->text));
		value->text = po_entry_text(entry);
		return 0;
	}
	switch (key) {
	case PAGEOWNER_FIELD_PID:
	case PAGEOWNER_FIELD_TGID:
	case PAGEOWNER_FIELD_NODE:
	case PAGEOWNER_FIELD_ZONE:
		value->number = v ? (int64_t)(v - 1) + INT32_MIN : 0;
		break;
	case PAGEOWNER_FIELD_ORDER:
	case PAGEOWNER_FIELD_ALLOC_TS:
	case PAGEOWNER_FIELD_FREE_TS:
		value->number = v ? number_shown(v - 1) : 0;
		break;
	default:	/* counts and bits: 0 is a number like any other */
		value->has = 1;
		value->number = number_shown(v);
	}
	return 0;
}
