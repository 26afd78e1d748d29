/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * part.h - readers for the parts of one input, which several threads share.
 */
#ifndef PO_PART_H
#define PO_PART_H

#include "base/po.h"

#include <pageowner/reader.h>

#include "base/charge.h"
#include "read/capture_lines.h"
#include "read/input.h"

/* The bytes of an input that this reader reads, if several share it */
struct po_part {
	uint64_t base;		/* offset of the first byte of the part */
	uint64_t limit;		/* records that start here or later belong to others */
	bool skip_start;	/* the first byte is in the middle of a line; what
				 * precedes the first record belongs to another reader */
	size_t width;		/* po_posted_width() of the first bytes of the input */
};

#define PO_WHOLE_INPUT ((struct po_part){ .limit = UINT64_MAX })

/* Takes ownership of @input, also on failure. @budget: charged, also for what @input
 * uses; must outlive the reader; NULL for one of its own */
int po_reader_new(struct po_input *input, const char *name,
		  struct po_part part, struct po_budget *budget,
		  struct pageowner_reader **reader);

/* As pageowner_reader_next(), but without -EBADMSG, and with what the record has in
 * common with the previous one */
int po_reader_next(struct pageowner_reader *reader,
		   const struct pageowner_record **record, unsigned int *same);

/* Do not parse the PFN line, which is a third of the cost of parsing. */
void po_reader_skip_pfn_line(struct pageowner_reader *reader);

/* Store the lines of captures, to be parsed after all parts of the input were read. */
void po_reader_keep_capture_lines(struct pageowner_reader *reader,
				  struct po_capture_lines *lines);

/* Whether something was repaired: then one reader reads the whole input. */
bool po_reader_has_repaired(const struct pageowner_reader *reader);

/* Bytes of the longest line of the text that begins an input, of its first PO_CAREFUL_SIZE
 * bytes, which the first window always has, if not all of them are as kernels print them:
 * then readers look at each stack. Otherwise 0. */
#define PO_CAREFUL_SIZE	((size_t)64 << 10)
size_t po_posted_width(struct pageowner_text text);

/* Whose table the input begins with: see explain.h */
const char *po_reader_tool(const struct pageowner_reader *reader);

/* Bytes of its file consumed so far, compressed if the file is */
uint64_t po_reader_position(const struct pageowner_reader *reader);

/* Offset in the text of the next record. */
uint64_t po_reader_offset(const struct pageowner_reader *reader);

#endif
