// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * slabinfo.c - /proc/slabinfo: how much memory each slab cache has.
 *
 * A cache's memory is its number of slabs of the preferred size. Slabs that are smaller,
 * because memory was fragmented, are counted as if they were not.
 */
#include "account/source.h"

#define NUMBERS_BEFORE	5	/* active_objs num_objs objsize objperslab pagesperslab */

/* The last word of a text, which must be a number; the text becomes what precedes it. */
static int take_last(struct pageowner_text *text, uint64_t *number)
{
	size_t len = text->len, start;
	struct pageowner_text word;

	while (len && text->ptr[len - 1] == ' ')
		len--;
	for (start = len; start && text->ptr[start - 1] != ' '; start--)
		;
	word = (struct pageowner_text){ text->ptr + start, len - start };
	text->len = start;
	return po_read_number(word, number);
}

/* Where " : tunables " is: the last, because names are anything */
static const char *find_tunables(struct pageowner_text line)
{
	const struct pageowner_text mark = PO_TEXT(" : tunables ");
	const char *found = NULL, *at = line.ptr, *end = line.ptr + line.len;

	while (at < end && (at = memmem(at, (size_t)(end - at), mark.ptr, mark.len)))
		found = at++;
	return found;
}

/* ": tunables A B C : slabdata ACTIVE SLABS SHARED", and statistics in some kernels */
static int read_slabs(struct pageowner_text text, uint64_t *slabs)
{
	struct po_cursor c = { text.ptr, text.ptr + text.len };
	uint64_t number;

	if (!po_take_word(&c, " : tunables"))
		return -EBADMSG;
	for (int i = 0; i < 3; i++)
		if (po_take_count(&c, &number) < 0)
			return -EBADMSG;
	po_skip_spaces(&c);
	if (!po_take_word(&c, ": slabdata") || po_take_count(&c, &number) < 0 ||
	    po_take_count(&c, slabs) < 0)
		return -EBADMSG;
	return po_take_count(&c, &number);
}

static bool is_digits(const char *from, const char *to)
{
	while (from < to && po_is_digit(*from))
		from++;
	return from == to;
}

/* One name for the caches of each cgroup, "NAME(INODE:GROUP)" up to Linux 5.8 */
static struct pageowner_text without_group(struct pageowner_text name)
{
	const char *open = memchr(name.ptr, '(', name.len), *colon;

	if (!open || open == name.ptr || name.ptr[name.len - 1] != ')')
		return name;
	colon = memchr(open, ':', (size_t)(name.ptr + name.len - open));
	if (!colon || colon == open + 1 || !is_digits(open + 1, colon))
		return name;
	return (struct pageowner_text){ name.ptr, (size_t)(open - name.ptr) };
}

/* One name for the copies that a size is spread over since Linux 6.6, "kmalloc-rnd-NN-SIZE":
 * without the number. @buf: for a name of @size bytes at most */
static struct pageowner_text without_copy(struct pageowner_text name, char *buf, size_t size)
{
	const struct pageowner_text start = PO_TEXT("kmalloc-rnd-");
	struct po_cursor c = { name.ptr, name.ptr + name.len };
	uint64_t copy;
	char *to;

	if (name.len > size || !po_take(&c, start) ||
	    po_take_decimal(&c, &copy) != PO_NUMBER_OK || !po_take_word(&c, "-") || !po_left(&c))
		return name;
	to = mempcpy(buf, start.ptr, start.len);
	to = mempcpy(to, c.at, po_left(&c));
	return (struct pageowner_text){ buf, (size_t)(to - buf) };
}

int po_slabinfo_line(struct po_source_file *f, struct pageowner_text line)
{
	const char *tunables = find_tunables(line);
	struct po_part part = {
		.id = PAGEOWNER_ACCOUNT_SLAB, .source = PAGEOWNER_ACCOUNT_SLABINFO,
		.unit = "objects",
	};
	uint64_t number[NUMBERS_BEFORE], slabs;
	char buf[64];

	if (line.len && line.ptr[0] == '#')
		return 0;
	if (!tunables)
		return line.len > 8 && !memcmp(line.ptr, "slabinfo", 8) ? 0 : -EBADMSG;
	part.name = (struct pageowner_text){ line.ptr, (size_t)(tunables - line.ptr) };
	if (read_slabs((struct pageowner_text){ tunables, line.len - part.name.len }, &slabs) < 0)
		return -EBADMSG;
	for (size_t i = NUMBERS_BEFORE; i-- > 0;)
		if (take_last(&part.name, &number[i]) < 0)
			return -EBADMSG;
	while (part.name.len && part.name.ptr[part.name.len - 1] == ' ')
		part.name.len--;
	if (!part.name.len || __builtin_mul_overflow(slabs, number[4], &part.pages))
		return -EBADMSG;
	part.name = without_copy(without_group(part.name), buf, sizeof(buf));
	part.count = number[0];
	return po_parts_add(f->parts, &part);
}
