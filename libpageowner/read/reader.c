// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * reader.c - return the records of an input, one by one.
 *
 * Owns the window of text, nothing else: input.c knows where bytes come from,
 * page_owner.c and dialect.c what a record looks like, and what is done with it is
 * up to the caller.
 */
#include "read/part.h"

#include <stdlib.h>
#include <unistd.h>

#include "parse/conditions.h"
#include "parse/dialect.h"
#include "parse/header.h"
#include "parse/notes.h"
#include "parse/page_owner.h"
#include "parse/scan.h"
#include "parse/starts.h"
#include "read/damage.h"
#include "read/drain.h"
#include "read/explain.h"

/* Larger is not faster, and this much stays in the cache of a processor. */
#define WINDOW_SIZE	((size_t)256 << 10)
/* No record is this long: lengths within one fit 32 bits. */
#define WINDOW_MAX	((size_t)1 << 31)

/* A record with CR LF line ends is copied; a longer one is truncated. */
#define CRLF_MAX	(1 << 20)

struct pageowner_reader {
	struct po_input *input;
	struct po_drain file;	/* to close */
	char *buf;
	size_t size;
	size_t start, end;	/* text not yet consumed */
	uint64_t offset;	/* of buf[0] in the input */
	bool at_end;		/* no more bytes will come */
	bool in_line;		/* the next byte does not start a line */
	bool behind_cut;	/* the next record starts within a line */
	bool in_junk;		/* the damage that is skipped was counted */
	bool not_mine;		/* no record start seen in this part yet */
	char *lf;		/* a record without the CRs of its line ends */
	size_t lf_size;
	struct po_part part;
	struct po_budget *budget;
	struct po_budget own_budget;
	struct po_page_owner owner;
	struct po_captures capture;	/* the last one */
	struct po_capture_lines *lines;	/* stores their lines instead, or NULL */
	struct po_dialect dialect;	/* of all other records */
	struct pageowner_input_stats stats;
	char *name;
	char error[512];
};

int po_reader_new(struct po_input *input, const char *name,
		  struct po_part part, struct po_budget *budget,
		  struct pageowner_reader **reader)
{
	struct pageowner_reader *r = calloc(1, sizeof(*r));

	if (r) {
		r->budget = budget ? budget : &r->own_budget;
		r->buf = po_budget_alloc(r->budget, WINDOW_SIZE, 1);
		r->name = strdup(name);
	}
	if (!r || !r->buf || !r->name || !po_input_set_budget(input, r->budget)) {
		po_input_free(input);
		if (r) {
			po_budget_free(r->budget, r->buf, WINDOW_SIZE, 1);
			free(r->name);
			free(r);
		}
		return -ENOMEM;
	}
	r->file = PO_DRAIN_NONE;
	r->input = input;
	r->size = WINDOW_SIZE;
	r->part = part;
	r->offset = part.base;
	r->in_line = r->in_junk = r->not_mine = part.skip_start;
	r->owner.all_fields = true;
	*reader = r;
	return 0;
}

PO_EXPORT int pageowner_reader_open_fd(int fd, const char *name,
				       struct pageowner_reader **reader)
{
	struct po_input *input;
	int ret = po_input_new_fd(fd, &input);

	return ret < 0 ? ret :
		po_reader_new(input, name, PO_WHOLE_INPUT, NULL, reader);
}

PO_EXPORT int pageowner_reader_open_memory(const void *data, size_t len,
					   struct pageowner_reader **reader)
{
	struct po_input *input;
	int ret = po_input_new_memory(data, len, &input);

	return ret < 0 ? ret :
		po_reader_new(input, "(memory)", PO_WHOLE_INPUT, NULL, reader);
}

PO_EXPORT int pageowner_reader_open(const char *path,
				    struct pageowner_reader **reader)
{
	struct po_drain file;
	int ret;

	if (!strcmp(path, "-"))
		return pageowner_reader_open_fd(STDIN_FILENO, "(standard input)",
						reader);
	ret = po_drain_open(path, &file);
	if (ret < 0)
		return ret;
	ret = pageowner_reader_open_fd(file.fd, path, reader);
	if (ret < 0)
		po_drain_close(&file);
	else
		(*reader)->file = file;
	return ret;
}

PO_EXPORT void pageowner_reader_free(struct pageowner_reader *r)
{
	if (!r)
		return;
	po_input_free(r->input);
	po_drain_close(&r->file);
	po_budget_free(r->budget, r->buf, r->size, 1);
	po_budget_free(r->budget, r->lf, r->lf_size, 1);
	po_buffer_free(&r->dialect.text, NULL);	/* of bounded size */
	free(r->name);
	po_captures_free(&r->capture);
	po_budget_leave(&r->own_budget);
	free(r);
}

PO_EXPORT int pageowner_reader_set_budget(struct pageowner_reader *r,
					  struct pageowner_budget *budget)
{
	return po_budget_join(&r->own_budget, budget);
}

/* Keep what is not consumed and read more after it: 0, also at the end, or an error. */
static int refill(struct pageowner_reader *r)
{
	size_t kept = r->end - r->start;
	ssize_t n;

	po_page_owner_forget(&r->owner);
	if (kept > r->size / 2) {
		/* One record fills the window: double it. */
		char *grown;

		if (r->size >= WINDOW_MAX)
			return -EFBIG;
		grown = po_budget_realloc(r->budget, r->buf, r->size, r->size * 2);
		if (!grown)
			return -ENOMEM;
		r->buf = grown;
		r->size *= 2;
	}
	memmove(r->buf, r->buf + r->start, kept);
	r->offset += r->start;
	r->start = 0;
	r->end = kept;
	n = po_input_read(r->input, r->buf + kept, r->size - kept);
	if (n == -EBADMSG) {
		po_stats_note(&r->stats, PAGEOWNER_DAMAGE_COMPRESSION,
			      r->offset + kept);
		n = 0;
	}
	if (n < 0)
		return (int)n;
	r->at_end = n == 0;
	r->end += (size_t)n;
	return 0;
}

static uint64_t here(const struct pageowner_reader *r)
{
	return r->offset + r->start;
}

static void consume(struct pageowner_reader *r, const char *next)
{
	size_t len = (size_t)(next - (r->buf + r->start));

	r->start += len;
	if (!r->not_mine)
		r->stats.bytes += len;
}

/* Skip text that belongs to no record. */
static void drop(struct pageowner_reader *r, const char *next)
{
	if (!r->not_mine)
		r->stats.skipped_bytes += (size_t)(next - (r->buf + r->start));
	consume(r, next);
}

static void note(struct pageowner_reader *r, enum pageowner_damage kind)
{
	po_stats_note(&r->stats, kind, here(r));
}

/* Skip a line, or the part of it that is in the window. */
static void drop_line(struct pageowner_reader *r)
{
	const char *p = r->buf + r->start, *end = r->buf + r->end;
	const char *newline = memchr(p, '\n', (size_t)(end - p));

	r->in_line = !newline;
	drop(r, newline ? newline + 1 : end);
}

/*
 * Skip the first line of a record that cannot be read. If its input was cut in that
 * line, the next record starts there.
 */
static void drop_header(struct pageowner_reader *r)
{
	const char *p = r->buf + r->start, *end = r->buf + r->end;
	const char *from = p + PO_RECORD_START.len, *next;

	/* Never look beyond what any window guarantees. */
	if (end - p > PO_HEADER_MAX)
		end = p + PO_HEADER_MAX;
	next = memmem(from, (size_t)(end - from), PO_RECORD_START.ptr,
		      PO_RECORD_START.len);
	r->in_junk = true;
	r->behind_cut = next && !memchr(from, '\n', (size_t)(next - from));
	if (r->behind_cut)
		drop(r, next);
	else
		drop_line(r);
}

/* "Page allocPage allocated via order ": cut in the first words of a record */
static const char *find_start_behind_cut(const char *p, const char *end)
{
	const size_t len = PO_RECORD_START.len;
	const char *start;

	if ((size_t)(end - p) > 2 * len)
		end = p + 2 * len;
	start = memmem(p, (size_t)(end - p), PO_RECORD_START.ptr, len);
	return start && !memcmp(p, PO_RECORD_START.ptr, (size_t)(start - p)) ?
		start : NULL;
}

/* Skip a line that is neither blank nor the start of a record. */
static void drop_junk(struct pageowner_reader *r)
{
	const char *p = r->buf + r->start, *end = r->buf + r->end;
	/* Only directly after a record: in the middle of junk the result would
	 * depend on where the window ends. */
	const char *behind_cut = r->not_mine || r->in_junk ? NULL :
		find_start_behind_cut(p, end);

	if (behind_cut) {
		note(r, PAGEOWNER_DAMAGE_HEADER);
		drop(r, behind_cut);
		r->behind_cut = true;
		return;
	}
	if (!r->in_junk)
		/* The rest is only this short if the input ends here. */
		note(r, (size_t)(end - p) < PO_RECORD_START.len &&
			!memcmp(p, PO_RECORD_START.ptr, (size_t)(end - p)) ?
				PAGEOWNER_DAMAGE_CUT : PAGEOWNER_DAMAGE_JUNK);
	r->in_junk = true;
	drop_line(r);
}

/*
 * Take the line of a capture's conditions that begins here: 0, also to look at the
 * input again, or an error.
 */
static int take_capture_line(struct pageowner_reader *r)
{
	const char *p = r->buf + r->start, *end = r->buf + r->end;
	const size_t left = (size_t)(end - p);
	const size_t most = left < PO_CONDITIONS_LINE_MAX ? left :
		PO_CONDITIONS_LINE_MAX;
	const char *newline = memchr(p, '\n', most);
	struct pageowner_text line;
	int ret = 0;

	if (!newline && left < PO_CONDITIONS_LINE_MAX && !r->at_end)
		return refill(r);
	if (!newline && left >= PO_CONDITIONS_LINE_MAX) {
		drop_junk(r);
		return 0;
	}
	line = (struct pageowner_text){ p, newline ? (size_t)(newline - p) : left };
	if (r->lines && !r->not_mine)
		ret = po_capture_lines_add(r->lines, here(r), line);
	else if (!r->lines)
		ret = po_captures_replace_line(&r->capture, here(r), line);
	r->in_junk = r->not_mine;
	consume(r, newline ? newline + 1 : end);
	return ret;
}

/* Skip text up to @next that cannot be a record, except the start of one in the line
 * in which the input was cut. */
static void drop_to(struct pageowner_reader *r, const char *next,
		    enum pageowner_damage kind)
{
	const char *p = r->buf + r->start;
	const char *start = memmem(p, (size_t)(next - p), PO_RECORD_START.ptr,
				   PO_RECORD_START.len);

	if (!r->in_junk)
		note(r, kind);
	r->in_junk = true;
	r->behind_cut = start != NULL;
	if (start)
		next = start;
	r->in_line = !start && next[-1] != '\n';
	drop(r, next);
}

/* Copy text without the CRs of its line ends. Returns the end of the copy. */
static char *copy_lf(char *to, const char *from, const char *end)
{
	for (; from < end; from++)
		if (*from != '\r' || from + 1 == end || from[1] != '\n')
			*to++ = *from;
	return to;
}

/* The place in a text that corresponds to @len bytes of its copy */
static const char *behind_copied(const char *from, const char *end, size_t len)
{
	for (; from < end && len; from++)
		len -= *from != '\r' || from + 1 == end || from[1] != '\n';
	return from;
}

/* Memory for a copy of @len bytes and the start of a record */
static int need_lf(struct pageowner_reader *r, size_t len)
{
	char *grown;

	len += PO_RECORD_START.len;
	if (r->lf_size >= len)
		return 0;
	grown = po_budget_realloc(r->budget, r->lf, r->lf_size, len);
	if (!grown)
		return -ENOMEM;
	r->lf = grown;
	r->lf_size = len;
	return 0;
}

/*
 * Parse a record whose lines end in CR LF from a copy without the CRs. The copy
 * extends to the start of the next record, so that its end is seen.
 */
static enum po_parse_result parse_crlf(struct pageowner_reader *r,
				       const char **next)
{
	const char *p = r->buf + r->start, *end = r->buf + r->end;
	const char *start = po_scan_line_with(p + 1, end, PO_RECORD_START);
	enum po_parse_result got;
	char *copy_end;

	if (!start && !r->at_end && end - p < CRLF_MAX)
		return PO_PARSE_MORE;
	if (start)
		end = start;
	if (need_lf(r, (size_t)(end - p)) < 0)
		return PO_PARSE_NO_MEMORY;
	copy_end = copy_lf(r->lf, p, end);
	if (start)
		copy_end = mempcpy(copy_end, PO_RECORD_START.ptr,
				   PO_RECORD_START.len);
	/* The record it remembers is in the window and must stay there. */
	po_page_owner_forget(&r->owner);
	got = po_page_owner_parse(&r->owner, r->lf, copy_end, true);
	po_page_owner_forget(&r->owner);
	if (got == PO_PARSE_RECORD)
		*next = behind_copied(p, end, (size_t)(r->owner.next - r->lf));
	return got;
}

/* Parse the record that begins here: 1 if it is to be returned, it then ends at
 * *next; 0 to look at the input again; or an error. */
static int parse(struct pageowner_reader *r, const char **next)
{
	struct po_page_owner *o = &r->owner;
	enum po_parse_result got = po_page_owner_parse(o, r->buf + r->start,
						       r->buf + r->end, r->at_end);

	*next = o->next;
	if (po_unlikely(got == PO_PARSE_CR))
		got = parse_crlf(r, next);
	switch (got) {
	case PO_PARSE_RECORD:
		break;
	case PO_PARSE_MORE:
		return refill(r);
	case PO_PARSE_NO_MEMORY:
		return -ENOMEM;
	case PO_PARSE_CUT:
		note(r, PAGEOWNER_DAMAGE_CUT);
		drop_header(r);
		return 0;
	case PO_PARSE_CR:	/* still a CR in the copy: not a line end */
	case PO_PARSE_BAD:
		note(r, PAGEOWNER_DAMAGE_HEADER);
		drop_header(r);
		return 0;
	}
	for (int kind = 0; po_unlikely(o->odd >> kind); kind++)
		if (o->odd >> kind & 1)
			note(r, kind);
	return 1;
}

/* The same for an entry of another dialect, which ends with a blank line */
static enum po_parse_result parse_dialect_crlf(struct pageowner_reader *r,
					       const char **next)
{
	const char *p = r->buf + r->start, *end = r->buf + r->end, *blank;
	struct po_dialect *d = &r->dialect;
	enum po_parse_result got;
	char *copy_end;

	if ((size_t)(end - p) > PO_DIALECT_MAX)
		end = p + PO_DIALECT_MAX;
	blank = memmem(p, (size_t)(end - p), "\n\r\n", 3);
	if (blank)
		end = blank + 3;
	else if (end == r->buf + r->end && !r->at_end)
		return PO_PARSE_MORE;
	if (need_lf(r, (size_t)(end - p)) < 0)
		return PO_PARSE_NO_MEMORY;
	copy_end = copy_lf(r->lf, p, end);
	got = po_dialect_parse(d, r->lf, copy_end, true);
	*next = d->next ? behind_copied(p, end, (size_t)(d->next - r->lf)) : NULL;
	return got;
}

/* Text that is not from page_owner: returns as parse() does. */
static int parse_dialect(struct pageowner_reader *r, const char **next)
{
	struct po_dialect *d = &r->dialect;
	enum po_parse_result got = po_dialect_parse(d, r->buf + r->start,
						    r->buf + r->end, r->at_end);

	*next = d->next;
	if (got == PO_PARSE_CR)
		got = parse_dialect_crlf(r, next);
	if (got == PO_PARSE_MORE)
		return refill(r);
	if (got == PO_PARSE_NO_MEMORY)
		return -ENOMEM;
	if (got != PO_PARSE_RECORD) {
		if (*next)
			drop_to(r, *next, got == PO_PARSE_CUT ?
				PAGEOWNER_DAMAGE_CUT : PAGEOWNER_DAMAGE_JUNK);
		else
			drop_junk(r);
		return 0;
	}
	r->in_junk = false;
	/* The next page_owner record must not be compared with the previous one. */
	po_page_owner_forget(&r->owner);
	for (int kind = 0; d->odd >> kind; kind++)
		if (d->odd >> kind & 1)
			note(r, kind);
	return 1;
}

int po_reader_next(struct pageowner_reader *r,
		   const struct pageowner_record **record, unsigned int *same)
{
	struct pageowner_record *found;
	const char *next;
	int ret;

	for (;;) {
		const char *p = r->buf + r->start;
		size_t left = r->end - r->start;

		if (po_unlikely(left < 2 * PO_RECORD_START.len && !r->at_end)) {
			ret = refill(r);
			if (ret < 0)
				return ret;
			continue;
		}
		if (po_unlikely(!left))
			return 0;
		/* Text that began before this part; what follows belongs to other parts. */
		if (po_unlikely(r->not_mine) && here(r) >= r->part.limit)
			return 0;
		if (po_unlikely(r->in_line)) {
			drop_line(r);
			continue;
		}
		if (left >= PO_RECORD_START.len &&
		    !memcmp(p, PO_RECORD_START.ptr, PO_RECORD_START.len)) {
			/* Only this reader sees a record in the middle of a line. */
			if (here(r) >= r->part.limit && !r->behind_cut)
				return 0;
			r->not_mine = r->in_junk = false;
			ret = parse(r, &next);
			if (ret < 0)
				return ret;
			if (ret == 0)
				continue;
			found = &r->owner.record;
			*same = r->owner.same;
			break;
		}
		if (*p == '\n') {
			consume(r, p + 1);
		} else if (left >= 2 && p[0] == '\r' && p[1] == '\n') {
			consume(r, p + 2);
		} else if (left >= PO_CONDITIONS_START.len &&
			   !memcmp(p, PO_CONDITIONS_START.ptr, PO_CONDITIONS_START.len)) {
			ret = take_capture_line(r);
			if (ret < 0)
				return ret;
		} else if (r->not_mine) {
			drop_junk(r);
		} else {
			ret = parse_dialect(r, &next);
			if (ret < 0)
				return ret;
			if (ret == 0)
				continue;
			found = &r->dialect.record;
			*same = 0;
			break;
		}
	}
	found->offset = here(r);
	consume(r, next);
	r->behind_cut = r->buf[r->start - 1] != '\n';
	r->stats.records++;
	*record = found;
	return 1;
}

PO_EXPORT int pageowner_reader_next(struct pageowner_reader *r,
				    const struct pageowner_record **record)
{
	unsigned int same;
	int ret;

	po_budget_begin(r->budget);
	ret = po_budget_error(r->budget, po_reader_next(r, record, &same));
	if (ret == 0)
		ret = po_drain_close(&r->file);
	if (ret == 0 && po_stats_are_foreign(&r->stats))
		ret = -EBADMSG;
	if (ret == -ENOBUFS)
		po_explain_bound(r->error, sizeof(r->error), r->name, r->budget,
				 here(r));
	else if (ret < 0)
		po_explain(r->error, sizeof(r->error), r->name, ret, here(r));
	return ret;
}

PO_EXPORT const struct pageowner_input_stats *
pageowner_reader_stats(const struct pageowner_reader *reader)
{
	return &reader->stats;
}

PO_EXPORT const char *
pageowner_reader_error(const struct pageowner_reader *reader)
{
	return reader->error;
}

PO_EXPORT int
pageowner_reader_conditions(const struct pageowner_reader *reader,
			    const struct pageowner_conditions **conditions)
{
	return po_captures_get(&reader->capture, 0, conditions);
}

void po_reader_keep_capture_lines(struct pageowner_reader *reader,
				  struct po_capture_lines *lines)
{
	reader->lines = lines;
}

void po_reader_skip_pfn_line(struct pageowner_reader *reader)
{
	reader->owner.all_fields = false;
}

uint64_t po_reader_position(const struct pageowner_reader *reader)
{
	return po_input_position(reader->input);
}

uint64_t po_reader_offset(const struct pageowner_reader *reader)
{
	return here(reader);
}
