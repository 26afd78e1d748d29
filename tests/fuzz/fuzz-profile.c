// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * fuzz-profile.c - any text as a profile: several threads and one, sums, merging,
 * every order, every format, and our own report read again.
 */
#include "fuzz.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const keys[] = {
	"txt,alloc_ts", "txt", "callstack", "owner,module", "stacktrace,pid,tgid,name",
	"allocator,free", "order,gfp,migratetype,blocktype", "node,zone,memcg", "name",
};

static const char *const orders[] = {
	"-times", "-pages", "alloc_ts", "-free_ts", "stacktrace", "name,-pid,tgid",
	"module,owner,-order", "+memcg,-node,zone,gfp", "migratetype,blocktype,allocator,free",
};

static void print_profile(struct buffer *text, struct pageowner_profile *profile)
{
	print_groups(text, profile);
	print_stats(text, pageowner_profile_stats(profile), 0);
	buffer_printf(text, " captures=%zu", pageowner_profile_conditions_count(profile));
}

/* As much goes out as came in, as far as it fits. */
static void check_sums(struct pageowner_profile *profile, const uint8_t *data, size_t size)
{
	const struct pageowner_record *record;
	struct pageowner_reader *reader;
	uint64_t times = 0, pages = 0, total_times, total_pages, resolved;
	bool joined = false;

	fuzz_check(pageowner_reader_open_memory(data, size, &reader) == 0);
	while (pageowner_reader_next(reader, &record) > 0) {
		if (record->has & PAGEOWNER_HAS_TIMES &&
		    __builtin_add_overflow(times, record->times, &times))
			times = UINT64_MAX;
		if (record->has & PAGEOWNER_HAS_PAGES &&
		    __builtin_add_overflow(pages, record->pages, &pages))
			pages = UINT64_MAX;
		/* Handles stand for no pages of their own where their stack is not there. */
		joined |= record->kind == PAGEOWNER_RECORD_HANDLE ||
			record->kind == PAGEOWNER_RECORD_STACK_HANDLE;
	}
	pageowner_reader_free(reader);
	pageowner_profile_total(profile, &total_times, &total_pages);
	pageowner_profile_unresolved(profile, &resolved);
	fuzz_check(total_times == times);
	if (joined)
		fuzz_check(total_pages <= pages);
	else
		fuzz_check(total_pages == pages);
	times = pages = 0;
	for (size_t i = 0; i < pageowner_profile_count(profile); i++) {
		const struct pageowner_group *group = group_at(profile, i);

		if (__builtin_add_overflow(times, group->times, &times))
			times = UINT64_MAX;
		if (__builtin_add_overflow(pages, group->pages, &pages))
			pages = UINT64_MAX;
	}
	fuzz_check(times == total_times && pages == total_pages);
}

static void check_merge(const char *by, struct pageowner_profile *profile)
{
	struct pageowner_profile *twice;
	uint64_t times, pages, once_times, once_pages;
	int ret;

	pageowner_profile_total(profile, &once_times, &once_pages);
	if (once_times > UINT64_MAX / 2 || once_pages > UINT64_MAX / 2)
		return;
	fuzz_check(pageowner_profile_new(by, &twice) == 0);
	ret = pageowner_profile_merge(twice, profile);
	if (ret == 0)
		ret = pageowner_profile_merge(twice, profile);
	/* Its captures may be of one boot, or with pages of different sizes. */
	if (ret == -EINVAL && pageowner_profile_conditions_count(profile)) {
		pageowner_profile_free(twice);
		return;
	}
	fuzz_check(ret == 0);
	fuzz_check(pageowner_profile_total(twice, &times, &pages) == -EINVAL);
	fuzz_check(pageowner_profile_finish(twice) == 0);
	pageowner_profile_total(twice, &times, &pages);
	fuzz_check(times == once_times * 2 && pages == once_pages * 2);
	fuzz_check(pageowner_profile_count(twice) == pageowner_profile_count(profile));
	pageowner_profile_free(twice);
}

static void write_report(struct buffer *text, struct pageowner_profile *profile)
{
	struct pageowner_export *e;
	FILE *file;
	char *report;
	size_t len;

	file = open_memstream(&report, &len);
	fuzz_check(file);
	fuzz_check(pageowner_export_new("report", &e) == 0);
	fuzz_check(pageowner_export_profile(e, profile, file) == 0);
	pageowner_export_free(e);
	fuzz_check(!fclose(file));
	buffer_add(text, report, len);
	free(report);
}

/* No kernel writes longer ones; if damage has made one, it may look like anything. */
static bool has_long_names(struct pageowner_profile *profile)
{
	for (size_t i = 0; i < pageowner_profile_count(profile); i++)
		if (group_at(profile, i)->record->comm.len > 15)
			return true;
	return false;
}

static bool is_repaired(const struct pageowner_input_stats *stats)
{
	for (unsigned int i = 0; i < pageowner_repair_count(); i++)
		if (stats->repair[i].count)
			return true;
	return false;
}

/* Our report, read again: the same groups with the same counts, and their report is
 * the same, or it is said that it cannot be read. Only of text that was whole. */
static void check_report(struct pageowner_profile *profile)
{
	struct buffer report = { 0 }, again = { 0 };
	struct pageowner_profile *read;
	uint64_t times, pages, times_again, pages_again;

	if (damage_count(pageowner_profile_stats(profile)) || has_long_names(profile) ||
	    pageowner_profile_kinds(profile) != 1u << PAGEOWNER_RECORD_PAGE)
		return;
	write_report(&report, profile);
	read = fuzz_profile("txt", 1, report.ptr ? report.ptr : "", report.len);
	/* A line that a record kept out of place is put in its place. */
	if (damage_count(pageowner_profile_stats(read)) ||
	    is_repaired(pageowner_profile_stats(read))) {
		pageowner_profile_free(read);
		buffer_free(&report);
		return;
	}
	pageowner_profile_total(profile, &times, &pages);
	pageowner_profile_total(read, &times_again, &pages_again);
	fuzz_check(times == times_again && pages == pages_again);
	fuzz_check(pageowner_profile_count(profile) == pageowner_profile_count(read));
	fuzz_check(pageowner_profile_sort(read, "-times") == 0);
	write_report(&again, read);
	fuzz_same("report, read again", &again, &report);
	pageowner_profile_free(read);
}

static int write_profile(struct pageowner_export *e, void *profile, FILE *file)
{
	return pageowner_export_profile(e, profile, file);
}

static void check_threads(struct pageowner_profile *profile, const char *by,
			  const uint8_t *data, size_t size)
{
	struct pageowner_profile *threads = fuzz_profile(by, 3, data, size);
	struct buffer one = { 0 }, several = { 0 };

	print_profile(&one, profile);
	print_profile(&several, threads);
	fuzz_same("three threads", &several, &one);
	pageowner_profile_free(threads);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const unsigned int what = fuzz_choose(data, &size, 4);
	const char *by = keys[fuzz_choose(data, &size, ARRAY_SIZE(keys))];
	const char *order = orders[fuzz_choose(data, &size, ARRAY_SIZE(orders))];
	const unsigned int format = fuzz_choose(data, &size, 256);
	struct pageowner_profile *profile;

	profile = fuzz_profile(what == 3 ? "txt" : by, 1, data, size);
	switch (what) {
	case 0:
		check_threads(profile, by, data, size);
		break;
	case 1:
		check_sums(profile, data, size);
		check_merge(by, profile);
		fuzz_check(pageowner_profile_sort(profile, order) == 0);
		check_sums(profile, data, size);
		break;
	case 2:
		fuzz_check(pageowner_profile_sort(profile, order) == 0);
		fuzz_exports(format, PAGEOWNER_EXPORT_PROFILE, write_profile, profile);
		break;
	case 3:
		fuzz_check(pageowner_profile_sort(profile, "-times") == 0);
		check_report(profile);
		break;
	}
	pageowner_profile_free(profile);
	return 0;
}
