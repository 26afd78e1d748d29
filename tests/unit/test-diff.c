// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-diff.c - change and trend between profiles, and patterns that leave out.
 */
#include "support.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A profile of stacks "NAME+0x1/0x2" with pages: "a 5 b 7" */
static struct pageowner_profile *profile_of(const char *text)
{
	struct pageowner_profile *profile;
	struct buffer b = { 0 };
	char name[32];
	int pages, at;

	for (; sscanf(text, "%31s %d%n", name, &pages, &at) == 2; text += at)
		buffer_printf(&b, " alloc_pages+0x1/0x2\n %s+0x%x/0x40%s\n"
			      "nr_base_pages: %d\n\n", name, 1 + pages % 9,
			      strchr(name, 'm') ? " [mod]" : "", pages);
	ck_assert_int_eq(pageowner_profile_new("callstack", &profile), 0);
	if (b.len)
		ck_assert_int_eq(pageowner_profile_load(profile,
					temp_file(b.ptr, b.len)), 0);
	buffer_free(&b);
	return profile;
}

static void add(struct pageowner_diff *diff, const char *text, double time,
		uint64_t threshold)
{
	struct pageowner_profile *profile = profile_of(text);

	ck_assert_int_eq(pageowner_diff_add(diff, profile, time, threshold), 0);
	pageowner_profile_free(profile);
}

/* "owner change flags" a row */
static void check(struct pageowner_diff *diff, enum pageowner_diff_order order,
		  const char *expected)
{
	struct buffer b = { 0 };

	ck_assert_int_eq(pageowner_diff_sort(diff, order), 0);
	buffer_printf(&b, "%s", "");
	for (size_t i = 0; i < pageowner_diff_count(diff); i++) {
		const struct pageowner_change *c = change_at(diff, i);
		struct pageowner_frame f = { .symbol = c->name };

		pageowner_stack_owner(c->stack, NULL, &f);
		buffer_printf(&b, "%.*s %+jd%s%s%s%s\n", (int)f.symbol.len,
			      f.symbol.ptr, (intmax_t)c->change,
			      c->flags & PAGEOWNER_CHANGE_NEW ? " new" : "",
			      c->flags & PAGEOWNER_CHANGE_VANISHED ? " gone" : "",
			      c->flags & PAGEOWNER_CHANGE_STEADY ? " steady" : "",
			      c->flags & PAGEOWNER_CHANGE_HIDDEN ? " hidden" : "");
	}
	ck_assert_str_eq(b.ptr, expected);
	ck_assert_ptr_null(change_at(diff, pageowner_diff_count(diff)));
	buffer_free(&b);
}

START_TEST(test_a_diff_tells_what_it_was_made_of)
{
	const struct pageowner_snapshot *s;
	struct pageowner_diff *diff;

	ck_assert_int_eq(pageowner_diff_new(PAGEOWNER_DIFF_STACK, &diff), 0);
	ck_assert_int_eq(pageowner_diff_snapshot(diff, 0, &s), 0);
	add(diff, "a 5 b 7", 1.5, 0);
	add(diff, "a 5", NAN, 3);
	ck_assert_int_eq(pageowner_diff_snapshot(diff, 0, &s), 1);
	ck_assert_uint_eq(s->has, PAGEOWNER_SNAPSHOT_HAS_TIME);
	ck_assert_uint_eq(s->time_ns, 1500000000);
	ck_assert_uint_eq(s->pages, 12);
	ck_assert_int_eq(pageowner_diff_snapshot(diff, 1, &s), 1);
	ck_assert_uint_eq(s->has, PAGEOWNER_SNAPSHOT_HAS_THRESHOLD);
	ck_assert_uint_eq(s->threshold, 3);
	ck_assert_int_eq(pageowner_diff_snapshot(diff, 2, &s), 0);
	pageowner_diff_free(diff);
}
END_TEST

static struct pageowner_diff *new_diff(enum pageowner_diff_by by)
{
	struct pageowner_diff *diff;

	ck_assert_int_eq(pageowner_diff_new(by, &diff), 0);
	return diff;
}

START_TEST(test_growth_new_and_vanished)
{
	struct pageowner_diff *diff = new_diff(PAGEOWNER_DIFF_PORTABLE);

	ck_assert_uint_eq(pageowner_diff_count(diff), 0);
	ck_assert_uint_eq(pageowner_diff_snapshot_count(diff), 0);
	ck_assert_int_eq(pageowner_diff_by(diff), PAGEOWNER_BY_PORTABLE);
	add(diff, "a 5 b 7 c 1", NAN, 0);
	add(diff, "b 9 d 3 a 1", NAN, 0);
	ck_assert_uint_eq(pageowner_diff_snapshot_count(diff), 2);
	check(diff, PAGEOWNER_DIFF_BY_GROWTH,
	      "d +3 new steady\nb +2 steady\nc -1 gone\na -4\n");
	pageowner_diff_free(diff);
	ck_assert_int_eq(pageowner_diff_new(99, &diff), -EINVAL);
	pageowner_diff_free(NULL);
}
END_TEST

START_TEST(test_offsets_matter_only_to_exact_rows)
{
	struct pageowner_diff *diff = new_diff(PAGEOWNER_DIFF_STACK);

	add(diff, "a 5", NAN, 0);
	add(diff, "a 6", NAN, 0);
	check(diff, PAGEOWNER_DIFF_BY_GROWTH, "a +6 new steady\na -5 gone\n");
	pageowner_diff_free(diff);
	diff = new_diff(PAGEOWNER_DIFF_MODULE);
	add(diff, "a 5 m 2 mm 3", NAN, 0);
	add(diff, "a 6 mm 9", NAN, 0);
	check(diff, PAGEOWNER_DIFF_BY_GROWTH, "mod +4 steady\n +1 steady\n");
	pageowner_diff_free(diff);
}
END_TEST

START_TEST(test_a_line_is_fitted)
{
	struct pageowner_diff *diff = new_diff(PAGEOWNER_DIFF_OWNER);
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
	add(diff, "a 50 b 120 c 7", 1700000030, 0);
	ck_assert_int_eq(pageowner_diff_has_times(diff), 0);
	pageowner_diff_free(diff);
}
END_TEST

START_TEST(test_a_threshold_hides)
{
	struct pageowner_diff *diff = new_diff(PAGEOWNER_DIFF_OWNER);

	add(diff, "a 50 b 5 c 40", NAN, 1);
	add(diff, "a 60 d 30", NAN, 20);
	check(diff, PAGEOWNER_DIFF_BY_GROWTH,
	      "d +30 new steady\na +10 steady\nb -5 gone hidden\n"
	      "c -40 gone hidden\n");
	pageowner_diff_free(diff);
	/* The same in both: then it says nothing about a change. */
	diff = new_diff(PAGEOWNER_DIFF_OWNER);
	add(diff, "a 50", NAN, 20);
	add(diff, "b 30", NAN, 20);
	check(diff, PAGEOWNER_DIFF_BY_GROWTH, "b +30 new steady\na -50 gone\n");
	pageowner_diff_free(diff);
}
END_TEST

START_TEST(test_a_baseline_is_subtracted)
{
	struct pageowner_diff *diff = new_diff(PAGEOWNER_DIFF_OWNER);
	struct pageowner_profile *known = profile_of("a 10 b 100");
	uint64_t pages;

	ck_assert_int_eq(pageowner_diff_set_baseline(diff, known), 0);
	pageowner_profile_free(known);
	add(diff, "a 15 b 50 c 1", NAN, 0);
	add(diff, "a 18 b 101 c 1", NAN, 0);
	check(diff, PAGEOWNER_DIFF_BY_GROWTH,
	      "a +3 steady\nb +1 new steady\nc +0\n");
	ck_assert_int_eq(pageowner_diff_total(diff, 1, &pages, NULL), 0);
	ck_assert_uint_eq(pages, 10);
	ck_assert_int_eq(pageowner_diff_total(diff, 2, &pages, NULL), -EINVAL);
	pageowner_diff_free(diff);
}
END_TEST

START_TEST(test_patterns_leave_out)
{
	struct pageowner_diff *diff = new_diff(PAGEOWNER_DIFF_OWNER);
	struct pageowner_suppress *known;
	uint64_t pages, left_out;

	ck_assert_int_eq(pageowner_suppress_new(&known), 0);
	ck_assert_int_eq(pageowner_suppress_add(known, "# nothing\n"), 0);
	ck_assert_int_eq(pageowner_suppress_add(known, "\r\n"), 0);
	ck_assert_uint_eq(pageowner_suppress_count(known), 0);
	ck_assert_int_eq(pageowner_suppress_add(known, "frame:"), -EINVAL);
	ck_assert_int_eq(pageowner_suppress_add(known, "frame:a x"), -EINVAL);
	ck_assert_str_eq(pageowner_suppress_error(known),
			 "expected frame:GLOB, owner:GLOB or module:GLOB: \"x\" at column 9");
	ck_assert_int_eq(pageowner_suppress_add(known, "module:  frame:a\n"), 0);
	ck_assert_int_eq(pageowner_suppress_add(known, "owner:m[a-z] # why"), 0);
	ck_assert_str_eq(pageowner_suppress_error(known), "");
	ck_assert_uint_eq(pageowner_suppress_count(known), 2);
	ck_assert_int_eq(pageowner_suppress_match(known,
		TEXT(" alloc_pages+0x1/0x2\n mm+0x1/0x2 [mod]\n")), 1);
	ck_assert_int_eq(pageowner_suppress_match(known,
		TEXT(" x+0x1/0x2\n a+0x1/0x2\n")), 0);
	ck_assert_int_eq(pageowner_suppress_match(known,
		TEXT(" x+0x1/0x2\n a+0x1/0x2 [mod]\n")), -1);
	ck_assert_int_eq(pageowner_suppress_match(known, TEXT("")), -1);
	pageowner_diff_set_suppress(diff, known);
	add(diff, "a 1 b 2 mm 3", NAN, 0);
	add(diff, "a 9 b 9 mm 9", NAN, 0);
	check(diff, PAGEOWNER_DIFF_BY_GROWTH, "b +7 steady\n");
	ck_assert_int_eq(pageowner_diff_total(diff, 1, &pages, &left_out), 0);
	ck_assert_uint_eq(pages, 9);
	ck_assert_uint_eq(left_out, 18);
	pageowner_diff_free(diff);
	pageowner_suppress_free(known);
	pageowner_suppress_free(NULL);
}
END_TEST

START_TEST(test_only_some_stacks)
{
	struct pageowner_diff *diff = new_diff(PAGEOWNER_DIFF_OWNER);
	struct pageowner_filter *filter;

	ck_assert_int_eq(pageowner_filter_new(&filter), 0);
	ck_assert_int_eq(pageowner_filter_add(filter, "module", "mod", NULL), 0);
	pageowner_diff_set_filter(diff, filter);
	add(diff, "a 1 m 2", NAN, 0);
	add(diff, "a 9 m 9", NAN, 0);
	check(diff, PAGEOWNER_DIFF_BY_GROWTH, "m +7 steady\n");
	pageowner_diff_free(diff);
	pageowner_filter_free(filter);
}
END_TEST

/* More rows than fit at first, numbers up to the largest */
START_TEST(test_many_rows_and_large_numbers)
{
	static const char huge[] =
		" f+0x1/0x2\nnr_base_pages: 18446744073709551615\n\n";
	struct pageowner_diff *diff = new_diff(PAGEOWNER_DIFF_OWNER);
	struct pageowner_profile *profile;
	struct buffer b = { 0 };

	buffer_printf(&b, "%s", "");
	for (int i = 0; i < 3000; i++)
		buffer_printf(&b, "r%d %d ", i, i + 1);
	add(diff, "", 0, 0);
	add(diff, b.ptr, 1, 0);
	ck_assert_uint_eq(pageowner_diff_count(diff), 3000);
	ck_assert_int_eq(pageowner_diff_sort(diff, PAGEOWNER_DIFF_BY_GROWTH), 0);
	ck_assert_int_eq(change_at(diff, 0)->change, 3000);
	ck_assert_int_eq(change_at(diff, 2999)->change, 1);
	ck_assert_int_eq(pageowner_profile_new("callstack", &profile), 0);
	ck_assert_int_eq(pageowner_profile_load(profile,
				temp_file(huge, sizeof(huge) - 1)), 0);
	ck_assert_int_eq(pageowner_diff_add(diff, profile, 2, 0), 0);
	ck_assert_int_eq(pageowner_diff_sort(diff, PAGEOWNER_DIFF_BY_GROWTH), 0);
	ck_assert_int_eq(change_at(diff, 0)->change, INT64_MAX);
	pageowner_profile_free(profile);
	pageowner_diff_free(diff);
	buffer_free(&b);
}
END_TEST

int main(void)
{
	TCase *tc = new_case("diff");

	tcase_add_test(tc, test_a_diff_tells_what_it_was_made_of);
	tcase_add_test(tc, test_growth_new_and_vanished);
	tcase_add_test(tc, test_offsets_matter_only_to_exact_rows);
	tcase_add_test(tc, test_a_line_is_fitted);
	tcase_add_test(tc, test_a_threshold_hides);
	tcase_add_test(tc, test_a_baseline_is_subtracted);
	tcase_add_test(tc, test_patterns_leave_out);
	tcase_add_test(tc, test_only_some_stacks);
	tcase_add_test(tc, test_many_rows_and_large_numbers);
	return run_cases("diff");
}
