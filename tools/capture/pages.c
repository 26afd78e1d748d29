// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * pages.c - copy page_owner to one file with several processes that read.
 *
 * Each reads a range of PFNs at a time; the text is written in the order of the ranges.
 * That of the first range is written at once, the others wait for their turn.
 */
#include "capture_private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RANGE_MIN	UINT64_C(1024)
#define RANGE_MAX	UINT64_C(32768)
/* Limit for text that waits; the rest stays in the pipe. */
#define WAITING_MAX	((size_t)64 << 20)

/* A process and its range */
struct job {
	pid_t pid;
	int to, from;
	bool busy, done;
	uint64_t order;		/* number of its range */
	uint64_t pfn;		/* how far it has read */
	char *in;		/* frames that were received */
	size_t in_len;
	char *waiting;		/* text that waits for its turn */
	size_t waiting_len, waiting_room;
	uint64_t records, skipped;	/* in it */
};

struct reading {
	struct capture_pages *pages;
	struct job *jobs;
	struct pollfd *fds;	/* one for each */
	unsigned int count;
	uint64_t next_first;	/* of the next range */
	uint64_t range_size;
	uint64_t next_order, turn;
	bool no_more;		/* number of ranges, when the last PFN was reached */
	struct cli_progress progress;
	struct timespec heard;
};

static void __attribute__((format(printf, 2, 3)))
stop(struct reading *r, const char *format, ...)
{
	va_list args;

	if (r->pages->reason[0])
		return;
	va_start(args, format);
	vsnprintf(r->pages->reason, sizeof(r->pages->reason), format, args);
	va_end(args);
}

/* --- processes */

static int start_job(struct reading *r, struct job *job)
{
	const struct capture_pages *p = r->pages;
	int to[2] = { -1, -1 }, from[2] = { -1, -1 };
	const char *step;

	job->in = malloc(CAPTURE_FRAME_MAX + sizeof(struct capture_frame));
	if (!job->in || pipe2(to, O_CLOEXEC) < 0 || pipe2(from, O_CLOEXEC) < 0)
		goto failed;
	fcntl(from[1], F_SETPIPE_SZ, 1 << 20);
	job->pid = fork();
	if (job->pid < 0)
		goto failed;
	if (job->pid == 0) {
		sigset_t signals;
		int file;

		/* The parent ends this process, after it has stored what there is. */
		sigemptyset(&signals);
		sigaddset(&signals, SIGINT);
		sigaddset(&signals, SIGTERM);
		sigaddset(&signals, SIGHUP);
		sigprocmask(SIG_BLOCK, &signals, NULL);
		for (struct job *other = r->jobs; other < job; other++) {
			close(other->to);
			close(other->from);
		}
		close(to[1]);
		close(from[0]);
		close(p->out->fd);	/* and so its lock */
		file = capture_open_pages(p->path, p->opt, &step);
		if (file < 0)
			_exit(1);
		capture_work(file, to[0], from[1]);
	}
	close(to[0]);
	close(from[1]);
	job->to = to[1];
	job->from = from[0];
	fcntl(job->from, F_SETFL, O_NONBLOCK);
	return 0;
failed:
	for (int i = 0; i < 2; i++) {
		if (to[i] >= 0)
			close(to[i]);
		if (from[i] >= 0)
			close(from[i]);
	}
	free(job->in);
	return -1;
}

/* One that hangs in the kernel is abandoned. */
static void end_job(struct job *job)
{
	const struct timespec wait = { 0, 10000000 };

	close(job->to);
	if (job->pid > 0) {
		close(job->from);
		kill(job->pid, SIGKILL);
		for (int i = 0; i < 100 && !waitpid(job->pid, NULL, WNOHANG); i++)
			nanosleep(&wait, NULL);
	}
	free(job->in);
	free(job->waiting);
}

/* What the end of its pipe means */
static void lose_job(struct reading *r, struct job *job)
{
	int status = 0;

	waitpid(job->pid, &status, 0);
	r->pages->killed = WIFSIGNALED(status);
	if (r->pages->killed)
		stop(r, "the process that read was killed by signal %d after PFN %#jx (see dmesg for an oops)",
		     WTERMSIG(status), (uintmax_t)job->pfn);
	else
		stop(r, "the process that read ended after PFN %#jx",
		     (uintmax_t)job->pfn);
	close(job->from);
	job->from = job->pid = -1;
}

static double seconds(const struct timespec *from, const struct timespec *to)
{
	return (double)(to->tv_sec - from->tv_sec) +
		(double)(to->tv_nsec - from->tv_nsec) / 1e9;
}

/* --- text in its order */

static void put_text(struct reading *r, struct job *job, const void *text, size_t len)
{
	if (job->order == r->turn) {
		capture_put(r->pages->out, text, len);
		return;
	}
	if (job->waiting_room < job->waiting_len + len) {
		size_t room = 2 * (job->waiting_len + len);
		char *grown = realloc(job->waiting, room);

		if (!grown) {
			stop(r, "%s", strerror(ENOMEM));
			return;
		}
		job->waiting = grown;
		job->waiting_room = room;
	}
	memcpy(job->waiting + job->waiting_len, text, len);
	job->waiting_len += len;
}

static void put_skipped(struct reading *r, struct job *job,
			const struct capture_frame *f)
{
	char line[256], range[64];
	int len;

	if (f->pfn - f->from > 1)
		snprintf(range, sizeof(range), "%#jx-%#jx", (uintmax_t)f->from,
			 (uintmax_t)f->pfn - 1);
	else
		snprintf(range, sizeof(range), "%#jx", (uintmax_t)f->from);
	cli_progress_end(&r->progress);
	if (!r->pages->opt->common.quiet)
		cli_error("%s: PFN %s: %s, skipped", r->pages->path, range,
			  strerror(f->error));
	job->skipped++;
	if (r->pages->opt->plain)
		return;
	len = snprintf(line, sizeof(line), "PFN# skipped-pfn: %s: %s\n", range,
		       strerror(f->error));
	put_text(r, job, line, (size_t)len);
}

static void settle(struct reading *r, struct job *job)
{
	r->pages->records += job->records;
	r->pages->skipped += job->skipped;
	job->records = job->skipped = 0;
	if (job->pfn != CAPTURE_NO_END)
		r->pages->next_pfn = job->pfn;
}

/* Write the text of all ranges whose turn has come. */
static void take_turns(struct reading *r)
{
	for (unsigned int i = 0; i < r->count; i++) {
		struct job *job = &r->jobs[i];

		if (!job->busy || job->order != r->turn)
			continue;
		capture_put(r->pages->out, job->waiting, job->waiting_len);
		job->waiting_len = 0;
		settle(r, job);
		if (!job->done)
			return;
		job->busy = false;
		r->turn++;
		i = UINT32_MAX;	/* from the first again */
	}
}

static void take_frame(struct reading *r, struct job *job,
		       const struct capture_frame *f, const char *text)
{
	switch (f->type) {
	case FRAME_DATA:
		job->records += f->records;
		put_text(r, job, text, f->len);
		break;
	case FRAME_SKIPPED:
		put_skipped(r, job, f);
		break;
	case FRAME_DONE:
		job->done = true;
		if (f->pfn == CAPTURE_NO_END)
			r->no_more = true;
		else if (f->pfn > r->next_first)	/* a hole */
			r->next_first = f->pfn;
		break;
	case FRAME_FAILED:
		stop(r, "PFN %#jx: %s", (uintmax_t)f->pfn, strerror(f->error));
		return;
	}
	job->pfn = f->pfn;
}

static void hear(struct reading *r, struct job *job)
{
	struct capture_frame f;
	size_t at = 0;
	ssize_t n = read(job->from, job->in + job->in_len,
			 CAPTURE_FRAME_MAX + sizeof(f) - job->in_len);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		if (n < 0)	/* it would be waited for */
			kill(job->pid, SIGKILL);
		lose_job(r, job);
		return;
	}
	clock_gettime(CLOCK_MONOTONIC, &r->heard);
	job->in_len += (size_t)n;
	while (job->in_len - at >= sizeof(f)) {
		memcpy(&f, job->in + at, sizeof(f));
		if (job->in_len - at < sizeof(f) + f.len)
			break;
		take_frame(r, job, &f, job->in + at + sizeof(f));
		at += sizeof(f) + f.len;
	}
	job->in_len -= at;
	memmove(job->in, job->in + at, job->in_len);
}

/* --- progress */

static void show_progress(struct reading *r, uint64_t first_pfn)
{
	const struct capture_pages *p = r->pages;
	const bool is_known = p->last_pfn > first_pfn && p->next_pfn >= first_pfn;

	if (p->opt->common.quiet || !cli_progress_is_due(&r->progress))
		return;
	cli_progress_draw(&r->progress, is_known ? (double)(p->next_pfn - first_pfn) /
			  (double)(p->last_pfn - first_pfn) : -1,
			  "PFN %#jx, %ju records", (uintmax_t)p->next_pfn,
			  (uintmax_t)p->records);
}

/* --- all of it */

static void give_range(struct reading *r, struct job *job)
{
	struct capture_range range = { r->next_first, CAPTURE_NO_END };
	size_t len = 0;

	if (r->range_size) {
		range.end = range.first + r->range_size;
		r->next_first = range.end;
	} else {
		r->no_more = true;	/* it has everything */
	}
	while (len < sizeof(range)) {
		ssize_t n = write(job->to, (char *)&range + len, sizeof(range) - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EPIPE)
			break;		/* reported when its own pipe ends */
		if (n < 0) {
			stop(r, "PFN %#jx: %s", (uintmax_t)range.first, strerror(errno));
			return;
		}
		len += (size_t)n;
	}
	job->busy = true;
	job->done = false;
	job->order = r->next_order++;
	job->pfn = range.first;
}

static void read_all(struct reading *r)
{
	const uint64_t first_pfn = r->pages->next_pfn;
	struct pollfd *fds = r->fds;
	struct timespec now;

	for (;;) {
		bool busy = false;

		for (unsigned int i = 0; i < r->count; i++) {
			struct job *job = &r->jobs[i];

			if (!job->busy && !r->no_more)
				give_range(r, job);
			busy |= job->busy;
			fds[i].events = POLLIN;
			fds[i].fd = job->order != r->turn &&
				job->waiting_len > WAITING_MAX ? -1 : job->from;
		}
		if (!busy)
			return;
		if (poll(fds, r->count, 200) < 0 && errno != EINTR)
			stop(r, "%s", strerror(errno));
		for (unsigned int i = 0; i < r->count; i++)
			if (fds[i].fd >= 0 && fds[i].revents)
				hear(r, &r->jobs[i]);
		take_turns(r);
		show_progress(r, first_pfn);
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (capture_signal)
			stop(r, "interrupted by SIG%s", sigabbrev_np(capture_signal));
		if (seconds(&r->heard, &now) > r->pages->opt->timeout)
			stop(r, "the kernel has not answered for %g seconds after PFN %#jx",
			     r->pages->opt->timeout, (uintmax_t)r->pages->next_pfn);
		if (r->pages->out->failed)
			stop(r, "the output failed");
		if (r->pages->reason[0])
			return;
	}
}

void capture_read_pages(struct capture_pages *p)
{
	struct reading r = { .pages = p, .next_first = p->next_pfn };
	unsigned int wanted = (unsigned int)p->opt->common.jobs;

	if (wanted > 1) {
		r.range_size = p->last_pfn / 16 / wanted;
		if (r.range_size < RANGE_MIN)
			r.range_size = RANGE_MIN;
		if (r.range_size > RANGE_MAX)
			r.range_size = RANGE_MAX;
	}
	r.jobs = calloc(wanted, sizeof(*r.jobs));
	r.fds = calloc(wanted, sizeof(*r.fds));
	while (r.jobs && r.fds && r.count < wanted && !start_job(&r, &r.jobs[r.count]))
		r.count++;
	clock_gettime(CLOCK_MONOTONIC, &r.heard);
	if (r.count)
		read_all(&r);
	else
		stop(&r, "%s", strerror(errno));
	cli_progress_end(&r.progress);
	for (unsigned int i = 0; i < r.count; i++)
		end_job(&r.jobs[i]);
	free(r.jobs);
	free(r.fds);
}
