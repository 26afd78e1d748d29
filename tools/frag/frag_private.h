/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * frag_private.h - what the files of pageowner-frag have among themselves.
 */
#ifndef FRAG_PRIVATE_H
#define FRAG_PRIVATE_H

#include <pageowner/export.h>
#include <pageowner/pageowner.h>

#include "place.h"
#include "tools/lib/options.h"

struct frag_options {
	struct common_options common;
	const char *input;
	const char *map;	/* FILE, "-" for text, or NULL */
	struct pageowner_export *export;	/* NULL for our own formats */
	struct pageowner_reader *reader;	/* what was read, as long as it is needed */
	enum pageowner_by by;
	struct option_order sort;	/* word: enum pageowner_pageblocks_order */
	uint64_t top;
	uint64_t scale;		/* 0: as it fits */
	struct frag_place place;
	unsigned int places;	/* FRAG_BLOCK, FRAG_PFN: asked for */
	double long_lived;	/* seconds */
	bool all, mixed;
	bool live;		/* the input is the running kernel's */
};

/* load.c: reads the input into @blocks and the place, and learns the size of a page. The
 * exit status so far, or CLI_FAILED after a message. */
int frag_load(struct frag_options *options, struct pageowner_pageblocks *blocks);

#endif
