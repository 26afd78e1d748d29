// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-text.c - texts made safe to show.
 */
#include "support.h"

#include <string.h>

static const struct {
	struct pageowner_text text;
	const char *shown;
} texts[] = {
	{ TEXT(""), "" },
	{ TEXT("kworker/0:1-ev"), "kworker/0:1-ev" },
	{ TEXT("\x1b[31mred\x07"), "\\x1b[31mred\\x07" },
	{ TEXT("a\nb\tc\rd\0e\x7f"), "a\\x0ab\\x09c\\x0dd\\x00e\\x7f" },
	{ TEXT("back\\slash"), "back\\slash" },
	/* u with diaeresis, euro sign, emoji; what is assigned later */
	{ TEXT("\xc3\xbc \xe2\x82\xac \xf0\x9f\x98\x80"),
	  "\xc3\xbc \xe2\x82\xac \xf0\x9f\x98\x80" },
	{ TEXT("\xf0\x9f\xbf\xbd"), "\xf0\x9f\xbf\xbd" },
	/* C1 controls, as a character and as a byte */
	{ TEXT("\xc2\x9b" "31m"), "\\xc2\\x9b31m" },
	{ TEXT("\x9b" "31m"), "\\x9b31m" },
	/* overlong, surrogate, beyond the last, cut */
	{ TEXT("\xc0\x9b"), "\\xc0\\x9b" },
	{ TEXT("\xe0\x80\x9b"), "\\xe0\\x80\\x9b" },
	{ TEXT("\xed\xa0\x80"), "\\xed\\xa0\\x80" },
	{ TEXT("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80" },
	{ TEXT("\xf5\x80\x80\x80"), "\\xf5\\x80\\x80\\x80" },
	{ TEXT("\xe2\x82"), "\\xe2\\x82" },
	{ TEXT("\xe2\x82" "a"), "\\xe2\\x82a" },
	{ TEXT("\xff\xfe"), "\\xff\\xfe" },
	/* override, isolate, no width, byte order mark, soft hyphen, separator, tag */
	{ TEXT("\xe2\x80\xae"), "\\xe2\\x80\\xae" },
	{ TEXT("\xe2\x81\xa6"), "\\xe2\\x81\\xa6" },
	{ TEXT("\xe2\x80\x8b"), "\\xe2\\x80\\x8b" },
	{ TEXT("\xef\xbb\xbf"), "\\xef\\xbb\\xbf" },
	{ TEXT("\xc2\xad"), "\\xc2\\xad" },
	{ TEXT("\xe2\x80\xa8"), "\\xe2\\x80\\xa8" },
	{ TEXT("\xf3\xa0\x81\x81"), "\\xf3\\xa0\\x81\\x81" },
	{ TEXT("\xef\xbf\xbf"), "\\xef\\xbf\\xbf" },
};

START_TEST(test_what_cannot_be_seen_is_escaped)
{
	char buf[64];

	ck_assert_uint_eq(pageowner_text_printable(texts[_i].text, buf, sizeof(buf)),
			  strlen(texts[_i].shown));
	ck_assert_str_eq(buf, texts[_i].shown);
}
END_TEST

/* "ab", an escape of 4, a character of 3, "c": only wholes are stored. */
START_TEST(test_nothing_is_cut_in_two)
{
	static const char *const stored[] = {
		"", "", "a", "ab", "ab", "ab", "ab", "ab\\x01", "ab\\x01", "ab\\x01",
		"ab\\x01\xe2\x82\xac", ("ab\\x01\xe2\x82\xac" "c"),
	};
	const struct pageowner_text text = TEXT("ab\x01\xe2\x82\xac" "c");

	for (size_t size = 0; size < ARRAY_SIZE(stored); size++) {
		char buf[16];

		memset(buf, '#', sizeof(buf));
		ck_assert_uint_eq(pageowner_text_printable(text, size ? buf : NULL,
							   size), 10);
		if (size)
			ck_assert_str_eq(buf, stored[size]);
		for (size_t i = size; i < sizeof(buf); i++)
			ck_assert_int_eq(buf[i], '#');
	}
}
END_TEST

/* Any bytes become printable ones, of the length that is reported. */
START_TEST(test_random_bytes_become_printable)
{
	char bytes[256], buf[4 * sizeof(bytes) + 1], again[sizeof(buf)];

	for (int round = 0; round < 2000; round++) {
		const size_t len = random_below(sizeof(bytes));
		struct pageowner_text text = { bytes, len };
		size_t shown;

		for (size_t i = 0; i < len; i++)
			bytes[i] = (char)(random_below(2) ? random_number() :
					  0x80 | random_below(0x80));
		shown = pageowner_text_printable(text, buf, sizeof(buf));
		ck_assert_uint_lt(shown, sizeof(buf));
		ck_assert_uint_eq(strlen(buf), shown);
		/* What is printable stays as it is. */
		text = (struct pageowner_text){ buf, shown };
		ck_assert_uint_eq(pageowner_text_printable(text, again, sizeof(again)),
				  shown);
		ck_assert_str_eq(again, buf);
	}
}
END_TEST

int main(void)
{
	TCase *tc = new_case("printable");

	tcase_add_loop_test(tc, test_what_cannot_be_seen_is_escaped, 0,
			    ARRAY_SIZE(texts));
	tcase_add_test(tc, test_nothing_is_cut_in_two);
	tcase_add_test(tc, test_random_bytes_become_printable);
	return run_cases("text");
}
