/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plumbing.h - functions that pass memory on and do not hold it.
 */
#ifndef PO_PLUMBING_H
#define PO_PLUMBING_H

#include "base/po.h"

#include <pageowner/stack.h>

/* Whether the library's table has it, compiler suffixes aside. */
bool po_plumbing_has(struct pageowner_text symbol);

/* Whether it fits one of a NULL-terminated list of globs; NULL is no list. */
bool po_plumbing_matches(struct pageowner_text symbol, const char *const *globs);

/* pageowner_stack_owner() with the user's globs beside the table */
int po_stack_owner(struct pageowner_text stack, const char *const *globs,
		   struct pageowner_frame *frame);

#endif
