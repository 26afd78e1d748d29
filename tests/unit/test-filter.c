// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-filter.c - which records pass.
 */
#include "support.h"

#include <errno.h>
#include <string.h>

/* Number 0 to 5; the last is of a kernel that tells little. */
static void make_records(struct buffer *b)
{
	make_record(b, .pid = 10, .tgid = 10, .comm = "alpha", .ts = 5,
		    .stack = " get_page+0x1/0x2\n ext4_x+0x1/0x2 [ext4]\n y+0x1/0x2 [jbd2]\n",
		    .notes = "Charged to memcg web\n");
	make_record(b, .order = 3, .pid = 11, .tgid = 10, .comm = "my app (x)",
		    .ts = 5, .free_ts = ", free_ts 9 ns", .type = "Movable",
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
		ret = pageowner_filter_add(f, item, list + 1);
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
	pageowner_profile_total(profile, &times, NULL);
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
	{ "", "1" }, { "comm", "x" }, { "PID", "1" }, { "pid", "" },
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
	struct pageowner_filter *f;

	ck_assert_int_eq(pageowner_filter_new(&f), 0);
	ck_assert_int_eq(pageowner_filter_add(f, wrong[_i].selector,
					      wrong[_i].list), -EINVAL);
	pageowner_filter_free(f);
	pageowner_filter_free(NULL);
}
END_TEST

int main(void)
{
	TCase *tc = new_case("filter");

	tcase_add_loop_test(tc, test_a_selector_lets_pass_what_fits_one_of_its_items,
			    0, ARRAY_SIZE(filters));
	tcase_add_loop_test(tc, test_loading_with_a_filter_counts_what_matching_says,
			    0, ARRAY_SIZE(filters));
	tcase_add_loop_test(tc,
		test_unknown_selectors_and_items_not_of_their_kind_are_refused,
		0, ARRAY_SIZE(wrong));
	return run_cases("filter", &tc, 1);
}
