// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * repair_head.c - what precedes the text of each line of an entry, if it is of no known kind:
 * a file's name and a number, a program's log, most likely with other digits in each line.
 *
 * The first line of the entry shows it. What is known without it, repair_line.c strips.
 */
#include "parse/repair_text.h"

#include "base/cursor.h"
#include "parse/repair_frame.h"

/* "grep -A": ":" after the file and the number of a line that matches is "-" for those
 * around it. @h: in the head */
static bool is_of_grep(const char *h, char c)
{
	return (*h == ':' && c == '-') || (*h == '-' && c == ':');
}

size_t po_repair_match_head(const struct po_repair_text *t, struct pageowner_text line)
{
	const char *p = line.ptr, *end = line.ptr + line.len;
	const char *h = t->head, *head_end = t->head + t->head_len;

	/* A number that is right-aligned has blanks before it, as far as there is room. */
	while (h < head_end && *h == ' ' && p < end && po_is_digit(*p))
		h++;
	if (h > t->head && (h == head_end || !po_is_digit(*h)))
		return 0;
	while (h < head_end) {
		const bool digits = po_is_digit(*h);

		if (p == end || (digits ? !po_is_digit(*p) : *p != *h && !is_of_grep(h, *p)))
			return 0;
		for (h++; h < head_end && (digits ? po_is_digit(*h) :
					   *h == ' ' && h[-1] == ' '); h++)
			;
		for (p++; p < end && (digits ? po_is_digit(*p) :
				      *p == ' ' && p[-1] == ' '); p++)
			;
	}
	return (size_t)(p - line.ptr);
}

/* How much of a line precedes a frame that follows a number at once: "12:symbol+0x1/0x2" */
static size_t find_numbered_frame(struct pageowner_text line)
{
	const char *plus = line.len ? memmem(line.ptr, line.len, "+0x", 3) : NULL, *p = plus;

	while (p && p > line.ptr && (po_is_letter_or_digit(p[-1]) || p[-1] == '_' || p[-1] == '.'))
		p--;
	return p && p < plus && p - line.ptr > 1 && memchr(":-", p[-1], 2) &&
		po_is_digit(p[-2]) && !memchr(line.ptr, ' ', (size_t)(p - line.ptr)) ?
		(size_t)(p - line.ptr) : 0;
}

/* Where the text of the first line begins, if it is known; or 0 */
static size_t find_text(struct po_repair_text *t, struct pageowner_text line)
{
	static const struct pageowner_text words[] = {
		PO_TEXT("Page allocated via order "), PO_TEXT("page_owner tracks the page "),
		PO_TEXT("page last allocated via "), PO_TEXT("page allocated via "),
		PO_TEXT("nr_base_pages: "), PO_TEXT("stack_count: "), PO_TEXT("page:"),
		PO_TEXT("handle: "), PO_TEXT("BUG: Bad page state"),
	};
	const char *end = line.ptr + line.len, *found = end;
	struct po_repair_frame frame;

	for (size_t i = 0; i < PO_ARRAY_SIZE(words); i++) {
		const char *p = line.len ? memmem(line.ptr, line.len, words[i].ptr,
						  words[i].len) : NULL;

		found = p && p < found ? p : found;
	}
	if (found < end)
		return (size_t)(found - line.ptr);
	found = line.len ? memmem(line.ptr, line.len, " times", 6) : NULL;
	if (found && found > line.ptr && po_is_digit(found[-1])) {
		while (found > line.ptr && po_is_digit(found[-1]))
			found--;
		/* Of a table that is not a report: see read/explain.c */
		if (found - line.ptr >= 10 && !memcmp(found - 10, "Allocated ", 10))
			return 0;
		return (size_t)(found - line.ptr);
	}
	return po_repair_find_frame(t->joined, line, &frame) ? frame.before.len :
		find_numbered_frame(line);
}

/* The number that a line begins with, if it is all that the first @len bytes have; or 0 */
static uint64_t number_of(struct pageowner_text line, size_t len)
{
	struct po_cursor c = { line.ptr, line.ptr + len };
	uint64_t number;

	while (po_take_word(&c, " "))
		;
	return po_take_decimal(&c, &number) == PO_NUMBER_OK && !po_left(&c) ? number : 0;
}

/* Whether the prefix of a log, of @len bytes, begins after text that only this line has, not
 * the next one, which begins at @next: a command, or what says where the log begins */
static bool is_stamp_after_text(const struct po_repair_text *t, struct pageowner_text line,
				size_t len, const char *next)
{
	const char *newline = memchr(next, '\n', (size_t)(t->end - next));
	struct po_repair_prefix prefix;

	(void)po_repair_strip(line, &prefix);
	if (prefix.has_stamp || !newline)
		return false;
	(void)po_repair_strip((struct pageowner_text){ next, (size_t)(newline - next) }, &prefix);
	if (!prefix.has_stamp)
		return false;
	for (size_t i = 1; i < len; i++) {
		if (line.ptr[i] != '[')
			continue;
		(void)po_repair_strip((struct pageowner_text){ line.ptr + i, len - i }, &prefix);
		if (prefix.has_stamp && prefix.len == len - i)
			return true;
	}
	return false;
}

/* What the first line has before its text, other lines may have also. */
void po_repair_look_for_head(struct po_repair_text *t, struct po_repair_line *line)
{
	const struct pageowner_text cleaned = po_repair_cleaned(t, line);
	size_t len;

	if (t->count) {
		len = t->head_len ? po_repair_match_head(t, cleaned) : 0;
		if (!t->head_len || len <= line->prefix.len)
			return;
		/* Digits of a folded line are not its number, which is right-aligned. */
		if (t->number && (number_of(cleaned, len) != t->number + 1 ||
				  (*t->head == ' ' && len != t->head_len)))
			return;
		t->number += t->number > 0;
	} else {
		len = find_text(t, cleaned);
		while (len && cleaned.ptr[len - 1] == ' ')
			len--;
		if (is_stamp_after_text(t, cleaned, len, line->next)) {
			line->prefix.len = len;
			line->prefix.has_stamp = true;
			return;
		}
		/* "1: frame" of "grep -n" is a mark; "4:nr_base_pages" is not. */
		if (len > sizeof(t->head) || (len <= line->prefix.len && !(len > 1 &&
		    memchr(":-", cleaned.ptr[len - 1], 2) && po_is_digit(cleaned.ptr[len - 2]))))
			return;
		memcpy(t->head, cleaned.ptr, len);
		t->head_len = len;
		t->number = number_of(cleaned, len);
		if (len <= line->prefix.len)
			return;
	}
	while (len < cleaned.len && cleaned.ptr[len] == ' ')
		len++;
	line->prefix.len = len;
	line->prefix.has_mark = true;
}
