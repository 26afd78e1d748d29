// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-units.c - sizes and times as people write and read them.
 */
#include "support.h"

#include <errno.h>

#include "tools/lib/units.h"

START_TEST(test_durations_are_short)
{
	static const struct {
		double seconds;
		const char *text;
	} cases[] = {
		{ 0, "0s" }, { 5.4, "5s" }, { 179, "179s" }, { 180, "3.0m" },
		{ 3600, "60m" }, { 10800, "3.0h" }, { 200000, "56h" },
		{ 259200, "3.0d" }, { 8.64e7, "1000d" },
	};
	char buf[UNITS_TEXT_MAX];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_str_eq(units_duration(buf, cases[i].seconds),
				 cases[i].text);
}
END_TEST

START_TEST(test_bytes_are_shown_with_a_unit)
{
	static const struct {
		double bytes;
		bool sign;
		const char *text;
	} cases[] = {
		{ 0, true, "0 B" }, { 1023, false, "1023 B" },
		{ 1024, true, "+1.0 KiB" }, { -4096, true, "-4.0 KiB" },
		{ 1048575, false, "1.0 MiB" }, { 0x1p63, false, "8.0 EiB" },
		{ 0x1p80, false, "1048576.0 EiB" },
	};
	char buf[UNITS_TEXT_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		ck_assert_str_eq(units_bytes(buf, cases[i].bytes, cases[i].sign),
				 cases[i].text);
}
END_TEST

START_TEST(test_sizes_are_read)
{
	static const struct {
		const char *text;
		uint64_t bytes;
		const char *rest;
	} cases[] = {
		{ "4096", 4096, "" }, { "4K", 4096, "" }, { "4k", 4096, "" },
		{ "1.5GiB", 3u << 29, "" }, { "20MB", 20000000, "" },
		{ "7B", 7, "" }, { "1M/h", 1 << 20, "/h" }, { "1X", 1, "X" },
		{ "0x10", 0, "x10" },
	};
	static const char *const wrong[] = {
		"", "0.5", "4096.5", "1.5B", "K", "-1", "+1", " 1", ".5", "nan", "9999999E", "1e3", "1KK",
	};
	const char *rest;
	uint64_t bytes;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ck_assert_int_eq(units_parse_size(cases[i].text, &rest, &bytes), 0);
		ck_assert_uint_eq(bytes, cases[i].bytes);
		ck_assert_str_eq(rest, cases[i].rest);
		ck_assert_int_eq(units_parse_size(cases[i].text, NULL, &bytes),
				 *rest ? -22 : 0);
	}
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		ck_assert_int_eq(units_parse_size(wrong[i], NULL, &bytes), -22);
}
END_TEST

START_TEST(test_times_are_read)
{
	static const struct {
		const char *text;
		double seconds;	/* -1: none there */
	} cases[] = {
		{ "1700000000", 1700000000 },
		{ "stacks.1700000000.xz", 1700000000 },
		{ "2023-11-14T22:13:20", 1700000000 },
		{ "host-20231114-221320.zst", 1700000000 },
		{ "a1600000000-1700000000", 1700000000 },
		{ "2023-11-14T22:13", 1699999980 },
		{ "linux-6.12.117-leak-3", -1 }, { "17000000001", -1 },
		{ "20231114-2213201", -1 }, { "20231399-999999", -1 },
		{ "2026-02-30T10:00:00", -1 }, { "20260230-1000", -1 },
		{ "2024-02-29T00:00:00", 1709164800 }, { "2026-02-29T00:00", -1 },
		{ "2026-04-31_10:00", -1 },
		{ "", -1 },
	};
	static const struct {
		const char *text;
		double seconds;
	} durations[] = {
		{ "0", 0 }, { "90", 90 }, { "90s", 90 }, { "1.5m", 90 },
		{ "2h", 7200 }, { "1d", 86400 }, { "1w", -1 }, { "-1", -1 },
		{ "", -1 }, { "1mm", -1 },
	};
	static const struct {
		const char *text;
		double seconds;
	} alone[] = {
		{ "2023-11-14T22:13:20", 1700000000 }, { "1700000000", 1700000000 },
		{ "2023-11-14T22:13:20Z", 1700000000 }, { "1700000000.5", 1700000000.5 },
		{ "2023-11-14T22:13:20+02:00", -1 }, { "2023-11-14T22:13:20ZZ", -1 },
		{ "x2023-11-14T22:13:20", -1 },
	};
	double seconds = -1;

	ck_assert_int_eq(units_parse_time("2026-02-30T10:00:00", &seconds), -EDOM);
	ck_assert_double_eq(seconds, -1);

	for (size_t i = 0; i < ARRAY_SIZE(alone); i++) {
		seconds = -1;
		ck_assert_int_eq(units_parse_time(alone[i].text, &seconds),
				 alone[i].seconds < 0 ? -22 : 0);
		ck_assert_double_eq(seconds, alone[i].seconds);
	}
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int ret;

		seconds = -1;
		ret = units_find_time(cases[i].text, &seconds);

		ck_assert_msg((ret == 0) == (cases[i].seconds >= 0), "%s",
			      cases[i].text);
		ck_assert_double_eq(seconds, cases[i].seconds);
	}
	for (size_t i = 0; i < ARRAY_SIZE(durations); i++) {
		int ret = units_parse_duration(durations[i].text, &seconds);

		ck_assert_msg((ret == 0) == (durations[i].seconds >= 0), "%s",
			      durations[i].text);
		if (ret == 0)
			ck_assert_double_eq(seconds, durations[i].seconds);
	}
}
END_TEST

int main(void)
{
	TCase *tc = new_case("times");

	tcase_add_test(tc, test_durations_are_short);
	tcase_add_test(tc, test_times_are_read);

	tc = new_case("sizes");
	tcase_add_test(tc, test_bytes_are_shown_with_a_unit);
	tcase_add_test(tc, test_sizes_are_read);
	return run_cases("units");
}
