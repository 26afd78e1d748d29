// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * cli.c - what all tools share: messages, what to read, progress.
 *
 * Knows nothing of options or reports.
 */
#include "tools/lib/cli.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *cli_program = "pageowner";

void cli_begin(const char *program, char *argv[])
{
	cli_program = program;
	argv[0] = (char *)program;	/* in what getopt_long() says */
	cli_drop_privileges();
}

void cli_error(const char *format, ...)
{
	int saved = errno, len;
	va_list args;
	char *text;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0)
		text = NULL, len = 0;
	fprintf(stderr, "%s: ", cli_program);
	if (isatty(STDERR_FILENO))
		cli_write_safe(stderr, text, (size_t)len, false);
	else
		fwrite(text, 1, (size_t)len, stderr);
	fputc('\n', stderr);
	free(text);
	errno = saved;
}

int cli_parse_number(const char *text, unsigned long min, unsigned long max,
		     unsigned long *number)
{
	unsigned long value;
	char *end;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	value = strtoul(text, &end, 10);
	if (*end || errno || value < min || value > max)
		return -EINVAL;
	*number = value;
	return 0;
}

int cli_one_of(const char *text, const char *const *names, int count)
{
	for (int i = 0; i < count; i++)
		if (!strcmp(text, names[i]))
			return i;
	return -EINVAL;
}

void cli_wrong_argument(const struct option *options, int returned,
			const char *argument)
{
	while (options->name && options->val != returned)
		options++;
	cli_error("wrong argument for --%s: %s", options->name ? options->name : "",
		  argument);
}

int cli_print_version(void)
{
	printf("%s (libpageowner) %s\n", cli_program, pageowner_version());
	if (!fclose(stdout))
		return CLI_OK;
	cli_error("%s: %s", "(standard output)", strerror(errno));
	return CLI_FAILED;
}

/* --- input */

void cli_say_lines(const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		cli_error("%.*s", (int)len, text);
		text += len + (text[len] == '\n');
	}
}

const char *cli_live_file(enum pageowner_live_file file)
{
	static char path[4096];
	struct pageowner_live *live;
	const char *found, *risk;

	if (pageowner_live_new(&live) < 0) {
		cli_error("%s", strerror(ENOMEM));
		return NULL;
	}
	found = pageowner_live_path(live, file);
	/* The stacks' risk is met by how the library reads them. */
	risk = file == PAGEOWNER_LIVE_PAGE_OWNER ? pageowner_live_risk(live, file) : NULL;
	if (!found) {
		cli_say_lines(pageowner_live_error(live));
		cli_error("or name a dump, \"-\" for standard input");
	} else if (risk) {
		cli_error("%s: %s", found, risk);
		cli_error("pageowner-capture --force can take a dump of it nevertheless");
	} else {
		snprintf(path, sizeof(path), "%s", found);
	}
	pageowner_live_free(live);
	return found && !risk ? path : NULL;
}

const char *cli_live_input(void)
{
	return cli_live_file(PAGEOWNER_LIVE_PAGE_OWNER);
}

const char *cli_input_name(const char *path)
{
	return strcmp(path, "-") ? path : "(standard input)";
}

int cli_report_damage(const struct pageowner_input_stats *stats,
		      const char *name)
{
	int status = CLI_OK;

	for (int kind = 0; kind < PAGEOWNER_DAMAGE_KINDS; kind++) {
		if (!stats->damage[kind].count)
			continue;
		cli_error("%s: %ju x %s, first at byte %ju", name,
			  (uintmax_t)stats->damage[kind].count,
			  pageowner_damage_text(kind),
			  (uintmax_t)stats->damage[kind].first_offset);
		status = CLI_DAMAGED;
	}
	return status;
}

/* --- progress */

static double seconds(const struct timespec *from, const struct timespec *to)
{
	return (double)(to->tv_sec - from->tv_sec) +
		(double)(to->tv_nsec - from->tv_nsec) / 1e9;
}

int cli_progress(void *data, uint64_t done, uint64_t size)
{
	static const char full[] = "##############################";
	const double mib = 1024 * 1024;
	struct cli_progress *p = data;
	struct timespec now;
	double passed, rate;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (!p->start.tv_sec)
		p->start = p->shown = now;
	/* What takes no time needs no bar. */
	if (seconds(&p->shown, &now) < 0.2 || !isatty(STDERR_FILENO))
		return 0;
	p->shown = now;
	passed = seconds(&p->start, &now);
	rate = (double)done / passed;
	if (size >= done && done) {
		int left = (int)((double)(size - done) / rate + 0.5);
		int part = (int)((double)done / (double)size * 1000);
		int bars = part * (int)(sizeof(full) - 1) / 1000;

		fprintf(stderr, "\r[%.*s%*s] %3d%% %7.1f MiB/s  ETA %d:%02d\033[K",
			bars, full, (int)(sizeof(full) - 1) - bars, "",
			part / 10, rate / mib, left / 60, left % 60);
	} else {
		fprintf(stderr, "\r%.1f MiB %7.1f MiB/s  %d:%02d\033[K",
			(double)done / mib, rate / mib,
			(int)passed / 60, (int)passed % 60);
	}
	return 0;
}

void cli_progress_end(const struct cli_progress *p)
{
	if (seconds(&p->start, &p->shown) > 0)
		fputs("\r\033[K", stderr);
}
