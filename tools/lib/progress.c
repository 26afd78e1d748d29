// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * progress.c - a bar with the time left on standard error, if that is a terminal.
 *
 * The first bar is drawn after a moment, because what is quick needs none.
 */
#include "tools/lib/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#define PAUSE	0.2	/* seconds between two bars */

static double seconds(const struct timespec *from, const struct timespec *to)
{
	return (double)(to->tv_sec - from->tv_sec) +
		(double)(to->tv_nsec - from->tv_nsec) / 1e9;
}

static double passed(const struct cli_progress *p)
{
	return seconds(&p->start, &p->shown);
}

bool cli_progress_is_due(struct cli_progress *p)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (!p->start.tv_sec)
		p->start = p->shown = now;
	if (seconds(&p->shown, &now) < PAUSE || !isatty(STDERR_FILENO))
		return false;
	p->shown = now;
	return true;
}

static void put_time(const char *name, double time)
{
	fprintf(stderr, "%s%d:%02d ", name, (int)time / 60, (int)time % 60);
}

void cli_progress_draw(struct cli_progress *p, double part, const char *format, ...)
{
	static const char full[] = "##############################";
	const int room = (int)(sizeof(full) - 1);
	va_list args;

	fputs("\r\033[K", stderr);
	part = part > 1 ? 1 : part;
	if (part >= 0) {
		const int bars = (int)(part * room);

		fprintf(stderr, "[%.*s%*s] %3d%% ", bars, full, room - bars, "",
			(int)(part * 100));
	}
	if (part > 0)
		put_time("ETA ", passed(p) * (1 / part - 1) + 0.5);
	else if (part < 0)
		put_time("", passed(p));
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
}

int cli_progress(void *data, uint64_t done, uint64_t size)
{
	const double mib = 1024 * 1024;
	struct cli_progress *p = data;

	if (!cli_progress_is_due(p))
		return 0;
	if (size >= done && done)
		cli_progress_draw(p, (double)done / (double)size, "%7.1f MiB/s",
				  (double)done / mib / passed(p));
	else
		cli_progress_draw(p, -1, "%7.1f MiB/s, %.1f MiB",
				  (double)done / mib / passed(p), (double)done / mib);
	return 0;
}

void cli_progress_end(const struct cli_progress *p)
{
	if (passed(p) > 0)
		fputs("\r\033[K", stderr);
}
