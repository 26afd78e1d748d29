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
#include "account/account_private.h"

#include <pageowner/stack.h>

#include "stack/symbol.h"

#define FUNCTIONS(...)	(const char *const []){ __VA_ARGS__, NULL }
#define CLASS(class)	(1u << PAGEOWNER_ACCOUNT_##class)

const struct po_account_class po_account_classes[PO_ACCOUNT_CLASSES] = {
	{
		.id = PAGEOWNER_ACCOUNT_FREE, .name = "free",
		.label = "free",
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
			"shmem_alloc_huge*", "shmem_alloc_and_*"),
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
			"swap_cache_alloc_folio", "alloc_charge_*",
			"alloc_swap_folio", "folio_prealloc",
			"ksm_might_need_to_copy", "khugepaged_alloc_page"),
	}, {
		.id = PAGEOWNER_ACCOUNT_SLAB, .name = "slab",
		.label = "slab",
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
			"__pud_alloc", "mmu_memory_cache_alloc_obj"),
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
		.functions = FUNCTIONS("balloon_page_alloc"),
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
	}, {
		.id = PAGEOWNER_ACCOUNT_BEFORE, .name = "before_tracking",
		.label = "before tracking",
		.functions = FUNCTIONS("register_early_stack",
			"register_dummy_stack", "register_failure_stack"),
	},
};

/* NULL for a function that is in no class */
static const struct po_account_class *class_of(struct pageowner_text symbol)
{
	symbol = po_symbol_without_suffix(symbol);
	for (size_t i = 0; i < PO_ACCOUNT_CLASSES; i++) {
		const char *const *f = po_account_classes[i].functions;

		for (; f && *f; f++)
			if (po_symbol_fits(symbol, *f))
				return &po_account_classes[i];
	}
	return NULL;
}

enum pageowner_account_class
po_account_classify(struct pageowner_text stack,
		    const struct pageowner_plumbing *plumbing, bool *in_vmalloc)
{
	enum pageowner_account_class id = PAGEOWNER_ACCOUNT_OTHER;
	struct pageowner_frame frame;

	*in_vmalloc = false;
	while (pageowner_frame_next(&stack, &frame)) {
		const struct po_account_class *now = class_of(frame.symbol);

		if (now && (id == PAGEOWNER_ACCOUNT_OTHER ||
			    now->knows_better & 1u << id)) {
			*in_vmalloc = now->id == PAGEOWNER_ACCOUNT_STACKS &&
				id == PAGEOWNER_ACCOUNT_VMALLOC;
			id = now->id;
		}
		if (!pageowner_plumbing_match(plumbing, frame.symbol))
			break;
	}
	return id;
}
