/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * source.h - where records come from, and the report of damage in it.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include <stdbool.h>

#include <pageowner/pageowner.h>

/* What to read if no input was named: a file of the running kernel. NULL after a message
 * that says how to get it, or why it should not be read. */
const char *cli_live_file(enum pageowner_live_file file);
const char *cli_live_input(void);	/* page_owner */

/* For a filter by age: finds the time from which ages are counted. 0, or -1 after a
 * message. */
int cli_find_clock(struct pageowner_filter *filter, const char *path, bool quiet);

/* What messages call an input. */
const char *cli_input_name(const char *path);

/* One line on standard error for each kind of damage: CLI_OK or CLI_DAMAGED. */
int cli_report_damage(const struct pageowner_input_stats *stats,
		      const char *name);

#endif
