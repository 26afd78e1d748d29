// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-cut.c - a line that a narrow terminal or "cut -c" cut is reported, wherever it was cut
 * and whichever kind of record it is of. The records beside it are whole.
 */
#include "support.h"

static const char *const record_lines[] = {
	("Page allocated via order 0, mask 0x140cca(GFP_HIGHUSER_MOVABLE|__GFP_COMP), "
	 "pid 1234, tgid 1234 (bash), ts 1234567 ns, free_ts 55 ns"),
	("PFN 0x1234 type Movable Block 9 type Movable "
	 "Flags 0x17ffffc0000000(node=0|zone=2|lastcpupid=0x1fffff)"),
	" post_alloc_hook+0x1a0/0x2b0",
	" get_page_from_freelist+0x9d/0x1c0",
	" ext4_foo+0x22/0x30 [ext4]",
	"",
};

static const char *const console_lines[] = {
	"page_owner tracks the page as allocated",
	("page last allocated via order 0, migratetype Movable, "
	 "gfp_mask 0x140cca(GFP_HIGHUSER_MOVABLE|__GFP_COMP), "
	 "pid 1234, tgid 1234 (bash), ts 1234567, free_ts 55"),
	" post_alloc_hook+0x1a0/0x2b0",
	" ext4_foo+0x22/0x30 [ext4]",
	"page last free pid 90 tgid 90 stack trace:",
	" free_unref_page+0x84/0x378",
	" ext4_free+0x22/0x30 [ext4]",
};

/* What a line may lack and still be a whole line: that of another kernel, or one with
 * another number */
static const char *const rests[] = {
	", ts 1234567 ns, free_ts 55 ns", ", free_ts 55 ns", "5", " [ext4]", "[ext4]",
	", pid 1234, tgid 1234 (bash), ts 1234567, free_ts 55",
};

static bool is_whole_elsewhere(const char *rest)
{
	for (size_t i = 0; i < ARRAY_SIZE(rests); i++)
		if (!strcmp(rest, rests[i]))
			return true;
	/* In a log no unit follows the time: its first digits are another. */
	return *rest != '1' && !strcmp(rest + strspn(rest, "0123456789"), ", free_ts 55");
}

static void add_cut(struct buffer *to, const char *const *lines, size_t count,
		    size_t cut_line, size_t len)
{
	for (size_t i = 0; i < count; i++) {
		buffer_add(to, lines[i], i == cut_line ? len : strlen(lines[i]));
		buffer_add(to, "\n", 1);
	}
}

static void try_cut(const char *const *lines, size_t count, size_t cut_line)
{
	const char *line = lines[cut_line];

	for (size_t len = 2; len < strlen(line); len++) {
		struct pageowner_profile *p = NULL;
		struct buffer b = { 0 };

		add_cut(&b, lines, count, SIZE_MAX, 0);
		add_cut(&b, lines, count, cut_line, len);
		add_cut(&b, lines, count, SIZE_MAX, 0);
		ck_assert_int_eq(pageowner_profile_new("callstack", &p), 0);
		ck_assert_int_eq(pageowner_profile_load_memory(p, b.ptr, b.len, "x"), 0);
		ck_assert_msg(is_whole_elsewhere(line + len) ==
			      !damage_count(pageowner_profile_stats(p)),
			      "cut before: %s", line + len);
		pageowner_profile_free(p);
		buffer_free(&b);
	}
}

START_TEST(test_a_cut_line_of_a_dump_is_reported)
{
	try_cut(record_lines, ARRAY_SIZE(record_lines), (size_t)_i);
}
END_TEST

START_TEST(test_a_cut_line_of_a_log_is_reported)
{
	try_cut(console_lines, ARRAY_SIZE(console_lines), (size_t)_i);
}
END_TEST

int main(void)
{
	TCase *tc = new_case("cut");

	tcase_add_loop_test(tc, test_a_cut_line_of_a_dump_is_reported, 0,
			    ARRAY_SIZE(record_lines));
	tcase_add_loop_test(tc, test_a_cut_line_of_a_log_is_reported, 0,
			    ARRAY_SIZE(console_lines));
	return run_cases("cut");
}
