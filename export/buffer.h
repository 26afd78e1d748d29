/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * buffer.h - a text that is put together. Zeroed but for @e it is empty.
 *
 * A failure stays until the buffer is freed: what is added after it is lost, and whoever
 * uses the text asks text_buffer_error() first.
 */
#ifndef EXPORT_BUFFER_H
#define EXPORT_BUFFER_H

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <pageowner/export.h>

struct text_buffer {
	struct pageowner_export *e;	/* whose memory it is */
	char *ptr;
	size_t len, size;
	bool failed;
};

void text_buffer_add(struct text_buffer *b, const char *text, size_t len);
void text_buffer_printf(struct text_buffer *b, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void text_buffer_free(struct text_buffer *b);

static inline void text_buffer_add_string(struct text_buffer *b, const char *string)
{
	text_buffer_add(b, string, strlen(string));
}

static inline struct pageowner_text text_buffer_text(const struct text_buffer *b)
{
	return (struct pageowner_text){ b->ptr, b->len };
}

/* The text as UTF-8: @text itself, or a copy of it in the buffer, which loses what it
 * held. */
struct pageowner_text text_buffer_utf8(struct text_buffer *b, struct pageowner_text text);

/* 0 or -ENOMEM */
static inline int text_buffer_error(const struct text_buffer *b)
{
	return b->failed ? -ENOMEM : 0;
}

#endif
