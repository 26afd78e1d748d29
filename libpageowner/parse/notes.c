// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * notes.c - the lines after a record's stack -> members of struct pageowner_record.
 *
 * Memory cgroup, slab, migration, handle. It knows neither header nor stack.
 */
#include "parse/notes.h"

#include "base/cursor.h"

bool po_notes_parse_line(struct pageowner_text line, struct pageowner_record *r)
{
	struct po_cursor c = { line.ptr, line.ptr + line.len };
	uint64_t handle, has = PAGEOWNER_HAS_MEMCG;

	if (po_take_word(&c, "Page has been migrated, last migrate reason: ")) {
		r->migrate_reason = (struct pageowner_text){ c.at, po_left(&c) };
		r->has |= PAGEOWNER_HAS_MIGRATE_REASON;
		return true;
	}
	if (po_take_word(&c, "Slab cache page")) {
		r->has |= PAGEOWNER_HAS_SLAB;
		return true;
	}
	if (po_take_word(&c, "handle: ")) {
		if (po_take_decimal(&c, &handle) == PO_NUMBER_OK &&
		    handle <= UINT32_MAX) {
			r->handle = (uint32_t)handle;
			r->has |= PAGEOWNER_HAS_HANDLE;
		}
		return true;
	}
	if (!po_take_word(&c, "Charged "))
		return false;
	if (po_take_word(&c, "(via objcg) "))
		has |= PAGEOWNER_HAS_OBJCG;
	if (!po_take_word(&c, "to "))
		return true;
	if (po_take_word(&c, "offline "))
		has |= PAGEOWNER_HAS_OFFLINE;
	if (!po_take_word(&c, "memcg "))
		return true;
	r->memcg = (struct pageowner_text){ c.at, po_left(&c) };
	r->has |= has;
	return true;
}

void po_notes_parse(struct pageowner_text notes, struct pageowner_record *record)
{
	struct po_cursor c = { notes.ptr, notes.ptr + notes.len };
	struct pageowner_text line;

	while (po_take_until(&c, '\n', &line)) {
		po_notes_parse_line(line, record);
		c.at++;
	}
	/* The end of the input may have taken the last newline. */
	if (po_left(&c))
		po_notes_parse_line((struct pageowner_text){ c.at, po_left(&c) },
				    record);
}
