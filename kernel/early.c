// SPDX-License-Identifier: GPL-2.0-only
/*
 * early.c - pages that were in use before tracking began.
 *
 * Walks all memory after the probes are attached, so each page is either seen in
 * use or has been seen by a probe since. Takes no zone lock: a page that changes
 * during the walk is recorded by the probes, whose record wins.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/nodemask.h>
#include <linux/sched.h>

#include "pageowner.h"
#include "compat.h"

/*
 * A free page on a CPU's list has no mark; what distinguishes it from a page in
 * use is its reference count of 0. The tails of a higher-order block that is not
 * compound look the same and are missed: only their owner knows its order.
 */
static unsigned long scan_block(struct zone *zone, unsigned long pfn,
				unsigned long end)
{
	unsigned long found = 0;

	while (pfn < end) {
		struct page *page = pfn_to_page(pfn);
		unsigned long pages = 1;
		unsigned int order = 0;

		if (page_zone(page) != zone || PageReserved(page)) {
			pfn++;
			continue;
		}
		if (PageBuddy(page)) {
			order = READ_ONCE(page_private(page));
			/* Read without the zone lock, so it may be anything. */
			pfn += order <= PO_MAX_ORDER ? 1UL << order : 1;
			continue;
		}
		if (PageHead(page)) {
			order = compound_order(page);
			if (order <= FIELD_MAX(PO_STATE_ORDER))
				pages = 1UL << order;
			else
				order = 0;
		}
		/* A tail found first has its head in the previous block. */
		if (po_page_in_use(page)) {
			unsigned long i;

			for (i = 0; i < pages; i++)
				found += po_page_mark_early(pfn + i, order);
		}
		pfn += pages;
	}
	return found;
}

static void scan_zone(struct zone *zone)
{
	unsigned long pfn = zone->zone_start_pfn;
	unsigned long end = zone_end_pfn(zone);
	unsigned long found = 0;

	while (pfn < end) {
		unsigned long block_end = min(ALIGN(pfn + 1, pageblock_nr_pages), end);

		rcu_read_lock();
		if (po_page_at(pfn))
			found += scan_block(zone, pfn, block_end);
		rcu_read_unlock();
		pfn = block_end;
		cond_resched();
	}
	pr_info("Node %d, zone %8s: page owner found early allocated %lu pages\n",
		zone_to_nid(zone), zone->name, found);
}

/**
 * po_early_scan() - mark every page in use that is not yet on record
 */
void po_early_scan(void)
{
	int nid, i;

	for_each_online_node(nid)
		for (i = 0; i < MAX_NR_ZONES; i++)
			if (populated_zone(&NODE_DATA(nid)->node_zones[i]))
				scan_zone(&NODE_DATA(nid)->node_zones[i]);
}
