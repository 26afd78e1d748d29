// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * zones.c - /proc/zoneinfo and /proc/buddyinfo: pages that the kernel has and has not, and
 * what is free.
 *
 * Sums over all zones; what is of one of them is not kept.
 */
#include "account/source.h"

#include <stdio.h>

#define ORDERS_MAX	32

static bool is_zone(struct pageowner_text line)
{
	struct po_cursor c = { line.ptr, line.ptr + line.len };
	uint64_t node;

	return po_take_word(&c, "Node ") && po_take_decimal(&c, &node) == PO_NUMBER_OK &&
		po_take_word(&c, ", zone ");
}

int po_zoneinfo_line(struct po_source_file *f, struct pageowner_text line)
{
	static const struct {
		struct pageowner_text name;
		enum po_fact fact;
	} wanted[] = {
		{ PO_TEXT("present"), PO_FACT_PRESENT },
		{ PO_TEXT("managed"), PO_FACT_MANAGED },
		{ PO_TEXT("count:"), PO_FACT_IN_LISTS },
		{ PO_TEXT("nr_zspages"), PO_FACT_ZSPAGES },
	};
	struct po_cursor c = { line.ptr, line.ptr + line.len };
	struct pageowner_text name, number;
	uint64_t value;

	if (is_zone(line)) {
		f->is_inside = true;
		return 0;
	}
	if (!f->is_inside)
		return -EBADMSG;
	if (!po_take_token(&c, &name))
		return 0;
	for (size_t i = 0; i < PO_ARRAY_SIZE(wanted); i++) {
		if (!po_text_equal(name, wanted[i].name))
			continue;
		number = (struct pageowner_text){ c.at, po_left(&c) };
		if (po_read_number(number, &value) < 0)
			return -EBADMSG;
		po_fact_add(f->facts, wanted[i].fact, value);
	}
	return 0;
}

/* "Node 0, zone   Normal      5      3 ...": free blocks of each order */
int po_buddyinfo_line(struct po_source_file *f, struct pageowner_text line)
{
	const char *zone = line.len ? memmem(line.ptr, line.len, ", zone ", 7) : NULL;
	uint64_t count[ORDERS_MAX] = { 0 };
	struct pageowner_text name;
	struct po_cursor c;
	size_t orders = 0;

	if (!is_zone(line) || !zone)
		return -EBADMSG;
	c = (struct po_cursor){ zone + 7, line.ptr + line.len };
	if (!po_take_token(&c, &name))
		return -EBADMSG;
	for (; po_skip_spaces(&c), po_left(&c); orders++)
		if (orders == ORDERS_MAX || po_take_count(&c, &count[orders]) < 0 ||
		    count[orders] >> (62 - orders))
			return -EBADMSG;
	for (size_t order = 0; order < orders; order++) {
		struct po_part part = {
			.id = PAGEOWNER_ACCOUNT_FREE, .source = PAGEOWNER_ACCOUNT_BUDDYINFO,
			.pages = (int64_t)(count[order] << order), .count = count[order],
			.unit = "blocks",
		};
		char buf[16];

		part.name = (struct pageowner_text){ buf,
			(size_t)snprintf(buf, sizeof(buf), "order %zu", order) };
		if (po_parts_add(f->parts, &part) < 0)
			return -ENOMEM;
	}
	return orders ? 0 : -EBADMSG;
}
