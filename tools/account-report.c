// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * account-report.c - an account as a table or as JSON.
 *
 * Each column adds up: what meminfo says to MemTotal, what is recorded to all records,
 * and the difference is the one less the other, in every line.
 */
#include "tools/account-report.h"

#include <errno.h>
#include <jansson.h>
#include <libsmartcols.h>
#include <string.h>

#include "export/json.h"
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

/* Which lines a report has: what neither side tells is no line. */
static bool is_shown(const struct account_report *r, enum account_class class)
{
	return class == ACCOUNT_FREE || class >= ACCOUNT_NAMED ||
		account_bytes(r->account, class) || r->account->pages[class];
}

static bool row_is_shown(const struct account_report *r, size_t i)
{
	return i < r->account->count && i < r->top &&
		r->account->rows[i].pages >= r->threshold;
}

static int put_size(struct libscols_line *line, enum column column, double bytes)
{
	char buf[UNITS_TEXT_MAX];

	return table_printf(line, column, "%s", units_bytes(buf, bytes, false));
}

static int add_class(const struct account_report *r, struct libscols_table *table,
		     enum account_class class)
{
	const double named = (double)account_bytes(r->account, class);
	const double recorded = bytes_of(r, r->account->pages[class]);
	struct libscols_line *line = scols_table_new_line(table, NULL);
	int ret = line ? table_text(line, WHAT, text_of(account_name(class))) : -ENOMEM;

	if (ret == 0 && class != ACCOUNT_BEFORE)
		ret = put_size(line, MEMINFO, named);
	if (ret == 0 && class != ACCOUNT_FREE)
		ret = put_size(line, RECORDED, recorded);
	return ret < 0 || class == ACCOUNT_FREE ? ret :
		put_size(line, DIFFERENCE, named - recorded);
}

static int add_row(const struct account_report *r, struct libscols_table *table,
		   const struct account_row *row)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	int ret = line ? table_printf(line, WHAT, "  %s",
				      *row->owner ? row->owner : "(no stack)") : -ENOMEM;

	if (ret == 0)
		ret = put_size(line, RECORDED, bytes_of(r, row->pages));
	if (ret == 0)
		ret = table_text(line, MODULE, text_of(*row->module ? row->module : "-"));
	return ret < 0 ? ret : table_stack(line, STACK, text_of(row->stack), r->full);
}

/* Of what meminfo does not name, what no row shows */
static int add_rest(const struct account_report *r, struct libscols_table *table)
{
	struct libscols_line *line;
	uint64_t pages = 0;
	size_t rest = 0;

	for (size_t i = 0; i < r->account->count; i++) {
		if (row_is_shown(r, i))
			continue;
		pages += r->account->rows[i].pages;
		rest++;
	}
	if (!rest)
		return 0;
	line = scols_table_new_line(table, NULL);
	if (!line || table_printf(line, WHAT, "  %zu others", rest) < 0)
		return -ENOMEM;
	return put_size(line, RECORDED, bytes_of(r, pages));
}

static uint64_t all_pages(const struct account *account)
{
	uint64_t pages = 0;

	for (int class = 0; class < ACCOUNT_CLASSES; class++)
		pages += account->pages[class];
	return pages;
}

static int add_total(const struct account_report *r, struct libscols_table *table)
{
	const double recorded = bytes_of(r, all_pages(r->account));
	const double used = (double)r->account->total -
		(double)account_bytes(r->account, ACCOUNT_FREE);
	struct libscols_line *line = scols_table_new_line(table, NULL);
	int ret = line ? table_printf(line, WHAT, "all memory") : -ENOMEM;

	if (ret == 0)
		ret = put_size(line, MEMINFO, (double)r->account->total);
	if (ret == 0)
		ret = put_size(line, RECORDED, recorded);
	return ret < 0 ? ret : put_size(line, DIFFERENCE, used - recorded);
}

/* "unaccounted: 6.2 GiB, of which 5.9 GiB rx_poll [driver]; nobody is recorded for ..." */
static void put_summary(const struct account_report *r)
{
	const struct account *a = r->account;
	const double left = (double)account_bytes(a, ACCOUNT_OTHER);
	const double unknown = left - bytes_of(r, a->pages[ACCOUNT_OTHER]);
	char buf[UNITS_TEXT_MAX];

	cli_put_string(r->out, "unaccounted: ");
	cli_put_string(r->out, units_bytes(buf, left, false));
	for (size_t i = 0; i < 3 && i < a->count; i++) {
		const struct account_row *row = &a->rows[i];

		/* What is little beside it does not explain it. */
		if (bytes_of(r, row->pages) < left / 20)
			break;
		cli_put_string(r->out, i ? ", " : ", of which ");
		cli_put_string(r->out, units_bytes(buf, bytes_of(r, row->pages), false));
		cli_put_string(r->out, " ");
		cli_put_text(r->out, text_of(*row->owner ? row->owner : "(no stack)"));
		if (*row->module) {
			cli_put_string(r->out, " [");
			cli_put_text(r->out, text_of(row->module));
			cli_put_string(r->out, "]");
		}
	}
	if (unknown < 0) {
		cli_put_string(r->out, "; recorded is more than that by ");
		cli_put_string(r->out, units_bytes(buf, -unknown, false));
	} else {
		cli_put_string(r->out, "; nobody is recorded for ");
		cli_put_string(r->out, units_bytes(buf, unknown, false));
	}
	if (a->pages[ACCOUNT_BEFORE]) {
		cli_put_string(r->out, ", and before tracking began there were ");
		cli_put_string(r->out, units_bytes(buf,
			bytes_of(r, a->pages[ACCOUNT_BEFORE]), false));
	}
	cli_put_string(r->out, "\n\n");
}

int account_report_table(const struct account_report *r)
{
	static const char *const names[] = {
		"WHAT", "MEMINFO", "RECORDED", "DIFFERENCE", "MODULE",
	};
	struct libscols_table *table = table_new(r->out, r->full);
	int ret = table ? 0 : -ENOMEM;

	for (size_t i = 0; ret == 0 && i < STACK; i++)
		if (!scols_table_new_column(table, names[i], 0, i == WHAT || i == MODULE ?
					    0 : SCOLS_FL_RIGHT))
			ret = -ENOMEM;
	if (ret == 0)
		ret = table_stack_column(table, r->full, r->out->to_terminal, 0);
	for (int class = 0; ret == 0 && class < ACCOUNT_CLASSES; class++) {
		if (is_shown(r, class))
			ret = add_class(r, table, class);
		if (class != ACCOUNT_OTHER)
			continue;
		for (size_t i = 0; ret == 0 && row_is_shown(r, i); i++)
			ret = add_row(r, table, &r->account->rows[i]);
		if (ret == 0)
			ret = add_rest(r, table);
	}
	if (ret == 0)
		ret = add_total(r, table);
	if (ret == 0) {
		put_summary(r);
		ret = scols_print_table(table);
	}
	scols_unref_table(table);
	return ret < 0 ? ret : 0;
}

static json_t *class_json(const struct account_report *r, enum account_class class)
{
	const struct account *a = r->account;
	json_t *value = json_pack("{s:s}", "name", account_name(class));

	if (class < ACCOUNT_NAMED ? a->is_told[class] : class == ACCOUNT_OTHER)
		json_object_set_new(value, "meminfo_bytes",
				    json_integer(account_bytes(a, class)));
	if (class != ACCOUNT_FREE) {
		json_object_set_new(value, "recorded_pages",
				    json_integer(json_most(a->pages[class])));
		json_object_set_new(value, "recorded_bytes",
				    json_real(bytes_of(r, a->pages[class])));
	}
	return value;
}

static json_t *row_json(const struct account_report *r, const struct account_row *row)
{
	json_t *value = json_pack("{s:I, s:f, s:I}", "pages", json_most(row->pages),
				  "bytes", bytes_of(r, row->pages),
				  "stacks", json_most(row->stacks));

	json_object_set_new(value, "owner", json_text(text_of(row->owner)));
	json_object_set_new(value, "module", json_text(text_of(row->module)));
	json_object_set_new(value, "largest_stack", json_frames(text_of(row->stack)));
	return value;
}

int account_report_json(const struct account_report *r)
{
	const struct account *a = r->account;
	FILE *file = r->out->file;
	int ret = 0;

	fprintf(file, "{\"version\": 1, \"page_size\": %ju, \"total_bytes\": %ju,\n"
		"\"unaccounted_bytes\": %jd, \"recorded_pages\": %ju,\n\"classes\": [",
		(uintmax_t)r->page_size, (uintmax_t)a->total,
		(intmax_t)account_bytes(a, ACCOUNT_OTHER), (uintmax_t)all_pages(a));
	for (int class = 0; ret == 0 && class < ACCOUNT_CLASSES; class++) {
		fputs(class ? ",\n" : "\n", file);
		ret = json_put(file, class_json(r, class));
	}
	fputs("\n],\n\"unaccounted\": [", file);
	for (size_t i = 0; ret == 0 && row_is_shown(r, i); i++) {
		fputs(i ? ",\n" : "\n", file);
		ret = json_put(file, row_json(r, &a->rows[i]));
	}
	fputs("\n]}\n", file);
	return ret;
}
