/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * reader.h - what load.c needs of a reader beyond the public interface.
 */
#ifndef PO_READER_H
#define PO_READER_H

#include "base/po.h"

#include <stdio.h>

#include <pageowner/reader.h>

#include "base/budget.h"
#include "parse/conditions.h"
#include "parse/dialect.h"
#include "read/input.h"
#include "parse/page_owner.h"

/* Which bytes of the input this reader is for, when several share it */
struct po_part {
	uint64_t base;		/* offset of the first byte it is given */
	uint64_t limit;		/* records that start here or later are not its */
	bool skip_start;	/* the first byte is in the middle of a line; what
				 * is before the first record is another reader's */
};

#define PO_WHOLE_INPUT ((struct po_part){ .limit = UINT64_MAX })

/* Takes over @input, also when it fails. @budget: asked, also for what @input
 * takes; must stay; NULL for one of its own */
int po_reader_new(struct po_input *input, const char *name,
		  struct po_part part, struct po_budget *budget,
		  struct pageowner_reader **reader);

/* As pageowner_reader_next(), but without -EBADMSG, and with what the record
 * has in common with the one before it. */
int po_reader_next(struct pageowner_reader *reader,
		   const struct pageowner_record **record, unsigned int *same);

/* Leave out what the PFN line says; it is a third of the parsing. */
void po_reader_skip_pfn_line(struct pageowner_reader *reader);

/* Put the lines of captures there, to be understood when all parts of the input
 * were read, instead of understanding each. */
void po_reader_keep_capture_lines(struct pageowner_reader *reader,
				  struct po_capture_lines *lines);

/* Bytes of the file behind it that were consumed, compressed ones if it is. */
uint64_t po_reader_position(const struct pageowner_reader *reader);

/* Offset in the text of the next record. */
uint64_t po_reader_offset(const struct pageowner_reader *reader);

#define PO_NO_OFFSET UINT64_MAX

/* The sentences, for load.c to say the same. */
void po_explain(char *buf, size_t len, const char *name, int error,
		uint64_t offset);
/* For -ENOBUFS; @name: NULL if it is of no input */
void po_explain_bound(char *buf, size_t len, const char *name,
		      const struct po_budget *budget, uint64_t offset);

/* Whether a whole input that gave these stats holds text but no record. */
static inline bool po_stats_are_foreign(const struct pageowner_input_stats *s)
{
	return !s->records && s->skipped_bytes;
}

void po_stats_add(struct pageowner_input_stats *sum,
		  const struct pageowner_input_stats *stats, uint64_t base);

void po_stats_note(struct pageowner_input_stats *stats,
		   enum pageowner_damage kind, uint64_t offset);

#endif
