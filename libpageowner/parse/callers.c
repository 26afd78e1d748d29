// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * callers.c - whose lines of a log were read.
 *
 * An entry is read with its own lines only, and then the entry of another caller that
 * began between them. What was read is remembered by its end: lines of a caller belong to
 * one entry after the other.
 */
#include "parse/callers.h"

#include "base/cursor.h"

struct pageowner_text po_caller_of(struct pageowner_text line, size_t len)
{
	const char *end = line.ptr + len, *p = line.ptr;

	while (p < end && (p = memchr(p, '[', (size_t)(end - p)))) {
		const char *close = memchr(p, ']', (size_t)(end - p));

		for (p++; p < end && *p == ' '; p++)
			;
		if (close && close - p > 1 && close - p < 16 && (*p == 'T' || *p == 'C') &&
		    po_is_digit(p[1]))
			return (struct pageowner_text){ p, (size_t)(close - p) };
	}
	return (struct pageowner_text){ line.ptr, 0 };
}

static bool is_at(const struct po_callers *c, size_t i, struct pageowner_text caller)
{
	return po_text_equal(caller, (struct pageowner_text){ c->of[i].name, c->of[i].len });
}

void po_callers_move(struct po_callers *c, const char *base, uint64_t offset)
{
	c->base = base;
	c->offset = offset;
	for (size_t i = 0; i < c->count; i++)
		if (c->of[i].end <= offset)
			c->of[i--] = c->of[--c->count];
}

void po_callers_note(struct po_callers *c, struct pageowner_text caller, const char *end)
{
	size_t i = 0;

	while (i < c->count && !is_at(c, i, caller))
		i++;
	if (!caller.len || caller.len > sizeof(c->of[0].name) || i == PO_CALLERS_MAX)
		return;
	memcpy(c->of[i].name, caller.ptr, caller.len);
	c->of[i].len = caller.len;
	c->of[i].end = c->offset + (uint64_t)(end - c->base);
	if (i == c->count)
		c->count++;
}

bool po_callers_have_read(const struct po_callers *c, struct pageowner_text caller,
			  const char *line)
{
	for (size_t i = 0; i < c->count; i++)
		if (is_at(c, i, caller))
			return c->offset + (uint64_t)(line - c->base) < c->of[i].end;
	return false;
}
