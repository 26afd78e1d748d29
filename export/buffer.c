// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * buffer.c - a text that is put together.
 */
#include "buffer.h"

#include <stdarg.h>

#include "utf8.h"
#include "writer.h"

void text_buffer_add(struct text_buffer *b, const char *text, size_t len)
{
	if (len > b->size - b->len && !b->failed) {
		size_t size;
		char *grown = NULL;

		if (!__builtin_add_overflow(b->len, len, &size) &&
		    !__builtin_add_overflow(size, size / 2 + 64, &size))
			grown = export_realloc(b->e, b->ptr, b->size, size);
		b->failed = !grown;
		if (grown) {
			b->ptr = grown;
			b->size = size;
		}
	}
	if (b->failed || !len)
		return;
	memcpy(b->ptr + b->len, text, len);
	b->len += len;
}

/* Of names of our own and numbers, not of texts of a dump */
void text_buffer_printf(struct text_buffer *b, const char *format, ...)
{
	char text[256];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (len < 0 || (size_t)len >= sizeof(text))
		b->failed = true;
	else
		text_buffer_add(b, text, (size_t)len);
}

void text_buffer_free(struct text_buffer *b)
{
	export_release(b->e, b->ptr, b->size);
	b->ptr = NULL;
	b->len = b->size = 0;
}

struct pageowner_text text_buffer_utf8(struct text_buffer *b, struct pageowner_text text)
{
	size_t valid = text_valid(text);

	if (valid == text.len)
		return text;
	b->len = 0;
	while (text.len) {
		text_buffer_add(b, text.ptr, valid);
		text.ptr += valid;
		text.len -= valid;
		if (!text.len)
			break;
		text_buffer_add_string(b, TEXT_NONE);
		text.ptr++;
		text.len--;
		valid = text_valid(text);
	}
	return text_buffer_text(b);
}
