/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * memory.h - --max-memory: limit the memory that input can make a tool use.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdint.h>

#include <pageowner/budget.h>

/* Parse the argument of --max-memory: a size of at least 1 MiB, or 0 for no limit: 0 or
 * -EINVAL. */
int memory_parse(const char *text, uint64_t *bytes);

/*
 * The default limit: three quarters of the least of what the machine has available, what
 * the cgroups of the process allow, and its resource limits; 0 if unknown. @root: where
 * proc/ and sys/ are: "" except in tests
 */
uint64_t memory_default(const char *root);

/*
 * Call it first: creates the one budget of the process, which all objects share and
 * which exists until the process ends. 0, or -1 after a message
 */
int memory_begin(void);
struct pageowner_budget *memory_budget(void);

/* Apply the argument of --max-memory: 0 or -EINVAL. */
int memory_set_max(const char *text);

/* If @error is that the budget is exhausted, say what can be done: @what, or a higher
 * limit. */
void memory_advise(int error, const char *what);

#endif
