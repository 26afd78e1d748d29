/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * overwrite.h - files that a report must not replace by mistake.
 */
#ifndef OVERWRITE_H
#define OVERWRITE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether a report may be written to @path (NULL or "-": standard output): not if that is
 * one of the inputs, or a regular file that is neither empty nor an earlier report. Nor
 * if its name promises compression, and @format (NULL: text) has none. @operand: it was named after the input,
 * so that it may be meant as another one. 0, or -1 after a message.
 */
int cli_check_overwrite(const char *path, const char *format, const char *const *inputs,
			size_t count, bool operand, bool force);

/* What a regular file holds that should not be lost, such as "a dump"; NULL if it is empty
 * or a report */
const char *cli_file_holds(const char *path);

/* The suffix of a name that promises compression, such as ".gz", or NULL */
const char *cli_packed_suffix(const char *path);

#endif
