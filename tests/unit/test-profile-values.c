// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-profile-values.c - what a group says of its records: values, counts, sums.
 */
#include "profile.h"

START_TEST(test_a_group_has_a_value_for_each_key_its_first_record_has)
{
	struct pageowner_profile *p = new_profile(values[_i].keys);
	struct pageowner_value v;
	size_t i = 0;

	add_all(p, &dump);
	while (group_at(p, i)->record->ts_ns !=
	       records[values[_i].record].ts)
		i++;
	ck_assert_int_eq(pageowner_profile_value(finished(p), i, values[_i].key, &v),
			 values[_i].has);
	if (!values[_i].has) {
		/* nothing to look at */
	} else if (values[_i].text) {
		ck_assert(v.is_text);
		ck_assert_uint_eq(v.text.len, strlen(values[_i].text));
		ck_assert(!memcmp(v.text.len ? v.text.ptr : "", values[_i].text,
				  v.text.len));
	} else {
		ck_assert(!v.is_text);
		ck_assert_int_eq(v.number, values[_i].number);
	}
	ck_assert_int_eq(pageowner_profile_value(finished(p), 99, values[_i].key, &v), 0);
	ck_assert_int_eq(pageowner_profile_value(finished(p), 0, PAGEOWNER_FIELD_COUNT, &v),
			 -EINVAL);
	pageowner_profile_free(p);
}
END_TEST

START_TEST(test_a_group_shows_its_first_record_without_the_digits_of_times)
{
	static const char header[] = "Page allocated via order 2, mask 0xcc0(GFP_KERNEL), "
		"pid 4, tgid 3 (a), ts  ns, free_ts  ns";
	struct pageowner_profile *p = new_profile("pid");
	const struct pageowner_record *r;

	add_all(p, &dump);
	r = group_at(p, 1)->record;
	ck_assert_uint_eq(r->header.len, sizeof(header) - 1);
	ck_assert(!memcmp(r->header.ptr, header, r->header.len));
	ck_assert_uint_eq(r->ts_at, 74);
	ck_assert_uint_eq(r->free_ts_at, 87);
	ck_assert_uint_eq(r->ts_ns, 100);
	ck_assert_uint_eq(r->free_ts_ns, 900);
	ck_assert_uint_eq(r->comm.len, 1);
	ck_assert_int_eq(*r->comm.ptr, 'a');
	ck_assert(r->has & PAGEOWNER_HAS_MEMCG);
	ck_assert_uint_eq(r->memcg.len, 2);
	ck_assert(!(r->has & PAGEOWNER_HAS_PFN));
	pageowner_profile_free(p);
}
END_TEST

START_TEST(test_sums_of_pages_stop_at_the_largest_number_and_say_so)
{
	struct pageowner_profile *p = new_profile("pid");
	struct buffer b = { 0 };
	uint64_t pages;

	make_record(&b, .order = 63, .pid = 1);
	make_record(&b, .order = 0, .pid = 2);
	make_record(&b, .order = 63, .pid = 1);
	make_record(&b, .order = 0, .pid = 1);
	ck_assert_int_eq(pageowner_profile_load(p, temp_file(b.ptr, b.len)), 0);
	ck_assert_uint_eq(group_at(p, 0)->pages, UINT64_MAX);
	ck_assert_uint_eq(group_at(p, 0)->times, 3);
	ck_assert_uint_eq(group_at(p, 1)->pages, 1);
	pageowner_profile_total(finished(p), NULL, &pages);
	ck_assert_uint_eq(pages, UINT64_MAX);
	ck_assert_uint_eq(pageowner_profile_stats(p)->
			  damage[PAGEOWNER_DAMAGE_OVERFLOW].count, 1);
	pageowner_profile_free(p);
	buffer_free(&b);
}
END_TEST

/* A record as a show_stacks entry or a report's group gives it */
static struct pageowner_record counted(uint32_t kind, uint64_t has,
				       uint64_t times, uint64_t pages)
{
	return (struct pageowner_record){
		.kind = kind, .has = has, .times = times, .pages = pages,
		.header = TEXT(""), .stack = TEXT(" f+0x1/0x2\n g+0x1/0x2\n"),
		.notes = TEXT(""), .pfn_line = TEXT(""),
	};
}

START_TEST(test_a_group_sums_what_each_record_tells_of_its_counts)
{
	const struct pageowner_record added[] = {
		counted(PAGEOWNER_RECORD_STACK, PAGEOWNER_HAS_PAGES, 0, 70),
		counted(PAGEOWNER_RECORD_STACK,
			PAGEOWNER_HAS_TIMES | PAGEOWNER_HAS_STACK_COUNT, 5, 0),
		counted(PAGEOWNER_RECORD_GROUP,
			PAGEOWNER_HAS_TIMES | PAGEOWNER_HAS_PAGES, 300, 4000),
	};
	struct pageowner_profile *p = new_profile("callstack"), *sum;
	const struct pageowner_group *g;
	struct buffer b = { 0 };
	uint64_t times, pages;

	ck_assert_uint_eq(pageowner_profile_kinds(p), 0);
	ck_assert_int_eq(pageowner_profile_add(p, &added[0]), 1);
	g = group_at(p, 0);
	ck_assert_uint_eq(g->has, PAGEOWNER_HAS_PAGES);
	ck_assert_uint_eq(g->times, 0);
	ck_assert_uint_eq(g->pages, 70);
	ck_assert_uint_eq(g->record->kind, PAGEOWNER_RECORD_STACK);
	ck_assert_uint_eq(pageowner_profile_has(finished(p)), PAGEOWNER_HAS_PAGES);
	ck_assert_uint_eq(pageowner_profile_kinds(p), 1u << PAGEOWNER_RECORD_STACK);
	for (size_t i = 1; i < ARRAY_SIZE(added); i++)
		ck_assert_int_eq(pageowner_profile_add(p, &added[i]), 1);
	make_record(&b, .order = 3, .stack = " f+0x1/0x2\n g+0x1/0x2\n");
	add_all(p, &b);
	sum = new_profile("callstack");
	ck_assert_int_eq(pageowner_profile_merge(sum, finished(p)), 0);
	pageowner_profile_free(p);
	ck_assert_uint_eq(pageowner_profile_count(finished(sum)), 1);
	g = group_at(sum, 0);
	ck_assert_uint_eq(g->times, 5 + 300 + 1);
	ck_assert_uint_eq(g->pages, 70 + 4000 + 8);
	ck_assert_uint_eq(g->has, PAGEOWNER_HAS_TIMES | PAGEOWNER_HAS_PAGES |
			  PAGEOWNER_HAS_STACK_COUNT);
	ck_assert_uint_eq(g->record->kind, PAGEOWNER_RECORD_STACK);
	ck_assert(!(g->record->has & (PAGEOWNER_HAS_TIMES | PAGEOWNER_HAS_PAGES)));
	pageowner_profile_total(finished(sum), &times, &pages);
	ck_assert_uint_eq(times, 306);
	ck_assert_uint_eq(pages, 4078);
	ck_assert_uint_eq(pageowner_profile_kinds(sum),
			  1u << PAGEOWNER_RECORD_STACK |
			  1u << PAGEOWNER_RECORD_GROUP |
			  1u << PAGEOWNER_RECORD_PAGE);
	pageowner_profile_free(sum);
	buffer_free(&b);
}
END_TEST

START_TEST(test_a_record_of_page_owner_is_one_allocation)
{
	struct pageowner_profile *p = new_profile("pid");
	const struct pageowner_record *r;

	add_all(p, &dump);
	ck_assert_uint_eq(pageowner_profile_kinds(p), 1u << PAGEOWNER_RECORD_PAGE);
	ck_assert_uint_eq(group_at(p, 0)->has,
			  PAGEOWNER_HAS_TIMES | PAGEOWNER_HAS_PAGES);
	r = group_at(p, 1)->record;
	ck_assert_uint_eq(r->kind, PAGEOWNER_RECORD_PAGE);
	ck_assert_uint_eq(r->times, 1);
	ck_assert_uint_eq(r->pages, 4);
	ck_assert(r->has & PAGEOWNER_HAS_TIMES && r->has & PAGEOWNER_HAS_PAGES);
	pageowner_profile_free(p);
}
END_TEST

START_TEST(test_sums_of_times_stop_at_the_largest_number_and_say_so)
{
	const struct pageowner_record r = counted(PAGEOWNER_RECORD_GROUP,
		PAGEOWNER_HAS_TIMES | PAGEOWNER_HAS_PAGES, UINT64_MAX - 1, 1);
	struct pageowner_profile *p = new_profile("pid");

	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(pageowner_profile_add(p, &r), 1);
	ck_assert_uint_eq(group_at(p, 0)->times, UINT64_MAX);
	ck_assert_uint_eq(group_at(p, 0)->pages, 3);
	ck_assert_uint_eq(pageowner_profile_stats(p)->
			  damage[PAGEOWNER_DAMAGE_OVERFLOW].count, 1);
	pageowner_profile_free(p);
}
END_TEST

START_TEST(test_slab_pages_are_told_by_flag_by_note_by_stack_or_kernels_way)
{
	static const struct {
		const char *stack, *notes, *flags;
		uint32_t ours, kernels;
	} labels[] = {
		{ NULL, NULL, "0x200(slab)", PAGEOWNER_ALLOCATOR_SLAB,
		  PAGEOWNER_ALLOCATOR_SLAB },
		{ NULL, "Slab cache page\n", NULL, PAGEOWNER_ALLOCATOR_SLAB,
		  PAGEOWNER_ALLOCATOR_OTHERS },
		{ " x+0x1/0x2\n new_slab+0x1/0x2\n", NULL, NULL,
		  PAGEOWNER_ALLOCATOR_SLAB, PAGEOWNER_ALLOCATOR_OTHERS },
		{ " not_new_slab+0x1/0x2\n", NULL, NULL,
		  PAGEOWNER_ALLOCATOR_OTHERS, PAGEOWNER_ALLOCATOR_OTHERS },
	};

	for (int kernels = 0; kernels < 2; kernels++) {
		const struct pageowner_group *g;
		struct pageowner_profile *p = new_profile("allocator,pid");
		struct buffer b = { 0 };

		if (kernels)
			pageowner_profile_set_flags(p, PAGEOWNER_PROFILE_KERNEL_LABELS);
		for (size_t i = 0; i < ARRAY_SIZE(labels); i++)
			make_record(&b, .pid = (int)i, .stack = labels[i].stack,
				    .notes = labels[i].notes, .flags = labels[i].flags);
		add_all(p, &b);
		for (size_t i = 0; i < ARRAY_SIZE(labels); i++) {
			g = group_at(p, i);
			ck_assert_uint_eq(g->allocator, kernels ?
					  labels[i].kernels : labels[i].ours);
		}
		pageowner_profile_free(p);
		buffer_free(&b);
	}
}
END_TEST

START_TEST(test_counts_of_show_stacks_stop_at_the_largest_number)
{
	static const struct {
		const char *a, *b;
		uint64_t sum;
		uint64_t overflows;
		int64_t shown;
	} counts[] = {
		{ "4611686018427387904", "4611686018427387903", INT64_MAX, 0,
		  INT64_MAX },
		{ "9223372036854775807", "1", (uint64_t)INT64_MAX + 1, 0, INT64_MAX },
		{ "9223372036854775808", "9223372036854775806", UINT64_MAX - 1, 0,
		  INT64_MAX },
		{ "9223372036854775808", "9223372036854775808", UINT64_MAX, 1,
		  INT64_MAX },
		{ "18446744073709551615", "18446744073709551615", UINT64_MAX, 1,
		  INT64_MAX },
	};

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		struct pageowner_profile *p = new_profile("callstack");
		struct pageowner_value v;
		struct buffer b = { 0 };
		uint64_t pages;

		buffer_printf(&b, " f+0x1/0x2\nnr_base_pages: %s\n\n"
			      " f+0x1/0x2\nnr_base_pages: %s\n\n", counts[i].a,
			      counts[i].b);
		ck_assert_int_eq(pageowner_profile_load(p, temp_file(b.ptr, b.len)),
				 0);
		ck_assert_uint_eq(group_at(p, 0)->pages,
				  counts[i].sum);
		pageowner_profile_total(finished(p), NULL, &pages);
		ck_assert_uint_eq(pages, counts[i].sum);
		ck_assert_uint_eq(pageowner_profile_stats(p)->
				  damage[PAGEOWNER_DAMAGE_OVERFLOW].count,
				  counts[i].overflows);
		ck_assert_int_eq(pageowner_profile_value(finished(p), 0, PAGEOWNER_FIELD_PAGES,
							 &v), 1);
		ck_assert_int_eq(v.number, counts[i].shown);
		pageowner_profile_free(p);
		buffer_free(&b);
	}
}
END_TEST

START_TEST(test_pages_of_handles_without_stacks_stop_at_the_largest_number)
{
	struct pageowner_profile *p = new_profile("callstack");
	struct pageowner_profile *other = new_profile("callstack");
	struct buffer b = { 0 };
	uint64_t pages;

	buffer_printf(&b, "handle: 1\nnr_base_pages: 9223372036854775808\n\n"
		      "handle: 2\nnr_base_pages: 9223372036854775808\n\n");
	ck_assert_int_eq(pageowner_profile_load(p, temp_file(b.ptr, b.len)), 0);
	ck_assert_uint_eq(pageowner_profile_unresolved(finished(p), &pages), 2);
	ck_assert_uint_eq(pages, UINT64_MAX);
	ck_assert_int_eq(pageowner_profile_merge(other, finished(p)), 0);
	ck_assert_int_eq(pageowner_profile_merge(other, finished(p)), 0);
	ck_assert_uint_eq(pageowner_profile_unresolved(finished(other), &pages), 4);
	ck_assert_uint_eq(pages, UINT64_MAX);
	pageowner_profile_free(other);
	pageowner_profile_free(p);
	buffer_free(&b);
}
END_TEST

int main(void)
{
	TCase *tc = new_case("values");

	for (size_t i = 0; i < ARRAY_SIZE(records); i++)
		add_record(&dump, &records[i]);

	tcase_add_loop_test(tc,
		test_a_group_has_a_value_for_each_key_its_first_record_has,
		0, ARRAY_SIZE(values));
	tcase_add_test(tc,
		test_a_group_shows_its_first_record_without_the_digits_of_times);
	tcase_add_test(tc,
		test_slab_pages_are_told_by_flag_by_note_by_stack_or_kernels_way);

	tc = new_case("sums");
	tcase_add_test(tc, test_sums_of_pages_stop_at_the_largest_number_and_say_so);
	tcase_add_test(tc, test_a_group_sums_what_each_record_tells_of_its_counts);
	tcase_add_test(tc, test_a_record_of_page_owner_is_one_allocation);
	tcase_add_test(tc, test_sums_of_times_stop_at_the_largest_number_and_say_so);
	tcase_add_test(tc, test_counts_of_show_stacks_stop_at_the_largest_number);
	tcase_add_test(tc,
		test_pages_of_handles_without_stacks_stop_at_the_largest_number);
	return run_cases("profile-values");
}
