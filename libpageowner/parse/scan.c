// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * scan.c - find the ends of lines and stacks, fast; the only CPU-specific code.
 *
 * Frame lines are never parsed one by one: a newline that is not followed by a
 * blank ends all of them.
 */
#include "parse/scan.h"

const char *po_scan_frames_portable(const char *p, const char *end)
{
	while (p < end && *p == ' ') {
		p = memchr(p, '\n', (size_t)(end - p));
		if (!p)
			return NULL;
		p++;
	}
	return p < end ? p : NULL;
}

const char *(*po_scan_frames)(const char *, const char *) =
	po_scan_frames_portable;

#ifdef __x86_64__
#include <immintrin.h>

__attribute__((target("avx2")))
static const char *scan_frames_avx2(const char *p, const char *end)
{
	const __m256i newline = _mm256_set1_epi8('\n');
	const __m256i blank = _mm256_set1_epi8(' ');
	uint64_t start = 1;	/* bit 0: the next byte starts a line */

	while (end - p >= 64) {
		__m256i a = _mm256_loadu_si256((const void *)p);
		__m256i b = _mm256_loadu_si256((const void *)(p + 32));
		uint64_t newlines =
			(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, newline)) |
			(uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(b, newline)) << 32;
		uint64_t blanks =
			(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, blank)) |
			(uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(b, blank)) << 32;
		uint64_t ends = (newlines << 1 | start) & ~blanks;

		if (ends)
			return p + __builtin_ctzll(ends);
		start = newlines >> 63;
		p += 64;
	}
	if (!start) {
		p = memchr(p, '\n', (size_t)(end - p));
		if (!p)
			return NULL;
		p++;
	}
	return po_scan_frames_portable(p, end);
}

/* Before any thread can exist */
__attribute__((constructor))
static void choose_scan_frames(void)
{
	__builtin_cpu_init();
	if (__builtin_cpu_supports("avx2"))
		po_scan_frames = scan_frames_avx2;
}
#endif

const char *po_scan_line_with(const char *p, const char *end,
			      struct pageowner_text word)
{
	const char *start = p;

	while ((p = memmem(p, (size_t)(end - p), word.ptr, word.len))) {
		if (p == start || p[-1] == '\n')
			return p;
		p++;
	}
	return NULL;
}
