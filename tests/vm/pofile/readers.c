// SPDX-License-Identifier: GPL-2.0-only
/*
 * readers.c - readers that stop, go away or wait. What they read is not looked at.
 */
#include "pofile.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

void stuck(const char *path, int seconds)
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

void partial(const char *path)
{
	int fd = open(path, O_RDONLY);

	if (read(fd, text, 100) <= 0)
		wrong("read", -errno, 100);
	close(fd);
}

void hold(const char *path)
{
	int fd = open(path, O_RDONLY);
	char byte;

	if (fd < 0 || read(fd, text, 4096) < 0)
		wrong("open and read", -errno, 0);
	while (read(0, &byte, 1) > 0)
		;
	close(fd);
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
void latency(const char *path)
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
