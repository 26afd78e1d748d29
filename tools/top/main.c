// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * main.c - pageowner-stacks-top: who holds the memory now: the largest stacks, owners or
 * modules, as a table or as a view that is updated.
 *
 * Options and the source of samples; model.c keeps them, table.c and screen.c show
 * them.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tools/account-table.h"
#include "tools/lib/cli.h"
#include "tools/lib/format.h"
#include "tools/lib/memory.h"
#include "tools/lib/options.h"
#include "tools/lib/table.h"
#include "table.h"
#include "screen.h"
#include "tools/lib/units.h"

#define PAGE_SIZE_ASSUMED	4096
#define TOP_OF_TABLE		20
#define MEMINFO			"/proc/meminfo"

struct options {
	struct common_options common;
	const char *const *inputs;
	size_t count;
	struct top_view view;
	const char *meminfo;	/* a file instead of the captures' own */
	double delay;		/* seconds */
	uint64_t top;
	bool once, replay, account;
	/* while reading */
	const char *live;	/* the kernel's file, or NULL */
	int status;
};

/* --- options */

static const char *const bys[] = { "stack", "owner", "module", NULL };
static const char *const orders[] = { "size", "change", "rate", "stacks", "name", NULL };

static const struct option_entry entries[] = {
	{ "by", .argument = "WHAT", .group = "Report",
	  .help = "one row per stack (default), owner or module",
	  OPT_WORD(struct options, view.by, bys) },
	{ "sort", .argument = "ORDER", .group = "Report",
	  .help = "sort by size (default), change, rate, stacks or name",
	  OPT_WORD(struct options, view.order, orders) },
	OPTION_TOP(struct options, top, "default 20 in a table; 0: all"),
	{ "threshold", .argument = "PAGES", .group = "Report",
	  .help = "only rows that hold at least PAGES",
	  OPT_NUMBER(struct options, view.threshold, 0, 0) },
	{ "account", .group = "Other reports",
	  .help = "account for all memory: what meminfo names, how much of that is recorded, and who holds what it does not name",
	  OPT_FLAG(struct options, account) },
	{ "meminfo", .argument = "FILE", .group = "Other reports",
	  .help = "meminfo for --account (default: from the capture, or of this machine if its kernel is read)",
	  OPT_FILE(struct options, meminfo) },
	{ "once", .group = "Input",
	  .help = "print a table once, even on a terminal",
	  OPT_FLAG(struct options, once) },
	{ "replay", .group = "Input",
	  .help = "the inputs are samples, in the order of time",
	  OPT_FLAG(struct options, replay) },
	{ "delay", 'd', .argument = "TIME", .group = "Input",
	  .help = "time between two samples (default 2s)",
	  OPT_DURATION(struct options, delay, 100, 0) },
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
	.common = OPTIONS_FULL | OPTIONS_SELECT | OPTIONS_ROWS | OPTIONS_PAGE_SIZE | OPTIONS_JOBS |
		OPTIONS_MEMORY | OPTIONS_FORMAT | OPTIONS_COLOR | OPTIONS_OUTPUT,
	.entries = entries, .count = sizeof(entries) / sizeof(entries[0]),
	.formats = formats, .export_uses = PAGEOWNER_EXPORT_PROFILE,
	.notes =
"In the full-screen view h shows the keys, and q quits.\n"
"\n"
"Exit status: 0 everything was read, 1 failed, 2 wrong usage, 3 the report is\n"
"complete, but some of the input was damaged.\n",
	.usage_status = CLI_USAGE,
};

static bool is_table(const struct options *opt)
{
	return !strcmp(opt->common.format, "table");
}

/* An option that --account cannot be combined with, or NULL */
static const char *wrong_with_account(const struct options *opt)
{
	if (!opt->account)
		return NULL;
	if (opt->replay)
		return "--replay";
	if (opt->common.filter)
		return "options that select records";
	if (opt->view.by != TOP_BY_STACK)
		return "--by";
	if (opt->view.order != TOP_PAGES)
		return "--sort";
	if (opt->common.format && !is_table(opt) &&
	    !format_can(opt->common.format, PAGEOWNER_EXPORT_ACCOUNT))
		return "a --format other than table, json, ndjson and csv";
	return NULL;
}

/* -1 to continue, or the exit status after a message */
static int parse_options(struct options *opt, int argc, char *argv[])
{
	int status = options_parse(&table, &opt->common, argc, argv);

	if (status >= 0)
		return status;
	opt->inputs = (const char *const *)argv + optind;
	opt->count = (size_t)(argc - optind);
	if (opt->replay && !opt->count)
		return options_refuse(&table, "--replay needs the samples");
	if (opt->meminfo && !opt->account)
		return options_refuse(&table, "--meminfo needs --account");
	if (wrong_with_account(opt))
		return options_refuse(&table, "--account covers all memory: it cannot be combined with %s",
				      wrong_with_account(opt));
	return -1;
}

/* --- samples */

/* When it was taken: by its header, by its file name, otherwise one delay later */
static double time_of(const struct options *opt, const char *name,
		      const struct pageowner_profile *profile, size_t number)
{
	const size_t captures = pageowner_profile_conditions_count(profile);
	const struct pageowner_conditions *c;
	const char *slash = strrchr(name, '/');
	struct timespec now;
	double time;

	if (!opt->replay) {
		clock_gettime(CLOCK_REALTIME, &now);
		return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
	}
	if (captures && pageowner_profile_conditions(profile, captures - 1, &c) > 0 &&
	    c->has & PAGEOWNER_CONDITIONS_HAS_START_TIME)
		return (double)c->start_time_ns / 1e9;
	if (units_find_time(slash ? slash + 1 : name, &time) == 0)
		return time;
	return (double)number * opt->delay;
}

static void learn_page_size(struct options *opt,
			    const struct pageowner_profile *profile)
{
	const struct pageowner_conditions *c;

	for (size_t i = 0; !opt->common.page_size &&
	     pageowner_profile_conditions(profile, i, &c) > 0; i++)
		if (c->has & PAGEOWNER_CONDITIONS_HAS_PAGE_SIZE)
			opt->common.page_size = c->page_size;
}

/* As set or learnt, otherwise a likely value */
static uint64_t page_size(const struct options *opt)
{
	if (opt->common.page_size)
		return opt->common.page_size;
	return opt->live ? (uint64_t)sysconf(_SC_PAGESIZE) : PAGE_SIZE_ASSUMED;
}

static int new_profile(const struct options *opt,
		       struct pageowner_profile **profile)
{
	int ret = pageowner_profile_new("callstack", profile);

	if (ret == 0) {
		pageowner_profile_set_jobs(*profile, (unsigned int)opt->common.jobs);
		ret = pageowner_profile_set_budget(*profile, memory_budget());
		if (ret == 0)
			ret = pageowner_profile_set_filter(*profile, opt->common.records);
	}
	return ret;
}

#define TOO_MANY_STACKS \
	"what is kept of each stack needs more memory than the bound of --max-memory"
static const char advice[] =
	"select stacks (--frame, --module), use fewer threads (--jobs)";

/* 0, or -1 after a message */
static int add_to_model(const struct options *opt, struct top_model *model,
			struct pageowner_profile *profile, double time)
{
	int ret = top_model_add(model, profile, opt->common.rows, time);

	if (ret == -ENOBUFS)
		cli_error(TOO_MANY_STACKS);
	else if (ret < 0)
		cli_error("%s", strerror(-ret));
	memory_advise(ret, advice);
	return ret < 0 ? -1 : 0;
}

/* Tell the filters when a file was taken, which --age needs; *why as in load_file() */
static int find_clock(const struct options *opt, const char *name, char **why)
{
	struct pageowner_filter *filters[] = { opt->common.filter, opt->common.records };
	int ret = 0;

	for (size_t i = 0; ret >= 0 && i < sizeof(filters) / sizeof(filters[0]); i++) {
		ret = filters[i] ? pageowner_filter_find_clock(filters[i], name) : 0;
		if (ret < 0)
			*why = strdup(ret == -ENODATA ? "--age: no record has a time" :
				      ret == -ESPIPE ?
				      "--age: the input cannot be read twice" :
				      strerror(-ret));
	}
	return ret < 0 ? -1 : 0;
}

/* Add a file to a profile. On failure *why is set; free it. */
static int load_file(const struct options *opt, struct pageowner_profile *profile,
		     const char *name, char **why)
{
	int ret = find_clock(opt, name, why);

	if (ret < 0)
		return ret;
	ret = pageowner_profile_load(profile, name);
	if (ret == 0)
		ret = pageowner_profile_finish(profile);
	if (ret == -ENOBUFS) {
		if (asprintf(why, "%s; %s, or allow more than the %" PRIu64 " MiB of --max-memory",
			     pageowner_profile_error(profile), advice,
			     pageowner_budget_max(memory_budget()) >> 20) < 0)
			*why = NULL;
	} else if (ret < 0) {
		*why = strdup(*pageowner_profile_error(profile) ?
			      pageowner_profile_error(profile) : strerror(-ret));
	} else if (pageowner_profile_count(profile) &&
		   !(pageowner_profile_has(profile) & PAGEOWNER_HAS_PAGES) &&
		   (ret = asprintf(why, "%s: has counts of allocations, but not of pages",
				   cli_input_name(name))) >= 0) {
		ret = -EINVAL;
	}
	return ret < 0 ? -1 : 0;
}

/* The next sample of a live kernel or a replay: top_source's load() */
static int load_sample(void *data, size_t number, struct top_sample *sample)
{
	struct options *opt = data;
	const char *name = opt->live ? opt->live : opt->inputs[number];

	if (new_profile(opt, &sample->profile) < 0)
		return -1;
	if (load_file(opt, sample->profile, name, &sample->why) < 0)
		return -1;
	learn_page_size(opt, sample->profile);
	sample->page_size = page_size(opt);
	sample->time = time_of(opt, name, sample->profile, number);
	return 0;
}

static void report_damage(struct options *opt,
			  const struct pageowner_profile *profile,
			  const char *name)
{
	if (cli_report_damage(pageowner_profile_stats(profile), name) != CLI_OK)
		opt->status = CLI_DAMAGED;
}

static int add_samples(struct options *opt, struct top_model *model)
{
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < opt->count; i++) {
		const char *name = cli_input_name(opt->inputs[i]);
		struct top_sample sample = { 0 };

		ret = load_sample(opt, i, &sample);
		if (ret == 0) {
			report_damage(opt, sample.profile, name);
			ret = add_to_model(opt, model, sample.profile,
					   sample.time);
		} else {
			cli_error("%s", sample.why ? sample.why : strerror(ENOMEM));
		}
		pageowner_profile_free(sample.profile);
		free(sample.why);
	}
	return ret;
}

/* All inputs as one profile, to be freed also on failure: 0, or -1 after a message */
static int load_sum(struct options *opt, struct pageowner_profile **profile)
{
	const char *const *inputs = opt->live ? &opt->live : opt->inputs;
	const size_t count = opt->live ? 1 : opt->count;
	struct cli_progress progress = { 0 };
	char *why = NULL;
	int ret = new_profile(opt, profile);

	if (ret == 0 && !opt->common.quiet)
		pageowner_profile_set_progress(*profile, cli_progress, &progress);
	for (size_t i = 0; ret == 0 && i < count; i++)
		ret = load_file(opt, *profile, inputs[i], &why);
	cli_progress_end(&progress);
	if (ret < 0) {
		cli_error("%s", why ? why : strerror(ENOMEM));
	} else {
		report_damage(opt, *profile, count == 1 ?
			      cli_input_name(inputs[0]) : "all inputs together");
		learn_page_size(opt, *profile);
	}
	free(why);
	return ret < 0 ? -1 : 0;
}

/* All inputs as one sample; the profile is to be freed in any case */
static int add_sum(struct options *opt, struct top_model *model,
		   struct pageowner_profile **profile)
{
	const int ret = load_sum(opt, profile);

	return ret < 0 ? ret : add_to_model(opt, model, *profile, 0);
}

/* --- the ways to show it */

/* All inputs as one, in a format of other programs */
static int export_once(struct options *opt)
{
	const char *const *inputs = opt->live ? &opt->live : opt->inputs;
	const size_t count = opt->live ? 1 : opt->count;
	struct pageowner_export *e = format_new(opt->common.format,
						PAGEOWNER_EXPORT_PROFILE);
	struct pageowner_profile *profile = NULL;
	char *why = NULL;
	int ret;

	if (!e)
		return CLI_USAGE;
	ret = pageowner_profile_new(pageowner_export_keys(e), &profile);
	if (ret == 0) {
		ret = pageowner_profile_set_filter(profile, opt->common.filter);
		pageowner_profile_set_jobs(profile, (unsigned int)opt->common.jobs);
		ret = pageowner_profile_set_budget(profile, memory_budget());
	}
	for (size_t i = 0; ret == 0 && i < count; i++)
		ret = load_file(opt, profile, inputs[i], &why);
	if (ret == 0)
		ret = pageowner_profile_sort(profile, "-pages");
	if (ret < 0) {
		cli_error("%s", why ? why : strerror(ENOMEM));
	} else {
		report_damage(opt, profile, count == 1 ?
			      cli_input_name(inputs[0]) : "all inputs together");
		learn_page_size(opt, profile);
		pageowner_export_set_page_size(e, page_size(opt));
		pageowner_export_set_top(e, opt->top == UINT64_MAX ? 0 : opt->top);
		pageowner_export_set_threshold(e, opt->view.threshold);
		pageowner_export_set_budget(e, memory_budget());
		ret = format_write_profile(e, opt->common.format, profile, opt->common.output);
		memory_advise(ret, "write the first (--top)");
	}
	pageowner_profile_free(profile);
	pageowner_export_free(e);
	free(why);
	return ret < 0 ? CLI_FAILED : opt->status;
}

/* A small file: malloc()ed, NULL after a message */
static char *read_text(const char *path, size_t *len)
{
	FILE *file = fopen(path, "re"), *memory;
	char block[4096], *text = NULL;
	size_t n;

	if (!file) {
		cli_error("%s: %s", path, strerror(errno));
		return NULL;
	}
	memory = open_memstream(&text, len);
	while (memory && (n = fread(block, 1, sizeof(block), file)) > 0)
		fwrite(block, 1, n, memory);
	if (ferror(file))
		cli_error("%s: %s", path, strerror(errno));
	if (!memory || fclose(memory) || ferror(file)) {
		free(text);
		text = NULL;
	}
	fclose(file);
	return text;
}

/* Add the given meminfo, or that of this machine: 0, or -1 after a message */
static int add_meminfo(struct pageowner_account *account, const char *path)
{
	struct pageowner_text text = { NULL, 0 };
	int ret;

	if (!path)
		return 0;
	text.ptr = read_text(path, &text.len);
	if (!text.ptr)
		return -1;
	ret = pageowner_account_add_meminfo(account, text);
	if (ret < 0)
		cli_error("%s: %s", path, pageowner_account_error(account));
	free((char *)(uintptr_t)text.ptr);
	return ret;
}

/* 0, or negative after a message */
static int fill_account(struct pageowner_account *account,
			struct pageowner_profile *profile)
{
	int ret = pageowner_account_set_budget(account, memory_budget());

	if (ret == 0)
		ret = pageowner_account_add_profile(account, profile);
	if (ret == -ENODATA)
		cli_error("the input has no meminfo, unlike captures of pageowner-capture (use --meminfo=FILE)");
	else if (ret < 0)
		cli_error("%s", pageowner_account_error(account));
	memory_advise(ret, advice);
	return ret;
}

/* A writer with what all reports have; NULL after a message */
static struct pageowner_export *new_export(const struct options *opt)
{
	struct pageowner_export *e = format_new(opt->common.format,
						PAGEOWNER_EXPORT_PROFILE);

	if (e) {
		pageowner_export_set_page_size(e, page_size(opt));
		pageowner_export_set_top(e, opt->top == UINT64_MAX ? 0 : opt->top);
		pageowner_export_set_threshold(e, opt->view.threshold);
		pageowner_export_set_budget(e, memory_budget());
	}
	return e;
}

struct accounted {
	const struct pageowner_account *account;
	const struct pageowner_conditions *conditions;
};

static int put_account(struct pageowner_export *e, void *data, FILE *file)
{
	const struct accounted *a = data;

	return pageowner_export_account(e, a->account, a->conditions, file);
}

static int export_account(const struct options *opt, struct accounted *accounted)
{
	struct pageowner_export *e = new_export(opt);
	const int ret = e ? format_write(e, opt->common.format, opt->common.output,
					 put_account, accounted) : -1;

	pageowner_export_free(e);
	return ret;
}

static int write_account(const struct options *opt,
			 const struct pageowner_account *account)
{
	struct cli_output out;
	struct account_report report = {
		.account = account, .full = opt->common.full, .out = &out,
		.top = opt->top ? opt->top : SIZE_MAX, .page_size = page_size(opt),
		.threshold = opt->view.threshold,
	};
	int ret;

	if (cli_output_open(&out, opt->common.output) < 0)
		return -1;
	ret = account_report_table(&report);
	if (ret < 0)
		cli_error("%s", strerror(-ret));
	return cli_output_close(&out) < 0 ? -1 : ret;
}

/* Where all memory is */
static int account_once(struct options *opt)
{
	struct accounted accounted = { NULL, NULL };
	struct pageowner_account *account = NULL;
	struct pageowner_profile *profile = NULL;
	int ret = pageowner_account_new(&account);

	if (ret < 0)
		cli_error("%s", strerror(-ret));
	/* As close to the same moment as possible */
	if (ret == 0)
		ret = add_meminfo(account, opt->meminfo ? opt->meminfo :
				  opt->live ? MEMINFO : NULL);
	if (ret == 0)
		ret = load_sum(opt, &profile);
	if (ret == 0)
		ret = fill_account(account, profile);
	if (ret == 0 && is_table(opt)) {
		ret = write_account(opt, account);
	} else if (ret == 0) {
		accounted.account = account;
		(void)pageowner_profile_conditions(profile, 0, &accounted.conditions);
		ret = export_account(opt, &accounted);
	}
	pageowner_account_free(account);
	pageowner_profile_free(profile);
	return ret < 0 ? CLI_FAILED : opt->status;
}

static int print_table(const struct options *opt, struct top_report *report)
{
	struct cli_output out;
	int ret;

	if (cli_output_open(&out, opt->common.output) < 0)
		return -1;
	report->out = &out;
	ret = top_report_table(report);
	if (ret == -ENOBUFS)
		cli_error("a table of so many rows needs more memory than the bound of --max-memory: write the first (--top=N), or JSON (--json)");
	else if (ret < 0)
		cli_error("%s", strerror(-ret));
	return cli_output_close(&out) < 0 ? -1 : ret;
}

static int export_rows(const struct options *opt, struct top_report *report)
{
	struct pageowner_export *e = new_export(opt);
	const int ret = e ? format_write(e, opt->common.format, opt->common.output,
					 top_report_export, report) : -1;

	memory_advise(ret, "write the first (--top)");
	pageowner_export_free(e);
	return ret;
}

/* Rows of the model: as a table, or for other programs */
static int print_once(struct options *opt)
{
	struct top_report report = {
		.view = opt->view, .full = opt->common.full,
		.top = opt->top ? opt->top : SIZE_MAX,
	};
	struct pageowner_profile *profile = NULL;
	int ret;

	report.model = top_model_new(memory_budget());
	ret = opt->replay ? add_samples(opt, report.model) :
		add_sum(opt, report.model, &profile);
	if (ret == 0 && !opt->common.page_size && !opt->live && !opt->common.quiet)
		cli_error("note: assuming 4 KiB pages (use --page-size)");
	report.page_size = page_size(opt);
	if (ret == 0 && is_table(opt)) {
		pageowner_profile_free(profile);
		profile = NULL;
		ret = print_table(opt, &report);
	} else if (ret == 0) {
		if (profile)
			(void)pageowner_profile_conditions(profile, 0, &report.conditions);
		ret = export_rows(opt, &report);
	}
	pageowner_profile_free(profile);
	top_model_free(report.model);
	return ret < 0 ? CLI_FAILED : opt->status;
}

/* Stacks of one sample by size are a profile as it is; only some formats have rows of
 * anything else. */
static bool is_profile(const struct options *opt)
{
	return !format_can(opt->common.format, PAGEOWNER_EXPORT_ROWS) ||
		(!opt->replay && opt->view.by == TOP_BY_STACK &&
		 opt->view.order == TOP_PAGES);
}

#ifdef HAVE_CURSES
static int show_screen(struct options *opt)
{
	struct top_screen screen = {
		.source = {
			.load = load_sample, .data = opt,
			.name = opt->live ? opt->live : "replay",
			.count = opt->live ? 0 : opt->count,
		},
		.view = opt->view, .filter = opt->common.filter, .delay = opt->delay,
		.budget = memory_budget(),
		.color = options_wants_color(&opt->common, true),
	};

	opt->common.quiet = true;
	return top_screen_run(&screen) < 0 ? CLI_FAILED : CLI_OK;
}
#endif

/* A view that is updated needs a terminal, and input that changes. */
static bool wants_screen(const struct options *opt)
{
	if (opt->once || opt->account || opt->common.output || opt->common.format || !isatty(STDIN_FILENO) ||
	    !isatty(STDOUT_FILENO))
		return false;
	return opt->live || opt->replay;
}

static int run(struct options *opt)
{
	if (!opt->count) {
		opt->live = cli_live_file(PAGEOWNER_LIVE_SHOW_STACKS);
		if (!opt->live)
			return CLI_FAILED;
	}
	if (wants_screen(opt)) {
#ifdef HAVE_CURSES
		return show_screen(opt);
#else
		cli_error("note: built without ncurses, so there is no view that goes on");
#endif
	}
	if (!opt->common.format)
		opt->common.format = "table";
	if (opt->top == UINT64_MAX)
		opt->top = is_table(opt) ? TOP_OF_TABLE : 0;
	if (opt->account)
		return account_once(opt);
	return !is_table(opt) && is_profile(opt) ? export_once(opt) : print_once(opt);
}

int main(int argc, char *argv[])
{
	struct options opt = { .delay = 2, .top = UINT64_MAX };
	int status;

	cli_begin("pageowner-stacks-top", argv);
	if (memory_begin() < 0)
		return CLI_FAILED;
	status = parse_options(&opt, argc, argv);
	if (status < 0)
		status = run(&opt);
	options_free(&opt.common);
	return status;
}
