// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * progress.c - a bar with rate and time left on standard error.
 */
#include "tools/lib/progress.h"

#include <stdio.h>
#include <unistd.h>

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
