// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * repair_entry.c - the lines of an entry after its first, whatever kind it is.
 *
 * PFN line, frames, notes, the stack that freed the page, and what does not belong
 * there: lines of other origin, marks of what was left out, blank lines. repair.c knows
 * how each kind begins.
 */
#include "parse/repair_entry.h"

#include "base/cursor.h"
#include "parse/dump_front.h"
#include "parse/repair_frame.h"

/* How many lines of other origin may be inside an entry of a log */
#define FOREIGN_MAX	32
/* How many lines of other callers may be between two of its own */
#define OTHERS_MAX	128

/* Find and join a line of this shape at the next line: how many lines it is, or 0 */
size_t po_repair_find_line(struct po_repair_entry *e, enum po_line_shape shape)
{
	const struct po_repair_line *line = po_repair_line_at(e->text, e->line);
	struct pageowner_text first, stripped;
	size_t lines;

	if (!line)
		return 0;
	first = po_shape_find(shape, po_repair_cleaned(e->text, line));
	stripped = po_repair_stripped(e->text, line);
	if (!first.len)
		first = stripped;
	lines = first.len ? po_repair_join(e->text, shape, first, e->line) : 0;
	if (lines && e->text->is_guess)
		e->repair->guesses++;
	return lines;
}

/* Whether the next line begins another entry */
bool po_repair_begins_entry(struct po_repair_entry *e, const struct po_repair_line *line)
{
	static const enum po_line_shape starts[] = {
		PO_LINE_RECORD, PO_LINE_REPORT_RECORD, PO_LINE_GDB_RECORD, PO_LINE_TRACKS,
		PO_LINE_CONSOLE, PO_LINE_GDB_CONSOLE,
	}, whole[] = { PO_LINE_GROUP, PO_LINE_CONDITION, PO_LINE_CRASH_PFN };
	const struct pageowner_text cleaned = po_repair_cleaned(e->text, line);
	const struct pageowner_text stripped = po_repair_stripped(e->text, line);

	for (size_t i = 0; i < PO_ARRAY_SIZE(starts); i++) {
		struct pageowner_text found = po_shape_find(starts[i], cleaned);

		/* More than the first letters of it */
		if (found.len > 20)
			return true;
	}
	for (size_t i = 0; i < PO_ARRAY_SIZE(whole); i++)
		if (stripped.len && po_shape_fit(whole[i], stripped) == PO_FIT_WHOLE)
			return true;
	return false;
}

/* --- what is around the stack */

/* Take a line of a shape as it is: false if the next line is not of it */
bool po_repair_take_line(struct po_repair_entry *e, enum po_line_shape shape, bool to_notes)
{
	const size_t lines = po_repair_find_line(e, shape);

	if (!lines)
		return false;
	po_repair_put_line(e, to_notes, po_repair_joined(e));
	po_repair_use(e, lines);
	return true;
}

/* The known lines after a stack, or after the stack that freed the page */
static bool take_note(struct po_repair_entry *e)
{
	if (!e->is_console && po_repair_take_line(e, PO_LINE_NOTE, true))
		return true;
	if (po_repair_take_line(e, PO_LINE_LAST_FREE, true)) {
		e->in_notes = true;
		return true;
	}
	if (po_repair_take_line(e, PO_LINE_MISSING, true)) {
		e->is_finished = e->in_notes || e->frames;
		e->in_notes = true;
		return true;
	}
	return po_repair_take_line(e, PO_LINE_MIGRATED, true);
}

/* A PFN line of which the end was cut off: what is whole of it can be read. */
static bool take_cut_pfn_line(struct po_repair_entry *e)
{
	const struct po_repair_line *line = &e->text->lines[e->line];
	struct pageowner_text found = po_shape_find(PO_LINE_PFN,
						    po_repair_cleaned(e->text, line));

	if (found.len < 10 || po_shape_fit(PO_LINE_PFN, found) != PO_FIT_PART)
		return false;
	po_repair_put_line(e, false, found);
	e->repair->guesses++;
	po_repair_use(e, 1);
	return true;
}

static bool take_pfn_line(struct po_repair_entry *e)
{
	if (e->is_console || e->has_pfn_line || e->frames)
		return false;
	if (po_repair_take_line(e, PO_LINE_PFN, false) ||
	    po_repair_take_line(e, PO_LINE_OLD_PFN, false) || take_cut_pfn_line(e)) {
		e->has_pfn_line = true;
		return true;
	}
	return po_repair_take_tool_pfn(e);
}

/* "--", which grep writes between lines that are not neighbours: false if it is not that */
bool po_repair_take_grep_gap(struct po_repair_entry *e, struct pageowner_text text)
{
	const struct po_repair_text *t = e->text;

	if (!po_text_equal(text, PO_TEXT("--")) || !t->head_len ||
	    !memchr(":-", t->head[t->head_len - 1], 2))
		return false;
	po_repair_use(e, 1);
	po_repair_count(e, PAGEOWNER_REPAIR_FOREIGN);
	return true;
}

/* Lost or left out: it stands for frames that are not there */
bool po_repair_take_gap(struct po_repair_entry *e, struct pageowner_text text)
{
	struct po_cursor c = { text.ptr, text.ptr + text.len };

	/* What /dev/kmsg has after a message of a device */
	if (e->line && (po_take_word(&c, "SUBSYSTEM=") || po_take_word(&c, "DEVICE="))) {
		po_repair_count(e, PAGEOWNER_REPAIR_FOREIGN);
		po_repair_use(e, 1);
		return true;
	}
	if (po_repair_is_elision(text))
		po_repair_count(e, PAGEOWNER_REPAIR_ELISION);
	else if (text.len > 16 && memmem(text.ptr, text.len, "printk messages dropped", 23))
		po_repair_count(e, PAGEOWNER_REPAIR_FOREIGN);
	else
		return false;
	if (e->frames && (e->in_notes || !e->notes_len))
		po_repair_put_line(e, e->in_notes, PO_TEXT(" ..."));
	e->repair->guesses++;
	po_repair_use(e, 1);
	return true;
}

/* Whether the entry goes on after lines that are not its own, or has more frames */
static bool goes_on(struct po_repair_entry *e, char *frame_text, bool with_frames)
{
	static const struct pageowner_text others[] = {
		PO_TEXT("Call Trace"), PO_TEXT("Call trace"), PO_TEXT("---["),
		PO_TEXT("------------["), PO_TEXT("Modules linked in"), PO_TEXT("====="),
		PO_TEXT("Memory state"), PO_TEXT("CPU: "),
		PO_TEXT("Allocated by task"), PO_TEXT("Freed by task"), PO_TEXT("BUG: "),
	};
	static const enum po_line_shape shapes[] = {
		PO_LINE_LAST_FREE, PO_LINE_MISSING, PO_LINE_MIGRATED, PO_LINE_NOTE, PO_LINE_PAGES,
	};
	const size_t first = e->line;

	for (size_t i = e->line + 1; i < first + FOREIGN_MAX; i++) {
		const struct po_repair_line *line = po_repair_line_at(e->text, i);
		struct pageowner_text text;
		struct po_repair_frame frame;

		if (!line)
			return false;
		text = po_repair_stripped(e->text, line);
		if (!text.len)
			return !e->is_console && !with_frames;
		if (po_repair_begins_entry(e, line))
			return false;
		for (size_t w = 0; w < PO_ARRAY_SIZE(others); w++)
			if (text.len >= others[w].len &&
			    !memcmp(text.ptr, others[w].ptr, others[w].len))
				return false;
		for (size_t s = 0; !with_frames && s < PO_ARRAY_SIZE(shapes); s++)
			if (po_shape_fit(shapes[s], text) == PO_FIT_WHOLE)
				return true;
		if (po_repair_entry_frame(e, frame_text, line, &frame))
			return true;
	}
	return false;
}

bool po_repair_take_other_caller(struct po_repair_entry *e, const struct po_repair_line *line)
{
	const struct pageowner_text other = po_caller_of(po_repair_cleaned(e->text, line),
							 line->prefix.len);

	if (!e->caller.len || !other.len || po_text_equal(other, e->caller))
		return false;
	e->is_lost = e->others++ > OTHERS_MAX || e->others_begun >= PO_CALLERS_MAX;
	if (e->is_lost)
		return false;
	if (po_repair_begins_entry(e, line) ||
	    po_dump_front_begins(po_repair_stripped(e->text, line))) {
		e->others_begun++;
		if (!e->other && !(e->repair->callers &&
		    po_callers_have_read(e->repair->callers, other, line->start)))
			e->other = line->start;
	}
	/* And what was folded of it */
	do {
		line = po_repair_line_at(e->text, ++e->line);
	} while (line && line->len && !line->prefix.has_stamp);
	return true;
}

bool po_repair_take_foreign(struct po_repair_entry *e, char *frame_text)
{
	if (e->is_finished || !goes_on(e, frame_text, false))
		return false;
	po_repair_count(e, PAGEOWNER_REPAIR_FOREIGN);
	e->repair->guesses++;
	po_repair_use(e, 1);
	return true;
}

/* A line that is unknown: a note, of another origin, or after the entry (false) */
static bool take_unknown(struct po_repair_entry *e, const struct po_repair_line *line,
			 char *frame_text)
{
	const struct pageowner_text text = po_repair_stripped(e->text, line);
	const bool has_stamp = line->prefix.has_stamp;
	bool is_inside;

	/* After a quotation */
	if (e->prefix.has_mark && !line->prefix.has_mark && e->has_pfn_line)
		return false;
	if (e->is_console || has_stamp || e->prefix.has_stamp)
		return po_repair_take_foreign(e, frame_text);
	if (!e->is_tool && (po_repair_take_bare_frame(e, text) ||
			    po_repair_take_cut_frame(e, text)))
		return true;
	if (e->is_tool || e->lines_moved++ > 16)
		return false;
	po_repair_put_line(e, true, text);
	e->after_unknown = e->frames && *line->start == ' ';
	is_inside = !e->frames || goes_on(e, frame_text, true);
	if (is_inside)
		po_repair_count(e, PAGEOWNER_REPAIR_MOVED);
	e->unknown += e->has_pfn_line;
	if (e->has_pfn_line && po_repair_may_be_frame(e, text, is_inside)) {
		e->repair->guesses++;
		e->is_damaged = true;
	}
	po_repair_use(e, 1);
	return true;
}

/* A blank line: false if the entry goes on after it */
static bool ends_entry(struct po_repair_entry *e)
{
	const struct po_repair_line *next = po_repair_line_at(e->text, e->line + 1);
	const struct po_repair_line *later;

	if (e->is_console)
		return true;
	if (next && !e->has_pfn_line && !e->frames && !e->is_tool &&
	    po_shape_find(PO_LINE_PFN, po_repair_cleaned(e->text, next)).len > 4)
		e->is_spaced = true;
	if (!e->is_spaced || !next)
		return true;
	/* A blank line after each line: two of them, or the next entry, end it. */
	later = po_repair_line_at(e->text, e->line + 2);
	return next->prefix.len == next->len || po_repair_begins_entry(e, next) ||
		(later && later->prefix.len < later->len);
}

/* Whether all of a line's text was folded into the next, after a log's prefix */
static bool is_prefix_alone(struct po_repair_entry *e, const struct po_repair_line *line,
			    char *frame_text)
{
	const struct po_repair_line *next = po_repair_line_at(e->text, e->line + 1);
	struct po_repair_frame frame;

	return line->prefix.has_stamp && next && !next->prefix.has_stamp &&
		po_repair_entry_frame(e, frame_text, next, &frame);
}

/* A message of a log that is empty, in an entry that goes on */
static bool take_empty_message(struct po_repair_entry *e, const struct po_repair_line *line,
			       char *frame_text)
{
	if (!e->is_console || !line->prefix.has_stamp || e->is_finished ||
	    !goes_on(e, frame_text, false))
		return false;
	po_repair_count(e, PAGEOWNER_REPAIR_FOREIGN);
	po_repair_use(e, 1);
	return true;
}

/* What someone replied between the lines of a quotation, from a blank line on */
static bool take_reply(struct po_repair_entry *e, const struct po_repair_line *line,
		       char *frame_text)
{
	struct po_repair_frame frame;
	size_t lines = 1;

	if (!e->prefix.has_mark || line->len || (!e->frames && !e->has_pfn_line))
		return false;
	for (; lines < FOREIGN_MAX; lines++) {
		line = po_repair_line_at(e->text, e->line + lines);
		if (!line || line->prefix.has_mark)
			break;
	}
	if (!line || lines < 2 || lines == FOREIGN_MAX || po_repair_begins_entry(e, line) ||
	    !po_repair_entry_frame(e, frame_text, line, &frame))
		return false;
	po_repair_count(e, PAGEOWNER_REPAIR_FOREIGN);
	e->repair->guesses++;
	po_repair_use(e, lines);
	return true;
}

/* Another processor's entry begins before the end of this one, as dump_page.c says. */
static void put_cut(struct po_repair_entry *e)
{
	const struct po_repair *r = e->repair;

	if (!e->is_console || e->caller.len || e->in_notes ||
	    (e->frames && !memmem(r->text.ptr, r->len, ", free_ts ", 10)))
		return;
	if (e->frames)
		po_repair_put_line(e, false, PO_TEXT(" ..."));
	e->repair->guesses++;
}

/* All lines after the first of an entry */
void po_repair_take_lines(struct po_repair_entry *e, char *frame_text)
{
	const struct po_repair_line *line;

	while ((line = po_repair_line_at(e->text, e->line))) {
		const struct pageowner_text text = po_repair_stripped(e->text, line);

		if (!text.len && is_prefix_alone(e, line, frame_text)) {
			po_repair_count(e, PAGEOWNER_REPAIR_FOLD);
			po_repair_use(e, 1);
			continue;
		}
		if (!text.len && (take_empty_message(e, line, frame_text) ||
				  take_reply(e, line, frame_text)))
			continue;
		if (!text.len) {
			e->ended = ends_entry(e);
			if (!e->ended)
				po_repair_count(e, PAGEOWNER_REPAIR_SPACING);
			if (!e->ended || !e->is_console)
				po_repair_use(e, 1);
			line = e->ended ? po_repair_line_at(e->text, e->line) : NULL;
			if (line)
				po_repair_take_grep_gap(e, po_repair_stripped(e->text, line));
			if (e->ended)
				return;
			continue;
		}
		if (po_repair_take_grep_gap(e, text)) {
			/* There may be more frames. */
			e->repair->guesses++;
			return;
		}
		if (e->is_console && po_repair_take_other_caller(e, line))
			continue;
		if (e->is_lost)
			return;
		if (po_repair_begins_entry(e, line)) {
			put_cut(e);
			return;
		}
		if (po_repair_take_gap(e, text) || take_pfn_line(e) || take_note(e) ||
		    (e->is_tool && po_repair_take_tool_heading(e, text)))
			continue;
		line = &e->text->lines[e->line];
		if (po_repair_take_frame(e, frame_text))
			continue;
		if (!take_unknown(e, line, frame_text))
			return;
	}
}
