// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * header.c - the first line of a record of page_owner -> members of struct
 * pageowner_record.
 *
 * The only text in a record that users choose freely, newlines included, is the
 * task name in this line. The kernel limits it to 15 bytes, which is too short for
 * "), ts 9 ns" followed by a PFN line: the first place that looks like the end of a
 * header and is followed by a PFN line is the true end. In a report, which has no
 * PFN lines, it is the last such place within those 15 bytes. Where there is no such
 * place the record may have no times, as kernel/ writes it with times=0: then the first
 * ')' that ends a line and is followed by a PFN line.
 *
 * After this line it only checks whether a PFN line follows.
 */
#include "parse/header.h"

#include "base/cursor.h"
#include "parse/notes.h"
#include "parse/repair_text.h"
#include "parse/starts.h"

bool po_has_cut_name(const struct pageowner_record *r)
{
	return r->has & PAGEOWNER_HAS_COMM && po_unlikely(r->comm.len > PO_COMM_LEN) &&
		po_repair_find_stamp(r->comm, 0) < r->comm.len;
}

/* A signed number of 32 bits; sets nothing if it is too large. */
static bool take_id(struct po_cursor *c, struct po_header_line *h, int32_t *id,
		    uint64_t has)
{
	bool negative = po_take_word(c, "-");
	enum po_number got;
	uint64_t value;

	got = po_take_decimal(c, &value);
	if (got == PO_NUMBER_NONE)
		return false;
	if (got == PO_NUMBER_LARGE || value > INT32_MAX) {
		h->odd |= PO_ODD(FIELD);
		return true;
	}
	*id = negative ? -(int32_t)value : (int32_t)value;
	h->record->has |= has;
	return true;
}

static bool take_time(struct po_cursor *c, struct po_header_line *h, const char *start,
		      uint64_t *ns, uint32_t *at, uint64_t has)
{
	const char *digits = c->at;
	enum po_number got = po_take_decimal(c, ns);

	if ((got == PO_NUMBER_NONE && !h->in_report) || !po_take_word(c, " ns"))
		return false;
	*at = (uint32_t)(digits - start);
	if (got == PO_NUMBER_OK)
		h->record->has |= has;
	else if (got == PO_NUMBER_LARGE)
		h->odd |= PO_ODD(FIELD);
	return true;
}

/* ", ts N ns" with or without ", free_ts N ns" */
static bool take_times(struct po_cursor *c, struct po_header_line *h,
		       const char *start)
{
	struct pageowner_record *r = h->record;

	if (!po_take_word(c, ", ts ") ||
	    !take_time(c, h, start, &r->ts_ns, &r->ts_at, PAGEOWNER_HAS_TS))
		return false;
	return !po_take_word(c, ", free_ts ") ||
		take_time(c, h, start, &r->free_ts_ns, &r->free_ts_at,
			  PAGEOWNER_HAS_FREE_TS);
}

/* What ends the header, @c being after its last part */
static enum po_parse_result take_end(const struct po_cursor *c, struct po_header_line *h,
				     bool at_end)
{
	enum po_line_end end = po_line_end(c);

	if (end == PO_LINE_MORE)
		return at_end ? PO_PARSE_CUT : PO_PARSE_MORE;
	if (end == PO_LINE_NO)
		return PO_PARSE_BAD;
	h->end = c->at;
	h->followed = po_pfn_line_shape(c->at + (end == PO_LINE_CRLF ? 2 : 1),
					c->end);
	if (h->followed == PO_SHAPE_MORE && !at_end)
		return PO_PARSE_MORE;
	return end == PO_LINE_CRLF ? PO_PARSE_CR : PO_PARSE_RECORD;
}

/* Whether a header without times may end after the ')' at @close: in a report the last
 * place that a name can reach, otherwise the first that a PFN line follows. */
static void note_untimed(struct po_header_line *h, const char *comm, const char *close,
			 const char *end, bool at_end, const char **untimed)
{
	const struct po_cursor c = { close + 1, end };

	if (close - comm > PO_COMM_LEN || (*untimed && !h->in_report))
		return;
	if (take_end(&c, h, at_end) == PO_PARSE_RECORD &&
	    (h->in_report || h->followed != PO_SHAPE_NO))
		*untimed = close;
}

/*
 * Take the task name, at whose first byte @c is, and what follows it. Any ')' may be
 * its end. If no candidate is followed by a PFN line, that line is damaged, and the
 * first candidate is used; if there is none, that of a header without times.
 */
static enum po_parse_result take_comm(struct po_cursor *c, struct po_header_line *h,
				      const char *start, bool at_end)
{
	struct pageowner_record *r = h->record;
	const char *comm = c->at;
	const char *limit = po_left(c) > PO_HEADER_COMM_MAX ?
		comm + PO_HEADER_COMM_MAX : c->end;
	const char *close = comm, *searched = comm, *fallback = NULL, *untimed = NULL;
	const uint64_t has = r->has;
	const unsigned int odd = h->odd;
	bool may_be_crlf = false;

	for (; (close = memchr(close, ')', (size_t)(limit - close))); close++) {
		struct po_cursor try = { close + 1, c->end };
		enum po_parse_result got;

		/* A name cannot contain the start of a record: this is the next one. */
		if (po_find_record_start(&searched, close)) {
			limit = close;
			break;
		}
		r->has = has | PAGEOWNER_HAS_COMM;
		r->ts_at = r->free_ts_at = 0;
		h->odd = odd;
		if (!take_times(&try, h, start)) {
			note_untimed(h, comm, close, c->end, at_end, &untimed);
			continue;
		}
		got = take_end(&try, h, at_end);
		if (got == PO_PARSE_MORE ||
		    (got == PO_PARSE_CR && h->followed != PO_SHAPE_NO))
			return got;
		may_be_crlf |= got == PO_PARSE_CR;
		if (got == PO_PARSE_RECORD && h->followed != PO_SHAPE_NO) {
			/* No kernel has names this long, and there is a candidate. */
			if (close - comm > PO_COMM_LEN && fallback &&
			    fallback - comm <= PO_COMM_LEN) {
				limit = close;
				break;
			}
			r->comm.ptr = comm;
			r->comm.len = (size_t)(close - comm);
			return PO_PARSE_RECORD;
		}
		if (got == PO_PARSE_RECORD &&
		    (!fallback || (h->in_report && close - comm <= PO_COMM_LEN)))
			fallback = close;
	}
	if (!at_end && limit == c->end)	/* a better candidate may follow */
		return PO_PARSE_MORE;
	if (fallback || untimed) {
		struct po_cursor again = { (fallback ? fallback : untimed) + 1, c->end };

		r->has = has | PAGEOWNER_HAS_COMM;
		r->ts_at = r->free_ts_at = 0;
		h->odd = odd;
		r->comm.ptr = comm;
		r->comm.len = (size_t)(again.at - 1 - comm);
		if (fallback)
			take_times(&again, h, start);
		return take_end(&again, h, at_end);
	}
	if (may_be_crlf)
		return PO_PARSE_CR;
	c->at = limit;
	return PO_PARSE_BAD;
}

/* ", pid P" and all that may follow */
static enum po_parse_result take_task(struct po_cursor *c, struct po_header_line *h,
				      const char *start, bool at_end)
{
	struct pageowner_record *r = h->record;

	if (!take_id(c, h, &r->pid, PAGEOWNER_HAS_PID))
		return PO_PARSE_BAD;
	if (po_take_word(c, ", tgid ") &&
	    !take_id(c, h, &r->tgid, PAGEOWNER_HAS_TGID))
		return PO_PARSE_BAD;
	if (po_take_word(c, " ("))
		return take_comm(c, h, start, at_end);
	if (!take_times(c, h, start))
		return PO_PARSE_BAD;
	return take_end(c, h, at_end);
}

/*
 * The names in parentheses after the mask. They hold no blank, so it cannot be
 * another line's ')' that ends them.
 */
static bool take_names(struct po_cursor *c, struct pageowner_text *names)
{
	const size_t left = po_left(c) < PO_HEADER_NAMES_MAX ? po_left(c) :
		PO_HEADER_NAMES_MAX;
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

static enum po_parse_result take_header(struct po_cursor *c, struct po_header_line *h,
					const char *start, bool at_end)
{
	struct pageowner_record *r = h->record;
	uint64_t order;

	if (po_take_decimal(c, &order) != PO_NUMBER_OK || order > 63)
		return PO_PARSE_BAD;
	r->order = (uint32_t)order;
	r->pages = UINT64_C(1) << order;
	r->times = 1;
	r->has |= PAGEOWNER_HAS_ORDER | PAGEOWNER_HAS_PAGES | PAGEOWNER_HAS_TIMES;
	if (!po_take_word(c, ", mask 0x"))
		return PO_PARSE_BAD;
	switch (po_take_hex(c, &r->gfp_mask)) {
	case PO_NUMBER_NONE:
		return PO_PARSE_BAD;
	case PO_NUMBER_LARGE:
		h->odd |= PO_ODD(FIELD);
		break;
	case PO_NUMBER_OK:
		r->has |= PAGEOWNER_HAS_GFP_MASK;
	}
	if (po_take_word(c, "(")) {
		if (!take_names(c, &r->gfp_names))
			return PO_PARSE_BAD;
		r->has |= PAGEOWNER_HAS_GFP_NAMES;
	}
	if (po_take_word(c, ", pid "))
		return take_task(c, h, start, at_end);
	return take_end(c, h, at_end);
}

enum po_parse_result po_header_parse(struct po_header_line *h, const char *p,
				     const char *end, bool at_end)
{
	struct pageowner_record *r = h->record;
	struct po_cursor c = { p + PO_RECORD_START.len, end };
	enum po_parse_result got;

	h->odd = 0;
	r->has &= ~PO_HAS_OF_HEADER;
	r->ts_at = r->free_ts_at = 0;
	got = take_header(&c, h, p, at_end);
	if (po_has_cut_name(r))
		h->odd |= PO_ODD(GUESS);
	if (got == PO_PARSE_BAD && end - p < PO_HEADER_MAX) {
		/* This close to the end of the text it may be incomplete. */
		if (!at_end)
			return PO_PARSE_MORE;
		if (!memchr(c.at, '\n', po_left(&c)))
			return PO_PARSE_CUT;
	}
	if (got != PO_PARSE_RECORD)
		return got;
	r->header.ptr = p;
	r->header.len = (size_t)(h->end - p);
	return PO_PARSE_RECORD;
}
