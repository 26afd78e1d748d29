// SPDX-License-Identifier: GPL-2.0-only
/*
 * pressure.c - processes that make the allocator work. They read none of the module's files.
 */
#include "pofile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

void fragment(long mib)
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

void rename_task(long pages)
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

void churn(int seconds)
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
