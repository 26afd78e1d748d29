// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-dialect-groups.c - what is not page_owner's makes the groups it should: handles and
 * their stacks, groups of reports, text of the console.
 */
#include "dialect.h"

/* --- handles */

static const char handles[] =
	"handle: 7\nnr_base_pages: 70\n\nhandle: 8\nnr_base_pages: 8\n\n"
	"handle: 9\nnr_base_pages: 1\n\n";
static const char dump[] =
	RECORD("0", "1", "0x401", "handle: 7\n") RECORD("2", "2", "0x404", "handle: 8\n")
	RECORD("1", "1", "0x408", STACK_7 "Slab cache page\n")
	RECORD("0", "1", "0x411", "handle: 7\nCharged to memcg web\n");

static const struct {
	const char *keys, *filter, *list;	/* filter may be NULL */
	const char *groups;	/* "frames or handle:times/pages" by pages */
} joins[] = {
	{ "callstack", NULL, NULL, "a:3/74 c:1/12 (handle: 9):0/1" },
	{ "module", NULL, NULL, "mod:3/74 -:1/13" },
	{ "owner", NULL, NULL, "a:3/74 c:1/12 -:0/1" },
	{ "memcg", NULL, NULL, "-:3/86 web:1/1" },
	{ "pid", NULL, NULL, "-:0/79 1:3/4 2:1/4" },
	{ "blocktype", NULL, NULL, "-:0/79 CMA:4/8" },
	{ "node,order", NULL, NULL, "-,-:0/79 0,2:1/4 0,0:2/2 0,1:1/2" },
	{ "allocator", NULL, NULL, "16:0/79 2:3/6 6:1/2" },
	{ "callstack", "frame", "a", "a:3/74" },
	{ "callstack", "pid", "2", "c:1/4" },
	{ "callstack", "node", "0", "a:3/4 c:1/4" },
	{ "owner", "module", "m*", "a:3/74" },
};

static void describe_value(struct buffer *b, struct pageowner_profile *p, size_t i,
			   enum pageowner_field key)
{
	struct pageowner_value v;
	const int ret = pageowner_profile_value(finished(p), i, key, &v);
	struct pageowner_text line;

	ck_assert_int_ge(ret, 0);
	if (ret)
		line = v.text;
	if (!ret)
		buffer_add(b, "-", 1);
	else if (!v.is_text)
		buffer_printf(b, "%" PRId64, v.number);
	else if (key != PAGEOWNER_FIELD_CALLSTACK)
		buffer_add(b, line.ptr, line.len);
	else if (*line.ptr == ' ')
		buffer_add(b, line.ptr + 1, strcspn(line.ptr + 1, "+"));
	else
		buffer_printf(b, "(%.*s)", (int)line.len - 1, line.ptr);
}

static struct buffer described(struct pageowner_profile *p, const char *keys)
{
	struct buffer b = { 0 };

	ck_assert_int_eq(pageowner_profile_sort(p, "-pages"), 0);
	for (size_t i = 0; i < pageowner_profile_count(finished(p)); i++) {
		const struct pageowner_group *g;

		buffer_add(&b, " ", i ? 1 : 0);
		for (const char *at = keys; *at; at += strcspn(at, ",")) {
			enum pageowner_field key;

			if (*at == ',') {
				at++;
				buffer_add(&b, ",", 1);
			}
			pageowner_field_find(at, strcspn(at, ","), &key);
			describe_value(&b, p, i, key);
		}
		g = group_at(p, i);
		buffer_printf(&b, ":%" PRIu64 "/%" PRIu64, g->times, g->pages);
	}
	return b;
}

static void load_string(struct pageowner_profile *p, const char *text)
{
	ck_assert_int_eq(pageowner_profile_load(p, temp_file(text, strlen(text))), 0);
}

static const char *const texts[] = { handles, handle_stacks, dump };
static const int sequences[][3] = {
	{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 },
};

START_TEST(test_handles_find_their_stacks_in_any_order_of_loading)
{
	for (size_t i = 0; i < ARRAY_SIZE(sequences); i++) {
		struct pageowner_profile *p = new_profile(joins[_i].keys, 1);
		struct pageowner_filter *filter = NULL;
		struct buffer got;

		if (joins[_i].filter) {
			ck_assert_int_eq(pageowner_filter_new(&filter), 0);
			ck_assert_int_eq(pageowner_filter_add(filter,
				joins[_i].filter, joins[_i].list, NULL), 0);
			pageowner_profile_set_filter(p, filter);
		}
		for (int j = 0; j < 3; j++)
			load_string(p, texts[sequences[i][j]]);
		got = described(p, joins[_i].keys);
		ck_assert_str_eq(got.ptr, joins[_i].groups);
		pageowner_profile_free(p);
		pageowner_filter_free(filter);
		buffer_free(&got);
	}
}
END_TEST

START_TEST(test_a_handle_without_a_stack_is_told)
{
	struct pageowner_profile *p = new_profile("callstack", 1), *sum;
	uint64_t pages = 1;

	ck_assert_uint_eq(pageowner_profile_unresolved(finished(p), &pages), 0);
	ck_assert_uint_eq(pages, 0);
	for (int i = 0; i < 3; i++)
		load_string(p, texts[i]);
	ck_assert_uint_eq(pageowner_profile_unresolved(finished(p), &pages), 1);
	ck_assert_uint_eq(pages, 1);
	ck_assert_uint_eq(pageowner_profile_kinds(p), 1u << PAGEOWNER_RECORD_PAGE |
			  1u << PAGEOWNER_RECORD_HANDLE |
			  1u << PAGEOWNER_RECORD_STACK_HANDLE);
	sum = new_profile("callstack", 1);
	ck_assert_int_eq(pageowner_profile_merge(sum, finished(p)), 0);
	ck_assert_uint_eq(pageowner_profile_unresolved(finished(sum), NULL), 1);
	pageowner_profile_free(sum);
	pageowner_profile_free(p);

	/* stacks alone count nothing */
	p = new_profile("callstack", 1);
	load_string(p, handle_stacks);
	ck_assert_uint_eq(pageowner_profile_count(finished(p)), 0);
	ck_assert_uint_eq(pageowner_profile_kinds(p),
			  1u << PAGEOWNER_RECORD_STACK_HANDLE);
	pageowner_profile_free(p);
}
END_TEST

START_TEST(test_a_handle_of_two_stacks_has_none)
{
	struct pageowner_profile *p = new_profile("callstack", 1);
	struct buffer got;

	load_string(p, handles);
	load_string(p, handle_stacks);
	load_string(p, " other_boot+0x1/0x2\nhandle: 7\n\n");
	got = described(p, "callstack");
	ck_assert_str_eq(got.ptr, "(handle: 7):0/70 c:0/8 (handle: 9):0/1");
	ck_assert_uint_eq(pageowner_profile_unresolved(finished(p), NULL), 2);
	pageowner_profile_free(p);
	buffer_free(&got);
}
END_TEST

START_TEST(test_handles_of_merged_profiles_do_not_meet)
{
	struct pageowner_profile *p = new_profile("callstack", 1);
	struct pageowner_profile *q = new_profile("callstack", 1);
	struct buffer got;

	load_string(p, handle_stacks);
	load_string(q, handles);
	ck_assert_int_eq(pageowner_profile_merge(p, finished(q)), 0);
	got = described(p, "callstack");
	ck_assert_str_eq(got.ptr, "(handle: 7):0/70 (handle: 8):0/8 (handle: 9):0/1");
	pageowner_profile_free(p);
	pageowner_profile_free(q);
	buffer_free(&got);
}
END_TEST

/* --- reports */

static const struct {
	const char *keys, *text, *groups;
} merges[] = {
	{ "module", "7 times, 8 pages, module m, owner f\n1 times, 2 pages, module (none), owner g\n"
	  "3 times, 4 pages, module m, owner g\n", "m:10/12 -:1/2" },
	{ "owner", "7 times, 8 pages, owner f\n1 times, 2 pages:\n f+0x1/0x2\n\n", "f:8/10" },
	{ "memcg", "7 times, 8 pages, memcg web\n1 times, 2 pages, memcg db\n"
	  "1 times, 1 pages:\n f+0x1/0x2\nCharged to memcg web\n\n", "web:8/9 db:1/2" },
	{ "pid,name,gfp,order", "7 times, 8 pages, PID 5, task_comm_name: sh, order 3, gfp GFP_KERNEL\n"
	  "1 times, 8 pages, PID 5, task_comm_name: sh, order 3, gfp GFP_KERNEL\n",
	  "5,sh,GFP_KERNEL,3:8/16" },
	{ "allocator", "7 times, 8 pages, allocated by CMA SLAB \n5 times, 6 pages, allocated by OTHERS :\n"
	  "Page allocated via order 0, mask 0x0()\n allocate_slab+0x1/0x2\n\n", "6:7/8 16:5/6" },
	{ "name", "2 times, 3 pages, task_comm_name: a\n:\n4 times, 5 pages, task_comm_name: a\n:\n"
	  "1 times, 1 pages, task_comm_name: b\n", "a\n::6/8 b:1/1" },
	{ "node,zone,migratetype,blocktype", "2 times, 2 pages, migratetype Movable, blocktype CMA, node 1, zone 2\n",
	  "1,2,Movable,CMA:2/2" },
};

START_TEST(test_groups_of_reports_add_up_by_the_keys_they_tell)
{
	struct pageowner_profile *p = new_profile(merges[_i].keys, 1);
	struct buffer got;

	load_string(p, merges[_i].text);
	ck_assert_uint_eq(damage_count(pageowner_profile_stats(p)), 0);
	got = described(p, merges[_i].keys);
	ck_assert_str_eq(got.ptr, merges[_i].groups);
	pageowner_profile_free(p);
	buffer_free(&got);
}
END_TEST

START_TEST(test_groups_of_reports_are_selected_by_what_they_tell)
{
	static const char text[] =
		"7 times, 8 pages, module mod, memcg web\n"
		"1 times, 2 pages, module other, memcg web\n"
		"4 times, 4 pages, module mod, memcg db\n";
	struct pageowner_profile *p = new_profile("txt", 1);
	struct pageowner_filter *filter;
	uint64_t times;

	ck_assert_int_eq(pageowner_filter_new(&filter), 0);
	ck_assert_int_eq(pageowner_filter_add(filter, "module", "mod", NULL), 0);
	ck_assert_int_eq(pageowner_filter_add(filter, "memcg", "w*", NULL), 0);
	pageowner_profile_set_filter(p, filter);
	load_string(p, text);
	pageowner_profile_total(finished(p), &times, NULL);
	ck_assert_uint_eq(times, 7);
	pageowner_profile_free(p);
	pageowner_filter_free(filter);
}
END_TEST

/* --- the console */

START_TEST(test_the_consoles_text_groups_as_a_dump_does)
{
	static const char console[] =
		"[    1.5] page_owner tracks the page as freed\n"
		"[    1.5] page last allocated via order 2, migratetype Movable, gfp_mask 0xcc0(GFP_KERNEL), pid 2, tgid 1 (sh), ts 7, free_ts 5\n"
		"[    1.5]  a+0x1/0x2\n[    1.5]  b+0x1/0x2 [mod]\n"
		"[    1.5] page last free pid 90 tgid 90 stack trace:\n"
		"[    1.5]  free+0x1/0x2\n"
		"[    1.5] page has been migrated, last migrate reason: compaction\n";
	struct pageowner_profile *p = new_profile("callstack,pid,migratetype", 1);
	const struct pageowner_record *r;
	struct buffer got;

	ck_assert_int_eq(pageowner_profile_set_flags(p, PAGEOWNER_PROFILE_RELEASED), 0);
	load_string(p, console);
	ck_assert_uint_eq(damage_count(pageowner_profile_stats(p)), 0);
	r = group_at(p, 0)->record;
	ck_assert_uint_eq(r->kind, PAGEOWNER_RECORD_CONSOLE);
	ck_assert(r->has & PAGEOWNER_HAS_MIGRATE_REASON);
	ck_assert_uint_eq(r->stack.len, strlen(STACK_7));
	ck_assert_mem_eq(r->stack.ptr, STACK_7, r->stack.len);
	ck_assert_ptr_eq(r->notes.ptr, r->stack.ptr + r->stack.len);
	ck_assert_mem_eq(r->notes.ptr, "page last free pid 90 tgid 90 stack trace:\n free+0x1/0x2\n"
			 "Page has been migrated, last migrate reason: compaction\n"
			 "page_owner tracks the page as freed\n", r->notes.len);
	load_string(p, "Page allocated via order 0, mask 0x0(), pid 2, tgid 1 (sh), ts 7 ns\n"
		    "PFN 0x1 type Movable Block 2 type CMA Flags 0x0()\n" STACK_7 "\n");
	got = described(p, "callstack,pid");
	ck_assert_str_eq(got.ptr, "a,2:2/5");
	pageowner_profile_free(p);
	buffer_free(&got);
}
END_TEST

#define LOG_ENTRY(state, function, free_ts) \
	"page_owner tracks the page as " state "\n" \
	"page last allocated via order 3, migratetype Movable, gfp_mask 0xcc0(GFP_KERNEL), pid 2, tgid 1 (sh), ts 7, free_ts " free_ts "\n" \
	" " function "+0x1/0x2\n" \
	"page last free pid 90 tgid 90 stack trace:\n drop+0x1/0x2\n"
#define HELD_AND_FREED	LOG_ENTRY("allocated", "a", "5") LOG_ENTRY("freed", "b", "9")

/* What is free is held by no one, unless that is asked for. */
static const struct {
	const char *keys, *select;
	unsigned int flags;
	uint64_t pages, released;
} asked[] = {
	{ "callstack", NULL, 0, 8, 8 },
	{ "owner", NULL, 0, 8, 8 },
	{ "txt", NULL, 0, 8, 8 },
	{ "callstack", NULL, PAGEOWNER_PROFILE_RELEASED, 16, 0 },
	{ "free,owner", NULL, 0, 16, 0 },
	{ "free_stack", NULL, 0, 16, 0 },
	{ "owner", "yes", 0, 8, 0 },
	{ "owner", "no", 0, 8, 0 },
};

START_TEST(test_pages_that_are_free_count_if_asked_for)
{
	struct pageowner_profile *p = new_profile(asked[_i].keys, 1);
	struct pageowner_filter *filter = NULL;
	uint64_t pages, released;

	if (asked[_i].select) {
		ck_assert_int_eq(pageowner_filter_new(&filter), 0);
		ck_assert_int_eq(pageowner_filter_add(filter, "free", asked[_i].select, NULL), 0);
		pageowner_profile_set_filter(p, filter);
	}
	ck_assert_int_eq(pageowner_profile_set_flags(p, asked[_i].flags), 0);
	load_string(p, HELD_AND_FREED);
	pageowner_profile_total(finished(p), NULL, &pages);
	ck_assert_uint_eq(pages, asked[_i].pages);
	ck_assert_uint_eq(pageowner_profile_released(p, &released), !!asked[_i].released);
	ck_assert_uint_eq(released, asked[_i].released);
	pageowner_profile_free(p);
	pageowner_filter_free(filter);
}
END_TEST

START_TEST(test_what_is_left_out_adds_up_when_merged)
{
	struct pageowner_profile *p = new_profile("callstack", 1);
	struct pageowner_profile *from = new_profile("callstack", 1);
	uint64_t released;

	load_string(p, HELD_AND_FREED);
	load_string(from, LOG_ENTRY("freed", "c", "9"));
	ck_assert_int_eq(pageowner_profile_merge(p, finished(from)), 0);
	ck_assert_uint_eq(pageowner_profile_released(p, &released), 2);
	ck_assert_uint_eq(released, 16);
	ck_assert_uint_eq(pageowner_profile_count(finished(p)), 1);
	pageowner_profile_free(p);
	pageowner_profile_free(from);
}
END_TEST

/* The kernel's word counts more than its times. */
START_TEST(test_a_page_that_is_allocated_is_held)
{
	struct pageowner_profile *p = new_profile("free,owner", 1);
	struct buffer got;

	load_string(p, LOG_ENTRY("allocated", "a", "9"));
	got = described(p, "free");
	ck_assert_str_eq(got.ptr, "0:1/8");
	pageowner_profile_free(p);
	buffer_free(&got);
}
END_TEST

int main(void)
{
	TCase *tc = new_case("handles");

	tcase_add_loop_test(tc, test_handles_find_their_stacks_in_any_order_of_loading,
			    0, ARRAY_SIZE(joins));
	tcase_add_test(tc, test_a_handle_without_a_stack_is_told);
	tcase_add_test(tc, test_a_handle_of_two_stacks_has_none);
	tcase_add_test(tc, test_handles_of_merged_profiles_do_not_meet);

	tc = new_case("reports");
	tcase_add_loop_test(tc, test_groups_of_reports_add_up_by_the_keys_they_tell,
			    0, ARRAY_SIZE(merges));
	tcase_add_test(tc, test_groups_of_reports_are_selected_by_what_they_tell);

	tc = new_case("console");
	tcase_add_test(tc, test_the_consoles_text_groups_as_a_dump_does);
	tcase_add_loop_test(tc, test_pages_that_are_free_count_if_asked_for, 0,
			    ARRAY_SIZE(asked));
	tcase_add_test(tc, test_what_is_left_out_adds_up_when_merged);
	tcase_add_test(tc, test_a_page_that_is_allocated_is_held);
	return run_cases("dialect-groups");
}
