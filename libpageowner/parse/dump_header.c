// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * dump_header.c - the line of dump_page() that describes the allocation -> members of
 * struct pageowner_record.
 *
 * From __dump_page_owner() in Linux mm/page_owner.c, 4.6 to today; each kernel ends the
 * line somewhere else. It may be cut, as people cut lines of a log.
 */
#include "parse/dump_header.h"

#include "base/cursor.h"

static bool take_id(struct po_cursor *c, struct pageowner_record *r, int32_t *id,
		    uint64_t has)
{
	const bool negative = po_take_word(c, "-");
	uint64_t value;

	if (po_take_decimal(c, &value) != PO_NUMBER_OK || value > INT32_MAX)
		return false;
	*id = negative ? -(int32_t)value : (int32_t)value;
	r->has |= has;
	return true;
}

static bool take_time(struct po_cursor *c, struct pageowner_record *r,
		      uint64_t *ns, uint32_t *at, uint64_t has)
{
	const uint32_t digits = (uint32_t)(c->at - r->header.ptr);

	switch (po_take_decimal(c, ns)) {
	case PO_NUMBER_NONE:
		return r->kind == PAGEOWNER_RECORD_GROUP;
	case PO_NUMBER_LARGE:
		return false;
	case PO_NUMBER_OK:
		(void)po_take_word(c, " ns");
		*at = digits;
		r->has |= has;
	}
	return true;
}

/* "(COMM)": a name may contain what follows it, so the last match counts. */
static bool take_comm(struct po_cursor *c, struct pageowner_record *r)
{
	static const struct pageowner_text after = PO_TEXT("), ts ");

	for (const char *p = c->end - after.len; p >= c->at; p--) {
		if (memcmp(p, after.ptr, after.len))
			continue;
		r->comm = (struct pageowner_text){ c->at, (size_t)(p - c->at) };
		r->has |= PAGEOWNER_HAS_COMM;
		c->at = p + 1;
		return true;
	}
	return false;
}

bool po_dump_header_parse(struct pageowner_record *r)
{
	struct po_cursor c = { r->header.ptr, r->header.ptr + r->header.len };
	uint64_t order;

	if (!po_take(&c, PO_DUMP_ALLOCATED) && !po_take(&c, PO_DUMP_LAST_ALLOCATED))
		return false;
	if (po_take_decimal(&c, &order) != PO_NUMBER_OK || order > 63)
		return false;
	r->order = (uint32_t)order;
	r->pages = UINT64_C(1) << order;
	r->times = 1;
	r->has |= PAGEOWNER_HAS_ORDER | PAGEOWNER_HAS_PAGES | PAGEOWNER_HAS_TIMES;
	if (!po_left(&c))
		return true;
	if (!po_take_word(&c, ", migratetype "))
		return false;
	r->has |= PAGEOWNER_HAS_PAGE_TYPE;
	if (!po_take_until(&c, ',', &r->page_type)) {
		r->page_type = (struct pageowner_text){ c.at, po_left(&c) };
		return true;
	}
	if (!po_take_word(&c, ", gfp_mask 0x") ||
	    po_take_hex(&c, &r->gfp_mask) != PO_NUMBER_OK)
		return false;
	r->has |= PAGEOWNER_HAS_GFP_MASK;
	if (po_take_word(&c, "(")) {
		if (!po_take_until(&c, ')', &r->gfp_names))
			return false;
		c.at++;
		r->has |= PAGEOWNER_HAS_GFP_NAMES;
	}
	if (!po_left(&c))
		return true;
	if (!po_take_word(&c, ", pid ") || !take_id(&c, r, &r->pid, PAGEOWNER_HAS_PID))
		return false;
	if (po_take_word(&c, ", tgid ") &&
	    !take_id(&c, r, &r->tgid, PAGEOWNER_HAS_TGID))
		return false;
	if (po_take_word(&c, " (") && !take_comm(&c, r))
		return false;
	if (!po_take_word(&c, ", ts ") ||
	    !take_time(&c, r, &r->ts_ns, &r->ts_at, PAGEOWNER_HAS_TS))
		return false;
	if (po_take_word(&c, ", free_ts ") &&
	    !take_time(&c, r, &r->free_ts_ns, &r->free_ts_at, PAGEOWNER_HAS_FREE_TS))
		return false;
	return !po_left(&c);
}
