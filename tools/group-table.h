/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * group-table.h - the groups of a profile as a table for people.
 */
#ifndef GROUP_TABLE_H
#define GROUP_TABLE_H

#include <pageowner/pageowner.h>

#include "tools/lib/output.h"

struct group_table {
	const struct pageowner_profile *profile;	/* sorted */
	const struct pageowner_plumbing *plumbing;
	uint64_t page_size;	/* bytes */
	uint64_t threshold;	/* pages that a row has at least */
	size_t top;		/* rows to show, at most; the others are added up */
	bool full;		/* all frames of a stack */
};

/* Write it to the file of that name, NULL for standard output: 0, or negative after a
 * message. */
int group_table_write(const struct group_table *table, const char *path);

#endif
