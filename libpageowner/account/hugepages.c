// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * hugepages.c - /sys/kernel/mm/hugepages: pools of huge pages by size, in use and free, and by
 * node.
 */
#include "account/source.h"

#include <stdio.h>

/* "hugepages-2048kB" -> 2097152, and "2 MiB": 0 or -EBADMSG */
static int read_size(struct pageowner_text instance, uint64_t *bytes, char *buf, size_t size)
{
	struct po_cursor c = { instance.ptr, instance.ptr + instance.len };
	uint64_t kb;

	if (!po_take_word(&c, "hugepages-") || po_take_decimal(&c, &kb) != PO_NUMBER_OK ||
	    !po_take_word(&c, "kB") || po_left(&c) || !kb || kb > INT64_MAX >> 10)
		return -EBADMSG;
	*bytes = kb << 10;
	if (kb % (1 << 20) == 0)
		snprintf(buf, size, "%ju GiB", (uintmax_t)(kb >> 20));
	else if (kb % (1 << 10) == 0)
		snprintf(buf, size, "%ju MiB", (uintmax_t)(kb >> 10));
	else
		snprintf(buf, size, "%ju KiB", (uintmax_t)kb);
	return 0;
}

/* @bytes: of these pages, negative to take them away */
static int add_huge(struct po_source_file *f, const char *size, const char *what,
		    int64_t bytes)
{
	struct po_part part = {
		.id = PAGEOWNER_ACCOUNT_HUGETLB, .source = PAGEOWNER_ACCOUNT_HUGEPAGES,
		.bytes = bytes,
	};
	char name[64];

	part.name = (struct pageowner_text){ name,
		(size_t)snprintf(name, sizeof(name), "%s pages, %s", size, what) };
	return po_parts_add(f->parts, &part);
}

/* How many bytes a number of huge pages has; @text: their size */
static int read_huge(const struct po_source_file *f, struct pageowner_text line,
		     char *text, size_t room, int64_t *bytes)
{
	uint64_t count, size;

	if (po_read_number(line, &count) < 0 ||
	    read_size(f->instance, &size, text, room) < 0 ||
	    __builtin_mul_overflow(count, size, bytes))
		return -EBADMSG;
	return 0;
}

/* All of them, until free ones are known */
int po_hugepages_line(struct po_source_file *f, struct pageowner_text line)
{
	int64_t bytes;
	char text[32];
	const int ret = read_huge(f, line, text, sizeof(text), &bytes);

	return ret < 0 ? ret : add_huge(f, text, "in use", bytes);
}

int po_free_hugepages_line(struct po_source_file *f, struct pageowner_text line)
{
	int64_t bytes;
	char text[32];
	int ret = read_huge(f, line, text, sizeof(text), &bytes);

	if (ret == 0)
		ret = add_huge(f, text, "in use", -bytes);
	return ret < 0 ? ret : add_huge(f, text, "free", bytes);
}

/* /sys/devices/system/node/nodeN/hugepages/hugepages-NkB/nr_hugepages, the same by node: the
 * instance is "nodeN/hugepages-NkB" */
int po_node_hugepages_line(struct po_source_file *f, struct pageowner_text line)
{
	const char *slash = memchr(f->instance.ptr, '/', f->instance.len);
	const char *end = f->instance.ptr + f->instance.len;
	struct po_part part = {
		.id = PO_ACCOUNT_DETAIL(PAGEOWNER_ACCOUNT_HUGETLB),
		.source = PAGEOWNER_ACCOUNT_NODE_HUGEPAGES, .module = PO_TEXT(""),
		.unit = "pages",
	};
	char text[32], name[64];
	uint64_t size;

	if (!slash || slash - f->instance.ptr > 16 || po_read_number(line, &part.count) < 0 ||
	    read_size((struct pageowner_text){ slash + 1, (size_t)(end - slash) - 1 }, &size,
		      text, sizeof(text)) < 0 ||
	    __builtin_mul_overflow(part.count, size, &part.bytes))
		return -EBADMSG;
	part.name = (struct pageowner_text){ name,
		(size_t)snprintf(name, sizeof(name), "%s pages of %.*s", text,
				 (int)(slash - f->instance.ptr), f->instance.ptr) };
	return po_parts_add(f->parts, &part);
}
