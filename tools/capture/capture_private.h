/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * capture.h - the rooms of pageowner-capture and what they offer each other.
 *
 * pageowner-capture.c has the options and takes series; capture-take.c takes one
 * capture; capture-pages.c reads page_owner by means of processes that run
 * capture-worker.c; capture-output.c writes the file and capture-header.c the lines
 * about conditions.
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
	bool plain;		/* no lines about conditions */
	bool force, resume;
	double timeout, interval;	/* seconds; interval 0: no series */
	uint64_t count;		/* of a series; 0: without end */
};

/* The signal that is to end it, or 0 */
extern volatile sig_atomic_t capture_signal;
/* Whether a reader of the output that goes away ends it by SIGPIPE, as it ends cat */
extern bool capture_ends_by_pipe;

/* --- capture-output.c: a file that becomes FILE when complete */

struct capture_output {
	int fd;
	const char *name;	/* for messages */
	char *target;		/* FILE, or NULL where it is written directly */
	char *part;		/* FILE.part */
	struct packer *packer;	/* or NULL */
	bool failed;		/* has said why; what is put then is dropped */
};

/* 0, or -1 after a message. @resume: beside FILE.part, until capture_output_swap(). */
int capture_output_open(struct capture_output *out, const char *path,
			enum capture_packing packing, bool resume);
/* Replaces FILE.part by what was written so far: 0, or -1 after a message. */
int capture_output_swap(struct capture_output *out);
void capture_put(struct capture_output *out, const void *data, size_t len);
/* Makes FILE of it if @complete, else leaves FILE.part: 0, or -1 after a message. */
int capture_output_close(struct capture_output *out, bool complete);

/* Leaves nothing of it. */
void capture_output_abandon(struct capture_output *out);
/* FILE -> FILE.part, malloc()ed */
char *capture_part_name(const char *path);

/* --- capture-header.c: lines "PFN# NAME: VALUE" */

void capture_line(struct capture_output *out, const char *name,
		  const char *format, ...) __attribute__((format(printf, 3, 4)));
/* One for each line of a text */
void capture_put_lines(struct capture_output *out, const char *name,
		       struct pageowner_text lines);
/* @before: of the capture that is continued, or NULL */
void capture_put_header(struct capture_output *out,
			const struct capture_options *opt, const char *file,
			const char *threshold_path,
			const struct pageowner_conditions *before);
/* This boot's number; empty if not known. */
void capture_boot_id(char *id, size_t size);

/* --- capture-take.c: one capture. CLI_*; have said why. */

int capture_pages(struct capture_options *opt, struct pageowner_live *live);
int capture_stacks(const struct capture_options *opt, struct pageowner_live *live);

/* --- capture-pages.c: page_owner by PFN */

struct capture_pages {
	const char *path;
	const struct capture_options *opt;
	struct capture_output *out;
	uint64_t next_pfn;	/* where to begin; then where it ended */
	uint64_t last_pfn;	/* of this machine, about; 0 if not known */
	uint64_t records, skipped;
	char reason[256];	/* why it is incomplete, or empty */
	bool killed;		/* for what would happen again */
};

void capture_read_pages(struct capture_pages *pages);

/* capture-header.c again: what is only known at the end. @pages: NULL for stacks;
 * @reason: why it is incomplete, or NULL */
void capture_put_trailer(struct capture_output *out,
			 const struct capture_options *opt,
			 const struct capture_pages *pages, const char *reason);

/* --- capture-worker.c: a process that reads ranges of PFNs */

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
	uint64_t pfn;		/* where reading would go on */
	uint64_t from;
};

#define CAPTURE_FRAME_MAX	((size_t)2 << 20)

/* Opens page_owner as the options want it: a descriptor, or a negative errno;
 * *step says what failed. */
int capture_open_pages(const char *path, const struct capture_options *opt,
		       const char **step);
/* Takes ranges from @in and puts frames to @to, until @in ends. */
void capture_work(int file, int in, int to) __attribute__((noreturn));

#endif
