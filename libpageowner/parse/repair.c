// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * repair.c - text of an entry as people posted it -> the text that the kernel printed.
 *
 * Only called for what the parsers cannot read, or do not read whole: folded, quoted,
 * indented, coloured, decoded, cut, with a log's prefixes, with lines of other origin in
 * between, from other tools. The result is parsed by the parser of its kind. It looks
 * at a bounded number of lines (repair_text.h), so no input can make it slow.
 */
#include "parse/repair.h"

#include "parse/repair_entry.h"
#include "parse/repair_frame.h"
#include "parse/repair_markup.h"
#include "parse/starts.h"

struct po_repair_work {
	struct po_repair_text text;
	struct po_buffer notes;
	char frame[PO_REPAIR_JOINED_MAX + PO_FRAME_MORE];
};

bool po_repair_is_worth(struct pageowner_text line)
{
	static const struct pageowner_text words[] = {
		PO_TEXT("ge alloc"), PO_TEXT("ge last"), PO_TEXT("page_owner tr"),
		PO_TEXT("+0x"), PO_TEXT(" times"), PO_TEXT(" pages"), PO_TEXT("paddr "),
		PO_TEXT("handle: "), PO_TEXT(" 0x"), PO_TEXT("nr_base_pages"),
		PO_TEXT("mapcount:"), PO_TEXT("page: refcount:"), PO_TEXT("Bad page state"),
		PO_TEXT(".c:"), PO_TEXT(".h:"), PO_TEXT(".S:"),
	};
	static const struct pageowner_text starts[] = {
		PO_TEXT("Page allocated via"), PO_TEXT("page last allocated"),
		PO_TEXT("page_owner tracks"),
	};

	if (line.len > PO_REPAIR_LINE_MAX)
		return false;
	/* It may say so after it is cleaned. */
	if (memchr(line.ptr, 0xc2, line.len) || memchr(line.ptr, 0xe2, line.len) ||
	    memchr(line.ptr, 0x1b, line.len) || memchr(line.ptr, '\b', line.len) ||
	    memchr(line.ptr, '\\', line.len) || po_markup_is_in(line))
		return true;
	for (size_t i = 0; i < PO_ARRAY_SIZE(words); i++)
		if (line.len >= words[i].len &&
		    memmem(line.ptr, line.len, words[i].ptr, words[i].len))
			return true;
	/* Folded in the first words */
	for (size_t i = 0; i < PO_ARRAY_SIZE(starts); i++)
		for (size_t len = 4; len < starts[i].len; len++)
			if (line.len >= len && !memcmp(line.ptr + line.len - len,
						       starts[i].ptr, len))
				return true;
	return false;
}

/* --- the first lines of each kind */

/* The header is cut: take what is whole of it, if the rest of a record follows. */
static size_t find_cut_header(struct po_repair_entry *e, enum po_line_shape shape, char *text)
{
	const struct po_repair_line *line = po_repair_line_at(e->text, e->line), *next;
	struct po_repair_frame frame;
	struct pageowner_text first, after;
	size_t lines;

	first = line ? po_shape_find(shape, po_repair_cleaned(e->text, line)) :
		(struct pageowner_text){ "", 0 };
	if (first.len < 20 || po_repair_join(e->text, shape, first, e->line))
		return 0;
	lines = e->text->joined_lines;
	next = po_repair_line_at(e->text, e->line + lines);
	if (!next)
		return 0;
	after = po_repair_cleaned(e->text, next);
	if (shape == PO_LINE_RECORD ? po_shape_find(PO_LINE_PFN, after).len < 5 :
	    !po_repair_entry_frame(e, text, next, &frame))
		return 0;
	/* In a report it is the line of counts before it that cannot be read. */
	if (po_shape_fit(PO_LINE_REPORT_RECORD, po_repair_joined(e)) == PO_FIT_WHOLE ||
	    !po_repair_cut(e->text, shape))
		return 0;
	po_repair_count(e, PAGEOWNER_REPAIR_HEADER);
	e->repair->guesses++;
	return lines;
}

static bool begin_page(struct po_repair_entry *e, char *frame_text)
{
	const bool is_crash = po_repair_take_tool_pfn(e);
	size_t lines = po_repair_find_line(e, PO_LINE_RECORD);

	if (!lines && !is_crash)
		lines = find_cut_header(e, PO_LINE_RECORD, frame_text);
	if (lines) {
		po_repair_put_line(e, false, po_repair_joined(e));
		po_repair_use(e, lines);
		return true;
	}
	lines = po_repair_find_line(e, PO_LINE_GDB_RECORD);
	if (!lines)
		return false;
	po_repair_put_gdb_header(e, po_repair_joined(e));
	po_repair_use(e, lines);
	e->is_tool = true;
	return true;
}

/* "page_owner tracks the page as", and the header after it */
static bool begin_console(struct po_repair_entry *e, char *frame_text)
{
	static const struct pageowner_text freed = PO_TEXT("freed");
	const struct po_repair_line *line;
	bool is_freed = false, has_front;
	size_t lines, tracks, after;

	e->is_console = true;
	if (!po_repair_take_front(e))
		return false;
	has_front = e->line;
	tracks = po_repair_find_line(e, PO_LINE_TRACKS);
	if (tracks) {
		is_freed = e->text->joined_len > freed.len &&
			!memcmp(e->text->joined + e->text->joined_len - freed.len,
				freed.ptr, freed.len);
		po_repair_use(e, tracks);
	}
	while ((line = po_repair_line_at(e->text, e->line)) &&
	       po_repair_take_other_caller(e, line))
		;
	if (e->is_lost)
		return false;
	after = e->line;
	lines = po_repair_find_line(e, PO_LINE_CONSOLE);
	/* Lines of other origin between the two */
	for (size_t i = 1; tracks && !lines && i < 5 &&
	     po_repair_line_at(e->text, after + i); i++) {
		e->line = after + i;
		lines = po_repair_find_line(e, PO_LINE_CONSOLE);
		if (lines)
			e->repair->counts[PAGEOWNER_REPAIR_FOREIGN] += (uint32_t)i;
	}
	if (!lines) {
		e->line = after;
		lines = find_cut_header(e, PO_LINE_CONSOLE, frame_text);
	}
	if (lines) {
		po_repair_put_line(e, false, is_freed ?
				   PO_TEXT("page_owner tracks the page as freed") :
				   PO_TEXT("page_owner tracks the page as allocated"));
		po_repair_put_line(e, false, po_repair_joined(e));
		po_repair_use(e, lines);
		return true;
	}
	e->is_console = false;
	lines = tracks && !has_front ? po_repair_find_line(e, PO_LINE_GDB_CONSOLE) : 0;
	if (!lines)
		return false;
	if (is_freed)
		po_repair_put_line(e, true, PO_TEXT("page_owner tracks the page as freed"));
	po_repair_put_gdb_header(e, po_repair_joined(e));
	po_repair_use(e, lines);
	e->is_tool = true;
	return true;
}

/* "N times, M pages:" and what may follow */
static bool take_group(struct po_repair_entry *e, char *frame_text)
{
	const struct po_repair_line *line = po_repair_line_at(e->text, 0);
	const struct pageowner_text text = po_repair_stripped(e->text, line);
	size_t lines;
	bool goes_on_after;

	if (!po_begins_group(text.ptr, text.ptr + text.len))
		return false;
	lines = po_repair_find_line(e, PO_LINE_GROUP);
	if (lines) {
		goes_on_after = e->text->joined[e->text->joined_len - 1] == ':';
		po_repair_put_line(e, false, po_repair_joined(e));
	} else {
		lines = 1;
		goes_on_after = text.ptr[text.len - 1] == ':';
		po_repair_put_line(e, false, text);
	}
	po_repair_use(e, lines);
	e->has_pfn_line = e->ended = true;
	if (!goes_on_after)
		return true;
	e->ended = false;
	e->has_header = po_repair_take_line(e, PO_LINE_REPORT_RECORD, false);
	/* That of one page, in the oldest reports */
	if (e->has_header) {
		lines = po_repair_find_line(e, PO_LINE_PFN);
		lines = lines ? lines : po_repair_find_line(e, PO_LINE_OLD_PFN);
		po_repair_use(e, lines);
	}
	po_repair_take_lines(e, frame_text);
	return e->frames || e->has_header;
}

/* Frames and a count, or a handle: an entry of show_stacks and similar files */
static bool take_stacks(struct po_repair_entry *e, char *frame_text)
{
	/* A count and a handle; the module's show_stacks_full has more */
	static const size_t frames_max = 64, counts_max = 3;
	const struct po_repair_line *line;
	size_t counts = 0;

	while ((line = po_repair_line_at(e->text, e->line)) && e->line < frames_max) {
		const struct pageowner_text text = po_repair_stripped(e->text, line);

		if (!text.len) {
			if (counts)
				po_repair_use(e, 1);
			e->ended = counts;
			break;
		}
		if (counts < counts_max && po_repair_take_line(e, PO_LINE_PAGES, false)) {
			counts++;
			continue;
		}
		if (counts) {
			e->ended = po_repair_take_grep_gap(e, text);
			break;
		}
		if (!po_repair_take_gap(e, text) && !po_repair_take_frame(e, frame_text) &&
		    !(e->frames && e->prefix.has_stamp &&
		      po_repair_take_foreign(e, frame_text)))
			break;
	}
	return counts;
}

/* --- the whole */

/* What follows the last line of the entry */
static void put_end(struct po_repair_entry *e)
{
	const struct po_repair_line *last = &e->text->lines[e->line - 1];
	const bool is_at_end = !po_repair_line_at(e->text, e->line);

	if (e->sized)
		e->repair->guesses += e->cut;
	/* Frames may be among them. */
	e->repair->guesses += e->unknown && !e->frames && !e->repair->guesses;
	if (e->notes_len)
		po_repair_put(e, false, (struct pageowner_text){ e->notes->ptr, e->notes_len });
	if (e->is_console)
		return;
	if (!e->ended && !e->is_tool) {
		if (is_at_end ? !last->is_whole :
		    po_repair_begins_entry(e, &e->text->lines[e->line])) {
			e->repair->has_no_end = !is_at_end;
			return;
		}
		po_repair_count(e, PAGEOWNER_REPAIR_SPACING);
	}
	po_repair_put(e, false, PO_TEXT("\n"));
}

/* Find the kind of the entry, and take all of it: false if it is not one */
static bool take_entry(struct po_repair_entry *e, char *frame_text)
{
	struct po_repair *r = e->repair;

	r->kind = PO_REPAIRED_PAGE;
	if (begin_page(e, frame_text)) {
		po_repair_take_lines(e, frame_text);
		return e->has_pfn_line || e->frames;
	}
	if (e->line || r->has)
		return false;
	if (begin_console(e, frame_text)) {
		if (e->is_console)
			r->kind = PO_REPAIRED_DIALECT;
		po_repair_take_lines(e, frame_text);
		return true;
	}
	if (e->line)
		return false;
	r->kind = PO_REPAIRED_DIALECT;
	if (take_group(e, frame_text))
		return true;
	if (e->line || r->has_no_stacks)
		return false;
	if (take_stacks(e, frame_text))
		return true;
	r->no_stacks_end = e->text->lines[e->line ? e->line - 1 : 0].next;
	return false;
}

/* Whether it is better than before: a line that was moved, or a blank line that was added,
 * alone is not; that a frame was cut is reported, and that the end is missing. */
static bool has_repairs(const struct po_repair *r, const struct po_repair_entry *e)
{
	if ((e->sized && e->cut) || e->is_damaged || (r->has_no_end && !r->knows_no_end))
		return true;
	for (size_t i = 0; i < PO_ARRAY_SIZE(r->counts); i++)
		if (r->counts[i] && (i != PAGEOWNER_REPAIR_MOVED || e->has_pfn_line) &&
		    (i != PAGEOWNER_REPAIR_SPACING || e->is_spaced || e->text->is_spaced))
			return true;
	return false;
}

/* Linux 2.6 had no PFN line, and no more in the first line than a mask. */
static bool is_old(const struct po_repair *r)
{
	const char *newline = memchr(r->text.ptr, '\n', r->len);

	return r->kind == PO_REPAIRED_PAGE && newline &&
		!memchr(r->text.ptr, '(', (size_t)(newline - r->text.ptr)) &&
		!memmem(r->text.ptr, (size_t)(newline - r->text.ptr), ", pid ", 6);
}

static bool is_empty(const struct po_repair_line *line)
{
	return line->prefix.len == line->len;
}

/* Whether a frame precedes the text of a first line, or another record is in it */
static bool has_more(struct pageowner_text line, size_t before)
{
	const struct pageowner_text start = PO_RECORD_START;
	const char *end = line.ptr + line.len;
	const char *p = line.len ? memmem(line.ptr, line.len, start.ptr, start.len) : NULL;

	return (p && memmem(p + 1, (size_t)(end - p - 1), start.ptr, start.len)) ||
		(before && memmem(line.ptr, before, "+0x", 3));
}

/* Whether a blank line follows each line: the first two of the entry */
static bool is_spaced(struct po_repair_entry *e)
{
	const struct po_repair_line *third = po_repair_line_at(e->text, 2);
	struct pageowner_text text;

	if (!third || is_empty(third))
		return false;
	/* An entry of one line, and the next */
	text = po_repair_stripped(e->text, third);
	return !po_begins_group(text.ptr, text.ptr + text.len) &&
		po_shape_find(PO_LINE_RECORD, po_repair_cleaned(e->text, third)).len < 20 &&
		!is_empty(&e->text->lines[0]) && is_empty(&e->text->lines[1]) &&
		po_repair_line_at(e->text, 3) && is_empty(&e->text->lines[3]);
}

enum po_parse_result po_repair(struct po_repair *r, struct po_budget *budget,
			       const char *p, const char *end, bool at_end)
{
	struct po_repair_work *w = r->work;
	struct po_repair_entry e = { .repair = r, .budget = budget };
	const struct po_repair_line *first;
	bool is_entry;

	if (!w) {
		w = r->work = po_budget_alloc(budget, 1, sizeof(*w));
		if (w)
			*w = (struct po_repair_work){ 0 };
	}
	if (!w || po_repair_text_begin(&w->text, budget, p, end, at_end) < 0)
		return PO_PARSE_NO_MEMORY;
	e.text = &w->text;
	e.notes = &w->notes;
	r->len = 0;
	r->has = r->guesses = 0;
	r->has_no_end = false;
	r->no_stacks_end = NULL;
	memset(r->counts, 0, sizeof(r->counts));
	if (is_spaced(&e)) {
		po_repair_text_begin(e.text, budget, p, end, at_end);
		e.text->is_spaced = true;
	}
	first = po_repair_line_at(e.text, 0);
	if (!first)
		return e.text->needs_more ? PO_PARSE_MORE : PO_PARSE_BAD;
	e.prefix = first->prefix;
	e.caller = po_caller_of(po_repair_cleaned(e.text, first), first->prefix.len);
	is_entry = take_entry(&e, w->frame);
	if (is_entry)
		put_end(&e);
	r->guesses += has_more(po_repair_cleaned(e.text, first), first->prefix.len);
	r->caller = e.caller;
	r->caller_end = r->next;
	/* That entry is read next. */
	if (e.other && e.other < r->next)
		r->next = e.other;
	if (e.text->needs_more)
		return PO_PARSE_MORE;
	if (e.no_memory)
		return PO_PARSE_NO_MEMORY;
	if (!is_entry)
		return PO_PARSE_BAD;
	r->has_no_pfn_line = e.is_tool || (!e.has_pfn_line && is_old(r));
	r->counts[PAGEOWNER_REPAIR_TOOL] += r->has_no_pfn_line;
	return has_repairs(r, &e) ? PO_PARSE_RECORD : PO_PARSE_BAD;
}

void po_repair_free(struct po_repair *r, struct po_budget *budget)
{
	if (r->work) {
		po_buffer_free(&r->work->text.clean, budget);
		po_buffer_free(&r->work->notes, budget);
		po_budget_free(budget, r->work, 1, sizeof(*r->work));
	}
	po_buffer_free(&r->text, budget);
}
