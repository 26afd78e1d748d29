// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * input.c - file, pipe, memory or compressed stream -> bytes.
 *
 * Compression is detected by the first bytes, never by the name. Concatenated
 * compressed members are one stream, as for the tools that write them.
 */
#include "read/input.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#ifdef HAVE_LZMA
#include <lzma.h>
#endif
#ifdef HAVE_ZSTD
#include <zstd.h>
#include <zstd_errors.h>
#endif

#include "read/utf16.h"

#define PACKED_SIZE	((size_t)256 << 10)
#define PIPE_SIZE	(1 << 20)
#define MAGIC_LEN	6
/* The kernel's own file returns one record per read, and ENOMEM if that does not
 * fit: no read is smaller than the largest record, a page of up to 64 KiB. */
#define READ_MIN	((size_t)64 << 10)

/* About what a decoder needs besides the window that its stream asks for */
#define DECODER_SIZE	((size_t)512 << 10)

enum packing { PLAIN, GZIP, XZ, ZSTD, UTF16 };

struct po_input {
	int fd;			/* -1 for memory */
	off_t at, to;		/* pread() range; to is -1 for read() */
	struct pageowner_text memory;	/* not yet read */
	uint64_t position;
	struct po_budget *budget;	/* NULL for none */
	size_t taken;		/* of it */
	size_t window;		/* of that, for the window of the stream */
	enum packing packing;
	int end;		/* 0: continue; 1: at the end; or the error */
	char *head;		/* first bytes, read to detect the packing */
	size_t head_len, head_at;
	/* Packed bytes read but not yet unpacked */
	unsigned char *packed;
	size_t packed_at, packed_len;
	bool in_member;		/* between begin and end of a packed member */
	struct po_utf16 utf16;
	z_stream gzip;
#ifdef HAVE_LZMA
	lzma_stream xz;
#endif
#ifdef HAVE_ZSTD
	ZSTD_DStream *zstd;
	uint64_t window_max;	/* as limited, 0 if only by the format */
#endif
};

/*
 * Read bytes as they are in the file: 0 only at the end, otherwise all of @len except
 * less than READ_MIN.
 */
static ssize_t read_raw(struct po_input *in, char *buf, size_t len)
{
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

static enum packing packing_of(const char *p, size_t len)
{
	if (len >= 3 && !memcmp(p, "\x1f\x8b\x08", 3))
		return GZIP;
	if (len >= 6 && !memcmp(p, "\xfd" "7zXZ\0", 6))
		return XZ;
	if (len >= 4 && !memcmp(p, "\x28\xb5\x2f\xfd", 4))
		return ZSTD;
	return po_utf16_begins(p, len) ? UTF16 : PLAIN;
}

static int begin_unpacking(struct po_input *in)
{
	in->packed = malloc(PACKED_SIZE);
	if (!in->packed)
		return -ENOMEM;
	switch (in->packing) {
	case GZIP:
		if (inflateInit2(&in->gzip, 15 + 16) != Z_OK)
			return -ENOMEM;
		return 0;
	case XZ:
#ifdef HAVE_LZMA
		/* It says how much it needs, and gets it if the budget allows. */
		if (lzma_stream_decoder(&in->xz, 1, LZMA_CONCATENATED) != LZMA_OK)
			return -ENOMEM;
		return 0;
#else
		return -ENOTSUP;
#endif
	case ZSTD:
#ifdef HAVE_ZSTD
		in->zstd = ZSTD_createDStream();
		return in->zstd ? 0 : -ENOMEM;
#else
		return -ENOTSUP;
#endif
	case UTF16:
	case PLAIN:
		break;
	}
	return 0;
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

static int find_packing(struct po_input *in)
{
	size_t len = 0;

	in->head = malloc(READ_MIN + MAGIC_LEN);
	if (!in->head)
		return -ENOMEM;
	for (ssize_t n = 1; n && len < MAGIC_LEN; len += (size_t)n) {
		n = read_raw(in, in->head + len, READ_MIN);
		if (n < 0)
			return (int)n;
	}
	in->head_len = len;
	in->packing = packing_of(in->head, len);
	in->utf16.is_big_endian = in->packing == UTF16 && po_utf16_is_big_endian(in->head);
	return in->packing == PLAIN || in->packing == UTF16 ? 0 : begin_unpacking(in);
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
	if (in->packing == GZIP)
		inflateEnd(&in->gzip);
#ifdef HAVE_LZMA
	if (in->packing == XZ)
		lzma_end(&in->xz);
#endif
#ifdef HAVE_ZSTD
	ZSTD_freeDStream(in->zstd);
#endif
	free(in->packed);
	free(in->head);
	po_budget_give(in->budget, in->taken);
	free(in);
}

static bool take_memory(struct po_input *in, size_t bytes)
{
	if (!po_budget_take(in->budget, bytes))
		return false;
	in->taken += bytes;
	return true;
}

bool po_input_set_budget(struct po_input *in, struct po_budget *budget)
{
	in->budget = budget;
	return take_memory(in, sizeof(*in) + (in->head ? READ_MIN : 0) +
			   (in->packed ? PACKED_SIZE + DECODER_SIZE : 0));
}

#if defined(HAVE_LZMA) || defined(HAVE_ZSTD)
/* 0 or -ENOMEM */
static int take_window(struct po_input *in, uint64_t bytes)
{
	if (bytes <= in->window)
		return 0;
	if (bytes > SIZE_MAX)
		po_budget_refuse(in->budget, bytes);
	if (bytes > SIZE_MAX || !take_memory(in, (size_t)bytes - in->window))
		return -ENOMEM;
	in->window = (size_t)bytes;
	return 0;
}
#endif

/* One step of each library: 0, -EBADMSG or -ENOMEM. @out moves past what was stored. */
static int step_gzip(struct po_input *in, char **out, char *end)
{
	int ret;

	if (!in->in_member)
		inflateReset(&in->gzip);
	in->gzip.next_in = in->packed + in->packed_at;
	in->gzip.avail_in = (uInt)(in->packed_len - in->packed_at);
	in->gzip.next_out = (unsigned char *)*out;
	in->gzip.avail_out = (uInt)(end - *out);
	ret = inflate(&in->gzip, Z_NO_FLUSH);
	in->packed_at = in->packed_len - in->gzip.avail_in;
	*out = (char *)in->gzip.next_out;
	in->in_member = ret != Z_STREAM_END;
	if (ret == Z_MEM_ERROR)
		return -ENOMEM;
	return ret == Z_OK || ret == Z_STREAM_END || ret == Z_BUF_ERROR ?
		0 : -EBADMSG;
}

static int step_xz(struct po_input *in, char **out, char *end, bool at_eof)
{
#ifdef HAVE_LZMA
	lzma_ret ret;

	in->xz.next_in = in->packed + in->packed_at;
	in->xz.avail_in = in->packed_len - in->packed_at;
	in->xz.next_out = (unsigned char *)*out;
	in->xz.avail_out = (size_t)(end - *out);
	while ((ret = lzma_code(&in->xz, at_eof ? LZMA_FINISH : LZMA_RUN)) ==
	       LZMA_MEMLIMIT_ERROR) {
		const uint64_t need = lzma_memusage(&in->xz);

		if (take_window(in, need) < 0 ||
		    lzma_memlimit_set(&in->xz, need) != LZMA_OK)
			return -ENOMEM;
	}
	in->packed_at = in->packed_len - in->xz.avail_in;
	*out = (char *)in->xz.next_out;
	in->in_member = ret != LZMA_STREAM_END;
	if (ret == LZMA_MEM_ERROR)
		return -ENOMEM;
	return ret == LZMA_OK || ret == LZMA_STREAM_END ||
		ret == LZMA_BUF_ERROR ? 0 : -EBADMSG;
#else
	(void)in, (void)out, (void)end, (void)at_eof;
	return -EBADMSG;
#endif
}

#ifdef HAVE_ZSTD
/* The largest window that the next frame may ask for: as the budget allows; without a
 * budget 0, the limit of the format */
static uint64_t limit_window(struct po_input *in)
{
	const int most = ZSTD_dParam_getBounds(ZSTD_d_windowLogMax).upperBound;
	const int least = ZSTD_dParam_getBounds(ZSTD_d_windowLogMax).lowerBound;
	const size_t left = po_budget_left(in->budget);
	const size_t room = left > SIZE_MAX - in->window ? SIZE_MAX :
		left + in->window;
	int bits = least;

	while (bits < most && (size_t)1 << (bits + 1) <= room)
		bits++;
	ZSTD_DCtx_setParameter(in->zstd, ZSTD_d_windowLogMax, bits);
	return bits < most ? UINT64_C(1) << bits : 0;
}
#endif

static int step_zstd(struct po_input *in, char **out, char *end)
{
#ifdef HAVE_ZSTD
	ZSTD_inBuffer from = { in->packed, in->packed_len, in->packed_at };
	ZSTD_outBuffer to = { *out, (size_t)(end - *out), 0 };
	size_t ret;

	if (!in->in_member)
		in->window_max = limit_window(in);
	ret = ZSTD_decompressStream(in->zstd, &to, &from);
	in->packed_at = from.pos;
	*out += to.pos;
	switch (ZSTD_getErrorCode(ret)) {
	case ZSTD_error_no_error:
		break;
	case ZSTD_error_frameParameter_windowTooLarge:
		if (!in->window_max)
			return -EBADMSG;
		po_budget_refuse(in->budget, in->window_max + 1);
		return -ENOMEM;
	case ZSTD_error_memory_allocation:
		return -ENOMEM;
	default:
		return -EBADMSG;
	}
	in->in_member = ret != 0;
	ret = ZSTD_sizeof_DStream(in->zstd);
	return take_window(in, ret > DECODER_SIZE ? ret - DECODER_SIZE : 0);
#else
	(void)in, (void)out, (void)end;
	return -EBADMSG;
#endif
}

static ssize_t read_unpacked(struct po_input *in, char *buf, size_t len)
{
	char *out = buf, *end = buf + len;
	bool at_eof = false;

	while (out < end) {
		size_t before = in->packed_len - in->packed_at;
		char *out_before = out;
		int ret = 0;

		if (!before && !at_eof) {
			ssize_t n = read_raw(in, (char *)in->packed, PACKED_SIZE);

			if (n < 0)	/* as in read_raw(): first what came before */
				return out > buf ? out - buf : n;
			in->packed_at = 0;
			in->packed_len = (size_t)n;
			at_eof = n == 0;
		}
		if (at_eof && !in->in_member) {
			in->end = 1;
			break;
		}
		if (in->packing == GZIP)
			ret = step_gzip(in, &out, end);
		else if (in->packing == XZ)
			ret = step_xz(in, &out, end, at_eof);
		else
			ret = step_zstd(in, &out, end);
		/* A stream that makes no progress at the end of the file is truncated. */
		if (ret == 0 && at_eof && out == out_before && in->in_member)
			ret = -EBADMSG;
		if (ret < 0) {
			in->end = ret;
			break;
		}
	}
	if (out == buf && in->end < 0)
		return in->end;
	return out - buf;
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

ssize_t po_input_read(struct po_input *in, char *buf, size_t len)
{
	if (in->packing == PLAIN)
		return read_raw(in, buf, len);
	if (in->packing == UTF16)
		return read_utf16(in, buf, len);
	if (in->end)
		return in->end < 0 ? in->end : 0;
	return read_unpacked(in, buf, len);
}

uint64_t po_input_position(const struct po_input *in)
{
	return in->position;
}

bool po_input_is_utf16(const struct po_input *in)
{
	return in->packing == UTF16;
}

bool po_input_can_range(int fd, off_t *size)
{
	char magic[MAGIC_LEN];
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size == 0)
		return false;
	if (lseek(fd, 0, SEEK_CUR) != 0)
		return false;
	n = pread(fd, magic, MAGIC_LEN, 0);
	/* Unknown for a partial range. */
	if (n < (st.st_size < MAGIC_LEN ? st.st_size : MAGIC_LEN) ||
	    packing_of(magic, (size_t)n) != PLAIN)
		return false;
	*size = st.st_size;
	return true;
}

bool po_input_is_plain(const void *data, size_t len)
{
	return packing_of(data, len < MAGIC_LEN ? len : MAGIC_LEN) == PLAIN;
}
