// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * dump_mixed.c - stacks of several processors in one log, without caller ids.
 *
 * On a console without them, entries that are printed at the same time are mixed line by
 * line. They cannot be separated, but mostly it can be seen: the functions that record a
 * stack are its innermost, in every stack, and only there.
 */
#include "parse/dump_mixed.h"

#include <pageowner/stack.h>

#include "stack/symbol.h"

static bool is_innermost(struct pageowner_text symbol)
{
	static const char *const names[] = {
		"post_alloc_hook", "prep_new_page", "__set_page_owner", "set_page_owner",
		"__set_page_owner_handle", "save_stack",
	};

	return po_symbol_fits_any(po_symbol_without_suffix(symbol), names,
				  PO_ARRAY_SIZE(names));
}

size_t po_stack_certain_len(struct pageowner_text stack)
{
	const char *start = stack.ptr;
	const size_t len = stack.len;
	struct pageowner_text first = { "", 0 };
	struct pageowner_frame frame;
	bool is_inside = true, begins_inside = false;
	size_t inside_len = 0;

	while (pageowner_frame_next(&stack, &frame)) {
		const bool is_inner = is_innermost(frame.symbol);

		if (is_inner && (!is_inside || po_text_equal(frame.symbol, first)))
			return begins_inside ? inside_len : 0;
		is_inside &= is_inner;
		begins_inside |= is_inside;
		first = first.len ? first : frame.symbol;
		if (is_inside)
			inside_len = (size_t)(stack.ptr - start);
	}
	return len;
}
