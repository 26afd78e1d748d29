// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-limits-reader.c - bounds on memory hold for readers: records, and what decompressors
 * need. Profiles and what is made of them: test-limits.c.
 */
#include "limits.h"

#ifdef HAVE_LZMA
#include <lzma.h>
#endif
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

static int read_all(struct pageowner_reader *reader)
{
	const struct pageowner_record *r;
	int ret;

	while ((ret = pageowner_reader_next(reader, &r)) > 0)
		;
	return ret;
}

START_TEST(test_a_reader_takes_records_that_fit_its_bound)
{
	static const struct {
		size_t len;
		uint64_t max;
		int ret;
	} cases[] = {
		{ 8 * MIB, 0, 0 }, { 8 * MIB, 20 * MIB, 0 },
		{ 8 * MIB, 8 * MIB, -ENOBUFS }, { 1000, MIB, 0 },
		{ 1000, 1, 0 },	/* the window is there already */
		{ 300000, 300000, -ENOBUFS },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct pageowner_reader *reader;
		struct buffer b = { 0 };

		add_padding(&b, 1000);
		add_padding(&b, cases[i].len);
		ck_assert_int_eq(pageowner_reader_open_memory(b.ptr, b.len, &reader),
				 0);
		pageowner_budget_set_max(budget, 0);
		ck_assert_int_eq(pageowner_reader_set_budget(reader, budget), 0);
		pageowner_budget_set_max(budget, cases[i].max);
		ck_assert_int_eq(read_all(reader), cases[i].ret);
		if (cases[i].max > MIB)
			ck_assert_uint_le(pageowner_budget_used(budget),
					  cases[i].max);
		if (cases[i].ret < 0)
			ck_assert_ptr_nonnull(strstr(pageowner_reader_error(reader),
						     "(memory): byte 1000: "));
		pageowner_reader_free(reader);
		buffer_free(&b);
	}
}
END_TEST

#if defined(HAVE_LZMA) || defined(HAVE_ZSTD)
static void assert_needs(const struct buffer *packed, uint64_t window)
{
	struct pageowner_reader *reader;

	for (int i = 0; i < 3; i++) {
		const uint64_t max = i == 0 ? 0 : i == 1 ? window / 2 :
			window + 4 * MIB;

		ck_assert_int_eq(pageowner_reader_open_memory(packed->ptr,
					packed->len, &reader), 0);
		pageowner_budget_set_max(budget, 0);
		ck_assert_int_eq(pageowner_reader_set_budget(reader, budget), 0);
		pageowner_budget_set_max(budget, max);
		ck_assert_int_eq(read_all(reader), i == 1 ? -ENOBUFS : 0);
		ck_assert_uint_eq(pageowner_reader_stats(reader)->records,
				  i == 1 ? 0 : 1);
		if (max)
			ck_assert_uint_le(pageowner_budget_used(budget), max);
		pageowner_reader_free(reader);
	}
}
#endif

#ifdef HAVE_LZMA
START_TEST(test_a_dictionary_of_xz_counts)
{
	struct buffer b = { 0 }, packed = { 0 };
	lzma_options_lzma options;
	lzma_filter filters[] = {
		{ LZMA_FILTER_LZMA2, &options }, { LZMA_VLI_UNKNOWN, NULL },
	};
	size_t room, done = 0;
	uint8_t *out;

	make_record(&b, .pid = 1);
	lzma_lzma_preset(&options, 0);
	options.dict_size = 32 * MIB;
	room = lzma_stream_buffer_bound(b.len);
	out = malloc(room);
	ck_assert_int_eq(lzma_stream_buffer_encode(filters, LZMA_CHECK_CRC64, NULL,
			(const uint8_t *)b.ptr, b.len, out, &done, room), LZMA_OK);
	buffer_add(&packed, out, done);
	free(out);
	assert_needs(&packed, 32 * MIB);
	buffer_free(&b);
	buffer_free(&packed);
}
END_TEST
#endif

#ifdef HAVE_ZSTD
START_TEST(test_a_window_of_zstd_counts)
{
	struct buffer b = { 0 }, packed = { 0 };
	ZSTD_CCtx *ctx = ZSTD_createCCtx();
	ZSTD_outBuffer to;
	ZSTD_inBuffer from;
	size_t ret;

	make_record(&b, .pid = 1);
	to = (ZSTD_outBuffer){ malloc(1 << 16), 1 << 16, 0 };
	from = (ZSTD_inBuffer){ b.ptr, b.len, 0 };
	ZSTD_CCtx_setParameter(ctx, ZSTD_c_windowLog, 25);
	ret = ZSTD_compressStream2(ctx, &to, &from, ZSTD_e_flush);
	ck_assert(!ZSTD_isError(ret));
	ret = ZSTD_compressStream2(ctx, &to, &from, ZSTD_e_end);
	ck_assert(!ZSTD_isError(ret));
	buffer_add(&packed, to.dst, to.pos);
	free(to.dst);
	ZSTD_freeCCtx(ctx);
	assert_needs(&packed, 32 * MIB);
	buffer_free(&b);
	buffer_free(&packed);
}
END_TEST
#endif

int main(void)
{
	TCase *tc = bounded_case("reader");

	tcase_add_test(tc, test_a_reader_takes_records_that_fit_its_bound);
#ifdef HAVE_LZMA
	tcase_add_test(tc, test_a_dictionary_of_xz_counts);
#endif
#ifdef HAVE_ZSTD
	tcase_add_test(tc, test_a_window_of_zstd_counts);
#endif
	return run_cases("limits-reader");
}
