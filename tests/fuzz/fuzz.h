/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fuzz.h - what the fuzz targets share: choices, ways of reading, and failing.
 *
 * A target is one function, as libFuzzer and AFL++ call it; with replay.c it is a
 * program that takes files. It ends the process where two ways to the same answer
 * differ.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <pageowner/export.h>

#include "tests/unit/support.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define fuzz_check(condition) \
	((condition) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #condition))
void fuzz_fail(const char *file, int line, const char *what)
	__attribute__((noreturn));

/* Both are freed. */
void fuzz_same(const char *what, struct buffer *got, struct buffer *expected);

/*
 * Takes the last byte of the input, which stands for a choice: below @limit; 0 of an
 * empty input. At the end, so that what is in front of it stays a file as users have.
 */
unsigned int fuzz_choose(const uint8_t *data, size_t *size, unsigned int limit);

/* A file without a name that holds @data, read from its start: a descriptor. */
int fuzz_file(const void *data, size_t size);
/* A path that opens it anew; in memory that the next call overwrites. */
const char *fuzz_path(int fd);
/* From now on read(2) of the library gives from this descriptor as few bytes as
 * random_number() says, and is interrupted now and then; -1 for none. */
void fuzz_short_reads(int fd);

/* A finished profile of some keys with all of @data; jobs as pageowner_profile_set_jobs(). */
struct pageowner_profile *fuzz_profile(const char *keys, unsigned int jobs,
				       const void *data, size_t size);

/* Every format that has one of @uses takes what write() hands it, and what is JSON
 * can be parsed. */
void fuzz_exports(unsigned int which, unsigned int uses,
		  int (*write)(struct pageowner_export *e, void *data, FILE *file),
		  void *data);

#endif
