/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * options-private.h - what the files of options.h have among themselves.
 */
#ifndef OPTIONS_PRIVATE_H
#define OPTIONS_PRIVATE_H

#include <string.h>

#include <pageowner/field.h>

#include "tools/lib/options.h"

#define OPTIONS_MAX		128
#define OPTIONS_FIRST_VALUE	256	/* of getopt_long(), above all letters */
#define SELECTOR_NAME_MAX	24

/* All options of a tool */
struct option_list {
	const struct option_entry *entries[OPTIONS_MAX];
	size_t count;
	/* Those that depend on the tool or are made from the library's fields */
	struct option_entry format, exclude;
	struct option_entry selectors[PAGEOWNER_FIELD_COUNT];
	char names[PAGEOWNER_FIELD_COUNT][SELECTOR_NAME_MAX];
};

static inline bool options_have(const struct option_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->entries[i]->name && !strcmp(list->entries[i]->name, name))
			return true;
	return false;
}

/* options-common.c: the tool's own, its selectors, and the common ones without those that
 * it has itself. @list must stay where it is. */
void options_collect(const struct option_table *table, struct option_list *list);
/* options-select.c: those that the tool does not have itself */
void options_add_selectors(const struct option_table *table, struct option_list *list);

/* options-refuse.c: a mistake, after its message: the exit status. What getopt_long()
 * returned for @word; a value, or the @item of its list, otherwise NULL. */
int options_refuse_option(const struct option_table *table,
			  const struct option_list *list, int returned, const char *word);
int options_refuse_value(const struct option_table *table,
			 const struct option_entry *entry, const char *value,
			 const char *item);

/* options-select.c: owners to select by are those of --plumbing. */
void options_set_plumbing(struct common_options *options);
/* options-help.c: what --help prints */
void options_print_help(const struct option_table *table, FILE *file);
/* options-completion.c: what --print-options= prints for bash, zsh, fish, and "table" */
void options_print_completion(const struct option_table *table, const char *shell,
			      FILE *file);

#endif
