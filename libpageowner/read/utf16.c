// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * utf16.c - UTF-16 and UTF-32 of either byte order -> UTF-8, a piece at a time.
 *
 * What editors and terminals of Windows save a log as. It knows nothing of records;
 * input.c decides whether it is used.
 */
#include "read/utf16.h"

#define REPLACEMENT	0xfffdu

bool po_utf16_is_big_endian(const char *p)
{
	return !p[0] || !memcmp(p, "\xfe\xff", 2);
}

bool po_utf16_is_wide(const char *p, size_t len)
{
	return len >= 4 && (!memcmp(p, "\xff\xfe\0\0", 4) || !memcmp(p, "\0\0\xfe\xff", 4));
}

bool po_utf16_begins(const char *p, size_t len)
{
	if (po_utf16_is_wide(p, len))
		return true;
	if (len >= 2 && (!memcmp(p, "\xfe\xff", 2) || !memcmp(p, "\xff\xfe", 2)))
		return true;
	for (size_t i = 0; i < 6; i++)
		if (len < 6 || !p[i] != (i % 2 == !!p[0]))
			return false;
	return true;
}

size_t po_utf16_room(const struct po_utf16 *u, size_t len)
{
	/* Two bytes become three at most; what is left of the last piece, and its
	 * replacement, come before. */
	return len <= 3 * sizeof(u->rest) ? 0 :
		(len - 3 * sizeof(u->rest)) / 3 * 2;
}

static unsigned int unit_at(const struct po_utf16 *u, const unsigned char *p)
{
	return u->is_big_endian ? p[0] << 8 | p[1] : p[1] << 8 | p[0];
}

static char *put(char *to, unsigned int c)
{
	if (c < 0x80) {
		*to++ = (char)c;
	} else if (c < 0x800) {
		*to++ = (char)(0xc0 | c >> 6);
		*to++ = (char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		*to++ = (char)(0xe0 | c >> 12);
		*to++ = (char)(0x80 | (c >> 6 & 0x3f));
		*to++ = (char)(0x80 | (c & 0x3f));
	} else {
		*to++ = (char)(0xf0 | c >> 18);
		*to++ = (char)(0x80 | (c >> 12 & 0x3f));
		*to++ = (char)(0x80 | (c >> 6 & 0x3f));
		*to++ = (char)(0x80 | (c & 0x3f));
	}
	return to;
}

/* The bytes of the character at @p, 0 if it is not whole */
static size_t take(const struct po_utf16 *u, const unsigned char *p, size_t left,
		   unsigned int *c)
{
	unsigned int low;

	if (left < 2 || (u->is_wide && left < 4))
		return 0;
	*c = unit_at(u, p);
	if (u->is_wide) {
		*c = u->is_big_endian ? *c << 16 | unit_at(u, p + 2) :
			unit_at(u, p + 2) << 16 | *c;
		if (*c > 0x10ffff || (*c >= 0xd800 && *c < 0xe000))
			*c = REPLACEMENT;
		return 4;
	}
	if (*c < 0xd800 || *c > 0xdfff)
		return 2;
	if (*c >= 0xdc00) {
		*c = REPLACEMENT;
		return 2;
	}
	if (left < 4)
		return 0;
	low = unit_at(u, p + 2);
	if (low < 0xdc00 || low > 0xdfff) {
		*c = REPLACEMENT;
		return 2;
	}
	*c = 0x10000 + ((*c - 0xd800) << 10) + (low - 0xdc00);
	return 4;
}

size_t po_utf16_decode(struct po_utf16 *u, char *buf, size_t len, size_t room,
		       size_t raw_len)
{
	const unsigned char *p = (unsigned char *)buf + len - raw_len;
	const unsigned char *end = (unsigned char *)buf + len;
	unsigned int c;
	char *to = buf;
	size_t taken;

	/* To the end, so that what is written stays before what is read. */
	memmove(buf + len - raw_len, buf + len - room, raw_len);
	/* A character that began in the last piece */
	while (u->rest_len && p < end) {
		u->rest[u->rest_len++] = *p++;
		taken = take(u, u->rest, u->rest_len, &c);
		if (!taken)
			continue;
		to = put(to, c);
		u->rest_len -= (unsigned int)taken;
		memmove(u->rest, u->rest + taken, u->rest_len);
	}
	while (!u->rest_len && (taken = take(u, p, (size_t)(end - p), &c))) {
		to = put(to, c);
		p += taken;
	}
	while (p < end)
		u->rest[u->rest_len++] = *p++;
	if (!raw_len && u->rest_len) {
		to = put(to, REPLACEMENT);
		u->rest_len = 0;
	}
	return (size_t)(to - buf);
}
