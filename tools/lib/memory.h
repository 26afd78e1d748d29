/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * memory.h - --max-memory: how much memory input may make a tool take.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdint.h>

/* The argument of --max-memory: a size of at least 1 MiB, or 0 for no bound: 0 or
 * -EINVAL. */
int memory_parse(const char *text, uint64_t *bytes);

/*
 * The bound where none is named: three quarters of the least of what the machine has
 * available, what the process's cgroups may take, and its resource limits. @root: ""
 * but for tests, where proc/ and sys/ are. 0 where nobody tells.
 */
uint64_t memory_default(const char *root);

/* What is left of a bound beside @used, and never "no bound" unless it is none. */
uint64_t memory_left(uint64_t bound, uint64_t used);

/* What can be done, if it was the bound that something failed for: @what, or more. */
void memory_advise(int error, uint64_t bound, const char *what);

#endif
