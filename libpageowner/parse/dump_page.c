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
#include "parse/dump_header.h"
#include "parse/dump_mixed.h"
#include "parse/header.h"
#include "parse/notes.h"
#include "parse/repair_frame.h"
#include "parse/repair_line.h"
#include "parse/repair_markup.h"
#include "stack/symbol.h"

/* A longer line is not one of these. */
#define LOG_LINE_MAX	2048
/* An entry has no more lines, nor more lines of other callers between two of them. */
#define LOG_LINES_MAX	256
#define LOG_OTHERS_MAX	128

#define TRACKS		PO_TEXT("page_owner tracks the page as ")
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

struct entry {
	struct po_dialect *d;
	struct pageowner_text caller;	/* empty if the log has none */
	const char *other;	/* where an entry of another caller begins between its lines */
	unsigned int others;	/* entries that do */
	size_t len;		/* of the joined text */
	size_t stack_len;
	bool in_notes;
	bool is_missing;	/* the kernel says that it has no stack */
	bool has_last_free;
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
	if (!e->stack_len && !e->is_missing)
		d->odd |= PO_ODD(GUESS);
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
	return from_word(line, TRACKS).len || from_word(line, PO_DUMP_ALLOCATED).len ||
		from_word(line, PO_DUMP_LAST_ALLOCATED).len;
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

	e->d->is_suspect |= po_markup_is_in(line) ||
		(line.len && memchr("`~}", line.ptr[line.len - 1], 3));
	if (from_word(line, PO_TEXT("page_owner allocation stack trace missing")).len) {
		e->is_missing = true;
		begin_notes(e);
	} else if (from_word(line, PO_TEXT("page_owner free stack trace missing")).len) {
		begin_notes(e);
	} else if ((text = from_word(line, PO_TEXT("page last free "))).len) {
		/* Once only: the second is another entry's. */
		e->d->odd |= e->has_last_free ? PO_ODD(GUESS) : 0;
		e->has_last_free = true;
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

/* The next line that is not of another processor; PO_PARSE_BAD at the end of the text */
static enum po_parse_result take_own_line(struct entry *e, struct log_line *line,
					  const char *end, bool at_end)
{
	for (int i = 0; i < LOG_OTHERS_MAX; i++) {
		const char *start = line->next;
		struct pageowner_text caller;
		enum po_parse_result got;

		if (start == end)
			return at_end ? PO_PARSE_BAD : PO_PARSE_MORE;
		got = take_line(start, end, at_end, line);
		if (got != PO_PARSE_RECORD)
			return got;
		caller = po_caller_of(line->text, line->text.len);
		if (!e->caller.len || !caller.len || po_text_equal(e->caller, caller))
			return PO_PARSE_RECORD;
		if (!begins_entry(line->text) && !po_dump_front_begins(line->text))
			continue;
		if (e->others++ >= PO_CALLERS_MAX)
			break;
		if (!e->other &&
		    !(e->d->callers && po_callers_have_read(e->d->callers, caller, start)))
			e->other = start;
	}
	return PO_PARSE_BAD;
}

/* All lines after the one that describes the allocation */
static enum po_parse_result take_rest(struct entry *e, struct log_line line,
				      const char *end, bool at_end)
{
	enum po_parse_result got = PO_PARSE_RECORD;

	e->d->next = line.next;
	for (int i = 0; i < LOG_LINES_MAX && got == PO_PARSE_RECORD; i++) {
		got = take_own_line(e, &line, end, at_end);
		if (got != PO_PARSE_RECORD)
			break;
		e->is_cut = !e->caller.len && begins_entry(line.text);
		got = put_any(e, line.text);
		e->d->is_suspect |= got == PO_PARSE_BAD && (line.text.len || !e->len);
		if (got != PO_PARSE_RECORD)
			break;
		e->d->next = line.next;
		if (!line.is_whole)	/* its end may be missing */
			e->d->odd |= PO_ODD(CUT);
	}
	return got == PO_PARSE_BAD ? PO_PARSE_RECORD : got;
}

/*
 * The lines that say which page it is, up to the first of page_owner, which is left in
 * *line. Without page_owner there is none: PO_PARSE_BAD.
 */
static enum po_parse_result take_front(struct entry *e, struct log_line *line,
				       const char *end, bool at_end,
				       struct pageowner_text *memcg)
{
	for (int i = 0; i < PO_DUMP_FRONT_MAX; i++) {
		enum po_parse_result got;

		if (begins_entry(line->text))
			return PO_PARSE_RECORD;
		if (!po_dump_front_line(line->text, &e->d->record, memcg) &&
		    (!e->caller.len || po_caller_of(line->text, line->text.len).len))
			return PO_PARSE_BAD;
		got = take_own_line(e, line, end, at_end);
		if (got != PO_PARSE_RECORD)
			return got;
	}
	return PO_PARSE_BAD;
}

/* @state: what follows "tracks the page as", empty if that line is missing; it may be cut,
 * or have more at its end than a kernel prints. */
static bool is_freed(struct po_dialect *d, struct pageowner_text state)
{
	const struct pageowner_text freed = PO_TEXT("freed"), allocated = PO_TEXT("allocated");

	if (po_text_equal(state, allocated))
		d->record.has |= PAGEOWNER_HAS_ALLOCATED;
	else if (state.len && !po_text_equal(state, freed))
		d->odd |= PO_ODD(GUESS);
	return state.len >= freed.len && !memcmp(state.ptr, freed.ptr, freed.len);
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
	if (got != PO_PARSE_RECORD)
		return got;
	e.caller = po_caller_of(line.text, line.text.len);
	if (po_dump_front_begins(line.text))
		got = take_front(&e, &line, end, at_end, &memcg);
	if (got != PO_PARSE_RECORD)
		return got;
	tracks = from_word(line.text, TRACKS);
	if (tracks.len) {
		got = take_own_line(&e, &line, end, at_end);
		if (got != PO_PARSE_RECORD)
			return got;
	}
	header = from_word(line.text, PO_DUMP_LAST_ALLOCATED);
	if (!header.len)
		header = from_word(line.text, PO_DUMP_ALLOCATED);
	r->header = header;
	if (!header.len || !line.is_whole || !po_dump_header_parse(r))
		return PO_PARSE_BAD;
	/* Every kernel prints the mask with its names. */
	if (!(r->has & (PAGEOWNER_HAS_GFP_NAMES | PAGEOWNER_HAS_PID)) ||
	    po_has_cut_name(r))
		d->odd |= PO_ODD(GUESS);
	r->kind = PAGEOWNER_RECORD_CONSOLE;
	got = take_rest(&e, line, end, at_end);
	if (got != PO_PARSE_RECORD) {
		d->next = NULL;
		return got;
	}
	d->caller = e.caller;
	d->caller_end = d->next;
	/* That entry is read next. */
	if (e.other && e.other < d->next)
		d->next = e.other;
	if (cut_stack(&e) < 0)
		return PO_PARSE_NO_MEMORY;
	if (!(r->has & PAGEOWNER_HAS_GFP_MASK) && !e.stack_len) {
		d->next = NULL;
		return PO_PARSE_BAD;
	}
	tracks.ptr += TRACKS.len;
	tracks.len = tracks.len < TRACKS.len ? 0 : tracks.len - TRACKS.len;
	if ((is_freed(d, tracks) && put_line(&e, TRACKS, PO_TEXT("freed")) < 0) ||
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
	if (r->has & PAGEOWNER_HAS_FREE_STACK && po_free_stack_is_mixed(r->free_stack))
		d->odd |= PO_ODD(GUESS);
	return PO_PARSE_RECORD;
}
