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

int html_put_name(struct html *h, struct pageowner_text text)
{
	if (text.len)
		return html_put_text(h, text);
	fputs("null", h->file);
	return 0;
}

int html_put_stack(struct html *h, struct pageowner_text stack)
{
	struct pageowner_frame *frames;
	size_t count, len;
	int ret = export_frames(stack, &frames, &count);

	if (ret < 0)
		return ret;
	fprintf(h->file, "%zu,[", export_inner(h->e, stack, &len));
	for (size_t i = 0; ret == 0 && i < count; i++) {
		if (i)
			fputc(',', h->file);
		ret = put_frame(h, &frames[i]);
	}
	fputc(']', h->file);
	free(frames);
	return ret;
}

int html_put_folded(struct html *h, struct pageowner_text stack)
{
	const size_t size = 3 * stack.len + 8;
	char *line = export_realloc(h->e, NULL, 0, size);
	int ret;

	if (!line)
		return -ENOMEM;
	ret = html_put_name(h, (struct pageowner_text){ line,
		pageowner_stack_fold(stack, h->e->plumbing, 0, line, size) });
	export_release(h->e, line, size);
	return ret;
}

int html_put_owner(struct html *h, struct pageowner_text stack)
{
	struct pageowner_frame owner = { 0 };
	int ret;

	if (pageowner_stack_owner(stack, h->e->plumbing, &owner) <= 0)
		owner.symbol.len = 0;
	fputc(',', h->file);
	ret = html_put_name(h, owner.symbol);
	fputc(',', h->file);
	return ret < 0 ? ret : html_put_name(h, pageowner_stack_module(stack));
}
