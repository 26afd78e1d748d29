// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * dialect.c - find the dialect of the text at a line start.
 *
 * Tries the parser of each dialect in turn; none needs to know another. The reader
 * has recognised records of page_owner itself before.
 */
#include "parse/dialect.h"

enum po_parse_result po_dialect_parse(struct po_dialect *d, const char *p,
				      const char *end, bool at_end)
{
	static enum po_parse_result (*const parsers[])(struct po_dialect *,
			const char *, const char *, bool) = {
		po_show_stacks_parse, po_sort_report_parse, po_dump_page_parse,
	};
	enum po_parse_result got = PO_PARSE_BAD;

	d->next = NULL;
	for (size_t i = 0; got == PO_PARSE_BAD && !d->next &&
	     i < PO_ARRAY_SIZE(parsers); i++) {
		d->record = (struct pageowner_record){ 0 };
		d->odd = 0;
		d->is_suspect = false;
		d->caller.len = 0;
		got = parsers[i](d, p, end, at_end);
	}
	return got;
}
