// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * options-refuse.c - what is said of mistakes on a command line.
 *
 * The same mistake has the same sentence in every tool: it shows what was written, says
 * what is valid there, and names the nearest valid word.
 */
#include "tools/lib/options-private.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/message.h"

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

int options_refuse_format(const struct option_table *table, const char *format,
			  const char *option)
{
	return options_refuse(table, "--format=%s cannot be combined with %s", format,
			      option);
}

int options_check_inputs(const struct option_table *table, const char *const *inputs,
			 size_t count, const char *more)
{
	size_t times = more && !strcmp(more, "-");

	for (size_t i = 0; i < count; i++)
		times += !strcmp(inputs[i], "-");
	return times < 2 ? -1 :
		options_refuse(table, "standard input (\"-\") can be read only once");
}

/* As the user would write it: its name, or its letter if it has none */
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

/* What getopt_long() refuses: an unknown option, a value that is missing or unexpected */
int options_refuse_option(const struct option_table *table,
			  const struct option_list *list, int returned, const char *word)
{
	char buf[4];

	if (returned == '?' && optopt == 0)
		return refuse_unknown(table, list, word);
	for (size_t i = 0; i < list->count; i++) {
		const struct option_entry *entry = list->entries[i];

		if (optopt != OPTIONS_FIRST_VALUE + (int)i &&
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
int options_refuse_value(const struct option_table *table,
			 const struct option_entry *entry, const char *value,
			 const char *item)
{
	char *wanted = NULL, buf[4], word[64] = "";
	const char *nearest;
	size_t size = 0;
	FILE *out = open_memstream(&wanted, &size);
	int status;

	if (item)
		snprintf(word, sizeof(word), "%.*s", (int)strcspn(item, ",="), item);
	nearest = item ? word : value;
	nearest += entry->is_signed && (*nearest == '+' || *nearest == '-');
	nearest = words_nearest(&entry->words, nearest);
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
