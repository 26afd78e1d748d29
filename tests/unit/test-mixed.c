// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-mixed.c - reports of several processors at once in a log that names the caller of
 * each line: each report is read once, with its own lines, however they are mixed.
 */
#include "support.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define REPORTS_MAX 3

/* What is printed for a page; #: the number of the report */
static const char *const lines[] = {
	"page: refcount:1 mapcount:0 mapping:0000000000000000 index:0x0 pfn:0x10#",
	"flags: 0x17ffffc0000000(node=0|zone=2|lastcpupid=0x1fffff)",
	"page dumped because: test",
	"page_owner tracks the page as allocated",
	("page last allocated via order 0, migratetype Unmovable, gfp_mask 0xcc0(GFP_KERNEL), "
	 "pid #, tgid 7 (task), ts 1000, free_ts 5"),
	" post_alloc_hook+0x1a0/0x2b0",
	" get_page_from_freelist+0x9d/0x1c0",
	" alloc_#+0x12/0x30",
	" open_#+0x12/0x30 [mod]",
	"page last free pid 4# tgid 5 stack trace:",
	" free_unref_page+0x1/0x20",
	" free_#+0x1/0x2",
};

static const char *const prefixes[] = { "", "> ", "Nov 27 10:00:00 host kernel: " };

static void add_line(struct buffer *to, const char *line, char number)
{
	for (; *line; line++)
		buffer_add(to, *line == '#' ? &number : line, 1);
	buffer_add(to, "\n", 1);
}

/* Reports 1 to @count, mixed by chance */
static void add_mixed(struct buffer *to, const char *prefix, int count)
{
	size_t at[REPORTS_MAX] = { 0 }, left = (size_t)count * ARRAY_SIZE(lines);
	unsigned int ms = 0;

	while (left) {
		const uint32_t i = random_below((uint32_t)count);

		for (uint32_t n = 1 + random_below(4); n && at[i] < ARRAY_SIZE(lines); n--) {
			buffer_printf(to, "%s[%5u.%06u][%7s%u] ", prefix, 1 + ms / 1000,
				      ms % 1000 * 1000, i % 2 ? "C" : "T", i + 100);
			ms++;
			add_line(to, lines[at[i]++], '1' + (char)i);
			left--;
		}
	}
}

/* Whether a record is of report @i, from its first line to its last */
static bool is_report(const struct pageowner_record *record, int i)
{
	char stack[256], freed[128];

	snprintf(stack, sizeof(stack), " post_alloc_hook+0x1a0/0x2b0\n"
		 " get_page_from_freelist+0x9d/0x1c0\n"
		 " alloc_%d+0x12/0x30\n open_%d+0x12/0x30 [mod]\n", i, i);
	snprintf(freed, sizeof(freed), " free_unref_page+0x1/0x20\n free_%d+0x1/0x2", i);
	return record->pid == i && record->pfn == UINT64_C(0x100) + (uint64_t)i &&
		record->free_pid == 40 + i && text_is(record->stack, stack) &&
		text_is(record->free_stack, freed);
}

static void try_mixed(uint32_t seed)
{
	const int count = 2 + (int)(seed % (REPORTS_MAX - 1));
	int found[REPORTS_MAX] = { 0 }, records = 0;
	const struct pageowner_record *record;
	struct pageowner_reader *reader;
	struct buffer b = { 0 };

	random_start(seed);
	add_mixed(&b, prefixes[seed % 3], count);
	ck_assert_int_eq(pageowner_reader_open_memory(b.ptr, b.len, &reader), 0);
	for (; pageowner_reader_next(reader, &record) > 0; records++)
		for (int i = 0; i < count; i++)
			found[i] += is_report(record, i + 1);
	for (int i = 0; i < count; i++)
		ck_assert_msg(found[i] == 1, "report %d: %d times in\n%s", i + 1, found[i],
			      b.ptr);
	ck_assert_int_eq(records, count);
	pageowner_reader_free(reader);
	buffer_free(&b);
}

START_TEST(test_each_of_mixed_reports_is_read_once)
{
	for (uint32_t i = 0; i < 50; i++)
		try_mixed((uint32_t)_i * 50 + i);
}
END_TEST

/* What begins a report */
static const char *const beginnings[] = {
	"page_owner tracks the page as allocated",
	"page: refcount:1 mapcount:0 mapping:0000000000000000 index:0x1 pfn:0x1",
};

/* CPU time to read lines of @callers tasks in turn, in clock ticks */
static clock_t time_to_read(const char *line, unsigned int callers)
{
	const struct pageowner_record *record;
	struct pageowner_reader *reader;
	struct buffer b = { 0 };
	clock_t begin;

	for (unsigned int i = 0; i < 2000; i++)
		buffer_printf(&b, "[    1.000000][ T%u] %s\n", 1000 + i % callers, line);
	begin = clock();
	ck_assert_int_eq(pageowner_reader_open_memory(b.ptr, b.len, &reader), 0);
	while (pageowner_reader_next(reader, &record) > 0)
		;
	pageowner_reader_free(reader);
	buffer_free(&b);
	return clock() - begin;
}

/* A search among all lines of all others took seven times as long. Other programs disturb a
 * measurement, but not each of several. */
START_TEST(test_many_callers_cost_what_few_do)
{
	clock_t few = 0, many = 0;

	for (unsigned int tries = 0; tries < 5; tries++) {
		few = 1 + time_to_read(beginnings[_i], 7);
		many = time_to_read(beginnings[_i], 2000);
		if (many < 4 * few)
			return;
	}
	ck_abort_msg("%ld, then %ld ticks: %s", (long)few, (long)many, beginnings[_i]);
}
END_TEST

int main(void)
{
	TCase *tc = new_case("mixed");

	tcase_add_loop_test(tc, test_each_of_mixed_reports_is_read_once, 0, 6);
	tcase_add_loop_test(tc, test_many_callers_cost_what_few_do, 0,
			    ARRAY_SIZE(beginnings));
	return run_cases("mixed");
}
