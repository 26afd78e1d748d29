/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * repair.h - text of an entry as people posted it -> the text that the kernel printed.
 */
#ifndef PO_REPAIR_H
#define PO_REPAIR_H

#include "base/po.h"

#include "base/buffer.h"
#include "parse/callers.h"
#include "parse/result.h"

enum po_repaired {
	PO_REPAIRED_PAGE,	/* a record of page_owner */
	PO_REPAIRED_DIALECT,	/* an entry for dialect.h */
};

/* Zeroed it is empty. */
struct po_repair {
	/* of the last entry */
	struct po_buffer text;	/* what the kernel printed, to be parsed */
	size_t len;
	enum po_repaired kind;
	const char *next;	/* the first byte after the entry */
	uint32_t counts[16];	/* of each enum pageowner_repair */
	uint32_t guesses;
	bool has_no_end;	/* another entry follows without a blank line */
	bool knows_no_end;	/* in: that was found before */
	bool has_no_pfn_line;	/* it never has one, and these are what it has instead */
	uint64_t pfn, flags, has;
	/* in: frames here belong to no entry, as was found before; out: up to where */
	bool has_no_stacks;
	/* in: what looks like mark-up is some, wherever it is */
	bool has_markup;
	const char *no_stacks_end;	/* NULL if not tried */
	/* as in dialect.h */
	struct pageowner_text caller;
	const char *caller_end;
	const struct po_callers *callers;
	/* private to repair.c */
	struct po_repair_work *work;
};

/* Whether @line may be of an entry that is worth repairing: cheap, true too often */
bool po_repair_is_worth(struct pageowner_text line);

/*
 * Repair the entry that begins with the line at @p, which no parser can read as it is.
 * PO_PARSE_RECORD: the members above are set; PO_PARSE_BAD: there is none, or nothing
 * to repair in it. @at_end: no text follows @end.
 */
enum po_parse_result po_repair(struct po_repair *repair, struct po_budget *budget,
			       const char *p, const char *end, bool at_end);

void po_repair_free(struct po_repair *repair, struct po_budget *budget);

#endif
