// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * measure.c - run one command and write down what it cost.
 *
 * A program of its own because the peak memory of a process counts from its
 * fork, so it is never below that of its parent: under a shell or an
 * interpreter the peak of a small program could not be seen.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(const struct timeval *tv)
{
	return (double)tv->tv_sec + (double)tv->tv_usec * 1e-6;
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

static int fail(const char *what)
{
	fprintf(stderr, "measure: %s: %s\n", what, strerror(errno));
	return 1;
}

int main(int argc, char *argv[])
{
	struct rusage use;
	double start;
	double wall;
	int status;
	pid_t pid;
	FILE *to;

	if (argc < 3) {
		fputs("Usage: measure FILE COMMAND [ARGUMENT]...\n"
		      "Run COMMAND and write to FILE: CPU seconds, wall seconds, peak\n"
		      "resident memory in KiB, exit status (128 + number after a signal).\n",
		      stderr);
		return 2;
	}
	start = now();
	pid = fork();
	if (pid < 0)
		return fail("fork");
	if (pid == 0) {
		execvp(argv[2], argv + 2);
		fail(argv[2]);
		_exit(127);
	}
	while (wait4(pid, &status, 0, &use) < 0) {
		if (errno != EINTR)
			return fail("wait4");
	}
	wall = now() - start;
	to = fopen(argv[1], "w");
	if (!to)
		return fail(argv[1]);
	fprintf(to, "%.6f %.6f %ld %d\n", seconds(&use.ru_utime) + seconds(&use.ru_stime), wall,
		use.ru_maxrss,
		WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
	return fclose(to) ? fail(argv[1]) : 0;
}
