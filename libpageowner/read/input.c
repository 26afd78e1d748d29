// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * input.c - file, pipe, memory or compressed stream -> bytes.
 *
 * Compression is detected by the first bytes, never by the name; so are UTF-16 and UTF-32,
 * the quoted-printable text of mails, logs as JSON, and line ends that are no newlines.
 */
#include "read/input.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "read/encoding.h"
#include "read/json_text.h"
#include "read/one_line.h"
#include "read/quoted.h"
#include "read/unpack.h"
#include "read/utf16.h"

#define PIPE_SIZE	(1 << 20)
/* The kernel's own file returns one record per read, and ENOMEM if that does not
 * fit: no read is smaller than the largest record, a page of up to 64 KiB. */
#define READ_MIN	((size_t)64 << 10)

struct po_input {
	int fd;			/* -1 for memory */
	off_t at, to;		/* pread() range; to is -1 for read() */
	struct pageowner_text memory;	/* not yet read */
	uint64_t position;
	struct po_budget *budget;	/* NULL for none */
	size_t taken;		/* of it */
	char *head;		/* first bytes, read to detect the packing */
	size_t head_len, head_at;
	struct po_unpack *unpack;	/* if it is compressed */
	bool is_utf16, is_quoted, is_json, is_one_line;
	struct po_utf16 utf16;
	struct po_quoted quoted;
	struct po_json_text json;
	struct po_one_line one_line;
};

/*
 * Read bytes as they are in the file: 0 only at the end, otherwise all of @len except
 * less than READ_MIN.
 */
static ssize_t read_raw(void *input, char *buf, size_t len)
{
	struct po_input *in = input;
	size_t done = in->head_len - in->head_at;

	if (done) {
		done = done < len ? done : len;
		memcpy(buf, in->head + in->head_at, done);
		in->head_at += done;
	}
	if (in->fd < 0) {
		size_t n = len - done < in->memory.len ?
			len - done : in->memory.len;

		if (n) {
			memcpy(buf + done, in->memory.ptr, n);
			in->memory.ptr += n;
		}
		in->memory.len -= n;
		in->position += n;
		return (ssize_t)(done + n);
	}
	while (done < len) {
		size_t want = len - done;
		ssize_t n;

		if (done && want < READ_MIN)
			break;
		if (in->to < 0) {
			n = read(in->fd, buf + done, want);
		} else {
			if ((off_t)want > in->to - in->at)
				want = (size_t)(in->to - in->at);
			n = want ? pread(in->fd, buf + done, want, in->at) : 0;
			if (n > 0)
				in->at += n;
		}
		if (n < 0) {
			if (errno == EINTR)
				continue;
			/* Return what was read; the next call gets the error again. */
			return done ? (ssize_t)done : -errno;
		}
		if (n == 0)
			break;
		done += (size_t)n;
		in->position += (size_t)n;
	}
	return (ssize_t)done;
}

static int new_input(struct po_input **input)
{
	*input = calloc(1, sizeof(**input));
	if (!*input)
		return -ENOMEM;
	(*input)->fd = -1;
	(*input)->to = -1;
	return 0;
}

/* Whether its first @len bytes are quoted-printable or JSON: false if more may tell */
static bool find_encoding(struct po_input *in, size_t len)
{
	bool is_sure, is_sure_of_ends;

	in->is_quoted = po_quoted_begins(in->head, len, &is_sure);
	in->is_json = !in->is_quoted && po_json_begins(&in->json, in->head, len);
	in->is_one_line = po_one_line_begins(&in->one_line, in->head, len, &is_sure_of_ends) &&
		!in->is_quoted && !in->is_json;
	return in->is_json || len >= PO_ENCODING_LOOK ||
		(is_sure && is_sure_of_ends && !po_json_may_begin(in->head, len));
}

static int find_packing(struct po_input *in)
{
	enum po_packing packing;
	size_t len = 0, looked = 0;

	in->head = malloc(PO_ENCODING_LOOK + READ_MIN);
	if (!in->head)
		return -ENOMEM;
	for (ssize_t n = 1; n && len < PO_MAGIC_LEN; len += (size_t)n) {
		n = read_raw(in, in->head + len, READ_MIN);
		if (n < 0)
			return (int)n;
	}
	packing = po_packing_of(in->head, len);
	if (packing != PO_PLAIN) {
		in->head_len = len;
		return po_unpack_new(packing, &in->unpack);
	}
	in->is_utf16 = po_utf16_begins(in->head, len);
	in->utf16.is_wide = po_utf16_is_wide(in->head, len);
	in->utf16.is_big_endian = in->is_utf16 && po_utf16_is_big_endian(in->head);
	/* A dump has what is no escape in its second line. Of a pipe that gives little at a
	 * time, twice as much is waited for before it is looked at again. */
	while (!in->is_utf16 && len > looked && !find_encoding(in, len)) {
		ssize_t n = 1;

		looked = len;
		for (; n && len < 2 * looked && len < PO_ENCODING_LOOK; len += (size_t)n) {
			n = read_raw(in, in->head + len, READ_MIN);
			if (n < 0)
				return (int)n;
		}
	}
	in->head_len = len;
	return 0;
}

/* The first bytes are read; on failure the input is freed. */
static int begin(struct po_input *in, struct po_input **input)
{
	const int ret = find_packing(in);

	if (ret < 0)
		po_input_free(in);
	else
		*input = in;
	return ret;
}

int po_input_new_fd(int fd, struct po_input **input)
{
	struct po_input *in;
	int ret = fd < 0 ? -EBADF : new_input(&in);

	if (ret < 0)
		return ret;
	in->fd = fd;
	/* A pipe of 64 KiB costs a switch of process every 90 records. */
	fcntl(fd, F_SETPIPE_SZ, PIPE_SIZE);
	return begin(in, input);
}

int po_input_new_plain_memory(const void *data, size_t len, struct po_input **input)
{
	int ret = new_input(input);

	if (ret == 0) {
		(*input)->memory.ptr = data;
		(*input)->memory.len = len;
	}
	return ret;
}

int po_input_new_memory(const void *data, size_t len, struct po_input **input)
{
	struct po_input *in;
	const int ret = po_input_new_plain_memory(data, len, &in);

	return ret < 0 ? ret : begin(in, input);
}

int po_input_new_range(int fd, off_t from, off_t to, struct po_input **input)
{
	int ret = new_input(input);

	if (ret == 0) {
		(*input)->fd = fd;
		(*input)->at = from;
		(*input)->to = to;
	}
	return ret;
}

void po_input_free(struct po_input *in)
{
	if (!in)
		return;
	po_unpack_free(in->unpack);
	free(in->head);
	po_budget_give(in->budget, in->taken);
	free(in);
}

bool po_input_set_budget(struct po_input *in, struct po_budget *budget)
{
	const size_t size = sizeof(*in) + (in->head ? PO_ENCODING_LOOK + READ_MIN : 0);

	in->budget = budget;
	if (!po_budget_take(budget, size))
		return false;
	in->taken = size;
	return !in->unpack || po_unpack_set_budget(in->unpack, budget);
}

static ssize_t read_utf16(struct po_input *in, char *buf, size_t len)
{
	const size_t room = po_utf16_room(&in->utf16, len);
	size_t done = 0;
	ssize_t n = 1;

	/* Only the start of a character was read: 0 would say that this is the end. */
	while (n > 0 && !done) {
		n = read_raw(in, buf + len - room, room);
		if (n >= 0)
			done = po_utf16_decode(&in->utf16, buf, len, room, (size_t)n);
	}
	return n < 0 ? n : (ssize_t)done;
}

static ssize_t read_quoted(struct po_input *in, char *buf, size_t len)
{
	struct po_quoted *q = &in->quoted;
	size_t done = 0;
	ssize_t n = 1;

	/* Only the start of an escape was read: 0 would say that this is the end. */
	while (n > 0 && !done) {
		const size_t rest = q->rest_len;

		memcpy(buf, q->rest, rest);
		n = read_raw(in, buf + rest, len - rest);
		if (n >= 0)
			done = po_quoted_decode(q, buf, rest + (size_t)n, n == 0);
	}
	return n < 0 ? n : (ssize_t)done;
}

static ssize_t read_json(struct po_input *in, char *buf, size_t len)
{
	size_t done = 0;
	ssize_t n = 1;

	/* What was read had no message: 0 would say that this is the end. */
	while (n > 0 && !done) {
		n = read_raw(in, buf, len);
		if (n > 0)
			done = po_json_decode(&in->json, buf, (size_t)n);
	}
	return n < 0 ? n : (ssize_t)done;
}

static ssize_t read_one_line(struct po_input *in, char *buf, size_t len)
{
	struct po_one_line *o = &in->one_line;
	size_t done = 0;
	ssize_t n = 1;

	/* Only the start of a line end was read: 0 would say that this is the end. */
	while (n > 0 && !done) {
		const size_t rest = o->rest_len;

		memcpy(buf, o->rest, rest);
		n = read_raw(in, buf + rest, len - rest);
		if (n >= 0)
			done = po_one_line_decode(o, buf, rest + (size_t)n, n == 0);
	}
	return n < 0 ? n : (ssize_t)done;
}

ssize_t po_input_read(struct po_input *in, char *buf, size_t len)
{
	if (in->unpack)
		return po_unpack_read(in->unpack, read_raw, in, buf, len);
	if (in->is_utf16)
		return read_utf16(in, buf, len);
	if (in->is_quoted && len > sizeof(in->quoted.rest))
		return read_quoted(in, buf, len);
	if (in->is_json)
		return read_json(in, buf, len);
	if (in->is_one_line && len > sizeof(in->one_line.rest))
		return read_one_line(in, buf, len);
	return read_raw(in, buf, len);
}

uint64_t po_input_position(const struct po_input *in)
{
	return in->position;
}

bool po_input_is_decoded(const struct po_input *in)
{
	return in->is_utf16 || in->is_quoted || in->is_json || in->is_one_line;
}

bool po_input_is_plain(const void *data, size_t len)
{
	struct po_one_line one_line;
	struct po_json_text json;
	bool is_sure;

	return po_packing_of(data, len) == PO_PLAIN && !po_json_begins(&json, data, len) &&
		!po_quoted_begins(data, len, &is_sure) &&
		!po_one_line_begins(&one_line, data, len, &is_sure) &&
		!po_utf16_begins(data, len < PO_MAGIC_LEN ? len : PO_MAGIC_LEN);
}

bool po_input_can_range(int fd, off_t *size)
{
	struct stat st;
	char *start;
	bool ok;
	ssize_t n;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size == 0)
		return false;
	if (lseek(fd, 0, SEEK_CUR) != 0)
		return false;
	start = malloc(PO_ENCODING_LOOK);
	if (!start)
		return false;
	n = pread(fd, start, PO_ENCODING_LOOK, 0);
	/* Unknown for a partial range. */
	ok = n >= (st.st_size < PO_MAGIC_LEN ? st.st_size : PO_MAGIC_LEN) &&
		po_input_is_plain(start, (size_t)n);
	free(start);
	*size = ok ? st.st_size : *size;
	return ok;
}
