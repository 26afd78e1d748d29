// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * reader.c - return the records of an input, one by one.
 *
 * Owns the window of text, nothing else: input.c knows where bytes come from,
 * page_owner.c and dialect.c what a record looks like, and what is done with it is
 * up to the caller.
 */
#include "read/window.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "parse/condition.h"
#include "parse/dialect.h"
#include "parse/header.h"
#include "parse/notes.h"
#include "parse/page_owner.h"
#include "parse/repair_line.h"
#include "parse/scan.h"
#include "parse/starts.h"
#include "read/damage.h"
#include "read/drain.h"
#include "read/explain.h"

/* Larger is not faster, and this much stays in the cache of a processor. */
#define WINDOW_SIZE	((size_t)256 << 10)
/* No record is this long: lengths within one fit 32 bits. */
#define WINDOW_MAX	((size_t)1 << 31)

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
	r->width = part.width;
	r->is_careful = r->width > 0;
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
	po_buffer_free(&r->lf, r->budget);
	po_repair_free(&r->repair, r->budget);
	po_buffer_free(&r->dialect.text, NULL);	/* of bounded size */
	free(r->name);
	po_captures_free(&r->capture);
	po_budget_leave(&r->own_budget);
	free(r);
}

PO_EXPORT int pageowner_reader_set_budget(struct pageowner_reader *r,
					  struct pageowner_budget *budget)
{
	const int ret = po_budget_join(&r->own_budget, budget);

	if (ret < 0)
		snprintf(r->error, sizeof(r->error), "%s: %s", r->name,
			 PO_BUDGET_TOO_SMALL);
	return ret;
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
	char clean[PO_REPAIR_LINE_MAX];
	struct pageowner_text line;
	int ret;

	if (!newline && left < PO_CONDITIONS_LINE_MAX && !r->at_end)
		return refill(r);
	if (!newline && left >= PO_CONDITIONS_LINE_MAX) {
		po_skip_junk(r);
		return 0;
	}
	line = (struct pageowner_text){ p, newline ? (size_t)(newline - p) : left };
	ret = po_window_add_capture_line(r, po_posted_clean_condition(r, line, clean));
	r->in_junk = r->not_mine;
	po_window_consume(r, newline ? newline + 1 : end);
	return ret;
}

static enum po_parse_result parse_plain(struct pageowner_reader *r, const char **next)
{
	struct po_page_owner *o = &r->owner;
	enum po_parse_result got = po_page_owner_parse(o, r->buf + r->start,
						       r->buf + r->end, r->at_end);

	*next = o->next;
	if (po_unlikely(got == PO_PARSE_CR))
		got = po_parse_crlf(r, next);
	return got;
}

/* Parse what has to be repaired first, as parse() does: 1; 0 to look at the input
 * again, -EAGAIN if there is nothing to repair; or an error. */
static int parse_posted(struct pageowner_reader *r, bool was_read,
			const char **next, struct pageowner_record **found)
{
	const struct pageowner_text header = (*found)->header;

	switch (po_parse_posted(r, was_read ? &header : NULL, next, found)) {
	case PO_PARSE_RECORD:
		return 1;
	case PO_PARSE_MORE:
		return refill(r);
	case PO_PARSE_NO_MEMORY:
		return -ENOMEM;
	default:
		return -EAGAIN;
	}
}

/* Parse the record that begins here: 1 if it is to be returned, it then ends at
 * *next; 0 to look at the input again; or an error. */
static int parse(struct pageowner_reader *r, const char **next,
		 struct pageowner_record **found)
{
	struct po_page_owner *o = &r->owner;
	enum po_parse_result got = parse_plain(r, next);

	*found = &o->record;
	if (po_unlikely(got != PO_PARSE_RECORD || o->odd || o->is_suspect ||
			r->is_careful) && po_posted_is_suspect(r, got)) {
		int ret = parse_posted(r, got == PO_PARSE_RECORD &&
				       !(o->odd & PO_ODD(PFN_LINE)) &&
				       !po_has_cut_name(&o->record), next, found);

		if (ret != -EAGAIN)
			return ret;
		*found = &o->record;
		po_page_owner_forget(o);	/* It does not repeat itself. */
		got = parse_plain(r, next);
	}
	switch (got) {
	case PO_PARSE_RECORD:
		break;
	case PO_PARSE_MORE:
		return refill(r);
	case PO_PARSE_NO_MEMORY:
		return -ENOMEM;
	case PO_PARSE_CUT:
		po_note_damage(r, PAGEOWNER_DAMAGE_CUT);
		po_skip_header(r);
		return 0;
	case PO_PARSE_CR:	/* still a CR in the copy: not a line end */
	case PO_PARSE_BAD:
		po_note_damage(r, PAGEOWNER_DAMAGE_HEADER);
		po_skip_header(r);
		return 0;
	}
	if (po_unlikely(r->is_careful)) {
		if (!(o->same & PO_SAME_BODY))
			r->is_mixed = po_posted_is_mixed(&o->record);
		o->odd |= r->is_mixed ? PO_ODD(GUESS) : 0;
	}
	for (int kind = 0; po_unlikely(o->odd >> kind); kind++)
		if (o->odd >> kind & 1)
			po_note_damage(r, kind);
	return 1;
}

static enum po_parse_result parse_plain_dialect(struct pageowner_reader *r,
						const char **next)
{
	struct po_dialect *d = &r->dialect;
	enum po_parse_result got;

	d->callers = &r->callers;
	got = po_dialect_parse(d, r->buf + r->start,
						    r->buf + r->end, r->at_end);

	*next = d->next;
	if (got == PO_PARSE_CR)
		got = po_parse_dialect_crlf(r, next);
	return got;
}

/* Text that is not from page_owner: returns as parse() does. */
static int parse_dialect(struct pageowner_reader *r, const char **next,
			 struct pageowner_record **found)
{
	struct po_dialect *d = &r->dialect;
	enum po_parse_result got;

	*next = NULL;
	po_callers_move(&r->callers, r->buf + r->start, po_window_here(r));
	if (po_unlikely(r->callers.count) && po_skip_read_line(r))
		return 0;
	got = r->is_careful ? po_posted_take_line(r) : PO_PARSE_BAD;
	if (got == PO_PARSE_RECORD)
		return 0;
	if (got == PO_PARSE_BAD)
		got = parse_plain_dialect(r, next);
	*found = &d->record;
	if (got != PO_PARSE_MORE && got != PO_PARSE_NO_MEMORY &&
	    po_posted_is_suspect_dialect(r, got)) {
		int ret = parse_posted(r, got == PO_PARSE_RECORD, next, found);

		if (ret != -EAGAIN)
			return ret;
		*found = &d->record;
		got = parse_plain_dialect(r, next);
	}
	if (got == PO_PARSE_MORE)
		return refill(r);
	if (got == PO_PARSE_NO_MEMORY)
		return -ENOMEM;
	if (got != PO_PARSE_RECORD) {
		if (*next)
			po_skip_to(r, *next, got == PO_PARSE_CUT ?
				   PAGEOWNER_DAMAGE_CUT : PAGEOWNER_DAMAGE_JUNK);
		else
			po_skip_junk(r);
		return 0;
	}
	r->in_junk = false;
	po_callers_note(&r->callers, d->caller, d->caller_end);
	if (po_unlikely(d->odd) && *found == &d->record && r->at_end)
		po_posted_mend_end(r, *next);
	/* The next page_owner record must not be compared with the previous one. */
	po_page_owner_forget(&r->owner);
	if (r->is_careful && po_posted_is_mixed(&d->record))
		d->odd |= PO_ODD(GUESS);
	for (int kind = 0; d->odd >> kind; kind++)
		if (d->odd >> kind & 1)
			po_note_damage(r, kind);
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
			const bool is_first = !r->end && !r->offset;

			ret = refill(r);
			if (ret < 0)
				return ret;
			if (is_first)
				po_posted_begin(r);
			continue;
		}
		if (po_unlikely(!left))
			return 0;
		/* Text that began before this part; what follows belongs to other parts. */
		if (po_unlikely(r->not_mine) && po_window_here(r) >= r->part.limit)
			return 0;
		if (po_unlikely(r->in_line)) {
			po_skip_line(r);
			continue;
		}
		if (left >= PO_RECORD_START.len &&
		    !memcmp(p, PO_RECORD_START.ptr, PO_RECORD_START.len)) {
			/* Only this reader sees a record in the middle of a line. */
			if (po_window_here(r) >= r->part.limit && !r->after_cut)
				return 0;
			r->not_mine = r->in_junk = false;
			ret = parse(r, &next, &found);
			if (ret < 0)
				return ret;
			if (ret == 0)
				continue;
			*same = found == &r->owner.record ? r->owner.same : 0;
			break;
		}
		if (*p == '\n') {
			po_window_consume(r, p + 1);
		} else if (left >= 2 && p[0] == '\r' && p[1] == '\n') {
			po_window_consume(r, p + 2);
		} else if (left >= PO_CONDITIONS_START.len &&
			   !memcmp(p, PO_CONDITIONS_START.ptr, PO_CONDITIONS_START.len)) {
			ret = take_capture_line(r);
			if (ret < 0)
				return ret;
		} else if (r->not_mine) {
			po_skip_junk(r);
		} else {
			ret = parse_dialect(r, &next, &found);
			if (ret < 0)
				return ret;
			if (ret == 0)
				continue;
			*same = 0;
			break;
		}
	}
	found->offset = po_window_here(r);
	po_window_consume(r, next);
	r->after_cut = r->buf[r->start - 1] != '\n';
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
		ret = po_budget_error(r->budget, po_captures_judge_last(&r->capture, &r->stats));
	if (ret == 0)
		ret = po_drain_close(&r->file);
	if (ret == 0 && po_stats_are_foreign(&r->stats))
		ret = -EBADMSG;
	if (ret == -ENOBUFS)
		po_explain_bound(r->error, sizeof(r->error), r->name, r->budget,
				 po_window_here(r));
	else if (ret < 0)
		po_explain(r->error, sizeof(r->error), r->name, ret, po_window_here(r));
	if (ret == -EBADMSG)
		po_explain_foreign(r->error, sizeof(r->error), r->name, &r->stats, r->tool);
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

bool po_reader_has_repaired(const struct pageowner_reader *reader)
{
	return reader->was_repaired;
}

const char *po_reader_tool(const struct pageowner_reader *reader)
{
	return reader->tool;
}

uint64_t po_reader_position(const struct pageowner_reader *reader)
{
	return po_input_position(reader->input);
}

uint64_t po_reader_offset(const struct pageowner_reader *reader)
{
	return po_window_here(reader);
}
