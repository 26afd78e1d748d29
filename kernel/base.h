/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * base.h - what every other file may use: parameters, counters, test windows.
 *
 * Knows nothing of stacks or pages. Probes take no lock; what protects a shared
 * variable is said next to it.
 */
#ifndef PO_BASE_H
#define PO_BASE_H

#include <linux/delay.h>
#include <linux/percpu.h>
#include <linux/rwsem.h>
#include <linux/sched/clock.h>
#include <linux/types.h>

/*
 * Test builds (make PO_TEST_WINDOWS=y) now and then stay where a handler or a reader
 * holds what another CPU may be about to free, for longer than a grace period takes.
 */
#ifdef PO_TEST_WINDOWS
#define po_window() do {			\
	if (!(local_clock() & 32767))	\
		mdelay(40);		\
} while (0)
#else
#define po_window()	do { } while (0)
#endif

/* ---- state.c: parameters, and whether tracking is enabled ---------------- */

/*
 * Held for writing while tracking is enabled, disabled or reset, and for reading by
 * all who use the tables. Probes never take it: they are detached and have finished
 * before anything they use is freed.
 */
extern struct rw_semaphore po_lock;
extern bool po_enabled;			/* protected by po_lock */
extern u64 po_enabled_ns;		/* protected by po_lock */

/* Module parameters, fixed while enabled. */
extern bool po_free_stacks;
extern bool po_times;
extern unsigned int po_arena_kb;
extern bool po_trie;
extern unsigned int po_trie_bits;
extern unsigned int po_trie_verify;
extern unsigned long long po_count_threshold;	/* READ_ONCE, any value will do */

/* ---- counts.c: what the module counts about itself ---------------------- */

enum po_count {
	PO_ALLOC_PAGES,
	PO_FREE_PAGES,
	PO_ALLOCS,
	PO_FREES,
	PO_POISONED,
	PO_EARLY_FOUND,
	PO_EARLY_FREED,
	PO_EARLY_TAILS,
	PO_UNMATCHED,
	PO_FILTERED,
	PO_UNTRACKED,
	PO_REPLACED,
	PO_MIGRATED,
	PO_MIGRATED_UNKNOWN,
	PO_REASONS_LOST,
	PO_BULK_PAGES,
	PO_CONTIG_PAGES,
	PO_COMPACTION_PAGES,
	PO_STACK_OVERFLOWS,
	PO_STACK_IN_NMI,
	PO_COMM_OVERFLOWS,
	PO_COMM_OVER_QUOTA,
	PO_TRIE_HITS,
	PO_TRIE_WALKS,
	PO_TRIE_MISSES,
	PO_TRIE_BYPASSED,
	PO_TRIE_VERIFIED,
	PO_TRIE_MISMATCHES,
	PO_TRIE_OVERFLOWS,
	PO_COUNTS
};

struct po_counts {
	u64 n[PO_COUNTS];	/* by this CPU only, in any context */
};
DECLARE_PER_CPU(struct po_counts, po_counts);

#define po_count_add(count, by)	this_cpu_add(po_counts.n[count], by)
u64 po_count_sum(enum po_count count);
void po_counts_clear(void);

#endif /* PO_BASE_H */
