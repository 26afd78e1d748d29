// SPDX-License-Identifier: GPL-2.0-only
/*
 * touchloop.c - the load of the cost measurements and of the stress tests: map
 * memory, touch each page, unmap; print nanoseconds a page for each round. With
 * QEMU's -icount shift=0 a nanosecond of the guest is an executed instruction.
 *
 * Usage: touchloop ROUNDS PAGES
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

static long long now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

int main(int argc, char *argv[])
{
	int rounds = argc > 1 ? atoi(argv[1]) : 10;
	long pages = argc > 2 ? atol(argv[2]) : 4096;

	while (rounds-- > 0) {
		long long start = now_ns();
		char *mem = mmap(NULL, pages * 4096, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (mem == MAP_FAILED)
			return 1;
		madvise(mem, pages * 4096, MADV_NOHUGEPAGE);
		for (long i = 0; i < pages; i++)
			mem[i * 4096] = 1;
		munmap(mem, pages * 4096);
		printf("%lld\n", (now_ns() - start) / pages);
	}
	return 0;
}
