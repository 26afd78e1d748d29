/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * page_owner.h - text of one page_owner record -> struct pageowner_record.
 */
#ifndef PO_PAGE_OWNER_H
#define PO_PAGE_OWNER_H

#include "parse/notes.h"

#include "parse/result.h"

/*
 * A parser remembers where the previous record is: most records repeat much of it,
 * and comparing is cheaper than parsing. Call po_page_owner_forget() when that
 * memory moves or is freed.
 */
struct po_page_owner {
	struct pageowner_record record;
	bool all_fields;	/* parse the PFN line as well */
	unsigned int same;	/* PO_SAME_* of the last record (notes.h) */
	unsigned int odd;	/* PO_ODD() bits seen in it */
	bool is_suspect;	/* not all lines are what kernels print: see repair.h */
	const char *next;	/* the first byte after it */
	/* private to page_owner.c */
	const char *header;
	size_t prefix_len;
	const char *body;
	size_t body_len;
};

void po_page_owner_forget(struct po_page_owner *owner);

/*
 * Parse the record that begins at @p with PO_RECORD_START. @at_end: no text
 * follows @end. Sets the members of *owner above.
 */
enum po_parse_result po_page_owner_parse(struct po_page_owner *owner, const char *p,
					 const char *end, bool at_end);

#endif
