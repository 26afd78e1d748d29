// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * classes.c - the one table of what memory is used for: lines of meminfo, and the
 * functions that allocate it.
 *
 * A stack is read from the page allocator up to its owner (stack.h), not further: the
 * caller that needed a slab page does not determine what it is. Counts nothing.
 *
 * Lines and functions as in Documentation/filesystems/proc.rst and mm/ of Linux 4.4 to
 * 6.19.
 */
#include "account/state.h"

#include <pageowner/stack.h>

#include "stack/symbol.h"

#define FUNCTIONS(...)	(const char *const []){ __VA_ARGS__, NULL }
#define CLASS(class)	(1u << PAGEOWNER_ACCOUNT_##class)

const struct po_account_class po_account_classes[PO_ACCOUNT_CLASSES] = {
	{
		.id = PAGEOWNER_ACCOUNT_FREE, .name = "free",
		.label = "free",
		.rest = "in no list of buddyinfo",
		.lines = { "MemFree" },
	}, {
		.id = PAGEOWNER_ACCOUNT_CACHE, .name = "page_cache",
		.label = "page cache",
		.lines = { "Cached", "Buffers" },
		.functions = FUNCTIONS("filemap_alloc_folio*", "__page_cache_alloc",
			"page_cache_ra_*", "ra_alloc_folio",
			"__do_page_cache_readahead", "__filemap_get_folio*",
			"filemap_get_pages", "filemap_create_folio", "filemap_fault",
			"pagecache_get_page", "find_or_create_page",
			"do_read_cache_*", "grow_dev_*", "grow_buffers",
			"__getblk_*", "shmem_alloc_folio*", "shmem_alloc_page",
			"shmem_alloc_huge*", "shmem_alloc_and_*",
			/* Of khugepaged, which collapses files as well */
			"collapse_file", "collapse_shmem", "hpage_collapse_scan_file",
			"khugepaged_scan_file", "khugepaged_scan_shmem",
			/* Its pages are those of an inode */
			"alloc_extent_buffer"),
		.knows_better = CLASS(ANON),
	}, {
		/* The class of folios for user addresses, unless a later frame is of
		 * another class */
		.id = PAGEOWNER_ACCOUNT_ANON, .name = "anonymous",
		.label = "anonymous",
		.lines = { "AnonPages" },
		.functions = FUNCTIONS("vma_alloc_*", "alloc_pages_vma",
			"alloc_anon_folio", "do_anonymous_page",
			"do_huge_pmd_anonymous_page", "do_wp_page", "wp_page_copy",
			"do_cow_fault", "do_swap_page", "__read_swap_cache_async",
			/* If the compiler inlines those: Linux 6.1 */
			"handle_mm_fault", "__handle_mm_fault", "handle_pte_fault",
			"do_pte_missing", "do_fault",
			"swap_cache_alloc_folio", "alloc_charge_*",
			"alloc_swap_folio", "folio_prealloc",
			"ksm_might_need_to_copy", "khugepaged_alloc_page",
			"hpage_collapse_alloc_*"),
	}, {
		.id = PAGEOWNER_ACCOUNT_SLAB, .name = "slab",
		.label = "slab",
		.rest = "in no cache: kmalloc() of more than two pages",
		.lines = { "Slab" },
		.functions = FUNCTIONS("allocate_slab", "new_slab*", "___slab_alloc",
			"cache_grow*", "kmem_getpages", "kmalloc_large*",
			"__kmalloc_large*", "___kmalloc_large*", "kmalloc_order*"),
	}, {
		.id = PAGEOWNER_ACCOUNT_PAGE_TABLES, .name = "page_tables",
		.label = "page tables",
		.lines = { "PageTables", "SecPageTables" },
		.functions = FUNCTIONS("pte_alloc_one", "__pte_alloc",
			"__pte_alloc_one", "__pmd_alloc", "pmd_alloc_one",
			"__pud_alloc", "__p4d_alloc", "__pgd_alloc",
			"_pgd_alloc", "pgd_alloc", "page_table_alloc",
			"__alloc_for_ptecache", "__alloc_for_pmdcache"),
	}, {
		.id = PAGEOWNER_ACCOUNT_STACKS, .name = "kernel_stacks",
		.label = "kernel stacks",
		.lines = { "KernelStack", "ShadowCallStack" },
		.functions = FUNCTIONS("alloc_thread_stack_node", "dup_task_struct",
			"copy_process", "scs_alloc"),
		.knows_better = CLASS(VMALLOC),
	}, {
		.id = PAGEOWNER_ACCOUNT_VMALLOC, .name = "vmalloc",
		.label = "vmalloc",
		.lines = { "VmallocUsed" },
		.functions = FUNCTIONS("__vmalloc_*", "vm_area_alloc_pages",
			"vmalloc*", "vzalloc*"),
	}, {
		.id = PAGEOWNER_ACCOUNT_PERCPU, .name = "percpu",
		.label = "per-CPU",
		.lines = { "Percpu" },
		.functions = FUNCTIONS("pcpu_alloc_pages", "pcpu_populate_chunk",
			"pcpu_alloc", "pcpu_balance_*", "pcpu_create_chunk"),
	}, {
		.id = PAGEOWNER_ACCOUNT_HUGETLB, .name = "hugetlb",
		.label = "huge pages (hugetlb)",
		.lines = { "Hugetlb" },
		.functions = FUNCTIONS("alloc_buddy_hugetlb_folio",
			"alloc_buddy_huge_page*", "alloc_fresh_huge*",
			"only_alloc_fresh_*", "alloc_pool_huge_*",
			"alloc_gigantic_*", "alloc_surplus_huge*"),
		.knows_better = CLASS(ANON),
	}, {
		.id = PAGEOWNER_ACCOUNT_ZSWAP, .name = "zswap",
		.label = "compressed swap",
		.lines = { "Zswap" },
		.functions = FUNCTIONS("zswap_*"),
	}, {
		.id = PAGEOWNER_ACCOUNT_GPU, .name = "gpu",
		.label = "graphics",
		.lines = { "GPUActive", "GPUReclaim" },
		.functions = FUNCTIONS("ttm_pool_alloc*", "__ttm_pool_alloc"),
	}, {
		.id = PAGEOWNER_ACCOUNT_BALLOON, .name = "balloon",
		.label = "balloon",
		.lines = { "Balloon" },
		.functions = FUNCTIONS("balloon_page_alloc*", "fill_balloon",
			"decrease_reservation", "cmm_alloc_pages",
			"balloon_thread", "alloc_balloon_pages", "vmballoon_*"),
	}, {
		.id = PAGEOWNER_ACCOUNT_BOUNCE, .name = "bounce",
		.label = "bounce buffers",
		.lines = { "Bounce" },
		.functions = FUNCTIONS("__blk_queue_bounce"),
	}, {
		.id = PAGEOWNER_ACCOUNT_BAD, .name = "hardware_corrupted",
		.label = "broken hardware",
		.lines = { "HardwareCorrupted" },
	}, {
		.id = PAGEOWNER_ACCOUNT_OTHER, .name = "other",
		.label = "not named by meminfo",
		.rest = "unexplained",
	}, {
		.id = PAGEOWNER_ACCOUNT_BEFORE, .name = "before_tracking",
		.label = "before tracking",
		.functions = FUNCTIONS("register_early_stack",
			"register_dummy_stack", "register_failure_stack"),
	}, {
		.id = PAGEOWNER_ACCOUNT_RESERVED, .name = "reserved",
		.label = "reserved at boot",
		.rest = "image of the kernel, crashkernel=, firmware",
	},
};

static bool is_one_of(struct pageowner_text symbol, const char *const *functions)
{
	for (; functions && *functions; functions++)
		if (po_symbol_fits(symbol, *functions))
			return true;
	return false;
}

/* NULL for a function that is in no class */
static const struct po_account_class *class_of(struct pageowner_text symbol)
{
	for (size_t i = 0; i < PO_ACCOUNT_CLASSES; i++)
		if (is_one_of(symbol, po_account_classes[i].functions))
			return &po_account_classes[i];
	return NULL;
}

/* Tables of virtual machines, which SecPageTables counts since Linux 6.1, */
static const char *const kvm_tables[] = { "mmu_memory_cache_alloc_obj",
	"kvm_mmu_memory_cache_alloc", "__kvm_mmu_topup_memory_cache",
	"kvm_mmu_topup_memory_cache", "tdp_mmu_alloc_sp_for_split",
	"__tdp_mmu_alloc_sp_for_split", NULL };

/* and those of an IOMMU: since Linux 6.11 */
static const char *const iommu_tables[] = { "__iommu_alloc_page*",
	"iommu_alloc_page*", "pfn_to_dma_pte", "alloc_pte", "v1_alloc_pgtable",
	"v2_alloc_pte", "v2_alloc_pgtable", "increase_address_space",
	"__arm_lpae_alloc_pages", "iommu_context_addr", "intel_pasid_get_entry",
	"__dart_alloc_pages", "rk_dte_get_page_table", NULL };

/* A page table from these is not counted: PUD up to Linux 6.7, P4D and PGD up to 6.13.
 * Nothing is mapped to user space that comes from them. */
static const char *const uncounted[] = { "get_zeroed_page",
	"__get_free_pages", "get_free_pages", NULL };

/* Nor are those of the kernel's own last level, whoever needs them. */
static const char *const kernel_tables[] = { "__pte_alloc_kernel*",
	"pte_alloc_one_kernel", "__pte_alloc_one_kernel", NULL };

static bool ends_in_noprof(struct pageowner_text symbol)
{
	return memmem(symbol.ptr, symbol.len, "_noprof", 7) != NULL;
}

/* Of kmalloc(), for which there is no slab of that size: Slab has them since Linux 5.4. */
static const char *const large[] = { "kmalloc_large*", "__kmalloc_large*",
	"___kmalloc_large*", "kmalloc_order*", NULL };

/* What precedes a frame and decides what it is */
struct seen {
	bool noprof;		/* Linux 6.10 or later */
	bool uncounted;
};

/* What a frame says about the pages, after what was seen: a class or NULL. *traits gets
 * what only this frame knows. */
static const struct po_account_class *
class_after(struct pageowner_text symbol, const struct seen *seen, unsigned int *traits)
{
	const struct po_account_class *class = class_of(symbol);

	*traits = 0;
	if (is_one_of(symbol, large))
		*traits = PO_TRAIT_LARGE;
	if (class || !(is_one_of(symbol, kvm_tables) ||
		       (seen->noprof && is_one_of(symbol, iommu_tables))))
		return class;
	*traits = PO_TRAIT_SECONDARY;
	return class_of(PO_TEXT("pte_alloc_one"));
}

static bool is_uncounted(struct pageowner_text symbol, const struct po_account_class *now,
			 const struct seen *seen, unsigned int traits)
{
	return is_one_of(symbol, kernel_tables) ||
		(now && seen->uncounted && !(traits & PO_TRAIT_SECONDARY) &&
		 (now->id == PAGEOWNER_ACCOUNT_PAGE_TABLES ||
		  now->id == PAGEOWNER_ACCOUNT_ANON));
}

static unsigned int traits_of(struct pageowner_text stack)
{
	static const char *const huge[] = { "do_huge_pmd_anonymous_page",
		"vma_alloc_anon_folio_pmd", "alloc_anon_folio", "alloc_charge_*",
		"hpage_collapse_alloc_*", "khugepaged_alloc_page", NULL };
	static const char *const outside[] = { "fill_balloon", "balloon_thread",
		"decrease_reservation", "cmm_alloc_pages", NULL };
	static const char *const since_boot[] = { "register_early_stack",
		"register_dummy_stack", "init_page_owner", NULL };
	struct pageowner_frame frame;
	unsigned int traits = 0;

	while (pageowner_frame_next(&stack, &frame)) {
		const struct pageowner_text symbol =
			po_symbol_without_suffix(frame.symbol);

		traits |= (is_one_of(symbol, huge) ? PO_TRAIT_HUGE : 0) |
			(is_one_of(symbol, outside) ? PO_TRAIT_OUTSIDE : 0) |
			(is_one_of(symbol, since_boot) ? PO_TRAIT_SINCE_BOOT : 0);
	}
	return traits;
}

enum pageowner_account_class
po_account_classify(struct pageowner_text stack,
		    const struct pageowner_plumbing *plumbing, unsigned int *traits)
{
	enum pageowner_account_class id = PAGEOWNER_ACCOUNT_OTHER;
	struct pageowner_frame frame;
	struct seen seen = { false };

	*traits = traits_of(stack);
	while (pageowner_frame_next(&stack, &frame)) {
		const struct pageowner_text symbol =
			po_symbol_without_suffix(frame.symbol);
		unsigned int own;
		const struct po_account_class *now = class_after(symbol, &seen, &own);

		if (id == PAGEOWNER_ACCOUNT_OTHER && is_uncounted(symbol, now, &seen, own))
			return id;
		if (now && (id == PAGEOWNER_ACCOUNT_OTHER ||
			    now->knows_better & 1u << id)) {
			if (now->id == PAGEOWNER_ACCOUNT_STACKS &&
			    id == PAGEOWNER_ACCOUNT_VMALLOC)
				own |= PO_TRAIT_IN_VMALLOC;
			*traits |= own;
			id = now->id;
		}
		seen.noprof |= ends_in_noprof(frame.symbol);
		seen.uncounted |= is_one_of(symbol, uncounted);
		if (!pageowner_plumbing_match(plumbing, frame.symbol))
			break;
	}
	return id;
}
