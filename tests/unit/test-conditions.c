// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-conditions.c - what the lines about a snapshot's conditions say, who reads
 * them in how many parts, and what hostile ones can do.
 */
#include "support.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define HAS(bit) PAGEOWNER_CONDITIONS_HAS_##bit

static void add_text(struct buffer *b, const char *name, struct pageowner_text text)
{
	buffer_printf(b, "%s=", name);
	buffer_escape(b, text);
	buffer_printf(b, "\n");
}

/* All there is to know of a capture */
static void print_capture(struct buffer *b, const struct pageowner_conditions *c)
{
	if (!c) {
		buffer_printf(b, "none\n");
		return;
	}
	buffer_printf(b, "has=%#" PRIx64 " offset=%" PRIu64 " version=%" PRIu64
		      " time=%" PRIu64 "-%" PRIu64 " uptime=%" PRIu64 "-%" PRIu64
		      " clock=%" PRIu64 "-%" PRIu64 " page_size=%" PRIu64
		      " threshold=%" PRIu64 " records=%" PRIu64 " skipped=%" PRIu64
		      "\n", c->has, c->offset, c->version, c->start_time_ns,
		      c->end_time_ns, c->start_uptime_ns, c->end_uptime_ns,
		      c->start_clock_ns, c->end_clock_ns, c->page_size,
		      c->threshold, c->records, c->skipped);
	add_text(b, "tool", c->tool);
	add_text(b, "command", c->command);
	add_text(b, "file", c->file);
	add_text(b, "mode", c->mode);
	add_text(b, "nodes", c->nodes);
	add_text(b, "hostname", c->hostname);
	add_text(b, "kernel", c->kernel);
	add_text(b, "kernel_version", c->kernel_version);
	add_text(b, "machine", c->machine);
	add_text(b, "boot_id", c->boot_id);
	add_text(b, "meminfo", c->meminfo);
	add_text(b, "skipped_pfns", c->skipped_pfns);
	add_text(b, "incomplete", c->incomplete);
}

static void assert_text(struct pageowner_text text, const char *expected)
{
	ck_assert_uint_eq(text.len, strlen(expected));
	if (text.len)
		ck_assert_mem_eq(text.ptr, expected, text.len);
}

/* A reader of @text that has come to its end */
static struct pageowner_reader *read_all(const void *text, size_t len)
{
	const struct pageowner_record *record;
	struct pageowner_reader *reader;

	ck_assert_int_eq(pageowner_reader_open_memory(text, len, &reader), 0);
	while (pageowner_reader_next(reader, &record) > 0)
		;
	return reader;
}

START_TEST(test_each_line_of_a_capture_is_understood)
{
	struct buffer text = data_file("odd/capture.page_owner");
	struct pageowner_reader *reader = read_all(text.ptr, text.len);
	const struct pageowner_conditions *c = conditions_of(reader);
	uint64_t n;

	ck_assert_ptr_nonnull(c);
	/* All but what an unfiltered capture does not have; it ran to its end, but with holes. */
	ck_assert_uint_eq(c->has, ((HAS(INCOMPLETE) - 1) & ~HAS(MODE) & ~HAS(NODES) &
				   ~HAS(COMPLETE)) | HAS(INCOMPLETE));
	assert_text(c->incomplete, "it could not read 3 ranges of PFNs");
	ck_assert_uint_eq(c->version, 1);
	ck_assert_uint_eq(c->offset, 0);
	ck_assert_uint_eq(c->start_time_ns, UINT64_C(1795431336250000000));
	ck_assert_uint_eq(c->end_time_ns, UINT64_C(1795431360000000001));
	ck_assert_uint_eq(c->start_uptime_ns, UINT64_C(5412500000000));
	ck_assert_uint_eq(c->end_uptime_ns, UINT64_C(5436250000001));
	ck_assert_uint_eq(c->start_clock_ns, UINT64_C(5000125000000));
	ck_assert_uint_eq(c->end_clock_ns, UINT64_C(5023875000001));
	ck_assert_uint_eq(c->page_size, 4096);
	ck_assert_uint_eq(c->threshold, 0);
	ck_assert_uint_eq(c->records, 2);
	ck_assert_uint_eq(c->skipped, 3);
	assert_text(c->tool, "pageowner-capture (libpageowner) 0.1.0");
	assert_text(c->command, "pageowner-capture -o x.page_owner");
	assert_text(c->file, "/sys/kernel/debug/page_owner");
	assert_text(c->hostname, "build7");
	assert_text(c->kernel, "6.12.1");
	assert_text(c->kernel_version, "#1 SMP PREEMPT_DYNAMIC");
	assert_text(c->machine, "x86_64");
	assert_text(c->boot_id, "3b1f3a5e-5d0c-4f3e-8f0a-0a9a4e8b7c11");
	assert_text(c->skipped_pfns, "0x2500: Input/output error\n"
		    "0x2600-0x2601: Cannot allocate memory\n");
	assert_text(c->mode, "");
	ck_assert_int_eq(pageowner_meminfo(c->meminfo, "MemTotal", &n), 1);
	ck_assert_uint_eq(n, 493244 * UINT64_C(1024));
	ck_assert_int_eq(pageowner_meminfo(c->meminfo, "HugePages_Total", &n), 1);
	ck_assert_uint_eq(n, 7);
	ck_assert_int_eq(pageowner_meminfo(c->meminfo, "Mem", &n), 0);
	ck_assert_int_eq(pageowner_meminfo(c->meminfo, "SwapFree", &n), 0);
	pageowner_reader_free(reader);
	buffer_free(&text);
}
END_TEST

START_TEST(test_a_reader_has_the_capture_of_the_record_it_gave_last)
{
	struct buffer text = data_file("odd/captures-concatenated.page_owner");
	const struct pageowner_record *record;
	struct pageowner_reader *reader;

	ck_assert_int_eq(pageowner_reader_open_memory(text.ptr, text.len, &reader), 0);
	ck_assert_ptr_null(conditions_of(reader));
	for (int i = 0; i < 3; i++) {
		const struct pageowner_conditions *c;

		ck_assert_int_eq(pageowner_reader_next(reader, &record), 1);
		c = conditions_of(reader);
		ck_assert_int_eq(c->offset > 0, i == 2);
		ck_assert(!(c->has & HAS(END_TIME)));
	}
	ck_assert_int_eq(pageowner_reader_next(reader, &record), 0);
	ck_assert(conditions_of(reader)->has & HAS(INCOMPLETE));
	assert_text(conditions_of(reader)->incomplete, "interrupted");
	/* The first one skipped records. */
	ck_assert_uint_eq(damage_count(pageowner_reader_stats(reader)), 2);
	pageowner_reader_free(reader);
	buffer_free(&text);
}
END_TEST

/* Captures one after the other: what is wrong with each, and where it begins */
START_TEST(test_a_capture_that_is_not_complete_is_damage)
{
	static const char *const ends[] = {
		"PFN# complete: yes\n", "PFN# complete: no, interrupted\n", "",
	};
	static const char head[] = "PFN# pageowner-capture: 1\nPFN# kernel: 6.12\n",
		record[] = " f+0x1/0x2\nnr_base_pages: 1\n\n";
	const size_t kinds[] = { PAGEOWNER_DAMAGE_INCOMPLETE, PAGEOWNER_DAMAGE_NO_TRAILER };
	const struct pageowner_input_stats *stats[2];
	uint64_t offset[3], count[3] = { 0 };
	struct pageowner_reader *reader;
	struct pageowner_profile *p;
	const struct pageowner_record *next;
	struct buffer b = { 0 };

	for (size_t i = 0; i < 2; i++) {
		const size_t end = _i / (i ? 3 : 1) % 3;

		offset[end] = count[end]++ ? offset[end] : b.len;
		buffer_printf(&b, "%s%s%s", head, record, ends[end]);
	}
	/* Lines of somebody else are no capture. */
	buffer_printf(&b, "PFN# hostname: h\n");
	reader = read_all(b.ptr, b.len);
	ck_assert_int_eq(pageowner_reader_next(reader, &next), 0);	/* counted once */
	ck_assert_int_eq(pageowner_profile_new(NULL, &p), 0);
	ck_assert_int_eq(pageowner_profile_load_memory(p, b.ptr, b.len, "b"), 0);
	stats[0] = pageowner_reader_stats(reader);
	stats[1] = pageowner_profile_stats(p);
	for (size_t s = 0; s < 2; s++) {
		ck_assert_uint_eq(damage_count(stats[s]), count[1] + count[2]);
		for (size_t i = 0; i < 2; i++) {
			ck_assert_uint_eq(stats[s]->damage[kinds[i]].count, count[i + 1]);
			if (count[i + 1])
				ck_assert_uint_eq(stats[s]->damage[kinds[i]].first_offset,
						  offset[i + 1]);
		}
	}
	pageowner_reader_free(reader);
	pageowner_profile_free(p);
	buffer_free(&b);
}
END_TEST

/* Captures of the same boot cannot be added up. */
static void remove_boots(struct buffer *b)
{
	for (char *at = b->ptr; (at = strstr(at, "PFN# boot-id:"));)
		at[5] = 'x';
}

/* What a profile knows of a file's captures, with several threads */
static struct buffer captures_of(const char *path, unsigned int jobs, int times)
{
	struct pageowner_profile *p;
	struct buffer b = { 0 };

	ck_assert_int_eq(pageowner_profile_new("callstack", &p), 0);
	pageowner_profile_set_jobs(p, jobs);
	while (times--)
		ck_assert_int_eq(pageowner_profile_load(p, path), 0);
	for (size_t i = 0; i < pageowner_profile_conditions_count(p); i++)
		print_capture(&b, conditions_at(p, i));
	ck_assert_ptr_null(conditions_at(p,
				pageowner_profile_conditions_count(p)));
	print_stats(&b, pageowner_profile_stats(p), 0);
	pageowner_profile_free(p);
	return b;
}

START_TEST(test_threads_find_the_same_captures_as_one)
{
	struct buffer one = data_file("odd/captures-concatenated.page_owner");
	struct buffer text = { 0 }, alone, got;
	const char *path;

	for (int i = 0; i < 2500; i++) {
		buffer_add(&text, one.ptr, one.len);
		if (i % 500 == 7)
			buffer_printf(&text, "PFN# mode: %d\n", i);
	}
	remove_boots(&text);
	path = temp_file(text.ptr, text.len);
	alone = captures_of(path, 1, 1);
	ck_assert_ptr_nonnull(strstr(alone.ptr, "mode=2007"));
	for (unsigned int jobs = 2; jobs < 9; jobs += 3) {
		got = captures_of(path, jobs, 1);
		assert_same_text("captures", &got, &alone);
		buffer_free(&got);
	}
	buffer_free(&one);
	buffer_free(&text);
	buffer_free(&alone);
}
END_TEST

START_TEST(test_what_cannot_be_added_is_refused_and_not_merged)
{
	static const struct {
		const char *texts[2], *error;
	} cases[] = {
		{ { "PFN# page-size: 4096\n", "PFN# page-size: 8192\n" },
		  "b: has pages of 8192 bytes, a of 4096" },
		{ { "PFN# boot-id: x\n", "PFN# boot-id: x\n" },
		  "b: captures of the same boot would count its memory twice" },
		{ { "PFN# boot-id: x\nPFN# nodes: 0,2-4\n", "PFN# boot-id: x\nPFN# nodes: 4-5\n" },
		  "b: captures of the same boot would count its memory twice" },
		{ { "PFN# boot-id: x\nPFN# nodes: 0,2-4\n", "PFN# boot-id: x\nPFN# nodes: 1,5\n" },
		  NULL },
		{ { "PFN# boot-id: x\n", "PFN# boot-id: x\nPFN# mode: stack_handle\n" }, NULL },
		{ { "PFN# boot-id: x\n", "PFN# boot-id: y\n" }, NULL },
		{ { "PFN# boot-id: x\n", "PFN# mode: stack\n" }, NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *const *texts = cases[i].texts;
		const int expected = cases[i].error ? -EINVAL : 0;
		struct pageowner_profile *p, *from;

		ck_assert_int_eq(pageowner_profile_new(NULL, &p), 0);
		ck_assert_int_eq(pageowner_profile_new(NULL, &from), 0);
		ck_assert_int_eq(pageowner_profile_load_memory(p, texts[0], strlen(texts[0]), "a"), 0);
		ck_assert_int_eq(pageowner_profile_load_memory(from, texts[1], strlen(texts[1]), "b"),
				 0);
		ck_assert_int_eq(pageowner_profile_merge(p, finished(from)), expected);
		ck_assert_uint_eq(pageowner_profile_conditions_count(p), expected ? 1 : 2);
		pageowner_profile_free(p);
		ck_assert_int_eq(pageowner_profile_new(NULL, &p), 0);
		ck_assert_int_eq(pageowner_profile_load_memory(p, texts[0], strlen(texts[0]), "a"), 0);
		ck_assert_int_eq(pageowner_profile_load_memory(p, texts[1], strlen(texts[1]), "b"),
				 expected);
		ck_assert_str_eq(pageowner_profile_error(p), expected ? cases[i].error : "");
		pageowner_profile_free(p);
		pageowner_profile_free(from);
	}
}
END_TEST

START_TEST(test_captures_of_several_files_are_counted_in_order)
{
	struct buffer text = data_file("odd/capture.page_owner");
	/* One without its first lines: not the captures' of the file before */
	struct buffer rest = { 0 };
	struct pageowner_profile *p, *merged;

	remove_boots(&text);
	buffer_add(&rest, text.ptr + 26, text.len - 26);
	ck_assert_int_eq(pageowner_profile_new(NULL, &p), 0);
	ck_assert_int_eq(pageowner_profile_new(NULL, &merged), 0);
	ck_assert_int_eq(pageowner_profile_load(p,
				temp_file(text.ptr, text.len)), 0);
	ck_assert_int_eq(pageowner_profile_load(p,
				temp_file(rest.ptr, rest.len)), 0);
	ck_assert_int_eq(pageowner_profile_merge(merged, finished(p)), 0);
	ck_assert_int_eq(pageowner_profile_merge(merged, finished(p)), 0);
	ck_assert_uint_eq(pageowner_profile_conditions_count(p), 2);
	ck_assert_uint_eq(pageowner_profile_conditions_count(merged), 4);
	for (size_t i = 0; i < 4; i++) {
		const struct pageowner_conditions *c =
			conditions_at(merged, i);
		uint64_t base = i > 1 ? pageowner_profile_stats(p)->bytes : 0;

		ck_assert_uint_eq(c->offset, base + (i % 2 ? text.len : 0));
		ck_assert_int_eq(!(c->has & HAS(VERSION)), i % 2);
		assert_text(c->kernel, "6.12.1");
		ck_assert_uint_eq(c->records, 2);
	}
	pageowner_profile_free(p);
	pageowner_profile_free(merged);
	buffer_free(&text);
	buffer_free(&rest);
}
END_TEST

/* Lines with invalid values, and what they must not set */
static const struct {
	const char *line;
	uint64_t has;
} lines[] = {
	{ "PFN# page-size: 4096", HAS(PAGE_SIZE) },
	{ "PFN# page-size: 4096\r", HAS(PAGE_SIZE) },
	{ "PFN# page-size: 99999999999999999999", 0 },
	{ "PFN# page-size: 4096 bytes", 0 },
	{ "PFN# page-size: ", 0 },
	{ "PFN# page-size: 0", 0 },
	{ "PFN# page-size: 5000", 0 },
	{ "PFN# page-size: 65536", HAS(PAGE_SIZE) },
	{ "PFN# page-size:", 0 },
	{ "PFN# page-size", 0 },
	{ "PFN#page-size: 1", 0 },
	{ "PFN#", 0 },
	{ "PFN# ", 0 },
	{ "PFN# : 1", 0 },
	{ "PFN# start-time: 1970-01-01T00:00:00Z", HAS(START_TIME) },
	{ "PFN# start-time: 2026-02-28T00:00:00Z", HAS(START_TIME) },
	{ "PFN# start-time: 2026-02-30T00:00:00Z", 0 },
	{ "PFN# start-time: 2026-13-01T00:00:00Z", 0 },
	{ "PFN# start-time: 2026-11-23T24:00:00Z", 0 },
	{ "PFN# start-time: 2026-11-23T10:60:00Z", 0 },
	{ "PFN# start-time: 2026-11-23T10:00:61Z", 0 },
	{ "PFN# start-time: 2026-11-23 10:55:36Z", 0 },
	{ "PFN# start-time: 2026-11-23T10:55:36", 0 },
	{ "PFN# start-time: 1969-11-23T10:55:36Z", 0 },
	{ "PFN# start-time: 9999-99-99T99:99:99999999999999999Z", 0 },
	{ "PFN# start-time: 4000000000-01-01T00:00:00Z", 0 },
	{ "PFN# start-uptime: 18446744073.709551615", HAS(START_UPTIME) },
	{ "PFN# start-uptime: 18446744073.709551616", 0 },
	{ "PFN# start-uptime: 1.0000000000000000001", HAS(START_UPTIME) },
	{ "PFN# start-uptime: .5", 0 },
	{ "PFN# complete: yes", HAS(COMPLETE) },
	{ "PFN# complete: no", HAS(INCOMPLETE) },
	{ "PFN# complete: maybe", 0 },
	{ "PFN# kernel:", HAS(KERNEL) },
};

START_TEST(test_a_value_that_is_none_sets_nothing)
{
	struct buffer b = { 0 };
	struct pageowner_reader *reader;

	buffer_printf(&b, "PFN# hostname: h\n%s\n", lines[_i].line);
	for (size_t cut = 0; cut < 2; cut++) {	/* with and without newline */
		reader = read_all(b.ptr, b.len - cut);
		ck_assert_uint_eq(conditions_of(reader)->has,
				  lines[_i].has | HAS(HOSTNAME));
		ck_assert_uint_eq(pageowner_reader_stats(reader)->bytes, b.len - cut);
		/* What says that records are missing needs no first line. */
		ck_assert_uint_eq(damage_count(pageowner_reader_stats(reader)),
				  lines[_i].has == HAS(INCOMPLETE));
		pageowner_reader_free(reader);
	}
	buffer_free(&b);
}
END_TEST

START_TEST(test_a_line_of_any_length_is_a_line_or_junk)
{
	static const size_t lengths[] = { 4094, 4095, 4096, 5000, 1000000 };
	struct buffer b = { 0 };
	struct pageowner_reader *reader;
	bool is_junk = lengths[_i] > 4095;

	buffer_printf(&b, "PFN# kernel: x\nPFN# comment: ");
	while (b.len < 15 + lengths[_i])
		buffer_printf(&b, "y");
	buffer_printf(&b, "\nPFN# hostname: h\n");
	reader = read_all(b.ptr, b.len);
	ck_assert_uint_eq(conditions_of(reader)->has,
			  HAS(KERNEL) | HAS(HOSTNAME));
	ck_assert_uint_eq(pageowner_reader_stats(reader)->
			  damage[PAGEOWNER_DAMAGE_JUNK].count, is_junk);
	pageowner_reader_free(reader);
	buffer_free(&b);
}
END_TEST

START_TEST(test_a_flood_of_lines_fills_no_memory)
{
	struct buffer b = { 0 }, alone, got;
	const char *path;

	/* 20 MB of them: what is kept of one text is little, and of them all */
	buffer_printf(&b, "PFN# pageowner-capture: 1\n");
	for (int i = 0; i < 300000; i++) {
		buffer_printf(&b, "PFN# meminfo: A line that makes no sense %d\n", i);
		if (i % 1000 == 0)
			make_record(&b, .pid = i);
	}
	path = temp_file(b.ptr, b.len);
	alone = captures_of(path, 1, 1);
	ck_assert_uint_lt(alone.len, 80000);
	got = captures_of(path, 3, 1);
	assert_same_text("flood", &got, &alone);
	buffer_free(&b);
	buffer_free(&alone);
	buffer_free(&got);
}
END_TEST

int main(void)
{
	TCase *tc = new_case("lines");

	tcase_add_test(tc, test_each_line_of_a_capture_is_understood);
	tcase_add_loop_test(tc, test_a_value_that_is_none_sets_nothing, 0,
			    ARRAY_SIZE(lines));
	tcase_add_loop_test(tc, test_a_line_of_any_length_is_a_line_or_junk, 0, 5);

	tc = new_case("readers");
	tcase_add_test(tc, test_a_reader_has_the_capture_of_the_record_it_gave_last);
	tcase_add_loop_test(tc, test_a_capture_that_is_not_complete_is_damage, 0, 9);
	tcase_add_test(tc, test_threads_find_the_same_captures_as_one);
	tcase_add_test(tc, test_captures_of_several_files_are_counted_in_order);
	tcase_add_test(tc, test_what_cannot_be_added_is_refused_and_not_merged);
	tcase_add_test(tc, test_a_flood_of_lines_fills_no_memory);
	return run_cases("conditions");
}
