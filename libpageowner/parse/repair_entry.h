/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * repair_entry.h - an entry while it is repaired: for repair.c, repair_front.c with the
 * front of dump_page(), and repair_tool.c with what only other tools write.
 */
#ifndef PO_REPAIR_ENTRY_H
#define PO_REPAIR_ENTRY_H

#include "parse/repair_frame.h"
#include "parse/repair_put.h"

/* Find and join a line of this shape at the next line: how many lines it is, or 0; then
 * po_repair_joined() is the line. */
size_t po_repair_find_line(struct po_repair_entry *e, enum po_line_shape shape);

/* Find the frame of a line, with nothing but a prefix before it. */
bool po_repair_entry_frame(struct po_repair_entry *e, char *to,
			   const struct po_repair_line *line, struct po_repair_frame *frame);

/* Whether a line begins another entry */
bool po_repair_begins_entry(struct po_repair_entry *e, const struct po_repair_line *line);

/* Take one line if it is such a line; @frame: memory for a frame */
bool po_repair_take_line(struct po_repair_entry *e, enum po_line_shape shape,
			 bool to_notes);
bool po_repair_take_frame(struct po_repair_entry *e, char *frame);
bool po_repair_take_cut_frame(struct po_repair_entry *e, struct pageowner_text text);
bool po_repair_take_bare_frame(struct po_repair_entry *e, struct pageowner_text text);
bool po_repair_take_gap(struct po_repair_entry *e, struct pageowner_text text);
bool po_repair_take_grep_gap(struct po_repair_entry *e, struct pageowner_text text);

/* Skip a line of another thread, which its caller column shows. */
bool po_repair_take_other_caller(struct po_repair_entry *e, const struct po_repair_line *line);

/* Take what dump_page() prints before the lines of page_owner, if it is there: false if
 * they do not follow. */
bool po_repair_take_front(struct po_repair_entry *e);

/* A line of another origin, in a log: false if the entry does not go on after it */
bool po_repair_take_foreign(struct po_repair_entry *e, char *frame);

/* Whether the next line, which is unknown, looks like a frame; @is_inside: frames follow it,
 * or none precedes it */
bool po_repair_may_be_frame(const struct po_repair_entry *e, struct pageowner_text text,
			    bool is_inside);

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
