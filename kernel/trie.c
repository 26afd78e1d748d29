// SPDX-License-Identifier: GPL-2.0-only
/*
 * trie.c - the call-path trie: the stack of a page allocation, cheaply.
 *
 * Unwinding costs ten times as much as all the rest. But call paths repeat, and the
 * distance on the stack from one return address to the next is nearly always the
 * same. So the unwinder walks each path once and teaches a trie: a node is (parent,
 * return address) and holds the distance to the next return address; the last node
 * of a path holds the number of its stack.
 *
 * This is heuristic. Reads never leave the task's stack, so the worst is a
 * wrong stack; one walk in po_trie_verify is repeated with the unwinder, and a
 * single mismatch turns the trie off until tracking is enabled again. Kbuild adds
 * this file only where the unwinder is x86-64's ORC; elsewhere stack.c uses the
 * plain unwinder.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bitfield.h>
#include <linux/hash.h>
#include <linux/irq_work.h>
#include <linux/jump_label.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched/task_stack.h>
#include <linux/stacktrace.h>
#include <linux/vmalloc.h>

#include <asm/unwind.h>

#include "stacks.h"
#include "compat.h"

/*
 * What a node knows of the way to the next frame: nothing yet; its distance from
 * this frame; its distance from the top of the stack, for frames that the system
 * call entry places at random; that the stack ends, if this frame is that far from
 * the top; that no more frames are kept, wherever this is; that the distance varies,
 * so that only the unwinder can find it.
 */
enum { STEP_NONE, STEP_CALL, STEP_TOP, STEP_END, STEP_CUT, STEP_DEAD };

#define STEP_KIND	GENMASK(2, 0)
#define STEP_DIST	GENMASK(16, 3)		/* words up from this frame */
#define STEP_TOPDIST	GENMASK(30, 17)		/* words down from the top */

static_assert(THREAD_SIZE / sizeof(long) < BIT(14));	/* both distances */

/**
 * struct trie_node - a return address, reached by a certain path
 * @key:   parent node's number << 32 | low half of the address; all kernel
 *         text lies within 2 GiB. Taken by cmpxchg, 0 is a free place.
 * @step:  STEP_*; written by any CPU that learned it, equal or more careful
 * @stack: number of the whole stack, valid once @step says STEP_END or STEP_CUT
 */
struct trie_node {
	u64 key;
	u32 step;
	u32 stack;
};

static DEFINE_MUTEX(trie_mutex);		/* for whoever drops all paths */
static struct trie_node *nodes;		/* fixed while enabled */
static unsigned int nodes_bits;		/* fixed while enabled */
static atomic_t nodes_used;
static bool trie_on;			/* cleared by any CPU, set under trie_mutex */
static bool broken;			/* there was a mismatch */
static DEFINE_PER_CPU(int, until_verify);

struct walk {
	unsigned long ip[PO_WALK_FRAMES];
	unsigned long sp[PO_WALK_FRAMES];
	unsigned int nr;
	bool cut;		/* what follows was interrupted, or is not kept */
	bool whole;		/* ended where stacks end, so it can be taught */
};

/* A node's number is its place plus one; 0 is the root. */
static struct trie_node *find_node(u32 parent, u32 ip, bool create)
{
	u64 key = (u64)parent << 32 | ip;
	u32 mask = (1U << nodes_bits) - 1;
	u32 i = hash_64(key, nodes_bits);
	u32 tries;

	for (tries = 0; tries < 64; tries++, i = (i + 1) & mask) {
		u64 seen = READ_ONCE(nodes[i].key);

		if (likely(seen == key))
			return &nodes[i];
		if (seen)
			continue;
		if (!create)
			return NULL;
		seen = cmpxchg(&nodes[i].key, 0, key);
		if (seen == key)
			return &nodes[i];
		if (!seen) {
			atomic_inc(&nodes_used);
			return &nodes[i];
		}
	}
	return NULL;
}

static u32 node_number(const struct trie_node *node)
{
	return node - nodes + 1;
}

/* Walk with the unwinder from the frame whose stack pointer is @sp. */
static void unwind(struct walk *walk, unsigned long sp)
{
	struct unwind_state state;
	unsigned int kept;

	walk->nr = 0;
	/* The unwinder skips frames up to and including the given one. */
	for (unwind_start(&state, current, NULL, (unsigned long *)(sp - 8));
	     !unwind_done(&state) && walk->nr < PO_WALK_FRAMES;
	     unwind_next_frame(&state)) {
		unsigned long ip = unwind_get_return_address(&state);

		if (!ip)
			break;
		walk->ip[walk->nr] = ip;
		walk->sp[walk->nr] = state.sp;
		walk->nr++;
	}
	/* As the stack depot does: what was interrupted is not the cause. */
	kept = po_filter_irq_stacks(walk->ip, walk->nr);
	walk->cut = kept < walk->nr || walk->nr == PO_WALK_FRAMES;
	walk->whole = kept < walk->nr || !unwind_error(&state);
	walk->nr = kept;
}

static u32 learned_step(const struct walk *walk, unsigned int i)
{
	unsigned long top = (unsigned long)task_stack_page(current) + THREAD_SIZE;
	unsigned long slot;

	if (i + 1 == walk->nr)
		return walk->cut ? STEP_CUT : FIELD_PREP(STEP_KIND, STEP_END) |
			FIELD_PREP(STEP_TOPDIST, (top - walk->sp[i]) / sizeof(long));
	slot = walk->sp[i + 1] - sizeof(long);
	/*
	 * The slot must hold the address that the unwinder found: it does not
	 * after a kretprobe, or where the path changes stacks.
	 */
	if (slot < walk->sp[i] || slot >= top || !IS_ALIGNED(slot, sizeof(long)) ||
	    po_stack_word((void *)slot) != (u32)walk->ip[i + 1])
		return STEP_DEAD;
	return FIELD_PREP(STEP_KIND, STEP_CALL) |
	       FIELD_PREP(STEP_DIST, (slot - walk->sp[i]) / sizeof(long)) |
	       FIELD_PREP(STEP_TOPDIST, (top - slot) / sizeof(long));
}

/*
 * Two results for one node: never guess between distances. But the entry of a page
 * fault ends the stack of a fault in user mode, while one in the kernel goes on: the
 * end is remembered, as its place identifies it, and the other is left to the
 * unwinder.
 */
static u32 merged_step(u32 old, u32 new)
{
	bool ends = FIELD_GET(STEP_KIND, new) == STEP_END;

	if (old == STEP_NONE || old == new)
		return new;
	if (old == STEP_DEAD || (old == STEP_CUT && ends))
		return old;
	if (FIELD_GET(STEP_KIND, old) == STEP_END)
		return ends ? STEP_DEAD : new == STEP_CUT ? new : old;
	if (ends)
		return new;
	if (FIELD_GET(STEP_KIND, new) == STEP_CALL &&
	    (FIELD_GET(STEP_KIND, old) == STEP_CALL ||
	     FIELD_GET(STEP_KIND, old) == STEP_TOP)) {
		if (FIELD_GET(STEP_KIND, old) == STEP_CALL &&
		    FIELD_GET(STEP_DIST, old) == FIELD_GET(STEP_DIST, new))
			return old;
		if (FIELD_GET(STEP_TOPDIST, old) == FIELD_GET(STEP_TOPDIST, new))
			return (new & STEP_TOPDIST) | STEP_TOP;
	}
	return STEP_DEAD;
}

static void teach(const struct walk *walk, u32 stack)
{
	u32 parent = 0;
	unsigned int i;

	for (i = 0; i < walk->nr; i++) {
		struct trie_node *node = NULL;
		u32 step, old, learned;

		/* Beyond three quarters, searching takes long. */
		if (atomic_read(&nodes_used) < 3 << (nodes_bits - 2))
			node = find_node(parent, walk->ip[i], true);
		if (!node) {
			po_count_add(PO_TRIE_OVERFLOWS, 1);
			return;
		}
		learned = learned_step(walk, i);
		old = READ_ONCE(node->step);
		step = merged_step(old, learned);
		if (i + 1 == walk->nr && step == learned)
			WRITE_ONCE(node->stack, stack);
		/* After stack: pairs with the acquire in follow(). */
		if (step != old)
			smp_store_release(&node->step, step);
		/* Paths that were found by the old step may be wrong now. */
		if (step != old && old != STEP_NONE)
			po_recent_forget();
		if (FIELD_GET(STEP_KIND, step) != STEP_CALL &&
		    FIELD_GET(STEP_KIND, step) != STEP_TOP)
			return;		/* nobody gets further by the trie */
		parent = node_number(node);
	}
}

static u32 unwind_and_teach(unsigned long sp, bool learn)
{
	struct walk walk;
	u32 stack;

	unwind(&walk, sp);
	stack = po_stack_intern_trimmed(walk.ip, walk.nr);
	if (learn && walk.whole && stack != po_failure_stack)
		teach(&walk, stack);
	return stack;
}

static bool ends_here(u32 step, unsigned long from_top)
{
	if (FIELD_GET(STEP_KIND, step) == STEP_CUT)
		return true;
	return FIELD_GET(STEP_KIND, step) == STEP_END &&
		FIELD_GET(STEP_TOPDIST, step) * sizeof(long) == from_top;
}

/* The stack's number by the trie alone, 0 if it does not know the way. */
static u32 follow(unsigned long *frame, unsigned long top, struct po_trail *trail)
{
	unsigned long slot = (unsigned long)frame;
	u32 parent = 0;

	for (trail->nr = 0; trail->nr < PO_WALK_FRAMES; ) {
		u32 ip = po_stack_word((void *)slot);
		unsigned long sp = slot + sizeof(long);
		struct trie_node *node = find_node(parent, ip, false);
		u32 step;

		po_window();
		if (unlikely(!node))
			return 0;
		trail->steps[trail->nr].at = slot - (unsigned long)frame;
		trail->steps[trail->nr++].ip = ip;
		/* Pairs with the release in teach(). */
		step = smp_load_acquire(&node->step);
		if (likely(FIELD_GET(STEP_KIND, step) == STEP_CALL))
			slot = sp + FIELD_GET(STEP_DIST, step) * sizeof(long);
		else if (FIELD_GET(STEP_KIND, step) == STEP_TOP)
			slot = top - FIELD_GET(STEP_TOPDIST, step) * sizeof(long);
		else
			return ends_here(step, top - sp) ? READ_ONCE(node->stack) : 0;
		if (unlikely(slot < sp || slot >= top))
			return 0;
		parent = node_number(node);
	}
	return 0;
}

static u32 follow_and_remember(unsigned long *frame, unsigned long top)
{
	u32 when = po_recent_generation();
	struct po_trail trail;
	u32 stack = follow(frame, top, &trail);

	po_count_add(PO_TRIE_WALKS, 1);
	if (likely(stack))
		po_recent_add(frame, top, &trail, stack, when);
	return stack;
}

static void report_broken(struct irq_work *work)
{
	pr_notice("call-path trie disagreed with the unwinder and is off; using the unwinder\n");
}

static DEFINE_IRQ_WORK(broken_work, report_broken);

static void verify(u32 stack, unsigned long sp)
{
	po_count_add(PO_TRIE_VERIFIED, 1);
	if (likely(unwind_and_teach(sp, false) == stack))
		return;
	po_count_add(PO_TRIE_MISMATCHES, 1);
	WRITE_ONCE(trie_on, false);
	/* A probe may run where printk() must not be called. */
	if (!xchg(&broken, true))
		irq_work_queue(&broken_work);
}

/**
 * po_trie_stack() - number of the stack that leads to a probe
 * @frame: the probe's own __builtin_frame_address(0)
 *
 * Any context but NMI, preemption off. Neither the probe nor its callees show.
 *
 * Return: the stack's number; the failure stack when out of room.
 */
u32 po_trie_stack(unsigned long *frame)
{
	unsigned long sp = (unsigned long)(frame + 2);
	unsigned long base = (unsigned long)task_stack_page(current);
	u32 stack;

	if (unlikely(!READ_ONCE(trie_on)))
		return unwind_and_teach(sp, false);
	if (unlikely(sp - base >= THREAD_SIZE)) {	/* an interrupt's stack */
		po_count_add(PO_TRIE_BYPASSED, 1);
		return unwind_and_teach(sp, false);
	}

	stack = po_recent_find(frame + 1, base + THREAD_SIZE);
	if (!stack)
		stack = follow_and_remember(frame + 1, base + THREAD_SIZE);
	if (unlikely(!stack)) {
		po_count_add(PO_TRIE_MISSES, 1);
		return unwind_and_teach(sp, true);
	}
	po_count_add(PO_TRIE_HITS, 1);
	/* Below 0: an interrupt may have counted it down to 0 meanwhile. */
	if (unlikely(this_cpu_dec_return(until_verify) < 0)) {
		this_cpu_write(until_verify, po_trie_verify - 1);
		verify(stack, sp);
	}
	return stack;
}

static void drop_paths(void)
{
	lockdep_assert_held(&trie_mutex);
	WRITE_ONCE(trie_on, false);
	synchronize_rcu();	/* no probe uses it after this */
	po_recent_forget();
	memset(nodes, 0, sizeof(*nodes) << nodes_bits);
	atomic_set(&nodes_used, 0);
	if (!READ_ONCE(broken))
		WRITE_ONCE(trie_on, true);
}

/* Another module's text goes away: its addresses may be reused for other code. */
static int on_module(struct notifier_block *nb, unsigned long action, void *arg)
{
	if (action != MODULE_STATE_GOING)
		return NOTIFY_DONE;
	mutex_lock(&trie_mutex);
	if (READ_ONCE(trie_on))
		drop_paths();
	mutex_unlock(&trie_mutex);
	return NOTIFY_DONE;
}

static struct notifier_block module_block = { .notifier_call = on_module };

/**
 * po_trie_clear() - drop all paths; no probe may be attached
 */
void po_trie_clear(void)
{
	if (!nodes)
		return;
	mutex_lock(&trie_mutex);
	WRITE_ONCE(broken, false);
	drop_paths();
	mutex_unlock(&trie_mutex);
}

static unsigned int wanted_bits(void)
{
	return clamp(po_trie_bits, 8U, 20U);
}

size_t po_trie_needed(void)
{
	return po_trie ? (sizeof(*nodes) << wanted_bits()) + po_recent_needed() : 0;
}

static void free_all(void)
{
	trie_on = false;
	po_recent_exit();
	vfree(nodes);
	nodes = NULL;
}

int po_trie_init(void)
{
	int ret;

	if (!po_trie)
		return 0;
	nodes_bits = wanted_bits();
	nodes = __vmalloc(sizeof(*nodes) << nodes_bits,
			  GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN);
	if (!nodes)
		return -ENOMEM;
	ret = po_recent_init();
	if (ret)
		goto undo;
	po_trie_clear();
	ret = register_module_notifier(&module_block);
	if (ret)
		goto undo;
	return 0;
undo:
	free_all();
	return ret;
}

void po_trie_exit(void)
{
	if (!nodes)
		return;
	unregister_module_notifier(&module_block);
	irq_work_sync(&broken_work);
	free_all();
}

void po_trie_show(struct seq_file *m)
{
	seq_printf(m, "trie: %s\n", !po_trie ? "off" :
		   READ_ONCE(broken) ? "off (mismatch)" : "on");
	seq_printf(m, "trie_nodes: %d\n", atomic_read(&nodes_used));
	seq_printf(m, "trie_nodes_max: %u\n", nodes ? 3U << (nodes_bits - 2) : 0);
}
