// SPDX-License-Identifier: GPL-2.0-only
/*
 * stats.c - debugfs stats: counters and their names, the state of each part.
 *
 * Reads only; who counts is in the other files.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/percpu.h>

#include "pageowner.h"

static const char *const names[] = {
	[PO_ALLOC_PAGES] = "pages_allocated",
	[PO_FREE_PAGES] = "pages_freed",
	[PO_ALLOCS] = "allocations",
	[PO_FREES] = "frees",
	[PO_POISONED] = "poisoned_pages",
	[PO_EARLY_FOUND] = "early_found",
	[PO_EARLY_FREED] = "early_freed",
	[PO_EARLY_TAILS] = "early_tails_freed",
	[PO_UNMATCHED] = "unmatched_frees",
	[PO_FILTERED] = "filtered_pages",
	[PO_UNTRACKED] = "untracked_pages",
	[PO_REPLACED] = "replaced_pages",
	[PO_MIGRATED] = "migrated_pages",
	[PO_MIGRATED_UNKNOWN] = "migrated_pages_without_owner",
	[PO_REASONS_LOST] = "migrate_reasons_lost",
	[PO_BULK_PAGES] = "bulk_pages",
	[PO_CONTIG_PAGES] = "contig_pages",
	[PO_COMPACTION_PAGES] = "compaction_pages",
	[PO_STACK_OVERFLOWS] = "stack_overflows",
	[PO_STACK_IN_NMI] = "stacks_lost_in_nmi",
	[PO_COMM_OVERFLOWS] = "comm_overflows",
	[PO_COMM_OVER_QUOTA] = "comm_overflows_by_quota",
	[PO_TRIE_HITS] = "trie_hits",
	[PO_TRIE_WALKS] = "trie_walks",
	[PO_TRIE_MISSES] = "trie_misses",
	[PO_TRIE_BYPASSED] = "trie_bypassed",
	[PO_TRIE_VERIFIED] = "trie_verified",
	[PO_TRIE_MISMATCHES] = "trie_mismatches",
	[PO_TRIE_OVERFLOWS] = "trie_overflows",
};

static_assert(ARRAY_SIZE(names) == PO_COUNTS, "a counter has no name");

static void show_enabled(struct seq_file *m)
{
	unsigned int i;

	seq_printf(m, "enabled_ns: %llu\n", po_enabled_ns);
	seq_printf(m, "pages_live_early: %llu\n",
		   po_count_sum(PO_EARLY_FOUND) - po_count_sum(PO_EARLY_FREED));
	seq_printf(m, "pages_live: %llu\n", po_stacks_live());
	seq_printf(m, "record_bytes: %zu\n", po_chunks_bytes());
	seq_printf(m, "stacks: %llu\n", po_stacks_number());
	seq_printf(m, "arena_used: %zu\n", po_stacks_used());
	seq_printf(m, "arena_size: %zu\n", po_stacks_size());
	for (i = 0; i < PO_COUNTS; i++)
		seq_printf(m, "%s: %llu\n", names[i], po_count_sum(i));
	po_trie_show(m);
	seq_printf(m, "free_stacks: %d\n", po_free_stacks);
	seq_printf(m, "times: %d\n", po_times);
}

static int stats_show(struct seq_file *m, void *unused)
{
	if (down_read_killable(&po_lock))
		return -EINTR;
	seq_printf(m, "enabled: %d\n", po_enabled);
	if (po_enabled)
		show_enabled(m);
	po_probes_show(m);
	up_read(&po_lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(stats);

void po_stats_create(struct dentry *dir)
{
	debugfs_create_file("stats", 0400, dir, NULL, &stats_fops);
}
