/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * header.h - the first line of a record of page_owner.
 */
#ifndef PO_HEADER_H
#define PO_HEADER_H

#include "base/po.h"

#include "parse/pfn_line.h"
#include "parse/result.h"

/* The limit of the kernel's task names (TASK_COMM_LEN less the NUL) */
#define PO_COMM_LEN	15

/* Whether a task name is one that no kernel can print, since a line of a log is in it */
bool po_has_cut_name(const struct pageowner_record *record);

/* Longer than any task name of a kernel; prevents searching a gigabyte for the end
 * of one */
#define PO_HEADER_COMM_MAX	4096
/* More than the names of all mask flags */
#define PO_HEADER_NAMES_MAX	1024
/* With so much text after a record's start it is certain what its header is. */
#define PO_HEADER_MAX		(PO_HEADER_COMM_MAX + PO_HEADER_NAMES_MAX + 1024)

struct po_header_line {
	struct pageowner_record *record;
	bool in_report;		/* times without digits, no PFN line after it */
	/* found by parsing */
	unsigned int odd;	/* PO_ODD() bits seen in it */
	const char *end;	/* its newline */
	enum po_shape followed;	/* by a PFN line */
};

/*
 * Parse the header that begins at @p with PO_RECORD_START. @at_end: no text follows
 * @end. Sets the last members of *line and the fields of its record that are in a
 * header, whose bits in @has are cleared first.
 */
enum po_parse_result po_header_parse(struct po_header_line *line, const char *p,
				     const char *end, bool at_end);

#endif
