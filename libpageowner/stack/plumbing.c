// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * plumbing.c - functions that pass memory on and do not hold it: the one table
 * that owner attribution uses, and the patterns that a user adds to it.
 *
 * A name is in the table if it cannot answer "who holds this page" because it is
 * in the stack whichever code asked for the memory. A name that ends in '*' stands
 * for all names with this prefix. Names from Linux 3.19 to 6.19, without "_noprof"
 * and compiler suffixes; tests/data/owners/ has what was decided for each function
 * that allocates pages. Functions that only call others (workqueues, kernel threads)
 * are in dispatch.c; owner.c decides which frame becomes the owner.
 */
#include "base/po.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>

#include <pageowner/plumbing.h>

#include "stack/dispatch.h"
#include "stack/patterns.h"
#include "stack/symbol.h"

/* Longer than any function's name: KSYM_NAME_LEN is 512 */
#define NAME_MAX_LEN	512

static const char *const table[] = {
	/* page_owner and stack recording themselves */
	"save_stack", "save_stack_trace*", "stack_trace_save*",
	"__set_page_owner*", "set_page_owner", "__dump_page_owner",
	"__reset_page_owner*", "pre_handler_kretprobe",
	/* page allocator */
	"post_alloc_hook", "prep_new_page", "get_page_from_freelist",
	"__alloc_pages*", "___alloc_pages_bulk", "alloc_pages*", "alloc_page",
	"alloc_page_interleave", "alloc_page_vma*", "__alloc_page*",
	"__get_free_page*", "get_free_pages*", "get_zeroed_page",
	"__page_frag_*", "page_frag_alloc*", "alloc_contig_range*",
	"__alloc_contig_*", "alloc_contig_pages*", "alloc_contig_frozen_*",
	"__rmqueue*", "rmqueue*",
	"alloc_frozen_pages*", "__alloc_frozen_pages*", "split_page*",
	"make_alloc_exact", "cma_alloc", "cma_alloc_aligned", "__cma_alloc*",
	"cma_range_alloc", "cma_alloc_frozen*", "cma_alloc_compound",
	"cma_alloc_folio", "dma_alloc_contiguous", "alloc_zeroed_user_highpage*",
	"__alloc_zeroed_user_highpage*",
	"slob_new_pages", "slob_alloc*",
	/* compaction and migration */
	"compaction_alloc*", "split_map_pages", "split_free_pages",
	"split_free_frozen_pages", "isolate_freepages*", "map_pages",
	"alloc_migration_target*", "alloc_misplaced_dst_*", "alloc_migrate_*",
	"new_page_nodemask",
	"__unmap_and_move", "unmap_and_move*", "migrate_pages*",
	"migrate_folio_unmap", "migrate_folios_*", "migrate_hugetlbs",
	/* folios */
	"__folio_alloc*", "folio_alloc", "folio_alloc_mpol*", "folio_alloc_node",
	"vma_alloc_folio*", "vma_alloc_zeroed_movable_folio", "folio_prealloc",
	"page_copy_prealloc",
	"filemap_alloc_folio*", "__page_cache_alloc*", "page_cache_alloc*",
	"alloc_anon_folio", "__alloc_swap_folio", "alloc_swap_folio",
	"vma_alloc_anon_folio_pmd", "alloc_charge_folio", "alloc_charge_hpage",
	"khugepaged_alloc_page", "hpage_collapse_alloc_*",
	"__read_swap_cache_async", "read_swap_cache_async",
	"swap_cache_alloc_folio", "swap_cluster_readahead",
	"swap_vma_readahead", "swapin_readahead",
	/* huge pages */
	"alloc_fresh_huge*", "alloc_fresh_gigantic_*", "alloc_huge_page*",
	"alloc_hugetlb_folio*", "alloc_buddy_huge*", "__alloc_buddy_huge*",
	"alloc_buddy_frozen_*", "alloc_surplus_huge*", "__alloc_surplus_huge*",
	"alloc_gigantic_*", "hugetlb_cma_alloc_*", "only_alloc_fresh_*",
	"alloc_pool_huge_*", "alloc_and_dissolve_huge*",
	/* page cache: who reads or writes the file is the owner */
	"__filemap_get_folio*", "filemap_get_folio*", "filemap_get_pages",
	"filemap_create_folio", "filemap_add_folio", "__filemap_add_folio",
	"pagecache_get_page", "grab_cache_page_write_begin",
	"find_or_create_page", "add_to_page_cache*",
	"page_cache_ra_*", "page_cache_sync_*", "page_cache_async_*",
	"do_page_cache_ra", "__do_page_cache_readahead", "ra_alloc_folio",
	"ondemand_readahead", "force_page_cache_*", "readahead_expand",
	"read_pages",
	"read_cache_page*", "read_cache_folio*", "do_read_cache_*",
	"mapping_read_folio_gfp", "filemap_readahead", "filemap_read_folio",
	"filemap_read", "generic_file_read_iter", "generic_file_buffered_read",
	"generic_perform_write", "shmem_alloc_folio", "shmem_alloc_page",
	"shmem_alloc_hugefolio", "shmem_alloc_hugepage", "shmem_alloc_and_a*",
	"grow_dev_*", "grow_buffers", "__getblk_*", "bdev_getblk",
	"__bread_gfp", "btrfs_alloc_page_array", "btrfs_alloc_folio_array",
	"alloc_eb_folio_array",
	/* slab */
	"allocate_slab", "new_slab*", "___slab_alloc", "__slab_alloc*",
	"slab_alloc*", "alloc_slab_page", "alloc_slab_obj_exts",
	"memcg_alloc_slab_cgroups", "memcg_alloc_page_obj_cgroups",
	"memcg_slab_post_alloc_hook", "__memcg_slab_post_alloc_hook",
	"memcg_list_lru_alloc", "__list_lru_init",
	"kmem_cache_alloc*", "__kmem_cache_alloc*", "kmem_getpages",
	"cache_grow*", "cache_alloc_refill", "fallback_alloc",
	"____cache_alloc*", "refill_objects", "refill_sheaf",
	"alloc_full_sheaf", "__pcs_replace_empty_main",
	"kmalloc*", "__kmalloc*", "___kmalloc*", "__do_kmalloc*",
	"kvmalloc*", "__kvmalloc*", "krealloc*", "__do_krealloc",
	"kmemdup*", "__kmemdup*", "kstrdup*", "kasprintf*", "kvasprintf*",
	"kzalloc*", "kcalloc*", "kvzalloc*", "mempool_alloc*",
	"mempool_kmalloc", "mempool_init*", "mempool_create*",
	"kmalloc_reserve", "kmem_cache_create*", "__kmem_cache_create*",
	"do_kmem_cache_create", "create_cache",
	"devm_kmalloc*", "devm_kmemdup*", "devm_kstrdup*", "devm_kasprintf",
	"devm_kvasprintf", "devm_krealloc*", "alloc_dr",
	"__devres_alloc_node", "devm_get_free_pages",
	"alloc_zspage", "zs_malloc", "zs_zpool_malloc", "zpool_malloc",
	"zbud_alloc", "zbud_zpool_malloc", "z3fold_alloc",
	"z3fold_zpool_malloc",
	/* vmalloc, executable memory */
	"vmalloc*", "__vmalloc*", "vzalloc*", "vm_area_alloc_pages",
	"vm_map_ram", "execmem_alloc*", "__execmem_*", "module_alloc*",
	"bpf_jit_alloc_exec*", "vm_area_map_pages", "vmap", "vmap_*",
	"__get_vm_area*", "get_vm_area*", "alloc_vmap_area",
	"kasan_populate_vmalloc*", "__kasan_populate_vmalloc*",
	"apply_to_page_range", "__apply_to_page_range",
	"alloc_thread_stack_node*", "bpf_map_area_*", "__bpf_map_area_alloc",
	"bpf_map_kmalloc_node", "bpf_map_kzalloc", "bpf_map_kvcalloc",
	"bpf_map_alloc_percpu", "bpf_map_alloc_pages",
	/* per-CPU memory */
	"pcpu_*", "__alloc_percpu*", "alloc_percpu*", "__percpu_*",
	/* page tables */
	"pte_alloc*", "__pte_alloc*", "pmd_alloc*", "__pmd_alloc*",
	"pud_alloc*", "__pud_alloc*", "p4d_alloc*", "__p4d_alloc*",
	"pgd_alloc*", "_pgd_alloc", "__pgd_alloc", "radix__pgd_alloc",
	"pagetable_alloc*", "__pagetable_*", "pgtable_*",
	"get_zeroed_pagetable*", "get_page_table*", "__get_locked_pte",
	"walk_to_pmd", "alloc_p4d*", "alloc_pud*", "alloc_pmd*", "alloc_pte*",
	"alloc_new_pud", "alloc_new_pmd", "huge_pte_alloc", "huge_pmd_share",
	"crst_table_alloc", "page_table_alloc*", "__alloc_for_ptecache",
	"__alloc_for_pmdcache", "get_pointer_table", "__pgd_pgtable_alloc",
	/* containers and buffers that others fill */
	"xas_alloc*", "xas_create*", "xas_store*", "xas_nomem*",
	"__xas_nomem", "xa_store*", "__xa_store*", "__xa_alloc*",
	"radix_tree_*", "__radix_tree_*", "idr_alloc*", "idr_get_free*",
	"ida_alloc*", "mas_*", "mtree_*", "__genradix_ptr_alloc",
	"genradix_alloc_node", "__alloc_skb", "alloc_skb*",
	"__netdev_alloc_*", "netdev_alloc_frag*",
	"__napi_alloc_*", "napi_alloc_*", "napi_skb_cache_get",
	"__dev_alloc_page*", "dev_alloc_page*", "__build_skb*", "build_skb*",
	"napi_build_skb", "slab_build_skb", "skb_copy", "skb_copy_expand",
	"skb_clone", "pskb_expand_head", "__pskb_copy_fclone",
	"sk_stream_alloc_skb", "tcp_stream_alloc_skb",
	"sock_alloc_send_*", "sock_wmalloc*", "skb_page_frag_refill",
	"sk_page_frag_refill", "mptcp_page_frag_refill", "page_pool_alloc*",
	"__page_pool_alloc*", "page_pool_dev_alloc*",
	"sg_alloc_table*", "__sg_alloc_table*", "sg_kmalloc", "sgl_alloc*",
	"bio_alloc*", "bvec_alloc", "balloon_page_alloc*",
	"vring_alloc_queue", "__alloc_file",
	"ttm_pool_alloc*", "__ttm_pool_alloc*", "ttm_tt_populate",
	/* DMA buffers: coherent, contiguous, mapped by an IOMMU */
	"dma_direct_alloc*", "__dma_direct_alloc*", "dma_alloc_*",
	"__dma_alloc*", "alloc_dma_pages", "dma_pool_alloc*",
	"pool_alloc_page", "dma_common_*", "dmam_alloc_*", "dmam_pool_create",
	"dma_generic_alloc_coherent", "dma_nommu_alloc_coherent",
	"__dma_nommu_alloc_coherent", "nommu_alloc_coherent",
	"swiotlb_alloc", "swiotlb_alloc_coherent", "swiotlb_alloc_buffer",
	"x86_swiotlb_alloc_coherent", "x86_alloc_coherent",
	"xen_swiotlb_alloc_coherent", "xen_alloc_coherent_pages",
	"xen_grant_dma_alloc*", "gart_alloc_coherent",
	"calgary_alloc_coherent", "intel_alloc_coherent", "alloc_coherent",
	"__iommu_dma_*", "iommu_dma_*", "__iommu_alloc_attrs",
	"__iommu_alloc_buffer", "__iommu_alloc_simple",
	"arm_iommu_alloc_attrs", "__arm_iommu_alloc_attrs",
	"arm_coherent_iommu_alloc_attrs", "arm_dma_alloc",
	"arm_coherent_dma_alloc", "arm_nommu_dma_alloc",
	"__alloc_simple_buffer", "__alloc_remap_buffer",
	"__alloc_from_contiguous", "__alloc_from_pool",
	"simple_allocator_alloc", "remap_allocator_alloc",
	"cma_allocator_alloc", "pool_allocator_alloc",
	"dma_iommu_alloc_coherent", "iommu_alloc_coherent",
	"ps3_alloc_coherent", "s390_dma_alloc", "dma_4u_alloc_coherent",
	"dma_4v_alloc_coherent", "sba_alloc_coherent",
	"alpha_pci_alloc_coherent", "arch_dma_alloc", "sbus_iommu_alloc",
	"iounit_alloc", "jazz_dma_alloc", "octeon_dma_alloc_coherent",
	"mips_dma_alloc_coherent", "loongson_dma_alloc_coherent",
	"pci_alloc_consistent", "pci_zalloc_consistent", "usb_alloc_coherent",
	"hcd_buffer_alloc", "ib_dma_alloc_coherent",
	"dma_map_*", "__dma_map_*", "dma_direct_map_*",
	"iommu_map*", "__iommu_map*", "__iommu_alloc_page*",
	"iommu_alloc_page*", "iommu_alloc_4k_pages", "alloc_pgtable_page",
	"alloc_iova*", "iova_magazine_alloc", "increase_address_space",
	"v2_alloc_pte", "iommu_v1_map_*", "iommu_v2_map_*",
	"amd_iommu_map*", "pfn_to_dma_pte", "__domain_mapping",
	"domain_mapping", "intel_iommu_map*", "__arm_lpae_alloc_pages",
	"__arm_lpae_map", "arm_lpae_map*", "__arm_v7s_alloc_table",
	"__arm_v7s_map", "arm_v7s_map*", "arm_smmu_map*",
	"__dart_alloc_pages", "dart_map_pages", "rk_dte_get_page_table",
	"as_get_pte", "as_get_pde_page",
};

struct pageowner_plumbing {
	char **globs;
	size_t count;
	char error[256];
};

PO_EXPORT int pageowner_plumbing_new(struct pageowner_plumbing **plumbing)
{
	struct pageowner_plumbing *p = calloc(1, sizeof(*p));

	if (!p)
		return -ENOMEM;
	*plumbing = p;
	return 0;
}

static void drop_from(struct pageowner_plumbing *p, size_t count)
{
	while (p->count > count)
		free(p->globs[--p->count]);
}

PO_EXPORT void pageowner_plumbing_free(struct pageowner_plumbing *p)
{
	if (!p)
		return;
	drop_from(p, 0);
	free(p->globs);
	free(p);
}

static int add_glob(struct pageowner_plumbing *p, const char *glob, size_t len)
{
	char **grown = reallocarray(p->globs, p->count + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	p->globs = grown;
	grown[p->count] = strndup(glob, len);
	if (!grown[p->count])
		return -ENOMEM;
	p->count++;
	return 0;
}

PO_EXPORT int pageowner_plumbing_add(struct pageowner_plumbing *p,
				     const char *globs, const char **where)
{
	const size_t before = p->count;
	const char *at = globs;
	size_t number = 1;
	int ret;

	p->error[0] = '\0';
	for (;;) {
		const size_t len = strcspn(at, ",");

		ret = len ? add_glob(p, at, len) : -EINVAL;
		if (ret < 0 || !at[len])
			break;
		at += len + 1;
		number++;
	}
	if (ret == 0)
		return 0;
	drop_from(p, before);
	if (ret == -EINVAL) {
		snprintf(p->error, sizeof(p->error), "pattern %zu of \"%.200s\" is empty",
			 number, globs);
		if (where)
			*where = at;
	} else {
		snprintf(p->error, sizeof(p->error), "out of memory");
	}
	return ret;
}

PO_EXPORT const char *
pageowner_plumbing_error(const struct pageowner_plumbing *p)
{
	return p->error;
}

static bool is_in_table(struct pageowner_text symbol)
{
	return po_symbol_fits_any(po_symbol_without_suffix(symbol), table,
				  PO_ARRAY_SIZE(table));
}

static bool matches_pattern(const struct pageowner_plumbing *p,
			    struct pageowner_text symbol)
{
	char name[NAME_MAX_LEN];

	if (!p->count || symbol.len >= sizeof(name))
		return false;
	memcpy(name, symbol.ptr, symbol.len);
	name[symbol.len] = '\0';
	for (size_t i = 0; i < p->count; i++)
		if (!fnmatch(p->globs[i], name, 0))
			return true;
	return false;
}

static bool has_patterns_of(const struct pageowner_plumbing *p,
			    const struct pageowner_plumbing *other)
{
	for (size_t i = 0; other && i < other->count; i++) {
		size_t found = 0;

		while (p && found < p->count &&
		       strcmp(p->globs[found], other->globs[i]))
			found++;
		if (!p || found == p->count)
			return false;
	}
	return true;
}

bool po_plumbing_is_same(const struct pageowner_plumbing *a,
			 const struct pageowner_plumbing *b)
{
	return a == b || (has_patterns_of(a, b) && has_patterns_of(b, a));
}

PO_EXPORT int pageowner_plumbing_match(const struct pageowner_plumbing *plumbing,
				       struct pageowner_text symbol)
{
	return is_in_table(symbol) || po_is_dispatcher(symbol) ||
		(plumbing && matches_pattern(plumbing, symbol));
}
