// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * record_get.c - the fields of a record, by name.
 *
 * The one place that says which member holds a field, and that a report's word
 * counts more than the stack. It parses no text but stacks.
 */
#include "field_private.h"

#include <inttypes.h>
#include <stdio.h>

#include <pageowner/stack.h>

/* 0: it is always there, or found otherwise */
static const uint64_t bits[PAGEOWNER_FIELD_COUNT] = {
	[PAGEOWNER_FIELD_PID] = PAGEOWNER_HAS_PID,
	[PAGEOWNER_FIELD_TGID] = PAGEOWNER_HAS_TGID,
	[PAGEOWNER_FIELD_NAME] = PAGEOWNER_HAS_COMM,
	[PAGEOWNER_FIELD_ALLOCATOR] = PAGEOWNER_HAS_ALLOCATOR,
	[PAGEOWNER_FIELD_FREE] = PAGEOWNER_HAS_TS | PAGEOWNER_HAS_FREE_TS,
	[PAGEOWNER_FIELD_ORDER] = PAGEOWNER_HAS_ORDER,
	[PAGEOWNER_FIELD_MIGRATETYPE] = PAGEOWNER_HAS_PAGE_TYPE,
	[PAGEOWNER_FIELD_BLOCKTYPE] = PAGEOWNER_HAS_BLOCK_TYPE,
	[PAGEOWNER_FIELD_NODE] = PAGEOWNER_HAS_NODE,
	[PAGEOWNER_FIELD_ZONE] = PAGEOWNER_HAS_ZONE,
	[PAGEOWNER_FIELD_MEMCG] = PAGEOWNER_HAS_MEMCG,
	[PAGEOWNER_FIELD_TIMES] = PAGEOWNER_HAS_TIMES,
	[PAGEOWNER_FIELD_PAGES] = PAGEOWNER_HAS_PAGES,
	[PAGEOWNER_FIELD_ALLOC_TS] = PAGEOWNER_HAS_TS,
	[PAGEOWNER_FIELD_FREE_TS] = PAGEOWNER_HAS_FREE_TS,
	[PAGEOWNER_FIELD_PFN] = PAGEOWNER_HAS_PFN,
	[PAGEOWNER_FIELD_GFP_MASK] = PAGEOWNER_HAS_GFP_MASK,
	[PAGEOWNER_FIELD_BLOCK] = PAGEOWNER_HAS_BLOCK,
	[PAGEOWNER_FIELD_FLAGS] = PAGEOWNER_HAS_FLAGS,
	[PAGEOWNER_FIELD_FLAG_NAMES] = PAGEOWNER_HAS_FLAG_NAMES,
	[PAGEOWNER_FIELD_MIGRATE_REASON] = PAGEOWNER_HAS_MIGRATE_REASON,
	[PAGEOWNER_FIELD_HANDLE] = PAGEOWNER_HAS_HANDLE,
	[PAGEOWNER_FIELD_MEMCG_OFFLINE] = PAGEOWNER_HAS_OFFLINE,
	[PAGEOWNER_FIELD_OBJCG] = PAGEOWNER_HAS_OBJCG,
	[PAGEOWNER_FIELD_SLAB] = PAGEOWNER_HAS_SLAB,
};

static int give_text(struct pageowner_value *value, struct pageowner_text text)
{
	value->has = value->is_text = 1;
	value->number = 0;
	value->text = text;
	return 1;
}

static int give_number(struct pageowner_value *value, int64_t number)
{
	value->has = 1;
	value->is_text = 0;
	value->number = number;
	value->text = (struct pageowner_text){ NULL, 0 };
	return 1;
}

/* Larger ones would be negative. */
static int give_count(struct pageowner_value *value, uint64_t number)
{
	return give_number(value, number > INT64_MAX ? INT64_MAX : (int64_t)number);
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

bool po_record_module(const struct pageowner_record *r, struct pageowner_text *module)
{
	*module = r->has & PAGEOWNER_HAS_MODULE ? r->module :
		pageowner_stack_module(r->stack);
	return module->len > 0;
}

bool po_record_owner(const struct pageowner_record *r,
		     const struct pageowner_plumbing *plumbing,
		     struct pageowner_text *owner)
{
	struct pageowner_frame frame;

	if (r->has & PAGEOWNER_HAS_OWNER) {
		*owner = r->owner;
		return true;
	}
	if (!pageowner_stack_owner(r->stack, plumbing, &frame))
		return false;
	*owner = frame.symbol;
	return true;
}

static int get_text(const struct pageowner_record *r, enum pageowner_field field,
		    struct pageowner_value *value)
{
	switch (field) {
	case PAGEOWNER_FIELD_NAME:
		return give_text(value, r->comm);
	case PAGEOWNER_FIELD_MIGRATETYPE:
		return give_text(value, r->page_type);
	case PAGEOWNER_FIELD_BLOCKTYPE:
		return give_text(value, r->block_type);
	case PAGEOWNER_FIELD_FLAG_NAMES:
		return give_text(value, r->flag_names);
	case PAGEOWNER_FIELD_MIGRATE_REASON:
		return give_text(value, r->migrate_reason);
	case PAGEOWNER_FIELD_MEMCG:
		return give_text(value, r->memcg);
	default:	/* many, in two parts, or relative to a clock */
		return -EINVAL;
	}
}

static int get_of_stack(const struct pageowner_record *r, enum pageowner_field field,
			const struct pageowner_plumbing *plumbing,
			struct pageowner_value *value)
{
	struct pageowner_text text;

	switch (field) {
	case PAGEOWNER_FIELD_OWNER:
		return po_record_owner(r, plumbing, &text) ? give_text(value, text) : 0;
	case PAGEOWNER_FIELD_MODULE:
		return po_record_module(r, &text) ? give_text(value, text) : 0;
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

	if (!info)
		return -EINVAL;
	if ((r->has & bits[field]) != bits[field])
		return 0;
	if (info->uses & PAGEOWNER_FIELD_OF_STACK)
		return get_of_stack(r, field, plumbing, value);
	switch (field) {
	case PAGEOWNER_FIELD_PID:	return give_number(value, r->pid);
	case PAGEOWNER_FIELD_TGID:	return give_number(value, r->tgid);
	case PAGEOWNER_FIELD_ORDER:	return give_number(value, r->order);
	case PAGEOWNER_FIELD_NODE:	return give_number(value, r->node);
	case PAGEOWNER_FIELD_ZONE:	return give_number(value, r->zone);
	case PAGEOWNER_FIELD_HANDLE:	return give_number(value, r->handle);
	case PAGEOWNER_FIELD_ALLOCATOR:	return give_number(value, r->allocator);
	case PAGEOWNER_FIELD_TIMES:	return give_count(value, r->times);
	case PAGEOWNER_FIELD_PAGES:	return give_count(value, r->pages);
	case PAGEOWNER_FIELD_ALLOC_TS:	return give_count(value, r->ts_ns);
	case PAGEOWNER_FIELD_FREE_TS:	return give_count(value, r->free_ts_ns);
	case PAGEOWNER_FIELD_PFN:	return give_count(value, r->pfn);
	case PAGEOWNER_FIELD_BLOCK:	return give_count(value, r->block);
	case PAGEOWNER_FIELD_OFFSET:	return give_count(value, r->offset);
	case PAGEOWNER_FIELD_GFP_MASK:	return give_number(value, (int64_t)r->gfp_mask);
	case PAGEOWNER_FIELD_FLAGS:	return give_number(value, (int64_t)r->flags);
	case PAGEOWNER_FIELD_FREE:	return give_number(value, r->free_ts_ns && r->ts_ns < r->free_ts_ns);
	case PAGEOWNER_FIELD_MEMCG_OFFLINE:
	case PAGEOWNER_FIELD_OBJCG:
	case PAGEOWNER_FIELD_SLAB:	return give_number(value, 1);
	case PAGEOWNER_FIELD_GFP:	return give_gfp(r, value);
	case PAGEOWNER_FIELD_KIND:
		if (r->kind >= PAGEOWNER_RECORD_KINDS)
			return 0;
		return give_text(value, po_text_of(info->words[r->kind]));
	case PAGEOWNER_FIELD_STACKTRACE:
		if (!r->stack.len && !r->notes.len)
			return 0;
		return give_text(value, (struct pageowner_text){ r->stack.ptr,
			r->stack.len + r->notes.len });
	default:
		return get_text(r, field, value);
	}
}
