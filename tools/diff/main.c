// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * main.c - pageowner-diff: what grew between snapshots of who holds the memory.
 *
 * Options, and the way from them to a report; snapshots are read by load.c, the table is
 * table.c, notes are in notes.c, what is compared is known to the library.
 */
#include "diff_private.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"
#include "tools/lib/format.h"
#include "tools/lib/memory.h"
#include "tools/lib/message.h"
#include "tools/lib/overwrite.h"
#include "tools/lib/output.h"
#include "tools/lib/source.h"
#include "tools/lib/table.h"
#include "tools/lib/units.h"

#define STATUS_GROWN		4
#define TOP_OF_TABLE		20

/* --- options */

static int set_growth(void *options, const struct option_entry *entry,
		      const char *value)
{
	struct diff_options *opt = options;
	const char *rest;
	uint64_t bytes;

	(void)entry;
	if (units_parse_size(value, &rest, &bytes) < 0)
		return -EINVAL;
	opt->fail_bytes = (double)bytes;
	opt->fail_per_hour = !strcmp(rest, "/h");
	return *rest && !opt->fail_per_hour ? -EINVAL : 0;
}

static int read_suppress(struct pageowner_suppress *suppress, const char *path)
{
	FILE *file = fopen(path, "re");
	size_t size = 0, number = 0;
	char *line = NULL;
	int ret = 0;

	if (!file) {
		cli_error("%s: %s", path, strerror(errno));
		return -1;
	}
	while (ret == 0 && getline(&line, &size, file) >= 0) {
		number++;
		ret = pageowner_suppress_add(suppress, line, NULL);
		if (ret < 0)
			cli_error("%s:%zu: %s", path, number,
				  pageowner_suppress_error(suppress));
	}
	if (ret == 0 && ferror(file)) {
		cli_error("%s: %s", path, strerror(errno));
		ret = -1;
	}
	free(line);
	fclose(file);
	return ret < 0 ? -1 : 0;
}

static int add_suppress(void *options, const struct option_entry *entry,
			const char *value)
{
	struct diff_options *opt = options;
	int ret = opt->suppress ? 0 : pageowner_suppress_new(&opt->suppress);

	(void)entry;
	if (ret == 0 && read_suppress(opt->suppress, value) < 0)
		ret = -EIO;
	if (opt->suppress_count < sizeof(opt->suppress_files) / sizeof(value))
		opt->suppress_files[opt->suppress_count++] = value;
	return ret;
}

/* By enum pageowner_diff_order */
static const char *const orders[] = {
	"change", "trend", "rate", "first", "last", "owner", "module", NULL
};

static const struct option_entry entries[] = {
	OPTION_BY(struct diff_options, by),
	{ "match", .argument = "WHAT", .group = "Report", .help = "same as --by",
	  OPT_WORD(struct diff_options, by, options_bys) },
	{ "sort", .argument = "ORDER", .group = "Report",
	  .help = "sort by trend (default of three or more snapshots), change (default of two), rate, first or last, the largest first, or by owner or module, A to Z" OPTIONS_SIGNS,
	  OPT_ORDER(struct diff_options, sort, orders) },
	OPTION_TOP(struct diff_options, top, "default 20 in a table; 0: all"),
	{ "all", .group = "Report", .help = "also show rows that did not change",
	  OPT_FLAG(struct diff_options, all) },
	{ "fail-if-growth", .argument = "SIZE[/h]", .group = "Report",
	  .help = "exit with status 4 if a row grew by more than SIZE, in total or per hour",
	  .expects = "a size, such as 64K or 10M, optionally per hour: 10M/h",
	  OPT_CALL(set_growth) },
	{ "baseline", .argument = "FILE", .group = "Report",
	  .help = "subtract what FILE holds",
	  OPT_FILE(struct diff_options, baseline) },
	{ "suppress", .argument = "FILE", .group = "Report",
	  .help = "leave out stacks that match a pattern in FILE",
	  .complete = COMPLETE_FILES, OPT_CALL(add_suppress) },
	{ "at", .argument = "LIST", .group = "Input",
	  .help = "when the snapshots were taken: times (2026-11-23T10:15:30, seconds since 1970), or time since the first (0,10m,1.5h); default: from their headers, otherwise from the file names",
	  OPT_TEXT(struct diff_options, at) },
	{ "force", .group = "Input",
	  .help = "compare snapshots that are not comparable or not in the order of time; replace an output file that is an input, or no earlier report",
	  OPT_FLAG(struct diff_options, force) },
};

static const struct option_format formats[] = {
	{ "table", "our own report" }, { NULL, NULL },
};

static const struct option_table table = {
	.usage = "[OPTION]... OLD NEW [MORE]...",
	.summary =
"Show which stacks hold more memory than before, largest growth first; of three\n"
"or more snapshots which ones keep growing, likely leaks first.\n"
"A snapshot is a page_owner dump, show_stacks, a sorted report, or a capture of\n"
"pageowner-capture; it may be compressed (\"-\" is standard input).\n",
	.common = OPTIONS_FULL | OPTIONS_SELECT | OPTIONS_PLUMBING | OPTIONS_PAGE_SIZE |
		OPTIONS_JOBS | OPTIONS_MEMORY | OPTIONS_FORMAT | OPTIONS_OUTPUT,
	.entries = entries, .count = sizeof(entries) / sizeof(entries[0]),
	.formats = formats, .export_uses = PAGEOWNER_EXPORT_DIFF,
	.notes =
"Exit status: 0 everything was read, 1 failed, 2 wrong usage, 3 the report is\n"
"complete, but some of the input was damaged or incomplete, 4 a row grew by more\n"
"than --fail-if-growth.\n",
	.usage_status = CLI_USAGE,
};

/* -1 to continue, or the exit status after a message */
static int parse_options(struct diff_options *opt, int argc, char *argv[])
{
	int status = options_parse(&table, &opt->common, argc, argv);
	const char *wrong;

	if (status >= 0)
		return status;
	opt->inputs = (const char *const *)argv + optind;
	opt->count = (size_t)(argc - optind);
	if (opt->count == 1 && opt->baseline) {
		opt->two[0] = opt->baseline;
		opt->two[1] = opt->inputs[0];
		opt->inputs = opt->two;
		opt->count = 2;
		opt->baseline = NULL;
	}
	if (opt->count < 2)
		return options_refuse(&table, "two snapshots are needed, or one and --baseline");
	if ((opt->sort.word == PAGEOWNER_DIFF_BY_MODULE && opt->by == PAGEOWNER_BY_OWNER) ||
	    (opt->sort.word == PAGEOWNER_DIFF_BY_OWNER && opt->by == PAGEOWNER_BY_MODULE))
		return options_refuse(&table, "--by=%s cannot be combined with --sort=%s",
				      options_bys[opt->by], orders[opt->sort.word]);
	wrong = opt->at ? diff_refuse_times(opt) : NULL;
	if (wrong)
		return options_refuse(&table, "--at=%s: not a time for each of %zu snapshots%s",
				      opt->at, opt->count, wrong);
	return options_check_inputs(&table, opt->inputs, opt->count, opt->baseline);
}

static uint64_t page_size(const struct diff_options *opt,
			  const struct diff_snapshot *snapshots)
{
	uint64_t captured = 0;

	for (size_t i = 0; i < opt->count && !captured; i++)
		captured = snapshots[i].page_size;
	return cli_page_size(&opt->common, captured, false);
}

/* --- from snapshots to a report */

static bool has_grown(const struct diff_options *opt, struct pageowner_diff *diff,
		      const struct pageowner_change *c, uint64_t size)
{
	/* What is certain, whatever the thresholds hide */
	double bytes = (double)c->least_change * (double)size;

	if (!isfinite(opt->fail_bytes))
		return false;
	if (opt->fail_per_hour)
		bytes = pageowner_diff_has_times(diff) ?
			c->slope * 3600 * (double)size : 0;
	return bytes > opt->fail_bytes;
}

static int put_diff(struct pageowner_export *e, void *diff, FILE *file)
{
	return pageowner_export_diff(e, diff, file);
}

/* The last one is the baseline, or empty. */
static bool is_incomplete(const struct diff_table *report)
{
	for (size_t i = 0; i <= report->count; i++)
		if (report->snapshots[i].is_incomplete)
			return true;
	return false;
}

static int write_format(const struct diff_options *opt, const struct diff_table *report)
{
	int ret = pageowner_export_set_incomplete(opt->export, is_incomplete(report) ?
						  CLI_INCOMPLETE : NULL);

	(void)pageowner_export_set_page_size(opt->export, report->page_size);
	pageowner_export_set_top(opt->export, opt->top);
	pageowner_export_set_budget(opt->export, memory_budget());
	pageowner_export_set_plumbing(opt->export, opt->common.plumbing);
	(void)pageowner_export_set_flags(opt->export, opt->all ? 0 : PAGEOWNER_EXPORT_CHANGED);
	for (size_t i = 0; ret == 0 && i < report->count; i++) {
		const struct diff_snapshot *s = &report->snapshots[i];

		if (pageowner_export_add_input(opt->export, cli_input_name(s->name)) < 0 ||
		    (s->conditions &&
		     pageowner_export_add_condition(opt->export, cli_input_name(s->name),
						    s->conditions) < 0))
			ret = -ENOMEM;
	}
	if (ret < 0) {
		cli_error("%s", strerror(-ret));
		return CLI_FAILED;
	}
	ret = format_write(opt->export, opt->common.format, opt->common.output, put_diff,
			   report->diff);
	memory_advise(ret, "write the first (--top)");
	return ret < 0 ? CLI_FAILED : CLI_OK;
}

static int write_report(const struct diff_options *opt, struct diff_table *report)
{
	int ret;

	if (opt->export)
		return write_format(opt, report);
	if (cli_output_open(&report->out, opt->common.output) < 0)
		return CLI_FAILED;
	ret = diff_table_print(report);
	cli_put_incomplete(&report->out, is_incomplete(report));
	table_say_failure(ret);
	report->out.is_abandoned = ret < 0;
	return cli_output_close(&report->out) < 0 || ret < 0 ? CLI_FAILED : CLI_OK;
}

/* How many rows grew by more than the size, how many are unknown, and how many are
 * in both snapshots */
static int judge(const struct diff_options *opt, struct pageowner_diff *diff,
		 uint64_t size, size_t *grown, size_t *hidden, struct diff_matches *matches)
{
	const size_t count = pageowner_diff_count(diff);

	*grown = *hidden = 0;
	for (size_t i = 0; i < count; i++) {
		const struct pageowner_change *c;
		const int ret = pageowner_diff_change(diff, i, &c);

		if (ret < 0)
			return ret;
		if (has_grown(opt, diff, c, size))
			diff_say_growth(opt, diff, c, size, (*grown)++);
		matches->rose |= c->least_change > 0;
		if (c->flags & PAGEOWNER_CHANGE_UNKNOWN)
			++*hidden;
		else
			diff_match(matches, c);
	}
	return 0;
}

static enum pageowner_diff_order order_of(const struct diff_options *opt,
					  bool has_losses_only)
{
	const int word = opt->sort.word;
	const bool is_text = word == PAGEOWNER_DIFF_BY_OWNER ||
		word == PAGEOWNER_DIFF_BY_MODULE;
	const bool is_reversed = opt->sort.direction ==
		(is_text ? ORDER_DESCENDING : ORDER_ASCENDING);

	/* The largest losses are no answer to what grew, but they are if nothing did. */
	if (word < 0 && has_losses_only)
		return order_of(opt, false) | PAGEOWNER_DIFF_REVERSED;
	if (word < 0)
		return opt->count > 2 ? PAGEOWNER_DIFF_BY_TREND : PAGEOWNER_DIFF_BY_CHANGE;
	return (enum pageowner_diff_order)((unsigned int)word |
					   (is_reversed ? PAGEOWNER_DIFF_REVERSED : 0));
}

static int report(const struct diff_options *opt,
		  const struct diff_snapshot *snapshots,
		  struct pageowner_diff *diff, int status)
{
	struct diff_table report = {
		.diff = diff, .by = opt->by, .full = opt->common.full,
		.all = opt->all, .quiet = opt->common.quiet,
		.top = opt->top ? opt->top : SIZE_MAX,
		.snapshots = snapshots, .count = opt->count,
		.page_size = page_size(opt, snapshots),
		.plumbing = opt->common.plumbing,
	};
	int ret = pageowner_diff_sort(diff, order_of(opt, false));
	struct diff_matches matches = { 0 };
	uint64_t records = 0, stacks = 0;
	size_t hidden, grown;

	if (ret < 0) {
		diff_say_failure(opt, ret, "");
		return CLI_FAILED;
	}
	ret = judge(opt, diff, report.page_size, &grown, &hidden, &matches);
	if (ret == 0 && !matches.rose)
		ret = pageowner_diff_sort(diff, order_of(opt, true));
	if (ret < 0) {
		diff_say_failure(opt, ret, "");
		return CLI_FAILED;
	}
	if (!opt->common.quiet)
		diff_print_notes(opt, snapshots, diff, hidden, &matches);
	if (write_report(opt, &report) != CLI_OK)
		return CLI_FAILED;
	for (size_t i = 0; i < opt->count; i++) {
		records += snapshots[i].records;
		stacks += snapshots[i].stacks;
	}
	/* A check of nothing passes, but not in silence: a list may have a mistake. */
	if (opt->common.filter && opt->common.quiet && !isnan(opt->fail_bytes) && !stacks)
		cli_error("--fail-if-growth: no record matches the selection (%ju records read)",
			  (uintmax_t)records);
	cli_note_selection(&opt->common, records, stacks);
	diff_say_more_growth(grown);
	return grown ? STATUS_GROWN : status;
}

static int run(const struct diff_options *opt)
{
	/* The last is the baseline. */
	struct diff_snapshot *snapshots = calloc(opt->count + 1, sizeof(*snapshots));
	struct pageowner_diff *diff = NULL;
	int status = CLI_OK;
	int ret = snapshots ? pageowner_diff_new(opt->by, &diff) : -ENOMEM;

	if (ret == 0)
		ret = pageowner_diff_set_budget(diff, memory_budget());
	if (ret < 0) {
		cli_error("%s", strerror(-ret));
		pageowner_diff_free(diff);
		free(snapshots);
		return CLI_FAILED;
	}
	if (opt->suppress && pageowner_suppress_count(opt->suppress))
		ret = pageowner_diff_set_suppress(diff, opt->suppress);
	if (ret == 0)
		ret = pageowner_diff_set_plumbing(diff, opt->common.plumbing);
	if (ret == 0)
		ret = diff_load(opt, diff, snapshots, &status);
	if (ret == 0 && opt->fail_per_hour && !pageowner_diff_has_times(diff)) {
		cli_error("--fail-if-growth=SIZE/h: snapshot times unknown (use --at)");
		ret = -1;
	}
	status = ret < 0 ? CLI_FAILED : report(opt, snapshots, diff, status);
	pageowner_diff_free(diff);
	for (size_t i = 0; i <= opt->count; i++) {
		free(snapshots[i].kernel);
		free(snapshots[i].conditions);
	}
	free(snapshots);
	return status;
}

/* Whether the report may be written where it is to be: 0, or -1 after a message */
static int check_output(const struct diff_options *opt)
{
	const char *path = opt->common.output, *format = opt->common.format;

	return cli_check_overwrite(path, format, opt->inputs, opt->count, false, opt->force) < 0 ||
		cli_check_overwrite(path, format, &opt->baseline, !!opt->baseline, false,
				    opt->force) < 0 ||
		cli_check_overwrite(path, format, opt->suppress_files, opt->suppress_count,
				    false, opt->force) < 0 ? -1 : 0;
}

int main(int argc, char *argv[])
{
	struct diff_options opt = { .common.format = "table", .fail_bytes = NAN,
		.sort.word = -1, .top = UINT64_MAX };
	int status;

	cli_begin("pageowner-diff", argv);
	if (memory_begin() < 0)
		return CLI_FAILED;
	status = parse_options(&opt, argc, argv);
	if (status >= 0)
		goto out;
	status = CLI_USAGE;
	if (opt.top == UINT64_MAX)
		opt.top = strcmp(opt.common.format, "table") ? 0 : TOP_OF_TABLE;
	if (strcmp(opt.common.format, "table")) {
		opt.export = format_new(opt.common.format, PAGEOWNER_EXPORT_DIFF);
		if (!opt.export)
			goto out;
	}
	status = CLI_FAILED;
	if (check_output(&opt) == 0)
		status = run(&opt);
out:
	pageowner_export_free(opt.export);
	pageowner_suppress_free(opt.suppress);
	options_free(&opt.common);
	return status;
}
