// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * owner.c - text of one page_owner record -> struct pageowner_record.
 *
 * Reads the form of every kernel since 3.19, told by its shape. It looks at one
 * record and knows nothing of windows, files or groups.
 *
 * The only text in a record that others choose freely, newlines included, is
 * the task name in the header. The kernel cuts it at 15 bytes, which is too
 * short for "), ts 9 ns" and a PFN line behind it: the first place that looks
 * like the end of a header and has a PFN line behind it is the true one. In a
 * report, which has no PFN lines, it is the last place in those 15 bytes.
 */
#include "parse/page_owner.h"

#include <limits.h>

#include "base/cursor.h"
#include "parse/conditions.h"
#include "parse/notes.h"
#include "parse/scan.h"

/* The kernel's task names are no longer. */
#define COMM_LEN	15

#define ODD(kind)	(1u << PAGEOWNER_DAMAGE_##kind)

enum line_end { LINE_NO, LINE_LF, LINE_CRLF, LINE_MORE };

static enum line_end line_end(const struct po_cursor *c)
{
	if (po_left(c) >= 1 && *c->at == '\n')
		return LINE_LF;
	if (po_left(c) >= 2 && c->at[0] == '\r' && c->at[1] == '\n')
		return LINE_CRLF;
	return po_left(c) ? LINE_NO : LINE_MORE;
}

/*
 * The first place before @end where a record seems to start, in a line, too.
 * What was searched once is not searched again: *from moves.
 */
static const char *find_start(const char **from, const char *end)
{
	const char *found;

	if ((size_t)(end - *from) < PO_OWNER_START.len)
		return NULL;
	found = memmem(*from, (size_t)(end - *from), PO_OWNER_START.ptr,
		       PO_OWNER_START.len);
	*from = end - (PO_OWNER_START.len - 1);
	return found;
}

/* A number of 32 bits with sign; sets nothing if it is too large. */
static bool take_id(struct po_cursor *c, struct po_owner *o, int32_t *id,
		    uint64_t has)
{
	bool negative = po_take_word(c, "-");
	enum po_number got;
	uint64_t value;

	got = po_take_decimal(c, &value);
	if (got == PO_NUMBER_NONE)
		return false;
	if (got == PO_NUMBER_LARGE || value > INT32_MAX) {
		o->odd |= ODD(FIELD);
		return true;
	}
	*id = negative ? -(int32_t)value : (int32_t)value;
	o->record.has |= has;
	return true;
}

static bool take_time(struct po_cursor *c, struct po_owner *o, const char *start,
		      uint64_t *ns, uint32_t *at, uint64_t has)
{
	const char *digits = c->at;
	enum po_number got = po_take_decimal(c, ns);

	if ((got == PO_NUMBER_NONE && !o->in_report) || !po_take_word(c, " ns"))
		return false;
	*at = (uint32_t)(digits - start);
	if (got == PO_NUMBER_OK)
		o->record.has |= has;
	else if (got == PO_NUMBER_LARGE)
		o->odd |= ODD(FIELD);
	return true;
}

/* ", ts N ns" with or without ", free_ts N ns" */
static bool take_times(struct po_cursor *c, struct po_owner *o,
		       const char *start)
{
	struct pageowner_record *r = &o->record;

	if (!po_take_word(c, ", ts ") ||
	    !take_time(c, o, start, &r->ts_ns, &r->ts_at, PAGEOWNER_HAS_TS))
		return false;
	return !po_take_word(c, ", free_ts ") ||
		take_time(c, o, start, &r->free_ts_ns, &r->free_ts_at,
			  PAGEOWNER_HAS_FREE_TS);
}

enum shape { SHAPE_NO, SHAPE_YES, SHAPE_MORE };

/* Whether a PFN line begins here: PFN, number, and " type " or " Block " */
static enum shape pfn_shape(const char *p, const char *end)
{
	struct po_cursor c = { p, end };
	enum po_number got;
	uint64_t pfn;

	if (po_unlikely(po_left(&c) < 32) && !memchr(p, '\n', po_left(&c)))
		return SHAPE_MORE;
	if (!po_take_word(&c, "PFN "))
		return SHAPE_NO;
	got = po_likely(po_take_word(&c, "0x")) ? po_skip_hex(&c) :
						  po_take_decimal(&c, &pfn);
	if (got != PO_NUMBER_OK)
		return SHAPE_NO;
	return po_likely(po_take_word(&c, " type ")) ||
		po_take_word(&c, " Block ") ? SHAPE_YES : SHAPE_NO;
}

/* The end of the header's last part, from ", ts " or the newline on */
struct tail {
	const char *end;	/* the newline */
	enum shape followed;	/* by a PFN line */
};

static enum po_owner_result check_tail(struct po_cursor *c, bool at_end,
				       const char *text_end, struct tail *tail)
{
	enum line_end end = line_end(c);

	if (end == LINE_MORE)
		return at_end ? PO_OWNER_CUT : PO_OWNER_MORE;
	if (end == LINE_NO)
		return PO_OWNER_BAD;
	tail->end = c->at;
	tail->followed = pfn_shape(c->at + (end == LINE_CRLF ? 2 : 1), text_end);
	if (tail->followed == SHAPE_MORE && !at_end)
		return PO_OWNER_MORE;
	return end == LINE_CRLF ? PO_OWNER_CR : PO_OWNER_RECORD;
}

/*
 * The task name and what follows it, @c being at the name's first byte. Any
 * ')' may be its end. If none has a PFN line behind its line, that line is what
 * is damaged, and the first that could be the end is taken.
 */
static enum po_owner_result take_comm(struct po_cursor *c, struct po_owner *o,
				      const char *start, bool at_end,
				      struct tail *tail)
{
	struct pageowner_record *r = &o->record;
	const char *comm = c->at;
	const char *limit = po_left(c) > PO_OWNER_COMM_MAX ? comm + PO_OWNER_COMM_MAX : c->end;
	const char *close = comm, *searched = comm, *fallback = NULL;
	const uint64_t has = r->has;
	const unsigned int odd = o->odd;
	bool may_be_crlf = false;

	for (; (close = memchr(close, ')', (size_t)(limit - close))); close++) {
		struct po_cursor try = { close + 1, c->end };
		enum po_owner_result got;

		/* No name holds the start of a record: that is the next one. */
		if (find_start(&searched, close)) {
			limit = close;
			break;
		}
		r->has = has | PAGEOWNER_HAS_COMM;
		r->ts_at = r->free_ts_at = 0;
		o->odd = odd;
		got = take_times(&try, o, start) ?
			check_tail(&try, at_end, c->end, tail) : PO_OWNER_BAD;
		if (got == PO_OWNER_MORE ||
		    (got == PO_OWNER_CR && tail->followed != SHAPE_NO))
			return got;
		may_be_crlf |= got == PO_OWNER_CR;
		if (got == PO_OWNER_RECORD && tail->followed != SHAPE_NO) {
			/* No kernel has names as long, and there is one. */
			if (close - comm > COMM_LEN && fallback &&
			    fallback - comm <= COMM_LEN) {
				limit = close;
				break;
			}
			r->comm.ptr = comm;
			r->comm.len = (size_t)(close - comm);
			return PO_OWNER_RECORD;
		}
		if (got == PO_OWNER_RECORD &&
		    (!fallback || (o->in_report && close - comm <= COMM_LEN)))
			fallback = close;
	}
	if (!at_end && limit == c->end)	/* a better one may be still to come */
		return PO_OWNER_MORE;
	if (fallback) {
		struct po_cursor again = { fallback + 1, c->end };

		r->has = has | PAGEOWNER_HAS_COMM;
		r->ts_at = r->free_ts_at = 0;
		o->odd = odd;
		take_times(&again, o, start);
		r->comm.ptr = comm;
		r->comm.len = (size_t)(fallback - comm);
		return check_tail(&again, at_end, c->end, tail);
	}
	if (may_be_crlf)
		return PO_OWNER_CR;
	c->at = limit;
	return PO_OWNER_BAD;
}

/* ", pid P" and all that may stand behind it */
static enum po_owner_result take_task(struct po_cursor *c, struct po_owner *o,
				      const char *start, bool at_end,
				      struct tail *tail)
{
	struct pageowner_record *r = &o->record;

	if (!take_id(c, o, &r->pid, PAGEOWNER_HAS_PID))
		return PO_OWNER_BAD;
	if (po_take_word(c, ", tgid ") &&
	    !take_id(c, o, &r->tgid, PAGEOWNER_HAS_TGID))
		return PO_OWNER_BAD;
	if (po_take_word(c, " ("))
		return take_comm(c, o, start, at_end, tail);
	if (!take_times(c, o, start))
		return PO_OWNER_BAD;
	return check_tail(c, at_end, c->end, tail);
}

/*
 * The names in parentheses behind the mask. They hold no blank, so it cannot be
 * another line's ')' that ends them.
 */
static bool take_names(struct po_cursor *c, struct pageowner_text *names)
{
	size_t left = po_left(c) < PO_OWNER_NAMES_MAX ? po_left(c) : PO_OWNER_NAMES_MAX;
	const char *blank = memchr(c->at, ' ', left);
	const char *close;

	if (po_likely(blank && blank - c->at >= 2 && !memcmp(blank - 2, "),", 2))) {
		close = blank - 2;	/* a pid follows */
	} else {
		close = memchr(c->at, ')', left);
		if (!close || (blank && blank < close))
			return false;
	}
	names->ptr = c->at;
	names->len = (size_t)(close - c->at);
	c->at = close + 1;
	return true;
}

static enum po_owner_result take_header(struct po_cursor *c, struct po_owner *o,
					const char *start, bool at_end,
					struct tail *tail)
{
	struct pageowner_record *r = &o->record;
	uint64_t order;

	if (po_take_decimal(c, &order) != PO_NUMBER_OK || order > 63)
		return PO_OWNER_BAD;
	r->order = (uint32_t)order;
	r->pages = UINT64_C(1) << order;
	r->times = 1;
	r->has |= PAGEOWNER_HAS_ORDER | PAGEOWNER_HAS_PAGES | PAGEOWNER_HAS_TIMES;
	if (!po_take_word(c, ", mask 0x"))
		return PO_OWNER_BAD;
	switch (po_take_hex(c, &r->gfp_mask)) {
	case PO_NUMBER_NONE:
		return PO_OWNER_BAD;
	case PO_NUMBER_LARGE:
		o->odd |= ODD(FIELD);
		break;
	case PO_NUMBER_OK:
		r->has |= PAGEOWNER_HAS_GFP_MASK;
	}
	if (po_take_word(c, "(")) {
		if (!take_names(c, &r->gfp_names))
			return PO_OWNER_BAD;
		r->has |= PAGEOWNER_HAS_GFP_NAMES;
	}
	if (po_take_word(c, ", pid "))
		return take_task(c, o, start, at_end, tail);
	return check_tail(c, at_end, c->end, tail);
}

static enum po_owner_result parse_header(struct po_owner *o, const char *p,
					 const char *end, bool at_end,
					 struct tail *tail)
{
	struct pageowner_record *r = &o->record;
	struct po_cursor c = { p + PO_OWNER_START.len, end };
	enum po_owner_result got;

	r->has &= ~PO_HAS_OF_HEADER;
	r->ts_at = r->free_ts_at = 0;
	got = take_header(&c, o, p, at_end, tail);
	if (got == PO_OWNER_BAD && end - p < PO_OWNER_HEADER_MAX) {
		/* So near the end of the text it may only be incomplete. */
		if (!at_end)
			return PO_OWNER_MORE;
		if (!memchr(c.at, '\n', po_left(&c)))
			return PO_OWNER_CUT;
	}
	if (got != PO_OWNER_RECORD)
		return got;
	r->header.ptr = p;
	r->header.len = (size_t)(tail->end - p);
	o->header = o->odd ? NULL : p;
	o->prefix_len = r->ts_at ? r->ts_at : r->header.len;
	return PO_OWNER_RECORD;
}

enum po_owner_result po_owner_parse_header(struct po_owner *o, const char *p,
					   const char *end, bool at_end)
{
	struct tail tail;

	return parse_header(o, p, end, at_end, &tail);
}

/* The header of the record before again, but for the times? */
static bool repeat_header(struct po_owner *o, const char *p, const char *end,
			  struct tail *tail)
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
	if (line_end(&c) != LINE_LF)
		return false;
	tail->end = c.at;
	tail->followed = pfn_shape(c.at + 1, end);
	if (tail->followed != SHAPE_YES)
		return false;
	r->header.ptr = p;
	r->header.len = (size_t)(tail->end - p);
	if (r->has & PAGEOWNER_HAS_GFP_NAMES)
		r->gfp_names.ptr += moved;
	if (r->has & PAGEOWNER_HAS_COMM)
		r->comm.ptr += moved;
	o->header = p;
	return true;
}

/* "name=N" among names separated by '|' */
static bool find_item(struct pageowner_text names, struct pageowner_text name,
		      int32_t *number)
{
	struct po_cursor c = { names.ptr, names.ptr + names.len };
	struct pageowner_text skipped;
	uint64_t value;

	do {
		if (po_take(&c, name)) {
			if (po_take_decimal(&c, &value) != PO_NUMBER_OK ||
			    value > INT32_MAX)
				return false;
			*number = (int32_t)value;
			return true;
		}
	} while (po_take_until(&c, '|', &skipped) && po_take_word(&c, "|"));
	return false;
}

/* "0xH(NAMES)", or the twelve letter columns of kernels to 4.5 */
static void parse_flags(struct po_cursor *c, struct pageowner_record *r)
{
	const char *close;

	if (!po_take_word(c, "0x")) {
		while (po_take_word(c, " "))
			;
		while (po_left(c) && c->end[-1] == ' ')
			c->end--;
		r->flag_names.ptr = c->at;
		r->flag_names.len = po_left(c);
		r->has |= PAGEOWNER_HAS_FLAG_NAMES;
		return;
	}
	if (po_take_hex(c, &r->flags) != PO_NUMBER_OK)
		return;
	r->has |= PAGEOWNER_HAS_FLAGS;
	if (!po_take_word(c, "("))
		return;
	close = c->end;
	while (close > c->at && close[-1] != ')')
		close--;
	if (close == c->at)
		return;
	r->flag_names.ptr = c->at;
	r->flag_names.len = (size_t)(close - 1 - c->at);
	r->has |= PAGEOWNER_HAS_FLAG_NAMES;
	if (find_item(r->flag_names, PO_TEXT("node="), &r->node))
		r->has |= PAGEOWNER_HAS_NODE;
	if (find_item(r->flag_names, PO_TEXT("zone="), &r->zone))
		r->has |= PAGEOWNER_HAS_ZONE;
}

/*
 * A member is taken only with what must follow it, so that a line cut short
 * gives no wrong number.
 */
static void parse_pfn_line(struct pageowner_record *r)
{
	struct po_cursor c = { r->pfn_line.ptr, r->pfn_line.ptr + r->pfn_line.len };
	struct pageowner_text padding;
	enum po_number got;
	uint64_t pfn;

	if (!po_take_word(&c, "PFN "))
		return;
	got = po_take_word(&c, "0x") ? po_take_hex(&c, &pfn) :
				       po_take_decimal(&c, &pfn);
	if (got != PO_NUMBER_OK || !po_left(&c) || *c.at != ' ')
		return;
	r->pfn = pfn;
	r->has |= PAGEOWNER_HAS_PFN;
	if (po_take_word(&c, " type ")) {
		if (!po_take_until(&c, ' ', &r->page_type))
			return;
		r->has |= PAGEOWNER_HAS_PAGE_TYPE;
	}
	if (!po_take_word(&c, " Block ") ||
	    po_take_decimal(&c, &r->block) != PO_NUMBER_OK || !po_left(&c))
		return;
	r->has |= PAGEOWNER_HAS_BLOCK;
	if (!po_take_word(&c, " type ") || !po_take_until(&c, ' ', &r->block_type))
		return;
	r->has |= PAGEOWNER_HAS_BLOCK_TYPE;
	/* To 4.5 "Fallback" or as many blanks stand here. */
	if (!po_take_until(&c, 'F', &padding))
		return;
	if (po_take_word(&c, "Fallback "))
		(void)po_take_until(&c, 'F', &padding);
	if (po_take_word(&c, "Flags "))
		parse_flags(&c, r);
}

/* Frames of mails and of vendor trees lack the blank in front. */
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

bool po_begins_group(const char *p, const char *end)
{
	const char *digits = p;
	struct po_cursor c;

	while (p < end && *p >= '0' && *p <= '9' && p - digits < 18)
		p++;
	c = (struct po_cursor){ p, end };
	return p > digits &&
		(po_take_word(&c, " times") || po_take_word(&c, " pages"));
}

/* What can follow a record only if its end is missing */
static bool begins_other(const struct po_cursor *at)
{
	struct po_cursor c = *at;

	return po_take(&c, PO_OWNER_START) || po_take(&c, PO_CAPTURE_MARK) ||
		po_begins_group(c.at, c.end);
}

/* A line of show_stacks: its entry is behind a record that was cut. */
static bool is_count(struct pageowner_text line)
{
	struct po_cursor c = { line.ptr, line.ptr + line.len };

	return po_take_word(&c, "nr_base_pages: ") ||
		po_take_word(&c, "stack_count: ");
}

static void set_body(struct po_owner *o, const char *body,
		     const char *stack_end, const char *end)
{
	struct pageowner_record *r = &o->record;

	r->stack = (struct pageowner_text){ body, (size_t)(stack_end - body) };
	r->notes = (struct pageowner_text){ stack_end, (size_t)(end - stack_end) };
	o->body = r->has & PAGEOWNER_HAS_NO_END ? NULL : body;
	o->body_len = (size_t)(end - body);
}

static void set_no_end(struct po_owner *o, unsigned int odd)
{
	o->record.has |= PAGEOWNER_HAS_NO_END;
	o->odd |= odd;
}

/*
 * There is a second PFN line: the input was cut in the middle of a line, and
 * what came behind the cut begins at @start.
 */
static bool end_in_line(struct po_owner *o, const char *body,
			const char *stack_end, const char *start)
{
	struct pageowner_record *r = &o->record;

	if (!start)
		return false;
	if (start < body) {
		/* Cut in the PFN line; the rest is not this record's. */
		r->pfn_line.len = (size_t)(start - r->pfn_line.ptr);
		r->has &= PO_HAS_OF_HEADER;
		if (o->all_fields)
			parse_pfn_line(r);
		body = start;
	}
	r->has &= ~PO_HAS_OF_BODY;
	set_no_end(o, ODD(NO_END));
	set_body(o, body, stack_end < start ? stack_end : start, start);
	po_notes_parse(r->notes, r);
	o->next = start;
	return true;
}

static enum po_owner_result parse_body(struct po_owner *o, const char *body,
				       const char *end, bool at_end)
{
	struct pageowner_record *r = &o->record;
	const char *p = body, *stack_end = body;
	const char *searched = r->header.ptr + PO_OWNER_START.len;
	bool in_notes = false;

	r->has &= ~PO_HAS_OF_BODY;
	for (;;) {
		struct po_cursor c = { po_scan_frames(p, end), end };
		struct pageowner_text line;
		enum shape shape;

		if (!c.at) {
			if (!at_end)
				return PO_OWNER_MORE;
			set_no_end(o, ODD(CUT));
			set_body(o, body, in_notes ? stack_end : end, end);
			o->next = end;
			return PO_OWNER_RECORD;
		}
		if (!in_notes)
			stack_end = c.at;
		if (*c.at == '\n') {
			set_body(o, body, stack_end, c.at);
			o->next = c.at + 1;
			return PO_OWNER_RECORD;
		}
		if (po_left(&c) < PO_OWNER_START.len && !at_end)
			return PO_OWNER_MORE;
		if (begins_other(&c)) {
			set_no_end(o, ODD(NO_END));
			set_body(o, body, stack_end, c.at);
			o->next = c.at;
			return PO_OWNER_RECORD;
		}
		if (line_end(&c) == LINE_CRLF)
			return PO_OWNER_CR;
		shape = pfn_shape(c.at, end);
		if (shape == SHAPE_MORE && !at_end)
			return PO_OWNER_MORE;
		if (shape == SHAPE_YES &&
		    end_in_line(o, body, stack_end, find_start(&searched, c.at)))
			return PO_OWNER_RECORD;
		if (!po_take_until(&c, '\n', &line)) {
			if (!at_end)
				return PO_OWNER_MORE;
			/* The last line of all; nobody ends it. */
			line = (struct pageowner_text){ c.at, po_left(&c) };
			c.at = end - 1;
		}
		p = c.at + 1;
		if (!po_notes_parse_line(line, r) && !in_notes && looks_like_frame(line)) {
			stack_end = p;
			continue;
		}
		in_notes = true;
		if (po_unlikely(is_count(line)))
			set_no_end(o, ODD(NO_END));
	}
}

static bool repeat_body(struct po_owner *o, const char *body, const char *end)
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
 * The PFN line, which the header's end has already met. Where it is damaged,
 * what stands in its place is passed over unless it belongs to the rest.
 */
static const char *skip_pfn_line(struct po_owner *o, const char *p,
				 const char *end, const struct tail *tail)
{
	struct po_cursor c = { p, end };

	o->record.pfn_line = (struct pageowner_text){ p, 0 };
	if (tail->followed == SHAPE_NO) {
		o->odd |= ODD(PFN_LINE);
		if (!po_left(&c) || *p == ' ' || *p == '\n' ||
		    begins_other(&c))
			return p;
		if (!po_take_until(&c, '\n', &o->record.pfn_line))
			return NULL;
		return c.at + 1;
	}
	if (!po_take_until(&c, '\n', &o->record.pfn_line))
		return NULL;
	return c.at + 1;
}

void po_owner_forget(struct po_owner *owner)
{
	owner->header = NULL;
	owner->body = NULL;
}

enum po_owner_result po_owner_parse(struct po_owner *o, const char *p,
				    const char *end, bool at_end)
{
	struct pageowner_record *r = &o->record;
	enum po_owner_result got;
	const char *body;
	struct tail tail;

	o->odd = 0;
	o->same = PO_SAME_HEADER;
	r->has &= PO_HAS_OF_HEADER | PO_HAS_OF_BODY;
	if (!repeat_header(o, p, end, &tail)) {
		o->same = 0;
		o->header = NULL;
		got = parse_header(o, p, end, at_end, &tail);
		if (got != PO_OWNER_RECORD)
			return got;
	}
	body = skip_pfn_line(o, tail.end + 1, end, &tail);
	if (!body) {
		if (!at_end)
			return PO_OWNER_MORE;
		r->pfn_line.len = (size_t)(end - r->pfn_line.ptr);
		body = end;
	}
	if (o->all_fields)
		parse_pfn_line(r);
	if (repeat_body(o, body, end)) {
		o->same |= PO_SAME_BODY;
		return PO_OWNER_RECORD;
	}
	o->body = NULL;
	return parse_body(o, body, end, at_end);
}
