// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * gendump.c - write a made-up page_owner dump, for measuring.
 *
 * The text has the form of Linux 6.12 (or 6.1) and the proportions of a real
 * dump: popularity and depth of stacks, runs of equal neighbours, extra lines.
 * The same options give the same bytes. It does not model a kernel: who
 * allocates what is drawn by chance, and no record is damaged.
 */
#include "gendump.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EARLIEST_PFN = 0x1a00 };

void die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("gendump: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	exit(1);
}

void *xcalloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);

	if (!p)
		die("out of memory");
	return p;
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
	make_world(&g);
	put_dump(&g);
	return 0;
}
