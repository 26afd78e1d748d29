// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-profile.c - groups, sums, order, merging: on records made by hand, with
 * results worked out by hand.
 */
#include "support.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* Number 0 to 7; group results below name records by these numbers. */
static const struct maker records[] = {
	{ .order = 0, .pid = 30, .tgid = 3, .comm = "b", .ts = 500, .pfn = 0x10,
	  .stack = " get_page_from_freelist+0x1/0x2\n f+0x1/0x2 [mod_a]\n",
	  .notes = "Charged to memcg web\n" },
	{ .order = 2, .pid = 4, .tgid = 3, .comm = "a", .ts = 100, .pfn = 0x20,
	  .stack = " get_page_from_freelist+0x1/0x2\n f+0x1/0x2 [mod_a]\n",
	  .notes = "Charged to memcg db\n", .free_ts = ", free_ts 900 ns" },
	{ .order = 0, .pid = 30, .tgid = 3, .comm = "b", .ts = 501, .pfn = 0x30,
	  .stack = " get_page_from_freelist+0x1/0x2\n f+0x1/0x2 [mod_a]\n",
	  .notes = "Charged to memcg web\n", .type = "Movable" },
	{ .order = 1, .pid = -1, .tgid = 9, .comm = "", .ts = 50, .pfn = 0x40,
	  .stack = " g+0x1/0x2\n", .flags = "0x1(node=1|zone=0)" },
	{ .order = 0, .pid = 30, .tgid = 3, .comm = "b", .ts = 7, .pfn = 0x50,
	  .stack = " get_page_from_freelist+0x1/0x2\n f+0x1/0x2 [mod_a]\n",
	  .mask = "0xdc0(GFP_KERNEL|__GFP_ZERO)", .block_type = "CMA" },
	{ .order = 3, .pid = 4, .tgid = 4, .comm = "a", .ts = 100, .pfn = 0x60,
	  .stack = " allocate_slab+0x1/0x2\n h+0x1/0x2 [mod_b]\n",
	  .free_ts = ", free_ts 90 ns", .notes = "Slab cache page\n" },
	{ .order = 0, .pid = 200, .tgid = 3, .comm = "ab", .ts = 3, .pfn = 0x70,
	  .stack = "" },
	{ .order = 2, .pid = 4, .tgid = 3, .comm = "a", .ts = 1000, .pfn = 0x80,
	  .stack = " alloc_pages+0x1/0x2\n __vmalloc_node_range+0x1/0x2\n v+0x1/0x2\n" },
};

static struct buffer dump;

static struct pageowner_profile *new_profile(const char *keys)
{
	struct pageowner_profile *p = NULL;

	ck_assert_int_eq(pageowner_profile_new(keys, &p), 0);
	return p;
}

static void add_all(struct pageowner_profile *p, const struct buffer *text)
{
	const struct pageowner_record *record;
	struct pageowner_reader *reader;
	int ret;

	ck_assert_int_eq(pageowner_reader_open_memory(text->ptr, text->len, &reader), 0);
	while ((ret = pageowner_reader_next(reader, &record)) > 0)
		ck_assert_int_eq(pageowner_profile_add(p, record), 1);
	ck_assert_int_eq(ret, 0);
	pageowner_reader_free(reader);
}

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

static const struct {
	const char *keys;
	enum pageowner_field key;
	int record;	/* of which this group is */
	int has;
	const char *text;	/* NULL: the value is @number */
	int64_t number;
} values[] = {
	{ "pid", PAGEOWNER_FIELD_PID, 0, 1, NULL, 30 },
	{ "pid", PAGEOWNER_FIELD_PID, 3, 1, NULL, -1 },
	{ "pid", PAGEOWNER_FIELD_NAME, 0, 1, "b", 0 },
	{ "pid", PAGEOWNER_FIELD_NAME, 3, 1, "", 0 },
	{ "pid", PAGEOWNER_FIELD_TGID, 3, 1, NULL, 9 },
	{ "pid", PAGEOWNER_FIELD_TIMES, 0, 1, NULL, 3 },
	{ "pid", PAGEOWNER_FIELD_PAGES, 1, 1, NULL, 16 },
	{ "pid", PAGEOWNER_FIELD_ORDER, 1, 1, NULL, 2 },
	{ "pid", PAGEOWNER_FIELD_GFP, 0, 1, "GFP_KERNEL", 0 },
	{ "pid", PAGEOWNER_FIELD_MEMCG, 0, 1, "web", 0 },
	{ "pid", PAGEOWNER_FIELD_MEMCG, 3, 0, NULL, 0 },
	{ "pid", PAGEOWNER_FIELD_MODULE, 0, 1, "mod_a", 0 },
	{ "pid", PAGEOWNER_FIELD_MODULE, 3, 0, NULL, 0 },
	{ "pid", PAGEOWNER_FIELD_OWNER, 0, 1, "f", 0 },
	{ "pid", PAGEOWNER_FIELD_OWNER, 6, 0, NULL, 0 },
	{ "pid", PAGEOWNER_FIELD_ALLOC_TS, 0, 1, NULL, 500 },
	{ "pid", PAGEOWNER_FIELD_FREE_TS, 0, 0, NULL, 0 },
	{ "pid", PAGEOWNER_FIELD_FREE_TS, 1, 1, NULL, 900 },
	{ "pid", PAGEOWNER_FIELD_FREE, 1, 1, NULL, 1 },
	{ "pid", PAGEOWNER_FIELD_FREE, 0, 1, NULL, 0 },
	{ "pid", PAGEOWNER_FIELD_ALLOCATOR, 0, 1, NULL, PAGEOWNER_ALLOCATOR_OTHERS },
	{ "pid", PAGEOWNER_FIELD_STACKTRACE, 3, 1, " g+0x1/0x2\n", 0 },
	{ "pid", PAGEOWNER_FIELD_CALLSTACK, 3, 1, " g+0x1/0x2\n", 0 },
	/* not kept unless it is asked for */
	{ "pid", PAGEOWNER_FIELD_NODE, 0, 0, NULL, 0 },
	{ "pid", PAGEOWNER_FIELD_ZONE, 0, 0, NULL, 0 },
	{ "pid", PAGEOWNER_FIELD_MIGRATETYPE, 0, 0, NULL, 0 },
	{ "pid", PAGEOWNER_FIELD_BLOCKTYPE, 0, 0, NULL, 0 },
	{ "node", PAGEOWNER_FIELD_NODE, 3, 1, NULL, 1 },
	{ "zone", PAGEOWNER_FIELD_ZONE, 3, 1, NULL, 0 },
	{ "migratetype", PAGEOWNER_FIELD_MIGRATETYPE, 0, 1, "Unmovable", 0 },
	{ "blocktype", PAGEOWNER_FIELD_BLOCKTYPE, 4, 1, "CMA", 0 },
	{ "allocator", PAGEOWNER_FIELD_ALLOCATOR, 7, 1, NULL, PAGEOWNER_ALLOCATOR_VMALLOC },
};

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

	tc = new_case("values");
	tcase_add_loop_test(tc,
		test_a_group_has_a_value_for_each_key_its_first_record_has,
		0, ARRAY_SIZE(values));
	tcase_add_test(tc,
		test_a_group_shows_its_first_record_without_the_digits_of_times);
	tcase_add_test(tc, test_the_users_plumbing_is_passed_over_like_the_librarys);
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
	return run_cases("profile");
}
