// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * main.c - pageowner-capture: take a snapshot of a live kernel's page_owner.
 *
 * Options, advice, series; capture_private.h lists the other files.
 */
#include "capture_private.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tools/lib/message.h"
#include "tools/lib/signals.h"

/* --- options */

static const char *const packings[] = {
	[PACK_NONE] = "none", [PACK_GZIP] = "gz", [PACK_ZSTD] = "zst", NULL,
};
static const char *const modes[] = { "stack", "handle", "stack_handle", NULL };

/* It becomes part of a command to the kernel, which must stay a single command. */
static int set_nodes(void *options, const struct option_entry *entry,
		     const char *value)
{
	struct capture_options *opt = options;

	(void)entry;
	opt->nodes = value;
	return *value && strlen(value) < 100 &&
		!value[strspn(value, "0123456789,-")] ? 0 : -EINVAL;
}

#define YEAR_MS	(UINT64_C(366) * 24 * 3600 * 1000)

static const struct option_entry entries[] = {
	{ "stacks", .group = "Capture",
	  .help = "capture pages per stack (show_stacks), not each allocation",
	  OPT_FLAG(struct capture_options, stacks) },
	{ "handles", .group = "Capture",
	  .help = "capture stacks by number and pages per number (show_stacks_handles, show_handles)",
	  OPT_FLAG(struct capture_options, handles) },
	{ "mode", .argument = "MODE", .group = "Capture",
	  .help = "have the kernel write stack, handle or stack_handle, if it can",
	  OPT_NAME(struct capture_options, mode, modes) },
	{ "node", .argument = "LIST", .group = "Capture",
	  .help = "capture only pages of these NUMA nodes, if the kernel can filter them",
	  .expects = "a list of nodes, such as 0,2-3", OPT_CALL(set_nodes) },
	{ "force", .group = "Capture",
	  .help = "read page_owner even if this kernel may crash on it",
	  OPT_FLAG(struct capture_options, force) },
	{ "timeout", .argument = "TIME", .group = "Capture",
	  .help = "give up if the kernel does not answer for this time (default 60s)",
	  OPT_DURATION(struct capture_options, timeout, 1000, YEAR_MS) },
	{ "jobs", .argument = "N", .group = "Capture",
	  .help = "read with N processes (default 1)",
	  OPT_NUMBER(struct capture_options, common.jobs, 1, 64) },
	{ "interval", .argument = "TIME", .group = "Series",
	  .help = "take one capture every TIME (90s, 10m, 1.5h, 1d); in FILE, %t becomes the time and %n the number",
	  OPT_DURATION(struct capture_options, interval, 1000, YEAR_MS) },
	{ "count", .argument = "N", .group = "Series",
	  .help = "end the series after N captures",
	  OPT_NUMBER(struct capture_options, count, 1, 0) },
	{ "resume", .group = "Output",
	  .help = "continue FILE.part, which an interrupted capture left",
	  OPT_FLAG(struct capture_options, resume) },
	{ "compress", .argument = "HOW", .group = "Output",
	  .help = "compress with none, gz or zst (default: by the name of FILE)",
	  OPT_WORD(struct capture_options, packing, packings) },
	{ "plain", .group = "Output",
	  .help = "write the kernel's text only, without the conditions of the capture",
	  OPT_FLAG(struct capture_options, plain) },
};

static const struct option_table table = {
	.usage = "[OPTION]... [FILE]",
	.summary =
"Take a snapshot of the running kernel's page_owner (built in, or of the module\n"
"pageowner), together with the conditions under which it was taken.\n"
"FILE is called FILE.part until it is complete; FILE.gz and FILE.zst are\n"
"compressed. Without FILE, or with \"-\", the capture goes to standard output.\n",
	.common = OPTIONS_OUTPUT,
	.entries = entries, .count = sizeof(entries) / sizeof(entries[0]),
	.notes =
"Exit status: 0 everything was read, 1 failed, 2 wrong usage, 3 complete except\n"
"for pages that could not be read.\n",
	.usage_status = CLI_USAGE,
};

/* NULL, or why these options cannot be combined */
static const char *check_options(const struct capture_options *opt)
{
	const char *output = opt->common.output;

	if (opt->stacks && opt->handles)
		return "--stacks and --handles exclude each other";
	if ((opt->stacks || opt->handles) && (opt->mode || opt->nodes))
		return "--mode and --node do not apply to --stacks and --handles";
	if ((opt->stacks || opt->handles) && opt->common.jobs > 1)
		return "--jobs does not apply to --stacks and --handles, which are read in one go";
	if (opt->resume && (opt->stacks || opt->handles))
		return "--resume does not apply to --stacks and --handles, which are read in one go";
	if (opt->resume && !output)
		return "--resume needs the FILE to continue";
	if (opt->resume && opt->interval > 0)
		return "--resume continues a single capture, not a series (--interval)";
	if (opt->resume && opt->plain)
		return "--resume does not apply to --plain, which does not record the boot";
	if (opt->interval > 0 && !output)
		return "--interval needs a FILE";
	if (opt->count && !(opt->interval > 0))
		return "--count needs --interval";
	return NULL;
}

/* -1 to continue, or the exit status after a message */
static int parse_options(struct capture_options *opt, int argc, char *argv[])
{
	int status = options_parse(&table, &opt->common, argc, argv);
	const char *wrong, *suffix;

	if (status >= 0)
		return status;
	if (argc - optind > (opt->common.output ? 0 : 1))
		return options_refuse(&table, "too many file names: %s", argv[argc - 1]);
	if (optind < argc)
		opt->common.output = argv[optind];
	if (opt->common.output && !strcmp(opt->common.output, "-"))
		opt->common.output = NULL;
	suffix = capture_contradiction(opt->common.output, opt->packing);
	if (suffix)
		return options_refuse(&table, "--compress=%s contradicts %s: name it without %s, or leave out --compress",
				      packings[opt->packing], opt->common.output, suffix);
	wrong = check_options(opt);
	return wrong ? options_refuse(&table, "%s", wrong) : -1;
}

static char *join_words(int argc, char *argv[])
{
	size_t len = 1;
	char *text, *at;

	for (int i = 0; i < argc; i++)
		len += strlen(argv[i]) + 1;
	text = at = calloc(len, 1);
	for (int i = 0; text && i < argc; i++)
		at += sprintf(at, "%s%s", i ? " " : "", argv[i]);
	return text;
}

/* --- one, or a series */

/* FILE with %t and %n replaced; without them the time is inserted before its suffixes. */
static char *series_name(const char *pattern, uint64_t number)
{
	const char *slash = strrchr(pattern, '/'), *p;
	const char *base = slash ? slash + 1 : pattern;
	const char *dot = strchr(*base ? base + 1 : base, '.');
	bool marked = strstr(pattern, "%t") || strstr(pattern, "%n");
	time_t now = time(NULL);
	char date[32] = "";
	size_t len = 0;
	struct tm tm;
	char *name;

	if (gmtime_r(&now, &tm))
		strftime(date, sizeof(date), "%Y%m%dT%H%M%SZ", &tm);
	name = malloc(strlen(pattern) * 16 + sizeof(date) + 1);
	if (!name)
		return NULL;
	for (p = pattern; *p; p++) {
		if (!marked && p == dot)
			len += (size_t)sprintf(name + len, "-%s", date);
		if (marked && !strncmp(p, "%t", 2))
			len += (size_t)sprintf(name + len, "%s", date), p++;
		else if (marked && !strncmp(p, "%n", 2))
			len += (size_t)sprintf(name + len, "%04" PRIu64, number), p++;
		else
			name[len++] = *p;
	}
	name[len] = '\0';
	if (!marked && !dot)
		sprintf(name + len, "-%s", date);
	return name;
}

static struct timespec later(const struct timespec *then, double seconds)
{
	const time_t whole = (time_t)seconds;
	struct timespec t = {
		then->tv_sec + whole,
		then->tv_nsec + (long)((seconds - (double)whole) * 1e9),
	};

	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

static int capture_series(struct capture_options *opt)
{
	const char *pattern = opt->common.output;
	struct timespec next;
	int status = CLI_OK;

	clock_gettime(CLOCK_MONOTONIC, &next);
	for (uint64_t i = 1; !capture_signal; i++) {
		char *name = series_name(pattern, i);
		int one = CLI_FAILED;

		opt->common.output = name;
		if (name)
			one = capture_take(opt);
		free(name);
		opt->common.output = pattern;
		if (one == CLI_FAILED)
			return one;
		status = one > status ? one : status;
		if (i == opt->count)
			break;
		next = later(&next, opt->interval);
		while (!capture_signal && clock_nanosleep(CLOCK_MONOTONIC,
					TIMER_ABSTIME, &next, NULL) == EINTR)
			;
	}
	return status;
}

int main(int argc, char *argv[])
{
	struct capture_options opt = {
		.common.jobs = 1, .timeout = 60, .packing = PACK_BY_NAME,
	};
	char *command;
	int status;

	cli_begin("pageowner-capture", argv);
	command = join_words(argc, argv);
	opt.command = command ? command : "";
	status = parse_options(&opt, argc, argv);
	if (status < 0) {
		capture_catch_signals();
		status = opt.interval > 0 ? capture_series(&opt) : capture_take(&opt);
	}
	free(command);
	if (capture_signal)
		signals_end(capture_signal);
	return status;
}
