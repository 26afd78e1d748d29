// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-load.c - files into profiles: with any number of threads the same, to the
 * byte; and real captures against what their kernels counted.
 */
#include "load.h"

START_TEST(test_a_pipe_loads_as_a_file_does)
{
	struct pageowner_profile *p = new_profile(NULL, 3);
	struct buffer got = { 0 }, want = { 0 };
	struct pageowner_profile *q = new_profile(NULL, 3);
	int fd = pipe_of(captures.ptr, captures.len, 5000);

	ck_assert_int_eq(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	ck_assert_int_eq(pageowner_profile_load(p, "-"), 0);
	ck_assert_int_eq(pageowner_profile_load(q,
			temp_file(captures.ptr, captures.len)), 0);
	print_groups(&got, p);
	print_stats(&got, pageowner_profile_stats(p), 0);
	print_groups(&want, q);
	print_stats(&want, pageowner_profile_stats(q), 0);
	assert_same_text("pipe", &got, &want);
	pageowner_profile_free(p);
	pageowner_profile_free(q);
	close(fd);
	buffer_free(&got);
	buffer_free(&want);
}
END_TEST

/* As loaded(), from memory */
static struct buffer loaded_memory(unsigned int jobs, const struct buffer *text)
{
	struct pageowner_profile *p = new_profile("callstack,name", jobs);
	struct buffer b = { 0 };

	buffer_printf(&b, "ret=%d\n", pageowner_profile_load_memory(p, text->ptr,
							text->len, "memory"));
	ck_assert_int_eq(pageowner_profile_sort(p, "-pages"), 0);
	print_groups(&b, p);
	print_stats(&b, pageowner_profile_stats(p), 0);
	buffer_printf(&b, "%s\n", pageowner_profile_error(p));
	pageowner_profile_free(p);
	return b;
}

START_TEST(test_memory_loads_as_a_file_does)
{
	static const unsigned int jobs[] = { 1, 3, 0 };
	const char *path = temp_file(captures.ptr, captures.len);
	struct buffer want = loaded("callstack,name", "-pages", 1, path, 1), got;

	for (size_t i = 0; i < ARRAY_SIZE(jobs); i++) {
		got = loaded_memory(jobs[i], &captures);
		assert_same_text("memory", &got, &want);
		buffer_free(&got);
	}
	buffer_free(&want);
}
END_TEST

START_TEST(test_memory_may_be_empty_compressed_or_foreign)
{
	/* "hello" by gzip -n */
	static const unsigned char packed[] = {
		0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9,
		0xe7, 0x02, 0x00, 0x20, 0x30, 0x3a, 0x36, 0x06, 0x00, 0x00, 0x00,
	};
	struct pageowner_profile *p = new_profile("pid", 3);

	ck_assert_int_eq(pageowner_profile_load_memory(p, NULL, 0, "nothing"), 0);
	ck_assert_int_eq(pageowner_profile_load_memory(p, packed, sizeof(packed),
						       "packed"), -EBADMSG);
	ck_assert_ptr_nonnull(strstr(pageowner_profile_error(p),
				     "packed: no page_owner record in 6 bytes"));
	ck_assert_uint_eq(pageowner_profile_stats(p)->bytes, 6);
	pageowner_profile_free(p);
}
END_TEST

START_TEST(test_a_descriptor_is_read_from_its_position_and_stays_open)
{
	struct pageowner_profile *p = new_profile("pid", 2);
	struct buffer b = { 0 };
	size_t first;
	FILE *file = tmpfile();

	make_record(&b, .pid = 1);
	first = b.len;
	make_record(&b, .pid = 2);
	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(b.ptr, 1, b.len, file), b.len);
	ck_assert_int_eq(fflush(file), 0);
	ck_assert_int_eq(lseek(fileno(file), (off_t)first, SEEK_SET), (off_t)first);
	ck_assert_int_eq(pageowner_profile_load_fd(p, fileno(file), "half"), 0);
	ck_assert_uint_eq(pageowner_profile_stats(p)->records, 1);
	ck_assert_int_eq(lseek(fileno(file), 0, SEEK_CUR), (off_t)b.len);
	fclose(file);
	ck_assert_int_eq(pageowner_profile_load_fd(p, -1, "none"), -EBADF);
	ck_assert_str_eq(pageowner_profile_error(p), "none: Bad file descriptor");
	/* What was read stays. */
	ck_assert_int_eq(pageowner_profile_finish(p), 0);
	ck_assert_int_eq(group_at(p, 0)->record->pid, 2);
	pageowner_profile_free(p);
	buffer_free(&b);
}
END_TEST

START_TEST(test_loading_a_file_again_adds_counts_and_no_groups)
{
	const char *path = temp_file(captures.ptr, captures.len);
	struct pageowner_profile *p = new_profile(NULL, 2);
	uint64_t times, pages, all_times, all_pages;
	size_t groups;

	ck_assert_int_eq(pageowner_profile_load(p, path), 0);
	pageowner_profile_total(finished(p), &times, &pages);
	groups = pageowner_profile_count(finished(p));
	for (int i = 2; i < 6; i++) {
		if (i % 2)
			ck_assert_int_eq(pageowner_profile_sort(p, "-pages"), 0);
		ck_assert_int_eq(pageowner_profile_load(p, path), 0);
		pageowner_profile_total(finished(p), &all_times, &all_pages);
		ck_assert_uint_eq(pageowner_profile_count(finished(p)), groups);
		ck_assert_uint_eq(all_times, (uint64_t)i * times);
		ck_assert_uint_eq(all_pages, (uint64_t)i * pages);
	}
	pageowner_profile_free(p);
}
END_TEST

START_TEST(test_an_empty_file_is_no_error_and_foreign_text_is_one)
{
	struct pageowner_profile *p = new_profile(NULL, 0);
	struct buffer b = { 0 };

	ck_assert_int_eq(pageowner_profile_load(p, temp_file("", 0)), 0);
	ck_assert_str_eq(pageowner_profile_error(p), "");
	ck_assert_int_eq(pageowner_profile_load(p, temp_file("hello\n", 6)), -EBADMSG);
	ck_assert(*pageowner_profile_error(p));
	for (int i = 0; i < 300000; i++)
		buffer_add(&b, "hello, world\n", 13);
	pageowner_profile_set_jobs(p, 3);
	ck_assert_int_eq(pageowner_profile_load(p, temp_file(b.ptr, b.len)), -EBADMSG);
	ck_assert_uint_eq(pageowner_profile_count(finished(p)), 0);
	pageowner_profile_free(p);
	buffer_free(&b);
}
END_TEST

static int stop_at(void *data, uint64_t done, uint64_t size)
{
	uint64_t *seen = data;

	ck_assert_uint_le(done, size);
	ck_assert_uint_ge(done, *seen);
	*seen = done;
	return done > 2 * MIB ? -ECANCELED : 0;
}

START_TEST(test_progress_is_told_and_can_end_loading)
{
	struct pageowner_profile *p = new_profile("pid", 1);
	uint64_t seen = 0;

	pageowner_profile_set_progress(p, stop_at, &seen);
	ck_assert_int_eq(pageowner_profile_load(p,
			temp_file(captures.ptr, captures.len)), -ECANCELED);
	ck_assert_uint_gt(seen, 2 * MIB);
	pageowner_profile_free(p);
}
END_TEST

/* --- real captures */

static char **real;
static int real_count;

START_TEST(test_every_capture_has_the_records_its_reader_counted)
{
	struct buffer counts = data_file("real/COUNTS"), b;
	struct pageowner_profile *p = new_profile("callstack", 1);
	unsigned long records, pages;
	uint64_t times, got_pages;
	char path[4096], *line;

	line = strstr(counts.ptr, real[_i]);
	ck_assert_msg(line, "%s is not in COUNTS", real[_i]);
	ck_assert_int_eq(sscanf(line + strlen(real[_i]), "%lu %lu", &records, &pages), 2);
	snprintf(path, sizeof(path), "real/%s", real[_i]);
	b = data_file(path);
	ck_assert_int_eq(pageowner_profile_load(p, temp_file(b.ptr, b.len)), 0);
	pageowner_profile_total(finished(p), &times, &got_pages);
	ck_assert_uint_eq(times, records);
	ck_assert_uint_eq(got_pages, pages);
	ck_assert_uint_eq(pageowner_profile_stats(p)->records, records);
	ck_assert_uint_eq(pageowner_profile_stats(p)->bytes, b.len);
	ck_assert_uint_eq(damage_count(pageowner_profile_stats(p)), 0);
	pageowner_profile_free(p);
	buffer_free(&b);
	buffer_free(&counts);
}
END_TEST

/* How the README says a dump relates to the show_stacks of its moment */
static const struct {
	const char *dump, *stacks;
	int equal, differ, only_in_dump;	/* the early stack aside */
} moments[] = {
	{ "0-boot", "0-boot", 405, 2, 2 },
	{ "1-work", "1-work", 507, 4, 1 },
	{ "0-boot", "0-boot.after", 407, 2, 0 },
	{ "1-work", "1-work.after", 510, 2, 0 },
};

/* The pages that show_stacks has for a stack; 0 if it is not there */
static uint64_t pages_shown(const struct buffer *shown, struct pageowner_text stack)
{
	const char *p = shown->ptr;
	unsigned long pages;

	while ((p = memmem(p, (size_t)(shown->ptr + shown->len - p), stack.ptr,
			   stack.len))) {
		bool starts = p == shown->ptr || !strncmp(p - 2, "\n\n", 2);

		p += stack.len;
		if (starts && sscanf(p, "nr_base_pages: %lu", &pages) == 1)
			return pages;
	}
	return 0;
}

START_TEST(test_pages_of_each_stack_are_what_the_kernel_counted)
{
	struct pageowner_profile *p = new_profile("callstack", 1);
	int equal = 0, differ = 0, only_in_dump = 0, early = 0;
	struct buffer dump, shown;
	char path[4096];

	snprintf(path, sizeof(path), "real/linux-6.12-%s.page_owner.xz", moments[_i].dump);
	dump = data_file(path);
	snprintf(path, sizeof(path), "real/linux-6.12-%s.show_stacks.xz",
		 moments[_i].stacks);
	shown = data_file(path);
	ck_assert_int_eq(pageowner_profile_load(p, temp_file(dump.ptr, dump.len)), 0);
	for (size_t i = 0; i < pageowner_profile_count(finished(p)); i++) {
		const struct pageowner_group *g = group_at(p, i);
		uint64_t pages = pages_shown(&shown, g->record->stack);

		if (memmem(g->record->stack.ptr, g->record->stack.len,
			   "register_early_stack", 20)) {
			ck_assert_uint_eq(g->pages, 2370);
			early++;
		} else if (!pages) {
			only_in_dump++;
		} else if (pages == g->pages) {
			equal++;
		} else {
			differ++;
		}
	}
	ck_assert_int_eq(early, 1);
	ck_assert_int_eq(equal, moments[_i].equal);
	ck_assert_int_eq(differ, moments[_i].differ);
	ck_assert_int_eq(only_in_dump, moments[_i].only_in_dump);
	pageowner_profile_free(p);
	buffer_free(&dump);
	buffer_free(&shown);
}
END_TEST

int main(void)
{
	TCase *tc = new_case("errors");

	tcase_add_test(tc, test_an_empty_file_is_no_error_and_foreign_text_is_one);

	if (!can_read(".xz"))
		return run_cases("load");
	make_captures();
	real = data_names("real", ".page_owner.xz", &real_count);

	tc = new_case("files");
	tcase_add_test(tc, test_a_pipe_loads_as_a_file_does);
	tcase_add_test(tc, test_memory_loads_as_a_file_does);
	tcase_add_test(tc, test_memory_may_be_empty_compressed_or_foreign);
	tcase_add_test(tc, test_a_descriptor_is_read_from_its_position_and_stays_open);
	tcase_add_test(tc, test_loading_a_file_again_adds_counts_and_no_groups);
	tcase_add_test(tc, test_progress_is_told_and_can_end_loading);

	tc = new_case("captures");
	tcase_add_loop_test(tc, test_every_capture_has_the_records_its_reader_counted,
			    0, real_count);
	tcase_add_loop_test(tc, test_pages_of_each_stack_are_what_the_kernel_counted,
			    0, ARRAY_SIZE(moments));
	return run_cases("load");
}
