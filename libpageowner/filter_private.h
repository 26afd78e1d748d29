/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * filter_private.h - a filter in two parts, for profiles: what only depends on stack
 * and notes is evaluated once for each distinct text.
 */
#ifndef PO_FILTER_H
#define PO_FILTER_H

#include "base/po.h"

#include <pageowner/filter.h>

#include "field_private.h"

bool po_filter_match_rest(const struct pageowner_filter *filter,
			  const struct pageowner_record *record);
bool po_filter_match_body(const struct pageowner_filter *filter,
			  const struct pageowner_record *record);
/* Whether the filter needs fields of the PFN line. */
bool po_filter_needs_pfn_line(const struct pageowner_filter *filter);

/* Whether a stack fits one of the items, which are of a field that it determines */
struct po_items;
bool po_items_match_stack(const struct po_items *items,
			  const struct pageowner_plumbing *plumbing,
			  struct pageowner_text stack);
/* Whether the filter selects by age and does not know the time. */
bool po_filter_lacks_clock(const struct pageowner_filter *filter);
/* Set the sentence of a failure, or "", and return @ret. */
int po_filter_say(struct pageowner_filter *filter, int ret, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
#define PO_LACKS_CLOCK	"the filter selects by age and was given no clock"
/* PO_FIELD_BIT() of each field it selects by; 0 for NULL */
uint64_t po_filter_fields(const struct pageowner_filter *filter);

#endif
