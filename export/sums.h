/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sums.h - name -> sums, for what several rows have in common.
 */
#ifndef SUMS_H
#define SUMS_H

#include <stddef.h>
#include <stdint.h>

struct sums;
struct pageowner_export;

struct sum {
	char *name;
	uint64_t value[2];
};

/* @e: told what it takes, see export_take() */
struct sums *sums_new(struct pageowner_export *e);
void sums_free(struct sums *sums);

/* The sums of a name, 0 when it is new */
struct sum *sums_of(struct sums *sums, const char *name, size_t len);

/* All of them: by name, or by value[0], the largest first */
struct sum **sums_by_name(struct sums *sums, size_t *count);
struct sum **sums_by_value(struct sums *sums, size_t *count);

#endif
