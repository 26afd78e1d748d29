/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * window.h - the inside of a reader: its window of text, for reader.c and those who
 * parse and skip what is in it.
 */
#ifndef PO_WINDOW_H
#define PO_WINDOW_H

#include "read/part.h"

#include "parse/dialect.h"
#include "parse/page_owner.h"
#include "parse/repair.h"
#include "read/drain.h"

struct pageowner_reader {
	struct po_input *input;
	struct po_drain file;	/* to close */
	char *buf;
	size_t size;
	size_t start, end;	/* text not yet consumed */
	uint64_t offset;	/* of buf[0] in the input */
	bool at_end;		/* no more bytes will come */
	bool in_line;		/* the next byte does not start a line */
	bool after_cut;	/* the next record starts within a line */
	bool in_junk;		/* the damage that is skipped was counted */
	bool not_mine;		/* no record start seen in this part yet */
	struct po_buffer lf;	/* a record without the CRs of its line ends */
	struct po_part part;
	struct po_budget *budget;
	struct po_budget own_budget;
	struct po_page_owner owner;
	struct po_captures capture;	/* the last one */
	struct po_capture_lines *lines;	/* stores their lines instead, or NULL */
	struct po_dialect dialect;	/* of all other records */
	struct po_repair repair;
	struct po_callers callers;	/* of mixed reports in a log */
	bool is_careful;	/* look at each stack: some are not as kernels print them */
	bool is_mixed;		/* the last stack that was looked at: parts of several */
	size_t width;		/* see part.h */
	bool was_repaired;
	bool is_refused;	/* all of it is skipped */
	const char *tool;	/* whose table the input begins with: see explain.h */
	uint64_t no_stacks_end;	/* frames up to this offset belong to no entry */
	struct pageowner_input_stats stats;
	char *name;
	char error[512];
};

/* Offset in the input of the text not yet consumed */
static inline uint64_t po_window_here(const struct pageowner_reader *r)
{
	return r->offset + r->start;
}

static inline void po_window_consume(struct pageowner_reader *r, const char *next)
{
	size_t len = (size_t)(next - (r->buf + r->start));

	r->start += len;
	if (!r->not_mine)
		r->stats.bytes += len;
}

/* Store a line of a capture's conditions that begins here: 0 or -ENOMEM. */
static inline int po_window_add_capture_line(struct pageowner_reader *r,
					     struct pageowner_text line)
{
	if (r->lines)
		return r->not_mine ? 0 :
			po_capture_lines_add(r->lines, po_window_here(r), line);
	return po_captures_replace_line(&r->capture, po_window_here(r), line, &r->stats);
}

/* --- damage (skip.c): text that belongs to no record is counted and skipped */

void po_note_damage(struct pageowner_reader *reader, enum pageowner_damage kind);

/* Skip a line, or the part of it that is in the window. */
void po_skip_line(struct pageowner_reader *reader);

/*
 * Skip the first line of a record that cannot be read. If its input was cut in that
 * line, the next record starts there.
 */
void po_skip_header(struct pageowner_reader *reader);

/* Skip a line that is neither blank nor the start of a record. */
void po_skip_junk(struct pageowner_reader *reader);

/* Skip a line of a report that is mixed with others and was read before them: false if the
 * line is another one. */
bool po_skip_read_line(struct pageowner_reader *reader);

/* Skip text up to @next that cannot be a record, except the start of one in the line
 * in which the input was cut. */
void po_skip_to(struct pageowner_reader *reader, const char *next,
		enum pageowner_damage kind);

/* Whether the next record starts within this line: the input was cut before. */
bool po_starts_after_cut(const struct pageowner_reader *reader);

/* --- text that people posted (posted.c) */

/* Look at the first window: a byte order mark, another tool's heading, odd lines. */
void po_posted_begin(struct pageowner_reader *reader);

/* Take a line that is no entry: of a capture's conditions, after its repair, or of a table
 * but empty. PO_PARSE_RECORD: it was; PO_PARSE_BAD: it is something else. */
enum po_parse_result po_posted_take_line(struct pageowner_reader *reader);

/* A line of a capture's conditions without the blanks at its end, and without mark-up, in
 * @clean, of PO_REPAIR_LINE_MAX bytes; as it is if it has none of these. */
struct pageowner_text po_posted_clean_condition(struct pageowner_reader *reader,
						struct pageowner_text line, char *clean);

/* Whether a record or entry that was read is not as kernels print it, or could not be
 * read and may be repaired */
bool po_posted_is_suspect(struct pageowner_reader *reader, enum po_parse_result got);
bool po_posted_is_suspect_dialect(struct pageowner_reader *reader,
				  enum po_parse_result got);

/* Whether a record has parts of several stacks in one */
bool po_posted_is_mixed(const struct pageowner_record *record);

/* The last group of a report, which ends at @next: only its blank line may be missing,
 * which editors cut off. */
void po_posted_mend_end(struct pageowner_reader *reader, const char *next);

/*
 * Parse what begins here after its repair: PO_PARSE_RECORD with *found, which is in the
 * reader's page_owner or dialect, and *next; the damage and repairs are noted.
 * PO_PARSE_BAD: there is nothing to repair, and what was parsed before is overwritten.
 * @header: the first line, if that was read and only the rest is suspect; otherwise NULL.
 */
enum po_parse_result po_parse_posted(struct pageowner_reader *reader,
				     const struct pageowner_text *header, const char **next,
				     struct pageowner_record **found);

/* --- lines that end in CR LF (crlf.c): parsed from a copy without the CRs. *next: the
 * end of the record in the window */

enum po_parse_result po_parse_crlf(struct pageowner_reader *reader, const char **next);
enum po_parse_result po_parse_dialect_crlf(struct pageowner_reader *reader,
					   const char **next);

#endif
