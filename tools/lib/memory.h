/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * memory.h - --max-memory: how much memory input may make a tool take.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdint.h>

#include <pageowner/budget.h>

/* The argument of --max-memory: a size of at least 1 MiB, or 0 for no bound: 0 or
 * -EINVAL. */
int memory_parse(const char *text, uint64_t *bytes);

/*
 * The bound where none is named: three quarters of the least of what the machine has
 * available, what the process's cgroups may take, and its resource limits. @root: ""
 * but for tests, where proc/ and sys/ are. 0 where nobody tells.
 */
uint64_t memory_default(const char *root);

/*
 * At the beginning of a tool: the one budget of the process, which all objects take
 * part in and which is there until the process ends. 0, or -1 after a message
 */
int memory_begin(void);
struct pageowner_budget *memory_budget(void);

/* Apply the argument of --max-memory: 0 or -EINVAL. */
int memory_set_max(const char *text);

/* What can be done if @error is that the budget is used up: @what, or more of it */
void memory_advise(int error, const char *what);

#endif
