// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * repair_count.c - a line with a count, as people wrote on it -> what the kernel printed.
 *
 * Digits in groups, other separators, a note after the number. It looks at one line; what
 * the count belongs to is for others to find.
 */
#include "parse/repair_count.h"

#include "base/cursor.h"

static const struct pageowner_text blank = PO_TEXT(" ");

static bool take_any(struct po_cursor *c, const struct pageowner_text *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (po_take(c, words[i]))
			return true;
	return false;
}

/* The end of a number of which each group of three digits follows such a mark; @digits gets
 * its digits: 0 bytes if there is none. */
static size_t take_groups(struct po_cursor *c, struct pageowner_text mark, char *digits)
{
	size_t len = 0, in_group = 0;
	struct po_cursor best;

	while (po_left(c) && po_is_digit(*c->at) && len < 20) {
		digits[len++] = *c->at++;
		in_group++;
	}
	best = *c;
	while (in_group && in_group <= 3 && po_take(c, mark)) {
		size_t got = 0;

		while (got < 3 && po_left(c) > got && po_is_digit(c->at[got]))
			got++;
		if (got < 3 || len + 3 > 20 || (po_left(c) > 3 && po_is_digit(c->at[3])))
			break;
		memcpy(digits + len, c->at, 3);
		len += 3;
		c->at += 3;
		best = *c;
	}
	*c = best;
	return len;
}

/* Whether a note may follow a number here: text that is no more of the number, nor another
 * value of it */
static bool may_follow(struct po_cursor c)
{
	static const struct pageowner_text values[] = {
		PO_TEXT("->"), PO_TEXT("=>"), PO_TEXT("-->"), PO_TEXT("\xe2\x86\x92"),
		PO_TEXT("+"), PO_TEXT("/"), PO_TEXT("%"),
	};
	const char *start = c.at;

	if (!po_left(&c))
		return true;
	while (po_left(&c) && memchr(",;. ", *c.at, 4))
		c.at++;
	if (!po_left(&c))
		return true;
	return c.at > start && c.at[-1] == ' ' && !po_is_digit(*c.at) &&
		!take_any(&c, values, PO_ARRAY_SIZE(values));
}

/* The count at @c: its digits; *odd is set if it has marks or a note, *is_guess if these may
 * mean something else. 0 if it is not one. */
static size_t take_count(struct po_cursor c, char *digits, bool *odd, bool *is_guess)
{
	static const struct pageowner_text marks[] = {
		PO_TEXT(","), PO_TEXT("'"), PO_TEXT("\xe2\x80\x99"), PO_TEXT("_"), PO_TEXT("."),
		PO_TEXT(" "),
	};
	static const size_t certain = 4;

	for (size_t i = 0; i < PO_ARRAY_SIZE(marks); i++) {
		struct po_cursor try = c;
		const size_t len = take_groups(&try, marks[i], digits);

		if (!len || !may_follow(try))
			continue;
		*odd = po_left(&try) || (size_t)(try.at - c.at) > len;
		*is_guess = i >= certain && (size_t)(try.at - c.at) > len;
		return len;
	}
	return 0;
}

/* "nr_base_pages: 4,711  <=== grows", "nr_base_pages = 4711": what follows the word at @word */
static size_t write_count(char *to, size_t len, struct pageowner_text word, const char *at,
			  unsigned int *done)
{
	static const struct pageowner_text separators[] = {
		PO_TEXT(":"), PO_TEXT("="), PO_TEXT("\xef\xbc\x9a"), PO_TEXT("\xe2\x80\x94"),
		PO_TEXT("\xe2\x80\x93"),
	};
	struct po_cursor c = { at + word.len, to + len };
	bool odd = false, is_guess = false;
	char digits[20];
	size_t count;
	char *end;

	while (po_take(&c, blank))
		;
	if (!take_any(&c, separators, PO_ARRAY_SIZE(separators)))
		return len;
	while (po_take(&c, blank))
		;
	count = take_count(c, digits, &odd, &is_guess);
	odd |= c.at - at != (ptrdiff_t)word.len + 2 || at[word.len] != ':';
	if (!count || !odd)
		return len;
	/* A count without a blank after it is longer by one byte, at most. */
	end = to + (at - to) + word.len;
	if ((size_t)(end - to) + 2 + count > PO_REPAIR_LINE_MAX)
		return len;
	end = mempcpy(end, ": ", 2);
	end = mempcpy(end, digits, count);
	*done |= PO_REPAIRED(LINE_END) | (is_guess ? PO_REPAIR_IS_GUESS : 0);
	return (size_t)(end - to);
}

/* "1,234 times, 5,678 pages:": in groups of three digits */
static size_t strip_groups(char *to, size_t len, unsigned int *done)
{
	const struct pageowner_text word = PO_TEXT(" times, ");
	const bool is_count = len && memmem(to, len, word.ptr, word.len);
	size_t kept = 0, digits = 0;

	for (size_t i = 0; is_count && i < len; i++) {
		const bool is_group = to[i] == ',' && digits && digits <= 3 &&
			len - i > 3 && po_is_digit(to[i + 1]) && po_is_digit(to[i + 2]) &&
			po_is_digit(to[i + 3]) && (len - i == 4 || !po_is_digit(to[i + 4]));

		if (is_group)
			*done |= PO_REPAIRED(MARKUP);
		else
			to[kept++] = to[i];
		digits = is_group ? 0 : po_is_digit(to[i]) ? digits + 1 : 0;
	}
	return is_count ? kept : len;
}

size_t po_repair_clean_count(char *to, size_t len, unsigned int *done)
{
	static const struct pageowner_text words[] = {
		PO_TEXT("nr_base_pages"), PO_TEXT("stack_count"),
	};

	for (size_t i = 0; i < PO_ARRAY_SIZE(words); i++) {
		const char *at = len ? memmem(to, len, words[i].ptr, words[i].len) : NULL;

		if (at && (at == to || (!po_is_letter_or_digit(at[-1]) && at[-1] != '_')))
			return write_count(to, len, words[i], at, done);
	}
	return strip_groups(to, len, done);
}
