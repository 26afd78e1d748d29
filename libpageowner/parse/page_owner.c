// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * page_owner.c - text of one page_owner record -> struct pageowner_record.
 *
 * Reads the form of every kernel since 3.19, recognised by its shape. It looks at
 * one record and knows nothing of windows, files or groups. header.c parses its
 * first line, pfn_line.c the second, notes.c what follows the stack.
 */
#include "parse/page_owner.h"

#include "base/cursor.h"
#include "parse/header.h"
#include "parse/notes.h"
#include "parse/pfn_line.h"
#include "parse/scan.h"
#include "parse/starts.h"

/* Whether the header repeats that of the previous record, except for the times */
static bool repeat_header(struct po_page_owner *o, const char *p, const char *end,
			  struct po_header_line *line)
{
	struct pageowner_record *r = &o->record;
	ptrdiff_t moved = p - o->header;
	struct po_cursor c;

	if (!o->header || (size_t)(end - p) < o->prefix_len + 64 ||
	    memcmp(p, o->header, o->prefix_len))
		return false;
	c.at = p + o->prefix_len;
	c.end = end;
	if (r->ts_at) {
		if (po_take_decimal(&c, &r->ts_ns) != PO_NUMBER_OK ||
		    !po_take_word(&c, " ns"))
			return false;
		if (r->has & PAGEOWNER_HAS_FREE_TS) {
			if (!po_take_word(&c, ", free_ts "))
				return false;
			r->free_ts_at = (uint32_t)(c.at - p);
			if (po_take_decimal(&c, &r->free_ts_ns) != PO_NUMBER_OK ||
			    !po_take_word(&c, " ns"))
				return false;
		}
	}
	if (po_line_end(&c) != PO_LINE_LF)
		return false;
	line->end = c.at;
	line->followed = po_pfn_line_shape(c.at + 1, end);
	if (line->followed != PO_SHAPE_YES)
		return false;
	r->header.ptr = p;
	r->header.len = (size_t)(c.at - p);
	if (r->has & PAGEOWNER_HAS_GFP_NAMES)
		r->gfp_names.ptr += moved;
	if (r->has & PAGEOWNER_HAS_COMM)
		r->comm.ptr += moved;
	o->header = p;
	return true;
}

static enum po_parse_result parse_header(struct po_page_owner *o, const char *p,
					 const char *end, bool at_end,
					 struct po_header_line *line)
{
	struct pageowner_record *r = &o->record;
	enum po_parse_result got = po_header_parse(line, p, end, at_end);

	o->odd = line->odd;
	if (got != PO_PARSE_RECORD)
		return got;
	o->header = o->odd ? NULL : p;
	o->prefix_len = r->ts_at ? r->ts_at : r->header.len;
	return PO_PARSE_RECORD;
}

/* Frames in mails and of vendor kernels lack the leading blank. */
static bool looks_like_frame(struct pageowner_text line)
{
	const char *blank = memchr(line.ptr, ' ', line.len);
	size_t len = blank ? (size_t)(blank - line.ptr) : line.len;
	size_t i;

	if (len >= 2 && !memcmp(line.ptr, "[<", 2))
		return true;
	if (len >= 2 && !memcmp(line.ptr, "0x", 2))
		return true;
	for (i = 0; i + 3 <= len; i++)
		if (!memcmp(line.ptr + i, "+0x", 3))
			return true;
	return false;
}

/* Whether a line after the frames is not the kernel's, which begins no line so, or may be a
 * frame: "=> a+0x1/0x2", "a [module]", "a (file:line)", "a_long_na>" */
static bool is_odd_note(struct pageowner_text line, bool is_known)
{
	return line.len && (*line.ptr < '"' || *line.ptr > '~' || *line.ptr == '&' ||
			    *line.ptr == '>' || *line.ptr == '.' ||
			    (po_unlikely(!is_known) &&
			     (memchr(")]>*", line.ptr[line.len - 1], 4) ||
			      memmem(line.ptr, line.len, "+0x", 3))));
}

/* Whether something else begins here, and the record's blank line is missing */
static enum po_shape begins_next(const char *p, const char *end, bool at_end)
{
	const char *newline;

	/* Most notes begin with other letters. */
	if (po_likely(p == end || (*p != 'P' && *p != 'p' && *p != '[' && !po_is_digit(*p))))
		return PO_SHAPE_NO;
	if (po_begins_other(p, end))
		return PO_SHAPE_YES;
	if (end - p < 8 || !memcmp(p, "Page has", 8) || p[1] == '<')
		return PO_SHAPE_NO;
	newline = memchr(p, '\n', (size_t)(end - p));
	if (!at_end && (!newline || end - newline < PO_DUMP_LOOK))
		return PO_SHAPE_MORE;
	return newline && po_begins_dump((struct pageowner_text){
		p, (size_t)(newline - p) }, end) ? PO_SHAPE_YES : PO_SHAPE_NO;
}

/* Whether the last frame is not whole: each ends with a size, an address or a module. */
static bool is_cut_stack(const char *body, const char *end)
{
	return po_unlikely(end - body > 1 && !po_hex_digits[(unsigned char)end[-2]] &&
			   end[-2] != ']');
}

static void set_body(struct po_page_owner *o, const char *body,
		     const char *stack_end, const char *end)
{
	struct pageowner_record *r = &o->record;

	r->stack = (struct pageowner_text){ body, (size_t)(stack_end - body) };
	r->notes = (struct pageowner_text){ stack_end, (size_t)(end - stack_end) };
	o->body = r->has & PAGEOWNER_HAS_NO_END ? NULL : body;
	o->body_len = (size_t)(end - body);
}

/* Frames after the stack: those of the process that freed the page, as gdb and drgn print
 * them, or not of a kernel */
static void take_late_frames(struct po_page_owner *o, const char *p, const char *end)
{
	struct pageowner_record *r = &o->record;

	o->is_suspect = true;
	if (r->free_stack.ptr != p)
		return;
	r->free_stack.len = (size_t)(end - 1 - p);
	r->has |= PAGEOWNER_HAS_FREE_STACK;
}

static void set_no_end(struct po_page_owner *o, unsigned int odd)
{
	o->record.has |= PAGEOWNER_HAS_NO_END;
	o->odd |= odd;
}

/*
 * There is a second PFN line: the input was cut in the middle of a line, and the
 * text after the cut begins at @start.
 */
static bool end_in_line(struct po_page_owner *o, const char *body,
			const char *stack_end, const char *start)
{
	struct pageowner_record *r = &o->record;

	if (!start)
		return false;
	if (start < body) {
		/* Cut in the PFN line; the rest belongs to another record. */
		r->pfn_line.len = (size_t)(start - r->pfn_line.ptr);
		r->has &= PO_HAS_OF_HEADER;
		if (o->all_fields)
			po_pfn_line_parse(r);
		body = start;
	}
	r->has &= ~PO_HAS_OF_BODY;
	set_no_end(o, PO_ODD(NO_END));
	set_body(o, body, stack_end < start ? stack_end : start, start);
	po_notes_parse(r->notes, r);
	o->next = start;
	return true;
}

static enum po_parse_result parse_body(struct po_page_owner *o, const char *body,
				       const char *end, bool at_end)
{
	struct pageowner_record *r = &o->record;
	const char *p = body, *stack_end = body;
	const char *searched = r->header.ptr + PO_RECORD_START.len;
	bool in_notes = false;

	r->has &= ~PO_HAS_OF_BODY;
	r->free_stack.ptr = NULL;
	for (;;) {
		struct po_cursor c = { po_scan_frames(p, end), end };
		struct pageowner_text line;
		enum po_shape shape;
		bool is_known;

		if (!c.at) {
			if (!at_end)
				return PO_PARSE_MORE;
			set_no_end(o, PO_ODD(CUT));
			set_body(o, body, in_notes ? stack_end : end, end);
			o->next = end;
			return PO_PARSE_RECORD;
		}
		if (!in_notes)
			stack_end = c.at;
		else if (po_unlikely(c.at != p))	/* frames after what is not one */
			take_late_frames(o, p, c.at);
		if (*c.at == '\n') {
			o->is_suspect |= is_cut_stack(body, stack_end);
			set_body(o, body, stack_end, c.at);
			o->next = c.at + 1;
			return PO_PARSE_RECORD;
		}
		if (po_left(&c) < PO_RECORD_START.len && !at_end)
			return PO_PARSE_MORE;
		shape = begins_next(c.at, end, at_end);
		if (shape == PO_SHAPE_MORE)
			return PO_PARSE_MORE;
		if (shape == PO_SHAPE_YES) {
			set_no_end(o, PO_ODD(NO_END));
			set_body(o, body, stack_end, c.at);
			o->next = c.at;
			return PO_PARSE_RECORD;
		}
		if (po_line_end(&c) == PO_LINE_CRLF)
			return PO_PARSE_CR;
		shape = po_pfn_line_shape(c.at, end);
		if (shape == PO_SHAPE_MORE && !at_end)
			return PO_PARSE_MORE;
		if (shape == PO_SHAPE_YES &&
		    end_in_line(o, body, stack_end,
				po_find_record_start(&searched, c.at)))
			return PO_PARSE_RECORD;
		if (!po_take_until(&c, '\n', &line)) {
			if (!at_end)
				return PO_PARSE_MORE;
			/* The last line of all, without a newline */
			line = (struct pageowner_text){ c.at, po_left(&c) };
			c.at = end - 1;
		}
		p = c.at + 1;
		is_known = po_notes_parse_line(line, r);
		if (!is_known && looks_like_frame(line)) {
			/* Kernels without a blank before frames print addresses. */
			if (in_notes || line.len < 2 || memcmp(line.ptr, "[<", 2))
				o->is_suspect = true;
			if (!in_notes) {
				stack_end = p;
				continue;
			}
		}
		in_notes = true;
		o->is_suspect |= is_odd_note(line, is_known);
		/* A line of show_stacks: the record before its entry was truncated. */
		if (po_unlikely(po_begins_count(line.ptr, end)))
			set_no_end(o, PO_ODD(NO_END));
	}
}

static bool repeat_body(struct po_page_owner *o, const char *body, const char *end)
{
	struct pageowner_record *r = &o->record;
	ptrdiff_t moved = body - o->body;

	if (!o->body || (size_t)(end - body) <= o->body_len ||
	    body[o->body_len] != '\n' || memcmp(body, o->body, o->body_len))
		return false;
	r->stack.ptr += moved;
	r->notes.ptr += moved;
	if (r->has & PAGEOWNER_HAS_MIGRATE_REASON)
		r->migrate_reason.ptr += moved;
	if (r->has & PAGEOWNER_HAS_MEMCG)
		r->memcg.ptr += moved;
	o->body = body;
	o->next = body + o->body_len + 1;
	return true;
}

/*
 * Whether a line was cut where the rest of it still reads as one. What a kernel prints in
 * both lines belongs together: without names in neither; the names of page flags end the
 * second; a PFN is hexadecimal only where the header has a pid.
 */
static bool is_cut(const struct pageowner_record *r)
{
	const struct pageowner_text line = r->pfn_line;

	if (po_unlikely(!(r->has & (PAGEOWNER_HAS_PID | PAGEOWNER_HAS_TS))) &&
	    line.len > 6 && !memcmp(line.ptr, "PFN 0x", 6))
		return true;
	if (!(r->has & PAGEOWNER_HAS_GFP_NAMES))
		return line.len && line.ptr[line.len - 1] == ')' &&
			memchr(line.ptr, '(', line.len);
	return line.len && line.ptr[line.len - 1] != ')' && !memchr(line.ptr, ')', line.len);
}

/*
 * Skip the PFN line, which the end of the header has already seen. If it is damaged,
 * skip what is in its place unless that belongs to the rest.
 */
static const char *skip_pfn_line(struct po_page_owner *o, const char *p,
				 const char *end, enum po_shape shape)
{
	struct po_cursor c = { p, end };

	o->record.pfn_line = (struct pageowner_text){ p, 0 };
	if (shape == PO_SHAPE_NO) {
		o->odd |= PO_ODD(PFN_LINE);
		if (!po_left(&c) || *p == ' ' || *p == '\n' ||
		    po_begins_other(c.at, c.end))
			return p;
		if (!po_take_until(&c, '\n', &o->record.pfn_line))
			return NULL;
		return c.at + 1;
	}
	if (!po_take_until(&c, '\n', &o->record.pfn_line))
		return NULL;
	if (po_unlikely(is_cut(&o->record))) {
		o->odd |= PO_ODD(GUESS);
		o->is_suspect = true;
	}
	return c.at + 1;
}

void po_page_owner_forget(struct po_page_owner *owner)
{
	owner->header = NULL;
	owner->body = NULL;
}

enum po_parse_result po_page_owner_parse(struct po_page_owner *o, const char *p,
					 const char *end, bool at_end)
{
	struct pageowner_record *r = &o->record;
	struct po_header_line line = { .record = r };
	enum po_parse_result got;
	const char *body;

	o->odd = 0;
	o->is_suspect = false;
	o->same = PO_SAME_HEADER;
	r->has &= PO_HAS_OF_HEADER | PO_HAS_OF_BODY;
	if (!repeat_header(o, p, end, &line)) {
		o->same = 0;
		o->header = NULL;
		got = parse_header(o, p, end, at_end, &line);
		if (got != PO_PARSE_RECORD)
			return got;
	}
	body = skip_pfn_line(o, line.end + 1, end, line.followed);
	if (!body) {
		if (!at_end)
			return PO_PARSE_MORE;
		r->pfn_line.len = (size_t)(end - r->pfn_line.ptr);
		body = end;
	}
	if (o->all_fields)
		po_pfn_line_parse(r);
	if (repeat_body(o, body, end)) {
		o->same |= PO_SAME_BODY;
		return PO_PARSE_RECORD;
	}
	o->body = NULL;
	return parse_body(o, body, end, at_end);
}
