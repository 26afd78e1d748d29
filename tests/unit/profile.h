/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * profile.h - what the tests of profiles share.
 */
#ifndef TEST_PROFILE_H
#define TEST_PROFILE_H

#include "support.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* Number 0 to 7; group results below name records by these numbers. */
static const struct maker records[] = {
	{ .order = 0, .pid = 30, .tgid = 3, .comm = "b", .ts = 500, .pfn = 0x10,
	  .stack = " get_page_from_freelist+0x1/0x2\n f+0x1/0x2 [mod_a]\n",
	  .notes = "Charged to memcg web\n" },
	{ .order = 2, .pid = 4, .tgid = 3, .comm = "a", .ts = 100, .pfn = 0x20,
	  .stack = " get_page_from_freelist+0x1/0x2\n f+0x1/0x2 [mod_a]\n",
	  .notes = "Charged to memcg db\n", .free_ts = ", free_ts 900 ns" },
	{ .order = 0, .pid = 30, .tgid = 3, .comm = "b", .ts = 501, .pfn = 0x30,
	  .stack = " get_page_from_freelist+0x1/0x2\n f+0x1/0x2 [mod_a]\n",
	  .notes = "Charged to memcg web\n", .type = "Movable" },
	{ .order = 1, .pid = -1, .tgid = 9, .comm = "", .ts = 50, .pfn = 0x40,
	  .stack = " g+0x1/0x2\n", .flags = "0x1(node=1|zone=0)" },
	{ .order = 0, .pid = 30, .tgid = 3, .comm = "b", .ts = 7, .pfn = 0x50,
	  .stack = " get_page_from_freelist+0x1/0x2\n f+0x1/0x2 [mod_a]\n",
	  .mask = "0xdc0(GFP_KERNEL|__GFP_ZERO)", .block_type = "CMA" },
	{ .order = 3, .pid = 4, .tgid = 4, .comm = "a", .ts = 100, .pfn = 0x60,
	  .stack = " allocate_slab+0x1/0x2\n h+0x1/0x2 [mod_b]\n",
	  .free_ts = ", free_ts 90 ns", .notes = "Slab cache page\n" },
	{ .order = 0, .pid = 200, .tgid = 3, .comm = "ab", .ts = 3, .pfn = 0x70,
	  .stack = "" },
	{ .order = 2, .pid = 4, .tgid = 3, .comm = "a", .ts = 1000, .pfn = 0x80,
	  .stack = " alloc_pages+0x1/0x2\n __vmalloc_node_range+0x1/0x2\n v+0x1/0x2\n" },
};

static struct buffer dump;

static struct pageowner_profile *new_profile(const char *keys)
{
	struct pageowner_profile *p = NULL;

	ck_assert_int_eq(pageowner_profile_new(keys, &p), 0);
	return p;
}

static void add_all(struct pageowner_profile *p, const struct buffer *text)
{
	const struct pageowner_record *record;
	struct pageowner_reader *reader;
	int ret;

	ck_assert_int_eq(pageowner_reader_open_memory(text->ptr, text->len, &reader), 0);
	while ((ret = pageowner_reader_next(reader, &record)) > 0)
		ck_assert_int_eq(pageowner_profile_add(p, record), 1);
	ck_assert_int_eq(ret, 0);
	pageowner_reader_free(reader);
}

static const struct {
	const char *keys;
	enum pageowner_field key;
	int record;	/* of which this group is */
	int has;
	const char *text;	/* NULL: the value is @number */
	int64_t number;
} values[] = {
	{ "pid", PAGEOWNER_FIELD_PID, 0, 1, NULL, 30 },
	{ "pid", PAGEOWNER_FIELD_PID, 3, 1, NULL, -1 },
	{ "pid", PAGEOWNER_FIELD_NAME, 0, 1, "b", 0 },
	{ "pid", PAGEOWNER_FIELD_NAME, 3, 1, "", 0 },
	{ "pid", PAGEOWNER_FIELD_TGID, 3, 1, NULL, 9 },
	{ "pid", PAGEOWNER_FIELD_TIMES, 0, 1, NULL, 3 },
	{ "pid", PAGEOWNER_FIELD_PAGES, 1, 1, NULL, 16 },
	{ "pid", PAGEOWNER_FIELD_ORDER, 1, 1, NULL, 2 },
	{ "pid", PAGEOWNER_FIELD_GFP, 0, 1, "GFP_KERNEL", 0 },
	{ "pid", PAGEOWNER_FIELD_MEMCG, 0, 1, "web", 0 },
	{ "pid", PAGEOWNER_FIELD_MEMCG, 3, 0, NULL, 0 },
	{ "pid", PAGEOWNER_FIELD_MODULE, 0, 1, "mod_a", 0 },
	{ "pid", PAGEOWNER_FIELD_MODULE, 3, 0, NULL, 0 },
	{ "pid", PAGEOWNER_FIELD_OWNER, 0, 1, "f", 0 },
	{ "pid", PAGEOWNER_FIELD_OWNER, 6, 0, NULL, 0 },
	{ "pid", PAGEOWNER_FIELD_ALLOC_TS, 0, 1, NULL, 500 },
	{ "pid", PAGEOWNER_FIELD_FREE_TS, 0, 0, NULL, 0 },
	{ "pid", PAGEOWNER_FIELD_FREE_TS, 1, 1, NULL, 900 },
	{ "pid", PAGEOWNER_FIELD_FREE, 1, 1, NULL, 1 },
	{ "pid", PAGEOWNER_FIELD_FREE, 0, 1, NULL, 0 },
	{ "pid", PAGEOWNER_FIELD_ALLOCATOR, 0, 1, NULL, PAGEOWNER_ALLOCATOR_OTHERS },
	{ "pid", PAGEOWNER_FIELD_STACKTRACE, 3, 1, " g+0x1/0x2\n", 0 },
	{ "pid", PAGEOWNER_FIELD_CALLSTACK, 3, 1, " g+0x1/0x2\n", 0 },
	/* not kept unless it is asked for */
	{ "pid", PAGEOWNER_FIELD_NODE, 0, 0, NULL, 0 },
	{ "pid", PAGEOWNER_FIELD_ZONE, 0, 0, NULL, 0 },
	{ "pid", PAGEOWNER_FIELD_MIGRATETYPE, 0, 0, NULL, 0 },
	{ "pid", PAGEOWNER_FIELD_BLOCKTYPE, 0, 0, NULL, 0 },
	{ "node", PAGEOWNER_FIELD_NODE, 3, 1, NULL, 1 },
	{ "zone", PAGEOWNER_FIELD_ZONE, 3, 1, NULL, 0 },
	{ "migratetype", PAGEOWNER_FIELD_MIGRATETYPE, 0, 1, "Unmovable", 0 },
	{ "blocktype", PAGEOWNER_FIELD_BLOCKTYPE, 4, 1, "CMA", 0 },
	{ "allocator", PAGEOWNER_FIELD_ALLOCATOR, 7, 1, NULL, PAGEOWNER_ALLOCATOR_VMALLOC },
};

#endif
