// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * options.c - reads a command line by a tool's table of options.
 *
 * Splitting words into options and values is left to getopt_long(), what is said of
 * mistakes is not: the same one has the same sentence in every tool.
 */
#include "tools/lib/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/cli.h"
#include "tools/lib/format.h"
#include "tools/lib/memory.h"
#include "tools/lib/units.h"

#define FIRST_VALUE	256	/* of getopt_long(), above all letters */
#define PRINT_OPTIONS	"--print-options="

enum { OPTIONS_ALWAYS = 1u << 31 };

static const char *const whens[] = { "auto", "always", "never", NULL };

static int set_max_memory(void *options, const struct option_entry *entry,
			  const char *value)
{
	(void)options, (void)entry;
	return memory_set_max(value);
}

/* A selector of the library by its name */
static int add_selector(void *options, const struct option_entry *entry,
			const char *value)
{
	struct common_options *opt = options;
	int ret = opt->filter ? 0 : pageowner_filter_new(&opt->filter);

	return ret < 0 ? ret :
		pageowner_filter_add(opt->filter, entry->name, value, &opt->wrong);
}

static int add_plumbing(void *options, const struct option_entry *entry,
			const char *value)
{
	struct common_options *opt = options;
	int ret = opt->plumbing ? 0 : pageowner_plumbing_new(&opt->plumbing);

	(void)entry;
	return ret < 0 ? ret :
		pageowner_plumbing_add(opt->plumbing, value, &opt->wrong);
}

void options_free(struct common_options *opt)
{
	pageowner_filter_free(opt->filter);
	pageowner_plumbing_free(opt->plumbing);
	opt->filter = NULL;
	opt->plumbing = NULL;
}

#define GLOBS	"a pattern, such as ext4_*"

static const struct {
	unsigned int bit;
	struct option_entry entry;
} common_entries[] = {
	{ OPTIONS_FULL, { "full", .group = "Report",
		.help = "show all frames of a stack",
		OPT_FLAG(struct common_options, full) } },
	{ OPTIONS_STACKS, { "frame", .argument = "GLOBS", .group = "Select",
		.help = "only stacks with a function that matches",
		.expects = GLOBS, OPT_CALL(add_selector) } },
	{ OPTIONS_STACKS, { "module", .argument = "GLOBS", .group = "Select",
		.help = "only stacks whose innermost module matches",
		.complete = COMPLETE_MODULES, .is_list = true,
		.expects = GLOBS, OPT_CALL(add_selector) } },
	{ OPTIONS_PLUMBING, { "plumbing", .argument = "GLOBS", .group = "Report",
		.help = "more functions that are never the owner of a page",
		.expects = GLOBS, OPT_CALL(add_plumbing) } },
	{ OPTIONS_PAGE_SIZE, { "page-size", .argument = "SIZE", .group = "Input",
		.help = "size of a page (default: from the header of a capture, otherwise 4K)",
		OPT_SIZE(struct common_options, page_size, 1) } },
	{ OPTIONS_JOBS, { "jobs", .argument = "N", .group = "Input",
		.help = "read with N threads (default: one per processor)",
		OPT_NUMBER(struct common_options, jobs, 1, 256) } },
	{ OPTIONS_MEMORY, { "max-memory", .argument = "SIZE", .group = "Input",
		.help = "limit the memory used for the input (0: no limit; default: 3/4 of what is available)",
		.expects = "a size of at least 1M, such as 512M or 2G, or 0 for no limit",
		OPT_CALL(set_max_memory) } },
	{ OPTIONS_FORMAT, { "format", .argument = "FORMAT", .group = "Output",
		.help = "write the report as FORMAT; --format=help lists them",
		OPT_NAME(struct common_options, format, NULL) } },
	{ OPTIONS_FORMAT, { "json", .group = "Output", .help = "same as --format=json",
		.kind = OPTION_ALIAS, .alias = "format", .value = "json" } },
	{ OPTIONS_COLOR, { "color", .argument = "WHEN", .group = "Output",
		.help = "use colour auto (default: on a terminal), always or never",
		OPT_WORD(struct common_options, color, whens) } },
	{ OPTIONS_COLOR, { "no-color", .group = "Output", .help = "same as --color=never",
		.kind = OPTION_ALIAS, .alias = "color", .value = "never" } },
	{ OPTIONS_OUTPUT, { "output", 'o', .argument = "FILE", .group = "Output",
		.help = "write to FILE instead of standard output",
		OPT_FILE(struct common_options, output) } },
	{ OPTIONS_ALWAYS, { "quiet", 'q', .group = "Output",
		.help = "print no progress and no notes",
		OPT_FLAG(struct common_options, quiet) } },
	{ OPTIONS_ALWAYS, { "help", 'h', .group = "Help", .help = "print this text" } },
	{ OPTIONS_ALWAYS, { "version", 'V', .group = "Help",
		.help = "print the version" } },
};

static bool has_option(const struct option_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->entries[i]->name && !strcmp(list->entries[i]->name, name))
			return true;
	return false;
}

static void add_common(const struct option_table *table, struct option_list *list,
		       const struct option_entry *entry)
{
	if (list->count == OPTIONS_MAX || has_option(list, entry->name))
		return;
	if (!strcmp(entry->name, "format")) {
		list->format = *entry;
		list->format.words = (struct words){ .at = format_word, .data = table };
		entry = &list->format;
	}
	list->entries[list->count++] = entry;
}

void options_collect(const struct option_table *table, struct option_list *list)
{
	list->count = 0;
	for (size_t i = 0; i < table->count && list->count < OPTIONS_MAX; i++)
		list->entries[list->count++] = &table->entries[i];
	for (size_t i = 0; i < sizeof(common_entries) / sizeof(common_entries[0]); i++)
		if (common_entries[i].bit & (table->common | OPTIONS_ALWAYS))
			add_common(table, list, &common_entries[i].entry);
}

/* --- mistakes */

int options_refuse(const struct option_table *table, const char *format, ...)
{
	va_list args;
	char *text;
	int len;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	cli_error("%s", len < 0 ? strerror(ENOMEM) : text);
	if (len >= 0)
		free(text);
	fprintf(stderr, "Try \"%s --help\".\n", cli_program);
	return table->usage_status;
}

/* As the user would write it: its name, or else its letter */
static const char *name_of(const struct option_entry *entry, char buf[4])
{
	snprintf(buf, 4, "-%c", entry->letter);
	return entry->name ? entry->name : buf;
}

static const char *dashes_of(const struct option_entry *entry)
{
	return entry->name ? "--" : "";
}

/* An option that is not in the table, or that begins as several do */
static int refuse_unknown(const struct option_table *table,
			  const struct option_list *list, const char *word)
{
	const size_t dashes = strspn(word, "-"), len = strcspn(word + dashes, "=");
	char *text = strndup(word + dashes, len), *candidates = NULL;
	struct words_nearest nearest = { .text = text ? text : "" };
	size_t size = 0, found = 0;
	FILE *out = open_memstream(&candidates, &size);
	int status;

	for (size_t i = 0; out && text && i < list->count; i++) {
		const struct option_entry *entry = list->entries[i];

		if (!entry->name || !entry->help)
			continue;
		words_consider(&nearest, entry->name);
		if (!strncmp(entry->name, text, len))
			fprintf(out, "%s--%s", found++ ? ", " : "", entry->name);
	}
	if (out)
		fclose(out);
	if (found > 1)
		status = options_refuse(table, "option '--%s' is ambiguous: %s", text,
					candidates);
	else
		status = options_refuse(table, "unrecognized option '--%s'%s%s%s",
			text ? text : "", nearest.best ? "; did you mean --" : "",
			nearest.best ? nearest.best : "", nearest.best ? "?" : "");
	free(candidates);
	free(text);
	return status;
}

/* What getopt_long() does not take: an unknown option, a value too much or too few */
static int refuse_option(const struct option_table *table,
			 const struct option_list *list, int returned,
			 const char *word)
{
	char buf[4];

	if (returned == '?' && optopt == 0)
		return refuse_unknown(table, list, word);
	for (size_t i = 0; i < list->count; i++) {
		const struct option_entry *entry = list->entries[i];

		if (optopt != FIRST_VALUE + (int)i &&
		    (!entry->letter || optopt != entry->letter))
			continue;
		return options_refuse(table, returned == ':' ?
				      "option '%s%s' requires an argument" :
				      "option '%s%s' doesn't allow an argument",
				      dashes_of(entry), name_of(entry, buf));
	}
	return options_refuse(table, "invalid option -- '%c'", optopt);
}

/* What a value should have been */
static void describe(const struct option_entry *entry, FILE *out)
{
	const char *word;
	size_t i;

	if (entry->expects) {
		fputs(entry->expects, out);
		return;
	}
	switch (entry->kind) {
	case OPTION_NUMBER:
		fprintf(out, "a number");
		if (entry->max && entry->max != UINT64_MAX)
			fprintf(out, " from %ju to %ju", (uintmax_t)entry->min,
				(uintmax_t)entry->max);
		else if (entry->min)
			fprintf(out, " of at least %ju", (uintmax_t)entry->min);
		break;
	case OPTION_SIZE:
		fprintf(out, "a size, such as 4096, 64K or 2G");
		break;
	case OPTION_DURATION:
		fprintf(out, "a time, such as 90s, 10m, 1.5h or 2d");
		if (entry->min)
			fprintf(out, ", of at least %gs", (double)entry->min / 1000);
		break;
	default:
		for (i = 0; (word = words_at(&entry->words, i)); i++)
			fprintf(out, "%s%s", i ? ", " : "one of ", word);
		if (!i)
			fputs("valid", out);
	}
}

/* @item: the wrong one of a list, or NULL */
static int refuse_value(const struct option_table *table,
			const struct option_entry *entry, const char *value,
			const char *item)
{
	char *wanted = NULL, buf[4], word[64] = "";
	const char *nearest;
	size_t size = 0;
	FILE *out = open_memstream(&wanted, &size);
	int status;

	if (item)
		snprintf(word, sizeof(word), "%.*s", (int)strcspn(item, ","), item);
	nearest = words_nearest(&entry->words, !item ? value : entry->is_signed &&
				(*word == '+' || *word == '-') ? word + 1 : word);
	if (out) {
		describe(entry, out);
		fclose(out);
	}
	status = options_refuse(table, "%s%s=%s:%s%s%s%s not %s%s%s%s", dashes_of(entry),
		name_of(entry, buf), value, item ? " \"" : "", word, item ? "\"" : "",
		item ? " is" : "", wanted ? wanted : "valid",
		nearest ? "; did you mean \"" : "", nearest ? nearest : "",
		nearest ? "\"?" : "");
	free(wanted);
	return status;
}

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

	if (units_parse_size(text, NULL, &value) < 0 || value < entry->min)
		return -EINVAL;
	*bytes = value;
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

/* -1 to go on, or the exit status */
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
		return refuse_value(table, entry, value ? value : "", options->wrong);
	if (ret == -ECANCELED)
		return table->usage_status;
	if (ret != -EIO)
		cli_error("%s", strerror(-ret));
	return CLI_FAILED;
}

/* The table as getopt_long() has it; what it returns is a letter, or FIRST_VALUE and
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
						    FIRST_VALUE + (int)i };
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
	if (returned >= FIRST_VALUE)
		return list->entries[returned - FIRST_VALUE];
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
			refuse_option(table, &list, c, argv[optind - 1]);

		if (status >= 0)
			return status;
	}
	return -1;
}
