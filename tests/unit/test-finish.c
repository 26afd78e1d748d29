// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-finish.c - when a profile can be looked at, and that looking changes nothing.
 *
 * What the groups hold is test-profile.c's affair.
 */
#include "support.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "profile_load.h"

static struct pageowner_profile *new_profile(const char *keys)
{
	struct pageowner_profile *p = NULL;

	ck_assert_int_eq(pageowner_profile_new(keys, &p), 0);
	return p;
}

/* Two tasks, of which the first has fewer pages */
static void add_text(struct pageowner_profile *p)
{
	struct buffer b = { 0 };

	make_record(&b, .order = 0, .pid = 1, .comm = "one", .ts = 5,
		    .stack = " kmalloc+0x1/0x2\n f+0x1/0x2 [mod_a]\n",
		    .notes = "Charged to memcg web\n");
	make_record(&b, .order = 3, .pid = 2, .comm = "two", .ts = 7,
		    .stack = " a_longer_name+0x1/0x2\n g+0x1/0x2 [mod_b]\n",
		    .mask = "0xdc0(GFP_KERNEL|__GFP_ZERO)");
	ck_assert_int_eq(pageowner_profile_load_memory(p, b.ptr, b.len, "text"), 0);
	buffer_free(&b);
}

static int32_t first_pid(const struct pageowner_profile *p)
{
	const struct pageowner_group *group;

	ck_assert_int_eq(pageowner_profile_group(p, 0, &group), 1);
	return group->record->pid;
}

/* --- before and after */

static void assert_hidden(const struct pageowner_profile *p)
{
	const struct pageowner_group *group = NULL;
	struct pageowner_value value = { .number = 17 };
	uint64_t times = 3, pages = 4;

	ck_assert_uint_eq(pageowner_profile_count(p), 0);
	ck_assert_int_eq(pageowner_profile_group(p, 0, &group), -EINVAL);
	ck_assert_ptr_null(group);
	ck_assert_int_eq(pageowner_profile_value(p, 0, PAGEOWNER_FIELD_PID, &value),
			 -EINVAL);
	ck_assert_int_eq(value.number, 17);
	ck_assert_int_eq(pageowner_profile_total(p, &times, &pages), -EINVAL);
	ck_assert_uint_eq(times, 3);
	ck_assert_uint_eq(pages, 4);
	ck_assert_uint_eq(pageowner_profile_has(p), 0);
	pages = 4;
	ck_assert_uint_eq(pageowner_profile_unresolved(p, &pages), 0);
	ck_assert_uint_eq(pages, 0);
}

START_TEST(test_groups_are_hidden_until_the_profile_is_finished)
{
	struct pageowner_profile *p = new_profile("pid");
	const struct pageowner_group *group;

	assert_hidden(p);
	add_text(p);
	assert_hidden(p);
	/* These do not wait. */
	ck_assert_uint_eq(pageowner_profile_stats(p)->records, 2);
	ck_assert_uint_eq(pageowner_profile_kinds(p), 1u << PAGEOWNER_RECORD_PAGE);
	ck_assert_int_eq(pageowner_profile_is_by(p, PAGEOWNER_FIELD_PID), 1);
	ck_assert_int_eq(pageowner_profile_finish(p), 0);
	ck_assert_uint_eq(pageowner_profile_count(p), 2);
	ck_assert_int_eq(first_pid(p), 1);
	ck_assert_int_eq(pageowner_profile_group(p, 2, &group), 0);
	pageowner_profile_free(p);
}
END_TEST

START_TEST(test_a_finished_profile_stays_as_it_is)
{
	struct pageowner_profile *p = new_profile("pid");

	add_text(p);
	ck_assert_int_eq(pageowner_profile_sort(p, "-pages"), 0);
	ck_assert_int_eq(first_pid(p), 2);
	ck_assert_int_eq(pageowner_profile_finish(p), 0);
	ck_assert_int_eq(first_pid(p), 2);
	/* A wrong order is refused and named, and changes nothing. */
	ck_assert_int_eq(pageowner_profile_sort(p, "pid,-pages,-comm,x"), -EINVAL);
	ck_assert_str_eq(pageowner_profile_error(p),
			 "\"comm\" is not a field to sort by (at character 12)");
	ck_assert_int_eq(first_pid(p), 2);
	ck_assert_int_eq(pageowner_profile_sort(p, NULL), 0);
	ck_assert_str_eq(pageowner_profile_error(p), "");
	ck_assert_int_eq(first_pid(p), 1);
	pageowner_profile_free(p);
}
END_TEST

START_TEST(test_more_records_hide_the_groups_again)
{
	struct pageowner_profile *p = new_profile("pid"), *q = new_profile("pid");
	uint64_t times;

	add_text(p);
	ck_assert_int_eq(pageowner_profile_sort(p, "-pages"), 0);
	add_text(p);
	assert_hidden(p);
	ck_assert_int_eq(pageowner_profile_finish(p), 0);
	/* In input order, whatever the order was before. */
	ck_assert_int_eq(first_pid(p), 1);
	add_text(q);
	ck_assert_int_eq(pageowner_profile_merge(p, q), -EINVAL);
	ck_assert_uint_eq(pageowner_profile_count(p), 2);	/* refused, not done */
	ck_assert_int_eq(pageowner_profile_finish(q), 0);
	ck_assert_int_eq(pageowner_profile_merge(p, q), 0);
	assert_hidden(p);
	ck_assert_uint_eq(pageowner_profile_count(q), 2);
	ck_assert_int_eq(pageowner_profile_finish(p), 0);
	ck_assert_int_eq(pageowner_profile_total(p, &times, NULL), 1);
	ck_assert_uint_eq(times, 6);
	pageowner_profile_free(p);
	pageowner_profile_free(q);
}
END_TEST

/* --- looking */

/* All there is to see, of a profile that cannot be changed */
static void look(struct buffer *b, const struct pageowner_profile *p)
{
	const struct pageowner_group *group;
	struct pageowner_value value;

	for (size_t i = 0; pageowner_profile_group(p, i, &group) > 0; i++) {
		print_record(b, group->record);
		for (int key = 0; key < PAGEOWNER_FIELD_COUNT; key++)
			if (pageowner_profile_value(p, i, key, &value) > 0) {
				buffer_printf(b, "%d %" PRId64 " ", key, value.number);
				buffer_escape(b, value.text);
			}
	}
}

START_TEST(test_looking_takes_no_memory_and_shows_the_same_again)
{
	struct pageowner_profile *p = new_profile("pid");
	struct buffer first = { 0 }, again = { 0 };
	uint64_t used;

	add_text(p);
	ck_assert_int_eq(pageowner_profile_finish(p), 0);
	used = po_budget_used(&p->budget);
	look(&first, p);
	look(&again, p);
	ck_assert_uint_eq(po_budget_used(&p->budget), used);
	assert_same_text("seen again", &again, &first);
	buffer_free(&again);
	/* Sorting by them adds texts to the tables, and shows no others. */
	ck_assert_int_eq(pageowner_profile_sort(p, "owner,module,memcg,name,gfp,callstack"),
			 0);
	ck_assert_int_eq(pageowner_profile_sort(p, NULL), 0);
	look(&again, p);
	assert_same_text("after sorting", &again, &first);
	buffer_free(&again);
	buffer_free(&first);
	pageowner_profile_free(p);
}
END_TEST

START_TEST(test_a_value_leaves_the_group_that_is_shown)
{
	struct pageowner_profile *p = new_profile("pid");
	const struct pageowner_group *group, *other;
	struct buffer before = { 0 }, after = { 0 };
	struct pageowner_value value;

	add_text(p);
	ck_assert_int_eq(pageowner_profile_finish(p), 0);
	ck_assert_int_eq(pageowner_profile_group(p, 0, &group), 1);
	print_record(&before, group->record);
	for (int key = 0; key < PAGEOWNER_FIELD_COUNT; key++)
		(void)pageowner_profile_value(p, 1, key, &value);
	print_record(&after, group->record);
	assert_same_text("the group after values of another", &after, &before);
	/* There is room for one group only. */
	ck_assert_int_eq(pageowner_profile_group(p, 1, &other), 1);
	ck_assert_ptr_eq(other, group);
	buffer_free(&before);
	buffer_free(&after);
	pageowner_profile_free(p);
}
END_TEST

/* --- wrong use */

START_TEST(test_setters_are_for_an_empty_profile)
{
	struct pageowner_profile *p = new_profile("pid");
	struct pageowner_filter *filter;

	ck_assert_int_eq(pageowner_filter_new(&filter), 0);
	ck_assert_int_eq(pageowner_filter_add(filter, "pid", "77", NULL), 0);
	ck_assert_int_eq(pageowner_profile_set_filter(p, filter), 0);
	ck_assert_int_eq(pageowner_profile_set_flags(p, 0x80), -EINVAL);
	ck_assert_int_eq(pageowner_profile_set_flags(p, 0), 0);
	ck_assert_int_eq(pageowner_profile_set_plumbing(p, NULL), 0);
	ck_assert_int_eq(pageowner_profile_keep(p, "node,comm"), -EINVAL);
	ck_assert_str_eq(pageowner_profile_error(p),
			 "\"comm\" is not a field to sort by (at character 6)");
	ck_assert_int_eq(pageowner_profile_keep(p, "node"), 0);
	/* The filter drops all, and was asked: it is too late to take another. */
	add_text(p);
	ck_assert_int_eq(pageowner_profile_set_filter(p, NULL), -EBUSY);
	ck_assert_int_eq(pageowner_profile_set_flags(p, PAGEOWNER_PROFILE_KERNEL_LABELS),
			 -EBUSY);
	ck_assert_int_eq(pageowner_profile_set_plumbing(p, NULL), -EBUSY);
	ck_assert_int_eq(pageowner_profile_keep(p, "node"), -EBUSY);
	ck_assert_int_eq(pageowner_profile_finish(p), 0);
	ck_assert_uint_eq(pageowner_profile_count(p), 0);
	pageowner_profile_free(p);
	pageowner_filter_free(filter);
}
END_TEST

static struct pageowner_record record_in_one_piece(void)
{
	static const char header[] =
		"Page allocated via order 0, mask 0xcc0(GFP_KERNEL), pid 1, tgid 1 (sh)";
	static const char body[] = " f+0x1/0x2\nhandle: 7\n";

	return (struct pageowner_record){
		.has = PAGEOWNER_HAS_TIMES | PAGEOWNER_HAS_PAGES | PAGEOWNER_HAS_COMM |
			PAGEOWNER_HAS_GFP_NAMES,
		.times = 1, .pages = 1, .header = { header, sizeof(header) - 1 },
		.comm = { header + 67, 2 }, .gfp_names = { header + 39, 10 },
		.stack = { body, 11 }, .notes = { body + 11, sizeof(body) - 12 },
	};
}

START_TEST(test_records_in_pieces_are_refused)
{
	const struct pageowner_record whole = record_in_one_piece();
	struct pageowner_profile *p = new_profile("name,gfp,stacktrace");
	struct pageowner_record r;

	ck_assert_int_eq(pageowner_profile_add(p, &whole), 1);
	r = whole;
	r.comm = TEXT("sh");
	ck_assert_int_eq(pageowner_profile_add(p, &r), -EINVAL);
	ck_assert(*pageowner_profile_error(p));
	r = whole;
	r.gfp_names.len = 1000;
	ck_assert_int_eq(pageowner_profile_add(p, &r), -EINVAL);
	r = whole;
	r.notes = TEXT("handle: 7\n");
	ck_assert_int_eq(pageowner_profile_add(p, &r), -EINVAL);
	r = whole;
	r.free_ts_at = (uint32_t)r.header.len + 1;
	ck_assert_int_eq(pageowner_profile_add(p, &r), -EINVAL);
	/* Without its bit a text may be anything. */
	r = whole;
	r.comm = TEXT("sh");
	r.has &= ~PAGEOWNER_HAS_COMM;
	ck_assert_int_eq(pageowner_profile_add(p, &r), 1);
	ck_assert_int_eq(pageowner_profile_finish(p), 0);
	ck_assert_uint_eq(pageowner_profile_count(p), 1);
	pageowner_profile_free(p);
}
END_TEST

/* --- handles */

START_TEST(test_a_record_that_waited_comes_at_its_place_in_the_input)
{
	struct pageowner_profile *p = new_profile("callstack");
	const struct pageowner_group *group;
	struct buffer b = { 0 };

	make_record(&b, .pid = 1, .stack = "", .notes = "handle: 5\n");
	make_record(&b, .pid = 2, .stack = " f+0x1/0x2\n", .notes = "handle: 5\n");
	make_record(&b, .pid = 3, .stack = " g+0x1/0x2\n");
	make_record(&b, .pid = 4, .stack = "", .notes = "handle: 6\n");
	ck_assert_int_eq(pageowner_profile_load_memory(p, b.ptr, b.len, "text"), 0);
	ck_assert_int_eq(pageowner_profile_finish(p), 0);
	ck_assert_uint_eq(pageowner_profile_count(p), 3);
	ck_assert_int_eq(pageowner_profile_group(p, 0, &group), 1);
	ck_assert_int_eq(group->record->pid, 1);
	ck_assert_uint_eq(group->times, 2);
	ck_assert_uint_eq(group->record->stack.len, strlen(" f+0x1/0x2\n"));
	ck_assert_int_eq(pageowner_profile_group(p, 1, &group), 1);
	ck_assert_int_eq(group->record->pid, 3);
	ck_assert_uint_eq(pageowner_profile_unresolved(p, NULL), 1);
	pageowner_profile_free(p);
	buffer_free(&b);
}
END_TEST

int main(void)
{
	TCase *tc = new_case("steps");

	tcase_add_test(tc, test_groups_are_hidden_until_the_profile_is_finished);
	tcase_add_test(tc, test_a_finished_profile_stays_as_it_is);
	tcase_add_test(tc, test_more_records_hide_the_groups_again);

	tc = new_case("looking");
	tcase_add_test(tc, test_looking_takes_no_memory_and_shows_the_same_again);
	tcase_add_test(tc, test_a_value_leaves_the_group_that_is_shown);

	tc = new_case("wrong-use");
	tcase_add_test(tc, test_setters_are_for_an_empty_profile);
	tcase_add_test(tc, test_records_in_pieces_are_refused);

	tc = new_case("handles");
	tcase_add_test(tc, test_a_record_that_waited_comes_at_its_place_in_the_input);
	return run_cases("finish");
}
