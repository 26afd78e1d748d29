// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * pages.c - have several processes read page_owner and write what they read in order.
 *
 * Each reads a range of PFNs at a time; the text is written in the order of the ranges.
 * That of the first range is written at once, that of the others waits until its range is
 * the first. It does not read page_owner itself: that is in worker.c.
 */
#include "live/capture_private.h"

#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/child.h"

#define RANGE_MIN	UINT64_C(1024)
#define RANGE_MAX	UINT64_C(32768)
/* Limit for text that waits; the rest stays in the socket. */
#define WAITING_MAX	((size_t)64 << 20)
#define POLL_MS		200
/* How long to wait for processes that were killed, in steps */
#define END_STEPS	100
#define END_STEP_NS	10000000

/* A process and its range */
struct worker {
	pid_t pid;
	int fd;			/* a socket to it, or -1 */
	bool busy, done;
	uint64_t number;	/* of its range */
	uint64_t pfn;		/* how far it has read */
	char *in;		/* frames that were received */
	size_t in_len;
	char *waiting;		/* text of a range that is not the first */
	size_t waiting_len, waiting_room;
	uint64_t records, skipped;	/* not yet written */
};

struct pool {
	struct pageowner_capture *capture;
	struct worker *workers;
	struct pollfd *fds;	/* one for each */
	unsigned int count;
	uint64_t next_first;	/* PFN where the next range begins */
	uint64_t range_size;	/* 0: one range has everything */
	uint64_t next_number;	/* of the next range */
	uint64_t first_number;	/* of the range that is written now */
	bool no_more;		/* no further ranges: the last PFN was reached */
};

/* --- processes */

static int start_worker(struct pool *p)
{
	struct worker *w = &p->workers[p->count];
	int ends[2], ret = 0;

	w->in = malloc(PO_FRAME_ROOM);
	if (!w->in)
		return -ENOMEM;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
		ret = -errno;
		goto out;
	}
	w->pid = po_child_fork();
	if (w->pid == 0)
		po_capture_work(p->capture, ends[1], w->in);
	if (w->pid < 0)
		ret = -errno;
	close(ends[1]);
	if (ret < 0)
		close(ends[0]);
	else
		w->fd = ends[0];
out:
	if (ret < 0)
		free(w->in);
	return ret;
}

/* Whether its number cannot be another process's: nobody has waited for it. */
static bool is_our_child(const struct worker *w)
{
	siginfo_t info;

	return w->pid > 0 && waitid(P_PID, (id_t)w->pid, &info,
				    WEXITED | WNOHANG | WNOWAIT) == 0;
}

static void kill_worker(const struct worker *w)
{
	if (is_our_child(w))
		kill(w->pid, SIGKILL);
}

/* End all. One that hangs in the kernel is abandoned. */
static void end_workers(struct pool *p)
{
	const struct timespec step = { 0, END_STEP_NS };
	int steps = 0;

	for (unsigned int i = 0; i < p->count; i++) {
		if (p->workers[i].fd >= 0)
			close(p->workers[i].fd);
		kill_worker(&p->workers[i]);
	}
	for (unsigned int i = 0; i < p->count; i++) {
		struct worker *w = &p->workers[i];

		while (w->pid > 0 && !waitpid(w->pid, NULL, WNOHANG) &&
		       steps++ < END_STEPS)
			nanosleep(&step, NULL);
		free(w->in);
		free(w->waiting);
	}
}

/* Its socket has ended, and so has the process, or will. */
static void lose_worker(struct pool *p, struct worker *w)
{
	struct pageowner_capture *c = p->capture;
	int status = 0;

	while (waitpid(w->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFSIGNALED(status)) {
		c->state.was_killed = 1;
		po_capture_fail(c, -ECHILD, "the process that read was killed by signal %d after PFN %#jx (see dmesg for an oops)",
				WTERMSIG(status), (uintmax_t)w->pfn);
	} else {
		po_capture_fail(c, -ECHILD, "the process that read ended after PFN %#jx",
				(uintmax_t)w->pfn);
	}
	close(w->fd);
	w->fd = w->pid = -1;
}

/* --- text in its order */

static void put_text(struct pool *p, struct worker *w, const void *text, size_t len)
{
	if (w->number == p->first_number) {
		po_capture_put(p->capture, text, len);
		return;
	}
	if (w->waiting_room < w->waiting_len + len) {
		size_t room = 2 * (w->waiting_len + len);
		char *grown = realloc(w->waiting, room);

		if (!grown) {
			po_capture_fail(p->capture, -ENOMEM, "%s", strerror(ENOMEM));
			return;
		}
		w->waiting = grown;
		w->waiting_room = room;
	}
	memcpy(w->waiting + w->waiting_len, text, len);
	w->waiting_len += len;
}

static void put_skipped(struct pool *p, struct worker *w, const struct po_frame *f)
{
	struct pageowner_capture *c = p->capture;
	char line[256], range[64];
	int len;

	if (f->pfn - f->from > 1)
		snprintf(range, sizeof(range), "%#jx-%#jx", (uintmax_t)f->from,
			 (uintmax_t)f->pfn - 1);
	else
		snprintf(range, sizeof(range), "%#jx", (uintmax_t)f->from);
	if (c->skipped)
		c->skipped(c->skipped_data, f->from, f->pfn - 1, -f->error);
	w->skipped++;
	if (c->flags & PAGEOWNER_CAPTURE_PLAIN)
		return;
	len = snprintf(line, sizeof(line), "PFN# skipped-pfn: %s: %s\n", range,
		       strerror(f->error));
	put_text(p, w, line, (size_t)len);
}

/* Write the text of all ranges that are, or become, the first. */
static void write_in_order(struct pool *p)
{
	struct pageowner_capture_state *state = &p->capture->state;

	for (unsigned int i = 0; i < p->count; i++) {
		struct worker *w = &p->workers[i];

		if (!w->busy || w->number != p->first_number)
			continue;
		po_capture_put(p->capture, w->waiting, w->waiting_len);
		w->waiting_len = 0;
		state->records += w->records;
		state->skipped += w->skipped;
		w->records = w->skipped = 0;
		state->next_pfn = w->pfn;
		if (!w->done)
			return;
		w->busy = false;
		p->first_number++;
		i = UINT_MAX;	/* from the first again */
	}
}

/* --- frames */

static void take_frame(struct pool *p, struct worker *w, const struct po_frame *f,
		       const char *text)
{
	switch (f->type) {
	case PO_FRAME_TEXT:
		w->records += f->records;
		put_text(p, w, text, f->len);
		break;
	case PO_FRAME_SKIPPED:
		put_skipped(p, w, f);
		break;
	case PO_FRAME_DONE:
		w->done = true;
		if (f->pfn == PO_CAPTURE_END) {
			p->no_more = true;
			return;
		}
		if (f->pfn > p->next_first)	/* a hole */
			p->next_first = f->pfn;
		break;
	case PO_FRAME_FAILED:
		po_capture_fail(p->capture, -f->error, "PFN %#jx: %s",
				(uintmax_t)f->pfn, strerror(f->error));
		return;
	}
	w->pfn = f->pfn;
}

/* Take what a process has sent, which poll() says is something. */
static void receive(struct pool *p, struct worker *w)
{
	struct po_frame f;
	size_t at = 0;
	ssize_t n = read(w->fd, w->in + w->in_len, PO_FRAME_ROOM - w->in_len);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		if (n < 0)	/* it would be waited for */
			kill_worker(w);
		lose_worker(p, w);
		return;
	}
	w->in_len += (size_t)n;
	while (w->in_len - at >= sizeof(f)) {
		memcpy(&f, w->in + at, sizeof(f));
		if (w->in_len - at < sizeof(f) + f.len)
			break;
		take_frame(p, w, &f, w->in + at + sizeof(f));
		at += sizeof(f) + f.len;
	}
	w->in_len -= at;
	memmove(w->in, w->in + at, w->in_len);
}

/* --- all of it */

/* Not by %g, which depends on the locale */
static void fail_by_time(struct pageowner_capture *c)
{
	const unsigned int ms = (unsigned int)(c->timeout_ns / 1000000 % 1000);
	char part[8] = "";

	if (ms)
		snprintf(part, sizeof(part), ".%03u", ms);
	for (size_t len = strlen(part); len && part[len - 1] == '0'; len--)
		part[len - 1] = '\0';
	po_capture_fail(c, -ETIMEDOUT, "the kernel has not answered for %ju%s seconds after PFN %#jx",
			(uintmax_t)(c->timeout_ns / 1000000000), part,
			(uintmax_t)c->state.next_pfn);
}

static void assign_range(struct pool *p, struct worker *w)
{
	struct po_range range = { p->next_first, PO_CAPTURE_END };
	size_t len = 0;

	if (p->range_size) {
		range.end = range.first + p->range_size;
		p->next_first = range.end;
	} else {
		p->no_more = true;	/* it has everything */
	}
	while (len < sizeof(range)) {
		ssize_t n = send(w->fd, (char *)&range + len, sizeof(range) - len,
				 MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EPIPE || errno == ECONNRESET))
			break;		/* reported when reading from it ends */
		if (n < 0) {
			po_capture_fail(p->capture, -errno, "PFN %#jx: %s",
					(uintmax_t)range.first, strerror(errno));
			return;
		}
		len += (size_t)n;
	}
	w->busy = true;
	w->done = false;
	w->number = p->next_number++;
	w->pfn = range.first;
}

/* Give ranges to who has none, and wait: whether anything is read. */
static bool wait_for_text(struct pool *p)
{
	bool busy = false;

	for (unsigned int i = 0; i < p->count; i++) {
		struct worker *w = &p->workers[i];

		if (!w->busy && !p->no_more)
			assign_range(p, w);
		busy |= w->busy;
		p->fds[i].events = POLLIN;
		p->fds[i].fd = w->number != p->first_number &&
			w->waiting_len > WAITING_MAX ? -1 : w->fd;
		p->fds[i].revents = 0;
	}
	if (busy && poll(p->fds, p->count, POLL_MS) < 0 && errno != EINTR)
		po_capture_fail(p->capture, -errno, "%s", strerror(errno));
	return busy;
}

static void read_all(struct pool *p)
{
	struct pageowner_capture *c = p->capture;
	uint64_t answered_ns = po_capture_clock_ns(), now_ns;

	while (wait_for_text(p)) {
		bool answered = false;

		for (unsigned int i = 0; i < p->count; i++)
			if (p->fds[i].fd >= 0 && p->fds[i].revents) {
				receive(p, &p->workers[i]);
				answered = true;
			}
		write_in_order(p);
		po_capture_report(c);
		/* The time that callbacks take is not the kernel's. */
		now_ns = po_capture_clock_ns();
		if (answered)
			answered_ns = now_ns;
		if (po_capture_is_over(c))
			return;
		if (now_ns - answered_ns > c->timeout_ns) {
			fail_by_time(c);
			return;
		}
	}
}

void po_capture_pages(struct pageowner_capture *c)
{
	struct pool p = { .capture = c, .next_first = c->state.next_pfn };
	unsigned int wanted = c->state.seeks ? c->jobs : 1;
	int ret = 0;

	c->state.first_pfn = c->state.next_pfn;
	if (wanted > 1) {
		p.range_size = c->state.last_pfn / 16 / wanted;
		if (p.range_size < RANGE_MIN)
			p.range_size = RANGE_MIN;
		if (p.range_size > RANGE_MAX)
			p.range_size = RANGE_MAX;
	}
	p.workers = calloc(wanted, sizeof(*p.workers));
	p.fds = calloc(wanted, sizeof(*p.fds));
	if (!p.workers || !p.fds)
		ret = -ENOMEM;
	for (; ret == 0 && p.count < wanted; p.count += ret == 0)
		ret = start_worker(&p);
	/* Fewer than wanted would do. */
	if (p.count)
		read_all(&p);
	else
		po_capture_fail(c, ret, "%s", strerror(-ret));
	end_workers(&p);
	free(p.workers);
	free(p.fds);
}
