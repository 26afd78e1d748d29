// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * account-table.c - an account as a table.
 *
 * Each column adds up: meminfo to MemTotal, recorded memory to all records; the
 * difference is meminfo minus recorded, in every line.
 */
#include "tools/account-table.h"

#include <errno.h>
#include <libsmartcols.h>
#include <string.h>

#include "tools/lib/table.h"
#include "tools/lib/units.h"

enum column { WHAT, MEMINFO, RECORDED, DIFFERENCE, MODULE, STACK };

static struct pageowner_text text_of(const char *string)
{
	return (struct pageowner_text){ string, strlen(string) };
}

static double bytes_of(const struct account_report *r, uint64_t pages)
{
	return (double)pages * (double)r->page_size;
}

/* Lines of zeros are left out, except those that a user looks for. */
static bool is_shown(const struct pageowner_account_line *line)
{
	return line->meminfo_bytes || line->outside_bytes || line->pages || line->id == PAGEOWNER_ACCOUNT_FREE ||
		line->id == PAGEOWNER_ACCOUNT_OTHER ||
		line->id == PAGEOWNER_ACCOUNT_BEFORE;
}

/* The next holder to show: 1, or 0 */
static int next_holder(const struct account_report *r, size_t i,
		       const struct pageowner_account_holder **holder)
{
	return i < r->top && pageowner_account_holder(r->account, i, holder) > 0 &&
		(*holder)->pages >= r->threshold;
}

static const struct pageowner_account_line *
find_line(const struct pageowner_account *account, enum pageowner_account_class id)
{
	const struct pageowner_account_line *line = NULL;

	for (size_t i = 0; pageowner_account_line(account, i, &line) > 0; i++)
		if (line->id == id)
			break;
	return line;
}

static int put_size(struct libscols_line *line, enum column column, double bytes)
{
	char buf[UNITS_TEXT_MAX];

	return table_printf(line, column, "%s", units_bytes(buf, bytes, false));
}

/* Where a holder has its stack: "4.0 GiB are ..." */
static int put_explanation(struct libscols_line *line,
			   const struct pageowner_account_line *class, double outside)
{
	char buf[UNITS_TEXT_MAX];

	return outside > 0 ?
		table_printf(line, STACK, "%s: %s", units_bytes(buf, outside, false),
			     class->explanation) :
		table_text(line, STACK, text_of(class->explanation));
}

static int add_class(const struct account_report *r, struct libscols_table *table,
		     const struct pageowner_account_line *class)
{
	const double named = (double)class->meminfo_bytes;
	const double outside = (double)class->outside_bytes;
	const double recorded = bytes_of(r, class->pages);
	struct libscols_line *line = scols_table_new_line(table, NULL);
	int ret = line ? table_text(line, WHAT, text_of(class->label)) : -ENOMEM;

	if (ret == 0 && class->has & PAGEOWNER_ACCOUNT_HAS_MEMINFO)
		ret = put_size(line, MEMINFO, named);
	if (ret < 0 || !(class->has & PAGEOWNER_ACCOUNT_HAS_RECORDS))
		return ret;
	ret = put_size(line, RECORDED, recorded);
	if (ret == 0)
		ret = put_size(line, DIFFERENCE, named + outside - recorded);
	if (ret == 0 && class->explanation)
		ret = put_explanation(line, class, outside);
	return ret;
}

static int add_holder(const struct account_report *r, struct libscols_table *table,
		      const struct pageowner_account_holder *holder)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	int ret = line ? table_printf(line, WHAT, "  %.*s", (int)holder->owner.len,
				      holder->owner.ptr) : -ENOMEM;

	if (ret == 0 && !holder->owner.len)
		ret = table_printf(line, WHAT, "  " CLI_NO_STACK);
	if (ret == 0)
		ret = put_size(line, RECORDED, bytes_of(r, holder->pages));
	if (ret == 0)
		ret = table_module(line, MODULE, holder->module);
	return ret < 0 ? ret : table_stack(line, STACK, holder->stack, r->plumbing, r->full);
}

/* The holders that are shown, and one line for all others */
static int add_holders(const struct account_report *r, struct libscols_table *table)
{
	const struct pageowner_account_holder *holder;
	struct libscols_line *line;
	uint64_t pages = 0;
	size_t shown = 0, rest = 0;
	int ret = 0;

	for (; ret == 0 && next_holder(r, shown, &holder); shown++)
		ret = add_holder(r, table, holder);
	for (; ret == 0 && pageowner_account_holder(r->account, shown + rest, &holder) > 0;
	     rest++)
		pages += holder->pages;
	if (ret < 0 || !rest)
		return ret;
	line = scols_table_new_line(table, NULL);
	if (!line || table_printf(line, WHAT, "  %zu others", rest) < 0)
		return -ENOMEM;
	return put_size(line, RECORDED, bytes_of(r, pages));
}

static int add_total(const struct account_report *r, struct libscols_table *table)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	int ret = line ? table_printf(line, WHAT, "all memory") : -ENOMEM;
	const struct pageowner_account_line *class;
	double recorded, used;
	uint64_t total, pages;

	pageowner_account_total(r->account, &total, &pages);
	recorded = bytes_of(r, pages);
	used = (double)total -
		(double)find_line(r->account, PAGEOWNER_ACCOUNT_FREE)->meminfo_bytes;
	for (size_t i = 0; pageowner_account_line(r->account, i, &class) > 0; i++)
		used += (double)class->outside_bytes;
	if (ret == 0)
		ret = put_size(line, MEMINFO, (double)total);
	if (ret == 0)
		ret = put_size(line, RECORDED, recorded);
	return ret < 0 ? ret : put_size(line, DIFFERENCE, used - recorded);
}

/* "unaccounted: 6.2 GiB, of which 5.9 GiB rx_poll [driver]; 22.7 MiB have no record, ..." */
static void put_summary(const struct account_report *r)
{
	const struct pageowner_account_line *other =
		find_line(r->account, PAGEOWNER_ACCOUNT_OTHER);
	const uint64_t before = find_line(r->account, PAGEOWNER_ACCOUNT_BEFORE)->pages;
	const double left = (double)other->meminfo_bytes;
	const double unknown = left - bytes_of(r, other->pages);
	const struct pageowner_account_holder *holder;
	char buf[UNITS_TEXT_MAX];

	cli_put_string(r->out, "unaccounted: ");
	cli_put_string(r->out, units_bytes(buf, left, false));
	for (size_t i = 0; i < 3; i++) {
		/* A small part of it does not explain it. */
		if (pageowner_account_holder(r->account, i, &holder) <= 0 ||
		    bytes_of(r, holder->pages) < left / 20)
			break;
		cli_put_string(r->out, i ? ", " : ", of which ");
		cli_put_string(r->out, units_bytes(buf, bytes_of(r, holder->pages), false));
		cli_put_string(r->out, " ");
		cli_put_text(r->out, holder->owner.len ? holder->owner :
			     text_of(CLI_NO_STACK));
		if (holder->module.len) {
			cli_put_string(r->out, " [");
			cli_put_text(r->out, holder->module);
			cli_put_string(r->out, "]");
		}
	}
	if (unknown < 0) {
		cli_put_string(r->out, "; records exceed that by ");
		cli_put_string(r->out, units_bytes(buf, -unknown, false));
	} else {
		cli_put_string(r->out, "; ");
		cli_put_string(r->out, units_bytes(buf, unknown, false));
		cli_put_string(r->out, " have no record");
	}
	if (before) {
		cli_put_string(r->out, ", ");
		cli_put_string(r->out, units_bytes(buf, bytes_of(r, before), false));
		cli_put_string(r->out, " were allocated before tracking began");
	}
	cli_put_string(r->out, "\n\n");
}

/* Columns of the terminal that are left for the last column of the table */
static size_t room_of_last(struct libscols_table *table, const char *const *names)
{
	const size_t columns = scols_table_get_termwidth(table);
	size_t used = 0;

	for (size_t c = 0; c < STACK; c++) {
		size_t width = strlen(names[c]);

		for (size_t i = 0; i < scols_table_get_nlines(table); i++) {
			struct libscols_line *line = scols_table_get_line(table, i);
			const char *text = scols_cell_get_data(scols_line_get_cell(line, c));
			const size_t len = text ? strlen(text) : 0;

			width = len > width ? len : width;
		}
		used += width + 1;
	}
	return columns > used ? columns - used : 0;
}

/* Reasons that a narrow terminal cuts off, whole, below the table */
static void put_cut_reasons(const struct account_report *r, size_t room)
{
	const struct pageowner_account_line *class;
	bool is_first = true;

	for (size_t i = 0; pageowner_account_line(r->account, i, &class) > 0; i++) {
		const size_t more = class->outside_bytes ? UNITS_TEXT_MAX : 0;

		if (!is_shown(class) || !class->explanation ||
		    strlen(class->explanation) + more <= room)
			continue;
		if (is_first)
			cli_put_string(r->out, "\n");
		is_first = false;
		cli_put_string(r->out, class->label);
		cli_put_string(r->out, ": ");
		cli_put_string(r->out, class->explanation);
		cli_put_string(r->out, "\n");
	}
}

int account_report_table(const struct account_report *r)
{
	static const char *const names[] = {
		"WHAT", "MEMINFO", "RECORDED", "DIFFERENCE", "MODULE",
	};
	struct libscols_table *table = table_new(r->out, r->full);
	const struct pageowner_account_line *class;
	size_t room = SIZE_MAX;
	int ret = table ? 0 : -ENOMEM;

	for (size_t i = 0; ret == 0 && i < STACK; i++)
		if (!scols_table_new_column(table, names[i], 0, i == WHAT || i == MODULE ?
					    0 : SCOLS_FL_RIGHT))
			ret = -ENOMEM;
	if (ret == 0)
		ret = table_stack_column(table, r->full, r->out->to_terminal, 0);
	for (size_t i = 0; ret == 0 && pageowner_account_line(r->account, i, &class) > 0; i++) {
		if (is_shown(class))
			ret = add_class(r, table, class);
		if (ret == 0 && class->id == PAGEOWNER_ACCOUNT_OTHER)
			ret = add_holders(r, table);
	}
	if (ret == 0)
		ret = add_total(r, table);
	if (ret == 0)
		put_summary(r);
	if (ret == 0 && r->out->to_terminal && !r->full)
		room = room_of_last(table, names);
	ret = table_print(table, ret);
	if (ret == 0)
		put_cut_reasons(r, room);
	return ret;
}
