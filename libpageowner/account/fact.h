/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fact.h - figures out of /proc and /sys that are no line of an account, but from which
 * parts of lines are derived (derive.c).
 */
#ifndef PO_FACT_H
#define PO_FACT_H

#include "base/po.h"

enum po_fact {
	PO_FACT_NONE,
	/* Lines of meminfo, in bytes */
	PO_FACT_CACHED,
	PO_FACT_BUFFERS,
	PO_FACT_SHMEM,
	PO_FACT_ANON,
	PO_FACT_ANON_HUGE,
	PO_FACT_ACTIVE,
	PO_FACT_INACTIVE,
	PO_FACT_UNEVICTABLE,
	PO_FACT_SRECLAIMABLE,
	PO_FACT_SUNRECLAIM,
	PO_FACT_KRECLAIMABLE,
	PO_FACT_PAGE_TABLES,
	PO_FACT_SEC_PAGE_TABLES,
	PO_FACT_STACKS,
	PO_FACT_SHADOW_STACKS,
	PO_FACT_GPU_ACTIVE,
	PO_FACT_GPU_RECLAIM,
	PO_FACT_UNACCEPTED,
	PO_FACT_WRITEBACK_TMP,
	PO_FACT_QUICKLISTS,
	PO_FACT_ZSWAP,
	/* Of other files, in bytes */
	PO_FACT_ZRAM,
	PO_FACT_ARC,
	PO_FACT_ZSWAP_POOL,
	PO_FACT_OLD_ZSWAP,	/* if meminfo has no line for it */
	PO_FACT_SYSTEM_RAM,
	PO_FACT_MEMCG_PERCPU,	/* charged to cgroups */
	PO_FACT_MEMCG_VMALLOC,
	PO_FACT_MEMCG_SOCK,
	PO_FACT_DYING_PERCPU,	/* by the next two, see cgroups.c */
	/* How many */
	PO_FACT_DYING_SHOWN,
	PO_FACT_ALL_SHOWN,
	PO_FACT_CGROUPS,
	PO_FACT_DYING,
	PO_FACT_MEMCGS,
	PO_FACT_DYING_MEMCGS,
	PO_FACT_ALL_MEMCGS,
	/* In pages */
	PO_FACT_MANAGED,
	PO_FACT_PRESENT,
	PO_FACT_IN_LISTS,	/* of CPUs, free */
	PO_FACT_ZSPAGES,
	PO_FACT_STACK_AREAS,	/* of vmalloc() */
	PO_FACT_KSM,
	PO_FACT_MEMMAP,
	PO_FACT_BOOT_MEMMAP,
	PO_FACT_INFLATED,
	PO_FACT_DEFLATED,
	PO_FACTS
};

_Static_assert(PO_FACTS <= 64, "bits of struct po_facts");

struct po_facts {
	uint64_t has;		/* bits 1 << enum po_fact */
	uint64_t number[PO_FACTS];
};

static inline bool po_fact_is_there(const struct po_facts *f, enum po_fact fact)
{
	return f->has >> fact & 1;
}

static inline void po_fact_add(struct po_facts *f, enum po_fact fact, uint64_t number)
{
	f->has |= UINT64_C(1) << fact;
	f->number[fact] = po_add_or_stay(f->number[fact], number);
}

/* Bytes; 0 if it is not there */
static inline uint64_t po_fact_bytes(const struct po_facts *f, enum po_fact fact,
				     uint64_t page_size)
{
	uint64_t number = f->number[fact];

	if (fact >= PO_FACT_MANAGED && __builtin_mul_overflow(number, page_size, &number))
		return UINT64_MAX;
	return number;
}

#endif
