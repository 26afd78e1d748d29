// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * fuzz-diff.c - any texts as snapshots, with a byte 0xFF between: sums of the rows,
 * nothing has changed from a snapshot to itself, every order, every format.
 */
#include "fuzz.h"

#include <math.h>
#include <string.h>

#define SNAPSHOTS_MAX	4

static void check_rows(struct pageowner_diff *diff, size_t snapshots)
{
	const struct pageowner_snapshot *snapshot;
	uint64_t sums[SNAPSHOTS_MAX + 1] = { 0 };

	for (size_t i = 0; i < pageowner_diff_count(diff); i++) {
		const struct pageowner_change *c = change_at(diff, i);
		int64_t change = 0;

		fuzz_check(c && c->snapshots == snapshots);
		for (size_t s = 0; s < snapshots; s++)
			if (__builtin_add_overflow(sums[s], c->pages[s], &sums[s]))
				sums[s] = UINT64_MAX;
		/* The lowest number, which has no positive counterpart, cannot be reported. */
		if (!__builtin_sub_overflow(c->pages[snapshots - 1], c->pages[0], &change))
			fuzz_check(c->change == change || change == INT64_MIN);
		fuzz_check(isfinite(c->slope) && c->fit >= 0 && c->fit <= 1);
		fuzz_check(!(c->flags & PAGEOWNER_CHANGE_NEW) || c->pages[0] == 0);
		fuzz_check(!(c->flags & PAGEOWNER_CHANGE_VANISHED) ||
			   c->pages[snapshots - 1] == 0);
		fuzz_check(c->least_change <= c->change && c->change <= c->most_change);
		fuzz_check(c->flags == PAGEOWNER_CHANGE_UNKNOWN ||
			   (c->least_change == c->change && c->most_change == c->change));
	}
	for (size_t s = 0; s < snapshots; s++) {
		fuzz_check(pageowner_diff_snapshot(diff, s, &snapshot) == 1);
		fuzz_check(snapshot->pages == sums[s] && snapshot->suppressed == 0);
	}
	fuzz_check(pageowner_diff_snapshot_count(diff) == snapshots);
	fuzz_check(pageowner_diff_snapshot(diff, snapshots, &snapshot) == 0);
}

static void check_itself(enum pageowner_by by, const void *data, size_t size)
{
	struct pageowner_diff *diff;

	fuzz_check(pageowner_diff_new(by, &diff) == 0);
	/* Both were taken at the same time. */
	pageowner_diff_set_any_times(diff, 1);
	pageowner_diff_set_any_page_size(diff, 1);
	for (int i = 0; i < 2; i++) {
		struct pageowner_profile *profile = fuzz_profile("callstack", 1, data, size);

		fuzz_check(pageowner_diff_add(diff, profile) == 0);
		pageowner_profile_free(profile);
	}
	fuzz_check(pageowner_diff_sort(diff, PAGEOWNER_DIFF_BY_CHANGE) == 0);
	for (size_t i = 0; i < pageowner_diff_count(diff); i++) {
		const struct pageowner_change *c = change_at(diff, i);

		fuzz_check(c->change == 0 && c->slope == 0);
	}
	pageowner_diff_free(diff);
}

static int write_diff(struct pageowner_export *e, void *diff, FILE *file)
{
	return pageowner_export_diff(e, diff, file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const enum pageowner_by by = fuzz_choose(data, &size, 4);
	const unsigned int format = fuzz_choose(data, &size, 256);
	const unsigned int threshold = fuzz_choose(data, &size, 256);
	const bool times = fuzz_choose(data, &size, 2), subtract = threshold & 1;
	struct pageowner_profile *base = NULL;
	struct pageowner_diff *diff;
	size_t snapshots = 0;

	if (format % 8 == 7) {
		check_itself(by, data, size);
		return 0;
	}
	fuzz_check(pageowner_diff_new(by, &diff) == 0);
	for (const uint8_t *end = data + size; snapshots < SNAPSHOTS_MAX; ) {
		const uint8_t *next = memchr(data, 0xff, (size_t)(end - data));
		const size_t len = (size_t)((next ? next : end) - data);
		struct pageowner_profile *profile = fuzz_profile("callstack", 1, data, len);

		pageowner_diff_set_any_times(diff, 1);
		pageowner_diff_set_any_page_size(diff, 1);
		if (subtract && !snapshots && !base) {
			fuzz_check(pageowner_diff_set_baseline(diff, profile) == 0);
			base = profile;
		} else {
			if (times)
				pageowner_diff_set_time(diff, snapshots * UINT64_C(1000000));
			if (!snapshots)
				pageowner_diff_set_threshold(diff, threshold / 2);
			fuzz_check(pageowner_diff_add(diff, profile) == 0);
			pageowner_profile_free(profile);
			snapshots++;
		}
		if (!next)
			break;
		data = next + 1;
	}
	if (snapshots) {
		fuzz_check(pageowner_diff_sort(diff, PAGEOWNER_DIFF_BY_CHANGE) == 0);
		check_rows(diff, snapshots);
		fuzz_check(pageowner_diff_sort(diff, PAGEOWNER_DIFF_BY_TREND) == 0);
		check_rows(diff, snapshots);
		fuzz_check(pageowner_diff_sort(diff, PAGEOWNER_DIFF_BY_OWNER) == 0);
		check_rows(diff, snapshots);
		fuzz_exports(format, PAGEOWNER_EXPORT_DIFF, write_diff, diff);
	}
	pageowner_diff_free(diff);
	pageowner_profile_free(base);
	return 0;
}
