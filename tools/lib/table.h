/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * table.h - what the tables of all tools share.
 */
#ifndef TABLE_H
#define TABLE_H

#include <libsmartcols.h>
#include <stdbool.h>

#include <pageowner/plumbing.h>
#include <pageowner/stack.h>

#include "tools/lib/output.h"

/* Tables are kept in memory until they are printed. This is charged to the budget
 * (memory.h); beyond it, adding to a table fails with -ENOBUFS. */

/* Create a table that is written to @out; NULL if memory runs out. */
struct libscols_table *table_new(const struct cli_output *out, bool full);

/* Cells of a line: 0 or -ENOMEM. */
int table_text(struct libscols_line *line, size_t column,
	       struct pageowner_text text);
int table_printf(struct libscols_line *line, size_t column,
		 const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The owner of a stack, "(unknown)" or "(no stack)"; @plumbing as for pageowner_stack_owner() */
int table_owner(struct libscols_line *line, size_t column, struct pageowner_text stack,
		const struct pageowner_plumbing *plumbing);
/* A module, "(kernel)" if it is empty; that of a stack, "(no stack)" if it has none */
int table_module(struct libscols_line *line, size_t column, struct pageowner_text module);
int table_module_of(struct libscols_line *line, size_t column,
		    struct pageowner_text stack);

/* Add the last column: a stack folded into a line, or with @full one line a frame;
 * truncated on a terminal. 0 or -ENOMEM */
int table_stack_column(struct libscols_table *table, bool full,
		       bool to_terminal, int flags);
int table_stack(struct libscols_line *line, size_t column,
		struct pageowner_text stack, const struct pageowner_plumbing *plumbing,
		bool full);

/* Prints a table unless @ret is negative, and frees it: @ret, or what failed. */
int table_print(struct libscols_table *table, int ret);
/* What went wrong with a table, if something did */
void table_say_failure(int ret);

#endif
