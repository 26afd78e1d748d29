/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * repair_entry.h - an entry while it is repaired: for repair.c, and repair_tool.c with
 * what only other tools write.
 */
#ifndef PO_REPAIR_ENTRY_H
#define PO_REPAIR_ENTRY_H

#include "base/po.h"

#include "parse/repair.h"
#include "parse/repair_frame.h"
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
	unsigned int frames, lines_moved;
	bool is_console;	/* dump_page's */
	bool has_header, has_pfn_line;
	bool in_notes;		/* frames belong to the stack that freed the page */
	bool is_finished;	/* nothing is missing any more */
	bool is_spaced;		/* a blank line follows each line */
	bool is_tool;		/* another tool's: no blank lines, no PFN line */
	bool ended;		/* by a blank line */
	bool no_memory;
};

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

/* Find and join a line of this shape at the next line: how many lines it is, or 0; then
 * po_repair_joined() is the line. */
size_t po_repair_find_line(struct po_repair_entry *e, enum po_line_shape shape);
struct pageowner_text po_repair_joined(const struct po_repair_entry *e);

/* Find the frame of a line, with nothing but a prefix before it. */
bool po_repair_entry_frame(struct po_repair_entry *e, char *to, struct pageowner_text line,
			   struct po_repair_frame *frame);

/* Whether a line begins another entry */
bool po_repair_begins_entry(struct po_repair_entry *e, const struct po_repair_line *line);

/* "T46" in the prefix of a line; empty if it has none */
struct pageowner_text po_repair_caller(struct pageowner_text line, size_t prefix_len);

/* Take one line if it is such a line; @frame: memory for a frame */
bool po_repair_take_line(struct po_repair_entry *e, enum po_line_shape shape,
			 bool to_notes);
bool po_repair_take_frame(struct po_repair_entry *e, char *frame);
bool po_repair_take_gap(struct po_repair_entry *e, struct pageowner_text text);

/* A line of another origin, in a log: false if the entry does not go on after it */
bool po_repair_take_foreign(struct po_repair_entry *e, char *frame);

/* Take all lines after the first of an entry. */
void po_repair_take_lines(struct po_repair_entry *e, char *frame);

/* --- what other tools write (repair_tool.c) */

/* The first line of lx-dump-page-owner -> the kernel's */
void po_repair_put_gdb_header(struct po_repair_entry *e, struct pageowner_text line);

/* Take a line with the PFN as gdb, drgn or crash have it; false if it is not one */
bool po_repair_take_tool_pfn(struct po_repair_entry *e);

/* Take a heading of crash's "owner"; false if it is not one */
bool po_repair_take_tool_heading(struct po_repair_entry *e, struct pageowner_text text);

#endif
