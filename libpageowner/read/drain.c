// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * drain.c - read a file of the kernel to its end, whatever happens to the caller.
 *
 * In Linux 6.12.117, and probably other kernels from 6.9 to 6.18, closing
 * page_owner_stacks/show_stacks before its end frees a node of the kernel's list
 * of stacks; the list is then truncated, or becomes a ring without an end. So a
 * separate process, with signals blocked, reads it into a pipe, and reads on if
 * the pipe has no reader any more. It must not leave a ring: it stops reading,
 * keeps the file open and sleeps until the next boot.
 */
#include "read/drain.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/statfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"

#define DEBUGFS_MAGIC	0x64626720
#define CHUNK		((size_t)64 << 10)
/* The largest seen had 400 KB; 16 frames of 1 KiB for each of 2^16 stacks */
#define SIZE_MAX_SANE	((uint64_t)1 << 30)
/* How often a stack may repeat before it must be a ring: the same text can stand
 * for several stacks if a module was loaded again at another address. */
#define REPEATS_MAX	64u

const char *po_debugfs_override(void)
{
	const char *root = secure_getenv("PAGEOWNER_DEBUGFS");

	return root && *root ? root : NULL;
}

/* Whether a path leads to a file that must not be closed before its end */
static bool is_needed(const char *path, int fd)
{
	static const struct pageowner_text module =
		PO_TEXT("/pageowner/page_owner_stacks/");
	const char *slash = strrchr(path, '/'), *root = po_debugfs_override();
	struct statfs st;

	if (strcmp(slash ? slash + 1 : path, "show_stacks") ||
	    memmem(path, strlen(path), module.ptr, module.len))
		return false;
	if (root && !strncmp(path, root, strlen(root)))
		return true;
	return !fstatfs(fd, &st) && st.f_type == DEBUGFS_MAGIC;
}

/*
 * Brent's cycle detection: each stack is compared with a stored one, which is
 * replaced at each power of two.
 */
struct ring {
	uint64_t hash, kept;
	uint64_t count, next;
	unsigned int repeats;
	bool in_frame, at_line_start;
};

static bool is_ring(struct ring *r, const char *p, size_t len)
{
	for (; len; p++, len--) {
		if (r->at_line_start)
			r->in_frame = *p == ' ';
		if (r->at_line_start && *p == '\n') {
			r->repeats += r->hash && r->hash == r->kept;
			if (++r->count == r->next) {
				r->kept = r->hash;
				r->next *= 2;
				r->repeats = 0;
			}
			r->hash = 0;
		}
		/* Only frames: the numbers change. */
		if (r->in_frame)
			r->hash = (r->hash ^ (unsigned char)*p) * UINT64_C(0x100000001b3);
		r->at_line_start = *p == '\n';
	}
	return r->repeats > REPEATS_MAX;
}

/* A child: see base/child.h. */
static void __attribute__((noreturn)) drain(int file, int to, int status_fd)
{
	struct ring ring = { .next = 1, .at_line_start = true };
	static char buf[CHUNK];
	uint64_t total = 0;
	int status = 0;

	for (;;) {
		ssize_t n = read(file, buf, sizeof(buf));

		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n < 0)
			status = -errno;
		if (n <= 0)
			break;
		total += (size_t)n;
		if (is_ring(&ring, buf, (size_t)n) || total > SIZE_MAX_SANE) {
			status = -EUCLEAN;
			break;
		}
		if (to >= 0 && !po_child_write(to, buf, (size_t)n)) {
			close(to);
			to = -1;
		}
	}
	(void)po_child_write(status_fd, &status, sizeof(status));
	close(status_fd);
	close(to);
	while (status == -EUCLEAN)
		pause();
	close(file);
	_exit(0);
}

/* Takes ownership of @file, also on failure: 0 or a negative errno. */
static int start(int file, struct po_drain *d)
{
	int data[2] = { -1, -1 }, status[2] = { -1, -1 };
	int ret = 0;
	pid_t pid;

	if (pipe2(data, O_CLOEXEC) < 0 || pipe2(status, O_CLOEXEC) < 0) {
		ret = -errno;
		goto out;
	}
	pid = po_child_fork();
	if (pid == 0) {
		int keep[] = { file, data[1], status[1] };

		/* Forked twice, so that the caller need not wait for it. */
		pid = fork();
		if (pid)
			_exit(pid < 0);
		setsid();
		po_child_close_all_but(keep, PO_ARRAY_SIZE(keep));
		drain(file, data[1], status[1]);
	}
	if (pid < 0)
		ret = -errno;
	else
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	if (ret < 0)
		goto out;
	*d = (struct po_drain){ data[0], status[0] };
	data[0] = status[0] = -1;
out:
	close(file);
	for (int i = 0; i < 2; i++) {
		if (data[i] >= 0)
			close(data[i]);
		if (status[i] >= 0)
			close(status[i]);
	}
	return ret;
}

int po_drain_open(const char *path, struct po_drain *d)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (is_needed(path, fd))
		return start(fd, d);
	*d = (struct po_drain){ fd, -1 };
	return 0;
}

/* All of the pipe was read, and it has no writer any more. */
static bool is_at_end(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 0) == 1 && !(p.revents & POLLIN);
}

int po_drain_close(struct po_drain *d)
{
	int status = 0;
	ssize_t n;

	if (d->status >= 0 && !is_at_end(d->fd)) {
		status = -ECANCELED;
	} else if (d->status >= 0) {
		do
			n = read(d->status, &status, sizeof(status));
		while (n < 0 && errno == EINTR);
		if (n != sizeof(status))
			status = -EIO;	/* the process was killed */
	}
	if (d->fd >= 0)
		close(d->fd);
	if (d->status >= 0)
		close(d->status);
	*d = PO_DRAIN_NONE;
	return status;
}

const char *po_drain_text(int error)
{
	switch (error) {
	case -ECANCELED:
		return "was not read to its end";
	case -EUCLEAN:
		return "has no end: the kernel's list of stacks is damaged, as some kernels do to it when a reader closes this file early. What was read cannot be trusted. A sleeping process keeps the file open, since closing it would damage more; boot anew when you can";
	}
	return strerror(-error);
}
