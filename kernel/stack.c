// SPDX-License-Identifier: GPL-2.0-only
/*
 * stack.c - the stack that leads to a probe, as the number of a stack.
 *
 * How the frames are found cheaply is in trie.c; where that is not built, the
 * kernel's unwinder walks the stack each time.
 */
#include <linux/preempt.h>
#include <linux/stacktrace.h>

#include "stacks.h"
#include "compat.h"

#ifdef PO_HAVE_TRIE

u32 po_stack_here(unsigned long *frame)
{
	if (unlikely(in_nmi())) {
		po_count_add(PO_STACK_IN_NMI, 1);
		return po_failure_stack;
	}
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

	if (unlikely(in_nmi())) {
		po_count_add(PO_STACK_IN_NMI, 1);
		return po_failure_stack;
	}
	/* Without this function and the probe. */
	nr = stack_trace_save(entries, ARRAY_SIZE(entries), 2);
	nr = po_filter_irq_stacks(entries, nr);
	return po_stack_intern_trimmed(entries, nr);
}

#endif
