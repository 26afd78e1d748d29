// SPDX-License-Identifier: GPL-2.0-only
/*
 * pofile.c - what a shell cannot ask of the module's files.
 *
 * Usage: pofile balance STATS COMMAND...  run a command; the module's counts of
 *                                         base pages must move by exactly what
 *                                         /proc/vmstat moves by,
 *                                         and by at least $LEAST (1000) pages
 *        pofile rules PAGE_OWNER          reading rules: one record a read,
 *                                         position, seek, ENOMEM, commands
 *        pofile input FOLDER              what is wrong gets an errno: words, seeks,
 *                                         positions, lengths, for each file
 *        pofile ranges DUMP               PFNs ascend, aligned, no overlap; print
 *                                         the base pages of all but early records
 *        pofile agree IN-TREE OURS NS     page by page, records of pages that
 *                                         were allocated after NS
 *        pofile covered PAGE_OWNER        pages that /proc/kpageflags says are used
 *                                         all have a record
 *        pofile fragment MIB              touch memory, drop every other page, hold
 *                                         the rest until stdin ends; prints
 *                                         "ready" between
 *        pofile rename PAGES              as nobody, touch pages under a name each
 *        pofile stuck FILE SECONDS        read into memory whose faults nobody
 *                                         resolves, for so long
 *        pofile partial FILE              read once, close
 *        pofile hold FILE                 keep it open until stdin ends
 *        pofile churn SECONDS             map and unmap in many sizes
 *        pofile latency FILE              read it all; what a record costs, and how
 *                                         long a process of higher priority waits
 *                                         for its turn meanwhile, in nanoseconds
 * Says on stdout what is wrong; exit 0 when nothing is.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char text[1 << 20];
static int bad;

static void wrong(const char *what, long got, long want)
{
	printf("%s: got %ld, want %ld\n", what, got, want);
	bad = 1;
}

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

static void balance(char *argv[])
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

static long pfn_of(const char *record)
{
	const char *pfn = strstr(record, "\nPFN ");

	return pfn ? strtol(pfn + 5, NULL, 0) : -1;
}

static void command(int fd, const char *words, int error)
{
	ssize_t n = write(fd, words, strlen(words));

	if (error ? n >= 0 || errno != error : n != (ssize_t)strlen(words))
		wrong(words, n < 0 ? -errno : n, -error);
}

static void rules(const char *path)
{
	int fd = open(path, O_RDWR);
	char again[8192];
	ssize_t n, m;
	long pfn;
	int i;

	if (fd < 0) {
		wrong("open", -errno, 0);
		return;
	}
	for (i = 0; i < 100; i++) {
		n = read(fd, text, sizeof(text) - 1);
		if (n <= 0) {
			wrong("read", n, 500);
			return;
		}
		text[n] = '\0';
		if (strncmp(text, "Page allocated via order ", 25))
			wrong("record begins with", text[0], 'P');
		if (strcmp(text + n - 2, "\n\n"))
			wrong("record ends", text[n - 1], '\n');
		pfn = pfn_of(text);
		if (lseek(fd, 0, SEEK_CUR) != pfn + 1)
			wrong("position", lseek(fd, 0, SEEK_CUR), pfn + 1);
	}
	if (lseek(fd, pfn, SEEK_SET) != pfn)
		wrong("seek", lseek(fd, 0, SEEK_CUR), pfn);
	m = read(fd, again, sizeof(again) - 1);
	again[m > 0 ? m : 0] = '\0';
	if (pfn_of(again) != pfn)
		wrong("same record after seeking back", pfn_of(again), pfn);
	lseek(fd, -1, SEEK_CUR);
	if (lseek(fd, 0, SEEK_CUR) != pfn)
		wrong("SEEK_CUR", lseek(fd, 0, SEEK_CUR), pfn);
	if (lseek(fd, 0, SEEK_END) != -1 || errno != EINVAL)
		wrong("SEEK_END", errno, EINVAL);
	if (read(fd, again, 1) != -1 || errno != ENOMEM)
		wrong("a read of one byte", errno, ENOMEM);
	if (read(fd, again, n - 1) != -1 || errno != ENOMEM)
		wrong("a read one byte short", errno, ENOMEM);
	if (lseek(fd, 0, SEEK_CUR) != pfn)
		wrong("position after ENOMEM", lseek(fd, 0, SEEK_CUR), pfn);
	lseek(fd, 1L << 40, SEEK_SET);
	if (read(fd, again, sizeof(again)) != 0)
		wrong("read beyond the end", 1, 0);

	command(fd, "mode=handle", 0);
	lseek(fd, pfn, SEEK_SET);
	n = read(fd, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	if (!strstr(text, "\nhandle: ") || strstr(text, "\n "))
		wrong("mode=handle", n, 0);
	command(fd, "mode=stack_handle nid=0", 0);
	lseek(fd, pfn, SEEK_SET);
	n = read(fd, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	if (!strstr(text, "\nhandle: ") || !strstr(text, "\n "))
		wrong("mode=stack_handle", n, 0);
	command(fd, "format=newest", 0);
	lseek(fd, pfn, SEEK_SET);
	n = read(fd, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	if (!strstr(text, "\nPFN 0x") || strstr(text, "free_ts"))
		wrong("format=newest", n, 0);
	command(fd, "mode=nonsense", EINVAL);
	command(fd, "nid=1023", EINVAL);
	command(fd, "mode=stack nonsense", EINVAL);
	lseek(fd, pfn, SEEK_SET);
	n = read(fd, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	if (!strstr(text, "\nhandle: "))
		wrong("a bad write changed the mode", n, 0);
	close(fd);
}

static int open_in(const char *folder, const char *name)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_RDWR);
	if (fd < 0)
		wrong(path, -errno, 0);
	return fd;
}

/* What the file says after a refused word is what it said before. */
static void refused(const char *folder, const char *name, const char *words, size_t len,
		    int error)
{
	int fd = open_in(folder, name);
	char before[4096] = "", after[4096] = "";
	ssize_t n;

	pread(fd, before, sizeof(before) - 1, 0);
	n = write(fd, words, len);
	if (n >= 0 || errno != error) {
		printf("%s: ", name);
		wrong(words, n < 0 ? errno : n, error);
	}
	pread(fd, after, sizeof(after) - 1, 0);
	if (strcmp(name, "page_owner") && strcmp(before, after))
		printf("%s: '%s' changed it: %s\n", name, words, after), bad = 1;
	close(fd);
}

static const struct {
	const char *file, *words;
	int error;
} refusals[] = {
	{ "enabled", "maybe", EINVAL }, { "enabled", "", EINVAL }, { "enabled", "2", EINVAL },
	{ "reset", "0", EINVAL }, { "reset", "x", EINVAL },
	{ "filter", "order=", EINVAL }, { "filter", "order=32", ERANGE },
	{ "filter", "order=3-1", EINVAL }, { "filter", "order=-1", EINVAL },
	{ "filter", "order=1 order=2", EINVAL }, { "filter", "pid=-5", EINVAL },
	{ "filter", "pid=99999999999", ERANGE }, { "filter", "pid=1,,2", EINVAL },
	{ "filter", "pid=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17", E2BIG },
	{ "filter", "nid=63", EINVAL }, { "filter", "nid=99999", EINVAL },
	{ "filter", "comm=", EINVAL }, { "filter", "comm=a,", EINVAL },
	{ "filter", "migratetype=movable", EINVAL }, { "filter", "=1", EINVAL },
	{ "lookup", "", EINVAL }, { "lookup", "0x", EINVAL }, { "lookup", "-1", EINVAL },
	{ "lookup", "12monkeys", EINVAL }, { "lookup", "99999999999999999999", ERANGE },
	{ "lookup", "0xfffffffffff", ENXIO },
	{ "lookup", "0000000000000000000000000000000000001", EINVAL },
	{ "page_owner", "mode=", EINVAL }, { "page_owner", "nid=", EINVAL },
	{ "page_owner", "nid=0-", EINVAL }, { "page_owner", "format=old", EINVAL },
	{ "page_owner_stacks/count_threshold", "many", EINVAL },
	{ "page_owner_stacks/count_threshold", "-1", EINVAL },
	{ "stats", "1", EINVAL }, { "check", "1", EINVAL },
	{ "page_owner_stacks/show_stacks", "1", EINVAL },
};

static void *volatile nowhere = (void *)8;

/* Wherever it is read from, a record is whole, and its PFN not before the position. */
static void positions(const char *folder)
{
	static const off_t at[] = { 0, 1, 2, 3, 4097, 65535, 100001, 1L << 31, 1L << 40,
				    1L << 62, INT64_MAX - 1, INT64_MAX };
	int fd = open_in(folder, "page_owner");
	size_t i;

	for (i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		ssize_t n = pread(fd, text, sizeof(text) - 1, at[i]);

		text[n > 0 ? n : 0] = '\0';
		/* The kernel itself refuses what ends beyond the largest position. */
		if (n < 0 && at[i] > INT64_MAX - (off_t)sizeof(text))
			continue;
		if (n < 0 || (n > 0 && (pfn_of(text) < at[i] ||
					strcmp(text + n - 2, "\n\n"))))
			wrong("read at a position", n < 0 ? -errno : pfn_of(text), at[i]);
		if (at[i] >= 1L << 31 && n > 0)
			wrong("read beyond all memory", n, 0);
	}
	if (pread(fd, text, 100, -1) != -1 || errno != EINVAL)
		wrong("a negative position", errno, EINVAL);
	if (pread(fd, text, 0, 0) > 0)
		wrong("a read of nothing", 1, 0);
	if (pread(fd, nowhere, 4096, 0) != -1 || errno != EFAULT)
		wrong("a buffer that is not there", errno, EFAULT);
	if (lseek(fd, -1, SEEK_SET) != -1 || errno != EINVAL)
		wrong("a negative seek", errno, EINVAL);
	lseek(fd, INT64_MAX, SEEK_SET);
	if (lseek(fd, 1, SEEK_CUR) != -1 || errno != EINVAL)
		wrong("a seek beyond the largest position", errno, EINVAL);
	close(fd);
}

/* Text files are the same whatever the length of a read, as far as memory is quiet. */
static void lengths(const char *folder, const char *name)
{
	static char whole[1 << 16], parts[1 << 16];
	int fd = open_in(folder, name);
	size_t n = 0, m = 0;
	ssize_t got;

	while ((got = pread(fd, whole + n, sizeof(whole) - 1 - n, n)) > 0)
		n += got;
	while ((got = pread(fd, parts + m, m % 7 + 1, m)) > 0)
		m += got;
	whole[n] = parts[m] = '\0';
	if (strncmp(whole, parts, strcspn(whole, "0123456789")))
		wrong(name, m, n);
	if (pread(fd, text, sizeof(text), 1L << 40) > 0)
		wrong("text beyond the end", 1, 0);
	if (pread(fd, nowhere, 4096, 0) != -1 || errno != EFAULT)
		wrong("a buffer that is not there", errno, EFAULT);
	close(fd);
}

static void input(const char *folder)
{
	size_t i;

	for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		refused(folder, refusals[i].file, refusals[i].words,
			strlen(refusals[i].words), refusals[i].error);
	refused(folder, "filter", "order=1\0comm=x", 14, EINVAL);
	memset(text, 'x', 5000);
	refused(folder, "filter", text, 5000, E2BIG);
	refused(folder, "page_owner", text, 5000, EINVAL);
	positions(folder);
	lengths(folder, "filter");
	lengths(folder, "stats");
	lengths(folder, "page_owner_stacks/show_stacks");
	lengths(folder, "page_owner_stacks/show_handles");
	lengths(folder, "pagetypeinfo");
}

/* A dump of a live machine may show a page again that was split meanwhile. */
static void ranges(const char *path)
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

static void agree(const char *theirs, const char *ours, unsigned long long since)
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
static void covered(const char *path)
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

static void fragment(long mib)
{
	size_t size = mib << 20;
	char *mem = mmap(NULL, size, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char byte;

	if (mem == MAP_FAILED) {
		wrong("mmap", -errno, 0);
		return;
	}
	madvise(mem, size, MADV_NOHUGEPAGE);
	for (size_t i = 0; i < size; i += 4096)
		mem[i] = 1;
	for (size_t i = 0; i < size; i += 8192)
		madvise(mem + i, 4096, MADV_DONTNEED);
	puts("ready");
	fflush(stdout);
	while (read(0, &byte, 1) > 0)
		;
}

static void rename_task(long pages)
{
	char *mem = mmap(NULL, pages * 4096, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char name[32];

	if (mem == MAP_FAILED || setuid(65534)) {
		wrong("mmap and setuid", -errno, 0);
		return;
	}
	madvise(mem, pages * 4096, MADV_NOHUGEPAGE);
	for (long i = 0; i < pages; i++) {
		snprintf(name, sizeof(name), "name%ld", i);
		prctl(PR_SET_NAME, name);
		mem[i * 4096] = 1;
	}
}

static void stuck(const char *path, int seconds)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	int uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
	char *mem = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = open(path, O_RDONLY);
	pid_t child;

	range.range.start = (unsigned long)mem;
	range.range.len = 4096;
	if (fd < 0 || uffd < 0 || mem == MAP_FAILED || ioctl(uffd, UFFDIO_API, &api) ||
	    ioctl(uffd, UFFDIO_REGISTER, &range)) {
		wrong("open and userfaultfd", -errno, 0);
		return;
	}
	child = fork();
	if (!child) {
		sleep(seconds);
		kill(getppid(), SIGKILL);
		_exit(0);
	}
	if (read(fd, mem, 4096) >= 0)
		wrong("the read returned", 0, -EFAULT);
}

static void partial(const char *path)
{
	int fd = open(path, O_RDONLY);

	if (read(fd, text, 100) <= 0)
		wrong("read", -errno, 100);
	close(fd);
}

static void hold(const char *path)
{
	int fd = open(path, O_RDONLY);
	char byte;

	if (fd < 0 || read(fd, text, 4096) < 0)
		wrong("open and read", -errno, 0);
	while (read(0, &byte, 1) > 0)
		;
	close(fd);
}

static void churn(int seconds)
{
	time_t end = time(NULL) + seconds;
	unsigned int seed = getpid();

	while (time(NULL) < end) {
		size_t size = (1 + rand_r(&seed) % 2000) * 4096UL;
		char *mem = mmap(NULL, size, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		int fd;

		if (mem == MAP_FAILED)
			continue;
		for (size_t i = 0; i < size; i += 4096)
			mem[i] = 1;
		fd = open("/tmp/churn", O_CREAT | O_TRUNC | O_RDWR, 0600);
		if (write(fd, mem, size / 4) < 0 && errno != ENOSPC)
			wrong("write", -errno, 0);
		close(fd);
		munmap(mem, size);
		if (!fork())
			_exit(0);
		wait(NULL);
	}
}

static long long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* Wakes each millisecond and notes in *worst how much too late. */
static void tick(volatile long long *worst)
{
	struct sched_param first = { .sched_priority = 50 };
	const struct timespec nap = { .tv_nsec = 1000000 };

	if (sched_setscheduler(0, SCHED_FIFO, &first))
		wrong("sched_setscheduler", -errno, 0);
	for (;;) {
		long long start = now_ns(), late;

		nanosleep(&nap, NULL);
		late = now_ns() - start - nap.tv_nsec;
		if (late > *worst)
			*worst = late;
	}
}

/* On one processor that counts instructions: a wait is what is not preempted. */
static void latency(const char *path)
{
	volatile long long *worst = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
					 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int fd = open(path, O_RDONLY);
	long long start, idle;
	pid_t child = fork();
	long records = 0;

	if (!child)
		tick(worst);
	sleep(2);
	*worst = 0;
	sleep(2);
	idle = *worst;
	*worst = 0;
	start = now_ns();
	while (read(fd, text, sizeof(text)) > 0)
		records++;
	start = now_ns() - start;
	printf("%ld reads, %lld ns each, others waited at most %lld ns (idle: %lld ns)\n",
	       records, records ? start / records : 0, *worst, idle);
	if (!records)
		wrong("reads", records, 1);
	kill(child, 9);
	wait(NULL);
}

int main(int argc, char *argv[])
{
	if (argc < 3)
		return 2;
	if (!strcmp(argv[1], "balance"))
		balance(argv + 2);
	else if (!strcmp(argv[1], "rules"))
		rules(argv[2]);
	else if (!strcmp(argv[1], "input"))
		input(argv[2]);
	else if (!strcmp(argv[1], "ranges"))
		ranges(argv[2]);
	else if (!strcmp(argv[1], "agree") && argc == 5)
		agree(argv[2], argv[3], strtoull(argv[4], NULL, 10));
	else if (!strcmp(argv[1], "covered"))
		covered(argv[2]);
	else if (!strcmp(argv[1], "fragment"))
		fragment(atol(argv[2]));
	else if (!strcmp(argv[1], "rename"))
		rename_task(atol(argv[2]));
	else if (!strcmp(argv[1], "stuck") && argc == 4)
		stuck(argv[2], atoi(argv[3]));
	else if (!strcmp(argv[1], "partial"))
		partial(argv[2]);
	else if (!strcmp(argv[1], "hold"))
		hold(argv[2]);
	else if (!strcmp(argv[1], "latency"))
		latency(argv[2]);
	else if (!strcmp(argv[1], "churn"))
		churn(atoi(argv[2]));
	else
		return 2;
	return bad;
}
