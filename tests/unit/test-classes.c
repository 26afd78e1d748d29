// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-classes.c - which class of memory a stack is of, and what else it says about it.
 */
#include "support.h"

#include <string.h>

#include "account/state.h"

static const struct {
	const char *frames;	/* from the allocator on */
	enum pageowner_account_class class;
	unsigned int traits;
} stacks[] = {
	{ "", PAGEOWNER_ACCOUNT_OTHER, 0 },
	{ "alloc_pages rx_refill", PAGEOWNER_ACCOUNT_OTHER, 0 },
	{ "filemap_alloc_folio_noprof ext4_readahead", PAGEOWNER_ACCOUNT_CACHE, 0 },
	/* A later frame overrides what a folio for a user's address is by itself. */
	{ "vma_alloc_folio shmem_alloc_folio shmem_fault", PAGEOWNER_ACCOUNT_CACHE, 0 },
	{ "vma_alloc_folio do_anonymous_page", PAGEOWNER_ACCOUNT_ANON, 0 },
	{ "filemap_alloc_folio vma_alloc_folio", PAGEOWNER_ACCOUNT_CACHE, 0 },
	{ "allocate_slab ___slab_alloc kmem_cache_alloc f", PAGEOWNER_ACCOUNT_SLAB, 0 },
	/* The owner is not looked at for slab pages, nor what called it. */
	{ "alloc_pages f allocate_slab", PAGEOWNER_ACCOUNT_OTHER, 0 },
	{ "pte_alloc_one __pte_alloc do_anonymous_page", PAGEOWNER_ACCOUNT_PAGE_TABLES, 0 },
	{ "dup_task_struct copy_process", PAGEOWNER_ACCOUNT_STACKS, 0 },
	{ "__vmalloc_node_range_noprof dup_task_struct", PAGEOWNER_ACCOUNT_STACKS, PO_TRAIT_IN_VMALLOC },
	{ "vm_area_alloc_pages vmalloc_noprof f", PAGEOWNER_ACCOUNT_VMALLOC, 0 },
	{ "pcpu_populate_chunk.constprop.0 pcpu_alloc_noprof f",
	  PAGEOWNER_ACCOUNT_PERCPU, 0 },
	{ "vma_alloc_folio alloc_buddy_hugetlb_folio.isra.0", PAGEOWNER_ACCOUNT_HUGETLB, 0 },
	{ "alloc_pages zswap_store", PAGEOWNER_ACCOUNT_ZSWAP, 0 },
	{ "ttm_pool_alloc_page", PAGEOWNER_ACCOUNT_GPU, 0 },
	{ "alloc_pages balloon_page_alloc", PAGEOWNER_ACCOUNT_BALLOON, 0 },
	{ "register_early_stack init_page_owner", PAGEOWNER_ACCOUNT_BEFORE,
	  PO_TRAIT_SINCE_BOOT },
	{ "alloc_pages vring_alloc_queue fill_balloon", PAGEOWNER_ACCOUNT_BALLOON,
	  PO_TRAIT_OUTSIDE },
	/* Linux 6.1 inlines the handlers of faults. */
	{ "__alloc_pages __folio_alloc __handle_mm_fault", PAGEOWNER_ACCOUNT_ANON, 0 },
	{ "__alloc_pages_noprof vma_alloc_folio handle_mm_fault", PAGEOWNER_ACCOUNT_ANON, 0 },
	{ "__alloc_pages driver_fault handle_mm_fault", PAGEOWNER_ACCOUNT_OTHER, 0 },
	{ "__alloc_pages get_zeroed_page __handle_mm_fault", PAGEOWNER_ACCOUNT_OTHER, 0 },
	/* The huge page of zeros is mapped, but not counted. */
	{ "__alloc_pages mm_get_huge_zero_page do_huge_pmd_anonymous_page",
	  PAGEOWNER_ACCOUNT_OTHER, PO_TRAIT_HUGE },
	{ "__alloc_pages pte_alloc_one __pte_alloc __handle_mm_fault",
	  PAGEOWNER_ACCOUNT_PAGE_TABLES, 0 },
	/* No kernel before 6.8 counts PUD tables, and none before 6.14 P4D and PGD. */
	{ "__alloc_pages get_zeroed_page __pud_alloc __handle_mm_fault",
	  PAGEOWNER_ACCOUNT_OTHER, 0 },
	{ "__alloc_pages_noprof alloc_pages_mpol_noprof __pud_alloc copy_page_range",
	  PAGEOWNER_ACCOUNT_PAGE_TABLES, 0 },
	{ "alloc_pages_mpol_noprof get_zeroed_page_noprof __p4d_alloc f",
	  PAGEOWNER_ACCOUNT_OTHER, 0 },
	{ "alloc_pages_mpol_noprof __p4d_alloc f", PAGEOWNER_ACCOUNT_PAGE_TABLES, 0 },
	{ "__alloc_pages __get_free_pages pgd_alloc mm_init", PAGEOWNER_ACCOUNT_OTHER, 0 },
	{ "__alloc_pages __pte_alloc_kernel vmap_small_pages_range_noflush"
	  " __vmalloc_node_range f", PAGEOWNER_ACCOUNT_OTHER, 0 },
	{ "__alloc_frozen_pages_noprof alloc_pages_noprof pgd_alloc mm_init",
	  PAGEOWNER_ACCOUNT_PAGE_TABLES, 0 },
	/* SecPageTables has those of virtual machines since 6.1, and of IOMMUs since 6.11. */
	{ "__alloc_pages __get_free_pages __kvm_mmu_topup_memory_cache f",
	  PAGEOWNER_ACCOUNT_PAGE_TABLES, PO_TRAIT_SECONDARY },
	{ "__alloc_pages get_zeroed_page pfn_to_dma_pte f", PAGEOWNER_ACCOUNT_OTHER, 0 },
	{ "__alloc_pages_noprof pfn_to_dma_pte __domain_mapping intel_iommu_map_pages f",
	  PAGEOWNER_ACCOUNT_PAGE_TABLES, PO_TRAIT_SECONDARY },
	{ "__alloc_pages alloc_pgtable_page pfn_to_dma_pte __domain_mapping f",
	  PAGEOWNER_ACCOUNT_OTHER, 0 },
	{ "__alloc_pages_noprof alloc_pages_bulk_noprof btrfs_alloc_page_array"
	  " alloc_eb_folio_array alloc_extent_buffer", PAGEOWNER_ACCOUNT_CACHE, 0 },
	{ "__alloc_pages_noprof btrfs_alloc_page_array btrfs_submit_compressed_read",
	  PAGEOWNER_ACCOUNT_OTHER, 0 },
	{ "__alloc_pages alloc_charge_hpage collapse_file hpage_collapse_scan_file",
	  PAGEOWNER_ACCOUNT_CACHE, PO_TRAIT_HUGE },
	{ "__folio_alloc_noprof alloc_charge_folio hpage_collapse_scan_file",
	  PAGEOWNER_ACCOUNT_CACHE, PO_TRAIT_HUGE },
	{ "__folio_alloc_noprof alloc_charge_folio hpage_collapse_scan_pmd",
	  PAGEOWNER_ACCOUNT_ANON, PO_TRAIT_HUGE },
	{ "alloc_pages kmalloc_large_node __kmalloc_node f",
	  PAGEOWNER_ACCOUNT_SLAB, PO_TRAIT_LARGE },
	{ "alloc_pages alloc_zspage zs_malloc zs_zpool_malloc zpool_malloc zswap_store",
	  PAGEOWNER_ACCOUNT_ZSWAP, 0 },
	{ "alloc_pages alloc_zspage zs_malloc zram_write_page", PAGEOWNER_ACCOUNT_OTHER, 0 },
	{ "alloc_page balloon_thread kthread", PAGEOWNER_ACCOUNT_BALLOON, PO_TRAIT_OUTSIDE },
	/* Only whole names, and no beginnings where there is no '*'. */
	{ "allocate_slabs f", PAGEOWNER_ACCOUNT_OTHER, 0 },
	{ "my_vmalloc f", PAGEOWNER_ACCOUNT_OTHER, 0 },
};

START_TEST(test_a_stack_has_one_class)
{
	struct buffer b = { 0 };
	unsigned int traits = ~0u;

	buffer_stack(&b, stacks[_i].frames);
	ck_assert_msg(po_account_classify((struct pageowner_text){ b.ptr, b.len }, NULL,
					  &traits) == stacks[_i].class,
		      "%s", stacks[_i].frames);
	ck_assert_msg(traits == stacks[_i].traits, "%s", stacks[_i].frames);
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
	[PAGEOWNER_ACCOUNT_RESERVED] = "reserved",
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

int main(void)
{
	TCase *cases[] = { new_case("classes") };

	tcase_add_loop_test(cases[0], test_a_stack_has_one_class, 0, ARRAY_SIZE(stacks));
	tcase_add_test(cases[0], test_the_table_has_each_class_once);
	return run_cases("classes");
}
