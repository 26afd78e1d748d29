// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * worker.c - a process that reads ranges of PFNs from page_owner.
 *
 * One read() returns one whole record, after which the position is its PFN + 1. What
 * fails is tried again and finally skipped.
 *
 * It is a process and not a thread because a kernel fault in read() kills its caller
 * while it holds the file's lock, and because a thread in a read() that never returns
 * would keep the whole program from ending. The program that forked it may have threads,
 * so only calls that are safe in a signal handler are made here; memory comes from
 * before the fork. It holds no descriptor of the program but its end of a socket, and so
 * ends when the program does.
 */
#include "live/capture_private.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "base/child.h"
#include "base/cursor.h"

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

_Static_assert(FLUSH_SIZE + READ_SIZE_MAX <= PO_FRAME_ROOM, "it reads into that room");

struct scan {
	int file, to;
	bool seeks;
	char *buf;
	size_t read_size;
	size_t used;
	uint32_t records;
	uint64_t pos;
	unsigned int skips;
};

int po_capture_open_pages(const struct pageowner_capture *c, bool *refused)
{
	const size_t len = strlen(c->order);
	ssize_t n;
	int fd, error;

	*refused = false;
	fd = open(c->path, (len ? O_RDWR : O_RDONLY) | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = len ? write(fd, c->order, len) : 0;
	if (n == (ssize_t)len)
		return fd;
	error = n < 0 ? errno : EINVAL;
	close(fd);
	*refused = true;
	return -error;
}

static void put(struct scan *s, const void *data, size_t len)
{
	if (!po_child_write(s->to, data, len))
		_exit(1);	/* it is no longer needed */
}

static void put_frame(struct scan *s, enum po_frame_type type, int error, uint64_t from)
{
	struct po_frame frame = { .type = type, .error = error,
		.pfn = s->pos, .from = from };

	put(s, &frame, sizeof(frame));
}

static void flush(struct scan *s)
{
	struct po_frame frame = { .type = PO_FRAME_TEXT, .pfn = s->pos,
		.records = s->records, .len = (uint32_t)s->used };

	if (!s->records)
		return;
	put(s, &frame, sizeof(frame));
	put(s, s->buf, s->used);
	s->used = s->records = 0;
}

static ssize_t read_once(struct scan *s)
{
	ssize_t n;

	do
		n = read(s->file, s->buf + s->used, s->read_size);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

/* Try until it works or certainly does not: kernels before 5.0 allocate memory for the
 * whole buffer, so a larger one is tried only once. */
static ssize_t read_record(struct scan *s, int tries)
{
	int ms = TRY_FIRST_MS;
	ssize_t n = 0;

	for (int i = 0; i < tries; i++, ms *= 2) {
		n = read_once(s);
		if (n >= 0 || n == -EBADF || n == -EFAULT)
			break;
		s->read_size = i == 0 && n == -ENOMEM ? READ_SIZE_MAX : READ_SIZE;
		poll(NULL, 0, ms);
	}
	s->read_size = READ_SIZE;
	return n;
}

/* Kernels up to 6.0 cannot seek; their position is only in the text. */
static uint64_t position(struct scan *s, const char *record, size_t len)
{
	struct po_cursor at = { .end = record + len };
	uint64_t pfn;
	off_t pos;

	if (s->seeks) {
		pos = lseek(s->file, 0, SEEK_CUR);
		if (pos >= 0)
			return (uint64_t)pos;
	}
	at.at = memmem(record, len, "\nPFN ", 5);
	if (!at.at)
		return s->pos;
	at.at += 5;
	if ((po_take_word(&at, "0x") ? po_take_hex(&at, &pfn) :
	     po_take_decimal(&at, &pfn)) != PO_NUMBER_OK)
		return s->pos;
	return pfn + 1;
}

/* Whether reading from @pfn on works, or ends. */
static bool works_from(struct scan *s, uint64_t pfn)
{
	return lseek(s->file, (off_t)pfn, SEEK_SET) >= 0 &&
		read_record(s, PROBE_TRIES) >= 0;
}

/*
 * The next record cannot be read, and its PFN is unknown. It is the last PFN from which
 * reading fails: near ones are tried one by one, those after a hole by halving. False if
 * reading never works again. The reported range begins at the current position, because
 * everything after it may be lost.
 */
static bool skip_record(struct scan *s, int error)
{
	uint64_t from = s->pos, fails = from, works = from + 1, step = 1;

	if (!s->seeks || ++s->skips > SKIPS_MAX)
		return false;
	for (int i = 0; !works_from(s, works); i++) {
		fails = works;
		step *= i < PROBE_BY_ONE ? 1 : 2;
		works += step;
		if (step > PROBE_MAX)
			return false;
	}
	while (works - fails > 1) {
		uint64_t middle = fails + (works - fails) / 2;

		if (works_from(s, middle))
			works = middle;
		else
			fails = middle;
	}
	flush(s);
	s->pos = works;
	put_frame(s, PO_FRAME_SKIPPED, error, from);
	return lseek(s->file, (off_t)works, SEEK_SET) >= 0;
}

static void read_range(struct scan *s, const struct po_range *range)
{
	s->pos = range->first;
	if (s->seeks && lseek(s->file, (off_t)range->first, SEEK_SET) < 0) {
		put_frame(s, PO_FRAME_FAILED, errno, 0);
		return;
	}
	for (;;) {
		ssize_t n = read_record(s, TRIES);

		if (n < 0 && skip_record(s, (int)-n))
			continue;
		if (n < 0) {
			flush(s);
			put_frame(s, PO_FRAME_FAILED, (int)-n, 0);
			return;
		}
		if (n > 0) {
			uint64_t pos = position(s, s->buf + s->used, (size_t)n);

			if (pos <= range->end) {
				s->pos = pos;
				s->used += (size_t)n;
				s->records++;
				if (s->used >= FLUSH_SIZE || s->records >= FLUSH_RECORDS)
					flush(s);
				continue;
			}
			flush(s);
			s->pos = pos - 1;
		} else {
			flush(s);
			s->pos = PO_CAPTURE_END;
		}
		put_frame(s, PO_FRAME_DONE, 0, 0);
		return;
	}
}

void po_capture_work(const struct pageowner_capture *c, int fd, char *room)
{
	struct scan s = { .to = fd, .read_size = READ_SIZE, .buf = room };
	struct po_range range;
	bool refused;

	po_child_close_all_but(&fd, 1);
	s.file = po_capture_open_pages(c, &refused);
	if (s.file < 0) {
		put_frame(&s, PO_FRAME_FAILED, -s.file, 0);
		_exit(1);
	}
	s.seeks = lseek(s.file, 0, SEEK_CUR) >= 0;
	while (po_child_read(fd, &range, sizeof(range)))
		read_range(&s, &range);
	_exit(0);
}
