// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-dialect-threads.c - what is not page_owner's, alone or among records, gives the same
 * groups with any number of threads.
 */
#include "dialect.h"

#define MIB ((size_t)1 << 20)

static struct buffer grouped(const char *keys, unsigned int jobs, int loads,
			     const char *path)
{
	struct pageowner_profile *p = new_profile(keys, jobs);
	struct buffer b = { 0 };

	for (int i = 0; i < loads; i++)
		buffer_printf(&b, "ret=%d\n", pageowner_profile_load(p, path));
	buffer_printf(&b, "kinds=0x%" PRIx32 "\n", pageowner_profile_kinds(p));
	ck_assert_int_eq(pageowner_profile_sort(p, "-pages"), 0);
	print_groups(&b, p);
	print_stats(&b, pageowner_profile_stats(p), 0);
	pageowner_profile_free(p);
	return b;
}

static void assert_threads_do_not_matter(const char *what, const struct buffer *text)
{
	static const char *const keys[] = { NULL, "callstack", "pid,order" };
	const char *path = temp_file(text->ptr, text->len);

	for (size_t k = 0; k < ARRAY_SIZE(keys); k++) {
		for (int loads = 1; loads <= 2; loads++) {
			struct buffer alone = grouped(keys[k], 1, loads, path);

			for (unsigned int jobs = 2; jobs <= 5; jobs += 3) {
				struct buffer got = grouped(keys[k], jobs, loads, path);

				assert_same_text(what, &got, &alone);
				buffer_free(&got);
			}
			buffer_free(&alone);
		}
	}
}

START_TEST(test_threads_do_not_matter_where_other_entries_are_among_records)
{
	/* in MiB: in the first part, on its border, in a later one, at the end */
	static const double places[] = { 0, 0.5, 1, 2.5, 4 };
	struct buffer b = { 0 };

	for (size_t len = (size_t)(places[_i] * MIB); b.len < len;)
		add_padding(&b, len - b.len > 5000 ? 3000 : len - b.len < 300 ? 300 :
			    len - b.len);
	buffer_add(&b, entry, sizeof(entry) - 1);
	while (b.len < 4 * MIB)
		add_padding(&b, 3000);
	assert_threads_do_not_matter("one entry", &b);
	buffer_free(&b);
}
END_TEST

START_TEST(test_threads_do_not_matter_for_a_long_show_stacks)
{
	struct buffer b = { 0 };

	for (int i = 0; b.len < 3 * MIB; i++)
		buffer_printf(&b, " f%d+0x1/0x2\n g+0x1/0x2\nnr_base_pages: %d\n\n",
			      i % 5000, i);
	buffer_add(&b, " f+0x1/0x2\nnr_base", 18);
	assert_threads_do_not_matter("show_stacks", &b);
	buffer_free(&b);
}
END_TEST

START_TEST(test_threads_do_not_matter_for_a_long_dump_with_handles)
{
	struct buffer b = { 0 }, with_stacks;

	for (int i = 0; b.len < 4 * MIB; i++)
		buffer_printf(&b, RECORD("%d", "%d", "0x%x", "%shandle: %d\n%s"),
			      i % 3, i % 17, 0x1000 + 8 * i,
			      i % 5 ? "" : i % 10 ? STACK_7 : STACK_8, 7 + i % 2,
			      i % 4 ? "" : "Slab cache page\n");
	assert_threads_do_not_matter("mode=handle", &b);
	with_stacks = b;
	buffer_add(&with_stacks, handle_stacks, sizeof(handle_stacks) - 1);
	assert_threads_do_not_matter("mode=handle, stacks", &with_stacks);
	buffer_free(&with_stacks);
}
END_TEST

START_TEST(test_threads_do_not_matter_for_a_long_report)
{
	struct buffer b = { 0 };

	for (int i = 0; b.len < 3 * MIB; i++)
		buffer_printf(&b, "%d times, %d pages, allocated by OTHERS :\n"
			      "Page allocated via order 0, mask 0x0(), pid %d, tgid 1 "
			      "(a\n\nb), ts  ns\n g+0x1/0x2\n\n", i, i, i % 2000);
	assert_threads_do_not_matter("report", &b);
	buffer_free(&b);
}
END_TEST

int main(void)
{
	TCase *tc = new_case("threads");

	tcase_add_loop_test(tc,
		test_threads_do_not_matter_where_other_entries_are_among_records, 0, 5);
	tcase_add_test(tc, test_threads_do_not_matter_for_a_long_show_stacks);
	tcase_add_test(tc, test_threads_do_not_matter_for_a_long_dump_with_handles);
	tcase_add_test(tc, test_threads_do_not_matter_for_a_long_report);
	return run_cases("dialect-threads");
}
