// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-repair.c - text as people post it, and what other tools write: what is read from
 * it, and what is said about it; in windows that end anywhere, with several threads, and
 * from inputs made to be slow. tests/cli/test-repair.py has what mailers and others do to
 * each sample.
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WINDOW (256 << 10)

static char **posted;
static int posted_count;

static struct buffer posted_file(const char *name, const char *suffix)
{
	char path[4096];

	snprintf(path, sizeof(path), "posted/%.*s%s", (int)(strlen(name) - strlen(".txt")),
		 name, suffix);
	return data_file(path);
}

static void print_memory_of(struct buffer *to, const void *data, size_t len)
{
	struct pageowner_reader *reader;

	ck_assert_int_eq(pageowner_reader_open_memory(data, len, &reader), 0);
	ck_assert_int_ge(print_reader(to, reader), 0);
	pageowner_reader_free(reader);
}

START_TEST(test_every_posted_text_reads_as_expected)
{
	struct buffer text = posted_file(posted[_i], ".txt"), got = { 0 };
	struct buffer expected = posted_file(posted[_i], ".expect");

	print_memory_of(&got, text.ptr, text.len);
	assert_same_text(posted[_i], &got, &expected);
	buffer_free(&text);
	buffer_free(&expected);
	buffer_free(&got);
}
END_TEST

/* The number of records, of which the last is of @text, and the end of the stats */
static uint64_t read_behind(const struct buffer *text, size_t pad)
{
	const struct pageowner_record *record;
	struct pageowner_reader *reader;
	struct buffer b = { 0 };
	uint64_t records = 0;

	/* A line that is no record's makes the reader careful, as it is without the pad. */
	buffer_printf(&b, "x\n");
	while (b.len < pad)
		buffer_add(&b, "\n", 1);
	buffer_add(&b, text->ptr, text->len);
	ck_assert_int_eq(pageowner_reader_open_memory(b.ptr, b.len, &reader), 0);
	while (pageowner_reader_next(reader, &record) > 0)
		records = records * 31 + record->stack.len + record->pages;
	pageowner_reader_free(reader);
	buffer_free(&b);
	return records;
}

START_TEST(test_the_window_may_end_anywhere_in_a_posted_text)
{
	struct buffer text = posted_file(posted[_i], ".txt");
	const uint64_t wanted = read_behind(&text, 2);

	/* A mark in front of all text is one there only. */
	for (size_t at = 0; at < text.len && *text.ptr != '\xef'; at += 29)
		ck_assert_uint_eq(read_behind(&text, WINDOW - at), wanted);
	buffer_free(&text);
}
END_TEST

START_TEST(test_threads_read_what_one_reads)
{
	const char *record = "> Page allocated via order 1, mask 0xcc0(GFP_KERNEL), pid 7,\n"
		"> tgid 7 (sh), ts 9 ns\n> PFN 0x1000 type Movable Block 8 type Movable "
		"Flags 0x0()\n>  a+0x1/0x2\n>  b+0x1/0x2 [mod]\n>\n";
	struct buffer b = { 0 };
	uint64_t times[2], pages[2];

	for (int i = 0; i < 30000; i++)
		if (i < 15000)
			make_record(&b, .comm = "sh", .pid = i, .ts = 1);
		else
			buffer_add(&b, record, strlen(record));
	for (unsigned int jobs = 0; jobs < 2; jobs++) {
		struct pageowner_profile *p = NULL;

		ck_assert_int_eq(pageowner_profile_new("callstack", &p), 0);
		pageowner_profile_set_jobs(p, jobs ? 4 : 1);
		ck_assert_int_eq(pageowner_profile_load_memory(p, b.ptr, b.len, "x"), 0);
		ck_assert_int_eq(pageowner_profile_finish(p), 0);
		pageowner_profile_total(p, &times[jobs], &pages[jobs]);
		ck_assert_uint_eq(pageowner_profile_count(p), 2);
		ck_assert_uint_eq(pageowner_profile_stats(p)->repair[
				  PAGEOWNER_REPAIR_FOLD].count, 15000);
		pageowner_profile_free(p);
	}
	ck_assert_uint_eq(times[0], 30000);
	ck_assert_uint_eq(times[0], times[1]);
	ck_assert_uint_eq(pages[0], pages[1]);
	buffer_free(&b);
}
END_TEST

/* Lines that seem to begin what they are not */
static const char *const hostile[] = {
	"Page allocated via order 0, mask 0x1(GFP\n", "> Page allocated via order 1,\n",
	"page_owner tracks the page as allocated\n", "[ 1.0] a+0x1/0x2\n", ">  a+0x1/0x2\n",
	"> 2 times, 3 pages:\n", "Page\n", "a+0x1\n", "page last free stack trace:\n",
	"Page allocated via order 1, mask 0x1\n[ 1.0] x\n", " a\n", "0x1\n", "...\n",
	"page last allocated via order 1, migratetype Movable, gfp_mask 0x1()\nx\n a+0x1/0x2\n",
	"Page allocated via order 0, mask 0x0(), pid 1, tgid 1 (((((((((((((((((((\n",
};

START_TEST(test_no_text_takes_long)
{
	const size_t size = 512 << 10;
	struct buffer b = { 0 };
	const struct pageowner_record *record;
	struct pageowner_reader *reader;
	clock_t begin = clock();

	while (b.len < size)
		buffer_add(&b, hostile[_i], strlen(hostile[_i]));
	ck_assert_int_eq(pageowner_reader_open_memory(b.ptr, b.len, &reader), 0);
	while (pageowner_reader_next(reader, &record) > 0)
		;
	pageowner_reader_free(reader);
	/* With checkers also; without them it takes a tenth of that. */
	ck_assert_msg((clock() - begin) / CLOCKS_PER_SEC < 10, "%s", hostile[_i]);
	buffer_free(&b);
}
END_TEST

START_TEST(test_every_kind_of_repair_has_words)
{
	for (unsigned int i = 0; i < pageowner_repair_count(); i++)
		ck_assert_str_ne(pageowner_repair_text(i), "unknown repair");
	ck_assert_str_eq(pageowner_repair_text(pageowner_repair_count()), "unknown repair");
	ck_assert_uint_le(pageowner_repair_count(), 16);
}
END_TEST

int main(void)
{
	TCase *tc = new_case("posted");

	posted = data_names("posted", ".txt", &posted_count);
	tcase_set_timeout(tc, 300);
	tcase_add_loop_test(tc, test_every_posted_text_reads_as_expected, 0, posted_count);
	tcase_add_loop_test(tc, test_the_window_may_end_anywhere_in_a_posted_text, 0,
			    posted_count);
	tcase_add_test(tc, test_threads_read_what_one_reads);
	tcase_add_loop_test(tc, test_no_text_takes_long, 0, ARRAY_SIZE(hostile));
	tcase_add_test(tc, test_every_kind_of_repair_has_words);
	return run_cases("repair");
}
