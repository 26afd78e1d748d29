// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * fold.c - a stack in one line: the part of it that distinguishes it.
 *
 * Innermost frame first, for people. The format "folded", for flame graphs, has all
 * frames, the outermost first: export/folded.c.
 */
#include "base/po.h"

#include <pageowner/stack.h>

#include "stack/dispatch.h"

/* What is written of a text, as snprintf() does */
struct out {
	char *buf;
	size_t size, len;
};

static void put(struct out *out, struct pageowner_text text)
{
	if (out->len < out->size && text.len) {
		const size_t room = out->size - out->len;

		memcpy(out->buf + out->len, text.ptr, text.len < room ? text.len : room);
	}
	out->len += text.len;
}

static void put_frame(struct out *out, const struct pageowner_frame *f)
{
	if (out->len)
		put(out, PO_TEXT(" < "));
	put(out, f->symbol);
	if (f->module.len) {
		put(out, PO_TEXT(" ["));
		put(out, f->module);
		put(out, PO_TEXT("]"));
	}
}

PO_EXPORT size_t pageowner_stack_fold(struct pageowner_text stack,
				      const struct pageowner_plumbing *plumbing,
				      unsigned int max_frames, char *buf, size_t size)
{
	struct out out = { buf, size, 0 };
	struct pageowner_text rest = stack;
	struct pageowner_frame frame;
	unsigned int shown = 0;
	size_t frames = 0;

	while (pageowner_frame_next(&rest, &frame)) {
		frames++;
		if (!shown && pageowner_plumbing_match(plumbing, frame.symbol))
			continue;
		if (po_is_entry(frame.symbol))
			break;
		if (max_frames && shown == max_frames) {
			put(&out, PO_TEXT(" < ..."));
			break;
		}
		put_frame(&out, &frame);
		shown++;
	}
	/* If all of it is plumbing, that is who holds the pages. */
	if (!shown && (pageowner_stack_owner(stack, plumbing, &frame) || frames))
		put_frame(&out, &frame);
	if (size)
		buf[out.len < size ? out.len : size - 1] = '\0';
	return out.len;
}
