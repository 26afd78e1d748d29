// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-window.c - where the window of a reader ends does not matter.
 */
#include "reader.h"

/* All that a reader says about @text when it follows a record of @pad
 * bytes, as if it stood alone */
static void print_after(struct buffer *got, struct pageowner_reader *reader,
			 size_t pad)
{
	const struct pageowner_record *record;
	struct pageowner_input_stats s;
	int ret;

	if (pad)
		ck_assert_int_eq(pageowner_reader_next(reader, &record), 1);
	while ((ret = pageowner_reader_next(reader, &record)) > 0) {
		buffer_printf(got, "@%llu%s\t",
			      (unsigned long long)record->offset - pad,
			      record->has & PAGEOWNER_HAS_NO_END ? " no end" : "");
		print_record(got, record);
	}
	s = *pageowner_reader_stats(reader);
	s.records -= pad != 0;
	print_stats(got, &s, pad);
}

/* The first window ends at each @step-th byte of the text: same result. */
static void assert_same_in_windows(const char *name, const struct buffer *text,
				   size_t step)
{
	struct buffer b = { 0 }, alone = { 0 }, got = { 0 };
	struct pageowner_reader *reader;

	ck_assert_int_eq(pageowner_reader_open_memory(text->ptr, text->len, &reader), 0);
	print_after(&alone, reader, 0);
	pageowner_reader_free(reader);
	add_padding(&b, WINDOW);
	buffer_add(&b, text->ptr, text->len);
	for (size_t at = 0; at <= text->len; at += step) {
		begin_padding(b.ptr + at);
		ck_assert_int_eq(pageowner_reader_open_memory(b.ptr + at, b.len - at,
							      &reader), 0);
		got.len = 0;
		print_after(&got, reader, WINDOW - at);
		assert_same_text(name, &got, &alone);
		pageowner_reader_free(reader);
	}
	buffer_free(&b);
	buffer_free(&got);
	buffer_free(&alone);
}

START_TEST(test_the_window_may_end_at_any_byte_of_an_odd_input)
{
	struct buffer text = odd_file(odd[_i]);

	/* Where records are distinguished is in the first bytes; the rest
	 * of the long files is much the same. */
	assert_same_in_windows(odd[_i], &text, text.len > 3000 ? 5 : 1);
	buffer_free(&text);
}
END_TEST

/* A damaged line longer than any header, and a record start after the cut */
START_TEST(test_the_window_may_end_anywhere_in_a_long_damaged_line)
{
	struct buffer text = { 0 };

	buffer_printf(&text, "Page allocated via order x");
	for (int i = 0; i < 3000; i++)
		buffer_printf(&text, "xxxx");
	make_record(&text, .comm = "behind");
	make_record(&text, .comm = "last");
	assert_same_in_windows("long line", &text, 61);
	buffer_free(&text);
}
END_TEST

/* A line that begins like a record and holds the start of one, among junk */
START_TEST(test_the_window_may_end_anywhere_in_junk)
{
	struct buffer text = { 0 };

	make_record(&text, .comm = "before");
	buffer_printf(&text, "junk\nmore\n\n\njunk\nPaPage allocated via order ge allocated\n"
		      "Page allocPage allocated via order 0, mask 0x0()\n\njunk\n\n");
	make_record(&text, .comm = "behind");
	assert_same_in_windows("junk", &text, 1);
	buffer_free(&text);
}
END_TEST

/* Mixed line ends within records, as mail and editors make them */
START_TEST(test_the_window_may_end_anywhere_among_mixed_line_ends)
{
	struct buffer text = { 0 };

	for (int i = 0; i < 4; i++)
		make_record(&text, .comm = "crlf\r\nlf", .pid = i,
			    .stack = " a+0x1/0x2\r\n b+0x1/0x2\n c+0x1/0x2\r\n",
			    .notes = i == 2 ? "Slab cache page\r\n" : "");
	make_record(&text, .comm = "lf");
	assert_same_in_windows("mixed", &text, 1);
	buffer_free(&text);
}
END_TEST

/* A PFN line that was cut is short: nothing else in a dump is. */
START_TEST(test_the_window_may_end_at_any_byte_after_a_short_pfn_line)
{
	static const char *const short_lines[] = {
		"PFN 0x1 type M\n\n", "PFN 7 Block 1\n a+0x1/0x2\n\n", "PFN \n\n",
		"PFN 0x1 type Movable Block\n\n",
	};
	struct buffer text = { 0 };

	buffer_printf(&text, "Page allocated via order 0, mask 0x0(), pid 1%s, ts 5 ns\n%s",
		      _i % 2 ? ", tgid 1 (a)" : "", short_lines[_i / 2]);
	make_record(&text, .comm = "next");
	assert_same_in_windows("short PFN line", &text, 1);
	buffer_free(&text);
}
END_TEST

static const size_t chunks[] = { 1, 2, 3, 17, 100, 511, 4095, 65536, 1 << 20 };

START_TEST(test_a_pipe_in_pieces_of_any_size_reads_as_memory_does)
{
	struct buffer expected = { 0 }, got = { 0 };
	struct pageowner_reader *reader;
	int fd = pipe_of(sample.ptr, sample.len, chunks[_i]);

	ck_assert_int_eq(print_memory(&expected, sample.ptr, sample.len), 0);
	ck_assert_int_eq(pageowner_reader_open_fd(fd, "pipe", &reader), 0);
	ck_assert_int_eq(print_reader(&got, reader), 0);
	assert_same_text("pipe", &got, &expected);
	pageowner_reader_free(reader);
	close(fd);
	buffer_free(&expected);
	buffer_free(&got);
}
END_TEST

static const size_t long_sizes[] = {
	1 << 17, WINDOW - 1, WINDOW, WINDOW + 1, 1 << 20, 20 << 20,
};

START_TEST(test_a_record_may_be_of_any_length)
{
	struct buffer b = { 0 };
	const struct pageowner_record *record;
	struct pageowner_reader *reader;

	make_record(&b, .comm = "before");
	add_padding(&b, long_sizes[_i]);
	make_record(&b, .comm = "behind");
	ck_assert_int_eq(pageowner_reader_open_memory(b.ptr, b.len, &reader), 0);
	ck_assert_int_eq(pageowner_reader_next(reader, &record), 1);
	ck_assert_int_eq(pageowner_reader_next(reader, &record), 1);
	ck_assert_uint_gt(record->stack.len, long_sizes[_i] - 300);
	ck_assert_int_eq(pageowner_reader_next(reader, &record), 1);
	ck_assert_uint_eq(record->comm.len, 6);
	ck_assert_int_eq(pageowner_reader_next(reader, &record), 0);
	ck_assert_uint_eq(damage_count(pageowner_reader_stats(reader)), 0);
	ck_assert_uint_eq(pageowner_reader_stats(reader)->bytes, b.len);
	pageowner_reader_free(reader);
	buffer_free(&b);
}
END_TEST

int main(void)
{
	TCase *tc = new_case("window");
	const bool has_sample = can_read(".xz");

	odd = data_names("odd", ".page_owner", &odd_count);
	if (has_sample)
		sample = data_file("real/linux-6.12-1-work-sample.page_owner.xz");
	tcase_add_loop_test(tc, test_the_window_may_end_at_any_byte_of_an_odd_input,
			    0, odd_count);
	tcase_add_test(tc, test_the_window_may_end_anywhere_in_a_long_damaged_line);
	tcase_add_test(tc, test_the_window_may_end_anywhere_in_junk);
	tcase_add_test(tc, test_the_window_may_end_anywhere_among_mixed_line_ends);
	tcase_add_loop_test(tc,
		test_the_window_may_end_at_any_byte_after_a_short_pfn_line, 0, 8);
	if (has_sample)
		tcase_add_loop_test(tc,
			test_a_pipe_in_pieces_of_any_size_reads_as_memory_does,
			0, ARRAY_SIZE(chunks));
	tcase_add_loop_test(tc, test_a_record_may_be_of_any_length,
			    0, ARRAY_SIZE(long_sizes));
	return run_cases("window");
}
