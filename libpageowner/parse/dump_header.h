/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dump_header.h - the line of dump_page() that describes the allocation.
 */
#ifndef PO_DUMP_HEADER_H
#define PO_DUMP_HEADER_H

#include "base/po.h"

/* What it begins with, before 5.11 and since */
#define PO_DUMP_ALLOCATED	PO_TEXT("page allocated via order ")
#define PO_DUMP_LAST_ALLOCATED	PO_TEXT("page last allocated via order ")

/* Parse record->header: false if it is not such a line. In a group of a report, by
 * record->kind, the digits of its times may be missing. */
bool po_dump_header_parse(struct pageowner_record *record);

#endif
