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

static inline int po_hex_digit(char ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	if (ch >= 'a' && ch <= 'f')
		return ch - 'a' + 10;
	if (ch >= 'A' && ch <= 'F')
		return ch - 'A' + 10;
	return -1;
}

enum po_number {
	PO_NUMBER_NONE,		/* no digit here; nothing taken */
	PO_NUMBER_OK,
	PO_NUMBER_LARGE,	/* taken, but does not fit 64 bits */
};

static inline enum po_number po_take_decimal(struct po_cursor *c, uint64_t *value)
{
	const char *start = c->at;
	bool fits = true;
	uint64_t v = 0;

	for (; c->at < c->end; c->at++) {
		unsigned int digit = (unsigned char)*c->at - '0';

		if (digit > 9)
			break;
		/* 19 digits always fit; only a dump that is odd has more. */
		if (po_likely(c->at - start < 19))
			v = v * 10 + digit;
		else
			fits = fits && !__builtin_mul_overflow(v, 10, &v) &&
				!__builtin_add_overflow(v, digit, &v);
	}
	if (c->at == start)
		return PO_NUMBER_NONE;
	*value = v;
	return fits ? PO_NUMBER_OK : PO_NUMBER_LARGE;
}

/* Digits alone; the "0x" has been taken. */
static inline enum po_number po_take_hex(struct po_cursor *c, uint64_t *value)
{
	const char *start = c->at;
	bool fits = true;
	uint64_t v = 0;

	for (; c->at < c->end; c->at++) {
		int digit = po_hex_digit(*c->at);

		if (digit < 0)
			break;
		fits &= !(v >> 60);
		v = v << 4 | (unsigned int)digit;
	}
	if (c->at == start)
		return PO_NUMBER_NONE;
	*value = v;
	return fits ? PO_NUMBER_OK : PO_NUMBER_LARGE;
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
