// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * body.c - what the text of a body, stack and notes, says.
 *
 * Nothing is stored here: value.c keeps what was found.
 */
#include "group/body.h"

#include <pageowner/stack.h>

#include "base/cursor.h"
#include "stack/path.h"

struct pageowner_text po_body_callstack(struct pageowner_text stack,
					struct pageowner_text notes)
{
	struct po_cursor c = { notes.ptr, notes.ptr + notes.len };
	struct pageowner_text number;

	if (stack.len || !po_take_word(&c, "handle: ") ||
	    !po_take_until(&c, '\n', &number))
		return stack;
	return (struct pageowner_text){ notes.ptr, (size_t)(c.at + 1 - notes.ptr) };
}

struct pageowner_text po_body_path(struct pageowner_text stack,
				   struct pageowner_text notes, char *room)
{
	if (!stack.len)
		return po_body_callstack(stack, notes);
	return (struct pageowner_text){ room, po_stack_path(stack, room) };
}

bool po_body_owner(const struct po_texts *t, struct pageowner_text stack,
		   struct pageowner_text *owner)
{
	struct pageowner_frame frame;

	if (!pageowner_stack_owner(stack, t->how.plumbing, &frame))
		return false;
	*owner = frame.symbol;
	return true;
}

bool po_body_memcg(struct pageowner_text notes, struct pageowner_text *memcg)
{
	struct pageowner_record r = { 0 };

	po_notes_parse(notes, &r);
	*memcg = r.memcg;
	return r.has & PAGEOWNER_HAS_MEMCG;
}
