// SPDX-License-Identifier: GPL-2.0-only
/*
 * trim.c - the number of a stack without the frames of tracing.
 *
 * How the frames were found does not matter here.
 */
#include <linux/minmax.h>

#include "stacks.h"

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
