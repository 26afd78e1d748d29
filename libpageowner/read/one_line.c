// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * one_line.c - text whose line ends are no newlines -> with newlines.
 *
 * CR alone, U+2028, NEL, "\n" as a program prints a string, tags of a web page in one line,
 * fields of the journal's export format. It knows nothing of records but the words by which
 * they are found; input.c decides whether it is used.
 */
#include "read/one_line.h"

#include "base/cursor.h"
#include "read/encoding.h"

static const struct pageowner_text ends[] = {
	PO_TEXT(""), PO_TEXT("\\r\\n"), PO_TEXT("\\n"), PO_TEXT("\r"), PO_TEXT("\xe2\x80\xa8"),
	PO_TEXT("\xe2\x80\xa9"), PO_TEXT("\xc2\x85"), PO_TEXT("\v"), PO_TEXT("<br>"),
	PO_TEXT("<br/>"), PO_TEXT("<br />"), PO_TEXT("</div>"), PO_TEXT("</p>"), PO_TEXT("</li>"),
	PO_TEXT("#012"),
}, message = PO_TEXT("MESSAGE=");
#define JOURNAL	PO_ARRAY_SIZE(ends)

static bool has_words(struct pageowner_text text)
{
	static const struct pageowner_text words[] = {
		PO_TEXT("Page allocated via order "), PO_TEXT("page_owner tracks the page "),
		PO_TEXT("nr_base_pages: "), PO_TEXT(" times, "),
	};

	for (size_t i = 0; i < PO_ARRAY_SIZE(words); i++)
		if (memmem(text.ptr, text.len, words[i].ptr, words[i].len))
			return true;
	return false;
}

/* How often a line end is in a text */
static size_t count(struct pageowner_text text, struct pageowner_text end)
{
	const char *p = text.ptr, *stop = text.ptr + text.len;
	size_t times = 0;

	while ((p = memmem(p, (size_t)(stop - p), end.ptr, end.len))) {
		p += end.len;
		times++;
	}
	return times;
}

bool po_one_line_begins(struct po_one_line *o, const char *p, size_t len, bool *is_sure)
{
	static const size_t least = 3;
	struct po_cursor c;
	const char *newline, *end;
	struct pageowner_text text;
	size_t most = least - 1;

	if (len > PO_ENCODING_LOOK)
		len = PO_ENCODING_LOOK;
	*o = (struct po_one_line){ 0 };
	*is_sure = true;
	newline = len ? memchr(p, '\n', len) : NULL;
	text = (struct pageowner_text){ p, len };
	c = (struct po_cursor){ p, p + len };
	if (newline && po_take_word(&c, "__CURSOR=")) {
		*is_sure = len == PO_ENCODING_LOOK;
		o->kind = memmem(p, len, "\nMESSAGE=", 9) && has_words(text) ? JOURNAL : 0;
		return o->kind;
	}
	for (end = newline; end && end < p + len && memchr(" \r\n", *end, 3); end++)
		;
	if (!len || (newline && end < p + len))
		return false;
	*is_sure = len == PO_ENCODING_LOOK;
	if (newline)
		text.len = (size_t)(newline - p);
	/* What strace prints is cut. */
	if (!text.len || !has_words(text) || po_take_word(&c, "read("))
		return false;
	for (unsigned int i = 1; i < PO_ARRAY_SIZE(ends); i++) {
		const size_t times = count(text, ends[i]);

		if (times > most) {
			most = times;
			o->kind = i;
		}
	}
	if (o->kind <= 2 && memchr("'\"", *p, 2))
		o->quote = *p;
	return o->kind;
}

/* Whether the rest of a text is only the first part of a line end */
static bool may_be_end(struct po_cursor c, struct pageowner_text end)
{
	return po_left(&c) < end.len && !memcmp(c.at, end.ptr, po_left(&c));
}

/* A byte of the journal's export format: what is no message is left out. */
static char *take_of_journal(struct po_one_line *o, struct po_cursor *c, char *to)
{
	if (!o->in_line) {
		o->in_line = true;
		o->is_message = po_take(c, message);
		if (o->is_message)
			return to;
	}
	if (o->is_message)
		*to++ = *c->at;
	o->in_line = *c->at != '\n';
	c->at++;
	return to;
}

size_t po_one_line_decode(struct po_one_line *o, char *buf, size_t len, bool at_end)
{
	const bool is_journal = o->kind == JOURNAL;
	const struct pageowner_text end = is_journal ? message : ends[o->kind];
	struct po_cursor c = { buf, buf + len };
	char *to = buf;

	o->rest_len = 0;
	if (!o->has_begun && po_left(&c))
		c.at += o->quote != '\0';
	o->has_begun |= len > 0;
	while (po_left(&c)) {
		if (!at_end && (is_journal ? !o->in_line : true) &&
		    (may_be_end(c, end) || (o->quote && *c.at == o->quote && po_left(&c) < 3))) {
			o->rest_len = po_left(&c);
			memcpy(o->rest, c.at, o->rest_len);
			break;
		}
		if (is_journal)
			to = take_of_journal(o, &c, to);
		else if (po_take(&c, end))
			*to++ = '\n';
		else if (o->quote && *c.at == o->quote && po_left(&c) < 3)
			c.at++;
		else
			*to++ = *c.at++;
	}
	return (size_t)(to - buf);
}
