// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-export.c - what the writers of all formats stand on: texts as UTF-8, JSON and CSV,
 * the map, the buffer, and their memory. What formats hold is for tests/cli/test-formats.py.
 */
#include "support.h"

#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pageowner/export.h>

#include "export/buffer.h"
#include "export/map.h"
#include "export/utf8.h"

/* --- texts */

static const struct {
	const char *text;
	size_t len;
	const char *json, *ascii, *csv;
} texts[] = {
#define OF(literal, json, ascii, csv) { literal, sizeof(literal) - 1, json, ascii, csv }
	OF("", "\"\"", "\"\"", "\"\""),
	OF("plain", "\"plain\"", "\"plain\"", "\"plain\""),
	OF("a\"b\\c", "\"a\\\"b\\\\c\"", "\"a\\\"b\\\\c\"", "\"a\"\"b\\c\""),
	OF("\n\r\t\b\f\x01", "\"\\n\\r\\t\\b\\f\\u0001\"", "\"\\n\\r\\t\\b\\f\\u0001\"",
	   "\"\n\r\t\b\f\x01\""),
	OF("</script>\x7f", "\"</script>\x7f\"", "\"\\u003C/script>\\u007F\"",
	   "\"</script>\x7f\""),
	OF("\xc3\xbc\xe2\x82\xac\xf0\x9f\x90\xa7",
	   "\"\xc3\xbc\xe2\x82\xac\xf0\x9f\x90\xa7\"", "\"\\u00FC\\u20AC\\uD83D\\uDC27\"",
	   "\"\xc3\xbc\xe2\x82\xac\xf0\x9f\x90\xa7\""),
	/* A NUL, a lone byte, a truncated character, a surrogate, overlong, beyond U+10FFFF */
	OF("a\0b", "\"a\xef\xbf\xbd" "b\"", "\"a\\uFFFDb\"", "\"a\xef\xbf\xbd" "b\""),
	OF("\xff", "\"\xef\xbf\xbd\"", "\"\\uFFFD\"", "\"\xef\xbf\xbd\""),
	OF("\xe2\x82", "\"\xef\xbf\xbd\xef\xbf\xbd\"", "\"\\uFFFD\\uFFFD\"",
	   "\"\xef\xbf\xbd\xef\xbf\xbd\""),
	OF("\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"",
	   "\"\\uFFFD\\uFFFD\\uFFFD\"", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""),
	OF("\xc0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\"", "\"\\uFFFD\\uFFFD\"",
	   "\"\xef\xbf\xbd\xef\xbf\xbd\""),
	OF("\xf4\x90\x80\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"",
	   "\"\\uFFFD\\uFFFD\\uFFFD\\uFFFD\"",
	   "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""),
};

static void check_text(void (*put)(FILE *file, struct pageowner_text text),
		       struct pageowner_text text, const char *expected)
{
	char *got = NULL;
	size_t len;
	FILE *file = open_memstream(&got, &len);

	put(file, text);
	fclose(file);
	ck_assert_str_eq(got, expected);
	free(got);
}

START_TEST(test_any_bytes_are_well_formed)
{
	const struct pageowner_text text = { texts[_i].text, texts[_i].len };

	check_text(text_put_json, text, texts[_i].json);
	check_text(text_put_json_ascii, text, texts[_i].ascii);
	check_text(text_put_csv, text, texts[_i].csv);
}
END_TEST

START_TEST(test_validity_does_not_depend_on_the_place)
{
	char text[64];

	for (size_t at = 0; at < sizeof(text) - 1; at++) {
		memset(text, 'x', sizeof(text));
		text[at] = '\0';
		ck_assert_uint_eq(text_valid((struct pageowner_text){ text, sizeof(text) }), at);
		text[at] = '\x80';
		ck_assert_uint_eq(text_valid((struct pageowner_text){ text, sizeof(text) }), at);
		memcpy(text + at, "\xc3\xbc", 2);
		ck_assert_uint_eq(text_valid((struct pageowner_text){ text, sizeof(text) }),
				  sizeof(text));
	}
}
END_TEST

START_TEST(test_numbers_have_a_point)
{
	char buf[TEXT_REAL_MAX];

	setlocale(LC_NUMERIC, "de_DE.UTF-8");	/* where it is installed */
	ck_assert_str_eq(text_real(buf, 0.5), "0.5");
	ck_assert_str_eq(text_real(buf, -1.25e-30), "-1.25e-30");
	ck_assert_str_eq(text_real(buf, 3), "3");
	setlocale(LC_NUMERIC, "C");
}
END_TEST

/* --- map and buffer */

static struct pageowner_export *new_export(struct pageowner_budget *budget)
{
	struct pageowner_export *e;

	ck_assert_int_eq(pageowner_export_new("json", &e), 0);
	pageowner_export_set_budget(e, budget);
	return e;
}

START_TEST(test_a_map_numbers_texts_in_order)
{
	struct pageowner_export *e = new_export(NULL);
	struct map map = { .e = e };
	uint32_t number;
	char text[16];

	for (int round = 0; round < 2; round++) {
		for (uint32_t i = 0; i < 5000; i++) {
			const int len = snprintf(text, sizeof(text), "%" PRIu32, i * 7919);

			ck_assert_int_eq(map_add(&map, (struct pageowner_text){ text,
						 (size_t)len }, &number), !round);
			ck_assert_uint_eq(number, i);
			map.entries[number].sum[0] += i;
		}
	}
	ck_assert_uint_eq(map.count, 5000);
	/* With a NUL in it, and without anything */
	ck_assert_int_eq(map_add(&map, TEXT("a\0b"), &number), 1);
	ck_assert_int_eq(map_add(&map, TEXT("a\0c"), &number), 1);
	ck_assert_int_eq(map_add(&map, (struct pageowner_text){ NULL, 0 }, &number), 1);
	ck_assert_int_eq(map_add(&map, TEXT(""), &number), 0);
	map_sort_by_sum(&map);
	ck_assert_uint_eq(map.entries[0].sum[0], 9998);
	map_sort_by_text(&map);
	ck_assert_uint_eq(map.entries[0].text.len, 0);
	ck_assert_str_eq(map.entries[1].text.ptr, "0");
	map_free(&map);
	pageowner_export_free(e);
}
END_TEST

START_TEST(test_what_is_kept_is_charged_and_given_back)
{
	struct pageowner_budget *budget;
	struct pageowner_export *e;
	struct text_buffer buffer;
	struct map map;
	uint32_t number;
	char text[100];
	int ret = 0;

	ck_assert_int_eq(pageowner_budget_new(1 << 20, &budget), 0);
	e = new_export(budget);
	map = (struct map){ .e = e };
	for (int i = 0; ret >= 0 && i < 100000; i++) {
		snprintf(text, sizeof(text), "%099d", i);
		ret = map_add(&map, (struct pageowner_text){ text, 99 }, &number);
	}
	ck_assert_int_eq(ret, -ENOMEM);
	ck_assert_uint_gt(pageowner_budget_used(budget), 1 << 18);
	ck_assert_uint_le(pageowner_budget_used(budget), 1 << 20);
	/* What was added before can still be looked at. */
	ck_assert_uint_eq(map.entries[map.count - 1].text.len, 99);
	map_free(&map);
	ck_assert_uint_eq(pageowner_budget_used(budget), 0);
	buffer = (struct text_buffer){ .e = e };
	for (int i = 0; i < 100000; i++)
		text_buffer_add(&buffer, text, 99);
	ck_assert_int_eq(text_buffer_error(&buffer), -ENOMEM);
	text_buffer_free(&buffer);
	ck_assert_uint_eq(pageowner_budget_used(budget), 0);
	pageowner_export_free(e);
	pageowner_budget_free(budget);
}
END_TEST

START_TEST(test_a_buffer_makes_utf8)
{
	struct pageowner_export *e = new_export(NULL);
	struct text_buffer buffer = { .e = e };
	struct pageowner_text text = TEXT("as it is"), got;

	got = text_buffer_utf8(&buffer, text);
	ck_assert_ptr_eq(got.ptr, text.ptr);
	got = text_buffer_utf8(&buffer, TEXT("a\xff\0z\x80"));
	ck_assert_uint_eq(got.len, 11);
	ck_assert_mem_eq(got.ptr, "a" TEXT_NONE TEXT_NONE "z" TEXT_NONE, 11);
	text_buffer_free(&buffer);
	pageowner_export_free(e);
}
END_TEST

/* --- the public functions that no tool calls wrongly */

START_TEST(test_wrong_use_is_refused_with_a_sentence)
{
	struct pageowner_export *e;
	struct pageowner_account *account;

	ck_assert_int_eq(pageowner_export_new("nonsense", &e), -EINVAL);
	ck_assert_int_eq(pageowner_export_new("folded", &e), 0);
	ck_assert_int_eq(pageowner_account_new(&account), 0);
	ck_assert_int_eq(pageowner_export_account(e, account, NULL, stdout), -EINVAL);
	ck_assert(strstr(pageowner_export_error(e), "folded cannot show accounts"));
	ck_assert_int_eq(pageowner_export_set_fields(e, "pid,nonsense"), -EINVAL);
	ck_assert(strstr(pageowner_export_error(e), "nonsense"));
	ck_assert_int_eq(pageowner_export_set_fields(e, "pid,name"), 0);
	ck_assert_int_eq(pageowner_export_set_threshold(e, 1), -EINVAL);
	ck_assert(strstr(pageowner_export_error(e), "folded has no threshold"));
	ck_assert_int_eq(pageowner_export_set_threshold(e, 0), 0);
	ck_assert_int_eq(pageowner_export_set_flags(e, 0x80u), -EINVAL);
	ck_assert(strstr(pageowner_export_error(e), "0x80"));
	ck_assert_int_eq(pageowner_export_set_flags(e, PAGEOWNER_EXPORT_CHANGED), 0);
	pageowner_account_free(account);
	pageowner_export_free(e);
}
END_TEST

START_TEST(test_a_format_that_was_not_built_has_no_help)
{
	const char *name, *help;
	unsigned int traits;

	for (size_t i = 0; (name = pageowner_export_format(i, &traits, &help)); i++) {
		struct pageowner_export *e = NULL;

		ck_assert_int_eq(pageowner_export_new(name, &e), traits ? 0 : -ENOTSUP);
		ck_assert_int_eq(!help, !traits);
		pageowner_export_free(e);
	}
}
END_TEST

START_TEST(test_what_is_not_finished_is_not_written)
{
	struct pageowner_pageblocks *blocks;
	struct pageowner_profile *profile;
	struct pageowner_export *e;
	struct pageowner_diff *diff;

	ck_assert_int_eq(pageowner_export_new("json", &e), 0);
	ck_assert_int_eq(pageowner_profile_new("callstack", &profile), 0);
	ck_assert_int_eq(pageowner_export_profile(e, profile, stdout), -EINVAL);
	ck_assert_str_ne(pageowner_export_error(e), "");
	ck_assert_int_eq(pageowner_diff_new(PAGEOWNER_BY_STACK, &diff), 0);
	ck_assert_int_eq(pageowner_profile_finish(profile), 0);
	ck_assert_int_eq(pageowner_diff_add(diff, profile), 0);
	ck_assert_int_eq(pageowner_export_diff(e, diff, stdout), -EINVAL);
	ck_assert_str_ne(pageowner_export_error(e), "");
	ck_assert_int_eq(pageowner_pageblocks_new(PAGEOWNER_BY_STACK, &blocks), 0);
	ck_assert_int_eq(pageowner_export_pageblocks(e, blocks, NULL, stdout), -EINVAL);
	ck_assert_str_ne(pageowner_export_error(e), "");
	pageowner_pageblocks_free(blocks);
	pageowner_diff_free(diff);
	pageowner_profile_free(profile);
	pageowner_export_free(e);
}
END_TEST

int main(void)
{
	TCase *cases[] = { new_case("texts"), new_case("memory"), new_case("use") };

	tcase_add_loop_test(cases[0], test_any_bytes_are_well_formed, 0, ARRAY_SIZE(texts));
	tcase_add_test(cases[0], test_validity_does_not_depend_on_the_place);
	tcase_add_test(cases[0], test_numbers_have_a_point);
	tcase_add_test(cases[1], test_a_map_numbers_texts_in_order);
	tcase_add_test(cases[1], test_what_is_kept_is_charged_and_given_back);
	tcase_add_test(cases[1], test_a_buffer_makes_utf8);
	tcase_add_test(cases[2], test_wrong_use_is_refused_with_a_sentence);
	tcase_add_test(cases[2], test_a_format_that_was_not_built_has_no_help);
	tcase_add_test(cases[2], test_what_is_not_finished_is_not_written);
	return run_cases("export");
}
