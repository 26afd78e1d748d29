// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-limits.c - bounds on memory hold for profiles and diffs, say so, and leave what they
 * bound usable. Readers: test-limits-reader.c.
 */
#include "limits.h"

#include "profile_load.h"

/* Each of a stack and a process of its own */
static struct buffer many_groups(int count)
{
	struct buffer b = { 0 };
	char stack[64];

	for (int i = 0; i < count; i++) {
		snprintf(stack, sizeof(stack), " f%d+0x1/0x2\n g+0x1/0x2\n", i);
		make_record(&b, .pid = i + 1, .stack = stack);
	}
	return b;
}

static struct pageowner_profile *new_profile(const char *keys, uint64_t max)
{
	struct pageowner_profile *p = NULL;

	ck_assert_int_eq(pageowner_profile_new(keys, &p), 0);
	pageowner_budget_set_max(budget, max);
	ck_assert_int_eq(pageowner_profile_set_budget(p, budget), 0);
	return p;
}

START_TEST(test_a_bound_holds_and_tells_where_the_input_was)
{
	struct buffer b = many_groups(60000);
	const char *path = temp_file(b.ptr, b.len);
	static const unsigned int jobs[] = { 1, 2, 5 };

	for (size_t i = 0; i < ARRAY_SIZE(jobs); i++) {
		struct pageowner_profile *p = new_profile(NULL, 12 * MIB);

		pageowner_profile_set_jobs(p, jobs[i]);
		ck_assert_int_eq(pageowner_profile_load(p, path), -ENOBUFS);
		ck_assert_uint_le(pageowner_budget_used(budget), 12 * MIB);
		ck_assert_ptr_nonnull(strstr(pageowner_profile_error(p),
					     "limit of 12 MiB"));
		ck_assert_ptr_nonnull(strstr(pageowner_profile_error(p), ": byte "));
		/* A larger one, and what was counted can be looked at. */
		pageowner_budget_set_max(budget, 0);
		ck_assert_int_eq(pageowner_profile_sort(p, "-pages"), 0);
		ck_assert_uint_gt(pageowner_profile_count(p), 100);
		ck_assert_ptr_nonnull(group_at(p, 0));
		ck_assert_int_eq(pageowner_profile_load(p, path), 0);
		ck_assert_uint_eq(pageowner_profile_count(finished(p)), 60000);
		pageowner_profile_free(p);
	}
	buffer_free(&b);
}
END_TEST

START_TEST(test_under_a_bound_nothing_changes)
{
	struct buffer b = many_groups(20000), want = { 0 }, got = { 0 };
	const char *path = temp_file(b.ptr, b.len);
	struct pageowner_profile *p = new_profile(NULL, 0);

	ck_assert_int_eq(pageowner_profile_load(p, path), 0);
	print_groups(&want, p);
	/* What it took when it was done is enough, but for what sorting takes. */
	pageowner_profile_free(p);
	p = new_profile(NULL, 64 * MIB);
	pageowner_profile_set_jobs(p, 3);
	ck_assert_int_eq(pageowner_profile_load(p, path), 0);
	print_groups(&got, p);
	assert_same_text("with a bound", &got, &want);
	pageowner_profile_free(p);
	buffer_free(&b);
	buffer_free(&want);
	buffer_free(&got);
}
END_TEST

START_TEST(test_what_was_taken_is_given_back)
{
	struct buffer b = many_groups(30000);
	const char *path = temp_file(b.ptr, b.len);
	struct pageowner_profile *p = new_profile("pid,callstack", 0);
	const uint64_t empty = pageowner_budget_used(budget);
	uint64_t alone;

	ck_assert_int_eq(pageowner_profile_load(p, path), 0);
	alone = pageowner_budget_used(budget);
	ck_assert_uint_gt(alone, b.len / 4);
	ck_assert_int_eq(pageowner_profile_sort(p, "-pages,pid"), 0);
	/* The table of what groups are found by is gone by then. */
	ck_assert_uint_le(pageowner_budget_used(budget), alone + MIB);
	ck_assert_int_eq(po_intake_clear(&p->intake), 0);
	/* But for the texts that are put together */
	ck_assert_uint_le(pageowner_budget_used(budget), empty + 4096);
	pageowner_profile_set_jobs(p, 4);
	ck_assert_int_eq(pageowner_profile_load(p, path), 0);
	/* Of the other threads nothing is left; chunks are filled otherwise. */
	ck_assert_uint_le(pageowner_budget_used(budget), alone + 2 * MIB);
	ck_assert_uint_ge(pageowner_budget_used(budget) + 2 * MIB, alone);
	ck_assert_int_eq(po_intake_clear(&p->intake), 0);
	ck_assert_uint_le(pageowner_budget_used(budget), empty + 4096);
	pageowner_profile_free(p);
	buffer_free(&b);
}
END_TEST

START_TEST(test_sorting_and_showing_are_bounded)
{
	struct buffer b = many_groups(30000);
	struct pageowner_profile *p = new_profile(NULL, 0);
	const struct pageowner_group *g;

	ck_assert_int_eq(pageowner_profile_load(p, temp_file(b.ptr, b.len)), 0);
	pageowner_budget_set_max(budget, pageowner_budget_used(budget) / 2);
	ck_assert_int_eq(pageowner_profile_sort(p, "-pages"), -ENOBUFS);
	ck_assert_ptr_nonnull(strstr(pageowner_profile_error(p), "sorting"));
	ck_assert_int_eq(pageowner_profile_group(p, 0, &g), -EINVAL);
	ck_assert_int_eq(pageowner_profile_finish(p), -ENOBUFS);
	pageowner_budget_set_max(budget, 0);
	ck_assert_int_eq(pageowner_profile_sort(p, "-pages"), 0);
	ck_assert_ptr_nonnull(group_at(p, 0));
	pageowner_profile_free(p);
	buffer_free(&b);
}
END_TEST

START_TEST(test_merging_and_adding_are_bounded)
{
	struct buffer b = many_groups(30000);
	struct pageowner_profile *to = new_profile(NULL, 4 * MIB);
	struct pageowner_profile *from;
	const struct pageowner_record *r;
	struct pageowner_reader *reader;
	int ret = 0;

	ck_assert_int_eq(pageowner_profile_new(NULL, &from), 0);
	ck_assert_int_eq(pageowner_profile_load(from, temp_file(b.ptr, b.len)), 0);
	ck_assert_int_eq(pageowner_profile_merge(to, finished(from)), -ENOBUFS);
	ck_assert_uint_le(pageowner_budget_used(budget), 4 * MIB);
	pageowner_profile_free(to);
	to = new_profile(NULL, 4 * MIB);
	ck_assert_int_eq(pageowner_reader_open_memory(b.ptr, b.len, &reader), 0);
	while (ret >= 0 && pageowner_reader_next(reader, &r) > 0)
		ret = pageowner_profile_add(to, r);
	ck_assert_int_eq(ret, -ENOBUFS);
	ck_assert_uint_le(pageowner_budget_used(budget), 4 * MIB);
	pageowner_reader_free(reader);
	pageowner_profile_free(to);
	pageowner_profile_free(from);
	buffer_free(&b);
}
END_TEST

/* Stacks by handle in one text, counts in the other */
START_TEST(test_what_waits_for_handles_is_bounded)
{
	struct pageowner_profile *p = new_profile("callstack", 8 * MIB);
	struct buffer b = { 0 };

	for (unsigned int i = 1; i < 100000; i++)
		buffer_printf(&b, "handle: %u\nnr_base_pages: 1\n\n", i);
	ck_assert_int_eq(pageowner_profile_load(p, temp_file(b.ptr, b.len)),
			 -ENOBUFS);
	ck_assert_uint_le(pageowner_budget_used(budget), 8 * MIB);
	/* Sorting needs more than is left: an error, not fewer groups. */
	ck_assert_int_eq(pageowner_profile_sort(p, NULL), -ENOBUFS);
	pageowner_profile_free(p);
	buffer_free(&b);
}
END_TEST

START_TEST(test_captures_are_bounded)
{
	struct pageowner_profile *p = new_profile(NULL, 8 * MIB);
	struct buffer b = { 0 };

	for (unsigned int i = 0; i < 100000; i++)
		buffer_printf(&b, "PFN# pageowner-capture: 1\n");
	make_record(&b, .pid = 1);
	ck_assert_int_eq(pageowner_profile_load(p, temp_file(b.ptr, b.len)),
			 -ENOBUFS);
	ck_assert_uint_le(pageowner_budget_used(budget), 8 * MIB);
	pageowner_profile_free(p);
	buffer_free(&b);
}
END_TEST

/* --- diff */

START_TEST(test_a_diff_is_bounded)
{
	struct buffer b = many_groups(30000);
	struct pageowner_profile *p = new_profile("callstack", 0);
	struct pageowner_diff *d;

	ck_assert_int_eq(pageowner_profile_load(p, temp_file(b.ptr, b.len)), 0);
	ck_assert_int_eq(pageowner_diff_new(PAGEOWNER_BY_STACK, &d), 0);
	ck_assert_int_eq(pageowner_profile_finish(p), 0);
	ck_assert_int_eq(pageowner_profile_set_budget(p, NULL), 0);
	pageowner_budget_set_max(budget, 2 * MIB);
	ck_assert_int_eq(pageowner_diff_set_budget(d, budget), 0);
	ck_assert_int_eq(pageowner_diff_add(d, p), -ENOBUFS);
	ck_assert_str_eq(pageowner_diff_error(d),
			 "the rows need more memory than allowed");
	ck_assert_uint_le(pageowner_budget_used(budget), 2 * MIB);
	ck_assert_uint_eq(pageowner_diff_snapshot_count(d), 0);
	pageowner_budget_set_max(budget, 0);
	ck_assert_int_eq(pageowner_diff_add(d, p), 0);
	ck_assert_uint_eq(pageowner_diff_snapshot_count(d), 1);
	pageowner_budget_set_max(budget, pageowner_budget_used(budget));
	ck_assert_int_eq(pageowner_diff_sort(d, PAGEOWNER_DIFF_BY_CHANGE),
			 -ENOBUFS);
	ck_assert_uint_eq(pageowner_diff_count(d), 0);
	pageowner_budget_set_max(budget, 0);
	ck_assert_int_eq(pageowner_diff_sort(d, PAGEOWNER_DIFF_BY_CHANGE), 0);
	ck_assert_uint_eq(pageowner_diff_count(d), 30000);
	pageowner_diff_free(d);
	pageowner_profile_free(p);
	buffer_free(&b);
}
END_TEST

START_TEST(test_several_objects_share_one_bound)
{
	struct buffer b = many_groups(30000);
	struct pageowner_profile *p = new_profile("callstack", 0);
	struct pageowner_pageblocks *blocks;
	struct pageowner_diff *d;
	uint64_t used;

	ck_assert_int_eq(pageowner_profile_load(p, temp_file(b.ptr, b.len)), 0);
	ck_assert_int_eq(pageowner_profile_finish(p), 0);
	used = pageowner_budget_used(budget);
	ck_assert_int_eq(pageowner_diff_new(PAGEOWNER_BY_STACK, &d), 0);
	ck_assert_int_eq(pageowner_diff_set_budget(d, budget), 0);
	ck_assert_int_eq(pageowner_pageblocks_new(PAGEOWNER_BY_OWNER, &blocks), 0);
	ck_assert_int_eq(pageowner_pageblocks_set_budget(blocks, budget), 0);
	ck_assert_uint_gt(pageowner_budget_used(budget), used);
	/* Room for the diff alone is not enough while the profile is there. */
	pageowner_budget_set_max(budget, pageowner_budget_used(budget) + 65536);
	ck_assert_int_eq(pageowner_diff_add(d, p), -ENOBUFS);
	ck_assert_uint_le(pageowner_budget_used(budget), pageowner_budget_max(budget));
	/* One that is too small is refused, and the old one stays. */
	pageowner_budget_set_max(budget, 1);
	ck_assert_int_eq(pageowner_profile_set_budget(p, NULL), 0);
	ck_assert_int_eq(pageowner_profile_set_budget(p, budget), -ENOBUFS);
	pageowner_profile_free(p);
	ck_assert_uint_gt(pageowner_budget_used(budget), 0);
	pageowner_diff_free(d);
	pageowner_pageblocks_free(blocks);
	buffer_free(&b);
}
END_TEST

START_TEST(test_objects_keep_a_budget_that_is_freed)
{
	struct pageowner_budget *shared;
	struct pageowner_profile *p;
	struct buffer b = many_groups(10);

	ck_assert_int_eq(pageowner_profile_new(NULL, &p), 0);
	ck_assert_int_eq(pageowner_budget_new(0, &shared), 0);
	ck_assert_int_eq(pageowner_profile_set_budget(p, shared), 0);
	pageowner_budget_free(shared);
	ck_assert_int_eq(pageowner_profile_load(p, temp_file(b.ptr, b.len)), 0);
	ck_assert_int_eq(pageowner_profile_set_budget(p, budget), 0);
	ck_assert_uint_gt(pageowner_budget_used(budget), 0);
	pageowner_profile_free(p);
	pageowner_budget_free(NULL);
	buffer_free(&b);
}
END_TEST

START_TEST(test_a_program_charges_its_own_memory)
{
	ck_assert_uint_eq(pageowner_budget_max(budget), 0);
	ck_assert_int_eq(pageowner_budget_take(NULL, UINT64_MAX), 0);
	pageowner_budget_give(NULL, 1);
	ck_assert_int_eq(pageowner_budget_take(budget, 100), 0);
	ck_assert_uint_eq(pageowner_budget_used(budget), 100);
	pageowner_budget_set_max(budget, 150);
	ck_assert_int_eq(pageowner_budget_take(budget, 51), -ENOBUFS);
	ck_assert_int_eq(pageowner_budget_take(budget, UINT64_MAX), -ENOBUFS);
	ck_assert_uint_eq(pageowner_budget_used(budget), 100);
	ck_assert_int_eq(pageowner_budget_take(budget, 50), 0);
	pageowner_budget_give(budget, 150);
}
END_TEST

int main(void)
{
	TCase *tc = bounded_case("profile");

	tcase_add_test(tc, test_a_bound_holds_and_tells_where_the_input_was);
	tcase_add_test(tc, test_under_a_bound_nothing_changes);
	tcase_add_test(tc, test_what_was_taken_is_given_back);
	tcase_add_test(tc, test_sorting_and_showing_are_bounded);
	tcase_add_test(tc, test_merging_and_adding_are_bounded);
	tcase_add_test(tc, test_what_waits_for_handles_is_bounded);
	tcase_add_test(tc, test_captures_are_bounded);

	tc = bounded_case("diff");
	tcase_add_test(tc, test_a_diff_is_bounded);

	tc = bounded_case("shared");
	tcase_add_test(tc, test_several_objects_share_one_bound);
	tcase_add_test(tc, test_objects_keep_a_budget_that_is_freed);
	tcase_add_test(tc, test_a_program_charges_its_own_memory);
	return run_cases("limits");
}
