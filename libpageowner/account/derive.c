// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * derive.c - parts of lines that come from a figure or two of meminfo and other files.
 *
 * One table; what a cache or a caller has is known to the parsers.
 */
#include "account/parts.h"

#define MINUS_MAX	3

/*
 * What a part is: the figures of @plus together, without those of @minus. All of them must
 * be there, those of @minus only unless @is_loose.
 */
struct derived {
	unsigned int id;
	enum pageowner_account_source source;
	const char *name;
	enum po_fact plus[MINUS_MAX], minus[MINUS_MAX];
	const char *unit;
	enum po_fact count;	/* how many it is, of @unit; or 0 */
	bool is_loose;
	bool is_second_best;	/* unless slabs are known by cache */
};

#define OF(class, file)	.id = PAGEOWNER_ACCOUNT_##class, .source = PAGEOWNER_ACCOUNT_##file
#define DETAIL_OF(class, file) \
	.id = PO_ACCOUNT_DETAIL(PAGEOWNER_ACCOUNT_##class), .source = PAGEOWNER_ACCOUNT_##file
#define FACT(fact)	PO_FACT_##fact

static const struct derived table[] = {
	{ OF(CACHE, MEMINFO), "shared memory (tmpfs, shm, memfd)", { FACT(SHMEM) } },
	{ OF(CACHE, MEMINFO), "files", { FACT(CACHED) }, { FACT(SHMEM) } },
	{ OF(CACHE, MEMINFO), "block devices (Buffers)", { FACT(BUFFERS) } },
	{ OF(ANON, MEMINFO), "huge pages (THP)", { FACT(ANON_HUGE) } },
	{ OF(ANON, KSM), "shared by KSM", { FACT(KSM) } },
	{ OF(SLAB, MEMINFO), "reclaimable", { FACT(SRECLAIMABLE) }, .is_second_best = true },
	{ OF(SLAB, MEMINFO), "unreclaimable", { FACT(SUNRECLAIM) }, .is_second_best = true },
	{ OF(PAGE_TABLES, MEMINFO), "of processes", { FACT(PAGE_TABLES) } },
	{ OF(PAGE_TABLES, MEMINFO), "of virtual machines and IOMMUs", { FACT(SEC_PAGE_TABLES) } },
	{ OF(STACKS, MEMINFO), "of tasks", { FACT(STACKS) } },
	{ OF(STACKS, MEMINFO), "shadow call stacks", { FACT(SHADOW_STACKS) } },
	{ OF(GPU, MEMINFO), "in use", { FACT(GPU_ACTIVE) } },
	{ OF(GPU, MEMINFO), "free, in pools", { FACT(GPU_RECLAIM) } },
	/* MemFree counts it, buddyinfo does not. */
	{ OF(FREE, MEMINFO), "not yet accepted by the guest", { FACT(UNACCEPTED) } },
	/* VmallocUsed counts them, KernelStack does not. */
	{ OF(VMALLOC, VMALLOCINFO), "kernel stacks kept for reuse", { FACT(STACK_AREAS) },
	  { FACT(STACKS) } },
	/* MemFree does not count them. */
	{ OF(OTHER, ZONEINFO), "free, in per-CPU lists", { FACT(IN_LISTS) } },
	/* At least: what is in the page cache or mapped need not be on a list. */
	{ OF(OTHER, MEMINFO), "on LRU lists, unmapped (swap cache, parts of THP)",
	  { FACT(ACTIVE), FACT(INACTIVE), FACT(UNEVICTABLE) },
	  { FACT(CACHED), FACT(BUFFERS), FACT(ANON) } },
	{ OF(OTHER, MEMINFO), "reclaimable memory of drivers", { FACT(KRECLAIMABLE) },
	  { FACT(SRECLAIMABLE) } },
	{ OF(OTHER, MEMINFO), "copies for writeback (FUSE)", { FACT(WRITEBACK_TMP) } },
	{ OF(OTHER, MEMINFO), "page tables kept for reuse (Quicklists)", { FACT(QUICKLISTS) } },
	{ OF(OTHER, ZONEINFO), "zsmalloc (zram; zswap before Linux 5.19)", { FACT(ZSPAGES) },
	  { FACT(ZSWAP), FACT(ZRAM), FACT(OLD_ZSWAP) }, .is_loose = true },
	{ OF(OTHER, ZSWAP_POOL), "compressed swap (zswap)", { FACT(OLD_ZSWAP) } },
	{ OF(OTHER, ARCSTATS), "ZFS cache (ARC)", { FACT(ARC) } },
	{ OF(OTHER, VMSTAT), "metadata of pages (struct page, page_ext)", { FACT(MEMMAP) } },
	{ OF(RESERVED, VMSTAT), "metadata of pages (struct page)", { FACT(BOOT_MEMMAP) } },
	/* Whether MemTotal has it is known to the driver alone. */
	{ DETAIL_OF(BALLOON, VMSTAT), "inflated since boot", { FACT(INFLATED) }, { FACT(DEFLATED) } },
	{ DETAIL_OF(PERCPU, MEMORY_STAT), "charged to cgroups", { FACT(MEMCG_PERCPU) },
	  .count = FACT(ALL_SHOWN), .unit = "cgroups" },
	{ DETAIL_OF(PERCPU, CGROUP_STAT), "dying cgroups (estimated by their number)",
	  { FACT(DYING_PERCPU) }, .count = FACT(DYING_SHOWN), .unit = "cgroups" },
	{ DETAIL_OF(VMALLOC, MEMORY_STAT), "charged to cgroups", { FACT(MEMCG_VMALLOC) } },
	{ DETAIL_OF(OTHER, MEMORY_STAT), "buffers of sockets charged to cgroups",
	  { FACT(MEMCG_SOCK) } },
};

_Static_assert(PO_ARRAY_SIZE(table) <= PO_DERIVED_MAX, "PO_DERIVED_MAX");

/* 0 if something is missing */
static uint64_t bytes_of(const struct derived *d, const struct po_facts *facts,
			 uint64_t page_size)
{
	uint64_t plus = 0, minus = 0;

	for (size_t i = 0; i < MINUS_MAX; i++) {
		if ((d->plus[i] && !po_fact_is_there(facts, d->plus[i])) ||
		    (d->minus[i] && !d->is_loose && !po_fact_is_there(facts, d->minus[i])))
			return 0;
		plus = po_add_or_stay(plus, po_fact_bytes(facts, d->plus[i], page_size));
		minus = po_add_or_stay(minus, po_fact_bytes(facts, d->minus[i], page_size));
	}
	return plus > minus ? plus - minus : 0;
}

size_t po_account_derive(const struct po_facts *facts, uint64_t page_size,
			 bool has_caches, struct pageowner_account_part *to)
{
	size_t made = 0;

	for (size_t i = 0; i < PO_ARRAY_SIZE(table); i++) {
		const struct derived *d = &table[i];
		const uint64_t bytes = bytes_of(d, facts, page_size);
		const uint64_t number = d->unit ? facts->number[d->count] : 0;

		if ((bytes || number) && !(d->is_second_best && has_caches))
			to[made++] = (struct pageowner_account_part){
				.id = d->id, .source = d->source, .name = po_text_of(d->name),
				.module = PO_TEXT(""), .bytes = bytes,
				.count = number, .unit = number ? d->unit : NULL,
			};
	}
	return made;
}
