// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * repair_frame.c - a frame in any form -> as the kernel prints it.
 *
 * The kernel's form is "symbol+0xOFFSET/0xSIZE [module]". Others leave out the size, or
 * the offset, give decimal numbers, or the place in the source in their stead. It
 * looks at one line, and knows nothing of what the line is in.
 */
#include "parse/repair_frame.h"

#include <stdio.h>

#include <pageowner/plumbing.h>
#include <pageowner/stack.h>

#include "base/cursor.h"
#include "parse/repair_line.h"
#include "parse/repair_markup.h"
#include "parse/repair_shape.h"

/* Bytes of UTF-8 also, which compilers allow in names */
static bool is_of_symbol(char c)
{
	return po_is_letter_or_digit(c) || c == '_' || c == '.' || c == '$' || c == '@' ||
		(unsigned char)c >= 0x80;
}

/* U+0080 to U+00BF, U+2000 to U+2FFF: marks, arrows, lines of a tree, not letters */
static bool begins_with_mark(const char *p, const char *end)
{
	return end - p >= 2 && ((unsigned char)*p == 0xc2 || ((unsigned char)*p == 0xe2 &&
		end - p >= 3));
}

static bool is_of_module(struct pageowner_text word)
{
	if (!word.len || word.len > 64 || po_is_digit(*word.ptr))
		return false;
	for (size_t i = 0; i < word.len; i++)
		if (!is_of_symbol(word.ptr[i]) && word.ptr[i] != '-')
			return false;
	return !memchr(word.ptr, '.', word.len);
}

/* Whether it is what compilers add to a symbol, of which the rest is missing: ".isra.0" */
static bool is_suffix(const char *p, const char *end)
{
	struct po_cursor c = { p, end };

	return po_take_word(&c, ".") && (!po_left(&c) || po_is_digit(*c.at) ||
		po_take_word(&c, "isra.") || po_take_word(&c, "part.") ||
		po_take_word(&c, "constprop.") || po_take_word(&c, "llvm.") ||
		(po_take_word(&c, "cold") && !po_left(&c)));
}

/* Whether marks end at @p that people put before a frame they write about: "=>", "*" */
static bool follows_marks(const char *start, const char *p)
{
	const char *marks = p;

	while (marks > start && memchr(PO_FRAME_MARKS, marks[-1], strlen(PO_FRAME_MARKS)))
		marks--;
	return marks < p && (marks == start || marks[-1] == ' ');
}

/* The symbol that ends at @end: its start, or @end if there is none */
static const char *symbol_before(const char *start, const char *end)
{
	const char *p = end;

	while (p > start && is_of_symbol(p[-1]))
		p--;
	/* A number is not a symbol; "0010:symbol" is a register. */
	if (p > start && p[-1] != ' ' && p[-1] != '<' && !follows_marks(start, p))
		return end;
	while (begins_with_mark(p, end))
		p += (unsigned char)*p == 0xc2 ? 2 : 3;
	return p < end && (po_is_digit(*p) || is_suffix(p, end)) ? end : p;
}

/* Where "[<address>] " begins that precedes @p, or @p */
static const char *address_before(const char *start, const char *p)
{
	const char *q = p;

	if (q - start < 6 || memcmp(q - 3, ">] ", 3))
		return p;
	for (q -= 3; q > start && po_hex_digits[(unsigned char)q[-1]]; q--)
		;
	return q - start >= 2 && !memcmp(q - 2, "[<", 2) ? q - 2 : p;
}

static char *put(char *to, const char *from, const char *end)
{
	return mempcpy(to, from, (size_t)(end - from));
}

bool po_repair_may_follow(struct pageowner_text rest)
{
	const char *p = rest.ptr, *end = rest.ptr + rest.len;

	/* A module without brackets is one word. */
	if (rest.len < 2 || p[1] == '[' || p[1] == '(' || !memchr(p + 1, ' ', rest.len - 1))
		return true;
	while ((p = memchr(p, ':', (size_t)(end - p))))
		if (++p < end && (*p == '?' || po_is_digit(*p)))
			return true;
	return false;
}

/* What follows offset and size: nothing, " [mod]", " mod", " (file:line)", "file:line";
 * a module is put in brackets. False if it cannot follow. */
static bool put_rest(char **to, struct po_cursor c, bool *is_rewritten)
{
	const char *blank = po_left(&c) ? memrchr(c.at, ' ', po_left(&c)) : NULL;
	struct pageowner_text last;

	if (!po_left(&c))
		return true;
	if (!blank || *c.at != ' ')
		return false;
	last = (struct pageowner_text){ blank + 1, (size_t)(c.end - blank - 1) };
	if ((blank == c.at || blank[-1] == ')') && is_of_module(last)) {
		*to = put(*to, c.at, blank);
		*to = mempcpy(*to, " [", 2);
		*to = put(*to, last.ptr, c.end);
		*to = mempcpy(*to, "]", 1);
		*is_rewritten = true;
	} else {
		*to = put(*to, c.at, c.end);
	}
	return true;
}

/* "symbol+0x1/0x2", "symbol+0x1", and what follows */
static bool find_offset(char *to, struct pageowner_text line, struct po_repair_frame *f)
{
	const char *end = line.ptr + line.len, *plus = line.ptr, *start, *number_end;
	struct po_cursor c;
	uint64_t number;
	char *p = to;

	while ((plus = memmem(plus, (size_t)(end - plus), "+0x", 3))) {
		c = (struct po_cursor){ plus + 3, end };
		start = symbol_before(line.ptr, plus);
		if (start < plus && po_take_hex(&c, &number) != PO_NUMBER_NONE)
			break;
		plus++;
	}
	if (!plus)
		return false;
	if (po_take_word(&c, "/0x") && po_take_hex(&c, &number) == PO_NUMBER_NONE)
		return false;
	number_end = c.at;
	start = address_before(line.ptr, start);
	f->has_address = *start == '[';
	p = put(p, start, number_end);
	if (!po_repair_may_follow((struct pageowner_text){ c.at, po_left(&c) }) ||
	    !put_rest(&p, c, &f->is_rewritten))
		return false;
	f->before = (struct pageowner_text){ line.ptr, (size_t)(start - line.ptr) };
	f->len = (size_t)(p - to);
	return true;
}

/* Whether text in parentheses has the place in a source: "mm/a.c:12", "a.h:?" */
static bool has_place(struct pageowner_text text)
{
	const char *p = text.ptr, *end = text.ptr + text.len;
	const char *dot = text.len ? memchr(p, '.', text.len) : NULL;

	while (dot && (p = memchr(p, ':', (size_t)(end - p))))
		if (++p < end && (*p == '?' || po_is_digit(*p)))
			return true;
	return false;
}

/* "symbol (file:line) module" of decode_stacktrace.sh; drgn's also has a column */
static bool find_decoded(char *to, struct pageowner_text line, struct po_repair_frame *f)
{
	const char *end = line.ptr + line.len;
	const char *open = line.ptr, *close = NULL, *start;
	struct po_cursor c;
	char *p = to;

	/* A log may have others before: "W/kernel  (    0): " */
	while ((open = memmem(open, (size_t)(end - open), " (", 2))) {
		close = memchr(open, ')', (size_t)(end - open));
		if (!close || has_place((struct pageowner_text){ open,
								 (size_t)(close - open) }))
			break;
		open++;
	}
	if (!open || !close)
		return false;
	close = memrchr(open, ')', (size_t)(end - open));
	start = symbol_before(line.ptr, open);
	if (start == open)
		return false;
	p = put(p, start, close + 1);
	c = (struct po_cursor){ close + 1, end };
	if (!put_rest(&p, c, &f->is_rewritten))
		return false;
	f->is_rewritten = true;
	f->before = (struct pageowner_text){ line.ptr, (size_t)(start - line.ptr) };
	f->len = (size_t)(p - to);
	return true;
}

/* "symbol mm/a.h:1 [inline]", which syzkaller adds */
static bool find_inline(char *to, struct pageowner_text line, struct po_repair_frame *f)
{
	const struct pageowner_text mark = PO_TEXT(" [inline]");
	const char *end = line.ptr + line.len, *place, *start;

	if (line.len <= mark.len || memcmp(end - mark.len, mark.ptr, mark.len))
		return false;
	place = memrchr(line.ptr, ' ', line.len - mark.len);
	if (!place)
		return false;
	start = symbol_before(line.ptr, place);
	if (start == place)
		return false;
	f->before = (struct pageowner_text){ line.ptr, (size_t)(start - line.ptr) };
	f->len = (size_t)(put(to, start, end) - to);
	return true;
}

/*
 * "0xADDRESS <symbol+12>:" of gdb, "[0xADDRESS] symbol+12" of Linux 2.6,
 * "[<ADDRESS>] symbol+1f" of Qualcomm's parser: the address identifies it
 */
static bool find_after_address(char *to, struct pageowner_text line,
			       struct po_repair_frame *f)
{
	const char *end = line.ptr + line.len, *plus = line.ptr, *start, *q;
	int what = 0;
	struct po_cursor c;
	uint64_t number;

	while ((plus = memchr(plus, '+', (size_t)(end - plus)))) {
		start = symbol_before(line.ptr, plus);
		c = (struct po_cursor){ plus + 1, end };
		q = start;
		what = 0;
		if (start < plus && q - line.ptr > 3)
			what = q[-1] == '<' ? 'g' : !memcmp(q - 3, ">] ", 3) ? 'q' :
				!memcmp(q - 2, "] ", 2) ? 'l' : 0;
		if (what && (what == 'q' ? po_take_hex(&c, &number) :
			     po_take_rest(&c, c.at, 0, &number)) == PO_NUMBER_OK &&
		    (what != 'g' || po_take_word(&c, ">")))
			break;
		plus++;
	}
	if (!plus)
		return false;
	q = what == 'g' ? memmem(line.ptr, line.len, "0x", 2) :
		memrchr(line.ptr, '[', (size_t)(start - line.ptr));
	if (!q || q > start || (what == 'l' && memcmp(q, "[0x", 3)))
		return false;
	f->before = (struct pageowner_text){ line.ptr, (size_t)(q - line.ptr) };
	f->len = (size_t)(put(to, start, plus) - to);
	f->len += (size_t)sprintf(to + f->len, "+0x%llx", (unsigned long long)number);
	f->is_rewritten = true;
	return true;
}

/* "0xADDRESS <symbol>:" of gdb, at a function's start */
static bool find_start_of_function(char *to, struct pageowner_text line,
				   struct po_repair_frame *f)
{
	const struct pageowner_text offset = PO_TEXT("+0x0");
	const char *end = line.ptr + line.len;
	const char *open = memmem(line.ptr, line.len, " <", 2);
	const char *close = open ? memmem(open, (size_t)(end - open), ">:", 2) : NULL;
	const char *q = close ? memmem(line.ptr, (size_t)(open - line.ptr), "0x", 2) : NULL;

	if (!q || symbol_before(line.ptr, close) != open + 2)
		return false;
	to = put(to, open + 2, close);
	memcpy(to, offset.ptr, offset.len);
	f->before = (struct pageowner_text){ line.ptr, (size_t)(q - line.ptr) };
	f->len = (size_t)(close - open - 2) + offset.len;
	f->is_rewritten = true;
	return true;
}

/* A number alone, without symbols */
static bool find_number(char *to, struct pageowner_text line, struct po_repair_frame *f)
{
	const char *blank = line.len ? memrchr(line.ptr, ' ', line.len) : NULL;
	const char *start = blank ? blank + 1 : line.ptr;
	struct po_cursor c = { start, line.ptr + line.len };
	uint64_t number;

	if (!po_take_word(&c, "0x") || po_take_hex(&c, &number) == PO_NUMBER_NONE ||
	    po_left(&c))
		return false;
	f->before = (struct pageowner_text){ line.ptr, (size_t)(start - line.ptr) };
	f->len = (size_t)(put(to, start, c.end) - to);
	return true;
}

bool po_repair_find_frame(char *to, struct pageowner_text line,
			  struct po_repair_frame *f)
{
	*f = (struct po_repair_frame){ 0 };
	return line.len && (find_offset(to, line, f) || find_decoded(to, line, f) ||
			    find_inline(to, line, f) || find_after_address(to, line, f) ||
			    find_start_of_function(to, line, f) ||
			    find_number(to, line, f));
}

/* A colour that is begun and ended: no symbol has one */
static bool has_colour(struct pageowner_text line)
{
	const char *p = line.ptr, *end = line.ptr + line.len;
	bool is_begun = false;

	while ((p = memchr(p, '\x1b', (size_t)(end - p)))) {
		struct po_cursor c = { ++p, end };
		const char *digits = p + 1;

		if (!po_take_word(&c, "["))
			continue;
		while (po_left(&c) && (po_is_digit(*c.at) || *c.at == ';'))
			c.at++;
		if (!po_left(&c) || *c.at != 'm')
			continue;
		if (is_begun && (c.at == digits || *digits == '0'))
			return true;
		is_begun |= c.at > digits;
	}
	return false;
}

/* Offset and size, @c being after "+0x": no function ends before its return address. */
static bool take_place(struct po_cursor *c)
{
	uint64_t offset, size;

	return po_take_hex(c, &offset) != PO_NUMBER_NONE && po_take_word(c, "/0x") &&
		po_take_hex(c, &size) != PO_NUMBER_NONE && (!size || offset <= size);
}

enum po_frame_cut po_repair_frame_cut(struct pageowner_text line)
{
	struct po_cursor c = { line.ptr, line.ptr + line.len };
	const char *plus;

	while (po_take_word(&c, " "))
		;
	line = (struct pageowner_text){ c.at, po_left(&c) };
	if (!line.len || po_is_digit(*line.ptr))
		return PO_FRAME_WHOLE;
	plus = memchr(line.ptr, '+', line.len);
	switch (po_shape_fit(PO_LINE_FRAME, line)) {
	case PO_FIT_PART:
		return plus ? PO_FRAME_WITHOUT_END : PO_FRAME_WITHOUT_SYMBOL;
	case PO_FIT_WHOLE:
		plus = memmem(line.ptr, line.len, "+0x", 3);
		c.at = plus + 3;
		return take_place(&c) ? PO_FRAME_WHOLE : PO_FRAME_WITHOUT_END;
	default:
		return PO_FRAME_WHOLE;
	}
}

/* " 12%<CR>": progress, which a terminal would have overwritten */
static bool begins_with_progress(struct po_cursor c)
{
	uint64_t number;

	while (po_take_word(&c, " "))
		;
	return po_take_decimal(&c, &number) == PO_NUMBER_OK && po_take_word(&c, "%\r");
}

bool po_repair_is_plain_frame(struct pageowner_text line)
{
	const char *end = line.ptr + line.len, *plus = line.ptr;
	struct po_cursor c = { line.ptr, end };

	if ((!po_take_word(&c, " ") && !po_take_word(&c, "[<")) || po_take_word(&c, "[&lt;") ||
	    (*line.ptr == '[' && !memmem(line.ptr, line.len, ">] ", 3)) ||
	    begins_with_progress(c))
		return false;
	while ((plus = memmem(plus, (size_t)(end - plus), "+0x", 3))) {
		c.at = plus += 3;
		if (take_place(&c) && (!po_left(&c) || (po_take_word(&c, " [") && end[-1] == ']')))
			return !has_colour(line);
	}
	return false;
}

/* A line that kernels print, except for a frame whose symbol has odd bytes */
static bool is_plain(struct pageowner_text line)
{
	struct po_cursor c = { line.ptr, line.ptr + line.len };
	const char *plus;
	uint64_t number;

	/* "&nbsp;", or a mark, in the place of the blank */
	if (po_left(&c) && (*c.at == '&' || memchr(PO_FRAME_MARKS, *c.at, strlen(PO_FRAME_MARKS))))
		return false;
	while (po_take_word(&c, " "))
		;
	if (po_take_word(&c, "[<"))
		return memmem(line.ptr, line.len, ">] ", 3);
	line = (struct pageowner_text){ c.at, po_left(&c) };
	if (po_take_word(&c, "0x") && po_take_hex(&c, &number) != PO_NUMBER_NONE &&
	    !po_left(&c))
		return true;
	/* No symbol has a blank, a TAB, an escape. */
	for (plus = line.ptr; plus < c.end; plus++) {
		if (*plus == '+' && c.end - plus > 3 && plus[1] == '0' && plus[2] == 'x')
			break;
		if ((unsigned char)*plus > 0x7e || *plus == ' ' || *plus == '\t' ||
		    *plus == '\x1b')
			return false;
	}
	if (plus == c.end)
		return false;
	/* Up to the size nothing is cut off. */
	c.at = plus + 3;
	return take_place(&c) &&
		(!po_left(&c) || (po_take_word(&c, " [") && c.end[-1] == ']'));
}

bool po_repair_is_plain_stack(struct pageowner_text stack)
{
	struct po_cursor c = { stack.ptr, stack.ptr + stack.len };
	struct pageowner_text line;

	while (po_left(&c)) {
		if (!po_take_until(&c, '\n', &line))
			line = (struct pageowner_text){ c.at, po_left(&c) };
		c.at = line.ptr + line.len + (line.ptr + line.len < c.end);
		if (line.len && line.ptr[line.len - 1] == '\r')
			line.len--;
		if (!is_plain(line) && !po_repair_is_plain_frame(line))
			return false;
	}
	return true;
}

/* Whether a line without its mark-up is a frame of a function that only passes memory on:
 * one of the kernel's own */
static bool is_of_kernel(struct pageowner_text line)
{
	char clean[PO_REPAIR_LINE_MAX], text[PO_REPAIR_LINE_MAX + PO_FRAME_MORE];
	struct po_repair_frame found;
	struct pageowner_frame frame;
	struct pageowner_text stack;
	unsigned int done;

	stack = (struct pageowner_text){ clean, po_repair_clean(clean, line, &done) };
	if (!po_repair_find_frame(text, stack, &found))
		return false;
	stack = (struct pageowner_text){ text, found.len };
	return pageowner_frame_next(&stack, &frame) &&
		pageowner_plumbing_match(NULL, frame.symbol);
}

bool po_repair_is_marked_up(struct pageowner_text stack)
{
	struct po_cursor c = { stack.ptr, stack.ptr + stack.len };
	struct pageowner_text line;

	for (; po_take_until(&c, '\n', &line); c.at++)
		if (line.len <= PO_REPAIR_LINE_MAX && po_markup_is_in(line) &&
		    (po_markup_is_certain(line) || is_of_kernel(line)))
			return true;
	return false;
}
