// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-account.c - where all memory is: sums of meminfo, holders. Why lines differ:
 * test-account-lines.c; which class a stack is of: test-classes.c.
 */
#include "account.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "account/state.h"

#define MEMINFO \
	"MemTotal:         150000 kB\nMemFree:           10000 kB\n" \
	"Buffers:            1000 kB\nCached:            19000 kB\n" \
	"AnonPages:          8000 kB\nSlab:               4000 kB\n" \
	"PageTables:          400 kB\nKernelStack:         160 kB\n"

/* --- sums */

static const char *const all[] = {
	"filemap_alloc_folio ext4_readahead", "4500",
	"vma_alloc_folio do_anonymous_page", "2000",
	"__vmalloc_node_range dup_task_struct copy_process", "40",
	"vm_area_alloc_pages vmalloc load_tables", "200",
	"alloc_pages rx_refill open", "1500",
	"alloc_pages rx_refill napi_poll", "12000",
	"alloc_pages pipe_write vfs_write", "13500",
	"register_early_stack init_page_owner", "700",
};

static struct pageowner_account *account_of(const char *meminfo, const char *head)
{
	struct pageowner_profile *profile = profile_of("callstack", head, all,
						       ARRAY_SIZE(all));
	struct pageowner_account *account;

	ck_assert_int_eq(pageowner_account_new(&account), 0);
	if (meminfo)
		ck_assert_int_eq(pageowner_account_add_meminfo(account,
			(struct pageowner_text){ meminfo, strlen(meminfo) }), 0);
	ck_assert_int_eq(pageowner_account_add_profile(account, finished(profile)), 0);
	ck_assert_str_eq(pageowner_account_error(account), "");
	pageowner_profile_free(profile);
	return account;
}

START_TEST(test_both_sums_are_whole)
{
	const struct pageowner_account_line *line;
	struct pageowner_account *account = account_of(MEMINFO "VmallocUsed: 1160 kB\n", "");
	uint64_t bytes, pages, sum_pages = 0;
	int64_t sum_bytes = 0;

	pageowner_account_total(account, &bytes, &pages);
	pageowner_account_total(account, NULL, NULL);
	for (size_t i = 0; pageowner_account_line(account, i, &line) > 0; i++) {
		sum_bytes += line->meminfo_bytes;
		sum_pages += line->pages;
	}
	ck_assert_int_eq(sum_bytes, (int64_t)bytes);
	ck_assert_uint_eq(bytes, 150000 * 1024);
	ck_assert_uint_eq(sum_pages, pages);
	ck_assert_uint_eq(pages, 4500 + 2000 + 40 + 200 + 27000 + 700);
	/* Kernel stacks are in vmalloc's figure; here they are counted once. */
	ck_assert_int_eq(line_of(account, PAGEOWNER_ACCOUNT_VMALLOC)->meminfo_bytes, 1000 * 1024);
	ck_assert_int_eq(line_of(account, PAGEOWNER_ACCOUNT_STACKS)->meminfo_bytes, 160 * 1024);
	line = line_of(account, PAGEOWNER_ACCOUNT_PERCPU);
	ck_assert_uint_eq(line->has, PAGEOWNER_ACCOUNT_HAS_RECORDS);
	line = line_of(account, PAGEOWNER_ACCOUNT_FREE);
	ck_assert_uint_eq(line->has, PAGEOWNER_ACCOUNT_HAS_MEMINFO);
	pageowner_account_free(account);
}
END_TEST

START_TEST(test_holders_are_owners_with_their_largest_stack)
{
	const struct pageowner_account_holder *holder;
	struct pageowner_account *account = account_of(MEMINFO "VmallocUsed: 0 kB\n", "");

	ck_assert_uint_eq(pageowner_account_holder_count(account), 3);
	ck_assert_int_eq(pageowner_account_holder(account, 0, &holder), 1);
	/* As many pages as the next: by name */
	ck_assert_mem_eq(holder->owner.ptr, "pipe_write", holder->owner.len);
	ck_assert_int_eq(pageowner_account_holder(account, 1, &holder), 1);
	ck_assert_mem_eq(holder->owner.ptr, "rx_refill", holder->owner.len);
	ck_assert_uint_eq(holder->pages, 13500);
	ck_assert_uint_eq(holder->stack_pages, 12000);
	ck_assert_uint_eq(holder->stacks, 2);
	ck_assert_uint_eq(holder->module.len, 0);
	ck_assert(strstr(holder->stack.ptr, "napi_poll"));
	/* Linux 4.4 to 5.2 always say 0: then vmalloc has no name. */
	ck_assert_int_eq(pageowner_account_holder(account, 2, &holder), 1);
	ck_assert_mem_eq(holder->owner.ptr, "load_tables", holder->owner.len);
	ck_assert_int_eq(pageowner_account_holder(account, 3, &holder), 0);
	pageowner_account_free(account);
}
END_TEST

START_TEST(test_meminfo_may_count_twice)
{
	struct pageowner_account *account =
		account_of("MemTotal: 4194304 kB\nMemFree: 3900000 kB\nSlab: 4194304 kB\n", "");

	ck_assert_int_eq(line_of(account, PAGEOWNER_ACCOUNT_OTHER)->meminfo_bytes,
			 -3900000 * INT64_C(1024));
	pageowner_account_free(account);
	account = account_of("MemTotal: 18014398509481983 kB\nMemFree: 18014398509481983 kB\n"
			     "Slab: 18014398509481983 kB\nHugetlb: 18014398509481983 kB\n", "");
	ck_assert_int_eq(line_of(account, PAGEOWNER_ACCOUNT_OTHER)->meminfo_bytes,
			 INT64_MIN);
	pageowner_account_free(account);
}
END_TEST

/* --- where meminfo comes from */

static void put_capture(struct buffer *b, const char *meminfo)
{
	buffer_printf(b, "PFN# pageowner-capture: 1\n");
	while (meminfo && *meminfo) {
		const int len = (int)strcspn(meminfo, "\n") + 1;

		buffer_printf(b, "PFN# meminfo: %.*s", len, meminfo);
		meminfo += len;
	}
	buffer_printf(b, "\n");
}

START_TEST(test_captures_bring_their_own)
{
	struct buffer b = { 0 };
	struct pageowner_account *account;

	put_capture(&b, MEMINFO);
	account = account_of(NULL, b.ptr);
	ck_assert_int_eq(line_of(account, PAGEOWNER_ACCOUNT_SLAB)->meminfo_bytes, 4000 * 1024);
	pageowner_account_free(account);
	put_capture(&b, MEMINFO);
	account = account_of(NULL, b.ptr);
	ck_assert_int_eq(line_of(account, PAGEOWNER_ACCOUNT_SLAB)->meminfo_bytes, 8000 * 1024);
	pageowner_account_free(account);
	/* What the caller says goes before. */
	account = account_of("MemTotal: 200000 kB\n", b.ptr);
	ck_assert_int_eq(line_of(account, PAGEOWNER_ACCOUNT_OTHER)->meminfo_bytes, 200000 * 1024);
	pageowner_account_free(account);
	buffer_free(&b);
}
END_TEST

static const struct {
	const char *keys, *first, *second;	/* captures' meminfo */
	int captures, ret;
	const char *sentence;
} refused[] = {
	{ "owner", MEMINFO, NULL, 1, -EINVAL, "not grouped by callstack" },
	{ "callstack", NULL, NULL, 0, -ENODATA, "no meminfo" },
	{ "callstack", MEMINFO, NULL, 2, -ENODATA, "not all captures" },
	{ "callstack", "MemFree: 5 kB\n", NULL, 1, -EINVAL, "no MemTotal" },
	{ "callstack", MEMINFO, MEMINFO "Percpu: 5 kB\n", 2, -EINVAL, "Percpu" },
	{ "callstack", MEMINFO "Zswap: 5 kB\n", MEMINFO, 2, -EINVAL, "Zswap" },
};

START_TEST(test_what_would_answer_wrongly_is_refused)
{
	struct buffer b = { 0 };
	struct pageowner_profile *profile;
	struct pageowner_account *account;

	buffer_printf(&b, "%s", "");
	if (refused[_i].captures > 0)
		put_capture(&b, refused[_i].first);
	if (refused[_i].captures > 1)
		put_capture(&b, refused[_i].second);
	profile = profile_of(refused[_i].keys, b.ptr, all, ARRAY_SIZE(all));
	ck_assert_int_eq(pageowner_account_new(&account), 0);
	ck_assert_int_eq(pageowner_account_add_profile(account, finished(profile)),
			 refused[_i].ret);
	ck_assert_msg(strstr(pageowner_account_error(account), refused[_i].sentence),
		      "%s", pageowner_account_error(account));
	pageowner_account_free(account);
	pageowner_profile_free(profile);
	buffer_free(&b);
}
END_TEST

START_TEST(test_one_boot_is_counted_once)
{
	static const char *const ids[][2] = { { "a", "b" }, { "a", "a" } };

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		struct buffer b = { 0 };
		struct pageowner_profile *profile;
		struct pageowner_account *account;

		for (size_t j = 0; j < 2; j++)
			buffer_printf(&b, "PFN# pageowner-capture: 1\nPFN# boot-id: %s\n"
				      "PFN# meminfo: MemTotal: 10 kB\n"
				      " f+0x1/0x2\nnr_base_pages: 1\n\n", ids[i][j]);
		ck_assert_int_eq(pageowner_profile_new("callstack", &profile), 0);
		ck_assert_int_eq(pageowner_profile_load_memory(profile, b.ptr, b.len, "-"),
				 i ? -EINVAL : 0);
		ck_assert_int_eq(pageowner_account_new(&account), 0);
		ck_assert_int_eq(pageowner_account_add_profile(account, finished(profile)),
				 i ? -EINVAL : 0);
		ck_assert_int_eq(strstr(pageowner_account_error(account), "same boot") != NULL, i);
		ck_assert_int_eq(pageowner_account_add_meminfo(account,
							       TEXT("MemTotal: 50 kB\n")), 0);
		ck_assert_int_eq(pageowner_account_add_profile(account, profile), 0);
		pageowner_account_free(account);
		pageowner_profile_free(profile);
		buffer_free(&b);
	}
}
END_TEST

START_TEST(test_memory_is_limited)
{
	struct pageowner_profile *profile;
	const struct pageowner_account_holder *holder;
	struct pageowner_account *account;
	struct pageowner_budget *budget;
	struct buffer b = { 0 };

	for (int i = 0; i < 20000; i++)
		buffer_printf(&b, " f%d+0x1/0x2\nnr_base_pages: 1\n\n", i);
	ck_assert_int_eq(pageowner_profile_new("callstack", &profile), 0);
	ck_assert_int_eq(pageowner_profile_load(profile, temp_file(b.ptr, b.len)), 0);
	ck_assert_int_eq(pageowner_account_new(&account), 0);
	ck_assert_int_eq(pageowner_account_add_meminfo(account, TEXT("MemTotal: 50 kB\n")), 0);
	ck_assert_int_eq(pageowner_budget_new(1 << 20, &budget), 0);
	ck_assert_int_eq(pageowner_account_set_budget(account, budget), 0);
	ck_assert_int_eq(pageowner_account_add_profile(account, finished(profile)), -ENOBUFS);
	ck_assert_str_ne(pageowner_account_error(account), "");
	ck_assert_uint_le(pageowner_budget_used(budget), 1 << 20);
	ck_assert_int_eq(pageowner_account_holder(account, 0, &holder), 0);
	pageowner_account_free(account);
	ck_assert_uint_eq(pageowner_budget_used(budget), 0);
	pageowner_budget_free(budget);
	pageowner_profile_free(profile);
	buffer_free(&b);
}
END_TEST

START_TEST(test_plumbing_of_the_user)
{
	struct pageowner_profile *profile = profile_of("callstack", "", all, ARRAY_SIZE(all));
	const struct pageowner_account_holder *holder;
	struct pageowner_plumbing *plumbing;
	struct pageowner_account *account;

	ck_assert_int_eq(pageowner_plumbing_new(&plumbing), 0);
	ck_assert_int_eq(pageowner_plumbing_add(plumbing, "rx_*,pipe_write", NULL), 0);
	ck_assert_int_eq(pageowner_account_new(&account), 0);
	ck_assert_int_eq(pageowner_account_set_plumbing(account, plumbing), 0);
	ck_assert_int_eq(pageowner_account_add_meminfo(account, TEXT(MEMINFO)), 0);
	ck_assert_int_eq(pageowner_account_add_profile(account, finished(profile)), 0);
	ck_assert_int_eq(pageowner_account_holder(account, 0, &holder), 1);
	ck_assert_mem_eq(holder->owner.ptr, "vfs_write", holder->owner.len);
	ck_assert_int_eq(pageowner_account_set_plumbing(account, NULL), -EBUSY);
	pageowner_account_free(account);
	pageowner_plumbing_free(plumbing);
	pageowner_profile_free(profile);
}
END_TEST

START_TEST(test_a_real_capture)
{
	const char *name = "real/linux-6.12-account.page_owner.xz";
	struct buffer b;
	struct pageowner_profile *profile;
	struct pageowner_account *account;
	const struct pageowner_account_line *line;

	if (!can_read(name))
		return;
	b = data_file(name);
	ck_assert_int_eq(pageowner_profile_new("callstack", &profile), 0);
	ck_assert_int_eq(pageowner_profile_load(profile, temp_file(b.ptr, b.len)), 0);
	ck_assert_int_eq(pageowner_account_new(&account), 0);
	ck_assert_int_eq(pageowner_account_add_profile(account, finished(profile)), 0);
	/* Records agree with what meminfo names, within a twentieth. */
	line = line_of(account, PAGEOWNER_ACCOUNT_CACHE);
	ck_assert_int_gt((int64_t)line->pages * 4096, line->meminfo_bytes / 20 * 19);
	ck_assert_int_lt((int64_t)line->pages * 4096, line->meminfo_bytes / 20 * 21);
	pageowner_account_free(account);
	pageowner_profile_free(profile);
	buffer_free(&b);
}
END_TEST

START_TEST(test_a_profile_that_is_not_finished_is_refused)
{
	struct buffer b = { 0 };
	struct pageowner_profile *profile;
	struct pageowner_account *account;
	uint64_t bytes, pages;

	put_capture(&b, MEMINFO);
	buffer_printf(&b, " f+0x1/0x2\nnr_base_pages: 3\n\n");
	ck_assert_int_eq(pageowner_profile_new("callstack", &profile), 0);
	ck_assert_int_eq(pageowner_profile_load_memory(profile, b.ptr, b.len, "-"), 0);
	ck_assert_int_eq(pageowner_account_new(&account), 0);
	ck_assert_int_eq(pageowner_account_add_profile(account, profile), -EINVAL);
	ck_assert_str_eq(pageowner_account_error(account), "the profile is not finished");
	/* Its meminfo was not added. */
	pageowner_account_total(account, &bytes, &pages);
	ck_assert_uint_eq(bytes, 0);
	ck_assert_uint_eq(pages, 0);
	ck_assert_int_eq(pageowner_profile_finish(profile), 0);
	ck_assert_int_eq(pageowner_account_add_profile(account, profile), 0);
	pageowner_account_free(account);
	pageowner_profile_free(profile);
	buffer_free(&b);
}
END_TEST

int main(void)
{
	TCase *cases[] = { new_case("sums"), new_case("meminfo") };

	tcase_add_test(cases[0], test_both_sums_are_whole);
	tcase_add_test(cases[0], test_holders_are_owners_with_their_largest_stack);
	tcase_add_test(cases[0], test_meminfo_may_count_twice);
	tcase_add_test(cases[0], test_memory_is_limited);
	tcase_add_test(cases[0], test_plumbing_of_the_user);
	tcase_add_test(cases[0], test_a_real_capture);
	tcase_add_test(cases[1], test_captures_bring_their_own);
	tcase_add_test(cases[1], test_one_boot_is_counted_once);
	tcase_add_loop_test(cases[1], test_what_would_answer_wrongly_is_refused, 0,
			    ARRAY_SIZE(refused));
	tcase_add_test(cases[1], test_a_profile_that_is_not_finished_is_refused);
	return run_cases("account");
}
