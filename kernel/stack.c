// SPDX-License-Identifier: GPL-2.0-only
/*
 * stack.c - the stack that leads to a probe, as the number of a stack.
 *
 * Cuts off the frames that belong to tracing rather than to the caller. How the
 * frames are found cheaply is in trie.c; where that is not built, the kernel's
 * unwinder walks the stack each time.
 */
#include <linux/preempt.h>
#include <linux/stacktrace.h>

#include "pageowner.h"

struct po_range po_iterators[2];

static bool in_iterator(unsigned long addr)
{
	return addr - po_iterators[0].start < po_iterators[0].size ||
	       addr - po_iterators[1].start < po_iterators[1].size;
}

/**
 * po_stack_intern_trimmed() - the number of a stack seen from a tracepoint
 * @entries: return addresses, innermost first
 * @nr:      how many
 *
 * Drops the tracepoint iterator's frame from the top, then keeps as many frames
 * as a stack may have.
 */
u32 po_stack_intern_trimmed(unsigned long *entries, unsigned int nr)
{
	if (nr && in_iterator(entries[0])) {
		entries++;
		nr--;
	}
	return po_stack_intern(entries, min_t(unsigned int, nr, PO_FRAMES));
}

#ifdef PO_HAVE_TRIE

u32 po_stack_here(unsigned long *frame)
{
	if (unlikely(in_nmi()))
		return po_failure_stack;
	return po_trie_stack(frame);
}

#else

/**
 * po_stack_here() - number of the stack that leads to a probe
 * @frame: the probe's own __builtin_frame_address(0)
 *
 * Any context, preemption off. Neither the probe nor its callees show.
 *
 * Return: the stack's number; the failure stack in NMI or when out of room.
 */
noinline u32 po_stack_here(unsigned long *frame)
{
	unsigned long entries[PO_FRAMES + 1];
	unsigned int nr;

	if (unlikely(in_nmi()))
		return po_failure_stack;
	/* Without this function and the probe. */
	nr = stack_trace_save(entries, ARRAY_SIZE(entries), 2);
	nr = filter_irq_stacks(entries, nr);
	return po_stack_intern_trimmed(entries, nr);
}

#endif
