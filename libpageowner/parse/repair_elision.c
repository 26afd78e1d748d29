// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * repair_elision.c - marks that stand for lines that someone left out.
 *
 * It looks at one text, and does not know where it stands.
 */
#include "parse/repair_line.h"

#include "base/cursor.h"

static bool is_one_of(char c, const char *set)
{
	return memchr(set, c, strlen(set)) != NULL;
}

/* Whether one of the words, between what is not a letter, says that something is missing */
static bool has_word_of_elision(const char *p, const char *end)
{
	static const struct pageowner_text words[] = {
		PO_TEXT("snip"), PO_TEXT("snipped"), PO_TEXT("cut"), PO_TEXT("skip"),
		PO_TEXT("skipped"), PO_TEXT("null"), PO_TEXT("trimmed"), PO_TEXT("omitted"),
		PO_TEXT("truncated"), PO_TEXT("deleted"), PO_TEXT("removed"), PO_TEXT("elided"),
		PO_TEXT("etc"), PO_TEXT("more"), PO_TEXT("frames"), PO_TEXT("lines"),
	};

	while (p < end) {
		const char *start = p;

		while (p < end && (po_is_letter(*p) || *p == '_'))
			p++;
		for (size_t i = 0; i < PO_ARRAY_SIZE(words); i++)
			if (po_text_equal(words[i], (struct pageowner_text){
				start, (size_t)(p - start) }))
				return true;
		p += p == start;
	}
	return false;
}

bool po_repair_is_elision(struct pageowner_text text)
{
	static const char marks[] = ".[]<>(){}-=*~? \xe2\x80\xa6";
	const char *p = text.ptr, *end = text.ptr + text.len;
	bool has_dots = false;

	if (text.len > 64 || (text.len && memchr(p, '/', text.len)))
		return false;
	/* Marks on both sides of nothing, or of words */
	for (; p < end && is_one_of(*p, marks); p++)
		has_dots |= *p == '.' || (unsigned char)*p >= 0x80;
	if (p == end)
		return has_dots;
	if (p == text.ptr || !is_one_of(end[-1], ".[]<>(){}-=*~:! \xe2\x80\xa6"))
		return false;
	return has_word_of_elision(p, end) || memmem(text.ptr, text.len, "8<", 2);
}
