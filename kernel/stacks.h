/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stacks.h - stacks and task names, each as a number.
 *
 * Of pages only their number is known here: what a stack holds is counted.
 */
#ifndef PO_STACKS_H
#define PO_STACKS_H

#include <linux/atomic.h>
#include <linux/seq_file.h>
#include <linux/types.h>

#include "base.h"

#define PO_FRAMES 16		/* as many as the in-tree page_owner keeps */
#define PO_STACK_BITS 24	/* of a stack's number */

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
void po_stack_unmatched(u32 id, unsigned long pages);
u32 po_stack_newest(void);
extern u32 po_failure_stack;		/* fixed while enabled */
extern u32 po_early_stack;		/* fixed while enabled */
size_t po_stacks_used(void);
size_t po_stacks_size(void);
u64 po_stacks_number(void);
u64 po_stacks_live(void);

#define PO_STACK_UNIT 16		/* bytes that a stack's number counts */
extern void *po_stack_arena;		/* fixed while enabled */

/**
 * po_stack() - the stack of a number
 * @id: returned by po_stack_intern()
 *
 * Return: the stack, or NULL for 0.
 */
static inline struct po_stack *po_stack(u32 id)
{
	return id ? po_stack_arena + (size_t)id * PO_STACK_UNIT : NULL;
}

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

/* ---- trim.c: a stack without the frames of tracing ----------------------- */

/*
 * Kernel text to cut off the top of a stack: the iterators of the two
 * tracepoints, which show only if more than one probe is attached.
 */
struct po_range {
	unsigned long start, size;
};

extern struct po_range po_iterators[2];	/* fixed while enabled */

u32 po_stack_intern_trimmed(unsigned long *entries, unsigned int nr);

/* ---- recent.c: paths through the trie, built with it --------------------- */

#ifdef PO_HAVE_TRIE
/* One more than is kept: the first frame may be the iterator's. */
#define PO_WALK_FRAMES (PO_FRAMES + 1)

/**
 * struct po_trail - where the return addresses of a stack are
 * @nr:    how many
 * @steps: bytes from the first return address, and the low half of what is there:
 *         all kernel text lies within 2 GiB
 */
struct po_trail {
	u32 nr;
	struct po_step {
		u32 at;
		u32 ip;
	} steps[PO_WALK_FRAMES];
};

/* The low half of a stack word, whatever is there, KASAN's redzones included. */
static inline __no_sanitize_address u32 po_stack_word(const void *at)
{
	return READ_ONCE(*(const u32 *)at);
}

u32 po_recent_generation(void);
u32 po_recent_find(unsigned long *frame, unsigned long top);
void po_recent_add(unsigned long *frame, unsigned long top,
		   const struct po_trail *trail, u32 stack, u32 when);
void po_recent_forget(void);
size_t po_recent_needed(void);
int po_recent_init(void);
void po_recent_exit(void);
#endif

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

/* ---- stack.c: the stack that leads to a probe ---------------------------- */
u32 po_stack_here(unsigned long *frame);

#endif /* PO_STACKS_H */
