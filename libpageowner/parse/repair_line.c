// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * repair_line.c - one line of text that people posted -> what the kernel printed.
 *
 * What was added to each line on its way: by a terminal, a mailer, a web page, an
 * editor, a log. It looks at one line and does not know what the line says; lines that
 * were folded are joined by repair_text.c.
 */
#include "parse/repair_line.h"

#include "base/cursor.h"
#include "parse/repair_count.h"
#include "parse/repair_markup.h"

static bool is_one_of(char c, const char *set)
{
	return memchr(set, c, strlen(set)) != NULL;
}

/* --- a line's end */

static bool take_off(const char *to, size_t *len, struct pageowner_text end)
{
	if (*len < end.len || memcmp(to + *len - end.len, end.ptr, end.len))
		return false;
	*len -= end.len;
	return true;
}

/* Whether nothing but a number and marks of quotations is in a text: a TAB after it is that
 * of "cat -n", before a blank line */
static bool is_number(const char *to, size_t len)
{
	size_t digits = 0;

	while (len && to[len - 1] == ' ')
		len--;
	for (; len && po_is_digit(to[len - 1]); len--)
		digits++;
	while (len && is_one_of(to[len - 1], " >|"))
		len--;
	return digits && !len;
}

/* The length without ">" or U+2026, with which pagers and terminals mark that a line is longer;
 * a mark of what is missing, or what ends with "<word>", has them otherwise. */
static size_t strip_cut(const char *to, size_t len, unsigned int *done)
{
	static const size_t least = 40;
	const size_t before = len;

	if (len < least || memchr(to, '<', len))
		return len;
	if (!take_off(to, &len, PO_TEXT(">")) && !take_off(to, &len, PO_TEXT("\xe2\x80\xa6")))
		return len;
	if (is_one_of(to[len - 1], "> .") || (unsigned char)to[len - 1] >= 0x80)
		return before;
	*done |= PO_REPAIRED(LINE_END);
	return len;
}

static size_t strip_end(const char *to, size_t len, unsigned int *done)
{
	bool again = true;

	(void)take_off(to, &len, PO_TEXT("\r"));
	while (again && len) {
		again = take_off(to, &len, PO_TEXT(" ")) ||
			(len && !is_number(to, len - 1) &&
			 take_off(to, &len, PO_TEXT("\t"))) ||
			take_off(to, &len, PO_TEXT("\r")) ||
			take_off(to, &len, PO_TEXT("\\n")) ||
			take_off(to, &len, PO_TEXT("$")) ||	/* "cat -A" */
			take_off(to, &len, PO_TEXT("\\r")) ||
			take_off(to, &len, PO_TEXT("^M")) ||
			take_off(to, &len, PO_TEXT("#015")) ||	/* of rsyslog */
			take_off(to, &len, PO_TEXT("\v")) ||
			take_off(to, &len, PO_TEXT("\\"));
		if (again)
			*done |= PO_REPAIRED(LINE_END);
	}
	return len;
}

/* --- tables */

static const struct pageowner_text bars[] = { PO_TEXT("|"), PO_TEXT("\xe2\x94\x82") };

/* Without quote marks and blanks before it, and blanks after it */
static struct pageowner_text find_row(const char *to, size_t len)
{
	const char *p = to, *end = to + len;

	while (p < end && is_one_of(*p, " >"))
		p++;
	while (end > p && is_one_of(end[-1], " \t\r"))
		end--;
	return (struct pageowner_text){ p, (size_t)(end - p) };
}

/* "+----+----+", "|----|----|", also of characters that draw boxes (U+2500 to U+257F) */
static bool is_border(struct pageowner_text row)
{
	struct po_cursor c = { row.ptr, row.ptr + row.len };
	size_t lines = 0;

	if (!row.len || !is_one_of(*row.ptr, "+|\xe2"))
		return false;
	while (po_left(&c)) {
		if (po_left(&c) >= 3 && c.at[0] == '\xe2' &&
		    (c.at[1] == '\x94' || c.at[1] == '\x95')) {
			c.at += 3;
			lines++;
		} else if (is_one_of(*c.at, "+-=|: ")) {
			lines += *c.at == '-' || *c.at == '=';
			c.at++;
		} else {
			return false;
		}
	}
	return lines >= 3;
}

/* The length without the bar that ends a row of a table, which begins with the same one */
static size_t strip_bar(const char *to, size_t len, unsigned int *done)
{
	const struct pageowner_text row = find_row(to, len);

	if (is_border(row)) {
		*done |= PO_REPAIRED(MARKUP);
		return 0;
	}
	for (size_t i = 0; i < PO_ARRAY_SIZE(bars); i++) {
		const struct pageowner_text bar = bars[i];
		const size_t end = (size_t)(row.ptr - to) + row.len;

		if (row.len <= 2 * bar.len || memcmp(row.ptr, bar.ptr, bar.len) ||
		    memcmp(to + end - bar.len, bar.ptr, bar.len) ||
		    (to[end - bar.len - 1] != ' ' && bar.len == 1))
			continue;
		*done |= PO_REPAIRED(MARKUP);
		len = end - bar.len;
		while (len && to[len - 1] == ' ')
			len--;
		break;
	}
	return len;
}

/* --- what encloses a line */

/* What begins a block of code, on the line that is its first, or ends it: its length */
static size_t fence_at(const char *p, const char *end, bool at_start)
{
	static const struct pageowner_text begin[] = {
		PO_TEXT("{noformat}"), PO_TEXT("{code}"), PO_TEXT("[code]"),
	}, finish[] = {
		PO_TEXT("{noformat}"), PO_TEXT("{code}"), PO_TEXT("[/code]"),
	};
	const struct pageowner_text *words = at_start ? begin : finish;
	const char *mark = at_start ? p : end - 1;
	size_t len = 0;

	for (size_t i = 0; i < PO_ARRAY_SIZE(begin); i++)
		if ((size_t)(end - p) > words[i].len &&
		    !memcmp(at_start ? p : end - words[i].len, words[i].ptr, words[i].len))
			return words[i].len;
	while (p + len < end && *(at_start ? p + len : mark - len) == *mark)
		len++;
	return len >= 3 && p + len < end && is_one_of(*mark, "`~") ? len : 0;
}

/* The length without what ends a block of code; blanks are in the place of what begins it. */
static size_t strip_fences(char *to, size_t len, unsigned int *done)
{
	const struct pageowner_text row = find_row(to, len);
	const char *end = row.ptr + row.len;
	const size_t before = row.len ? fence_at(row.ptr, end, true) : 0;
	const size_t after = row.len > before ? fence_at(row.ptr + before, end, false) : 0;

	memset(to + (row.ptr - to), ' ', before);
	if (before || after)
		*done |= PO_REPAIRED(MARKUP);
	return after ? (size_t)(end - to) - after : len;
}

/* The length without the quote that ends a line, and a comma after it, if the same one is
 * where its text begins: as a string of a program, a field of a table, code */
static size_t strip_quotes(char *to, size_t len, unsigned int *done)
{
	static const size_t before_max = 24;
	const struct pageowner_text row = find_row(to, len);
	const char *end = row.ptr + row.len, *p = row.ptr;

	if (end - p > 2 && (end[-1] == ',' || end[-1] == ';'))
		end--;
	while (p < end && p - row.ptr < (ptrdiff_t)before_max &&
	       (po_is_letter_or_digit(*p) || is_one_of(*p, " ,:_|-")))
		p++;
	for (; end - p >= 2 && is_one_of(*p, "\"'`*") && end[-1] == *p; p++, end--) {
		/* Two of them are bold letters. */
		const bool is_last = *p != '*';

		to[p - to] = ' ';
		*done |= PO_REPAIRED(MARKUP);
		len = (size_t)(end - to) - 1;
		if (is_last)
			break;
	}
	return len;
}

/* Without the backslashes that Markdown needs before a character, if each such character
 * has one, except the first and the last, which are a table's */
static size_t strip_escapes(char *to, size_t len, unsigned int *done)
{
	size_t kept = 0, plain[128] = { 0 };

	if (len < 3 || !memchr(to, '\\', len))
		return len;
	for (size_t i = 1; i + 1 < len; i++)
		if ((unsigned char)to[i] < 128)
			plain[(unsigned char)to[i]] += to[i - 1] != '\\';
	for (size_t i = 0; i < len; i++) {
		if (to[i] == '\\' && i + 1 < len && is_one_of(to[i + 1], PO_MARKUP_ESCAPED) &&
		    !plain[(unsigned char)to[i + 1]])
			*done |= PO_REPAIRED(MARKUP);
		else
			to[kept++] = to[i];
	}
	return kept;
}

/* Whether a text is what programs that show pages, or progress, write and then overwrite */
static bool is_overwritten(const char *to, size_t len)
{
	static const struct pageowner_text more = PO_TEXT("--More--");
	const char *end = to + len;
	size_t digits = 0, percents = 0;

	while (to < end && *to == ' ')
		to++;
	if ((size_t)(end - to) >= more.len && !memcmp(to, more.ptr, more.len))
		return end - to < 40;
	for (; to < end; to++) {
		digits += po_is_digit(*to);
		percents += *to == '%';
		if (!po_is_digit(*to) && !is_one_of(*to, " %."))
			return false;
	}
	return !digits || percents;
}

size_t po_repair_clean(char *to, struct pageowner_text line, unsigned int *done)
{
	struct po_cursor c = { line.ptr, line.ptr + line.len };
	bool in_indent = true;
	size_t len = 0;
	char character;

	*done = 0;
	if (po_left(&c) > PO_REPAIR_LINE_MAX)
		c.end = c.at + PO_REPAIR_LINE_MAX;
	while (po_left(&c)) {
		enum po_markup what = PO_MARKUP_NONE;

		if (is_one_of(*c.at, PO_MARKUP_STARTS)) {
			what = po_markup_take(&c, &character);
		} else if (*c.at == '\f' || (*c.at == '\b' && len)) {
			/* A page begins; printed twice, as by "man" */
			len -= *c.at++ == '\b';
			what = PO_MARKUP_NOTHING;
		} else if (*c.at == '\r' && len && po_left(&c) > 1 && is_overwritten(to, len)) {
			c.at++;
			len = 0;
			in_indent = true;
			what = PO_MARKUP_NOTHING;
		}
		if (what == PO_MARKUP_NONE) {
			character = *c.at++;
			if (character == '\t' && in_indent) {
				character = ' ';
				*done |= PO_REPAIRED(PREFIX);
			}
		} else {
			*done |= PO_REPAIRED(MARKUP);
		}
		if (what != PO_MARKUP_NOTHING) {
			in_indent &= character == ' ';
			to[len++] = character;
		}
	}
	len = strip_fences(to, strip_bar(to, len, done), done);
	len = strip_cut(to, strip_end(to, strip_quotes(to, len, done), done), done);
	return po_repair_clean_count(to, strip_escapes(to, len, done), done);
}

/* --- a line's beginning */

static void skip_blanks(struct po_cursor *c)
{
	while (po_left(c) && (*c->at == ' ' || *c->at == '\t'))
		c->at++;
}

/* "[   12.345678]", "[ T46]", "[    C0]", "[Sat Nov 28 01:00:00 2026]" */
static bool take_stamp(struct po_cursor *c)
{
	const char *close = memchr(c->at, ']', po_left(c) < 48 ? po_left(c) : 48);
	struct po_cursor inside = { c->at + 1, close };
	bool has_digit = false;

	if (!close || *c->at != '[')
		return false;
	skip_blanks(&inside);
	if (!po_left(&inside) || po_take_word(&inside, "0x"))
		return false;
	/* "+0.000001", and "Nov28 09:16" where the minute changes: "dmesg -H" */
	if (*inside.at != 'T' && *inside.at != 'C' && *inside.at != '+' &&
	    !po_is_digit(*inside.at) && !(po_left(&inside) > 3 && po_is_letter(*inside.at) &&
					  (inside.at[3] == ' ' || po_is_digit(inside.at[3]))))
		return false;
	/* "[ext4]" is a module. */
	if (po_is_letter(*inside.at) && po_left(&inside) > 3 && po_is_digit(inside.at[3]) &&
	    !po_is_digit(inside.at[1]) && !memchr(inside.at, ':', po_left(&inside)))
		return false;
	if (po_is_letter(*inside.at) && po_left(&inside) > 1 && po_is_digit(inside.at[1]))
		inside.at++;
	else if (po_is_letter(*inside.at) && (po_left(&inside) < 4 || (inside.at[3] != ' ' &&
		 !po_is_digit(inside.at[3]))))
		return false;
	for (; po_left(&inside); inside.at++) {
		has_digit |= po_is_digit(*inside.at);
		/* "[12 more frames]" */
		if (*inside.at >= 'a' && *inside.at <= 'z' && inside.at[-1] == ' ')
			return false;
		if (!po_is_digit(*inside.at) && !po_is_letter(*inside.at) &&
		    !is_one_of(*inside.at, " .:+-,<>"))
			return false;
	}
	if (!has_digit)
		return false;
	c->at = close + 1;
	return true;
}

/* "6,1234,5678,-;" of /dev/kmsg, also with more after the "-" */
static bool take_kmsg(struct po_cursor *c)
{
	const char *semicolon = memchr(c->at, ';', po_left(c) < 100 ? po_left(c) : 100);
	struct po_cursor try = { c->at, semicolon };
	uint64_t number;

	for (int i = 0; semicolon && i < 3; i++)
		if (po_take_rest(&try, try.at, 0, &number) != PO_NUMBER_OK ||
		    !po_take_word(&try, ","))
			return false;
	if (!semicolon || !po_left(&try) || !is_one_of(*try.at, "-c+") ||
	    memchr(try.at, ' ', po_left(&try)))
		return false;
	c->at = semicolon + 1;
	return true;
}

/* "<4>", "kern  :warn  : ", "Nov 28 01:00:00 host kernel: ", "12.345678: " */
static bool take_log_prefix(struct po_cursor *c)
{
	const size_t most = po_left(c) < 100 ? po_left(c) : 100;
	struct po_cursor try = *c;
	const char *kernel = memmem(c->at, most, "kernel:", 7);
	uint64_t level;

	if (po_take_word(&try, "<") && po_take_rest(&try, try.at, 0, &level) == PO_NUMBER_OK &&
	    po_take_word(&try, ">")) {
		c->at = try.at;
		return true;
	}
	try = *c;
	if (kernel && (kernel + 7 == c->end || kernel[7] == ' ') &&
	    !memchr(c->at, '(', (size_t)(kernel - c->at)) &&
	    !memchr(c->at, '+', (size_t)(kernel - c->at))) {
		c->at = kernel + 7;
		return true;
	}
	if (take_kmsg(c))
		return true;
	if (!po_take_word(&try, "kern"))
		return false;
	for (int colons = 0; colons < 2; colons++) {
		while (po_left(&try) && po_is_letter(*try.at))
			try.at++;
		skip_blanks(&try);
		if (!po_take_word(&try, ":"))
			return false;
	}
	c->at = try.at;
	return true;
}

/* "> ", "| ", "* ", "- ", "12. ", "12) ", "12: ", "#12 ", "12<TAB>": then it is @counted */
static bool take_mark(struct po_cursor *c, uint64_t *counted)
{
	static const struct pageowner_text marks[] = {
		PO_TEXT(">"), PO_TEXT("| "), PO_TEXT("* "), PO_TEXT("- "), PO_TEXT("+ "),
		PO_TEXT("# "), PO_TEXT("// "), PO_TEXT("; "), PO_TEXT(": "), PO_TEXT("% "),
		PO_TEXT("\xe2\x94\x82"), PO_TEXT("\xe2\x80\xa2"), PO_TEXT("\xc2\xb7"),
	};
	struct po_cursor try = *c;
	uint64_t number;

	for (size_t i = 0; i < PO_ARRAY_SIZE(marks); i++)
		if (po_take(c, marks[i]))
			return true;
	/* Of a patch */
	if (po_left(c) > 1 && is_one_of(*c->at, "+-") && po_is_letter(c->at[1])) {
		c->at++;
		return true;
	}
	/* Alone on its line */
	if (po_left(c) == 1 && is_one_of(*c->at, "|*-+#;:%")) {
		c->at++;
		return true;
	}
	if (po_take_word(&try, "#") &&
	    po_take_rest(&try, try.at, 0, &number) == PO_NUMBER_OK &&
	    po_take_word(&try, " ")) {
		c->at = try.at;
		return true;
	}
	try = *c;
	if (po_take_rest(&try, try.at, 0, &number) == PO_NUMBER_OK) {
		while (po_take_word(&try, " "))
			;
		if (po_take_word(&try, "\t")) {
			*counted = number;
			c->at = try.at;
			return true;
		}
	}
	try = *c;
	if (po_take_rest(&try, try.at, 0, &number) == PO_NUMBER_OK &&
	    (po_take_word(&try, ". ") || po_take_word(&try, ") ") ||
	     po_take_word(&try, ": ") || po_take_word(&try, "| ") ||
	     (po_left(&try) == 1 && is_one_of(*try.at, ":|")))) {
		if (po_left(&try) == 1)
			try.at++;
		c->at = try.at;
		return true;
	}
	return false;
}

struct pageowner_text po_repair_strip(struct pageowner_text line,
				      struct po_repair_prefix *prefix)
{
	struct po_cursor c = { line.ptr, line.ptr + line.len };
	const char *before;

	*prefix = (struct po_repair_prefix){ 0 };
	do {
		skip_blanks(&c);
		before = c.at;
		if (!po_left(&c))
			break;
		if (take_stamp(&c) || take_log_prefix(&c))
			prefix->has_stamp = true;
		else if (take_mark(&c, &prefix->number))
			prefix->has_mark = true;
	} while (c.at > before);
	prefix->len = (size_t)(c.at - line.ptr);
	return (struct pageowner_text){ c.at, po_left(&c) };
}

struct pageowner_text po_repair_without_quotes(struct pageowner_text line,
					       struct pageowner_text other)
{
	struct po_cursor c = { line.ptr, line.ptr + line.len };
	struct po_cursor o = { other.ptr, other.ptr + other.len };

	for (;;) {
		const char *start = c.at;

		skip_blanks(&c);
		skip_blanks(&o);
		if (!po_left(&c) || !po_left(&o) || *c.at != *o.at || !is_one_of(*c.at, ">|"))
			return (struct pageowner_text){ start, (size_t)(c.end - start) };
		c.at++;
		o.at++;
	}
}
