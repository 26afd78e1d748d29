/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * top_private.h - what the files of pageowner-stacks-top have among themselves, but for
 * the full-screen view (view.h).
 */
#ifndef TOP_PRIVATE_H
#define TOP_PRIVATE_H

#include <pageowner/export.h>
#include <pageowner/pageowner.h>

#include "model.h"
#include "screen.h"
#include "tools/lib/compare.h"
#include "tools/lib/options.h"

struct top_options {
	struct common_options common;
	const char *const *inputs;
	size_t count;
	int by;			/* enum top_by */
	struct top_view view;
	struct option_order sort;	/* becomes part of the view */
	const char *meminfo;	/* a file instead of the captures' own */
	double delay;		/* seconds */
	uint64_t top;
	bool once, replay, account;
	/* while reading */
	struct compared *compared;	/* samples of a replay that were read */
	const char *live;	/* the kernel's file, or NULL */
	uint64_t captured_page_size;	/* bytes; 0: no header had it */
	uint64_t records;	/* that were read */
	int status;		/* CLI_DAMAGED if an input was */
	bool is_incomplete;	/* one of the captures */
};

/* load.c */

/* What to do if the memory does not suffice */
extern const char top_advice[];

/* load() of struct top_source: the next sample of a live kernel or a replay */
int top_load_sample(void *options, size_t number, enum top_by by,
		    struct top_sample *sample);
/* All inputs as one profile, to be freed in any case; @filter: which records. These
 * return 0, or -1 after a message. */
int top_load_all(struct top_options *options, const char *keys,
		 const struct pageowner_filter *filter,
		 struct pageowner_profile **profile);
/* The same as one sample */
int top_add_all(struct top_options *options, struct top_model *model,
		struct pageowner_profile **profile);
/* Each input as a sample */
int top_add_samples(struct top_options *options, struct top_model *model);
uint64_t top_page_size(const struct top_options *options);

/* print.c: the exit status */
int top_print(struct top_options *options);
bool top_is_table(const struct top_options *options);
/* A writer with what all reports have, NULL after a message; and what is known only when
 * the input was read: 0, or negative after a message */
struct pageowner_export *top_new_export(const struct top_options *options);
int top_begin_export(const struct top_options *options, struct pageowner_export *e);

/* account.c: the exit status */
int top_account(struct top_options *options);

#endif
