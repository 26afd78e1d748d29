// SPDX-License-Identifier: GPL-2.0-only
/*
 * early.c - pages that were in use before tracking began.
 *
 * Walks all memory after the probes are attached, so each page is either seen in
 * use or has been seen by a probe since. A page that changes during the walk is
 * recorded by the probes, whose record wins.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/nodemask.h>

#include "pageowner.h"

struct found {
	unsigned long pages;
	unsigned long maybe;
};

static void mark(const struct po_run *run, void *data)
{
	struct found *found = data;
	unsigned long i;

	if (run->use == PO_USE_MAYBE && po_can_scan_cpu_lists())
		found->maybe += po_page_mark_maybe(run->pfn);
	if (run->use != PO_USE_USED)
		return;
	for (i = 0; i < 1UL << run->order; i++)
		found->pages += po_page_mark_early(run->pfn + i, run->order);
}

/* These are free blocks, whose tails look like those of a block in use. */
static void unmark(unsigned long pfn, unsigned int order, void *data)
{
	struct found *found = data;
	unsigned long i;

	for (i = 0; i < 1UL << order; i++)
		found->pages -= po_page_unmark_early(pfn + i);
}

/*
 * The tails of a block that is not compound, and pages that are frozen (without a
 * reference), have no mark that distinguishes them from a page that just moves from one free
 * list to another. But they stay as they are: what is on no list, and is found the
 * same by a second walk, is in use.
 */
static void settle(const struct po_run *run, void *data)
{
	struct found *found = data;
	unsigned long i;

	for (i = 0; i < 1UL << run->order; i++)
		found->pages += po_page_settle_maybe(run->pfn + i,
						     run->use == PO_USE_MAYBE ||
						     run->use == PO_USE_USED);
}

static int scan_zone(struct zone *zone)
{
	struct found found = {};
	int ret;

	ret = po_scan_zone(zone, mark, &found);
	if (!ret && found.maybe) {
		po_scan_cpu_lists(zone, unmark, &found);
		ret = po_scan_zone(zone, settle, &found);
		/* A block that went to a list after the first look */
		po_scan_cpu_lists(zone, unmark, &found);
	}
	if (!ret)
		pr_info("Node %d, zone %8s: page owner found early allocated %lu pages\n",
			zone_to_nid(zone), zone->name, found.pages);
	return ret;
}

/**
 * po_early_scan() - mark every page in use that has no record yet
 *
 * Return: 0, or -EINTR after a fatal signal.
 */
int po_early_scan(void)
{
	int nid, i, ret = 0;

	for_each_online_node(nid)
		for (i = 0; i < MAX_NR_ZONES && !ret; i++)
			if (populated_zone(&NODE_DATA(nid)->node_zones[i]))
				ret = scan_zone(&NODE_DATA(nid)->node_zones[i]);
	return ret;
}
