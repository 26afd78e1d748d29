/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dialect.h - what the tests of other entries than page_owner's share: entries of
 * page_owner_stacks, with stacks and with handles.
 */
#ifndef TEST_DIALECT_H
#define TEST_DIALECT_H

#include "support.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char entry[] = " a+0x1/0x2\n b+0x1/0x2 [mod]\nnr_base_pages: 70\n\n";

#define STACK_7		" a+0x1/0x2\n b+0x1/0x2 [mod]\n"
#define STACK_8		" c+0x1/0x2\n"

static const char handle_stacks[] =
	STACK_8 "handle: 8\n\n" STACK_7 "handle: 7\n\n" " unused+0x1/0x2\nhandle: 10\n\n";

#define RECORD(order, pid, pfn, rest) \
	"Page allocated via order " order ", mask 0xcc0(GFP_KERNEL), pid " pid \
	", tgid 1 (sh), ts 7 ns\nPFN " pfn " type Unmovable Block 2 type CMA " \
	"Flags 0x0(node=0|zone=0)\n" rest "\n"

static struct pageowner_profile *new_profile(const char *keys, unsigned int jobs)
{
	struct pageowner_profile *p = NULL;

	ck_assert_int_eq(pageowner_profile_new(keys, &p), 0);
	pageowner_profile_set_jobs(p, jobs);
	return p;
}

#endif
