// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * repair_stack.c - the frames of an entry that is repaired: whole, folded or cut.
 *
 * What a line must look like to be one, repair_frame.c and repair_shape.c know; here is
 * whether it is one where it stands.
 */
#include "parse/repair_entry.h"

#include "base/cursor.h"
#include "parse/repair_markup.h"

static size_t words_of(struct pageowner_text text)
{
	size_t words = 0;

	for (size_t i = 0; i < text.len; i++)
		words += text.ptr[i] != ' ' && (!i || text.ptr[i - 1] == ' ');
	return words;
}

/* Whether what precedes a frame is only what precedes each line */
static bool is_prefix(const struct po_repair_entry *e, struct pageowner_text before)
{
	const size_t head = e->text->head_len ? po_repair_match_head(e->text, before) : 0;
	const struct po_repair_line *first = &e->text->lines[0];
	struct pageowner_text start = po_repair_cleaned(e->text, first);
	struct pageowner_text rest = { before.ptr + head, before.len - head };
	struct po_repair_prefix prefix;

	rest = po_repair_strip(rest, &prefix);
	/* Blanks, and marks */
	while (rest.len && (memchr(PO_FRAME_MARKS " ", rest.ptr[rest.len - 1],
				   strlen(PO_FRAME_MARKS " ")) ||
			    (unsigned char)rest.ptr[rest.len - 1] >= 0x80))
		rest.len--;
	/* In a log "? sym+0x1/0x2" is what an unwinder found, not page_owner. */
	if (!rest.len || (!e->is_console && po_text_equal(rest, PO_TEXT("?"))))
		return true;
	/* A log whose prefix is unknown: each line has it */
	start.len = first->prefix.len;
	return e->is_console && e->text->head_len && before.len >= 4 && start.len >= 4 &&
		words_of(before) <= words_of(start) &&
		!memcmp(before.ptr, start.ptr, 4);
}

bool po_repair_entry_frame(struct po_repair_entry *e, char *to,
			   const struct po_repair_line *line, struct po_repair_frame *frame)
{
	if (po_repair_find_frame(to, po_repair_cleaned(e->text, line), frame))
		return is_prefix(e, frame->before);
	/* Nothing but its prefix may end where the symbol begins: "3:symbol (a.c:1)" */
	if (!line->prefix.len ||
	    !po_repair_find_frame(to, po_repair_stripped(e->text, line), frame))
		return false;
	frame->before.ptr -= line->prefix.len;
	frame->before.len += line->prefix.len;
	return is_prefix(e, frame->before);
}

static bool has_word(struct pageowner_text text, struct pageowner_text word)
{
	return text.len >= word.len && memmem(text.ptr, text.len, word.ptr, word.len);
}

/* Other tools write no sizes: one that is missing is cut off if another frame has one. */
static void note_size(struct po_repair_entry *e, struct pageowner_text frame)
{
	if (po_repair_frame_cut(frame) != PO_FRAME_WHOLE)
		e->cut++;
	else
		e->sized += has_word(frame, PO_TEXT("/0x"));
}

static bool has_two_frames(struct pageowner_text text)
{
	const char *end = text.ptr + text.len, *p = memmem(text.ptr, text.len, "+0x", 3);

	return p && memmem(p + 3, (size_t)(end - p - 3), "+0x", 3);
}

/* Without the mark of "less -S" that more was in the line */
static size_t len_to_mark(struct pageowner_text text)
{
	return text.len > 2 && text.ptr[text.len - 1] == '>' &&
		!memchr(text.ptr, '<', text.len) ? text.len - 1 : text.len;
}

static void put_frame(struct po_repair_entry *e, char *frame, struct po_repair_frame *f)
{
	const size_t len = len_to_mark((struct pageowner_text){ frame, f->len });

	e->cut += len < f->len;
	f->len = len;
	/* Two in a line, as of columns */
	e->repair->guesses += has_two_frames((struct pageowner_text){ frame, len });
	/* Old kernels printed addresses; some vendors' without the blank. */
	if (!f->has_address || f->before.len || e->is_console)
		po_repair_put(e, e->in_notes, PO_TEXT(" "));
	po_repair_put_line(e, e->in_notes, (struct pageowner_text){ frame, f->len });
	if (f->is_rewritten)
		po_repair_count(e, PAGEOWNER_REPAIR_FRAME);
	else if (!e->is_console && (f->before.len != 1 || *f->before.ptr != ' ') &&
	    (f->before.len || !f->has_address))
		po_repair_count(e, PAGEOWNER_REPAIR_PREFIX);
	note_size(e, (struct pageowner_text){ frame, f->len });
	/* After a line that is unknown and was one of these: its end may be this frame. */
	e->repair->guesses += e->after_unknown && !f->before.len && !f->has_address;
	e->after_unknown = false;
	e->frames++;
}

/* Whether a line is the first part of a frame: "symbol+0x1/0", "symbol" */
static bool is_part_of_frame(const struct po_repair_entry *e)
{
	const struct pageowner_text text = po_repair_stripped(e->text,
							      &e->text->lines[e->line]);

	if (text.len < 2 || po_is_digit(*text.ptr) ||
	    (*text.ptr != '[' && memchr(text.ptr, ' ', text.len)) ||
	    po_shape_fit(PO_LINE_FRAME, text) != PO_FIT_PART)
		return false;
	if (*text.ptr == '[')
		return true;
	/* A symbol alone may be anything, unless a terminal folded there. */
	return memchr(text.ptr, '+', text.len) || po_repair_is_full(e->text, e->line, 40);
}

static struct pageowner_text raw(const struct po_repair_line *line)
{
	return (struct pageowner_text){ line->start, line->raw_len };
}

/* Whether nobody touched a frame, nor the first line of its entry: whatever bytes its
 * symbol has are the kernel's. */
static bool is_kernels(const struct po_repair_entry *e, const struct po_repair_line *line)
{
	const struct po_repair_line *first = &e->text->lines[0];

	return !e->is_console && !((e->repair->has_markup ||
				    e->repair->counts[PAGEOWNER_REPAIR_MARKUP]) &&
				   po_markup_is_in(raw(line))) &&
		!first->prefix.len && !first->done && line->raw_len > 1 &&
		line->start[1] != ' ' && po_repair_is_plain_frame(raw(line));
}

/* Whether a frame with its place in the source may begin here and go on in the next line */
static bool may_be_of_source(struct po_repair_entry *e)
{
	const struct po_repair_line *next = po_repair_line_at(e->text, e->line + 1);
	const struct pageowner_text text = po_repair_stripped(e->text,
							      &e->text->lines[e->line]);
	struct pageowner_text after;

	if (text.len < 2 || po_is_digit(*text.ptr) ||
	    po_shape_fit(PO_LINE_SOURCE, text) == PO_FIT_NO)
		return false;
	if (memchr(text.ptr, ' ', text.len) || po_repair_is_full(e->text, e->line, 24))
		return true;
	/* A symbol alone, not folded by a terminal: by a mailer, before its place */
	after = next ? po_repair_stripped(e->text, next) : PO_TEXT("");
	return after.len && *after.ptr == '(';
}

/* Whether a frame with its size is followed by another, or by none: it goes on in neither.
 * Most are, and matching is expensive. */
static bool is_followed(struct po_repair_entry *e, struct pageowner_text frame)
{
	const struct po_repair_line *next = po_repair_line_at(e->text, e->line + 1);

	return has_word(frame, PO_TEXT("+0x")) && has_word(frame, PO_TEXT("/0x")) &&
		(!next || next->prefix.len == next->len ||
		 has_word(po_repair_stripped(e->text, next), PO_TEXT("+0x")));
}

/* How many lines the frame at the next line was folded into, after joining them; 1 if it
 * was not folded, or is not one */
static size_t join_frame(struct po_repair_entry *e, char *to)
{
	const struct po_repair_line *line = &e->text->lines[e->line];
	const struct pageowner_text stripped = po_repair_stripped(e->text, line);
	struct po_repair_frame frame;
	size_t lines = 1, of_source;

	if (is_followed(e, stripped))
		return 1;
	if (po_shape_fit(PO_LINE_FRAME, stripped) != PO_FIT_NO &&
	    (po_repair_entry_frame(e, to, line, &frame) ||
	     is_part_of_frame(e) || memmem(stripped.ptr, stripped.len, "+0x", 3)))
		lines = po_repair_join(e->text, PO_LINE_FRAME, stripped, e->line);
	if (!may_be_of_source(e))
		return lines;
	of_source = po_repair_join(e->text, PO_LINE_SOURCE, stripped, e->line);
	if (of_source > lines)
		return of_source;
	return lines > 1 ? po_repair_join(e->text, PO_LINE_FRAME, stripped, e->line) : lines;
}

/* Whether another processor's trace began before this line, or among the lines of the entry */
static bool has_other_trace(const struct po_repair_entry *e)
{
	for (size_t i = 0; i < e->line; i++) {
		const struct pageowner_text text = po_repair_stripped(e->text,
								      &e->text->lines[i]);

		if (has_word(text, PO_TEXT("Call Trace:")) || has_word(text, PO_TEXT("<TASK>")) ||
		    has_word(text, PO_TEXT("Call trace:")))
			return true;
	}
	return false;
}

/* Skip a frame of another processor's trace: of what prints one, which is never below an
 * allocation that the log is about. False if it is another frame. */
static bool take_foreign_frame(struct po_repair_entry *e)
{
	static const struct pageowner_text starts[] = {
		PO_TEXT("dump_stack"), PO_TEXT("show_stack"), PO_TEXT("warn_"), PO_TEXT("__warn"),
		PO_TEXT("report_bug"), PO_TEXT("handle_bug"), PO_TEXT("exc_invalid_op"),
		PO_TEXT("asm_exc_invalid_op"),
	};
	const struct pageowner_text text = po_repair_stripped(e->text,
							      &e->text->lines[e->line]);

	for (size_t i = 0; i < PO_ARRAY_SIZE(starts); i++) {
		if (text.len < starts[i].len || memcmp(text.ptr, starts[i].ptr, starts[i].len))
			continue;
		if (e->caller.len || !has_other_trace(e))
			return false;
		po_repair_count(e, PAGEOWNER_REPAIR_FOREIGN);
		e->repair->guesses++;
		po_repair_use(e, 1);
		return true;
	}
	return false;
}

/* Take the frame at the next line, folded or not */
bool po_repair_take_frame(struct po_repair_entry *e, char *to)
{
	const size_t lines = join_frame(e, to);
	const struct po_repair_line *line = &e->text->lines[e->line];
	struct po_repair_frame frame;

	if (lines > 1) {
		if (!po_repair_find_frame(to, po_repair_joined(e), &frame))
			return false;
		frame.before = PO_TEXT(" ");
		e->repair->guesses += e->text->is_guess;
		put_frame(e, to, &frame);
		po_repair_use(e, lines);
		return true;
	}
	if (is_kernels(e, line)) {
		po_repair_put_line(e, e->in_notes, raw(line));
		e->repair->counts[PAGEOWNER_REPAIR_SPACING] +=
			!!(line->done & PO_REPAIRED(SPACING));
		note_size(e, raw(line));
		e->frames++;
		e->repair->next = line->next;
		e->line++;
		return true;
	}
	if (!po_repair_entry_frame(e, to, line, &frame))
		return false;
	if (e->is_console && take_foreign_frame(e))
		return true;
	put_frame(e, to, &frame);
	po_repair_use(e, 1);
	return true;
}

/* Whether a line was a frame before something else came into it: "foo+0ated" */
static bool is_damaged(struct pageowner_text text)
{
	const char *p = text.ptr, *end = p + text.len;

	while (p < end && (po_is_letter_or_digit(*p) || *p == '_' || *p == '.'))
		p++;
	return (p > text.ptr && end - p > 1 && p[0] == '+' && p[1] == '0') ||
		po_repair_find_stamp(text, 0) < text.len;
}

/* Take what a frame was cut to, with those around it: a symbol that may lack letters as a
 * mark that one is missing. @text: the next line without its prefix */
bool po_repair_take_cut_frame(struct po_repair_entry *e, struct pageowner_text text)
{
	const bool is_indented = e->text->lines[e->line].prefix.len && text.ptr[-1] == ' ';
	enum po_frame_cut cut;

	text.len = len_to_mark(text);
	cut = po_repair_frame_cut(text);
	if (e->in_notes || (cut == PO_FRAME_WHOLE && !is_damaged(text)) ||
	    (!e->frames && !is_indented && cut == PO_FRAME_WITHOUT_SYMBOL))
		return false;
	po_repair_put(e, false, PO_TEXT(" "));
	po_repair_put_line(e, false, cut == PO_FRAME_WITHOUT_END ? text : PO_TEXT("..."));
	e->cut += cut != PO_FRAME_WHOLE;
	e->repair->guesses += cut == PO_FRAME_WHOLE;
	e->is_damaged |= cut == PO_FRAME_WHOLE;
	po_repair_use(e, 1);
	return true;
}
