// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-reader.c - what comes out of inputs that are odd, cut, damaged, long;
 * and that it never depends on where the window of text ends.
 */
#include "reader.h"

static uint64_t kinds(const struct pageowner_input_stats *s)
{
	uint64_t set = 0;

	for (int kind = 0; kind < (int)pageowner_damage_count(); kind++)
		if (s->damage[kind].count)
			set |= UINT64_C(1) << kind;
	return set;
}

START_TEST(test_every_odd_input_reads_as_expected)
{
	int stem = (int)(strlen(odd[_i]) - strlen(".page_owner"));
	struct buffer dump = odd_file(odd[_i]), expected, got = { 0 }, want = { 0 };
	const struct pageowner_record *record;
	struct pageowner_reader *reader;
	char name[300], clean[8];
	unsigned long records;
	const char *rest;
	int ret;

	snprintf(name, sizeof(name), "%.*s.expect", stem, odd[_i]);
	expected = odd_file(name);
	ck_assert_int_eq(sscanf(expected.ptr, "# records=%lu clean=%3s", &records,
				clean), 2);
	rest = strchr(expected.ptr, '\n') + 1;
	buffer_add(&want, rest, strlen(rest));
	ck_assert_int_eq(pageowner_reader_open_memory(dump.ptr, dump.len, &reader), 0);
	while ((ret = pageowner_reader_next(reader, &record)) > 0)
		print_record(&got, record);
	assert_same_text(odd[_i], &got, &want);
	ck_assert_uint_eq(pageowner_reader_stats(reader)->records, records);
	ck_assert_uint_eq(pageowner_reader_stats(reader)->bytes, dump.len);
	ck_assert_msg((damage_count(pageowner_reader_stats(reader)) == 0) ==
		      !strcmp(clean, "yes"), "%s: clean=%s", odd[_i], clean);
	ck_assert_int_eq(ret, records || !strcmp(clean, "yes") ? 0 : -EBADMSG);
	pageowner_reader_free(reader);
	buffer_free(&dump);
	buffer_free(&expected);
	buffer_free(&got);
	buffer_free(&want);
}
END_TEST

/* The last @count records of the sample */
static size_t last_records(int count)
{
	size_t at = sample.len;

	while (count--) {
		at -= 3;
		while (strncmp(sample.ptr + at, "\n\nPage allocated", 16))
			at--;
		at += 2;
	}
	return at;
}

/*
 * Cut anywhere, the whole records are delivered as they are, and the piece
 * after them is counted as cut. That piece is delivered, as one without an end,
 * if and only if its first line is there with its newline.
 */
START_TEST(test_a_dump_cut_at_any_byte_gives_its_whole_records_and_says_so)
{
	size_t from = last_records(4), start = last_records(3);
	const char *text = sample.ptr + from;

	for (size_t len = start - from; len <= sample.len - from; len++) {
		const struct pageowner_record *record;
		const struct pageowner_input_stats *s;
		struct pageowner_reader *reader;
		uint64_t whole = 0, first = 0, delivered = 0, unended = 0;
		char *copy = malloc(len);

		memcpy(copy, text, len);
		for (const char *p = copy; (p = memmem(p, (size_t)(copy + len - p),
						       "\n\n", 2)); p += 2) {
			whole++;
			first = (uint64_t)(p + 2 - copy);
		}
		ck_assert_int_eq(pageowner_reader_open_memory(copy, len, &reader), 0);
		while (pageowner_reader_next(reader, &record) > 0) {
			delivered++;
			unended += !!(record->has & PAGEOWNER_HAS_NO_END);
		}
		s = pageowner_reader_stats(reader);
		ck_assert_uint_eq(s->records, delivered);
		ck_assert_uint_eq(s->bytes, len);
		ck_assert_uint_eq(delivered - unended, whole);
		if (first == len) {
			ck_assert_uint_eq(kinds(s), 0);
		} else {
			const char *header_end = memchr(copy + first, '\n',
							len - first);

			ck_assert_uint_ne(s->damage[PAGEOWNER_DAMAGE_CUT].count, 0);
			ck_assert_uint_eq(s->damage[PAGEOWNER_DAMAGE_CUT].first_offset,
					  first);
			/* Delivered if and only if its first line is whole. */
			ck_assert_uint_eq(unended, header_end != NULL);
			ck_assert_uint_eq(s->skipped_bytes, unended ? 0 : len - first);
		}
		pageowner_reader_free(reader);
		free(copy);
	}
}
END_TEST

/*
 * Whatever one byte becomes: each record that the byte is not in is delivered
 * with all of its fields, at most two are missing (the byte may make two records
 * one, or hide one), at most one is more, and all bytes are consumed. If the
 * number of records changes, that is reported, unless a blank line was made or
 * lost within the text.
 */
START_TEST(test_a_changed_byte_harms_only_what_it_is_in)
{
	static const char changes[] = "\0\n \r)0xP";
	size_t from = last_records(3);
	size_t len = sample.len - from, second = last_records(2) - from,
		third = last_records(1) - from;
	const size_t starts[] = { 0, second, third, len };
	struct buffer whole[3] = { { 0 } };
	const struct pageowner_record *record;
	struct pageowner_reader *reader;
	char *copy = malloc(len);

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, sample.ptr + from, len);
	pageowner_reader_open_memory(copy, len, &reader);
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(pageowner_reader_next(reader, &record), 1);
		print_record(&whole[i], record);
	}
	pageowner_reader_free(reader);
	for (size_t at = 0; at < len; at++) {
		for (size_t c = 0; c < sizeof(changes) + 8; c++) {
			char was = copy[at];
			const struct pageowner_input_stats *s;
			bool seen[3] = { false };
			int hit = at < second ? 0 : at < third ? 1 : 2;

			copy[at] = c < sizeof(changes) - 1 ? changes[c] :
				(char)(was ^ 1 << (c & 7));
			pageowner_reader_open_memory(copy, len, &reader);
			while (pageowner_reader_next(reader, &record) > 0) {
				struct buffer got = { 0 };

				print_record(&got, record);
				for (int i = 0; i < 3; i++)
					if (record->offset == starts[i] &&
					    !strcmp(got.ptr, whole[i].ptr))
						seen[i] = true;
				ck_assert_uint_le(record->offset, len);
				buffer_free(&got);
			}
			s = pageowner_reader_stats(reader);
			for (int i = 0; i < 3; i++)
				ck_assert_msg(i == hit || seen[i],
					      "byte %zu as 0x%02x: record %d", at,
					      (unsigned char)copy[at], i);
			ck_assert_uint_eq(s->bytes, len);
			ck_assert_uint_ge(s->records, 2);
			ck_assert_uint_le(s->records, 3);
			if (s->records != 3)
				ck_assert_msg(damage_count(s), "byte %zu as 0x%02x",
					      at, (unsigned char)copy[at]);
			pageowner_reader_free(reader);
			copy[at] = was;
		}
	}
	for (int i = 0; i < 3; i++)
		buffer_free(&whole[i]);
	free(copy);
}
END_TEST

START_TEST(test_many_frames_and_notes_are_kept_whole)
{
	struct buffer b = { 0 }, stack = { 0 }, notes = { 0 };
	const struct pageowner_record *record;
	struct pageowner_reader *reader;

	for (int i = 0; i < 60000; i++) {
		buffer_printf(&stack, " f%d+0x1/0x2\n", i);
		buffer_printf(&notes, "A line of later kernels: %d\n", i);
	}
	buffer_printf(&notes, "Charged to memcg last\n");
	make_record(&b, .stack = stack.ptr, .notes = notes.ptr);
	ck_assert_int_eq(pageowner_reader_open_memory(b.ptr, b.len, &reader), 0);
	ck_assert_int_eq(pageowner_reader_next(reader, &record), 1);
	ck_assert_uint_eq(record->stack.len, stack.len);
	ck_assert_uint_eq(record->notes.len, notes.len);
	ck_assert(record->has & PAGEOWNER_HAS_MEMCG);
	ck_assert_uint_eq(record->memcg.len, 4);
	pageowner_reader_free(reader);
	buffer_free(&b);
	buffer_free(&stack);
	buffer_free(&notes);
}
END_TEST

static struct buffer with_crlf(const struct buffer *text)
{
	struct buffer b = { 0 };

	for (size_t i = 0; i < text->len; i++) {
		if (text->ptr[i] == '\n')
			buffer_add(&b, "\r", 1);
		buffer_add(&b, text->ptr + i, 1);
	}
	return b;
}

START_TEST(test_crlf_reads_as_lf_at_the_offsets_of_the_file)
{
	struct buffer crlf = with_crlf(&sample);
	const struct pageowner_record *record, *plain;
	struct pageowner_reader *reader, *other;
	int ret;

	pageowner_reader_open_memory(sample.ptr, sample.len, &other);
	pageowner_reader_open_memory(crlf.ptr, crlf.len, &reader);
	while ((ret = pageowner_reader_next(reader, &record)) > 0) {
		struct buffer got = { 0 }, expected = { 0 };

		ck_assert_int_eq(pageowner_reader_next(other, &plain), 1);
		print_record(&got, record);
		print_record(&expected, plain);
		assert_same_text("CRLF", &got, &expected);
		ck_assert_uint_eq(record->stack.len, plain->stack.len);
		ck_assert_uint_eq(record->header.len, plain->header.len);
		ck_assert(!strncmp(crlf.ptr + record->offset,
				   "Page allocated via order ", 25));
		ck_assert(!record->offset || crlf.ptr[record->offset - 1] == '\n');
		buffer_free(&got);
		buffer_free(&expected);
	}
	ck_assert_int_eq(ret, 0);
	ck_assert_int_eq(pageowner_reader_next(other, &plain), 0);
	ck_assert_uint_eq(damage_count(pageowner_reader_stats(reader)), 0);
	ck_assert_uint_eq(pageowner_reader_stats(reader)->bytes, crlf.len);
	ck_assert_uint_eq(pageowner_reader_stats(reader)->records, 300);
	pageowner_reader_free(reader);
	pageowner_reader_free(other);
	buffer_free(&crlf);
}
END_TEST

START_TEST(test_damage_in_crlf_text_is_told_at_the_offset_of_the_file)
{
	struct buffer b = { 0 }, crlf;
	struct pageowner_reader *reader;
	struct buffer ignored = { 0 };
	const char *junk;

	make_record(&b, .comm = "one");
	buffer_printf(&b, "some junk\nmore\nof\nit\n\n");
	make_record(&b, .comm = "two");
	crlf = with_crlf(&b);
	junk = strstr(crlf.ptr, "some junk");
	pageowner_reader_open_memory(crlf.ptr, crlf.len, &reader);
	print_reader(&ignored, reader);
	ck_assert_uint_eq(pageowner_reader_stats(reader)->records, 2);
	ck_assert_uint_eq(pageowner_reader_stats(reader)->
			  damage[PAGEOWNER_DAMAGE_JUNK].count, 1);
	ck_assert_uint_eq(pageowner_reader_stats(reader)->
			  damage[PAGEOWNER_DAMAGE_JUNK].first_offset,
			  (uint64_t)(junk - crlf.ptr));
	pageowner_reader_free(reader);
	buffer_free(&b);
	buffer_free(&crlf);
	buffer_free(&ignored);
}
END_TEST

START_TEST(test_dumps_after_each_other_are_read_as_one)
{
	struct buffer b = { 0 }, got = { 0 };
	struct pageowner_reader *reader;

	for (int i = 0; i < 3; i++)
		buffer_add(&b, sample.ptr, sample.len);
	pageowner_reader_open_memory(b.ptr, b.len, &reader);
	ck_assert_int_eq(print_reader(&got, reader), 0);
	ck_assert_uint_eq(pageowner_reader_stats(reader)->records, 900);
	ck_assert_uint_eq(damage_count(pageowner_reader_stats(reader)), 0);
	pageowner_reader_free(reader);
	buffer_free(&b);
	buffer_free(&got);
}
END_TEST

/* What an unprivileged task could name itself to hide or forge a record */
static const char *const attacks[] = {
	"\n\nPage", "x\n\n", "\nPFN 0x1 type M", "), ts 1 ns\nPFN", "\n a+0x1/0x\n",
	"\nPage allocate", "\n\nPage allocat", ")\n\n), ts 5 ns\n", "\r\n\r\n",
	"), ts 1 ns\n\nPa", "(), ts 0 ns\nPF", "), ts 1 ns\r\nPFN",
};

START_TEST(test_no_task_name_hides_or_forges_a_record)
{
	const struct pageowner_record *record;
	struct pageowner_reader *reader;
	struct buffer b = { 0 };

	ck_assert_uint_le(strlen(attacks[_i]), 15);
	make_record(&b, .comm = "before", .pid = 1, .ts = 11);
	make_record(&b, .comm = attacks[_i], .pid = 2, .ts = 22);
	make_record(&b, .comm = attacks[_i], .pid = 3, .ts = 33);
	make_record(&b, .comm = "behind", .pid = 4, .ts = 44);
	pageowner_reader_open_memory(b.ptr, b.len, &reader);
	for (int i = 1; i <= 4; i++) {
		ck_assert_int_eq(pageowner_reader_next(reader, &record), 1);
		ck_assert_int_eq(record->pid, i);
		ck_assert_uint_eq(record->ts_ns, (uint64_t)i * 11);
		ck_assert_uint_eq(record->stack.len, 19);
	}
	ck_assert_int_eq(pageowner_reader_next(reader, &record), 0);
	ck_assert_uint_eq(damage_count(pageowner_reader_stats(reader)), 0);
	pageowner_reader_free(reader);
	buffer_free(&b);
}
END_TEST

static const char *const foreign[] = {
	"hello\n", "x", "\0\0\0\0", " frame+0x1/0x2\nnr_base_page: 5\n\n",
	"2 times, 2 pages, allocated by OTHERS :\npage allocated via order 0\n",
	" Page allocated via order 0, mask 0x0\n", "Page allocated via orde",
};

START_TEST(test_text_without_any_record_is_no_dump)
{
	const struct pageowner_record *record = NULL;
	size_t len = strlen(foreign[_i]) ? strlen(foreign[_i]) : 4;
	struct pageowner_reader *reader;

	pageowner_reader_open_memory(foreign[_i], len, &reader);
	ck_assert_int_eq(pageowner_reader_next(reader, &record), -EBADMSG);
	ck_assert_ptr_null(record);
	ck_assert_ptr_nonnull(strstr(pageowner_reader_error(reader),
				     "Page allocated via order "));
	ck_assert_uint_ne(pageowner_reader_stats(reader)->skipped_bytes, 0);
	ck_assert_uint_eq(pageowner_reader_stats(reader)->bytes, len);
	ck_assert_uint_ne(damage_count(pageowner_reader_stats(reader)), 0);
	pageowner_reader_free(reader);
}
END_TEST

START_TEST(test_an_empty_input_and_blank_lines_are_no_records_and_no_error)
{
	static const struct pageowner_text inputs[] = {
		{ "", 0 }, { "\n", 1 }, { "\n\n\r\n\n", 5 }, { "\r\n", 2 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(inputs); i++) {
		const struct pageowner_record *record;
		struct pageowner_reader *reader;

		pageowner_reader_open_memory(inputs[i].ptr, inputs[i].len, &reader);
		ck_assert_int_eq(pageowner_reader_next(reader, &record), 0);
		ck_assert_int_eq(pageowner_reader_next(reader, &record), 0);
		ck_assert_str_eq(pageowner_reader_error(reader), "");
		ck_assert_uint_eq(damage_count(pageowner_reader_stats(reader)), 0);
		ck_assert_uint_eq(pageowner_reader_stats(reader)->bytes, inputs[i].len);
		pageowner_reader_free(reader);
	}
	pageowner_reader_free(NULL);
}
END_TEST

START_TEST(test_blank_lines_between_records_are_neither_junk_nor_skipped)
{
	struct buffer b = { 0 }, got = { 0 };
	struct pageowner_reader *reader;

	for (int i = 0; i < WINDOW * 2; i++)
		buffer_add(&b, "\n", 1);
	make_record(&b, .comm = "one");
	buffer_add(&b, "\n\n\r\n", 4);
	make_record(&b, .comm = "two");
	buffer_add(&b, "junk\n\n\njunk\n\n", 13);
	make_record(&b, .comm = "three");
	pageowner_reader_open_memory(b.ptr, b.len, &reader);
	ck_assert_int_eq(print_reader(&got, reader), 0);
	ck_assert_uint_eq(pageowner_reader_stats(reader)->records, 3);
	ck_assert_uint_eq(pageowner_reader_stats(reader)->
			  damage[PAGEOWNER_DAMAGE_JUNK].count, 1);
	ck_assert_uint_eq(pageowner_reader_stats(reader)->skipped_bytes, 10);
	pageowner_reader_free(reader);
	buffer_free(&b);
	buffer_free(&got);
}
END_TEST

START_TEST(test_too_small_a_budget_is_refused_with_a_sentence)
{
	const char *path = temp_file("\n", 1);
	struct pageowner_budget *budget;
	struct pageowner_reader *r;

	ck_assert_int_eq(pageowner_budget_new(1, &budget), 0);
	ck_assert_int_eq(pageowner_reader_open(path, &r), 0);
	ck_assert_int_eq(pageowner_reader_set_budget(r, budget), -ENOBUFS);
	ck_assert(strstr(pageowner_reader_error(r), path));
	ck_assert(strstr(pageowner_reader_error(r), "budget"));
	pageowner_reader_free(r);
	pageowner_budget_free(budget);
}
END_TEST

START_TEST(test_every_kind_of_damage_has_words)
{
	for (int i = 0; i < (int)pageowner_damage_count(); i++) {
		ck_assert(*pageowner_damage_text(i));
		ck_assert_str_ne(pageowner_damage_text(i), "unknown damage");
	}
	ck_assert_str_eq(pageowner_damage_text(pageowner_damage_count()),
			 "unknown damage");
	ck_assert_str_eq(pageowner_damage_text((enum pageowner_damage)-1),
			 "unknown damage");
}
END_TEST

int main(void)
{
	TCase *tc = new_case("damage");
	const bool has_sample = can_read(".xz");

	odd = data_names("odd", ".page_owner", &odd_count);
	if (has_sample)
		sample = data_file("real/linux-6.12-1-work-sample.page_owner.xz");
	tcase_add_loop_test(tc, test_every_odd_input_reads_as_expected, 0, odd_count);
	tcase_add_loop_test(tc, test_text_without_any_record_is_no_dump,
			    0, ARRAY_SIZE(foreign));
	tcase_add_test(tc, test_an_empty_input_and_blank_lines_are_no_records_and_no_error);
	tcase_add_test(tc, test_blank_lines_between_records_are_neither_junk_nor_skipped);
	tcase_add_test(tc, test_every_kind_of_damage_has_words);
	tcase_add_loop_test(tc, test_no_task_name_hides_or_forges_a_record,
			    0, ARRAY_SIZE(attacks));
	if (has_sample) {
		tcase_add_test(tc,
			test_a_dump_cut_at_any_byte_gives_its_whole_records_and_says_so);
		tcase_add_test(tc, test_a_changed_byte_harms_only_what_it_is_in);
	}

	tc = new_case("records");
	tcase_add_test(tc, test_many_frames_and_notes_are_kept_whole);
	tcase_add_test(tc, test_too_small_a_budget_is_refused_with_a_sentence);
	if (has_sample)
		tcase_add_test(tc, test_dumps_after_each_other_are_read_as_one);

	tc = new_case("crlf");
	tcase_add_test(tc, test_damage_in_crlf_text_is_told_at_the_offset_of_the_file);
	if (has_sample)
		tcase_add_test(tc, test_crlf_reads_as_lf_at_the_offsets_of_the_file);
	return run_cases("reader");
}
