// SPDX-License-Identifier: GPL-2.0-only
/*
 * pages.c - who owns a page: what allocating, freeing and migrating it does to its
 * records.
 *
 * Keeps records and the counts of their stacks consistent. What a record holds is
 * described in pageowner.h, where records live is chunks.c's business.
 */
#include <linux/mm.h>
#include <linux/sched/clock.h>

#include "records.h"
#include "compat.h"

static_assert(sizeof(struct po_record) == 16);
static_assert(__GFP_BITS_SHIFT <= 28, "a gfp mask must fit into PO_STATE_GFP");

/*
 * Store a new state in place of @old, and return what was there. Only a state of which
 * nothing is known can be written by the early scan at the same time.
 */
static __always_inline u64 replace(struct po_record *record, u64 old, u64 state)
{
	if (unlikely(po_status_of(old) == PO_NEVER))
		return xchg(&record->state, state);
	/* After task and ts_ns: pairs with the acquire in po_page_get(). */
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

static __always_inline void write_record(unsigned long pfn, u64 task, u64 state, u64 now)
{
	struct po_chunk *chunk = po_chunk_of(pfn);
	struct po_record *record;
	u64 old;

	po_window();
	if (unlikely(!chunk)) {
		po_count_add(PO_UNTRACKED, 1);
		return;
	}
	record = po_record_of(chunk, pfn);
	record->task = task;
	if (likely(po_has_times()))
		*record->ts_ns = now;
	old = replace(record, READ_ONCE(record->state), state);
	/* A free that was not seen, or a second event for the same page. */
	if (unlikely(po_status_of(old) == PO_LIVE)) {
		po_uncount(old, 1);
		po_count_add(PO_REPLACED, 1);
	}
}

static noinline void write_block(unsigned long pfn, unsigned int order, u64 task,
				 u64 state, u64 now)
{
	unsigned long end = pfn + (1UL << order);

	for (; pfn < end; pfn++)
		write_record(pfn, task, state, now);
}

/* Most allocations are of a single page. */
static __always_inline void write_records(struct page *page, unsigned int order,
					  u64 task, u64 state, u64 now)
{
	if (likely(!order))
		write_record(page_to_pfn(page), task, state, now);
	else
		write_block(page_to_pfn(page), order, task, state, now);
}

/**
 * po_page_alloc() - record an allocation
 * @page:  first page
 * @order: of the allocation
 * @gfp:   as the allocator had it
 * @stack: number of the allocating stack
 *
 * Any context, preemption off. Recording a page twice replaces the first record.
 */
void po_page_alloc(struct page *page, unsigned int order, gfp_t gfp, u32 stack)
{
	unsigned long pages = likely(!order) ? 1 : 1UL << order;
	u64 now = local_clock();
	u64 task = FIELD_PREP(PO_TASK_PID, current->pid) |
		  FIELD_PREP(PO_TASK_TGID, current->tgid) |
		  FIELD_PREP(PO_TASK_COMM, po_comm_intern(current->comm));
	u64 state = FIELD_PREP(PO_STATE_STACK, stack) |
		   FIELD_PREP(PO_STATE_GFP, (__force u32)gfp) |
		   FIELD_PREP(PO_STATE_ORDER, order) |
		   FIELD_PREP(PO_STATE_STATUS, PO_LIVE);

	/* Counted first, so that a free on another CPU never finds it uncounted. */
	count_alloc(stack, pages, now);
	po_count_add(PO_ALLOCS, 1);
	po_count_add(PO_ALLOC_PAGES, pages);
	write_records(page, order, task, state, now);
}

/**
 * po_page_skip() - record that an allocation was filtered out
 * @page:  first page
 * @order: of the allocation
 */
void po_page_skip(struct page *page, unsigned int order)
{
	po_count_add(PO_FILTERED, 1UL << order);
	write_records(page, order, 0, FIELD_PREP(PO_STATE_STATUS, PO_SKIPPED), 0);
}

/* Mark a page as free. Sets *state to what it was; false if it has no record. */
static __always_inline bool release(unsigned long pfn, u64 freed, u64 *state)
{
	struct po_chunk *chunk = po_chunk_of(pfn);
	struct po_record *record;
	u64 old;

	po_window();
	if (unlikely(!chunk))
		return false;
	record = po_record_of(chunk, pfn);
	old = READ_ONCE(record->state);
	*state = replace(record, old, (old & ~PO_STATE_STATUS) |
				      FIELD_PREP(PO_STATE_STATUS, PO_FREE));
	if (freed && chunk->freed)
		chunk->freed[pfn & (PO_CHUNK_PAGES - 1)] = freed;
	return true;
}

static unsigned long release_page(unsigned long pfn, u64 freed)
{
	u64 state;

	if (unlikely(!release(pfn, freed, &state)))
		return 0;
	if (unlikely(po_status_of(state) != PO_LIVE))
		return po_status_of(state) != PO_SKIPPED;
	po_uncount(state, 1);
	return 0;
}

static noinline unsigned long release_block(unsigned long pfn, unsigned int order,
					    u64 freed)
{
	unsigned long end = pfn + (1UL << order);
	unsigned long run = 0, unmatched = 0;
	u64 run_state = 0, state;

	for (; pfn < end; pfn++) {
		if (unlikely(!release(pfn, freed, &state)))
			continue;
		if (unlikely(po_status_of(state) != PO_LIVE)) {
			/* The scan for early pages cannot see such a tail. */
			if (po_status_of(state) == PO_NEVER &&
			    (run_state & PO_STATE_EARLY))
				po_count_add(PO_EARLY_TAILS, 1);
			else if (po_status_of(state) != PO_SKIPPED)
				unmatched++;
			continue;
		}
		/* Pages of one allocation agree: count them together. */
		if (state != run_state) {
			if (run)
				po_uncount(run_state, run);
			run = 0;
			run_state = state;
		}
		run++;
	}
	if (run)
		po_uncount(run_state, run);
	return unmatched;
}

/**
 * po_page_free() - a page is about to be freed
 * @page:  first page
 * @order: of the freed block, which may differ from the allocated one
 * @stack: number of the freeing stack, 0 if free stacks are off
 *
 * Any context, preemption off.
 *
 * Return: base pages whose allocation was not seen.
 */
unsigned long po_page_free(struct page *page, unsigned int order, u32 stack)
{
	u64 freed = 0;

	if (stack)
		freed = FIELD_PREP(PO_FREED_STACK, stack) |
			FIELD_PREP(PO_FREED_TIME, local_clock() >> PO_FREED_SHIFT);
	po_count_add(PO_FREES, 1);
	if (likely(!order)) {
		po_count_add(PO_FREE_PAGES, 1);
		/* It goes to no free list, and vmstat does not count it. */
		if (unlikely(PageHWPoison(page)))
			po_count_add(PO_POISONED, 1);
		return release_page(page_to_pfn(page), freed);
	}
	po_count_add(PO_FREE_PAGES, 1UL << order);
	return release_block(page_to_pfn(page), order, freed);
}

/**
 * po_page_migrate() - a folio's content and owner move to another
 * @new:    first page of the target, allocated for the migration
 * @old:    first page of the source, freed soon
 * @reason: enum migrate_reason, negative if unknown
 *
 * Afterwards both name the old owner's task, but the old pages take over the
 * target's stack, so that freeing them debits the stack that allocated the target.
 */
void po_page_migrate(struct page *new, struct page *old, int reason)
{
	unsigned long pages = min(compound_nr(new), compound_nr(old));
	unsigned long new_pfn = page_to_pfn(new), old_pfn = page_to_pfn(old);
	unsigned long i, moved = 0;

	for (i = 0; i < pages; i++) {
		struct po_chunk *to_chunk = po_chunk_of(new_pfn + i);
		struct po_chunk *from_chunk = po_chunk_of(old_pfn + i);
		struct po_record *to, *from;
		u64 to_state, from_state;

		if (!to_chunk || !from_chunk)
			continue;
		to = po_record_of(to_chunk, new_pfn + i);
		from = po_record_of(from_chunk, old_pfn + i);
		to_state = READ_ONCE(to->state);
		from_state = READ_ONCE(from->state);
		if (po_status_of(to_state) != PO_LIVE ||
		    po_status_of(from_state) != PO_LIVE ||
		    (to_state & PO_STATE_EARLY))
			continue;	/* filtered out or never seen */

		to->task = from->task;
		if (po_has_times())
			*to->ts_ns = *from->ts_ns;
		/* Both pair with the acquire in po_page_get(). */
		smp_store_release(&from->state,
				  (from_state & ~(PO_STATE_STACK | PO_STATE_EARLY)) |
				  (to_state & PO_STATE_STACK));
		from_state &= ~PO_STATE_REASON;
		from_state |= FIELD_PREP(PO_STATE_REASON, reason + 1);
		smp_store_release(&to->state, from_state);
		moved++;
	}
	po_count_add(PO_MIGRATED, moved);
	po_count_add(PO_MIGRATED_UNKNOWN, pages - moved);
}

/**
 * po_page_is_live() - check whether a page is recorded as allocated
 * @page: the page, owned by the caller
 */
bool po_page_is_live(struct page *page)
{
	unsigned long pfn = page_to_pfn(page);
	struct po_chunk *chunk = po_chunk_of(pfn);
	enum po_status status;

	if (!chunk)
		return true;	/* no place for a record */
	status = po_status_of(READ_ONCE(po_record_of(chunk, pfn)->state));
	return status == PO_LIVE || status == PO_SKIPPED;
}

/* Replace a state by another, if it is still the same and the page has a record. */
static bool change_state(unsigned long pfn, u64 old, u64 new)
{
	struct po_chunk *chunk;
	bool changed = false;

	preempt_disable();
	chunk = po_chunk_of(pfn);
	if (chunk)
		changed = cmpxchg(&po_record_of(chunk, pfn)->state, old, new) == old;
	preempt_enable();
	return changed;
}

static u64 early_state(unsigned int order)
{
	return FIELD_PREP(PO_STATE_STACK, po_early_stack) |
	       FIELD_PREP(PO_STATE_ORDER, order) |
	       FIELD_PREP(PO_STATE_STATUS, PO_LIVE) | PO_STATE_EARLY;
}

/**
 * po_page_mark_early() - record that a page was in use before tracking began
 * @pfn:   the base page
 * @order: of the allocation it belongs to, if known
 *
 * Return: false if the page has a record already, or has no place for one.
 */
bool po_page_mark_early(unsigned long pfn, unsigned int order)
{
	if (!change_state(pfn, 0, early_state(order)))
		return false;
	po_count_add(PO_EARLY_FOUND, 1);
	return true;
}

/**
 * po_page_mark_maybe() - record that a page may have been in use
 * @pfn: the base page
 *
 * Return: false if the page has a record already, or has no place for one.
 */
bool po_page_mark_maybe(unsigned long pfn)
{
	return change_state(pfn, 0, PO_STATE_MAYBE);
}

/**
 * po_page_settle_maybe() - decide on a page that may have been in use
 * @pfn:  the base page
 * @used: true if it was
 *
 * Return: true if it is now marked as early; false also for all other pages.
 */
bool po_page_settle_maybe(unsigned long pfn, bool used)
{
	if (!change_state(pfn, PO_STATE_MAYBE, used ? early_state(0) : 0) || !used)
		return false;
	po_count_add(PO_EARLY_FOUND, 1);
	return true;
}

/**
 * po_page_unmark_early() - a page that is on no account in use is not early
 * @pfn: the base page
 *
 * Return: true if it was marked as early; false also if it only may have been.
 */
bool po_page_unmark_early(unsigned long pfn)
{
	if (change_state(pfn, PO_STATE_MAYBE, 0) || !change_state(pfn, early_state(0), 0))
		return false;
	po_count_add(PO_EARLY_FOUND, -1);
	return true;
}

/**
 * po_page_get() - copy what is known of a page
 * @pfn:  its number; need not exist
 * @copy: set
 *
 * The parts of the copy belong together unless the page changes hands twice
 * during the copy.
 *
 * Return: false if nothing was ever recorded.
 */
bool po_page_get(unsigned long pfn, struct po_page *copy)
{
	struct po_record *record;
	struct po_chunk *chunk;
	bool found = false;

	preempt_disable();
	chunk = po_chunk_of(pfn);
	po_window();
	if (!chunk)
		goto out;
	record = po_record_of(chunk, pfn);
	do {
		/* Pairs with the release in replace() and po_page_migrate(). */
		copy->state = smp_load_acquire(&record->state);
		copy->ts_ns = po_has_times() ? READ_ONCE(*record->ts_ns) : 0;
		copy->task = READ_ONCE(record->task);
		smp_rmb();	/* against the writer's release of state */
	} while (READ_ONCE(record->state) != copy->state);
	copy->freed = chunk->freed ?
		READ_ONCE(chunk->freed[pfn & (PO_CHUNK_PAGES - 1)]) : 0;
	found = po_status_of(copy->state) != PO_NEVER;
out:
	preempt_enable();
	return found;
}
