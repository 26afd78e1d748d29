/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * capture_private.h - what the files of a capture share.
 *
 *	capture.c	settings and steps		calls all others
 *	resume.c	copies an incomplete capture
 *	stacks.c	copies the files of page_owner_stacks/
 *	pages.c		has processes read page_owner, puts what they read in order
 *	worker.c	such a process
 *	conditions.c	the lines before and after the kernel's text
 *	outcome.c	text, progress and failure: called by all others
 */
#ifndef PO_CAPTURE_PRIVATE_H
#define PO_CAPTURE_PRIVATE_H

#include "base/po.h"

#include <pageowner/capture.h>

struct pageowner_capture {
	struct pageowner_live *live;
	enum pageowner_capture_kind kind;
	unsigned int flags, jobs;
	uint64_t timeout_ns;		/* UINT64_MAX: none */
	char mode[32], nodes[104];	/* empty: not set */
	char *tool, *command;		/* or NULL */
	int (*write)(void *data, const void *text, size_t len);
	void *write_data;
	int (*progress)(void *data, const struct pageowner_capture_state *state);
	void *progress_data;
	void (*skipped)(void *data, uint64_t first_pfn, uint64_t last_pfn, int error);
	void *skipped_data;

	enum po_capture_phase {
		PO_CAPTURE_SETTING, PO_CAPTURE_PREPARED, PO_CAPTURE_RESUMED,
		PO_CAPTURE_TAKEN,
	} phase;
	const char *path;		/* of page_owner, memory of @live */
	char order[160];		/* a command to page_owner, or empty */
	struct pageowner_capture_state state;
	int stop;			/* atomic; 0, a signal, or -1 for none */
	int ret;			/* why it is incomplete, 0 while it is not */
	bool write_failed;		/* nothing more is written */
	uint64_t reported_ns;		/* when progress was */
	char error[2048];
};

/* --- outcome.c */

/* The capture is incomplete: keep the first reason. */
void po_capture_fail(struct pageowner_capture *c, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Whether it was stopped, or has failed */
bool po_capture_is_over(struct pageowner_capture *c);
/* Call the progress callback, if it is time. */
void po_capture_report(struct pageowner_capture *c);
/* Have the caller write a text. */
void po_capture_put(struct pageowner_capture *c, const void *text, size_t len);
/* CLOCK_MONOTONIC */
uint64_t po_capture_clock_ns(void);

/* --- conditions.c */

/* A line "PFN# NAME: LINE" for each line of a text */
void po_capture_put_lines(struct pageowner_capture *c, const char *name,
			  struct pageowner_text lines);
/* What is known before @path is read. @before: of the capture that is continued, or NULL */
void po_capture_put_header(struct pageowner_capture *c, const char *path,
			   const struct pageowner_conditions *before);
/* What is known at the end */
void po_capture_put_trailer(struct pageowner_capture *c);
/* The id of this boot; empty if unknown */
void po_capture_boot_id(char *id, size_t size);

/* --- resume.c: write what @reader has: 0, or a negative errno, which is also in @c. */

int po_capture_copy(struct pageowner_capture *c, struct pageowner_reader *reader);

/* --- stacks.c, pages.c: read and write all; what fails is in @c. */

void po_capture_stacks(struct pageowner_capture *c);
void po_capture_pages(struct pageowner_capture *c);

/* --- worker.c */

struct po_range {
	uint64_t first, end;	/* [first, end) */
};

#define PO_CAPTURE_END	UINT64_MAX	/* no PFN: after the last */

enum po_frame_type {
	PO_FRAME_TEXT,		/* whole records follow */
	PO_FRAME_SKIPPED,	/* @from to @pfn - 1 could not be read: @error */
	PO_FRAME_DONE,		/* the range; @pfn is the next record's, or the end */
	PO_FRAME_FAILED,	/* @error ends it all */
};

struct po_frame {
	uint32_t type;
	int32_t error;		/* positive */
	uint32_t records;
	uint32_t len;		/* of what follows */
	uint64_t pfn;		/* where reading would continue */
	uint64_t from;
};

/* Room for a frame and its text, and for a process to read in */
#define PO_FRAME_ROOM	(((size_t)2 << 20) + sizeof(struct po_frame))

/* Open page_owner and send it the command: a descriptor, or a negative errno;
 * *refused: whether it was the command that failed */
int po_capture_open_pages(const struct pageowner_capture *c, bool *refused);
/* Take ranges from @fd and write frames to it, until it ends. @room: PO_FRAME_ROOM */
void po_capture_work(const struct pageowner_capture *c, int fd, char *room)
	__attribute__((noreturn));

#endif
