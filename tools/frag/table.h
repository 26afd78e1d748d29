/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * table.h - what pageowner-frag prints about pageblocks, except the map.
 */
#ifndef FRAG_TABLE_H
#define FRAG_TABLE_H

#include <pageowner/pageowner.h>

#include "tools/lib/output.h"

struct frag_report {
	struct pageowner_pageblocks *blocks;	/* finished and sorted */
	struct cli_output *out;
	enum pageowner_by by;
	const struct pageowner_plumbing *plumbing;
	size_t top;		/* rows at most */
	uint64_t page_size;	/* bytes */
	double long_lived;	/* seconds; 0: none are marked */
	bool full;		/* all frames */
	bool all;		/* also holders that pin nothing */
};

/* Each 0 or a negative errno. */
int frag_report_summary(const struct frag_report *report);
int frag_report_mixed(const struct frag_report *report);	/* as pagetypeinfo */
int frag_report_holders(const struct frag_report *report);

#endif
