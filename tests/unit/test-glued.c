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

#define RECORD "Page allocated via order 0, mask 0xcc0(GFP_KERNEL), pid 11, tgid 11 (sh), ts 9 ns\n" \
	"PFN 0x1008 type Movable Block 8 type Movable Flags 0x200(workingset)\n"
#define NAMED(name) "Page allocated via order 0, mask 0xcc0(GFP_KERNEL), pid 1, tgid 1 (" name "), " \
	"ts 9 ns\nPFN 0x1008 type Movable Block 8 type Movable Flags 0x200(workingset)\n" INNER "\n"
#define CONSOLE "page_owner tracks the page as allocated\n" \
	"page last allocated via order 2, migratetype Unmovable, gfp_mask 0xcc0(GFP_KERNEL)," \
	" pid 10, tgid 9 (foo), ts 12345, free_ts 678\n"
#define INNER	" post_alloc_hook+0x1c0/0x230\n get_page_from_freelist+0x1/0x20\n"
#define OUTER	" foo_alloc+0x10/0x20 [foo_mod]\n foo_open+0x10/0x20 [foo_mod]\n"
#define FREE	"page last free pid 1 tgid 1 stack trace:\n free_unref_page+0x1/0x20\n" \
	" foo_free+0x10/0x20\n"

/* What may be wrong, in words; or what looks so and is right */
static const struct {
	const char *what, *text;
	bool is_right;
} doubtful[] = {
	{ "frames of one", RECORD INNER OUTER "\n", true },
	{ "no stack before the one that freed", CONSOLE FREE OUTER "\n", false },
	{ "the kernel has no stack", CONSOLE
	  "page_owner allocation stack trace missing\n" FREE "\n", true },
	{ "no stack at all", CONSOLE "\n", false },
	{ "freed twice", CONSOLE INNER OUTER FREE FREE "\n", false },
	{ "freed once", CONSOLE INNER OUTER FREE "\n", true },
	{ "an allocation in the stack that freed", CONSOLE INNER OUTER FREE INNER "\n", false },
	{ "a free in the stack that allocated", CONSOLE INNER OUTER
	  " free_unref_page+0x1/0x20\n bar_put+0x1/0x2\n" FREE "\n", false },
	{ "a free in a record", RECORD INNER OUTER " free_unref_page+0x1/0x20\n\n", false },
	{ "two stacks in a record", RECORD INNER OUTER INNER OUTER "\n", false },
	{ "two stacks without post_alloc_hook", RECORD " get_page_from_freelist+0x1/0x20\n" OUTER
	  " get_page_from_freelist+0x1/0x20\n" OUTER "\n", false },
	{ "a paste that overlaps", RECORD OUTER " bar+0x1/0x2\n" OUTER "\n", false },
	{ "recursion", RECORD INNER " bar+0x1/0x2\n bar+0x1/0x2\n baz+0x1/0x2\n"
	  " bar+0x1/0x2\n baz+0x1/0x2\n\n", true },
	{ "an interrupt of the allocator", RECORD INNER " foo_poll+0x1/0x2\n __do_softirq+0x1/0x2\n"
	  " do_IRQ+0x1/0x2\n" INNER OUTER "\n", true },
	{ "reclaim that allocates", RECORD INNER " zram_write+0x1/0x2\n shrink_node+0x1/0x2\n"
	  " get_page_from_freelist+0x1/0x20\n" OUTER "\n", true },
	{ "a stack of 4.9", RECORD " save_stack_trace+0x1/0x2\n save_stack+0x1/0x2\n"
	  " __set_page_owner+0x1/0x2\n get_page_from_freelist+0x1/0x20\n" OUTER "\n", true },
	{ "stacks without the count between them", INNER OUTER INNER OUTER
	  "nr_base_pages: 5\n\n", false },
	{ "two groups of a report", "2 times, 2 pages:\n" INNER OUTER INNER OUTER "\n", false },
	{ "a record cut within a frame, and the end of another", RECORD INNER
	  " foo_alloc+0ated, last migrate reason: compaction\n" "Charged to memcg x\n\n", false },
	{ "a line of a console in a frame", RECORD INNER " ring_alusb 1-1: new device\n"
	  "loc+0x5e/0x110 [demo]\n" OUTER "\n", false },
	{ "a line of the log that takes the rest of a line", RECORD INNER
	  " ring_al[  123.456789] usb 1-1: new device\n" OUTER "\n", false },
	{ "the end of a symbol", RECORD INNER " ring_alloc.israusb 1-1: new device\n"
	  ".0+0x5e/0x110 [demo]\n" OUTER "\n", false },
	{ "a name", NAMED("fifteen bytes x"), true },
	{ "a name that is too long", NAMED("sixteen bytes xx"), true },
	{ "a stamp as a name", NAMED("[    1.000000] "), true },
	{ "a line of a log in a name", NAMED("sh[    1.000000] usb"), false },
	{ "a line of a log in a name in a log", "page_owner tracks the page as allocated\npage last allocated via "
	  "order 2, migratetype Unmovable, gfp_mask 0xcc0(GFP_KERNEL), pid 10, tgid 9 "
	  "(sh[    1.000000] usb), ts 12345, free_ts 678\n" INNER OUTER "\n", false },
	{ "a line of a log in a name in a report",
	  "2 times, 2 pages, task_comm_name: sh[    1.000000] usb:\n"
	  INNER OUTER "\n", false },
};

START_TEST(test_what_is_doubtful_is_a_guess)
{
	const char *text = doubtful[_i].text;
	const struct pageowner_record *record;
	struct pageowner_reader *reader;

	ck_assert_int_eq(pageowner_reader_open_memory(text, strlen(text), &reader), 0);
	while (pageowner_reader_next(reader, &record) > 0)
		;
	ck_assert_msg(!pageowner_reader_stats(reader)->damage[PAGEOWNER_DAMAGE_GUESS].count ==
		      doubtful[_i].is_right, "%s", doubtful[_i].what);
	ck_assert_msg(damage_count(pageowner_reader_stats(reader)) <= 1, "%s",
		      doubtful[_i].what);
	pageowner_reader_free(reader);
}
END_TEST

static const char *const serial_lines[] = {
	("Page allocated via order 2, mask 0xcc0(GFP_KERNEL), pid 305, tgid 304 (loader), ts 13 ns, "
	 "free_ts 8 ns\n"),
	"PFN 19860480 type Unmovable Block 38790 type Movable Flags 0x17ffffc0000040(head|node=0)\n",
	" get_page_from_freelist+0x9b1/0xc60\n",
	" ring_alloc.isra.0+0x5e/0x110 [demo]\n",
	" ring_open+0x5e/0x110 [demo]\n", " 0xffffffffc0a2f05b\n",
	"Charged (via objcg) to memcg demo.service\n",
};

static void read_one(const struct buffer *text, struct buffer *to, uint64_t *damage)
{
	const struct pageowner_record *record;
	struct pageowner_reader *reader;

	ck_assert_int_eq(pageowner_reader_open_memory(text->ptr, text->len, &reader), 0);
	while (pageowner_reader_next(reader, &record) > 0)
		print_record(to, record);
	*damage = damage_count(pageowner_reader_stats(reader));
	pageowner_reader_free(reader);
}

/* Of a line that the log cut nothing is lost, or it is reported; never is it wrong. */
START_TEST(test_a_line_that_the_log_cuts_is_joined)
{
	const size_t len = strlen(serial_lines[_i]);
	struct buffer whole = { 0 }, right = { 0 };
	size_t same = 0;
	uint64_t damage;

	for (size_t i = 0; i < ARRAY_SIZE(serial_lines); i++)
		buffer_add(&whole, serial_lines[i], strlen(serial_lines[i]));
	buffer_add(&whole, "\n", 1);
	read_one(&whole, &right, &damage);
	ck_assert_uint_eq(damage, 0);
	for (size_t at = 1; at < len; at++) {
		struct buffer cut = { 0 }, got = { 0 };

		for (size_t i = 0; i < ARRAY_SIZE(serial_lines); i++)
			if (i == (size_t)_i)
				buffer_printf(&cut, "%.*s[  123.456789] usb 1-1: new device\n%s",
					      (int)at, serial_lines[i], serial_lines[i] + at);
			else
				buffer_add(&cut, serial_lines[i], strlen(serial_lines[i]));
		buffer_add(&cut, "\n", 1);
		read_one(&cut, &got, &damage);
		ck_assert_msg(damage, "%s", cut.ptr);
		same += got.len == right.len && !memcmp(got.ptr, right.ptr, right.len);
		buffer_free(&cut);
		buffer_free(&got);
	}
	/* But for its first bytes */
	ck_assert_msg(same + (_i ? 2 : 28) >= len, "%zu of %zu: %s", same, len, serial_lines[_i]);
	buffer_free(&whole);
	buffer_free(&right);
}
END_TEST

START_TEST(test_line_ends_in_names_are_no_folds)
{
	struct buffer b = { 0 };
	const struct pageowner_record *record;
	struct pageowner_reader *reader;

	for (int i = 0; i < 6; i++)
		buffer_printf(&b, "Page allocated via order 0, mask 0xcc0(GFP_KERNEL), pid %d, "
			      "tgid %d (a\nb), ts 1 ns\nPFN 0x1000 type Unmovable Block 8 type "
			      "Movable Flags 0x1(locked)\n%s\n", 998 + i, 997 + i, INNER OUTER);
	ck_assert_int_eq(pageowner_reader_open_memory(b.ptr, b.len, &reader), 0);
	for (int i = 0; i < 6; i++) {
		ck_assert_int_eq(pageowner_reader_next(reader, &record), 1);
		ck_assert(text_is(record->comm, "a\nb"));
	}
	ck_assert_uint_eq(damage_count(pageowner_reader_stats(reader)), 0);
	pageowner_reader_free(reader);
	buffer_free(&b);
}
END_TEST

int main(void)
{
	TCase *tc = new_case("glued");

	tcase_add_loop_test(tc, test_an_entry_without_its_end_takes_no_other, 0,
			    (int)(ARRAY_SIZE(entries) * ARRAY_SIZE(entries)));
	tcase_add_loop_test(tc, test_what_is_doubtful_is_a_guess, 0, ARRAY_SIZE(doubtful));
	tcase_add_loop_test(tc, test_a_line_that_the_log_cuts_is_joined, 0,
			    ARRAY_SIZE(serial_lines));
	tcase_add_test(tc, test_line_ends_in_names_are_no_folds);
	return run_cases("glued");
}
