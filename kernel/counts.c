// SPDX-License-Identifier: GPL-2.0-only
/*
 * counts.c - what the module counts about itself.
 *
 * Counters of events only; the pages of each stack are counted in stacks.c.
 */
#include "base.h"

DEFINE_PER_CPU(struct po_counts, po_counts);

/**
 * po_count_sum() - a counter, summed over all processors
 * @count: which
 */
u64 po_count_sum(enum po_count count)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(&po_counts, cpu)->n[count]);
	return sum;
}

/**
 * po_counts_clear() - set all counters to 0; no probe may be attached
 */
void po_counts_clear(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(&po_counts, cpu), 0, sizeof(struct po_counts));
}
