// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * number.c - counts and sizes in 63 bits, as all formats have them.
 */
#include "writer.h"

uint64_t export_number(uint64_t number)
{
	return number < INT64_MAX ? number : INT64_MAX;
}

uint64_t export_sum(uint64_t a, uint64_t b)
{
	/* Neither needs the 64th bit. */
	return export_number(export_number(a) + export_number(b));
}

uint64_t export_bytes(uint64_t pages, uint64_t page_size)
{
	uint64_t bytes;

	return __builtin_mul_overflow(pages, page_size, &bytes) ? INT64_MAX :
		export_number(bytes);
}

int64_t export_change_bytes(int64_t pages, uint64_t page_size)
{
	int64_t bytes;

	if (__builtin_mul_overflow(pages, page_size, &bytes))
		return pages < 0 ? INT64_MIN : INT64_MAX;
	return bytes;
}
