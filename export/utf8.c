// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * utf8.c - texts of dumps, for formats that are UTF-8: as they are, as strings of JSON,
 * as fields of CSV.
 */
#include "utf8.h"

#include <stdbool.h>

/* Length of the character at @p, 0 if it is not one (RFC 3629, and no NUL); *code is set
 * to it. */
static size_t character(const unsigned char *p, size_t left, uint32_t *code)
{
	static const uint32_t smallest[] = { 0, 0x1, 0x80, 0x800, 0x10000 };
	size_t len;

	if (*p < 0x80) {
		*code = *p;
		return *p ? 1 : 0;
	}
	len = *p >= 0xf0 ? 4 : *p >= 0xe0 ? 3 : *p >= 0xc0 ? 2 : 0;
	if (!len || len > left || *p >= 0xf8)
		return 0;
	*code = *p & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (p[i] & 0x3fu);
	}
	if (*code < smallest[len] || *code > 0x10ffff ||
	    (*code >= 0xd800 && *code <= 0xdfff))
		return 0;
	return len;
}

/* How many bytes at the start are ASCII, but no NUL */
static size_t ascii(const unsigned char *p, size_t len)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
	size_t at = 0;
	uint64_t word;

	for (; at + sizeof(word) <= len; at += sizeof(word)) {
		memcpy(&word, p + at, sizeof(word));
		/* A top bit, or one that is borrowed from by a zero byte */
		if ((word | ((word - ones) & ~word)) & tops)
			break;
	}
	while (at < len && p[at] && p[at] < 0x80)
		at++;
	return at;
}

size_t text_valid(struct pageowner_text text)
{
	const unsigned char *p = (const unsigned char *)text.ptr;
	size_t at = 0, len;
	uint32_t code;

	while (at < text.len) {	/* an absent text has no address */
		at += ascii(p + at, text.len - at);
		if (at == text.len)
			break;
		len = character(p + at, text.len - at, &code);
		if (!len)
			break;
		at += len;
	}
	return at;
}

/* Writes @text; each byte in it that @is_plain is true of as it is, all others by
 * @put_other, which gets 0xfffd for a byte that is no text. */
static inline __attribute__((always_inline)) void
put(FILE *file, struct pageowner_text text, bool (*is_plain)(unsigned char),
    void (*put_other)(FILE *file, const char *p, size_t len, uint32_t code))
{
	const unsigned char *p = (const unsigned char *)text.ptr;
	size_t at = 0, from = 0;

	while (at < text.len) {
		uint32_t code;
		size_t len;

		if (is_plain(p[at])) {
			at++;
			continue;
		}
		fwrite_unlocked(p + from, 1, at - from, file);
		len = character(p + at, text.len - at, &code);
		if (len)
			put_other(file, (const char *)p + at, len, code);
		else
			put_other(file, TEXT_NONE, strlen(TEXT_NONE), 0xfffd);
		at += len ? len : 1;
		from = at;
	}
	if (at > from)
		fwrite_unlocked(p + from, 1, at - from, file);
}

/* --- as it is */

static bool is_ascii(unsigned char c)
{
	return c && c < 0x80;
}

static void put_character(FILE *file, const char *p, size_t len, uint32_t code)
{
	(void)code;
	fwrite_unlocked(p, 1, len, file);
}

void text_put(FILE *file, struct pageowner_text text)
{
	put(file, text, is_ascii, put_character);
}

/* --- JSON (RFC 8259) */

static bool is_plain_in_json(unsigned char c)
{
	return c >= ' ' && c < 0x80 && c != '"' && c != '\\';
}

static bool is_plain_in_ascii(unsigned char c)
{
	return is_plain_in_json(c) && c != '<' && c != 0x7f;
}

static void put_escape(FILE *file, const char *p, size_t len, uint32_t code)
{
	static const char shorter[] = {
		['"'] = '"', ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n',
		['\r'] = 'r', ['\t'] = 't',
	};

	(void)p;
	(void)len;
	if (code < sizeof(shorter) && shorter[code])
		fprintf(file, "\\%c", shorter[code]);
	else if (code < 0x10000)
		fprintf(file, "\\u%04X", (unsigned int)code);
	else
		fprintf(file, "\\u%04X\\u%04X", (unsigned int)(0xd7c0 + (code >> 10)),
			(unsigned int)(0xdc00 + (code & 0x3ff)));
}

static void put_escape_or_character(FILE *file, const char *p, size_t len, uint32_t code)
{
	if (code < 0x80)
		put_escape(file, p, len, code);
	else
		fwrite_unlocked(p, 1, len, file);
}

void text_put_json(FILE *file, struct pageowner_text text)
{
	putc_unlocked('"', file);
	put(file, text, is_plain_in_json, put_escape_or_character);
	putc_unlocked('"', file);
}

void text_put_json_ascii(FILE *file, struct pageowner_text text)
{
	putc_unlocked('"', file);
	put(file, text, is_plain_in_ascii, put_escape);
	putc_unlocked('"', file);
}

/* --- CSV (RFC 4180) */

static bool is_plain_in_csv(unsigned char c)
{
	return is_ascii(c) && c != '"';
}

static void put_csv(FILE *file, const char *p, size_t len, uint32_t code)
{
	if (code == '"')
		putc_unlocked('"', file);
	fwrite_unlocked(p, 1, len, file);
}

void text_put_csv_part(FILE *file, struct pageowner_text text)
{
	put(file, text, is_plain_in_csv, put_csv);
}

/* Always in quotes: nobody need know which fields would do without. */
void text_put_csv(FILE *file, struct pageowner_text text)
{
	putc_unlocked('"', file);
	text_put_csv_part(file, text);
	putc_unlocked('"', file);
}

/* --- numbers */

const char *text_real(char buf[TEXT_REAL_MAX], double number)
{
	snprintf(buf, TEXT_REAL_MAX, "%.15g", number);
	for (char *p = buf; *p; p++)
		if (!strchr("0123456789+-e", *p))
			*p = '.';
	return buf;
}
