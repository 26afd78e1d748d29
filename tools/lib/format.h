/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * format.h - --format= of the tools: the formats of libpageowner-export.
 */
#ifndef FORMAT_H
#define FORMAT_H

#include <pageowner/export.h>

#include "tools/lib/options.h"

/* The formats of a tool: its own, then those of the library for what it exports, then
 * "help". Words of an option (words.h); @words->data is the tool's table. */
const char *format_word(const struct words *words, size_t index);

/* --format=help: the exit status. */
int format_help(const struct option_table *table);

/* Whether a format has one of these PAGEOWNER_EXPORT_ bits */
bool format_can(const char *name, unsigned int what);

/* Create a writer; NULL after a message, also if it has none of the bits of @uses. */
struct pageowner_export *format_new(const char *name, unsigned int uses);

/* Name the files that were read: 0, or -1 after a message. */
int format_add_inputs(struct pageowner_export *e, const char *const *inputs, size_t count);

/* Write to a file, as every report: 0, or negative after a message, -ENOBUFS if the
 * memory limit is reached. Binary formats are not written to a terminal. */
int format_write_profile(struct pageowner_export *e, const char *name,
			 struct pageowner_profile *profile, const char *path);
typedef int format_write_fn(struct pageowner_export *e, void *data, FILE *file);
int format_write(struct pageowner_export *e, const char *name, const char *path,
		 format_write_fn *write, void *data);

#endif
