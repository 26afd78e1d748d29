/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cli.h - what all tools share: messages, progress, a safe output, exit status.
 */
#ifndef CLI_H
#define CLI_H

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include <pageowner/pageowner.h>

enum cli_status {
	CLI_OK = 0,		/* all of the input was read */
	CLI_FAILED = 1,
	CLI_USAGE = 2,
	CLI_DAMAGED = 3,	/* done, but some of the input was damaged */
};

/* Name of the program; begins each message. */
extern const char *cli_program;

/* First of all: the name of the program, and what it may do without (privilege.c). */
void cli_begin(const char *program, char *argv[]);
void cli_drop_privileges(void);

/* "program: " and a message on standard error; errno stays as it is. */
void cli_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A decimal number from @min to @max and nothing else: 0 or -EINVAL. */
int cli_parse_number(const char *text, unsigned long min, unsigned long max,
		     unsigned long *number);

/* Which of @count names a text is, or -EINVAL */
int cli_one_of(const char *text, const char *const *names, int count);

/* "wrong argument for --OPTION: ARGUMENT", of what getopt_long() returned */
struct option;
void cli_wrong_argument(const struct option *options, int returned,
			const char *argument);

/* --version: the exit status. */
int cli_print_version(void);

/* A message for each line of a text. */
void cli_say_lines(const char *text);

/* What to read where no input was named: a file of the running kernel, or NULL
 * after saying what can be done about it, or why it better is not read. */
const char *cli_live_file(enum pageowner_live_file file);
const char *cli_live_input(void);	/* page_owner */

/* What messages call an input. */
const char *cli_input_name(const char *path);

/* One line on standard error for each kind of damage: CLI_OK or CLI_DAMAGED. */
int cli_report_damage(const struct pageowner_input_stats *stats,
		      const char *name);

/*
 * A bar with rate and time left on standard error, if that is a terminal:
 * pageowner_profile_set_progress(profile, cli_progress, &progress). Zeroed
 * before use; cli_progress_end() takes the bar away.
 */
struct cli_progress {
	struct timespec start, shown;
};

int cli_progress(void *progress, uint64_t done, uint64_t size);
void cli_progress_end(const struct cli_progress *progress);

/* To a terminal (terminal.c): what controls it or the direction of writing, what is not
 * seen, and what is no UTF-8 as \\xNN; newlines and tabs of @lines stay. */
void cli_write_safe(FILE *file, const char *text, size_t len, bool lines);

/* What is written to it goes so to the terminal @file, which it closes with itself; NULL
 * if there is no memory. */
FILE *cli_guard_terminal(FILE *file);

/*
 * Where a report goes (output.c). A file is written beside its place and put there only
 * when complete, with the mode of the one it replaces; devices, pipes and standard output
 * are written directly, a terminal through cli_guard_terminal(). After a failed write the
 * rest is dropped and cli_output_close() tells.
 */
struct cli_output {
	FILE *file;
	FILE *terminal;		/* behind @file; NULL if it is none */
	int error;		/* errno of the first write that failed */
	bool to_terminal;
	const char *name;
	char *target;		/* what the temporary file becomes, or NULL */
};

/* @path: NULL or "-" for standard output. 0, or -1 after a message. */
int cli_output_open(struct cli_output *output, const char *path);
/* 0, or -1 after a message. */
int cli_output_close(struct cli_output *output);

/* Where a path leads, through links whose end need not exist: malloc()ed; NULL
 * with errno, which is EACCES after a message for another user's in a shared folder. */
char *cli_follow_links(const char *path);

void cli_put(struct cli_output *output, const char *text, size_t len);
void cli_put_string(struct cli_output *output, const char *string);
void cli_put_number(struct cli_output *output, uint64_t number);
/* What the terminal is to obey: never text from a dump */
void cli_put_raw(struct cli_output *output, const char *text);
/* Text from a dump: as it is, or safe, in one line, where it goes to a terminal. */
void cli_put_text(struct cli_output *output, struct pageowner_text text);
void cli_put_lines(struct cli_output *output, struct pageowner_text lines);

#endif
