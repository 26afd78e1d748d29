// SPDX-License-Identifier: GPL-2.0-only
/*
 * pages.c - which pages have records: by their PFNs, by the in-tree page_owner, by
 * /proc/kpageflags.
 */
#include "pofile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A dump of a live machine may show a page again that was split meanwhile. */
void ranges(const char *path)
{
	FILE *file = fopen(path, "r");
	long end = 0, last = -1, order = 0, pfn, sum = 0, pages = 0, overlaps = 0;
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, file) >= 0) {
		if (sscanf(line, "Page allocated via order %ld", &order) == 1)
			continue;
		if (strstr(line, " register_early_stack+"))
			sum -= pages;
		if (strncmp(line, "PFN ", 4))
			continue;
		pfn = strtol(line + 4, NULL, 0);
		pages = 1L << order;
		if (pfn <= last)
			wrong("PFN does not ascend", pfn, last + 1);
		if (pfn & (pages - 1))
			wrong("PFN is not aligned to its order", pfn, order);
		overlaps += pfn < end;
		last = pfn;
		end = pfn + pages;
		sum += pages;
	}
	if (overlaps > 3)
		wrong("overlapping ranges", overlaps, 0);
	printf("%ld\n", sum);
}

struct record {
	unsigned long long ts;
	unsigned int order, mask, stack;
	int pid, tgid;
	char comm[16];
	char frames[12][64];
	int nr;
};

#define MAX_PFN (1L << 19)

static unsigned int hash(const char *s)
{
	unsigned int h = 5381;

	while (*s)
		h = h * 33 + (unsigned char)*s++;
	return h;
}

/*
 * The two stand at different places in the allocator, so stacks are compared
 * from below its last frame, and as deep as both go for certain.
 */
static int in_allocator(const char *frame)
{
	static const char *const names[] = {
		"post_alloc_hook", "prep_new_page", "get_page_from_freelist",
		"__alloc_pages", "alloc_pages_bulk", "__alloc_frozen_pages",
		"split_free_pages", "alloc_contig_range", "pre_handler_kretprobe",
		"compaction_alloc", "isolate_freepages", "__set_page_owner",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strncmp(frame, names[i], strlen(names[i])))
			return 1;
	return 0;
}

static int parse(char *t, struct record *r, long *pfn)
{
	char *end, *line;

	memset(r, 0, sizeof(*r));
	if (sscanf(t, "Page allocated via order %u, mask %x", &r->order, &r->mask) != 2)
		return 0;
	end = strstr(t, ", pid ");
	if (!end || sscanf(end, ", pid %d, tgid %d (%15[^)\n]", &r->pid, &r->tgid, r->comm) < 2)
		return 0;
	end = strstr(t, "), ts ");
	r->ts = end ? strtoull(end + 6, NULL, 10) : 0;
	line = strstr(t, "\nPFN ");
	if (!line)
		return 0;
	*pfn = strtol(line + 5, NULL, 0);
	r->stack = 1;
	for (line = strchr(line + 1, '\n'); line && line[1] == ' '; line = end) {
		end = strchr(line + 1, '\n');
		if (end)
			*end = '\0';
		if (!r->nr && in_allocator(line + 2)) {
			if (end)
				*end = '\n';
			continue;
		}
		if (r->nr < 12) {
			snprintf(r->frames[r->nr++], 64, "%s", line + 2);
			r->stack = r->stack * 31 + hash(line + 2);
		}
		if (end)
			*end = '\n';
	}
	return *pfn >= 0 && *pfn < MAX_PFN;
}

static void load(const char *path, struct record **all)
{
	int fd = open(path, O_RDONLY);
	struct record r;
	ssize_t n;
	long pfn;

	while ((n = read(fd, text, sizeof(text) - 1)) > 0) {
		text[n] = '\0';
		if (!parse(text, &r, &pfn))
			continue;
		all[pfn] = malloc(sizeof(r));
		if (all[pfn])
			*all[pfn] = r;
	}
	if (n < 0)
		wrong(path, -errno, 0);
	close(fd);
}

static int same(const struct record *a, const struct record *b)
{
	return a->order == b->order && a->mask == b->mask && a->pid == b->pid &&
	       a->tgid == b->tgid && !strcmp(a->comm, b->comm);
}

static void show(const char *who, long pfn, const struct record *r)
{
	printf("%s 0x%lx order %u mask %#x pid %d tgid %d (%s) ts %llu\n", who, pfn,
	       r->order, r->mask, r->pid, r->tgid, r->comm, r->ts);
	for (int i = 0; i < r->nr; i++)
		printf("   %s\n", r->frames[i]);
}

void agree(const char *theirs, const char *ours, unsigned long long since)
{
	static struct record *before[MAX_PFN], *mine[MAX_PFN], *after[MAX_PFN];
	long pages = 0, missing = 0, differ = 0, stacks = 0, dummies = 0, shown = 0;

	load(theirs, before);
	load(ours, mine);
	load(theirs, after);
	for (long pfn = 0; pfn < MAX_PFN; pfn++) {
		struct record *t = before[pfn], *m = mine[pfn];

		/* Only what stood still from the first dump to the last. */
		if (!t || !after[pfn] || t->ts < since || t->ts != after[pfn]->ts ||
		    !same(t, after[pfn]))
			continue;
		pages += 1L << t->order;
		if (!m)
			missing += 1L << t->order;
		else if (!same(t, m))
			differ += 1L << t->order;
		else if (t->stack == m->stack)
			continue;
		/*
		 * What the in-tree one allocates for itself it cannot attribute
		 * and gives a stack of its own making; ours names the caller.
		 */
		else if (!strncmp(t->frames[0], "register_dummy_stack", 20)) {
			dummies += 1L << t->order;
			continue;
		} else
			stacks += 1L << t->order;
		if (shown++ < 6) {
			show("in-tree", pfn, t);
			if (m)
				show("ours", pfn, m);
		}
	}
	printf("%ld base pages allocated since: %ld missing, %ld with another owner, %ld with another stack, %ld with its dummy stack\n",
	       pages, missing, differ, stacks, dummies);
	if (pages < 5000)
		wrong("too few pages to tell", pages, 5000);
	if ((missing + differ + stacks) * 1000 > pages)
		wrong("more than one page in a thousand disagrees",
		      missing + differ + stacks, pages / 1000);
}

/* Kinds of pages that /proc/kpageflags tells apart; the first that fits is taken. */
static const struct kind {
	const char *name;
	unsigned long long flags;
} kinds[] = {
	{ "slab", 1ULL << 7 },
	{ "page table", 1ULL << 26 },
	{ "hugetlb", 1ULL << 17 },
	{ "LRU", 1ULL << 5 },
	{ "anonymous", 1ULL << 12 },
	{ "mapped", 1ULL << 11 },
	{ "compound", 1ULL << 15 | 1ULL << 16 },
};

#define KINDS (int)(sizeof(kinds) / sizeof(kinds[0]))
/* buddy, no page, offline, reserved */
#define NOT_ALLOCATED (1ULL << 10 | 1ULL << 20 | 1ULL << 23 | 1ULL << 32)

static int kind_of(unsigned long long flags)
{
	int i;

	if (flags & NOT_ALLOCATED)
		return -1;
	for (i = 0; i < KINDS; i++)
		if (flags & kinds[i].flags)
			return i;
	return -1;
}

static long read_kinds(signed char *kind)
{
	static unsigned long long flags[1 << 13];
	int fd = open("/proc/kpageflags", O_RDONLY);
	long pfn = 0;
	ssize_t n;

	while ((n = read(fd, flags, sizeof(flags))) > 0 && pfn < MAX_PFN)
		for (ssize_t i = 0; i < n / 8 && pfn < MAX_PFN; i++)
			kind[pfn++] = kind_of(flags[i]);
	if (n < 0 || !pfn)
		wrong("/proc/kpageflags", -errno, 0);
	close(fd);
	return pfn;
}

static void read_covered(const char *path, char *covered)
{
	int fd = open(path, O_RDONLY);
	unsigned int order;
	long pfn;

	memset(covered, 0, MAX_PFN);
	for (ssize_t n; (n = read(fd, text, sizeof(text) - 1)) > 0; ) {
		text[n] = '\0';
		pfn = pfn_of(text);
		if (sscanf(text, "Page allocated via order %u", &order) != 1 || pfn < 0)
			wrong("record", n, 0);
		for (long i = pfn; i < pfn + (1L << order) && i < MAX_PFN; i++)
			covered[i] = 1;
	}
	close(fd);
}

/*
 * The machine does not stand still: a page is missing if in each of several rounds it
 * is used for the same before and after all records were read, and has none.
 */
void covered(const char *path)
{
	static signed char before[MAX_PFN], after[MAX_PFN], first[MAX_PFN];
	static char has[MAX_PFN], missing[MAX_PFN];
	long used[KINDS] = {}, lost[KINDS] = {}, end = 0, shown = 0;

	memset(missing, 1, sizeof(missing));
	for (int round = 0; round < 3; round++) {
		end = read_kinds(before);
		read_covered(path, has);
		read_kinds(after);
		if (!round)
			memcpy(first, before, sizeof(first));
		for (long pfn = 0; pfn < end; pfn++)
			missing[pfn] &= before[pfn] >= 0 && before[pfn] == after[pfn] &&
					before[pfn] == first[pfn] && !has[pfn];
	}
	for (long pfn = 0; pfn < end; pfn++) {
		if (before[pfn] < 0)
			continue;
		used[(int)before[pfn]]++;
		lost[(int)before[pfn]] += missing[pfn];
		if (missing[pfn] && shown++ < 5)
			printf("no record: 0x%lx %s\n", pfn, kinds[(int)before[pfn]].name);
	}
	for (int i = 0; i < KINDS; i++) {
		printf("%s: %ld used, %ld without a record\n", kinds[i].name, used[i], lost[i]);
		if (lost[i])
			wrong(kinds[i].name, lost[i], 0);
	}
}
