/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * conditions.h - lines "PFN# NAME: VALUE" -> struct pageowner_conditions.
 */
#ifndef PO_CAPTURE_H
#define PO_CAPTURE_H

#include "base/po.h"

#include <pageowner/conditions.h>

#include "base/budget.h"

/* A longer line is not one of these. */
#define PO_CONDITIONS_LINE_MAX	4096

/* The lines of one input, or of the parts of it that one thread read, in order. A
 * zeroed one is empty. */
struct po_capture_lines {
	struct po_capture_line {
		uint64_t offset;
		size_t at, len;
	} *lines;
	size_t count, room;
	char *text;
	size_t text_len, text_room;
	struct po_budget *budget;	/* NULL for none */
};

/* 0 or -ENOMEM. After the first megabytes lines are dropped: no valid input has so
 * many. */
int po_capture_lines_add(struct po_capture_lines *lines, uint64_t offset,
			 struct pageowner_text line);
void po_capture_lines_free(struct po_capture_lines *lines);

/* The captures of all inputs so far. A zeroed one is empty. */
struct po_captures {
	struct po_capture **list;
	size_t count;
	struct po_budget *budget;	/* NULL for none */
	size_t taken;		/* of it */
};

/* Add those of one input, of which several threads have lines: 0 or -ENOMEM. @base
 * is added to their offsets. */
int po_captures_add(struct po_captures *captures,
		    const struct po_capture_lines *parts, size_t part_count,
		    uint64_t base);
/* Add copies: 0 or -ENOMEM. */
int po_captures_merge(struct po_captures *captures,
		      const struct po_captures *from, uint64_t base);
/* Adds one copy: 0 or -ENOMEM. */
int po_captures_add_copy(struct po_captures *captures,
			 const struct pageowner_conditions *conditions);
/* Store what a line says in the last capture, or in a new one if the line begins a
 * capture or its input: 0 or -ENOMEM. */
int po_captures_add_line(struct po_captures *captures, uint64_t offset,
			 struct pageowner_text line, bool begins_input);
/* The same, but keep only the last capture. */
int po_captures_replace_line(struct po_captures *captures, uint64_t offset,
			     struct pageowner_text line);
/* 1 with *conditions set, 0 if there is no such capture */
int po_captures_get(const struct po_captures *captures, size_t index,
		    const struct pageowner_conditions **conditions);
void po_captures_free(struct po_captures *captures);

#endif
