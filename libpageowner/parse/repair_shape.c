// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * repair_shape.c - what lines of records look like, and how much of one a text is.
 *
 * Lines that were folded are joined again where the result is such a line or the
 * beginning of one. This is a matcher of a dozen patterns for that purpose only: the
 * values of a line are taken by the parsers of the kinds of records.
 */
#include "parse/repair_shape.h"

#include "base/cursor.h"
#include "parse/starts.h"

/* The limit of the kernel's task names, and of what gdb makes of them */
#define COMM_MAX	15
#define GDB_COMM_MAX	96

/*
 * %d %i %x: a number, with a sign, in hexadecimal; %p: a PFN; %w: a word; %n: names of
 * flags; %s: a symbol; %m: a module; %c: a task name; %g: one as gdb shows it; %b: blanks;
 * %l: flags as letters; %f: a file; %q: a line in it or "?"; %k: a module, one word; %u: an
 * address or (null), empty also; %r: the rest; [...]: may be missing; %[ %]: brackets.
 */
#define PLACE "%f:%q[:%d][ (discriminator %d)]"

static const struct {
	const char *words;	/* what it is found by */
	const char *patterns[6];
} shapes[PO_LINE_SHAPES] = {
	[PO_LINE_RECORD] = { "Page allocated via order ", {
		"Page allocated via order %d, mask 0x%x[(%n)][, pid %i[, tgid %i]"
		"[ (%c)], ts %d ns[, free_ts %d ns]]",
		"Page allocated via order %d, mask 0x%x[(%n)], pid %i, tgid %i (%c)" } },
	[PO_LINE_REPORT_RECORD] = { "Page allocated via order ", {
		"Page allocated via order %d, mask 0x%x[(%n)][, pid %i[, tgid %i]"
		"[ (%c)], ts [%d] ns[, free_ts [%d] ns]]" } },
	[PO_LINE_GDB_RECORD] = { "Page allocated via order ", {
		"Page allocated via order %d, gfp_mask: 0x%x[(%n)], pid: %i, "
		"tgid: %i (%g), ts %d ns[, free_ts %d ns]" } },
	[PO_LINE_CONSOLE] = { "page ", {
		"page [last ]allocated via order %d[, migratetype %w[, gfp_mask "
		"0x%x[(%n)][, pid %i[, tgid %i][ (%c)][, ts %d[ ns][, free_ts %d[ ns]]]]]]" } },
	[PO_LINE_GDB_CONSOLE] = { "Page last allocated via order ", {
		"Page last allocated via order %d, gfp_mask: 0x%x[(%n)], pid: %i, "
		"tgid: %i (%g), ts %d ns[, free_ts %d ns]" } },
	[PO_LINE_TRACKS] = { "page_owner tracks the page ", {
		"page_owner tracks the page as %w", "page_owner tracks the page 0x%x as %w" } },
	[PO_LINE_PFN] = { "PFN ", {
		"PFN %p[ type %w] Block %d type %w Flags 0x%x[(%n)]" } },
	[PO_LINE_OLD_PFN] = { "PFN ", {
		"PFN %p Block %d type %w%b[Fallback%b]Flags[%l]" } },
	[PO_LINE_GDB_PFN] = { "PFN: ", { "PFN: %p, Flags: 0x%x" } },
	[PO_LINE_CRASH_PFN] = { "PFN ", { "PFN %d(0x%x) paddr %r" } },
	[PO_LINE_GROUP] = { "", {
		"%d times[, %d pages][, PID %i][, TGID %i][, task_comm_name: %c]"
		"[, allocated by[ CMA][ SLAB][ VMALLOC][ OTHERS][ ]][ (RELEASED)]"
		"[ (UNRELEASED)][:]" } },
	[PO_LINE_PAGES] = { "", {
		"nr_base_pages: %d", "stack_count: %d", "handle: %d" } },
	[PO_LINE_NOTE] = { "", {
		"Page has been migrated, last migrate reason: %w", "Slab cache page",
		"Charged[ (via objcg)] to[ offline] memcg %r", "handle: %d" } },
	[PO_LINE_LAST_FREE] = { "page last free ", {
		"page last free [pid %i tgid %i ][ts %d ][free_ts %d ]stack trace:" } },
	[PO_LINE_MISSING] = { "page_owner ", {
		"page_owner allocation stack trace missing",
		"page_owner free stack trace missing", "page_owner info is not %r" } },
	[PO_LINE_MIGRATED] = { "page has been ", {
		"page has been migrated, last migrate reason: %w" } },
	[PO_LINE_CONDITION] = { "", { "PFN# %r" } },
	[PO_LINE_FRAME] = { "", {
		"[%[<%x>%] ]%s+0x%x/0x%x[ %[%m%]]" } },
	[PO_LINE_SOURCE] = { "", {
		"%s (" PLACE "[ " PLACE "][ " PLACE "][ " PLACE "])[ %k]",
		"%s+0x%x/0x%x[ %[%m%]] %f:%q", "%s %f:%q %[inline%]" } },
	[PO_LINE_DUMP] = { "", {
		"page:%u[ refcount:%i][ count:%i] mapcount:%i[ mapping:[ ]%u][ index:%u]"
		"[ head:%u order:%d][ pfn:%u][ compound_mapcount:[ ]%i]",
		"BUG: Bad page state in process %c  pfn:%x" } },
	[PO_LINE_DUMP_FLAGS] = { "", { "[%w ]flags: 0x%x[(%n)][ CMA]" } },
};

/* Whether a byte belongs to what a letter after '%' stands for */
static bool is_of(char what, char c)
{
	switch (what) {
	case 'd':
	case 'i':
		return po_is_digit(c);
	case 'x':
		return po_hex_digits[(unsigned char)c];
	case 'p':
		return po_hex_digits[(unsigned char)c] || c == 'x';
	case 'w':
		return po_is_letter_or_digit(c) || memchr("_-./", c, 4);
	case 'n':
		return po_is_letter_or_digit(c) || memchr("_|=-.", c, 5);
	case 's':
		return po_is_letter_or_digit(c) || memchr("_.$@:-", c, 6) ||
			(unsigned char)c >= 0x80;
	case 'm':
		return po_is_letter_or_digit(c) || memchr("_- .", c, 4);
	case 'k':
		return po_is_letter_or_digit(c) || c == '_' || c == '-';
	case 'f':
		return po_is_letter_or_digit(c) || memchr("_-./+~", c, 6);
	case 'q':
		return po_is_digit(c) || c == '?';
	case 'l':
		return c == ' ' || (c >= 'A' && c <= 'Z');
	case 'u':
		return po_hex_digits[(unsigned char)c] || memchr("x(nul)", c, 6);
	case 'b':
		return c == ' ';
	default:
		return true;
	}
}

static enum po_fit better(enum po_fit a, enum po_fit b)
{
	return a > b ? a : b;
}

static const char *after_bracket(const char *pattern)
{
	int depth = 0;

	for (;; pattern++) {
		if (*pattern == '%')
			pattern++;
		else if (*pattern == '[')
			depth++;
		else if (*pattern == ']' && --depth == 0)
			return pattern + 1;
	}
}

static enum po_fit fit(const char *pattern, const char *p, const char *end);

/* A task name may hold what follows it. */
static enum po_fit fit_comm(const char *pattern, const char *p, const char *end, int most)
{
	const char *limit = end - p > most ? p + most : end;
	enum po_fit found = PO_FIT_NO;

	for (; p <= limit && found != PO_FIT_WHOLE; p++)
		if (p == end || *p == pattern[0] || pattern[0] == ']')
			found = better(found, fit(pattern, p, end));
	return found;
}

/* Bytes of a class, then the rest of the pattern */
static enum po_fit fit_class(const char *pattern, const char *p, const char *end)
{
	const char what = *pattern++, *start = p;

	if (what == 'c' || what == 'g')
		return fit_comm(pattern, p, end, what == 'c' ? COMM_MAX : GDB_COMM_MAX);
	if (what == 'i' && p < end && *p == '-')
		start = ++p;
	while (p < end && is_of(what, *p))
		p++;
	if (what == 's' && p > start && po_is_digit(*start))
		return PO_FIT_NO;
	/* "nr_base_pages:" is not a file. */
	if (what == 'f' && p > start && p < end && !memchr(start, '.', (size_t)(p - start)))
		return PO_FIT_NO;
	if (p == start && what != 'n' && what != 'u')
		return p == end ? PO_FIT_PART : PO_FIT_NO;
	return fit(pattern, p, end);
}

static enum po_fit fit(const char *pattern, const char *p, const char *end)
{
	for (;; pattern++) {
		if (*pattern == ']')
			continue;
		if (!*pattern)
			return p == end ? PO_FIT_WHOLE : PO_FIT_NO;
		if (*pattern == '[') {
			const enum po_fit with = fit(pattern + 1, p, end);

			return with == PO_FIT_WHOLE ? with :
				better(with, fit(after_bracket(pattern), p, end));
		}
		if (*pattern == '%' && pattern[1] != '[' && pattern[1] != ']')
			return fit_class(pattern + 1, p, end);
		if (*pattern == '%')
			pattern++;
		if (p == end)
			return PO_FIT_PART;
		if (*p++ != *pattern)
			return PO_FIT_NO;
	}
}

enum po_fit po_shape_fit(enum po_line_shape shape, struct pageowner_text text)
{
	const struct pageowner_text again = PO_RECORD_START;
	enum po_fit found = PO_FIT_NO;

	/* The next record, in the line in which an input was cut */
	if (text.len > again.len &&
	    memmem(text.ptr + 1, text.len - 1, again.ptr, again.len))
		return PO_FIT_NO;
	for (size_t i = 0; i < PO_ARRAY_SIZE(shapes[shape].patterns) &&
	     shapes[shape].patterns[i]; i++)
		found = better(found, fit(shapes[shape].patterns[i], text.ptr,
					  text.ptr + text.len));
	return found;
}

/* The end of @line that may be the beginning of @words */
static struct pageowner_text find_cut(struct pageowner_text line,
				      struct pageowner_text words)
{
	const char *end = line.ptr + line.len;

	if (!words.len)
		return (struct pageowner_text){ end, 0 };
	for (size_t len = line.len < words.len ? line.len : words.len - 1; len > 3; len--)
		if (!memcmp(end - len, words.ptr, len) &&
		    (len == line.len || !po_is_letter_or_digit(end[-(ptrdiff_t)len - 1])))
			return (struct pageowner_text){ end - len, len };
	return (struct pageowner_text){ end, 0 };
}

struct pageowner_text po_shape_find(enum po_line_shape shape, struct pageowner_text line)
{
	const struct pageowner_text words = po_text_of(shapes[shape].words);
	const char *end = line.ptr + line.len, *p = line.ptr;
	struct pageowner_text found;

	while (words.len && (p = memmem(p, (size_t)(end - p), words.ptr, words.len))) {
		found = (struct pageowner_text){ p, (size_t)(end - p) };
		if ((p == line.ptr || !po_is_letter_or_digit(p[-1])) &&
		    po_shape_fit(shape, found) != PO_FIT_NO)
			return found;
		p++;
	}
	return find_cut(line, words);
}

bool po_shape_is_open(enum po_line_shape shape)
{
	return shape == PO_LINE_NOTE || shape == PO_LINE_CRASH_PFN ||
		shape == PO_LINE_CONDITION;
}
