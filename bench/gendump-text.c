// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * gendump-text.c - write records in the form of Linux 6.12 or 6.1, one run after the other,
 * up to the size that is wanted. No record is damaged.
 */
#include "gendump.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "gendump-words.h"

enum {
	MAX_RECORD	= (MAX_DEPTH + 8) * MAX_FRAME,
	PAGEBLOCK_ORDER	= 9,
};

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

static void put_records(struct gen *g)
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

void put_dump(struct gen *g)
{
	put_records(g);
	flush(g);
}
