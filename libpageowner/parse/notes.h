/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * notes.h - the lines after a record's stack, and which fields are in which part of
 * a record.
 *
 * It knows nothing of whole records: code that stores the parts of records
 * separately parses the notes again without any other parser.
 */
#ifndef PO_NOTES_H
#define PO_NOTES_H

#include "base/po.h"

/* The lines of @notes -> members of @record; its bits are set, not cleared. */
void po_notes_parse(struct pageowner_text notes, struct pageowner_record *record);

/* One line, without its newline, of notes that began with free_stack empty; false if it
 * is unknown. */
bool po_notes_parse_line(struct pageowner_text line, struct pageowner_record *record);

/* What one record has in common with the one before it. */
#define PO_SAME_HEADER	1u	/* all of the header but the times */
#define PO_SAME_BODY	2u	/* stack and notes */

#define PO_HAS_COUNTS	(PAGEOWNER_HAS_TIMES | PAGEOWNER_HAS_PAGES | \
	PAGEOWNER_HAS_STACK_COUNT)
/* Fields of the header; those that are not in the notes are in the PFN line. */
#define PO_HAS_OF_HEADER (PAGEOWNER_HAS_ORDER | PAGEOWNER_HAS_GFP_MASK | \
	PAGEOWNER_HAS_GFP_NAMES | PAGEOWNER_HAS_PID | PAGEOWNER_HAS_TGID | \
	PAGEOWNER_HAS_COMM | PAGEOWNER_HAS_TS | PAGEOWNER_HAS_FREE_TS | \
	PO_HAS_COUNTS)
#define PO_HAS_OF_BODY (PAGEOWNER_HAS_MIGRATE_REASON | PAGEOWNER_HAS_MEMCG | \
	PAGEOWNER_HAS_HANDLE | PAGEOWNER_HAS_SLAB | PAGEOWNER_HAS_OBJCG | \
	PAGEOWNER_HAS_OFFLINE | PAGEOWNER_HAS_RELEASED | PAGEOWNER_HAS_FREE_PID | \
	PAGEOWNER_HAS_FREE_TGID | PAGEOWNER_HAS_FREE_STACK)

#endif
