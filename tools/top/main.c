// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * pageowner-stacks-top.c - who holds the memory now: the stacks, owners or
 * modules that hold most, as a table or as a view that goes on.
 *
 * Options and where samples come from; what is made of them is known to
 * top-model.c, what it looks like to top-report.c and top-screen.c.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tools/account-report.h"
#include "tools/lib/cli.h"
#include "tools/lib/format.h"
#include "tools/lib/memory.h"
#include "tools/lib/table.h"
#include "report.h"
#include "screen.h"
#include "tools/lib/units.h"

#define PAGE_SIZE_ASSUMED	4096
#define TOP_OF_TABLE		20
#define MEMINFO			"/proc/meminfo"

enum {
	OPT_BY = 256, OPT_TOP, OPT_THRESHOLD, OPT_FRAME, OPT_MODULE, OPT_FULL,
	OPT_PAGE_SIZE, OPT_ONCE, OPT_REPLAY, OPT_FORMAT, OPT_JSON, OPT_JOBS,
	OPT_COLOR, OPT_SORT, OPT_ACCOUNT, OPT_MEMINFO, OPT_MAX_MEMORY,
};

static const struct option long_options[] = {
	{ "by", required_argument, NULL, OPT_BY },
	{ "sort", required_argument, NULL, OPT_SORT },
	{ "top", required_argument, NULL, OPT_TOP },
	{ "threshold", required_argument, NULL, OPT_THRESHOLD },
	{ "frame", required_argument, NULL, OPT_FRAME },
	{ "module", required_argument, NULL, OPT_MODULE },
	{ "full", no_argument, NULL, OPT_FULL },
	{ "account", no_argument, NULL, OPT_ACCOUNT },
	{ "meminfo", required_argument, NULL, OPT_MEMINFO },
	{ "page-size", required_argument, NULL, OPT_PAGE_SIZE },
	{ "once", no_argument, NULL, OPT_ONCE },
	{ "replay", no_argument, NULL, OPT_REPLAY },
	{ "delay", required_argument, NULL, 'd' },
	{ "format", required_argument, NULL, OPT_FORMAT },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "jobs", required_argument, NULL, OPT_JOBS },
	{ "max-memory", required_argument, NULL, OPT_MAX_MEMORY },
	{ "color", required_argument, NULL, OPT_COLOR },
	{ "output", required_argument, NULL, 'o' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ }
};

struct options {
	const char *const *inputs;
	size_t count;
	struct top_view view;
	const char *output, *format;
	const char *meminfo;	/* a file instead of the captures' own */
	double delay;		/* seconds */
	unsigned long top, jobs;
	uint64_t page_size;	/* bytes; 0: not known yet */
	bool full, once, replay, account, is_selected, quiet;
	/* while reading */
	struct pageowner_filter *filter;
	const char *live;	/* the kernel's file, or NULL */
	int status;
};

static const char help_text[] =
"Usage: pageowner-stacks-top [OPTIONS] [INPUT...]\n"
"Show which stacks hold most memory: those of the running kernel, again and again,\n"
"or those of a dump, show_stacks, sorted report or capture. Several are added up.\n"
"\n"
"  --by=WHAT          a row for each stack (the default), owner or module\n"
"  --sort=ORDER       size (the default), change, rate, stacks or name\n"
"  --top=N            only the first N rows (20 in a table, 0 for all)\n"
"  --threshold=PAGES  only rows that hold as many pages\n"
"  --frame=GLOBS --module=GLOBS  only stacks with such a function, or of such a\n"
"                     module\n"
"  --full             all frames of a stack\n"
"  --account          where all memory is: what meminfo names, how much of each is\n"
"                     recorded, and who holds what it does not name\n"
"  --meminfo=FILE     for --account; else the capture's, or this machine's if its\n"
"                     kernel is read\n"
"  --page-size=SIZE   bytes of a page, else from the capture's header, else this\n"
"                     machine's if its kernel is read, else 4 KiB\n"
"  --once             print a table, also on a terminal\n"
"  --replay           the inputs are samples, one after the other\n"
"  -d, --delay=SECONDS  from one sample to the next (2)\n"
"  --format=FORMAT    table, json (also --json), or a format of other programs: help\n"
"                     lists them\n"
"  --color=WHEN       auto, always or never\n"
"  -o, --output=FILE  instead of standard output\n"
"  --jobs=N           read with N threads\n"
"  --max-memory=SIZE  take no more memory for the input (0: no bound; else three\n"
"                     quarters of what there is)\n"
"  -q, --quiet        no progress and no notes\n"
"  -h, --help  -V, --version\n"
"\n"
"In the view: h for its keys, q to quit.\n"
"Exit status: 0 all read, 1 failed, 2 wrong usage, 3 done, but some of the input\n"
"was damaged.\n";

/* --- options */

static int set_option(struct options *opt, int c, char *arg)
{
	static const char *const bys[] = { "stack", "owner", "module" };
	static const char *const orders[] = {
		"size", "change", "rate", "stacks", "name",
	};
	static const char *const whens[] = { "auto", "always", "never" };
	int ret = 0;

	switch (c) {
	case 'd':
		return units_parse_duration(arg, &opt->delay) < 0 ||
			opt->delay < 0.1 ? -EINVAL : 0;
	case 'o':
		opt->output = arg;
		return 0;
	case 'q':
		opt->quiet = true;
		return 0;
	case OPT_BY:
		ret = cli_one_of(arg, bys, TOP_BYS);
		opt->view.by = (enum top_by)ret;
		return ret;
	case OPT_SORT:
		ret = cli_one_of(arg, orders, TOP_ORDERS);
		opt->view.order = (enum top_order)ret;
		return ret;
	case OPT_TOP:
		return cli_parse_number(arg, 0, ULONG_MAX, &opt->top);
	case OPT_THRESHOLD: {
		unsigned long pages;

		ret = cli_parse_number(arg, 0, ULONG_MAX, &pages);
		opt->view.threshold = ret < 0 ? 0 : pages;
		return ret;
	}
	case OPT_FRAME:
	case OPT_MODULE:
		opt->is_selected = true;
		return pageowner_filter_add(opt->filter, c == OPT_FRAME ? "frame" : "module",
					    arg, NULL);
	case OPT_FULL:
		opt->full = true;
		return 0;
	case OPT_ACCOUNT:
		opt->account = true;
		return 0;
	case OPT_MEMINFO:
		opt->meminfo = arg;
		return 0;
	case OPT_PAGE_SIZE:
		return units_parse_size(arg, NULL, &opt->page_size) < 0 ||
			!opt->page_size ? -EINVAL : 0;
	case OPT_ONCE:
		opt->once = true;
		return 0;
	case OPT_REPLAY:
		opt->replay = true;
		return 0;
	case OPT_FORMAT:
		opt->format = arg;
		return 0;
	case OPT_JSON:
		opt->format = "json";
		return 0;
	case OPT_JOBS:
		return cli_parse_number(arg, 1, 256, &opt->jobs);
	case OPT_MAX_MEMORY:
		return memory_set_max(arg);
	case OPT_COLOR:
		return cli_one_of(arg, whens, 3);	/* nothing is told by colour alone */
	}
	return -EINVAL;
}

/* What was asked for that is nothing for --account */
static const char *wrong_with_account(const struct options *opt)
{
	if (!opt->account)
		return NULL;
	if (opt->replay)
		return "no --replay";
	if (opt->is_selected)
		return "neither --frame nor --module";
	if (opt->view.by != TOP_BY_STACK || opt->view.order != TOP_PAGES)
		return "neither --by nor --sort";
	if (opt->format && strcmp(opt->format, "table") && strcmp(opt->format, "json"))
		return "no --format but table and json";
	return NULL;
}

/* -1 to go on, or the exit status; has said why. */
static int parse_options(struct options *opt, int argc, char *argv[])
{
	int c;

	while ((c = getopt_long(argc, argv, "d:ho:qV", long_options, NULL)) != -1) {
		if (c == 'h') {
			fputs(help_text, stdout);
			return CLI_OK;
		}
		if (c == 'V')
			return cli_print_version();
		if (c == '?')
			goto usage;
		if (set_option(opt, c, optarg) < 0) {
			cli_wrong_argument(long_options, c, optarg);
			goto usage;
		}
	}
	if (opt->format && !strcmp(opt->format, "help"))
		return format_help("table        our own report\n"
				   "json         the same for programs\n",
				   PAGEOWNER_EXPORT_PROFILE);
	opt->inputs = (const char *const *)argv + optind;
	opt->count = (size_t)(argc - optind);
	if (opt->replay && !opt->count) {
		cli_error("--replay needs the samples");
		goto usage;
	}
	if (opt->meminfo && !opt->account) {
		cli_error("--meminfo is for --account");
		goto usage;
	}
	if (wrong_with_account(opt)) {
		cli_error("--account looks at all memory: %s goes with it",
			  wrong_with_account(opt));
		goto usage;
	}
	return -1;
usage:
	fprintf(stderr, "Try \"%s --help\".\n", cli_program);
	return CLI_USAGE;
}

/* --- samples */

/* When it was taken: by its header, its file's name, else one delay later */
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

	for (size_t i = 0; !opt->page_size &&
	     pageowner_profile_conditions(profile, i, &c) > 0; i++)
		if (c->has & PAGEOWNER_CONDITIONS_HAS_PAGE_SIZE)
			opt->page_size = c->page_size;
}

/* As told or learnt, else what is likely */
static uint64_t page_size(const struct options *opt)
{
	if (opt->page_size)
		return opt->page_size;
	return opt->live ? (uint64_t)sysconf(_SC_PAGESIZE) : PAGE_SIZE_ASSUMED;
}

static int new_profile(const struct options *opt,
		       struct pageowner_profile **profile)
{
	int ret = pageowner_profile_new("callstack", profile);

	if (ret == 0) {
		pageowner_profile_set_jobs(*profile, (unsigned int)opt->jobs);
		ret = pageowner_profile_set_budget(*profile, memory_budget());
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
	int ret = top_model_add(model, profile, opt->filter, time);

	if (ret == -ENOBUFS)
		cli_error(TOO_MANY_STACKS);
	else if (ret < 0)
		cli_error("%s", strerror(-ret));
	memory_advise(ret, advice);
	return ret < 0 ? -1 : 0;
}

/* Adds a file to a profile; *why, to be freed, on failure. */
static int load_file(struct pageowner_profile *profile, const char *name,
		     char **why)
{
	int ret = pageowner_profile_load(profile, name);

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
		   (ret = asprintf(why, "%s: tells how many allocations, not how many pages",
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
	if (load_file(sample->profile, name, &sample->why) < 0)
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

/* All inputs as one profile, to be freed in any case: 0, or -1 after a message */
static int load_sum(struct options *opt, struct pageowner_profile **profile)
{
	const char *const *inputs = opt->live ? &opt->live : opt->inputs;
	const size_t count = opt->live ? 1 : opt->count;
	struct cli_progress progress = { 0 };
	char *why = NULL;
	int ret = new_profile(opt, profile);

	if (ret == 0 && !opt->quiet)
		pageowner_profile_set_progress(*profile, cli_progress, &progress);
	for (size_t i = 0; ret == 0 && i < count; i++)
		ret = load_file(*profile, inputs[i], &why);
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

/* All inputs as one sample */
static int add_sum(struct options *opt, struct top_model *model)
{
	struct pageowner_profile *profile = NULL;
	int ret = load_sum(opt, &profile);

	if (ret == 0)
		ret = add_to_model(opt, model, profile, 0);
	pageowner_profile_free(profile);
	return ret;
}

/* --- the ways to show it */

/* All inputs as one, in a format of other programs */
static int export_once(struct options *opt)
{
	const char *const *inputs = opt->live ? &opt->live : opt->inputs;
	const size_t count = opt->live ? 1 : opt->count;
	struct pageowner_export *e = format_new(opt->format,
						PAGEOWNER_EXPORT_PROFILE);
	struct pageowner_profile *profile = NULL;
	char *why = NULL;
	int ret;

	if (!e)
		return CLI_USAGE;
	ret = pageowner_profile_new(pageowner_export_keys(e), &profile);
	if (ret == 0) {
		pageowner_profile_set_filter(profile, opt->filter);
		pageowner_profile_set_jobs(profile, (unsigned int)opt->jobs);
		ret = pageowner_profile_set_budget(profile, memory_budget());
	}
	for (size_t i = 0; ret == 0 && i < count; i++)
		ret = load_file(profile, inputs[i], &why);
	if (ret == 0)
		ret = pageowner_profile_sort(profile, "-pages");
	if (ret < 0) {
		cli_error("%s", why ? why : strerror(ENOMEM));
	} else {
		report_damage(opt, profile, count == 1 ?
			      cli_input_name(inputs[0]) : "all inputs together");
		learn_page_size(opt, profile);
		pageowner_export_set_page_size(e, page_size(opt));
		pageowner_export_set_top(e, opt->top == ULONG_MAX ? 0 : opt->top);
		pageowner_export_set_budget(e, memory_budget());
		ret = format_write_profile(e, opt->format, profile, opt->output);
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

/* A meminfo that was named, or this machine's: 0, or -1 after a message */
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
		cli_error("the input does not tell meminfo, as what pageowner-capture writes does: --meminfo=FILE");
	else if (ret < 0)
		cli_error("%s", pageowner_account_error(account));
	memory_advise(ret, advice);
	return ret;
}

static int write_account(const struct options *opt,
			 const struct pageowner_account *account)
{
	struct cli_output out;
	struct account_report report = {
		.account = account, .full = opt->full, .out = &out,
		.top = opt->top ? opt->top : SIZE_MAX, .page_size = page_size(opt),
		.threshold = opt->view.threshold,
	};
	int ret;

	if (cli_output_open(&out, opt->output) < 0)
		return -1;
	ret = strcmp(opt->format, "json") ? account_report_table(&report) :
		account_report_json(&report);
	if (ret < 0)
		cli_error("%s", strerror(-ret));
	return cli_output_close(&out) < 0 ? -1 : ret;
}

/* Where all memory is */
static int account_once(struct options *opt)
{
	struct pageowner_account *account = NULL;
	struct pageowner_profile *profile = NULL;
	int ret = pageowner_account_new(&account);

	if (ret < 0)
		cli_error("%s", strerror(-ret));
	/* Of the same moment, as close as can be */
	if (ret == 0)
		ret = add_meminfo(account, opt->meminfo ? opt->meminfo :
				  opt->live ? MEMINFO : NULL);
	if (ret == 0)
		ret = load_sum(opt, &profile);
	if (ret == 0)
		ret = fill_account(account, profile);
	if (ret == 0)
		ret = write_account(opt, account);
	pageowner_account_free(account);
	pageowner_profile_free(profile);
	return ret < 0 ? CLI_FAILED : opt->status;
}

static int print_once(struct options *opt)
{
	struct top_report report = {
		.view = opt->view, .full = opt->full,
		.top = opt->top ? opt->top : SIZE_MAX,
	};
	struct cli_output out;
	int ret;

	report.model = top_model_new(memory_budget());
	ret = opt->replay ? add_samples(opt, report.model) :
		add_sum(opt, report.model);
	if (ret < 0 || cli_output_open(&out, opt->output) < 0) {
		top_model_free(report.model);
		return CLI_FAILED;
	}
	if (!opt->page_size && !opt->live && !opt->quiet)
		cli_error("note: pages are taken to be of 4 KiB (--page-size tells)");
	report.page_size = page_size(opt);
	report.out = &out;
	ret = strcmp(opt->format, "json") ? top_report_table(&report) :
		top_report_json(&report);
	if (ret == -ENOBUFS)
		cli_error("a table of so many rows needs more memory than the bound of --max-memory: write the first (--top=N), or JSON (--json)");
	else if (ret < 0)
		cli_error("%s", strerror(-ret));
	top_model_free(report.model);
	return cli_output_close(&out) < 0 || ret < 0 ? CLI_FAILED : opt->status;
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
		.view = opt->view, .filter = opt->filter, .delay = opt->delay,
		.budget = memory_budget(),
	};

	opt->quiet = true;
	return top_screen_run(&screen) < 0 ? CLI_FAILED : CLI_OK;
}
#endif

/* A view that goes on needs a terminal, and something that changes. */
static bool wants_screen(const struct options *opt)
{
	if (opt->once || opt->account || opt->output || opt->format || !isatty(STDIN_FILENO) ||
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
	if (!opt->format)
		opt->format = "table";
	if (strcmp(opt->format, "table") && strcmp(opt->format, "json"))
		return export_once(opt);
	if (opt->top == ULONG_MAX)
		opt->top = strcmp(opt->format, "json") ? TOP_OF_TABLE : 0;
	return opt->account ? account_once(opt) : print_once(opt);
}

int main(int argc, char *argv[])
{
	struct options opt = { .delay = 2, .top = ULONG_MAX };
	int status;

	cli_begin("pageowner-stacks-top", argv);
	if (memory_begin() < 0)
		return CLI_FAILED;
	if (pageowner_filter_new(&opt.filter) < 0) {
		cli_error("%s", strerror(ENOMEM));
		return CLI_FAILED;
	}
	status = parse_options(&opt, argc, argv);
	if (status < 0)
		status = run(&opt);
	pageowner_filter_free(opt.filter);
	return status;
}
