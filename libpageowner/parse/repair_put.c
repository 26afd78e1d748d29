// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * repair_put.c - the text that an entry becomes, and the lines that are used for it. What
 * a line is, is for others to find.
 */
#include "parse/repair_put.h"

void po_repair_put(struct po_repair_entry *e, bool to_notes, struct pageowner_text text)
{
	struct po_buffer *buffer = to_notes ? e->notes : &e->repair->text;
	size_t *len = to_notes ? &e->notes_len : &e->repair->len;

	if (po_buffer_need(buffer, e->budget, *len + text.len + 1) < 0) {
		e->no_memory = true;
		return;
	}
	memcpy(buffer->ptr + *len, text.ptr, text.len);
	*len += text.len;
}

void po_repair_put_line(struct po_repair_entry *e, bool to_notes,
			struct pageowner_text line)
{
	po_repair_put(e, to_notes, line);
	po_repair_put(e, to_notes, PO_TEXT("\n"));
}

void po_repair_use(struct po_repair_entry *e, size_t lines)
{
	if (lines > 1)
		e->repair->counts[PAGEOWNER_REPAIR_FOLD] += (uint32_t)(lines - 1);
	e->text->is_folded |= lines > 1;
	e->others = 0;
	for (; lines; lines--, e->line++) {
		const struct po_repair_line *line = &e->text->lines[e->line];

		for (size_t kind = 0; kind < PO_ARRAY_SIZE(e->repair->counts); kind++)
			e->repair->counts[kind] += line->done >> kind & 1;
		e->repair->guesses += !!(line->done & (PO_REPAIRED(FOREIGN) |
						       PO_REPAIR_IS_GUESS));
		if (line->prefix.has_mark || (line->prefix.has_stamp && !e->is_console))
			po_repair_count(e, PAGEOWNER_REPAIR_PREFIX);
		e->repair->next = line->next;
	}
}
