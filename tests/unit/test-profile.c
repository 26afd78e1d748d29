// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-profile.c - groups, sums, order, merging: on records made by hand, with
 * results worked out by hand.
 */
#include "profile.h"

/* Each group as "first record's time:times/pages", e.g. "500:3/3 100:1/4" */
static void describe(struct buffer *b, struct pageowner_profile *p)
{
	for (size_t i = 0; i < pageowner_profile_count(finished(p)); i++) {
		const struct pageowner_group *g = group_at(p, i);

		ck_assert_ptr_nonnull(g);
		ck_assert(g->record->has & PAGEOWNER_HAS_TS);
		buffer_printf(b, "%s%" PRIu64 ":%" PRIu64 "/%" PRIu64, i ? " " : "",
			      g->record->ts_ns, g->times, g->pages);
	}
	buffer_add(b, "", 0);
	ck_assert_ptr_null(group_at(p, pageowner_profile_count(finished(p))));
}

/* Times of the records: 500 100 501 50 7 100(the sixth) 3 1000;
 * pages: 1 4 1 2 1 8 1 4. */
static const struct {
	const char *keys, *order, *groups;
} cases[] = {
	/* records 0 and 2 differ only in times and on the PFN line */
	{ NULL, NULL, "500:2/2 100:1/4 50:1/2 7:1/1 100:1/8 3:1/1 1000:1/4" },
	{ "txt", NULL, "500:2/2 100:1/4 50:1/2 7:1/1 100:1/8 3:1/1 1000:1/4" },
	{ "stacktrace", NULL, "500:2/2 100:1/4 50:1/2 7:1/1 100:1/8 3:1/1 1000:1/4" },
	{ "callstack", NULL, "500:4/7 50:1/2 100:1/8 3:1/1 1000:1/4" },
	{ "pid", NULL, "500:3/3 100:3/16 50:1/2 3:1/1" },
	{ "tgid", NULL, "500:6/12 50:1/2 100:1/8" },
	{ "name", NULL, "500:3/3 100:3/16 50:1/2 3:1/1" },
	{ "pid,tgid", NULL, "500:3/3 100:2/8 50:1/2 100:1/8 3:1/1" },
	{ "tgid,pid,pid", NULL, "500:3/3 100:2/8 50:1/2 100:1/8 3:1/1" },
	{ "order", NULL, "500:4/4 100:2/8 50:1/2 100:1/8" },
	{ "gfp", NULL, "500:7/21 7:1/1" },
	{ "module", NULL, "500:4/7 50:3/7 100:1/8" },
	{ "owner", NULL, "500:4/7 50:1/2 100:1/8 3:1/1 1000:1/4" },
	{ "memcg", NULL, "500:2/2 100:1/4 50:5/16" },
	{ "migratetype", NULL, "500:7/21 501:1/1" },
	{ "blocktype", NULL, "500:7/21 7:1/1" },
	{ "node", NULL, "500:7/20 50:1/2" },
	{ "zone", NULL, "500:7/20 50:1/2" },
	{ "free", NULL, "500:7/18 100:1/4" },
	/* others, cma (record 4), slab, vmalloc */
	{ "allocator", NULL, "500:5/9 7:1/1 100:1/8 1000:1/4" },
	{ "alloc_ts", NULL, "500:1/1 100:2/12 501:1/1 50:1/2 7:1/1 3:1/1 1000:1/4" },
	/* order: first the keys asked for, then the keys grouped by, smallest
	 * first whatever the direction asked for */
	{ "pid", "pid", "50:1/2 100:3/16 500:3/3 3:1/1" },
	{ "pid", "-pid", "3:1/1 500:3/3 100:3/16 50:1/2" },
	{ "pid", "times", "50:1/2 3:1/1 100:3/16 500:3/3" },
	{ "pid", "-times", "100:3/16 500:3/3 50:1/2 3:1/1" },
	{ "pid", "-times,-pid", "500:3/3 100:3/16 3:1/1 50:1/2" },
	{ "pid", "pages", "3:1/1 50:1/2 500:3/3 100:3/16" },
	{ "pid", "-pages", "100:3/16 500:3/3 50:1/2 3:1/1" },
	{ "pid", "alloc_ts", "3:1/1 50:1/2 100:3/16 500:3/3" },
	{ "pid", "-alloc_ts", "500:3/3 100:3/16 50:1/2 3:1/1" },
	{ "pid", "name", "50:1/2 100:3/16 3:1/1 500:3/3" },
	{ "pid", "-name", "500:3/3 3:1/1 100:3/16 50:1/2" },
	{ "pid", "tgid", "100:3/16 500:3/3 3:1/1 50:1/2" },
	{ "pid", "tgid,times", "3:1/1 100:3/16 500:3/3 50:1/2" },
	{ "name", "name", "50:1/2 100:3/16 3:1/1 500:3/3" },
	{ "order", "-order", "100:1/8 100:2/8 50:1/2 500:4/4" },
	{ "owner", "owner", "3:1/1 500:4/7 50:1/2 100:1/8 1000:1/4" },
	{ "module", "-module", "100:1/8 500:4/7 50:3/7" },
	{ "memcg", "memcg", "50:5/16 100:1/4 500:2/2" },
	{ "callstack", "callstack", "3:1/1 1000:1/4 100:1/8 50:1/2 500:4/7" },
	/* who has no such time comes last, as page_owner_sort has it */
	{ "alloc_ts", "free_ts", "100:2/12 3:1/1 7:1/1 50:1/2 500:1/1 501:1/1 1000:1/4" },
	{ "allocator", "allocator", "7:1/1 100:1/8 1000:1/4 500:5/9" },
	{ "pid", "pid,times", "50:1/2 100:3/16 500:3/3 3:1/1" },
};

static void assert_described(struct pageowner_profile *p, int i, const char *how)
{
	struct buffer got = { 0 };
	uint64_t times, pages;

	if (cases[i].order)
		ck_assert_int_eq(pageowner_profile_sort(p, cases[i].order), 0);
	describe(&got, p);
	ck_assert_msg(!strcmp(got.ptr, cases[i].groups),
		      "%s, by %s, sorted by %s:\n     got %s\nexpected %s", how,
		      cases[i].keys, cases[i].order, got.ptr, cases[i].groups);
	pageowner_profile_total(finished(p), &times, &pages);
	ck_assert_uint_eq(times, 8);
	ck_assert_uint_eq(pages, 22);
	buffer_free(&got);
}

START_TEST(test_records_group_and_sort_by_every_key)
{
	struct pageowner_profile *p = new_profile(cases[_i].keys);

	add_all(p, &dump);
	assert_described(p, _i, "added");
	/* Any order before does not matter. */
	ck_assert_int_eq(pageowner_profile_sort(p, "-alloc_ts"), 0);
	ck_assert_int_eq(pageowner_profile_sort(p, NULL), 0);
	assert_described(p, _i, "sorted again");
	pageowner_profile_free(p);
}
END_TEST

START_TEST(test_loading_groups_as_adding_does)
{
	struct pageowner_profile *p = new_profile(cases[_i].keys);

	ck_assert_int_eq(pageowner_profile_load(p, temp_file(dump.ptr, dump.len)), 0);
	assert_described(p, _i, "loaded");
	pageowner_profile_free(p);
}
END_TEST

/* Cut into two at each record, filled apart, merged */
START_TEST(test_merging_equals_loading_both)
{
	for (size_t cut = 0; cut <= ARRAY_SIZE(records); cut++) {
		struct pageowner_profile *a = new_profile(cases[_i].keys);
		struct pageowner_profile *b = new_profile(cases[_i].keys);
		struct pageowner_profile *both = new_profile(cases[_i].keys);
		struct buffer first = { 0 }, second = { 0 }, got = { 0 }, want = { 0 };

		buffer_add(&first, "", 0);
		buffer_add(&second, "", 0);
		for (size_t i = 0; i < ARRAY_SIZE(records); i++)
			add_record(i < cut ? &first : &second, &records[i]);
		ck_assert_int_eq(pageowner_profile_load(a,
				temp_file(first.ptr, first.len)), 0);
		ck_assert_int_eq(pageowner_profile_load(both,
				temp_file(first.ptr, first.len)), 0);
		ck_assert_int_eq(pageowner_profile_load(b,
				temp_file(second.ptr, second.len)), 0);
		ck_assert_int_eq(pageowner_profile_load(both,
				temp_file(second.ptr, second.len)), 0);
		ck_assert_int_eq(pageowner_profile_merge(a, finished(b)), 0);
		print_groups(&got, a);
		print_stats(&got, pageowner_profile_stats(a), 0);
		print_groups(&want, both);
		print_stats(&want, pageowner_profile_stats(both), 0);
		assert_same_text("merged", &got, &want);
		assert_described(a, _i, "merged");
		pageowner_profile_free(a);
		pageowner_profile_free(b);
		pageowner_profile_free(both);
		buffer_free(&first);
		buffer_free(&second);
		buffer_free(&got);
		buffer_free(&want);
	}
}
END_TEST

START_TEST(test_only_profiles_of_the_same_keys_merge)
{
	struct pageowner_profile *a = new_profile("pid,name");
	struct pageowner_profile *b = new_profile("name,pid");
	struct pageowner_profile *c = new_profile("pid");

	ck_assert_int_eq(pageowner_profile_merge(a, finished(b)), 0);
	ck_assert_int_eq(pageowner_profile_merge(a, finished(c)), -EINVAL);
	ck_assert_int_eq(pageowner_profile_merge(a, finished(a)), -EINVAL);
	pageowner_profile_free(a);
	pageowner_profile_free(b);
	pageowner_profile_free(c);
	pageowner_profile_free(NULL);
}
END_TEST

static struct pageowner_plumbing *new_plumbing(const char *globs)
{
	struct pageowner_plumbing *plumbing;

	ck_assert_int_eq(pageowner_plumbing_new(&plumbing), 0);
	if (globs)
		ck_assert_int_eq(pageowner_plumbing_add(plumbing, globs, NULL), 0);
	return plumbing;
}

/* The patterns of both sides; "" stands for an object without patterns */
static const struct {
	const char *keys, *to, *from;
	int result;
} plumbings[] = {
	{ "owner", NULL, "x*", -EINVAL },
	{ "owner", "x*", NULL, -EINVAL },
	{ "owner", "x*", "x*,y", -EINVAL },
	{ "owner", "x*,y", "x*", -EINVAL },
	{ "owner,pid", "x*", "y", -EINVAL },
	{ "owner", "x*,y", "y,x*", 0 },
	{ "owner", "x*", "x*,x*", 0 },
	{ "owner", NULL, "", 0 },
	{ "owner", "", NULL, 0 },
	{ "pid", "x*", "y", 0 },
};

START_TEST(test_profiles_by_owner_merge_only_with_the_same_plumbing)
{
	const char *globs[] = { plumbings[_i].to, plumbings[_i].from };
	struct pageowner_plumbing *plumbing[2] = { NULL };
	struct pageowner_profile *p[2];

	for (int i = 0; i < 2; i++) {
		p[i] = new_profile(plumbings[_i].keys);
		if (globs[i])
			plumbing[i] = new_plumbing(*globs[i] ? globs[i] : NULL);
		ck_assert_int_eq(pageowner_profile_set_plumbing(p[i], plumbing[i]), 0);
	}
	add_all(p[1], &dump);
	ck_assert_int_eq(pageowner_profile_merge(p[0], finished(p[1])),
			 plumbings[_i].result);
	ck_assert_int_eq(!!strstr(pageowner_profile_error(p[0]), "plumbing"),
			 plumbings[_i].result < 0);
	ck_assert_int_eq(pageowner_profile_count(finished(p[0])) > 0,
			 plumbings[_i].result == 0);
	for (int i = 0; i < 2; i++) {
		pageowner_profile_free(p[i]);
		pageowner_plumbing_free(plumbing[i]);
	}
}
END_TEST

static int too_small_a_budget(struct pageowner_profile *p)
{
	struct pageowner_budget *budget;
	int ret;

	ck_assert_int_eq(pageowner_budget_new(1, &budget), 0);
	ret = pageowner_profile_set_budget(p, budget);
	pageowner_budget_free(budget);
	return ret;
}

static int a_record_in_pieces(struct pageowner_profile *p)
{
	const struct pageowner_record r = { .has = PAGEOWNER_HAS_COMM,
		.header = TEXT("header"), .comm = TEXT("comm") };

	return pageowner_profile_add(p, &r);
}

static int call_refused(struct pageowner_profile *p, int which)
{
	switch (which) {
	case 0: return pageowner_profile_set_filter(p, NULL);
	case 1: return pageowner_profile_set_plumbing(p, NULL);
	case 2: return pageowner_profile_set_flags(p, 0);
	case 3: return pageowner_profile_set_flags(p, 0x80);
	case 4: return pageowner_profile_keep(p, "node");
	case 5: return too_small_a_budget(p);
	case 6: return pageowner_profile_merge(p, p);
	case 7: return a_record_in_pieces(p);
	default: return pageowner_profile_sort(p, "pid,bogus");
	}
}

static const struct {
	int result;
	const char *sentence;	/* a part of it */
} refusals[] = {
	{ -EBUSY, "holds records" }, { -EBUSY, "holds records" },
	{ -EBUSY, "holds records" }, { -EINVAL, "0x80" }, { -EBUSY, "holds records" },
	{ -ENOBUFS, "budget" }, { -EINVAL, "itself" }, { -EINVAL, "header" },
	{ -EINVAL, "\"bogus\"" },
};

START_TEST(test_each_refusal_has_a_sentence)
{
	struct pageowner_profile *p = new_profile("pid");

	add_all(p, &dump);
	ck_assert_str_eq(pageowner_profile_error(p), "");
	ck_assert_int_eq(call_refused(p, _i), refusals[_i].result);
	ck_assert(strstr(pageowner_profile_error(p), refusals[_i].sentence));
	ck_assert_int_eq(pageowner_profile_finish(p), 0);
	ck_assert_str_eq(pageowner_profile_error(p), "");
	pageowner_profile_free(p);
}
END_TEST

START_TEST(test_wrong_key_lists_are_refused)
{
	struct pageowner_profile *p = NULL;

	ck_assert_int_eq(pageowner_profile_new("", &p), -EINVAL);
	ck_assert_int_eq(pageowner_profile_new("comm", &p), -EINVAL);
	ck_assert_int_eq(pageowner_profile_new("-pid", &p), -EINVAL);
	ck_assert_ptr_null(p);
	p = new_profile("pid");
	ck_assert_int_eq(pageowner_profile_sort(p, ""), -EINVAL);
	ck_assert_int_eq(pageowner_profile_sort(p, "pid,"), -EINVAL);
	ck_assert_int_eq(pageowner_profile_sort(p, "comm"), -EINVAL);
	ck_assert_uint_eq(pageowner_profile_count(finished(p)), 0);
	ck_assert_int_eq(pageowner_profile_sort(p, "-pages"), 0);
	ck_assert_ptr_null(group_at(p, 0));
	pageowner_profile_free(p);
}
END_TEST

START_TEST(test_the_users_plumbing_is_passed_over_like_the_librarys)
{
	struct pageowner_profile *p = new_profile("owner");
	struct pageowner_plumbing *plumbing;
	struct pageowner_value v;
	struct buffer b = { 0 };

	make_record(&b, .stack = " get_page_from_freelist+0x1/0x2\n my_alloc+0x1/0x2\n"
		    " my_pool_get+0x1/0x2\n user+0x1/0x2\n");
	ck_assert_int_eq(pageowner_plumbing_new(&plumbing), 0);
	ck_assert_int_eq(pageowner_plumbing_add(plumbing, "my_alloc,my_pool*", NULL), 0);
	ck_assert_int_eq(pageowner_profile_set_plumbing(p, plumbing), 0);
	add_all(p, &b);
	ck_assert_int_eq(pageowner_profile_set_plumbing(p, NULL), -EBUSY);
	ck_assert_int_eq(pageowner_profile_value(finished(p), 0, PAGEOWNER_FIELD_OWNER, &v), 1);
	ck_assert_uint_eq(v.text.len, 4);
	ck_assert(!memcmp(v.text.ptr, "user", 4));
	pageowner_profile_free(p);
	pageowner_plumbing_free(plumbing);
	buffer_free(&b);
}
END_TEST

int main(void)
{
	TCase *tc = new_case("grouping");

	for (size_t i = 0; i < ARRAY_SIZE(records); i++)
		add_record(&dump, &records[i]);
	tcase_add_loop_test(tc, test_records_group_and_sort_by_every_key,
			    0, ARRAY_SIZE(cases));
	tcase_add_loop_test(tc, test_loading_groups_as_adding_does,
			    0, ARRAY_SIZE(cases));
	tcase_add_test(tc, test_wrong_key_lists_are_refused);
	tcase_add_loop_test(tc, test_each_refusal_has_a_sentence,
			    0, ARRAY_SIZE(refusals));

	tc = new_case("merging");
	tcase_add_loop_test(tc, test_merging_equals_loading_both,
			    0, ARRAY_SIZE(cases));
	tcase_add_test(tc, test_only_profiles_of_the_same_keys_merge);
	tcase_add_loop_test(tc, test_profiles_by_owner_merge_only_with_the_same_plumbing,
			    0, ARRAY_SIZE(plumbings));
	tcase_add_test(tc, test_the_users_plumbing_is_passed_over_like_the_librarys);
	return run_cases("profile");
}
