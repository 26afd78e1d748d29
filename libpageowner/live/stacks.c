// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * stacks.c - copy the files of page_owner_stacks/ into a capture.
 *
 * That show_stacks is read to its end even if this stops early is the work of
 * pageowner_live_open().
 */
#include "live/capture_private.h"

#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#define BUF_SIZE	((size_t)64 << 10)
#define POLL_MS		200

/* Copy a file to its end; @fd can be waited for. */
static void copy(struct pageowner_capture *c, int fd, char *buf)
{
	uint64_t answered_ns = po_capture_clock_ns();

	while (!po_capture_is_over(c)) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		ssize_t n;

		if (po_capture_clock_ns() - answered_ns > c->timeout_ns) {
			po_capture_fail(c, -ETIMEDOUT, "the kernel has not answered in time");
			return;
		}
		po_capture_report(c);
		if (poll(&p, 1, POLL_MS) <= 0)
			continue;
		n = read(fd, buf, BUF_SIZE);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			po_capture_fail(c, -errno, "%s", strerror(errno));
		if (n <= 0)
			return;
		po_capture_put(c, buf, (size_t)n);
		answered_ns = po_capture_clock_ns();
	}
}

static void copy_file(struct pageowner_capture *c, enum pageowner_live_file file,
		      char *buf)
{
	int fd, ret = pageowner_live_open(c->live, file, &fd);

	if (ret < 0) {
		po_capture_fail(c, ret, "%s", pageowner_live_error(c->live));
		return;
	}
	po_capture_put_header(c, pageowner_live_path(c->live, file), NULL);
	copy(c, fd, buf);
	ret = pageowner_live_close(c->live, fd);
	if (ret < 0)
		po_capture_fail(c, ret, "%s", pageowner_live_error(c->live));
	po_capture_put_trailer(c);
}

void po_capture_stacks(struct pageowner_capture *c)
{
	char *buf = malloc(BUF_SIZE);

	if (!buf) {
		po_capture_fail(c, -ENOMEM, "%s", strerror(ENOMEM));
	} else if (c->kind == PAGEOWNER_CAPTURE_STACKS) {
		copy_file(c, PAGEOWNER_LIVE_SHOW_STACKS, buf);
	} else {
		copy_file(c, PAGEOWNER_LIVE_SHOW_STACKS_HANDLES, buf);
		if (!c->ret)
			copy_file(c, PAGEOWNER_LIVE_SHOW_HANDLES, buf);
	}
	free(buf);
}
