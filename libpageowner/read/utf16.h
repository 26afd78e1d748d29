/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * utf16.h - UTF-16 of either byte order -> UTF-8, a piece at a time.
 */
#ifndef PO_UTF16_H
#define PO_UTF16_H

#include "base/po.h"

#include <sys/types.h>

/* What of the last piece belongs to a character of the next; zeroed at the start */
struct po_utf16 {
	bool is_big_endian;
	bool is_wide;		/* UTF-32 */
	unsigned char rest[4];
	unsigned int rest_len;
};

/* Whether text that begins with these bytes is UTF-16: by its mark, or by a zero in each
 * of its first characters */
bool po_utf16_begins(const char *p, size_t len);
bool po_utf16_is_big_endian(const char *p);
/* Whether it is UTF-32, which is known by its mark only */
bool po_utf16_is_wide(const char *p, size_t len);

/* How much to read at most, so that its UTF-8 fits @len bytes; even */
size_t po_utf16_room(const struct po_utf16 *u, size_t len);

/*
 * Decode @raw_len bytes, the first of the last @room of the @len bytes at @buf, in place:
 * the length of the UTF-8 at @buf. 0 bytes are the end: a character that is not whole is
 * then decoded as U+FFFD.
 */
size_t po_utf16_decode(struct po_utf16 *u, char *buf, size_t len, size_t room,
		       size_t raw_len);

#endif
