// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * html-text.c - texts and stacks of an HTML report, each as a number in its data.
 *
 * The texts themselves are written after the rows, see html.c.
 */
#include "html.h"

int html_put_text(struct html *h, struct pageowner_text text)
{
	uint32_t number;

	text = text_buffer_utf8(&h->valid, text);
	if (text_buffer_error(&h->valid) < 0 || map_add(&h->texts, text, &number) < 0)
		return -ENOMEM;
	fprintf(h->file, "%" PRIu32, number);
	return 0;
}

static int put_frame(struct html *h, const struct pageowner_frame *frame)
{
	h->name.len = 0;
	text_buffer_add(&h->name, frame->symbol.ptr, frame->symbol.len);
	if (frame->module.len) {
		text_buffer_add_string(&h->name, " [");
		text_buffer_add(&h->name, frame->module.ptr, frame->module.len);
		text_buffer_add_string(&h->name, "]");
	}
	return text_buffer_error(&h->name) < 0 ? -ENOMEM :
		html_put_text(h, text_buffer_text(&h->name));
}

int html_put_frames(struct html *h, struct pageowner_text stack)
{
	struct pageowner_frame *frames;
	size_t count;
	int ret = export_frames(stack, &frames, &count);

	if (ret < 0)
		return ret;
	fputc('[', h->file);
	for (size_t i = 0; ret == 0 && i < count; i++) {
		if (i)
			fputc(',', h->file);
		ret = put_frame(h, &frames[i]);
	}
	fputc(']', h->file);
	free(frames);
	return ret;
}
