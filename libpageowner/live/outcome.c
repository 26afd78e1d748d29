// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * outcome.c - what a capture gives its caller while it is taken: text, progress, and the
 * first reason that it is incomplete. It reads nothing of the kernel.
 */
#include "live/capture_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#define PROGRESS_NS	UINT64_C(100000000)

void po_capture_fail(struct pageowner_capture *c, int error, const char *format, ...)
{
	va_list args;

	if (c->ret)
		return;
	c->ret = error;
	va_start(args, format);
	vsnprintf(c->error, sizeof(c->error), format, args);
	va_end(args);
}

bool po_capture_is_over(struct pageowner_capture *c)
{
	const int stop = __atomic_load_n(&c->stop, __ATOMIC_RELAXED);
	const char *name = stop > 0 ? sigabbrev_np(stop) : NULL;

	if (stop && name)
		po_capture_fail(c, -EINTR, "interrupted by SIG%s", name);
	else if (stop)
		po_capture_fail(c, -EINTR, "interrupted");
	return c->ret;
}

void po_capture_report(struct pageowner_capture *c)
{
	const uint64_t now_ns = po_capture_clock_ns();
	int ret;

	if (!c->progress || now_ns - c->reported_ns < PROGRESS_NS)
		return;
	c->reported_ns = now_ns;
	ret = c->progress(c->progress_data, &c->state);
	if (ret < 0)
		po_capture_fail(c, ret, "interrupted");
}

void po_capture_put(struct pageowner_capture *c, const void *text, size_t len)
{
	int ret;

	if (c->write_failed || !len)
		return;
	ret = c->write(c->write_data, text, len);
	if (ret >= 0)
		return;
	c->write_failed = true;
	po_capture_fail(c, ret, "the output failed: %s", strerror(-ret));
}

uint64_t po_capture_clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}
