// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-glued.c - entries without their end, or with parts of others in them: what is
 * certain is read, and nothing passes in silence. tests/unit/test-mixed.c has whole reports
 * whose lines are mixed.
 */
#include "support.h"

#include <stdio.h>
#include <string.h>

/* Entries without the blank line that ends them, and the pages of each */
static const struct {
	const char *text;
	uint64_t pages;
	bool needs_end;
} entries[] = {
	{ "3 times, 12 pages, allocated by OTHERS :\n"
	  "Page allocated via order 2, mask 0xcc0(GFP_KERNEL), pid 7, tgid 5 (beta), ts  ns\n"
	  " __alloc_pages_noprof+0x157/0x350\n demo_alloc+0x5/0x50 [demo]\n", 12, true },
	{ "Page allocated via order 0, mask 0xcc0(GFP_KERNEL), pid 11, tgid 11 (sh), ts 9 ns\n"
	  "PFN 0x1008 type Movable Block 8 type Movable Flags 0x200(workingset)\n"
	  " post_alloc_hook+0x1c0/0x230\n foo_two+0x1/0x2\n", 1, true },
	{ "page_owner tracks the page as freed\n"
	  "page last allocated via order 2, migratetype Unmovable, gfp_mask 0xcc0(GFP_KERNEL),"
	  " pid 10, tgid 9 (foo), ts 12345, free_ts 678\n"
	  " post_alloc_hook+0x1c0/0x230\n foo_alloc+0x10/0x20 [foo_mod]\n"
	  "page last free pid 1 tgid 1 stack trace:\n foo_free+0x10/0x20\n", 4, false },
	{ "[ 1.000001] page_owner tracks the page as allocated\n"
	  "[ 1.000001] page last allocated via order 3, migratetype Unmovable, gfp_mask "
	  "0xcc0(GFP_KERNEL), pid 10, tgid 9 (foo), ts 12345, free_ts 678\n"
	  "[ 1.000001]  post_alloc_hook+0x1c0/0x230\n"
	  "[ 1.000001]  foo_alloc+0x10/0x20 [foo_mod]\n"
	  "[ 1.000001] page_owner free stack trace missing\n", 8, false },
	{ "page_owner tracks the page as allocated\n"
	  "Page last allocated via order 1, gfp_mask: 0x8, pid: 1, tgid: 1 (swapper/0), ts 12 "
	  "ns, free_ts 10 ns\nPFN: 655360, Flags: 0x3fffc0000000000\n"
	  "   0xffff8000086ab964 <post_alloc_hook+452>:    ldp     x19, x20, [sp, #16]\n"
	  "   0xffff8000082ce0e8 <foo_expand+208>: mov     x19, x0\n", 2, false },
	{ "> Page allocated via order 4, mask 0xcc0(GFP_KERNEL), pid 1, tgid 1 (sh), ts 9 ns\n"
	  "> PFN 0x1010 type Movable Block 8 type Movable Flags 0x200(workingset)\n"
	  ">  post_alloc_hook+0x1c0/0x230\n>  foo_two+0x1/0x2\n", 16, true },
};

START_TEST(test_an_entry_without_its_end_takes_no_other)
{
	const int first = _i % (int)ARRAY_SIZE(entries), second = _i / (int)ARRAY_SIZE(entries);
	const struct pageowner_record *record;
	struct pageowner_reader *reader;
	struct buffer b = { 0 };

	buffer_printf(&b, "%s%s\n", entries[first].text, entries[second].text);
	ck_assert_int_eq(pageowner_reader_open_memory(b.ptr, b.len, &reader), 0);
	ck_assert_int_eq(pageowner_reader_next(reader, &record), 1);
	ck_assert_msg(record->pages == entries[first].pages, "%s", b.ptr);
	ck_assert_msg(pageowner_reader_next(reader, &record) == 1, "%s", b.ptr);
	ck_assert_msg(record->pages == entries[second].pages, "%s", b.ptr);
	ck_assert_int_eq(pageowner_reader_next(reader, &record), 0);
	ck_assert_msg(pageowner_reader_stats(reader)->damage[PAGEOWNER_DAMAGE_NO_END].count ==
		      entries[first].needs_end, "%s", b.ptr);
	pageowner_reader_free(reader);
	buffer_free(&b);
}
END_TEST

int main(void)
{
	TCase *tc = new_case("glued");

	tcase_add_loop_test(tc, test_an_entry_without_its_end_takes_no_other, 0,
			    (int)(ARRAY_SIZE(entries) * ARRAY_SIZE(entries)));
	return run_cases("glued");
}
