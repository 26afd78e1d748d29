// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * repair_text.c - the lines of a text that is repaired, cleaned, and joined where they
 * were folded.
 *
 * Mailers fold at a blank, which is lost; terminals at any byte, and nothing is lost.
 * Which of both it was follows from what the line must look like. Both look at a
 * bounded number of lines of bounded length.
 */
#include "parse/repair_text.h"

#include "base/cursor.h"

#define SYMBOL_MAX	256
/* Where lines were folded no terminal is narrower. */
#define FOLDED_MIN	16

int po_repair_text_begin(struct po_repair_text *t, struct po_budget *budget,
			 const char *p, const char *end, bool at_end)
{
	t->next = p;
	t->end = end;
	t->at_end = at_end;
	t->count = 0;
	t->head_len = 0;
	t->number = 0;
	t->needs_more = t->is_spaced = t->after_blank = t->is_folded = false;
	/* All of it, so that lines stay where they are; it is not touched before. */
	return po_buffer_need(&t->clean, budget,
			      (size_t)PO_REPAIR_LINES * PO_REPAIR_LINE_MAX);
}

/* Whether a line is the border between two rows of a table, or has only what precedes the
 * text of each line */
static bool is_empty(const struct po_repair_text *t, struct pageowner_text line, bool may_be_border)
{
	char clean[PO_REPAIR_LINE_MAX];
	struct po_repair_prefix prefix;
	unsigned int done;
	struct pageowner_text text;

	if (!line.len || line.len >= PO_REPAIR_LINE_MAX)
		return false;
	text = (struct pageowner_text){ clean, po_repair_clean(clean, line, &done) };
	if (t->head_len && po_repair_match_head(t, text) == text.len)
		return true;
	return !po_repair_strip(text, &prefix).len &&
		(prefix.has_mark || prefix.has_stamp ||
		 (may_be_border && done & PO_REPAIRED(MARKUP)));
}

/* Step over a blank line; false if it is not known whether there is one. */
static bool take_blank_line(struct po_repair_text *t, struct po_repair_line *line)
{
	const char *p = line->next;
	const char *newline = memchr(p, '\n', (size_t)(t->end - p));

	while (p < t->end && (*p == ' ' || *p == '\t' || *p == '\r'))
		p++;
	if (newline && newline > p &&
	    is_empty(t, (struct pageowner_text){ line->next, (size_t)(newline - line->next) },
		     line->done & PO_REPAIRED(MARKUP)))
		p = newline;
	/* It is counted with the line that follows it. */
	if (t->after_blank && line->len)
		line->done |= PO_REPAIRED(SPACING);
	t->after_blank = p < t->end && *p == '\n';
	if (t->after_blank)
		line->next = p + 1;
	t->needs_more = (p == t->end || !newline) && !t->at_end;
	return !t->needs_more;
}

/* The number of a blank line, which lost its TAB: one more than that of the line before */
static void take_number(const struct po_repair_text *t, struct po_repair_line *line)
{
	const uint64_t before = t->count ? t->lines[t->count - 1].prefix.number : 0;
	const struct pageowner_text text = po_repair_stripped(t, line);
	struct po_cursor c = { text.ptr, text.ptr + text.len };
	uint64_t number;

	if (!before || po_take_decimal(&c, &number) != PO_NUMBER_OK || po_left(&c) ||
	    number != before + 1)
		return;
	line->prefix.len = line->len;
	line->prefix.number = number;
	line->prefix.has_mark = true;
}

static bool take_line(struct po_repair_text *t)
{
	struct po_repair_line *line = &t->lines[t->count];
	const size_t left = (size_t)(t->end - t->next);
	const char *newline = left ? memchr(t->next, '\n', left < PO_REPAIR_LINE_MAX ?
					    left : PO_REPAIR_LINE_MAX) : NULL;
	const size_t used = t->count ? t->lines[t->count - 1].at +
		t->lines[t->count - 1].len : 0;

	if (!newline && left < PO_REPAIR_LINE_MAX && !t->at_end)
		t->needs_more = true;
	if (t->needs_more || !left || (!newline && left >= PO_REPAIR_LINE_MAX))
		return false;
	*line = (struct po_repair_line){ .start = t->next, .at = used,
		.is_whole = newline != NULL };
	line->next = newline ? newline + 1 : t->end;
	line->raw_len = (size_t)((newline ? newline : t->end) - t->next);
	line->len = po_repair_clean(t->clean.ptr + used, (struct pageowner_text){
		t->next, line->raw_len }, &line->done);
	po_repair_strip(po_repair_cleaned(t, line), &line->prefix);
	po_repair_join_cut(t, line);
	if (t->needs_more)
		return false;
	po_repair_look_for_head(t, line);
	take_number(t, line);
	if (t->is_spaced && !take_blank_line(t, line))
		return false;
	t->next = line->next;
	t->count++;
	return true;
}

const struct po_repair_line *po_repair_line_at(struct po_repair_text *t, size_t number)
{
	while (t->count <= number)
		if (t->count == PO_REPAIR_LINES || !take_line(t))
			return NULL;
	return &t->lines[number];
}

/* --- joining */

/* Whether a line seems to be folded at a column, not at blanks: at least two are as long as
 * the longest, here or in an entry before */
static bool is_hard_wrapped(struct po_repair_text *t, size_t number)
{
	size_t longest = 0, times = 0;

	(void)po_repair_line_at(t, number + PO_REPAIR_FOLDS);
	for (size_t i = 0; i < t->count; i++) {
		if (t->lines[i].raw_len > longest)
			times = 0;
		if (t->lines[i].raw_len >= longest) {
			longest = t->lines[i].raw_len;
			times++;
		}
	}
	if (times > 1)
		t->wrapped_at = longest;
	return t->lines[number - 1].raw_len == t->wrapped_at;
}

bool po_repair_is_full(const struct po_repair_text *t, size_t number, size_t least)
{
	if (t->lines[number].raw_len < (t->is_folded ? FOLDED_MIN : least))
		return false;
	for (size_t i = 0; i < t->count; i++)
		if (t->lines[i].raw_len > t->lines[number].raw_len + 1)
			return false;
	return true;
}

static struct pageowner_text trimmed(struct pageowner_text text)
{
	while (text.len && *text.ptr == ' ') {
		text.ptr++;
		text.len--;
	}
	return text;
}

static size_t indent_of(struct pageowner_text line)
{
	return line.len - trimmed(line).len;
}

/* Without what precedes the text of the first line, if this line has the same */
static struct pageowner_text without_same(const struct po_repair_text *t,
					  struct pageowner_text line, size_t first)
{
	struct pageowner_text same = po_repair_cleaned(t, &t->lines[first]);

	same.len = t->lines[first].prefix.len;
	if (line.len > same.len && same.len && !memcmp(line.ptr, same.ptr, same.len)) {
		line.ptr += same.len;
		line.len -= same.len;
		return trimmed(line);
	}
	return trimmed(po_repair_without_quotes(line, same));
}

/* Whether a line goes on within a module's name, which has no blank: only before a build id */
static bool is_in_module(const struct po_repair_text *t, struct pageowner_text next)
{
	const char *open = memrchr(t->joined, '[', t->joined_len);
	const char *end = t->joined + t->joined_len;
	size_t digits = 0;

	if (!open || open == t->joined || open[-1] != ' ' ||
	    memchr(open, ' ', (size_t)(end - open)) || memchr(open, '>', (size_t)(end - open)))
		return false;
	while (digits < next.len && po_hex_digits[(unsigned char)next.ptr[digits]])
		digits++;
	return digits < 16;
}

/* Append to t->joined, after some blanks */
static struct pageowner_text appended(struct po_repair_text *t, struct pageowner_text next,
				      size_t blanks)
{
	char *to = t->joined + t->joined_len;

	memset(to, ' ', blanks);
	memcpy(to + blanks, next.ptr, next.len);
	return (struct pageowner_text){ t->joined, t->joined_len + blanks + next.len };
}

/* Join with one more line, in a way that fits; PO_FIT_NO if there is none */
static enum po_fit join_next(struct po_repair_text *t, enum po_line_shape shape,
			     size_t first, size_t number)
{
	const struct po_repair_line *line = &t->lines[number];
	const struct pageowner_text cleaned = po_repair_cleaned(t, line);
	const bool has_head = t->head_len && po_repair_match_head(t, cleaned);
	const struct pageowner_text ways[] = {
		has_head ? po_repair_stripped(t, line) : without_same(t, cleaned, first),
		po_repair_stripped(t, line), trimmed(cleaned),
	};

	for (size_t i = 0; i < PO_ARRAY_SIZE(ways); i++) {
		enum po_fit fits[3] = { PO_FIT_NO }, best = PO_FIT_NO;
		size_t blanks = 0;

		if (!ways[i].len || t->joined_len + ways[i].len + 2 > PO_REPAIR_JOINED_MAX)
			continue;
		/* A report has two blanks where the digits of a time were. */
		for (size_t n = 0; n < PO_ARRAY_SIZE(fits); n++) {
			fits[n] = po_shape_fit(shape, appended(t, ways[i], n));
			if (fits[n] > best)
				blanks = n;
			best = fits[n] > best ? fits[n] : best;
		}
		if (best == PO_FIT_NO)
			continue;
		/* Within a name; no blank is before what ends it */
		if (fits[0] == best && (memchr("]),", *ways[i].ptr, 3) ||
					is_in_module(t, ways[i]))) {
			blanks = 0;
		} else if (fits[0] == best && fits[1] == best) {
			/* An indent of an odd width is one with a blank of the text. */
			blanks = !is_hard_wrapped(t, number) || indent_of(cleaned) % 2 ||
				(t->lines[number - 1].done & PO_REPAIRED(LINE_END));
			t->is_guess = true;
		}
		t->joined_len = appended(t, ways[i], blanks).len;
		return best;
	}
	return PO_FIT_NO;
}

/* Whether nothing but a prefix is in a line; what closes a text is more */
static bool is_blank(const struct po_repair_text *t, const struct po_repair_line *line)
{
	const struct pageowner_text text = trimmed(po_repair_cleaned(t, line));

	return line->prefix.len == line->len &&
		!(text.len == 1 && memchr(":])", *text.ptr, 3));
}

/* Whether a frame that is whole with its place ends there, and the next line, which may be
 * its module, is another: in a log of its own, or with its place in the line after */
static bool is_next_frame(struct po_repair_text *t, size_t number)
{
	const struct po_repair_line *after = po_repair_line_at(t, number + 1);
	const struct pageowner_text place = after ? po_repair_stripped(t, after) : PO_TEXT("");

	return (t->lines[number].prefix.has_stamp && !po_repair_is_full(t, number - 1, 40)) ||
		(place.len && *place.ptr == '(');
}

/* Whether a line is a number, or what was cut from a symbol to "e", and not the rest of the
 * one before it, which was not folded and is whole: the number of a blank line, e.g. */
static bool is_stray_number(struct po_repair_text *t, enum po_line_shape shape, size_t number)
{
	const struct pageowner_text text = po_repair_stripped(t, &t->lines[number]);

	/* Nothing but a blank line follows a count. */
	if (shape == PO_LINE_PAGES && t->lines[number].len == text.len &&
	    t->lines[number].raw_len == text.len) {
		t->is_guess = true;
		return false;
	}

	for (size_t i = 0; i < text.len; i++)
		if (!po_hex_digits[(unsigned char)text.ptr[i]])
			return false;
	return !po_repair_is_full(t, number - 1, 40) && !is_hard_wrapped(t, number);
}

/* Whether what was joined is a symbol so far, and longer than any in a trace. It is matched
 * again with each line. */
static bool is_endless_symbol(const struct po_repair_text *t, enum po_line_shape shape)
{
	return (shape == PO_LINE_FRAME || shape == PO_LINE_SOURCE) &&
		t->joined_len > SYMBOL_MAX &&
		!memchr(t->joined, ' ', t->joined_len) && !memchr(t->joined, '+', t->joined_len);
}

size_t po_repair_join(struct po_repair_text *t, enum po_line_shape shape,
		      struct pageowner_text first, size_t number)
{
	size_t whole_len = 0, whole_lines = 0, lines = 1;
	bool was_guess = false;
	enum po_fit fit;

	t->is_guess = false;
	t->joined_lines = 1;
	t->joined_len = first.len;
	memcpy(t->joined, first.ptr, first.len);
	fit = po_shape_fit(shape, first);
	for (; fit != PO_FIT_NO; lines++) {
		const struct po_repair_line *next;

		if (fit == PO_FIT_WHOLE) {
			whole_len = t->joined_len;
			whole_lines = lines;
			was_guess = t->is_guess;
		}
		next = lines > PO_REPAIR_FOLDS ? NULL : po_repair_line_at(t, number + lines);
		if (!next || is_blank(t, next) ||
		    (next->prefix.has_stamp && !t->lines[number].prefix.has_stamp) ||
		    po_repair_is_elision(po_repair_stripped(t, next)) ||
		    is_endless_symbol(t, shape))
			break;
		if (fit == PO_FIT_WHOLE && shape == PO_LINE_SOURCE &&
		    is_next_frame(t, number + lines))
			break;
		if (fit == PO_FIT_WHOLE && is_stray_number(t, shape, number + lines))
			break;
		/* Anything fits. */
		if (fit == PO_FIT_WHOLE && po_shape_is_open(shape) &&
		    (!po_repair_is_full(t, number + lines - 1, 60) || next->prefix.has_stamp))
			break;
		fit = join_next(t, shape, number, number + lines);
		t->joined_lines += fit != PO_FIT_NO;
	}
	if (whole_lines) {
		t->joined_len = whole_len;
		t->is_guess = was_guess;
	}
	return whole_lines;
}

bool po_repair_cut(struct po_repair_text *t, enum po_line_shape shape)
{
	for (size_t len = t->joined_len; len > 0; len--) {
		if (len < t->joined_len && t->joined[len] != ',' && t->joined[len] != '(' &&
		    t->joined[len] != ' ')
			continue;
		if (po_shape_fit(shape, (struct pageowner_text){ t->joined, len }) !=
		    PO_FIT_WHOLE)
			continue;
		t->joined_len = len;
		return true;
	}
	return false;
}
