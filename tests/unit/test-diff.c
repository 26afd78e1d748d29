// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-diff.c - change and trend between profiles, and patterns that leave out.
 */
#include "diff.h"

START_TEST(test_growth_new_and_vanished)
{
	struct pageowner_diff *diff = new_diff(PAGEOWNER_BY_PORTABLE);

	ck_assert_uint_eq(pageowner_diff_count(diff), 0);
	ck_assert_uint_eq(pageowner_diff_snapshot_count(diff), 0);
	ck_assert_int_eq(pageowner_diff_by(diff), PAGEOWNER_BY_PORTABLE);
	add(diff, "a 5 b 7 c 1", NAN, 0);
	add(diff, "b 9 d 3 a 1", NAN, 0);
	ck_assert_uint_eq(pageowner_diff_snapshot_count(diff), 2);
	check(diff, PAGEOWNER_DIFF_BY_CHANGE,
	      "d +3 new\nb +2\nc -1 gone\na -4\n");
	pageowner_diff_free(diff);
	ck_assert_int_eq(pageowner_diff_new(99, &diff), -EINVAL);
	pageowner_diff_free(NULL);
}
END_TEST

START_TEST(test_offsets_matter_only_to_exact_rows)
{
	struct pageowner_diff *diff = new_diff(PAGEOWNER_BY_STACK);

	add(diff, "a 5", NAN, 0);
	add(diff, "a 6", NAN, 0);
	check(diff, PAGEOWNER_DIFF_BY_CHANGE, "a +6 new\na -5 gone\n");
	pageowner_diff_free(diff);
	diff = new_diff(PAGEOWNER_BY_MODULE);
	add(diff, "a 5 m 2 mm 3", NAN, 0);
	add(diff, "a 6 mm 9", NAN, 0);
	check(diff, PAGEOWNER_DIFF_BY_CHANGE, "mod +4\n +1\n");
	pageowner_diff_free(diff);
}
END_TEST

START_TEST(test_growth_is_steady_if_it_comes_again)
{
	struct pageowner_diff *diff = new_diff(PAGEOWNER_BY_OWNER);

	add(diff, "a 10 b 10 c 10", NAN, 0);
	add(diff, "a 20 b 50 c 40", NAN, 0);
	add(diff, "a 30 b 50 c 30", NAN, 0);
	check(diff, PAGEOWNER_DIFF_BY_CHANGE, "b +40\na +20\nc +20\n");
	pageowner_diff_free(diff);

	diff = new_diff(PAGEOWNER_BY_OWNER);
	add(diff, "a 10 b 10 c 1000 d 512 e 1", NAN, 0);
	add(diff, "a 30 b 50 c 1020 d 1024 e 2", NAN, 0);
	add(diff, "a 50 b 50 c 1040 d 1536 e 3", NAN, 0);
	check(diff, PAGEOWNER_DIFF_BY_CHANGE,
	      "d +1024\na +40 steady\nb +40\nc +40\ne +2\n");
	add(diff, "a 70 b 60 c 1060 d 2048 e 4", NAN, 0);
	add(diff, "a 90 b 70 c 1080 d 2560 e 5", NAN, 0);
	check(diff, PAGEOWNER_DIFF_BY_CHANGE,
	      "d +2048\na +80 steady\nc +80\nb +60\ne +4\n");
	for (int more = 2; more < 10; more++) {
		struct buffer b = { 0 };

		buffer_printf(&b, "a 90 b 70 c 1080 d %d e 1", 512 * (4 + more));
		add(diff, b.ptr, NAN, 0);
		buffer_free(&b);
	}
	/* which has grown to 13 of its huge pages, in twelve intervals */
	check(diff, PAGEOWNER_DIFF_BY_CHANGE,
	      "d +6144 steady\na +80\nc +80\nb +60\ne +0\n");
	pageowner_diff_free(diff);
}
END_TEST

/* Of 200 rows about one, the level of the test being 1 %, of which half falls */
START_TEST(test_noise_is_not_steady)
{
	struct pageowner_diff *diff = new_diff(PAGEOWNER_BY_OWNER);
	const struct pageowner_change *c;
	uint32_t state = 1;
	size_t steady = 0;

	for (int snapshot = 0; snapshot < _i; snapshot++) {
		struct buffer b = { 0 };

		for (int row = 0; row < 200; row++) {
			state = state * 1664525 + 1013904223;
			buffer_printf(&b, "f%d %u ", row, 1000 + (state >> 16) % 1000);
		}
		add(diff, b.ptr, NAN, 0);
		buffer_free(&b);
	}
	ck_assert_int_eq(pageowner_diff_sort(diff, PAGEOWNER_DIFF_BY_CHANGE), 0);
	for (size_t i = 0; pageowner_diff_change(diff, i, &c) > 0; i++)
		steady += c->flags & PAGEOWNER_CHANGE_STEADY ? 1 : 0;
	ck_assert_uint_le(steady, 3);
	pageowner_diff_free(diff);
}
END_TEST

/* Each step of one page up or down, or none */
START_TEST(test_a_random_walk_is_not_steady)
{
	struct pageowner_diff *diff = new_diff(PAGEOWNER_BY_OWNER);
	const struct pageowner_change *c;
	unsigned int pages[200];
	uint32_t state = 1;

	for (int row = 0; row < 200; row++)
		pages[row] = 1000;
	for (int snapshot = 0; snapshot < _i; snapshot++) {
		struct buffer b = { 0 };

		for (int row = 0; row < 200; row++) {
			buffer_printf(&b, "f%d %u ", row, pages[row]);
			state = state * 1664525 + 1013904223;
			pages[row] += (state >> 16) % 3 - 1;
		}
		add(diff, b.ptr, NAN, 0);
		buffer_free(&b);
	}
	ck_assert_int_eq(pageowner_diff_sort(diff, PAGEOWNER_DIFF_BY_TREND), 0);
	for (size_t i = 0; pageowner_diff_change(diff, i, &c) > 0; i++)
		ck_assert_uint_eq(c->flags & PAGEOWNER_CHANGE_STEADY, 0);
	pageowner_diff_free(diff);
}
END_TEST

START_TEST(test_a_line_is_fitted)
{
	struct pageowner_diff *diff = new_diff(PAGEOWNER_BY_OWNER);
	const struct pageowner_change *c;

	add(diff, "a 10 b 100 c 7", 1700000000, 0);
	add(diff, "a 20 b 1 c 7", 1700000010, 0);
	add(diff, "a 40 b 120 c 7", 1700000030, 0);
	ck_assert_int_eq(pageowner_diff_has_times(diff), 1);
	check(diff, PAGEOWNER_DIFF_BY_TREND, "a +30 steady\nb +20\nc +0\n");
	c = change_at(diff, 0);
	ck_assert_double_eq_tol(c->slope, 1, 1e-9);
	ck_assert_double_eq_tol(c->fit, 1, 1e-9);
	c = change_at(diff, 2);
	ck_assert_double_eq(c->slope, 0);
	ck_assert_double_eq(c->fit, 0);
	pageowner_diff_set_any_times(diff, 1);
	add(diff, "a 50 b 120 c 7", 1700000030, 0);
	ck_assert_int_eq(pageowner_diff_has_times(diff), 0);
	pageowner_diff_free(diff);
}
END_TEST

START_TEST(test_rows_have_the_order_asked_for)
{
	struct pageowner_diff *diff = new_diff(PAGEOWNER_BY_PORTABLE);

	/* d is hidden from the last snapshot. */
	add(diff, "b 10 a 30 c 15 d 7", 100, 1);
	add(diff, "b 90 a 20 c 16", 110, 10);
	add(diff, "b 30 a 40 c 16", 120, 10);
	check(diff, PAGEOWNER_DIFF_BY_RATE, "b +20\na +10\nc +1\nd -7 unknown\n");
	check(diff, PAGEOWNER_DIFF_BY_FIRST, "a +10\nc +1\nb +20\nd -7 unknown\n");
	check(diff, PAGEOWNER_DIFF_BY_LAST, "a +10\nb +20\nc +1\nd -7 unknown\n");
	check(diff, PAGEOWNER_DIFF_BY_LAST | PAGEOWNER_DIFF_REVERSED,
	      "c +1\nb +20\na +10\nd -7 unknown\n");
	check(diff, PAGEOWNER_DIFF_BY_OWNER,
	      "a +10\nb +20\nc +1\nd -7 unknown\n");
	check(diff, PAGEOWNER_DIFF_BY_OWNER | PAGEOWNER_DIFF_REVERSED,
	      "d -7 unknown\nc +1\nb +20\na +10\n");
	ck_assert_int_eq(pageowner_diff_sort(diff, PAGEOWNER_DIFF_REVERSED | 9), -EINVAL);
	pageowner_diff_free(diff);
}
END_TEST

START_TEST(test_a_threshold_hides)
{
	struct pageowner_diff *diff = new_diff(PAGEOWNER_BY_OWNER);
	const struct pageowner_change *c;

	add(diff, "a 50 b 5 c 40", NAN, 1);
	add(diff, "a 60 d 30", NAN, 20);
	check(diff, PAGEOWNER_DIFF_BY_CHANGE,
	      "d +30 new\na +10\nb -5 unknown\nc -40 unknown\n");
	/* c had 40 pages and has at most 19. */
	c = change_at(diff, 3);
	ck_assert_int_eq(c->least_change, -40);
	ck_assert_int_eq(c->most_change, -21);
	ck_assert_int_eq(change_at(diff, 0)->least_change, 30);
	ck_assert_int_eq(change_at(diff, 0)->most_change, 30);
	pageowner_diff_free(diff);
	/* What the first hides are less than 20 pages, of each of two stacks: c certainly grew. */
	diff = new_diff(PAGEOWNER_BY_OWNER);
	add(diff, "a 50", NAN, 20);
	add(diff, "a 70 b 19 c 30 c 20", NAN, 1);
	check(diff, PAGEOWNER_DIFF_BY_CHANGE,
	      "a +20\nc +50 unknown\nb +19 unknown\n");
	ck_assert_int_eq(change_at(diff, 1)->least_change, 12);
	ck_assert_int_eq(change_at(diff, 2)->least_change, 0);
	add(diff, "a 80 b 19 c 150", NAN, 1);
	check(diff, PAGEOWNER_DIFF_BY_TREND,
	      "c +150 unknown\na +30\nb +19 unknown\n");
	ck_assert_double_eq_tol(change_at(diff, 0)->slope, 56, 1e-9);
	pageowner_diff_free(diff);
	/* The same in both: then it says nothing about a change. */
	diff = new_diff(PAGEOWNER_BY_OWNER);
	add(diff, "a 50", NAN, 20);
	add(diff, "b 30", NAN, 20);
	check(diff, PAGEOWNER_DIFF_BY_CHANGE, "b +30 new\na -50 gone\n");
	pageowner_diff_free(diff);
}
END_TEST

START_TEST(test_a_baseline_is_subtracted)
{
	struct pageowner_diff *diff = new_diff(PAGEOWNER_BY_OWNER);
	struct pageowner_profile *known = profile_of("a 10 b 100");
	const struct pageowner_snapshot *none;

	ck_assert_int_eq(pageowner_diff_set_baseline(diff, finished(known)), 0);
	pageowner_profile_free(known);
	add(diff, "a 15 b 50 c 1", NAN, 0);
	add(diff, "a 18 b 101 c 1", NAN, 0);
	check(diff, PAGEOWNER_DIFF_BY_CHANGE,
	      "a +3\nb +1 new\nc +0\n");
	ck_assert_uint_eq(snapshot_at(diff, 1)->pages, 10);
	ck_assert_int_eq(pageowner_diff_snapshot(diff, 2, &none), 0);
	pageowner_diff_free(diff);
}
END_TEST

START_TEST(test_patterns_leave_out)
{
	struct pageowner_diff *diff = new_diff(PAGEOWNER_BY_OWNER);
	static const char line[] = "frame:a x";
	struct pageowner_suppress *known;
	const char *where;
	size_t index;

	ck_assert_int_eq(pageowner_suppress_new(&known), 0);
	ck_assert_int_eq(pageowner_suppress_add(known, "# nothing\n", NULL), 0);
	ck_assert_int_eq(pageowner_suppress_add(known, "\r\n", NULL), 0);
	ck_assert_uint_eq(pageowner_suppress_count(known), 0);
	ck_assert_int_eq(pageowner_suppress_add(known, "frame:", NULL), -EINVAL);
	ck_assert_int_eq(pageowner_suppress_add(known, line, &where), -EINVAL);
	ck_assert_ptr_eq(where, line + 8);
	ck_assert_str_eq(pageowner_suppress_error(known),
			 "expected frame:GLOBS, owner:GLOBS, module:GLOBS or module-any:GLOBS: \"x\" at column 9");
	ck_assert_int_eq(pageowner_suppress_add(known, "module:  frame:a\n", NULL), 0);
	ck_assert_int_eq(pageowner_suppress_add(known, "owner:m[a-z] # why", NULL), 0);
	ck_assert_str_eq(pageowner_suppress_error(known), "");
	ck_assert_uint_eq(pageowner_suppress_count(known), 2);
	ck_assert_int_eq(pageowner_suppress_match(known,
		TEXT(" alloc_pages+0x1/0x2\n mm+0x1/0x2 [mod]\n"), &index), 1);
	ck_assert_uint_eq(index, 1);
	ck_assert_int_eq(pageowner_suppress_match(known,
		TEXT(" x+0x1/0x2\n a+0x1/0x2\n"), &index), 1);
	ck_assert_uint_eq(index, 0);
	index = 7;
	ck_assert_int_eq(pageowner_suppress_match(known,
		TEXT(" x+0x1/0x2\n a+0x1/0x2 [mod]\n"), &index), 0);
	ck_assert_int_eq(pageowner_suppress_match(known, TEXT(""), &index), 0);
	ck_assert_uint_eq(index, 7);
	ck_assert_int_eq(pageowner_diff_set_suppress(diff, known), 0);
	add(diff, "a 1 b 2 mm 3", NAN, 0);
	add(diff, "a 9 b 9 mm 9", NAN, 0);
	check(diff, PAGEOWNER_DIFF_BY_CHANGE, "b +7\n");
	ck_assert_uint_eq(snapshot_at(diff, 1)->pages, 9);
	ck_assert_uint_eq(snapshot_at(diff, 1)->suppressed, 18);
	pageowner_diff_free(diff);
	pageowner_suppress_free(known);
	pageowner_suppress_free(NULL);
}
END_TEST

static const struct {
	const char *pattern, *stack;
	int fits;
} patterns[] = {
	{ "frame:f", " f+0x1/0x2\n", 1 }, { "frame:f", " f.isra.0+0x1/0x2\n", 1 },
	{ "frame:x,f", " f+0x1/0x2\n", 1 }, { "frame:g*", " f+0x1/0x2\n", 0 },
	{ "frame:f frame:g", " f+0x1/0x2\n g+0x1/0x2\n", 1 },
	{ "frame:f frame:h", " f+0x1/0x2\n g+0x1/0x2\n", 0 },
	{ "!frame:h owner:f", " f+0x1/0x2\n", 1 }, { "!owner:f", " f+0x1/0x2\n", 0 },
	{ "own:f mod:m", " f+0x1/0x2 [m]\n", 1 }, { "module:", " f+0x1/0x2 [m]\n", 0 },
	{ "!module:", " f+0x1/0x2 [m]\n", 1 },
	{ "module:n", " f+0x1/0x2 [m]\n g+0x1/0x2 [n]\n", 0 },
	{ "module-any:n", " f+0x1/0x2 [m]\n g+0x1/0x2 [n]\n", 1 },
	{ "owner:f", "", 0 }, { "module:", "", 1 },
};

START_TEST(test_a_pattern_fits_if_all_its_words_do)
{
	struct pageowner_suppress *known;

	ck_assert_int_eq(pageowner_suppress_new(&known), 0);
	ck_assert_int_eq(pageowner_suppress_add(known, patterns[_i].pattern, NULL), 0);
	ck_assert_int_eq(pageowner_suppress_match(known, text_from(patterns[_i].stack), NULL),
			 patterns[_i].fits);
	pageowner_suppress_free(known);
}
END_TEST

static const char *const no_patterns[] = {
	"frame", "frame:", "owner:", "owner:a,", "pid:1", "txt:x", "age:1h-", "stacktrace:x",
	"module-any:", ":x", "!frame:", "! frame:x",
};

START_TEST(test_what_a_stack_does_not_determine_is_no_pattern)
{
	struct pageowner_suppress *known;
	const char *where = NULL;

	ck_assert_int_eq(pageowner_suppress_new(&known), 0);
	ck_assert_int_eq(pageowner_suppress_add(known, no_patterns[_i], &where), -EINVAL);
	ck_assert_ptr_eq(where, no_patterns[_i]);
	ck_assert(strstr(pageowner_suppress_error(known), "at column 1"));
	ck_assert_uint_eq(pageowner_suppress_count(known), 0);
	pageowner_suppress_free(known);
}
END_TEST

START_TEST(test_only_some_stacks)
{
	struct pageowner_diff *diff = new_diff(PAGEOWNER_BY_OWNER);
	struct pageowner_filter *filter;

	ck_assert_int_eq(pageowner_filter_new(&filter), 0);
	ck_assert_int_eq(pageowner_filter_add(filter, "module", "mod", NULL), 0);
	ck_assert_int_eq(pageowner_diff_set_filter(diff, filter), 0);
	add(diff, "a 1 m 2", NAN, 0);
	add(diff, "a 9 m 9", NAN, 0);
	check(diff, PAGEOWNER_DIFF_BY_CHANGE, "m +7\n");
	pageowner_diff_free(diff);
	pageowner_filter_free(filter);
}
END_TEST

/* More rows than fit at first, numbers up to the largest */
START_TEST(test_many_rows_and_large_numbers)
{
	static const char huge[] =
		" f+0x1/0x2\nnr_base_pages: 18446744073709551615\n\n";
	struct pageowner_diff *diff = new_diff(PAGEOWNER_BY_OWNER);
	struct pageowner_profile *profile;
	struct buffer b = { 0 };

	buffer_printf(&b, "%s", "");
	for (int i = 0; i < 3000; i++)
		buffer_printf(&b, "r%d %d ", i, i + 1);
	add(diff, "", 0, 0);
	add(diff, b.ptr, 1, 0);
	ck_assert_int_eq(pageowner_diff_sort(diff, PAGEOWNER_DIFF_BY_CHANGE), 0);
	ck_assert_uint_eq(pageowner_diff_count(diff), 3000);
	ck_assert_int_eq(change_at(diff, 0)->change, 3000);
	ck_assert_int_eq(change_at(diff, 2999)->change, 1);
	ck_assert_int_eq(pageowner_profile_new("callstack", &profile), 0);
	ck_assert_int_eq(pageowner_profile_load(profile,
				temp_file(huge, sizeof(huge) - 1)), 0);
	ck_assert_int_eq(pageowner_diff_add(diff, finished(profile)), 0);
	ck_assert_int_eq(pageowner_diff_sort(diff, PAGEOWNER_DIFF_BY_CHANGE), 0);
	ck_assert_int_eq(change_at(diff, 0)->change, INT64_MAX);
	pageowner_profile_free(profile);
	pageowner_diff_free(diff);
	buffer_free(&b);
}
END_TEST

int main(void)
{
	TCase *cases[] = { new_case("rows"), new_case("trend"), new_case("leave-out") };

	tcase_add_test(cases[0], test_growth_new_and_vanished);
	tcase_add_test(cases[0], test_offsets_matter_only_to_exact_rows);
	tcase_add_test(cases[0], test_rows_have_the_order_asked_for);
	tcase_add_test(cases[0], test_a_threshold_hides);
	tcase_add_test(cases[0], test_many_rows_and_large_numbers);
	tcase_add_test(cases[1], test_growth_is_steady_if_it_comes_again);
	tcase_add_loop_test(cases[1], test_noise_is_not_steady, 3, 8);
	tcase_add_loop_test(cases[1], test_a_random_walk_is_not_steady, 3, 10);
	tcase_add_test(cases[1], test_a_line_is_fitted);
	tcase_add_test(cases[2], test_a_baseline_is_subtracted);
	tcase_add_test(cases[2], test_patterns_leave_out);
	tcase_add_loop_test(cases[2], test_a_pattern_fits_if_all_its_words_do,
			    0, ARRAY_SIZE(patterns));
	tcase_add_loop_test(cases[2], test_what_a_stack_does_not_determine_is_no_pattern,
			    0, ARRAY_SIZE(no_patterns));
	tcase_add_test(cases[2], test_only_some_stacks);
	return run_cases("diff");
}
