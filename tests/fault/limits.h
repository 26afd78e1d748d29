/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * limits.h - what the tests of bounds on memory share: a budget for each test, of which
 * nothing may be left in use.
 */
#ifndef TEST_LIMITS_H
#define TEST_LIMITS_H

#include "tests/unit/support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MIB ((uint64_t)1 << 20)

/* Of all that a test bounds */
static struct pageowner_budget *budget;

static void begin(void)
{
	ck_assert_int_eq(pageowner_budget_new(0, &budget), 0);
}

static void end(void)
{
	ck_assert_uint_eq(pageowner_budget_used(budget), 0);
	pageowner_budget_free(budget);
}

static TCase *bounded_case(const char *name)
{
	TCase *tc = new_case(name);

	tcase_add_checked_fixture(tc, begin, end);
	return tc;
}

#endif
