/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * filter.h - a filter in the parts that profile.c asks one by one: what depends
 * on the stack and the notes alone is asked once for each distinct text.
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
/* Whether the filter asks for what the PFN line says. */
bool po_filter_needs_pfn_line(const struct pageowner_filter *filter);

/* Whether the filter selects by age and does not know the time. */
bool po_filter_lacks_clock(const struct pageowner_filter *filter);
/* PO_FIELD_BIT() of each field it selects by; none for NULL */
uint64_t po_filter_fields(const struct pageowner_filter *filter);

#endif
