// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-nomem.c - what the library does while memory runs out, see nomem.h: reading and
 * capturing. Loading is in test-nomem-profile.c, what is made of profiles in
 * test-nomem-reports.c.
 *
 * What is done must fail with -ENOMEM, or give what it gives otherwise: never an answer
 * with something missing. Nothing may leak, and what is left can be looked at.
 */
#include "samples.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>
#ifdef HAVE_LZMA
#include <lzma.h>
#endif
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

/* --- what to read */

static struct buffer packed[3];			/* the first sample, compressed */

static void pack_gzip(struct buffer *b, const struct buffer *text)
{
	z_stream z = { .next_in = (unsigned char *)text->ptr,
		.avail_in = (uInt)text->len };
	unsigned char *out = malloc(compressBound(text->len) + 64);

	z.next_out = out;
	z.avail_out = (uInt)compressBound(text->len) + 64;
	if (deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK ||
	    deflate(&z, Z_FINISH) != Z_STREAM_END)
		abort();
	buffer_add(b, out, z.total_out);
	deflateEnd(&z);
	free(out);
}

static void pack_xz(struct buffer *b, const struct buffer *text)
{
#ifdef HAVE_LZMA
	size_t room = lzma_stream_buffer_bound(text->len), done = 0;
	uint8_t *out = malloc(room);

	if (lzma_easy_buffer_encode(0, LZMA_CHECK_CRC64, NULL,
				    (const uint8_t *)text->ptr, text->len, out, &done,
				    room) != LZMA_OK)
		abort();
	buffer_add(b, out, done);
	free(out);
#else
	buffer_add(b, text->ptr, text->len);
#endif
}

static void pack_zstd(struct buffer *b, const struct buffer *text)
{
#ifdef HAVE_ZSTD
	size_t room = ZSTD_compressBound(text->len);
	char *out = malloc(room);

	buffer_add(b, out, ZSTD_compress(out, room, text->ptr, text->len, 3));
	free(out);
#else
	buffer_add(b, text->ptr, text->len);
#endif
}

static void make_packed(void)
{
	pack_gzip(&packed[0], &sample);
	pack_xz(&packed[1], &sample);
	pack_zstd(&packed[2], &sample);
}

/* The kernel's files, as plain ones */
static char debugfs[] = "/tmp/test-nomem-XXXXXX";
static char page_owner[sizeof(debugfs) + 16];

static void make_debugfs(void)
{
	FILE *file;

	if (!mkdtemp(debugfs))
		abort();
	snprintf(page_owner, sizeof(page_owner), "%s/page_owner", debugfs);
	file = fopen(page_owner, "w");
	if (!file || fwrite(other.ptr, 1, other.len, file) != other.len || fclose(file))
		abort();
	setenv("PAGEOWNER_DEBUGFS", debugfs, 1);
}

static void remove_debugfs(void)
{
	unlink(page_owner);
	rmdir(debugfs);
}

/* --- what is done: each returns 0 with all it found, or the error */

static int read_all(struct buffer *b, const struct buffer *text)
{
	const struct pageowner_conditions *c;
	const struct pageowner_record *r;
	struct pageowner_reader *reader;
	int ret;

	TRY(pageowner_reader_open_memory(text->ptr, text->len, &reader));
	while ((ret = LIB(pageowner_reader_next(reader, &r))) > 0)
		print_record(b, r);
	if (pageowner_reader_conditions(reader, &c) > 0)
		buffer_escape(b, c->hostname);
	print_stats(b, pageowner_reader_stats(reader), 0);
	pageowner_reader_free(reader);
	return ret;
}

static int read_plain(struct buffer *b)
{
	return read_all(b, &sample);
}

static int read_gzip(struct buffer *b)
{
	return read_all(b, &packed[0]);
}

static int read_xz(struct buffer *b)
{
	return read_all(b, &packed[1]);
}

static int read_zstd(struct buffer *b)
{
	return read_all(b, &packed[2]);
}

static int read_file(struct buffer *b)
{
	const char *path = temp_file(sample.ptr, sample.len);
	const struct pageowner_record *r;
	struct pageowner_reader *reader;
	int ret;

	TRY(pageowner_reader_open(path, &reader));
	while ((ret = LIB(pageowner_reader_next(reader, &r))) > 0)
		buffer_escape(b, r->header);
	pageowner_reader_free(reader);
	return ret;
}

static int live(struct buffer *b)
{
	struct pageowner_live *l;

	TRY(pageowner_live_new(&l));
	buffer_printf(b, "%d", pageowner_live_is_module(l));
	LIB(pageowner_live_path(l, PAGEOWNER_LIVE_PAGE_OWNER));
	pageowner_live_free(l);
	return 0;
}

static int write_text(void *b, const void *text, size_t len)
{
	const bool was_on = nomem.on;

	nomem.on = false;
	buffer_add(b, text, len);
	nomem.on = was_on;
	return 0;
}

static int take_into(struct pageowner_capture *c, struct buffer *b)
{
	TRY(pageowner_capture_set_names(c, "a tool", "its command"));
	TRY(pageowner_capture_set_write(c, write_text, b));
	TRY(pageowner_capture_set_flags(c, PAGEOWNER_CAPTURE_PLAIN |
					PAGEOWNER_CAPTURE_FORCE));
	TRY(pageowner_capture_take(c));
	return 0;
}

static int capture(struct buffer *b)
{
	struct pageowner_capture *c = NULL;
	struct pageowner_live *l;
	int ret;

	TRY(pageowner_live_new(&l));
	ret = LIB(pageowner_capture_new(l, PAGEOWNER_CAPTURE_PAGES, &c));
	if (ret == 0)
		ret = take_into(c, b);
	ck_assert(!c || ret == 0 || *pageowner_capture_error(c));
	pageowner_capture_free(c);
	pageowner_live_free(l);
	return ret;
}

/* --- each of it with each allocation failing */

static const struct {
	const char *name;
	int (*run)(struct buffer *b);
} runs[] = {
	{ "read plain text", read_plain },
	{ "read .gz", read_gzip },
	{ "read .xz", read_xz },
	{ "read .zst", read_zstd },
	{ "read a file", read_file },
	{ "live", live },
	{ "capture", capture },
};

static int run_case(struct buffer *b, const void *data)
{
	return runs[*(const int *)data].run(b);
}

START_TEST(test_each_allocation_may_fail)
{
	nomem_each(runs[_i].name, run_case, &_i);
}
END_TEST

int main(void)
{
	int ret;

	nomem_start();
	make_samples();
	make_packed();
	make_debugfs();
	for (int i = 0; i < (int)ARRAY_SIZE(runs); i++)
		tcase_add_loop_test(new_case(runs[i].name),
				    test_each_allocation_may_fail, i, i + 1);
	ret = run_cases("nomem");
	remove_debugfs();
	for (size_t i = 0; i < ARRAY_SIZE(packed); i++)
		buffer_free(&packed[i]);
	free_samples();
	printf("%lu allocations failed in all\n", nomem_total());
	return ret;
}
