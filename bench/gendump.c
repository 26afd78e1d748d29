// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * gendump.c - write a made-up page_owner dump, for measuring.
 *
 * The text has the form of Linux 6.12 (or 6.1) and the proportions of a real
 * dump: popularity and depth of stacks, runs of equal neighbours, extra lines.
 * The same options give the same bytes. It does not model a kernel: who
 * allocates what is drawn by chance, and no record is damaged.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gendump-words.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

enum {
	MAX_DEPTH	= 64,
	MAX_FRAME	= 96,
	MAX_RECORD	= (MAX_DEPTH + 8) * MAX_FRAME,
	SYMBOLS		= 1500,
	EARLIEST_PFN	= 0x1a00,
	PAGEBLOCK_ORDER	= 9,
	COMMON_KINDS	= PIPE,
	NO_MEMCG	= -1,
	ANY_MEMCG	= -2,
};

static const uint64_t UPTIME_NS = 9000ull * 1000 * 1000 * 1000;
static const uint64_t RUN_STEP_NS = 20 * 1000;

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

enum { OUT_SIZE = 1 << 20 };

__attribute__((format(printf, 1, 2), noreturn))
static void die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("gendump: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	exit(1);
}

static void *xcalloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);

	if (!p)
		die("out of memory");
	return p;
}

/* splitmix64 */
static uint64_t draw(struct gen *g)
{
	uint64_t z = (g->rng += 0x9e3779b97f4a7c15ull);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

static uint64_t below(struct gen *g, uint64_t n)
{
	return ((unsigned __int128)draw(g) * n) >> 64;
}

static double unit(struct gen *g)
{
	return (double)(draw(g) >> 11) * 0x1p-53;
}

static bool chance(struct gen *g, double p)
{
	return unit(g) < p;
}

/* Low numbers are the popular ones. */
static uint64_t skewed(struct gen *g, uint64_t n)
{
	double u = unit(g);

	return (uint64_t)(u * u * (double)n);
}

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

static void start_run(struct gen *g, struct run *r)
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

static char *put_u64(char *to, uint64_t v)
{
	char digits[20];
	char *p = digits + sizeof(digits);

	do
		*--p = '0' + v % 10;
	while (v /= 10);
	return mempcpy(to, p, digits + sizeof(digits) - p);
}

static char *put_hex(char *to, uint64_t v)
{
	char digits[16];
	char *p = digits + sizeof(digits);

	do
		*--p = "0123456789abcdef"[v & 15];
	while (v >>= 4);
	return mempcpy(to, p, digits + sizeof(digits) - p);
}

static char *put_header(struct gen *g, char *to, const struct run *r)
{
	to = stpcpy(to, "Page allocated via order ");
	to = put_u64(to, r->order);
	to = stpcpy(to, ", mask ");
	to = stpcpy(to, r->stack->kind->mask);
	to = stpcpy(to, ", ");
	to = mempcpy(to, r->task->text, r->task->len);
	to = put_u64(to, g->ts_ns);
	if (g->p.linux_61) {
		to = stpcpy(to, " ns, free_ts ");
		to = put_u64(to, below(g, g->ts_ns + 1));
	}
	return stpcpy(to, " ns\n");
}

static char *put_pfn_line(struct gen *g, char *to, const struct run *r)
{
	const struct kind *kind = r->stack->kind;
	const char *const *flags = g->p.linux_61 ? kind->flags_61 : kind->flags;

	if (g->p.linux_61)
		to = put_u64(stpcpy(to, "PFN "), g->pfn);
	else
		to = put_hex(stpcpy(to, "PFN 0x"), g->pfn);
	to = stpcpy(to, " type ");
	to = stpcpy(to, kind->type);
	to = stpcpy(to, " Block ");
	to = put_u64(to, g->pfn >> PAGEBLOCK_ORDER);
	to = stpcpy(to, " type ");
	to = stpcpy(to, kind->type);
	to = stpcpy(to, " Flags ");
	to = stpcpy(to, flags[r->order > 0]);
	return stpcpy(to, "\n");
}

/* In the order in which print_page_owner() has them. */
static char *put_extra_lines(char *to, const struct run *r)
{
	if (r->migrated)
		to = stpcpy(to, "Page has been migrated, last migrate reason: compaction\n");
	if (r->stack->kind->slab)
		to = stpcpy(to, "Slab cache page\n");
	if (r->memcg != NO_MEMCG) {
		to = stpcpy(to, r->stack->kind->charge);
		to = stpcpy(to, cgroups[r->memcg]);
		to = stpcpy(to, "\n");
	}
	return to;
}

static void flush(struct gen *g)
{
	const char *from = g->out;

	while (g->out_len > 0) {
		ssize_t n = write(STDOUT_FILENO, from, g->out_len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			die("write: %s", strerror(errno));
		from += n;
		g->out_len -= n;
	}
}

/* False: the next record would make the dump too large. */
static bool put_record(struct gen *g, const struct run *r)
{
	const uint64_t pages = 1ull << r->order;
	char *start;
	char *to;

	if (OUT_SIZE - g->out_len < MAX_RECORD)
		flush(g);
	start = to = g->out + g->out_len;
	g->pfn = (g->pfn + pages - 1) & ~(pages - 1);
	to = put_header(g, to, r);
	to = put_pfn_line(g, to, r);
	to = mempcpy(to, r->stack->text, r->stack->len);
	to = put_extra_lines(to, r);
	*to++ = '\n';
	if ((uint64_t)(to - start) > g->left)
		return false;
	g->left -= to - start;
	g->out_len += to - start;
	g->pfn += pages;
	return true;
}

/*
 * A real dump begins with what was allocated at boot: many stacks, seen once.
 * So each group exists however small its part, and their number does not
 * depend on the size of the dump.
 */
static bool put_boot(struct gen *g)
{
	for (unsigned long i = 0; i < g->p.n_stacks; i++) {
		const struct stack *s = &g->stacks[i];
		struct run r = { .stack = s, .order = s->order, .memcg = s->memcg };

		for (unsigned int t = 0; t < s->n_tasks; t++) {
			g->ts_ns += below(g, RUN_STEP_NS);
			r.task = &g->tasks[g->own_tasks[s->first_task + t]];
			if (!put_record(g, &r))
				return false;
		}
	}
	return true;
}

static void put_dump(struct gen *g)
{
	const double again = 1 - 1 / g->p.mean_run;
	struct run r;

	if (g->p.real && !put_boot(g))
		return;
	for (;;) {
		start_run(g, &r);
		do {
			if (!put_record(g, &r))
				return;
			g->ts_ns += below(g, RUN_STEP_NS);
		} while (chance(g, again));
	}
}

static int usage(FILE *to)
{
	fputs("Usage: gendump [OPTION]... > FILE\n"
	      "Write a made-up page_owner dump to standard output.\n"
	      "\n"
	      "  --like=hard    many stacks, short runs (the default): 12000 base stacks,\n"
	      "                 popularity by Zipf's law (exponent 1.05), mean run 2.2,\n"
	      "                 400 tasks; the cgroup is drawn for each run, so distinct\n"
	      "                 stack texts are two to three times as many\n"
	      "  --like=real    in the proportions of a dump from a small 6.12 machine:\n"
	      "                 about 626 distinct stack texts, mean run 4.5, ten of them\n"
	      "                 make 87 % of the records, most are charged to a cgroup\n"
	      "  --size=BYTES   at most so many bytes, cut after a whole record; K, M, G are\n"
	      "                 powers of 1024, KB, MB, GB powers of 1000 (default 100MB)\n"
	      "  --stacks=N     base stacks\n"
	      "  --run=MEAN     mean length of a run of records with the same stack, task and\n"
	      "                 order, not counting that two runs may meet by chance\n"
	      "  --depth=N      most frames of a stack, 4 to 64 (default 16, as in Linux);\n"
	      "                 35 % have so many, the others 0 to 6 less\n"
	      "  --format=6.1   the text form of Linux 6.1: with free_ts, PFN in decimal\n"
	      "  --format=6.12  the text form of Linux 6.12 (the default)\n"
	      "  --seed=N       another dump of the same kind (default 1)\n"
	      "  --help         this text\n", to);
	return to == stdout ? 0 : 2;
}

static uint64_t parse_number(const char *text, uint64_t max)
{
	static const struct {
		const char *suffix;
		uint64_t times;
	} units[] = {
		{ "", 1 }, { "K", 1ull << 10 }, { "M", 1ull << 20 }, { "G", 1ull << 30 },
		{ "KB", 1000 }, { "MB", 1000 * 1000 }, { "GB", 1000 * 1000 * 1000 },
	};
	uint64_t n;
	char *end;

	errno = 0;
	n = strtoull(text, &end, 10);
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (strcmp(end, units[i].suffix) || end == text || errno || text[0] == '-')
			continue;
		if (__builtin_mul_overflow(n, units[i].times, &n) || n > max)
			break;
		return n;
	}
	fprintf(stderr, "gendump: bad number: %s\n", text);
	exit(2);
}

static int parse_options(struct params *p, int argc, char *argv[])
{
	static const struct option options[] = {
		{ "like", required_argument, NULL, 'l' },
		{ "size", required_argument, NULL, 's' },
		{ "stacks", required_argument, NULL, 'n' },
		{ "run", required_argument, NULL, 'r' },
		{ "depth", required_argument, NULL, 'd' },
		{ "format", required_argument, NULL, 'f' },
		{ "seed", required_argument, NULL, 'S' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'l':
			p->real = strcmp(optarg, "real") == 0;
			if (!p->real && strcmp(optarg, "hard"))
				return usage(stderr);
			break;
		case 's':
			p->size = parse_number(optarg, UINT64_MAX);
			break;
		case 'n':
			p->n_stacks = parse_number(optarg, 10 * 1000 * 1000);
			break;
		case 'r':
			p->mean_run = strtod(optarg, NULL);
			if (!(p->mean_run >= 1))
				return usage(stderr);
			break;
		case 'd':
			p->depth = parse_number(optarg, MAX_DEPTH);
			if (p->depth < 4)
				return usage(stderr);
			break;
		case 'f':
			p->linux_61 = strcmp(optarg, "6.1") == 0;
			if (!p->linux_61 && strcmp(optarg, "6.12"))
				return usage(stderr);
			break;
		case 'S':
			p->seed = parse_number(optarg, UINT64_MAX);
			break;
		case 'h':
			exit(usage(stdout));
		default:
			return usage(stderr);
		}
	}
	return optind == argc ? 0 : usage(stderr);
}

int main(int argc, char *argv[])
{
	static struct gen g = {
		.p = { .size = 100 * 1000 * 1000, .seed = 1, .depth = 16 },
		.pfn = EARLIEST_PFN,
	};
	int ret = parse_options(&g.p, argc, argv);

	if (ret)
		return ret;
	/* Two runs of a popular stack often meet: 3.8 makes runs of 4.5. */
	if (!g.p.n_stacks)
		g.p.n_stacks = g.p.real ? 640 : 12000;
	if (g.p.mean_run < 1)
		g.p.mean_run = g.p.real ? 3.8 : 2.2;
	g.p.n_tasks = g.p.real ? 190 : 400;
	g.p.modules = g.p.real ? 0.02 : 0.12;
	g.rng = g.p.seed;
	g.left = g.p.size;
	g.out = xcalloc(OUT_SIZE, 1);
	make_symbols(&g);
	make_tasks(&g);
	make_stacks(&g);
	put_dump(&g);
	flush(&g);
	return 0;
}
