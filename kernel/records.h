/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * records.h - what is known of each page, and where that is kept.
 *
 * Who writes a record, and when, is said at struct po_record; which events lead to
 * that is not known here.
 */
#ifndef PO_RECORDS_H
#define PO_RECORDS_H

#include <linux/bitfield.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

#include "stacks.h"

struct page;

/* ---- what is known of a page --------------------------------------------- */

enum po_status {
	PO_NEVER,	/* nothing is known: zeroed memory, or PO_STATE_MAYBE */
	PO_FREE,	/* was freed; the rest is about its last owner */
	PO_LIVE,	/* allocated, recorded and counted */
	PO_SKIPPED,	/* allocated, but filtered out */
};

/**
 * struct po_record - what is known of one base page
 * @task:  PO_TASK_*
 * @state: PO_STATE_*
 * @ts_ns: when it was allocated, local clock; none there with times=0, see po_record_of()
 *
 * Written only for a page that the writer owns, so an allocation and a free cannot
 * overlap. The early scan is the exception: it uses cmpxchg where the status is still
 * PO_NEVER, so a writer that finds that uses xchg.
 */
struct po_record {
	u64 task;
	u64 state;
	u64 ts_ns[];
};

#define PO_TASK_PID	GENMASK_ULL(21, 0)	/* PID_MAX_LIMIT is 2^22 */
#define PO_TASK_TGID	GENMASK_ULL(43, 22)
#define PO_TASK_COMM	GENMASK_ULL(63, 44)

#define PO_STATE_STACK	GENMASK_ULL(PO_STACK_BITS - 1, 0)
#define PO_STATE_GFP	GENMASK_ULL(51, 24)
#define PO_STATE_ORDER	GENMASK_ULL(56, 52)
#define PO_STATE_STATUS	GENMASK_ULL(58, 57)
#define PO_STATE_EARLY	BIT_ULL(59)		/* from before tracking began */
#define PO_STATE_MAYBE	PO_STATE_EARLY		/* and nothing else: see early.c */
#define PO_STATE_REASON	GENMASK_ULL(63, 60)	/* migrate reason + 1, 0: none */

/* With free_stacks=1, a second word for each page. */
#define PO_FREED_STACK	GENMASK_ULL(23, 0)
#define PO_FREED_TIME	GENMASK_ULL(63, 24)	/* in units of 2^PO_FREED_SHIFT ns */
#define PO_FREED_SHIFT	16

static inline enum po_status po_status_of(u64 state)
{
	return FIELD_GET(PO_STATE_STATUS, state);
}

static inline gfp_t po_state_gfp(u64 state)
{
	return (__force gfp_t)FIELD_GET(PO_STATE_GFP, state);
}

/* ---- chunks.c: where records live ---------------------------------------- */

#ifdef CONFIG_SPARSEMEM
#define PO_CHUNK_SHIFT	PFN_SECTION_SHIFT
#else
#define PO_CHUNK_SHIFT	15
#endif
#define PO_CHUNK_PAGES	BIT(PO_CHUNK_SHIFT)

/**
 * struct po_chunk - the records of PO_CHUNK_PAGES pages
 * @records: one for each page, po_record_size bytes apart
 * @freed:   PO_FREED_* words, NULL without free stacks
 */
struct po_chunk {
	void *records;
	u64 *freed;
};

/**
 * struct po_table - all chunks by PFN
 * @nr:     number of places in @chunks
 * @chunks: NULL where there is no memory; written under chunks.c's mutex, read
 *          under RCU
 */
struct po_table {
	unsigned long nr;
	struct po_chunk *chunks[];
};

extern struct po_table __rcu *po_table;
extern unsigned int po_record_size;	/* with its time or without, fixed while loaded */

/* With preemption off or under rcu_read_lock(); the chunk stays until its end. */
static inline struct po_chunk *po_chunk_of(unsigned long pfn)
{
	struct po_table *table = rcu_dereference_check(po_table,
						       rcu_read_lock_sched_held());
	unsigned long nr = pfn >> PO_CHUNK_SHIFT;

	return likely(table && nr < table->nr) ? READ_ONCE(table->chunks[nr]) : NULL;
}

static inline struct po_record *po_record_of(struct po_chunk *chunk,
					     unsigned long pfn)
{
	return chunk->records + (pfn & (PO_CHUNK_PAGES - 1)) * po_record_size;
}

static inline bool po_has_times(void)
{
	return po_record_size > sizeof(struct po_record);
}

/*
 * The page of a PFN that has a record, or NULL. The page stays as long as the chunk:
 * memory that goes offline first loses its chunk and waits for all readers.
 */
static inline struct page *po_page_at(unsigned long pfn)
{
	return po_chunk_of(pfn) ? pfn_to_online_page(pfn) : NULL;
}

void po_chunks_set_size(void);
int po_chunks_init(void);
void po_chunks_exit(void);
void po_chunks_clear(void);
unsigned long po_chunks_end(void);
bool po_chunk_is_there(unsigned long pfn);
u64 po_chunks_needed(void);	/* bytes that po_chunks_init() will allocate */
size_t po_chunks_bytes(void);

/* ---- pages.c: who owns a page -------------------------------------------- */

/* Take pages out of the counts of the stack that allocated them. */
static inline void po_uncount(u64 state, unsigned long pages)
{
	if (state & PO_STATE_EARLY)
		po_count_add(PO_EARLY_FREED, pages);
	else
		atomic64_add(pages, &po_stack(FIELD_GET(PO_STATE_STACK, state))->pages_out);
}

/**
 * struct po_page - a copy of what is known of a page
 * @task:  PO_TASK_*, as all else as it was at one moment
 * @state: PO_STATE_*
 * @ts_ns: when it was allocated, 0 if not kept
 * @freed: PO_FREED_* word, 0 if not kept
 */
struct po_page {
	u64 task;
	u64 state;
	u64 ts_ns;
	u64 freed;
};

void po_page_alloc(struct page *page, unsigned int order, gfp_t gfp, u32 stack);
void po_page_skip(struct page *page, unsigned int order);
unsigned long po_page_free(struct page *page, unsigned int order, u32 stack);
void po_page_migrate(struct page *new, struct page *old, int reason);
bool po_page_is_live(struct page *page);
bool po_page_mark_early(unsigned long pfn, unsigned int order);
bool po_page_mark_maybe(unsigned long pfn);
bool po_page_settle_maybe(unsigned long pfn, bool used);
bool po_page_unmark_early(unsigned long pfn);
bool po_page_get(unsigned long pfn, struct po_page *copy);

#endif /* PO_RECORDS_H */
