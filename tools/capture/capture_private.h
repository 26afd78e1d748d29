/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * capture_private.h - the files of pageowner-capture and their interfaces.
 *
 * main.c has the options and takes series; take.c takes one capture; pages.c reads
 * page_owner with processes that run worker.c; output.c writes the file and header.c
 * the lines with metadata.
 */
#ifndef CAPTURE_H
#define CAPTURE_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "tools/lib/cli.h"
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

/* The signal that ends it, or 0 */
extern volatile sig_atomic_t capture_signal;
/* Whether a reader of the output that goes away ends it by SIGPIPE, as it ends cat */
extern bool capture_ends_by_pipe;

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
/* FILE -> FILE.part, malloc()ed */
char *capture_part_name(const char *path);

/* --- header.c: lines "PFN# NAME: VALUE" */

void capture_line(struct capture_output *out, const char *name,
		  const char *format, ...) __attribute__((format(printf, 3, 4)));
/* One for each line of a text */
void capture_put_lines(struct capture_output *out, const char *name,
		       struct pageowner_text lines);
/* @before: conditions of the capture that is continued, or NULL */
void capture_put_header(struct capture_output *out,
			const struct capture_options *opt, const char *file,
			const char *threshold_path,
			const struct pageowner_conditions *before);
/* The id of this boot; empty if unknown */
void capture_boot_id(char *id, size_t size);

/* --- take.c: one capture. CLI_*, after a message on failure */

int capture_pages(struct capture_options *opt, struct pageowner_live *live);
int capture_stacks(const struct capture_options *opt, struct pageowner_live *live);

/* --- pages.c: page_owner by PFN */

struct capture_pages {
	const char *path;
	const struct capture_options *opt;
	struct capture_output *out;
	uint64_t next_pfn;	/* where to begin; then where it ended */
	uint64_t last_pfn;	/* of this machine, approximately; 0: unknown */
	uint64_t records, skipped;
	char reason[256];	/* why it is incomplete, or empty */
	bool killed;		/* for a reason that would recur */
};

void capture_read_pages(struct capture_pages *pages);

/* header.c again: what is only known at the end. @pages: NULL for stacks; @reason: why
 * it is incomplete, or NULL */
void capture_put_trailer(struct capture_output *out,
			 const struct capture_options *opt,
			 const struct capture_pages *pages, const char *reason);

/* --- worker.c: a process that reads ranges of PFNs */

struct capture_range {
	uint64_t first, end;	/* [first, end) */
};

#define CAPTURE_NO_END	UINT64_MAX

enum capture_frame_type {
	FRAME_DATA,	/* whole records follow */
	FRAME_SKIPPED,	/* @from to @pfn - 1 could not be read: @error */
	FRAME_DONE,	/* the range; @pfn is the next record's, or CAPTURE_NO_END */
	FRAME_FAILED,	/* @error ends it all */
};

struct capture_frame {
	uint32_t type;
	int32_t error;
	uint32_t records;
	uint32_t len;		/* of what follows */
	uint64_t pfn;		/* where reading would continue */
	uint64_t from;
};

#define CAPTURE_FRAME_MAX	((size_t)2 << 20)

/* Open page_owner as the options require: a descriptor, or a negative errno with the
 * failed step in *step. */
int capture_open_pages(const char *path, const struct capture_options *opt,
		       const char **step);
/* Take ranges from @in and write frames to @to, until @in ends. */
void capture_work(int file, int in, int to) __attribute__((noreturn));

#endif
