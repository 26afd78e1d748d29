/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * samples.h - dumps that the tests of memory that runs out read: every dialect, many
 * stacks, more than a window.
 *
 * They are made while nothing fails.
 */
#ifndef SAMPLES_H
#define SAMPLES_H

#include "nomem.h"

/* Texts of dumps; the last is read by several threads */
extern struct buffer sample, other, large;

void make_samples(void);
void free_samples(void);
/* Append a file of tests/data, and an empty line */
void add_file(struct buffer *b, const char *name);
/* A finished profile of the text that keeps the migratetype */
struct pageowner_profile *profile_of(const struct buffer *text, const char *keys);

#endif
