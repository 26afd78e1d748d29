// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * table.c - what the tables of all tools share.
 */
#include "table.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fold.h"

/* In one line of a table */
#define FOLDED_FRAMES	6

struct libscols_table *table_new(const struct cli_output *out, bool full)
{
	struct libscols_table *table = scols_new_table();

	if (!table)
		return NULL;
	scols_table_set_stream(table, out->file);
	if (!out->to_terminal)
		scols_table_enable_nowrap(table, !full);
	return table;
}

int table_text(struct libscols_line *line, size_t column,
	       struct pageowner_text text)
{
	char *copy = strndup(text.len ? text.ptr : "", text.len);

	return copy ? scols_line_refer_data(line, column, copy) : -ENOMEM;
}

int table_printf(struct libscols_line *line, size_t column,
		 const char *format, ...)
{
	va_list args;
	char *text;
	int len;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	return len < 0 ? -ENOMEM : scols_line_refer_data(line, column, text);
}

int table_stack_column(struct libscols_table *table, bool full,
		       bool to_terminal, int flags)
{
	struct libscols_column *column;

	flags |= full ? SCOLS_FL_WRAP : to_terminal ? SCOLS_FL_TRUNC : 0;
	column = scols_table_new_column(table, "STACK", 0, flags);
	if (!column)
		return -ENOMEM;
	if (!full)
		return 0;
	return scols_column_set_safechars(column, "\n") < 0 ||
		scols_column_set_wrapfunc(column, scols_wrapnl_chunksize,
			scols_wrapnl_nextchunk, NULL) < 0 ? -ENOMEM : 0;
}

int table_stack(struct libscols_line *line, size_t column,
		struct pageowner_text stack, bool full)
{
	char *text = full ? fold_full(stack) : fold_stack(stack, FOLDED_FRAMES);

	return text ? scols_line_refer_data(line, column, text) : -ENOMEM;
}
