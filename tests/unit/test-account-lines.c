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

static struct pageowner_account *account_of_capture(const char *name)
{
	char path[128];
	struct buffer dump, meminfo;
	struct pageowner_profile *profile;
	struct pageowner_account *account;

	snprintf(path, sizeof(path), "%s.page_owner.xz", name);
	dump = data_file(path);
	snprintf(path, sizeof(path), "%s.meminfo", name);
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
	return run_cases("account-lines");
}
