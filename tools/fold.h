/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fold.h - a stack in one line: the part of it that tells something.
 */
#ifndef FOLD_H
#define FOLD_H

#include <pageowner/stack.h>

/*
 * "owner < caller < caller's caller [module]": without the allocator's own
 * functions in front, without what every system call, fault or thread begins
 * with, and of the rest no more than @max functions. The text is to be freed;
 * NULL without memory.
 */
char *fold_stack(struct pageowner_text stack, unsigned int max);

/* All of them, a line each, as the kernel wrote them; likewise */
char *fold_full(struct pageowner_text stack);

#endif
