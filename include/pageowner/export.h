/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * export.h - write profiles, diffs and records in the formats of other programs.
 *
 * A library of its own, because it needs more than the reader:
 *
 *	cc ... $(pkg-config --cflags --libs libpageowner-export)
 *
 * Text from dumps is data: the output is well formed, whatever the name of a
 * process is. Bytes that are not UTF-8 become U+FFFD in formats that are UTF-8.
 *
 * Functions that can fail return a negative errno, with a sentence in
 * pageowner_export_error(); what was written until then is to be discarded. A writer can
 * be used again after any error. Some formats keep a part of all rows until their end
 * (names, sums): that memory is charged to the writer's budget and freed before the
 * function returns. Without memory the answer is -ENOMEM; the library never exits.
 */
#ifndef PAGEOWNER_EXPORT_H
#define PAGEOWNER_EXPORT_H

#include <stdio.h>

#include <pageowner/account.h>
#include <pageowner/diff.h>
#include <pageowner/filter.h>
#include <pageowner/pageblock.h>
#include <pageowner/profile.h>
#include <pageowner/reader.h>

#ifdef __cplusplus
extern "C" {
#endif

struct pageowner_export;

/* What a format can write */
#define PAGEOWNER_EXPORT_PROFILE	0x01u
#define PAGEOWNER_EXPORT_DIFF		0x02u
#define PAGEOWNER_EXPORT_RECORDS	0x10u	/* a row for each record */
#define PAGEOWNER_EXPORT_PAGEBLOCKS	0x20u
#define PAGEOWNER_EXPORT_ACCOUNT	0x40u
#define PAGEOWNER_EXPORT_ROWS		0x80u	/* that a program made itself */
/* Properties: not for a terminal; only for profiles that are grouped by stacks */
#define PAGEOWNER_EXPORT_IS_BINARY	0x04u
#define PAGEOWNER_EXPORT_NEEDS_STACKS	0x08u
/* Shows what pins each pageblock, if pageowner_pageblocks_keep_pins() was called */
#define PAGEOWNER_EXPORT_SHOWS_PINS	0x100u

/**
 * pageowner_export_format() - list the formats
 * @index: 0, 1, 2 ...
 * @traits: set to its PAGEOWNER_EXPORT_* bits, unless NULL; 0 for a format that
 *	this library was built without
 * @help: set to a short description, unless NULL; to NULL for a format that this
 *	library was built without
 *
 * Return: its name, a constant; NULL after the last.
 */
const char *pageowner_export_format(size_t index, unsigned int *traits,
				    const char **help);

/**
 * pageowner_export_new() - create a writer
 * @format: name of a format
 * @writer: set on success; free it with pageowner_export_free()
 *
 * Return: 0; -EINVAL if there is no such format; -ENOTSUP if this library was
 * built without it; -ENOMEM.
 */
int pageowner_export_new(const char *format, struct pageowner_export **writer);

/**
 * pageowner_export_free() - free a writer
 * @writer: a writer or NULL
 */
void pageowner_export_free(struct pageowner_export *writer);

/**
 * pageowner_export_keys() - get the default fields to group by
 * @writer: the writer
 *
 * Return: a list for pageowner_profile_new() that suits this format best, a
 * constant.
 */
const char *pageowner_export_keys(const struct pageowner_export *writer);

/**
 * pageowner_export_set_page_size() - set the page size of the machine
 * @writer: the writer
 * @bytes: bytes of a base page; 0 (default) means that of the profile's
 *	capture, or 4096 if it has none
 *
 * Return: 0, or -EINVAL if @bytes is not a power of two.
 */
int pageowner_export_set_page_size(struct pageowner_export *writer, uint64_t bytes);

/**
 * pageowner_export_set_top() - write only the first rows
 * @writer: the writer
 * @rows: number of rows, in the order of the profile; 0 (default) means all. In
 *	"prometheus" the number of stacks with a series of their own, by default
 *	50
 */
void pageowner_export_set_top(struct pageowner_export *writer, size_t rows);

/**
 * pageowner_export_set_threshold() - write only rows that hold enough
 * @writer: the writer
 * @pages: base pages that a row has at least; 0 (default) means all rows. Rows of a diff
 *	are not concerned
 *
 * Honoured by "json", "ndjson" and "csv"; the others write all rows.
 *
 * Return: 0; -EINVAL, with the sentence in pageowner_export_error(), if the format cannot
 * and @pages is not 0.
 */
int pageowner_export_set_threshold(struct pageowner_export *writer, uint64_t pages);

/**
 * pageowner_export_set_plumbing() - set the functions that only pass memory on
 * @writer: the writer
 * @plumbing: for owners that are found in stacks; borrowed until the writer is freed;
 *	NULL (default) for the library's table. Give the profile the same
 */
void pageowner_export_set_plumbing(struct pageowner_export *writer,
				   const struct pageowner_plumbing *plumbing);

/* "report": the stream is a terminal: a name with a newline must not look like a line of
 * the report. The caller must make other control characters safe. */
#define PAGEOWNER_EXPORT_TERMINAL	0x01u
/* "json", "ndjson", "csv": of a diff only the rows that changed; of pageblocks only the
 * holders that pin one */
#define PAGEOWNER_EXPORT_CHANGED	0x02u
#define PAGEOWNER_EXPORT_PINNING	0x04u
/* Rows of pageowner_export_rows() by PAGEOWNER_BY_MODULE: a stack is in a row for each of
 * its modules, so that rows overlap. They are named "module-any" and "module_any". */
#define PAGEOWNER_EXPORT_MODULE_ANY	0x08u

/**
 * pageowner_export_set_flags() - set how rows are written
 * @writer: the writer
 * @flags: PAGEOWNER_EXPORT_TERMINAL, _CHANGED, _PINNING, _MODULE_ANY, or 0 (default); a
 *	format ignores those that are not its own
 *
 * Return: 0; -EINVAL, with the sentence in pageowner_export_error(), if an unknown bit is
 * set.
 */
int pageowner_export_set_flags(struct pageowner_export *writer, unsigned int flags);

/**
 * pageowner_export_set_fields() - write more fields of each group
 * @writer: the writer
 * @names: names of fields (see field.h) separated by commas, written in addition to those
 *	that the profile groups by; NULL or "" (default) for none. A field that it does
 *	not group by is that of the group's first record
 *
 * Honoured by "report", "json", "ndjson", "csv", "html", "pprof" and "sqlite".
 *
 * Return: 0, -EINVAL if one of them is not a field, with the sentence in
 * pageowner_export_error().
 */
int pageowner_export_set_fields(struct pageowner_export *writer, const char *names);

/**
 * pageowner_export_set_budget() - limit the memory a writer uses
 * @writer: the writer
 * @budget: a budget (budget.h); borrowed until the writer is freed; NULL (default)
 *	means no limit
 *
 * Counted, as an estimate, is what some formats keep of all rows until their end
 * (names, sums); what would exceed the limit fails with -ENOBUFS.
 */
void pageowner_export_set_budget(struct pageowner_export *writer,
				 struct pageowner_budget *budget);

/**
 * pageowner_export_set_host() - set the name of the machine
 * @writer: the writer
 * @host: a name, copied; NULL (default) means that of the profile's capture
 *
 * Return: 0 or -ENOMEM.
 */
int pageowner_export_set_host(struct pageowner_export *writer, const char *host);

/**
 * pageowner_export_set_incomplete() - say that records are missing
 * @writer: the writer
 * @why: why, in a few words without newlines, copied; NULL or "" (default) means what the
 *	conditions of the captures say
 *
 * Needed only if the writer does not see all captures: of pageowner_export_rows(),
 * pageowner_export_account() and pageowner_export_pageblocks() it sees one.
 *
 * Return: 0 or -ENOMEM.
 */
int pageowner_export_set_incomplete(struct pageowner_export *writer, const char *why);

/**
 * pageowner_export_set_time() - set the time of the snapshot
 * @writer: the writer
 * @ns: nanoseconds since 1970 (UTC); 0 (default) means that of the profile's
 *	capture
 */
void pageowner_export_set_time(struct pageowner_export *writer, uint64_t ns);

/**
 * pageowner_export_add_condition() - add a line to the head of the report
 * @writer: the writer
 * @name: what it is; copied
 * @value: its value; any bytes, copied
 *
 * Shown before the report by formats that have a place for it: "html".
 *
 * Return: 0 or -ENOMEM.
 */
int pageowner_export_add_condition(struct pageowner_export *writer,
				   const char *name, const char *value);

/**
 * pageowner_export_add_input() - name one of the files that were read
 * @writer: the writer
 * @name: its name, copied
 *
 * Of a diff there is one for each snapshot, in their order. "html" shows them, "json"
 * writes those of a diff.
 *
 * Return: 0 or -ENOMEM.
 */
int pageowner_export_add_input(struct pageowner_export *writer, const char *name);

/**
 * pageowner_export_profile() - write a profile
 * @writer: the writer
 * @profile: finished, in the order in which the rows are written
 * @file: where to write; check ferror() for write errors
 *
 * Return: 0; -EINVAL if the format cannot show profiles, or needs stacks and
 * this profile has none, or the profile is not finished; -ENOMEM; -ENOBUFS if a
 * memory limit is reached.
 */
int pageowner_export_profile(struct pageowner_export *writer,
			     const struct pageowner_profile *profile, FILE *file);

/**
 * pageowner_export_diff() - write a diff
 * @writer: the writer
 * @diff: sorted, in the order in which the rows are written
 * @file: where to write; check ferror() for write errors
 *
 * Return: 0; -EINVAL if the format cannot show diffs, or a snapshot was added since
 * the rows were sorted; -ENOMEM; -ENOBUFS if a memory limit is reached.
 */
int pageowner_export_diff(struct pageowner_export *writer,
			  const struct pageowner_diff *diff, FILE *file);

/**
 * pageowner_export_pageblocks() - write pageblocks and what pins them
 * @writer: the writer
 * @blocks: finished, with the holders in the order in which they are written
 * @capture: metadata of the dump; NULL if there is none
 * @file: where to write; check ferror() for write errors
 *
 * Return: 0; -EINVAL if the format cannot show pageblocks, or @blocks is not finished;
 * -ENOMEM; -ENOBUFS if a memory limit is reached.
 */
int pageowner_export_pageblocks(struct pageowner_export *writer,
				const struct pageowner_pageblocks *blocks,
				const struct pageowner_conditions *capture, FILE *file);

/**
 * pageowner_export_account() - write an account
 * @writer: the writer
 * @account: with all profiles added
 * @conditions: conditions of the capture; NULL if they are not known
 * @file: where to write; check ferror() for write errors
 *
 * pageowner_export_set_top() and _set_threshold() are about the holders.
 *
 * Return: 0; -EINVAL if the format cannot show accounts.
 */
int pageowner_export_account(struct pageowner_export *writer,
			     const struct pageowner_account *account,
			     const struct pageowner_conditions *conditions, FILE *file);

/* Which members of a row are valid */
#define PAGEOWNER_EXPORT_ROW_CHANGE	0x01u
#define PAGEOWNER_EXPORT_ROW_RATE	0x02u
/* There is an earlier sample, but a count_threshold may hide pages of one of the two */
#define PAGEOWNER_EXPORT_ROW_UNKNOWN	0x04u

/**
 * struct pageowner_export_row - a row that a program made of several groups
 * @has: PAGEOWNER_EXPORT_ROW_* bits
 * @name: the owner, or the module, empty for the kernel image; unused in rows of stacks
 * @stack: frame lines of the stack, or of the largest stack in the row
 * @pages: base pages
 * @stacks: number of stacks that hold them
 * @change_pages: against an earlier sample, if PAGEOWNER_EXPORT_ROW_CHANGE is set
 * @pages_per_second: if PAGEOWNER_EXPORT_ROW_RATE is set
 *
 * Allocated and zeroed by the library, so members may be added at the end.
 */
struct pageowner_export_row {
	uint64_t has;
	struct pageowner_text name;
	struct pageowner_text stack;
	uint64_t pages;
	uint64_t stacks;
	int64_t change_pages;
	double pages_per_second;
};

/**
 * pageowner_export_rows() - write rows that a program made itself
 * @writer: the writer
 * @by: what a row is
 * @total_pages: base pages of all rows, also of those that are not written
 * @next: called for each row with @data, an index of 0, 1, 2 ... and a zeroed row to
 *	fill; its texts must be valid until the next call. Returns 1 with the row filled,
 *	0 after the last, or a negative errno, which ends the report
 * @data: passed to @next
 * @conditions: conditions of the capture; NULL if they are not known
 * @file: where to write; check ferror() for write errors
 *
 * Return: 0; -EINVAL if the format cannot show such rows; what @next returned.
 */
int pageowner_export_rows(struct pageowner_export *writer, enum pageowner_by by,
			  uint64_t total_pages,
			  int (*next)(void *data, size_t index,
				      struct pageowner_export_row *row),
			  void *data, const struct pageowner_conditions *conditions,
			  FILE *file);

/**
 * pageowner_export_records() - write a row for each record of a reader
 * @writer: the writer
 * @reader: read to its end, or until the set number of rows is written; its
 *	stats then count the damage
 * @filter: write only records that pass; NULL for all
 * @file: where to write; check ferror() for write errors
 *
 * Rows are written one by one, so memory does not grow with them; "sqlite"
 * collects them in a file in $TMPDIR.
 *
 * Return: 0; -EINVAL if the format has no rows for records, or if the filter selects
 * by "age" and has no clock; the negative errno of the reader or the database.
 */
int pageowner_export_records(struct pageowner_export *writer,
			     struct pageowner_reader *reader,
			     const struct pageowner_filter *filter, FILE *file);

/**
 * pageowner_export_record_count() - count the records that were written
 * @writer: the writer
 *
 * Return: the rows that the last pageowner_export_records() wrote.
 */
uint64_t pageowner_export_record_count(const struct pageowner_export *writer);

/**
 * pageowner_export_error() - describe the last failure
 * @writer: the writer
 *
 * Return: a sentence; "" if nothing failed.
 */
const char *pageowner_export_error(const struct pageowner_export *writer);

#ifdef __cplusplus
}
#endif
#endif
