/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * repair_shape.h - what lines of records look like, and how much of one a text is.
 */
#ifndef PO_REPAIR_SHAPE_H
#define PO_REPAIR_SHAPE_H

#include "base/po.h"

enum po_fit {
	PO_FIT_NO,		/* it cannot become such a line */
	PO_FIT_PART,		/* it is one if the right text follows */
	PO_FIT_WHOLE,		/* it is one; more may follow */
};

enum po_line_shape {
	PO_LINE_RECORD,		/* the first of a record */
	PO_LINE_REPORT_RECORD,	/* that of a group in a report: times without digits */
	PO_LINE_GDB_RECORD,	/* that of lx-dump-page-owner, and of scripts for drgn */
	PO_LINE_CONSOLE,	/* "page last allocated via order " */
	PO_LINE_GDB_CONSOLE,
	PO_LINE_TRACKS,
	PO_LINE_PFN,
	PO_LINE_OLD_PFN,
	PO_LINE_GDB_PFN,
	PO_LINE_CRASH_PFN,
	PO_LINE_GROUP,		/* counts in a report */
	PO_LINE_PAGES,		/* nr_base_pages, stack_count, handle ... */
	PO_LINE_NOTE,		/* known lines after the stack */
	PO_LINE_LAST_FREE,
	PO_LINE_MISSING,
	PO_LINE_MIGRATED,
	PO_LINE_CONDITION,	/* "PFN# " */
	PO_LINE_FRAME,
	PO_LINE_SOURCE,		/* a frame with its place in the source */
	PO_LINE_DUMP,		/* the first of dump_page() */
	PO_LINE_DUMP_FLAGS,
	PO_LINE_SHAPES,
};

/* How much of a line of this shape @text is */
enum po_fit po_shape_fit(enum po_line_shape shape, struct pageowner_text text);

/*
 * Where a line of this shape may begin in @line: at its words, or at the first of them
 * if they are cut by the line's end. Empty if nowhere. Frames are not searched.
 */
struct pageowner_text po_shape_find(enum po_line_shape shape, struct pageowner_text line);

/* Whether it ends with text of any kind, so that anything would fit after it */
bool po_shape_is_open(enum po_line_shape shape);

#endif
