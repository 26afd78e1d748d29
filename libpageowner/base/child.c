// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * child.c - processes that the library forks.
 */
#include "base/child.h"

#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Where close_range() is missing (before Linux 5.9), higher ones stay open. */
#define FDS_MAX		65536

pid_t po_child_fork(void)
{
	sigset_t all, old;
	int error;
	pid_t pid;

	/* The child inherits the mask, so no signal can arrive in between. */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	pid = fork();
	error = errno;
	if (pid != 0)
		pthread_sigmask(SIG_SETMASK, &old, NULL);
	errno = error;
	return pid;
}

static void close_range_of(int first, int last)
{
	if (first <= last &&
	    syscall(SYS_close_range, first, last, 0) < 0)
		for (; first <= last && first < FDS_MAX; first++)
			close(first);
}

void po_child_close_all_but(int *keep, size_t count)
{
	int next = 0;

	for (size_t i = 1; i < count; i++)
		for (size_t j = i; j > 0 && keep[j] < keep[j - 1]; j--) {
			int swap = keep[j];

			keep[j] = keep[j - 1];
			keep[j - 1] = swap;
		}
	for (size_t i = 0; i < count; i++) {
		close_range_of(next, keep[i] - 1);
		next = keep[i] + 1;
	}
	close_range_of(next, INT_MAX);
}

bool po_child_write(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

bool po_child_read(int fd, void *data, size_t len)
{
	char *p = data;

	while (len) {
		ssize_t n = read(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}
