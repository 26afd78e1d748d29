/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * repair_text.h - the lines of a text that is repaired, cleaned, and joined where they
 * were folded.
 */
#ifndef PO_REPAIR_TEXT_H
#define PO_REPAIR_TEXT_H

#include "base/po.h"

#include "base/buffer.h"
#include "parse/repair_line.h"
#include "parse/repair_shape.h"

/* An entry has no more lines, nor more than this in the lines that one was folded into. */
#define PO_REPAIR_LINES		320
#define PO_REPAIR_FOLDS		24
#define PO_REPAIR_JOINED_MAX	(2 * PO_REPAIR_LINE_MAX)

struct po_repair_line {
	const char *start, *next;	/* in the text as it is */
	size_t at, len;			/* of what is left of it, in @clean */
	size_t raw_len;
	unsigned int done;		/* PO_REPAIRED() bits */
	bool is_whole;			/* a newline ends it */
	struct po_repair_prefix prefix;
};

struct po_repair_text {
	const char *next, *end;		/* not yet taken */
	bool at_end;
	bool needs_more;		/* it may go on after @end */
	size_t wrapped_at;		/* the width of a terminal; stays */
	bool is_folded;			/* a line of the entry was */
	bool is_spaced;			/* a blank line follows each, which is not one */
	bool after_blank;		/* such a line was before the next */
	struct po_repair_line lines[PO_REPAIR_LINES];
	size_t count;
	struct po_buffer clean;
	/* What precedes the text of the first line, if it is of an unknown kind: most
	 * likely each line has it, with other digits. */
	char head[256];
	uint64_t number;		/* that it is for the last line; or 0 */
	size_t head_len;
	/* what po_repair_join() found */
	char joined[PO_REPAIR_JOINED_MAX];
	size_t joined_len;
	size_t joined_lines;
	bool is_guess;
};

/* Begin at a line start: 0 or -ENOMEM. */
int po_repair_text_begin(struct po_repair_text *t, struct po_budget *budget,
			 const char *p, const char *end, bool at_end);

/* A line by its number, NULL after the last */
const struct po_repair_line *po_repair_line_at(struct po_repair_text *t, size_t number);

/* What is left of a line, with and without what precedes its text */
static inline struct pageowner_text po_repair_cleaned(const struct po_repair_text *t,
						      const struct po_repair_line *line)
{
	return (struct pageowner_text){ t->clean.ptr + line->at, line->len };
}

static inline struct pageowner_text po_repair_stripped(const struct po_repair_text *t,
						       const struct po_repair_line *line)
{
	return (struct pageowner_text){ t->clean.ptr + line->at + line->prefix.len,
		line->len - line->prefix.len };
}

/* Where a time of a log begins in a line, at @from or later; line.len if nowhere */
size_t po_repair_find_stamp(struct pageowner_text line, size_t from);

/* Join a line that one of the log cut in two with the next; t->needs_more if that is
 * unknown (repair_cut.c). */
void po_repair_join_cut(struct po_repair_text *t, struct po_repair_line *line);

/* How much of a line is what precedes the text of the first; 0 if it is not (repair_head.c) */
size_t po_repair_match_head(const struct po_repair_text *t, struct pageowner_text line);

/* Find that in the first line, or strip it from another. */
void po_repair_look_for_head(struct po_repair_text *t, struct po_repair_line *line);

/*
 * Join a line of this shape, which begins with @first in line @number, with those it was
 * folded into: how many lines it is, 0 if it is not whole. t->joined: the line, or as
 * much of it as there is; t->is_guess: it is uncertain how they were joined.
 */
size_t po_repair_join(struct po_repair_text *t, enum po_line_shape shape,
		      struct pageowner_text first, size_t number);

/* Whether a line of at least @least bytes is as long as any, so that the next may be its
 * rest */
bool po_repair_is_full(const struct po_repair_text *t, size_t number, size_t least);

/* Cut t->joined to the longest beginning that is a whole line of this shape. */
bool po_repair_cut(struct po_repair_text *t, enum po_line_shape shape);

#endif
