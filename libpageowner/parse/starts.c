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
