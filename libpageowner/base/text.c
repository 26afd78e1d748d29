// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * text.c - texts of a dump made safe to show.
 *
 * What to escape is decided by Unicode's properties, not by the locale: the C library
 * knows them only in a locale that a library must not set. Code points without a
 * character yet are shown, unless Unicode has reserved them for invisible ones.
 */
#include "base/po.h"

#include <pageowner/text.h>

/*
 * Neither ASCII nor visible: categories Cc, Cf, Zl and Zp, all that has the property
 * Default_Ignorable_Code_Point, and the noncharacters of the first plane (Unicode 15).
 */
static const struct {
	uint32_t first, last;
} invisible[] = {
	{ 0x80, 0x9f }, { 0xad, 0xad }, { 0x34f, 0x34f }, { 0x600, 0x605 },
	{ 0x61c, 0x61c }, { 0x6dd, 0x6dd }, { 0x70f, 0x70f }, { 0x890, 0x891 },
	{ 0x8e2, 0x8e2 }, { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 }, { 0x180b, 0x180f },
	{ 0x200b, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0x3164, 0x3164 },
	{ 0xfdd0, 0xfdef }, { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 },
	{ 0xfff0, 0xfffb }, { 0xfffe, 0xffff }, { 0x110bd, 0x110bd },
	{ 0x110cd, 0x110cd }, { 0x13430, 0x1343f }, { 0x1bca0, 0x1bca3 },
	{ 0x1d173, 0x1d17a }, { 0xe0000, 0xe0fff },
};

/* Length of the UTF-8 sequence at @p, and its character; 0 if it is not one */
static size_t take_sequence(const unsigned char *p, size_t left, uint32_t *character)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const size_t len = *p >= 0xf0 ? 4 : *p >= 0xe0 ? 3 : 2;
	uint32_t c = *p & (0x7fu >> len);

	if (*p < 0xc2 || *p > 0xf4 || left < len)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*character = c;
	return len;
}

/* Length of the character at @p; 0 if it is not to be shown */
static size_t printable_length(const unsigned char *p, size_t left)
{
	uint32_t c;
	size_t len;

	if (*p < 0x80)
		return *p >= ' ' && *p != 0x7f;
	len = take_sequence(p, left, &c);
	for (size_t i = 0; len && i < PO_ARRAY_SIZE(invisible); i++)
		if (c >= invisible[i].first && c <= invisible[i].last)
			return 0;
	return len;
}

PO_EXPORT size_t pageowner_text_printable(struct pageowner_text text, char *buf,
					  size_t size)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *p = (const unsigned char *)text.ptr;
	size_t left = text.len, len = 0, stored = 0;
	bool fits = true;

	while (left) {
		const size_t taken = printable_length(p, left);
		const char escape[] = { '\\', 'x', digits[*p >> 4], digits[*p & 15] };
		const size_t put = taken ? taken : sizeof(escape);

		fits = fits && len + put < size;
		if (fits) {
			memcpy(buf + len, taken ? (const char *)p : escape, put);
			stored = len + put;
		}
		len += put;
		p += taken + !taken;
		left -= taken + !taken;
	}
	if (size)
		buf[stored] = '\0';
	return len;
}
