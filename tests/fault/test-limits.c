// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-limits.c - bounds on memory hold, say so, and leave what they bound usable.
 */
#include "tests/unit/support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef HAVE_LZMA
#include <lzma.h>
#endif
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

#include "profile_load.h"
#include "tools/lib/memory.h"

#define MIB ((uint64_t)1 << 20)

/* Each of a stack and a process of its own */
static struct buffer many_groups(int count)
{
	struct buffer b = { 0 };
	char stack[64];

	for (int i = 0; i < count; i++) {
		snprintf(stack, sizeof(stack), " f%d+0x1/0x2\n g+0x1/0x2\n", i);
		make_record(&b, .pid = i + 1, .stack = stack);
	}
	return b;
}

/* Of all that a test bounds */
static struct pageowner_budget *budget;

static void begin(void)
{
	ck_assert_int_eq(pageowner_budget_new(0, &budget), 0);
}

static void end(void)
{
	ck_assert_uint_eq(pageowner_budget_used(budget), 0);
	pageowner_budget_free(budget);
}

static struct pageowner_profile *new_profile(const char *keys, uint64_t max)
{
	struct pageowner_profile *p = NULL;

	ck_assert_int_eq(pageowner_profile_new(keys, &p), 0);
	pageowner_budget_set_max(budget, max);
	ck_assert_int_eq(pageowner_profile_set_budget(p, budget), 0);
	return p;
}

START_TEST(test_a_bound_holds_and_tells_where_the_input_was)
{
	struct buffer b = many_groups(60000);
	const char *path = temp_file(b.ptr, b.len);
	static const unsigned int jobs[] = { 1, 2, 5 };

	for (size_t i = 0; i < ARRAY_SIZE(jobs); i++) {
		struct pageowner_profile *p = new_profile(NULL, 12 * MIB);

		pageowner_profile_set_jobs(p, jobs[i]);
		ck_assert_int_eq(pageowner_profile_load(p, path), -ENOBUFS);
		ck_assert_uint_le(pageowner_budget_used(budget), 12 * MIB);
		ck_assert_ptr_nonnull(strstr(pageowner_profile_error(p),
					     "limit of 12 MiB"));
		ck_assert_ptr_nonnull(strstr(pageowner_profile_error(p), ": byte "));
		/* A larger one, and what was counted can be looked at. */
		pageowner_budget_set_max(budget, 0);
		ck_assert_int_eq(pageowner_profile_sort(p, "-pages"), 0);
		ck_assert_uint_gt(pageowner_profile_count(p), 100);
		ck_assert_ptr_nonnull(group_at(p, 0));
		ck_assert_int_eq(pageowner_profile_load(p, path), 0);
		ck_assert_uint_eq(pageowner_profile_count(finished(p)), 60000);
		pageowner_profile_free(p);
	}
	buffer_free(&b);
}
END_TEST

START_TEST(test_under_a_bound_nothing_changes)
{
	struct buffer b = many_groups(20000), want = { 0 }, got = { 0 };
	const char *path = temp_file(b.ptr, b.len);
	struct pageowner_profile *p = new_profile(NULL, 0);

	ck_assert_int_eq(pageowner_profile_load(p, path), 0);
	print_groups(&want, p);
	/* What it took when it was done is enough, but for what sorting takes. */
	pageowner_profile_free(p);
	p = new_profile(NULL, 64 * MIB);
	pageowner_profile_set_jobs(p, 3);
	ck_assert_int_eq(pageowner_profile_load(p, path), 0);
	print_groups(&got, p);
	assert_same_text("with a bound", &got, &want);
	pageowner_profile_free(p);
	buffer_free(&b);
	buffer_free(&want);
	buffer_free(&got);
}
END_TEST

START_TEST(test_what_was_taken_is_given_back)
{
	struct buffer b = many_groups(30000);
	const char *path = temp_file(b.ptr, b.len);
	struct pageowner_profile *p = new_profile("pid,callstack", 0);
	const uint64_t empty = pageowner_budget_used(budget);
	uint64_t alone;

	ck_assert_int_eq(pageowner_profile_load(p, path), 0);
	alone = pageowner_budget_used(budget);
	ck_assert_uint_gt(alone, b.len / 4);
	ck_assert_int_eq(pageowner_profile_sort(p, "-pages,pid"), 0);
	/* The table of what groups are found by is gone by then. */
	ck_assert_uint_le(pageowner_budget_used(budget), alone + MIB);
	ck_assert_int_eq(po_intake_clear(&p->intake), 0);
	/* But for the texts that are put together */
	ck_assert_uint_le(pageowner_budget_used(budget), empty + 4096);
	pageowner_profile_set_jobs(p, 4);
	ck_assert_int_eq(pageowner_profile_load(p, path), 0);
	/* Of the other threads nothing is left; chunks are filled otherwise. */
	ck_assert_uint_le(pageowner_budget_used(budget), alone + 2 * MIB);
	ck_assert_uint_ge(pageowner_budget_used(budget) + 2 * MIB, alone);
	ck_assert_int_eq(po_intake_clear(&p->intake), 0);
	ck_assert_uint_le(pageowner_budget_used(budget), empty + 4096);
	pageowner_profile_free(p);
	buffer_free(&b);
}
END_TEST

START_TEST(test_sorting_and_showing_are_bounded)
{
	struct buffer b = many_groups(30000);
	struct pageowner_profile *p = new_profile(NULL, 0);
	const struct pageowner_group *g;

	ck_assert_int_eq(pageowner_profile_load(p, temp_file(b.ptr, b.len)), 0);
	pageowner_budget_set_max(budget, pageowner_budget_used(budget) / 2);
	ck_assert_int_eq(pageowner_profile_sort(p, "-pages"), -ENOBUFS);
	ck_assert_ptr_nonnull(strstr(pageowner_profile_error(p), "sorting"));
	ck_assert_int_eq(pageowner_profile_group(p, 0, &g), -EINVAL);
	ck_assert_int_eq(pageowner_profile_finish(p), -ENOBUFS);
	pageowner_budget_set_max(budget, 0);
	ck_assert_int_eq(pageowner_profile_sort(p, "-pages"), 0);
	ck_assert_ptr_nonnull(group_at(p, 0));
	pageowner_profile_free(p);
	buffer_free(&b);
}
END_TEST

START_TEST(test_merging_and_adding_are_bounded)
{
	struct buffer b = many_groups(30000);
	struct pageowner_profile *to = new_profile(NULL, 4 * MIB);
	struct pageowner_profile *from;
	const struct pageowner_record *r;
	struct pageowner_reader *reader;
	int ret = 0;

	ck_assert_int_eq(pageowner_profile_new(NULL, &from), 0);
	ck_assert_int_eq(pageowner_profile_load(from, temp_file(b.ptr, b.len)), 0);
	ck_assert_int_eq(pageowner_profile_merge(to, finished(from)), -ENOBUFS);
	ck_assert_uint_le(pageowner_budget_used(budget), 4 * MIB);
	pageowner_profile_free(to);
	to = new_profile(NULL, 4 * MIB);
	ck_assert_int_eq(pageowner_reader_open_memory(b.ptr, b.len, &reader), 0);
	while (ret >= 0 && pageowner_reader_next(reader, &r) > 0)
		ret = pageowner_profile_add(to, r);
	ck_assert_int_eq(ret, -ENOBUFS);
	ck_assert_uint_le(pageowner_budget_used(budget), 4 * MIB);
	pageowner_reader_free(reader);
	pageowner_profile_free(to);
	pageowner_profile_free(from);
	buffer_free(&b);
}
END_TEST

/* Stacks by handle in one text, counts in the other */
START_TEST(test_what_waits_for_handles_is_bounded)
{
	struct pageowner_profile *p = new_profile("callstack", 8 * MIB);
	struct buffer b = { 0 };

	for (unsigned int i = 1; i < 100000; i++)
		buffer_printf(&b, "handle: %u\nnr_base_pages: 1\n\n", i);
	ck_assert_int_eq(pageowner_profile_load(p, temp_file(b.ptr, b.len)),
			 -ENOBUFS);
	ck_assert_uint_le(pageowner_budget_used(budget), 8 * MIB);
	/* Sorting needs more than is left: an error, not fewer groups. */
	ck_assert_int_eq(pageowner_profile_sort(p, NULL), -ENOBUFS);
	pageowner_profile_free(p);
	buffer_free(&b);
}
END_TEST

START_TEST(test_captures_are_bounded)
{
	struct pageowner_profile *p = new_profile(NULL, 8 * MIB);
	struct buffer b = { 0 };

	for (unsigned int i = 0; i < 100000; i++)
		buffer_printf(&b, "PFN# pageowner-capture: 1\n");
	make_record(&b, .pid = 1);
	ck_assert_int_eq(pageowner_profile_load(p, temp_file(b.ptr, b.len)),
			 -ENOBUFS);
	ck_assert_uint_le(pageowner_budget_used(budget), 8 * MIB);
	pageowner_profile_free(p);
	buffer_free(&b);
}
END_TEST

/* --- readers */

static int read_all(struct pageowner_reader *reader)
{
	const struct pageowner_record *r;
	int ret;

	while ((ret = pageowner_reader_next(reader, &r)) > 0)
		;
	return ret;
}

START_TEST(test_a_reader_takes_records_that_fit_its_bound)
{
	static const struct {
		size_t len;
		uint64_t max;
		int ret;
	} cases[] = {
		{ 8 * MIB, 0, 0 }, { 8 * MIB, 20 * MIB, 0 },
		{ 8 * MIB, 8 * MIB, -ENOBUFS }, { 1000, MIB, 0 },
		{ 1000, 1, 0 },	/* the window is there already */
		{ 300000, 300000, -ENOBUFS },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct pageowner_reader *reader;
		struct buffer b = { 0 };

		add_padding(&b, 1000);
		add_padding(&b, cases[i].len);
		ck_assert_int_eq(pageowner_reader_open_memory(b.ptr, b.len, &reader),
				 0);
		pageowner_budget_set_max(budget, 0);
		ck_assert_int_eq(pageowner_reader_set_budget(reader, budget), 0);
		pageowner_budget_set_max(budget, cases[i].max);
		ck_assert_int_eq(read_all(reader), cases[i].ret);
		if (cases[i].max > MIB)
			ck_assert_uint_le(pageowner_budget_used(budget),
					  cases[i].max);
		if (cases[i].ret < 0)
			ck_assert_ptr_nonnull(strstr(pageowner_reader_error(reader),
						     "(memory): byte 1000: "));
		pageowner_reader_free(reader);
		buffer_free(&b);
	}
}
END_TEST

#if defined(HAVE_LZMA) || defined(HAVE_ZSTD)
static void assert_needs(const struct buffer *packed, uint64_t window)
{
	struct pageowner_reader *reader;

	for (int i = 0; i < 3; i++) {
		const uint64_t max = i == 0 ? 0 : i == 1 ? window / 2 :
			window + 4 * MIB;

		ck_assert_int_eq(pageowner_reader_open_memory(packed->ptr,
					packed->len, &reader), 0);
		pageowner_budget_set_max(budget, 0);
		ck_assert_int_eq(pageowner_reader_set_budget(reader, budget), 0);
		pageowner_budget_set_max(budget, max);
		ck_assert_int_eq(read_all(reader), i == 1 ? -ENOBUFS : 0);
		ck_assert_uint_eq(pageowner_reader_stats(reader)->records,
				  i == 1 ? 0 : 1);
		if (max)
			ck_assert_uint_le(pageowner_budget_used(budget), max);
		pageowner_reader_free(reader);
	}
}
#endif

#ifdef HAVE_LZMA
START_TEST(test_a_dictionary_of_xz_counts)
{
	struct buffer b = { 0 }, packed = { 0 };
	lzma_options_lzma options;
	lzma_filter filters[] = {
		{ LZMA_FILTER_LZMA2, &options }, { LZMA_VLI_UNKNOWN, NULL },
	};
	size_t room, done = 0;
	uint8_t *out;

	make_record(&b, .pid = 1);
	lzma_lzma_preset(&options, 0);
	options.dict_size = 32 * MIB;
	room = lzma_stream_buffer_bound(b.len);
	out = malloc(room);
	ck_assert_int_eq(lzma_stream_buffer_encode(filters, LZMA_CHECK_CRC64, NULL,
			(const uint8_t *)b.ptr, b.len, out, &done, room), LZMA_OK);
	buffer_add(&packed, out, done);
	free(out);
	assert_needs(&packed, 32 * MIB);
	buffer_free(&b);
	buffer_free(&packed);
}
END_TEST
#endif

#ifdef HAVE_ZSTD
START_TEST(test_a_window_of_zstd_counts)
{
	struct buffer b = { 0 }, packed = { 0 };
	ZSTD_CCtx *ctx = ZSTD_createCCtx();
	ZSTD_outBuffer to;
	ZSTD_inBuffer from;
	size_t ret;

	make_record(&b, .pid = 1);
	to = (ZSTD_outBuffer){ malloc(1 << 16), 1 << 16, 0 };
	from = (ZSTD_inBuffer){ b.ptr, b.len, 0 };
	ZSTD_CCtx_setParameter(ctx, ZSTD_c_windowLog, 25);
	ret = ZSTD_compressStream2(ctx, &to, &from, ZSTD_e_flush);
	ck_assert(!ZSTD_isError(ret));
	ret = ZSTD_compressStream2(ctx, &to, &from, ZSTD_e_end);
	ck_assert(!ZSTD_isError(ret));
	buffer_add(&packed, to.dst, to.pos);
	free(to.dst);
	ZSTD_freeCCtx(ctx);
	assert_needs(&packed, 32 * MIB);
	buffer_free(&b);
	buffer_free(&packed);
}
END_TEST
#endif

/* --- diff */

START_TEST(test_a_diff_is_bounded)
{
	struct buffer b = many_groups(30000);
	struct pageowner_profile *p = new_profile("callstack", 0);
	struct pageowner_diff *d;

	ck_assert_int_eq(pageowner_profile_load(p, temp_file(b.ptr, b.len)), 0);
	ck_assert_int_eq(pageowner_diff_new(PAGEOWNER_BY_STACK, &d), 0);
	ck_assert_int_eq(pageowner_profile_finish(p), 0);
	ck_assert_int_eq(pageowner_profile_set_budget(p, NULL), 0);
	pageowner_budget_set_max(budget, 2 * MIB);
	ck_assert_int_eq(pageowner_diff_set_budget(d, budget), 0);
	ck_assert_int_eq(pageowner_diff_add(d, p), -ENOBUFS);
	ck_assert_str_eq(pageowner_diff_error(d),
			 "the rows need more memory than allowed");
	ck_assert_uint_le(pageowner_budget_used(budget), 2 * MIB);
	ck_assert_uint_eq(pageowner_diff_snapshot_count(d), 0);
	pageowner_budget_set_max(budget, 0);
	ck_assert_int_eq(pageowner_diff_add(d, p), 0);
	ck_assert_uint_eq(pageowner_diff_snapshot_count(d), 1);
	pageowner_budget_set_max(budget, pageowner_budget_used(budget));
	ck_assert_int_eq(pageowner_diff_sort(d, PAGEOWNER_DIFF_BY_CHANGE),
			 -ENOBUFS);
	ck_assert_uint_eq(pageowner_diff_count(d), 0);
	pageowner_budget_set_max(budget, 0);
	ck_assert_int_eq(pageowner_diff_sort(d, PAGEOWNER_DIFF_BY_CHANGE), 0);
	ck_assert_uint_eq(pageowner_diff_count(d), 30000);
	pageowner_diff_free(d);
	pageowner_profile_free(p);
	buffer_free(&b);
}
END_TEST

START_TEST(test_several_objects_share_one_bound)
{
	struct buffer b = many_groups(30000);
	struct pageowner_profile *p = new_profile("callstack", 0);
	struct pageowner_pageblocks *blocks;
	struct pageowner_diff *d;
	uint64_t used;

	ck_assert_int_eq(pageowner_profile_load(p, temp_file(b.ptr, b.len)), 0);
	ck_assert_int_eq(pageowner_profile_finish(p), 0);
	used = pageowner_budget_used(budget);
	ck_assert_int_eq(pageowner_diff_new(PAGEOWNER_BY_STACK, &d), 0);
	ck_assert_int_eq(pageowner_diff_set_budget(d, budget), 0);
	ck_assert_int_eq(pageowner_pageblocks_new(PAGEOWNER_BY_OWNER, &blocks), 0);
	ck_assert_int_eq(pageowner_pageblocks_set_budget(blocks, budget), 0);
	ck_assert_uint_gt(pageowner_budget_used(budget), used);
	/* Room for the diff alone is not enough while the profile is there. */
	pageowner_budget_set_max(budget, pageowner_budget_used(budget) + 65536);
	ck_assert_int_eq(pageowner_diff_add(d, p), -ENOBUFS);
	ck_assert_uint_le(pageowner_budget_used(budget), pageowner_budget_max(budget));
	/* One that is too small is refused, and the old one stays. */
	pageowner_budget_set_max(budget, 1);
	ck_assert_int_eq(pageowner_profile_set_budget(p, NULL), 0);
	ck_assert_int_eq(pageowner_profile_set_budget(p, budget), -ENOBUFS);
	pageowner_profile_free(p);
	ck_assert_uint_gt(pageowner_budget_used(budget), 0);
	pageowner_diff_free(d);
	pageowner_pageblocks_free(blocks);
	buffer_free(&b);
}
END_TEST

START_TEST(test_objects_keep_a_budget_that_is_freed)
{
	struct pageowner_budget *shared;
	struct pageowner_profile *p;
	struct buffer b = many_groups(10);

	ck_assert_int_eq(pageowner_profile_new(NULL, &p), 0);
	ck_assert_int_eq(pageowner_budget_new(0, &shared), 0);
	ck_assert_int_eq(pageowner_profile_set_budget(p, shared), 0);
	pageowner_budget_free(shared);
	ck_assert_int_eq(pageowner_profile_load(p, temp_file(b.ptr, b.len)), 0);
	ck_assert_int_eq(pageowner_profile_set_budget(p, budget), 0);
	ck_assert_uint_gt(pageowner_budget_used(budget), 0);
	pageowner_profile_free(p);
	pageowner_budget_free(NULL);
	buffer_free(&b);
}
END_TEST

START_TEST(test_a_program_charges_its_own_memory)
{
	ck_assert_uint_eq(pageowner_budget_max(budget), 0);
	ck_assert_int_eq(pageowner_budget_take(NULL, UINT64_MAX), 0);
	pageowner_budget_give(NULL, 1);
	ck_assert_int_eq(pageowner_budget_take(budget, 100), 0);
	ck_assert_uint_eq(pageowner_budget_used(budget), 100);
	pageowner_budget_set_max(budget, 150);
	ck_assert_int_eq(pageowner_budget_take(budget, 51), -ENOBUFS);
	ck_assert_int_eq(pageowner_budget_take(budget, UINT64_MAX), -ENOBUFS);
	ck_assert_uint_eq(pageowner_budget_used(budget), 100);
	ck_assert_int_eq(pageowner_budget_take(budget, 50), 0);
	pageowner_budget_give(budget, 150);
}
END_TEST

/* --- the tools' bound */

static void put(const char *root, const char *path, const char *text)
{
	put_file(root, path + 1, text, strlen(text));
}

START_TEST(test_the_bound_is_of_what_there_is)
{
	char root[300];
	struct rlimit none;

	ck_assert_int_eq(getrlimit(RLIMIT_AS, &none), 0);
	if (none.rlim_cur != RLIM_INFINITY)
		return;
	snprintf(root, sizeof(root), "%s.d", temp_file("", 0));
	ck_assert_uint_eq(memory_default(root), 0);
	put(root, "/proc/meminfo", "MemTotal: 99 kB\nMemAvailable:  819200 kB\n");
	ck_assert_uint_eq(memory_default(root), 600 * MIB);
	/* Version 2: of all groups above */
	put(root, "/proc/self/cgroup", "0::/a/b\n");
	put(root, "/sys/fs/cgroup/a/b/memory.max", "max\n");
	ck_assert_uint_eq(memory_default(root), 600 * MIB);
	put(root, "/sys/fs/cgroup/a/memory.max", "419430400\n");
	ck_assert_uint_eq(memory_default(root), 300 * MIB);
	/* In a container its own group is the root. */
	put(root, "/proc/self/cgroup", "0::/\n");
	ck_assert_uint_eq(memory_default(root), 600 * MIB);
	put(root, "/sys/fs/cgroup/memory.max", "209715200\n");
	ck_assert_uint_eq(memory_default(root), 150 * MIB);
	/* Version 1: of a group that is not seen from here, the nearest that is */
	put(root, "/proc/self/cgroup", "5:cpu:/x\n4:memory:/docker/123\n0::/no\n");
	put(root, "/sys/fs/cgroup/memory.max", "max\n");
	put(root, "/sys/fs/cgroup/memory/memory.limit_in_bytes", "104857600\n");
	ck_assert_uint_eq(memory_default(root), 75 * MIB);
	/* A little is always there. */
	put(root, "/sys/fs/cgroup/memory/memory.limit_in_bytes", "4096\n");
	ck_assert_uint_eq(memory_default(root), MIB);
}
END_TEST

START_TEST(test_the_bound_is_read)
{
	uint64_t bytes;

	ck_assert_int_eq(memory_parse("0", &bytes), 0);
	ck_assert_uint_eq(bytes, 0);
	ck_assert_int_eq(memory_parse("512M", &bytes), 0);
	ck_assert_uint_eq(bytes, 512 * MIB);
	ck_assert_int_eq(memory_parse("2GiB", &bytes), 0);
	ck_assert_uint_eq(bytes, 2048 * MIB);
	ck_assert_int_eq(memory_parse("1000", &bytes), -EINVAL);
	ck_assert_int_eq(memory_parse("-1", &bytes), -EINVAL);
	ck_assert_int_eq(memory_parse("", &bytes), -EINVAL);
	ck_assert_int_eq(memory_parse("1Gx", &bytes), -EINVAL);
}
END_TEST

static TCase *bounded_case(const char *name)
{
	TCase *tc = new_case(name);

	tcase_add_checked_fixture(tc, begin, end);
	return tc;
}

int main(void)
{
	TCase *tc = bounded_case("profile");

	tcase_add_test(tc, test_a_bound_holds_and_tells_where_the_input_was);
	tcase_add_test(tc, test_under_a_bound_nothing_changes);
	tcase_add_test(tc, test_what_was_taken_is_given_back);
	tcase_add_test(tc, test_sorting_and_showing_are_bounded);
	tcase_add_test(tc, test_merging_and_adding_are_bounded);
	tcase_add_test(tc, test_what_waits_for_handles_is_bounded);
	tcase_add_test(tc, test_captures_are_bounded);

	tc = bounded_case("reader");
	tcase_add_test(tc, test_a_reader_takes_records_that_fit_its_bound);
#ifdef HAVE_LZMA
	tcase_add_test(tc, test_a_dictionary_of_xz_counts);
#endif
#ifdef HAVE_ZSTD
	tcase_add_test(tc, test_a_window_of_zstd_counts);
#endif

	tc = bounded_case("diff");
	tcase_add_test(tc, test_a_diff_is_bounded);

	tc = bounded_case("shared");
	tcase_add_test(tc, test_several_objects_share_one_bound);
	tcase_add_test(tc, test_objects_keep_a_budget_that_is_freed);
	tcase_add_test(tc, test_a_program_charges_its_own_memory);

	tc = new_case("tools");
	tcase_add_test(tc, test_the_bound_is_of_what_there_is);
	tcase_add_test(tc, test_the_bound_is_read);
	return run_cases("limits");
}
