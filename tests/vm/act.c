// SPDX-License-Identifier: GPL-2.0-only
/*
 * act.c - have pages change hands in one of the ways that a program can cause.
 *
 * Usage: act WAY      one of those in the table at the end
 * Exit: 0 done, 77 this kernel or machine cannot do it, 1 something went wrong.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096UL
#define HUGE (2UL << 20)
#define COLLAPSE 25		/* MADV_COLLAPSE, since 6.1 */
#define SOFT_OFFLINE 101
#define PAGEOUT 21		/* MADV_PAGEOUT, since 5.4 */
#define MOVE 2			/* MPOL_MF_MOVE */

static int failed(const char *what)
{
	printf("%s: %s\n", what, strerror(errno));
	return 1;
}

/* Memory that begins at a huge page */
static char *map(size_t size)
{
	char *all = mmap(NULL, size + HUGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return (char *)(((unsigned long)all + HUGE - 1) & ~(HUGE - 1));
}

static void touch(char *at, size_t size)
{
	size_t i;

	for (i = 0; i < size; i += PAGE)
		at[i] = i / PAGE;
}

static char *small_pages(size_t size)
{
	char *at = map(size);

	madvise(at, size, MADV_NOHUGEPAGE);
	touch(at, size);
	return at;
}

/* NULL if the kernel has none */
static char *huge_pages(size_t size)
{
	char *at = map(size);

	if (madvise(at, size, MADV_HUGEPAGE))
		return NULL;
	touch(at, size);
	return at;
}

static int anon(void)
{
	small_pages(4 * HUGE);
	return 0;
}

static int cow(void)
{
	char *at = small_pages(HUGE);
	int status;

	if (!fork()) {
		touch(at, HUGE);
		_exit(0);
	}
	wait(&status);
	return status;
}

static int thp(void)
{
	return huge_pages(4 * HUGE) ? 0 : 77;
}

/* Parts of a huge page are unmapped and freed, so it is split. */
static int split(void)
{
	char *at = huge_pages(4 * HUGE);
	size_t i;

	if (!at)
		return 77;
	for (i = 0; i < 4 * HUGE; i += 8 * PAGE)
		madvise(at + i, PAGE, MADV_DONTNEED);
	mlock(at + HUGE, 64 * PAGE);
	munmap(at + HUGE + 16 * PAGE, 32 * PAGE);
	/* Reclaim splits what is partly unmapped. */
	madvise(at, 4 * HUGE, MADV_COLD);
	madvise(at + 2 * HUGE, HUGE, PAGEOUT);
	return 0;
}

static int collapse(void)
{
	char *at = small_pages(2 * HUGE);

	madvise(at, 2 * HUGE, MADV_HUGEPAGE);
	if (!madvise(at, 2 * HUGE, COLLAPSE))
		return 0;
	return errno == EINVAL ? 77 : failed("MADV_COLLAPSE");
}

static int hugetlb(void)
{
	char *at = mmap(NULL, 4 * HUGE, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);

	if (at == MAP_FAILED)
		return failed("MAP_HUGETLB");
	touch(at, 4 * HUGE);
	return 0;
}

static int tmpfs(void)
{
	static char block[64 * 1024];
	int fd = open("/tmp/file", O_RDWR | O_CREAT, 0600);
	int i;

	for (i = 0; i < 128; i++)
		if (write(fd, block, sizeof(block)) != sizeof(block))
			return failed("write");
	if (ftruncate(fd, 5 * PAGE + 1))
		return failed("ftruncate");
	unlink("/tmp/file");
	return 0;
}

/* To the other node, and back */
static int move(void)
{
	enum { N = 512 };
	static void *pages[N];
	static int nodes[N], status[N];
	char *at;
	int i, node;

	if (access("/sys/devices/system/node/node1", F_OK))
		return 77;
	at = small_pages(HUGE);
	for (node = 1; node >= 0; node--) {
		for (i = 0; i < N; i++) {
			pages[i] = at + i * PAGE;
			nodes[i] = node;
		}
		if (syscall(SYS_move_pages, 0, N, pages, nodes, status, MOVE))
			return failed("move_pages");
		for (i = 0; i < N; i++)
			if (status[i] != node)
				return printf("page %d is on %d\n", i, status[i]);
	}
	return 0;
}

static int mbind_all(void)
{
	unsigned long nodes = 2;
	char *at = map(4 * HUGE);

	if (access("/sys/devices/system/node/node1", F_OK))
		return 77;
	madvise(at, 4 * HUGE, MADV_HUGEPAGE);
	touch(at, 4 * HUGE);
	if (syscall(SYS_mbind, at, 4 * HUGE, 2 /* MPOL_BIND */, &nodes, 8, MOVE))
		return failed("mbind");
	return 0;
}

/* Two pages lose their frames, which are never used again. */
static int offline(void)
{
	char *at = small_pages(HUGE);

	if (madvise(at, 2 * PAGE, SOFT_OFFLINE))
		return errno == EINVAL ? 77 : failed("MADV_SOFT_OFFLINE");
	return 0;
}

static int poison(void)
{
	char *at = small_pages(HUGE);
	int status;

	/* Whoever has the page is killed. */
	if (!fork()) {
		touch(at, HUGE);
		if (madvise(at + 5 * PAGE, PAGE, MADV_HWPOISON))
			_exit(errno == EINVAL ? 77 : failed("MADV_HWPOISON"));
		_exit(0);
	}
	wait(&status);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}

static int ksm_pages(void)
{
	char text[32] = "";
	int fd = open("/sys/kernel/mm/ksm/pages_sharing", O_RDONLY);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		return -1;
	close(fd);
	return atoi(text);
}

/* @key: with the blank that follows it; -1 if the kernel does not count that */
static long vmstat(const char *key)
{
	static char text[1 << 16];
	const int fd = open("/proc/vmstat", O_RDONLY);
	ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	const char *at;

	close(fd);
	text[len < 0 ? 0 : len] = '\0';
	at = strstr(text, key);
	return at ? atol(at + strlen(key)) : -1;
}

/* Same pages are merged, then written to. */
static int ksm(void)
{
	char *at = map(4 * HUGE);
	int i;

	if (ksm_pages() < 0)
		return 77;
	madvise(at, 4 * HUGE, MADV_NOHUGEPAGE);
	memset(at, 'k', 4 * HUGE);
	if (madvise(at, 4 * HUGE, MADV_MERGEABLE))
		return 77;
	for (i = 0; i < 40 && ksm_pages() < 1500; i++)
		usleep(250000);
	if (ksm_pages() < 500)
		return printf("merged %d\n", ksm_pages());
	touch(at, 4 * HUGE);
	return 0;
}

/* The network takes pages apart: page_frag */
static int net(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	static char block[64 * 1024];
	socklen_t len = sizeof(to);
	int server = socket(AF_INET, SOCK_STREAM, 0);
	int client = socket(AF_INET, SOCK_STREAM, 0);
	int i, peer;

	if (bind(server, (void *)&to, len) || listen(server, 1) ||
	    getsockname(server, (void *)&to, &len) || connect(client, (void *)&to, len))
		return errno == EADDRNOTAVAIL || errno == ENETUNREACH ? 77 : failed("loopback");
	peer = accept(server, NULL, NULL);
	if (!fork()) {
		close(client);
		while (read(peer, block, 1777) > 0)
			;
		_exit(0);
	}
	close(peer);
	for (i = 0; i < 200; i++)
		if (write(client, block, 3001 + i * 100) < 0)
			return failed("write");
	close(client);
	wait(NULL);
	return 0;
}

/* Out to the swap device, and in again */
static int swap(void)
{
	const long before = vmstat("pswpin ");
	char *at = small_pages(4 * HUGE);
	size_t i;

	if (madvise(at, 4 * HUGE, PAGEOUT))
		return errno == EINVAL ? 77 : failed("MADV_PAGEOUT");
	for (i = 0; i < 4 * HUGE; i += PAGE)
		if (at[i] != (char)(i / PAGE))
			return printf("page %lu has changed\n", i / PAGE);
	if (vmstat("pswpin ") - before < 500)
		return printf("swapped in %ld\n", vmstat("pswpin ") - before);
	touch(at, 4 * HUGE);
	return 0;
}

/* Pages of one node follow the task that uses them to the other. */
static int numa(void)
{
	const long before = vmstat("numa_pages_migrated ");
	unsigned long node = 1;
	cpu_set_t cpus;
	char *at;
	int i;

	if (before < 0 || access("/sys/devices/system/node/node1", F_OK))
		return 77;
	if (syscall(SYS_set_mempolicy, 2 /* MPOL_BIND */, &node, 8))
		return failed("set_mempolicy");
	at = small_pages(4 * HUGE);
	syscall(SYS_set_mempolicy, 0 /* MPOL_DEFAULT */, NULL, 0);
	CPU_ZERO(&cpus);
	CPU_SET(1, &cpus);	/* of the other node */
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		return failed("sched_setaffinity");
	for (i = 0; i < 2000 && vmstat("numa_pages_migrated ") - before < 500; i++) {
		touch(at, 4 * HUGE);
		usleep(10000);
	}
	i = vmstat("numa_pages_migrated ") - before;
	return i < 500 ? printf("migrated %d\n", i) : 0;
}

static const struct {
	const char *name;
	int (*act)(void);
} ways[] = {
	{ "anon", anon }, { "cow", cow }, { "thp", thp }, { "split", split },
	{ "collapse", collapse }, { "hugetlb", hugetlb }, { "tmpfs", tmpfs },
	{ "move", move }, { "mbind", mbind_all }, { "offline", offline },
	{ "poison", poison }, { "ksm", ksm }, { "net", net },
	{ "swap", swap }, { "numa", numa },
};

int main(int argc, char *argv[])
{
	size_t i;

	for (i = 0; argc == 2 && i < sizeof(ways) / sizeof(ways[0]); i++)
		if (!strcmp(argv[1], ways[i].name))
			return ways[i].act();
	return 2;
}
