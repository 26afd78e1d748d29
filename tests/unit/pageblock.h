/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pageblock.h - what the tests of pageblocks share.
 */
#ifndef TEST_PAGEBLOCK_H
#define TEST_PAGEBLOCK_H

#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A page_owner record: "PFN order TYPE BLOCK BLOCKTYPE stack ts", blocks by
 * themselves so that they can be wrong */
static void add_text(struct buffer *b, const char *line)
{
	char type[20], block_type[20], stack[20];
	unsigned long pfn, block;
	unsigned int order;
	int ts, zone = 1;

	ck_assert_int_ge(sscanf(line, "%lx %u %19s %lu %19s %19s %d zone=%d", &pfn,
				&order, type, &block, block_type, stack, &ts,
				&zone), 7);
	buffer_printf(b, "Page allocated via order %u, mask 0x0(), pid 1, tgid 1 "
		      "(a), ts %d ns\nPFN 0x%lx type %s Block %lu type %s Flags "
		      "0x0(node=0|zone=%d)\n alloc_pages+0x1/0x2\n %s+0x1/0x2%s\n\n",
		      order, ts, pfn, type, block, block_type, zone, stack,
		      stack[0] == 'm' ? " [mod]" : "");
}

static struct pageowner_pageblocks *blocks_of(enum pageowner_by by,
					      const char *const *lines,
					      int expected)
{
	struct pageowner_pageblocks *blocks;
	const struct pageowner_record *r;
	struct pageowner_reader *reader;
	struct buffer b = { 0 };
	int counted = 0, ret;

	for (; *lines; lines++)
		add_text(&b, *lines);
	ck_assert_int_eq(pageowner_pageblocks_new(by, &blocks), 0);
	ck_assert_int_eq(pageowner_pageblocks_by(blocks), by == PAGEOWNER_BY_STACK ?
			 PAGEOWNER_BY_STACK : by == PAGEOWNER_BY_OWNER ?
			 PAGEOWNER_BY_OWNER : PAGEOWNER_BY_MODULE);
	ck_assert_int_eq(pageowner_reader_open_memory(b.ptr, b.len, &reader), 0);
	while ((ret = pageowner_reader_next(reader, &r)) > 0) {
		ret = pageowner_pageblocks_add(blocks, r);
		ck_assert_int_ge(ret, 0);
		counted += ret;
	}
	ck_assert_int_eq(ret, 0);
	ck_assert_int_eq(counted, expected);
	pageowner_reader_free(reader);
	buffer_free(&b);
	ck_assert_int_eq(pageowner_pageblocks_finish(blocks), 0);
	return blocks;
}

/* "number:type pages[*] by ..." of each pageblock */
static void check_blocks(struct pageowner_pageblocks *blocks, const char *expected)
{
	const struct pageowner_pageblock *p;
	struct buffer b = { 0 };

	buffer_printf(&b, "%s", "");
	for (size_t i = 0; (p = block_at(blocks, i)); i++) {
		buffer_printf(&b, "%s%ju:%c %u+%u+%u%s", i ? ", " : "",
			      (uintmax_t)p->number,
			      pageowner_migratetype_name(p->type)[0],
			      p->pages[PAGEOWNER_MIGRATE_UNMOVABLE],
			      p->pages[PAGEOWNER_MIGRATE_MOVABLE],
			      p->pages[PAGEOWNER_MIGRATE_RECLAIMABLE],
			      p->is_mixed ? "*" : "");
		if (p->pinned_by == PAGEOWNER_PINNED_BY_SEVERAL)
			buffer_printf(&b, " pinned");
		else if (p->pinned_by == PAGEOWNER_PINNED_BY_OTHERS)
			buffer_printf(&b, " by others");
		else if (p->pinned_by != PAGEOWNER_PINNED_BY_NONE)
			buffer_printf(&b, " by %u", p->pinned_by);
	}
	ck_assert_str_eq(b.ptr, expected);
	buffer_free(&b);
}

/* "owner pages/pinning pinned/alone" of each holder */
static void check_holders(struct pageowner_pageblocks *blocks,
			  const char *expected)
{
	const struct pageowner_holder *h;
	struct buffer b = { 0 };

	for (size_t i = 0; (h = holder_at(blocks, i)); i++) {
		struct pageowner_frame frame;

		ck_assert_int_eq(pageowner_stack_owner(h->stack, NULL, &frame), 1);
		buffer_printf(&b, "%s%.*s %ju/%ju %ju/%ju", i ? ", " : "",
			      (int)frame.symbol.len, frame.symbol.ptr,
			      (uintmax_t)h->pages, (uintmax_t)h->pinning_pages,
			      (uintmax_t)h->pinned, (uintmax_t)h->alone);
	}
	ck_assert_str_eq(b.ptr, expected);
	buffer_free(&b);
}

static struct pageowner_record placed(uint64_t pfn, uint64_t block,
				      uint64_t pages)
{
	return (struct pageowner_record){
		.kind = PAGEOWNER_RECORD_PAGE,
		.has = PAGEOWNER_HAS_PFN | PAGEOWNER_HAS_BLOCK |
			PAGEOWNER_HAS_PAGE_TYPE | PAGEOWNER_HAS_BLOCK_TYPE |
			PAGEOWNER_HAS_PAGES | PAGEOWNER_HAS_NODE | PAGEOWNER_HAS_ZONE,
		.pfn = pfn, .block = block, .pages = pages,
		.page_type = { "Movable", 7 }, .block_type = { "Movable", 7 },
		.stack = { " f+0x1/0x2\n", 11 },
	};
}

#endif
