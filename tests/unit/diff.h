/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * diff.h - what the tests of diffs share.
 */
#ifndef TEST_DIFF_H
#define TEST_DIFF_H

#include "support.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A profile of stacks "NAME+0x1/0x2" with pages: "a 5 b 7" */
static struct pageowner_profile *profile_of(const char *text)
{
	struct pageowner_profile *profile;
	struct buffer b = { 0 };
	char name[32];
	int pages, at;

	for (; sscanf(text, "%31s %d%n", name, &pages, &at) == 2; text += at)
		buffer_printf(&b, " alloc_pages+0x1/0x2\n %s+0x%x/0x40%s\n"
			      "nr_base_pages: %d\n\n", name, 1 + pages % 9,
			      strchr(name, 'm') ? " [mod]" : "", pages);
	ck_assert_int_eq(pageowner_profile_new("callstack", &profile), 0);
	if (b.len)
		ck_assert_int_eq(pageowner_profile_load(profile,
					temp_file(b.ptr, b.len)), 0);
	buffer_free(&b);
	return profile;
}

static void add(struct pageowner_diff *diff, const char *text, double time,
		uint64_t threshold)
{
	struct pageowner_profile *profile = profile_of(text);

	if (isfinite(time))
		pageowner_diff_set_time(diff, (uint64_t)time * 1000000000);
	pageowner_diff_set_threshold(diff, threshold);
	ck_assert_int_eq(pageowner_diff_add(diff, finished(profile)), 0);
	pageowner_profile_free(profile);
}

static const struct pageowner_snapshot *snapshot_at(struct pageowner_diff *diff,
						    size_t index)
{
	const struct pageowner_snapshot *snapshot;

	ck_assert_int_eq(pageowner_diff_snapshot(diff, index, &snapshot), 1);
	return snapshot;
}

/* "owner change flags" a row */
static void check(struct pageowner_diff *diff, enum pageowner_diff_order order,
		  const char *expected)
{
	struct buffer b = { 0 };

	ck_assert_int_eq(pageowner_diff_sort(diff, order), 0);
	buffer_printf(&b, "%s", "");
	for (size_t i = 0; i < pageowner_diff_count(diff); i++) {
		const struct pageowner_change *c = change_at(diff, i);
		struct pageowner_frame f = { .symbol = c->name };

		pageowner_stack_owner(c->stack, NULL, &f);
		buffer_printf(&b, "%.*s %+jd%s%s%s%s\n", (int)f.symbol.len,
			      f.symbol.ptr, (intmax_t)c->change,
			      c->flags & PAGEOWNER_CHANGE_NEW ? " new" : "",
			      c->flags & PAGEOWNER_CHANGE_VANISHED ? " gone" : "",
			      c->flags & PAGEOWNER_CHANGE_STEADY ? " steady" : "",
			      c->flags & PAGEOWNER_CHANGE_UNKNOWN ? " unknown" : "");
	}
	ck_assert_str_eq(b.ptr, expected);
	ck_assert_ptr_null(change_at(diff, pageowner_diff_count(diff)));
	buffer_free(&b);
}

static struct pageowner_diff *new_diff(enum pageowner_by by)
{
	struct pageowner_diff *diff;

	ck_assert_int_eq(pageowner_diff_new(by, &diff), 0);
	return diff;
}

#endif
