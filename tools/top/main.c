// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * main.c - pageowner-stacks-top: the stacks, owners or modules that hold most memory now,
 * as a table or as a full-screen view.
 *
 * Options, and which way to show; inputs are read by load.c, shown by print.c, account.c
 * and screen.c.
 */
#include "top_private.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "screen.h"
#include "tools/lib/format.h"
#include "tools/lib/memory.h"
#include "tools/lib/message.h"
#include "tools/lib/overwrite.h"
#include "tools/lib/source.h"

#define TOP_OF_TABLE		20

/* --- options */

static const char *const orders[] = { "pages", "change", "rate", "stacks", "owner", NULL };

static const struct option_entry entries[] = {
	{ "by", .argument = "WHAT", .group = "Report",
	  .help = "one row per stack (default), portable (stacks without offsets), owner, module, module-any (each module of a stack: rows overlap), process, memcg, order or node",
	  OPT_WORD(struct top_options, by, top_by_names) },
	{ "sort", .argument = "ORDER", .group = "Report",
	  .help = "sort by pages (default), change, rate or stacks, the largest first, or by owner, A to Z" OPTIONS_SIGNS,
	  OPT_ORDER(struct top_options, sort, orders) },
	OPTION_TOP(struct top_options, top, "default 20 in a table; 0: all"),
	{ "threshold", .argument = "PAGES", .group = "Report",
	  .help = "only rows that hold at least PAGES",
	  OPT_NUMBER(struct top_options, view.threshold, 0, 0) },
	{ "account", .group = "Other reports",
	  .help = "account for all memory: what meminfo names, how much of that is recorded, and who holds what it does not name",
	  OPT_FLAG(struct top_options, account) },
	{ "meminfo", .argument = "FILE", .group = "Other reports",
	  .help = "meminfo for --account (default: from the capture, or of this machine if its kernel is read)",
	  OPT_FILE(struct top_options, meminfo) },
	{ "once", .group = "Input",
	  .help = "print a table once, even on a terminal",
	  OPT_FLAG(struct top_options, once) },
	{ "replay", .group = "Input",
	  .help = "the inputs are samples, in the order of time",
	  OPT_FLAG(struct top_options, replay) },
	{ "delay", 'd', .argument = "TIME", .group = "Input",
	  .help = "time between two samples (default 2s)",
	  OPT_DURATION(struct top_options, delay, 100, 0) },
};

static const struct option_format formats[] = {
	{ "table", "our own report" }, { NULL, NULL },
};

static const struct option_table table = {
	.usage = "[OPTION]... [INPUT]...",
	.summary =
"Show which stacks hold most memory: those of the running kernel, refreshed on a\n"
"terminal, or those of INPUT: a page_owner dump, show_stacks, a sorted report or\n"
"a capture, which may be compressed (\"-\" is standard input). Several inputs are\n"
"added up.\n",
	.common = OPTIONS_FULL | OPTIONS_SELECT | OPTIONS_ROWS | OPTIONS_PLUMBING |
		OPTIONS_PAGE_SIZE | OPTIONS_JOBS | OPTIONS_MEMORY | OPTIONS_FORMAT |
		OPTIONS_COLOR | OPTIONS_OUTPUT,
	.entries = entries, .count = sizeof(entries) / sizeof(entries[0]),
	.formats = formats, .export_uses = PAGEOWNER_EXPORT_PROFILE,
	.notes =
"In the full-screen view h shows the keys, and q quits.\n"
"\n"
"Exit status: 0 everything was read, 1 failed, 2 wrong usage, 3 the report is\n"
"complete, but some of the input was damaged or incomplete.\n",
	.usage_status = CLI_USAGE,
};

/* An option that --account cannot be combined with, or NULL */
static const char *wrong_with_account(const struct top_options *opt)
{
	if (!opt->account)
		return NULL;
	if (opt->replay)
		return "--replay";
	if (opt->common.filter)
		return "options that select records";
	if (opt->view.by != TOP_BY_STACK)
		return "--by";
	if (!top_is_by_pages(&opt->view))
		return "--sort";
	return NULL;
}

/* An option that the format cannot honour, or NULL */
static const char *wrong_with_format(const struct top_options *opt)
{
	const char *format = opt->common.format;

	if (!format || top_is_table(opt))
		return NULL;
	if (opt->account)
		return format_can(format, PAGEOWNER_EXPORT_ACCOUNT) ? NULL : "--account";
	if (format_can(format, PAGEOWNER_EXPORT_ROWS) && !top_bys[opt->view.by].keys)
		return NULL;
	/* The others have all stacks of all inputs added up: samples would be counted
	 * once each. */
	if (opt->replay)
		return "--replay";
	if (!top_is_by_pages(&opt->view))
		return "--sort";
	if (format_can(format, PAGEOWNER_EXPORT_ROWS))
		return NULL;
	if (opt->view.by != TOP_BY_STACK)
		return "--by";
	return opt->view.threshold ? "--threshold" : NULL;
}

static void take_order(struct top_options *opt)
{
	const bool is_text = opt->sort.word == TOP_OWNER;

	opt->view.order = (enum top_order)opt->sort.word;
	opt->view.is_reversed = opt->sort.direction ==
		(is_text ? ORDER_DESCENDING : ORDER_ASCENDING);
}

/* One snapshot has no changes. */
static bool needs_samples(const struct top_options *opt)
{
	const bool is_watched = !opt->count && !opt->once && !opt->common.output &&
		!opt->common.format;

	return (opt->view.order == TOP_CHANGE || opt->view.order == TOP_RATE) &&
		!opt->replay && !is_watched;
}

/* -1 to continue, or the exit status after a message */
static int parse_options(struct top_options *opt, int argc, char *argv[])
{
	int status = options_parse(&table, &opt->common, argc, argv);

	if (status >= 0)
		return status;
	take_order(opt);
	opt->inputs = (const char *const *)argv + optind;
	opt->count = (size_t)(argc - optind);
	opt->view.by = (enum top_by)opt->by;
	if (opt->replay && !opt->count)
		return options_refuse(&table, "--replay needs the samples");
	if (opt->meminfo && !opt->account)
		return options_refuse(&table, "--meminfo needs --account");
	if (wrong_with_account(opt))
		return options_refuse(&table, "--account covers all memory: it cannot be combined with %s",
				      wrong_with_account(opt));
	if (needs_samples(opt))
		return options_refuse(&table, "--sort=%s needs --replay or the full screen",
				      orders[opt->view.order]);
	if (wrong_with_format(opt))
		return options_refuse_format(&table, opt->common.format,
					     wrong_with_format(opt));
	return options_check_inputs(&table, opt->inputs, opt->count, NULL);
}

#ifdef HAVE_CURSES
static int show_screen(struct top_options *opt)
{
	struct top_screen screen = {
		.source = {
			.load = top_load_sample, .data = opt,
			.count = opt->live ? 0 : opt->count,
		},
		.view = opt->view, .filter = opt->common.filter, .delay = opt->delay,
		.budget = memory_budget(), .plumbing = opt->common.plumbing,
		.color = options_wants_color(&opt->common, true),
	};
	int status;

	opt->common.quiet = true;
	status = top_screen_run(&screen) < 0 ? CLI_FAILED :
		screen.was_damaged ? CLI_DAMAGED : CLI_OK;
	/* What a thread still reads with stays until it ends with the program. */
	if (screen.is_reading)
		_exit(status);
	return status;
}
#endif

/* A view that is updated needs a terminal, and input that changes. */
static bool wants_screen(const struct top_options *opt)
{
	if (opt->once || opt->account || opt->common.output || opt->common.format ||
	    !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || (!opt->live && !opt->replay))
		return false;
#ifdef HAVE_CURSES
	if (!top_screen_fits()) {
		if (!opt->common.quiet)
			cli_error("note: no full-screen view on this terminal (TERM=%s)",
				  getenv("TERM") ? getenv("TERM") : "");
		return false;
	}
#endif
	return true;
}

static int run(struct top_options *opt)
{
	const char *path = opt->common.output, *format = opt->common.format;

	if (!opt->count) {
		/* Counts of stacks do not know of processes. */
		opt->live = cli_live_file(top_bys[opt->view.by].keys ? PAGEOWNER_LIVE_PAGE_OWNER :
					  PAGEOWNER_LIVE_SHOW_STACKS);
		if (!opt->live)
			return CLI_FAILED;
	}
	if (cli_check_overwrite(path, format, opt->inputs, opt->count, false,
				opt->common.overwrite) < 0 ||
	    cli_check_overwrite(path, format, &opt->meminfo, !!opt->meminfo, false,
				opt->common.overwrite) < 0)
		return CLI_FAILED;
	if (wants_screen(opt)) {
#ifdef HAVE_CURSES
		return show_screen(opt);
#else
		if (!opt->common.quiet)
			cli_error("note: built without ncurses, so there is no full-screen view");
#endif
	}
	if (!opt->common.format)
		opt->common.format = "table";
	if (opt->top == UINT64_MAX)
		opt->top = top_is_table(opt) ? TOP_OF_TABLE : 0;
	return opt->account ? top_account(opt) : top_print(opt);
}

int main(int argc, char *argv[])
{
	struct top_options opt = { .delay = 2, .top = UINT64_MAX };
	int status;

	cli_begin("pageowner-stacks-top", argv);
	if (memory_begin() < 0)
		return CLI_FAILED;
	status = parse_options(&opt, argc, argv);
	if (status < 0 && opt.replay) {
		opt.compared = calloc(opt.count, sizeof(*opt.compared));
		if (!opt.compared) {
			cli_error("%s", strerror(ENOMEM));
			status = CLI_FAILED;
		}
	}
	if (status < 0)
		status = run(&opt);
	free(opt.compared);
	options_free(&opt.common);
	return status;
}
