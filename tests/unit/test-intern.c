// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-intern.c - each text kept once, numbered as it came.
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"

#define MANY 200000u

/* Alike in all but a few bytes, of many lengths */
static struct pageowner_text text_of(char *room, uint32_t number)
{
	size_t len = (size_t)sprintf(room, "%*s line %u\n %u\nend", (int)(number % 61),
				     "", number / 7, number % 7);

	return (struct pageowner_text){ room, len };
}

static const bool of_lines[] = { false, true };

static struct po_intern *new_table(bool lines, struct po_intern **of, size_t payload)
{
	struct po_intern *table;

	*of = NULL;
	if (!lines) {
		ck_assert_int_eq(po_intern_new(payload, NULL, &table), 0);
		return table;
	}
	ck_assert_int_eq(po_intern_new(8, NULL, of), 0);
	ck_assert_int_eq(po_intern_new_of_lines(payload, NULL, *of, &table), 0);
	return table;
}

static void assert_text(const struct po_entry *entry, bool lines,
			struct pageowner_text expected)
{
	struct po_buffer joined = { 0 };
	struct pageowner_text text = po_entry_text(entry);

	if (lines)
		ck_assert_int_eq(po_entry_join(entry, &joined, NULL, &text), 0);
	ck_assert_uint_eq(text.len, expected.len);
	ck_assert(!memcmp(text.ptr, expected.ptr, text.len));
	free(joined.ptr);
}

START_TEST(test_many_texts_keep_their_numbers_texts_and_payloads)
{
	struct po_intern *lines, *table = new_table(of_lines[_i], &lines, 8);
	struct po_entry **entries;
	char room[256];
	size_t count;

	for (uint32_t i = 0; i < MANY; i++) {
		struct po_entry *e = po_intern_add(table, text_of(room, i));

		ck_assert_ptr_nonnull(e);
		ck_assert_uint_eq(e->key.number, i);
		ck_assert_uint_eq(*(uint64_t *)po_entry_payload(e), 0);
		*(uint64_t *)po_entry_payload(e) = i * UINT64_C(0x100000001);
		if (i == MANY / 2)
			po_intern_drop_index(table);
	}
	entries = po_intern_entries(table, &count);
	ck_assert_uint_eq(count, MANY);
	for (uint32_t i = MANY; i--; ) {
		struct pageowner_text text = text_of(room, i);
		struct po_entry *e = po_intern_add(table, text);

		ck_assert_ptr_eq(e, entries[i]);
		assert_text(e, of_lines[_i], text);
		ck_assert_uint_eq(*(uint64_t *)po_entry_payload(e),
				  i * UINT64_C(0x100000001));
	}
	po_intern_entries(table, &count);
	ck_assert_uint_eq(count, MANY);
	po_intern_free(table);
	po_intern_free(lines);
}
END_TEST

static const struct pageowner_text odd_texts[] = {
	{ "", 0 }, { "\n", 1 }, { "\n\n", 2 }, { "a", 1 }, { "a\n", 2 },
	{ "a\nb", 3 }, { "a\nb\n", 4 }, { "\0", 1 }, { "\0\0", 2 },
	{ "a\0b\n", 4 }, { "a\0c\n", 4 }, { "b\na", 3 }, { "\na", 2 },
};

START_TEST(test_texts_with_odd_line_ends_are_kept_apart)
{
	struct po_intern *lines, *table = new_table(of_lines[_i], &lines, 1);
	size_t count;

	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < ARRAY_SIZE(odd_texts); i++) {
			const struct po_entry *e = po_intern_add(table, odd_texts[i]);

			ck_assert_uint_eq(e->key.number, i);
			assert_text(e, of_lines[_i], odd_texts[i]);
		}
		po_intern_drop_index(table);
	}
	po_intern_entries(table, &count);
	ck_assert_uint_eq(count, ARRAY_SIZE(odd_texts));
	po_intern_free(table);
	po_intern_free(lines);
}
END_TEST

START_TEST(test_lines_that_texts_share_are_kept_once)
{
	struct po_intern *lines, *table = new_table(true, &lines, 1);
	size_t count;

	po_intern_add(table, TEXT(" a\n b\n c\n"));
	po_intern_add(table, TEXT(" c\n b\n a\n"));
	po_intern_add(table, TEXT(" a\n b\n c\n b\n"));
	po_intern_entries(table, &count);
	ck_assert_uint_eq(count, 3);
	po_intern_entries(lines, &count);
	ck_assert_uint_eq(count, 3);
	po_intern_free(table);
	po_intern_free(lines);
}
END_TEST

/* What the small table in front looks at is equal here, the rest is not. */
START_TEST(test_texts_that_differ_only_where_nobody_samples_are_kept_apart)
{
	struct po_intern *lines, *table = new_table(of_lines[_i], &lines, 1);
	char text[400];
	size_t count;

	memset(text, 'x', sizeof(text));
	for (size_t at = 0; at < sizeof(text); at++) {
		text[at] = 'y';
		po_intern_add(table, (struct pageowner_text){ text, sizeof(text) });
		text[at] = 'x';
	}
	po_intern_entries(table, &count);
	ck_assert_uint_eq(count, sizeof(text));
	po_intern_free(table);
	po_intern_free(lines);
}
END_TEST

START_TEST(test_text_of_nothing_may_be_a_null_pointer)
{
	struct po_intern *table;
	struct pageowner_text none = { NULL, 0 };

	ck_assert_int_eq(po_intern_new(0, NULL, &table), 0);
	ck_assert_ptr_eq(po_intern_add(table, none), po_intern_add(table, none));
	po_intern_free(table);
	po_intern_free(NULL);
}
END_TEST

int main(void)
{
	TCase *tc = new_case("texts");

	tcase_add_loop_test(tc, test_many_texts_keep_their_numbers_texts_and_payloads,
			    0, 2);
	tcase_add_test(tc, test_text_of_nothing_may_be_a_null_pointer);

	tc = new_case("lines");
	tcase_add_loop_test(tc, test_texts_with_odd_line_ends_are_kept_apart, 0, 2);
	tcase_add_test(tc, test_lines_that_texts_share_are_kept_once);
	tcase_add_loop_test(tc,
		test_texts_that_differ_only_where_nobody_samples_are_kept_apart, 0, 2);
	return run_cases("intern");
}
