/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * gendump.h - what is made up and what is written: tasks, stacks, runs of records, and
 * how they are drawn by chance. The same options give the same bytes.
 */
#ifndef GENDUMP_H
#define GENDUMP_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

enum {
	MAX_DEPTH	= 64,
	MAX_FRAME	= 96,
	SYMBOLS		= 1500,
	NO_MEMCG	= -1,
	OUT_SIZE	= 1 << 20,
};

#define RUN_STEP_NS ((uint64_t)20 * 1000)

struct task {
	char text[64];			/* from "pid " to "ts " */
	size_t len;
};

struct stack {
	char *text;
	size_t len;
	const struct kind *kind;
	int memcg;
	unsigned int order;
	unsigned int first_task;	/* into gen->own_tasks */
	unsigned int n_tasks;		/* 0: any task */
	double migrated;		/* part of its runs that has the line */
};

/* What all records of a run have in common. */
struct run {
	const struct stack *stack;
	const struct task *task;
	unsigned int order;
	int memcg;
	bool migrated;
};

struct params {
	uint64_t size;
	uint64_t seed;
	unsigned long n_stacks;
	double mean_run;
	unsigned long depth;
	bool linux_61;
	bool real;
	unsigned int n_tasks;
	double modules;
};

struct gen {
	struct params p;
	uint64_t rng;
	char symbols[SYMBOLS][MAX_FRAME];
	struct task *tasks;
	unsigned int *own_tasks;
	struct stack *stacks;
	uint64_t *upto;			/* cumulated popularity, full range */
	uint64_t pfn;
	uint64_t ts_ns;
	uint64_t left;			/* bytes still wanted */
	char *out;
	size_t out_len;
};

/* gendump.c: end the program if there is no memory, or with the message */
void *xcalloc(size_t n, size_t size);
void die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

/* gendump-draw.c: symbols, tasks and stacks, and what the records of a run share */
void make_world(struct gen *g);
void start_run(struct gen *g, struct run *r);

/* gendump-text.c: write it to standard output */
void put_dump(struct gen *g);

/* splitmix64 */
static inline uint64_t draw(struct gen *g)
{
	uint64_t z = (g->rng += 0x9e3779b97f4a7c15ull);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

static inline uint64_t below(struct gen *g, uint64_t n)
{
	return ((unsigned __int128)draw(g) * n) >> 64;
}

static inline double unit(struct gen *g)
{
	return (double)(draw(g) >> 11) * 0x1p-53;
}

static inline bool chance(struct gen *g, double p)
{
	return unit(g) < p;
}

/* Low numbers are the popular ones. */
static inline uint64_t skewed(struct gen *g, uint64_t n)
{
	double u = unit(g);

	return (uint64_t)(u * u * (double)n);
}

#endif
