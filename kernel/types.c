// SPDX-License-Identifier: GPL-2.0-only
/*
 * types.c - numbers of the page allocator and their names: migrate types and the
 * reasons of a migration.
 *
 * Tables only; the filter and all who write text use them.
 */
#include <linux/mm.h>

#include "pageowner.h"

/* The kernel's own table is not exported. */
const char *const po_migratetype_names[MIGRATE_TYPES] = {
	[MIGRATE_UNMOVABLE] = "Unmovable",
	[MIGRATE_MOVABLE] = "Movable",
	[MIGRATE_RECLAIMABLE] = "Reclaimable",
	[MIGRATE_HIGHATOMIC] = "HighAtomic",
#ifdef CONFIG_CMA
	[MIGRATE_CMA] = "CMA",
#endif
#ifdef CONFIG_MEMORY_ISOLATION
	[MIGRATE_ISOLATE] = "Isolate",
#endif
};

/**
 * po_reason_name() - the name of a migrate reason
 * @reason: enum migrate_reason
 *
 * Later kernels only added to the end.
 */
const char *po_reason_name(unsigned int reason)
{
	static const char *const reason_names[] = {
		"compaction", "memory_failure", "memory_hotplug",
		"syscall_or_cpuset", "mempolicy_mbind", "numa_misplaced",
		"contig_range", "longterm_pin", "demotion", "damon",
	};

	return reason < ARRAY_SIZE(reason_names) ? reason_names[reason] : "unknown";
}

/**
 * po_gfp_type() - the migrate type a mask asks for
 * @gfp: allocation mask
 *
 * gfp_migratetype() needs a variable that is not exported. No valid mask has both
 * bits; one that does gets a type that exists.
 */
unsigned int po_gfp_type(gfp_t gfp)
{
	if (gfp & __GFP_MOVABLE)
		return gfp & __GFP_RECLAIMABLE ? MIGRATE_HIGHATOMIC : MIGRATE_MOVABLE;
	return gfp & __GFP_RECLAIMABLE ? MIGRATE_RECLAIMABLE : MIGRATE_UNMOVABLE;
}
