/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * starts.h - the words that begin a record, a line of conditions, a group of a
 * report: they end whatever came before.
 */
#ifndef PO_STARTS_H
#define PO_STARTS_H

#include "base/po.h"

/* A line with this start begins a record, wherever it is: a task name is too short
 * to contain it, and no other line of a record can contain foreign newlines. */
#define PO_RECORD_START		PO_TEXT("Page allocated via order ")

/* What a line of conditions begins with. No line of the kernel's does: "PFN " has a
 * blank there. */
#define PO_CONDITIONS_START	PO_TEXT("PFN#")

/* How one says that records are missing: with the newline before it longer than a task
 * name */
#define PO_INCOMPLETE_START	PO_TEXT("PFN# complete: no")

/* U+FEFF in UTF-8, with which some editors begin a file */
#define PO_BYTE_ORDER_MARK	PO_TEXT("\xef\xbb\xbf")

/* Whether a group of a report begins at a line start: "N times" or "N pages" of a
 * sane N, which is less text than PO_RECORD_START. */
bool po_begins_group(const char *p, const char *end);

/* Whether any of the three begins at a line start. */
bool po_begins_other(const char *p, const char *end);

/* Whether a line of counts of show_stacks begins here. */
bool po_begins_count(const char *p, const char *end);

/*
 * Whether a line that is not a frame begins what dump_page() or gdb print about a page.
 * "page_owner tracks the page as freed" is also a note of such a record: then the line after
 * it decides, of which PO_DUMP_LOOK bytes are enough.
 */
#define PO_DUMP_LOOK	256
bool po_begins_dump(struct pageowner_text line, const char *end);

/*
 * Find the first place before @end where a record seems to start, also within a
 * line. Nothing is searched twice: *from moves.
 */
static inline const char *po_find_record_start(const char **from, const char *end)
{
	const char *found;

	if ((size_t)(end - *from) < PO_RECORD_START.len)
		return NULL;
	found = memmem(*from, (size_t)(end - *from), PO_RECORD_START.ptr,
		       PO_RECORD_START.len);
	*from = end - (PO_RECORD_START.len - 1);
	return found;
}

#endif
