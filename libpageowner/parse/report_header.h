/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * report_header.h - the first line of a record in a report that is not culled.
 */
#ifndef PO_REPORT_HEADER_H
#define PO_REPORT_HEADER_H

#include "parse/dialect.h"

/* Whether a line can be one */
bool po_begins_report_header(const char *p, const char *end);

/* Parse it and step over it. The counts of d->record stay; all else is set. */
enum po_parse_result po_report_header_parse(struct po_dialect *d, const char **p,
					    const char *end, bool at_end);

#endif
