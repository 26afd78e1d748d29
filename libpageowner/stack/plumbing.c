// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * plumbing.c - functions that pass memory on and do not hold it.
 *
 * The one table behind owner attribution. A name stands here if nobody would
 * take it for an answer to "who holds this page": it would be there whoever
 * asked for the memory. A name that ends in '*' stands for all that begin so.
 * Names from Linux 4.4 to 6.19, without "_noprof" and compiler suffixes.
 */
#include "stack/plumbing.h"

#include <fnmatch.h>

static const char *const table[] = {
	/* page_owner and stack recording themselves */
	"save_stack", "save_stack_trace*", "stack_trace_save*",
	"__set_page_owner*", "set_page_owner", "__dump_page_owner",
	"__reset_page_owner*", "pre_handler_kretprobe",
	/* page allocator */
	"post_alloc_hook", "prep_new_page", "get_page_from_freelist",
	"__alloc_pages*", "alloc_pages*", "alloc_page", "__alloc_page*",
	"__get_free_page*", "get_free_pages*", "get_zeroed_page",
	"__page_frag_*", "page_frag_alloc*", "alloc_contig_range*",
	"__alloc_contig_*", "alloc_contig_pages*", "__rmqueue*", "rmqueue*",
	"alloc_frozen_pages*", "__alloc_frozen_pages*", "split_page*",
	"make_alloc_exact", "compaction_alloc*", "alloc_migration_target*",
	"alloc_misplaced_dst_folio", "cma_alloc*", "__cma_alloc*",
	"dma_alloc_contiguous", "alloc_pages_exact*",
	/* folios */
	"__folio_alloc*", "folio_alloc*", "vma_alloc_folio*",
	"vma_alloc_zeroed_movable_folio", "folio_prealloc",
	"filemap_alloc_folio*", "__page_cache_alloc*", "page_cache_alloc*",
	"alloc_anon_folio", "alloc_fresh_*folio*", "alloc_hugetlb_folio*",
	"alloc_buddy_hugetlb_folio*", "alloc_surplus_hugetlb_folio",
	"only_alloc_fresh_hugetlb_folio", "alloc_pool_huge_folio",
	"vma_alloc_anon_folio_pmd", "alloc_charge_folio",
	/* page cache: who reads or writes the file is the owner */
	"__filemap_get_folio*", "filemap_get_folio*", "filemap_get_pages",
	"filemap_create_folio", "filemap_add_folio", "__filemap_add_folio",
	"pagecache_get_page", "grab_cache_page_write_begin",
	"find_or_create_page", "add_to_page_cache*",
	"page_cache_ra_*", "page_cache_sync_*", "page_cache_async_*",
	"do_page_cache_ra", "__do_page_cache_readahead", "ra_alloc_folio",
	"ondemand_readahead", "force_page_cache_*", "read_pages",
	"read_cache_page*", "read_cache_folio*", "do_read_cache_*",
	"mapping_read_folio_gfp", "filemap_readahead", "filemap_read_folio",
	"filemap_read", "generic_file_read_iter", "generic_file_buffered_read",
	"generic_perform_write", "shmem_alloc_folio", "shmem_alloc_page",
	"shmem_alloc_hugefolio", "shmem_alloc_and_a*",
	/* slab */
	"allocate_slab", "new_slab*", "___slab_alloc", "__slab_alloc*",
	"slab_alloc*", "alloc_slab_page", "alloc_slab_obj_exts",
	"kmem_cache_alloc*", "__kmem_cache_alloc*", "kmem_getpages",
	"cache_grow*", "cache_alloc_refill", "fallback_alloc",
	"____cache_alloc*", "refill_objects", "refill_sheaf",
	"alloc_full_sheaf", "__pcs_replace_empty_main",
	"kmalloc*", "__kmalloc*", "___kmalloc*", "__do_kmalloc*",
	"kvmalloc*", "__kvmalloc*", "krealloc*", "__do_krealloc",
	"kmemdup*", "__kmemdup*", "kstrdup*", "kasprintf*", "kvasprintf*",
	"kzalloc*", "kcalloc*", "kvzalloc*", "mempool_alloc*",
	"mempool_kmalloc", "mempool_init*", "mempool_create*",
	"kmalloc_reserve", "kmem_cache_create_usercopy",
	/* vmalloc, executable memory */
	"vmalloc*", "__vmalloc*", "vzalloc*", "vm_area_alloc_pages",
	"vm_map_ram", "execmem_alloc*", "__execmem_*", "module_alloc*",
	"bpf_jit_alloc_exec*", "vm_area_map_pages", "vmap_*",
	"alloc_thread_stack_node*",
	/* per-CPU memory */
	"pcpu_*", "__alloc_percpu*", "alloc_percpu*", "__percpu_*",
	/* page tables */
	"pte_alloc*", "__pte_alloc*", "pmd_alloc*", "__pmd_alloc*",
	"pud_alloc*", "__pud_alloc*", "p4d_alloc*", "__p4d_alloc*",
	"pgd_alloc*", "pagetable_alloc*", "__pagetable_*", "pgtable_*",
	"get_zeroed_pagetable*", "get_page_table*",
	"walk_to_pmd", "alloc_p4d*", "alloc_pud*", "alloc_pmd*", "alloc_pte*",
	/* containers and buffers that others fill */
	"xas_alloc*", "xas_create*", "xas_store*", "xas_nomem*",
	"__xas_nomem", "xa_store*", "__xa_store*", "__xa_alloc*",
	"radix_tree_*", "__radix_tree_*", "idr_alloc*", "idr_get_free*",
	"ida_alloc*", "mas_alloc_nodes", "mas_preallocate", "mas_store*",
	"mas_wr_*", "__alloc_skb", "alloc_skb*", "__netdev_alloc_skb*",
	"__napi_alloc_skb*", "napi_alloc_skb*", "napi_skb_cache_get",
	"sock_alloc_send_*", "sock_wmalloc*", "skb_page_frag_refill",
	"sk_page_frag_refill", "page_pool_alloc*", "__page_pool_alloc*",
	"page_pool_dev_alloc*", "sg_alloc_table*", "__sg_alloc_table*",
	"dma_direct_alloc*", "__dma_direct_alloc*", "dma_alloc_*",
	"dma_pool_alloc*", "dma_common_*", "bio_alloc*", "bvec_alloc",
};

static struct pageowner_text without_suffix(struct pageowner_text symbol)
{
	static const struct pageowner_text noprof = PO_TEXT("_noprof");
	const char *dot = symbol.len ? memchr(symbol.ptr, '.', symbol.len) : NULL;

	if (dot)
		symbol.len = (size_t)(dot - symbol.ptr);
	if (symbol.len > noprof.len &&
	    !memcmp(symbol.ptr + symbol.len - noprof.len, noprof.ptr, noprof.len))
		symbol.len -= noprof.len;
	return symbol;
}

bool po_plumbing_has(struct pageowner_text symbol)
{
	symbol = without_suffix(symbol);
	for (size_t i = 0; i < PO_ARRAY_SIZE(table); i++) {
		size_t len = strlen(table[i]);
		bool open = table[i][len - 1] == '*';

		len -= open;
		if ((open ? symbol.len >= len : symbol.len == len) &&
		    !memcmp(symbol.ptr, table[i], len))
			return true;
	}
	return false;
}

bool po_plumbing_matches(struct pageowner_text symbol, const char *const *globs)
{
	char name[512];

	if (!globs || symbol.len >= sizeof(name))
		return false;
	memcpy(name, symbol.ptr, symbol.len);
	name[symbol.len] = '\0';
	for (; *globs; globs++)
		if (!fnmatch(*globs, name, 0))
			return true;
	return false;
}
