// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-text-index.c - numbers by text, as pageowner-stacks-top keeps its stacks.
 */
#include "support.h"

#include <stdio.h>

#include "tools/top/text_index.h"

#define TEXTS	5000

static char names[TEXTS][16];

/* Of different lengths; the first is empty. */
static struct pageowner_text name(size_t i)
{
	const int len = i ? snprintf(names[i], sizeof(names[i]), "%zu", i * 7919) : 0;

	return (struct pageowner_text){ i ? names[i] : NULL, (size_t)len };
}

static void add_all(struct text_index *index)
{
	for (size_t i = 0; i < TEXTS; i++) {
		size_t number;

		ck_assert(!text_index_find(index, name(i), &number));
		ck_assert_int_eq(text_index_reserve(index, i + 1), 0);
		text_index_add(index, name(i), i);
	}
}

START_TEST(test_each_text_keeps_its_number_while_it_grows)
{
	struct text_index index = { 0 };
	size_t number = 1;

	add_all(&index);
	ck_assert_uint_eq(index.count, TEXTS);
	for (size_t i = 0; i < TEXTS; i++) {
		ck_assert(text_index_find(&index, name(i), &number));
		ck_assert_uint_eq(number, i);
	}
	ck_assert(!text_index_find(&index, TEXT("none"), &number));
	ck_assert(!text_index_find(&index, TEXT("\0"), &number));
	text_index_free(&index);
	ck_assert(!text_index_find(&index, TEXT(""), &number));
}
END_TEST

START_TEST(test_cleared_it_has_room_and_no_texts)
{
	struct text_index index = { 0 };
	size_t size;

	text_index_clear(&index);
	add_all(&index);
	size = index.size;
	text_index_clear(&index);
	add_all(&index);
	ck_assert_uint_eq(index.size, size);
	text_index_free(&index);
}
END_TEST

START_TEST(test_room_that_there_cannot_be_is_refused)
{
	struct text_index index = { 0 };

	ck_assert_int_lt(text_index_reserve(&index, SIZE_MAX), 0);
	ck_assert_int_lt(text_index_reserve(&index, SIZE_MAX / 16), 0);
	ck_assert_uint_eq(index.size, 0);
}
END_TEST

int main(void)
{
	TCase *tc = new_case("index");

	tcase_add_test(tc, test_each_text_keeps_its_number_while_it_grows);
	tcase_add_test(tc, test_cleared_it_has_room_and_no_texts);
	tcase_add_test(tc, test_room_that_there_cannot_be_is_refused);
	return run_cases("text-index");
}
