// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * repair_tool.c - records as debuggers write them -> as the kernel does.
 *
 * scripts/gdb/linux/page_owner.py of Linux 6.6 and later and the drgn scripts made after
 * it, the extension "owner" of crash. Only what is not as the kernel's: repair.c has
 * the rest.
 */
#include "parse/repair_entry.h"

#include "base/cursor.h"

/* gdb shows an array of char: ("swapper/0\000\000") or ("x", '\000' <repeats 14 times>) */
static void put_comm(struct po_repair_entry *e, struct pageowner_text comm)
{
	static const struct pageowner_text ends[] = {
		PO_TEXT("\\000"), PO_TEXT("\", '"), PO_TEXT("\"..."), PO_TEXT("\""),
	};

	if (!comm.len || *comm.ptr != '"') {
		po_repair_put(e, false, comm);
		return;
	}
	comm.ptr++;
	comm.len--;
	for (size_t i = 0; i < PO_ARRAY_SIZE(ends); i++) {
		const char *end = comm.len ? memmem(comm.ptr, comm.len, ends[i].ptr,
						    ends[i].len) : NULL;

		if (end)
			comm.len = (size_t)(end - comm.ptr);
	}
	po_repair_put(e, false, comm);
}

/* Up to a word, which is replaced by what the kernel has in its place */
static bool put_until(struct po_repair_entry *e, struct po_cursor *c,
		      struct pageowner_text word, struct pageowner_text instead)
{
	const char *found = memmem(c->at, po_left(c), word.ptr, word.len);

	if (!found)
		return false;
	po_repair_put(e, false, (struct pageowner_text){ c->at, (size_t)(found - c->at) });
	po_repair_put(e, false, instead);
	c->at = found + word.len;
	return true;
}

void po_repair_put_gdb_header(struct po_repair_entry *e, struct pageowner_text line)
{
	const struct pageowner_text last = PO_TEXT("Page last ");
	struct po_cursor c = { line.ptr, line.ptr + line.len };
	const char *close;

	if (po_take(&c, last))
		po_repair_put(e, false, PO_TEXT("Page "));
	put_until(e, &c, PO_TEXT("gfp_mask: "), PO_TEXT("mask "));
	put_until(e, &c, PO_TEXT("pid: "), PO_TEXT("pid "));
	put_until(e, &c, PO_TEXT("tgid: "), PO_TEXT("tgid "));
	put_until(e, &c, PO_TEXT(" ("), PO_TEXT(" ("));
	close = c.end;
	while (close > c.at && close[-1] != ')')
		close--;
	if (close > c.at)
		put_comm(e, (struct pageowner_text){ c.at, (size_t)(close - 1 - c.at) });
	if (close > c.at)
		c.at = close - 1;
	po_repair_put_line(e, false, (struct pageowner_text){ c.at, po_left(&c) });
}

bool po_repair_take_tool_pfn(struct po_repair_entry *e)
{
	static const enum po_line_shape kinds[] = { PO_LINE_GDB_PFN, PO_LINE_CRASH_PFN };
	struct po_repair_text *t = e->text;
	const struct po_repair_line *line = po_repair_line_at(t, e->line);

	for (size_t i = 0; line && i < PO_ARRAY_SIZE(kinds); i++) {
		struct pageowner_text first = po_shape_find(kinds[i],
						po_repair_cleaned(t, line));
		size_t lines = first.len ? po_repair_join(t, kinds[i], first, e->line) : 0;
		struct po_cursor c;

		if (!lines)
			continue;
		c = (struct po_cursor){ t->joined, t->joined + t->joined_len };
		(void)(po_take_word(&c, "PFN: ") || po_take_word(&c, "PFN "));
		if ((po_take_word(&c, "0x") ? po_take_hex(&c, &e->repair->pfn) :
		     po_take_rest(&c, c.at, 0, &e->repair->pfn)) == PO_NUMBER_OK)
			e->repair->has |= PAGEOWNER_HAS_PFN;
		if (po_take_word(&c, ", Flags: 0x") &&
		    po_take_hex(&c, &e->repair->flags) == PO_NUMBER_OK)
			e->repair->has |= PAGEOWNER_HAS_FLAGS;
		e->has_pfn_line = e->is_tool = true;
		po_repair_use(e, lines);
		return true;
	}
	return false;
}

bool po_repair_take_tool_heading(struct po_repair_entry *e, struct pageowner_text text)
{
	const bool is_freed = po_text_equal(text, PO_TEXT("[free]"));

	if (po_text_equal(text, PO_TEXT("[alloc]")) || po_text_equal(text, PO_TEXT("alloc"))) {
		po_repair_use(e, 1);
		return true;
	}
	if (!is_freed && !po_text_equal(text, PO_TEXT("free")))
		return false;
	/* As the kernel's log says it */
	if (is_freed)
		po_repair_put_line(e, true, PO_TEXT("page_owner tracks the page as freed"));
	po_repair_put_line(e, true, PO_TEXT("page last free stack trace:"));
	e->in_notes = true;
	po_repair_use(e, 1);
	return true;
}
