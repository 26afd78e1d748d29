// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * starts.c - does something new begin at a line start?
 *
 * It looks at the first words only; whether they are followed by what should follow
 * is known to the parsers.
 */
#include "parse/starts.h"

#include "base/cursor.h"

bool po_begins_group(const char *p, const char *end)
{
	const char *digits = p;
	struct po_cursor c;

	while (p < end && po_is_digit(*p) && p - digits < 18)
		p++;
	c = (struct po_cursor){ p, end };
	return p > digits &&
		(po_take_word(&c, " times") || po_take_word(&c, " pages"));
}

bool po_begins_other(const char *p, const char *end)
{
	struct po_cursor c = { p, end };

	return po_take(&c, PO_RECORD_START) || po_take(&c, PO_CONDITIONS_START) ||
		po_begins_group(p, end);
}

bool po_begins_count(const char *p, const char *end)
{
	struct po_cursor c = { p, end };

	return po_take_word(&c, "nr_base_pages: ") || po_take_word(&c, "stack_count: ");
}

static bool has_word(struct pageowner_text line, struct pageowner_text word)
{
	return line.len >= word.len && memmem(line.ptr, line.len, word.ptr, word.len);
}

bool po_begins_dump(struct pageowner_text line, const char *end)
{
	const char *next = line.ptr + line.len + 1;
	const size_t most = next < end ? (size_t)(end - next) : 0;
	struct pageowner_text after = { next, most < PO_DUMP_LOOK ? most : PO_DUMP_LOOK };
	const char *blank;

	if (has_word(line, PO_TEXT("age last allocated via order ")) ||
	    has_word(line, PO_TEXT("page_owner tracks the page as allocated")))
		return true;
	if (!after.len || !has_word(line, PO_TEXT("page_owner tracks the page as freed")))
		return false;
	/* The last line of a group in a report; the next group may begin so. */
	blank = memmem(next - 1, after.len + 1, "\n\n", 2);
	after.len = blank ? (size_t)(blank - next + 1) : after.len;
	return has_word(after, PO_TEXT("age last allocated via order "));
}
