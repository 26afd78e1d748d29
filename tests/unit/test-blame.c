// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-blame.c - what was decided for each function that allocates pages, and the
 * owners of the same page under two kernels: tests/data/owners/.
 */
#include "support.h"

#include <string.h>

/* Take the text up to @end, or the rest, off @text. */
static bool take(char **text, char end, struct pageowner_text *taken)
{
	char *at = *text, *found = strchr(at, end);

	if (!*at)
		return false;
	*taken = (struct pageowner_text){ at, found ? (size_t)(found - at) : strlen(at) };
	*text = found ? found + 1 : at + strlen(at);
	return true;
}

/* A function holds pages, passes them on, or only calls others: then a stack of it alone
 * has no owner. */
static const char *decide(struct pageowner_text symbol)
{
	struct pageowner_frame frame;

	if (!pageowner_plumbing_match(NULL, symbol))
		return "holds";
	return pageowner_stack_owner(symbol, NULL, &frame) ? "passes" : "calls";
}

static const char *const lists[] = {
	"owners/linux-6.1.functions", "owners/linux-6.12.functions",
	"owners/older.functions",
};

START_TEST(test_each_function_is_what_was_decided)
{
	struct buffer list = data_file(lists[_i]);
	struct pageowner_text decision, symbol, where;
	char *at = list.ptr;
	int count = 0;

	while (take(&at, '\t', &decision) && take(&at, '\t', &symbol) &&
	       take(&at, '\n', &where)) {
		ck_assert_msg(text_is(decision, decide(symbol)), "%.*s of %.*s is %s",
			      (int)symbol.len, symbol.ptr, (int)where.len, where.ptr,
			      decide(symbol));
		count++;
	}
	ck_assert_int_gt(count, 50);
	buffer_free(&list);
}
END_TEST

/* Names separated by blanks to a stack as a dump has it */
static void add_stack(struct buffer *stack, struct pageowner_text names)
{
	const char *p = names.ptr, *end = p + names.len;

	stack->len = 0;
	while (p < end) {
		const char *blank = memchr(p, ' ', (size_t)(end - p));
		const int len = (int)((blank ? blank : end) - p);

		buffer_printf(stack, " %.*s+0x1/0x2\n", len, p);
		p += len + 1;
	}
}

START_TEST(test_a_page_has_the_same_owner_under_two_kernels)
{
	struct buffer list = data_file("owners/pairs"), stack = { 0 };
	struct pageowner_text owner, names[2];
	struct pageowner_frame frame;
	char *at = list.ptr;
	int count = 0;

	while (take(&at, '\t', &owner) && take(&at, '\t', &names[0]) &&
	       take(&at, '\n', &names[1])) {
		for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
			add_stack(&stack, names[i]);
			ck_assert_int_eq(pageowner_stack_owner((struct pageowner_text){
				stack.ptr, stack.len }, NULL, &frame), 1);
			ck_assert_msg(frame.symbol.len == owner.len &&
				      !memcmp(frame.symbol.ptr, owner.ptr, owner.len),
				      "%.*s, not %.*s:\n%s", (int)frame.symbol.len,
				      frame.symbol.ptr, (int)owner.len, owner.ptr,
				      stack.ptr);
		}
		count++;
	}
	ck_assert_int_gt(count, 200);
	buffer_free(&stack);
	buffer_free(&list);
}
END_TEST

/* The owner of a stack that is cut, or has nothing but helpers and dispatchers */
static const struct {
	const char *stack, *owner;
} odd[] = {
	{ " kthread+0x1/0x2\n ret_from_fork+0x1/0x2\n", NULL },
	{ " __alloc_pages+0x1/0x2\n process_one_work+0x1/0x2\n kthread+0x1/0x2\n",
	  "__alloc_pages" },
	{ " alloc_pages_noprof+0x1/0x2\n foo.isra.0.cold+0x1/0x2\n", "foo" },
	{ " foo.0123456789abcdef0123456789abcdef+0x1/0x2\n", "foo" },
	{ " .+0x1/0x2\n", "." }, { " .foo+0x1/0x2\n", ".foo" },
	{ " 0xffffffffc0a51234\n", "0xffffffffc0a51234" },
	{ " __alloc_pages+0x1/0x2\n __pmd_alloc+0x1/0x2\n __handle_mm_fault+0x1/0x2\n",
	  "__handle_mm_fault" },
	{ " __alloc_pages+0x1/0x2\n alloc_pages_vma+0x1/0x2\n"
	  " __handle_mm_fault+0x1/0x2\n", "do_anonymous_page" },
};

START_TEST(test_dispatchers_and_suffixes_are_never_in_an_owner)
{
	struct pageowner_frame frame;

	ck_assert_int_eq(pageowner_stack_owner(text_from(odd[_i].stack), NULL, &frame),
			 odd[_i].owner != NULL);
	if (odd[_i].owner)
		ck_assert_msg(text_is(frame.symbol, odd[_i].owner), "%.*s",
			      (int)frame.symbol.len, frame.symbol.ptr);
}
END_TEST

int main(void)
{
	TCase *tc = new_case("blame");

	tcase_add_loop_test(tc, test_each_function_is_what_was_decided,
			    0, ARRAY_SIZE(lists));
	tcase_add_test(tc, test_a_page_has_the_same_owner_under_two_kernels);
	tcase_add_loop_test(tc, test_dispatchers_and_suffixes_are_never_in_an_owner,
			    0, ARRAY_SIZE(odd));
	return run_cases("blame");
}
