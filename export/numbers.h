/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * numbers.h - text -> 0, 1, 2 ... in order of arrival, for formats with tables.
 */
#ifndef NUMBERS_H
#define NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct numbers;
struct pageowner_export;

/* @e: told what it takes, see export_take() */
struct numbers *numbers_new(struct pageowner_export *e);
void numbers_free(struct numbers *numbers);

/* The number of a text; *is_new if it just got it. Its bytes are made UTF-8 and
 * stay at *text until the table is freed. */
uint32_t number_of(struct numbers *numbers, const char *bytes, size_t len,
		   const char **text, bool *is_new);

#endif
