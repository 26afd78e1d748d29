// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * main.c - pageowner-diff: what grew between snapshots of who holds the memory.
 *
 * Options, and the way from them to a report: the library compares, table.c shows.
 */
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/cli.h"
#include "table.h"
#include "tools/lib/format.h"
#include "tools/lib/memory.h"
#include "tools/lib/options.h"
#include "tools/lib/table.h"
#include "tools/lib/units.h"

#define PAGE_SIZE_ASSUMED	4096
#define STATUS_GROWN		4

struct options {
	struct common_options common;
	const char *const *inputs;
	size_t count;
	const char *two[2];	/* the inputs, the baseline first */
	const char *at, *baseline;
	struct pageowner_suppress *suppress;	/* NULL: nothing is left out */
	struct pageowner_export *export;	/* NULL for our own formats */
	enum { BY_STACK, BY_OWNER, BY_MODULE } by;
	enum { MATCH_EXACT, MATCH_PORTABLE } match;
	double fail_bytes;	/* NAN: do not */
	bool fail_per_hour;
	uint64_t top;
	bool force, all;
};

/* --- options */

static const char *const bys[] = { "stack", "owner", "module", NULL };
static const char *const matches[] = { "exact", "portable", NULL };

static int set_growth(void *options, const struct option_entry *entry,
		      const char *value)
{
	struct options *opt = options;
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
	struct options *opt = options;
	int ret = opt->suppress ? 0 : pageowner_suppress_new(&opt->suppress);

	(void)entry;
	if (ret == 0 && read_suppress(opt->suppress, value) < 0)
		ret = -EIO;
	return ret;
}

static const struct option_entry entries[] = {
	{ "by", .argument = "WHAT", .group = "Report",
	  .help = "one row per stack (default), owner or module",
	  OPT_WORD(struct options, by, bys) },
	{ "match", .argument = "HOW", .group = "Report",
	  .help = "match stacks exact (default) or portable: without offsets, across boots and kernels",
	  OPT_WORD(struct options, match, matches) },
	OPTION_TOP(struct options, top, "default 0: all"),
	{ "all", .group = "Report", .help = "also show rows that did not change",
	  OPT_FLAG(struct options, all) },
	{ "fail-if-growth", .argument = "SIZE[/h]", .group = "Report",
	  .help = "exit with status 4 if a row grew by more than SIZE, in total or per hour",
	  .expects = "a size, such as 64K or 10M, optionally per hour: 10M/h",
	  OPT_CALL(set_growth) },
	{ "baseline", .argument = "FILE", .group = "Report",
	  .help = "subtract what FILE holds",
	  OPT_FILE(struct options, baseline) },
	{ "suppress", .argument = "FILE", .group = "Report",
	  .help = "leave out stacks that match a pattern in FILE",
	  .complete = COMPLETE_FILES, OPT_CALL(add_suppress) },
	{ "at", .argument = "LIST", .group = "Input",
	  .help = "when the snapshots were taken: times (2026-11-23T10:15:30, seconds since 1970), or time since the first (0,10m,1.5h); default: from their headers, otherwise from the file names",
	  OPT_TEXT(struct options, at) },
	{ "force", .group = "Input",
	  .help = "compare snapshots that are not comparable or not in the order of time",
	  OPT_FLAG(struct options, force) },
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
	.common = OPTIONS_FULL | OPTIONS_SELECT | OPTIONS_PAGE_SIZE | OPTIONS_JOBS |
		OPTIONS_MEMORY | OPTIONS_FORMAT | OPTIONS_OUTPUT,
	.entries = entries, .count = sizeof(entries) / sizeof(entries[0]),
	.formats = formats, .export_uses = PAGEOWNER_EXPORT_DIFF,
	.notes =
"Exit status: 0 everything was read, 1 failed, 2 wrong usage, 3 the report is\n"
"complete, but some of the input was damaged, 4 a row grew by more than\n"
"--fail-if-growth.\n",
	.usage_status = CLI_USAGE,
};

/* -1 to continue, or the exit status after a message */
static int parse_options(struct options *opt, int argc, char *argv[])
{
	int status = options_parse(&table, &opt->common, argc, argv);

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
	if (opt->count >= 2)
		return -1;
	return options_refuse(&table, "two snapshots are needed, or one and --baseline");
}

/* --- when a snapshot was taken */

/* Take the next item off a list of times: 0, or -1 after a message. */
static int take_time(const char **list, double *time)
{
	const size_t len = strcspn(*list, ",");
	char item[64];

	if (len && len < sizeof(item)) {
		memcpy(item, *list, len);
		item[len] = '\0';
		*list += len + ((*list)[len] == ',');
		if (units_find_time(item, time) == 0 ||
		    units_parse_duration(item, time) == 0)
			return 0;
	}
	cli_error("--at: expected a time for each snapshot, separated by commas");
	return -1;
}

static int set_time(const struct options *opt, struct diff_snapshot *s,
		    const char **at, const double *before)
{
	const char *slash = strrchr(s->name, '/');

	if (opt->at && take_time(at, &s->time) < 0)
		return -1;
	if (!isfinite(s->time))
		units_find_time(slash ? slash + 1 : s->name, &s->time);
	if (!before || !isfinite(*before) || !isfinite(s->time) ||
	    s->time > *before || opt->force)
		return 0;
	cli_error("%s: taken before the previous snapshot: name snapshots in the order of time (--force compares them anyway)",
		  cli_input_name(s->name));
	return -1;
}

/* --- loading */

static const uint32_t pages_kinds = 1u << PAGEOWNER_RECORD_PAGE |
	1u << PAGEOWNER_RECORD_CONSOLE;
static const uint32_t stacks_kinds = 1u << PAGEOWNER_RECORD_STACK |
	1u << PAGEOWNER_RECORD_HANDLE | 1u << PAGEOWNER_RECORD_STACK_HANDLE;

/* "host, kernel, time, count_threshold N, complete" */
static char *conditions_of(const struct pageowner_conditions *c)
{
	const time_t seconds = (time_t)(c->start_time_ns / 1000000000);
	char time[40] = "", threshold[48] = "", *text;
	struct tm tm;

	if (c->has & PAGEOWNER_CONDITIONS_HAS_START_TIME && gmtime_r(&seconds, &tm))
		strftime(time, sizeof(time), ", %Y-%m-%d %H:%M:%S UTC", &tm);
	if (c->has & PAGEOWNER_CONDITIONS_HAS_THRESHOLD)
		snprintf(threshold, sizeof(threshold), ", count_threshold %ju",
			 (uintmax_t)c->threshold);
	if (asprintf(&text, "%.*s, Linux %.*s%s%s, %s%.*s",
		     (int)c->hostname.len, c->hostname.len ? c->hostname.ptr : "",
		     (int)c->kernel.len, c->kernel.len ? c->kernel.ptr : "", time, threshold,
		     c->has & PAGEOWNER_CONDITIONS_HAS_COMPLETE ? "complete" : "not complete: ",
		     (int)c->incomplete.len, c->incomplete.len ? c->incomplete.ptr : "") < 0)
		return NULL;
	return text;
}

static void learn_conditions(struct diff_snapshot *s, struct pageowner_profile *profile)
{
	const struct pageowner_conditions *c = NULL;

	(void)pageowner_profile_conditions(profile, 0, &c);
	s->kinds = pageowner_profile_kinds(profile);
	s->time = NAN;
	if (c && c->has & PAGEOWNER_CONDITIONS_HAS_START_TIME)
		s->time = (double)c->start_time_ns / 1e9;
	if (c && c->has & PAGEOWNER_CONDITIONS_HAS_PAGE_SIZE)
		s->page_size = c->page_size;
	if (c && c->has & PAGEOWNER_CONDITIONS_HAS_KERNEL)
		s->kernel = strndup(c->kernel.ptr, c->kernel.len);
	if (c)
		s->conditions = conditions_of(c);
}

static void say_failure(const struct options *opt, int error, const char *sentence)
{
	cli_error("%s", error == -ENOBUFS && !*sentence ?
		  "the rows need more memory than the bound of --max-memory" :
		  *sentence ? sentence : strerror(-error));
	memory_advise(error, opt->common.jobs > 1 ?
		"select stacks (--frame, --module), use fewer threads (--jobs), name fewer snapshots" :
		"select stacks (--frame, --module), name fewer snapshots");
}

/* Grouped by stack; *status gets worse if the input is damaged. */
static struct pageowner_profile *load(const struct options *opt,
				      struct diff_snapshot *s, int *status)
{
	struct cli_progress progress = { 0 };
	struct pageowner_profile *profile;
	int ret;

	/* The filter is that of all snapshots, the time that --age needs is of each. */
	if (options_find_clock(&opt->common, s->name) < 0)
		return NULL;
	ret = pageowner_profile_new("callstack", &profile);
	if (ret < 0) {
		cli_error("%s: %s", s->name, strerror(-ret));
		return NULL;
	}
	pageowner_profile_set_jobs(profile, (unsigned int)opt->common.jobs);
	if (!opt->common.quiet)
		pageowner_profile_set_progress(profile, cli_progress, &progress);
	ret = pageowner_profile_set_budget(profile, memory_budget());
	if (ret == 0)
		ret = pageowner_profile_set_filter(profile, opt->common.filter);
	if (ret == 0)
		ret = pageowner_profile_load(profile, s->name);
	if (ret == 0)
		ret = pageowner_profile_finish(profile);
	cli_progress_end(&progress);
	if (ret != -EBADMSG &&
	    cli_report_damage(pageowner_profile_stats(profile),
			      cli_input_name(s->name)) != CLI_OK)
		*status = CLI_DAMAGED;
	if (ret < 0) {
		say_failure(opt, ret, pageowner_profile_error(profile));
	} else if (pageowner_profile_count(profile) &&
		   !(pageowner_profile_has(profile) & PAGEOWNER_HAS_PAGES)) {
		cli_error("%s: has counts of allocations, but not of pages",
			  cli_input_name(s->name));
		ret = -EINVAL;
	}
	if (ret == 0) {
		learn_conditions(s, profile);
		return profile;
	}
	pageowner_profile_free(profile);
	return NULL;
}

/* Whether they count the same thing; if not, after a message */
static bool are_alike(const struct diff_snapshot *a, const struct diff_snapshot *b)
{
	const struct diff_snapshot *pages, *stacks;

	pages = a->kinds & pages_kinds ? a : b->kinds & pages_kinds ? b : NULL;
	stacks = a->kinds & stacks_kinds ? a : b->kinds & stacks_kinds ? b : NULL;
	if (!pages || !stacks)
		return true;
	cli_error("%s is a dump of pages, %s counts of stacks: a dump has pages from before page_owner began, which the counts lack, and takes seconds to read (--force compares them anyway)",
		  cli_input_name(pages->name), cli_input_name(stacks->name));
	return false;
}

/* --- notes on the report */

static void print_notes(const struct options *opt,
			const struct diff_snapshot *snapshots,
			struct pageowner_diff *diff, size_t hidden)
{
	uint64_t low = UINT64_MAX, high = 0, suppressed = 0;
	const struct pageowner_snapshot *taken;

	for (size_t i = 0; i < opt->count; i++) {
		const uint64_t t = snapshots[i].threshold;

		low = t < low ? t : low;
		high = t > high ? t : high;
		if (pageowner_diff_snapshot(diff, i, &taken) > 0 &&
		    taken->suppressed > suppressed)
			suppressed = taken->suppressed;
		if (i && snapshots[i].kernel && snapshots[i - 1].kernel &&
		    strcmp(snapshots[i].kernel, snapshots[i - 1].kernel) &&
		    opt->match != MATCH_PORTABLE)
			cli_error("note: %s is of kernel %s, %s of %s: --match=portable compares them",
				  cli_input_name(snapshots[i - 1].name),
				  snapshots[i - 1].kernel,
				  cli_input_name(snapshots[i].name),
				  snapshots[i].kernel);
	}
	if (high > 1 && high > low)
		cli_error("note: count_threshold was not the same: stacks under %ju pages are missing in some snapshots only; %zu rows that this may concern are put last as unknown",
			  (uintmax_t)high, hidden);
	else if (high > 1)
		cli_error("note: stacks under %ju pages are missing in all snapshots (count_threshold)",
			  (uintmax_t)high);
	if (suppressed)
		cli_error("note: stacks with up to %ju pages were left out by --suppress",
			  (uintmax_t)suppressed);
	if (opt->count > 2 && !pageowner_diff_has_times(diff))
		cli_error("note: snapshot times unknown: slopes are per snapshot (use --at)");
}

static uint64_t page_size(const struct options *opt,
			  const struct diff_snapshot *snapshots)
{
	if (opt->common.page_size)
		return opt->common.page_size;
	for (size_t i = 0; i < opt->count; i++)
		if (snapshots[i].page_size)
			return snapshots[i].page_size;
	if (!opt->common.quiet)
		cli_error("note: assuming 4 KiB pages (use --page-size)");
	return PAGE_SIZE_ASSUMED;
}

/* --- from snapshots to a report */

static bool has_grown(const struct options *opt, struct pageowner_diff *diff,
		      const struct pageowner_change *c, uint64_t size)
{
	double bytes = (double)c->change * (double)size;

	if (!isfinite(opt->fail_bytes) || c->flags & PAGEOWNER_CHANGE_UNKNOWN)
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

static int write_format(const struct options *opt, const struct diff_report *report)
{
	int ret;

	pageowner_export_set_page_size(opt->export, report->page_size);
	pageowner_export_set_top(opt->export, opt->top);
	pageowner_export_set_budget(opt->export, memory_budget());
	pageowner_export_set_flags(opt->export, opt->all ? 0 : PAGEOWNER_EXPORT_CHANGED);
	for (size_t i = 0; i < report->count; i++) {
		const struct diff_snapshot *s = &report->snapshots[i];

		if (pageowner_export_add_input(opt->export, cli_input_name(s->name)) < 0 ||
		    pageowner_export_add_condition(opt->export, cli_input_name(s->name),
						   s->conditions ? s->conditions :
						   "nothing is known of it") < 0) {
			cli_error("%s", strerror(ENOMEM));
			return CLI_FAILED;
		}
	}
	ret = format_write(opt->export, opt->common.format, opt->common.output, put_diff,
			   report->diff);
	memory_advise(ret, "write the first (--top)");
	return ret < 0 ? CLI_FAILED : CLI_OK;
}

static int write_report(const struct options *opt, struct diff_report *report)
{
	int ret;

	if (opt->export)
		return write_format(opt, report);
	if (cli_output_open(&report->out, opt->common.output) < 0)
		return CLI_FAILED;
	ret = diff_report_table(report);
	if (ret == -ENOBUFS)
		cli_error("a table of so many rows needs more memory than the bound of --max-memory: write the first (--top=N), or JSON (--json)");
	else if (ret < 0)
		cli_error("%s", strerror(-ret));
	return cli_output_close(&report->out) < 0 || ret < 0 ? CLI_FAILED : CLI_OK;
}

static enum pageowner_by by_of(const struct options *opt)
{
	if (opt->by == BY_OWNER)
		return PAGEOWNER_BY_OWNER;
	if (opt->by == BY_MODULE)
		return PAGEOWNER_BY_MODULE;
	return opt->match != MATCH_PORTABLE ? PAGEOWNER_BY_STACK :
		PAGEOWNER_BY_PORTABLE;
}

/* Report the rows that exceed the size, and count those that are unknown. */
static int judge(const struct options *opt, struct pageowner_diff *diff,
		  uint64_t size, bool *grown, size_t *hidden)
{
	const size_t count = pageowner_diff_count(diff);

	*grown = false;
	*hidden = 0;
	for (size_t i = 0; i < count; i++) {
		const struct pageowner_change *c;
		const int ret = pageowner_diff_change(diff, i, &c);

		if (ret < 0)
			return ret;
		*grown = *grown || has_grown(opt, diff, c, size);
		*hidden += !!(c->flags & PAGEOWNER_CHANGE_UNKNOWN);
	}
	return 0;
}

static int report(const struct options *opt,
		  const struct diff_snapshot *snapshots,
		  struct pageowner_diff *diff, int status)
{
	struct diff_report report = {
		.diff = diff, .by = by_of(opt), .full = opt->common.full,
		.all = opt->all, .top = opt->top ? opt->top : SIZE_MAX,
		.snapshots = snapshots, .count = opt->count,
		.page_size = page_size(opt, snapshots),
	};
	int ret = pageowner_diff_sort(diff, opt->count > 2 ?
		PAGEOWNER_DIFF_BY_TREND : PAGEOWNER_DIFF_BY_GROWTH);
	size_t hidden;
	bool grown;

	if (ret < 0) {
		say_failure(opt, ret, "");
		return CLI_FAILED;
	}
	ret = judge(opt, diff, report.page_size, &grown, &hidden);
	if (ret < 0) {
		say_failure(opt, ret, "");
		return CLI_FAILED;
	}
	if (!opt->common.quiet)
		print_notes(opt, snapshots, diff, hidden);
	if (write_report(opt, &report) != CLI_OK)
		return CLI_FAILED;
	return grown ? STATUS_GROWN : status;
}

static int add_baseline(const struct options *opt,
			struct pageowner_diff *diff, struct diff_snapshot *s,
			int *status)
{
	struct pageowner_profile *profile;
	int ret;

	s->name = opt->baseline;
	profile = load(opt, s, status);
	if (!profile)
		return -1;
	ret = pageowner_diff_set_baseline(diff, profile);
	pageowner_profile_free(profile);
	return ret;
}

static int add_snapshot(struct pageowner_diff *diff,
			struct pageowner_profile *profile, struct diff_snapshot *s)
{
	const struct pageowner_snapshot *taken;
	int ret;

	if (isfinite(s->time))
		pageowner_diff_set_time(diff, (uint64_t)(s->time * 1e9));
	ret = pageowner_diff_add(diff, profile);
	if (ret == 0 && pageowner_diff_snapshot(diff,
			pageowner_diff_snapshot_count(diff) - 1, &taken) > 0)
		s->threshold = taken->threshold;
	return ret;
}

/* 0, or negative after a message */
static int add_snapshots(const struct options *opt,
			 struct pageowner_diff *diff,
			 struct diff_snapshot *snapshots, int *status)
{
	const struct diff_snapshot *first = opt->baseline ?
		&snapshots[opt->count] : &snapshots[0];
	const char *at = opt->at;
	int ret = opt->baseline ?
		add_baseline(opt, diff, &snapshots[opt->count], status) : 0;

	for (size_t i = 0; ret == 0 && i < opt->count; i++) {
		struct diff_snapshot *s = &snapshots[i];
		struct pageowner_profile *profile;

		s->name = opt->inputs[i];
		profile = load(opt, s, status);
		if (!profile)
			return -1;
		if (set_time(opt, s, &at, i ? &s[-1].time : NULL) < 0 ||
		    (!opt->force && !are_alike(first, s)))
			ret = -1;
		else
			ret = add_snapshot(diff, profile, s);
		pageowner_profile_free(profile);
	}
	if (ret < -1)
		say_failure(opt, ret, ret == -EINVAL ? pageowner_diff_error(diff) : "");
	if (ret == 0 && at && *at) {
		cli_error("--at: more times than snapshots");
		ret = -1;
	}
	return ret;
}

static int run(const struct options *opt)
{
	/* The last is the baseline. */
	struct diff_snapshot *snapshots = calloc(opt->count + 1, sizeof(*snapshots));
	struct pageowner_diff *diff = NULL;
	int status = CLI_OK;
	int ret = snapshots ? pageowner_diff_new(by_of(opt), &diff) : -ENOMEM;

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
		ret = add_snapshots(opt, diff, snapshots, &status);
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

int main(int argc, char *argv[])
{
	struct options opt = { .common.format = "table", .fail_bytes = NAN };
	int status;

	cli_begin("pageowner-diff", argv);
	if (memory_begin() < 0)
		return CLI_FAILED;
	status = parse_options(&opt, argc, argv);
	if (status >= 0)
		goto out;
	status = CLI_USAGE;
	if (strcmp(opt.common.format, "table")) {
		opt.export = format_new(opt.common.format, PAGEOWNER_EXPORT_DIFF);
		if (!opt.export)
			goto out;
	}
	status = run(&opt);
out:
	pageowner_export_free(opt.export);
	pageowner_suppress_free(opt.suppress);
	options_free(&opt.common);
	return status;
}
