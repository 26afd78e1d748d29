// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * meminfo.c - one value out of the text of /proc/meminfo.
 *
 * Which of its lines stand for what is known to account/classes.c.
 */
#include "base/po.h"

#include <pageowner/conditions.h>

#include "base/cursor.h"

PO_EXPORT int pageowner_meminfo(struct pageowner_text meminfo, const char *name,
				uint64_t *bytes)
{
	const struct pageowner_text wanted = { name, strlen(name) };
	struct pageowner_text line;
	struct po_cursor c;

	if (!meminfo.len)
		return 0;
	c = (struct po_cursor){ meminfo.ptr, meminfo.ptr + meminfo.len };
	while (po_left(&c) && po_take_until(&c, '\n', &line)) {
		struct po_cursor at = { line.ptr, line.ptr + line.len };
		uint64_t number;

		c.at++;
		if (!po_take(&at, wanted) || !po_take_word(&at, ":"))
			continue;
		while (po_take_word(&at, " "))
			;
		if (po_take_decimal(&at, &number) != PO_NUMBER_OK)
			return 0;
		if (po_take_word(&at, " kB") &&
		    __builtin_mul_overflow(number, UINT64_C(1024), &number))
			return 0;
		*bytes = number;
		return 1;
	}
	return 0;
}
