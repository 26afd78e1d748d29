// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * pageowner-capture.c - take a snapshot of a live kernel's page_owner.
 *
 * Options, advice, series; the rooms are in capture.h.
 */
#include "capture_private.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

volatile sig_atomic_t capture_signal;

enum {
	OPT_STACKS = 256, OPT_HANDLES, OPT_JOBS, OPT_COMPRESS, OPT_RESUME, OPT_MODE,
	OPT_NODE, OPT_INTERVAL, OPT_COUNT, OPT_TIMEOUT, OPT_FORCE, OPT_PLAIN,
};

static const struct option long_options[] = {
	{ "output", required_argument, NULL, 'o' },
	{ "stacks", no_argument, NULL, OPT_STACKS },
	{ "handles", no_argument, NULL, OPT_HANDLES },
	{ "jobs", required_argument, NULL, OPT_JOBS },
	{ "compress", required_argument, NULL, OPT_COMPRESS },
	{ "resume", no_argument, NULL, OPT_RESUME },
	{ "mode", required_argument, NULL, OPT_MODE },
	{ "node", required_argument, NULL, OPT_NODE },
	{ "interval", required_argument, NULL, OPT_INTERVAL },
	{ "count", required_argument, NULL, OPT_COUNT },
	{ "timeout", required_argument, NULL, OPT_TIMEOUT },
	{ "force", no_argument, NULL, OPT_FORCE },
	{ "plain", no_argument, NULL, OPT_PLAIN },
	{ "quiet", no_argument, NULL, 'q' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ }
};

static const char help_text[] =
"Usage: pageowner-capture [OPTIONS] [FILE]\n"
"Take a snapshot of what the running kernel's page_owner knows (in the kernel, or\n"
"the module pageowner), with the conditions under which it was taken.\n"
"While it is being written FILE is FILE.part. FILE.gz and FILE.zst are compressed.\n"
"No FILE, or \"-\", is standard output.\n"
"\n"
"  --stacks          pages by stack (show_stacks) instead of each allocation\n"
"  --handles         the same as stacks and numbers (show_stacks_handles and\n"
"                    show_handles)\n"
"  --jobs=N          read with N processes (1)\n"
"  --resume          go on with FILE.part, which an interrupted capture left\n"
"  --compress=HOW    none, gz or zst, whatever FILE is called\n"
"  --interval=TIME   take one each TIME (90, 90s, 10m, 2h, 1d); a %t in FILE is\n"
"                    the time, %n the number; without them, time is put into it\n"
"  --count=N         stop after N of them\n"
"  --mode=MODE       stack, handle or stack_handle, where page_owner can be told so\n"
"  --node=LIST       only pages of these NUMA nodes, where it can be told so\n"
"  --timeout=TIME    give up when the kernel has not answered for so long (60s)\n"
"  --force           read although this kernel may not survive it\n"
"  --plain           the kernel's text and nothing else\n"
"  -o, --output=FILE instead of FILE\n"
"  -q, --quiet       no progress and no notes\n"
"  -h, --help        this text\n"
"  -V, --version     the version\n"
"\n"
"Exit status: 0 all was read, 1 failed, 2 wrong usage, 3 done but for pages that\n"
"could not be read.\n";

/* --- options */

static int parse_time(const char *text, unsigned long *seconds)
{
	static const struct { char unit; unsigned long seconds; } units[] = {
		{ 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 },
	};
	size_t len = strlen(text);
	unsigned long factor = 1;
	char number[16];

	for (size_t i = 0; len && i < sizeof(units) / sizeof(units[0]); i++)
		if (text[len - 1] == units[i].unit) {
			factor = units[i].seconds;
			len--;
			break;
		}
	if (len >= sizeof(number))
		return -EINVAL;
	memcpy(number, text, len);
	number[len] = '\0';
	if (cli_parse_number(number, 1, 1000000, seconds) < 0)
		return -EINVAL;
	*seconds *= factor;
	return 0;
}

static int parse_packing(const char *text, enum capture_packing *packing)
{
	static const char *const names[] = {
		[PACK_NONE] = "none", [PACK_GZIP] = "gz", [PACK_ZSTD] = "zst",
	};

	for (int i = PACK_NONE; i <= PACK_ZSTD; i++)
		if (!strcmp(text, names[i])) {
			*packing = i;
			return 0;
		}
	return -EINVAL;
}

/* Words for the kernel: nothing that would be a second command */
static int check_word(const char *text, const char *allowed)
{
	return *text && strlen(text) < 100 && !text[strspn(text, allowed)] ?
		0 : -EINVAL;
}

static int set_option(struct capture_options *opt, int c, const char *argument)
{
	switch (c) {
	case 'o':
		opt->output = argument;
		return 0;
	case 'q':
		opt->quiet = true;
		return 0;
	case OPT_STACKS:
		opt->stacks = true;
		return 0;
	case OPT_HANDLES:
		opt->handles = true;
		return 0;
	case OPT_RESUME:
		opt->resume = true;
		return 0;
	case OPT_FORCE:
		opt->force = true;
		return 0;
	case OPT_PLAIN:
		opt->plain = true;
		return 0;
	case OPT_JOBS:
		return cli_parse_number(argument, 1, 64, &opt->jobs);
	case OPT_COUNT:
		return cli_parse_number(argument, 1, ULONG_MAX, &opt->count);
	case OPT_INTERVAL:
		return parse_time(argument, &opt->interval_s);
	case OPT_TIMEOUT:
		return parse_time(argument, &opt->timeout_s);
	case OPT_COMPRESS:
		return parse_packing(argument, &opt->packing);
	case OPT_MODE:
		opt->mode = argument;
		return check_word(argument, "abcdefghijklmnopqrstuvwxyz_");
	case OPT_NODE:
		opt->nodes = argument;
		return check_word(argument, "0123456789,-");
	}
	return -ENOENT;		/* unknown: getopt_long() has said so */
}

/* NULL, or why these do not go together */
static const char *check_options(const struct capture_options *opt)
{
	if (opt->stacks && opt->handles)
		return "--stacks and --handles are two captures";
	if ((opt->stacks || opt->handles) && (opt->mode || opt->nodes))
		return "--mode and --node are for captures of each allocation";
	if (opt->resume && (opt->stacks || opt->handles))
		return "stacks are read at once; there is nothing to --resume";
	if (opt->resume && !opt->output)
		return "--resume needs the FILE that was to be written";
	if (opt->resume && opt->interval_s)
		return "a series cannot be resumed, only one capture of it";
	if (opt->resume && opt->plain)
		return "a --plain capture does not say of which boot it is, so it cannot be resumed";
	if (opt->interval_s && !opt->output)
		return "a series needs a FILE";
	if (opt->count && !opt->interval_s)
		return "--count needs --interval";
	return NULL;
}

/* -1 to go on, or the exit status; has said why. */
static int parse_options(struct capture_options *opt, int argc, char *argv[])
{
	const char *wrong;
	int c, ret = 0;

	while (ret == 0 && (c = getopt_long(argc, argv, "o:qhV", long_options,
					    NULL)) != -1) {
		if (c == 'h')
			return fputs(help_text, stdout) < 0 || fclose(stdout) ?
				CLI_FAILED : CLI_OK;
		if (c == 'V')
			return cli_print_version();
		ret = set_option(opt, c, optarg);
		if (ret == -EINVAL)
			cli_error("%s: \"%s\" is not understood", argv[optind - 1],
				  optarg);
	}
	if (ret == 0 && argc - optind > (opt->output ? 0 : 1)) {
		cli_error("too many file names: %s", argv[argc - 1]);
		ret = -EINVAL;
	}
	if (ret == 0 && optind < argc)
		opt->output = argv[optind];
	if (opt->output && !strcmp(opt->output, "-"))
		opt->output = NULL;
	wrong = check_options(opt);
	if (ret == 0 && !wrong)
		return -1;
	if (ret == 0)
		cli_error("%s", wrong);
	fprintf(stderr, "Try \"pageowner-capture --help\".\n");
	return CLI_USAGE;
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

/* --- signals */

static void note_signal(int sig)
{
	capture_signal = sig;
}

static void catch_signals(void)
{
	static const int signals[] = { SIGHUP, SIGINT, SIGTERM };
	struct sigaction act = { .sa_handler = note_signal }, old;

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (!sigaction(signals[i], NULL, &old) && old.sa_handler != SIG_IGN)
			sigaction(signals[i], &act, NULL);
	/* The write fails, and we say so. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

/* --- one, or a series */

static int capture_once(struct capture_options *opt)
{
	enum pageowner_live_file file = opt->stacks ? PAGEOWNER_LIVE_SHOW_STACKS :
		opt->handles ? PAGEOWNER_LIVE_SHOW_STACKS_HANDLES :
		PAGEOWNER_LIVE_PAGE_OWNER;
	struct pageowner_live *live;
	const char *risk;
	int status = CLI_FAILED;

	if (pageowner_live_new(&live) < 0) {
		cli_error("%s", strerror(ENOMEM));
		return CLI_FAILED;
	}
	risk = file == PAGEOWNER_LIVE_PAGE_OWNER && !opt->force ?
		pageowner_live_risk(live, file) : NULL;
	if (!pageowner_live_path(live, file)) {
		cli_say_lines(pageowner_live_error(live));
	} else if (risk) {
		cli_error("%s", risk);
		cli_error("--force reads it nevertheless, by a process that may die; --stacks does without that file");
	} else {
		status = opt->stacks || opt->handles ? capture_stacks(opt, live) :
			capture_pages(opt, live);
	}
	pageowner_live_free(live);
	return status;
}

/* FILE with %t and %n replaced; without them the time stands before its suffixes. */
static char *series_name(const char *pattern, unsigned long number)
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
			len += (size_t)sprintf(name + len, "%04lu", number), p++;
		else
			name[len++] = *p;
	}
	name[len] = '\0';
	if (!marked && !dot)
		sprintf(name + len, "-%s", date);
	return name;
}

static int capture_series(struct capture_options *opt)
{
	const char *pattern = opt->output;
	struct timespec next;
	int status = CLI_OK;

	clock_gettime(CLOCK_MONOTONIC, &next);
	for (unsigned long i = 1; !capture_signal; i++) {
		char *name = series_name(pattern, i);
		int one = CLI_FAILED;

		opt->output = name;
		if (name)
			one = capture_once(opt);
		free(name);
		opt->output = pattern;
		if (one == CLI_FAILED)
			return one;
		status = one > status ? one : status;
		if (i == opt->count)
			break;
		next.tv_sec += (time_t)opt->interval_s;
		while (!capture_signal && clock_nanosleep(CLOCK_MONOTONIC,
					TIMER_ABSTIME, &next, NULL) == EINTR)
			;
	}
	return status;
}

int main(int argc, char *argv[])
{
	struct capture_options opt = { .jobs = 1, .timeout_s = 60 };
	char *command;
	int status;

	cli_begin("pageowner-capture", argv);
	command = join_words(argc, argv);
	opt.command = command ? command : "";
	status = parse_options(&opt, argc, argv);
	if (status < 0) {
		catch_signals();
		status = opt.interval_s ? capture_series(&opt) : capture_once(&opt);
	}
	free(command);
	if (capture_signal) {	/* as whoever sent it expects */
		signal(capture_signal, SIG_DFL);
		raise(capture_signal);
	}
	return status;
}
