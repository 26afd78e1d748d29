/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * capture.h - what the tests of captures have in common: files that behave as the
 * kernel's (tests/fault/fake-kernel.c), and a capture of them whose text is kept.
 */
#ifndef TEST_CAPTURE_H
#define TEST_CAPTURE_H

#include "support.h"

/* --- a kernel of each test */

#define RECORDS	400

/* What page_owner has, in several ranges: PFNs 1000, 1100 ... 40900 */
extern struct buffer kernel_pages;

/* A case whose tests have a kernel of their own */
TCase *kernel_case(const char *name);
void put_kernel_file(const char *name, const char *text);
void remove_kernel_file(const char *name);

/* --- a capture */

struct taken {
	struct pageowner_live *live;
	struct pageowner_capture *capture;
	struct buffer text;
	unsigned int writes, fail_at;	/* the write that fails, 0: none */
	int fail_with;
	unsigned int skips;
	uint64_t skipped_first, skipped_last;
	int skipped_error;
	unsigned int reports;
	unsigned int wait_at;		/* the write that takes long, 0: none */
};

void begin_capture(struct taken *t, enum pageowner_capture_kind kind);
void end_capture(struct taken *t);
/* The function that it writes with, of a struct taken */
int write_text(void *data, const void *text, size_t len);

/* Without lines of conditions; to be freed */
struct buffer kernels_text(const struct buffer *text);
void assert_all_pages(const struct buffer *text);
/* The last line "PFN# NAME: VALUE" has this value; NULL: there is none. */
void assert_line(const struct buffer *text, const char *name, const char *expected);
/* The sentence of the last failure has this part. */
void assert_error(const struct taken *t, const char *part);

#endif
