/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * table.h - a diff as a table.
 */
#ifndef DIFF_TABLE_H
#define DIFF_TABLE_H

#include "diff_private.h"
#include "tools/lib/output.h"

struct diff_table {
	struct pageowner_diff *diff;
	enum pageowner_by by;
	const struct pageowner_plumbing *plumbing;
	size_t top;		/* rows to write, at most */
	bool all;		/* also those that did not change */
	uint64_t page_size;	/* bytes */
	bool quiet;		/* no notes */
	bool full;		/* all frames of a stack */
	const struct diff_snapshot *snapshots;
	size_t count;		/* of them */
	struct cli_output out;
};

/* 0, -ENOMEM or -ENOBUFS; write errors are reported when the output is closed. */
int diff_table_print(const struct diff_table *table);

#endif
