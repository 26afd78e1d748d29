/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * repair_frame.h - a frame in any form -> as the kernel prints it.
 */
#ifndef PO_REPAIR_FRAME_H
#define PO_REPAIR_FRAME_H

#include "base/po.h"

/* What a frame exceeds its line by at most, written as the kernel writes it */
#define PO_FRAME_MORE	24

/* What people put before a frame that they write about */
#define PO_FRAME_MARKS	"*=>!-~"

struct po_repair_frame {
	struct pageowner_text before;	/* what precedes it in its line */
	size_t len;			/* of what was written */
	bool has_address;		/* it begins with "[<address>] " */
	bool is_rewritten;		/* not only without what precedes it */
};

/*
 * Find the frame that ends a line, and write it to @to, of line.len + PO_FRAME_MORE
 * bytes, without indent: false if the line has none. The forms are those of kernels,
 * of scripts/decode_stacktrace.sh, gdb, drgn, crash, Qualcomm's parser, Linux 2.6.
 */
bool po_repair_find_frame(char *to, struct pageowner_text line,
			  struct po_repair_frame *frame);

/*
 * Whether @rest may follow the offset and size of a frame: a module, a build id, the place
 * in the source, but no text.
 */
bool po_repair_may_follow(struct pageowner_text rest);

enum po_frame_cut { PO_FRAME_WHOLE, PO_FRAME_WITHOUT_END, PO_FRAME_WITHOUT_SYMBOL };

/*
 * Whether a line is the first part of a frame: the symbol is whole, or not. No return
 * address is after the end of its function: a size that says so lacks digits.
 */
enum po_frame_cut po_repair_frame_cut(struct pageowner_text line);

/*
 * Whether a line is a frame as kernels print it, whatever bytes its symbol has: those of
 * marks, colours or odd blanks are part of it then, except for a whole colour.
 */
bool po_repair_is_plain_frame(struct pageowner_text line);

/* Whether each line of a stack is one that kernels print */
bool po_repair_is_plain_stack(struct pageowner_text stack);

/*
 * Whether a stack came from a web page or an editor: mark-up is in the name of a function
 * that a module would not give to one of its own, to hide or to confuse.
 */
bool po_repair_is_marked_up(struct pageowner_text stack);

#endif
