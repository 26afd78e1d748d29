// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * fuzz-compressed.c - any bytes as a compressed stream; and any text that was
 * compressed well, and cut.
 */
#include "fuzz.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#ifdef HAVE_LZMA
#include <lzma.h>
#endif
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

#include "read/input.h"

/* More says nothing new, and a few bytes can stand for gigabytes. */
#define MOST	(4u << 20)

/* All bytes until @limit; what ended it */
static ssize_t read_all(struct buffer *out, int fd)
{
	struct po_input *input;
	char block[5000];
	ssize_t ret = po_input_new_fd(fd, &input);

	if (ret < 0)
		return ret;
	while (out->len < MOST && (ret = po_input_read(input, block, sizeof(block))) > 0)
		buffer_add(out, block, (size_t)ret);
	po_input_free(input);
	return out->len < MOST ? ret : 0;
}

static ssize_t read_bytes(struct buffer *out, const void *data, size_t size, bool pieces)
{
	int fd = fuzz_file(data, size);
	ssize_t ret;

	random_start((uint32_t)size);
	fuzz_short_reads(pieces ? fd : -1);
	ret = read_all(out, fd);
	fuzz_short_reads(-1);
	close(fd);
	return ret;
}

static size_t compress_as(unsigned int how, void *to, size_t room, const void *data,
			  size_t size)
{
	if (how == 0) {
		z_stream z = { .next_in = (Bytef *)(uintptr_t)data, .avail_in = (uInt)size,
			       .next_out = to, .avail_out = (uInt)room };

		fuzz_check(deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8,
					Z_DEFAULT_STRATEGY) == Z_OK);
		fuzz_check(deflate(&z, Z_FINISH) == Z_STREAM_END);
		room = z.total_out;
		deflateEnd(&z);
		return room;
	}
#ifdef HAVE_ZSTD
	if (how == 1) {
		room = ZSTD_compress(to, room, data, size, 1);
		fuzz_check(!ZSTD_isError(room));
		return room;
	}
#endif
#ifdef HAVE_LZMA
	if (how == 2) {
		size_t len = 0;

		fuzz_check(lzma_easy_buffer_encode(0, LZMA_CHECK_CRC64, NULL, data, size,
						   to, &len, room) == LZMA_OK);
		return len;
	}
#endif
	return 0;
}

/* What was compressed comes back; cut anywhere, all that comes is from its start. */
static void there_and_back(unsigned int how, uint32_t seed, const uint8_t *data,
			   size_t size)
{
	const size_t room = size + size / 8 + 1024;
	struct buffer got = { 0 }, expected = { 0 };
	char *packed = malloc(room);
	size_t len;
	ssize_t ret;

	fuzz_check(packed);
	len = compress_as(how, packed, room, data, size);
	if (len) {
		buffer_add(&expected, data, size);
		fuzz_check(read_bytes(&got, packed, len, true) == 0);
		fuzz_same("there and back", &got, &expected);

		random_start(seed);
		len = random_below((uint32_t)len);
		ret = read_bytes(&got, packed, len, false);
		/* A few bytes may be the start of anything. */
		if (len >= 6) {
			fuzz_check(ret == -EBADMSG && got.len <= size);
			fuzz_check(!got.len || !memcmp(got.ptr, data, got.len));
		}
	}
	buffer_free(&got);
	free(packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const unsigned int how = fuzz_choose(data, &size, 6);
	struct buffer whole = { 0 }, pieces = { 0 };
	ssize_t ret;

	if (how < 3) {
		there_and_back(how, (uint32_t)size, data, size);
		return 0;
	}
	ret = read_bytes(&whole, data, size, false);
	fuzz_check(ret == 0 || ret == -EBADMSG || ret == -ENOTSUP || ret == -ENOMEM);
	fuzz_check(read_bytes(&pieces, data, size, true) == ret);
	fuzz_same("in pieces", &pieces, &whole);
	if (size < 4096)
		print_memory(&whole, data, size);
	buffer_free(&whole);
	return 0;
}
