// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * options-help.c - what --help prints: a tool's table of options as text.
 */
#include "tools/lib/options-private.h"

#include <string.h>

#include "tools/lib/message.h"

#define COLUMN	24	/* where the texts begin */
#define WIDTH	79

/* Words of a text from the column it is in, continued below it */
static void print_wrapped(FILE *file, const char *text, int column)
{
	int at = column;

	while (*text) {
		const int len = (int)strcspn(text, " ");

		if (at > column && at + 1 + len > WIDTH) {
			fprintf(file, "\n%*s", column, "");
			at = column;
		} else if (at > column) {
			fputc(' ', file);
			at++;
		}
		fprintf(file, "%.*s", len, text);
		at += len;
		text += len + (text[len] == ' ');
	}
	fputc('\n', file);
}

static void print_entry(FILE *file, const struct option_entry *entry)
{
	char names[80];
	int len = 2;

	fputs("  ", file);
	if (entry->letter)
		len += fprintf(file, "-%c%s", entry->letter, entry->name ? ", " : "");
	snprintf(names, sizeof(names), "%s%s%s%s%s%s", entry->name ? "--" : "",
		 entry->name ? entry->name : "", entry->is_optional ? "[" : "",
		 !entry->argument ? "" : entry->name ? "=" : " ",
		 entry->argument ? entry->argument : "", entry->is_optional ? "]" : "");
	len += fprintf(file, "%s", names);
	if (len + 2 > COLUMN)
		fprintf(file, "\n%*s", COLUMN, "");
	else
		fprintf(file, "%*s", COLUMN - len, "");
	print_wrapped(file, entry->help, COLUMN);
}

/* Whether no entry before has the same heading */
static bool is_first(const struct option_list *list, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (list->entries[i]->help &&
		    !strcmp(list->entries[i]->group, list->entries[index]->group))
			return false;
	return true;
}

void options_print_help(const struct option_table *table, FILE *file)
{
	struct option_list list;

	options_collect(table, &list);
	fprintf(file, "Usage: %s %s\n%s", cli_program, table->usage, table->summary);
	for (size_t i = 0; i < list.count; i++) {
		if (!list.entries[i]->help || !is_first(&list, i))
			continue;
		fprintf(file, "\n%s:\n", list.entries[i]->group);
		for (size_t j = i; j < list.count; j++)
			if (list.entries[j]->help &&
			    !strcmp(list.entries[j]->group, list.entries[i]->group))
				print_entry(file, list.entries[j]);
	}
	if (table->print_more)
		table->print_more(file);
	if (table->notes)
		fprintf(file, "\n%s", table->notes);
}
