// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-words.c - finding the word that a user meant.
 */
#include "support.h"

#include <errno.h>

#include "tools/lib/words.h"

static const char *const list[] = {
	"stack", "portable", "owner", "module", "Unmovable", "Movable", NULL,
};
static const struct words words = { .list = list };

START_TEST(test_words_are_found_in_any_case)
{
	static const struct {
		const char *text;
		int index;
	} cases[] = {
		{ "stack", 0 }, { "Module", 3 }, { "unmovable", 4 }, { "MOVABLE", 5 },
		{ "", -EINVAL }, { "stac", -EINVAL }, { "stacks", -EINVAL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_int_eq(words_find(&words, cases[i].text), cases[i].index);
}
END_TEST

START_TEST(test_the_distance_is_the_number_of_slips)
{
	static const struct {
		const char *a, *b;
		size_t distance;
	} cases[] = {
		{ "", "", 0 }, { "", "abc", 3 }, { "abc", "", 3 }, { "owner", "owner", 0 },
		{ "Owner", "oWNER", 0 }, { "ownr", "owner", 1 }, { "onwer", "owner", 1 },
		{ "owenr", "owner", 1 }, { "modules", "module", 1 },
		{ "kitten", "sitting", 3 }, { "ca", "abc", 3 },
		{ "0123456789012345678901234567890123456789", "0", 39 },
		{ "01234567890123456789012345678901234567890", "0", 41 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_uint_eq(words_distance(cases[i].a, cases[i].b),
				  cases[i].distance);
		ck_assert_uint_eq(words_distance(cases[i].b, cases[i].a),
				  cases[i].distance);
	}
}
END_TEST

START_TEST(test_only_what_resembles_is_suggested)
{
	static const struct {
		const char *text, *nearest;
	} cases[] = {
		{ "ownr", "owner" }, { "modul", "module" }, { "stakc", "stack" },
		{ "po", "portable" }, { "movible", "Movable" }, { "unmovble", "Unmovable" },
		{ "pid", NULL }, { "", NULL }, { "x", NULL }, { "stranger", NULL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *nearest = words_nearest(&words, cases[i].text);

		if (cases[i].nearest)
			ck_assert_pstr_eq(nearest, cases[i].nearest);
		else
			ck_assert_ptr_null(nearest);
	}
}
END_TEST

int main(void)
{
	TCase *find = new_case("find"), *nearest = new_case("nearest");

	tcase_add_test(find, test_words_are_found_in_any_case);
	tcase_add_test(nearest, test_the_distance_is_the_number_of_slips);
	tcase_add_test(nearest, test_only_what_resembles_is_suggested);
	return run_cases("words");
}
