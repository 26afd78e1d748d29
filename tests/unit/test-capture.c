// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-capture.c - captures of files that behave as the kernel's (tests/fault/fake-kernel.c,
 * which is linked with this): what is written, how it ends, and what it does to the process.
 * What a user sees of it: cli/test-capture.sh.
 */
#include "support.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define RECORDS	400

/* --- a kernel */

static char root[64];
static struct buffer pages;	/* what page_owner has */

static void put_file(const char *name, const void *text, size_t len)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", root, name);
	for (char *p = path + strlen(root) + 1; (p = strchr(p, '/')); *p++ = '/') {
		*p = '\0';
		mkdir(path, 0700);
	}
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(text, 1, len, file), len);
	ck_assert_int_eq(fclose(file), 0);
}

static void put_string(const char *name, const char *text)
{
	put_file(name, text, strlen(text));
}

static void remove_file(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", root, name);
	ck_assert_int_eq(unlink(path), 0);
}

/* Several ranges: PFNs 1000, 1100 ... 40900 */
static void make_kernel(void)
{
	char fake_root[96];

	strcpy(root, "/tmp/test-capture-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
	for (int i = 0; i < RECORDS; i++)
		make_record(&pages, .pid = i, .pfn = 1000 + 100 * (uint64_t)i,
			    .flags = i % 2 ? "0x0(node=1|zone=2)" : NULL);
	put_file("page_owner", pages.ptr, pages.len);
	put_string("page_owner_stacks/show_stacks",
		   " alloc+0x1/0x2\nnr_base_pages: 7\n\n");
	put_string("page_owner_stacks/show_stacks_handles",
		   " alloc+0x1/0x2\nhandle: 3\n\n");
	put_string("page_owner_stacks/show_handles", "handle: 3\nnr_base_pages: 7\n\n");
	put_string("page_owner_stacks/count_threshold", "5\n");
	put_string("root/proc/zoneinfo",
		   "Node 0, zone   Normal\n        spanned  41000\n  start_pfn:           0\n");
	put_string("root/proc/meminfo", "MemTotal:   1000 kB\n");
	put_string("root/proc/cgroups", "#subsys_name\thierarchy\tnum_cgroups\tenabled\n"
		   "memory\t0\t1\t1\n");
	setenv("PAGEOWNER_DEBUGFS", root, 1);
	setenv("FAKE_UNAME", "6.12.1", 1);
	snprintf(fake_root, sizeof(fake_root), "%s/root", root);
	setenv("FAKE_ROOT", fake_root, 1);
}

static void remove_kernel(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", root);
	ck_assert_int_eq(system(command), 0);
	buffer_free(&pages);
}

/* --- a capture */

struct taken {
	struct pageowner_live *live;
	struct pageowner_capture *capture;
	struct buffer text;
	unsigned int writes, fail_at;	/* the write that fails, 0: none */
	int fail_with;
	unsigned int skips;
	uint64_t skipped_first, skipped_last;
	int skipped_error;
	unsigned int reports;
	unsigned int wait_at;		/* the write that takes long, 0: none */
};

static int write_text(void *data, const void *text, size_t len)
{
	const struct timespec wait = { 2, 300000000 };
	struct taken *t = data;

	ck_assert_uint_gt(len, 0);
	if (++t->writes == t->fail_at)
		return t->fail_with;
	if (t->writes == t->wait_at)
		nanosleep(&wait, NULL);
	buffer_add(&t->text, text, len);
	return 0;
}

static void note_skipped(void *data, uint64_t first_pfn, uint64_t last_pfn, int error)
{
	struct taken *t = data;

	t->skips++;
	t->skipped_first = first_pfn;
	t->skipped_last = last_pfn;
	t->skipped_error = error;
}

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

static void begin(struct taken *t, enum pageowner_capture_kind kind)
{
	memset(t, 0, sizeof(*t));
	ck_assert_int_eq(pageowner_live_new(&t->live), 0);
	ck_assert_int_eq(pageowner_capture_new(t->live, kind, &t->capture), 0);
	ck_assert_int_eq(pageowner_capture_set_write(t->capture, write_text, t), 0);
	ck_assert_int_eq(pageowner_capture_set_skipped(t->capture, note_skipped, t), 0);
	ck_assert_int_eq(pageowner_capture_set_timeout(t->capture, 10000000000), 0);
}

static void end(struct taken *t)
{
	pageowner_capture_free(t->capture);
	pageowner_live_free(t->live);
	buffer_free(&t->text);
}

/* Without lines of conditions */
static struct buffer kernels_text(const struct buffer *text)
{
	struct buffer result = { 0 };

	for (const char *p = text->ptr, *next; p && *p; p = next) {
		next = strchr(p, '\n') + 1;
		if (strncmp(p, "PFN#", 4))
			buffer_add(&result, p, (size_t)(next - p));
	}
	return result;
}

static void assert_all_pages(const struct buffer *text)
{
	struct buffer got = kernels_text(text);

	assert_same_text("page_owner", &got, &pages);
	buffer_free(&got);
}

/* "VALUE" of the last line "PFN# NAME: VALUE" in it; NULL if there is none */
static const char *line_of(const struct buffer *text, const char *name)
{
	static char value[512];
	char wanted[64];
	const char *p = text->ptr, *found = NULL;

	snprintf(wanted, sizeof(wanted), "PFN# %s: ", name);
	while ((p = strstr(p, wanted)))
		found = p += strlen(wanted);
	if (!found)
		return NULL;
	snprintf(value, sizeof(value), "%.*s", (int)strcspn(found, "\n"), found);
	return value;
}

static void assert_line(const struct buffer *text, const char *name, const char *expected)
{
	const char *value = line_of(text, name);

	if (!expected) {
		ck_assert_ptr_null(value);
		return;
	}
	ck_assert_ptr_nonnull(value);
	ck_assert_str_eq(value, expected);
}

static void assert_error(const struct taken *t, const char *part)
{
	const char *error = pageowner_capture_error(t->capture);

	ck_assert_msg(strstr(error, part), "\"%s\" does not have \"%s\"", error, part);
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

/* --- settings */

START_TEST(test_invalid_settings_are_refused_and_named)
{
	struct pageowner_capture *none = NULL;
	char nodes[200];
	struct taken t;

	begin(&t, PAGEOWNER_CAPTURE_PAGES);
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
	end(&t);
	pageowner_capture_free(NULL);
}
END_TEST

START_TEST(test_stacks_have_neither_mode_nor_nodes)
{
	struct taken t;

	begin(&t, PAGEOWNER_CAPTURE_STACKS);
	ck_assert_int_eq(pageowner_capture_set_mode(t.capture, "handle"), -EINVAL);
	ck_assert_int_eq(pageowner_capture_set_nodes(t.capture, "0"), -EINVAL);
	ck_assert_int_eq(pageowner_capture_set_nodes(t.capture, NULL), 0);
	end(&t);
}
END_TEST

START_TEST(test_settings_end_when_it_begins)
{
	struct taken t;

	begin(&t, PAGEOWNER_CAPTURE_PAGES);
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
	end(&t);
}
END_TEST

START_TEST(test_without_a_function_nothing_is_taken)
{
	struct taken t;

	begin(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_set_write(t.capture, NULL, NULL), 0);
	ck_assert_int_eq(pageowner_capture_take(t.capture), -EINVAL);
	assert_error(&t, "no function");
	ck_assert_int_eq(pageowner_capture_set_write(t.capture, write_text, &t), 0);
	ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
	end(&t);
}
END_TEST

/* --- what the kernel offers */

START_TEST(test_a_missing_file_comes_with_advice)
{
	struct taken t;

	remove_file("page_owner_stacks/show_handles");
	begin(&t, PAGEOWNER_CAPTURE_HANDLES);
	ck_assert_int_eq(pageowner_capture_take(t.capture), -ENOENT);
	assert_error(&t, "since 6.19");
	ck_assert_uint_eq(t.writes, 0);
	put_string("page_owner_stacks/show_handles", "handle: 3\nnr_base_pages: 7\n\n");
	ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
	end(&t);
}
END_TEST

START_TEST(test_a_kernel_that_may_crash_is_not_read_without_force)
{
	struct taken t;

	setenv("FAKE_UNAME", "6.12.117", 1);
	put_string("root/proc/cgroups", "#\nmemory\t0\t9\t1\n");
	begin(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_prepare(t.capture), -ENOTSUP);
	assert_error(&t, "has a fault");
	ck_assert_int_eq(pageowner_capture_set_flags(t.capture, PAGEOWNER_CAPTURE_FORCE), 0);
	ck_assert_int_eq(pageowner_capture_prepare(t.capture), 0);
	end(&t);
}
END_TEST

START_TEST(test_a_command_that_the_kernel_refuses_is_named)
{
	struct taken t;

	setenv("FAKE_READ_ONLY", "1", 1);
	begin(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_set_mode(t.capture, "handle"), 0);
	ck_assert_int_eq(pageowner_capture_set_nodes(t.capture, "1"), 0);
	ck_assert_int_eq(pageowner_capture_prepare(t.capture), -EINVAL);
	assert_error(&t, "does not accept mode=handle nid=1: ");
	ck_assert_int_eq(pageowner_capture_set_mode(t.capture, NULL), 0);
	ck_assert_int_eq(pageowner_capture_set_nodes(t.capture, NULL), 0);
	ck_assert_int_eq(pageowner_capture_prepare(t.capture), 0);
	end(&t);
}
END_TEST

/* --- what is written */

static const unsigned int jobs[] = { 1, 2, 7, 64 };

START_TEST(test_any_number_of_processes_writes_the_same)
{
	const struct pageowner_capture_state *state;
	struct taken t;

	begin(&t, PAGEOWNER_CAPTURE_PAGES);
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
	end(&t);
}
END_TEST

START_TEST(test_readers_get_the_conditions)
{
	const struct pageowner_conditions *c;
	const struct pageowner_record *record;
	struct pageowner_reader *reader;
	struct taken t;

	begin(&t, PAGEOWNER_CAPTURE_PAGES);
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
	end(&t);
}
END_TEST

START_TEST(test_plain_is_the_kernels_text_alone)
{
	struct taken t;

	begin(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_set_flags(t.capture, PAGEOWNER_CAPTURE_PLAIN), 0);
	ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
	assert_same_text("plain", &t.text, &pages);
	end(&t);
}
END_TEST

START_TEST(test_stacks_and_handles)
{
	struct buffer got, expected = { 0 };
	struct taken t;

	begin(&t, PAGEOWNER_CAPTURE_STACKS);
	ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
	got = kernels_text(&t.text);
	ck_assert_str_eq(got.ptr, " alloc+0x1/0x2\nnr_base_pages: 7\n\n");
	assert_line(&t.text, "complete", "yes");
	assert_line(&t.text, "records", NULL);
	assert_line(&t.text, "command", NULL);
	buffer_free(&got);
	end(&t);

	begin(&t, PAGEOWNER_CAPTURE_HANDLES);
	ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
	got = kernels_text(&t.text);
	buffer_printf(&expected, " alloc+0x1/0x2\nhandle: 3\n\nhandle: 3\nnr_base_pages: 7\n\n");
	assert_same_text("handles", &got, &expected);
	buffer_free(&got);
	buffer_free(&expected);
	end(&t);
}
END_TEST

START_TEST(test_what_cannot_be_read_is_skipped_and_reported)
{
	struct taken t;

	setenv("FAKE_BAD_PFN", "2000", 1);
	begin(&t, PAGEOWNER_CAPTURE_PAGES);
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
	end(&t);
}
END_TEST

START_TEST(test_one_process_reads_where_none_can_seek)
{
	struct taken t;

	setenv("FAKE_NO_SEEK", "1", 1);
	begin(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_set_jobs(t.capture, 4), 0);
	ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
	ck_assert_int_eq(pageowner_capture_state(t.capture)->seeks, 0);
	assert_all_pages(&t.text);
	end(&t);
}
END_TEST

/* --- how it ends */

START_TEST(test_an_error_of_the_write_function_is_returned)
{
	unsigned int writes;
	struct taken t;

	begin(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
	writes = t.writes;
	end(&t);
	for (unsigned int at = 1; at <= writes; at++) {
		begin(&t, PAGEOWNER_CAPTURE_PAGES);
		t.fail_at = at;
		t.fail_with = -EDQUOT;
		ck_assert_int_eq(pageowner_capture_take(t.capture), -EDQUOT);
		assert_error(&t, "the output failed: ");
		ck_assert_uint_eq(t.writes, at);	/* none after it */
		end(&t);
	}
	begin(&t, PAGEOWNER_CAPTURE_STACKS);
	t.fail_at = 3;
	t.fail_with = -ENOSPC;
	ck_assert_int_eq(pageowner_capture_take(t.capture), -ENOSPC);
	ck_assert_uint_eq(t.writes, 3);
	end(&t);
}
END_TEST

START_TEST(test_progress_is_reported_and_can_end_it)
{
	struct taken t;

	begin(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_set_progress(t.capture, note_progress, &t), 0);
	ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
	ck_assert_uint_gt(t.reports, 0);
	end(&t);
	for (int kind = PAGEOWNER_CAPTURE_PAGES; kind <= PAGEOWNER_CAPTURE_STACKS; kind++) {
		begin(&t, (enum pageowner_capture_kind)kind);
		ck_assert_int_eq(pageowner_capture_set_progress(t.capture, fail_progress,
								NULL), 0);
		assert_incomplete(&t, -EXDEV, "interrupted");
		end(&t);
	}
}
END_TEST

START_TEST(test_stopped_before_it_begins_it_reads_nothing)
{
	struct taken t;

	begin(&t, PAGEOWNER_CAPTURE_PAGES);
	pageowner_capture_stop(t.capture, 0);
	assert_incomplete(&t, -EINTR, "interrupted");
	ck_assert_ptr_null(strstr(t.text.ptr, "\nPage allocated"));
	end(&t);
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
	begin(&t, kind);
	stopped_by_alarm = t.capture;
	signal(SIGALRM, stop_by_alarm);
	alarm(1);
	assert_incomplete(&t, -EINTR, "interrupted by SIGALRM");
	state = pageowner_capture_state(t.capture);
	ck_assert_uint_lt(state->records, RECORDS);
	end(&t);
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
	begin(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_set_jobs(t.capture, 2), 0);
	ck_assert_int_eq(pageowner_capture_set_timeout(t.capture,
						       faults[_i].timeout_ns), 0);
	assert_incomplete(&t, faults[_i].error, faults[_i].reason);
	state = pageowner_capture_state(t.capture);
	ck_assert_int_eq(state->was_killed, faults[_i].error == -ECHILD);
	ck_assert_uint_le(state->next_pfn, 5000);
	unsetenv(faults[_i].name);

	ck_assert_int_eq(pageowner_reader_open_memory(t.text.ptr, t.text.len, &reader), 0);
	begin(&again, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_resume(again.capture, reader), 0);
	ck_assert_uint_eq(pageowner_capture_state(again.capture)->records, state->records);
	ck_assert_uint_eq(pageowner_capture_state(again.capture)->next_pfn, state->next_pfn);
	ck_assert_int_eq(pageowner_capture_take(again.capture), 0);
	assert_all_pages(&again.text);
	ck_assert_uint_eq(pageowner_capture_state(again.capture)->records, RECORDS);
	assert_line(&again.text, "complete", "yes");
	pageowner_reader_free(reader);
	end(&again);
	end(&t);
}
END_TEST

START_TEST(test_time_that_writing_takes_is_not_the_kernels)
{
	struct taken t;

	begin(&t, PAGEOWNER_CAPTURE_PAGES);
	t.wait_at = 22;
	ck_assert_int_eq(pageowner_capture_set_timeout(t.capture, 2000000000), 0);
	ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
	assert_all_pages(&t.text);
	end(&t);
}
END_TEST

START_TEST(test_a_list_of_stacks_without_end_is_an_error)
{
	struct taken t;

	setenv("FAKE_RING", "1", 1);
	adopt_sleepers();
	begin(&t, PAGEOWNER_CAPTURE_STACKS);
	assert_incomplete(&t, -EUCLEAN, "has no end");
	end(&t);
	end_sleepers();
}
END_TEST

/* --- continuing */

/* An incomplete capture: the first @len bytes of a whole one */
static struct buffer part_of(size_t len)
{
	struct buffer part;
	struct taken t;

	begin(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
	part = t.text;
	part.len = len < part.len ? len : part.len;
	t.text = (struct buffer){ 0 };
	end(&t);
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
		begin(&t, PAGEOWNER_CAPTURE_PAGES);
		ck_assert_int_eq(resume(&t, &part), 0);
		ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
		assert_all_pages(&t.text);
		ck_assert_ptr_null(strstr(t.text.ptr + 8, "PFN# pageowner-capture: 1"));
		ck_assert_uint_eq(pageowner_capture_state(t.capture)->records, RECORDS);
		end(&t);
	}
	buffer_free(&part);
}
END_TEST

START_TEST(test_another_boots_is_refused_and_nothing_is_written)
{
	struct buffer part = part_of(20000);
	struct taken t;

	begin(&t, PAGEOWNER_CAPTURE_PAGES);
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
	end(&t);
	buffer_free(&part);
}
END_TEST

START_TEST(test_what_cannot_be_continued_is_refused)
{
	struct buffer part = part_of(20000);
	struct taken t;

	begin(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_set_mode(t.capture, "handle"), 0);
	ck_assert_int_eq(resume(&t, &part), -ESTALE);
	assert_error(&t, "another mode");
	end(&t);
	begin(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_set_flags(t.capture, PAGEOWNER_CAPTURE_PLAIN), 0);
	ck_assert_int_eq(resume(&t, &part), -EINVAL);
	end(&t);
	begin(&t, PAGEOWNER_CAPTURE_STACKS);
	ck_assert_int_eq(resume(&t, &part), -EINVAL);
	end(&t);
	begin(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(resume(&t, &part), 0);
	ck_assert_int_eq(resume(&t, &part), -EBUSY);
	ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
	ck_assert_int_eq(resume(&t, &part), -EBUSY);
	assert_all_pages(&t.text);
	end(&t);
	begin(&t, PAGEOWNER_CAPTURE_PAGES);
	t.fail_at = 20;
	t.fail_with = -ENOSPC;
	ck_assert_int_eq(resume(&t, &part), -ENOSPC);
	ck_assert_int_eq(pageowner_capture_take(t.capture), -EBUSY);
	end(&t);
	setenv("FAKE_NO_SEEK", "1", 1);
	begin(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(resume(&t, &part), -ESPIPE);
	assert_error(&t, "before 6.1");
	end(&t);
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
	begin(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_set_jobs(t.capture, 5), 0);
	ck_assert_int_eq(pageowner_capture_take(t.capture), -ECHILD);
	end(&t);
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
	begin(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_set_jobs(t.capture, 64), 0);
	assert_incomplete(&t, -ECHILD, "killed by signal");
	end(&t);
}
END_TEST

START_TEST(test_a_program_that_ignores_sigchld_only_loses_why)
{
	struct taken t;

	signal(SIGCHLD, SIG_IGN);
	begin(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_set_jobs(t.capture, 3), 0);
	ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
	assert_all_pages(&t.text);
	end(&t);
	setenv("FAKE_OOPS_PFN", "30000", 1);
	begin(&t, PAGEOWNER_CAPTURE_PAGES);
	assert_incomplete(&t, -ECHILD, "the process that read ended after PFN 0x");
	end(&t);
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

	begin(&t, PAGEOWNER_CAPTURE_PAGES);
	ck_assert_int_eq(pageowner_capture_set_jobs(t.capture, 3), 0);
	ck_assert_int_eq(pageowner_capture_take(t.capture), 0);
	assert_all_pages(&t.text);
	end(&t);
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

/* A case whose tests have a kernel of their own */
static TCase *kernel_case(const char *name)
{
	TCase *tc = new_case(name);

	tcase_add_checked_fixture(tc, make_kernel, remove_kernel);
	return tc;
}

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

	tc = kernel_case("end");
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
	return run_cases("capture");
}
