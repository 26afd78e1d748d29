/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * capture_private.h - the files of pageowner-capture and their interfaces.
 *
 * main.c has the options and takes series; take.c takes one capture, with the library;
 * output.c writes the file; stop.c has what ends them.
 */
#ifndef CAPTURE_H
#define CAPTURE_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <pageowner/capture.h>

#include "tools/lib/options.h"

struct capture_options {
	struct common_options common;
	const char *mode, *nodes;
	const char *command;	/* the command line, for the header */
	enum capture_packing { PACK_NONE, PACK_GZIP, PACK_ZSTD, PACK_BY_NAME } packing;
	bool stacks, handles;
	bool plain;		/* no lines with metadata */
	bool force, resume;
	double timeout, interval;	/* seconds; interval 0: no series */
	uint64_t count;		/* length of a series; 0: without end */
};

/* --- stop.c: signals that end it */

/* The one that came, or 0 */
extern volatile sig_atomic_t capture_signal;
/* Whether a reader of the output that goes away ends it by SIGPIPE, as it ends cat */
extern bool capture_ends_by_pipe;
/* Note those that end a program, and SIGPIPE. */
void capture_catch_signals(void);
/* What they stop from now on, at once if one came before; NULL: nothing */
void capture_let_stop(struct pageowner_capture *capture);

/* --- earlier.c: files that a capture would replace */

/* Whether a file, read from here to its end, is a capture that is not complete */
bool capture_is_interrupted(int fd, const char *name);
/* 0, or -1 after a message if it may not be meant that a capture replaces @path, when it
 * is complete: only captures are replaced, and empty files. NULL: standard output */
int capture_check_replaced(const char *path);

/* --- output.c: a file that becomes FILE when complete */

struct capture_output {
	int fd;
	const char *name;	/* for messages */
	char *target;		/* FILE, or NULL if it is written directly */
	char *part;		/* FILE.part */
	struct packer *packer;	/* or NULL */
	bool failed;		/* after a message; further text is dropped */
};

/* 0, or -1 after a message. @resume: next to FILE.part, until capture_output_swap() */
int capture_output_open(struct capture_output *out, const char *path,
			enum capture_packing packing, bool resume);
/* Replace FILE.part with what was written so far: 0, or -1 after a message. */
int capture_output_swap(struct capture_output *out);
void capture_put(struct capture_output *out, const void *data, size_t len);
/* Rename it to FILE if @complete, otherwise leave FILE.part: 0, or -1 after a message. */
int capture_output_close(struct capture_output *out, bool complete);

/* Remove it. */
void capture_output_abandon(struct capture_output *out);
/* The suffix of a name that says how it is compressed, if @packing is another way; or NULL */
const char *capture_contradiction(const char *path, enum capture_packing packing);
/* FILE -> FILE.part, malloc()ed */
char *capture_part_name(const char *path);

/* --- take.c: one capture */

/* CLI_*, after a message on failure */
int capture_take(const struct capture_options *opt);

#endif
