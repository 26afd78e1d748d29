// SPDX-License-Identifier: GPL-2.0-only
/*
 * scan.c - what each page of memory is used for, as far as its struct page says.
 *
 * Walks all memory and reports runs of pages; what to make of them is decided by
 * early.c and check.c. Takes no zone lock, so a page may change during the walk and
 * all that is read from it may be anything.
 */
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/sched.h>
#include <linux/uaccess.h>

#include "pageowner.h"
#include "compat.h"

/* Beyond the largest order of a compound page, gigantic ones included. */
#define MAX_COMPOUND_ORDER	20

/*
 * Whether a page is linked into a list, as free pages on the lists of a CPU and free
 * blocks are. What is in the links of other pages may be no address at all; those of
 * pages that never were in a list point to themselves.
 */
static bool is_listed(struct page *page)
{
	struct list_head *next = READ_ONCE(page->lru.next);
	struct list_head *prev = READ_ONCE(page->lru.prev);
	struct list_head *back;

	return next != &page->lru &&
	       !copy_from_kernel_nofault(&back, &next->prev, sizeof(back)) &&
	       back == &page->lru &&
	       !copy_from_kernel_nofault(&back, &prev->next, sizeof(back)) &&
	       back == &page->lru;
}

/* As is_free_buddy_page(), which is not exported. */
static bool is_in_free_block(unsigned long pfn)
{
	unsigned int order;

	for (order = 0; order <= PO_MAX_ORDER; order++) {
		struct page *head = pfn_to_page(ALIGN_DOWN(pfn, 1UL << order));

		if (PageBuddy(head) && READ_ONCE(page_private(head)) >= order)
			return true;
	}
	return false;
}

/**
 * po_use_of() - what a single page is used for
 * @page: the page, under rcu_read_lock()
 */
enum po_use po_use_of(struct page *page)
{
	if (PageReserved(page))
		return PO_USE_RESERVED;
	if (PageHWPoison(page))
		return PO_USE_POISONED;
	if (po_page_in_use(page))
		return PO_USE_USED;
	if (PageBuddy(page))
		return PO_USE_FREE;
	if (is_listed(page))
		return PO_USE_LISTED;
	if (is_in_free_block(page_to_pfn(page)))
		return PO_USE_FREE;
	return PO_USE_MAYBE;
}

/*
 * The tails of a block on the list of a CPU look like pages in use, so where blocks can
 * be there they must be found by the lists.
 */
bool po_can_scan_cpu_lists(void)
{
	return PO_CPU_LISTS_HAVE_LOCK || !PO_CPU_LISTS_HAVE_BLOCKS;
}

#if PO_CPU_LISTS_HAVE_LOCK

/* The inverse of order_to_pindex(), which is not exported. */
static unsigned int order_of_list(unsigned int list)
{
	return list < NR_LOWORDER_PCP_LISTS ? list / MIGRATE_PCPTYPES : HPAGE_PMD_ORDER;
}

/**
 * po_scan_cpu_lists() - report the free pages on the lists of the CPUs
 * @zone: the zone they are of
 * @fn:   called for each block, with a spinlock held
 * @data: passed to @fn
 */
void po_scan_cpu_lists(struct zone *zone,
		       void (*fn)(unsigned long pfn, unsigned int order, void *data),
		       void *data)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct per_cpu_pages *pcp = po_pcp(zone, cpu);
		unsigned long flags;
		unsigned int list;
		struct page *page;

		/* The allocator only tries this lock, and falls back to the zone's. */
		spin_lock_irqsave(&pcp->lock, flags);
		for (list = 0; list < NR_PCP_LISTS; list++)
			list_for_each_entry(page, &pcp->lists[list], pcp_list)
				fn(page_to_pfn(page), order_of_list(list), data);
		spin_unlock_irqrestore(&pcp->lock, flags);
	}
}

#else

void po_scan_cpu_lists(struct zone *zone,
		       void (*fn)(unsigned long pfn, unsigned int order, void *data),
		       void *data)
{
}

#endif

/* The order of a compound page, if it can be one that begins here. */
static unsigned int order_of(struct page *head, unsigned long pfn)
{
	unsigned int order = compound_order(head);

	if (order > MAX_COMPOUND_ORDER || !IS_ALIGNED(pfn, 1UL << order) ||
	    !PageHead(head))
		return 0;
	return order;
}

static void look_at(struct po_run *run, struct page *page)
{
	unsigned long order;

	run->order = 0;
	run->use = po_use_of(page);
	if (run->use == PO_USE_USED && PageHead(page)) {
		run->order = order_of(page, run->pfn);
	} else if (PageBuddy(page)) {
		order = READ_ONCE(page_private(page));
		if (order <= PO_MAX_ORDER)
			run->order = order;
	}
}

/**
 * po_scan_zone() - report what all pages of a zone that have records are used for
 * @zone: the zone
 * @fn:   called for each run of pages with the same use, under rcu_read_lock()
 * @data: passed to @fn
 *
 * Return: 0, or -EINTR after a fatal signal.
 */
int po_scan_zone(struct zone *zone, void (*fn)(const struct po_run *run, void *data),
		 void *data)
{
	struct po_run run = { .pfn = zone->zone_start_pfn };
	unsigned long end = zone_end_pfn(zone);

	while (run.pfn < end) {
		unsigned long block_end = min(ALIGN(run.pfn + 1, pageblock_nr_pages), end);

		rcu_read_lock();
		if (!po_page_at(run.pfn))
			run.pfn = block_end;
		while (run.pfn < block_end) {
			struct page *page = pfn_to_page(run.pfn);

			if (page_zone(page) == zone) {
				look_at(&run, page);
				fn(&run, data);
				run.pfn += 1UL << run.order;
			} else {
				run.pfn++;
			}
		}
		rcu_read_unlock();
		cond_resched();
		if (fatal_signal_pending(current))
			return -EINTR;
	}
	return 0;
}
