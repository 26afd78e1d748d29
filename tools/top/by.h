/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * by.h - what the rows of pageowner-stacks-top stand for.
 */
#ifndef TOP_BY_H
#define TOP_BY_H

#include <stdbool.h>

#include <pageowner/pageowner.h>

/* In the order of --by=help and of the full-screen view's list. Stacks determine what
 * comes before PROCESS; only records have the others. */
enum top_by {
	TOP_BY_STACK, TOP_BY_PORTABLE, TOP_BY_OWNER, TOP_BY_MODULE, TOP_BY_MODULE_ANY,
	TOP_BY_PROCESS, TOP_BY_MEMCG, TOP_BY_ORDER, TOP_BY_NODE, TOP_BYS
};

/* Longest label, with its NUL; longer ones are cut. */
#define TOP_LABEL_MAX	512

struct top_by_info {
	const char *name;	/* of --by= */
	const char *title;	/* of the column with the row's name; NULL: it has none */
	const char *rows;	/* what rows are called */
	const char *keys;	/* keys of a profile, without the stack; NULL: stacks suffice */
	const char *groups;	/* the same for a table of groups */
	enum pageowner_by by;	/* in rows for other programs, unless it has keys */
	char letter;		/* that chooses it in the full-screen view */
};

extern const struct top_by_info top_bys[TOP_BYS];

/* What has to be said with rows by "module-any" */
#define TOP_OVERLAP	"a stack counts for each of its modules: rows overlap"

/* For --by=: the names, NULL-terminated */
extern const char *const top_by_names[];

/* "callstack" and the keys */
const char *top_by_profile_keys(enum top_by by, char buf[64]);

/* Write what a group of such a profile is called: "-" if it lacks that, "" if stacks
 * suffice. Without a stack that is the owner or module that a culled report names. */
struct pageowner_text top_by_label(enum top_by by, const struct pageowner_profile *profile,
				   size_t group, bool has_stack, char buf[TOP_LABEL_MAX]);

#endif
