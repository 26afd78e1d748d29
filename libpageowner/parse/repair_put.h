/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * repair_put.h - an entry that is repaired, and what it becomes.
 */
#ifndef PO_REPAIR_PUT_H
#define PO_REPAIR_PUT_H

#include "base/po.h"

#include "parse/repair.h"
#include "parse/repair_text.h"

struct po_repair_entry {
	struct po_repair *repair;
	struct po_repair_text *text;
	struct po_budget *budget;
	struct po_buffer *notes;
	size_t notes_len;
	size_t line;		/* the number of the next */
	struct po_repair_prefix prefix;	/* of its first line */
	struct pageowner_text caller;	/* in the log, e.g. "T46" */
	const char *other;	/* where another caller's entry begins between its lines */
	unsigned int others;	/* lines of other callers since the last own one */
	unsigned int others_begun;	/* entries of other callers between its lines */
	unsigned int frames, lines_moved;
	unsigned int unknown;	/* lines after the PFN line that are kept as notes */
	unsigned int sized, cut;	/* frames with their function's size, and cut ones */
	bool is_lost;		/* too many lines of others: no more of its own is found */
	bool is_console;	/* dump_page's */
	bool has_header, has_pfn_line;
	bool is_damaged;	/* something came into a frame */
	bool after_unknown;	/* the line before is unknown, and indented as frames are */
	bool in_notes;		/* frames belong to the stack that freed the page */
	bool is_finished;	/* nothing is missing any more */
	bool is_spaced;		/* a blank line follows each line */
	bool is_tool;		/* another tool's: no blank lines, no PFN line */
	bool ended;		/* by a blank line */
	bool no_memory;
};

/* The line that po_repair_join() made */
static inline struct pageowner_text po_repair_joined(const struct po_repair_entry *e)
{
	return (struct pageowner_text){ e->text->joined, e->text->joined_len };
}

/* Append to the text, or to the notes after it */
void po_repair_put(struct po_repair_entry *e, bool to_notes, struct pageowner_text text);
void po_repair_put_line(struct po_repair_entry *e, bool to_notes,
			struct pageowner_text line);

static inline void po_repair_count(struct po_repair_entry *e, enum pageowner_repair kind)
{
	e->repair->counts[kind]++;
}

/* Step over lines and count what was undone in them */
void po_repair_use(struct po_repair_entry *e, size_t lines);

#endif
