// SPDX-License-Identifier: GPL-2.0-only
/*
 * pages.c - who owns this frame: a record for each base page, by PFN.
 *
 * Records come in chunks of one memory section, on that section's node, made
 * when tracking is enabled or the section goes online. What a record means is
 * in pageowner.h; this file only keeps records and the counts of their stacks.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/memory.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sched/clock.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "pageowner.h"
#include "compat.h"

#ifdef CONFIG_SPARSEMEM
#define CHUNK_SHIFT	PFN_SECTION_SHIFT
#else
#define CHUNK_SHIFT	15
#endif
#define CHUNK_PAGES	(1UL << CHUNK_SHIFT)

struct chunk {
	struct po_record *records;
	u64 *freed;			/* PO_FREED_*, NULL without free stacks */
};

struct table {
	unsigned long nr;
	struct chunk *chunks[];		/* written under chunks_mutex, read under RCU */
};

/*
 * Not po_lock: the hotplug notifier runs inside the hotplug locks, which
 * attaching a probe takes while po_lock is held.
 */
static DEFINE_MUTEX(chunks_mutex);
static struct table __rcu *table;	/* written under chunks_mutex */
static atomic_long_t bytes;

static_assert(sizeof(struct po_record) == 24);
static_assert(__GFP_BITS_SHIFT <= 28, "a gfp mask must fit into PO_STATE_GFP");

/* Probes run with preemption off, which is an RCU read side. */
static struct chunk *chunk_of(unsigned long pfn)
{
	struct table *t = rcu_dereference_sched(table);
	unsigned long nr = pfn >> CHUNK_SHIFT;

	return likely(t && nr < t->nr) ? READ_ONCE(t->chunks[nr]) : NULL;
}

static struct po_record *record_of(struct chunk *chunk, unsigned long pfn)
{
	return &chunk->records[pfn & (CHUNK_PAGES - 1)];
}

static void uncount(u64 state, unsigned long pages)
{
	if (state & PO_STATE_EARLY)
		po_count_add(PO_EARLY_FREED, pages);
	else
		atomic64_add(pages, &po_stack(FIELD_GET(PO_STATE_STACK, state))->pages_out);
}

/*
 * Put a new word into a record and return the old one. Only a word that is
 * still 0 can be written by the early scan at the same time.
 */
static u64 replace(struct po_record *record, u64 state)
{
	u64 old = READ_ONCE(record->state);

	if (unlikely(!old))
		return xchg(&record->state, state);
	/* After ts_ns and task: pairs with the acquire in po_page_get(). */
	smp_store_release(&record->state, state);
	return old;
}

static void count_alloc(u32 id, unsigned long pages, u64 now)
{
	struct po_stack *stack = po_stack(id);
	s64 live = atomic64_add_return(pages, &stack->pages_in) -
		   atomic64_read(&stack->pages_out);

	atomic64_inc(&stack->allocs);
	if (live > READ_ONCE(stack->peak)) {
		WRITE_ONCE(stack->peak, live);
		WRITE_ONCE(stack->peak_ns, now);
	}
}

static void write_records(struct page *page, unsigned int order, u64 task,
			  u64 state, u64 now)
{
	unsigned long pfn = page_to_pfn(page);
	unsigned long end = pfn + (1UL << order);

	for (; pfn < end; pfn++) {
		struct chunk *chunk = chunk_of(pfn);
		struct po_record *record;
		u64 old;

		if (unlikely(!chunk)) {
			po_count_add(PO_UNTRACKED, 1);
			continue;
		}
		record = record_of(chunk, pfn);
		record->ts_ns = now;
		record->task = task;
		old = replace(record, state);
		/* A free that nothing told us of, or a second, better report. */
		if (unlikely(po_status_of(old) == PO_LIVE)) {
			uncount(old, 1);
			po_count_add(PO_REPLACED, 1);
		}
	}
}

/**
 * po_page_alloc() - remember who allocated a page
 * @page:  first page
 * @order: of the allocation
 * @gfp:   as the allocator had it
 * @stack: number of the allocating stack
 *
 * Any context, preemption off. Preparing for a page already recorded replaces
 * what was known of it.
 */
void po_page_alloc(struct page *page, unsigned int order, gfp_t gfp, u32 stack)
{
	u64 now = local_clock();
	u64 task = FIELD_PREP(PO_TASK_PID, current->pid) |
		  FIELD_PREP(PO_TASK_TGID, current->tgid) |
		  FIELD_PREP(PO_TASK_COMM, po_comm_intern(current->comm));
	u64 state = FIELD_PREP(PO_STATE_STACK, stack) |
		   FIELD_PREP(PO_STATE_GFP, (__force u32)gfp) |
		   FIELD_PREP(PO_STATE_ORDER, order) |
		   FIELD_PREP(PO_STATE_STATUS, PO_LIVE);

	/* Counted first, so that a free on another CPU finds it counted. */
	count_alloc(stack, 1UL << order, now);
	po_count_add(PO_ALLOCS, 1);
	po_count_add(PO_ALLOC_PAGES, 1UL << order);
	write_records(page, order, task, state, now);
}

/**
 * po_page_skip() - remember that a page is allocated but filtered out
 * @page:  first page
 * @order: of the allocation
 */
void po_page_skip(struct page *page, unsigned int order)
{
	po_count_add(PO_FILTERED, 1UL << order);
	write_records(page, order, 0, FIELD_PREP(PO_STATE_STATUS, PO_SKIPPED), 0);
}

/**
 * po_page_free() - a page is about to be freed
 * @page:  first page
 * @order: of what is freed, which need not be what was allocated
 * @stack: number of the freeing stack, 0 where free stacks are off
 *
 * Any context, preemption off.
 */
void po_page_free(struct page *page, unsigned int order, u32 stack)
{
	unsigned long pfn = page_to_pfn(page);
	unsigned long end = pfn + (1UL << order);
	unsigned long run = 0;
	u64 run_state = 0;
	u64 freed = 0;

	if (stack)
		freed = FIELD_PREP(PO_FREED_STACK, stack) |
			FIELD_PREP(PO_FREED_TIME, local_clock() >> PO_FREED_SHIFT);

	po_count_add(PO_FREES, 1);
	po_count_add(PO_FREE_PAGES, 1UL << order);
	for (; pfn < end; pfn++) {
		struct chunk *chunk = chunk_of(pfn);
		struct po_record *record;
		u64 state;

		if (unlikely(!chunk))
			continue;
		record = record_of(chunk, pfn);
		state = READ_ONCE(record->state);
		state = replace(record, (state & ~PO_STATE_STATUS) |
				       FIELD_PREP(PO_STATE_STATUS, PO_FREE));
		if (freed && chunk->freed)
			chunk->freed[pfn & (CHUNK_PAGES - 1)] = freed;

		if (unlikely(po_status_of(state) != PO_LIVE)) {
			if (po_status_of(state) != PO_SKIPPED)
				po_count_add(PO_UNMATCHED, 1);
			continue;
		}
		/* Pages of one allocation agree: count them together. */
		if (state != run_state) {
			if (run)
				uncount(run_state, run);
			run = 0;
			run_state = state;
		}
		run++;
	}
	if (run)
		uncount(run_state, run);
}

/**
 * po_page_migrate() - a folio's content and owner move to another
 * @new:    first page of the target, allocated for the migration
 * @old:    first page of the source, freed soon
 * @reason: enum migrate_reason, negative where unknown
 *
 * Both name the old owner afterwards as to whom, but the old pages take over
 * the stack of the target, so that freeing them debits what allocated it.
 */
void po_page_migrate(struct page *new, struct page *old, int reason)
{
	unsigned long pages = min(compound_nr(new), compound_nr(old));
	unsigned long new_pfn = page_to_pfn(new), old_pfn = page_to_pfn(old);
	unsigned long i;

	for (i = 0; i < pages; i++) {
		struct chunk *to_chunk = chunk_of(new_pfn + i);
		struct chunk *from_chunk = chunk_of(old_pfn + i);
		struct po_record *to, *from;
		u64 to_state, from_state;

		if (!to_chunk || !from_chunk)
			continue;
		to = record_of(to_chunk, new_pfn + i);
		from = record_of(from_chunk, old_pfn + i);
		to_state = READ_ONCE(to->state);
		from_state = READ_ONCE(from->state);
		if (po_status_of(to_state) != PO_LIVE ||
		    po_status_of(from_state) != PO_LIVE ||
		    (to_state & PO_STATE_EARLY))
			continue;	/* filtered out, or never seen: leave it */

		to->ts_ns = from->ts_ns;
		to->task = from->task;
		/* Both pair with the acquire in po_page_get(). */
		smp_store_release(&from->state,
				  (from_state & ~(PO_STATE_STACK | PO_STATE_EARLY)) |
				  (to_state & PO_STATE_STACK));
		from_state &= ~PO_STATE_REASON;
		from_state |= FIELD_PREP(PO_STATE_REASON, reason + 1);
		smp_store_release(&to->state, from_state);
	}
	po_count_add(PO_MIGRATED, pages);
}

/**
 * po_page_is_live() - whether an allocation of this page is on record
 * @page: the page, owned by the caller
 */
bool po_page_is_live(struct page *page)
{
	unsigned long pfn = page_to_pfn(page);
	struct chunk *chunk = chunk_of(pfn);
	enum po_status status;

	if (!chunk)
		return true;	/* nowhere to record it */
	status = po_status_of(READ_ONCE(record_of(chunk, pfn)->state));
	return status == PO_LIVE || status == PO_SKIPPED;
}

/**
 * po_page_mark_early() - note that a page was in use before tracking began
 * @pfn:   the base page
 * @order: of the allocation it belongs to, as far as known
 *
 * Return: false where something is known already, or nothing can be kept.
 */
bool po_page_mark_early(unsigned long pfn, unsigned int order)
{
	struct po_record *record;
	struct chunk *chunk;
	bool marked = false;
	u64 state;

	preempt_disable();
	chunk = chunk_of(pfn);
	if (chunk) {
		record = record_of(chunk, pfn);
		state = FIELD_PREP(PO_STATE_STACK, po_early_stack) |
		       FIELD_PREP(PO_STATE_ORDER, order) |
		       FIELD_PREP(PO_STATE_STATUS, PO_LIVE) | PO_STATE_EARLY;
		marked = !cmpxchg(&record->state, 0, state);
	}
	if (marked)
		po_count_add(PO_EARLY_FOUND, 1);
	preempt_enable();
	return marked;
}

/**
 * po_page_get() - copy what is known of a page
 * @pfn:  its number; need not exist
 * @copy: filled
 *
 * The parts of the copy belong together unless the page changes hands twice
 * while it is copied.
 *
 * Return: false where nothing was ever recorded.
 */
bool po_page_get(unsigned long pfn, struct po_page *copy)
{
	struct po_record *record;
	struct chunk *chunk;
	bool found = false;

	preempt_disable();
	chunk = chunk_of(pfn);
	if (!chunk)
		goto out;
	record = record_of(chunk, pfn);
	do {
		/* Pairs with the release in replace() and po_page_migrate(). */
		copy->record.state = smp_load_acquire(&record->state);
		copy->record.ts_ns = READ_ONCE(record->ts_ns);
		copy->record.task = READ_ONCE(record->task);
		smp_rmb();	/* against the writer's release of state */
	} while (READ_ONCE(record->state) != copy->record.state);
	copy->freed = chunk->freed ?
		READ_ONCE(chunk->freed[pfn & (CHUNK_PAGES - 1)]) : 0;
	found = copy->record.state;
out:
	preempt_enable();
	return found;
}

/**
 * po_pages_end() - first PFN behind everything that can be on record
 */
unsigned long po_pages_end(void)
{
	unsigned long end;
	struct table *t;

	preempt_disable();
	t = rcu_dereference_sched(table);
	end = t ? t->nr << CHUNK_SHIFT : 0;
	preempt_enable();
	return end;
}

u64 po_pages_needed(void)
{
	const struct chunk *chunk;
	size_t size = sizeof(*chunk->records);

	if (po_free_stacks)
		size += sizeof(*chunk->freed);
	return (u64)totalram_pages() * size;
}

size_t po_pages_bytes(void)
{
	return atomic_long_read(&bytes);
}

/*
 * Zeroed memory of one node, by single pages: on a machine short of memory it
 * fails instead of calling the OOM killer, and wastes nothing by rounding.
 */
static void *map_pages(size_t size, int nid)
{
	unsigned int nr = PAGE_ALIGN(size) >> PAGE_SHIFT;
	struct page **pages;
	unsigned int i;
	void *mem;

	/* vfree() gives this array back too, being told so by VM_MAP_PUT_PAGES. */
	pages = kvmalloc_array(nr, sizeof(*pages), GFP_KERNEL | __GFP_NOWARN);
	if (!pages)
		return NULL;
	for (i = 0; i < nr; i++) {
		pages[i] = alloc_pages_node(nid, GFP_KERNEL | __GFP_HIGHMEM |
					    __GFP_ZERO | __GFP_NOWARN |
					    __GFP_RETRY_MAYFAIL, 0);
		if (!pages[i])
			goto undo;
	}
	mem = vmap(pages, nr, VM_MAP_PUT_PAGES, PAGE_KERNEL);
	if (!mem)
		goto undo;
	atomic_long_add((long)nr << PAGE_SHIFT, &bytes);
	return mem;
undo:
	while (i--)
		__free_page(pages[i]);
	kvfree(pages);
	return NULL;
}

static void unmap_pages(void *mem, size_t size)
{
	if (!mem)
		return;
	vfree(mem);
	atomic_long_sub(PAGE_ALIGN(size), &bytes);
}

static void free_chunk(struct chunk *chunk)
{
	if (!chunk)
		return;
	unmap_pages(chunk->freed, CHUNK_PAGES * sizeof(*chunk->freed));
	unmap_pages(chunk->records, CHUNK_PAGES * sizeof(*chunk->records));
	kfree(chunk);
}

static struct chunk *new_chunk(int nid)
{
	struct chunk *chunk = kzalloc_node(sizeof(*chunk), GFP_KERNEL, nid);

	if (!chunk)
		return NULL;
	chunk->records = map_pages(CHUNK_PAGES * sizeof(*chunk->records), nid);
	if (!chunk->records)
		goto undo;
	if (po_free_stacks) {
		chunk->freed = map_pages(CHUNK_PAGES * sizeof(*chunk->freed), nid);
		if (!chunk->freed)
			goto undo;
	}
	return chunk;
undo:
	free_chunk(chunk);
	return NULL;
}

/* Make the table reach a PFN, by a larger copy where it does not. */
static int reach(unsigned long nr)
{
	struct table *old = rcu_dereference_protected(table,
					lockdep_is_held(&chunks_mutex));
	struct table *new;

	if (old && nr <= old->nr)
		return 0;
	new = kvzalloc(struct_size(new, chunks, nr), GFP_KERNEL | __GFP_NOWARN);
	if (!new)
		return -ENOMEM;
	new->nr = nr;
	if (old)
		memcpy(new->chunks, old->chunks, old->nr * sizeof(old->chunks[0]));
	rcu_assign_pointer(table, new);
	if (old) {
		synchronize_rcu();
		kvfree(old);
	}
	return 0;
}

static int add_chunks(unsigned long start, unsigned long end, int nid)
{
	unsigned long nr = start >> CHUNK_SHIFT;
	struct table *t;
	int ret;

	lockdep_assert_held(&chunks_mutex);
	ret = reach(DIV_ROUND_UP(end, CHUNK_PAGES));
	if (ret)
		return ret;
	t = rcu_dereference_protected(table, lockdep_is_held(&chunks_mutex));
	for (; nr << CHUNK_SHIFT < end; nr++) {
		struct chunk *chunk;

		if (t->chunks[nr])
			continue;
		chunk = new_chunk(nid);
		if (!chunk)
			return -ENOMEM;
		/* After the chunk is whole; readers depend on its address. */
		smp_store_release(&t->chunks[nr], chunk);
		cond_resched();
	}
	return 0;
}

/* What is still live there was isolated, not freed; it leaves the counts. */
static void uncount_chunk(struct chunk *chunk)
{
	unsigned long i;

	for (i = 0; i < CHUNK_PAGES; i++) {
		u64 state = chunk->records[i].state;

		if (po_status_of(state) == PO_LIVE)
			uncount(state, 1);
	}
}

static void remove_chunks(unsigned long start, unsigned long end)
{
	struct table *t = rcu_dereference_protected(table,
					lockdep_is_held(&chunks_mutex));
	unsigned long nr;

	for (nr = start >> CHUNK_SHIFT; nr << CHUNK_SHIFT < end; nr++) {
		struct chunk *chunk;

		if (!t || nr >= t->nr || !t->chunks[nr])
			continue;
		chunk = t->chunks[nr];
		WRITE_ONCE(t->chunks[nr], NULL);
		synchronize_rcu();
		uncount_chunk(chunk);
		free_chunk(chunk);
	}
}

/* Memory comes and goes in blocks of whole sections. */
static int on_hotplug(struct notifier_block *nb, unsigned long action, void *arg)
{
	struct memory_notify *mem = arg;
	unsigned long end = mem->start_pfn + mem->nr_pages;
	int ret = 0;

	mutex_lock(&chunks_mutex);
	switch (action) {
	case MEM_GOING_ONLINE:
		/* Without records the memory is merely untracked: let it come. */
		if (rcu_access_pointer(table) &&
		    add_chunks(mem->start_pfn, end,
			      page_to_nid(pfn_to_page(mem->start_pfn))))
			pr_notice("no memory for records of new PFNs %#lx-%#lx\n",
				  mem->start_pfn, end - 1);
		break;
	case MEM_OFFLINE:
	case MEM_CANCEL_ONLINE:
		remove_chunks(mem->start_pfn, end);
		break;
	}
	mutex_unlock(&chunks_mutex);
	return notifier_from_errno(ret);
}

static struct notifier_block hotplug_block = { .notifier_call = on_hotplug };

static bool any_online(unsigned long start, unsigned long end)
{
	for (; start < end; start += pageblock_nr_pages)
		if (pfn_to_online_page(start))
			return true;
	return false;
}

static int add_node(int nid)
{
	unsigned long start = NODE_DATA(nid)->node_start_pfn;
	unsigned long end = start + NODE_DATA(nid)->node_spanned_pages;
	unsigned long pfn;
	int ret;

	for (pfn = ALIGN_DOWN(start, CHUNK_PAGES); pfn < end; pfn += CHUNK_PAGES) {
		if (!any_online(max(pfn, start), min(pfn + CHUNK_PAGES, end)))
			continue;
		ret = add_chunks(pfn, pfn + CHUNK_PAGES, nid);
		if (ret)
			return ret;
	}
	return 0;
}

static void drop_table(void)
{
	struct table *t = rcu_dereference_protected(table,
					lockdep_is_held(&chunks_mutex));
	unsigned long nr;

	if (!t)
		return;
	RCU_INIT_POINTER(table, NULL);
	for (nr = 0; nr < t->nr; nr++)
		free_chunk(t->chunks[nr]);
	kvfree(t);
}

/**
 * po_pages_init() - make records for all memory there is
 *
 * Return: 0, or -ENOMEM with nothing kept.
 */
int po_pages_init(void)
{
	unsigned long end = 0;
	int nid, ret;

	for_each_online_node(nid)
		end = max(end, NODE_DATA(nid)->node_start_pfn +
			       NODE_DATA(nid)->node_spanned_pages);

	ret = register_memory_notifier(&hotplug_block);
	if (ret)
		return ret;
	mutex_lock(&chunks_mutex);
	ret = reach(DIV_ROUND_UP(end, CHUNK_PAGES));
	for_each_online_node(nid)
		if (!ret)
			ret = add_node(nid);
	if (ret)
		drop_table();
	mutex_unlock(&chunks_mutex);
	if (ret)
		unregister_memory_notifier(&hotplug_block);
	return ret;
}

/**
 * po_pages_exit() - give all records back; no probe may be attached
 */
void po_pages_exit(void)
{
	unregister_memory_notifier(&hotplug_block);
	mutex_lock(&chunks_mutex);
	drop_table();
	mutex_unlock(&chunks_mutex);
}

/**
 * po_pages_clear() - forget all records; no probe may be attached
 */
void po_pages_clear(void)
{
	struct table *t;
	unsigned long nr;

	mutex_lock(&chunks_mutex);
	t = rcu_dereference_protected(table, lockdep_is_held(&chunks_mutex));
	for (nr = 0; nr < t->nr; nr++) {
		struct chunk *chunk = t->chunks[nr];

		if (!chunk)
			continue;
		memset(chunk->records, 0, CHUNK_PAGES * sizeof(*chunk->records));
		if (chunk->freed)
			memset(chunk->freed, 0, CHUNK_PAGES * sizeof(*chunk->freed));
		cond_resched();
	}
	mutex_unlock(&chunks_mutex);
}
