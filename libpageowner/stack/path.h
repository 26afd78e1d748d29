/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * path.h - the call path of a stack: its functions without what the build adds to them.
 */
#ifndef PO_PATH_H
#define PO_PATH_H

#include "base/po.h"

/*
 * Writes "function\n" or "function [module]\n" for each frame: the length, at most
 * @stack.len + 1. @to may be the stack itself, which is then overwritten.
 */
size_t po_stack_path(struct pageowner_text stack, char *to);

#endif
