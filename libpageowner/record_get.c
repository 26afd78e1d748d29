// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * record_get.c - the fields of a record, by name.
 *
 * The only place that knows which member holds a field, and that what a report gives
 * takes precedence over the stack. It parses only stacks.
 */
#include "field_private.h"

#include <inttypes.h>
#include <stdio.h>

#include <pageowner/stack.h>

#define MEMBER(field, has, type, member) \
	[PAGEOWNER_FIELD_##field] = { PAGEOWNER_HAS_##has, \
		offsetof(struct pageowner_record, member), PO_MEMBER_##type }
/* Fields that are not plain members, present if the record has these bits */
#define OTHER(field, has) [PAGEOWNER_FIELD_##field] = { has, 0, PO_MEMBER_NONE }

const struct po_member po_members[PAGEOWNER_FIELD_COUNT] = {
	MEMBER(PID, PID, S32, pid),
	MEMBER(TGID, TGID, S32, tgid),
	MEMBER(NAME, COMM, TEXT, comm),
	MEMBER(ALLOCATOR, ALLOCATOR, U32, allocator),
	MEMBER(ORDER, ORDER, U32, order),
	MEMBER(MIGRATETYPE, PAGE_TYPE, TEXT, page_type),
	MEMBER(BLOCKTYPE, BLOCK_TYPE, TEXT, block_type),
	MEMBER(NODE, NODE, S32, node),
	MEMBER(ZONE, ZONE, S32, zone),
	MEMBER(MEMCG, MEMCG, TEXT, memcg),
	MEMBER(TIMES, TIMES, U64, times),
	MEMBER(PAGES, PAGES, U64, pages),
	MEMBER(ALLOC_TS, TS, U64, ts_ns),
	MEMBER(FREE_TS, FREE_TS, U64, free_ts_ns),
	MEMBER(PFN, PFN, U64, pfn),
	MEMBER(GFP_MASK, GFP_MASK, BITS, gfp_mask),
	MEMBER(BLOCK, BLOCK, U64, block),
	MEMBER(FLAGS, FLAGS, BITS, flags),
	MEMBER(FLAG_NAMES, FLAG_NAMES, TEXT, flag_names),
	MEMBER(MIGRATE_REASON, MIGRATE_REASON, TEXT, migrate_reason),
	MEMBER(HANDLE, HANDLE, U32, handle),
	OTHER(MEMCG_OFFLINE, PAGEOWNER_HAS_OFFLINE),
	OTHER(OBJCG, PAGEOWNER_HAS_OBJCG),
	OTHER(SLAB, PAGEOWNER_HAS_SLAB),
	MEMBER(FREE_PID, FREE_PID, S32, free_pid),
	MEMBER(FREE_TGID, FREE_TGID, S32, free_tgid),
	MEMBER(FREE_STACK, FREE_STACK, TEXT, free_stack),
	[PAGEOWNER_FIELD_OFFSET] = { 0, offsetof(struct pageowner_record, offset),
		PO_MEMBER_U64 },
};

static int give_text(struct pageowner_value *value, struct pageowner_text text)
{
	value->is_text = 1;
	value->number = 0;
	value->text = text;
	return 1;
}

static int give_number(struct pageowner_value *value, int64_t number)
{
	value->is_text = 0;
	value->number = number;
	value->text = (struct pageowner_text){ NULL, 0 };
	return 1;
}

static int give_gfp(const struct pageowner_record *r, struct pageowner_value *value)
{
	int len;

	if (r->has & PAGEOWNER_HAS_GFP_NAMES && r->gfp_names.len)
		return give_text(value, r->gfp_names);
	if (!(r->has & (PAGEOWNER_HAS_GFP_MASK | PAGEOWNER_HAS_GFP_NAMES)))
		return 0;
	len = snprintf(value->buf, sizeof(value->buf), "0x%" PRIx64, r->gfp_mask);
	return give_text(value, (struct pageowner_text){ value->buf, (size_t)len });
}

/* Whether the page is free again; what says neither is absent. */
static int give_free(const struct pageowner_record *r, struct pageowner_value *value)
{
	if (r->has & (PAGEOWNER_HAS_RELEASED | PAGEOWNER_HAS_ALLOCATED))
		return give_number(value, !!(r->has & PAGEOWNER_HAS_RELEASED));
	if (!(r->has & PAGEOWNER_HAS_TS) || !(r->has & PAGEOWNER_HAS_FREE_TS))
		return 0;
	return give_number(value, r->free_ts_ns && r->ts_ns < r->free_ts_ns);
}

static int get_of_stack(const struct pageowner_record *r, enum pageowner_field field,
			const struct pageowner_plumbing *plumbing,
			struct pageowner_value *value)
{
	struct pageowner_frame frame;
	struct pageowner_text text;

	switch (field) {
	case PAGEOWNER_FIELD_OWNER:
		if (po_report_says(r, field, &text))
			return give_text(value, text);
		return pageowner_stack_owner(r->stack, plumbing, &frame) ?
			give_text(value, frame.symbol) : 0;
	case PAGEOWNER_FIELD_MODULE:
		if (!po_report_says(r, field, &text))
			text = pageowner_stack_module(r->stack);
		return text.len ? give_text(value, text) : 0;
	case PAGEOWNER_FIELD_CALLSTACK:
		return r->stack.len ? give_text(value, r->stack) : 0;
	case PAGEOWNER_FIELD_STACK_ID:
		return r->stack.len ? give_number(value,
			(int64_t)pageowner_stack_id_portable(r->stack)) : 0;
	case PAGEOWNER_FIELD_STACK_ID_EXACT:
		return r->stack.len ? give_number(value,
			(int64_t)pageowner_stack_id_exact(r->stack)) : 0;
	default:
		return -EINVAL;
	}
}

PO_EXPORT int pageowner_record_get(const struct pageowner_record *r,
				   enum pageowner_field field,
				   const struct pageowner_plumbing *plumbing,
				   struct pageowner_value *value)
{
	const struct pageowner_field_info *info = pageowner_field_info(field);
	const struct po_member *m = &po_members[field];

	if (!info)
		return -EINVAL;
	if (!po_has_member(r, m))
		return 0;
	if (m->type == PO_MEMBER_TEXT)
		return give_text(value, po_member_text(r, m));
	if (m->type != PO_MEMBER_NONE)
		return give_number(value, po_member_number(r, m));
	if (info->source == PAGEOWNER_SOURCE_STACK)
		return get_of_stack(r, field, plumbing, value);
	switch (field) {
	case PAGEOWNER_FIELD_FREE:
		return give_free(r, value);
	case PAGEOWNER_FIELD_MEMCG_OFFLINE:
	case PAGEOWNER_FIELD_OBJCG:
	case PAGEOWNER_FIELD_SLAB:
		return give_number(value, 1);
	case PAGEOWNER_FIELD_GFP:
		return give_gfp(r, value);
	case PAGEOWNER_FIELD_KIND:
		if (r->kind >= PAGEOWNER_RECORD_KINDS)
			return 0;
		return give_text(value, po_text_of(info->words[r->kind]));
	case PAGEOWNER_FIELD_STACKTRACE:
		if (!r->stack.len && !r->notes.len)
			return 0;
		return give_text(value, (struct pageowner_text){ r->stack.ptr,
			r->stack.len + r->notes.len });
	default:	/* several values, in two parts, or relative to a clock */
		return -EINVAL;
	}
}
