/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dump_mixed.h - parts of several stacks in one.
 */
#ifndef PO_DUMP_MIXED_H
#define PO_DUMP_MIXED_H

#include "base/po.h"

/*
 * How much of a stack's text, from its start, is certainly of one stack: all of it, unless
 * the innermost functions of the allocator, or its first two lines, are in it once more, or
 * functions that free a page.
 */
size_t po_stack_certain_len(struct pageowner_text stack);

/* Whether a stack that freed a page has functions that are only in one that allocates. */
bool po_free_stack_is_mixed(struct pageowner_text stack);

#endif
