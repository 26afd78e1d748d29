// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * dialect.c - which dialect does the text at a line start speak?
 *
 * Asks the parsers of each in turn; none needs to know of another. Records of
 * page_owner itself are told before, by the reader.
 */
#include "dialect.h"

enum po_owner_result po_dialect_parse(struct po_dialect *d, const char *p,
				      const char *end, bool at_end)
{
	d->record = (struct pageowner_record){ 0 };
	d->odd = 0;
	d->next = NULL;
	return po_stacks_parse(d, p, end, at_end);
}
