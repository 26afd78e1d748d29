/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * po.h - private basics that every file of the library uses.
 *
 * The build includes config.h before every file, so _GNU_SOURCE is set.
 */
#ifndef PO_H
#define PO_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <pageowner/record.h>

#define PO_EXPORT		__attribute__((visibility("default")))
#define po_likely(x)		__builtin_expect(!!(x), 1)
#define po_unlikely(x)		__builtin_expect(!!(x), 0)
#define PO_ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* The text of a string literal */
#define PO_TEXT(literal) \
	((struct pageowner_text){ literal, sizeof(literal) - 1 })

static inline struct pageowner_text po_text_of(const char *string)
{
	return (struct pageowner_text){ string, strlen(string) };
}

static inline bool po_text_equal(struct pageowner_text a,
				 struct pageowner_text b)
{
	return a.len == b.len && (!a.len || !memcmp(a.ptr, b.ptr, a.len));
}

/* A sum that does not fit 64 bits stays at the maximum. */
static inline uint64_t po_add_or_stay(uint64_t a, uint64_t b)
{
	return __builtin_add_overflow(a, b, &a) ? UINT64_MAX : a;
}

/* By unsigned bytes; a prefix comes before the longer text. */
static inline int po_text_compare(struct pageowner_text a,
				  struct pageowner_text b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int ret = len ? memcmp(a.ptr, b.ptr, len) : 0;

	if (ret)
		return ret;
	return (a.len > b.len) - (a.len < b.len);
}

#endif
