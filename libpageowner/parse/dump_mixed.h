/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dump_mixed.h - stacks of several processors in one log, without caller ids.
 */
#ifndef PO_DUMP_MIXED_H
#define PO_DUMP_MIXED_H

#include "base/po.h"

/*
 * How much of a stack's text, from its start, is certainly of one stack: all of it,
 * unless the innermost functions of the allocator are in it once more.
 */
size_t po_stack_certain_len(struct pageowner_text stack);

#endif
