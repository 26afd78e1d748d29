// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-live.c - where the running kernel's files are found, and how show_stacks is
 * read by another process. Captures: test-capture.c.
 */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[64];

/* Lines with a number each, or without */
static void put_lines(const char *name, const char *before, const char *after,
		      int times, bool numbered)
{
	struct buffer b = { 0 };

	while (times--) {
		buffer_printf(&b, "%s", before);
		if (numbered)
			buffer_printf(&b, "%d", times);
		buffer_printf(&b, "%s", after);
	}
	put_file(root, name, b.ptr, b.len);
	buffer_free(&b);
}

static void put(const char *name, const char *text)
{
	put_file(root, name, text, strlen(text));
}

static void make_root(void)
{
	strcpy(root, "/tmp/test-live-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
	setenv("PAGEOWNER_DEBUGFS", root, 1);
}

static void remove_root(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", root);
	ck_assert_int_eq(system(command), 0);
}

static struct pageowner_live *new_live(void)
{
	struct pageowner_live *live;

	ck_assert_int_eq(pageowner_live_new(&live), 0);
	return live;
}

static void assert_path(struct pageowner_live *live, enum pageowner_live_file file,
			const char *expected)
{
	const char *path = pageowner_live_path(live, file);

	ck_assert_ptr_nonnull(path);
	ck_assert_str_eq(path + strlen(root), expected);
	ck_assert_str_eq(pageowner_live_error(live), "");
}

START_TEST(test_the_kernels_own_files_come_before_the_modules)
{
	struct pageowner_live *live;

	put("pageowner/page_owner", "x");
	put("pageowner/enabled", "1\n");
	live = new_live();
	ck_assert_int_eq(pageowner_live_is_module(live), 1);
	assert_path(live, PAGEOWNER_LIVE_PAGE_OWNER, "/pageowner/page_owner");
	ck_assert_ptr_null(pageowner_live_risk(live, PAGEOWNER_LIVE_PAGE_OWNER));
	ck_assert_ptr_null(pageowner_live_path(live, PAGEOWNER_LIVE_SHOW_STACKS));
	ck_assert(*pageowner_live_error(live));
	put("pageowner/enabled", "0\n");
	ck_assert_ptr_null(pageowner_live_path(live, PAGEOWNER_LIVE_PAGE_OWNER));
	ck_assert_ptr_nonnull(strstr(pageowner_live_error(live), "echo 1 > "));
	pageowner_live_free(live);

	put("page_owner", "x");
	put("page_owner_stacks/count_threshold", "0");
	live = new_live();
	ck_assert_int_eq(pageowner_live_is_module(live), 0);
	assert_path(live, PAGEOWNER_LIVE_PAGE_OWNER, "/page_owner");
	assert_path(live, PAGEOWNER_LIVE_COUNT_THRESHOLD,
		    "/page_owner_stacks/count_threshold");
	pageowner_live_free(live);
	pageowner_live_free(NULL);
}
END_TEST

START_TEST(test_without_files_there_is_advice)
{
	struct pageowner_live *live = new_live();
	int fd = -1;

	ck_assert_int_eq(pageowner_live_open(live, PAGEOWNER_LIVE_PAGE_OWNER, &fd),
			 -ENOENT);
	ck_assert_int_eq(fd, -1);
	ck_assert_ptr_nonnull(strstr(pageowner_live_error(live), "page_owner=on"));
	ck_assert_ptr_nonnull(strstr(pageowner_live_error(live), "\n"));
	ck_assert_int_eq(pageowner_live_close(live, -1), -EBADF);
	pageowner_live_free(live);
}
END_TEST

START_TEST(test_a_number_that_is_no_file_is_refused)
{
	const enum pageowner_live_file none[] = { PAGEOWNER_LIVE_COUNT_THRESHOLD + 1,
		(enum pageowner_live_file)-1 };
	struct pageowner_live *live;
	int fd;

	put("page_owner", "x");
	live = new_live();
	for (size_t i = 0; i < ARRAY_SIZE(none); i++) {
		ck_assert_ptr_null(pageowner_live_path(live, none[i]));
		ck_assert_str_ne(pageowner_live_error(live), "");
		ck_assert_ptr_null(pageowner_live_risk(live, none[i]));
		ck_assert_int_eq(pageowner_live_open(live, none[i], &fd), -EINVAL);
	}
	pageowner_live_free(live);
}
END_TEST

START_TEST(test_page_owner_is_opened_itself)
{
	struct pageowner_live *live;
	char buf[8];
	int fd;

	put("page_owner", "text");
	live = new_live();
	ck_assert_int_eq(pageowner_live_open(live, PAGEOWNER_LIVE_PAGE_OWNER, &fd), 0);
	ck_assert_int_eq(lseek(fd, 1, SEEK_SET), 1);
	ck_assert_int_eq(read(fd, buf, sizeof(buf)), 3);
	ck_assert_int_eq(pageowner_live_close(live, fd), 0);
	ck_assert_int_eq(fcntl(fd, F_GETFD), -1);
	pageowner_live_free(live);
}
END_TEST

#define FRAMES	" alloc_"
#define REST	"+0x1/0x2\nnr_base_pages: 7\n\n"

START_TEST(test_stacks_come_through_a_pipe_that_tells_of_its_end)
{
	struct pageowner_live *live;
	size_t total = 0;
	char buf[4096];
	struct stat st;
	ssize_t n;
	int fd;

	put_lines("page_owner_stacks/show_stacks", FRAMES, REST, 20000, true);
	live = new_live();
	ck_assert_int_eq(pageowner_live_open(live, PAGEOWNER_LIVE_SHOW_STACKS, &fd), 0);
	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert(S_ISFIFO(st.st_mode));
	ck_assert_int_gt(read(fd, buf, sizeof(buf)), 0);
	ck_assert_int_eq(pageowner_live_close(live, fd), -ECANCELED);
	ck_assert_ptr_nonnull(strstr(pageowner_live_error(live), "not read to its end"));

	ck_assert_int_eq(pageowner_live_open(live, PAGEOWNER_LIVE_SHOW_STACKS, &fd), 0);
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		total += (size_t)n;
	ck_assert_int_eq(n, 0);
	ck_assert_int_eq(pageowner_live_close(live, fd), 0);
	ck_assert_uint_gt(total, 20000 * sizeof(FRAMES REST));
	pageowner_live_free(live);
}
END_TEST

START_TEST(test_not_more_files_than_it_can_remember)
{
	struct pageowner_live *live;
	int fd;

	put("page_owner", "x");
	live = new_live();
	for (int i = 0; i < 8; i++)
		ck_assert_int_eq(pageowner_live_open(live, PAGEOWNER_LIVE_PAGE_OWNER,
						     &fd), 0);
	ck_assert_int_eq(pageowner_live_open(live, PAGEOWNER_LIVE_PAGE_OWNER, &fd),
			 -EMFILE);
	pageowner_live_free(live);
}
END_TEST

/* The same stacks again and again: what a damaged list of the kernel gives */
START_TEST(test_a_ring_of_stacks_is_an_error_for_readers_and_profiles)
{
	struct pageowner_profile *p;
	const struct pageowner_record *record;
	struct pageowner_reader *reader;
	char path[128];
	int ret;

	/* One stack 500 times stands for it. */
	put_lines("page_owner_stacks/show_stacks", FRAMES, REST, 500, false);
	adopt_sleepers();
	snprintf(path, sizeof(path), "%s/page_owner_stacks/show_stacks", root);
	ck_assert_int_eq(pageowner_profile_new("callstack", &p), 0);
	ck_assert_int_eq(pageowner_profile_load(p, path), -EUCLEAN);
	ck_assert_ptr_nonnull(strstr(pageowner_profile_error(p), "has no end"));
	pageowner_profile_free(p);
	ck_assert_int_eq(pageowner_reader_open(path, &reader), 0);
	while ((ret = pageowner_reader_next(reader, &record)) > 0)
		;
	ck_assert_int_eq(ret, -EUCLEAN);
	ck_assert_ptr_nonnull(strstr(pageowner_reader_error(reader), "has no end"));
	pageowner_reader_free(reader);
	end_sleepers();
}
END_TEST

int main(void)
{
	TCase *tc = new_case("files");

	tcase_add_checked_fixture(tc, make_root, remove_root);
	tcase_add_test(tc, test_the_kernels_own_files_come_before_the_modules);
	tcase_add_test(tc, test_without_files_there_is_advice);
	tcase_add_test(tc, test_a_number_that_is_no_file_is_refused);
	tcase_add_test(tc, test_page_owner_is_opened_itself);
	tcase_add_test(tc, test_not_more_files_than_it_can_remember);

	tc = new_case("stacks");
	tcase_add_checked_fixture(tc, make_root, remove_root);
	tcase_add_test(tc, test_stacks_come_through_a_pipe_that_tells_of_its_end);
	tcase_add_test(tc, test_a_ring_of_stacks_is_an_error_for_readers_and_profiles);
	return run_cases("live");
}
