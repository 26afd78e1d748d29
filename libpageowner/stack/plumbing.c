// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * plumbing.c - functions that pass memory on and do not hold it: the one table
 * that owner attribution uses, and the patterns that a user adds to it.
 *
 * A name is in the table if it cannot answer "who holds this page" because it is
 * in the stack whichever code asked for the memory. A name that ends in '*' stands
 * for all names with this prefix. Names from Linux 4.4 to 6.19, without "_noprof"
 * and compiler suffixes. frame.c decides which frame becomes the owner.
 */
#include "base/po.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>

#include <pageowner/plumbing.h>

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
	symbol = po_symbol_without_suffix(symbol);
	for (size_t i = 0; i < PO_ARRAY_SIZE(table); i++)
		if (po_symbol_fits(symbol, table[i]))
			return true;
	return false;
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

PO_EXPORT int pageowner_plumbing_match(const struct pageowner_plumbing *plumbing,
				       struct pageowner_text symbol)
{
	return is_in_table(symbol) ||
		(plumbing && matches_pattern(plumbing, symbol));
}
