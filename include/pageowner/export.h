/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * export.h - profiles, diffs and records in the formats of other programs.
 *
 * A library of its own, since it needs more than the reader does:
 *
 *	cc ... $(pkg-config --cflags --libs libpageowner-export)
 *
 * Text out of dumps is data: whatever a process is called, what is written is
 * well formed. Bytes that are no UTF-8 become U+FFFD where a format is of UTF-8.
 */
#ifndef PAGEOWNER_EXPORT_H
#define PAGEOWNER_EXPORT_H

#include <stdio.h>

#include <pageowner/diff.h>
#include <pageowner/filter.h>
#include <pageowner/pageblock.h>
#include <pageowner/profile.h>
#include <pageowner/reader.h>

#ifdef __cplusplus
extern "C" {
#endif

struct pageowner_export;

/* What a format can show, and whether it is for programs only. */
#define PAGEOWNER_EXPORT_PROFILE	0x01u
#define PAGEOWNER_EXPORT_DIFF		0x02u
#define PAGEOWNER_EXPORT_BINARY		0x04u
/* It shows stacks: the profile must be grouped by them. */
#define PAGEOWNER_EXPORT_STACKS		0x08u
/* It can have a row for each record. */
#define PAGEOWNER_EXPORT_RECORDS	0x10u
#define PAGEOWNER_EXPORT_PAGEBLOCKS	0x20u

/**
 * pageowner_export_format() - the formats, one after the other
 * @index: 0, 1, 2 ...
 * @uses: set to its PAGEOWNER_EXPORT_* bits, unless NULL; 0 for one that this
 *	library was built without
 * @help: set to a few words on it, unless NULL
 *
 * Return: its name, a constant; NULL behind the last.   Since: 0.1
 */
const char *pageowner_export_format(size_t index, unsigned int *uses,
				    const char **help);

/**
 * pageowner_export_new() - a writer
 * @format: name of a format
 * @export_: set on success, to be freed with pageowner_export_free()
 *
 * Return: 0, -EINVAL if there is no such format, -ENOTSUP if this library was
 * built without it, -ENOMEM.   Since: 0.1
 */
int pageowner_export_new(const char *format, struct pageowner_export **export_);

/**
 * pageowner_export_free() - give it back
 * @export_: a writer or NULL
 * Since: 0.1
 */
void pageowner_export_free(struct pageowner_export *export_);

/**
 * pageowner_export_keys() - what to group by where the user has no wish
 * @export_: the writer
 *
 * Return: keys for pageowner_profile_new() that show most in this format, a
 * constant.   Since: 0.1
 */
const char *pageowner_export_keys(const struct pageowner_export *export_);

/**
 * pageowner_export_set_page_size() - how large the pages of the machine were
 * @export_: the writer
 * @bytes: of a base page; 0, as from the start: as the profile's capture says,
 *	else 4096
 * Since: 0.1
 */
void pageowner_export_set_page_size(struct pageowner_export *export_,
				    uint64_t bytes);

/**
 * pageowner_export_set_top() - only the first rows
 * @export_: the writer
 * @rows: how many, in the profile's order; 0, as from the start, for all. Of
 *	"prometheus" how many stacks have a series of their own, 50 from the start
 * Since: 0.1
 */
void pageowner_export_set_top(struct pageowner_export *export_, size_t rows);

/**
 * pageowner_export_set_max_memory() - a bound for what rows can make it take
 * @export_: the writer
 * @bytes: of memory; 0, as from the start, is no bound. Counted is what some formats
 *	keep of all rows until their end (names, sums), about; what would go beyond
 *	fails with -ENOBUFS. The profile has a bound of its own
 * Since: 0.1
 */
void pageowner_export_set_max_memory(struct pageowner_export *export_,
				     uint64_t bytes);

/**
 * pageowner_export_set_host() - which machine it was
 * @export_: the writer
 * @host: a name, copied; NULL, as from the start: as the profile's capture says
 *
 * Return: 0 or -ENOMEM.   Since: 0.1
 */
int pageowner_export_set_host(struct pageowner_export *export_, const char *host);

/**
 * pageowner_export_set_time() - when it was
 * @export_: the writer
 * @ns: nanoseconds since 1970 (UTC); 0, as from the start: as the profile's
 *	capture says
 * Since: 0.1
 */
void pageowner_export_set_time(struct pageowner_export *export_, uint64_t ns);

/**
 * pageowner_export_add_condition() - what else there is to know of what is written
 * @export_: the writer
 * @name: what it is; copied
 * @value: likewise; any bytes
 *
 * Shown in front of the report by formats that have a place for it: "html".
 * Return: 0 or -ENOMEM.   Since: 0.1
 */
int pageowner_export_add_condition(struct pageowner_export *export_,
				   const char *name, const char *value);

/**
 * pageowner_export_profile() - write a profile
 * @export_: the writer
 * @profile: in the order in which its rows shall be
 * @file: where to; what it does not take, ferror() tells
 *
 * Return: 0, -EINVAL if the format does not show profiles or this one has no
 * stacks and they are needed, -ENOMEM, -ENOBUFS; with the sentence in
 * pageowner_export_error().   Since: 0.1
 */
int pageowner_export_profile(struct pageowner_export *export_,
			     struct pageowner_profile *profile, FILE *file);

/**
 * pageowner_export_diff() - write a diff
 * @export_: the writer
 * @diff: in the order in which its rows shall be
 * @file: as of pageowner_export_profile()
 *
 * Return: likewise.   Since: 0.1
 */
int pageowner_export_diff(struct pageowner_export *export_,
			  struct pageowner_diff *diff, FILE *file);

/**
 * pageowner_export_pageblocks() - write who pins pageblocks, and where they are
 * @export_: the writer
 * @blocks: finished, and in the order in which the rows of holders shall be
 * @capture: under which conditions the dump was taken; NULL if that is not known
 * @file: as of pageowner_export_profile()
 *
 * Return: 0, -EINVAL if the format does not show pageblocks, -ENOMEM; with the
 * sentence in pageowner_export_error().   Since: 0.1
 */
int pageowner_export_pageblocks(struct pageowner_export *export_,
				struct pageowner_pageblocks *blocks,
				const struct pageowner_conditions *capture, FILE *file);

/**
 * pageowner_export_records() - write what a reader reads, a row for each record
 * @export_: the writer
 * @reader: read to its end, or until as many rows as set are written; what was
 *	damaged it tells afterwards
 * @filter: for those that pass; NULL for all
 * @file: as of pageowner_export_profile()
 *
 * One after the other, in memory that does not grow with them; "sqlite" has them in
 * a file in $TMPDIR until all are there.
 * Return: 0, -EINVAL if the format has no row for a record, what the reader returned
 * or the database failed with; with the sentence in pageowner_export_error().
 * Since: 0.1
 */
int pageowner_export_records(struct pageowner_export *export_,
			     struct pageowner_reader *reader,
			     const struct pageowner_filter *filter, FILE *file);

/**
 * pageowner_export_error() - why the last call failed
 * @export_: the writer
 *
 * Return: a sentence, empty if nothing failed.   Since: 0.1
 */
const char *pageowner_export_error(const struct pageowner_export *export_);

#ifdef __cplusplus
}
#endif
#endif
