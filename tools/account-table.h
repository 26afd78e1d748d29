/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * account-table.h - an account as a table.
 */
#ifndef ACCOUNT_TABLE_H
#define ACCOUNT_TABLE_H

#include <pageowner/account.h>

#include "tools/lib/output.h"

struct account_report {
	const struct pageowner_account *account;
	size_t top;		/* rows of what meminfo does not name, at most */
	uint64_t threshold;	/* pages that each of them has at least */
	uint64_t page_size;	/* bytes */
	bool full;		/* all frames of a stack */
	const struct pageowner_plumbing *plumbing;
	struct cli_output *out;
};

/* 0 or -ENOMEM; write errors are reported when the output is closed. */
int account_report_table(const struct account_report *report);

#endif
