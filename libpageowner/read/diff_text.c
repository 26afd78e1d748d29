// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * diff_text.c - output of diff, which has lines of two dumps or reports.
 *
 * Unified, plain, side by side, by words. A record of it may have lines of both sides. It
 * only recognises it; change.c and diff.c compare profiles.
 */
#include "read/diff_text.h"

#include "base/cursor.h"

static bool has(struct pageowner_text line, struct pageowner_text word)
{
	return line.len >= word.len && memmem(line.ptr, line.len, word.ptr, word.len);
}

/* Whether a line is of a record or stack */
static bool is_of_entry(struct pageowner_text line)
{
	static const struct pageowner_text words[] = {
		PO_TEXT(" allocated via order "), PO_TEXT("PFN "), PO_TEXT("+0x"),
		PO_TEXT("nr_base_pages: "), PO_TEXT("stack_count: "), PO_TEXT(" times"),
	};

	for (size_t i = 0; i < PO_ARRAY_SIZE(words); i++)
		if (has(line, words[i]))
			return true;
	return false;
}

/* Side by side: two records begin in a line; by words: "order [-1-]{+2+}" */
static bool is_of_both(struct pageowner_text line)
{
	static const struct pageowner_text start = PO_TEXT("Page allocated via order ");
	const char *first = memmem(line.ptr, line.len, start.ptr, start.len);
	const char *end = line.ptr + line.len, *second;

	if (!first)
		return false;
	second = memmem(first + 1, (size_t)(end - first - 1), start.ptr, start.len);
	if (second && second - first > 2 && second[-1] == ' ' && memchr("|<>", second[-2], 3))
		return true;
	/* Nothing but the kernel's number is there in a dump, whatever names tasks have. */
	return has(line, PO_TEXT("via order [-"));
}

/* Lines of two sides, with nothing of an entry that is of neither: task names with line ends
 * cannot make a dump seem to be one. */
struct sides {
	const char *marks;	/* that begin lines of each */
	const char *others;	/* that begin lines of both, or say where */
	unsigned int count[2];
	bool is_broken;
};

static void add_line(struct sides *s, struct pageowner_text line)
{
	const char *mark = memchr(s->marks, *line.ptr, 2);

	if (!is_of_entry(line))
		return;
	if (mark && (*s->marks == '-' || (line.len > 1 && line.ptr[1] == ' ')))
		s->count[mark - s->marks]++;
	else
		s->is_broken |= !memchr(s->others, *line.ptr, strlen(s->others));
}

bool po_text_is_diff(struct pageowner_text text)
{
	struct sides sides[] = {
		{ .marks = "-+", .others = " @" }, { .marks = "<>", .others = "-" },
	};
	struct po_cursor c = { text.ptr, text.ptr + text.len };
	struct pageowner_text line;

	for (; po_take_until(&c, '\n', &line); c.at++) {
		if (!line.len)
			continue;
		if (is_of_both(line))
			return true;
		for (size_t i = 0; i < PO_ARRAY_SIZE(sides); i++)
			add_line(&sides[i], line);
	}
	for (size_t i = 0; i < PO_ARRAY_SIZE(sides); i++)
		if (sides[i].count[0] && sides[i].count[1] && !sides[i].is_broken)
			return true;
	return false;
}
