/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pfn_line.h - the second line of a record of page_owner.
 */
#ifndef PO_PFN_LINE_H
#define PO_PFN_LINE_H

#include "base/po.h"

#include "base/cursor.h"

enum po_shape { PO_SHAPE_NO, PO_SHAPE_YES, PO_SHAPE_MORE };

/* Whether a PFN line begins here: PFN, number, and " type " or " Block "; in the
 * header, since it is asked for each record. */
static inline enum po_shape po_pfn_line_shape(const char *p, const char *end)
{
	struct po_cursor c = { p, end };
	enum po_number got;
	uint64_t pfn;

	if (po_unlikely(po_left(&c) < 32) && !memchr(p, '\n', po_left(&c)))
		return PO_SHAPE_MORE;
	if (!po_take_word(&c, "PFN "))
		return PO_SHAPE_NO;
	got = po_likely(po_take_word(&c, "0x")) ? po_skip_hex(&c) :
						  po_take_decimal(&c, &pfn);
	if (got != PO_NUMBER_OK)
		return PO_SHAPE_NO;
	return po_likely(po_take_word(&c, " type ")) ||
		po_take_word(&c, " Block ") ? PO_SHAPE_YES : PO_SHAPE_NO;
}

/* "H(NAMES)", the page flags after "0x"; the bits of @record are set, not cleared. */
void po_flags_parse(struct po_cursor *c, struct pageowner_record *record);

/* The line @record->pfn_line -> members of @record; its bits are set, not cleared. */
void po_pfn_line_parse(struct pageowner_record *record);

#endif
