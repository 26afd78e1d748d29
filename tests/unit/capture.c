// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * capture.c - what the tests of captures have in common: files that behave as the
 * kernel's, and a capture of them whose text is kept.
 */
#include "capture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* --- a kernel */

static char kernel_root[64];
struct buffer kernel_pages;

void put_kernel_file(const char *name, const char *text)
{
	put_file(kernel_root, name, text, strlen(text));
}

void remove_kernel_file(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", kernel_root, name);
	ck_assert_int_eq(unlink(path), 0);
}

static void make_kernel(void)
{
	char fake_root[96];

	strcpy(kernel_root, "/tmp/test-capture-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(kernel_root));
	for (int i = 0; i < RECORDS; i++)
		make_record(&kernel_pages, .pid = i, .pfn = 1000 + 100 * (uint64_t)i,
			    .flags = i % 2 ? "0x0(node=1|zone=2)" : NULL);
	put_file(kernel_root, "page_owner", kernel_pages.ptr, kernel_pages.len);
	put_kernel_file("page_owner_stacks/show_stacks",
		   " alloc+0x1/0x2\nnr_base_pages: 7\n\n");
	put_kernel_file("page_owner_stacks/show_stacks_handles",
		   " alloc+0x1/0x2\nhandle: 3\n\n");
	put_kernel_file("page_owner_stacks/show_handles", "handle: 3\nnr_base_pages: 7\n\n");
	put_kernel_file("page_owner_stacks/count_threshold", "5\n");
	put_kernel_file("root/proc/zoneinfo",
		   "Node 0, zone   Normal\n        spanned  41000\n  start_pfn:           0\n");
	put_kernel_file("root/proc/meminfo", "MemTotal:   1000 kB\n");
	put_kernel_file("root/proc/cgroups", "#subsys_name\thierarchy\tnum_cgroups\tenabled\n"
		   "memory\t0\t1\t1\n");
	setenv("PAGEOWNER_DEBUGFS", kernel_root, 1);
	setenv("FAKE_UNAME", "6.12.1", 1);
	snprintf(fake_root, sizeof(fake_root), "%s/root", kernel_root);
	setenv("FAKE_ROOT", fake_root, 1);
}

static void remove_kernel(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", kernel_root);
	ck_assert_int_eq(system(command), 0);
	buffer_free(&kernel_pages);
}

/* --- a capture */

int write_text(void *data, const void *text, size_t len)
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

void begin_capture(struct taken *t, enum pageowner_capture_kind kind)
{
	memset(t, 0, sizeof(*t));
	ck_assert_int_eq(pageowner_live_new(&t->live), 0);
	ck_assert_int_eq(pageowner_capture_new(t->live, kind, &t->capture), 0);
	ck_assert_int_eq(pageowner_capture_set_write(t->capture, write_text, t), 0);
	ck_assert_int_eq(pageowner_capture_set_skipped(t->capture, note_skipped, t), 0);
	ck_assert_int_eq(pageowner_capture_set_timeout(t->capture, 10000000000), 0);
}

void end_capture(struct taken *t)
{
	pageowner_capture_free(t->capture);
	pageowner_live_free(t->live);
	buffer_free(&t->text);
}

struct buffer kernels_text(const struct buffer *text)
{
	struct buffer result = { 0 };

	for (const char *p = text->ptr, *next; p && *p; p = next) {
		next = strchr(p, '\n') + 1;
		if (strncmp(p, "PFN#", 4))
			buffer_add(&result, p, (size_t)(next - p));
	}
	return result;
}

void assert_all_pages(const struct buffer *text)
{
	struct buffer got = kernels_text(text);

	assert_same_text("page_owner", &got, &kernel_pages);
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

void assert_line(const struct buffer *text, const char *name, const char *expected)
{
	const char *value = line_of(text, name);

	if (!expected) {
		ck_assert_ptr_null(value);
		return;
	}
	ck_assert_ptr_nonnull(value);
	ck_assert_str_eq(value, expected);
}

void assert_error(const struct taken *t, const char *part)
{
	const char *error = pageowner_capture_error(t->capture);

	ck_assert_msg(strstr(error, part), "\"%s\" does not have \"%s\"", error, part);
}

TCase *kernel_case(const char *name)
{
	TCase *tc = new_case(name);

	tcase_add_checked_fixture(tc, make_kernel, remove_kernel);
	return tc;
}
