// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-filter.c - which records pass, which items are refused and why, from when ages
 * count.
 */
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Number 0 to 5; the last is of a kernel that tells little. */
static void make_records(struct buffer *b)
{
	make_record(b, .pid = 10, .tgid = 10, .comm = "alpha", .ts = 5, .pfn = 0x1000,
		    .stack = " get_page+0x1/0x2\n ext4_x+0x1/0x2 [ext4]\n y+0x1/0x2 [jbd2]\n",
		    .notes = "Charged to memcg web\n");
	make_record(b, .order = 3, .pid = 11, .tgid = 10, .comm = "my app (x)",
		    .ts = 5, .free_ts = ", free_ts 9 ns", .type = "Movable", .pfn = 0x1008,
		    .flags = "0x1(node=1|zone=2)", .notes = "Charged to memcg web-2\n");
	make_record(b, .pid = 0, .tgid = 0, .comm = "", .ts = 9,
		    .free_ts = ", free_ts 5 ns", .type = "Reclaimable",
		    .stack = " 0xffffffffc0000000\n", .notes = "Slab cache page\n");
	make_record(b, .pid = 12, .tgid = 12, .comm = "alphabet", .ts = 5,
		    .free_ts = ", free_ts 0 ns", .stack = "");
	make_record(b, .order = 9, .pid = -1, .tgid = 5, .comm = "[a-z]*",
		    .notes = "Charged (via objcg) to offline memcg /\n");
	buffer_printf(b, "Page allocated via order 1, mask 0x0\n"
		      "PFN 7 Block 0 type 2          Flags             \n"
		      " do_x.isra.0+0x1/0x2\n\n");
}

static const struct {
	const char *selectors;	/* "name=list name=list" */
	const char *passes;
} filters[] = {
	{ "", "012345" },
	{ "pid=10", "0" }, { "pid=10,11", "01" }, { "pid=0", "2" },
	{ "pid=-1", "45" }, { "pid=+11", "1" }, { "pid=99", "" },
	{ "pid=10 pid=12", "03" }, { "tgid=10", "01" }, { "tgid=-1", "5" },
	{ "tgid=10 pid=11", "1" }, { "tgid=10 pid=12", "" },
	{ "name=alpha", "0" }, { "name=alpha,alphabet", "03" }, { "name=", "2" },
	{ "name=alph*", "" }, { "name=[a-z]*", "4" }, { "name=Alpha", "" },
	{ "order=0", "023" }, { "order=9,1", "45" }, { "order=-1", "" },
	{ "node=0", "0234" }, { "node=1", "1" }, { "node=-1", "5" },
	{ "module=ext4", "0" }, { "module=jbd2", "" }, { "module=*", "012345" },
	{ "module=?*", "0" }, { "module=e*4,zram", "0" },
	{ "memcg=web", "0" }, { "memcg=web*", "01" }, { "memcg=/", "4" },
	{ "memcg=*", "014" }, { "memcg=nosuch", "" },
	{ "migratetype=Movable", "1" }, { "migratetype=*ovable", "0134" },
	{ "migratetype=[!MU]*", "2" },
	{ "frame=ext4_x", "0" }, { "frame=y", "0" }, { "frame=get_*", "014" },
	{ "frame=do_x*", "5" }, { "frame=0xffffffffc*", "2" },
	{ "frame=ext4_x+0x1", "" },
	{ "released=no", "02345" }, { "released=yes", "1" },
	{ "released=yes,no", "012345" }, { "released=no tgid=10", "0" },
	{ "order=0-2", "0235" }, { "order=3-", "14" }, { "order=-2", "0235" },
	{ "order=1-1,9", "45" }, { "order=2-5,4-9,0-0", "01234" },
	{ "pid=10-11", "01" }, { "pid=-9", "2" }, { "pid=0-11,-1", "01245" },
	{ "tgid=6-", "013" }, { "zone=2", "01234" }, { "zone=-1", "5" },
	{ "zone=1-", "01234" }, { "kind=page", "012345" }, { "kind=STACK", "" },
	{ "migratetype=movable,RECLAIMABLE", "12" }, { "migratetype=un*", "034" },
	{ "blocktype=Movable", "01234" }, { "blocktype=2", "5" },
	{ "owner=get_page", "014" }, { "owner=do_x", "5" }, { "frame=do_x", "5" },
	{ "owner=*x*", "25" }, { "module-any=jbd2", "0" },
	{ "module-any=ext4,jbd2", "0" }, { "module_any=*", "0" },
	{ "pfn=7", "45" }, { "pfn=0x1000", "0" }, { "pfn=0x1009-0x100e", "1" },
	{ "pfn=-100", "2345" }, { "ts=5ns", "013" }, { "alloc_ts=6ns-", "2" },
	{ "ts=-0.01us", "01234" }, { "ts=-0", "4" }, { "ts=1s-2h", "" },
	{ "free_ts=9ns", "1" }, { "free-ts=0-5ns", "23" },
	{ "gfp=GFP_KERNEL", "01234" }, { "gfp=0x0", "5" }, { "slab=yes", "2" },
	{ "slab=no", "01345" }, { "objcg=yes", "4" }, { "memcg_offline=YES", "4" },
	{ "!PID=10", "12345" }, { "!pid=10", "12345" }, { "!pid=10-11 pid=-1,0-99", "2345" },
	{ "!pid=-1", "0123" }, { "!name=alpha", "12345" }, { "!name=", "01345" },
	{ "!order=1-", "023" }, { "!module=ext4", "12345" }, { "!module=?*", "12345" },
	{ "!frame=get_page", "235" }, { "!memcg=web*", "2345" },
	{ "!migratetype=unmovable", "125" }, { "!released=yes", "02345" },
	{ "!ts=5ns", "245" }, { "memcg=web* !memcg=web", "1" },
	{ "!pid=10 !pid=11 !order=9", "235" },
	{ "memcg=web* module=ext4 pid=10 order=0 node=0 frame=y name=alpha "
	  "migratetype=Unmovable released=no tgid=10", "0" },
};

static int add_selectors(struct pageowner_filter *f, const char *selectors)
{
	char copy[512], *at = copy, *item;
	int ret = 0;

	strcpy(copy, selectors);
	while (ret == 0 && (item = strsep(&at, " "))) {
		char *list = strchr(item, '=');

		if (!*item)
			continue;
		*list = '\0';
		ret = pageowner_filter_add(f, item, list + 1, NULL);
	}
	return ret;
}

START_TEST(test_a_selector_lets_pass_what_fits_one_of_its_items)
{
	const struct pageowner_record *record;
	struct pageowner_profile *profile;
	struct pageowner_reader *reader;
	struct pageowner_filter *f;
	struct buffer b = { 0 };
	char passed[8] = "";
	int number = 0;

	make_records(&b);
	ck_assert_int_eq(pageowner_filter_new(&f), 0);
	ck_assert_int_eq(add_selectors(f, filters[_i].selectors), 0);
	ck_assert_int_eq(pageowner_profile_new("alloc_ts", &profile), 0);
	pageowner_profile_set_filter(profile, f);
	ck_assert_int_eq(pageowner_reader_open_memory(b.ptr, b.len, &reader), 0);
	for (; pageowner_reader_next(reader, &record) > 0; number++) {
		int pass = pageowner_filter_match(f, record);

		if (pass)
			passed[strlen(passed)] = (char)('0' + number);
		ck_assert_int_eq(pageowner_profile_add(profile, record), pass);
	}
	ck_assert_int_eq(number, 6);
	ck_assert_str_eq(passed, filters[_i].passes);
	pageowner_reader_free(reader);
	pageowner_profile_free(profile);
	pageowner_filter_free(f);
	buffer_free(&b);
}
END_TEST

/* Loading reads only what the keys and the filter need. */
START_TEST(test_loading_with_a_filter_counts_what_matching_says)
{
	struct pageowner_profile *profile;
	struct pageowner_filter *f;
	struct buffer b = { 0 };
	uint64_t times;

	make_records(&b);
	make_records(&b);
	ck_assert_int_eq(pageowner_filter_new(&f), 0);
	ck_assert_int_eq(add_selectors(f, filters[_i].selectors), 0);
	ck_assert_int_eq(pageowner_profile_new("order", &profile), 0);
	pageowner_profile_set_filter(profile, f);
	ck_assert_int_eq(pageowner_profile_load(profile, temp_file(b.ptr, b.len)), 0);
	pageowner_profile_total(finished(profile), &times, NULL);
	ck_assert_uint_eq(times, 2 * strlen(filters[_i].passes));
	ck_assert_uint_eq(pageowner_profile_stats(profile)->records, 12);
	pageowner_profile_free(profile);
	pageowner_filter_free(f);
	buffer_free(&b);
}
END_TEST

static const struct {
	const char *selector, *list;
} wrong[] = {
	{ "", "1" }, { "!", "1" }, { "!!pid", "1" }, { "comm", "x" }, { "txt", "x" },
	{ "pages", "1" }, { "pid", "1-x" }, { "pid", "10-3" }, { "pid", "1-2-3" },
	{ "pid", "--1" }, { "pid", "2 -3" }, { "order", "0x3" }, { "pfn", "0x" },
	{ "ts", "5" }, { "ts", "5x" }, { "ts", "5.ns.5" }, { "ts", "-1" },
	{ "ts", "1h30m" }, { "ts", "106752d" }, { "free_ts", "2s-1s" },
	{ "age", "1h" }, { "age", "" }, { "age", "old" }, { "zone", "Normal" },
	{ "migratetype", "Moveable" }, { "migratetype", "2" }, { "kind", "pages" },
	{ "blocktype", "x" }, { "owner", "" }, { "module-any", "" }, { "slab", "1" },
	{ "pid", "4294967302-" }, { "comm", "x" }, { "PIDS", "1" }, { "pid", "" },
	{ "pid", "," }, { "pid", "1," }, { "pid", ",1" }, { "pid", "1,,2" },
	{ "pid", "0x7" }, { "pid", "1x" }, { "pid", "x" }, { "pid", "-" },
	{ "pid", "4294967302" }, { "pid", "99999999999999999999999" },
	{ "tgid", "1 " }, { "order", "" }, { "node", "a" }, { "module", "" },
	{ "module", "ext4," }, { "memcg", "" }, { "frame", "" },
	{ "migratetype", "" }, { "released", "" }, { "released", "maybe" },
	{ "released", "no,x" },
};

START_TEST(test_unknown_selectors_and_items_not_of_their_kind_are_refused)
{
	const char *where = NULL;
	struct pageowner_filter *f;

	ck_assert_int_eq(pageowner_filter_new(&f), 0);
	ck_assert_str_eq(pageowner_filter_error(f), "");
	ck_assert_int_eq(pageowner_filter_add(f, wrong[_i].selector,
					      wrong[_i].list, &where), -EINVAL);
	ck_assert(where >= wrong[_i].list &&
		  where <= wrong[_i].list + strlen(wrong[_i].list));
	ck_assert(*pageowner_filter_error(f));
	pageowner_filter_free(f);
	pageowner_filter_free(NULL);
}
END_TEST

static const struct {
	const char *selector, *list;
	int where;
	const char *error;
} sentences[] = {
	{ "!pid", "1,2x,3", 2, "pid: \"2x\" at column 3 is not a number up to 2147483647 or a range of them (3-10, 5-, -9)" },
	{ "order", "1,,3", 2, "order: \"\" at column 3 is an empty item" },
	{ "age", "1h", 0, "age: \"1h\" at column 1 is not a range: expected 1h- for older or -1h for younger" },
	{ "ts", "10", 0, "alloc_ts: \"10\" at column 1 is not a time: expected a number with ns, us, ms, s, m, h or d, or a range of them (10m-1.5h, 2d-, -30s)" },
	{ "pid", "9-3", 0, "pid: \"9-3\" at column 1 is not a range: its end is before its start" },
	{ "migratetype", "cma,foo", 4, "migratetype: \"foo\" at column 5 is unknown, expected one of: Unmovable, Movable, Reclaimable, HighAtomic, CMA, Isolate" },
	{ "released", "maybe", 0, "free: \"maybe\" at column 1 is unknown, expected one of: no, yes" },
};

START_TEST(test_the_wrong_item_is_named)
{
	const struct pageowner_record *record;
	struct pageowner_reader *reader;
	struct pageowner_filter *f;
	struct buffer b = { 0 };
	const char *where;

	ck_assert_int_eq(pageowner_filter_new(&f), 0);
	ck_assert_int_eq(pageowner_filter_add(f, sentences[_i].selector,
					      sentences[_i].list, &where), -EINVAL);
	ck_assert_int_eq(where - sentences[_i].list, sentences[_i].where);
	ck_assert_str_eq(pageowner_filter_error(f), sentences[_i].error);
	/* Nothing of it was added, and a good list takes the sentence away. */
	make_record(&b, .pid = 7);
	ck_assert_int_eq(pageowner_reader_open_memory(b.ptr, b.len, &reader), 0);
	ck_assert_int_eq(pageowner_reader_next(reader, &record), 1);
	ck_assert_int_eq(pageowner_filter_match(f, record), 1);
	ck_assert_int_eq(pageowner_filter_add(f, "pid", "7", &where), 0);
	ck_assert_str_eq(pageowner_filter_error(f), "");
	ck_assert_int_eq(pageowner_filter_match(f, record), 1);
	pageowner_reader_free(reader);
	pageowner_filter_free(f);
	buffer_free(&b);
}
END_TEST

START_TEST(test_the_valid_selectors_are_listed)
{
	struct pageowner_filter *f;

	ck_assert_int_eq(pageowner_filter_new(&f), 0);
	ck_assert_int_eq(pageowner_filter_add(f, "comm", "x", NULL), -EINVAL);
	ck_assert(strstr(pageowner_filter_error(f), "\"comm\" is not a selector"));
	ck_assert(strstr(pageowner_filter_error(f), " module-any"));
	ck_assert_ptr_null(strstr(pageowner_filter_error(f), " txt"));
	pageowner_filter_free(f);
}
END_TEST

/* --- many items */

static void add_many(struct pageowner_filter *f, const char *selector,
		     const char *prefix)
{
	struct buffer list = { 0 };

	/* Not in order, some twice */
	for (unsigned int i = 0; i < 5000; i++)
		buffer_printf(&list, "%s%u,", prefix, i * 7919 % 4000 * 3);
	list.ptr[list.len - 1] = '\0';
	ck_assert_int_eq(pageowner_filter_add(f, selector, list.ptr, NULL), 0);
	buffer_free(&list);
}

START_TEST(test_thousands_of_items_are_each_found)
{
	struct pageowner_filter *pids, *names;

	ck_assert_int_eq(pageowner_filter_new(&pids), 0);
	ck_assert_int_eq(pageowner_filter_new(&names), 0);
	add_many(pids, "pid", "");
	add_many(names, "name", "task ");
	for (int i = 0; i < 12010; i++) {
		struct pageowner_record r = { .pid = i,
			.has = PAGEOWNER_HAS_PID | PAGEOWNER_HAS_COMM };
		const bool listed = i % 3 == 0 && i < 12000;
		char name[20];

		snprintf(name, sizeof(name), "task %d", i);
		r.comm = text_from(name);
		ck_assert_int_eq(pageowner_filter_match(pids, &r), listed);
		ck_assert_int_eq(pageowner_filter_match(names, &r), listed);
	}
	pageowner_filter_free(pids);
	pageowner_filter_free(names);
}
END_TEST

/* --- ages */

#define CAPTURE "PFN# pageowner-capture: 1\nPFN# start-clock: 100.000000000\n"

static const char *aged_file(const char *header, uint64_t first, uint64_t second)
{
	struct buffer b = { 0 };
	const char *path;

	buffer_printf(&b, "%s", header);
	make_record(&b, .pid = 1, .ts = first);
	make_record(&b, .pid = 2, .ts = second);
	path = temp_file(b.ptr, b.len);
	buffer_free(&b);
	return path;
}

static const struct {
	const char *header, *age;
	int clock;
	uint64_t times;
} ages[] = {	/* of records 40 and 90 seconds after boot */
	{ CAPTURE, "-15s", 1, 1 }, { CAPTURE, "15s-", 1, 1 },
	{ CAPTURE, "59s-61s", 1, 1 }, { CAPTURE, "5s-1h", 1, 2 },
	{ CAPTURE, "1d-", 1, 0 }, { "", "-0", 2, 1 }, { "", "50s-", 2, 1 },
	{ "", "51s-", 2, 0 },
};

START_TEST(test_ages_count_from_the_capture_or_the_newest_record)
{
	const char *path = aged_file(ages[_i].header, UINT64_C(90000000000),
				     UINT64_C(40000000000));
	struct pageowner_profile *profile;
	struct pageowner_filter *f;
	uint64_t times;

	ck_assert_int_eq(pageowner_filter_new(&f), 0);
	ck_assert_int_eq(pageowner_filter_find_clock(f, path), 0);
	ck_assert_int_eq(pageowner_filter_add(f, "age", ages[_i].age, NULL), 0);
	ck_assert_int_eq(pageowner_filter_find_clock(f, path), ages[_i].clock);
	ck_assert_int_eq(pageowner_profile_new("pid", &profile), 0);
	pageowner_profile_set_filter(profile, f);
	ck_assert_int_eq(pageowner_profile_load(profile, path), 0);
	pageowner_profile_total(finished(profile), &times, NULL);
	ck_assert_uint_eq(times, ages[_i].times);
	pageowner_profile_free(profile);
	pageowner_filter_free(f);
}
END_TEST

static const struct {
	const char *path;	/* NULL: records without times */
	int result;
	const char *sentence;	/* a part of it */
} no_clocks[] = {
	{ "-", -ESPIPE, "read twice" }, { "/", -EISDIR, "directory" },
	{ "/dev/null", -ESPIPE, "read twice" }, { "/no/such", -ENOENT, "No such file" },
	{ NULL, -ENODATA, "no record has a time" },
};

START_TEST(test_without_a_clock_no_age_is_guessed)
{
	static const char old[] = "Page allocated via order 1, mask 0x0\n"
		"PFN 7 Block 0 type 2          Flags             \n\n";
	struct pageowner_record r = { .has = PAGEOWNER_HAS_TS, .ts_ns = 5 };
	const char *path = aged_file("", 1, 2);
	struct pageowner_profile *profile;
	struct pageowner_filter *f;

	ck_assert_int_eq(pageowner_filter_new(&f), 0);
	ck_assert_int_eq(pageowner_filter_add(f, "age", "1s-", NULL), 0);
	ck_assert_int_eq(pageowner_filter_match(f, &r), -EINVAL);
	ck_assert_int_eq(pageowner_profile_new("pid", &profile), 0);
	pageowner_profile_set_filter(profile, f);
	ck_assert_int_eq(pageowner_profile_add(profile, &r), -EINVAL);
	ck_assert_int_eq(pageowner_profile_load(profile, path), -EINVAL);
	ck_assert(strstr(pageowner_profile_error(profile), "age"));
	for (size_t i = 0; i < ARRAY_SIZE(no_clocks); i++) {
		const char *file = no_clocks[i].path ? no_clocks[i].path :
			temp_file(old, sizeof(old) - 1);

		ck_assert_int_eq(pageowner_filter_find_clock(f, file),
				 no_clocks[i].result);
		ck_assert(strstr(pageowner_filter_error(f), file));
		ck_assert(strstr(pageowner_filter_error(f), no_clocks[i].sentence));
	}
	pageowner_filter_set_clock(f, UINT64_C(2000000000));
	ck_assert_int_eq(pageowner_filter_match(f, &r), 1);
	r.ts_ns = UINT64_C(1500000000);
	ck_assert_int_eq(pageowner_filter_match(f, &r), 0);
	r.has = 0;
	ck_assert_int_eq(pageowner_filter_match(f, &r), 0);
	pageowner_profile_free(profile);
	pageowner_filter_free(f);
}
END_TEST

START_TEST(test_owners_are_those_of_the_users_plumbing)
{
	struct pageowner_record r = {
		.stack = TEXT(" alloc_pages+0x1/0x2\n f+0x1/0x2\n g+0x1/0x2\n"),
	};
	struct pageowner_plumbing *plumbing;
	struct pageowner_filter *f;

	ck_assert_int_eq(pageowner_plumbing_new(&plumbing), 0);
	ck_assert_int_eq(pageowner_plumbing_add(plumbing, "f", NULL), 0);
	ck_assert_int_eq(pageowner_filter_new(&f), 0);
	ck_assert_int_eq(pageowner_filter_add(f, "owner", "g", NULL), 0);
	ck_assert_int_eq(pageowner_filter_match(f, &r), 0);
	pageowner_filter_set_plumbing(f, plumbing);
	ck_assert_int_eq(pageowner_filter_match(f, &r), 1);
	pageowner_filter_free(f);
	pageowner_plumbing_free(plumbing);
}
END_TEST

int main(void)
{
	TCase *cases[] = { new_case("match"), new_case("refuse"), new_case("many"),
		new_case("age") };

	tcase_add_loop_test(cases[0],
			    test_a_selector_lets_pass_what_fits_one_of_its_items,
			    0, ARRAY_SIZE(filters));
	tcase_add_loop_test(cases[0],
			    test_loading_with_a_filter_counts_what_matching_says,
			    0, ARRAY_SIZE(filters));
	tcase_add_test(cases[0], test_owners_are_those_of_the_users_plumbing);
	tcase_add_loop_test(cases[1],
		test_unknown_selectors_and_items_not_of_their_kind_are_refused,
		0, ARRAY_SIZE(wrong));
	tcase_add_loop_test(cases[1], test_the_wrong_item_is_named,
			    0, ARRAY_SIZE(sentences));
	tcase_add_test(cases[1], test_the_valid_selectors_are_listed);
	tcase_add_test(cases[2], test_thousands_of_items_are_each_found);
	tcase_add_loop_test(cases[3],
			    test_ages_count_from_the_capture_or_the_newest_record,
			    0, ARRAY_SIZE(ages));
	tcase_add_test(cases[3], test_without_a_clock_no_age_is_guessed);
	return run_cases("filter");
}
