/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cursor.h - bounds-checked steps over text; every parser uses only these.
 *
 * Each function advances the cursor only if it found what it looked for.
 */
#ifndef PO_CURSOR_H
#define PO_CURSOR_H

#include "base/po.h"

struct po_cursor {
	const char *at;
	const char *end;
};

static inline bool po_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool po_is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool po_is_letter_or_digit(char c)
{
	return po_is_letter(c) || po_is_digit(c);
}

static inline size_t po_left(const struct po_cursor *c)
{
	return (size_t)(c->end - c->at);
}

static inline bool po_take(struct po_cursor *c, struct pageowner_text text)
{
	if (po_left(c) < text.len || memcmp(c->at, text.ptr, text.len))
		return false;
	c->at += text.len;
	return true;
}

/* po_take() of a string literal, so that its length is known at compile time */
#define po_take_word(c, literal) po_take(c, PO_TEXT(literal))

/* Value of a hexadecimal digit plus 1, 0 for any other byte: a table, because
 * numbers are a good part of a record. */
static const uint8_t po_hex_digits[256] = {
	['0'] = 1, ['1'] = 2, ['2'] = 3, ['3'] = 4, ['4'] = 5, ['5'] = 6,
	['6'] = 7, ['7'] = 8, ['8'] = 9, ['9'] = 10,
	['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
	['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

enum po_number {
	PO_NUMBER_NONE,		/* no digit here; nothing taken */
	PO_NUMBER_OK,
	PO_NUMBER_LARGE,	/* taken, but does not fit 64 bits */
};

/* How many of the eight bytes at @p are digits before the first other byte, and
 * their value: all at once, because numbers are a good part of a record. */
static inline unsigned int po_eight_digits(const char *p, uint64_t *value)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	const uint64_t high = UINT64_C(0xf0f0f0f0f0f0f0f0);
	const uint64_t zeros = UINT64_C(0x3030303030303030);
	unsigned int count = 8;
	uint64_t v, odd;

	memcpy(&v, p, sizeof(v));
	/* A carry only reaches bytes after one that is not a digit. */
	odd = ((v & high) ^ zeros) |
		(((v + UINT64_C(0x0606060606060606)) & high) ^ zeros);
	if (odd) {
		count = (unsigned int)__builtin_ctzll(odd) / 8;
		if (!count)
			return 0;
		v <<= 64 - 8 * count;
	}
	v = (v & UINT64_C(0x0f0f0f0f0f0f0f0f)) * (10 * 256 + 1) >> 8;
	v = (v & UINT64_C(0x00ff00ff00ff00ff)) * (100 * 65536 + 1) >> 16;
	v = (v & UINT64_C(0x0000ffff0000ffff)) *
		(10000 * UINT64_C(4294967296) + 1) >> 32;
	*value = v;
	return count;
#else
	unsigned int count = 0, digit;
	uint64_t v = 0;

	for (; count < 8 && (digit = (unsigned char)p[count] - '0') <= 9; count++)
		v = v * 10 + digit;
	*value = v;
	return count;
#endif
}

/* po_take_decimal() after digits of value @v were taken */
static inline enum po_number po_take_rest(struct po_cursor *c, const char *p,
					  uint64_t v, uint64_t *value)
{
	const char *start = c->at;
	unsigned int digit;
	bool fits = true;

	for (; p < c->end && (digit = (unsigned char)*p - '0') <= 9; p++)
		fits = fits && !__builtin_mul_overflow(v, 10, &v) &&
			!__builtin_add_overflow(v, digit, &v);
	c->at = p;
	*value = v;
	return p == start ? PO_NUMBER_NONE : fits ? PO_NUMBER_OK : PO_NUMBER_LARGE;
}

static inline enum po_number po_take_decimal(struct po_cursor *c, uint64_t *value)
{
	static const uint32_t powers[] = {
		1, 10, 100, 1000, 10000, 100000, 1000000, 10000000,
	};
	const char *p = c->at;
	unsigned int count;
	uint64_t v, more;

	if (po_unlikely(po_left(c) < 16))
		return po_take_rest(c, p, 0, value);
	count = po_eight_digits(p, &v);
	if (count == 8) {
		count = po_eight_digits(p + 8, &more);
		if (po_unlikely(count == 8))
			return po_take_rest(c, p + 8, v, value);
		if (count)
			v = v * powers[count] + more;
		count += 8;
	}
	if (!count)
		return PO_NUMBER_NONE;
	c->at = p + count;
	*value = v;
	return PO_NUMBER_OK;
}

/* Digits only; the "0x" has been taken. */
static inline enum po_number po_take_hex(struct po_cursor *c, uint64_t *value)
{
	/* 16 digits always fit; only a damaged dump has more. */
	const char *start = c->at, *p = start;
	const char *safe = po_left(c) > 16 ? start + 16 : c->end;
	unsigned int digit;
	bool fits = true;
	uint64_t v = 0;

	for (; p < safe && (digit = po_hex_digits[(unsigned char)*p]); p++)
		v = v << 4 | (digit - 1);
	for (; po_unlikely(p >= safe) && p < c->end &&
	     (digit = po_hex_digits[(unsigned char)*p]); p++) {
		fits = fits && !(v >> 60);
		v = v << 4 | (digit - 1);
	}
	c->at = p;
	*value = v;
	return p == start ? PO_NUMBER_NONE : fits ? PO_NUMBER_OK : PO_NUMBER_LARGE;
}

/* Whether a hexadecimal number is here, whatever its value */
static inline enum po_number po_skip_hex(struct po_cursor *c)
{
	const char *p = c->at;
	uint64_t value;

	while (p < c->end && po_hex_digits[(unsigned char)*p])
		p++;
	if (po_unlikely(p - c->at > 16 || p == c->at))
		return po_take_hex(c, &value);
	c->at = p;
	return PO_NUMBER_OK;
}

/* The text up to a byte, which is not taken; false if the byte is missing. */
static inline bool po_take_until(struct po_cursor *c, char stop,
				 struct pageowner_text *text)
{
	const char *found = memchr(c->at, stop, po_left(c));

	if (!found)
		return false;
	text->ptr = c->at;
	text->len = (size_t)(found - c->at);
	c->at = found;
	return true;
}

enum po_line_end { PO_LINE_NO, PO_LINE_LF, PO_LINE_CRLF, PO_LINE_MORE };

/* Which line end is here; PO_LINE_MORE at the end of the text */
static inline enum po_line_end po_line_end(const struct po_cursor *c)
{
	if (po_left(c) >= 1 && *c->at == '\n')
		return PO_LINE_LF;
	if (po_left(c) >= 2 && c->at[0] == '\r' && c->at[1] == '\n')
		return PO_LINE_CRLF;
	return po_left(c) ? PO_LINE_NO : PO_LINE_MORE;
}

#endif
