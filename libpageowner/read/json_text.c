// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * json_text.c - logs as JSON -> the text of their messages.
 *
 * Docker, journalctl, Loki, kubectl and many others write an object for each line, or all
 * in one; what is a message is known by the name of its member, wherever that is. It is
 * no parser: it knows strings, names and lists, and what is not of a message is skipped.
 * input.c decides whether it is used.
 */
#include "read/json_text.h"

#include "base/cursor.h"
#include "read/encoding.h"

#define VALUES	"values"	/* of Loki: [["TIME","MESSAGE"],...] */

static const char *const members[] = {
	"MESSAGE", "log", "line", "message", "msg", "textPayload", "text", "_raw", "body",
	"content", VALUES,
};

bool po_json_may_begin(const char *p, size_t len)
{
	const char *end = p + len;

	while (p < end && memchr(" \t\r\n-", *p, 5))
		p++;
	if (p < end && *p == '[')
		for (p++; p < end && memchr(" \t\r\n", *p, 4); p++)
			;
	return p < end && *p == '{';
}

/* Whether text of page_owner is in the value, or the values, that follow a name */
static bool has_words(const char *p, const char *end, bool has_many)
{
	static const struct pageowner_text words[] = {
		PO_TEXT("Page allocated via"), PO_TEXT("page_owner tracks"), PO_TEXT("+0x"),
		PO_TEXT("nr_base_pages: "), PO_TEXT("page last allocated via"),
	};
	const char *stop = p;

	while (!has_many && stop < end && (*stop != '"' || stop[-1] == '\\'))
		stop++;
	if (has_many)
		stop = end;
	for (size_t i = 0; i < PO_ARRAY_SIZE(words); i++)
		if (stop > p && memmem(p, (size_t)(stop - p), words[i].ptr, words[i].len))
			return true;
	return false;
}

/* Whether a member of this name has text of page_owner */
static bool has_messages(const char *name, const char *p, const char *end)
{
	const size_t name_len = strlen(name);
	const bool has_many = !strcmp(name, VALUES);

	while ((p = memchr(p, '"', (size_t)(end - p)))) {
		struct po_cursor c = { ++p, end };

		if (!po_take(&c, (struct pageowner_text){ name, name_len }) ||
		    !po_take_word(&c, "\""))
			continue;
		while (po_left(&c) && memchr(" :", *c.at, 2))
			c.at++;
		if (po_left(&c) > 1 && *c.at == (has_many ? '[' : '"') &&
		    has_words(c.at + 1, end, has_many))
			return true;
	}
	return false;
}

bool po_json_begins(struct po_json_text *j, const char *p, size_t len)
{
	if (len > PO_ENCODING_LOOK)
		len = PO_ENCODING_LOOK;
	*j = (struct po_json_text){ 0 };
	for (size_t i = 0; po_json_may_begin(p, len) && i < PO_ARRAY_SIZE(members) &&
	     !j->member; i++)
		j->member = has_messages(members[i], p, p + len) ? members[i] : NULL;
	return j->member;
}

static char *put(struct po_json_text *j, char *to, char c)
{
	j->last = c;
	*to++ = c;
	return to;
}

static char *put_code(struct po_json_text *j, char *to, uint32_t code)
{
	if (code >= 0xd800 && code < 0xdc00) {
		j->high = code;
		return to;
	}
	if (code >= 0xdc00 && code < 0xe000)
		code = j->high ? 0x10000 + ((j->high - 0xd800) << 10) + (code - 0xdc00) : 0xfffd;
	j->high = 0;
	if (code < 0x80)
		return put(j, to, (char)code);
	if (code < 0x800) {
		to = put(j, to, (char)(0xc0 | code >> 6));
	} else {
		if (code < 0x10000) {
			to = put(j, to, (char)(0xe0 | code >> 12));
		} else {
			to = put(j, to, (char)(0xf0 | code >> 18));
			to = put(j, to, (char)(0x80 | (code >> 12 & 0x3f)));
		}
		to = put(j, to, (char)(0x80 | (code >> 6 & 0x3f)));
	}
	return put(j, to, (char)(0x80 | (code & 0x3f)));
}

/* A message ends: one that has no line end gets it. */
static char *end_message(struct po_json_text *j, char *to)
{
	if (j->last != '\n')
		*to++ = '\n';
	j->last = '\0';
	return to;
}

/* The byte after a backslash */
static char *take_escape(struct po_json_text *j, char *to, char c)
{
	static const char escapes[][2] = {
		{ 'n', '\n' }, { 't', '\t' }, { 'r', '\r' }, { 'b', '\b' }, { 'f', '\f' },
	};

	j->is_escape = false;
	if (c == 'u') {
		j->digits = 4;
		j->code = 0;
		return to;
	}
	for (size_t i = 0; i < PO_ARRAY_SIZE(escapes); i++)
		if (c == escapes[i][0])
			c = escapes[i][1];
	return j->in_message ? put(j, to, c) : to;
}

/* A byte in a string */
static char *take_in_string(struct po_json_text *j, char *to, char c)
{
	if (j->digits) {
		const uint8_t digit = po_hex_digits[(unsigned char)c];

		j->code = j->code << 4 | (digit ? digit - 1u : 0);
		if (--j->digits || !j->in_message)
			return to;
		return put_code(j, to, j->code);
	}
	if (j->is_escape)
		return take_escape(j, to, c);
	if (c == '\\') {
		j->is_escape = true;
	} else if (c == '"') {
		j->in_string = false;
		if (j->in_message)
			to = end_message(j, to);
		j->in_message = false;
	} else if (j->in_message) {
		to = put(j, to, c);
	} else if (j->name_len < sizeof(j->name)) {
		j->name[j->name_len++] = c;
	}
	return to;
}

/* A byte of a message as a list of numbers, which journalctl makes of odd ones */
static char *take_in_bytes(struct po_json_text *j, char *to, char c)
{
	if (po_is_digit(c)) {
		j->byte = (j->byte * 10 + (uint32_t)(c - '0')) & 0xff;
		j->has_byte = true;
		return to;
	}
	if (j->has_byte && (c == ',' || c == ']'))
		to = put(j, to, (char)j->byte);
	j->byte = 0;
	j->has_byte = false;
	if (c != ']')
		return to;
	j->in_bytes = false;
	return end_message(j, to);
}

/* A byte between strings */
static void take_between(struct po_json_text *j, char c)
{
	const bool has_values = !strcmp(j->member, VALUES);

	switch (c) {
	case '"':
		j->in_string = true;
		j->in_message = has_values ? j->depth == 2 && ++j->index == 2 : j->is_next;
		j->name_len = 0;
		j->is_next = false;
		break;
	case ':':
		j->is_next = po_text_equal((struct pageowner_text){ j->name, j->name_len },
					   po_text_of(j->member));
		break;
	case '[':
		j->in_bytes = j->is_next && !has_values;
		j->depth += j->depth || (j->is_next && has_values);
		j->index = 0;
		j->is_next = false;
		break;
	case ']':
		j->depth -= j->depth > 0;
		break;
	case ',':
	case '{':
	case '}':
		j->is_next = false;
		break;
	}
}

size_t po_json_decode(struct po_json_text *j, char *buf, size_t len)
{
	char *to = buf;

	for (size_t i = 0; i < len; i++) {
		if (j->in_string)
			to = take_in_string(j, to, buf[i]);
		else if (j->in_bytes)
			to = take_in_bytes(j, to, buf[i]);
		else
			take_between(j, buf[i]);
	}
	return (size_t)(to - buf);
}
