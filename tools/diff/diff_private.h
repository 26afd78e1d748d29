/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * diff_private.h - what the files of pageowner-diff have among themselves.
 */
#ifndef DIFF_PRIVATE_H
#define DIFF_PRIVATE_H

#include <pageowner/export.h>
#include <pageowner/pageowner.h>

#include "tools/lib/options.h"

struct diff_options {
	struct common_options common;
	const char *const *inputs;
	size_t count;
	const char *two[2];	/* the inputs if the baseline is the first of two */
	const char *at, *baseline;
	const char *suppress_files[8];	/* the first of them; all are in suppress */
	size_t suppress_count;
	struct pageowner_suppress *suppress;	/* NULL: nothing is left out */
	struct pageowner_export *export;	/* NULL for our own formats */
	enum pageowner_by by;
	struct option_order sort;	/* enum pageowner_diff_order, or -1 */
	double fail_bytes;	/* NAN: do not */
	bool fail_per_hour;
	uint64_t top;
	bool force, all;
};

/* What is known of one input */
struct diff_snapshot {
	const char *name;
	uint64_t threshold;	/* count_threshold, 0 if not known */
	uint64_t page_size;	/* bytes, 0 if not known */
	uint64_t records;	/* that were read */
	size_t stacks;		/* that hold those of them that were selected */
	bool is_incomplete;	/* one of its captures */
	char *kernel;		/* its release, or NULL */
	char *conditions;	/* all that is known of it, in a line, or NULL */
};

/* load.c: NULL if --at has a time for each input; otherwise the end of a sentence */
const char *diff_refuse_times(const struct diff_options *options);
/* load.c: all inputs, and the baseline as the last snapshot: 0, or negative after a
 * message. *status gets worse if an input is damaged. */
int diff_load(const struct diff_options *options, struct pageowner_diff *diff,
	      struct diff_snapshot *snapshots, int *status);
void diff_say_failure(const struct diff_options *options, int error,
		      const char *sentence);

/* notes.c: what of the rows is in the first and the last snapshot */
struct diff_matches {
	size_t rows, first, last, both;
	uint64_t pages, both_pages;	/* of the last */
	size_t subtracted;	/* rows of which nothing is left in any snapshot */
	bool rose;		/* a row certainly holds more than at first */
};

/* Count one more row. */
void diff_match(struct diff_matches *matches, const struct pageowner_change *change);
void diff_print_notes(const struct diff_options *options,
		      const struct diff_snapshot *snapshots,
		      struct pageowner_diff *diff, size_t hidden,
		      const struct diff_matches *matches);
/* Name a row that grew too much; @number: of those before. Of many only the first are
 * named: the report has the others, and their number comes last. */
void diff_say_growth(const struct diff_options *options, struct pageowner_diff *diff,
		     const struct pageowner_change *change, uint64_t page_size,
		     size_t number);
void diff_say_more_growth(size_t count);

#endif
