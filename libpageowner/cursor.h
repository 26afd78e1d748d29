/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cursor.h - bounds-checked steps over text; every parser uses only these.
 *
 * Each function moves the cursor only if it took what was asked for.
 */
#ifndef PO_CURSOR_H
#define PO_CURSOR_H

#include "po.h"

struct po_cursor {
	const char *at;
	const char *end;
};

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

/* po_take() of a string literal, so that its length is known when compiling */
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

static inline enum po_number po_take_decimal(struct po_cursor *c, uint64_t *value)
{
	/* 19 digits always fit; only a dump that is odd has more. */
	const char *start = c->at, *p = start;
	const char *safe = po_left(c) > 19 ? start + 19 : c->end;
	unsigned int digit;
	bool fits = true;
	uint64_t v = 0;

	for (; p < safe && (digit = (unsigned char)*p - '0') <= 9; p++)
		v = v * 10 + digit;
	for (; po_unlikely(p >= safe) && p < c->end &&
	     (digit = (unsigned char)*p - '0') <= 9; p++)
		fits = fits && !__builtin_mul_overflow(v, 10, &v) &&
			!__builtin_add_overflow(v, digit, &v);
	c->at = p;
	*value = v;
	return p == start ? PO_NUMBER_NONE : fits ? PO_NUMBER_OK : PO_NUMBER_LARGE;
}

/* Digits alone; the "0x" has been taken. */
static inline enum po_number po_take_hex(struct po_cursor *c, uint64_t *value)
{
	const char *start = c->at, *p = start;
	unsigned int digit;
	bool fits = true;
	uint64_t v = 0;

	for (; p < c->end && (digit = po_hex_digits[(unsigned char)*p]); p++) {
		fits &= !(v >> 60);
		v = v << 4 | (digit - 1);
	}
	c->at = p;
	*value = v;
	return p == start ? PO_NUMBER_NONE : fits ? PO_NUMBER_OK : PO_NUMBER_LARGE;
}

/* The text up to a byte, which stays; false if it is not there. */
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

#endif
