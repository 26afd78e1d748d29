// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * repair_markup.c - what web pages, editors and terminals write between the characters of
 * a text: tags, entities, escape sequences, odd blanks and marks of no width.
 *
 * It looks at one place and does not know what the text says.
 */
#include "parse/repair_markup.h"

#include "base/cursor.h"

/* A longer text between "<" and ">" is not a tag. */
#define TAG_MAX		512

static const struct {
	struct pageowner_text name;
	char character;
} entities[] = {
	{ PO_TEXT("gt"), '>' }, { PO_TEXT("lt"), '<' }, { PO_TEXT("amp"), '&' },
	{ PO_TEXT("quot"), '"' }, { PO_TEXT("apos"), '\'' }, { PO_TEXT("nbsp"), ' ' },
	{ PO_TEXT("lpar"), '(' }, { PO_TEXT("rpar"), ')' }, { PO_TEXT("plus"), '+' },
	{ PO_TEXT("lsqb"), '[' }, { PO_TEXT("rsqb"), ']' }, { PO_TEXT("vert"), '|' },
	{ PO_TEXT("sol"), '/' }, { PO_TEXT("lowbar"), '_' }, { PO_TEXT("equals"), '=' },
	{ PO_TEXT("colon"), ':' }, { PO_TEXT("comma"), ',' }, { PO_TEXT("period"), '.' },
	{ PO_TEXT("shy"), '\0' }, { PO_TEXT("zwnj"), '\0' }, { PO_TEXT("zwj"), '\0' },
};

/* The character of a number, '\0' for marks of no width */
static bool find_character(uint64_t number, char *character)
{
	const bool is_mark = number == 0xad || (number >= 0x200b && number <= 0x200e) ||
		number == 0x2060 || number == 0xfeff;

	*character = (char)(is_mark ? '\0' : number == 0xa0 ? ' ' : number);
	return is_mark || number == 0xa0 || (number >= 0x20 && number <= 0x7e);
}

/* "&gt;", "&#39;", "&#x2F;" */
static bool take_entity(struct po_cursor *c, char *character)
{
	struct po_cursor try = *c;
	struct pageowner_text name;
	uint64_t number;

	if (try.end - try.at > 12)
		try.end = try.at + 12;
	if (!po_take_word(&try, "&"))
		return false;
	if (po_take_word(&try, "#")) {
		const bool is_hex = po_take_word(&try, "x") || po_take_word(&try, "X");

		if ((is_hex ? po_take_hex(&try, &number) :
		     po_take_rest(&try, try.at, 0, &number)) != PO_NUMBER_OK ||
		    !po_take_word(&try, ";") || !find_character(number, character))
			return false;
		c->at = try.at;
		return true;
	}
	if (!po_take_until(&try, ';', &name))
		return false;
	for (size_t i = 0; i < PO_ARRAY_SIZE(entities); i++) {
		if (!po_text_equal(entities[i].name, name))
			continue;
		*character = entities[i].character;
		c->at = try.at + 1;
		return true;
	}
	return false;
}

/* A character of three bytes: 0xe2, @second, @from to @to */
static bool take_of_range(struct po_cursor *c, char second, unsigned char from,
			  unsigned char to)
{
	if (po_left(c) < 3 || c->at[0] != '\xe2' || c->at[1] != second ||
	    (unsigned char)c->at[2] < from || (unsigned char)c->at[2] > to)
		return false;
	c->at += 3;
	return true;
}

/* Blanks that are not U+0020, and marks of no width */
static bool take_odd_blank(struct po_cursor *c, bool *is_blank)
{
	static const struct pageowner_text blanks[] = {
		PO_TEXT("\xc2\xa0"), PO_TEXT("\xe2\x80\xaf"), PO_TEXT("\xe3\x80\x80"),
	}, nothings[] = {
		PO_TEXT("\xe2\x80\x8b"), PO_TEXT("\xe2\x80\x8c"), PO_TEXT("\xe2\x80\x8d"),
		PO_TEXT("\xe2\x80\x8e"), PO_TEXT("\xe2\x81\xa0"), PO_TEXT("\xef\xbb\xbf"),
		PO_TEXT("\xc2\xad"),
	};

	*is_blank = true;
	for (size_t i = 0; i < PO_ARRAY_SIZE(blanks); i++)
		if (po_take(c, blanks[i]))
			return true;
	if (take_of_range(c, '\x80', 0x80, 0x8a))	/* U+2000 to U+200A */
		return true;
	*is_blank = false;
	if (take_of_range(c, '\x81', 0xa6, 0xa9))	/* U+2066 to U+2069 */
		return true;
	for (size_t i = 0; i < PO_ARRAY_SIZE(nothings); i++)
		if (po_take(c, nothings[i]))
			return true;
	return false;
}

/* "[0;31m", with the escape before it, or as text that lost it */
static bool take_colour(struct po_cursor *c)
{
	struct po_cursor try = *c;
	size_t digits = 0;

	(void)(po_take_word(&try, "\x1b") || po_take_word(&try, "^[") ||
	       po_take_word(&try, "\\e") || po_take_word(&try, "\\033") ||
	       po_take_word(&try, "#033"));
	if (!po_take_word(&try, "["))
		return false;
	for (; po_left(&try) && digits < 12 &&
	     (po_is_digit(*try.at) || *try.at == ';'); try.at++)
		digits++;
	if ((!digits && try.at - c->at < 2) || !(po_take_word(&try, "m") ||
						 po_take_word(&try, "K")))
		return false;
	c->at = try.at;
	return true;
}

/* Any other escape sequence: CSI, OSC (a title, a link), or two bytes */
static bool take_escape(struct po_cursor *c)
{
	struct po_cursor try = *c;

	if (!po_take_word(&try, "\x1b"))
		return false;
	if (po_take_word(&try, "[")) {
		while (po_left(&try) && (unsigned char)*try.at < 0x40)
			try.at++;
	} else if (po_take_word(&try, "]")) {
		while (po_left(&try) && *try.at != '\a' && *try.at != '\x1b')
			try.at++;
		(void)po_take_word(&try, "\x1b");
	}
	if (po_left(&try))
		try.at++;
	c->at = try.at;
	return true;
}

/* Names of HTML's tags, as short as "b": "<snip>" and "<IRQ>" are none of them. */
static bool is_tag_name(const char *p, size_t len)
{
	static const char *const names[] = {
		"a", "abbr", "b", "big", "blockquote", "body", "br", "center", "code", "del",
		"details", "div", "em", "font", "h1", "h2", "h3", "h4", "html", "i", "ins",
		"kbd", "li", "mark", "nobr", "ol", "p", "pre", "s", "samp", "section", "small",
		"span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot",
		"th", "thead", "tr", "tt", "u", "ul", "var", "wbr",
	};

	for (size_t i = 0; i < PO_ARRAY_SIZE(names); i++)
		if (strlen(names[i]) == len && !strncasecmp(p, names[i], len))
			return true;
	return false;
}

/* "<br>", "</pre>", "<a href=...>"; a cell of a table has something between it and the next */
static bool take_tag(struct po_cursor *c, enum po_markup *what, char *character)
{
	struct po_cursor try = *c;
	struct pageowner_text rest;
	const char *name;
	size_t len = 0;
	bool closes;

	if (!po_take_word(&try, "<"))
		return false;
	if (po_left(&try) > TAG_MAX)
		try.end = try.at + TAG_MAX;
	closes = po_take_word(&try, "/");
	name = try.at;
	while (po_left(&try) && po_is_letter_or_digit(*try.at))
		try.at++;
	len = (size_t)(try.at - name);
	if (!is_tag_name(name, len) || !po_take_until(&try, '>', &rest) ||
	    (rest.len && memchr(rest.ptr, '<', rest.len)))
		return false;
	if (rest.len && rest.ptr[rest.len - 1] == '/')
		rest.len--;
	/* An attribute: not an argument of a type, nor other text */
	if (closes ? rest.len : rest.len ? *rest.ptr != ' ' || (rest.len > 1 &&
	    !memchr(rest.ptr, '=', rest.len)) : len == 1 && (*name | 0x20) == 'a')
		return false;
	*what = closes && len == 2 && (*name | 0x20) == 't' && (name[1] | 0x20) != 'r' &&
		(name[1] | 0x20) != 't' ? PO_MARKUP_CHARACTER : PO_MARKUP_NOTHING;
	*character = '\t';
	c->at = try.at + 1;
	return true;
}

enum po_markup po_markup_take(struct po_cursor *c, char *character)
{
	enum po_markup what = PO_MARKUP_NONE;
	bool is_blank;

	/* As rsyslog writes a TAB */
	if (po_take_word(c, "#011")) {
		*character = '\t';
		return PO_MARKUP_CHARACTER;
	}
	if (take_colour(c) || take_escape(c))
		return PO_MARKUP_NOTHING;
	if (take_odd_blank(c, &is_blank)) {
		*character = ' ';
		return is_blank ? PO_MARKUP_CHARACTER : PO_MARKUP_NOTHING;
	}
	if (take_entity(c, character))
		return *character ? PO_MARKUP_CHARACTER : PO_MARKUP_NOTHING;
	(void)take_tag(c, &what, character);
	return what;
}

bool po_markup_is_certain(struct pageowner_text text)
{
	const char *end = text.ptr + text.len, *p = text.ptr;
	enum po_markup what;
	char character;

	while ((p = memchr(p, '<', (size_t)(end - p)))) {
		struct po_cursor c = { p++, end };

		if (take_tag(&c, &what, &character) && memchr(p, '=', (size_t)(c.at - p)))
			return true;
	}
	return false;
}

bool po_markup_is_in(struct pageowner_text text)
{
	const char *end = text.ptr + text.len;
	enum po_markup what;
	char character;
	bool is_blank;

	for (const char *p = text.ptr; p < end; p++) {
		struct po_cursor c = { p, end };

		if (*p == '<' ? take_tag(&c, &what, &character) :
		    *p == '&' ? take_entity(&c, &character) :
		    *p == '\\' ? p + 1 < end && memchr(PO_MARKUP_ESCAPED, p[1],
							strlen(PO_MARKUP_ESCAPED)) :
		    (unsigned char)*p > 0x7e && take_odd_blank(&c, &is_blank) && !is_blank)
			return true;
	}
	return false;
}
