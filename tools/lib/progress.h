/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * progress.h - a bar with the time left on standard error, if that is a terminal.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* Zeroed before use */
struct cli_progress {
	struct timespec start, shown;
};

/* For pageowner_profile_set_progress(profile, cli_progress, &progress): bytes */
int cli_progress(void *progress, uint64_t done, uint64_t size);

/* For anything else: whether it is time to draw; and draw the part that is done, 0 to 1,
 * or negative if unknown, and a text. */
bool cli_progress_is_due(struct cli_progress *progress);
void cli_progress_draw(struct cli_progress *progress, double part,
		       const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Remove the bar, so that a message gets its own line. */
void cli_progress_end(const struct cli_progress *progress);

#endif
