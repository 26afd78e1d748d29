/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * patterns.h - compare the patterns that users add to the library's table of plumbing.
 *
 * The table itself is private to plumbing.c.
 */
#ifndef PO_PATTERNS_H
#define PO_PATTERNS_H

#include "base/po.h"

struct pageowner_plumbing;

/* Whether both have the same patterns, in any order; NULL has none. */
bool po_plumbing_is_same(const struct pageowner_plumbing *a,
			 const struct pageowner_plumbing *b);

#endif
