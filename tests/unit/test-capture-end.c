// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-capture-end.c - how a capture of files that behave as the kernel's ends, how it is
 * continued, and what it does to the process.
 */
#include "capture.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int note_progress(void *data, const struct pageowner_capture_state *state)
{
	struct taken *t = data;

	ck_assert_ptr_eq(state, pageowner_capture_state(t->capture));
	t->reports++;
	return 0;
}

static int fail_progress(void *data, const struct pageowner_capture_state *state)
{
	(void)data, (void)state;
	return -EXDEV;
}

/* It ended by @error, and says why, also at the end of what was written. */
static void assert_incomplete(struct taken *t, int error, const char *reason)
{
	char expected[600];

	ck_assert_int_eq(pageowner_capture_take(t->capture), error);
	assert_error(t, reason);
	snprintf(expected, sizeof(expected), "no, %s", pageowner_capture_error(t->capture));
	assert_line(&t->text, "complete", expected);
	ck_assert_int_eq(pageowner_capture_state(t->capture)->is_complete, 0);
}

/* --- how it ends */

START_TEST(test_an_error_of_the_write_function_is_returned)
{
	unsigned int writes;
	struct taken t;

	begin_capture(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
	writes = t.writes;
	end_capture(&t);
	for (unsigned int at = 1; at <= writes; at++) {
		begin_capture(&t, PAGEOWNER_CAPTURE_PAGES);
		t.fail_at = at;
		t.fail_with = -EDQUOT;
		ck_assert_int_eq(pageowner_capture_take(t.capture), -EDQUOT);
		assert_error(&t, "the output failed: ");
		ck_assert_uint_eq(t.writes, at);	/* none after it */
		end_capture(&t);
	}
	begin_capture(&t, PAGEOWNER_CAPTURE_STACKS);
	t.fail_at = 3;
	t.fail_with = -ENOSPC;
	ck_assert_int_eq(pageowner_capture_take(t.capture), -ENOSPC);
	ck_assert_uint_eq(t.writes, 3);
	end_capture(&t);
}
END_TEST

START_TEST(test_progress_is_reported_and_can_end_it)
{
	struct taken t;

	begin_capture(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_set_progress(t.capture, note_progress, &t), 0);
	ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
	ck_assert_uint_gt(t.reports, 0);
	end_capture(&t);
	for (int kind = PAGEOWNER_CAPTURE_PAGES; kind <= PAGEOWNER_CAPTURE_STACKS; kind++) {
		begin_capture(&t, (enum pageowner_capture_kind)kind);
		ck_assert_int_eq(pageowner_capture_set_progress(t.capture, fail_progress,
								NULL), 0);
		assert_incomplete(&t, -EXDEV, "interrupted");
		end_capture(&t);
	}
}
END_TEST

START_TEST(test_stopped_before_it_begins_it_reads_nothing)
{
	struct taken t;

	begin_capture(&t, PAGEOWNER_CAPTURE_PAGES);
	pageowner_capture_stop(t.capture, 0);
	assert_incomplete(&t, -EINTR, "interrupted");
	ck_assert_ptr_null(strstr(t.text.ptr, "\nPage allocated"));
	end_capture(&t);
}
END_TEST

static struct pageowner_capture *stopped_by_alarm;

static void stop_by_alarm(int sig)
{
	pageowner_capture_stop(stopped_by_alarm, sig);
}

START_TEST(test_a_signal_handler_can_stop_it)
{
	const struct pageowner_capture_state *state;
	const enum pageowner_capture_kind kind = (enum pageowner_capture_kind)_i;
	struct taken t;

	setenv(kind == PAGEOWNER_CAPTURE_PAGES ? "FAKE_DELAY_US" : "FAKE_STACKS_DELAY_US",
	       kind == PAGEOWNER_CAPTURE_PAGES ? "10000" : "4000000", 1);
	begin_capture(&t, kind);
	stopped_by_alarm = t.capture;
	signal(SIGALRM, stop_by_alarm);
	alarm(1);
	assert_incomplete(&t, -EINTR, "interrupted by SIGALRM");
	state = pageowner_capture_state(t.capture);
	ck_assert_uint_lt(state->records, RECORDS);
	end_capture(&t);
}
END_TEST

static const struct {
	const char *name, *value;
	uint64_t timeout_ns;
	int error;
	const char *reason;
} faults[] = {
	{ "FAKE_OOPS_PFN", "5000", 10000000000, -ECHILD, "killed by signal 9 after PFN 0x" },
	{ "FAKE_HANG_PFN", "5000", 1250000000, -ETIMEDOUT,
	  "not answered for 1.25 seconds after PFN " },
	{ "FAKE_ENOMEM", "1", 10000000000, -ENOMEM, "Cannot allocate memory" },
};

/* What was read before is written, and can be continued. */
START_TEST(test_a_fault_of_the_kernel_ends_it_and_it_can_be_continued)
{
	const struct pageowner_capture_state *state;
	struct pageowner_reader *reader;
	struct taken t, again;

	setenv(faults[_i].name, faults[_i].value, 1);
	begin_capture(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_set_jobs(t.capture, 2), 0);
	ck_assert_int_eq(pageowner_capture_set_timeout(t.capture,
						       faults[_i].timeout_ns), 0);
	assert_incomplete(&t, faults[_i].error, faults[_i].reason);
	state = pageowner_capture_state(t.capture);
	ck_assert_int_eq(state->was_killed, faults[_i].error == -ECHILD);
	ck_assert_uint_le(state->next_pfn, 5000);
	unsetenv(faults[_i].name);

	ck_assert_int_eq(pageowner_reader_open_memory(t.text.ptr, t.text.len, &reader), 0);
	begin_capture(&again, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_resume(again.capture, reader), 0);
	ck_assert_uint_eq(pageowner_capture_state(again.capture)->records, state->records);
	ck_assert_uint_eq(pageowner_capture_state(again.capture)->next_pfn, state->next_pfn);
	ck_assert_int_eq(pageowner_capture_take(again.capture), 0);
	assert_all_pages(&again.text);
	ck_assert_uint_eq(pageowner_capture_state(again.capture)->records, RECORDS);
	assert_line(&again.text, "complete", "yes");
	pageowner_reader_free(reader);
	end_capture(&again);
	end_capture(&t);
}
END_TEST

START_TEST(test_time_that_writing_takes_is_not_the_kernels)
{
	struct taken t;

	begin_capture(&t, PAGEOWNER_CAPTURE_PAGES);
	t.wait_at = 22;
	ck_assert_int_eq(pageowner_capture_set_timeout(t.capture, 2000000000), 0);
	ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
	assert_all_pages(&t.text);
	end_capture(&t);
}
END_TEST

START_TEST(test_a_list_of_stacks_without_end_is_an_error)
{
	const char *by = getenv("EMULATED");
	struct taken t;

	/* QEMU gives no process to another parent than init. */
	if (by && strcmp(by, "valgrind"))
		return;
	setenv("FAKE_RING", "1", 1);
	adopt_sleepers();
	begin_capture(&t, PAGEOWNER_CAPTURE_STACKS);
	assert_incomplete(&t, -EUCLEAN, "has no end");
	end_capture(&t);
	end_sleepers();
}
END_TEST

/* --- continuing */

/* An incomplete capture: the first @len bytes of a whole one */
static struct buffer part_of(size_t len)
{
	struct buffer part;
	struct taken t;

	begin_capture(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
	part = t.text;
	part.len = len < part.len ? len : part.len;
	t.text = (struct buffer){ 0 };
	end_capture(&t);
	return part;
}

static int resume(struct taken *t, const struct buffer *part)
{
	struct pageowner_reader *reader;
	int ret;

	ck_assert_int_eq(pageowner_reader_open_memory(part->ptr, part->len, &reader), 0);
	ret = pageowner_capture_resume(t->capture, reader);
	pageowner_reader_free(reader);
	return ret;
}

START_TEST(test_one_that_was_cut_anywhere_becomes_whole)
{
	struct buffer part = part_of(SIZE_MAX);
	const size_t whole = part.len;
	struct taken t;

	for (size_t cut = 0; cut <= 16; cut++) {
		part.len = whole * cut / 16;
		begin_capture(&t, PAGEOWNER_CAPTURE_PAGES);
		ck_assert_int_eq(resume(&t, &part), 0);
		ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
		assert_all_pages(&t.text);
		ck_assert_ptr_null(strstr(t.text.ptr + 8, "PFN# pageowner-capture: 1"));
		ck_assert_uint_eq(pageowner_capture_state(t.capture)->records, RECORDS);
		end_capture(&t);
	}
	buffer_free(&part);
}
END_TEST

START_TEST(test_another_boots_is_refused_and_nothing_is_written)
{
	struct buffer part = part_of(20000);
	struct taken t;

	begin_capture(&t, PAGEOWNER_CAPTURE_PAGES);
	strstr(part.ptr, "PFN# boot-id: ")[15] ^= 1;
	ck_assert_int_eq(resume(&t, &part), -ESTALE);
	assert_error(&t, "of another boot");
	strstr(part.ptr, "PFN# boot-id: ")[5] = 'x';
	ck_assert_int_eq(resume(&t, &part), -ESTALE);
	assert_error(&t, "of which boot");
	ck_assert_uint_eq(t.writes, 0);
	/* It can still be taken from the start. */
	ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
	assert_all_pages(&t.text);
	end_capture(&t);
	buffer_free(&part);
}
END_TEST

START_TEST(test_what_cannot_be_continued_is_refused)
{
	struct buffer part = part_of(20000);
	struct taken t;

	begin_capture(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_set_mode(t.capture, "handle"), 0);
	ck_assert_int_eq(resume(&t, &part), -ESTALE);
	assert_error(&t, "another mode");
	end_capture(&t);
	begin_capture(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_set_flags(t.capture, PAGEOWNER_CAPTURE_PLAIN), 0);
	ck_assert_int_eq(resume(&t, &part), -EINVAL);
	end_capture(&t);
	begin_capture(&t, PAGEOWNER_CAPTURE_STACKS);
	ck_assert_int_eq(resume(&t, &part), -EINVAL);
	end_capture(&t);
	begin_capture(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(resume(&t, &part), 0);
	ck_assert_int_eq(resume(&t, &part), -EBUSY);
	ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
	ck_assert_int_eq(resume(&t, &part), -EBUSY);
	assert_all_pages(&t.text);
	end_capture(&t);
	begin_capture(&t, PAGEOWNER_CAPTURE_PAGES);
	t.fail_at = 20;
	t.fail_with = -ENOSPC;
	ck_assert_int_eq(resume(&t, &part), -ENOSPC);
	ck_assert_int_eq(pageowner_capture_take(t.capture), -EBUSY);
	end_capture(&t);
	setenv("FAKE_NO_SEEK", "1", 1);
	begin_capture(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(resume(&t, &part), -ESPIPE);
	assert_error(&t, "before 6.1");
	end_capture(&t);
	buffer_free(&part);
}
END_TEST

/* --- what it does to the process */

static unsigned int open_files(void)
{
	unsigned int count = 0;
	DIR *dir = opendir("/proc/self/fd");

	ck_assert_ptr_nonnull(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

START_TEST(test_neither_children_nor_files_are_left)
{
	const unsigned int before = open_files();
	sigset_t mask;
	struct taken t;

	setenv("FAKE_OOPS_PFN", "30000", 1);
	begin_capture(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_set_jobs(t.capture, 5), 0);
	ck_assert_int_eq(pageowner_capture_take(t.capture), -ECHILD);
	end_capture(&t);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
	ck_assert_uint_eq(open_files(), before);
	sigprocmask(SIG_BLOCK, NULL, &mask);
	for (int sig = 1; sig < SIGRTMIN; sig++)
		ck_assert_int_eq(sigismember(&mask, sig), 0);
}
END_TEST

/* SIGPIPE would end this process. */
START_TEST(test_the_death_of_processes_raises_no_signal)
{
	char pfns[3000] = "";
	struct taken t;

	ck_assert_ptr_eq(signal(SIGPIPE, SIG_DFL), SIG_DFL);
	for (int i = 0; i < RECORDS; i++)
		sprintf(pfns + strlen(pfns), "%d,", 1000 + 100 * i);
	setenv("FAKE_OOPS_PFN", pfns, 1);
	begin_capture(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_set_jobs(t.capture, 64), 0);
	assert_incomplete(&t, -ECHILD, "killed by signal");
	end_capture(&t);
}
END_TEST

START_TEST(test_a_program_that_ignores_sigchld_only_loses_why)
{
	struct taken t;

	signal(SIGCHLD, SIG_IGN);
	begin_capture(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_set_jobs(t.capture, 3), 0);
	ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
	assert_all_pages(&t.text);
	end_capture(&t);
	setenv("FAKE_OOPS_PFN", "30000", 1);
	begin_capture(&t, PAGEOWNER_CAPTURE_PAGES);
	assert_incomplete(&t, -ECHILD, "the process that read ended after PFN 0x");
	end_capture(&t);
	signal(SIGCHLD, SIG_DFL);
}
END_TEST

static bool threads_end;	/* atomic */

/* Holds the locks of memory and streams as often as possible when it is forked. */
static void *use_locks(void *data)
{
	while (!__atomic_load_n(&threads_end, __ATOMIC_RELAXED)) {
		FILE *file = fopen("/dev/null", "w");

		fprintf(file, "%p", data);
		fclose(file);
		free(malloc(100000));
	}
	return NULL;
}

static void *take_in_thread(void *data)
{
	struct taken t;

	begin_capture(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_set_jobs(t.capture, 3), 0);
	ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
	assert_all_pages(&t.text);
	end_capture(&t);
	return data;
}

START_TEST(test_a_program_with_threads_can_take_several_at_once)
{
	pthread_t busy[2], taking[3];

	for (size_t i = 0; i < ARRAY_SIZE(busy); i++)
		ck_assert_int_eq(pthread_create(&busy[i], NULL, use_locks, NULL), 0);
	for (int i = 0; i < 5; i++) {
		for (size_t j = 0; j < ARRAY_SIZE(taking); j++)
			ck_assert_int_eq(pthread_create(&taking[j], NULL,
							take_in_thread, NULL), 0);
		for (size_t j = 0; j < ARRAY_SIZE(taking); j++)
			pthread_join(taking[j], NULL);
	}
	__atomic_store_n(&threads_end, true, __ATOMIC_RELAXED);
	for (size_t i = 0; i < ARRAY_SIZE(busy); i++)
		pthread_join(busy[i], NULL);
}
END_TEST

int main(void)
{
	TCase *tc = kernel_case("end");

	tcase_add_test(tc, test_an_error_of_the_write_function_is_returned);
	tcase_add_test(tc, test_progress_is_reported_and_can_end_it);
	tcase_add_test(tc, test_stopped_before_it_begins_it_reads_nothing);
	tcase_add_loop_test(tc, test_a_signal_handler_can_stop_it, PAGEOWNER_CAPTURE_PAGES,
			    PAGEOWNER_CAPTURE_HANDLES);
	tcase_add_loop_test(tc, test_a_fault_of_the_kernel_ends_it_and_it_can_be_continued,
			    0, ARRAY_SIZE(faults));
	tcase_add_test(tc, test_time_that_writing_takes_is_not_the_kernels);
	tcase_add_test(tc, test_a_list_of_stacks_without_end_is_an_error);

	tc = kernel_case("resume");
	tcase_add_test(tc, test_one_that_was_cut_anywhere_becomes_whole);
	tcase_add_test(tc, test_another_boots_is_refused_and_nothing_is_written);
	tcase_add_test(tc, test_what_cannot_be_continued_is_refused);

	tc = kernel_case("process");
	tcase_add_test(tc, test_neither_children_nor_files_are_left);
	tcase_add_test(tc, test_the_death_of_processes_raises_no_signal);
	tcase_add_test(tc, test_a_program_that_ignores_sigchld_only_loses_why);
	tcase_add_test(tc, test_a_program_with_threads_can_take_several_at_once);
	return run_cases("capture-end");
}
