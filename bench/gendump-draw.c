// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * gendump-draw.c - make up functions, tasks and stacks, and draw whose records come next.
 *
 * It does not model a kernel: who allocates what is drawn by chance. How a record is
 * written is gendump-text.c's affair.
 */
#include "gendump.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "gendump-words.h"

enum {
	COMMON_KINDS	= PIPE,
	ANY_MEMCG	= -2,
};

static const uint64_t UPTIME_NS = 9000ull * 1000 * 1000 * 1000;

#define PICK(g, array) ((array)[below(g, ARRAY_SIZE(array))])

static void make_symbols(struct gen *g)
{
	for (int i = 0; i < SYMBOLS; i++) {
		bool module = chance(g, g->p.modules);
		const char *area = module ? PICK(g, module_areas) : PICK(g, builtin_areas);
		const char *verb = PICK(g, verbs);
		const char *noun = PICK(g, nouns);
		const char *clone = chance(g, 0.04) ? ".isra.0" : "";
		unsigned int bytes = 0x40 + 0x10 * skewed(g, 0xff);
		unsigned int at = 1 + below(g, bytes - 1);

		snprintf(g->symbols[i], MAX_FRAME, "%s_%s_%s%s+0x%x/0x%x%s%s%s", area, verb, noun,
			 clone, at, bytes, module ? " [" : "", module ? area : "",
			 module ? "]" : "");
	}
}

static void make_tasks(struct gen *g)
{
	unsigned int pid = 1;

	g->tasks = xcalloc(g->p.n_tasks, sizeof(*g->tasks));
	for (unsigned int i = 0; i < g->p.n_tasks; i++) {
		struct task *t = &g->tasks[i];
		unsigned int tgid = chance(g, 0.15) ? pid : 0;	/* a thread of the one before */

		pid += 1 + below(g, 60);
		t->len = snprintf(t->text, sizeof(t->text), "pid %u, tgid %u (%s), ts ", pid,
				  tgid ? tgid : pid, comms[i % ARRAY_SIZE(comms)]);
	}
}

/* 6.1 has no memory allocation profiling, so its functions lack the suffix. */
static size_t put_frame(struct gen *g, char *to, const char *frame)
{
	static const char suffix[] = "_noprof";
	const char *cut = g->p.linux_61 ? strstr(frame, suffix) : NULL;

	if (cut)
		return sprintf(to, " %.*s%s\n", (int)(cut - frame), frame, cut + strlen(suffix));
	return sprintf(to, " %s\n", frame);
}

static unsigned int count(const char *const *list)
{
	unsigned int n = 0;

	while (list[n])
		n++;
	return n;
}

/*
 * Allocator, callers, entry into the kernel. At the depth limit the kernel
 * cuts the entry away; below it, one caller at least keeps stacks different.
 */
static void make_stack_text(struct gen *g, struct stack *s, unsigned int depth)
{
	const char *const *leaf = s->kind->leaf;
	const char *const *tail = tails[below(g, ARRAY_SIZE(tails))];
	unsigned int n_leaf = count(leaf);
	unsigned int n_tail = count(tail);
	unsigned int at = 0;
	char text[MAX_DEPTH * MAX_FRAME];
	size_t len = 0;

	if (depth >= g->p.depth)
		n_tail = 0;
	else if (depth < n_leaf + n_tail + 1 && !g->p.real)
		depth = n_leaf + n_tail + 1;
	if (depth > g->p.depth)
		depth = g->p.depth;
	for (; at < depth; at++) {
		const char *frame;

		if (at < n_leaf)
			frame = leaf[at];
		else if (at + n_tail < depth)
			frame = g->symbols[skewed(g, SYMBOLS)];
		else
			frame = tail[at + n_tail - depth];
		len += put_frame(g, text + len, frame);
	}
	s->text = xcalloc(len, 1);
	memcpy(s->text, text, len);
	s->len = len;
}

static unsigned int draw_depth(struct gen *g)
{
	unsigned int range = g->p.depth < 7 ? g->p.depth : 7;

	if (chance(g, 0.35))
		return g->p.depth;
	return g->p.depth - below(g, range);
}

/* A stack of the real dump keeps its order, its cgroup and its few tasks. */
static void make_real_stack(struct gen *g, struct stack *s, unsigned int rank)
{
	const struct real_top *top = rank < ARRAY_SIZE(real_top) ? &real_top[rank] : NULL;
	unsigned int kind = top ? top->kind : PICK(g, real_rest);

	s->kind = &kinds[kind];
	s->memcg = s->kind->charge ? (int)below(g, ARRAY_SIZE(cgroups)) : NO_MEMCG;
	if (!top && chance(g, 0.15))
		s->order = 1 + below(g, 3);
	s->migrated = top && kind == PAGE_CACHE ? 0.5 : 0;
	s->n_tasks = top ? top->tasks : 1 + (chance(g, 0.5) ? below(g, 3) : 0);
	make_stack_text(g, s, top ? top->depth : draw_depth(g));
}

static void make_hard_stack(struct gen *g, struct stack *s, unsigned long rank)
{
	s->kind = &kinds[rank % COMMON_KINDS];
	s->memcg = s->kind->user ? ANY_MEMCG : NO_MEMCG;
	s->migrated = s->kind->user ? 0.0125 : 0;	/* 0.5 % of all records */
	make_stack_text(g, s, draw_depth(g));
}

static double popularity(const struct params *p, unsigned long rank)
{
	const unsigned long n_top = ARRAY_SIZE(real_top);

	if (!p->real)
		return pow((double)rank + 1, -1.05);
	if (rank < n_top)
		return real_top[rank].weight;
	return 1 + 120.0 / (double)(rank - n_top + 1);
}

static void make_stacks(struct gen *g)
{
	const unsigned long n = g->p.n_stacks;
	unsigned int n_own = 0;
	double sum = 0;
	double so_far = 0;

	g->stacks = xcalloc(n, sizeof(*g->stacks));
	g->upto = xcalloc(n, sizeof(*g->upto));
	for (unsigned long i = 0; i < n; i++)
		sum += popularity(&g->p, i);
	for (unsigned long i = 0; i < n; i++) {
		struct stack *s = &g->stacks[i];

		so_far += popularity(&g->p, i);
		g->upto[i] = so_far < sum ? (uint64_t)(so_far / sum * 0x1p64) : UINT64_MAX;
		if (g->p.real)
			make_real_stack(g, s, i);
		else
			make_hard_stack(g, s, i);
		s->first_task = n_own;
		n_own += s->n_tasks;
	}
	g->upto[n - 1] = UINT64_MAX;
	g->own_tasks = xcalloc(n_own, sizeof(*g->own_tasks));
	for (unsigned int i = 0; i < n_own; i++)
		g->own_tasks[i] = skewed(g, g->p.n_tasks);
}

void make_world(struct gen *g)
{
	make_symbols(g);
	make_tasks(g);
	make_stacks(g);
}

static const struct stack *draw_stack(struct gen *g)
{
	const uint64_t r = draw(g);
	unsigned long low = 0;
	unsigned long high = g->p.n_stacks - 1;

	while (low < high) {
		unsigned long mid = low + (high - low) / 2;

		if (r < g->upto[mid])
			high = mid;
		else
			low = mid + 1;
	}
	return &g->stacks[low];
}

static unsigned int draw_order(struct gen *g)
{
	double u = unit(g);

	if (u < 0.95)
		return 0;
	return u < 0.995 ? 1 + (unsigned int)((u - 0.95) / 0.015) : 9;
}

void start_run(struct gen *g, struct run *r)
{
	const struct stack *s = draw_stack(g);

	r->stack = s;
	if (s->n_tasks)
		r->task = &g->tasks[g->own_tasks[s->first_task + skewed(g, s->n_tasks)]];
	else
		r->task = &g->tasks[skewed(g, g->p.n_tasks)];
	r->order = g->p.real ? s->order : draw_order(g);
	r->memcg = s->memcg;
	if (r->memcg == ANY_MEMCG)
		r->memcg = chance(g, 0.5) ? (int)below(g, ARRAY_SIZE(cgroups)) : NO_MEMCG;
	r->migrated = chance(g, s->migrated);
	g->ts_ns = below(g, UPTIME_NS);
}
