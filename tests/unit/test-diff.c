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

	if (isfinite(time))
		pageowner_diff_set_time(diff, (uint64_t)time * 1000000000);
	pageowner_diff_set_threshold(diff, threshold);
	ck_assert_int_eq(pageowner_diff_add(diff, finished(profile)), 0);
	pageowner_profile_free(profile);
}

static const struct pageowner_snapshot *snapshot_at(struct pageowner_diff *diff,
						    size_t index)
{
	const struct pageowner_snapshot *snapshot;

	ck_assert_int_eq(pageowner_diff_snapshot(diff, index, &snapshot), 1);
	return snapshot;
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
			      c->flags & PAGEOWNER_CHANGE_UNKNOWN ? " unknown" : "");
	}
	ck_assert_str_eq(b.ptr, expected);
	ck_assert_ptr_null(change_at(diff, pageowner_diff_count(diff)));
	buffer_free(&b);
}

static struct pageowner_diff *new_diff(enum pageowner_by by)
{
	struct pageowner_diff *diff;

	ck_assert_int_eq(pageowner_diff_new(by, &diff), 0);
	return diff;
}

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

	add(diff, "a 1 b 1 c 1", NAN, 0);
	add(diff, "a 2 b 5 c 4", NAN, 0);
	add(diff, "a 3 b 5 c 3", NAN, 0);
	check(diff, PAGEOWNER_DIFF_BY_CHANGE, "b +4\na +2 steady\nc +2\n");
	add(diff, "a 3 b 6 c 9", NAN, 0);
	check(diff, PAGEOWNER_DIFF_BY_CHANGE, "c +8\nb +5\na +2\n");
	add(diff, "a 4 b 7 c 10", NAN, 0);
	check(diff, PAGEOWNER_DIFF_BY_CHANGE, "c +9\nb +6 steady\na +3 steady\n");
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

/* --- wrong use */

static struct pageowner_profile *loaded(const char *keys, const char *text)
{
	struct pageowner_profile *profile;

	ck_assert_int_eq(pageowner_profile_new(keys, &profile), 0);
	ck_assert_int_eq(pageowner_profile_load(profile,
				temp_file(text, strlen(text))), 0);
	return profile;
}

static const char one_stack[] = " f+0x1/0x2\nnr_base_pages: 7\n\n";

static const struct {
	const char *keys;
	bool is_comparable;
} groupings[] = {
	{ "callstack", true }, { "stacktrace", true }, { "txt", true },
	{ "pid,callstack", true }, { "owner", false }, { "module,owner", false },
	{ "pid", false }, { "memcg", false },
};

START_TEST(test_a_profile_that_is_not_finished_is_refused)
{
	struct pageowner_profile *profile = loaded("callstack", one_stack);
	struct pageowner_diff *diff = new_diff(PAGEOWNER_BY_STACK);

	ck_assert_int_eq(pageowner_diff_add(diff, profile), -EINVAL);
	ck_assert_str_eq(pageowner_diff_error(diff),
			 "a profile to compare has to be finished");
	ck_assert_int_eq(pageowner_diff_set_baseline(diff, profile), -EINVAL);
	ck_assert_int_eq(pageowner_profile_finish(profile), 0);
	ck_assert_int_eq(pageowner_diff_add(diff, profile), 0);
	pageowner_diff_free(diff);
	pageowner_profile_free(profile);
}
END_TEST

START_TEST(test_groups_that_are_no_stacks_are_refused)
{
	struct pageowner_profile *profile = loaded(groupings[_i].keys, one_stack);
	struct pageowner_diff *diff = new_diff(PAGEOWNER_BY_OWNER);
	const int expected = groupings[_i].is_comparable ? 0 : -EINVAL;

	ck_assert_int_eq(pageowner_diff_set_baseline(diff, finished(profile)), expected);
	ck_assert_int_eq(!*pageowner_diff_error(diff), !expected);
	ck_assert_int_eq(pageowner_diff_add(diff, finished(profile)), expected);
	ck_assert_int_eq(!*pageowner_diff_error(diff), !expected);
	ck_assert_uint_eq(pageowner_diff_snapshot_count(diff), expected ? 0 : 1);
	if (expected)
		ck_assert_str_eq(pageowner_diff_error(diff),
			"a profile to compare has to be grouped by callstack");
	pageowner_diff_free(diff);
	pageowner_profile_free(profile);
}
END_TEST

static const struct {
	const char *selector, *list, *keys;
	bool can_answer;
} answers[] = {
	{ "frame", "f", "callstack", true }, { "owner", "f", "callstack", true },
	{ "module-any", "m", "callstack", true }, { "memcg", "m", "callstack", false },
	{ "memcg", "m", "stacktrace", true }, { "memcg", "m", "callstack,memcg", true },
	{ "pid", "1", "callstack", false }, { "!pid", "1", "callstack", false },
	{ "pid", "1", "callstack,pid", true }, { "pid", "1", "txt", true },
	{ "order", "1-", "stacktrace", false }, { "zone", "1", "txt", false },
	{ "ts", "1s-", "txt", false },
};

START_TEST(test_what_groups_cannot_answer_is_not_filtered_by)
{
	struct pageowner_profile *profile = loaded(answers[_i].keys, one_stack);
	struct pageowner_diff *diff = new_diff(PAGEOWNER_BY_STACK);
	const int expected = answers[_i].can_answer ? 0 : -EINVAL;
	struct pageowner_filter *filter;

	ck_assert_int_eq(pageowner_filter_new(&filter), 0);
	ck_assert_int_eq(pageowner_filter_add(filter, answers[_i].selector,
					      answers[_i].list, NULL), 0);
	ck_assert_int_eq(pageowner_diff_set_filter(diff, filter), 0);
	ck_assert_int_eq(pageowner_diff_add(diff, finished(profile)), expected);
	if (expected)
		ck_assert(strstr(pageowner_diff_error(diff), "filter when it is loaded"));
	pageowner_diff_free(diff);
	pageowner_filter_free(filter);
	pageowner_profile_free(profile);
}
END_TEST

START_TEST(test_rows_are_there_only_after_sorting)
{
	struct pageowner_diff *diff = new_diff(PAGEOWNER_BY_STACK);
	const struct pageowner_change *c = NULL;

	ck_assert_int_eq(pageowner_diff_change(diff, 0, &c), -EINVAL);
	ck_assert_int_eq(pageowner_diff_sort(diff, 9), -EINVAL);
	ck_assert_int_eq(pageowner_diff_sort(diff, PAGEOWNER_DIFF_BY_CHANGE), 0);
	ck_assert_int_eq(pageowner_diff_change(diff, 0, &c), 0);
	add(diff, "a 1", NAN, 0);
	ck_assert_uint_eq(pageowner_diff_count(diff), 0);
	ck_assert_int_eq(pageowner_diff_change(diff, 0, &c), -EINVAL);
	ck_assert_ptr_null(c);
	check(diff, PAGEOWNER_DIFF_BY_CHANGE, "a +0\n");
	add(diff, "a 1", NAN, 0);
	ck_assert_uint_eq(pageowner_diff_count(diff), 0);
	check(diff, PAGEOWNER_DIFF_BY_CHANGE, "a +0\n");
	pageowner_diff_free(diff);
}
END_TEST

static int too_small_a_budget(struct pageowner_diff *diff)
{
	struct pageowner_budget *budget;
	int ret;

	ck_assert_int_eq(pageowner_budget_new(1, &budget), 0);
	ret = pageowner_diff_set_budget(diff, budget);
	pageowner_budget_free(budget);
	return ret;
}

static int call_refused(struct pageowner_diff *diff, int which,
			const struct pageowner_profile *profile)
{
	switch (which) {
	case 0: return pageowner_diff_set_filter(diff, NULL);
	case 1: return pageowner_diff_set_suppress(diff, NULL);
	case 2: return pageowner_diff_set_plumbing(diff, NULL);
	case 3: return pageowner_diff_set_baseline(diff, profile);
	case 4: return too_small_a_budget(diff);
	default: return pageowner_diff_sort(diff, 9);
	}
}

static const struct {
	int result;
	const char *sentence;	/* a part of it */
} refusals[] = {
	{ -EBUSY, "baseline already" }, { -EBUSY, "baseline already" },
	{ -EBUSY, "baseline already" }, { -EBUSY, "baseline already" },
	{ -ENOBUFS, "budget" }, { -EINVAL, "order" },
};

START_TEST(test_each_refusal_has_a_sentence)
{
	struct pageowner_diff *diff = new_diff(PAGEOWNER_BY_STACK);
	struct pageowner_profile *profile = profile_of("a 5");

	ck_assert_int_eq(pageowner_diff_set_baseline(diff, finished(profile)), 0);
	ck_assert_str_eq(pageowner_diff_error(diff), "");
	ck_assert_int_eq(call_refused(diff, _i, profile), refusals[_i].result);
	ck_assert(strstr(pageowner_diff_error(diff), refusals[_i].sentence));
	ck_assert_int_eq(pageowner_diff_sort(diff, PAGEOWNER_DIFF_BY_CHANGE), 0);
	ck_assert_str_eq(pageowner_diff_error(diff), "");
	pageowner_diff_free(diff);
	pageowner_profile_free(profile);
}
END_TEST

START_TEST(test_setters_are_for_an_empty_diff)
{
	struct pageowner_diff *diff = new_diff(PAGEOWNER_BY_STACK);
	struct pageowner_profile *profile = profile_of("a 5");

	ck_assert_int_eq(pageowner_diff_set_baseline(diff, finished(profile)), 0);
	ck_assert_int_eq(pageowner_diff_set_baseline(diff, finished(profile)), -EBUSY);
	ck_assert_int_eq(pageowner_diff_set_filter(diff, NULL), -EBUSY);
	ck_assert_int_eq(pageowner_diff_set_suppress(diff, NULL), -EBUSY);
	ck_assert_int_eq(pageowner_diff_set_plumbing(diff, NULL), -EBUSY);
	pageowner_diff_free(diff);
	pageowner_profile_free(profile);
}
END_TEST

/* --- what a snapshot says of itself */

#define HEAD	"PFN# pageowner-capture: 1\nPFN# hostname: h\n" \
	"PFN# start-time: 1970-01-01T00:00:10.5Z\n"

START_TEST(test_time_and_threshold_come_from_the_capture)
{
	static const char *const texts[] = {
		HEAD "PFN# count-threshold: 30\n f+0x1/0x2\nnr_base_pages: 70\n\n",
		HEAD " f+0x1/0x2\nnr_base_pages: 70\n\n",
		("Page allocated via order 0, mask 0x0(), pid 1, tgid 1 (a), ts 1 ns\n"
		 "PFN 0x1 type Movable Block 0 type Movable Flags 0x0()\n f+0x1/0x2\n\n"),
	};
	static const uint64_t thresholds[] = { 30, 70, 0 };
	struct pageowner_diff *diff = new_diff(PAGEOWNER_BY_STACK);

	pageowner_diff_set_any_times(diff, 1);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct pageowner_profile *profile = loaded("callstack", texts[i]);
		const struct pageowner_snapshot *s;

		ck_assert_int_eq(pageowner_diff_add(diff, finished(profile)), 0);
		pageowner_profile_free(profile);
		s = snapshot_at(diff, i);
		ck_assert_uint_eq(s->threshold, thresholds[i]);
		ck_assert_uint_eq(s->has, (i < 2 ? PAGEOWNER_SNAPSHOT_HAS_TIME |
			PAGEOWNER_SNAPSHOT_HAS_THRESHOLD : 0));
		ck_assert_uint_eq(s->time_ns, i < 2 ? UINT64_C(10500000000) : 0);
		ck_assert_int_eq(!s->conditions, i == 2);
		if (s->conditions)
			ck_assert(text_is(s->conditions->hostname, "h"));
	}
	pageowner_diff_free(diff);
}
END_TEST

START_TEST(test_what_the_user_says_counts_more_once)
{
	struct pageowner_diff *diff = new_diff(PAGEOWNER_BY_STACK);
	struct pageowner_profile *profile = loaded("callstack", HEAD
		"PFN# count-threshold: 30\n f+0x1/0x2\nnr_base_pages: 70\n\n");

	pageowner_diff_set_time(diff, 5);
	pageowner_diff_set_threshold(diff, 1);
	ck_assert_int_eq(pageowner_diff_add(diff, finished(profile)), 0);
	ck_assert_int_eq(pageowner_diff_add(diff, finished(profile)), 0);
	/* The third time that its conditions say */
	ck_assert_int_eq(pageowner_diff_add(diff, profile), -EINVAL);
	ck_assert_str_eq(pageowner_diff_error(diff),
			 "the snapshot was taken at the same time as a previous one");
	pageowner_diff_set_time(diff, 7);
	ck_assert_int_eq(pageowner_diff_add(diff, profile), -EINVAL);
	ck_assert_str_eq(pageowner_diff_error(diff),
			 "the snapshot was taken before the previous one");
	ck_assert_uint_eq(pageowner_diff_snapshot_count(diff), 2);
	ck_assert_uint_eq(snapshot_at(diff, 0)->time_ns, 5);
	ck_assert_uint_eq(snapshot_at(diff, 0)->threshold, 1);
	ck_assert_uint_eq(snapshot_at(diff, 1)->time_ns, UINT64_C(10500000000));
	ck_assert_uint_eq(snapshot_at(diff, 1)->threshold, 30);
	ck_assert_int_eq(pageowner_diff_has_times(diff), 1);
	pageowner_diff_set_any_times(diff, 1);
	ck_assert_int_eq(pageowner_diff_add(diff, profile), 0);
	ck_assert_int_eq(pageowner_diff_has_times(diff), 0);
	pageowner_profile_free(profile);
	pageowner_diff_free(diff);
}
END_TEST

START_TEST(test_owners_are_those_of_the_users_plumbing)
{
	struct pageowner_profile *profile = profile_of("a 5");
	struct pageowner_diff *diff = new_diff(PAGEOWNER_BY_OWNER);
	struct pageowner_plumbing *plumbing;

	ck_assert_int_eq(pageowner_plumbing_new(&plumbing), 0);
	ck_assert_int_eq(pageowner_plumbing_add(plumbing, "a,alloc_*", NULL), 0);
	ck_assert_int_eq(pageowner_diff_set_plumbing(diff, plumbing), 0);
	ck_assert_int_eq(pageowner_diff_add(diff, finished(profile)), 0);
	ck_assert_int_eq(pageowner_diff_sort(diff, PAGEOWNER_DIFF_BY_CHANGE), 0);
	/* All are plumbing: the outermost. */
	ck_assert(text_is(change_at(diff, 0)->name, "a"));
	pageowner_profile_free(profile);
	pageowner_diff_free(diff);
	pageowner_plumbing_free(plumbing);
}
END_TEST

int main(void)
{
	TCase *cases[] = { new_case("rows"), new_case("trend"), new_case("leave-out"),
		new_case("wrong-use"), new_case("snapshots") };

	tcase_add_test(cases[0], test_growth_new_and_vanished);
	tcase_add_test(cases[0], test_offsets_matter_only_to_exact_rows);
	tcase_add_test(cases[0], test_rows_have_the_order_asked_for);
	tcase_add_test(cases[0], test_a_threshold_hides);
	tcase_add_test(cases[0], test_many_rows_and_large_numbers);
	tcase_add_test(cases[0], test_rows_are_there_only_after_sorting);
	tcase_add_test(cases[0], test_owners_are_those_of_the_users_plumbing);
	tcase_add_test(cases[1], test_growth_is_steady_if_it_comes_again);
	tcase_add_loop_test(cases[1], test_noise_is_not_steady, 3, 8);
	tcase_add_test(cases[1], test_a_line_is_fitted);
	tcase_add_test(cases[2], test_a_baseline_is_subtracted);
	tcase_add_test(cases[2], test_patterns_leave_out);
	tcase_add_loop_test(cases[2], test_a_pattern_fits_if_all_its_words_do,
			    0, ARRAY_SIZE(patterns));
	tcase_add_loop_test(cases[2], test_what_a_stack_does_not_determine_is_no_pattern,
			    0, ARRAY_SIZE(no_patterns));
	tcase_add_test(cases[2], test_only_some_stacks);
	tcase_add_test(cases[3], test_a_profile_that_is_not_finished_is_refused);
	tcase_add_loop_test(cases[3], test_groups_that_are_no_stacks_are_refused,
			    0, ARRAY_SIZE(groupings));
	tcase_add_loop_test(cases[3], test_what_groups_cannot_answer_is_not_filtered_by,
			    0, ARRAY_SIZE(answers));
	tcase_add_test(cases[3], test_setters_are_for_an_empty_diff);
	tcase_add_loop_test(cases[3], test_each_refusal_has_a_sentence,
			    0, ARRAY_SIZE(refusals));
	tcase_add_test(cases[4], test_time_and_threshold_come_from_the_capture);
	tcase_add_test(cases[4], test_what_the_user_says_counts_more_once);
	return run_cases("diff");
}
