// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-load-threads.c - any number of threads gives the same groups.
 */
#include "load.h"

static void assert_threads_do_not_matter(const char *what, const char *keys,
					 const char *order, const char *path)
{
	static const unsigned int jobs[] = { 2, 3, 8 };
	struct buffer alone = loaded(keys, order, 1, path, 1);

	for (size_t i = 0; i < ARRAY_SIZE(jobs); i++) {
		struct buffer got = loaded(keys, order, jobs[i], path, 1);

		assert_same_text(what, &got, &alone);
		buffer_free(&got);
	}
	buffer_free(&alone);
}

static const struct {
	const char *keys, *order;
} orders[] = {
	{ NULL, "-times" }, { "stacktrace", "-pages" }, { "callstack", NULL },
	{ "pid,name", "name" }, { "memcg,owner,module", "-pages,memcg" },
	{ "allocator,free,migratetype,blocktype,node,zone,order,gfp", "gfp" },
	{ "alloc_ts", "alloc_ts" }, { "times,pages", NULL },
};

START_TEST(test_threads_give_the_same_groups_as_one)
{
	assert_threads_do_not_matter("captures", orders[_i].keys, orders[_i].order,
				     temp_file(captures.ptr, captures.len));
}
END_TEST

START_TEST(test_threads_give_the_same_of_damaged_files)
{
	struct buffer b = { 0 };

	random_start((uint32_t)_i);
	buffer_add(&b, captures.ptr, captures.len);
	for (int i = 0; i < 60; i++) {
		/* anywhere, and about the places where files are cut */
		size_t at = i % 2 ? random_below((uint32_t)b.len - 2000) :
			(1 + random_below(4)) * MIB - 1000 + random_below(2000);

		switch (random_below(4)) {
		case 0:
			b.ptr[at] ^= (char)(1 << random_below(8));
			break;
		case 1:
			b.ptr[at] = '\n';
			break;
		case 2:
			memmove(b.ptr + at, b.ptr + at + 100, b.len - at - 100);
			b.len -= 100;
			break;
		case 3:
			memcpy(b.ptr + at, b.ptr + random_below((uint32_t)at), 500);
			break;
		}
	}
	assert_threads_do_not_matter("damaged", _i % 2 ? NULL : "callstack", "-pages",
				     temp_file(b.ptr, b.len));
	buffer_free(&b);
}
END_TEST

/*
 * Where one thread's part ends, at each byte of these records. The padding in
 * front begins later each time; the parts are 1 MiB from 2 MiB of text on.
 */
static struct buffer across(int which)
{
	struct buffer b = { 0 };

	for (int i = 0; i < 3; i++)
		make_record(&b, .comm = which == 1 ? "a\n\nb" : "a", .pid = i,
			    .stack = " a+0x1/0x2\n b+0x1/0x2\n", .notes = "Slab cache page\n");
	if (which == 2)
		buffer_add(&b, "junk\nPage alloc\n\nmore\n\n", 23);
	if (which == 3)
		buffer_add(&b, "Page allocPage allocated via order 0, mask 0x0()\n\n", 50);
	make_record(&b, .comm = "last");
	if (which == 4) {
		struct buffer crlf = { 0 };

		for (size_t i = 0; i < b.len; i++) {
			if (b.ptr[i] == '\n')
				buffer_add(&crlf, "\r", 1);
			buffer_add(&crlf, b.ptr + i, 1);
		}
		buffer_free(&b);
		b = crlf;
	}
	return b;
}

/* The thread sanitizer and emulators (tests/cross/run) make it fifty times as slow, and
 * what they look for does not depend on the byte. CUT_STEP: of the bytes each so many-th,
 * others for each text; .ci/run gate has it where a checker looks at each. */
static size_t cut_step(void)
{
#ifdef __SANITIZE_THREAD__
	return 101;
#else
	const char *step = getenv("CUT_STEP");

	return getenv("EMULATED") ? 101 : step ? strtoul(step, NULL, 10) : 1;
#endif
}

START_TEST(test_parts_may_be_cut_at_any_byte)
{
	struct buffer text = across(_i), b = { 0 };

	add_padding(&b, MIB);
	buffer_add(&b, text.ptr, text.len);
	add_padding(&b, 3 * MIB / 2);
	for (size_t at = (size_t)_i % cut_step(); at <= text.len; at += cut_step()) {
		const char *path;
		struct pageowner_profile *p;

		begin_padding(b.ptr + at);
		path = temp_file(b.ptr + at, b.len - at);
		for (unsigned int jobs = 1; jobs <= 2; jobs++) {
			struct buffer got = { 0 };
			static struct buffer alone;

			p = new_profile("alloc_ts,pid,name", jobs);
			ck_assert_int_eq(pageowner_profile_load(p, path), 0);
			ck_assert_uint_eq(pageowner_profile_stats(p)->bytes, b.len - at);
			/* not the groups: they show the padding */
			for (size_t i = 0; i < pageowner_profile_count(finished(p)); i++) {
				struct pageowner_value v;

				pageowner_profile_value(finished(p), i, PAGEOWNER_FIELD_TIMES, &v);
				buffer_printf(&got, "%" PRId64 " ", v.number);
				pageowner_profile_value(finished(p), i, PAGEOWNER_FIELD_PID, &v);
				buffer_printf(&got, "%" PRId64 "\n", v.number);
			}
			print_stats(&got, pageowner_profile_stats(p), 0);
			if (jobs == 1) {
				buffer_free(&alone);
				alone = got;
			} else {
				assert_same_text("cut", &got, &alone);
				buffer_free(&got);
			}
			pageowner_profile_free(p);
		}
	}
	buffer_free(&text);
	buffer_free(&b);
}
END_TEST

START_TEST(test_threads_report_sums_beyond_64_bits_as_one_does)
{
	struct buffer b = { 0 };

	add_padding(&b, MIB);
	for (int i = 0; i < 3; i++)
		make_record(&b, .order = 63, .pid = 5);
	add_padding(&b, 2 * MIB);
	make_record(&b, .order = 63, .pid = 5);
	assert_threads_do_not_matter("order 63", "pid", NULL,
				     temp_file(b.ptr, b.len));
	buffer_free(&b);
}
END_TEST

START_TEST(test_text_without_records_is_not_read_by_all_threads)
{
	static const char record[] = "Page allocated via order 0, mask 0x0(), pid 1, "
		"tgid 1 (a), ts 1 ns\nPFN 0x1 type Movable Block 0 type Movable "
		"Flags 0x0()\n f+0x1/0x2\n\n";
	const char *path = temp_file(record, sizeof(record) - 1);
	struct pageowner_profile *p = new_profile(NULL, 1);
	struct timespec start, end;
	double alone = 0, seconds;

	/* The rest of it is zeros, and is on no disk. */
	ck_assert_int_eq(truncate(path, (off_t)512 << 20), 0);
	for (unsigned int jobs = 1; jobs <= 8; jobs *= 8) {
		pageowner_profile_set_jobs(p, jobs);
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
		ck_assert_int_eq(pageowner_profile_load(p, path), 0);
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
		seconds = (double)(end.tv_sec - start.tv_sec) +
			(double)(end.tv_nsec - start.tv_nsec) / 1e9;
		if (jobs == 1)
			alone = seconds;
		/* Of 64 parts each would read half of the file on the mean. */
		else
			ck_assert_double_lt(seconds, 8 * alone + 0.5);
	}
	ck_assert_uint_eq(pageowner_profile_stats(p)->bytes, 2 * (512 << 20));
	pageowner_profile_free(p);
}
END_TEST

int main(void)
{
	TCase *tc = new_case("threads");

	tcase_add_test(tc, test_text_without_records_is_not_read_by_all_threads);
	tcase_add_loop_test(tc, test_parts_may_be_cut_at_any_byte, 0, 5);
	tcase_add_test(tc, test_threads_report_sums_beyond_64_bits_as_one_does);
	if (!can_read(".xz"))
		return run_cases("load-threads");
	make_captures();
	tcase_add_loop_test(tc, test_threads_give_the_same_groups_as_one,
			    0, ARRAY_SIZE(orders));
	tcase_add_loop_test(tc, test_threads_give_the_same_of_damaged_files, 0, 6);
	return run_cases("load-threads");
}
