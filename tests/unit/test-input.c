// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-input.c - file, pipe, memory, compressed streams -> bytes; and what a
 * reader makes of streams that are cut or corrupt.
 */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>
#ifdef HAVE_LZMA
#include <lzma.h>
#endif
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

#include "read/input.h"

static void pack_plain(struct buffer *b, const char *data, size_t len)
{
	buffer_add(b, data, len);
}

static void pack_gzip(struct buffer *b, const char *data, size_t len)
{
	size_t room = compressBound(len) + 64;
	unsigned char *out = malloc(room);
	z_stream z = { .next_in = (unsigned char *)(uintptr_t)data,
		.avail_in = (uInt)len, .next_out = out, .avail_out = (uInt)room };

	ck_assert_int_eq(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8,
				      Z_DEFAULT_STRATEGY), Z_OK);
	ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	buffer_add(b, out, room - z.avail_out);
	deflateEnd(&z);
	free(out);
}

#ifdef HAVE_LZMA
static void pack_xz(struct buffer *b, const char *data, size_t len)
{
	size_t room = lzma_stream_buffer_bound(len), done = 0;
	uint8_t *out = malloc(room);

	ck_assert_int_eq(lzma_easy_buffer_encode(0, LZMA_CHECK_CRC64, NULL,
			(const uint8_t *)data, len, out, &done, room), LZMA_OK);
	buffer_add(b, out, done);
	free(out);
}
#endif

#ifdef HAVE_ZSTD
static void pack_zstd(struct buffer *b, const char *data, size_t len)
{
	size_t room = ZSTD_compressBound(len), done;
	ZSTD_CCtx *ctx = ZSTD_createCCtx();
	char *out = malloc(room);

	/* The check sum is what finds flipped bits. */
	ZSTD_CCtx_setParameter(ctx, ZSTD_c_checksumFlag, 1);
	done = ZSTD_compress2(ctx, out, room, data, len);
	ck_assert(!ZSTD_isError(done));
	buffer_add(b, out, done);
	ZSTD_freeCCtx(ctx);
	free(out);
}
#endif

static const struct {
	const char *name;
	void (*pack)(struct buffer *b, const char *data, size_t len);
} packings[] = {
	{ "plain", pack_plain },
	{ "gzip", pack_gzip },
#ifdef HAVE_LZMA
	{ "xz", pack_xz },
#endif
#ifdef HAVE_ZSTD
	{ "zstd", pack_zstd },
#endif
};

static struct buffer sample;	/* a few hundred KB, more than a window */

static void make_sample(void)
{
	for (int i = 0; i < 1500; i++)
		make_record(&sample, .pid = i % 50, .ts = (uint64_t)i * 777777777,
			    .pfn = 0x1000 + (uint64_t)i,
			    .stack = i % 3 ? " f+0x1/0x2\n g+0x1/0x2 [m]\n" : NULL,
			    .order = (unsigned int)i % 4);
}

/* Reads in pieces of @piece bytes; the error that ended it, or 0. */
static int drain(struct po_input *input, size_t piece, struct buffer *got)
{
	char *buf = malloc(piece);
	ssize_t n;

	ck_assert_ptr_nonnull(buf);
	while ((n = po_input_read(input, buf, piece)) > 0)
		buffer_add(got, buf, (size_t)n);
	/* The end stays the end, an error an error. */
	ck_assert_int_eq(po_input_read(input, buf, piece), n);
	free(buf);
	return (int)n;
}

static const size_t pieces[] = { 1, 7, 4096, 65537, 1 << 20 };

START_TEST(test_every_packing_gives_the_same_bytes_from_everywhere)
{
	struct buffer packed = { 0 };

	packings[_i].pack(&packed, sample.ptr, sample.len);
	for (size_t i = 0; i < ARRAY_SIZE(pieces); i++) {
		for (int from = 0; from < 3; from++) {
			struct buffer got = { 0 };
			struct po_input *input;
			int fd = -1;

			if (from == 0)
				fd = open(temp_file(packed.ptr, packed.len), O_RDONLY);
			if (from == 1)
				fd = pipe_of(packed.ptr, packed.len, pieces[i]);
			if (from == 2)
				ck_assert_int_eq(po_input_new_memory(packed.ptr,
						packed.len, &input), 0);
			else
				ck_assert_int_eq(po_input_new_fd(fd, &input), 0);
			ck_assert_int_eq(drain(input, pieces[i], &got), 0);
			assert_same_text(packings[_i].name, &got, &sample);
			ck_assert_uint_eq(po_input_position(input), packed.len);
			po_input_free(input);
			if (fd >= 0)
				close(fd);
			buffer_free(&got);
		}
	}
	buffer_free(&packed);
}
END_TEST

START_TEST(test_members_after_each_other_are_one_stream)
{
	struct buffer packed = { 0 }, expected = { 0 }, got = { 0 };
	struct po_input *input;

	for (size_t at = 0, len = 1; at < sample.len; at += len, len *= 5) {
		len = len < sample.len - at ? len : sample.len - at;
		packings[_i].pack(&packed, sample.ptr + at, len);
		packings[_i].pack(&packed, "", 0);
	}
	buffer_add(&expected, sample.ptr, sample.len);
	ck_assert_int_eq(po_input_new_memory(packed.ptr, packed.len, &input), 0);
	ck_assert_int_eq(drain(input, 4096, &got), 0);
	assert_same_text(packings[_i].name, &got, &expected);
	po_input_free(input);
	buffer_free(&packed);
	buffer_free(&expected);
	buffer_free(&got);
}
END_TEST

START_TEST(test_nothing_packed_is_an_empty_input)
{
	struct buffer packed = { 0 }, got = { 0 };
	struct po_input *input;

	packings[_i].pack(&packed, "", 0);
	ck_assert_int_eq(po_input_new_memory(packed.ptr, packed.len, &input), 0);
	ck_assert_int_eq(drain(input, 10, &got), 0);
	ck_assert_uint_eq(got.len, 0);
	po_input_free(input);
	buffer_free(&packed);
}
END_TEST

/* The records of a text that is @len bytes of the sample, whole ones */
static uint64_t whole_records(size_t len)
{
	uint64_t count = 0;
	const char *p = sample.ptr;

	while ((p = memmem(p, (size_t)(sample.ptr + len - p), "\n\n", 2))) {
		count++;
		p += 2;
	}
	return count;
}

START_TEST(test_a_cut_stream_gives_what_came_before_and_is_damage)
{
	struct buffer packed = { 0 };
	size_t steps = 0;

	packings[_i].pack(&packed, sample.ptr, sample.len);
	for (size_t len = 6; _i && len < packed.len;
	     len += len < 100 || len + 100 > packed.len ? 1 : 97, steps++) {
		const struct pageowner_input_stats *s;
		struct buffer part = { 0 }, got = { 0 };
		struct pageowner_reader *reader;
		struct po_input *input;
		int ret;

		ck_assert_int_eq(po_input_new_memory(packed.ptr, len, &input), 0);
		ck_assert_int_eq(drain(input, 1000, &part), -EBADMSG);
		ck_assert(!memcmp(part.len ? part.ptr : "", sample.ptr, part.len));
		po_input_free(input);
		ck_assert_int_eq(pageowner_reader_open_memory(packed.ptr, len,
							      &reader), 0);
		ret = print_reader(&got, reader);
		s = pageowner_reader_stats(reader);
		ck_assert_uint_eq(s->damage[PAGEOWNER_DAMAGE_COMPRESSION].count, 1);
		ck_assert_uint_eq(s->damage[PAGEOWNER_DAMAGE_COMPRESSION].first_offset,
				  part.len);
		ck_assert_uint_eq(s->bytes, part.len);
		ck_assert_uint_ge(s->records, whole_records(part.len));
		ck_assert_uint_le(s->records, whole_records(part.len) + 1);
		ck_assert(ret == 0 || (ret == -EBADMSG && !s->records));
		pageowner_reader_free(reader);
		buffer_free(&part);
		buffer_free(&got);
	}
	ck_assert(!_i || steps > 100);
	buffer_free(&packed);
}
END_TEST

START_TEST(test_a_flipped_bit_in_a_stream_is_damage_after_true_bytes)
{
	struct buffer packed = { 0 };
	int found = 0, tried = 0;

	packings[_i].pack(&packed, sample.ptr, sample.len);
	for (size_t at = 6; _i && at < packed.len;
	     at += at < 64 || at + 64 > packed.len ? 1 : 499) {
		struct buffer got = { 0 };
		struct pageowner_reader *reader;
		const struct pageowner_input_stats *s;
		int ret;

		packed.ptr[at] ^= 0x10;
		ret = pageowner_reader_open_memory(packed.ptr, packed.len, &reader);
		ck_assert_int_eq(ret, 0);
		print_reader(&got, reader);
		s = pageowner_reader_stats(reader);
		tried++;
		if (s->damage[PAGEOWNER_DAMAGE_COMPRESSION].count)
			found++;
		else	/* a byte of the header that says nothing about the text */
			ck_assert_uint_eq(s->records, 1500);
		pageowner_reader_free(reader);
		buffer_free(&got);
		packed.ptr[at] ^= 0x10;
	}
	ck_assert_int_ge(found * 10, tried * 9);
	buffer_free(&packed);
}
END_TEST

START_TEST(test_text_after_a_stream_is_damage_not_text)
{
	struct buffer packed = { 0 }, got = { 0 };
	struct pageowner_reader *reader;

	if (_i == 0)
		return;
	packings[_i].pack(&packed, sample.ptr, sample.len);
	buffer_add(&packed, "this is no packed stream", 24);
	ck_assert_int_eq(pageowner_reader_open_memory(packed.ptr, packed.len,
						      &reader), 0);
	ck_assert_int_eq(print_reader(&got, reader), 0);
	ck_assert_uint_eq(pageowner_reader_stats(reader)->records, 1500);
	ck_assert_uint_eq(pageowner_reader_stats(reader)->
			  damage[PAGEOWNER_DAMAGE_COMPRESSION].count, 1);
	pageowner_reader_free(reader);
	buffer_free(&packed);
	buffer_free(&got);
}
END_TEST

START_TEST(test_the_first_bytes_of_a_packing_alone_do_not_make_one)
{
	static const char magics[] = "\x1f\x8b\x08\xfd" "7zXZ\0\x28\xb5\x2f\xfd";

	for (size_t from = 0; from < sizeof(magics) - 1; from++) {
		for (size_t len = 0; from + len < sizeof(magics); len++) {
			struct pageowner_reader *reader;
			struct buffer got = { 0 };
			int ret = pageowner_reader_open_memory(magics + from, len,
							       &reader);

			if (ret == -ENOTSUP)
				continue;
			ck_assert_int_eq(ret, 0);
			print_reader(&got, reader);
			ck_assert_uint_eq(pageowner_reader_stats(reader)->records, 0);
			ck_assert(!len || damage_count(pageowner_reader_stats(reader)));
			pageowner_reader_free(reader);
			buffer_free(&got);
		}
	}
}
END_TEST

/* A packet each read: one byte alone is no character yet, and not the end. */
START_TEST(test_utf16_may_come_byte_by_byte)
{
	static const char all_as_utf8[] = "\xef\xbb\xbf" "a\xf0\x9f\x98\x80\n\xef\xbf\xbd";
	static const char wide[] = "\xfe\xff\0a\xd8\x3d\xde\0\0\n\x20";
	struct po_input *input;
	char buf[64], all[64];
	size_t len = 0;
	ssize_t n;
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds), 0);
	for (size_t i = 0; i < sizeof(wide) - 1; i++)
		ck_assert_int_eq(write(fds[1], wide + i, 1), 1);
	close(fds[1]);
	ck_assert_int_eq(po_input_new_fd(fds[0], &input), 0);
	while ((n = po_input_read(input, buf, sizeof(buf))) > 0) {
		ck_assert_uint_le(len + (size_t)n, sizeof(all));
		memcpy(all + len, buf, (size_t)n);
		len += (size_t)n;
	}
	ck_assert_int_eq(n, 0);
	ck_assert_uint_eq(len, sizeof(all_as_utf8) - 1);
	ck_assert_mem_eq(all, all_as_utf8, len);
	po_input_free(input);
	close(fds[0]);
}
END_TEST

START_TEST(test_a_range_is_these_bytes_and_leaves_the_position)
{
	int fd = open(temp_file(sample.ptr, sample.len), O_RDONLY);
	off_t size = 0;

	ck_assert(po_input_can_range(fd, &size));
	ck_assert_int_eq(size, (off_t)sample.len);
	for (off_t from = 0; from < size; from += 99991) {
		for (off_t to = from; to <= size; to += 70001) {
			struct buffer got = { 0 };
			struct po_input *input;

			ck_assert_int_eq(po_input_new_range(fd, from, to, &input), 0);
			ck_assert_int_eq(drain(input, 8192, &got), 0);
			ck_assert_uint_eq(got.len, (size_t)(to - from));
			ck_assert(!got.len || !memcmp(got.ptr, sample.ptr + from, got.len));
			po_input_free(input);
			buffer_free(&got);
		}
	}
	ck_assert_int_eq(lseek(fd, 0, SEEK_CUR), 0);
	lseek(fd, 1, SEEK_SET);
	ck_assert(!po_input_can_range(fd, &size));
	close(fd);
}
END_TEST

START_TEST(test_only_plain_regular_files_have_ranges)
{
	struct buffer packed = { 0 };
	off_t size = 0;
	int fd;

	packings[_i].pack(&packed, sample.ptr, sample.len);
	fd = open(temp_file(packed.ptr, packed.len), O_RDONLY);
	ck_assert_int_eq(po_input_can_range(fd, &size), _i == 0);
	close(fd);
	fd = pipe_of(packed.ptr, packed.len, 4096);
	ck_assert(!po_input_can_range(fd, &size));
	close(fd);
	fd = open(temp_file("", 0), O_RDONLY);
	ck_assert(!po_input_can_range(fd, &size));
	close(fd);
	usleep(10000);	/* the writing thread meets the closed pipe */
	buffer_free(&packed);
}
END_TEST

START_TEST(test_what_cannot_be_opened_or_read_has_its_errno)
{
	struct pageowner_reader *reader = NULL;
	struct pageowner_profile *profile;
	int fd;

	ck_assert_int_eq(pageowner_reader_open("/nonexistent/x", &reader), -ENOENT);
	ck_assert_int_eq(pageowner_reader_open("/", &reader), -EISDIR);
	ck_assert_int_eq(pageowner_reader_open_fd(-1, "x", &reader), -EBADF);
	fd = open("/dev/null", O_WRONLY);
	ck_assert_int_eq(pageowner_reader_open_fd(fd, "x", &reader), -EBADF);
	close(fd);
	ck_assert_ptr_null(reader);
	ck_assert_int_eq(pageowner_profile_new(NULL, &profile), 0);
	ck_assert_int_eq(pageowner_profile_load(profile, "/nonexistent/x"), -ENOENT);
	ck_assert_ptr_nonnull(strstr(pageowner_profile_error(profile),
				     "/nonexistent/x: "));
	ck_assert_int_eq(pageowner_profile_load(profile, "/"), -EISDIR);
	ck_assert_int_eq(pageowner_profile_load(profile, "/dev/null"), 0);
	ck_assert_str_eq(pageowner_profile_error(profile), "");
	ck_assert_uint_eq(pageowner_profile_count(finished(profile)), 0);
	pageowner_profile_free(profile);
}
END_TEST

int main(void)
{
	TCase *tc = new_case("packed");
	const int all = ARRAY_SIZE(packings);

	make_sample();
	tcase_add_loop_test(tc, test_every_packing_gives_the_same_bytes_from_everywhere,
			    0, all);
	tcase_add_loop_test(tc, test_members_after_each_other_are_one_stream, 0, all);
	tcase_add_loop_test(tc, test_nothing_packed_is_an_empty_input, 0, all);
	tcase_add_test(tc, test_the_first_bytes_of_a_packing_alone_do_not_make_one);

	tc = new_case("damage");
	tcase_add_loop_test(tc, test_a_cut_stream_gives_what_came_before_and_is_damage,
			    0, all);
	tcase_add_loop_test(tc,
		test_a_flipped_bit_in_a_stream_is_damage_after_true_bytes, 0, all);
	tcase_add_loop_test(tc, test_text_after_a_stream_is_damage_not_text, 0, all);
	tcase_add_test(tc, test_what_cannot_be_opened_or_read_has_its_errno);
	tcase_add_test(tc, test_utf16_may_come_byte_by_byte);

	tc = new_case("ranges");
	tcase_add_test(tc, test_a_range_is_these_bytes_and_leaves_the_position);
	tcase_add_loop_test(tc, test_only_plain_regular_files_have_ranges, 0, all);
	return run_cases("input");
}
