// SPDX-License-Identifier: GPL-2.0-only
/*
 * check.c - debugfs check: do the records agree with the kernel's own view?
 *
 * Compares each page's record with its struct page, and what is left with the count
 * of free pages on the lists of the CPUs. A test of this module; it changes nothing.
 * The machine does not stand still meanwhile: a zone in which pages moved while it was
 * looked at is looked at again, a few times, and counted as "moving" if it never stops.
 */
#include <linux/debugfs.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/module.h>
#include <linux/nodemask.h>
#include <linux/percpu.h>
#include <linux/vmstat.h>

#include "pageowner.h"
#include "compat.h"

struct sums {
	unsigned long online;		/* all that follow, and reserved ones */
	unsigned long reserved;
	unsigned long poisoned;
	unsigned long free;		/* in free blocks */
	unsigned long listed;		/* free and linked, so on the list of a CPU */
	unsigned long recorded;		/* in use, and its record says so */
	unsigned long missing;		/* in use without a record */
	unsigned long unknown;		/* neither in use nor free, without a record */
	unsigned long stale;		/* free, but its record says that it is in use */
	unsigned long cpu_lists;	/* on the lists of the CPUs, as these say */
	unsigned int moving;		/* zones that did not stand still */
};

#define TRIES	8

static bool has_record(unsigned long pfn)
{
	struct po_page known;
	enum po_status status;

	if (!po_page_get(pfn, &known))
		return false;
	status = po_status_of(known.state);
	return status == PO_LIVE || status == PO_SKIPPED;
}

static void add_page(struct sums *sums, unsigned long pfn, enum po_use use)
{
	bool recorded = has_record(pfn);

	sums->online++;
	switch (use) {
	case PO_USE_RESERVED:
		sums->reserved++;
		break;
	case PO_USE_POISONED:
		sums->poisoned++;
		break;
	case PO_USE_FREE:
		sums->free++;
		sums->stale += recorded;
		break;
	case PO_USE_LISTED:
		sums->listed += !recorded;
		sums->recorded += recorded;
		break;
	case PO_USE_MAYBE:
		sums->unknown += !recorded;
		sums->recorded += recorded;
		break;
	case PO_USE_USED:
		sums->missing += !recorded;
		sums->recorded += recorded;
		break;
	}
}

static void add_run(const struct po_run *run, void *data)
{
	unsigned long i;

	for (i = 0; i < 1UL << run->order; i++)
		add_page(data, run->pfn + i, run->use);
}

static unsigned long on_cpu_lists(struct zone *zone)
{
	unsigned long pages = 0;
	int cpu;

	for_each_online_cpu(cpu)
		pages += READ_ONCE(po_pcp(zone, cpu)->count);
	return pages;
}

/* What changes if a page of the zone comes, goes, or moves between block and list */
struct still {
	unsigned long listed;
	unsigned long free;
};

static struct still look(struct zone *zone)
{
	return (struct still){ on_cpu_lists(zone),
			       zone_page_state_snapshot(zone, NR_FREE_PAGES) };
}

static int add_zone(struct sums *all, struct zone *zone)
{
	struct still before, after;
	struct sums sums;
	int try, ret;

	for (try = 0; try < TRIES; try++) {
		sums = *all;
		before = look(zone);
		ret = po_scan_zone(zone, add_run, &sums);
		if (ret)
			return ret;
		after = look(zone);
		if (before.listed == after.listed && before.free == after.free)
			break;
	}
	sums.cpu_lists += after.listed;
	sums.moving += try == TRIES;
	*all = sums;
	return 0;
}

static int add_zones(struct sums *sums)
{
	int nid, i, ret;

	for_each_online_node(nid)
		for (i = 0; i < MAX_NR_ZONES; i++) {
			struct zone *zone = &NODE_DATA(nid)->node_zones[i];

			ret = populated_zone(zone) ? add_zone(sums, zone) : 0;
			if (ret)
				return ret;
		}
	return 0;
}

static int check_show(struct seq_file *m, void *unused)
{
	struct sums sums = {};
	int ret = -EINVAL;

	if (down_read_killable(&po_lock))
		return -EINTR;
	if (po_enabled)
		ret = add_zones(&sums);
	up_read(&po_lock);
	if (ret)
		return ret;
	seq_printf(m, "online: %lu\n", sums.online);
	seq_printf(m, "reserved: %lu\n", sums.reserved);
	seq_printf(m, "poisoned: %lu\n", sums.poisoned);
	seq_printf(m, "free_blocks: %lu\n", sums.free);
	seq_printf(m, "cpu_lists: %lu\n", sums.cpu_lists);
	seq_printf(m, "recorded: %lu\n", sums.recorded);
	seq_printf(m, "stale: %lu\n", sums.stale);
	seq_printf(m, "missing: %lu\n", sums.missing);
	seq_printf(m, "unexplained: %ld\n",
		   (long)(sums.listed + sums.unknown - sums.cpu_lists));
	seq_printf(m, "moving: %u\n", sums.moving);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(check);

void po_check_create(struct dentry *dir)
{
	debugfs_create_file("check", 0400, dir, NULL, &check_fops);
}
