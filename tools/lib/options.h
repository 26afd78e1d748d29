/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * options.h - the options of a tool in one table: the parser, --help and the
 * completions of shells are made from it.
 *
 * A tool describes its own options and names those of the common ones that it takes.
 * What an option does is known to the tool alone.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "tools/lib/words.h"

/* What to sort by. A word alone has the direction that suits it, which its tool knows. */
struct option_order {
	int word;
	enum { ORDER_NATURAL, ORDER_ASCENDING, ORDER_DESCENDING } direction;
};

/* Of --sort, at the end of its help */
#define OPTIONS_SIGNS	"; + before it sorts ascending, - descending"

/* How a value is read, and what it becomes */
enum option_kind {
	OPTION_FLAG,		/* bool; takes no value */
	OPTION_TEXT,		/* const char * */
	OPTION_FILE,		/* const char * */
	OPTION_NUMBER,		/* uint64_t */
	OPTION_SIZE,		/* uint64_t, bytes */
	OPTION_DURATION,	/* double, seconds */
	OPTION_WORD,		/* int or enum: index in .words */
	OPTION_ORDER,		/* struct option_order: index in .words, and a sign */
	OPTION_NAME,		/* const char *: one of .words */
	OPTION_CALL,		/* .call() reads it */
	OPTION_ALIAS,		/* another spelling of .alias, with .value if set */
};

/* Candidates for completion in addition to .words and, for OPTION_FILE, files */
enum option_complete {
	COMPLETE_WORDS,
	COMPLETE_FILES,
	COMPLETE_PIDS,
	COMPLETE_TASKS,		/* names of running ones */
	COMPLETE_MODULES,	/* that are loaded */
};

struct option_entry {
	const char *name;	/* NULL: has a letter only */
	char letter;		/* 0: none */
	bool is_optional;	/* the value, which then follows "=" */
	bool is_list;		/* of values separated by commas */
	bool is_power;		/* a size, of two */
	bool is_signed;		/* with + or - before each */
	const char *argument;	/* what the help calls its value; NULL: takes none */
	const char *group;	/* heading in the help */
	const char *help;	/* NULL: not shown */
	enum option_kind kind;
	enum option_complete complete;
	size_t at;		/* of the member that it sets */
	uint64_t min, max;	/* of durations milliseconds; max 0: no limit */
	const char *expects;	/* what a wrong value is not; NULL: by its kind */
	struct words words;
	/* Returns 0, -EINVAL for a wrong value, -ECANCELED for one after a message, -EIO
	 * for a failure after a message, or another negative errno. */
	int (*call)(void *options, const struct option_entry *entry,
		    const char *value);
	const char *alias, *value;
};

/* Where a value goes: the type of the member is checked. */
#define OPTION_AT(type, options, member) \
	(offsetof(options, member) + 0 * sizeof(char[1 - 2 * \
	 !__builtin_types_compatible_p(type, __typeof__(((options *)0)->member))]))
#define OPT_FLAG(options, member) \
	.kind = OPTION_FLAG, .at = OPTION_AT(bool, options, member)
#define OPT_TEXT(options, member) \
	.kind = OPTION_TEXT, .at = OPTION_AT(const char *, options, member)
#define OPT_FILE(options, member) \
	.kind = OPTION_FILE, .at = OPTION_AT(const char *, options, member), \
	.complete = COMPLETE_FILES
#define OPT_NUMBER(options, member, least, most) \
	.kind = OPTION_NUMBER, .at = OPTION_AT(uint64_t, options, member), \
	.min = (least), .max = (most)
#define OPT_SIZE(options, member, least) \
	.kind = OPTION_SIZE, .at = OPTION_AT(uint64_t, options, member), \
	.min = (least)
#define OPT_DURATION(options, member, least_ms, most_ms) \
	.kind = OPTION_DURATION, .at = OPTION_AT(double, options, member), \
	.min = (least_ms), .max = (most_ms)
/* An enum whose values are the indices */
#define OPT_WORD(options, member, names) \
	.kind = OPTION_WORD, .words.list = (names), .at = offsetof(options, member) + \
	0 * sizeof(char[1 - 2 * (sizeof(((options *)0)->member) != sizeof(int))])
#define OPT_ORDER(options, member, names) \
	.kind = OPTION_ORDER, .is_signed = true, .words.list = (names), \
	.at = OPTION_AT(struct option_order, options, member)
#define OPT_NAME(options, member, names) \
	.kind = OPTION_NAME, .at = OPTION_AT(const char *, options, member), \
	.words.list = (names)
#define OPT_CALL(function) \
	.kind = OPTION_CALL, .call = (function)

/* The heading of selectors, which an option of a tool may join */
#define OPTIONS_SELECT_GROUP	"Select records by (lists are separated by commas)"

/* Entries with the same words everywhere, except for the default */
#define OPTION_TOP(options, member, default_text) \
	{ "top", .argument = "N", .group = "Report", \
	  .help = "show only the first N rows (" default_text ")", \
	  OPT_NUMBER(options, member, 0, 0) }

/* What a row is: enum pageowner_by */
extern const char *const options_bys[];
#define OPTION_BY(options, member) \
	{ "by", .argument = "WHAT", .group = "Report", \
	  .help = "one row per stack (default), portable (stacks without offsets), owner or module", \
	  OPT_WORD(options, member, options_bys) }

/* The common ones, and what they set. A tool's own struct begins with it. */
enum {
	OPTIONS_OUTPUT = 1 << 0,
	OPTIONS_JOBS = 1 << 1,
	OPTIONS_FORMAT = 1 << 2,	/* and --json */
	OPTIONS_COLOR = 1 << 3,
	OPTIONS_MEMORY = 1 << 4,
	OPTIONS_PAGE_SIZE = 1 << 5,
	OPTIONS_FULL = 1 << 6,
	OPTIONS_SELECT = 1 << 7,	/* all selectors of the library, and --exclude */
	OPTIONS_ROWS = 1 << 9,		/* keep those that a stack determines apart as well */
	OPTIONS_PLUMBING = 1 << 8,
};

struct pageowner_filter;
struct pageowner_plumbing;

struct common_options {
	const char *output;		/* NULL: standard output */
	const char *format;		/* NULL: none was named */
	struct pageowner_filter *filter;	/* NULL: everything is selected */
	/* The same in two parts, of OPTIONS_ROWS: what a stack determines, the rest */
	struct pageowner_filter *rows, *records;
	struct pageowner_plumbing *plumbing;	/* NULL: the library's table alone */
	const char *wrong;		/* the item of a list that .call() refused */
	uint64_t jobs;			/* 0: one for each processor */
	uint64_t page_size;		/* bytes; 0: not known yet */
	enum color_when { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER } color;
	bool full, quiet;
	bool overwrite;			/* whatever the output is (--force) */
};

/* A format of the tool itself */
struct option_format {
	const char *name;		/* NULL: after the last */
	const char *help;
};

struct option_table {
	const char *usage;		/* after the name of the program */
	const char *summary;		/* lines: what the program does */
	unsigned int common;		/* OPTIONS_* */
	const struct option_entry *entries;
	size_t count;
	const struct option_format *formats;	/* the first is the default */
	unsigned int export_uses;	/* PAGEOWNER_EXPORT_*: those of other programs */
	/* Of selectors, instead of adding to the filter */
	int (*select)(void *options, const struct option_entry *entry, const char *value);
	void (*print_more)(FILE *file);	/* after the options in the help, or NULL */
	const char *notes;		/* lines after that */
	int usage_status;		/* the exit status of wrong usage */
};

/*
 * Reads the command line; operands are left at argv[optind] and after. -1 to go on, or
 * the exit status: of --help and --version, or of a mistake after its message.
 */
int options_parse(const struct option_table *table, struct common_options *options,
		  int argc, char *argv[]);

/* Give the filters the time at which a file was taken, which --age needs: 0, or -1 after a message. */
int options_find_clock(const struct common_options *options, const char *path);

/* Frees what options_parse() made. */
void options_free(struct common_options *options);

/* Whether to write in colour, by --color and NO_COLOR */
bool options_wants_color(const struct common_options *options, bool to_terminal);

/* Options that do not go together, operands that are missing: a message, and where to
 * find help. The exit status. */
int options_refuse(const struct option_table *table, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The same for an option that a format cannot honour; @option as the user writes it */
int options_refuse_format(const struct option_table *table, const char *format,
			  const char *option);
/* Whether standard input is named at most once, among inputs and @more (or NULL): -1, or
 * the exit status after a message */
int options_check_inputs(const struct option_table *table, const char *const *inputs,
			 size_t count, const char *more);

#endif
