/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * source.h - where records come from, and the report of damage in it.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include <stdbool.h>

#include <pageowner/pageowner.h>

#include "tools/lib/options.h"
#include "tools/lib/progress.h"

/* What to read if no input was named: a file of the running kernel. NULL after a message
 * that says how to get it, or why it should not be read. */
const char *cli_live_file(enum pageowner_live_file file);
/* The same without a message: malloc()ed; if NULL, *why is, unless there is no memory */
char *cli_find_live(enum pageowner_live_file file, char **why);
const char *cli_live_input(void);	/* page_owner */

/* For a filter by age: finds the time from which ages are counted. 0, or -1 after a
 * message. */
int cli_find_clock(struct pageowner_filter *filter, const char *path, bool quiet);

/* For pageowner_profile_set_flags(): what options for all tools ask for */
unsigned int cli_profile_flags(const struct common_options *options);
/* Before a profile is loaded: threads, memory, flags, plumbing, and a bar on standard
 * error unless --quiet. 0 or a negative errno. */
int cli_prepare(struct pageowner_profile *profile, const struct common_options *options,
		struct cli_progress *progress);

/* Size of a page as the first capture in a profile that knows it has it; 0 if none has */
uint64_t cli_profile_page_size(const struct pageowner_profile *profile);
/* As --page-size, otherwise as @captured, of this machine if @is_live, otherwise 4 KiB
 * after a note */
uint64_t cli_page_size(const struct common_options *options, uint64_t captured,
		       bool is_live);

/* Of an input whose pages cannot be shown */
#define CLI_NO_PAGES	"%s: has counts of allocations, but not of pages"

/* What messages call an input. */
const char *cli_input_name(const char *path);

/* Whether no file is named twice, also by a link, where inputs are added up: 0, or -1 after
 * a message */
int cli_check_repeats(const char *const *inputs, size_t count);

/* An input without any record is valid: says so, and the report is empty. */
void cli_note_empty(const struct common_options *options, const char *name,
		    uint64_t records);
/* Says so if a key that a finished profile groups by is in no record: all of it is in one
 * row then. */
void cli_note_keys(const struct common_options *options,
		   const struct pageowner_profile *profile, const char *name);
/* After the report: says so if records were read and the selectors match none of them. */
void cli_note_selection(const struct common_options *options, uint64_t records,
			uint64_t selected);

/* Whether one of the captures says that it is incomplete, or lacks its last lines */
bool cli_is_incomplete(const struct pageowner_input_stats *stats);
#define CLI_INCOMPLETE	"one of the captures is incomplete"

/* One line on standard error for each kind of damage, for each kind of repair unless
 * --quiet, and for each capture why it is incomplete: CLI_DAMAGED if there is damage,
 * otherwise CLI_OK. */
int cli_report_profile(const struct common_options *options,
		       const struct pageowner_profile *profile, const char *name);
int cli_report_reader(const struct common_options *options,
		      const struct pageowner_reader *reader, const char *name);

#endif
