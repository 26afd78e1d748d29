/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * table.h - what the tables of all tools share.
 */
#ifndef TABLE_H
#define TABLE_H

#include <libsmartcols.h>
#include <stdbool.h>

#include "tools/lib/cli.h"

/* Tables are held as a whole until they are printed. What that takes is charged to the
 * budget (memory.h); beyond it, adding to a table fails with -ENOBUFS. */

/* A table on its way to @out; NULL without memory. */
struct libscols_table *table_new(const struct cli_output *out, bool full);

/* Cells of a line: 0 or -ENOMEM. */
int table_text(struct libscols_line *line, size_t column,
	       struct pageowner_text text);
int table_printf(struct libscols_line *line, size_t column,
		 const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The last column: a stack folded into a line, or with @full a line a frame; as
 * long as it is, or cut where it goes to a terminal. 0 or -ENOMEM. */
int table_stack_column(struct libscols_table *table, bool full,
		       bool to_terminal, int flags);
int table_stack(struct libscols_line *line, size_t column,
		struct pageowner_text stack, bool full);

#endif
