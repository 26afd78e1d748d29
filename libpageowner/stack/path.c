// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * path.c - the call path of a stack, the same on every boot, build and kernel.
 *
 * What of a path is hashed to its number is known to id.c.
 */
#include "stack/path.h"

#include <pageowner/stack.h>

#include "stack/symbol.h"

/* Unlike mempcpy(), of memory that may overlap */
static char *put(char *to, struct pageowner_text text)
{
	memmove(to, text.ptr, text.len);
	return to + text.len;
}

size_t po_stack_path(struct pageowner_text stack, char *to)
{
	char *const start = to;
	struct pageowner_frame frame;

	/* No frame becomes longer: at least a byte is between function and "[module]". */
	while (pageowner_frame_next(&stack, &frame)) {
		to = put(to, po_symbol_without_suffix(frame.symbol));
		if (frame.module.len) {
			to = put(to, PO_TEXT(" ["));
			to = put(to, frame.module);
			*to++ = ']';
		}
		*to++ = '\n';
	}
	return (size_t)(to - start);
}
