// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-plumbing.c - functions that only pass memory on: the library's and a user's.
 */
#include "support.h"

#include <errno.h>
#include <string.h>

static const struct {
	const char *symbol;
	int is_plumbing;
} symbols[] = {
	{ "get_page_from_freelist", 1 }, { "__alloc_pages", 1 },
	{ "__alloc_pages_noprof", 1 }, { "kmalloc_trace_noprof", 1 },
	{ "__alloc_pages.constprop.0", 1 }, { "new_slab.isra.0", 1 },
	{ "kmem_cache_alloc_noprof.llvm.123", 1 }, { "do_anonymous_page", 0 },
	{ "pipe_write", 0 }, { "", 0 }, { "_noprof", 0 }, { ".", 0 },
	{ "get_page_from_freelis", 0 }, { "get_page_from_freelist2", 0 },
};

START_TEST(test_the_table_is_matched_with_and_without_suffixes)
{
	ck_assert_int_eq(pageowner_plumbing_match(NULL, text_from(symbols[_i].symbol)),
			 symbols[_i].is_plumbing);
}
END_TEST

START_TEST(test_a_users_patterns_are_added_to_the_table)
{
	struct pageowner_plumbing *p;
	char name[4096];

	ck_assert_int_eq(pageowner_plumbing_new(&p), 0);
	ck_assert_int_eq(pageowner_plumbing_match(p, TEXT("my_alloc")), 0);
	ck_assert_int_eq(pageowner_plumbing_add(p, "my_alloc", NULL), 0);
	ck_assert_int_eq(pageowner_plumbing_add(p, "his_?,her_[ab]*", NULL), 0);
	ck_assert_int_eq(pageowner_plumbing_match(p, TEXT("my_alloc")), 1);
	ck_assert_int_eq(pageowner_plumbing_match(p, TEXT("my_alloc.isra.0")), 0);
	ck_assert_int_eq(pageowner_plumbing_match(p, TEXT("his_x")), 1);
	ck_assert_int_eq(pageowner_plumbing_match(p, TEXT("his_xy")), 0);
	ck_assert_int_eq(pageowner_plumbing_match(p, TEXT("her_alloc")), 1);
	ck_assert_int_eq(pageowner_plumbing_match(p, TEXT("__alloc_pages")), 1);
	/* Longer than any kernel's, which a dump can hold nevertheless */
	memset(name, 'x', sizeof(name));
	ck_assert_int_eq(pageowner_plumbing_add(p, "*", NULL), 0);
	ck_assert_int_eq(pageowner_plumbing_match(p,
		(struct pageowner_text){ name, sizeof(name) }), 0);
	ck_assert_int_eq(pageowner_plumbing_match(p, TEXT("anything")), 1);
	pageowner_plumbing_free(p);
	pageowner_plumbing_free(NULL);
}
END_TEST

START_TEST(test_a_wrong_pattern_is_named_and_none_is_added)
{
	static const char globs[] = "a,b,,c";
	struct pageowner_plumbing *p;
	const char *where = NULL;

	ck_assert_int_eq(pageowner_plumbing_new(&p), 0);
	ck_assert_str_eq(pageowner_plumbing_error(p), "");
	ck_assert_int_eq(pageowner_plumbing_add(p, globs, &where), -EINVAL);
	ck_assert_ptr_eq(where, globs + 4);
	ck_assert_str_eq(pageowner_plumbing_error(p), "pattern 3 of \"a,b,,c\" is empty");
	ck_assert_int_eq(pageowner_plumbing_match(p, TEXT("a")), 0);
	ck_assert_int_eq(pageowner_plumbing_add(p, "", NULL), -EINVAL);
	ck_assert_int_eq(pageowner_plumbing_add(p, "a", NULL), 0);
	ck_assert_str_eq(pageowner_plumbing_error(p), "");
	ck_assert_int_eq(pageowner_plumbing_match(p, TEXT("a")), 1);
	pageowner_plumbing_free(p);
}
END_TEST

START_TEST(test_the_owner_is_the_first_frame_that_no_pattern_matches)
{
	struct pageowner_text stack = TEXT(" get_page_from_freelist+0x1/0x2\n"
					   " my_alloc+0x1/0x2 [drv]\n user+0x1/0x2\n");
	struct pageowner_plumbing *p;
	struct pageowner_frame frame;

	ck_assert_int_eq(pageowner_plumbing_new(&p), 0);
	ck_assert_int_eq(pageowner_stack_owner(stack, p, &frame), 1);
	ck_assert(text_is(frame.symbol, "my_alloc"));
	ck_assert_int_eq(pageowner_plumbing_add(p, "my_*", NULL), 0);
	ck_assert_int_eq(pageowner_stack_owner(stack, p, &frame), 1);
	ck_assert(text_is(frame.symbol, "user"));
	pageowner_plumbing_free(p);
}
END_TEST

int main(void)
{
	TCase *table = new_case("table"), *user = new_case("user"), *owner = new_case("owner");

	tcase_add_loop_test(table, test_the_table_is_matched_with_and_without_suffixes,
			    0, ARRAY_SIZE(symbols));
	tcase_add_test(user, test_a_users_patterns_are_added_to_the_table);
	tcase_add_test(user, test_a_wrong_pattern_is_named_and_none_is_added);
	tcase_add_test(owner, test_the_owner_is_the_first_frame_that_no_pattern_matches);
	return run_cases("plumbing");
}
