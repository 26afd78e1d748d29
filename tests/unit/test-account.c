// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-account.c - where all memory is: classes of stacks, sums of meminfo, holders.
 */
#include "support.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <pageowner/account.h>

#include "account/account_private.h"

#define MEMINFO \
	"MemTotal:         100000 kB\nMemFree:           10000 kB\n" \
	"Buffers:            1000 kB\nCached:            19000 kB\n" \
	"AnonPages:          8000 kB\nSlab:               4000 kB\n" \
	"PageTables:          400 kB\nKernelStack:         160 kB\n"

/* --- which class a stack is of */

static const struct {
	const char *frames;	/* from the allocator on */
	enum pageowner_account_class class;
	bool in_vmalloc;
} stacks[] = {
	{ "", PAGEOWNER_ACCOUNT_OTHER, false },
	{ "alloc_pages rx_refill", PAGEOWNER_ACCOUNT_OTHER, false },
	{ "filemap_alloc_folio_noprof ext4_readahead", PAGEOWNER_ACCOUNT_CACHE, false },
	/* A later frame overrides what a folio for a user's address is by itself. */
	{ "vma_alloc_folio shmem_alloc_folio shmem_fault", PAGEOWNER_ACCOUNT_CACHE, false },
	{ "vma_alloc_folio do_anonymous_page", PAGEOWNER_ACCOUNT_ANON, false },
	{ "filemap_alloc_folio vma_alloc_folio", PAGEOWNER_ACCOUNT_CACHE, false },
	{ "allocate_slab ___slab_alloc kmem_cache_alloc f", PAGEOWNER_ACCOUNT_SLAB, false },
	/* The owner is not looked at for slab pages, nor what called it. */
	{ "alloc_pages f allocate_slab", PAGEOWNER_ACCOUNT_OTHER, false },
	{ "pte_alloc_one __pte_alloc do_anonymous_page", PAGEOWNER_ACCOUNT_PAGE_TABLES, false },
	{ "dup_task_struct copy_process", PAGEOWNER_ACCOUNT_STACKS, false },
	{ "__vmalloc_node_range_noprof dup_task_struct", PAGEOWNER_ACCOUNT_STACKS, true },
	{ "vm_area_alloc_pages vmalloc_noprof f", PAGEOWNER_ACCOUNT_VMALLOC, false },
	{ "pcpu_populate_chunk.constprop.0 pcpu_alloc_noprof f",
	  PAGEOWNER_ACCOUNT_PERCPU, false },
	{ "vma_alloc_folio alloc_buddy_hugetlb_folio.isra.0", PAGEOWNER_ACCOUNT_HUGETLB, false },
	{ "alloc_pages zswap_store", PAGEOWNER_ACCOUNT_ZSWAP, false },
	{ "ttm_pool_alloc_page", PAGEOWNER_ACCOUNT_GPU, false },
	{ "alloc_pages balloon_page_alloc", PAGEOWNER_ACCOUNT_BALLOON, false },
	{ "register_early_stack init_page_owner", PAGEOWNER_ACCOUNT_BEFORE, false },
	{ "alloc_pages vring_alloc_queue fill_balloon", PAGEOWNER_ACCOUNT_BALLOON, false },
	/* Linux 6.1 inlines the handlers of faults. */
	{ "__alloc_pages __folio_alloc __handle_mm_fault", PAGEOWNER_ACCOUNT_ANON, false },
	{ "__alloc_pages pte_alloc_one __pte_alloc __handle_mm_fault",
	  PAGEOWNER_ACCOUNT_PAGE_TABLES, false },
	/* No kernel before 6.8 counts PUD tables, and none before 6.14 P4D and PGD. */
	{ "__alloc_pages get_zeroed_page __pud_alloc __handle_mm_fault",
	  PAGEOWNER_ACCOUNT_OTHER, false },
	{ "__alloc_pages_noprof alloc_pages_mpol_noprof __pud_alloc copy_page_range",
	  PAGEOWNER_ACCOUNT_PAGE_TABLES, false },
	{ "alloc_pages_mpol_noprof get_zeroed_page_noprof __p4d_alloc f",
	  PAGEOWNER_ACCOUNT_OTHER, false },
	{ "alloc_pages_mpol_noprof __p4d_alloc f", PAGEOWNER_ACCOUNT_PAGE_TABLES, false },
	{ "__alloc_pages __get_free_pages pgd_alloc mm_init", PAGEOWNER_ACCOUNT_OTHER, false },
	{ "__alloc_pages __pte_alloc_kernel vmap_small_pages_range_noflush"
	  " __vmalloc_node_range f", PAGEOWNER_ACCOUNT_OTHER, false },
	/* SecPageTables has those of IOMMUs since 6.11. */
	{ "__alloc_pages_noprof pfn_to_dma_pte __domain_mapping intel_iommu_map_pages f",
	  PAGEOWNER_ACCOUNT_PAGE_TABLES, false },
	{ "__alloc_pages alloc_pgtable_page pfn_to_dma_pte __domain_mapping f",
	  PAGEOWNER_ACCOUNT_OTHER, false },
	{ "__alloc_pages_noprof alloc_pages_bulk_noprof btrfs_alloc_page_array"
	  " alloc_eb_folio_array alloc_extent_buffer", PAGEOWNER_ACCOUNT_CACHE, false },
	{ "__alloc_pages_noprof btrfs_alloc_page_array btrfs_submit_compressed_read",
	  PAGEOWNER_ACCOUNT_OTHER, false },
	{ "__alloc_pages alloc_charge_hpage collapse_file hpage_collapse_scan_file",
	  PAGEOWNER_ACCOUNT_CACHE, false },
	{ "__folio_alloc_noprof alloc_charge_folio hpage_collapse_scan_file",
	  PAGEOWNER_ACCOUNT_CACHE, false },
	{ "__folio_alloc_noprof alloc_charge_folio hpage_collapse_scan_pmd",
	  PAGEOWNER_ACCOUNT_ANON, false },
	/* Only whole names, and no beginnings where there is no '*'. */
	{ "allocate_slabs f", PAGEOWNER_ACCOUNT_OTHER, false },
	{ "my_vmalloc f", PAGEOWNER_ACCOUNT_OTHER, false },
};

static void add_stack(struct buffer *b, const char *frames)
{
	while (*frames) {
		const int len = (int)strcspn(frames, " ");

		buffer_printf(b, " %.*s+0x1/0x2\n", len, frames);
		frames += len + (frames[len] == ' ');
	}
}

START_TEST(test_a_stack_has_one_class)
{
	struct buffer b = { 0 };
	bool in_vmalloc = true;

	add_stack(&b, stacks[_i].frames);
	ck_assert_msg(po_account_classify((struct pageowner_text){ b.ptr, b.len }, NULL,
					  &in_vmalloc) == stacks[_i].class,
		      "%s", stacks[_i].frames);
	ck_assert_int_eq(in_vmalloc, stacks[_i].in_vmalloc);
	buffer_free(&b);
}
END_TEST

/* Programs rely on them: a name never changes. */
static const char *const names[PO_ACCOUNT_CLASSES] = {
	[PAGEOWNER_ACCOUNT_OTHER] = "other", [PAGEOWNER_ACCOUNT_BEFORE] = "before_tracking",
	[PAGEOWNER_ACCOUNT_FREE] = "free", [PAGEOWNER_ACCOUNT_CACHE] = "page_cache",
	[PAGEOWNER_ACCOUNT_ANON] = "anonymous", [PAGEOWNER_ACCOUNT_SLAB] = "slab",
	[PAGEOWNER_ACCOUNT_PAGE_TABLES] = "page_tables",
	[PAGEOWNER_ACCOUNT_STACKS] = "kernel_stacks",
	[PAGEOWNER_ACCOUNT_VMALLOC] = "vmalloc", [PAGEOWNER_ACCOUNT_PERCPU] = "percpu",
	[PAGEOWNER_ACCOUNT_HUGETLB] = "hugetlb", [PAGEOWNER_ACCOUNT_ZSWAP] = "zswap",
	[PAGEOWNER_ACCOUNT_GPU] = "gpu", [PAGEOWNER_ACCOUNT_BALLOON] = "balloon",
	[PAGEOWNER_ACCOUNT_BOUNCE] = "bounce",
	[PAGEOWNER_ACCOUNT_BAD] = "hardware_corrupted",
};

START_TEST(test_the_table_has_each_class_once)
{
	uint32_t seen = 0;

	for (size_t i = 0; i < PO_ACCOUNT_CLASSES; i++) {
		ck_assert(!(seen & 1u << po_account_classes[i].id));
		seen |= 1u << po_account_classes[i].id;
		ck_assert_str_eq(po_account_classes[i].name,
				 names[po_account_classes[i].id]);
		ck_assert(*po_account_classes[i].label);
	}
	ck_assert_uint_eq(seen, (1u << PO_ACCOUNT_CLASSES) - 1);
}
END_TEST

/* --- sums */

/* "FRAMES PAGES" a stack, lines of them; with @head in front */
static struct pageowner_profile *profile_of(const char *keys, const char *head,
					    const char *const *texts, size_t count)
{
	struct pageowner_profile *profile;
	struct buffer b = { 0 };

	buffer_printf(&b, "%s", head);
	for (size_t i = 0; i < count; i += 2) {
		add_stack(&b, texts[i]);
		buffer_printf(&b, "nr_base_pages: %s\n\n", texts[i + 1]);
	}
	ck_assert_int_eq(pageowner_profile_new(keys, &profile), 0);
	ck_assert_int_eq(pageowner_profile_load(profile, temp_file(b.ptr, b.len)), 0);
	buffer_free(&b);
	return profile;
}

static const struct pageowner_account_line *
line_of(const struct pageowner_account *account, enum pageowner_account_class id)
{
	const struct pageowner_account_line *line = NULL;

	for (size_t i = 0; pageowner_account_line(account, i, &line) > 0; i++)
		if (line->id == id)
			return line;
	ck_abort();
}

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
	ck_assert_uint_eq(bytes, 100000 * 1024);
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
	account = account_of("MemTotal: 5 kB\n", b.ptr);
	ck_assert_int_eq(line_of(account, PAGEOWNER_ACCOUNT_OTHER)->meminfo_bytes, 5 * 1024);
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
	ck_assert_int_eq(pageowner_account_add_meminfo(account, TEXT("MemTotal: 5 kB\n")), 0);
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
	TCase *cases[] = { new_case("classes"), new_case("sums"), new_case("meminfo") };

	tcase_add_loop_test(cases[0], test_a_stack_has_one_class, 0, ARRAY_SIZE(stacks));
	tcase_add_test(cases[0], test_the_table_has_each_class_once);
	tcase_add_test(cases[1], test_both_sums_are_whole);
	tcase_add_test(cases[1], test_holders_are_owners_with_their_largest_stack);
	tcase_add_test(cases[1], test_meminfo_may_count_twice);
	tcase_add_test(cases[1], test_memory_is_limited);
	tcase_add_test(cases[1], test_plumbing_of_the_user);
	tcase_add_test(cases[1], test_a_real_capture);
	tcase_add_loop_test(cases[1], test_records_agree_with_meminfo_or_the_line_says_why,
			    0, ARRAY_SIZE(captures));
	tcase_add_test(cases[1], test_tables_that_no_line_counts_are_left_out);
	tcase_add_loop_test(cases[1], test_a_balloon_is_not_part_of_mem_total, 0,
			    ARRAY_SIZE(balloons));
	tcase_add_test(cases[2], test_captures_bring_their_own);
	tcase_add_loop_test(cases[2], test_what_would_answer_wrongly_is_refused, 0,
			    ARRAY_SIZE(refused));
	tcase_add_test(cases[2], test_a_profile_that_is_not_finished_is_refused);
	return run_cases("account");
}
