// SPDX-License-Identifier: GPL-2.0-only
/*
 * balance.c - the counts of the module move as those of /proc/vmstat do.
 */
#include "pofile.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The files stay open: the second read of one allocates nothing. */
static const char *slurp(int fd)
{
	ssize_t len = 0, n;

	while ((n = pread(fd, text + len, sizeof(text) - 1 - len, len)) > 0)
		len += n;
	text[len] = '\0';
	return text;
}

static unsigned long long value(const char *all, const char *key, int prefix)
{
	unsigned long long sum = 0;
	size_t len = strlen(key);

	for (; all; all = strchr(all, '\n')) {
		all += *all == '\n';
		if (strncmp(all, key, len))
			continue;
		if (prefix)
			sum += strtoull(all + strcspn(all, " "), NULL, 10);
		else if (all[len] == ' ' || all[len] == ':')
			return strtoull(all + len + 1, NULL, 10);
	}
	return sum;
}

/* Pages that the module counts, and vmstat does not: they came by other ways. */
static const char *const beside[] = { "contig_pages", "compaction_pages" };

struct counts {
	unsigned long long alloc, free, po_alloc, po_free;
};

static void look(int vmstat, int stats, struct counts *c)
{
	unsigned int i;

	slurp(vmstat);
	c->alloc = value(text, "pgalloc_", 1);
	c->free = value(text, "pgfree", 0);
	slurp(stats);
	c->po_alloc = value(text, "pages_allocated", 0);
	for (i = 0; i < sizeof(beside) / sizeof(beside[0]); i++)
		c->po_alloc -= value(text, beside[i], 0);
	c->po_free = value(text, "pages_freed", 0) - value(text, "poisoned_pages", 0);
}

/*
 * A time in which nothing moved. A processor of a guest may stand still within an
 * allocation, after one of both has counted it, for as long as the machine is busy.
 */
static void sample(int vmstat, int stats, struct counts *c)
{
	struct counts now;
	int tries, same = 0;

	look(vmstat, stats, c);
	for (tries = 0; tries < 1000 && same < 5; tries++) {
		usleep(20000);
		look(vmstat, stats, &now);
		same = memcmp(&now, c, sizeof(now)) ? 0 : same + 1;
		*c = now;
	}
	if (same < 5)
		wrong("no quiet moment in tries", tries, 0);
}

/*
 * vmstat counts frees by raw_cpu_add() with interrupts on. That is one instruction on x86,
 * several elsewhere: what an interrupt frees between them is lost.
 */
#ifdef __x86_64__
#define MAY_LOSE(pages)	0ULL
#else
#define MAY_LOSE(pages)	(16 + (pages) / 1000)
#endif

void balance(char *argv[])
{
	int vmstat = open("/proc/vmstat", O_RDONLY);
	int stats = open(argv[0], O_RDONLY);
	unsigned long long least = getenv("LEAST") ? atoi(getenv("LEAST")) : 1000;
	struct counts before, after;
	unsigned long long freed;
	pid_t child;
	int status;

	memset(text, 1, sizeof(text));
	sample(vmstat, stats, &before);
	child = fork();
	if (!child) {
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	waitpid(child, &status, 0);
	usleep(200000);
	sample(vmstat, stats, &after);
	if (status)
		wrong("command", status, 0);
	printf("%llu pages allocated, %llu freed\n", after.alloc - before.alloc,
	       after.free - before.free);
	if (after.po_alloc - before.po_alloc != after.alloc - before.alloc)
		wrong("pages allocated", after.po_alloc - before.po_alloc,
		      after.alloc - before.alloc);
	freed = after.free - before.free;
	if (after.po_free - before.po_free - freed > MAY_LOSE(freed))
		wrong("pages freed", after.po_free - before.po_free,
		      after.free - before.free);
	if (after.alloc - before.alloc < least)
		wrong("too little was allocated", after.alloc - before.alloc, least);
}
