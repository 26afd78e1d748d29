// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * dump_page.c - text that dump_page() prints to the kernel log -> struct
 * pageowner_record.
 *
 * As pasted from dmesg, journal or a bug report: with times, levels, caller ids,
 * host names or quote marks before each line, with or without source lines after a
 * frame. The frames are joined in memory of the dialect, as a dump has them. What
 * follows the stack goes to the notes: the stack that freed the page, the
 * migration. From __dump_page_owner() in Linux mm/page_owner.c, 4.6 to today.
 */
#include "parse/dialect.h"

#include "base/cursor.h"
#include "parse/dump_front.h"
#include "parse/dump_mixed.h"
#include "parse/notes.h"
#include "parse/repair_frame.h"
#include "parse/repair_line.h"
#include "stack/symbol.h"

/* A longer line is not one of these. */
#define LOG_LINE_MAX	2048
/* An entry has no more lines, including lines of other callers between them. */
#define LOG_LINES_MAX	256

#define TRACKS		PO_TEXT("page_owner tracks the page as ")
#define ALLOCATED	PO_TEXT("page allocated via order ")
#define LAST_ALLOCATED	PO_TEXT("page last allocated via order ")
#define MIGRATED	PO_TEXT("page has been migrated, last migrate reason: ")

/* A line without its end, and what follows it */
struct log_line {
	struct pageowner_text text;
	const char *next;
	bool is_whole;
};

static enum po_parse_result take_line(const char *p, const char *end, bool at_end,
				      struct log_line *line)
{
	const size_t left = (size_t)(end - p);
	const char *newline = memchr(p, '\n', left < LOG_LINE_MAX ? left : LOG_LINE_MAX);

	if (!newline && left >= LOG_LINE_MAX)
		return PO_PARSE_BAD;
	if (!newline && !at_end)
		return PO_PARSE_MORE;
	line->is_whole = newline != NULL;
	line->next = newline ? newline + 1 : end;
	line->text = (struct pageowner_text){ p, newline ? (size_t)(newline - p) : left };
	while (line->text.len && (p[line->text.len - 1] == '\r' ||
				  p[line->text.len - 1] == ' '))
		line->text.len--;
	return PO_PARSE_RECORD;
}

/* The rest of a line from a word on; empty if the word is missing */
static struct pageowner_text from_word(struct pageowner_text line,
				       struct pageowner_text word)
{
	const char *found = line.len < word.len ? NULL :
		memmem(line.ptr, line.len, word.ptr, word.len);

	return found ? (struct pageowner_text){ found,
			(size_t)(line.ptr + line.len - found) } :
		(struct pageowner_text){ line.ptr, 0 };
}

/* "T123" or "C0" in "[   12.345678][ T123] ": the caller; empty if missing */
static struct pageowner_text caller_of(struct pageowner_text line)
{
	const char *end = line.ptr + line.len, *p = line.ptr;

	while ((p = memchr(p, '[', (size_t)(end - p)))) {
		const char *close = memchr(p, ']', (size_t)(end - p));

		while (++p < end && *p == ' ')
			;
		if (close && close - p > 1 && (*p == 'T' || *p == 'C') &&
		    po_is_digit(p[1]))
			return (struct pageowner_text){ p, (size_t)(close - p) };
	}
	return (struct pageowner_text){ line.ptr, 0 };
}

static const char *last_blank(const char *from, const char *to)
{
	return to > from ? memrchr(from, ' ', (size_t)(to - from)) : NULL;
}

/* Whether only what precedes each line of a log, or an address, is before a frame: in
 * "initcall sym+0x1/0x2 returned 0" it is not one. What else logs add, the repair knows. */
static bool is_prefix(struct pageowner_text before)
{
	struct po_repair_prefix prefix;
	const char *open;

	if (before.len > 3 && !memcmp(before.ptr + before.len - 3, ">] ", 3)) {
		open = memrchr(before.ptr, '[', before.len);
		before.len = open ? (size_t)(open - before.ptr) : before.len;
	}
	return !po_repair_strip(before, &prefix).len;
}

/* "sym+0x1/0x2 [mod] mm/x.c:1", "sym mm/x.h:1 [inline]" or "0x1" at the end of a
 * line, without what precedes it; empty if it is not a frame */
static struct pageowner_text frame_of(struct pageowner_text line)
{
	const struct pageowner_text none = { line.ptr, 0 };
	const char *end = line.ptr + line.len;
	struct pageowner_text offset = from_word(line, PO_TEXT("+0x"));
	struct po_cursor c = { offset.ptr, end };
	const char *start;
	uint64_t number;

	if (offset.len) {
		c.at += 3;
		if (po_take_hex(&c, &number) == PO_NUMBER_NONE ||
		    !po_take_word(&c, "/0x") ||
		    po_take_hex(&c, &number) == PO_NUMBER_NONE ||
		    !po_repair_may_follow((struct pageowner_text){ c.at, po_left(&c) }))
			return none;
		start = last_blank(line.ptr, offset.ptr);
	} else if (line.len > 9 && !memcmp(end - 9, " [inline]", 9)) {
		start = last_blank(line.ptr, end - 9);
		start = start ? last_blank(line.ptr, start) : NULL;
	} else {
		start = last_blank(line.ptr, end);
		c.at = start ? start + 1 : line.ptr;
		if (!po_take_word(&c, "0x") ||
		    po_take_hex(&c, &number) == PO_NUMBER_NONE || po_left(&c))
			return none;
	}
	start = start ? start + 1 : line.ptr;
	/* "RIP: 0010:sym+0x1/0x2" is not a frame. */
	if (memchr(start, ':', (size_t)((offset.len ? offset.ptr : start) - start)) ||
	    !is_prefix((struct pageowner_text){ line.ptr, (size_t)(start - line.ptr) }))
		return none;
	return (struct pageowner_text){ start, (size_t)(end - start) };
}

/* A frame without offset, as scripts/decode_stacktrace.sh and gdb write it, in @to */
static struct pageowner_text decoded_frame_of(char *to, struct pageowner_text line)
{
	struct po_repair_prefix prefix;
	struct po_repair_frame frame;

	if (!po_repair_find_frame(to, line, &frame) ||
	    po_repair_strip(frame.before, &prefix).len)
		frame.len = 0;
	return (struct pageowner_text){ to, frame.len };
}

static bool take_id(struct po_cursor *c, struct pageowner_record *r, int32_t *id,
		    uint64_t has)
{
	const bool negative = po_take_word(c, "-");
	uint64_t value;

	if (po_take_decimal(c, &value) != PO_NUMBER_OK || value > INT32_MAX)
		return false;
	*id = negative ? -(int32_t)value : (int32_t)value;
	r->has |= has;
	return true;
}

static bool take_time(struct po_cursor *c, struct pageowner_record *r,
		      uint64_t *ns, uint32_t *at, uint64_t has)
{
	*at = (uint32_t)(c->at - r->header.ptr);
	if (po_take_decimal(c, ns) != PO_NUMBER_OK)
		return false;
	(void)po_take_word(c, " ns");
	r->has |= has;
	return true;
}

/* "(COMM)": a name may contain what follows it, so the last match counts. */
static bool take_comm(struct po_cursor *c, struct pageowner_record *r)
{
	static const struct pageowner_text behind = PO_TEXT("), ts ");

	for (const char *p = c->end - behind.len; p >= c->at; p--) {
		if (memcmp(p, behind.ptr, behind.len))
			continue;
		r->comm = (struct pageowner_text){ c->at, (size_t)(p - c->at) };
		r->has |= PAGEOWNER_HAS_COMM;
		c->at = p + 1;
		return true;
	}
	return false;
}

/* The line that describes the allocation */
static bool parse_header(struct pageowner_record *r)
{
	struct po_cursor c = { r->header.ptr, r->header.ptr + r->header.len };
	uint64_t order;

	if (!po_take(&c, ALLOCATED) && !po_take(&c, LAST_ALLOCATED))
		return false;
	if (po_take_decimal(&c, &order) != PO_NUMBER_OK || order > 63)
		return false;
	r->order = (uint32_t)order;
	r->pages = UINT64_C(1) << order;
	r->times = 1;
	r->has |= PAGEOWNER_HAS_ORDER | PAGEOWNER_HAS_PAGES | PAGEOWNER_HAS_TIMES;
	if (!po_left(&c))
		return true;
	if (!po_take_word(&c, ", migratetype "))
		return false;
	r->has |= PAGEOWNER_HAS_PAGE_TYPE;
	if (!po_take_until(&c, ',', &r->page_type)) {
		r->page_type = (struct pageowner_text){ c.at, po_left(&c) };
		return true;
	}
	if (!po_take_word(&c, ", gfp_mask 0x") ||
	    po_take_hex(&c, &r->gfp_mask) != PO_NUMBER_OK)
		return false;
	r->has |= PAGEOWNER_HAS_GFP_MASK;
	if (po_take_word(&c, "(")) {
		if (!po_take_until(&c, ')', &r->gfp_names))
			return false;
		c.at++;
		r->has |= PAGEOWNER_HAS_GFP_NAMES;
	}
	if (!po_left(&c))
		return true;
	if (!po_take_word(&c, ", pid ") || !take_id(&c, r, &r->pid, PAGEOWNER_HAS_PID))
		return false;
	if (po_take_word(&c, ", tgid ") &&
	    !take_id(&c, r, &r->tgid, PAGEOWNER_HAS_TGID))
		return false;
	if (po_take_word(&c, " (") && !take_comm(&c, r))
		return false;
	if (!po_take_word(&c, ", ts ") ||
	    !take_time(&c, r, &r->ts_ns, &r->ts_at, PAGEOWNER_HAS_TS))
		return false;
	if (po_take_word(&c, ", free_ts ") &&
	    !take_time(&c, r, &r->free_ts_ns, &r->free_ts_at, PAGEOWNER_HAS_FREE_TS))
		return false;
	return !po_left(&c);
}

struct entry {
	struct po_dialect *d;
	size_t len;		/* of the joined text */
	size_t stack_len;
	bool in_notes;
	bool is_cut;		/* another entry begins in it */
};

static int put(struct entry *e, struct pageowner_text text)
{
	/* At least one byte: it is copied to, even if nothing is copied. */
	if (po_buffer_need(&e->d->text, NULL, e->len + text.len + 1) < 0)
		return -ENOMEM;
	memcpy(e->d->text.ptr + e->len, text.ptr, text.len);
	e->len += text.len;
	return 0;
}

static int put_line(struct entry *e, struct pageowner_text before,
		    struct pageowner_text line)
{
	if (put(e, before) < 0 || put(e, line) < 0 || put(e, PO_TEXT("\n")) < 0)
		return -ENOMEM;
	return 0;
}

static void begin_notes(struct entry *e)
{
	if (!e->in_notes)
		e->stack_len = e->len;
	e->in_notes = true;
}

/* Another processor's entry begins before the end of this one, or is mixed with it: keep
 * what is certain. Since 5.13 something always follows the stack. */
static int cut_stack(struct entry *e)
{
	struct po_dialect *d = e->d;
	struct pageowner_text stack;
	size_t certain;

	if (e->is_cut && !e->in_notes && (d->record.has & PAGEOWNER_HAS_FREE_TS || !e->len)) {
		d->odd |= PO_ODD(GUESS);
		if (e->len && put_line(e, PO_TEXT(" "), PO_ELISION) < 0)
			return -ENOMEM;
	}
	begin_notes(e);
	stack = (struct pageowner_text){ d->text.ptr, e->stack_len };
	certain = po_stack_certain_len(stack);
	if (certain == e->stack_len)
		return 0;
	/* The line that replaces others is no longer than they are. */
	d->odd |= PO_ODD(GUESS);
	if (certain)
		certain = (size_t)((char *)mempcpy(d->text.ptr + certain, " ...\n", 5) -
				   d->text.ptr);
	memmove(d->text.ptr + certain, d->text.ptr + e->stack_len, e->len - e->stack_len);
	e->len -= e->stack_len - certain;
	e->stack_len = certain;
	return 0;
}

static bool begins_entry(struct pageowner_text line)
{
	return from_word(line, TRACKS).len || from_word(line, ALLOCATED).len ||
		from_word(line, LAST_ALLOCATED).len;
}

/* "page last free pid 1 tgid 1 ts 5 stack trace:": the time, where Linux 7.3 prints it, is
 * a member of the record and not a part of its text, as that of the allocation. */
static int put_last_free(struct entry *e, struct pageowner_text line)
{
	static const struct pageowner_text none = PO_TEXT("");
	const struct pageowner_text ts = from_word(line, PO_TEXT(" ts "));
	struct pageowner_record *r = &e->d->record;
	struct po_cursor c = { ts.ptr + 4, ts.ptr + ts.len };
	struct pageowner_text before = { line.ptr, (size_t)(ts.ptr - line.ptr) };

	if (!ts.len || po_take_decimal(&c, &r->free_ts_ns) != PO_NUMBER_OK)
		return put_line(e, none, line);
	r->has |= PAGEOWNER_HAS_FREE_TS;
	return put_line(e, before, (struct pageowner_text){ c.at, po_left(&c) });
}

static bool is_elision(struct pageowner_text line)
{
	return line.len >= PO_ELISION.len &&
		!memcmp(line.ptr + line.len - PO_ELISION.len, PO_ELISION.ptr, PO_ELISION.len);
}

/* A line after the first: PO_PARSE_BAD if it no longer belongs to the entry */
static enum po_parse_result put_any(struct entry *e, struct pageowner_text line)
{
	char decoded[LOG_LINE_MAX + PO_FRAME_MORE];
	struct pageowner_text text;
	int ret = 0;

	if (from_word(line, PO_TEXT("page_owner allocation stack trace missing")).len ||
	    from_word(line, PO_TEXT("page_owner free stack trace missing")).len) {
		begin_notes(e);
	} else if ((text = from_word(line, PO_TEXT("page last free "))).len) {
		begin_notes(e);
		ret = put_last_free(e, text);
	} else if ((text = from_word(line, MIGRATED)).len) {
		begin_notes(e);
		/* As in the file, so that it is parsed in the same way. */
		text.ptr++;
		text.len--;
		ret = put_line(e, PO_TEXT("P"), text);
	} else if (is_elision(line)) {
		e->d->is_suspect = true;
		ret = put_line(e, PO_TEXT(" "), PO_ELISION);
	} else if ((text = frame_of(line)).len) {
		/* An odd blank before it */
		e->d->is_suspect |= (unsigned char)*text.ptr > 0x7e;
		ret = put_line(e, PO_TEXT(" "), text);
	} else if ((text = decoded_frame_of(decoded, line)).len) {
		e->d->is_suspect = true;
		ret = put_line(e, PO_TEXT(" "), text);
	} else {
		return PO_PARSE_BAD;
	}
	return ret < 0 ? PO_PARSE_NO_MEMORY : PO_PARSE_RECORD;
}

/* All lines after the one that describes the allocation */
static enum po_parse_result take_rest(struct entry *e, struct log_line line,
				      const char *end, bool at_end)
{
	const struct pageowner_text caller = caller_of(line.text);
	enum po_parse_result got;

	e->d->next = line.next;
	for (int i = 0; i < LOG_LINES_MAX && line.next < end; i++) {
		struct pageowner_text other;

		got = take_line(line.next, end, at_end, &line);
		if (got != PO_PARSE_RECORD)
			return got == PO_PARSE_BAD ? PO_PARSE_RECORD : got;
		other = caller_of(line.text);
		/* A line of another processor in between */
		if (caller.len && other.len && !po_text_equal(caller, other)) {
			if (begins_entry(line.text))
				e->d->odd |= PO_ODD(JUNK);
			continue;
		}
		e->is_cut = !caller.len && begins_entry(line.text);
		got = put_any(e, line.text);
		e->d->is_suspect |= got == PO_PARSE_BAD && (line.text.len || !e->len);
		if (got != PO_PARSE_RECORD)
			return got == PO_PARSE_BAD ? PO_PARSE_RECORD : got;
		e->d->next = line.next;
		if (!line.is_whole)	/* its end may be missing */
			e->d->odd |= PO_ODD(CUT);
	}
	return line.next == end && !at_end ? PO_PARSE_MORE : PO_PARSE_RECORD;
}

/*
 * The lines that say which page it is, up to the first of page_owner, which is left in
 * *line. Without page_owner there is none: PO_PARSE_BAD.
 */
static enum po_parse_result take_front(struct po_dialect *d, struct log_line *line,
				       const char *end, bool at_end,
				       struct pageowner_text *memcg)
{
	const struct pageowner_text caller = caller_of(line->text);

	for (int i = 0; i < PO_DUMP_FRONT_MAX; i++) {
		const struct pageowner_text other = caller_of(line->text);
		enum po_parse_result got;

		if (begins_entry(line->text))
			return PO_PARSE_RECORD;
		if (!po_dump_front_line(line->text, &d->record, memcg) &&
		    (!caller.len || po_text_equal(caller, other)))
			return PO_PARSE_BAD;
		if (line->next == end && at_end)
			return PO_PARSE_BAD;
		got = take_line(line->next, end, at_end, line);
		if (got != PO_PARSE_RECORD)
			return got;
	}
	return PO_PARSE_BAD;
}

enum po_parse_result po_dump_page_parse(struct po_dialect *d, const char *p,
					const char *end, bool at_end)
{
	struct pageowner_record *r = &d->record;
	struct pageowner_text tracks, header, memcg = PO_TEXT("");
	struct entry e = { .d = d };
	enum po_parse_result got;
	struct log_line line;

	got = take_line(p, end, at_end, &line);
	if (got == PO_PARSE_RECORD && po_dump_front_begins(line.text))
		got = take_front(d, &line, end, at_end, &memcg);
	if (got != PO_PARSE_RECORD)
		return got;
	tracks = from_word(line.text, TRACKS);
	if (tracks.len) {
		got = take_line(line.next, end, at_end, &line);
		if (got != PO_PARSE_RECORD)
			return got;
	}
	header = from_word(line.text, LAST_ALLOCATED);
	if (!header.len)
		header = from_word(line.text, ALLOCATED);
	r->header = header;
	if (!header.len || !line.is_whole || !parse_header(r))
		return PO_PARSE_BAD;
	if (!(r->has & PAGEOWNER_HAS_GFP_MASK))	/* every kernel prints it */
		d->odd |= PO_ODD(GUESS);
	r->kind = PAGEOWNER_RECORD_CONSOLE;
	got = take_rest(&e, line, end, at_end);
	if (got != PO_PARSE_RECORD) {
		d->next = NULL;
		return got;
	}
	if (cut_stack(&e) < 0)
		return PO_PARSE_NO_MEMORY;
	if (!(r->has & PAGEOWNER_HAS_GFP_MASK) && !e.stack_len) {
		d->next = NULL;
		return PO_PARSE_BAD;
	}
	tracks.ptr += TRACKS.len;
	tracks.len = tracks.len < TRACKS.len ? 0 : tracks.len - TRACKS.len;
	if ((po_text_equal(tracks, PO_TEXT("freed")) && put_line(&e, TRACKS, tracks) < 0) ||
	    (memcg.len && put_line(&e, PO_TEXT("memcg:"), memcg) < 0))
		return PO_PARSE_NO_MEMORY;
	if (d->odd & PO_ODD(CUT))
		r->has |= PAGEOWNER_HAS_NO_END;
	if (po_buffer_need(&d->text, NULL, e.len + 1) < 0)
		return PO_PARSE_NO_MEMORY;
	r->stack = (struct pageowner_text){ d->text.ptr, e.stack_len };
	r->notes = (struct pageowner_text){ d->text.ptr + e.stack_len,
		e.len - e.stack_len };
	r->pfn_line = (struct pageowner_text){ p, 0 };
	po_notes_parse(r->notes, r);
	return PO_PARSE_RECORD;
}
