// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * table.c - what the tables of all tools share.
 */
#include "tools/lib/table.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/memory.h"
#include "tools/lib/message.h"
#include "tools/lib/output.h"

/* In one line of a table */
#define FOLDED_FRAMES	6
/* What libsmartcols and malloc() add to a text and to a line of them, about */
#define CELL_COST	96
#define LINE_COST	512

/* Takes over @text, malloc()ed or NULL. */
static int put(struct libscols_line *line, size_t column, char *text, size_t cost)
{
	if (!text)
		return -ENOMEM;
	if (pageowner_budget_take(memory_budget(), strlen(text) + cost) < 0) {
		free(text);
		return -ENOBUFS;
	}
	return scols_line_refer_data(line, column, text);
}

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
	return put(line, column, strndup(text.len ? text.ptr : "", text.len),
		   CELL_COST);
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
	return put(line, column, len < 0 ? NULL : text, CELL_COST);
}

int table_owner(struct libscols_line *line, size_t column, struct pageowner_text stack,
		const struct pageowner_plumbing *plumbing)
{
	struct pageowner_frame owner;

	return pageowner_stack_owner(stack, plumbing, &owner) > 0 ?
		table_text(line, column, owner.symbol) :
		table_printf(line, column, stack.len ? CLI_NO_OWNER : CLI_NO_STACK);
}

int table_module(struct libscols_line *line, size_t column, struct pageowner_text module)
{
	return module.len ? table_text(line, column, module) :
		table_printf(line, column, CLI_KERNEL);
}

int table_module_of(struct libscols_line *line, size_t column,
		    struct pageowner_text stack)
{
	return stack.len ? table_module(line, column, pageowner_stack_module(stack)) :
		table_printf(line, column, CLI_NO_STACK);
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

static char *fold(struct pageowner_text stack,
		  const struct pageowner_plumbing *plumbing)
{
	char line[1024], *all;
	const size_t len = pageowner_stack_fold(stack, plumbing, FOLDED_FRAMES, line,
						sizeof(line));

	if (len < sizeof(line))
		return strdup(line);
	all = malloc(len + 1);
	if (all)
		pageowner_stack_fold(stack, plumbing, FOLDED_FRAMES, all, len + 1);
	return all;
}

/* All frames as the kernel wrote them, a line each */
static char *unfold(struct pageowner_text stack)
{
	char *text = malloc(stack.len + 2), *to = text;
	struct pageowner_frame frame;

	while (text && pageowner_frame_next(&stack, &frame)) {
		if (to > text)
			*to++ = '\n';
		to = mempcpy(to, frame.line.ptr, frame.line.len);
	}
	if (text)
		*to = '\0';
	return text;
}

int table_stack(struct libscols_line *line, size_t column,
		struct pageowner_text stack, const struct pageowner_plumbing *plumbing,
		bool full)
{
	/* Each line has one of these. */
	return put(line, column, full ? unfold(stack) : fold(stack, plumbing),
		   CELL_COST + LINE_COST);
}

int table_print(struct libscols_table *table, int ret)
{
	if (ret >= 0)
		ret = scols_print_table(table);
	scols_unref_table(table);
	return ret < 0 ? ret : 0;
}

void table_say_failure(int ret)
{
	if (ret == -ENOBUFS)
		cli_error("the table needs more memory than --max-memory allows: show fewer rows (--top=N), or write JSON (--json)");
	else if (ret < 0)
		cli_error("%s", strerror(-ret));
}
