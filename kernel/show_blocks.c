// SPDX-License-Identifier: GPL-2.0-only
/*
 * show_blocks.c - debugfs pagetypeinfo: pageblocks that hold pages of another type.
 *
 * Counts and prints by the rules of /proc/pagetypeinfo on kernels with page_owner;
 * no more than one page of a block is looked at after the first that differs.
 */
#include <linux/debugfs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched.h>

#include "pageowner.h"
#include "compat.h"

/* Check whether a block holds an allocated page of another type than its own. */
static bool block_is_mixed(struct zone *zone, unsigned long pfn,
			   unsigned long end, unsigned int type)
{
	while (pfn < end) {
		struct page *page = pfn_to_page(pfn);
		struct po_page known;

		if (page_zone(page) != zone || PageReserved(page)) {
			pfn++;
			continue;
		}
		if (PageBuddy(page)) {
			unsigned long order = READ_ONCE(page_private(page));

			pfn += order <= PO_MAX_ORDER ? 1UL << order : 1;
			continue;
		}
		if (!po_page_get(pfn, &known) ||
		    po_status_of(known.state) != PO_LIVE) {
			pfn++;
			continue;
		}
		if (po_gfp_type(po_state_gfp(known.state)) != type)
			return true;
		pfn += 1UL << FIELD_GET(PO_STATE_ORDER, known.state);
	}
	return false;
}

static void count_zone(struct zone *zone, unsigned long count[MIGRATE_TYPES])
{
	unsigned long pfn = zone->zone_start_pfn;
	unsigned long end = zone_end_pfn(zone);

	while (pfn < end) {
		unsigned long block_end = min(ALIGN(pfn + 1, pageblock_nr_pages), end);
		unsigned int type;

		rcu_read_lock();
		if (po_page_at(pfn)) {
			type = po_pageblock_type(pfn);
			if (type < MIGRATE_TYPES &&
			    block_is_mixed(zone, pfn, block_end, type))
				count[is_migrate_cma(type) ? MIGRATE_MOVABLE : type]++;
		}
		rcu_read_unlock();
		pfn = block_end;
		cond_resched();
	}
}

static void show_zone(struct seq_file *m, struct zone *zone)
{
	unsigned long count[MIGRATE_TYPES] = {};
	unsigned int type;

	count_zone(zone, count);
	seq_printf(m, "Node %d, zone %8s ", zone_to_nid(zone), zone->name);
	for (type = 0; type < MIGRATE_TYPES; type++)
		seq_printf(m, "%12lu ", count[type]);
	seq_putc(m, '\n');
}

static int pagetypeinfo_show(struct seq_file *m, void *unused)
{
	int nid, i, ret = -EINVAL;

	if (down_read_killable(&po_lock))
		return -EINTR;
	if (!po_enabled)
		goto out;
	for_each_online_node(nid) {
		seq_printf(m, "\n%-23s", "Number of mixed blocks ");
		for (i = 0; i < MIGRATE_TYPES; i++)
			seq_printf(m, "%12s ", po_migratetype_names[i]);
		seq_putc(m, '\n');
		for (i = 0; i < MAX_NR_ZONES; i++)
			if (populated_zone(&NODE_DATA(nid)->node_zones[i]))
				show_zone(m, &NODE_DATA(nid)->node_zones[i]);
	}
	ret = 0;
out:
	up_read(&po_lock);
	return ret;
}
DEFINE_SHOW_ATTRIBUTE(pagetypeinfo);

void po_show_blocks_create(struct dentry *dir)
{
	debugfs_create_file("pagetypeinfo", 0400, dir, NULL, &pagetypeinfo_fops);
}
