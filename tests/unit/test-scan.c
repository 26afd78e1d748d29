// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-scan.c - where lines and stacks end: all ways of finding it agree.
 */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "parse/scan.h"

/* What the header promises, byte by byte */
static const char *naive_frames(const char *p, const char *end)
{
	for (bool starts = true; p < end; p++) {
		if (starts && *p != ' ')
			return p;
		starts = *p == '\n';
	}
	return NULL;
}

/* Few different bytes, so that all that matters is common. */
static void fill(char *text, size_t len, const char *alphabet)
{
	uint32_t count = (uint32_t)strlen(alphabet);

	for (size_t i = 0; i < len; i++)
		text[i] = alphabet[random_below(count)];
}

static const char *const alphabets[] = {
	" \n", " \nx", "      x\n", "xxxxxxxx \n", "            \n",
	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx ",
};

/* The text is the end of a block of its own, so that memory checkers see each
 * byte read beyond it. */
START_TEST(test_fast_and_portable_and_naive_frame_scans_agree)
{
	for (size_t len = 0; len <= 330; len++) {
		for (int round = 0; round < 12; round++) {
			size_t shift = random_below(33);
			char *block = malloc(shift + len + 1);
			char *p = block + shift + 1, *end = p + len;
			const char *expected;

			ck_assert_ptr_nonnull(block);
			fill(p, len, alphabets[_i]);
			/* Long runs of frames, one end somewhere */
			for (char *c = p; round % 3 && c < end; c++)
				if ((c == p || c[-1] == '\n') && random_below(40))
					*c = ' ';
			expected = naive_frames(p, end);
			ck_assert_ptr_eq(po_scan_frames_portable(p, end), expected);
			ck_assert_ptr_eq(po_scan_frames(p, end), expected);
			free(block);
		}
	}
}
END_TEST

START_TEST(test_frames_end_at_every_place_after_every_length)
{
	size_t len = (size_t)_i;
	char *p = malloc(len + 2);

	ck_assert_ptr_nonnull(p);
	memset(p, ' ', len + 2);
	ck_assert_ptr_null(po_scan_frames(p, p + len));
	for (size_t newline = 0; newline < len; newline++) {
		p[newline] = '\n';
		/* A blank after it: the frames go on. */
		ck_assert_ptr_eq(po_scan_frames(p, p + len),
				 newline ? NULL : p);
		if (newline + 1 < len) {
			p[newline + 1] = 'x';
			ck_assert_ptr_eq(po_scan_frames(p, p + len),
					 newline ? p + newline + 1 : p);
			p[newline + 1] = ' ';
		}
		p[newline] = ' ';
	}
	free(p);
}
END_TEST

START_TEST(test_a_line_start_at_the_end_of_the_text_is_not_known)
{
	const char text[] = " a+0x1/0x2\n b+0x1/0x2\n\nPage";
	size_t frames = 22;

	ck_assert_ptr_null(po_scan_frames(text, text));
	ck_assert_ptr_null(po_scan_frames(text, text + frames));
	ck_assert_ptr_eq(po_scan_frames(text, text + frames + 1), text + frames);
	ck_assert_ptr_null(po_scan_frames_portable(text, text + frames));
	ck_assert_ptr_eq(po_scan_frames_portable(text, text + frames + 1),
			 text + frames);
}
END_TEST

static const struct {
	const char *text;
	int at;		/* -1: not found */
} lines[] = {
	{ "", -1 }, { "PF", -1 }, { "PFN ", 0 }, { "xPFN ", -1 },
	{ "\nPFN ", 1 }, { "xPFN \nPFN 1", 6 }, { "PF\nN \nPFN", -1 },
	{ "PFN PFN \nPFN ", 0 }, { " PFN PFN \n\n\nPFN ", 12 },
	{ "\r\nPFN ", 2 }, { "\rPFN ", -1 }, { "PFPFN \nPFN ", 7 },
};

START_TEST(test_a_word_is_found_only_where_a_line_starts)
{
	size_t len = strlen(lines[_i].text);
	char *copy = malloc(len ? len : 1);
	const char *found;

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, lines[_i].text, len);
	found = po_scan_line_with(copy, copy + len, TEXT("PFN "));
	if (lines[_i].at < 0)
		ck_assert_ptr_null(found);
	else
		ck_assert_ptr_eq(found, copy + lines[_i].at);
	free(copy);
}
END_TEST

int main(void)
{
	TCase *tc = new_case("frames");

	tcase_add_loop_test(tc, test_fast_and_portable_and_naive_frame_scans_agree,
			    0, ARRAY_SIZE(alphabets));
	tcase_add_loop_test(tc, test_frames_end_at_every_place_after_every_length,
			    0, 200);

	tc = new_case("lines");
	tcase_add_test(tc, test_a_line_start_at_the_end_of_the_text_is_not_known);
	tcase_add_loop_test(tc, test_a_word_is_found_only_where_a_line_starts,
			    0, ARRAY_SIZE(lines));
	return run_cases("scan");
}
