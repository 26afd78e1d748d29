// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * frame.c - text of a stack -> frames, and the module among them.
 *
 * Which frame owns the pages is decided by owner.c; what identifies a whole stack, by
 * id.c.
 */
#include "base/po.h"

#include <pageowner/stack.h>

#include "base/cursor.h"
#include "stack/symbol.h"

/* "[<ffffffff81165b0a>] ", printed by kernels up to about 4.10 and some vendors */
static void skip_address(struct po_cursor *c)
{
	struct po_cursor try = *c;
	struct pageowner_text address;

	if (po_take_word(&try, "[<") && po_take_until(&try, '>', &address) &&
	    po_take_word(&try, ">] "))
		*c = try;
}

/* "? " of an unwinder that is not certain; "=> ", "* " or U+2192 of people */
static void skip_marks(struct po_cursor *c)
{
	struct po_cursor try = *c;

	while (po_left(&try) && memchr("?=>*-!~", *try.at, 7))
		try.at++;
	if (try.at == c->at && !po_take_word(&try, "\xe2\x86\x92"))
		return;
	if (po_take_word(&try, " ") && memmem(try.at, po_left(&try), "+0x", 3))
		*c = try;
}

/* "[mod]" or "[mod 0123abcd]" (with a build id) among what follows the symbol */
static struct pageowner_text find_module(struct po_cursor c)
{
	struct pageowner_text skipped, name;

	while (po_take_until(&c, '[', &skipped)) {
		const char *blank;

		c.at++;
		if (!po_take_until(&c, ']', &name))
			break;
		if (po_text_equal(name, PO_TEXT("inline")))
			continue;
		blank = name.len ? memchr(name.ptr, ' ', name.len) : NULL;
		if (blank)
			name.len = (size_t)(blank - name.ptr);
		return name;
	}
	return (struct pageowner_text){ c.end, 0 };
}

static void parse_frame(struct pageowner_text line, struct pageowner_frame *f)
{
	struct po_cursor c = { line.ptr, line.ptr + line.len };

	f->line = line;
	f->offset = f->size = 0;
	skip_address(&c);
	skip_marks(&c);
	f->symbol.ptr = c.at;
	while (po_left(&c) && *c.at != ' ' && *c.at != '+')
		c.at++;
	f->symbol.len = (size_t)(c.at - f->symbol.ptr);
	if (po_take_word(&c, "+0x") &&
	    po_take_hex(&c, &f->offset) != PO_NUMBER_NONE &&
	    po_take_word(&c, "/0x"))
		(void)po_take_hex(&c, &f->size);
	f->module = find_module(c);
}

PO_EXPORT int pageowner_frame_next(struct pageowner_text *stack,
				   struct pageowner_frame *frame)
{
	while (stack->len) {
		const char *newline = memchr(stack->ptr, '\n', stack->len);
		struct pageowner_text line = *stack;

		if (newline)
			line.len = (size_t)(newline - stack->ptr);
		stack->ptr += line.len + !!newline;
		stack->len -= line.len + !!newline;
		while (line.len && *line.ptr == ' ') {
			line.ptr++;
			line.len--;
		}
		if (line.len && !po_text_equal(line, PO_ELISION)) {
			parse_frame(line, frame);
			return 1;
		}
	}
	return 0;
}

PO_EXPORT struct pageowner_text
pageowner_stack_module(struct pageowner_text stack)
{
	struct pageowner_frame frame;

	while (pageowner_frame_next(&stack, &frame))
		if (frame.module.len)
			return frame.module;
	return (struct pageowner_text){ "", 0 };
}
