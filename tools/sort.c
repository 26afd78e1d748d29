// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * pageowner-sort.c - who holds the memory: group, sort and cull a page_owner
 * dump. A drop-in for the kernel's page_owner_sort.
 *
 * Options, and the way from them to a report: what a group looks like is known
 * to libpageowner-export, all else to the library.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/cli.h"
#include "tools/lib/format.h"
#include "tools/lib/memory.h"
#include "tools/lib/units.h"

/* page_owner_sort's status for wrong usage, and so the one of scripts. */
#define USAGE	CLI_FAILED

#define BIT(key)	(UINT64_C(1) << PAGEOWNER_FIELD_##key)

/* The first three are shown in a culled report, as the keys of their names. */
static const char *const selectors[] = {
	"pid", "tgid", "name", "order", "node", "module", "memcg",
	"migratetype", "frame",
};
#define SELECTORS	(sizeof(selectors) / sizeof(selectors[0]))

enum {
	OPT_SORT = 256, OPT_CULL, OPT_TOP, OPT_JOBS, OPT_PLUMBING, OPT_KERNEL_LABELS,
	OPT_FORMAT, OPT_PAGE_SIZE, OPT_RECORDS, OPT_MAX_MEMORY,
	OPT_SELECT,	/* and one more for each selector */
};

static const struct option long_options[] = {
	{ "sort", required_argument, NULL, OPT_SORT },
	{ "cull", required_argument, NULL, OPT_CULL },
	{ "pid", required_argument, NULL, OPT_SELECT },
	{ "tgid", required_argument, NULL, OPT_SELECT + 1 },
	{ "name", required_argument, NULL, OPT_SELECT + 2 },
	{ "order", required_argument, NULL, OPT_SELECT + 3 },
	{ "node", required_argument, NULL, OPT_SELECT + 4 },
	{ "module", required_argument, NULL, OPT_SELECT + 5 },
	{ "memcg", required_argument, NULL, OPT_SELECT + 6 },
	{ "migratetype", required_argument, NULL, OPT_SELECT + 7 },
	{ "frame", required_argument, NULL, OPT_SELECT + 8 },
	{ "top", required_argument, NULL, OPT_TOP },
	{ "jobs", required_argument, NULL, OPT_JOBS },
	{ "max-memory", required_argument, NULL, OPT_MAX_MEMORY },
	{ "plumbing", required_argument, NULL, OPT_PLUMBING },
	{ "kernel-labels", no_argument, NULL, OPT_KERNEL_LABELS },
	{ "format", required_argument, NULL, OPT_FORMAT },
	{ "page-size", required_argument, NULL, OPT_PAGE_SIZE },
	{ "records", no_argument, NULL, OPT_RECORDS },
	{ "output", required_argument, NULL, 'o' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	/* Prefixes that were unique in page_owner_sort, and are not here. */
	{ "m", required_argument, NULL, OPT_SELECT + 5 },
	{ "n", required_argument, NULL, OPT_SELECT + 2 },
	{ "p", required_argument, NULL, OPT_SELECT },
	{ "t", required_argument, NULL, OPT_SELECT + 1 },
	{ }
};

static const struct {
	char letter;
	const char *order;
} letters[] = {
	{ 'a', "alloc_ts" }, { 'm', "-pages" }, { 'M', "module" },
	{ 'n', "name" }, { 'p', "pid" }, { 'P', "tgid" }, { 'r', "free_ts" },
	{ 's', "stacktrace" }, { 't', "-times" },
};

struct options {
	const char *input;
	const char *output;
	const char *sort;	/* --sort */
	const char *letter;	/* the order a letter stands for */
	char *cull;
	const char *selected[SELECTORS];
	struct pageowner_plumbing *plumbing;	/* NULL: the library's table alone */
	const char *format;	/* of libpageowner-export; NULL for our own report */
	uint64_t page_size;	/* bytes; 0: as the capture says */
	bool default_order;	/* no order was asked for */
	bool drop_released;
	bool kernel_labels;
	bool records;		/* a row for each, no groups */
	bool quiet;
	unsigned long top;
	unsigned long jobs;
};

static const char help_text[] =
"Usage: pageowner-sort [OPTIONS] [INPUT [OUTPUT]]\n"
"Group the records of a page_owner dump, count them, and sort the groups.\n"
"INPUT may be compressed (gzip, xz, zstd); \"-\" is standard input, none is the\n"
"file of the running kernel. No OUTPUT, or \"-\", is standard output.\n"
"\n"
"Sort by (one of them):\n"
"  -t          times, most first (the default)\n"
"  -m          memory: pages, most first\n"
"  -a          time of the allocation\n"
"  -r          time of the release\n"
"  -p, -P, -n  process ID, thread group ID, task name\n"
"  -s          stack trace\n"
"  -M          kernel module\n"
"  --sort=ORDER    keys, separated by commas, each with + (the default) or -\n"
"                  in front for smallest or largest first\n"
"Group by:\n"
"  --cull=RULES    keys, separated by commas, instead of the whole text\n"
"Count only records (LIST is separated by commas, GLOBS may hold * ? [...]):\n"
"  --pid=LIST  --tgid=LIST  --name=LIST  --order=LIST  --node=LIST\n"
"  --module=GLOBS  --memcg=GLOBS  --migratetype=GLOBS\n"
"  --frame=GLOBS   with such a function anywhere in the stack\n"
"  -f              not released since, as far as the dump says\n"
"Other:\n"
"  --top=N         write only the first N groups\n"
"  --plumbing=GLOBS  more functions that the key owner passes over\n"
"  --kernel-labels  say SLAB by the page flags alone, as page_owner_sort does\n"
"  --format=FORMAT  text (the default) or a format of other programs: help lists\n"
"                  them. Without --cull those group by what they show best\n"
"  --records       the records themselves, in their order, not in groups: with\n"
"                  --format=csv, ndjson or sqlite\n"
"  --page-size=SIZE  bytes of a page, for formats with bytes; else from the\n"
"                  capture's header, else 4 KiB\n"
"  -o, --output=FILE  instead of OUTPUT\n"
"  --jobs=N        read with N threads\n"
"  --max-memory=SIZE  take no more memory for the input (0: no bound; else three\n"
"                  quarters of what there is)\n"
"  -q, --quiet     no progress and no notes\n"
"  -h, --help      this text\n"
"  -V, --version   the version\n"
"\n"
"Keys (S: to sort by, C: to cull by):\n";

/* No keys to cull by: they are what is grouped by without --cull. */
#define NOT_CULLED	(BIT(TXT) | BIT(ALLOC_TS))

/* The keys of a list of sort or cull keys as bits; 0 for NULL. */
static uint64_t keys_of(const char *list)
{
	enum pageowner_field key;
	uint64_t bits = 0;

	for (; list; list = strchr(list, ',')) {
		list += *list == ',';
		list += *list == '+' || *list == '-';
		if (pageowner_field_find(list, strcspn(list, ","), &key) >= 0)
			bits |= UINT64_C(1) << key;
	}
	return bits;
}

static int print_help(void)
{
	struct cli_output out;

	if (cli_output_open(&out, NULL) < 0)
		return CLI_FAILED;
	cli_put_string(&out, help_text);
	for (int i = 0; i < PAGEOWNER_FIELD_COUNT; i++) {
		const struct pageowner_field_info *key =
			pageowner_field_info((enum pageowner_field)i);
		unsigned int use = key->uses;

		if (!(use & (PAGEOWNER_FIELD_SORTS | PAGEOWNER_FIELD_GROUPS)))
			continue;
		if (NOT_CULLED & UINT64_C(1) << i)
			use &= ~PAGEOWNER_FIELD_GROUPS;
		fprintf(out.file, "  %-4s  %-11s  %s%s  %s\n",
			key->short_name ? key->short_name : "", key->name,
			use & PAGEOWNER_FIELD_SORTS ? "S" : " ",
			use & PAGEOWNER_FIELD_GROUPS ? "C" : " ", key->help);
	}
	cli_put_string(&out, "\nExit status: 0 all read, 1 failed, 3 the report "
		       "is complete but some of the\ninput was damaged.\n");
	return cli_output_close(&out) < 0 ? CLI_FAILED : CLI_OK;
}

/* --- options */

/* What a check of an option's argument returned: 0, or -1 after a message. */
static int checked(int ret, const char *option, const char *argument)
{
	if (ret >= 0)
		return 0;
	if (ret == -EINVAL)
		cli_error("wrong argument after --%s option:%s", option, argument);
	else
		cli_error("%s", strerror(-ret));
	return -1;
}

static int add_cull(struct options *opt, const char *rules)
{
	char *grown;

	if (pageowner_fields_check(rules, PAGEOWNER_FIELD_GROUPS, NULL) < 0 ||
	    keys_of(rules) & NOT_CULLED)
		return checked(-EINVAL, "cull", rules);
	if (asprintf(&grown, "%s%s%s", opt->cull ? opt->cull : "",
		     opt->cull ? "," : "", rules) < 0)
		return checked(-ENOMEM, "cull", rules);
	free(opt->cull);
	opt->cull = grown;
	return 0;
}

static int add_plumbing(struct options *opt, const char *globs)
{
	int ret = opt->plumbing ? 0 : pageowner_plumbing_new(&opt->plumbing);

	return ret < 0 ? ret : pageowner_plumbing_add(opt->plumbing, globs, NULL);
}

/* The last list of a selector counts, but all must be right. */
static int set_selector(struct options *opt, size_t i, const char *list)
{
	struct pageowner_filter *trial;
	int ret = pageowner_filter_new(&trial);

	if (ret == 0) {
		ret = pageowner_filter_add(trial, selectors[i], list, NULL);
		pageowner_filter_free(trial);
	}
	opt->selected[i] = list;
	if (ret != -EINVAL || i > 1)
		return checked(ret, selectors[i], list);
	cli_error("wrong/invalid %s in from the command line:%s", selectors[i],
		  list);
	return -1;
}

static int set_letter(struct options *opt, int letter)
{
	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
		if (letters[i].letter != letter)
			continue;
		if (opt->letter && opt->letter != letters[i].order) {
			cli_error("only one of -a -m -M -n -p -P -r -s -t can be given");
			return -1;
		}
		opt->letter = letters[i].order;
		return 0;
	}
	return -1;	/* unknown: getopt_long() has said so */
}

static int set_option(struct options *opt, int c, const char *argument)
{
	switch (c) {
	case 'f':
		opt->drop_released = true;
		return 0;
	case 'q':
		opt->quiet = true;
		return 0;
	case 'o':
		opt->output = argument;
		return 0;
	case OPT_SORT:
		opt->sort = argument;
		return checked(pageowner_fields_check(argument, PAGEOWNER_FIELD_SORTS,
						      NULL),
			       "sort", argument);
	case OPT_CULL:
		return add_cull(opt, argument);
	case OPT_TOP:
		return checked(cli_parse_number(argument, 1, ULONG_MAX, &opt->top),
			       "top", argument);
	case OPT_JOBS:
		return checked(cli_parse_number(argument, 1, 256, &opt->jobs),
			       "jobs", argument);
	case OPT_MAX_MEMORY:
		return checked(memory_set_max(argument),
			       "max-memory", argument);
	case OPT_PLUMBING:
		return checked(add_plumbing(opt, argument), "plumbing", argument);
	case OPT_FORMAT:
		opt->format = strcmp(argument, "text") && strcmp(argument, "report") ?
			argument : NULL;
		return 0;
	case OPT_PAGE_SIZE:
		return checked(units_parse_size(argument, NULL, &opt->page_size) < 0 ||
			       !opt->page_size ? -EINVAL : 0, "page-size", argument);
	case OPT_RECORDS:
		opt->records = true;
		return 0;
	case OPT_KERNEL_LABELS:
		opt->kernel_labels = true;
		return 0;
	}
	return c >= OPT_SELECT ? set_selector(opt, (size_t)c - OPT_SELECT, argument) :
				 set_letter(opt, c);
}

/* -1 to go on, or the exit status; has said why. */
static int parse_options(struct options *opt, int argc, char *argv[])
{
	int c, ret = 0;

	while (ret == 0 && (c = getopt_long(argc, argv, "afhmMno:pPqrstV",
					    long_options, NULL)) != -1) {
		if (c == 'h')
			return print_help();
		if (c == 'V')
			return cli_print_version();
		ret = set_option(opt, c, optarg);
	}
	if (ret == 0 && argc - optind > (opt->output ? 1 : 2)) {
		cli_error("too many file names: %s", argv[argc - 1]);
		ret = -1;
	}
	if (ret == 0 && opt->records &&
	    (!opt->format || opt->cull || opt->sort || opt->letter || opt->plumbing)) {
		cli_error(opt->format ? "--records has them in their order, in no groups: neither an order nor --cull or --plumbing goes with it" :
			  "--records needs --format=csv, ndjson or sqlite");
		ret = -1;
	}
	if (ret < 0) {
		fprintf(stderr, "Try \"pageowner-sort --help\".\n");
		return USAGE;
	}
	if (opt->format && !strcmp(opt->format, "help"))
		return format_help("text         our own report, that of page_owner_sort\n",
				   PAGEOWNER_EXPORT_PROFILE);
	if (optind < argc)
		opt->input = argv[optind];
	if (optind + 1 < argc)
		opt->output = argv[optind + 1];
	if (opt->letter)
		opt->sort = opt->letter;
	opt->default_order = !opt->sort;
	if (opt->default_order)
		opt->sort = opt->format ? "-pages" : "-times";
	return -1;
}

/* --- report */

/* Times are told apart, and shown, where they are what is sorted by first. */
static bool by_time(const char *order)
{
	char first[16];

	return sscanf(order, "%15[^,]", first) == 1 &&
		keys_of(first) == BIT(ALLOC_TS);
}

static const char advice[] =
	"group by fewer keys (--cull), select records (--pid, --frame ...), use fewer threads (--jobs)";

static void say_failure(const struct pageowner_profile *profile, int error)
{
	const char *sentence = pageowner_profile_error(profile);

	cli_error("%s", *sentence ? sentence : strerror(-error));
	memory_advise(error, advice);
}

static int write_format(const struct options *opt, struct pageowner_export *e,
			struct pageowner_profile *profile)
{
	int ret;

	pageowner_export_set_page_size(e, opt->page_size);
	pageowner_export_set_top(e, opt->top);
	pageowner_export_set_budget(e, memory_budget());
	ret = format_write_profile(e, opt->format, profile, opt->output);
	memory_advise(ret, "write the first (--top), or text");
	return ret < 0 ? CLI_FAILED : CLI_OK;
}

/* page_owner_sort shows what was selected by as well as what was culled by. */
static int show_selected(const struct options *opt, struct pageowner_export *e)
{
	char names[64] = "";

	for (int i = 0; opt->cull && i < 3; i++)
		if (opt->selected[i])
			strcat(strcat(names, names[0] ? "," : ""), selectors[i]);
	return pageowner_export_set_fields(e, names);
}

static int write_report(const struct options *opt,
			struct pageowner_profile *profile)
{
	struct pageowner_export *e = format_new("report", PAGEOWNER_EXPORT_PROFILE);
	int ret = e ? show_selected(opt, e) : -ENOMEM;

	if (ret == 0) {
		pageowner_export_set_top(e, opt->top);
		ret = format_write_profile(e, "report", profile, opt->output);
	}
	memory_advise(ret, advice);
	pageowner_export_free(e);
	return ret < 0 ? CLI_FAILED : CLI_OK;
}

/* --- from options to report */

static int set_filter(const struct options *opt, struct pageowner_filter *filter)
{
	int ret = 0;

	for (size_t i = 0; i < SELECTORS && ret == 0; i++)
		if (opt->selected[i])
			ret = pageowner_filter_add(filter, selectors[i],
						   opt->selected[i], NULL);
	if (opt->drop_released && ret == 0)
		ret = pageowner_filter_add(filter, "released", "no", NULL);
	return ret;
}

/* What a user may wonder about in a report that is right. */
static void print_notes(const struct options *opt, const char *name,
			const struct pageowner_profile *profile)
{
	uint64_t pages, missing = pageowner_profile_unresolved(profile, &pages);
	const struct pageowner_input_stats *stats =
		pageowner_profile_stats(profile);
	const uint64_t times = (BIT(FREE) | BIT(FREE_TS)) &
		(keys_of(opt->sort) | keys_of(opt->cull));

	if (missing)
		cli_error("%s: %ju handles with %ju pages have no stack; read show_stacks_handles of the same boot, too", name,
			  (uintmax_t)missing, (uintmax_t)pages);
	if (!stats->records)
		cli_error("%s: holds no record, so the report is empty", name);
	else if (pageowner_profile_kinds(profile) ==
		 1u << PAGEOWNER_RECORD_STACK_HANDLE)
		cli_error("%s: tells the handles of stacks, but no counts; read show_handles, too", name);
	else if (!pageowner_profile_count(profile))
		cli_error("%s: none of its records was selected", name);
	else if ((BIT(TIMES) & keys_of(opt->sort)) && !opt->default_order &&
		 !(pageowner_profile_has(profile) & PAGEOWNER_HAS_TIMES))
		cli_error("%s: tells how many pages, not how many times, so the order by times has no effect", name);
	else if ((opt->drop_released || times) &&
		 !(pageowner_profile_has(profile) & PAGEOWNER_HAS_FREE_TS))
		cli_error("%s: no record carries free_ts (Linux 5.13 to 6.6 write it), so -f, -r and the keys free and free_ts have no effect", name);
}

static int run_records(const struct options *opt, struct pageowner_filter *filter,
		       struct pageowner_export *e)
{
	struct pageowner_reader *reader = NULL;
	int status = CLI_FAILED, damaged, ret = set_filter(opt, filter);

	if (ret == 0)
		ret = pageowner_reader_open(opt->input, &reader);
	if (ret == 0)
		ret = pageowner_reader_set_budget(reader, memory_budget());
	if (ret < 0) {
		cli_error("%s: %s", cli_input_name(opt->input), strerror(-ret));
		pageowner_reader_free(reader);
		return CLI_FAILED;
	}
	pageowner_export_set_page_size(e, opt->page_size);
	pageowner_export_set_top(e, opt->top);
	ret = format_write_records(e, opt->format, reader, filter, opt->output);
	memory_advise(ret, "see what is in that record");
	if (ret == 0)
		status = CLI_OK;
	damaged = cli_report_damage(pageowner_reader_stats(reader),
				    cli_input_name(opt->input));
	pageowner_reader_free(reader);
	return status ? status : damaged;
}

static int load(const struct options *opt, struct pageowner_profile *profile,
		const struct pageowner_filter *filter)
{
	struct cli_progress progress = { 0 };
	int ret = pageowner_profile_set_budget(profile, memory_budget());

	if (ret == 0)
		ret = pageowner_profile_keep(profile, opt->sort);
	pageowner_profile_set_filter(profile, filter);
	pageowner_profile_set_jobs(profile, (unsigned int)opt->jobs);
	if (opt->kernel_labels)
		pageowner_profile_set_flags(profile,
					    PAGEOWNER_PROFILE_KERNEL_LABELS);
	if (!opt->quiet)
		pageowner_profile_set_progress(profile, cli_progress, &progress);
	if (ret == 0)
		ret = pageowner_profile_set_plumbing(profile, opt->plumbing);
	if (ret == 0)
		ret = pageowner_profile_load(profile, opt->input);
	cli_progress_end(&progress);
	return ret;
}

/* The default is by times, but show_stacks and its like tell only pages. */
static const char *order(const struct options *opt,
			 const struct pageowner_profile *profile)
{
	return opt->default_order && !(pageowner_profile_has(profile) &
				       PAGEOWNER_HAS_TIMES) ? "-pages" : opt->sort;
}

static int run(const struct options *opt, struct pageowner_profile *profile,
	       struct pageowner_filter *filter, struct pageowner_export *e)
{
	const char *name = cli_input_name(opt->input);
	int status, damaged = CLI_OK, ret = set_filter(opt, filter);

	if (ret == 0)
		ret = load(opt, profile, filter);
	if (ret != -EBADMSG)	/* that says it all */
		damaged = cli_report_damage(pageowner_profile_stats(profile),
					    name);
	if (ret == 0)
		ret = pageowner_profile_sort(profile, order(opt, profile));
	if (ret < 0) {
		say_failure(profile, ret);
		return CLI_FAILED;
	}
	if (!opt->quiet)
		print_notes(opt, name, profile);
	status = e ? write_format(opt, e, profile) : write_report(opt, profile);
	return status ? status : damaged;
}

int main(int argc, char *argv[])
{
	struct pageowner_profile *profile = NULL;
	struct pageowner_filter *filter = NULL;
	struct pageowner_export *e = NULL;
	struct options opt = { 0 };
	const char *keys;
	int status, ret;

	cli_begin("pageowner-sort", argv);
	if (memory_begin() < 0)
		return CLI_FAILED;
	status = parse_options(&opt, argc, argv);
	if (status >= 0)
		goto out;
	status = CLI_FAILED;
	if (!opt.input)
		opt.input = cli_live_input();
	if (!opt.input)
		goto out;
	keys = opt.cull ? opt.cull : by_time(opt.sort) ? "txt,alloc_ts" : NULL;
	if (opt.format) {
		e = format_new(opt.format, opt.records ? PAGEOWNER_EXPORT_RECORDS :
			       PAGEOWNER_EXPORT_PROFILE);
		if (!e)
			goto out;
		keys = opt.cull ? opt.cull : pageowner_export_keys(e);
	}
	ret = pageowner_filter_new(&filter);
	if (ret == 0 && !opt.records)
		ret = pageowner_profile_new(keys, &profile);
	if (ret == 0)
		status = opt.records ? run_records(&opt, filter, e) :
			run(&opt, profile, filter, e);
	else
		cli_error("%s", strerror(-ret));
out:
	pageowner_export_free(e);
	pageowner_profile_free(profile);
	pageowner_filter_free(filter);
	pageowner_plumbing_free(opt.plumbing);
	free(opt.cull);
	return status;
}
