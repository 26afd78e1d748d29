/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compat.h - every difference between kernel versions, and nothing else.
 *
 * Two kinds: what the kernel calls things, and which text the in-tree page_owner of
 * that version prints. The module's own choices are made elsewhere.
 */
#ifndef PO_COMPAT_H
#define PO_COMPAT_H

#include <linux/kprobes.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/page-flags.h>
#include <linux/pageblock-flags.h>
#include <linux/percpu.h>
#include <linux/stacktrace.h>
#include <linux/tracepoint.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 10, 0)
#error "pageowner needs Linux 5.10 or newer"
#endif

/*
 * The page_owner text: 5.11 added pid and ts, 5.13 free_ts, 5.18 tgid, comm and the
 * memory cgroup; 6.5 made the PFN hexadecimal, 6.7 dropped free_ts. Before 5.16 %pGp
 * gave only the names of page flags.
 */
#define PO_TEXT_HAS_PID		(LINUX_VERSION_CODE >= KERNEL_VERSION(5, 11, 0))
#define PO_TEXT_HAS_FREE_TS	(LINUX_VERSION_CODE >= KERNEL_VERSION(5, 13, 0) && \
				 LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0))
#define PO_TEXT_HAS_COMM	(LINUX_VERSION_CODE >= KERNEL_VERSION(5, 18, 0))
#define PO_TEXT_FLAGS_APART	(LINUX_VERSION_CODE < KERNEL_VERSION(5, 16, 0))
#define PO_TEXT_PFN_DECIMAL	(LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0))

/*
 * The first name found is used. 6.10 gave the allocator functions a _noprof suffix;
 * since 7.0 CMA and gigantic pages use the frozen variant (without a reference), which
 * the other one calls.
 */
#define PO_BULK_NAMES		{ "alloc_pages_bulk_noprof", "__alloc_pages_bulk" }
#define PO_MIGRATE_NAMES	{ "folio_migrate_flags", "migrate_page_states" }
#define PO_CONTIG_NAMES		{ "alloc_contig_frozen_range_noprof", \
				  "alloc_contig_range_noprof", "alloc_contig_range" }

/* 5.13 brought the bulk allocator. */
#define PO_HAVE_BULK		(LINUX_VERSION_CODE >= KERNEL_VERSION(5, 13, 0))

/*
 * Before 5.16 the unwinder stops at the return address that a kretprobe has put in the
 * place of the caller's.
 */
#define PO_KRETPROBE_HIDES_CALLER	(LINUX_VERSION_CODE < KERNEL_VERSION(5, 16, 0))

static inline struct kretprobe *po_kretprobe(struct kretprobe_instance *ri)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 11, 0)
	return ri->rp;
#else
	return get_kretprobe(ri);
#endif
}

static inline unsigned long po_kretprobe_retaddr(struct kretprobe_instance *ri)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 19, 0)
	return (unsigned long)ri->ret_addr;
#else
	return get_kretprobe_retaddr(ri);
#endif
}

/* Since 5.16 the stack depot keeps no frames of what was interrupted. */
static inline unsigned int po_filter_irq_stacks(unsigned long *entries, unsigned int nr)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 16, 0)
	return nr;
#else
	return filter_irq_stacks(entries, nr);
#endif
}

/* 6.14 took the list argument out of the bulk allocator. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 14, 0)
#define PO_BULK_ARG_LIST	4
#define PO_BULK_ARG_ARRAY	5
#else
#define PO_BULK_ARG_LIST	(-1)
#define PO_BULK_ARG_ARRAY	4
#endif

/* Since 6.12 a contiguous range asked for with __GFP_COMP comes as one folio. */
#define PO_CONTIG_CAN_BE_COMPOUND \
	(LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0))

/* The largest order was exclusive before 6.4 and renamed in 6.8. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
#define PO_MAX_ORDER	(MAX_ORDER - 1)
#elif LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
#define PO_MAX_ORDER	MAX_ORDER
#else
#define PO_MAX_ORDER	MAX_PAGE_ORDER
#endif

/*
 * Since 6.14 a page can be in use without a reference (frozen): slabs are, and others
 * that have no mark at all.
 */
static inline bool po_page_in_use(struct page *page)
{
	return page_count(page) > 0 || PageHead(page) || PageTail(page) ||
	       PageSlab(page);
}

/*
 * The free pages that a CPU keeps for itself; 5.14 renamed them. Since 5.13 blocks of
 * several pages can be among them, and since 6.1 there is a lock for others to look.
 */
#define PO_CPU_LISTS_HAVE_BLOCKS	(LINUX_VERSION_CODE >= KERNEL_VERSION(5, 13, 0))
#define PO_CPU_LISTS_HAVE_LOCK		(LINUX_VERSION_CODE >= KERNEL_VERSION(6, 1, 0))

static inline struct per_cpu_pages *po_pcp(struct zone *zone, int cpu)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 14, 0)
	return &per_cpu_ptr(zone->pageset, cpu)->pcp;
#else
	return per_cpu_ptr(zone->per_cpu_pageset, cpu);
#endif
}

/*
 * How the charge of a page to a memory cgroup is encoded in page->memcg_data. A newer
 * kernel refers to an obj_cgroup from each charged page, older ones only from those of
 * the kernel itself; Kbuild looks at a header to find out.
 */
#define PO_MEMCG_SLAB	1UL
#define PO_MEMCG_KMEM	2UL
#define PO_MEMCG_MASK	7UL
static inline bool po_memcg_has_objcg(unsigned long data)
{
#ifdef PO_MEMCG_BY_OBJCG
	return true;
#else
	return data & PO_MEMCG_KMEM;
#endif
}

#if defined(CONFIG_MEMCG) && LINUX_VERSION_CODE >= KERNEL_VERSION(5, 18, 0)
#define PO_HAVE_MEMCG_DATA 1
#else
#define PO_HAVE_MEMCG_DATA 0
#endif

/*
 * get_pfnblock_flags_mask() is not exported, so the pageblock's type is read from
 * where it is kept. Since 6.18 isolation is a separate bit and a block has more
 * bits.
 */
static inline unsigned int po_pageblock_type(unsigned long pfn)
{
#ifdef CONFIG_SPARSEMEM
	unsigned long *bitmap = section_to_usemap(__pfn_to_section(pfn));
	unsigned long bit = ((pfn & (PAGES_PER_SECTION - 1)) >> pageblock_order) *
			    NR_PAGEBLOCK_BITS;
#else
	struct zone *zone = page_zone(pfn_to_page(pfn));
	unsigned long *bitmap = zone->pageblock_flags;
	unsigned long bit = ((pfn - ALIGN_DOWN(zone->zone_start_pfn,
					       pageblock_nr_pages)) >>
			     pageblock_order) * NR_PAGEBLOCK_BITS;
#endif
	unsigned long word = READ_ONCE(bitmap[bit / BITS_PER_LONG]);

	return (word >> (bit % BITS_PER_LONG)) & 7;
}

#endif /* PO_COMPAT_H */
