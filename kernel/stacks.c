// SPDX-License-Identifier: GPL-2.0-only
/*
 * stacks.c - each distinct stack once, with its counts of base pages.
 *
 * Stacks live in an arena that only grows, so a number names a stack while
 * tracking is enabled. The kernel's own stack depot is not used: it may allocate,
 * which a probe must not, and never frees. When the arena is full, further stacks
 * are counted and become the failure stack.
 */
#include <linux/jhash.h>
#include <linux/vmalloc.h>

#include "stacks.h"

#define UNIT		PO_STACK_UNIT
#define BUCKET_BITS	14

void *po_stack_arena;
static u32 arena_units;			/* fixed while enabled */
static atomic_t arena_next;		/* first free unit */
static atomic64_t stacks_number;
static u32 *buckets;			/* heads written by cmpxchg */
static u32 newest;			/* written by cmpxchg */

u32 po_failure_stack, po_early_stack;

u32 po_stack_newest(void)
{
	/* Pairs with the cmpxchg() in publish(). */
	return smp_load_acquire(&newest);
}

static u32 find(u32 id, u32 hash, const unsigned long *entries, unsigned int nr)
{
	for (; id; id = po_stack(id)->chain) {
		struct po_stack *stack = po_stack(id);

		if (stack->hash == hash && stack->nr == nr &&
		    !memcmp(stack->entries, entries, nr * sizeof(*entries)))
			return id;
	}
	return 0;
}

static u32 reserve(size_t bytes)
{
	u32 units = DIV_ROUND_UP(bytes, UNIT);
	int next = atomic_read(&arena_next);

	do {
		if (next + units > arena_units)
			return 0;
	} while (!atomic_try_cmpxchg(&arena_next, &next, next + units));
	return next;
}

static void publish(u32 id)
{
	struct po_stack *stack = po_stack(id);
	u32 head = READ_ONCE(newest);

	for (;;) {
		u32 seen;

		stack->older = head;
		seen = cmpxchg(&newest, head, id);
		if (seen == head)
			break;
		head = seen;
	}
	atomic64_inc(&stacks_number);
}

/**
 * po_stack_intern() - the number of a stack, new or known
 * @entries: return addresses, innermost first
 * @nr:      how many, at most PO_FRAMES
 *
 * Any context. Lock-free; two CPUs that meet with the same new stack agree on
 * one, at the cost of a few bytes of arena.
 *
 * Return: its number; po_failure_stack when the arena is full.
 */
u32 po_stack_intern(const unsigned long *entries, unsigned int nr)
{
	u32 hash = jhash2((const u32 *)entries, nr * sizeof(*entries) / 4, nr);
	u32 *bucket = &buckets[hash >> (32 - BUCKET_BITS)];
	struct po_stack *stack;
	u32 head, id;

	/* Pairs with the cmpxchg() below. */
	head = smp_load_acquire(bucket);
	id = find(head, hash, entries, nr);
	if (id)
		return id;

	id = reserve(struct_size(stack, entries, nr));
	if (unlikely(!id)) {
		po_count_add(PO_STACK_OVERFLOWS, 1);
		return po_failure_stack;
	}
	stack = po_stack(id);
	stack->hash = hash;
	stack->nr = nr;
	memcpy(stack->entries, entries, nr * sizeof(*entries));
	for (;;) {
		u32 seen;

		stack->chain = head;
		seen = cmpxchg(bucket, head, id);
		if (seen == head)
			break;
		head = seen;
		seen = find(head, hash, entries, nr);
		if (seen)
			return seen;	/* another CPU was faster; ours stays unused */
	}
	publish(id);
	return id;
}

/**
 * po_stack_unmatched() - count pages freed whose allocation was not seen
 * @id:    number of the freeing stack
 * @pages: how many base pages
 *
 * While memory is scanned for pages that were in use before, one may be freed that the
 * scan has not come to: it is early, as those that it finds.
 */
void po_stack_unmatched(u32 id, unsigned long pages)
{
	if (unlikely(!READ_ONCE(po_enabled))) {
		po_count_add(PO_EARLY_FOUND, pages);
		po_count_add(PO_EARLY_FREED, pages);
		return;
	}
	po_count_add(PO_UNMATCHED, pages);
	atomic64_add(pages, &po_stack(id)->unmatched);
}

/*
 * Two stacks that stand for none, recognised by the name of their only frame, which
 * is that of the in-tree page_owner.
 */
static noinline void register_failure_stack(void)
{
	unsigned long here = (unsigned long)register_failure_stack;

	po_failure_stack = po_stack_intern(&here, 1);
}

static noinline void register_early_stack(void)
{
	unsigned long here = (unsigned long)register_early_stack;
	u32 before = newest;

	/* In-tree, early pages are neither counted nor listed by stack. */
	po_early_stack = po_stack_intern(&here, 1);
	newest = before;
	atomic64_dec(&stacks_number);
}

/**
 * po_stacks_clear() - drop all stacks; no probe may be attached
 */
void po_stacks_clear(void)
{
	memset(po_stack_arena, 0, (size_t)arena_units * UNIT);
	memset(buckets, 0, sizeof(*buckets) << BUCKET_BITS);
	newest = 0;
	atomic_set(&arena_next, 1);	/* 0 means none */
	atomic64_set(&stacks_number, 0);
	register_failure_stack();
	register_early_stack();
}

int po_stacks_init(void)
{
	u64 units = (u64)po_arena_kb * 1024 / UNIT;

	arena_units = min_t(u64, units, GENMASK(PO_STACK_BITS - 1, 0));
	po_stack_arena = __vmalloc((size_t)arena_units * UNIT,
				   GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN);
	if (!po_stack_arena)
		return -ENOMEM;
	buckets = __vmalloc(sizeof(*buckets) << BUCKET_BITS,
			    GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN);
	if (!buckets) {
		vfree(po_stack_arena);
		po_stack_arena = NULL;
		return -ENOMEM;
	}
	po_stacks_clear();
	return 0;
}

void po_stacks_exit(void)
{
	vfree(buckets);
	vfree(po_stack_arena);
	buckets = NULL;
	po_stack_arena = NULL;
}

size_t po_stacks_used(void)
{
	return (size_t)atomic_read(&arena_next) * UNIT;
}

size_t po_stacks_size(void)
{
	return (size_t)arena_units * UNIT;
}

/**
 * po_stacks_live() - base pages held by all stacks, without early ones
 */
u64 po_stacks_live(void)
{
	u64 pages = 0;
	u32 id;

	for (id = po_stack_newest(); id; id = po_stack(id)->older)
		pages += po_stack_pages(po_stack(id));
	return pages;
}

u64 po_stacks_number(void)
{
	return atomic64_read(&stacks_number);
}
