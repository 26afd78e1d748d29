// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-stack.c - frames, owners and ids of stacks.
 */
#include "support.h"

#include <string.h>

static const struct {
	const char *line, *symbol;
	uint64_t offset, size;
	const char *module;
} frames[] = {
	{ " kthread+0xce/0x100", "kthread", 0xce, 0x100, "" },
	{ " demo_alloc+0x5e/0x110 [demo_drv]", "demo_alloc", 0x5e, 0x110, "demo_drv" },
	{ " [<ffffffff81165b0a>] do_x+0x1da/0x9c0", "do_x", 0x1da, 0x9c0, "" },
	{ " [<c0123456>] do_x+0x1/0x2 [ext4]", "do_x", 1, 2, "ext4" },
	{ " [<00000000f00dbabe>] do_x+0x1/0x2 [ext4]", "do_x", 1, 2, "ext4" },
	{ " demo+0x1/0x2 [demo 0123456789abcdef0123456789abcdef01234567]",
	  "demo", 1, 2, "demo" },
	{ " do_x+0x10/0x20 mm/page_alloc.c:4321", "do_x", 0x10, 0x20, "" },
	{ " do_x+0x10/0x20 fs/ext4/inode.c:12 [ext4]", "do_x", 0x10, 0x20, "ext4" },
	{ " set_page_owner include/linux/page_owner.h:31 [inline]",
	  "set_page_owner", 0, 0, "" },
	{ " do_x include/x.h:25 [inline] [ext4]", "do_x", 0, 0, "ext4" },
	{ " 0xffffffffc0a51234", "0xffffffffc0a51234", 0, 0, "" },
	{ " 0x00000000deadbeef", "0x00000000deadbeef", 0, 0, "" },
	{ " do_x.llvm.1234567890+0x1/0x2", "do_x.llvm.1234567890", 1, 2, "" },
	{ " do_x.0123456789abcdef0123456789abcdef+0x1/0x2",
	  "do_x.0123456789abcdef0123456789abcdef", 1, 2, "" },
	{ " do_x.isra.0+0x1/0x2", "do_x.isra.0", 1, 2, "" },
	{ " do_x.constprop.0.isra.3.cold+0x1/0x2",
	  "do_x.constprop.0.isra.3.cold", 1, 2, "" },
	{ " __pfx_do_x+0x0/0x10", "__pfx_do_x", 0, 0x10, "" },
	{ " _RNvCs1_4core3fmt+0x1/0x2", "_RNvCs1_4core3fmt", 1, 2, "" },
	{ "do_x+0x1/0x2", "do_x", 1, 2, "" },
	{ "   do_x+0x1/0x2", "do_x", 1, 2, "" },
	{ " do_x+0xffffffffffffffff/0xffffffffffffffff", "do_x", UINT64_MAX,
	  UINT64_MAX, "" },
	{ " do_x+0x12", "do_x", 0x12, 0, "" },
	{ " do_x+", "do_x", 0, 0, "" },
	{ " do_x+0x", "do_x", 0, 0, "" },
	{ " do_x+0x1/0x2 [unclosed", "do_x", 1, 2, "" },
	{ " [<unclosed", "[<unclosed", 0, 0, "" },
};

START_TEST(test_a_frame_is_read_whatever_kernel_wrote_it)
{
	const char *line = frames[_i].line;
	struct pageowner_text stack = text_from(line);
	struct pageowner_frame f;

	for (int with_newline = 0; with_newline < 2; with_newline++) {
		struct buffer b = { 0 };

		buffer_printf(&b, "%s%s", line, with_newline ? "\n" : "");
		stack = (struct pageowner_text){ b.ptr, b.len };
		ck_assert_int_eq(pageowner_frame_next(&stack, &f), 1);
		ck_assert_msg(text_is(f.symbol, frames[_i].symbol), "%.*s",
			      (int)f.symbol.len, f.symbol.ptr);
		ck_assert_uint_eq(f.offset, frames[_i].offset);
		ck_assert_uint_eq(f.size, frames[_i].size);
		ck_assert_msg(text_is(f.module, frames[_i].module), "%.*s",
			      (int)f.module.len, f.module.ptr);
		while (*line == ' ')
			line++;
		ck_assert(text_is(f.line, line));
		ck_assert_int_eq(pageowner_frame_next(&stack, &f), 0);
		buffer_free(&b);
	}
}
END_TEST

START_TEST(test_frames_come_innermost_first_and_blank_lines_are_none)
{
	struct pageowner_text stack = TEXT(" a+0x1/0x2\n\n   \n b+0x3/0x4 [m]\nc");
	const char *const expected[] = { "a", "b", "c" };
	struct pageowner_frame f;

	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		ck_assert_int_eq(pageowner_frame_next(&stack, &f), 1);
		ck_assert(text_is(f.symbol, expected[i]));
	}
	ck_assert_int_eq(pageowner_frame_next(&stack, &f), 0);
	ck_assert_uint_eq(stack.len, 0);
}
END_TEST

/* Stacks of real captures, and whom a person would blame */
static const struct {
	const char *stack, *owner, *module;
} stacks[] = {
	{ " get_page_from_freelist+0x1564/0x16f0\n"
	  " __alloc_pages_noprof+0x157/0x350\n"
	  " alloc_pages_mpol_noprof+0xd6/0x1a0\n"
	  " vma_alloc_folio_noprof+0x6e/0xd0\n"
	  " do_anonymous_page+0x32e/0x7e0\n"
	  " __handle_mm_fault+0x9e2/0xe70\n", "do_anonymous_page", "" },
	{ " get_page_from_freelist+0x1564/0x16f0\n"
	  " __alloc_pages_noprof+0x157/0x350\n"
	  " alloc_pages_mpol_noprof+0xd6/0x1a0\n"
	  " pipe_write+0x21d/0x650\n"
	  " vfs_write+0x36f/0x4f0\n", "pipe_write", "" },
	{ " post_alloc_hook+0x1/0x2\n get_page_from_freelist+0x9b1/0xc60\n"
	  " __alloc_pages_noprof+0x184/0x340\n new_slab+0x1/0x2\n"
	  " ___slab_alloc+0x1/0x2\n kmem_cache_alloc_noprof+0x1/0x2\n"
	  " ext4_alloc_inode+0x1/0x2 [ext4]\n alloc_inode+0x1/0x2\n",
	  "ext4_alloc_inode", "ext4" },
	{ " get_page_from_freelist+0x1/0x2\n __alloc_pages.constprop.0+0x1/0x2\n"
	  " __vmalloc_node_range_noprof+0x1/0x2\n vzalloc_noprof+0x1/0x2\n"
	  " zram_meta_alloc+0x1/0x2 [zram]\n", "zram_meta_alloc", "zram" },
	{ " save_stack+0x1/0x2\n __set_page_owner+0x1/0x2\n"
	  " get_page_from_freelist+0x1/0x2\n __alloc_pages_nodemask+0x1/0x2\n"
	  " alloc_pages_current+0x1/0x2\n __page_cache_alloc+0x1/0x2\n"
	  " pagecache_get_page+0x1/0x2\n ext4_da_write_begin+0x1/0x2\n",
	  "ext4_da_write_begin", "" },
	/* all plumbing: the outermost */
	{ " get_page_from_freelist+0x1/0x2\n __alloc_pages_noprof+0x1/0x2\n",
	  "__alloc_pages", "" },
	{ " register_early_stack+0x28/0x57\n init_page_owner+0x1d/0x2f\n",
	  "register_early_stack", "" },
	{ " 0xffffffffc0a51234\n get_page_from_freelist+0x1/0x2\n",
	  "0xffffffffc0a51234", "" },
	{ " a+0x1/0x2 [inner]\n b+0x1/0x2 [outer]\n", "a", "inner" },
};

START_TEST(test_a_stack_is_blamed_on_its_first_frame_that_is_not_plumbing)
{
	struct pageowner_text stack = text_from(stacks[_i].stack);
	struct pageowner_frame f;

	ck_assert_int_eq(pageowner_stack_owner(stack, NULL, &f), 1);
	ck_assert_msg(text_is(f.symbol, stacks[_i].owner), "%.*s",
		      (int)f.symbol.len, f.symbol.ptr);
	ck_assert(text_is(pageowner_stack_module(stack), stacks[_i].module));
}
END_TEST

START_TEST(test_an_empty_stack_has_no_owner_and_no_module)
{
	struct pageowner_frame f;

	ck_assert_int_eq(pageowner_stack_owner(TEXT(""), NULL, &f), 0);
	ck_assert_int_eq(pageowner_stack_owner(TEXT("\n \n"), NULL, &f), 0);
	ck_assert_uint_eq(pageowner_stack_module(TEXT("")).len, 0);
	ck_assert_uint_eq(pageowner_stack_module(
		(struct pageowner_text){ NULL, 0 }).len, 0);
}
END_TEST

static const struct {
	const char *stack, *line;
	unsigned int max;
} folded[] = {
	{ "", "", 6 },
	{ " get_page_from_freelist+0x1/0x2\n alloc_pages+0x1/0x2\n f+0x1/0x2 [m]\n"
	  " alloc_pages+0x1/0x2\n g+0x3/0x4\n do_syscall_64+0x1/0x2\n h+0x1/0x2\n",
	  "f [m] < alloc_pages < g", 6 },
	{ " f+0x1/0x2\n g+0x1/0x2\n h+0x1/0x2\n", "f < g < ...", 2 },
	{ " f+0x1/0x2\n g+0x1/0x2\n h+0x1/0x2\n", "f < g < h", 3 },
	{ " f+0x1/0x2\n g+0x1/0x2\n h+0x1/0x2\n", "f < g < h", 0 },
	/* all plumbing: the outermost */
	{ " get_page_from_freelist+0x1/0x2\n alloc_pages+0x1/0x2\n", "alloc_pages", 6 },
	{ " kthread+0x1/0x2\n", "kthread", 6 },
};

START_TEST(test_a_folded_stack_is_what_tells_something)
{
	const struct pageowner_text stack = text_from(folded[_i].stack);
	const size_t len = strlen(folded[_i].line);
	char line[128];

	ck_assert_uint_eq(pageowner_stack_fold(stack, NULL, folded[_i].max, line,
					       sizeof(line)), len);
	ck_assert_str_eq(line, folded[_i].line);
	ck_assert_uint_lt(len, 3 * stack.len + 8);
	ck_assert_uint_eq(pageowner_stack_fold(stack, NULL, folded[_i].max, NULL, 0), len);
	for (size_t size = 1; size <= len; size++) {
		memset(line, '#', sizeof(line));
		ck_assert_uint_eq(pageowner_stack_fold(stack, NULL, folded[_i].max, line,
						       size), len);
		ck_assert_uint_eq(strlen(line), size - 1);
		ck_assert(!memcmp(line, folded[_i].line, size - 1));
		ck_assert_int_eq(line[size], '#');
	}
}
END_TEST

/* Ids go into files and are compared years later: these numbers never change.
 * They are XXH3-64 of the texts beside them. */
START_TEST(test_ids_of_a_literal_stack_never_change)
{
	struct pageowner_text stack =
		TEXT(" pipe_write+0x21d/0x650\n demo+0x1/0x2 [demo_drv]\n");

	/* "pipe_write+0x21d/0x650\ndemo+0x1/0x2 [demo_drv]" */
	ck_assert_uint_eq(pageowner_stack_id_exact(stack), UINT64_C(0x9d9a8f2ce9d4dfc8));
	/* "pipe_write\ndemo [demo_drv]" */
	ck_assert_uint_eq(pageowner_stack_id_portable(stack), UINT64_C(0x9ca881a394212a16));
	/* nothing */
	ck_assert_uint_eq(pageowner_stack_id_exact(TEXT("")),
			  UINT64_C(0x2d06800538d394c2));
	ck_assert_uint_eq(pageowner_stack_id_portable(TEXT("")),
			  UINT64_C(0x2d06800538d394c2));
}
END_TEST

static const struct {
	const char *a, *b;
	bool same_exact, same_portable;
} pairs[] = {
	{ " f+0x1/0x10\n", " f+0x2/0x10\n", false, true },
	{ " f+0x1/0x10\n", " f+0x1/0x20\n", false, true },
	{ " f+0x1/0x10\n", "f+0x1/0x10", true, true },
	{ " f+0x1/0x10\n", " g+0x1/0x10\n", false, false },
	{ " f+0x1/0x10\n", " f+0x1/0x10 [m]\n", false, false },
	{ " f+0x1/0x10 [m]\n", " f+0x1/0x10 [n]\n", false, false },
	{ " f+0x1/0x10 [m]\n", " f+0x7/0x10 [m 01ab]\n", false, true },
	{ " [<ffffffff81000000>] f+0x1/0x10\n", " f+0x1/0x10\n", false, true },
	{ " f+0x1/0x2\n g+0x1/0x2\n", " g+0x1/0x2\n f+0x1/0x2\n", false, false },
	{ " f+0x1/0x2\n g+0x1/0x2\n", " fg+0x1/0x2\n", false, false },
	{ " f+0x1/0x2\n", " f+0x1/0x2\n f+0x1/0x2\n", false, false },
	{ " f.isra.0+0x1/0x2\n", " f.constprop.12+0x1/0x2\n", false, true },
	{ " f.part.0.cold+0x1/0x2\n", " f.llvm.123+0x1/0x2\n", false, true },
	{ " f_noprof.isra.0+0x1/0x2\n", " f+0x1/0x2\n", false, true },
	{ " f.4e8b0154c58fc8baa75c3124f9a25b1c+0x1/0x2\n",
	  " f.0123456789abcdef0123456789abcdef+0x1/0x2\n", false, true },
	{ " f.isra.0+0x1/0x2\n", " g.isra.0+0x1/0x2\n", false, false },
	{ " .f+0x1/0x2\n", " .g+0x1/0x2\n", false, false },
};

START_TEST(test_exact_ids_tell_offsets_apart_and_portable_ones_do_not)
{
	struct pageowner_text a = text_from(pairs[_i].a), b = text_from(pairs[_i].b);

	ck_assert_int_eq(pageowner_stack_id_exact(a) ==
			 pageowner_stack_id_exact(b), pairs[_i].same_exact);
	ck_assert_int_eq(pageowner_stack_id_portable(a) ==
			 pageowner_stack_id_portable(b), pairs[_i].same_portable);
}
END_TEST

int main(void)
{
	TCase *tc = new_case("frames");

	tcase_add_loop_test(tc, test_a_frame_is_read_whatever_kernel_wrote_it,
			    0, ARRAY_SIZE(frames));
	tcase_add_test(tc, test_frames_come_innermost_first_and_blank_lines_are_none);

	tc = new_case("owner");
	tcase_add_loop_test(tc,
		test_a_stack_is_blamed_on_its_first_frame_that_is_not_plumbing,
		0, ARRAY_SIZE(stacks));
	tcase_add_test(tc, test_an_empty_stack_has_no_owner_and_no_module);

	tc = new_case("ids");
	tcase_add_test(tc, test_ids_of_a_literal_stack_never_change);
	tcase_add_loop_test(tc,
		test_exact_ids_tell_offsets_apart_and_portable_ones_do_not,
		0, ARRAY_SIZE(pairs));

	tc = new_case("fold");
	tcase_add_loop_test(tc, test_a_folded_stack_is_what_tells_something, 0,
			    ARRAY_SIZE(folded));
	return run_cases("stack");
}
