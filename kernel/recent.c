// SPDX-License-Identifier: GPL-2.0-only
/*
 * recent.c - the paths through the trie that each CPU took lately.
 *
 * A task that allocates many pages does so by few paths, at the same depth of its
 * stack each time. So the places of all return addresses are known by that depth, and
 * comparing them costs a fraction of a walk through the trie. A path holds what
 * such a walk found; when a node changes, all paths are dropped.
 */
#include <linux/percpu.h>
#include <linux/string.h>

#include "stacks.h"

#define PATHS 32		/* of each CPU, by depth */

/**
 * struct known_path - a path that was walked
 * @generation: of the trie when it was walked; 0: none
 * @depth:      words from the first return address to the top of the stack
 * @stack:      number of the whole stack
 * @trail:      where the return addresses are, and their low halves
 */
struct known_path {
	u32 generation;
	u32 depth;
	u32 stack;
	struct po_trail trail;
};

/*
 * By its CPU only. An interrupt that comes while a path is read or written leaves all
 * of them alone: read with another's depth, a trail might lead beyond the stack.
 */
struct recent {
	bool busy;
	struct known_path paths[PATHS];
};

static struct recent __percpu *recent;		/* fixed while enabled */
static atomic_t generation = ATOMIC_INIT(1);

/* Stack pointers are multiples of two words. */
static struct known_path *path_of(struct recent *mine, u32 depth)
{
	return mine->paths + depth / 2 % PATHS;
}

u32 po_recent_generation(void)
{
	return atomic_read(&generation);
}

static u32 find(const struct known_path *path, const void *frame, u32 depth)
{
	const struct po_step *step = path->trail.steps;
	const struct po_step *end = step + path->trail.nr;

	if (path->depth != depth || path->generation != po_recent_generation())
		return 0;
	do {
		if (po_stack_word(frame + step->at) != step->ip)
			return 0;
	} while (++step < end);
	return path->stack;
}

/**
 * po_recent_find() - the stack's number, if this CPU took the same path lately
 * @frame: where the first return address is
 * @top:   the end of the task's stack
 *
 * Any context but NMI, preemption off.
 *
 * Return: the number, 0 if not known.
 */
u32 po_recent_find(unsigned long *frame, unsigned long top)
{
	struct recent *mine = this_cpu_ptr(recent);
	u32 depth = (top - (unsigned long)frame) / sizeof(long);
	u32 stack;

	if (unlikely(READ_ONCE(mine->busy)))
		return 0;
	WRITE_ONCE(mine->busy, true);
	barrier();
	stack = find(path_of(mine, depth), frame, depth);
	barrier();
	WRITE_ONCE(mine->busy, false);
	return stack;
}

/**
 * po_recent_add() - remember a path
 * @frame: where the first return address is
 * @top:   the end of the task's stack
 * @trail: the places of all return addresses
 * @stack: number of the stack
 * @when:  po_recent_generation() before the walk
 */
void po_recent_add(unsigned long *frame, unsigned long top,
		   const struct po_trail *trail, u32 stack, u32 when)
{
	struct recent *mine = this_cpu_ptr(recent);
	u32 depth = (top - (unsigned long)frame) / sizeof(long);
	struct known_path *path = path_of(mine, depth);

	if (READ_ONCE(mine->busy))
		return;
	WRITE_ONCE(mine->busy, true);
	barrier();
	path->generation = when;
	path->depth = depth;
	path->stack = stack;
	path->trail.nr = trail->nr;
	memcpy(path->trail.steps, trail->steps, trail->nr * sizeof(trail->steps[0]));
	barrier();
	WRITE_ONCE(mine->busy, false);
}

/**
 * po_recent_forget() - drop all paths of all CPUs
 */
void po_recent_forget(void)
{
	/* 0 is never valid. */
	if (atomic_inc_return(&generation) == 0)
		atomic_inc(&generation);
}

size_t po_recent_needed(void)
{
	return sizeof(*recent) * num_possible_cpus();
}

int po_recent_init(void)
{
	recent = alloc_percpu(struct recent);
	return recent ? 0 : -ENOMEM;
}

void po_recent_exit(void)
{
	free_percpu(recent);
	recent = NULL;
}
