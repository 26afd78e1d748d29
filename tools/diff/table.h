/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * table.h - a diff as a table.
 */
#ifndef DIFF_TABLE_H
#define DIFF_TABLE_H

#include <pageowner/diff.h>

#include "tools/lib/cli.h"

/* The description of one input */
struct diff_snapshot {
	const char *name;
	double time;		/* seconds since a common moment; NAN: unknown */
	uint64_t threshold;	/* count_threshold, 0 if not known */
	uint64_t page_size;	/* bytes, 0 if not known */
	uint32_t kinds;		/* as pageowner_profile_kinds() */
	char *kernel;		/* its release, or NULL */
	char *conditions;	/* all that is known of it, in a line, or NULL */
};

struct diff_report {
	struct pageowner_diff *diff;
	enum pageowner_by by;
	size_t top;		/* rows to write, at most */
	bool all;		/* also rows that did not change */
	uint64_t page_size;	/* bytes */
	bool full;		/* all frames of a stack */
	const struct diff_snapshot *snapshots;
	size_t count;		/* of them */
	struct cli_output out;
};

/* 0 or -ENOMEM; write errors are reported when the output is closed. */
int diff_report_table(const struct diff_report *report);

#endif
