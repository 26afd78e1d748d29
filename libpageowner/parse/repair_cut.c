// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * repair_cut.c - a line into which a console put one of the kernel's log.
 *
 * What a program writes to a serial console and what the kernel logs there are not kept
 * apart: "foo_al[  123.456789] usb 1-1: new device", and "loc+0x1/0x2" in the next line.
 * They are joined if the result is a line of an entry. It does not know of which.
 */
#include "parse/repair_text.h"

#include "base/cursor.h"

/* No more lines of the log follow the one that cut. */
#define LOG_LINES_MAX	8

/* "[  123.456789]", "[  OK  ]": exactly as they are written, since this is not the beginning
 * of a line */
static bool take_exact_stamp(struct po_cursor *c)
{
	const char *digits;
	uint64_t number;

	if (!po_take_word(c, "["))
		return false;
	while (po_take_word(c, " "))
		;
	if (po_take_word(c, "OK  ] ") || po_take_word(c, "FAILED] "))
		return true;
	if (po_take_rest(c, c->at, 0, &number) == PO_NUMBER_NONE || !po_take_word(c, "."))
		return false;
	digits = c->at;
	return po_take_rest(c, c->at, 0, &number) != PO_NUMBER_NONE && c->at - digits == 6 &&
		(po_take_word(c, "] ") || po_take_word(c, "]["));
}

size_t po_repair_find_stamp(struct pageowner_text line, size_t from)
{
	const char *end = line.ptr + line.len, *p = line.ptr + from;

	for (; p < end && (p = memchr(p, '[', (size_t)(end - p))); p++) {
		struct po_cursor c = { p, end };

		if (take_exact_stamp(&c))
			return (size_t)(p - line.ptr);
	}
	return line.len;
}

/* Whether a text is a whole line of an entry */
static bool is_line(struct pageowner_text text)
{
	static const enum po_line_shape shapes[] = {
		PO_LINE_FRAME, PO_LINE_RECORD, PO_LINE_REPORT_RECORD, PO_LINE_PFN,
		PO_LINE_OLD_PFN, PO_LINE_NOTE, PO_LINE_PAGES, PO_LINE_GROUP, PO_LINE_TRACKS,
		PO_LINE_CONSOLE, PO_LINE_LAST_FREE, PO_LINE_MISSING,
	};
	struct po_cursor c = { text.ptr, text.ptr + text.len };
	uint64_t number;

	while (po_take_word(&c, " "))
		;
	text = (struct pageowner_text){ c.at, po_left(&c) };
	/* A frame without a symbol */
	if (po_take_word(&c, "0x") && po_take_hex(&c, &number) == PO_NUMBER_OK && !po_left(&c))
		return true;
	for (size_t i = 0; text.len && i < PO_ARRAY_SIZE(shapes); i++)
		if (po_shape_fit(shapes[i], text) == PO_FIT_WHOLE)
			return true;
	return false;
}

/* The next line that is not of the log: false if there is none, or it is not known yet */
static bool find_rest(struct po_repair_text *t, const char *p, struct pageowner_text *rest)
{
	for (int i = 0; i < LOG_LINES_MAX && p < t->end; i++) {
		const size_t left = (size_t)(t->end - p);
		const char *newline = memchr(p, '\n', left < PO_REPAIR_LINE_MAX ? left :
					     PO_REPAIR_LINE_MAX);

		if (!newline && left >= PO_REPAIR_LINE_MAX)
			return false;
		t->needs_more = !newline && !t->at_end;
		if (t->needs_more)
			return false;
		*rest = (struct pageowner_text){ p, newline ? (size_t)(newline - p) : left };
		if (!rest->len || po_repair_find_stamp(*rest, 0))
			return true;
		p = newline ? newline + 1 : t->end;
	}
	t->needs_more = p == t->end && !t->at_end;
	return false;
}

/* A message of the log that is glued to the end of the one before: the line ends there, and
 * the next begins within it. False if what is before is no whole line. */
static bool split_glued(const struct po_repair_text *t, struct po_repair_line *line, size_t at)
{
	const struct pageowner_text text = {
		t->clean.ptr + line->at + line->prefix.len, at - line->prefix.len };
	const struct pageowner_text raw = { line->start, line->raw_len };
	const size_t raw_at = po_repair_find_stamp(raw, at < raw.len ? at : raw.len);

	if (raw_at == raw.len || !is_line(text))
		return false;
	line->next = line->start + raw_at;
	line->len = at;
	line->raw_len = raw_at;
	line->is_whole = true;
	line->done |= PO_REPAIRED(FOLD);
	return true;
}

void po_repair_join_cut(struct po_repair_text *t, struct po_repair_line *line)
{
	const struct pageowner_text cleaned = { t->clean.ptr + line->at, line->len };
	struct pageowner_text rest;
	const size_t at = po_repair_find_stamp(cleaned, line->prefix.len);
	char joined[2 * PO_REPAIR_LINE_MAX];
	unsigned int done;
	size_t len;

	if (at == cleaned.len || at == line->prefix.len)
		return;
	if (line->prefix.has_stamp && split_glued(t, line, at))
		return;
	if (!find_rest(t, line->next, &rest))
		return;
	memcpy(joined, cleaned.ptr, at);
	len = at + po_repair_clean(joined + at, rest, &done);
	if (len <= PO_REPAIR_LINE_MAX && is_line((struct pageowner_text){
	    joined + line->prefix.len, len - line->prefix.len })) {
		memcpy(t->clean.ptr + line->at, joined, len);
		line->next = rest.ptr + rest.len + (rest.ptr + rest.len < t->end);
		line->done |= done;
	} else if (is_line((struct pageowner_text){ joined + line->prefix.len,
						    at - line->prefix.len })) {
		len = at;
		line->next = rest.ptr;
	} else {
		return;
	}
	line->done |= PO_REPAIRED(FOREIGN);
	line->len = line->raw_len = len;
}
