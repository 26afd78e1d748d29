// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * table.c - a diff as a table.
 */
#include "table.h"

#include <errno.h>
#include <libsmartcols.h>
#include <string.h>

#include "tools/lib/message.h"
#include "tools/lib/table.h"
#include "tools/lib/units.h"

static bool has_changed(const struct pageowner_change *c)
{
	for (size_t i = 1; i < c->snapshots; i++)
		if (c->pages[i] != c->pages[0])
			return true;
	return c->snapshots == 1;
}

/* Position in the rows to write */
struct walk {
	size_t next, shown;
};

/* 1 with *change set, 0 at the end, -ENOMEM */
static int next_row(const struct diff_table *r, struct walk *walk,
		    const struct pageowner_change **change)
{
	const size_t count = pageowner_diff_count(r->diff);

	while (walk->next < count && walk->shown < r->top) {
		const int ret = pageowner_diff_change(r->diff, walk->next++, change);

		if (ret < 0)
			return ret;
		if (r->all || has_changed(*change)) {
			walk->shown++;
			return 1;
		}
	}
	return 0;
}

/* --- table */

enum column { CHANGE, PAGES, FIRST, LAST, SLOPE, FIT, NOTE, OWNER, MODULE, STACK };

static struct libscols_column *add_column(struct libscols_table *table,
					  const char *name, int flags)
{
	return scols_table_new_column(table, name, 0, flags);
}

/* In the order of enum column; columns without information are hidden. */
static int add_columns(const struct diff_table *r, struct libscols_table *table)
{
	const int no_trend = r->count < 3 ? SCOLS_FL_HIDDEN : 0;
	const int no_stack = pageowner_by_is_stack(r->by) ? 0 : SCOLS_FL_HIDDEN;
	const char *slope = pageowner_diff_has_times(r->diff) ?
		"PER HOUR" : "PER SNAPSHOT";

	if (!add_column(table, "CHANGE", SCOLS_FL_RIGHT) ||
	    !add_column(table, "PAGES", SCOLS_FL_RIGHT) ||
	    !add_column(table, "FIRST", SCOLS_FL_RIGHT) ||
	    !add_column(table, "LAST", SCOLS_FL_RIGHT) ||
	    !add_column(table, slope, SCOLS_FL_RIGHT | no_trend) ||
	    !add_column(table, "FIT", SCOLS_FL_RIGHT | no_trend) ||
	    !add_column(table, "NOTE", 0) ||
	    !add_column(table, "OWNER", r->by == PAGEOWNER_BY_MODULE ?
			SCOLS_FL_HIDDEN : 0) ||
	    !add_column(table, "MODULE", r->by == PAGEOWNER_BY_OWNER ?
			SCOLS_FL_HIDDEN : 0))
		return -ENOMEM;
	return table_stack_column(table, r->full, r->out.to_terminal, no_stack);
}

/* Whether not even the least that it grew is known */
static bool is_unknown(const struct pageowner_change *c)
{
	return c->flags & PAGEOWNER_CHANGE_UNKNOWN && c->least_change <= 0;
}

static const char *note_of(const struct pageowner_change *c)
{
	if (c->flags & PAGEOWNER_CHANGE_UNKNOWN)
		return is_unknown(c) ? "unknown" : "at least";
	if (c->flags & PAGEOWNER_CHANGE_NEW)
		return "new";
	if (c->flags & PAGEOWNER_CHANGE_VANISHED)
		return "gone";
	return c->flags & PAGEOWNER_CHANGE_STEADY ? "steady" : "";
}

static int set_owner(const struct diff_table *r, struct libscols_line *line,
		     const struct pageowner_change *c)
{
	int ret;

	if (r->by == PAGEOWNER_BY_OWNER)
		return c->name.len ? table_text(line, OWNER, c->name) :
			table_printf(line, OWNER, CLI_NO_OWNER);
	if (r->by == PAGEOWNER_BY_MODULE)
		return table_module(line, MODULE, c->name);
	ret = table_owner(line, OWNER, c->stack, r->plumbing);
	if (ret == 0)
		ret = table_module_of(line, MODULE, c->stack);
	return ret < 0 ? ret : table_stack(line, STACK, c->stack, r->plumbing, r->full);
}

static int set_trend(const struct diff_table *r, struct libscols_line *line,
		     const struct pageowner_change *c)
{
	const double hour = pageowner_diff_has_times(r->diff) ? 3600 : 1;
	char buf[UNITS_TEXT_MAX];
	int ret;

	/* The line through what came back to where it was says nothing, nor one through
	 * guesses. */
	if (!c->change || is_unknown(c))
		return 0;
	ret = table_printf(line, SLOPE, "%s",
			   units_bytes(buf, c->slope * hour * (double)r->page_size, true));
	return ret < 0 ? ret : table_printf(line, FIT, "%.0f%%", c->fit * 100);
}

static int add_line(const struct diff_table *r, struct libscols_table *table,
		    const struct pageowner_change *c)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	const bool hides = is_unknown(c);
	char buf[UNITS_TEXT_MAX];
	int ret = line ? 0 : -ENOMEM;

	if (ret == 0)
		ret = table_printf(line, CHANGE, "%s", hides ? "?" :
				  units_bytes(buf, (double)c->least_change *
					      (double)r->page_size, true));
	if (ret == 0)
		ret = table_printf(line, PAGES, hides ? "?" : "%+jd",
				   (intmax_t)c->least_change);
	if (ret == 0)
		ret = table_printf(line, FIRST, "%ju", (uintmax_t)c->pages[0]);
	if (ret == 0)
		ret = table_printf(line, LAST, "%ju",
				  (uintmax_t)c->pages[c->snapshots - 1]);
	if (ret == 0)
		ret = set_trend(r, line, c);
	if (ret == 0)
		ret = table_printf(line, NOTE, "%s", note_of(c));
	return ret < 0 ? ret : set_owner(r, line, c);
}

/* How many rows --top left out */
static void note_rest(const struct diff_table *r, struct walk *walk)
{
	const struct pageowner_change *change;
	struct diff_table all = *r;
	size_t rest = 0;

	all.top = SIZE_MAX;
	while (next_row(&all, walk, &change) > 0)
		rest++;
	if (rest && !r->quiet)
		cli_error("note: %zu more rows (--top=0 shows all)", rest);
}

int diff_table_print(const struct diff_table *r)
{
	struct libscols_table *table = table_new(&r->out, r->full);
	const struct pageowner_change *change;
	struct walk walk = { 0 };
	int ret = table ? 0 : -ENOMEM;

	if (ret == 0)
		ret = add_columns(r, table);
	while (ret == 0 && (ret = next_row(r, &walk, &change)) > 0)
		ret = add_line(r, table, change);
	if (ret == 0 && !walk.shown) {
		scols_unref_table(table);
		fputs("no change\n", r->out.file);
		return 0;
	}
	ret = table_print(table, ret);
	if (ret == 0)
		note_rest(r, &walk);
	return ret;
}
