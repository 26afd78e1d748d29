/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * output.h - where a report goes.
 *
 * A file is written beside its place and moved there only when complete, not if it was
 * abandoned, with the mode of the one it replaces; devices, pipes and standard output are
 * written directly, a terminal through cli_guard_terminal(). After a failed write the rest is dropped and
 * cli_output_close() reports the failure. A reader that goes away ends the program by
 * SIGPIPE, as it ends cat.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <pageowner/record.h>

/* What has no module, and what has no owner, wherever a person reads it */
#define CLI_KERNEL	"(kernel)"
/* A count_threshold may hide the pages */
#define CLI_UNKNOWN	"unknown"
#define CLI_NO_STACK	"(no stack)"
/* A stack is there, but the frame that owns the pages is not. */
#define CLI_NO_OWNER	"(unknown)"

/* Must not move after it is opened: its stream points to it. */
struct cli_output {
	FILE *file;
	int fd;
	FILE *terminal;		/* the terminal that @file writes to, or NULL */
	int error;		/* errno of the first write that failed */
	bool is_abandoned;	/* it is not complete, and a message said why */
	bool to_terminal;
	const char *name;
	char *target;		/* what the temporary file becomes, or NULL */
};

/* @path: NULL or "-" for standard output. 0, or -1 after a message. */
int cli_output_open(struct cli_output *output, const char *path);
/* 0, or -1 after a message. */
int cli_output_close(struct cli_output *output);

/* Resolve links in a path whose target need not exist: malloc()ed; NULL with errno,
 * which is EACCES, after a message, for another user's link in a shared folder. */
char *cli_follow_links(const char *path);

void cli_put(struct cli_output *output, const char *text, size_t len);
void cli_put_string(struct cli_output *output, const char *string);
void cli_put_number(struct cli_output *output, uint64_t number);
/* The last line of a table, unless the input is complete: messages are elsewhere. */
void cli_put_incomplete(struct cli_output *output, bool is_incomplete);
/* Write control sequences for the terminal: never text from a dump. */
void cli_put_raw(struct cli_output *output, const char *text);
/* Write text from a dump: unchanged, or made safe, in one line, for a terminal. */
void cli_put_text(struct cli_output *output, struct pageowner_text text);
void cli_put_lines(struct cli_output *output, struct pageowner_text lines);

#endif
