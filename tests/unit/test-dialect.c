// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-dialect.c - what is not page_owner's reads as it should: samples of each dialect,
 * show_stacks of real kernels, hostile text. What it counts as: test-dialect-groups.c;
 * among dumps, with any number of threads: test-dialect-threads.c.
 */
#include "dialect.h"

static const char *const suffixes[] = {
	".show_stacks", ".show_handles", ".show_stacks_handles", ".report",
	".console",
};

static char *samples[100];
static int sample_count;

static void find_samples(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		int count;
		char **names = data_names("dialects", suffixes[i], &count);

		memcpy(samples + sample_count, names, (size_t)count * sizeof(*names));
		sample_count += count;
		free(names);
	}
}

START_TEST(test_every_sample_reads_as_expected)
{
	struct buffer text, expected, got = { 0 };
	const struct pageowner_record *record;
	struct pageowner_reader *reader;
	char path[4096];
	int ret;

	snprintf(path, sizeof(path), "dialects/%s.expect", samples[_i]);
	expected = data_file(path);
	snprintf(path, sizeof(path), "dialects/%s", samples[_i]);
	text = data_file(path);
	ck_assert_int_eq(pageowner_reader_open_memory(text.ptr, text.len, &reader), 0);
	while ((ret = pageowner_reader_next(reader, &record)) > 0)
		print_record(&got, record);
	ck_assert_int_eq(ret, 0);
	assert_same_text(path, &got, &expected);
	ck_assert_msg(damage_count(pageowner_reader_stats(reader)) == 0,
		      "%s: damage where there is none", path);
	pageowner_reader_free(reader);
	buffer_free(&text);
	buffer_free(&expected);
	buffer_free(&got);
}
END_TEST

static void load_text(struct pageowner_profile *p, const struct buffer *text)
{
	ck_assert_int_eq(pageowner_profile_load(p, temp_file(text->ptr, text->len)), 0);
}

/* --- real ones */

static const struct {
	const char *name;
	unsigned int entries;
	uint64_t pages;
} shown[] = {
	{ "0-boot", 407, 3418 }, { "0-boot.after", 409, 3424 },
	{ "1-work", 511, 44647 }, { "1-work.after", 512, 44656 },
	{ "leak-0", 512, 44657 }, { "leak-1", 529, 50146 },
	{ "leak-2", 530, 54265 }, { "leak-3", 533, 58290 },
	{ "leak-4", 533, 62667 }, { "leak-5", 534, 66884 },
	{ "leak-6-killed", 521, 20740 },
};

START_TEST(test_real_show_stacks_have_the_pages_they_are_known_to_have)
{
	struct pageowner_profile *p = new_profile("callstack", 1);
	struct buffer text;
	uint64_t times, pages;
	char path[4096];

	snprintf(path, sizeof(path), "real/linux-6.12-%s.show_stacks.xz", shown[_i].name);
	text = data_file(path);
	load_text(p, &text);
	pageowner_profile_total(finished(p), &times, &pages);
	ck_assert_uint_eq(pageowner_profile_stats(p)->records, shown[_i].entries);
	ck_assert_uint_eq(pageowner_profile_stats(p)->bytes, text.len);
	ck_assert_uint_eq(damage_count(pageowner_profile_stats(p)), 0);
	ck_assert_uint_eq(pageowner_profile_count(finished(p)), shown[_i].entries);
	ck_assert_uint_eq(pages, shown[_i].pages);
	ck_assert_uint_eq(times, 0);
	ck_assert_uint_eq(pageowner_profile_has(finished(p)), PAGEOWNER_HAS_PAGES);
	ck_assert_uint_eq(pageowner_profile_kinds(p), 1u << PAGEOWNER_RECORD_STACK);
	pageowner_profile_free(p);
	buffer_free(&text);
}
END_TEST

/* How the README of tests/data says a dump relates to the show_stacks of its
 * moment; the early stack is in dumps alone. */
static const struct {
	const char *dump, *stacks;
	int equal, differ, only_in_dump;
} moments[] = {
	{ "0-boot", "0-boot", 405, 2, 2 },
	{ "1-work", "1-work", 507, 4, 1 },
	{ "0-boot", "0-boot.after", 407, 2, 0 },
	{ "1-work", "1-work.after", 510, 2, 0 },
};

START_TEST(test_a_dump_and_its_show_stacks_have_the_same_groups)
{
	struct pageowner_profile *both = new_profile("callstack", 1);
	struct pageowner_profile *alone = new_profile("callstack", 1);
	int equal = 0, differ = 0, only_in_dump = 0;
	struct buffer dump, stacks;
	char path[4096];

	snprintf(path, sizeof(path), "real/linux-6.12-%s.page_owner.xz", moments[_i].dump);
	dump = data_file(path);
	snprintf(path, sizeof(path), "real/linux-6.12-%s.show_stacks.xz",
		 moments[_i].stacks);
	stacks = data_file(path);
	load_text(alone, &dump);
	load_text(both, &dump);
	load_text(both, &stacks);
	/* In input order the groups of the dump come first, in both. */
	for (size_t i = 0; i < pageowner_profile_count(finished(alone)); i++) {
		uint64_t pages = group_at(alone, i)->pages;
		uint64_t sum = group_at(both, i)->pages;

		equal += sum == 2 * pages;
		only_in_dump += sum == pages;
		differ += sum != 2 * pages && sum != pages;
	}
	ck_assert_int_eq(equal, moments[_i].equal);
	ck_assert_int_eq(differ, moments[_i].differ);
	ck_assert_int_eq(only_in_dump, moments[_i].only_in_dump + 1);
	ck_assert_uint_eq(pageowner_profile_kinds(both),
			  1u << PAGEOWNER_RECORD_PAGE | 1u << PAGEOWNER_RECORD_STACK);
	pageowner_profile_free(alone);
	pageowner_profile_free(both);
	buffer_free(&dump);
	buffer_free(&stacks);
}
END_TEST

/* --- hostile text */

START_TEST(test_lines_that_begin_with_a_blank_take_time_in_proportion)
{
	struct pageowner_profile *p = new_profile("callstack", 1);
	struct buffer b = { 0 };

	/* More than an entry may have: the run is skipped in large pieces. */
	for (int i = 0; i < 400000; i++)
		buffer_add(&b, " a+0x1/0x2\n", 11);
	buffer_add(&b, "\n", 1);
	buffer_add(&b, entry, sizeof(entry) - 1);
	load_text(p, &b);
	ck_assert_uint_eq(pageowner_profile_count(finished(p)), 1);
	ck_assert_uint_eq(group_at(p, 0)->pages, 70);
	ck_assert_uint_eq(pageowner_profile_stats(p)->skipped_bytes, 400000 * 11);
	ck_assert_uint_eq(pageowner_profile_stats(p)->
			  damage[PAGEOWNER_DAMAGE_JUNK].count, 1);
	pageowner_profile_free(p);
	buffer_free(&b);
}
END_TEST

START_TEST(test_an_empty_show_stacks_holds_nothing_and_is_no_error)
{
	struct pageowner_profile *p = new_profile("callstack", 2);

	ck_assert_int_eq(pageowner_profile_load(p, temp_file("", 0)), 0);
	ck_assert_uint_eq(pageowner_profile_count(finished(p)), 0);
	ck_assert_uint_eq(pageowner_profile_kinds(p), 0);
	pageowner_profile_free(p);
}
END_TEST

START_TEST(test_an_entry_without_a_readable_count_makes_no_group)
{
	static const char text[] =
		" a+0x1/0x2\nnr_base_pages: 99999999999999999999\n\n";
	struct pageowner_profile *p = new_profile("callstack", 1);

	ck_assert_int_eq(pageowner_profile_load(p, temp_file(text, sizeof(text) - 1)), 0);
	ck_assert_uint_eq(pageowner_profile_count(finished(p)), 0);
	ck_assert_uint_eq(pageowner_profile_stats(p)->records, 1);
	ck_assert_uint_eq(pageowner_profile_stats(p)->
			  damage[PAGEOWNER_DAMAGE_FIELD].count, 1);
	pageowner_profile_free(p);
}
END_TEST

int main(void)
{
	TCase *tc = new_case("samples");

	find_samples();
	tcase_add_loop_test(tc, test_every_sample_reads_as_expected, 0, sample_count);

	tc = new_case("console");
	tcase_add_test(tc, test_lines_that_begin_with_a_blank_take_time_in_proportion);

	tc = new_case("show_stacks");
	tcase_add_test(tc, test_an_empty_show_stacks_holds_nothing_and_is_no_error);
	tcase_add_test(tc, test_an_entry_without_a_readable_count_makes_no_group);
	if (can_read(".xz")) {
		tcase_add_loop_test(tc,
			test_real_show_stacks_have_the_pages_they_are_known_to_have,
			0, ARRAY_SIZE(shown));
		tcase_add_loop_test(tc,
			test_a_dump_and_its_show_stacks_have_the_same_groups,
			0, ARRAY_SIZE(moments));
	}
	return run_cases("dialect");
}
