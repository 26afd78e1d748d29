/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * load.h - what the tests of loading share.
 */
#ifndef TEST_LOAD_H
#define TEST_LOAD_H

#include "support.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MIB ((size_t)1 << 20)

static struct pageowner_profile *new_profile(const char *keys, unsigned int jobs)
{
	struct pageowner_profile *p = NULL;

	ck_assert_int_eq(pageowner_profile_new(keys, &p), 0);
	pageowner_profile_set_jobs(p, jobs);
	return p;
}

/* All there is to know of a profile that loaded the file, twice if asked */
static struct buffer loaded(const char *keys, const char *order,
			    unsigned int jobs, const char *path, int times)
{
	struct pageowner_profile *p = new_profile(keys, jobs);
	struct buffer b = { 0 };

	for (int i = 0; i < times; i++)
		buffer_printf(&b, "ret=%d\n", pageowner_profile_load(p, path));
	if (order)
		ck_assert_int_eq(pageowner_profile_sort(p, order), 0);
	print_groups(&b, p);
	print_stats(&b, pageowner_profile_stats(p), 0);
	buffer_printf(&b, "%s\n", pageowner_profile_error(p));
	pageowner_profile_free(p);
	return b;
}

/* Real captures, concatenated to more than four parts */
static struct buffer captures;

static void make_captures(void)
{
	static const char *const names[] = {
		"linux-6.12-0-boot", "linux-6.1-0-boot", "linux-6.12-1-work-sample",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char path[4096];
		struct buffer b;

		snprintf(path, sizeof(path), "real/%s.page_owner.xz", names[i]);
		b = data_file(path);
		buffer_add(&captures, b.ptr, b.len);
		buffer_free(&b);
	}
}

#endif
