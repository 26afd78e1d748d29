/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * capture_lines.h - lines of conditions that several threads read from one input.
 */
#ifndef PO_CAPTURE_LINES_H
#define PO_CAPTURE_LINES_H

#include "base/po.h"

#include "base/charge.h"
#include "read/captures.h"

/* Lines of the parts that one thread read, in order. A zeroed one is empty. */
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

/* Add the captures of one input, of which several threads have lines: 0 or -ENOMEM.
 * @base is added to their offsets. */
int po_captures_add(struct po_captures *captures,
		    const struct po_capture_lines *parts, size_t part_count,
		    uint64_t base);

#endif
