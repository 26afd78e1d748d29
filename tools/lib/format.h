/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * format.h - --format= of the tools: the formats of libpageowner-export.
 */
#ifndef FORMAT_H
#define FORMAT_H

#include <pageowner/export.h>

#include "tools/lib/cli.h"

/* --format=help: @own is what the tool itself shows, "NAME  HELP\n" a line; then
 * the formats with one of the bits of @uses. The exit status. */
int format_help(const char *own, unsigned int uses);

/* A writer; NULL after a message, also where it has none of the bits of @uses. */
struct pageowner_export *format_new(const char *name, unsigned int uses);

/* Into a file, as every report: 0, or after a message negative, -ENOBUFS if it is for
 * the bound on memory. A terminal is not given what is for programs only. */
int format_write_profile(struct pageowner_export *e, const char *name,
			 struct pageowner_profile *profile, const char *path);
int format_write_diff(struct pageowner_export *e, const char *name,
		      struct pageowner_diff *diff, const char *path);
int format_write_pageblocks(struct pageowner_export *e, const char *name,
			    struct pageowner_pageblocks *blocks,
			    const struct pageowner_conditions *capture,
			    const char *path);
int format_write_records(struct pageowner_export *e, const char *name,
			 struct pageowner_reader *reader,
			 const struct pageowner_filter *filter, const char *path);

#endif
