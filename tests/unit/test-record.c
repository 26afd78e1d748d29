// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-record.c - records that are kept.
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char samples[512][128];
static int sample_count;

static void find_samples(const char *folder, const char *suffix)
{
	int count;
	char **names = data_names(folder, suffix, &count);

	for (int i = 0; i < count; i++) {
		snprintf(samples[sample_count++], sizeof(samples[0]), "%s/%s", folder,
			 names[i]);
		free(names[i]);
	}
	free(names);
}

/* All records of an input, each a copy */
struct copies {
	struct pageowner_record **list;
	size_t count;
};

static void copy_all(struct copies *copies, const struct buffer *text,
		     struct buffer *printed, struct pageowner_profile *profile)
{
	const struct pageowner_record *record;
	struct pageowner_reader *reader;

	ck_assert_int_eq(pageowner_reader_open_memory(text->ptr, text->len, &reader), 0);
	while (pageowner_reader_next(reader, &record) > 0) {
		copies->list = realloc(copies->list,
				       (copies->count + 1) * sizeof(*copies->list));
		ck_assert_ptr_nonnull(copies->list);
		ck_assert_int_eq(pageowner_record_copy(record,
				 &copies->list[copies->count]), 0);
		copies->count++;
		print_record(printed, record);
		ck_assert_int_ge(pageowner_profile_add(profile, record), 0);
	}
	pageowner_reader_free(reader);
}

static struct pageowner_profile *new_profile(void)
{
	struct pageowner_profile *p;

	ck_assert_int_eq(pageowner_profile_new("name,gfp,stacktrace,migratetype,memcg",
					       &p), 0);
	return p;
}

START_TEST(test_a_copy_says_the_same_when_its_reader_is_gone)
{
	struct buffer text = data_file(samples[_i]), want = { 0 }, got = { 0 };
	struct pageowner_profile *first = new_profile(), *second = new_profile();
	struct copies copies = { 0 };

	copy_all(&copies, &text, &want, first);
	memset(text.ptr, '#', text.len);
	buffer_free(&text);
	for (size_t i = 0; i < copies.count; i++) {
		print_record(&got, copies.list[i]);
		ck_assert_int_ge(pageowner_profile_add(second, copies.list[i]), 0);
		pageowner_record_free(copies.list[i]);
	}
	assert_same_text(samples[_i], &got, &want);
	buffer_free(&got);
	buffer_free(&want);
	print_groups(&want, first);
	print_groups(&got, second);
	assert_same_text("groups of copies", &got, &want);
	pageowner_profile_free(first);
	pageowner_profile_free(second);
	free(copies.list);
	buffer_free(&got);
	buffer_free(&want);
}
END_TEST

START_TEST(test_what_a_record_lacks_is_empty_in_its_copy)
{
	const struct pageowner_record record = {
		.header = TEXT(""), .stack = TEXT(" f+0x1/0x2\n"),
		.comm = { (const char *)1, 1 << 20 },
	};
	struct pageowner_record *copy, *again;

	ck_assert_int_eq(pageowner_record_copy(&record, &copy), 0);
	ck_assert_uint_eq(copy->comm.len, 0);
	ck_assert_uint_eq(copy->pfn_line.len, 0);
	ck_assert_uint_eq(copy->notes.len, 0);
	ck_assert_uint_eq(copy->stack.len, record.stack.len);
	ck_assert_int_eq(pageowner_record_copy(copy, &again), 0);
	pageowner_record_free(copy);
	ck_assert(!memcmp(again->stack.ptr, record.stack.ptr, record.stack.len));
	pageowner_record_free(again);
	pageowner_record_free(NULL);
}
END_TEST

START_TEST(test_texts_lie_in_a_copy_as_in_the_record)
{
	const struct pageowner_record *record;
	struct pageowner_record *copy;
	struct pageowner_reader *reader;
	struct buffer b = { 0 };

	make_record(&b, .comm = "x, y (z", .pid = 3, .stack = " f+0x1/0x2\n",
		    .notes = "Charged to memcg a\n");
	ck_assert_int_eq(pageowner_reader_open_memory(b.ptr, b.len, &reader), 0);
	ck_assert_int_eq(pageowner_reader_next(reader, &record), 1);
	ck_assert_int_eq(pageowner_record_copy(record, &copy), 0);
	ck_assert_int_eq(copy->comm.ptr - copy->header.ptr,
			 record->comm.ptr - record->header.ptr);
	ck_assert_int_eq(copy->gfp_names.ptr - copy->header.ptr,
			 record->gfp_names.ptr - record->header.ptr);
	ck_assert_int_eq(copy->page_type.ptr - copy->pfn_line.ptr,
			 record->page_type.ptr - record->pfn_line.ptr);
	ck_assert_int_eq(copy->memcg.ptr - copy->stack.ptr,
			 record->memcg.ptr - record->stack.ptr);
	ck_assert_ptr_eq(copy->notes.ptr, copy->stack.ptr + copy->stack.len);
	pageowner_record_free(copy);
	pageowner_reader_free(reader);
	buffer_free(&b);
}
END_TEST

int main(void)
{
	TCase *copy = new_case("copy");

	find_samples("dialects", ".page_owner");
	find_samples("dialects", ".show_stacks");
	find_samples("dialects", ".report");
	find_samples("dialects", ".console");
	find_samples("odd", ".page_owner");
	tcase_add_loop_test(copy, test_a_copy_says_the_same_when_its_reader_is_gone, 0,
			    sample_count);
	tcase_add_test(copy, test_what_a_record_lacks_is_empty_in_its_copy);
	tcase_add_test(copy, test_texts_lie_in_a_copy_as_in_the_record);
	return run_cases("record");
}
