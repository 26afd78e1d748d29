/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * message.h - messages of the tools, and their exit statuses.
 */
#ifndef MESSAGE_H
#define MESSAGE_H

enum cli_status {
	CLI_OK = 0,		/* all of the input was read */
	CLI_FAILED = 1,
	CLI_USAGE = 2,
	CLI_DAMAGED = 3,	/* done, but some of the input was damaged */
};

/* Name of the program; begins each message. */
extern const char *cli_program;

/* Call it first: sets the name of the program, drops privileges (privilege.h). */
void cli_begin(const char *program, char *argv[]);

/* "program: " and a message on standard error; errno stays as it is. */
void cli_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Print a message for each line of a text. */
void cli_say_lines(const char *text);

#endif
