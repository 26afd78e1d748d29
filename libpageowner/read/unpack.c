// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * unpack.c - gzip, xz or zstd -> bytes.
 *
 * Concatenated members are one stream, as for the tools that write them. Where the
 * packed bytes come from is input.c's.
 */
#include "read/unpack.h"

#include <stdlib.h>
#include <zlib.h>
#ifdef HAVE_LZMA
#include <lzma.h>
#endif
#ifdef HAVE_ZSTD
#include <zstd.h>
#include <zstd_errors.h>
#endif

#define PACKED_SIZE	((size_t)256 << 10)
/* About what a decoder needs besides the window that its stream asks for */
#define DECODER_SIZE	((size_t)512 << 10)

struct po_unpack {
	enum po_packing packing;
	int end;		/* 0: continue; 1: at the end; or the error */
	struct po_budget *budget;	/* NULL for none */
	size_t taken;		/* of it */
	size_t window;		/* of that, for the window of the stream */
	/* Read but not yet unpacked */
	unsigned char *packed;
	size_t packed_at, packed_len;
	bool in_member;		/* between begin and end of a packed member */
	z_stream gzip;
#ifdef HAVE_LZMA
	lzma_stream xz;
#endif
#ifdef HAVE_ZSTD
	ZSTD_DStream *zstd;
	uint64_t window_max;	/* as limited, 0 if only by the format */
#endif
};

enum po_packing po_packing_of(const char *p, size_t len)
{
	if (len >= 3 && !memcmp(p, "\x1f\x8b\x08", 3))
		return PO_GZIP;
	if (len >= 6 && !memcmp(p, "\xfd" "7zXZ\0", 6))
		return PO_XZ;
	if (len >= 4 && !memcmp(p, "\x28\xb5\x2f\xfd", 4))
		return PO_ZSTD;
	return PO_PLAIN;
}

static int begin(struct po_unpack *u)
{
	u->packed = malloc(PACKED_SIZE);
	if (!u->packed)
		return -ENOMEM;
	switch (u->packing) {
	case PO_GZIP:
		if (inflateInit2(&u->gzip, 15 + 16) != Z_OK)
			return -ENOMEM;
		return 0;
	case PO_XZ:
#ifdef HAVE_LZMA
		/* It says how much it needs, and gets it if the budget allows. */
		if (lzma_stream_decoder(&u->xz, 1, LZMA_CONCATENATED) != LZMA_OK)
			return -ENOMEM;
		return 0;
#else
		return -ENOTSUP;
#endif
	case PO_ZSTD:
#ifdef HAVE_ZSTD
		u->zstd = ZSTD_createDStream();
		return u->zstd ? 0 : -ENOMEM;
#else
		return -ENOTSUP;
#endif
	case PO_PLAIN:
		break;
	}
	return 0;
}

int po_unpack_new(enum po_packing packing, struct po_unpack **unpack)
{
	struct po_unpack *u = calloc(1, sizeof(*u));
	int ret;

	if (!u)
		return -ENOMEM;
	u->packing = packing;
	ret = begin(u);
	if (ret < 0)
		po_unpack_free(u);
	else
		*unpack = u;
	return ret;
}

void po_unpack_free(struct po_unpack *u)
{
	if (!u)
		return;
	if (u->packing == PO_GZIP)
		inflateEnd(&u->gzip);
#ifdef HAVE_LZMA
	if (u->packing == PO_XZ)
		lzma_end(&u->xz);
#endif
#ifdef HAVE_ZSTD
	ZSTD_freeDStream(u->zstd);
#endif
	free(u->packed);
	po_budget_give(u->budget, u->taken);
	free(u);
}

static bool take_memory(struct po_unpack *u, size_t bytes)
{
	if (!po_budget_take(u->budget, bytes))
		return false;
	u->taken += bytes;
	return true;
}

bool po_unpack_set_budget(struct po_unpack *u, struct po_budget *budget)
{
	u->budget = budget;
	return take_memory(u, sizeof(*u) + PACKED_SIZE + DECODER_SIZE);
}

#if defined(HAVE_LZMA) || defined(HAVE_ZSTD)
/* 0 or -ENOMEM */
static int take_window(struct po_unpack *u, uint64_t bytes)
{
	if (bytes <= u->window)
		return 0;
	if (bytes > SIZE_MAX)
		po_budget_refuse(u->budget, bytes);
	if (bytes > SIZE_MAX || !take_memory(u, (size_t)bytes - u->window))
		return -ENOMEM;
	u->window = (size_t)bytes;
	return 0;
}
#endif

/* One step of each library: 0, -EBADMSG or -ENOMEM. @out moves past what was stored. */
static int step_gzip(struct po_unpack *u, char **out, char *end)
{
	int ret;

	if (!u->in_member)
		inflateReset(&u->gzip);
	u->gzip.next_in = u->packed + u->packed_at;
	u->gzip.avail_in = (uInt)(u->packed_len - u->packed_at);
	u->gzip.next_out = (unsigned char *)*out;
	u->gzip.avail_out = (uInt)(end - *out);
	ret = inflate(&u->gzip, Z_NO_FLUSH);
	u->packed_at = u->packed_len - u->gzip.avail_in;
	*out = (char *)u->gzip.next_out;
	u->in_member = ret != Z_STREAM_END;
	if (ret == Z_MEM_ERROR)
		return -ENOMEM;
	return ret == Z_OK || ret == Z_STREAM_END || ret == Z_BUF_ERROR ?
		0 : -EBADMSG;
}

static int step_xz(struct po_unpack *u, char **out, char *end, bool at_eof)
{
#ifdef HAVE_LZMA
	lzma_ret ret;

	u->xz.next_in = u->packed + u->packed_at;
	u->xz.avail_in = u->packed_len - u->packed_at;
	u->xz.next_out = (unsigned char *)*out;
	u->xz.avail_out = (size_t)(end - *out);
	while ((ret = lzma_code(&u->xz, at_eof ? LZMA_FINISH : LZMA_RUN)) ==
	       LZMA_MEMLIMIT_ERROR) {
		const uint64_t need = lzma_memusage(&u->xz);

		if (take_window(u, need) < 0 ||
		    lzma_memlimit_set(&u->xz, need) != LZMA_OK)
			return -ENOMEM;
	}
	u->packed_at = u->packed_len - u->xz.avail_in;
	*out = (char *)u->xz.next_out;
	u->in_member = ret != LZMA_STREAM_END;
	if (ret == LZMA_MEM_ERROR)
		return -ENOMEM;
	return ret == LZMA_OK || ret == LZMA_STREAM_END ||
		ret == LZMA_BUF_ERROR ? 0 : -EBADMSG;
#else
	(void)u, (void)out, (void)end, (void)at_eof;
	return -EBADMSG;
#endif
}

#ifdef HAVE_ZSTD
/* The largest window that the next frame may ask for: as the budget allows; without a
 * budget 0, the limit of the format */
static uint64_t limit_window(struct po_unpack *u)
{
	const int most = ZSTD_dParam_getBounds(ZSTD_d_windowLogMax).upperBound;
	const int least = ZSTD_dParam_getBounds(ZSTD_d_windowLogMax).lowerBound;
	const size_t left = po_budget_left(u->budget);
	const size_t room = left > SIZE_MAX - u->window ? SIZE_MAX :
		left + u->window;
	int bits = least;

	while (bits < most && (size_t)1 << (bits + 1) <= room)
		bits++;
	ZSTD_DCtx_setParameter(u->zstd, ZSTD_d_windowLogMax, bits);
	return bits < most ? UINT64_C(1) << bits : 0;
}
#endif

static int step_zstd(struct po_unpack *u, char **out, char *end)
{
#ifdef HAVE_ZSTD
	ZSTD_inBuffer from = { u->packed, u->packed_len, u->packed_at };
	ZSTD_outBuffer to = { *out, (size_t)(end - *out), 0 };
	size_t ret;

	if (!u->in_member)
		u->window_max = limit_window(u);
	ret = ZSTD_decompressStream(u->zstd, &to, &from);
	u->packed_at = from.pos;
	*out += to.pos;
	switch (ZSTD_getErrorCode(ret)) {
	case ZSTD_error_no_error:
		break;
	case ZSTD_error_frameParameter_windowTooLarge:
		if (!u->window_max)
			return -EBADMSG;
		po_budget_refuse(u->budget, u->window_max + 1);
		return -ENOMEM;
	case ZSTD_error_memory_allocation:
		return -ENOMEM;
	default:
		return -EBADMSG;
	}
	u->in_member = ret != 0;
	ret = ZSTD_sizeof_DStream(u->zstd);
	return take_window(u, ret > DECODER_SIZE ? ret - DECODER_SIZE : 0);
#else
	(void)u, (void)out, (void)end;
	return -EBADMSG;
#endif
}

ssize_t po_unpack_read(struct po_unpack *u, po_fill *fill, void *source, char *buf,
		       size_t len)
{
	char *out = buf, *end = buf + len;
	bool at_eof = false;

	if (u->end)
		return u->end < 0 ? u->end : 0;
	while (out < end) {
		size_t before = u->packed_len - u->packed_at;
		char *out_before = out;
		int ret = 0;

		if (!before && !at_eof) {
			ssize_t n = fill(source, (char *)u->packed, PACKED_SIZE);

			if (n < 0)	/* first return what came before */
				return out > buf ? out - buf : n;
			u->packed_at = 0;
			u->packed_len = (size_t)n;
			at_eof = n == 0;
		}
		if (at_eof && !u->in_member) {
			u->end = 1;
			break;
		}
		if (u->packing == PO_GZIP)
			ret = step_gzip(u, &out, end);
		else if (u->packing == PO_XZ)
			ret = step_xz(u, &out, end, at_eof);
		else
			ret = step_zstd(u, &out, end);
		/* A stream that makes no progress at the end of the file is truncated. */
		if (ret == 0 && at_eof && out == out_before && u->in_member)
			ret = -EBADMSG;
		if (ret < 0) {
			u->end = ret;
			break;
		}
	}
	if (out == buf && u->end < 0)
		return u->end;
	return out - buf;
}
