// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * top-report.c - rows of pageowner-stacks-top as a table or as JSON.
 */
#include "report.h"

#include <errno.h>
#include <jansson.h>
#include <libsmartcols.h>

#include "export/json.h"
#include "tools/lib/table.h"
#include "tools/lib/units.h"

enum column {
	SIZE, PAGES, SHARE, CHANGE, RATE, STACKS, OWNER, MODULE, STACK,
};

/* In the order of enum column; those that say nothing here are hidden. */
static int add_columns(const struct top_report *r, struct libscols_table *table)
{
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
			(r->view.by == TOP_BY_STACK ? SCOLS_FL_HIDDEN : 0) },
		[OWNER] = { "OWNER",
			r->view.by == TOP_BY_MODULE ? SCOLS_FL_HIDDEN : 0 },
		[MODULE] = { "MODULE",
			r->view.by == TOP_BY_OWNER ? SCOLS_FL_HIDDEN : 0 },
	};

	for (size_t i = 0; i < STACK; i++)
		if (!scols_table_new_column(table, columns[i].name, 0,
					    columns[i].flags))
			return -ENOMEM;
	return table_stack_column(table, r->full, r->out->to_terminal, 0);
}

static double bytes_of(const struct top_report *r, double pages)
{
	return pages * (double)r->page_size;
}

static double share_of(const struct top_report *r, uint64_t pages)
{
	const uint64_t total = top_model_total(r->model, -1);

	return total ? (double)pages / (double)total : 0;
}

static double change_of(const struct top_row *row)
{
	return (double)row->pages - (double)row->first;
}

static int add_line(const struct top_report *r, struct libscols_table *table,
		    const struct top_row *row)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	char buf[UNITS_TEXT_MAX];
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
		ret = table_printf(line, CHANGE, "%s", units_bytes(buf,
			bytes_of(r, change_of(row)), true));
	if (ret == 0)
		ret = table_printf(line, RATE, "%s", units_bytes(buf,
			bytes_of(r, top_model_rate(r->model, row)), true));
	if (ret == 0)
		ret = table_printf(line, STACKS, "%zu", row->stacks);
	if (ret == 0)
		ret = table_text(line, OWNER, row->owner);
	if (ret == 0)
		ret = row->module.len ? table_text(line, MODULE, row->module) :
			table_printf(line, MODULE, "-");
	return ret < 0 ? ret : table_stack(line, STACK, row->stack, r->full);
}

int top_report_table(const struct top_report *r)
{
	struct libscols_table *table = table_new(r->out, r->full);
	const struct top_row *rows;
	const size_t count = top_model_view(r->model, &r->view, &rows);
	int ret = table ? 0 : -ENOMEM;

	if (ret == 0)
		ret = add_columns(r, table);
	for (size_t i = 0; ret == 0 && i < count && i < r->top; i++)
		ret = add_line(r, table, &rows[i]);
	if (ret == 0)
		ret = scols_print_table(table);
	scols_unref_table(table);
	return ret < 0 ? ret : 0;
}

static json_t *row_json(const struct top_report *r, const struct top_row *row)
{
	json_t *value = json_pack("{s:I, s:f, s:f, s:I}",
		"pages", json_most(row->pages),
		"bytes", bytes_of(r, (double)row->pages),
		"share", share_of(r, row->pages),
		"stacks", json_most(row->stacks));

	if (r->view.by != TOP_BY_MODULE)
		json_set(&value, "owner", json_text(row->owner));
	if (r->view.by != TOP_BY_OWNER)
		json_set(&value, "module", json_text(row->module));
	if (top_model_samples(r->model) > 1) {
		json_set(&value, "change_pages",
				    json_real(change_of(row)));
		json_set(&value, "pages_per_second",
			json_real(top_model_rate(r->model, row)));
	}
	json_set(&value, r->view.by == TOP_BY_STACK ? "stack" :
			    "largest_stack", json_frames(row->stack));
	return value;
}

int top_report_json(const struct top_report *r)
{
	static const char *const names[] = { "stack", "owner", "module" };
	const struct top_row *rows;
	const size_t count = top_model_view(r->model, &r->view, &rows);
	int ret = 0;

	fprintf(r->out->file, "{\"version\": 1, \"by\": \"%s\", "
		"\"page_size\": %ju, \"total_pages\": %ju,\n\"rows\": [",
		names[r->view.by], (uintmax_t)r->page_size,
		(uintmax_t)json_most(top_model_total(r->model, -1)));
	for (size_t i = 0; ret == 0 && i < count && i < r->top; i++) {
		fputs(i ? ",\n" : "\n", r->out->file);
		ret = json_put(r->out->file, row_json(r, &rows[i]));
	}
	fputs("\n]}\n", r->out->file);
	return ret;
}
