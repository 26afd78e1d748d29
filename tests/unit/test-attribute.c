// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-attribute.c - names of stacks: by stack, call path, owner and module.
 */
#include "support.h"

#include <errno.h>
#include <string.h>

#include "stack/attribute.h"

static const struct {
	enum pageowner_by by;
	bool keep_stacks, shows_stack;
	unsigned int numbers[5];
	const char *names[5];
} cases[] = {
	{ PAGEOWNER_BY_STACK, false, true, { 0, 1, 2, 3, 0 },
	  { " alloc_pages+0x1/0x2\n f+0x1/0x9 [m]\n",
	    " alloc_pages+0x1/0x2\n f+0x2/0x9 [m]\n", " g+0x1/0x2 [m]\n", "",
	    " alloc_pages+0x1/0x2\n f+0x1/0x9 [m]\n" } },
	{ PAGEOWNER_BY_PORTABLE, false, true, { 0, 0, 1, 2, 0 },
	  { "alloc_pages\nf [m]\n", "alloc_pages\nf [m]\n", "g [m]\n", "",
	    "alloc_pages\nf [m]\n" } },
	{ PAGEOWNER_BY_OWNER, false, false, { 0, 0, 1, 2, 0 },
	  { "f", "f", "g", "", "f" } },
	{ PAGEOWNER_BY_OWNER, true, true, { 0, 0, 1, 2, 0 },
	  { "f", "f", "g", "", "f" } },
	{ PAGEOWNER_BY_MODULE, true, true, { 0, 0, 0, 1, 0 },
	  { "m", "m", "m", "", "m" } },
};

static const char *const stacks[] = {
	" alloc_pages+0x1/0x2\n f+0x1/0x9 [m]\n", " alloc_pages+0x1/0x2\n f+0x2/0x9 [m]\n",
	" g+0x1/0x2 [m]\n", "", " alloc_pages+0x1/0x2\n f+0x1/0x9 [m]\n",
};

START_TEST(test_equal_names_have_one_number)
{
	struct po_attributed found[ARRAY_SIZE(stacks)];
	struct pageowner_text name, stack;
	struct po_attribution a;
	struct po_budget budget = { 0 };

	ck_assert_int_eq(po_attribution_init(&a, cases[_i].by, cases[_i].keep_stacks,
					     &budget), 0);
	for (size_t i = 0; i < ARRAY_SIZE(stacks); i++) {
		ck_assert_int_eq(po_attribute(&a, text_from(stacks[i]), &found[i]), 0);
		ck_assert_uint_eq(found[i].name->key.number, cases[_i].numbers[i]);
	}
	ck_assert_int_eq(po_attribution_reserve(&a), 0);
	for (size_t i = 0; i < ARRAY_SIZE(stacks); i++) {
		po_attribution_show(&a, &found[i], &name, &stack);
		ck_assert(text_is(name, cases[_i].names[i]));
		ck_assert(text_is(stack, cases[_i].shows_stack ? stacks[i] : ""));
	}
	po_attribution_free(&a);
	ck_assert_uint_eq(po_budget_used(&budget), 0);
}
END_TEST

START_TEST(test_names_compare_as_their_texts)
{
	struct po_attributed found[ARRAY_SIZE(stacks)];
	struct po_attribution a;
	struct po_budget budget = { 0 };

	ck_assert_int_eq(po_attribution_init(&a, cases[_i].by, cases[_i].keep_stacks,
					     &budget), 0);
	for (size_t i = 0; i < ARRAY_SIZE(stacks); i++)
		ck_assert_int_eq(po_attribute(&a, text_from(stacks[i]), &found[i]), 0);
	for (size_t i = 0; i < ARRAY_SIZE(stacks); i++) {
		for (size_t j = 0; j < ARRAY_SIZE(stacks); j++) {
			const int ret = po_attribution_compare(&a, found[i].name,
							       found[j].name);
			const int expected = strcmp(cases[_i].names[i],
						    cases[_i].names[j]);

			ck_assert_int_eq((ret > 0) - (ret < 0),
					 (expected > 0) - (expected < 0));
		}
	}
	po_attribution_free(&a);
}
END_TEST

START_TEST(test_the_users_plumbing_is_passed_over)
{
	struct pageowner_plumbing *plumbing;
	struct pageowner_text name, stack;
	struct po_budget budget = { 0 };
	struct po_attributed found;
	struct po_attribution a;

	ck_assert_int_eq(pageowner_plumbing_new(&plumbing), 0);
	ck_assert_int_eq(pageowner_plumbing_add(plumbing, "my_*", NULL), 0);
	ck_assert_int_eq(po_attribution_init(&a, PAGEOWNER_BY_OWNER, false, &budget), 0);
	a.plumbing = plumbing;
	ck_assert_int_eq(po_attribute(&a, TEXT(" my_alloc+0x1/0x2\n f+0x1/0x2\n"),
				      &found), 0);
	ck_assert_int_eq(po_attribution_reserve(&a), 0);
	po_attribution_show(&a, &found, &name, &stack);
	ck_assert(text_is(name, "f"));
	po_attribution_free(&a);
	pageowner_plumbing_free(plumbing);
}
END_TEST

START_TEST(test_what_is_no_kind_of_name_is_refused)
{
	struct pageowner_budget *shared;
	struct po_budget budget = { 0 };
	struct po_attribution a;

	ck_assert_int_eq(po_attribution_init(&a, PAGEOWNER_BY_MODULE + 1, false,
					     &budget), -EINVAL);
	ck_assert_int_eq(po_attribution_init(&a, (enum pageowner_by)-1, false,
					     &budget), -EINVAL);
	/* No room at all, and room for some of the tables */
	ck_assert_int_eq(pageowner_budget_new(1, &shared), 0);
	ck_assert_int_eq(po_budget_join(&budget, shared), 0);
	for (uint64_t max = 1; max < 1 << 20; max *= 2) {
		int ret;

		pageowner_budget_set_max(shared, max);
		ret = po_attribution_init(&a, PAGEOWNER_BY_PORTABLE, true, &budget);

		if (ret == 0)
			po_attribution_free(&a);
		else
			ck_assert_int_eq(ret, -ENOMEM);
		ck_assert_uint_eq(pageowner_budget_used(shared), 0);
	}
	po_budget_leave(&budget);
	pageowner_budget_free(shared);
}
END_TEST

int main(void)
{
	TCase *names = new_case("names"), *order = new_case("order"), *use = new_case("use");

	tcase_add_loop_test(names, test_equal_names_have_one_number, 0, ARRAY_SIZE(cases));
	tcase_add_test(names, test_the_users_plumbing_is_passed_over);
	tcase_add_loop_test(order, test_names_compare_as_their_texts, 0, ARRAY_SIZE(cases));
	tcase_add_test(use, test_what_is_no_kind_of_name_is_refused);
	return run_cases("attribute");
}
