/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * progress.h - a bar with rate and time left on standard error, if that is a terminal.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdint.h>
#include <time.h>

/* Zeroed before use */
struct cli_progress {
	struct timespec start, shown;
};

/* Fits pageowner_profile_set_progress(profile, cli_progress, &progress). */
int cli_progress(void *progress, uint64_t done, uint64_t size);
/* Takes the bar away. */
void cli_progress_end(const struct cli_progress *progress);

#endif
