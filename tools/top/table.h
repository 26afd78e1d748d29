/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * table.h - rows of pageowner-stacks-top as a table, and for
 * other programs.
 */
#ifndef TOP_TABLE_H
#define TOP_TABLE_H

#include <pageowner/export.h>

#include "tools/lib/output.h"
#include "model.h"

struct top_table {
	struct top_model *model;
	struct top_view view;
	size_t top;		/* rows, at most */
	uint64_t page_size;	/* bytes */
	bool full;		/* all frames of a stack */
	const struct pageowner_plumbing *plumbing;
	const struct pageowner_conditions *conditions;	/* or NULL */
	struct cli_output *out;
};

/* 0 or -ENOMEM; write errors are reported when the output is closed. */
int top_table_print(const struct top_table *report);

/* As rows of a program, by format_write(): @report is a struct top_table. */
int top_table_export(struct pageowner_export *writer, void *report, FILE *file);

#endif
