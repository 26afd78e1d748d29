/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sort-options.h - the command line of pageowner-sort.
 */
#ifndef SORT_OPTIONS_H
#define SORT_OPTIONS_H

#include <pageowner/pageowner.h>

#include "tools/lib/options.h"

struct sort_options {
	struct common_options common;	/* no format: page_owner_sort's text */
	const char *const *inputs;
	size_t count;
	const char *live_input;		/* what inputs points to if none was named */
	const char *sort;	/* keys */
	const char *letter;	/* the order of a letter option */
	char *cull;		/* keys, or NULL */
	const char *selected[PAGEOWNER_FIELD_COUNT];	/* lists of selectors, or NULL */
	uint64_t top;		/* 0: all */
	bool default_order;	/* no order was asked for */
	bool drop_released;
	bool kernel_labels;
	bool records;		/* a row for each, no groups */
	bool is_by;		/* --by was given */
	bool is_table;		/* our own report, for a terminal */
	bool live;		/* the input is the running kernel's */
};

/* -1 to continue, or the exit status after a message */
int sort_options_parse(struct sort_options *options, int argc, char *argv[]);
void sort_options_free(struct sort_options *options);

/* The fields of a list of sort or cull keys as bits; 0 for NULL */
uint64_t sort_options_keys(const char *list);

#endif
