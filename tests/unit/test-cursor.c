// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-cursor.c - numbers of any length, wherever the text after them ends.
 */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "base/cursor.h"

/* What po_take_decimal() and po_take_hex() must do, digit by digit */
static enum po_number take_slowly(struct po_cursor *c, unsigned int base,
				  uint64_t *value)
{
	static const char digits[] = "0123456789abcdef";
	enum po_number got = PO_NUMBER_NONE;
	const char *digit;
	uint64_t v = 0;

	for (; c->at < c->end; c->at++) {
		int lower = *c->at >= 'A' && *c->at <= 'F' && base == 16 ?
			*c->at - 'A' + 'a' : *c->at;

		digit = lower ? strchr(digits, lower) : NULL;
		if (!digit || (unsigned int)(digit - digits) >= base)
			break;
		if (got == PO_NUMBER_NONE)
			got = PO_NUMBER_OK;
		if (__builtin_mul_overflow(v, base, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(digit - digits), &v))
			got = PO_NUMBER_LARGE;
	}
	*value = v;
	return got;
}

static void compare(const char *text, size_t len, unsigned int base)
{
	struct po_cursor fast = { text, text + len }, slow = fast, skip = fast;
	uint64_t fast_value = 0, slow_value = 0;
	enum po_number got = base == 10 ? po_take_decimal(&fast, &fast_value) :
					  po_take_hex(&fast, &fast_value);

	ck_assert_int_eq(got, take_slowly(&slow, base, &slow_value));
	ck_assert_ptr_eq(fast.at, slow.at);
	if (got == PO_NUMBER_OK)
		ck_assert_uint_eq(fast_value, slow_value);
	if (base == 16) {
		ck_assert_int_eq(po_skip_hex(&skip), got);
		ck_assert_ptr_eq(skip.at, slow.at);
	}
}

/* Every length of number, every first byte after it, every end of the text,
 * in memory of just that length */
START_TEST(test_numbers_are_taken_whole)
{
	static const char decimal[] = "1844674407370955161518446744";
	static const char hex[] = "fFaA09bcde1234567890abcdef01";
	const char *digits = _i == 10 ? decimal : hex;

	for (size_t count = 0; count < sizeof(decimal); count++)
		for (int next = 0; next < 256; next++)
			for (size_t rest = 0; rest < 18; rest++) {
				size_t len = count + rest;
				char *text = malloc(len + 1);

				memcpy(text, digits, count);
				memset(text + count, next, rest);
				compare(text, len, (unsigned int)_i);
				free(text);
			}
	compare("18446744073709551615 ns, free_ts 0 ns", 37, (unsigned int)_i);
	compare("18446744073709551616 ns, free_ts 0 ns", 37, (unsigned int)_i);
	compare("00000000000000000000000000000007 ns  ", 37, (unsigned int)_i);
	compare("ffffffffffffffff type Movable        ", 37, (unsigned int)_i);
	compare("10000000000000000 type Movable       ", 37, (unsigned int)_i);
}
END_TEST

int main(void)
{
	TCase *tc = new_case("numbers");

	tcase_add_loop_test(tc, test_numbers_are_taken_whole, 10, 11);
	tcase_add_loop_test(tc, test_numbers_are_taken_whole, 16, 17);
	return run_cases("cursor");
}
