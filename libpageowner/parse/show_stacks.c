// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * show_stacks.c - text of one entry of page_owner_stacks/ -> struct pageowner_record.
 *
 * show_stacks has frames and a count, show_handles a handle and a count,
 * show_stacks_handles frames and a handle; each entry ends with an empty line. The
 * module's show_stacks_full has more counts after the first.
 * Users cannot choose any text in them: there is no task name. From stack_print()
 * and similar functions in Linux mm/page_owner.c, 6.9 to today.
 */
#include "parse/dialect.h"

#include "base/cursor.h"
#include "parse/scan.h"

/* A frame line is shorter: a symbol has up to 511 bytes, a module less. */
#define FRAME_MAX	1024
/* A line of a word and a number is much shorter. */
#define KEY_LINE_MAX	64

/* "sym (mm/x.c:12) mod": what scripts/decode_stacktrace.sh makes of a frame */
static bool has_place(struct pageowner_text line)
{
	const char *p = line.ptr, *end = line.ptr + line.len;

	while ((p = memchr(p, ':', (size_t)(end - p)))) {
		if (p - line.ptr > 2 && p[-2] == '.' && memchr("chS", p[-1], 3) &&
		    p + 1 < end && (po_is_digit(p[1]) || p[1] == '?'))
			return true;
		p++;
	}
	return false;
}

/* Whether a line that may be incomplete has "sym+0x", "0x" or "[<" after its blanks, or a
 * place in the source */
static enum po_parse_result check_frame(const char *p, const char *end,
					bool at_end)
{
	struct po_cursor c = { p, end };
	struct pageowner_text line;

	if (po_left(&c) > FRAME_MAX)
		c.end = p + FRAME_MAX;
	if (!po_take_until(&c, '\n', &line)) {
		if (c.end == end && !at_end)
			return PO_PARSE_MORE;
		line.len = po_left(&c);
	}
	line.ptr = p;
	c = (struct po_cursor){ p, p + line.len };
	while (po_take_word(&c, " "))
		;
	if (po_take_word(&c, "0x") || po_take_word(&c, "[<"))
		return PO_PARSE_RECORD;
	return po_left(&c) && (memmem(c.at, po_left(&c), "+0x", 3) || has_place(line)) ?
		PO_PARSE_RECORD : PO_PARSE_BAD;
}

/*
 * Find the end of the frames that begin at @p. They are scanned once: text that
 * turns out not to be an entry is skipped with all of them.
 */
static enum po_parse_result find_frames_end(struct po_dialect *d, const char *p,
					    const char *end, bool at_end,
					    const char **frames_end)
{
	const size_t left = (size_t)(end - p);
	const char *limit = left > PO_DIALECT_MAX ? p + PO_DIALECT_MAX : end;
	enum po_parse_result got = check_frame(p, end, at_end);

	if (got != PO_PARSE_RECORD)
		return got;
	*frames_end = po_scan_frames(p, limit);
	if (*frames_end)
		return PO_PARSE_RECORD;
	if (limit == end && !at_end)
		return PO_PARSE_MORE;
	d->next = limit;
	return limit == end ? PO_PARSE_CUT : PO_PARSE_BAD;
}

/* "WORD: N" and its newline. A line that may continue after the text needs more
 * text; one in which the input ends is cut. */
static enum po_parse_result take_line(struct po_cursor *c, bool at_end,
				      struct pageowner_text word,
				      enum po_number *number, uint64_t *value)
{
	struct po_cursor try = *c;

	*number = PO_NUMBER_NONE;
	if (po_left(c) < KEY_LINE_MAX && !at_end &&
	    !memchr(c->at, '\n', po_left(c)))
		return PO_PARSE_MORE;
	if (!po_take(&try, word))
		return PO_PARSE_RECORD;
	*number = po_take_decimal(&try, value);
	if (!po_left(&try))
		return at_end ? PO_PARSE_CUT : PO_PARSE_MORE;
	if (*number == PO_NUMBER_NONE)
		return PO_PARSE_BAD;
	if (*try.at == '\r')
		return PO_PARSE_CR;
	if (*try.at != '\n')
		return PO_PARSE_BAD;
	c->at = try.at + 1;
	return PO_PARSE_RECORD;
}

static enum po_parse_result take_handle(struct po_cursor *c,
					struct po_dialect *d, bool at_end)
{
	enum po_parse_result got;
	enum po_number number;
	const char *line = c->at;
	uint64_t value;

	got = take_line(c, at_end, PO_TEXT("handle: "), &number, &value);
	if (got != PO_PARSE_RECORD || number == PO_NUMBER_NONE)
		return got;
	d->record.notes = (struct pageowner_text){ line, (size_t)(c->at - line) };
	if (number == PO_NUMBER_LARGE || value > UINT32_MAX) {
		d->odd |= PO_ODD(FIELD);
		return PO_PARSE_RECORD;
	}
	d->record.handle = (uint32_t)value;
	d->record.has |= PAGEOWNER_HAS_HANDLE;
	return PO_PARSE_RECORD;
}

/* "nr_base_pages: N", or "stack_count: N" of 6.9-rc, which counts allocations */
static enum po_parse_result take_count(struct po_cursor *c,
				       struct po_dialect *d, bool at_end,
				       bool *has_count)
{
	uint64_t has = PAGEOWNER_HAS_PAGES, *to = &d->record.pages;
	enum po_parse_result got;
	enum po_number number;

	got = take_line(c, at_end, PO_TEXT("nr_base_pages: "), &number, to);
	if (got == PO_PARSE_RECORD && number == PO_NUMBER_NONE) {
		has = PAGEOWNER_HAS_TIMES | PAGEOWNER_HAS_STACK_COUNT;
		to = &d->record.times;
		got = take_line(c, at_end, PO_TEXT("stack_count: "), &number, to);
	}
	if (got != PO_PARSE_RECORD || number == PO_NUMBER_NONE)
		return got;
	*has_count = true;
	if (number == PO_NUMBER_OK)
		d->record.has |= has;
	else
		d->odd |= PO_ODD(FIELD);
	return PO_PARSE_RECORD;
}

/* Skip what show_stacks_full of the module has after the count: it is not part of
 * what is grouped. */
static enum po_parse_result skip_more(struct po_cursor *c, bool at_end)
{
	static const struct pageowner_text words[] = {
		PO_TEXT("allocations: "), PO_TEXT("base_pages_allocated: "),
		PO_TEXT("base_pages_freed: "), PO_TEXT("peak_base_pages: "),
		PO_TEXT("peak_ts: "), PO_TEXT("oldest_ts: "),
	};

	for (size_t i = 0; i < PO_ARRAY_SIZE(words); i++) {
		struct po_cursor line = *c;
		struct pageowner_text rest;

		if (po_left(c) < KEY_LINE_MAX && !at_end &&
		    !memchr(c->at, '\n', po_left(c)))
			return PO_PARSE_MORE;
		if (po_take(&line, words[i]) && po_take_until(&line, '\n', &rest))
			c->at = line.at + 1;
	}
	return PO_PARSE_RECORD;
}

/* The empty line; an entry without it is returned and marked. */
static enum po_parse_result take_end(struct po_cursor *c, struct po_dialect *d,
				     bool at_end)
{
	if (!po_left(c) && !at_end)
		return PO_PARSE_MORE;
	if (po_left(c) && *c->at == '\r')
		return PO_PARSE_CR;
	if (!po_take_word(c, "\n")) {
		d->record.has |= PAGEOWNER_HAS_NO_END;
		d->odd |= po_left(c) ? PO_ODD(NO_END) : PO_ODD(CUT);
	}
	d->next = c->at;
	return PO_PARSE_RECORD;
}

enum po_parse_result po_show_stacks_parse(struct po_dialect *d, const char *p,
					  const char *end, bool at_end)
{
	struct pageowner_record *r = &d->record;
	enum po_parse_result got = PO_PARSE_RECORD;
	struct po_cursor c = { p, end };
	bool has_count = false;

	if (*p == ' ')
		got = find_frames_end(d, p, end, at_end, &c.at);
	else if (*p != 'h' && *p != 'n' && *p != 's')
		return PO_PARSE_BAD;
	if (got != PO_PARSE_RECORD)
		return got;
	r->header = r->pfn_line = (struct pageowner_text){ p, 0 };
	r->stack = (struct pageowner_text){ p, (size_t)(c.at - p) };
	r->notes = (struct pageowner_text){ c.at, 0 };
	d->next = r->stack.len ? c.at : NULL;
	got = take_handle(&c, d, at_end);
	if (got == PO_PARSE_RECORD)
		got = take_count(&c, d, at_end, &has_count);
	if (got == PO_PARSE_RECORD && has_count && r->stack.len)
		got = skip_more(&c, at_end);
	if (got == PO_PARSE_CUT && !d->next)
		d->next = end;
	if (got != PO_PARSE_RECORD)
		return got;
	if (has_count)
		r->kind = r->stack.len || !r->notes.len ? PAGEOWNER_RECORD_STACK :
			PAGEOWNER_RECORD_HANDLE;
	else if (r->stack.len && r->notes.len)
		r->kind = PAGEOWNER_RECORD_STACK_HANDLE;
	else
		return PO_PARSE_BAD;
	return take_end(&c, d, at_end);
}
