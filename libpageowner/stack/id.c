// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * id.c - what identifies a stack: one number for its text, one for its call path.
 *
 * The ids are written to files and compared years later: what is hashed, and
 * how, never changes.
 */
#include "base/po.h"

#include <pageowner/stack.h>

#include "stack/symbol.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

static void hash_text(XXH3_state_t *state, struct pageowner_text text)
{
	XXH3_64bits_update(state, text.ptr, text.len);
}

static uint64_t stack_id(struct pageowner_text stack, bool portable)
{
	struct pageowner_frame frame;
	bool first = true;
	XXH3_state_t state;

	XXH3_64bits_reset(&state);
	while (pageowner_frame_next(&stack, &frame)) {
		if (!first)
			hash_text(&state, PO_TEXT("\n"));
		first = false;
		if (!portable) {
			hash_text(&state, frame.line);
			continue;
		}
		hash_text(&state, po_symbol_without_suffix(frame.symbol));
		if (frame.module.len) {
			hash_text(&state, PO_TEXT(" ["));
			hash_text(&state, frame.module);
			hash_text(&state, PO_TEXT("]"));
		}
	}
	return XXH3_64bits_digest(&state);
}

PO_EXPORT uint64_t pageowner_stack_id_exact(struct pageowner_text stack)
{
	return stack_id(stack, false);
}

PO_EXPORT uint64_t pageowner_stack_id_portable(struct pageowner_text stack)
{
	return stack_id(stack, true);
}
