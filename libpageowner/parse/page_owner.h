/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * owner.h - text of one page_owner record -> struct pageowner_record.
 */
#ifndef PO_OWNER_H
#define PO_OWNER_H

#include "parse/notes.h"

/* A line that begins so begins a record, wherever it stands: a task name is
 * too short to hold it, and no other line of a record holds foreign newlines. */
#define PO_OWNER_START	PO_TEXT("Page allocated via order ")

/* Longer task names than any kernel's, and still no reason to search a gigabyte
 * for the end of one */
#define PO_OWNER_COMM_MAX	4096
/* All mask flags there are, by name, and more */
#define PO_OWNER_NAMES_MAX	1024
/* With so much text behind a record's start it is certain what its header is. */
#define PO_OWNER_HEADER_MAX	(PO_OWNER_COMM_MAX + PO_OWNER_NAMES_MAX + 1024)

enum po_owner_result {
	PO_OWNER_RECORD,	/* a record, in *record */
	PO_OWNER_MORE,		/* cannot tell without more text */
	PO_OWNER_CR,		/* its lines end in CR LF; not parsed */
	PO_OWNER_BAD,		/* its header is not readable */
	PO_OWNER_CUT,		/* the text ends within its header */
	PO_OWNER_NO_MEMORY,	/* for what only a reader does */
};

/*
 * A parser remembers where the record before lies: most records repeat much
 * of it, and comparing is cheaper than parsing. po_owner_forget() when that
 * memory moves or goes.
 */
struct po_owner {
	struct pageowner_record record;
	bool all_fields;	/* read the PFN line, too */
	bool in_report;		/* times without digits, no PFN line behind */
	unsigned int same;	/* PO_SAME_* of the last record */
	unsigned int odd;	/* 1 << PAGEOWNER_DAMAGE_* seen in it */
	const char *next;	/* behind it */
	/* private to owner.c */
	const char *header;
	size_t prefix_len;
	const char *body;
	size_t body_len;
};

void po_owner_forget(struct po_owner *owner);

/*
 * Parse the record that begins at @p with PO_OWNER_START. @at_end: no text
 * follows @end. Sets the members of *owner above.
 */
enum po_owner_result po_owner_parse(struct po_owner *owner, const char *p,
				    const char *end, bool at_end);

/* The header alone, which begins at @p; what is behind it is not looked at. */
enum po_owner_result po_owner_parse_header(struct po_owner *owner, const char *p,
					   const char *end, bool at_end);

/* Whether a group of a report begins at a line start: "N times" or "N pages" of a
 * sane N, which is less text than PO_OWNER_START. */
bool po_begins_group(const char *p, const char *end);

#endif
