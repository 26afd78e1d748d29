// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * table.c - rows of pageowner-stacks-top as a table, and for
 * other programs.
 */
#include "table.h"

#include <errno.h>
#include <libsmartcols.h>

#include "tools/lib/table.h"
#include "tools/lib/units.h"

enum column {
	SIZE, PAGES, SHARE, CHANGE, RATE, STACKS, NAME, OWNER, MODULE, STACK,
};

/* In the order of enum column; columns without information are hidden. */
static int add_columns(const struct top_table *r, struct libscols_table *table)
{
	const enum top_by by = r->view.by;
	const int one_sample = top_model_samples(r->model) < 2 ?
		SCOLS_FL_HIDDEN : 0;
	const struct {
		const char *name;
		int flags;
	} columns[] = {
		[SIZE] = { "SIZE", SCOLS_FL_RIGHT },
		[PAGES] = { "PAGES", SCOLS_FL_RIGHT },
		[SHARE] = { "SHARE", SCOLS_FL_RIGHT },
		[CHANGE] = { "CHANGE", SCOLS_FL_RIGHT | one_sample },
		[RATE] = { "PER SECOND", SCOLS_FL_RIGHT | one_sample },
		[STACKS] = { "STACKS", SCOLS_FL_RIGHT |
			(top_is_by_stack(&r->view) ? SCOLS_FL_HIDDEN : 0) },
		[NAME] = { top_bys[by].title ? top_bys[by].title : "",
			top_bys[by].title ? 0 : SCOLS_FL_HIDDEN },
		[OWNER] = { "OWNER", top_is_by_stack(&r->view) || top_bys[by].keys ?
			0 : SCOLS_FL_HIDDEN },
		[MODULE] = { "MODULE", top_is_by_stack(&r->view) || top_bys[by].keys ?
			0 : SCOLS_FL_HIDDEN },
	};

	for (size_t i = 0; i < STACK; i++)
		if (!scols_table_new_column(table, columns[i].name, 0,
					    columns[i].flags))
			return -ENOMEM;
	return table_stack_column(table, r->full, r->out->to_terminal, 0);
}

static double bytes_of(const struct top_table *r, double pages)
{
	return pages * (double)r->page_size;
}

static double share_of(const struct top_table *r, uint64_t pages)
{
	const uint64_t total = top_model_total(r->model, -1);

	return total ? (double)pages / (double)total : 0;
}

static int add_growth(const struct top_table *r, struct libscols_line *line, int column,
		      bool is_known, double pages)
{
	char buf[UNITS_TEXT_MAX];

	return table_printf(line, column, "%s", is_known ?
			    units_bytes(buf, bytes_of(r, pages), true) : CLI_UNKNOWN);
}

static int add_line(const struct top_table *r, struct libscols_table *table,
		    const struct top_row *row)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	char buf[UNITS_TEXT_MAX];
	double change, rate;
	const bool has_change = top_model_change(r->model, row, &change);
	const bool has_rate = top_model_rate(r->model, row, &rate);
	int ret = line ? 0 : -ENOMEM;

	if (ret == 0)
		ret = table_printf(line, SIZE, "%s", units_bytes(buf,
			bytes_of(r, (double)row->pages), false));
	if (ret == 0)
		ret = table_printf(line, PAGES, "%ju", (uintmax_t)row->pages);
	if (ret == 0)
		ret = table_printf(line, SHARE, "%.1f%%",
				   100 * share_of(r, row->pages));
	if (ret == 0)
		ret = add_growth(r, line, CHANGE, has_change, change);
	if (ret == 0)
		ret = add_growth(r, line, RATE, has_rate, rate);
	if (ret == 0)
		ret = table_printf(line, STACKS, "%zu", row->stacks);
	if (ret == 0)
		ret = top_bys[r->view.by].title && !top_bys[r->view.by].keys ?
			table_module(line, NAME, row->name) : table_text(line, NAME, row->name);
	if (ret == 0)
		ret = table_text(line, OWNER, row->owner);
	if (ret == 0)
		ret = table_module(line, MODULE, row->module);
	return ret < 0 ? ret : table_stack(line, STACK, row->stack, r->plumbing, r->full);
}

int top_table_print(const struct top_table *r)
{
	struct libscols_table *table = table_new(r->out, r->full);
	const struct top_row *rows;
	const size_t count = top_model_view(r->model, &r->view, &rows);
	int ret = table ? 0 : -ENOMEM;

	if (ret == 0)
		ret = add_columns(r, table);
	for (size_t i = 0; ret == 0 && i < count && i < r->top; i++)
		ret = add_line(r, table, &rows[i]);
	return table_print(table, ret);
}

/* --- for other programs */

struct rows {
	const struct top_table *report;
	const struct top_row *rows;
	size_t count;
};

static int next_row(void *data, size_t i, struct pageowner_export_row *to)
{
	const struct rows *r = data;
	const struct top_model *model = r->report->model;
	const struct top_row *row;
	double change;

	if (i >= r->count)
		return 0;
	row = &r->rows[i];
	to->name = row->name;
	to->stack = row->stack;
	to->pages = row->pages;
	to->stacks = row->stacks;
	if (top_model_samples(model) > 1) {
		to->has = top_model_change(model, row, &change) ?
			PAGEOWNER_EXPORT_ROW_CHANGE : PAGEOWNER_EXPORT_ROW_UNKNOWN;
		to->change_pages = (int64_t)(row->pages - row->first);
		if (top_model_rate(model, row, &to->pages_per_second))
			to->has |= PAGEOWNER_EXPORT_ROW_RATE;
	}
	return 1;
}

int top_table_export(struct pageowner_export *e, void *data, FILE *file)
{
	const struct top_table *r = data;
	struct rows rows = { .report = r };

	rows.count = top_model_view(r->model, &r->view, &rows.rows);
	return pageowner_export_rows(e, top_bys[r->view.by].by, top_model_selected(r->model),
				     next_row, &rows, r->conditions, file);
}
