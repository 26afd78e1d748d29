// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-capture.c - captures of files that behave as the kernel's: settings, what the
 * kernel offers, what is written. How they end: test-capture-end.c; what a user sees:
 * cli/test-capture*.sh.
 */
#include "capture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- settings */

START_TEST(test_invalid_settings_are_refused_and_named)
{
	struct pageowner_capture *none = NULL;
	char nodes[200];
	struct taken t;

	begin_capture(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_str_eq(pageowner_capture_error(t.capture), "");
	ck_assert_int_eq(pageowner_capture_new(t.live, PAGEOWNER_CAPTURE_HANDLES + 1, &none),
			 -EINVAL);
	ck_assert_ptr_null(none);
	ck_assert_int_eq(pageowner_capture_set_flags(t.capture, 0x80), -EINVAL);
	assert_error(&t, "0x80");
	ck_assert_int_eq(pageowner_capture_set_jobs(t.capture, 0), -EINVAL);
	ck_assert_int_eq(pageowner_capture_set_jobs(t.capture, 65), -EINVAL);
	assert_error(&t, "65");
	/* What would be a second command to the kernel */
	ck_assert_int_eq(pageowner_capture_set_mode(t.capture, "stack nid=0"), -EINVAL);
	assert_error(&t, "stack nid=0");
	ck_assert_int_eq(pageowner_capture_set_mode(t.capture, "stack\n"), -EINVAL);
	ck_assert_int_eq(pageowner_capture_set_mode(t.capture, ""), -EINVAL);
	ck_assert_int_eq(pageowner_capture_set_nodes(t.capture, "0 mode=stack"), -EINVAL);
	memset(nodes, '1', sizeof(nodes));
	nodes[sizeof(nodes) - 1] = '\0';
	ck_assert_int_eq(pageowner_capture_set_nodes(t.capture, nodes), -EINVAL);
	ck_assert_int_eq(pageowner_capture_set_mode(t.capture, "handle"), 0);
	ck_assert_int_eq(pageowner_capture_set_mode(t.capture, NULL), 0);
	ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
	assert_all_pages(&t.text);
	end_capture(&t);
	pageowner_capture_free(NULL);
}
END_TEST

START_TEST(test_stacks_have_neither_mode_nor_nodes)
{
	struct taken t;

	begin_capture(&t, PAGEOWNER_CAPTURE_STACKS);
	ck_assert_int_eq(pageowner_capture_set_mode(t.capture, "handle"), -EINVAL);
	ck_assert_int_eq(pageowner_capture_set_nodes(t.capture, "0"), -EINVAL);
	ck_assert_int_eq(pageowner_capture_set_nodes(t.capture, NULL), 0);
	end_capture(&t);
}
END_TEST

START_TEST(test_settings_end_when_it_begins)
{
	struct taken t;

	begin_capture(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_prepare(t.capture), 0);
	ck_assert_uint_eq(t.writes, 0);
	ck_assert_int_eq(pageowner_capture_prepare(t.capture), -EBUSY);
	ck_assert_int_eq(pageowner_capture_set_write(t.capture, NULL, NULL), -EBUSY);
	ck_assert_int_eq(pageowner_capture_set_progress(t.capture, NULL, NULL), -EBUSY);
	ck_assert_int_eq(pageowner_capture_set_skipped(t.capture, NULL, NULL), -EBUSY);
	ck_assert_int_eq(pageowner_capture_set_flags(t.capture, 0), -EBUSY);
	ck_assert_int_eq(pageowner_capture_set_mode(t.capture, NULL), -EBUSY);
	ck_assert_int_eq(pageowner_capture_set_nodes(t.capture, NULL), -EBUSY);
	ck_assert_int_eq(pageowner_capture_set_jobs(t.capture, 1), -EBUSY);
	ck_assert_int_eq(pageowner_capture_set_timeout(t.capture, 1), -EBUSY);
	ck_assert_int_eq(pageowner_capture_set_names(t.capture, NULL, NULL), -EBUSY);
	assert_error(&t, "has begun");
	ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
	ck_assert_str_eq(pageowner_capture_error(t.capture), "");
	ck_assert_int_eq(pageowner_capture_take(t.capture), -EBUSY);
	assert_all_pages(&t.text);
	end_capture(&t);
}
END_TEST

START_TEST(test_without_a_function_nothing_is_taken)
{
	struct taken t;

	begin_capture(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_set_write(t.capture, NULL, NULL), 0);
	ck_assert_int_eq(pageowner_capture_take(t.capture), -EINVAL);
	assert_error(&t, "no function");
	ck_assert_int_eq(pageowner_capture_set_write(t.capture, write_text, &t), 0);
	ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
	end_capture(&t);
}
END_TEST

/* --- what the kernel offers */

START_TEST(test_a_missing_file_comes_with_advice)
{
	struct taken t;

	remove_kernel_file("page_owner_stacks/show_handles");
	begin_capture(&t, PAGEOWNER_CAPTURE_HANDLES);
	ck_assert_int_eq(pageowner_capture_take(t.capture), -ENOENT);
	assert_error(&t, "since 6.19");
	ck_assert_uint_eq(t.writes, 0);
	put_kernel_file("page_owner_stacks/show_handles", "handle: 3\nnr_base_pages: 7\n\n");
	ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
	end_capture(&t);
}
END_TEST

START_TEST(test_a_kernel_that_may_crash_is_not_read_without_force)
{
	struct taken t;

	setenv("FAKE_UNAME", "6.12.117", 1);
	put_kernel_file("root/proc/cgroups", "#\nmemory\t0\t9\t1\n");
	begin_capture(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_prepare(t.capture), -ENOTSUP);
	assert_error(&t, "has a fault");
	ck_assert_int_eq(pageowner_capture_set_flags(t.capture, PAGEOWNER_CAPTURE_FORCE), 0);
	ck_assert_int_eq(pageowner_capture_prepare(t.capture), 0);
	end_capture(&t);
}
END_TEST

START_TEST(test_a_command_that_the_kernel_refuses_is_named)
{
	struct taken t;

	setenv("FAKE_READ_ONLY", "1", 1);
	begin_capture(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_set_mode(t.capture, "handle"), 0);
	ck_assert_int_eq(pageowner_capture_set_nodes(t.capture, "1"), 0);
	ck_assert_int_eq(pageowner_capture_prepare(t.capture), -EINVAL);
	assert_error(&t, "does not accept mode=handle nid=1: ");
	ck_assert_int_eq(pageowner_capture_set_mode(t.capture, NULL), 0);
	ck_assert_int_eq(pageowner_capture_set_nodes(t.capture, NULL), 0);
	ck_assert_int_eq(pageowner_capture_prepare(t.capture), 0);
	end_capture(&t);
}
END_TEST

/* --- what is written */

static const unsigned int jobs[] = { 1, 2, 7, 64 };

START_TEST(test_any_number_of_processes_writes_the_same)
{
	const struct pageowner_capture_state *state;
	struct taken t;

	begin_capture(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_set_jobs(t.capture, jobs[_i]), 0);
	ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
	assert_all_pages(&t.text);
	state = pageowner_capture_state(t.capture);
	ck_assert_uint_eq(state->records, RECORDS);
	ck_assert_uint_eq(state->skipped, 0);
	ck_assert_uint_eq(state->first_pfn, 0);
	ck_assert_uint_ge(state->next_pfn, 1000 + 100 * (RECORDS - 1) + 1);
	ck_assert_uint_eq(state->last_pfn, 41000);
	ck_assert_int_eq(state->seeks, 1);
	ck_assert_int_eq(state->is_complete, 1);
	ck_assert_int_eq(state->was_killed, 0);
	end_capture(&t);
}
END_TEST

START_TEST(test_readers_get_the_conditions)
{
	const struct pageowner_conditions *c;
	const struct pageowner_record *record;
	struct pageowner_reader *reader;
	struct taken t;

	begin_capture(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_set_names(t.capture, "a\nprogram", "by me"), 0);
	ck_assert_int_eq(pageowner_capture_set_mode(t.capture, "stack"), 0);
	ck_assert_int_eq(pageowner_capture_set_nodes(t.capture, "1"), 0);
	ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
	ck_assert_int_eq(pageowner_reader_open_memory(t.text.ptr, t.text.len, &reader), 0);
	while (pageowner_reader_next(reader, &record) > 0)
		ck_assert_int_eq(record->node, 1);
	c = conditions_of(reader);
	ck_assert_uint_eq(pageowner_reader_stats(reader)->records, RECORDS / 2);
	ck_assert_uint_eq(damage_count(pageowner_reader_stats(reader)), 0);
	ck_assert(c->has & PAGEOWNER_CONDITIONS_HAS_COMPLETE);
	ck_assert_uint_eq(c->records, RECORDS / 2);
	ck_assert_uint_eq(c->threshold, 5);
	ck_assert(text_is(c->mode, "stack") && text_is(c->nodes, "1"));
	ck_assert(text_is(c->command, "by me") && text_is(c->kernel, "6.12.1"));
	ck_assert(text_is(c->meminfo, "MemTotal:   1000 kB\n"));
	ck_assert_uint_le(c->start_clock_ns, c->end_clock_ns);
	pageowner_reader_free(reader);
	assert_line(&t.text, "tool", "a\\x0aprogram (libpageowner) 0.1.0");
	end_capture(&t);
}
END_TEST

START_TEST(test_plain_is_the_kernels_text_alone)
{
	struct taken t;

	begin_capture(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_set_flags(t.capture, PAGEOWNER_CAPTURE_PLAIN), 0);
	ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
	assert_same_text("plain", &t.text, &kernel_pages);
	end_capture(&t);
}
END_TEST

START_TEST(test_stacks_and_handles)
{
	struct buffer got, expected = { 0 };
	struct taken t;

	begin_capture(&t, PAGEOWNER_CAPTURE_STACKS);
	ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
	got = kernels_text(&t.text);
	ck_assert_str_eq(got.ptr, " alloc+0x1/0x2\nnr_base_pages: 7\n\n");
	assert_line(&t.text, "complete", "yes");
	assert_line(&t.text, "records", NULL);
	assert_line(&t.text, "command", NULL);
	buffer_free(&got);
	end_capture(&t);

	begin_capture(&t, PAGEOWNER_CAPTURE_HANDLES);
	ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
	got = kernels_text(&t.text);
	buffer_printf(&expected, " alloc+0x1/0x2\nhandle: 3\n\nhandle: 3\nnr_base_pages: 7\n\n");
	assert_same_text("handles", &got, &expected);
	buffer_free(&got);
	buffer_free(&expected);
	end_capture(&t);
}
END_TEST

START_TEST(test_what_cannot_be_read_is_skipped_and_reported)
{
	struct taken t;

	setenv("FAKE_BAD_PFN", "2000", 1);
	begin_capture(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_set_jobs(t.capture, 3), 0);
	ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
	ck_assert_uint_eq(t.skips, 1);
	ck_assert_int_eq(t.skipped_error, -EIO);
	ck_assert_uint_eq(t.skipped_first, 1901);
	ck_assert_uint_eq(t.skipped_last, 2000);
	assert_line(&t.text, "skipped-pfn", "0x76d-0x7d0: Input/output error");
	ck_assert_uint_eq(pageowner_capture_state(t.capture)->skipped, 1);
	ck_assert_uint_eq(pageowner_capture_state(t.capture)->records, RECORDS - 1);
	ck_assert_int_eq(pageowner_capture_state(t.capture)->is_complete, 1);
	end_capture(&t);
}
END_TEST

START_TEST(test_one_process_reads_where_none_can_seek)
{
	struct taken t;

	setenv("FAKE_NO_SEEK", "1", 1);
	begin_capture(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_set_jobs(t.capture, 4), 0);
	ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
	ck_assert_int_eq(pageowner_capture_state(t.capture)->seeks, 0);
	assert_all_pages(&t.text);
	end_capture(&t);
}
END_TEST

int main(void)
{
	TCase *tc = kernel_case("settings");

	tcase_add_test(tc, test_invalid_settings_are_refused_and_named);
	tcase_add_test(tc, test_stacks_have_neither_mode_nor_nodes);
	tcase_add_test(tc, test_settings_end_when_it_begins);
	tcase_add_test(tc, test_without_a_function_nothing_is_taken);

	tc = kernel_case("kernel");
	tcase_add_test(tc, test_a_missing_file_comes_with_advice);
	tcase_add_test(tc, test_a_kernel_that_may_crash_is_not_read_without_force);
	tcase_add_test(tc, test_a_command_that_the_kernel_refuses_is_named);

	tc = kernel_case("text");
	tcase_add_loop_test(tc, test_any_number_of_processes_writes_the_same, 0,
			    ARRAY_SIZE(jobs));
	tcase_add_test(tc, test_readers_get_the_conditions);
	tcase_add_test(tc, test_plain_is_the_kernels_text_alone);
	tcase_add_test(tc, test_stacks_and_handles);
	tcase_add_test(tc, test_what_cannot_be_read_is_skipped_and_reported);
	tcase_add_test(tc, test_one_process_reads_where_none_can_seek);
	return run_cases("capture");
}
