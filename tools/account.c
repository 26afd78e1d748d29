// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * account.c - pageowner-account: where all memory is, from files of /proc and /sys.
 *
 * Options, messages and the table; what a file says is known to the library. With records:
 * pageowner-stacks-top --account (top/account.c).
 */
#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pageowner/pageowner.h>

#include "tools/lib/format.h"
#include "tools/lib/memory.h"
#include "tools/lib/message.h"
#include "tools/lib/options.h"
#include "tools/lib/output.h"
#include "tools/lib/overwrite.h"
#include "tools/lib/table.h"
#include "tools/lib/units.h"

#define TOP_OF_TABLE	5
#define DETAIL_INDENT	"      "
#define MEMINFO_MAX	((size_t)1 << 20)

struct account_options {
	struct common_options common;
	uint64_t top;
	const char *input;	/* "/", a folder, or "-" */
	struct pageowner_export *export;
};

/* --- options */

static const struct option_entry entries[] = {
	OPTION_TOP(struct account_options, top, "of each class; default 5 in a table; 0: all"),
};

static const struct option_format formats[] = {
	{ "table", "our own report" }, { NULL, NULL },
};

static const struct option_table table = {
	.usage = "[OPTION]... [FOLDER|-]",
	.summary =
"Show where all memory of a machine is, without records of page_owner: each line\n"
"of /proc/meminfo, and what slabinfo, vmallocinfo, zoneinfo ... say it is.\n"
"FOLDER has the proc/ and sys/ of another machine, as sosreport saves them; with\n"
"\"-\" meminfo alone is read from standard input; otherwise the files of this\n"
"machine are read, for some of which only root has permission.\n",
	.common = OPTIONS_PAGE_SIZE | OPTIONS_MEMORY | OPTIONS_FORMAT | OPTIONS_OUTPUT,
	.entries = entries, .count = sizeof(entries) / sizeof(entries[0]),
	.formats = formats, .export_uses = PAGEOWNER_EXPORT_ACCOUNT,
	.notes =
"Exit status: 0 everything was read, 1 failed, 2 wrong usage, 3 the report is\n"
"complete, but a file was damaged, could not be read, or contradicts meminfo.\n",
	.usage_status = CLI_USAGE,
};

/* -1 to continue, or the exit status after a message */
static int parse_options(struct account_options *opt, int argc, char *argv[])
{
	const int status = options_parse(&table, &opt->common, argc, argv);

	if (status >= 0)
		return status;
	if (argc - optind > 1)
		return options_refuse(&table, "too many file names: %s (one machine at a time)",
				      argv[argc - 1]);
	opt->input = argc > optind ? argv[optind] : "/";
	if (!strcmp(opt->common.format, "table"))
		return -1;
	opt->export = format_new(opt->common.format, PAGEOWNER_EXPORT_ACCOUNT);
	return opt->export ? -1 : CLI_USAGE;
}

/* --- reading */

/* Standard input is a meminfo: 0, or -1 after a message */
static int add_standard_input(struct pageowner_account *account)
{
	char *text = malloc(MEMINFO_MAX);
	size_t len = text ? fread(text, 1, MEMINFO_MAX, stdin) : 0;
	int ret = -1;

	if (!text)
		cli_error("%s", strerror(ENOMEM));
	else if (ferror(stdin))
		cli_error("standard input: %s", strerror(errno));
	else
		ret = pageowner_account_add_source(account, PAGEOWNER_ACCOUNT_MEMINFO, NULL,
						   (struct pageowner_text){ text, len });
	if (text && ret < 0 && *pageowner_account_error(account))
		cli_error("standard input: %s", pageowner_account_error(account));
	free(text);
	return ret;
}

/* 0, or negative after a message */
static int fill(const struct account_options *opt, struct pageowner_account *account)
{
	int ret = pageowner_account_set_budget(account, memory_budget());

	if (ret == 0 && opt->common.page_size)
		ret = pageowner_account_set_page_size(account, opt->common.page_size);
	if (ret == 0 && !strcmp(opt->input, "-"))
		return add_standard_input(account);
	if (ret == 0)
		ret = pageowner_account_load_machine(account, opt->input);
	if (ret < 0)
		cli_error("%s", pageowner_account_error(account));
	memory_advise(ret, "read it from a copy with fewer lines");
	return ret;
}

/* What became of a file: whether it is as it should be */
static bool report_file(const struct account_options *opt,
			const struct pageowner_account_file *file)
{
	const char *path = strcmp(opt->input, "-") ? file->path : "standard input";

	if (file->state == PAGEOWNER_ACCOUNT_REFUSED)
		cli_error("%s: %s (run it as root)", path, strerror(file->error));
	if (file->state == PAGEOWNER_ACCOUNT_FAILED)
		cli_error("%s: %s", path, file->error == EINVAL ? "not a regular file" :
			  strerror(file->error));
	if (file->bad_lines)
		cli_error("%s: %" PRIu64 " of %" PRIu64 " lines are damaged and left out, the first is line %" PRIu64,
			  path, file->bad_lines, file->lines, file->first_bad_line);
	if (file->explanation)
		cli_error("%s: %s", path, file->explanation);
	return file->state != PAGEOWNER_ACCOUNT_REFUSED &&
		file->state != PAGEOWNER_ACCOUNT_FAILED && !file->bad_lines &&
		!file->explanation;
}

static enum cli_status report_lines(const struct account_options *opt,
				    const struct pageowner_account *account)
{
	char parts[UNITS_TEXT_MAX], whole[UNITS_TEXT_MAX];
	const struct pageowner_account_line *line;
	enum cli_status status = CLI_OK;

	for (size_t i = 0; pageowner_account_line(account, i, &line) > 0; i++) {
		if (line->meminfo_bytes < 0) {
			cli_error("meminfo counts %s twice: it is damaged",
				  units_bytes(whole, -(double)line->meminfo_bytes, false));
			status = CLI_DAMAGED;
		} else if (line->has & PAGEOWNER_ACCOUNT_PARTS_EXCEED && !opt->common.quiet) {
			cli_error("note: %s: the parts are %s, all of it is %s: they are of another moment, or an estimate",
				  line->label,
				  units_bytes(parts, (double)line->parts_bytes, false),
				  units_bytes(whole, (double)line->meminfo_bytes, false));
		}
	}
	return status;
}

/* What cannot be, and what could not be read: CLI_OK or CLI_DAMAGED */
static enum cli_status report_faults(const struct account_options *opt,
				     const struct pageowner_account *account)
{
	const struct pageowner_account_file *file;
	enum cli_status status = report_lines(opt, account);

	for (size_t i = 0; pageowner_account_file(account, i, &file) > 0; i++)
		if (!report_file(opt, file))
			status = CLI_DAMAGED;
	return status;
}

/* --- the table */

enum column { WHAT, SIZE, SHARE, COUNT, FROM };

struct report {
	const struct pageowner_account *account;
	struct libscols_table *table;
	uint64_t total, top;
};

/* A line of the table, whose share is not known if it is @outside: 0, -ENOMEM, -ENOBUFS.
 * @line: set to it, unless NULL */
static int add_row(const struct report *r, const char *indent, struct pageowner_text what,
		   double bytes, bool outside, struct libscols_line **line)
{
	struct libscols_line *row = scols_table_new_line(r->table, NULL);
	char buf[UNITS_TEXT_MAX];
	int ret = row ? table_printf(row, WHAT, "%s%.*s", indent, (int)what.len, what.ptr) :
		-ENOMEM;

	if (ret == 0)
		ret = table_printf(row, SIZE, "%s", units_bytes(buf, bytes, false));
	if (ret == 0 && outside)
		ret = table_printf(row, SHARE, "outside");
	else if (ret == 0 && r->total)
		ret = table_printf(row, SHARE, "%.1f %%", bytes * 100 / (double)r->total);
	if (line)
		*line = row;
	return ret;
}

static struct pageowner_text text_of(const char *string)
{
	return (struct pageowner_text){ string, strlen(string) };
}

/* @indent: before its name */
static int add_part(const struct report *r, const struct pageowner_account_line *of,
		    const struct pageowner_account_part *part, const char *indent)
{
	const bool outside = of->id == PAGEOWNER_ACCOUNT_RESERVED;
	const struct pageowner_account_file *file;
	struct libscols_line *line;
	char buf[UNITS_TEXT_MAX];
	int ret = add_row(r, indent, part->name, (double)part->bytes, outside, &line);

	if (ret == 0 && part->module.len)
		ret = table_printf(line, WHAT, "%s%.*s [%.*s]", indent, (int)part->name.len,
				   part->name.ptr, (int)part->module.len, part->module.ptr);
	if (ret == 0 && part->unit && !strncmp(part->unit, "bytes", 5))
		ret = table_printf(line, COUNT, "%s%s",
				   units_bytes(buf, (double)part->count, false),
				   part->unit + 5);
	else if (ret == 0 && part->unit)
		ret = table_printf(line, COUNT, "%" PRIu64 " %s", part->count, part->unit);
	if (ret == 0 && pageowner_account_file(r->account, part->source, &file) > 0)
		ret = table_printf(line, FROM, "%s", file->name);
	return ret;
}

/* A single part that is the whole line says nothing, unless it counts something. */
static bool is_plain(const struct pageowner_account *account,
		     const struct pageowner_account_line *line)
{
	const struct pageowner_account_part *part;

	return line->parts == 1 && !line->rest_bytes &&
		line->id != PAGEOWNER_ACCOUNT_OTHER &&
		pageowner_account_part(account, line->id, 0, &part) > 0 && !part->unit;
}

/* The largest parts, one line for all others, and what is left */
static int add_parts(const struct report *r, const struct pageowner_account_line *of)
{
	const bool outside = of->id == PAGEOWNER_ACCOUNT_RESERVED;
	const struct pageowner_account_part *part;
	/* A row for one other part had better be that part. */
	const uint64_t top = of->parts - 1 == r->top ? of->parts : r->top;
	double others = 0;
	size_t i = 0;
	char text[64];
	int ret = 0;

	if (is_plain(r->account, of))
		return 0;
	for (; ret == 0 && i < top && pageowner_account_part(r->account, of->id, i, &part) > 0; i++)
		ret = add_part(r, of, part, "  ");
	for (size_t j = i; pageowner_account_part(r->account, of->id, j, &part) > 0; j++)
		others += (double)part->bytes;
	if (ret == 0 && i < of->parts) {
		snprintf(text, sizeof(text), "%zu others", of->parts - i);
		ret = add_row(r, "  ", text_of(text), others, outside, NULL);
	}
	if (ret < 0 || !of->rest_bytes ||
	    (!of->parts && of->id != PAGEOWNER_ACCOUNT_OTHER))
		return ret;
	return add_row(r, "  ", text_of(of->rest ? of->rest :
					of->id == PAGEOWNER_ACCOUNT_OTHER ? "unexplained" : "rest"),
		       (double)of->rest_bytes, outside, NULL);
}

/* A detail overlaps the parts, and is further to the right: of its share nothing is said. */
static int add_detail(const struct report *r, const struct pageowner_account_line *of,
		      const struct pageowner_account_part *part)
{
	struct libscols_line *line;
	int ret = add_part(r, of, part, DETAIL_INDENT);

	if (ret < 0)
		return ret;
	line = scols_table_get_line(r->table, scols_table_get_nlines(r->table) - 1);
	ret = table_printf(line, SHARE, "detail");
	return ret < 0 || part->bytes ? ret : table_printf(line, SIZE, "unknown");
}

static int add_details(const struct report *r, const struct pageowner_account_line *of)
{
	const struct pageowner_account_part *part;
	uint64_t i = 0, more = 0;
	char text[64];
	int ret = 0;

	for (; ret == 0 && i < r->top && pageowner_account_detail(r->account, of->id, i, &part) > 0; i++)
		ret = add_detail(r, of, part);
	while (ret == 0 && pageowner_account_detail(r->account, of->id, i + more, &part) > 0)
		more++;
	if (ret < 0 || !more)
		return ret;
	snprintf(text, sizeof(text), "%s%" PRIu64 " details more (--top=0)", DETAIL_INDENT, more);
	return table_printf(scols_table_new_line(r->table, NULL), WHAT, "%s", text);
}

static bool is_shown(const struct pageowner_account_line *line)
{
	return line->meminfo_bytes || line->outside_bytes || line->parts ||
		line->id == PAGEOWNER_ACCOUNT_FREE || line->id == PAGEOWNER_ACCOUNT_OTHER;
}

static int add_class(const struct report *r, const struct pageowner_account_line *of)
{
	const bool outside = of->id == PAGEOWNER_ACCOUNT_RESERVED;
	const int ret = add_row(r, "", text_of(of->label), outside ?
		(double)of->outside_bytes : (double)of->meminfo_bytes, outside, NULL);

	const int parts = ret < 0 ? ret : add_parts(r, of);

	return parts < 0 ? parts : add_details(r, of);
}

/* What is part of MemTotal, the sum, and what is not */
static int add_classes(const struct report *r)
{
	const struct pageowner_account_part *part;
	const struct pageowner_account_line *line;
	int ret = 0;

	for (size_t i = 0; ret == 0 && pageowner_account_line(r->account, i, &line) > 0; i++)
		if (is_shown(line) && line->id != PAGEOWNER_ACCOUNT_RESERVED)
			ret = add_class(r, line);
	if (ret == 0)
		ret = add_row(r, "", text_of("all memory"), (double)r->total, false, NULL);
	for (size_t i = 0; ret == 0 && pageowner_account_line(r->account, i, &line) > 0; i++)
		if (is_shown(line) && line->id == PAGEOWNER_ACCOUNT_RESERVED)
			ret = add_class(r, line);
	for (size_t i = 0; ret == 0 && pageowner_account_unknown(r->account, i, &part) > 0; i++) {
		struct libscols_line *row;

		ret = add_row(r, "", part->name, (double)part->bytes, true, &row);
		if (ret == 0)
			ret = table_printf(row, SHARE, "unknown");
		if (ret == 0)
			ret = table_printf(row, FROM, "meminfo");
	}
	return ret;
}

/* "unexplained: 4.7 MiB of 484.5 MiB (1.0 %)", and what would explain it */
static void put_summary(const struct report *r, struct cli_output *out)
{
	const struct pageowner_account_line *line;
	char rest[UNITS_TEXT_MAX], total[UNITS_TEXT_MAX], text[256];

	for (size_t i = 0; pageowner_account_line(r->account, i, &line) > 0; i++)
		if (line->id == PAGEOWNER_ACCOUNT_OTHER)
			break;
	snprintf(text, sizeof(text), "unexplained: %s of %s (%.1f %%)\n",
		 units_bytes(rest, (double)line->rest_bytes, false),
		 units_bytes(total, (double)r->total, false),
		 r->total ? (double)line->rest_bytes * 100 / (double)r->total : 0.0);
	cli_put_string(out, text);
	cli_put_string(out, "(who holds it: load pageowner.ko, or boot with page_owner=on, then use pageowner-stacks-top --account)\n\n");
}

static int print_table(const struct account_options *opt, struct cli_output *out,
		       const struct pageowner_account *account)
{
	static const char *const names[] = { "WHAT", "SIZE", "SHARE", "COUNT", "FROM" };
	struct report r = {
		.account = account, .table = table_new(out, false),
		.top = opt->top ? opt->top : SIZE_MAX,
	};
	int ret = r.table ? 0 : -ENOMEM;

	pageowner_account_total(account, &r.total, NULL);
	for (size_t i = 0; ret == 0 && i <= FROM; i++)
		if (!scols_table_new_column(r.table, names[i], 0, i == WHAT || i == FROM ?
					    0 : SCOLS_FL_RIGHT))
			ret = -ENOMEM;
	if (ret == 0)
		ret = add_classes(&r);
	if (ret == 0)
		put_summary(&r, out);
	return table_print(r.table, ret);
}

/* --- writing */

static int write_table(const struct account_options *opt,
		       const struct pageowner_account *account)
{
	struct cli_output out;
	int ret;

	if (cli_output_open(&out, opt->common.output) < 0)
		return -1;
	ret = print_table(opt, &out, account);
	if (ret < 0)
		table_say_failure(ret);
	out.is_abandoned = ret < 0;
	return cli_output_close(&out) < 0 ? -1 : ret;
}

static int put_account(struct pageowner_export *e, void *account, FILE *file)
{
	return pageowner_export_account(e, account, NULL, file);
}

static int write_format(const struct account_options *opt, struct pageowner_account *account)
{
	int ret = pageowner_export_set_page_size(opt->export, pageowner_account_page_size(account));

	if (ret < 0) {
		cli_error("%s", strerror(-ret));
		return ret;
	}
	pageowner_export_set_top(opt->export, opt->top);
	pageowner_export_set_budget(opt->export, memory_budget());
	return format_write(opt->export, opt->common.format, opt->common.output, put_account,
			    account);
}

static int run(const struct account_options *opt)
{
	struct pageowner_account *account = NULL;
	int status = CLI_FAILED;

	if (cli_check_overwrite(opt->common.output, opt->common.format, NULL, 0, false,
				opt->common.overwrite) < 0)
		return CLI_FAILED;
	if (pageowner_account_new(&account) < 0) {
		cli_error("%s", strerror(ENOMEM));
		return CLI_FAILED;
	}
	if (fill(opt, account) == 0) {
		status = report_faults(opt, account);
		if ((opt->export ? write_format(opt, account) : write_table(opt, account)) < 0)
			status = CLI_FAILED;
	}
	pageowner_account_free(account);
	return status;
}

int main(int argc, char *argv[])
{
	struct account_options opt = { .top = UINT64_MAX, .common.format = "table" };
	int status;

	cli_begin("pageowner-account", argv);
	setlocale(LC_CTYPE, "");
	if (memory_begin() < 0)
		return CLI_FAILED;
	status = parse_options(&opt, argc, argv);
	if (opt.top == UINT64_MAX)
		opt.top = opt.export ? 0 : TOP_OF_TABLE;
	if (status < 0)
		status = run(&opt);
	pageowner_export_free(opt.export);
	options_free(&opt.common);
	return status;
}
