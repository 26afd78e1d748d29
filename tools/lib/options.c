// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * options.c - reads a command line by a tool's table of options.
 *
 * Splitting words into options and values is left to getopt_long(), what is said of
 * mistakes is not (options-refuse.c).
 */
#include "tools/lib/options-private.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include <pageowner/pageowner.h>

#include "tools/lib/format.h"
#include "tools/lib/message.h"
#include "tools/lib/output.h"
#include "tools/lib/units.h"

#define PRINT_OPTIONS	"--print-options="

/* --- values */

static int read_number(const struct option_entry *entry, const char *text,
		       uint64_t *number)
{
	unsigned long long value;
	char *end;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	value = strtoull(text, &end, 10);
	if (*end || errno || value < entry->min || (entry->max && value > entry->max))
		return -EINVAL;
	*number = value;
	return 0;
}

static int read_duration(const struct option_entry *entry, const char *text,
			 double *seconds)
{
	double value;

	if (units_parse_duration(text, &value) < 0 ||
	    value * 1000 < (double)entry->min ||
	    (entry->max && value * 1000 > (double)entry->max))
		return -EINVAL;
	*seconds = value;
	return 0;
}

static int read_size(const struct option_entry *entry, const char *text,
		     uint64_t *bytes)
{
	uint64_t value;

	if (units_parse_size(text, NULL, &value) < 0 || value < entry->min ||
	    (entry->is_power && value & (value - 1)))
		return -EINVAL;
	*bytes = value;
	return 0;
}

static int read_order(const struct option_entry *entry, const char *text,
		      struct option_order *order)
{
	const bool is_signed = *text == '+' || *text == '-';
	const int word = words_find(&entry->words, text + is_signed);

	if (word < 0)
		return word;
	order->word = word;
	order->direction = !is_signed ? ORDER_NATURAL :
		*text == '+' ? ORDER_ASCENDING : ORDER_DESCENDING;
	return 0;
}

/* 0, -EINVAL for a wrong value, another negative errno */
static int store(const struct option_entry *entry, struct common_options *options,
		 const char *value)
{
	void *at = (char *)options + entry->at;
	int word;

	switch (entry->kind) {
	case OPTION_FLAG:
		*(bool *)at = true;
		return 0;
	case OPTION_TEXT:
	case OPTION_FILE:
		*(const char **)at = value;
		return 0;
	case OPTION_NUMBER:
		return read_number(entry, value, at);
	case OPTION_SIZE:
		return read_size(entry, value, at);
	case OPTION_DURATION:
		return read_duration(entry, value, at);
	case OPTION_WORD:
		word = words_find(&entry->words, value);
		if (word < 0)
			return word;
		memcpy(at, &word, sizeof(word));
		return 0;
	case OPTION_ORDER:
		return read_order(entry, value, at);
	case OPTION_NAME:
		word = words_find(&entry->words, value);
		if (word < 0)
			return word;
		*(const char **)at = words_at(&entry->words, (size_t)word);
		return 0;
	case OPTION_CALL:
		return entry->call(options, entry, value);
	case OPTION_ALIAS:
		break;
	}
	return -EINVAL;
}

/* --- what is printed in place of running */

static int close_after(struct cli_output *out)
{
	return cli_output_close(out) < 0 ? CLI_FAILED : CLI_OK;
}

static int print_help(const struct option_table *table)
{
	struct cli_output out;

	if (cli_output_open(&out, NULL) < 0)
		return CLI_FAILED;
	options_print_help(table, out.file);
	return close_after(&out);
}

static int print_version(void)
{
	struct cli_output out;

	if (cli_output_open(&out, NULL) < 0)
		return CLI_FAILED;
	fprintf(out.file, "%s (libpageowner) %s\n", cli_program, pageowner_version());
	return close_after(&out);
}

static int print_completion(const struct option_table *table, const char *shell)
{
	static const char *const list[] = { "bash", "zsh", "fish", "table", NULL };
	static const struct words shells = { .list = list };
	struct cli_output out;

	if (words_find(&shells, shell) < 0)
		return options_refuse(table, PRINT_OPTIONS "%s: not one of bash, zsh, fish, table",
				      shell);
	if (cli_output_open(&out, NULL) < 0)
		return CLI_FAILED;
	options_print_completion(table, shell, out.file);
	return close_after(&out);
}

/* --- the command line */

static const struct option_entry *find_alias(const struct option_list *list,
					     const struct option_entry *alias)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->entries[i]->name &&
		    !strcmp(list->entries[i]->name, alias->alias))
			return list->entries[i];
	abort();	/* a table that is wrong: no input comes here */
}

/* -1 to continue, or the exit status */
static int take(const struct option_table *table, const struct option_list *list,
		const struct option_entry *entry, struct common_options *options,
		const char *value)
{
	int ret;

	if (entry->kind == OPTION_ALIAS) {
		value = entry->value ? entry->value : value;
		entry = find_alias(list, entry);
	}
	if (entry->letter == 'h' && !strcmp(entry->name, "help"))
		return print_help(table);
	if (entry->letter == 'V' && !strcmp(entry->name, "version"))
		return print_version();
	if (entry == &list->format && !strcmp(value, "help"))
		return format_help(table);
	options->wrong = NULL;
	ret = store(entry, options, value);
	if (ret >= 0)
		return -1;
	if (ret == -EINVAL)
		return options_refuse_value(table, entry, value ? value : "", options->wrong);
	if (ret == -ECANCELED)
		return table->usage_status;
	if (ret != -EIO)
		cli_error("%s", strerror(-ret));
	return CLI_FAILED;
}

/* The table as getopt_long() has it; what it returns is a letter, or OPTIONS_FIRST_VALUE and
 * the index of the entry. */
static void make_tables(const struct option_list *list, struct option *longs,
			char *letters)
{
	*letters++ = ':';
	for (size_t i = 0; i < list->count; i++) {
		const struct option_entry *entry = list->entries[i];
		const int argument = !entry->argument ? no_argument :
			entry->is_optional ? optional_argument : required_argument;

		if (entry->name)
			*longs++ = (struct option){ entry->name, argument, NULL,
						    OPTIONS_FIRST_VALUE + (int)i };
		if (entry->letter) {
			*letters++ = entry->letter;
			for (int colons = argument; colons; colons--)
				*letters++ = ':';
		}
	}
	*longs = (struct option){ 0 };
	*letters = '\0';
}

static const struct option_entry *find_entry(const struct option_list *list,
					     int returned)
{
	if (returned >= OPTIONS_FIRST_VALUE)
		return list->entries[returned - OPTIONS_FIRST_VALUE];
	for (size_t i = 0; i < list->count; i++)
		if (list->entries[i]->letter == returned)
			return list->entries[i];
	return NULL;
}

int options_parse(const struct option_table *table, struct common_options *options,
		  int argc, char *argv[])
{
	struct option longs[OPTIONS_MAX + 1];
	char letters[3 * OPTIONS_MAX + 2];
	struct option_list list;
	int c;

	if (argc == 2 && !strncmp(argv[1], PRINT_OPTIONS, strlen(PRINT_OPTIONS)))
		return print_completion(table, argv[1] + strlen(PRINT_OPTIONS));
	options_collect(table, &list);
	make_tables(&list, longs, letters);
	opterr = 0;
	while ((c = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		const struct option_entry *entry = c == '?' || c == ':' ? NULL :
			find_entry(&list, c);
		const int status = entry ? take(table, &list, entry, options, optarg) :
			options_refuse_option(table, &list, c, argv[optind - 1]);

		if (status >= 0)
			return status;
	}
	options_set_plumbing(options);
	return -1;
}
