// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * notes.c - the lines after a record's stack -> members of struct pageowner_record.
 *
 * Memory cgroup, slab, migration, handle, who freed the page. It knows neither header
 * nor stack.
 */
#include "parse/notes.h"

#include "base/cursor.h"

static bool take_id(struct po_cursor *c, int32_t *id)
{
	const bool negative = po_take_word(c, "-");
	uint64_t value;

	if (po_take_decimal(c, &value) != PO_NUMBER_OK || value > INT32_MAX)
		return false;
	*id = negative ? -(int32_t)value : (int32_t)value;
	return true;
}

/* "pid 90 tgid 90 stack trace:", or nothing of both before 6.8; its frames follow. */
static void begin_free_stack(struct po_cursor c, struct pageowner_record *r)
{
	if (po_take_word(&c, "pid ") && take_id(&c, &r->free_pid))
		r->has |= PAGEOWNER_HAS_FREE_PID;
	if (po_take_word(&c, " tgid ") && take_id(&c, &r->free_tgid))
		r->has |= PAGEOWNER_HAS_FREE_TGID;
	r->free_stack = (struct pageowner_text){ c.end + 1, 0 };
}

/* What only text from the kernel log has */
static bool parse_console_line(struct pageowner_text line, struct pageowner_record *r)
{
	struct po_cursor c = { line.ptr, line.ptr + line.len };

	if (line.len && *line.ptr == ' ' && r->free_stack.ptr &&
	    line.ptr == r->free_stack.ptr + r->free_stack.len + !!r->free_stack.len) {
		r->free_stack.len = (size_t)(c.end - r->free_stack.ptr);
		r->has |= PAGEOWNER_HAS_FREE_STACK;
		return true;
	}
	if (po_take_word(&c, "page last free ")) {
		begin_free_stack(c, r);
		return true;
	}
	if (po_take_word(&c, "page_owner tracks the page as freed")) {
		r->has |= PAGEOWNER_HAS_RELEASED;
		return true;
	}
	if (!po_take_word(&c, "memcg:"))
		return false;
	r->memcg = (struct pageowner_text){ c.at, po_left(&c) };
	r->has |= PAGEOWNER_HAS_MEMCG;
	return true;
}

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
		return parse_console_line(line, r);
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

	/* A report gives it in its line of counts. */
	if (!(record->has & PAGEOWNER_HAS_FREE_STACK))
		record->free_stack = (struct pageowner_text){ NULL, 0 };
	while (po_take_until(&c, '\n', &line)) {
		po_notes_parse_line(line, record);
		c.at++;
	}
	/* The end of the input may have taken the last newline. */
	if (po_left(&c))
		po_notes_parse_line((struct pageowner_text){ c.at, po_left(&c) },
				    record);
}
