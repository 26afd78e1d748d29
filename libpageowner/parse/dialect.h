/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dialect.h - text of an entry that is not page_owner's -> struct
 * pageowner_record. Only the shape of the entry decides which file it is from.
 */
#ifndef PO_DIALECT_H
#define PO_DIALECT_H

#include "base/po.h"

#include "base/buffer.h"
#include "parse/callers.h"
#include "parse/result.h"

/* More text than this without a blank line is not an entry. */
#define PO_DIALECT_MAX	((size_t)1 << 20)

struct po_dialect {
	struct pageowner_record record;
	unsigned int odd;	/* 1 << PAGEOWNER_DAMAGE_* seen in it */
	bool is_suspect;	/* what follows it may belong to it: see repair.h */
	const char *next;	/* after the record; or, for PO_PARSE_BAD, after what
				 * cannot be one; NULL: only this line */
	struct po_buffer text;	/* what had to be joined; to be freed */
	/* of a log whose lines name their caller, otherwise empty: whose record it is, and
	 * the end of its lines, which may be after @next */
	struct pageowner_text caller;
	const char *caller_end;
	const struct po_callers *callers;	/* whose lines were read before, or NULL */
};

/*
 * Parse the entry of any dialect except page_owner's that begins at the line start
 * @p. The result does not depend on where the text ends: if it could, more text is
 * asked for. @at_end: no text follows @end. Sets the members of *dialect.
 */
enum po_parse_result po_dialect_parse(struct po_dialect *dialect, const char *p,
				      const char *end, bool at_end);

/* The same for one dialect each; PO_PARSE_BAD with @next NULL: not of it */
enum po_parse_result po_show_stacks_parse(struct po_dialect *d, const char *p,
					  const char *end, bool at_end);
enum po_parse_result po_sort_report_parse(struct po_dialect *d, const char *p,
					  const char *end, bool at_end);
enum po_parse_result po_dump_page_parse(struct po_dialect *d, const char *p,
					const char *end, bool at_end);

#endif
