// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-account-lines.c - records agree with meminfo, in each class, or its line says
 * why they do not.
 */
#include "account.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Captures whose meminfo was read at the same time, by the program that took them */
static const char *const captures[] = {
	"real/linux-6.1-0-boot", "real/linux-6.1-1-work", "real/linux-6.12-0-boot",
	"real/linux-6.12-1-work", "real/linux-6.12-2-leak",
};

/* Its meminfo is that of the capture @other. */
static struct pageowner_account *account_of_captures(const char *name, const char *other)
{
	char path[128];
	struct buffer dump, meminfo;
	struct pageowner_profile *profile;
	struct pageowner_account *account;

	snprintf(path, sizeof(path), "%s.page_owner.xz", name);
	dump = data_file(path);
	snprintf(path, sizeof(path), "%s.meminfo", other);
	meminfo = data_file(path);
	ck_assert_int_eq(pageowner_profile_new("callstack", &profile), 0);
	ck_assert_int_eq(pageowner_profile_load_memory(profile, dump.ptr, dump.len, name), 0);
	ck_assert_int_eq(pageowner_account_new(&account), 0);
	ck_assert_int_eq(pageowner_account_add_meminfo(account,
		(struct pageowner_text){ meminfo.ptr, meminfo.len }), 0);
	ck_assert_int_eq(pageowner_account_add_profile(account, finished(profile)), 0);
	pageowner_profile_free(profile);
	buffer_free(&dump);
	buffer_free(&meminfo);
	return account;
}

static struct pageowner_account *account_of_capture(const char *name)
{
	return account_of_captures(name, name);
}

static unsigned int contradictions_of(const struct pageowner_account *account)
{
	const struct pageowner_account_line *line;
	unsigned int count = 0;

	for (size_t i = 0; pageowner_account_line(account, i, &line) > 0; i++) {
		count += !!(line->has & PAGEOWNER_ACCOUNT_CONTRADICTS);
		ck_assert(!(line->has & PAGEOWNER_ACCOUNT_CONTRADICTS) ||
			  strstr(line->explanation, "contradicts"));
	}
	return count;
}

/*
 * KiB by meminfo and of records. The reasons were looked up in the records: their times say
 * what was allocated later (332 KiB of 1-work: the reader itself), 6 huge pages have lost
 * 100 pages each, and Linux 6.1 starts to record after its first 15 tasks have stacks.
 */
static const struct {
	int capture;
	enum pageowner_account_class class;
	int64_t meminfo, recorded;
	const char *explanation;
} figures[] = {
	{ 0, PAGEOWNER_ACCOUNT_CACHE, 3724, 3736, NULL },
	{ 0, PAGEOWNER_ACCOUNT_ANON, 196, 328, "after meminfo was read" },
	{ 0, PAGEOWNER_ACCOUNT_SLAB, 5556, 5024, "before tracking began" },
	{ 0, PAGEOWNER_ACCOUNT_PAGE_TABLES, 68, 72, "after meminfo was read" },
	{ 0, PAGEOWNER_ACCOUNT_STACKS, 480, 240, "before tracking began" },
	{ 0, PAGEOWNER_ACCOUNT_VMALLOC, 12, 12, NULL },
	{ 1, PAGEOWNER_ACCOUNT_CACHE, 77744, 77744, NULL },
	{ 1, PAGEOWNER_ACCOUNT_ANON, 79380, 82064, "partly unmapped" },
	{ 1, PAGEOWNER_ACCOUNT_SLAB, 10104, 9552, "before tracking began" },
	{ 1, PAGEOWNER_ACCOUNT_PAGE_TABLES, 1152, 1152, NULL },
	{ 1, PAGEOWNER_ACCOUNT_STACKS, 928, 704, "before tracking began" },
	{ 1, PAGEOWNER_ACCOUNT_VMALLOC, 4280, 4264, NULL },
	{ 2, PAGEOWNER_ACCOUNT_CACHE, 6016, 6036, NULL },
	{ 2, PAGEOWNER_ACCOUNT_ANON, 212, 300, "after meminfo was read" },
	{ 2, PAGEOWNER_ACCOUNT_SLAB, 3912, 3996, "after meminfo was read" },
	{ 2, PAGEOWNER_ACCOUNT_PAGE_TABLES, 132, 132, NULL },
	{ 2, PAGEOWNER_ACCOUNT_STACKS, 608, 608, NULL },
	{ 2, PAGEOWNER_ACCOUNT_VMALLOC, 1112, 1112, NULL },
	{ 3, PAGEOWNER_ACCOUNT_CACHE, 80044, 80044, NULL },
	{ 3, PAGEOWNER_ACCOUNT_ANON, 79332, 82020, "partly unmapped" },
	{ 3, PAGEOWNER_ACCOUNT_SLAB, 8372, 8412, NULL },
	{ 3, PAGEOWNER_ACCOUNT_PAGE_TABLES, 1460, 1476, "after meminfo was read" },
	{ 3, PAGEOWNER_ACCOUNT_STACKS, 1056, 1072, "kept for reuse" },
	{ 3, PAGEOWNER_ACCOUNT_VMALLOC, 1128, 1112, "kept for reuse" },
	{ 4, PAGEOWNER_ACCOUNT_CACHE, 80044, 80044, NULL },
	{ 4, PAGEOWNER_ACCOUNT_ANON, 156652, 176336, "after meminfo was read" },
	{ 4, PAGEOWNER_ACCOUNT_SLAB, 8832, 8872, NULL },
	{ 4, PAGEOWNER_ACCOUNT_PAGE_TABLES, 1680, 1752, "after meminfo was read" },
	{ 4, PAGEOWNER_ACCOUNT_STACKS, 1088, 1088, NULL },
	{ 4, PAGEOWNER_ACCOUNT_VMALLOC, 5364, 5364, NULL },
};

static void check_figures(const struct pageowner_account *account, int capture)
{
	for (size_t i = 0; i < ARRAY_SIZE(figures); i++) {
		const struct pageowner_account_line *line =
			line_of(account, figures[i].class);

		if (figures[i].capture != capture)
			continue;
		ck_assert_int_eq(line->meminfo_bytes, figures[i].meminfo * 1024);
		ck_assert_int_eq((int64_t)line->pages * 4, figures[i].recorded);
		ck_assert_int_eq(line->explanation != NULL,
				 figures[i].explanation != NULL);
		ck_assert_msg(!line->explanation ||
			      strstr(line->explanation, figures[i].explanation), "%s: %s",
			      line->label, line->explanation);
	}
}

START_TEST(test_records_agree_with_meminfo_or_the_line_says_why)
{
	static const enum pageowner_account_class classes[] = {
		PAGEOWNER_ACCOUNT_ANON, PAGEOWNER_ACCOUNT_CACHE, PAGEOWNER_ACCOUNT_SLAB,
		PAGEOWNER_ACCOUNT_PAGE_TABLES, PAGEOWNER_ACCOUNT_STACKS,
		PAGEOWNER_ACCOUNT_VMALLOC,
	};
	const struct pageowner_account_line *line;
	struct pageowner_account *account;
	int64_t more;

	if (!can_read("x.xz"))
		return;
	account = account_of_capture(captures[_i]);
	check_figures(account, _i);
	ck_assert_uint_eq(contradictions_of(account), 0);
	for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
		line = line_of(account, classes[i]);
		more = (int64_t)line->pages * 4096 - line->meminfo_bytes;
		ck_assert_int_eq(line->explanation != NULL,
				 more * 100 > line->meminfo_bytes ||
				 more * 100 < -line->meminfo_bytes);
		/* Whatever the reason, it is not the class of many stacks that is wrong. */
		ck_assert_int_lt(more, line->meminfo_bytes / 8 + (256 << 10));
		ck_assert_int_gt(more, -line->meminfo_bytes / 16 - (256 << 10));
	}
	line = line_of(account, PAGEOWNER_ACCOUNT_CACHE);
	ck_assert_ptr_null(line->explanation);
	/* The first chunk of per-CPU memory */
	line = line_of(account, PAGEOWNER_ACCOUNT_PERCPU);
	ck_assert_int_gt(line->outside_bytes, 190 << 10);
	ck_assert_int_eq((int64_t)line->pages * 4096, line->meminfo_bytes);
	pageowner_account_free(account);
}
END_TEST

/* Why a line differs; each of 100 pages, and what its meminfo says in KiB */
static const struct {
	const char *head, *meminfo, *frames;
	enum pageowner_account_class class;
	const char *explanation;
} reasons[] = {
	{ "", "KernelStack: 320 kB\nVmallocUsed: 400 kB\n", "__vmalloc_node_range dup_task_struct",
	  PAGEOWNER_ACCOUNT_STACKS, "kept for reuse" },
	{ "", "KernelStack: 320 kB\nVmallocUsed: 400 kB\n", "__vmalloc_node_range dup_task_struct",
	  PAGEOWNER_ACCOUNT_VMALLOC, "kept for reuse" },
	{ "", "KernelStack: 320 kB\nVmallocUsed: 330 kB\n", "__vmalloc_node_range dup_task_struct",
	  PAGEOWNER_ACCOUNT_STACKS, "after meminfo was read" },
	{ "", "KernelStack: 320 kB\nVmallocUsed: 900 kB\n", "__vmalloc_node_range dup_task_struct",
	  PAGEOWNER_ACCOUNT_VMALLOC, "no record covers it" },
	{ "", "AnonPages: 300 kB\nSwapCached: 100 kB\n", "vma_alloc_folio do_anonymous_page",
	  PAGEOWNER_ACCOUNT_ANON, "in the swap cache" },
	{ "", "AnonPages: 300 kB\nSwapCached: 90 kB\n", "vma_alloc_folio do_anonymous_page",
	  PAGEOWNER_ACCOUNT_ANON, "not yet counted" },
	{ "", "AnonPages: 300 kB\n", "vma_alloc_folio do_huge_pmd_anonymous_page",
	  PAGEOWNER_ACCOUNT_ANON, "partly unmapped" },
	{ "", "Slab: 500 kB\n", "allocate_slab f", PAGEOWNER_ACCOUNT_SLAB, "no record covers it" },
	{ "PFN# count-threshold: 64\nPFN# complete: yes\n", "Slab: 500 kB\n", "allocate_slab f",
	  PAGEOWNER_ACCOUNT_SLAB, "below count_threshold" },
	{ "PFN# complete: yes\n", "Slab: 500 kB\n", "allocate_slab f",
	  PAGEOWNER_ACCOUNT_SLAB, "no record covers it" },
	{ "PFN# complete: no, interrupted\n", "Slab: 500 kB\n", "allocate_slab f",
	  PAGEOWNER_ACCOUNT_SLAB, "a part of memory" },
	{ "PFN# nodes: 1\nPFN# complete: yes\n", "Slab: 500 kB\n", "allocate_slab f",
	  PAGEOWNER_ACCOUNT_SLAB, "a part of memory" },
	{ "PFN# kernel: 6.1\n", "Slab: 500 kB\n", "allocate_slab f",
	  PAGEOWNER_ACCOUNT_SLAB, "a part of memory" },
	/* Without their line they are not named. */
	{ "", "PageTables: 4 kB\n", "__get_free_pages mmu_memory_cache_alloc_obj",
	  PAGEOWNER_ACCOUNT_PAGE_TABLES, "no record covers it" },
	{ "", "PageTables: 4 kB\nSecPageTables: 400 kB\n",
	  "__get_free_pages mmu_memory_cache_alloc_obj", PAGEOWNER_ACCOUNT_PAGE_TABLES, NULL },
	{ "", "Slab: 400 kB\n", "kmalloc_large_node f", PAGEOWNER_ACCOUNT_SLAB,
	  "no record covers it" },
	{ "", "Slab: 400 kB\nKReclaimable: 0 kB\n", "kmalloc_large_node f",
	  PAGEOWNER_ACCOUNT_SLAB, NULL },
};

START_TEST(test_a_line_says_why_it_differs)
{
	const char *const texts[] = { reasons[_i].frames, "100" };
	struct buffer head = { 0 }, meminfo = { 0 };
	const struct pageowner_account_line *line;
	struct pageowner_profile *profile;
	struct pageowner_account *account;

	buffer_printf(&head, "%s%s", *reasons[_i].head ? "PFN# pageowner-capture: 1\n" : "",
		      reasons[_i].head);
	buffer_printf(&meminfo, "MemTotal: 100000 kB\n%s", reasons[_i].meminfo);
	profile = profile_of("callstack", head.len ? head.ptr : "", texts, 2);
	ck_assert_int_eq(pageowner_account_new(&account), 0);
	ck_assert_int_eq(pageowner_account_add_meminfo(account,
		(struct pageowner_text){ meminfo.ptr, meminfo.len }), 0);
	ck_assert_int_eq(pageowner_account_add_profile(account, finished(profile)), 0);
	line = line_of(account, reasons[_i].class);
	ck_assert_int_eq(line->explanation != NULL, reasons[_i].explanation != NULL);
	ck_assert_msg(!line->explanation ||
		      strstr(line->explanation, reasons[_i].explanation), "%s", line->explanation);
	pageowner_account_free(account);
	pageowner_profile_free(profile);
	buffer_free(&meminfo);
	buffer_free(&head);
}
END_TEST

START_TEST(test_tables_that_no_line_counts_are_left_out)
{
	const struct pageowner_account_line *line;
	struct pageowner_account *account;

	if (!can_read("x.xz"))
		return;
	account = account_of_capture("real/linux-6.1-1-work");
	line = line_of(account, PAGEOWNER_ACCOUNT_PAGE_TABLES);
	ck_assert_int_eq(line->meminfo_bytes, 1152 << 10);
	ck_assert_uint_eq(line->pages, 1152 / 4);
	pageowner_account_free(account);
}
END_TEST

/* Of drivers, with and without the line of Linux 7.0 */
static const struct {
	const char *balloon, *frames;
	int64_t named, outside, other;
} balloons[] = {
	{ "Balloon: 40000 kB\n", "balloon_page_alloc fill_balloon", 0, 40000, 60000 },
	{ "", "balloon_page_alloc fill_balloon", 0, 40000, 60000 },
	{ "Balloon: 40000 kB\n", "alloc_pages decrease_reservation", 0, 40000, 60000 },
	{ "Balloon: 40000 kB\n", "balloon_page_alloc vmballoon_inflate", 40000, 0, 20000 },
	{ "", "balloon_page_alloc vmballoon_inflate", 0, 0, 60000 },
	/* What nothing recorded is of the usual kind. */
	{ "Balloon: 40000 kB\n", "f", 0, 40000, 60000 },
};

START_TEST(test_a_balloon_is_not_part_of_mem_total)
{
	const char *const texts[] = { balloons[_i].frames, "10000" };
	struct pageowner_profile *profile = profile_of("callstack", "", texts, 2);
	const struct pageowner_account_line *line;
	struct pageowner_account *account;
	struct buffer meminfo = { 0 };

	buffer_printf(&meminfo, "MemTotal: 100000 kB\nMemFree: 40000 kB\n%s",
		      balloons[_i].balloon);
	ck_assert_int_eq(pageowner_account_new(&account), 0);
	ck_assert_int_eq(pageowner_account_add_meminfo(account,
		(struct pageowner_text){ meminfo.ptr, meminfo.len }), 0);
	ck_assert_int_eq(pageowner_account_add_profile(account, finished(profile)), 0);
	line = line_of(account, PAGEOWNER_ACCOUNT_BALLOON);
	ck_assert_int_eq(line->meminfo_bytes, balloons[_i].named * 1024);
	ck_assert_int_eq(line->outside_bytes, balloons[_i].outside * 1024);
	ck_assert_int_eq(line->explanation != NULL, balloons[_i].outside != 0);
	line = line_of(account, PAGEOWNER_ACCOUNT_OTHER);
	ck_assert_int_eq(line->meminfo_bytes, balloons[_i].other * 1024);
	/* With pages of 64 KiB the records are another amount, meminfo is not. */
	ck_assert_int_eq(pageowner_account_set_page_size(account, 3), -EINVAL);
	ck_assert_int_eq(pageowner_account_set_page_size(account, 0), -EINVAL);
	ck_assert_int_eq(pageowner_account_set_page_size(account, 65536), 0);
	ck_assert_int_eq(line->meminfo_bytes, balloons[_i].other * 1024);
	pageowner_account_free(account);
	pageowner_profile_free(profile);
	buffer_free(&meminfo);
}
END_TEST

/* MemTotal is 100,000 KiB. */
static const struct {
	const char *meminfo, *frames, *pages;
	enum pageowner_account_class class;
	bool contradicts;
} pairs[] = {
	{ "AnonPages: 8000 kB\n", "vma_alloc_folio do_anonymous_page", "4000",
	  PAGEOWNER_ACCOUNT_ANON, false },
	{ "AnonPages: 8000 kB\n", "vma_alloc_folio do_anonymous_page", "4001",
	  PAGEOWNER_ACCOUNT_ANON, true },
	{ "AnonPages: 0 kB\n", "vma_alloc_folio do_anonymous_page", "1562",
	  PAGEOWNER_ACCOUNT_ANON, false },
	{ "AnonPages: 0 kB\n", "vma_alloc_folio do_anonymous_page", "1563",
	  PAGEOWNER_ACCOUNT_ANON, true },
	{ "AnonPages: 0 kB\nSwapCached: 9000 kB\n", "vma_alloc_folio do_anonymous_page",
	  "3000", PAGEOWNER_ACCOUNT_ANON, false },
	{ "AnonPages: 8000 kB\n", "vma_alloc_folio do_huge_pmd_anonymous_page", "9000",
	  PAGEOWNER_ACCOUNT_ANON, false },
	{ "Cached: 8000 kB\n", "filemap_alloc_folio f", "9000", PAGEOWNER_ACCOUNT_CACHE, true },
	{ "Cached: 20000 kB\n", "filemap_alloc_folio f", "9000", PAGEOWNER_ACCOUNT_CACHE,
	  false },
	{ "Slab: 400 kB\n", "allocate_slab f", "1600", PAGEOWNER_ACCOUNT_SLAB, false },
	{ "Slab: 400 kB\n", "allocate_slab f", "3000", PAGEOWNER_ACCOUNT_SLAB, true },
	{ "PageTables: 400 kB\n", "pte_alloc_one __pte_alloc", "290",
	  PAGEOWNER_ACCOUNT_PAGE_TABLES, false },
	{ "PageTables: 400 kB\n", "pte_alloc_one __pte_alloc", "300",
	  PAGEOWNER_ACCOUNT_PAGE_TABLES, true },
	{ "KernelStack: 0 kB\n", "alloc_pages dup_task_struct", "1000",
	  PAGEOWNER_ACCOUNT_STACKS, true },
	/* The rest, after what has a name */
	{ "MemFree: 95000 kB\n", "alloc_pages f", "2800", PAGEOWNER_ACCOUNT_OTHER, false },
	{ "MemFree: 95000 kB\n", "alloc_pages f", "2900", PAGEOWNER_ACCOUNT_OTHER, true },
	{ "MemFree: 99000 kB\nSlab: 99000 kB\n", "alloc_pages f", "1000",
	  PAGEOWNER_ACCOUNT_OTHER, false },
	{ "MemFree: 99000 kB\nSlab: 99000 kB\n", "alloc_pages f", "2000",
	  PAGEOWNER_ACCOUNT_OTHER, true },
	/* A balloon lowers MemTotal. */
	{ "Balloon: 400000 kB\n", "balloon_page_alloc fill_balloon", "100000",
	  PAGEOWNER_ACCOUNT_BALLOON, false },
};

START_TEST(test_what_cannot_be_of_one_machine_contradicts)
{
	const char *const texts[] = { pairs[_i].frames, pairs[_i].pages };
	struct pageowner_profile *profile = profile_of("callstack", "", texts, 2);
	struct pageowner_account *account;
	struct buffer meminfo = { 0 };

	buffer_printf(&meminfo, "MemTotal: 100000 kB\n%s", pairs[_i].meminfo);
	ck_assert_int_eq(pageowner_account_new(&account), 0);
	ck_assert_int_eq(pageowner_account_add_meminfo(account,
		(struct pageowner_text){ meminfo.ptr, meminfo.len }), 0);
	ck_assert_int_eq(pageowner_account_add_profile(account, finished(profile)), 0);
	ck_assert_uint_eq(contradictions_of(account), pairs[_i].contradicts);
	ck_assert_int_eq(!!(line_of(account, pairs[_i].class)->has &
			    PAGEOWNER_ACCOUNT_CONTRADICTS), pairs[_i].contradicts);
	pageowner_account_free(account);
	pageowner_profile_free(profile);
	buffer_free(&meminfo);
}
END_TEST

START_TEST(test_more_than_all_memory_is_refused)
{
	static const struct {
		const char *pages, *sentence;
	} cases[] = {
		{ "25000", "" }, { "26562", "" },
		{ "26563", "103 MiB are recorded, MemTotal is 97 MiB" },
		{ "18446744073709551615", "17592186044415 MiB are recorded" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *const texts[] = { "alloc_pages f", cases[i].pages };
		struct pageowner_profile *profile = profile_of("callstack", "", texts, 2);
		struct pageowner_account *account;

		ck_assert_int_eq(pageowner_account_new(&account), 0);
		ck_assert_int_eq(pageowner_account_add_meminfo(account,
							       TEXT("MemTotal: 100000 kB\n")), 0);
		ck_assert_int_eq(pageowner_account_add_profile(account, finished(profile)),
				 *cases[i].sentence ? -EINVAL : 0);
		ck_assert_msg(strstr(pageowner_account_error(account), cases[i].sentence), "%s",
			      pageowner_account_error(account));
		pageowner_account_free(account);
		pageowner_profile_free(profile);
	}
}
END_TEST

START_TEST(test_captures_with_meminfo_of_another_time_contradict)
{
	static const struct {
		int records, meminfo;
	} mixed[] = { { 1, 0 }, { 3, 2 }, { 4, 2 }, { 4, 3 }, { 3, 0 } };

	if (!can_read("x.xz"))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(mixed); i++) {
		struct pageowner_account *account = account_of_captures(
			captures[mixed[i].records], captures[mixed[i].meminfo]);

		ck_assert_uint_gt(contradictions_of(account), 0);
		pageowner_account_free(account);
	}
}
END_TEST

int main(void)
{
	TCase *cases[] = { new_case("lines") };

	tcase_add_loop_test(cases[0], test_records_agree_with_meminfo_or_the_line_says_why,
			    0, ARRAY_SIZE(captures));
	tcase_add_loop_test(cases[0], test_a_line_says_why_it_differs, 0,
			    ARRAY_SIZE(reasons));
	tcase_add_test(cases[0], test_tables_that_no_line_counts_are_left_out);
	tcase_add_loop_test(cases[0], test_a_balloon_is_not_part_of_mem_total, 0,
			    ARRAY_SIZE(balloons));
	tcase_add_loop_test(cases[0], test_what_cannot_be_of_one_machine_contradicts, 0,
			    ARRAY_SIZE(pairs));
	tcase_add_test(cases[0], test_more_than_all_memory_is_refused);
	tcase_add_test(cases[0], test_captures_with_meminfo_of_another_time_contradict);
	return run_cases("account-lines");
}
