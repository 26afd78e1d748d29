// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-diff-use.c - wrong use of a diff, and what its snapshots say of themselves.
 */
#include "diff.h"

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

START_TEST(test_pages_of_another_size_are_refused)
{
	struct pageowner_profile *profiles[] = {
		loaded("callstack", "PFN# page-size: 4096\n f+0x1/0x2\nnr_base_pages: 70\n\n"),
		loaded("callstack", " f+0x1/0x2\nnr_base_pages: 70\n\n"),
		loaded("callstack", "PFN# page-size: 65536\n f+0x1/0x2\nnr_base_pages: 70\n\n"),
	};
	struct pageowner_diff *diff = new_diff(PAGEOWNER_BY_STACK);

	ck_assert_int_eq(pageowner_diff_set_baseline(diff, finished(profiles[0])), 0);
	ck_assert_int_eq(pageowner_diff_add(diff, finished(profiles[1])), 0);
	ck_assert_int_eq(pageowner_diff_add(diff, finished(profiles[2])), -EINVAL);
	ck_assert_str_eq(pageowner_diff_error(diff),
			 "the snapshot has pages of 65536 bytes, one before of 4096");
	ck_assert_uint_eq(pageowner_diff_snapshot_count(diff), 1);
	pageowner_diff_set_any_page_size(diff, 1);
	ck_assert_int_eq(pageowner_diff_add(diff, profiles[2]), 0);
	for (size_t i = 0; i < ARRAY_SIZE(profiles); i++)
		pageowner_profile_free(profiles[i]);
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
	TCase *cases[] = { new_case("rows"), new_case("wrong-use"), new_case("snapshots") };

	tcase_add_test(cases[0], test_rows_are_there_only_after_sorting);
	tcase_add_test(cases[0], test_owners_are_those_of_the_users_plumbing);
	tcase_add_test(cases[1], test_a_profile_that_is_not_finished_is_refused);
	tcase_add_loop_test(cases[1], test_groups_that_are_no_stacks_are_refused,
			    0, ARRAY_SIZE(groupings));
	tcase_add_loop_test(cases[1], test_what_groups_cannot_answer_is_not_filtered_by,
			    0, ARRAY_SIZE(answers));
	tcase_add_test(cases[1], test_setters_are_for_an_empty_diff);
	tcase_add_loop_test(cases[1], test_each_refusal_has_a_sentence,
			    0, ARRAY_SIZE(refusals));
	tcase_add_test(cases[2], test_time_and_threshold_come_from_the_capture);
	tcase_add_test(cases[2], test_what_the_user_says_counts_more_once);
	tcase_add_test(cases[2], test_pages_of_another_size_are_refused);
	return run_cases("diff-use");
}
