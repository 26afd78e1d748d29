/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pageowner.h - the module's types, and the functions its files offer each other.
 *
 * Events flow one way: probe.c -> stack.c -> stacks.c -> pages.c. The show
 * files only read. Probes take no lock; what protects a shared variable is said next
 * to it.
 */
#ifndef PO_PAGEOWNER_H
#define PO_PAGEOWNER_H

#include <linux/atomic.h>
#include <linux/bitfield.h>
#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/mmzone.h>
#include <linux/jump_label.h>
#include <linux/memory_hotplug.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/sched/clock.h>
#include <linux/seq_file.h>
#include <linux/types.h>

struct dentry;
struct page;

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

#define PO_FRAMES 16		/* as many as the in-tree page_owner keeps */

/* ---- main.c: state ----------------------------------------------------- */

/*
 * Held for writing while tracking is enabled, disabled or reset, and for reading by
 * all who use the tables. Probes never take it: they are detached and have finished
 * before anything they use is freed.
 */
extern struct rw_semaphore po_lock;
extern bool po_enabled;			/* protected by po_lock */
extern u64 po_enabled_ns;		/* protected by po_lock */

int po_set_enabled(bool on);
int po_reset(void);

/* Module parameters, fixed while enabled. */
extern bool po_free_stacks;
extern unsigned int po_arena_kb;
extern bool po_trie;
extern unsigned int po_trie_bits;
extern unsigned int po_trie_verify;
extern unsigned long long po_count_threshold;	/* READ_ONCE, any value will do */

/* ---- stats.c: what the module counts about itself ----------------------- */
enum po_count {
	PO_ALLOC_PAGES,
	PO_FREE_PAGES,
	PO_ALLOCS,
	PO_FREES,
	PO_EARLY_FOUND,
	PO_EARLY_FREED,
	PO_EARLY_TAILS,
	PO_UNMATCHED,
	PO_FILTERED,
	PO_UNTRACKED,
	PO_REPLACED,
	PO_MIGRATED,
	PO_BULK_PAGES,
	PO_CONTIG_PAGES,
	PO_STACK_OVERFLOWS,
	PO_COMM_OVERFLOWS,
	PO_TRIE_HITS,
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
void po_stats_create(struct dentry *dir);

/* ---- control.c: debugfs enabled, reset, filter -------------------------- */
void po_control_create(struct dentry *dir);

/* ---- stacks.c: each distinct stack once, with its counts --------------- */

/**
 * struct po_stack - a distinct stack and what it holds
 * @chain:    next stack in the hash bucket, fixed before publication
 * @older:    stack published before this one, fixed before publication
 * @hash:     of the entries
 * @nr:       number of entries
 * @allocs:   allocations since enabling
 * @pages_in: base pages allocated since enabling
 * @pages_out: base pages freed again; pages_in - pages_out is live
 * @unmatched: base pages that this stack freed and whose allocation was not seen
 * @peak:     most base pages live at once; written without a lock, may be low
 * @peak_ns:  when that was
 * @oldest_ns: oldest live page, filled by a walk under po_oldest_mutex
 * @entries:  return addresses, innermost first
 */
struct po_stack {
	u32 chain;
	u32 older;
	u32 hash;
	u32 nr;
	atomic64_t allocs;
	atomic64_t pages_in;
	atomic64_t pages_out;
	atomic64_t unmatched;
	s64 peak;
	u64 peak_ns;
	u64 oldest_ns;
	unsigned long entries[];
};

int po_stacks_init(void);
void po_stacks_exit(void);
void po_stacks_clear(void);
u32 po_stack_intern(const unsigned long *entries, unsigned int nr);
struct po_stack *po_stack(u32 id);
void po_stack_unmatched(u32 id, unsigned long pages);
u32 po_stack_newest(void);
extern u32 po_failure_stack, po_early_stack;	/* fixed while enabled */
size_t po_stacks_used(void);
size_t po_stacks_size(void);
u64 po_stacks_number(void);
u64 po_stacks_live(void);

static inline s64 po_stack_pages(const struct po_stack *stack)
{
	/* Frees first: a page freed in between must not make it negative. */
	s64 out = atomic64_read(&stack->pages_out);

	return atomic64_read(&stack->pages_in) - out;
}

/* ---- comm.c: each distinct task name once ------------------------------ */
int po_comm_init(void);
void po_comm_exit(void);
void po_comm_clear(void);
u32 po_comm_intern(const char *comm);
const char *po_comm(u32 id);

/* ---- stack.c: the stack that leads to a probe --------------------------- */

/*
 * Kernel text to cut off the top of a stack: the iterators of the two
 * tracepoints, which show only if more than one probe is attached.
 */
struct po_range {
	unsigned long start, size;
};
extern struct po_range po_iterators[2];	/* fixed while enabled */

u32 po_stack_intern_trimmed(unsigned long *entries, unsigned int nr);
u32 po_stack_here(unsigned long *frame);

/* ---- trie.c: the same, cheaply; built only where PO_HAVE_TRIE ----------- */
#ifdef PO_HAVE_TRIE
size_t po_trie_needed(void);	/* bytes that po_trie_init() will allocate */
int po_trie_init(void);
void po_trie_exit(void);
void po_trie_clear(void);
u32 po_trie_stack(unsigned long *frame);
void po_trie_show(struct seq_file *m);
#else
static inline size_t po_trie_needed(void)
{
	return 0;
}

static inline int po_trie_init(void)
{
	return 0;
}

static inline void po_trie_exit(void)
{
}

static inline void po_trie_clear(void)
{
}

static inline void po_trie_show(struct seq_file *m)
{
	seq_puts(m, "trie: not on this architecture\n");
}
#endif

/* ---- what is known of a page --------------------------------------------- */

enum po_status {
	PO_NEVER,	/* nothing is known: zeroed memory, or PO_STATE_MAYBE */
	PO_FREE,	/* was freed; the rest is about its last owner */
	PO_LIVE,	/* allocated, recorded and counted */
	PO_SKIPPED,	/* allocated, but filtered out */
};

/**
 * struct po_record - what is known of one base page
 * @ts_ns: when it was allocated, local clock
 * @task:  PO_TASK_*
 * @state: PO_STATE_*
 *
 * Written only for a page that the writer owns, so an allocation and a free cannot
 * overlap. The early scan is the exception: it uses cmpxchg where the status is still
 * PO_NEVER, so a writer that finds that uses xchg.
 */
struct po_record {
	u64 ts_ns;
	u64 task;
	u64 state;
};

#define PO_TASK_PID	GENMASK_ULL(21, 0)	/* PID_MAX_LIMIT is 2^22 */
#define PO_TASK_TGID	GENMASK_ULL(43, 22)
#define PO_TASK_COMM	GENMASK_ULL(63, 44)

#define PO_STATE_STACK	GENMASK_ULL(23, 0)
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
#define PO_CHUNK_PAGES	(1UL << PO_CHUNK_SHIFT)

/**
 * struct po_chunk - the records of PO_CHUNK_PAGES pages
 * @records: one for each page
 * @freed:   PO_FREED_* words, NULL without free stacks
 */
struct po_chunk {
	struct po_record *records;
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
	return &chunk->records[pfn & (PO_CHUNK_PAGES - 1)];
}

/*
 * The page of a PFN that has a record, or NULL. The page stays as long as the chunk:
 * memory that goes offline first loses its chunk and waits for all readers.
 */
static inline struct page *po_page_at(unsigned long pfn)
{
	return po_chunk_of(pfn) ? pfn_to_online_page(pfn) : NULL;
}

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
 * @record: the record as it was at one moment
 * @freed:  PO_FREED_* word, 0 if not kept
 */
struct po_page {
	struct po_record record;
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

/* ---- scan.c: what each page is used for --------------------------------- */

enum po_use {
	PO_USE_RESERVED,	/* never was the allocator's */
	PO_USE_FREE,		/* in a free block */
	PO_USE_LISTED,		/* no reference, but linked into a list: a CPU's, mostly */
	PO_USE_MAYBE,		/* no reference and not linked */
	PO_USE_USED,
};

/**
 * struct po_run - pages with the same use
 * @pfn:   first of them
 * @order: how many: of a compound page or a free block, otherwise 0
 * @use:   what they are used for
 */
struct po_run {
	unsigned long pfn;
	unsigned int order;
	enum po_use use;
};

enum po_use po_use_of(struct page *page);
bool po_can_scan_cpu_lists(void);
void po_scan_cpu_lists(struct zone *zone,
		       void (*fn)(unsigned long pfn, unsigned int order, void *data),
		       void *data);
int po_scan_zone(struct zone *zone, void (*fn)(const struct po_run *run, void *data),
		 void *data);

/* ---- early.c: pages that were in use before tracking began ------------- */
int po_early_scan(void);

/* ---- check.c: do the records agree with the kernel? --------------------- */
void po_check_create(struct dentry *dir);

/* ---- filter.c: which allocations are recorded -------------------------- */
DECLARE_STATIC_KEY_FALSE(po_filter_key);
bool po_filter_match(struct page *page, unsigned int order, gfp_t gfp);
int po_filter_set(const char *text);
void po_filter_show(struct seq_file *m);
void po_filter_exit(void);

/* ---- probe.c: what reports allocations and frees ----------------------- */
int po_probes_attach(void);
void po_probes_detach(void);
void po_probes_show(struct seq_file *m);

/* ---- types.c: numbers and their names ------------------------------------ */
extern const char *const po_migratetype_names[MIGRATE_TYPES];
unsigned int po_gfp_type(gfp_t gfp);
const char *po_reason_name(unsigned int reason);

/* ---- text.c: one record as text ------------------------------------------ */

enum po_print { PO_PRINT_STACK, PO_PRINT_HANDLE, PO_PRINT_STACK_HANDLE };

/**
 * struct po_text - text that is being written, and in which form
 * @mode:       what names the stack
 * @newest:     the newest kernel's form instead of this kernel's
 * @size:       no more than this fits
 * @len:        what was written, even if it did not fit
 * @stack_id:   stack whose text is in @stack
 * @stack_len:  length of @stack
 * @enabled_ns: when @stack_id was valid
 * @stack:      frames as text
 * @buf:        the text
 */
struct po_text {
	enum po_print mode;
	bool newest;
	size_t size;
	size_t len;
	u32 stack_id;
	int stack_len;
	u64 enabled_ns;
	char stack[PAGE_SIZE];
	char buf[PAGE_SIZE];
};

struct po_text *po_text_new(void);
__printf(2, 3) void po_text_put(struct po_text *t, const char *fmt, ...);
void po_text_stack(struct po_text *t, u32 id);
void po_text_record(struct po_text *t, unsigned long pfn, struct page *page,
		    const struct po_page *known, unsigned int order);
int po_order_now(unsigned long pfn, struct page *page, u64 state);
int po_stack_print(char *buf, size_t size, u32 id);

/* ---- show_*.c: debugfs --------------------------------------------------- */
void po_show_pages_create(struct dentry *dir);
void po_show_lookup_create(struct dentry *dir);
void po_show_stacks_create(struct dentry *dir);
void po_show_blocks_create(struct dentry *dir);

#endif /* PO_PAGEOWNER_H */
