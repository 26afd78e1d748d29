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

#define BEGINS(caller) "[    1.000000][   T" caller "] page_owner tracks the page as allocated\n"

/* Lines that seem to begin what they are not */
static const char *const hostile[] = {
	"Page allocated via order 0, mask 0x1(GFP\n", "> Page allocated via order 1,\n",
	"page_owner tracks the page as allocated\n", "[ 1.0] a+0x1/0x2\n", ">  a+0x1/0x2\n",
	"> 2 times, 3 pages:\n", "Page\n", "a+0x1\n", "page last free stack trace:\n",
	"Page allocated via order 1, mask 0x1\n[ 1.0] x\n", " a\n", "0x1\n", "...\n",
	"page last allocated via order 1, migratetype Movable, gfp_mask 0x1()\nx\n a+0x1/0x2\n",
	"Page allocated via order 0, mask 0x0(), pid 1, tgid 1 (((((((((((((((((((\n",
	"a_symbol_as_long_as_a_line_Page\n", "> > > Page\n", "handle: 1\n",
	BEGINS("1") BEGINS("2") BEGINS("3") BEGINS("4") BEGINS("5") BEGINS("6") BEGINS("7"),
};

/* What is repaired without any malice */
static const char quoted[] = "> Page allocated via order 1, mask 0xcc0(GFP_KERNEL), pid 7,\n"
	"> tgid 7 (sh), ts 9 ns\n> PFN 0x1000 type Movable Block 8 type Movable "
	"Flags 0x0()\n>  a+0x1/0x2\n>  b+0x1/0x2 [mod]\n>\n";


/* CPU time to read a hostile text, in clock ticks */
static clock_t time_to_read(const char *line, size_t size)
{
	struct buffer b = { 0 };
	const struct pageowner_record *record;
	struct pageowner_reader *reader;
	clock_t begin;

	while (b.len < size)
		buffer_add(&b, line, strlen(line));
	begin = clock();
	ck_assert_int_eq(pageowner_reader_open_memory(b.ptr, b.len, &reader), 0);
	while (pageowner_reader_next(reader, &record) > 0)
		;
	pageowner_reader_free(reader);
	buffer_free(&b);
	return clock() - begin;
}

/* Neither more than in proportion to its size, nor much more than what is repaired. Other
 * programs disturb a measurement, but not each of several. */
START_TEST(test_no_text_takes_long)
{
	const size_t size = 32 << 10;
	clock_t once = 1, more = 0, usual = 1;

	for (unsigned int tries = 0; tries < 5; tries++) {
		once = 1 + time_to_read(hostile[_i], size);
		more = time_to_read(hostile[_i], 8 * size);
		usual = 1 + time_to_read(quoted, 8 * size);
		if (more < 16 * once && more < 30 * usual)
			return;
	}
	ck_abort_msg("%ld, then %ld ticks, usually %ld: %s", (long)once, (long)more,
		     (long)usual, hostile[_i]);
}
END_TEST

/* What mailers, terminals and logs add, at the start or end of what the kernel prints */
static const char *const odd_bytes[] = {
	"\u2028", "\u00a0", "\u200b", "\ufeff", "\u2022 ", "\u2026", "...", "> ", ">", "| ", "* ",
	"\t", "\x1b", "\x7f", "&gt;", "&nbsp;", "\\", "\\n", "[ 1.0] ", "[T1] ", "<4>", "1. ", "+",
	"kernel: ", "\xff", "\xe2", "\xc2", "0x1 ", "- ", ": ", "(x.c:1)", " (x.c:1) ", "<br>", "?",
	"[...]", "\v", "=", " ", "[<1>] ", "foo+0x1/0x2 ", "+0x", "\r", "</pre>", "[mod]", "snip",
};

/* A name that a hostile user, or module, chose */
static void add_name(struct buffer *to, size_t most, bool has_newlines)
{
	const size_t start = to->len;

	do {
		const char *odd = odd_bytes[random_below(ARRAY_SIZE(odd_bytes))];
		const char byte = (char)(1 + random_below(255));

		if (random_below(3) == 0)
			buffer_add(to, odd, strlen(odd));
		else if (random_below(2) && (has_newlines || byte != '\n'))
			buffer_add(to, &byte, 1);
		else if (has_newlines && random_below(4) == 0)
			buffer_add(to, "\n", 1);
		else
			buffer_add(to, "ab_1", 1 + random_below(4));
	} while (random_below(4));
	if (to->len - start > most)
		to->len = start + most;
	to->ptr[to->len] = '\0';
}

static void add_frames(struct buffer *to)
{
	for (uint32_t i = 1 + random_below(4); i; i--) {
		/* No return address is after the end of its function. */
		const uint32_t offset = random_below(256);

		buffer_add(to, " ", 1);
		add_name(to, 60, false);
		buffer_printf(to, "+0x%x/0x%x", offset, offset + random_below(4096));
		if (random_below(3) == 0)
			buffer_printf(to, " [mod]");
		buffer_add(to, "\n", 1);
	}
}

/* A process for each seed would take longer than what it does. */
#define SEEDS 100

static void try_names(uint32_t seed)
{
	const struct pageowner_record *record;
	struct pageowner_reader *reader;
	struct buffer b = { 0 };
	struct {
		struct buffer comm, stack, notes;
	} made[8] = { 0 };
	int count;

	random_start(seed);
	count = 1 + (int)random_below(ARRAY_SIZE(made));
	for (int i = 0; i < count; i++) {
		add_name(&made[i].comm, 15, true);
		add_frames(&made[i].stack);
		if (random_below(2)) {
			buffer_printf(&made[i].notes, "Charged to memcg ");
			add_name(&made[i].notes, 60, false);
			buffer_add(&made[i].notes, "\n", 1);
		}
		if (seed % 2)
			make_record(&b, .comm = made[i].comm.ptr, .stack = made[i].stack.ptr,
				    .notes = made[i].notes.ptr);
		else	/* of a report */
			buffer_printf(&b, "1 times, 1 pages:\nPage allocated via order 0, mask "
				      "0x1(a), pid 1, tgid 1 (%s), ts  ns\n%s%s\n",
				      made[i].comm.ptr, made[i].stack.ptr,
				      made[i].notes.ptr ? made[i].notes.ptr : "");
	}
	ck_assert_int_eq(pageowner_reader_open_memory(b.ptr, b.len, &reader), 0);
	for (int i = 0; i < count; i++) {
		ck_assert_int_eq(pageowner_reader_next(reader, &record), 1);
		ck_assert_msg(text_is(record->comm, made[i].comm.ptr) &&
			      text_is(record->stack, made[i].stack.ptr) &&
			      text_is(record->notes, made[i].notes.ptr ? made[i].notes.ptr : ""),
			      "record %d: %.*s", i, (int)b.len, b.ptr);
		buffer_free(&made[i].comm);
		buffer_free(&made[i].stack);
		buffer_free(&made[i].notes);
	}
	ck_assert_int_eq(pageowner_reader_next(reader, &record), 0);
	for (unsigned int i = 0; i < pageowner_repair_count(); i++)
		ck_assert_msg(!pageowner_reader_stats(reader)->repair[i].count, "%s: %.*s",
			      pageowner_repair_text(i), (int)b.len, b.ptr);
	ck_assert_uint_eq(damage_count(pageowner_reader_stats(reader)), 0);
	pageowner_reader_free(reader);
	buffer_free(&b);
}

START_TEST(test_no_name_makes_a_plain_record_a_posted_one)
{
	for (uint32_t i = 0; i < SEEDS; i++)
		try_names((uint32_t)_i * SEEDS + i);
}
END_TEST

static void try_symbols(uint32_t seed)
{
	const struct pageowner_record *record;
	struct pageowner_reader *reader;
	struct buffer b = { 0 }, stacks[8] = { 0 };

	random_start(seed);
	for (size_t i = 0; i < ARRAY_SIZE(stacks); i++) {
		add_frames(&stacks[i]);
		buffer_printf(&b, "%snr_base_pages: %zu\n\n", stacks[i].ptr, i + 1);
	}
	ck_assert_int_eq(pageowner_reader_open_memory(b.ptr, b.len, &reader), 0);
	for (size_t i = 0; i < ARRAY_SIZE(stacks); i++) {
		ck_assert_int_eq(pageowner_reader_next(reader, &record), 1);
		ck_assert_msg(record->pages == i + 1 && text_is(record->stack, stacks[i].ptr),
			      "entry %zu: %.*s", i, (int)b.len, b.ptr);
		buffer_free(&stacks[i]);
	}
	ck_assert_int_eq(pageowner_reader_next(reader, &record), 0);
	for (unsigned int i = 0; i < pageowner_repair_count(); i++)
		ck_assert_uint_eq(pageowner_reader_stats(reader)->repair[i].count, 0);
	pageowner_reader_free(reader);
	buffer_free(&b);
}

START_TEST(test_no_symbol_makes_plain_stacks_posted_ones)
{
	for (uint32_t i = 0; i < SEEDS; i++)
		try_symbols((uint32_t)_i * SEEDS + i);
}
END_TEST

/* It is parsed again as it is, and must not be taken for a repetition of itself: its group
 * would be that of the record before. */
START_TEST(test_a_record_that_cannot_be_repaired_is_a_group_of_its_own)
{
	struct pageowner_profile *profile;
	struct buffer b = { 0 };

	/* No name has more than 15 bytes; no module is glued to its function. */
	make_record(&b, .comm = "a", .stack = " alloc_a+0x1/0x2\n");
	make_record(&b, .comm = "sixteen bytes ab", .stack = " alloc_b+0x1/0x2[drv]\n");
	ck_assert_int_eq(pageowner_profile_new(NULL, &profile), 0);
	ck_assert_int_eq(pageowner_profile_load_memory(profile, b.ptr, b.len, "b"), 0);
	ck_assert_int_eq(pageowner_profile_finish(profile), 0);
	ck_assert_uint_eq(pageowner_profile_count(profile), 2);
	pageowner_profile_free(profile);
	buffer_free(&b);
}
END_TEST

/* Lines of other origin that contain what looks like a frame, or is none */
static const char *const foreign[] = {
	"EXT4-fs (sda1): mounted", "initcall foo_init+0x0/0x10 returned 0 after 12 usecs",
	"calling  foo_init+0x0/0x10 [foo] @ 1", "foo_init+0x0/0x10 returned 0 after 12 usecs",
	"WARNING: CPU: 0 PID: 1 at kernel/foo.c:12 foo_w+0x1/0x2", "caller is foo_c+0x1/0x2",
	" #0: ffff88 (&mm->mmap_lock){++++}-{3:3}, at: foo_lock+0x1/0x2",
	"pc : foo_pc+0x1/0x2", "lr : foo_lr+0x1/0x2", " ? other_func+0x1/0x2",
	"RIP: 0010:foo_rip+0x1/0x2", "Kernel Offset: 0x1d000000", "foo inline_foo a.h:1 [inline]",
};

/* What precedes each line, # for its number */
static const char *const log_prefixes[] = {
	"[  100.00000#] ", "", "<4>[  100.00000#][ T10] ",
	"Nov 28 01:00:0# host kernel: [  100.000004] ", "kern  :warn  : [  100.00000#] ",
	"> [  100.00000#] ", "console-# foo: ",
};

START_TEST(test_no_foreign_line_in_a_log_is_a_frame)
{
	const char *lines[] = {
		"page_owner tracks the page as allocated",
		"page last allocated via order 2, migratetype Unmovable, gfp_mask 0xcc0(GFP_KERNEL"
		"), pid 10, tgid 9 (foo), ts 12345, free_ts 678",
		" post_alloc_hook+0x1c0/0x230", foreign[_i], " bar_alloc+0x10/0x20 [bar_mod]",
		" bar_probe+0x30/0x40 [bar_mod]",
	};
	const struct pageowner_record *record;
	struct pageowner_reader *reader;

	for (size_t prefix = 0; prefix < ARRAY_SIZE(log_prefixes); prefix++) {
		struct buffer b = { 0 };

		for (int i = 0; i < (int)ARRAY_SIZE(lines); i++) {
			for (const char *p = log_prefixes[prefix]; *p; p++)
				buffer_printf(&b, "%c", *p == '#' ? '0' + i : *p);
			buffer_printf(&b, "%s\n", lines[i]);
		}
		ck_assert_int_eq(pageowner_reader_open_memory(b.ptr, b.len, &reader), 0);
		ck_assert_int_eq(pageowner_reader_next(reader, &record), 1);
		ck_assert_msg(text_is(record->stack, " post_alloc_hook+0x1c0/0x230\n"
				      " bar_alloc+0x10/0x20 [bar_mod]\n"
				      " bar_probe+0x30/0x40 [bar_mod]\n"),
			      "%s%.*s", b.ptr, (int)record->stack.len, record->stack.ptr);
		ck_assert_int_eq(pageowner_reader_next(reader, &record), 0);
		ck_assert_uint_eq(pageowner_reader_stats(reader)->repair[
				  PAGEOWNER_REPAIR_FOREIGN].count, 1);
		pageowner_reader_free(reader);
		buffer_free(&b);
	}
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
	tcase_add_loop_test(tc, test_no_name_makes_a_plain_record_a_posted_one, 0, 20);
	tcase_add_loop_test(tc, test_no_symbol_makes_plain_stacks_posted_ones, 0, 10);
	tcase_add_test(tc, test_a_record_that_cannot_be_repaired_is_a_group_of_its_own);
	tcase_add_loop_test(tc, test_no_foreign_line_in_a_log_is_a_frame, 0,
			    ARRAY_SIZE(foreign));
	tcase_add_test(tc, test_every_kind_of_repair_has_words);
	return run_cases("repair");
}
