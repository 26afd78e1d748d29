// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * repair_front.c - the lines of dump_page() that say which page it is, before those of
 * page_owner, in a log that people posted. What is in them is for dump_front.c to find.
 */
#include "parse/repair_entry.h"

#include "parse/dump_front.h"

/* Take a line that dump_page() prints, folded or not. */
static bool take_line(struct po_repair_entry *e, const struct po_repair_line *line)
{
	struct pageowner_record ignored = { 0 };
	struct pageowner_text memcg;

	if (po_repair_take_line(e, PO_LINE_DUMP, false) ||
	    po_repair_take_line(e, PO_LINE_DUMP_FLAGS, false))
		return true;
	if (!po_dump_front_line(po_repair_stripped(e->text, line), &ignored, &memcg))
		return false;
	po_repair_put_line(e, false, po_repair_stripped(e->text, line));
	po_repair_use(e, 1);
	return true;
}

bool po_repair_take_front(struct po_repair_entry *e)
{
	const struct po_repair_line *line;

	if (!po_repair_take_line(e, PO_LINE_DUMP, false))
		return true;
	for (int i = 0; i < PO_DUMP_FRONT_MAX; i++) {
		line = po_repair_line_at(e->text, e->line);
		if (!line)
			return false;
		if (po_repair_take_other_caller(e, line))
			continue;
		if (e->is_lost)
			return false;
		if (po_repair_begins_entry(e, line))
			return true;
		if (take_line(e, line))
			continue;
		if (line->prefix.has_stamp) {
			po_repair_count(e, PAGEOWNER_REPAIR_FOREIGN);
			e->repair->guesses++;
		}
		po_repair_use(e, 1);
	}
	return false;
}
