// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * worker.c - a process that reads ranges of PFNs from page_owner.
 *
 * One read() returns one whole record, after which the position is its PFN + 1. What
 * fails is tried again and finally skipped. It is a process because a kernel fault in
 * read() kills its caller.
 */
#include "capture_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A record is shorter than a page, and no page is larger than this. */
#define READ_SIZE	((size_t)64 << 10)
#define READ_SIZE_MAX	((size_t)1 << 20)
/* So that the parent soon has what was read */
#define FLUSH_SIZE	((size_t)32 << 10)
#define FLUSH_RECORDS	64
#define TRIES		8
#define TRY_FIRST_MS	1
#define PROBE_TRIES	3
#define PROBE_BY_ONE	16
#define PROBE_MAX	(UINT64_C(1) << 30)
#define SKIPS_MAX	4096

struct worker {
	int file, to;
	bool seeks;
	char *buf;
	size_t read_size;
	size_t used;
	uint32_t records;
	uint64_t pos;
	unsigned int skips;
};

int capture_open_pages(const char *path, const struct capture_options *opt,
		       const char **step)
{
	char command[256];
	int fd, len;

	*step = "open";
	fd = open(path, (opt->mode || opt->nodes ? O_RDWR : O_RDONLY) | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (!opt->mode && !opt->nodes)
		return fd;
	*step = "write";
	len = snprintf(command, sizeof(command), "%s%s%s%s%s\n",
		       opt->mode ? "mode=" : "", opt->mode ? opt->mode : "",
		       opt->mode && opt->nodes ? " " : "",
		       opt->nodes ? "nid=" : "", opt->nodes ? opt->nodes : "");
	if (len < (int)sizeof(command) && write(fd, command, (size_t)len) == len)
		return fd;
	len = len < (int)sizeof(command) ? -errno : -EINVAL;
	close(fd);
	return len;
}

static void put(struct worker *w, const void *data, size_t len)
{
	const char *p = data;

	while (len) {
		ssize_t n = write(w->to, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			_exit(1);	/* it is no longer needed */
		p += n;
		len -= (size_t)n;
	}
}

static void put_frame(struct worker *w, enum capture_frame_type type, int error,
		      uint64_t from)
{
	struct capture_frame frame = { .type = type, .error = error,
		.pfn = w->pos, .from = from };

	put(w, &frame, sizeof(frame));
}

static void flush(struct worker *w)
{
	struct capture_frame frame = { .type = FRAME_DATA, .pfn = w->pos,
		.records = w->records, .len = (uint32_t)w->used };

	if (!w->records)
		return;
	put(w, &frame, sizeof(frame));
	put(w, w->buf, w->used);
	w->used = w->records = 0;
}

static ssize_t read_once(struct worker *w)
{
	ssize_t n;

	do
		n = read(w->file, w->buf + w->used, w->read_size);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

/* Try until it works or certainly does not: kernels before 5.0 allocate memory for the
 * whole buffer, so a larger one is tried only once. */
static ssize_t read_record(struct worker *w, int tries)
{
	long ms = TRY_FIRST_MS;
	ssize_t n = 0;

	for (int i = 0; i < tries; i++, ms *= 2) {
		struct timespec wait = { ms / 1000, ms % 1000 * 1000000 };

		n = read_once(w);
		if (n >= 0 || n == -EBADF || n == -EFAULT)
			break;
		w->read_size = i == 0 && n == -ENOMEM ? READ_SIZE_MAX : READ_SIZE;
		nanosleep(&wait, NULL);
	}
	w->read_size = READ_SIZE;
	return n;
}

/* Kernels up to 6.0 cannot seek; their position is only in the text. */
static uint64_t position(struct worker *w, const char *record, size_t len)
{
	const char *pfn;
	off_t at;

	if (w->seeks) {
		at = lseek(w->file, 0, SEEK_CUR);
		if (at >= 0)
			return (uint64_t)at;
	}
	pfn = memmem(record, len, "\nPFN ", 5);
	return pfn ? strtoull(pfn + 5, NULL, 0) + 1 : w->pos;
}

/* Whether reading from @pfn on works, or ends. */
static bool works_from(struct worker *w, uint64_t pfn)
{
	return lseek(w->file, (off_t)pfn, SEEK_SET) >= 0 &&
		read_record(w, PROBE_TRIES) >= 0;
}

/*
 * The next record cannot be read, and its PFN is unknown. It is the last PFN from which
 * reading fails: near ones are tried one by one, those after a hole by halving. False if
 * reading never works again. The reported range begins at the current position, because
 * everything from there on may be lost.
 */
static bool skip_record(struct worker *w, int error)
{
	uint64_t from = w->pos, fails = from, works = from + 1, step = 1;

	if (!w->seeks || ++w->skips > SKIPS_MAX)
		return false;
	for (int i = 0; !works_from(w, works); i++) {
		fails = works;
		step *= i < PROBE_BY_ONE ? 1 : 2;
		works += step;
		if (step > PROBE_MAX)
			return false;
	}
	while (works - fails > 1) {
		uint64_t middle = fails + (works - fails) / 2;

		if (works_from(w, middle))
			works = middle;
		else
			fails = middle;
	}
	flush(w);
	w->pos = works;
	put_frame(w, FRAME_SKIPPED, error, from);
	return lseek(w->file, (off_t)works, SEEK_SET) >= 0;
}

static void read_range(struct worker *w, const struct capture_range *range)
{
	w->pos = range->first;
	if (w->seeks && lseek(w->file, (off_t)range->first, SEEK_SET) < 0) {
		put_frame(w, FRAME_FAILED, errno, 0);
		return;
	}
	for (;;) {
		ssize_t n = read_record(w, TRIES);

		if (n < 0 && skip_record(w, (int)-n))
			continue;
		if (n < 0) {
			flush(w);
			put_frame(w, FRAME_FAILED, (int)-n, 0);
			return;
		}
		if (n > 0) {
			uint64_t pos = position(w, w->buf + w->used, (size_t)n);

			if (pos <= range->end) {
				w->pos = pos;
				w->used += (size_t)n;
				w->records++;
				if (w->used >= FLUSH_SIZE || w->records >= FLUSH_RECORDS)
					flush(w);
				continue;
			}
			flush(w);
			w->pos = pos - 1;
		} else {
			flush(w);
			w->pos = CAPTURE_NO_END;
		}
		put_frame(w, FRAME_DONE, 0, 0);
		return;
	}
}

/* Take the next range; false if there is none. */
static bool take_range(int in, struct capture_range *range)
{
	size_t len = 0;

	while (len < sizeof(*range)) {
		ssize_t n = read(in, (char *)range + len, sizeof(*range) - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		len += (size_t)n;
	}
	return true;
}

void capture_work(int file, int in, int to)
{
	struct worker w = { .file = file, .to = to, .read_size = READ_SIZE,
		.seeks = lseek(file, 0, SEEK_CUR) >= 0,
		.buf = malloc(FLUSH_SIZE + READ_SIZE_MAX) };
	struct capture_range range;

	if (!w.buf) {
		put_frame(&w, FRAME_FAILED, ENOMEM, 0);
		_exit(1);
	}
	while (take_range(in, &range))
		read_range(&w, &range);
	_exit(0);
}
