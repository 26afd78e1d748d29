/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dump_front.h - the lines of dump_page() before those of page_owner: which page it is.
 */
#ifndef PO_DUMP_FRONT_H
#define PO_DUMP_FRONT_H

#include "base/po.h"

/* More lines than these are not between them. */
#define PO_DUMP_FRONT_MAX	24

/* Whether a line of a log begins a dump of a page: "page: refcount:1 mapcount:0 ...", or
 * "BUG: Bad page state in process X  pfn:1234" */
bool po_dump_front_begins(struct pageowner_text line);

/*
 * Read a line of these: PFN, flags -> members of @record, whose bits are set, not
 * cleared; the address of the memory cgroup -> *memcg. False if it is no such line.
 */
bool po_dump_front_line(struct pageowner_text line, struct pageowner_record *record,
			struct pageowner_text *memcg);

#endif
