// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * sort-options.c - the command line of pageowner-sort: that of page_owner_sort, and more.
 *
 * Keeps page_owner_sort's letters, its unique prefixes of long options, and its exit
 * status for wrong usage; what is said of a mistake is said as in the other tools.
 */
#include "tools/sort-options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pageowner/export.h>

#include "tools/lib/format.h"
#include "tools/lib/message.h"
#include "tools/lib/overwrite.h"
#include "tools/lib/words.h"

#define BIT(key)	(UINT64_C(1) << PAGEOWNER_FIELD_##key)
/* Not keys to cull by: they are what is grouped by without --cull. */
#define NOT_CULLED	(BIT(TXT) | BIT(ALLOC_TS))

static const struct option_table table;

uint64_t sort_options_keys(const char *list)
{
	enum pageowner_field key;
	uint64_t bits = 0;

	for (; list; list = strchr(list, ',')) {
		list += *list == ',';
		list += *list == '+' || *list == '-';
		if (pageowner_field_find(list, strcspn(list, ","), &key))
			bits |= UINT64_C(1) << key;
	}
	return bits;
}

/* What a field can be used for here */
static unsigned int uses_of(enum pageowner_field field)
{
	const unsigned int uses = pageowner_field_info(field)->uses;

	return NOT_CULLED & UINT64_C(1) << field ? uses & ~PAGEOWNER_FIELD_GROUPS : uses;
}

/* Names of the fields with a use, for struct words; its data is the use. */
static const char *key_at(const struct words *words, size_t index)
{
	const unsigned int use = *(const unsigned int *)words->data;

	for (int i = 0; i < PAGEOWNER_FIELD_COUNT; i++)
		if (uses_of((enum pageowner_field)i) & use && !index--)
			return pageowner_field_name((enum pageowner_field)i);
	return NULL;
}

static const unsigned int sorts = PAGEOWNER_FIELD_SORTS;
static const unsigned int groups = PAGEOWNER_FIELD_GROUPS;

/* --- keys */

static int set_sort(void *options, const struct option_entry *entry, const char *list)
{
	struct sort_options *opt = options;

	(void)entry;
	opt->sort = list;
	return pageowner_fields_check(list, PAGEOWNER_FIELD_SORTS, &opt->common.wrong);
}

static const char *first_not_culled(const char *list)
{
	for (; list; list = strchr(list, ',')) {
		char item[32] = "";

		list += *list == ',';
		sscanf(list, "%31[^,]", item);
		if (sort_options_keys(item) & NOT_CULLED)
			return list;
	}
	return NULL;
}

static int add_keys(struct sort_options *opt, const char *list)
{
	char *grown;

	if (asprintf(&grown, "%s%s%s", opt->cull ? opt->cull : "", opt->cull ? "," : "",
		     list) < 0)
		return -ENOMEM;
	free(opt->cull);
	opt->cull = grown;
	return 0;
}

static int add_cull(void *options, const struct option_entry *entry, const char *list)
{
	struct sort_options *opt = options;
	int ret = pageowner_fields_check(list, PAGEOWNER_FIELD_GROUPS, &opt->common.wrong);

	(void)entry;
	if (ret == 0 && sort_options_keys(list) & NOT_CULLED) {
		opt->common.wrong = first_not_culled(list);
		ret = -EINVAL;
	}
	return ret == 0 ? add_keys(opt, list) : ret;
}

/* As in the other tools, where a row can be a stack, an owner or a module: does not print
 * the drop-in text on a terminal */
static int add_by(void *options, const struct option_entry *entry, const char *list)
{
	((struct sort_options *)options)->is_by = true;
	return add_cull(options, entry, list);
}

static int set_letter(void *options, const struct option_entry *entry, const char *value)
{
	struct sort_options *opt = options;

	(void)value;
	if (opt->letter && opt->letter != entry->value) {
		options_refuse(&table, "only one of -a -m -M -n -p -P -r -s -t can be given");
		return -ECANCELED;
	}
	opt->letter = entry->value;
	return 0;
}

/* --- selectors */

/* The last list of a selector counts, as in page_owner_sort, but all must be valid. */
static int set_selector(void *options, const struct option_entry *entry, const char *list)
{
	struct sort_options *opt = options;
	struct pageowner_filter *trial;
	enum pageowner_field field;
	int ret = pageowner_filter_new(&trial);

	if (ret == 0) {
		ret = pageowner_filter_add(trial, entry->name, list,
					   &opt->common.wrong);
		pageowner_filter_free(trial);
	}
	if (pageowner_field_find(entry->name, strlen(entry->name), &field))
		opt->selected[field] = list;
	return ret;
}

#define LETTER(c, order, text) \
	{ .letter = (c), .value = (order), .group = "Sort by", .help = (text), \
	  OPT_CALL(set_letter) }
/* A prefix that was unique in page_owner_sort or before, and is not here */
#define PREFIX(n, of) \
	{ .name = (n), .argument = "", .kind = OPTION_ALIAS, .alias = (of) }

static const struct option_entry entries[] = {
	LETTER('t', "-times", "number of records, largest first (default)"),
	LETTER('m', "-pages", "memory: number of pages, largest first"),
	LETTER('a', "alloc_ts", "time of the allocation"),
	LETTER('r', "free_ts", "time of the release"),
	LETTER('p', "pid", "process ID"),
	LETTER('P', "tgid", "thread group ID"),
	LETTER('n', "name", "task name"),
	LETTER('s', "stacktrace", "stack trace"),
	LETTER('M', "module", "kernel module"),
	{ "sort", .argument = "ORDER", .group = "Sort by", .is_list = true, .is_signed = true,
	  .help = "keys separated by commas, each with + (default: smallest first) or - (largest first) before it",
	  .words = { .at = key_at, .data = &sorts }, OPT_CALL(set_sort) },
	{ "cull", .argument = "KEYS", .group = "Group by", .is_list = true,
	  .help = "keys separated by commas, instead of the whole text",
	  .words = { .at = key_at, .data = &groups }, OPT_CALL(add_cull) },
	{ "by", .argument = "KEYS", .group = "Group by", .is_list = true,
	  .help = "same as --cull",
	  .words = { .at = key_at, .data = &groups }, OPT_CALL(add_by) },
	{ .letter = 'f', .group = OPTIONS_SELECT_GROUP,
	  .help = "not released, as far as the dump says (--released=no)",
	  OPT_FLAG(struct sort_options, drop_released) },
	OPTION_TOP(struct sort_options, top, "default 0: all; of a table on a terminal 20"),
	{ "kernel-labels", .group = "Report",
	  .help = "label SLAB by the page flags alone, as page_owner_sort does",
	  OPT_FLAG(struct sort_options, kernel_labels) },
	{ "records", .group = "Report",
	  .help = "write the records themselves, in their order, not groups (with --format=csv, ndjson or sqlite)",
	  OPT_FLAG(struct sort_options, records) },
	PREFIX("c", "cull"),
	PREFIX("fo", "format"),
	PREFIX("m", "module"),
	PREFIX("mo", "module"),
	PREFIX("n", "name"),
	PREFIX("p", "pid"),
	PREFIX("s", "sort"),
	PREFIX("t", "tgid"),
};

static const struct option_format formats[] = {
	{ "text", "our own report, that of page_owner_sort" }, { NULL, NULL },
};

static void print_keys(FILE *file)
{
	fprintf(file, "\nKeys (S: to sort by, G: to group by):\n");
	for (int i = 0; i < PAGEOWNER_FIELD_COUNT; i++) {
		const struct pageowner_field_info *key =
			pageowner_field_info((enum pageowner_field)i);
		const unsigned int uses = uses_of((enum pageowner_field)i);

		if (uses & (PAGEOWNER_FIELD_SORTS | PAGEOWNER_FIELD_GROUPS))
			fprintf(file, "  %-4s  %-11s  %s%s  %s\n",
				key->short_name ? key->short_name : "", key->name,
				uses & PAGEOWNER_FIELD_SORTS ? "S" : " ",
				uses & PAGEOWNER_FIELD_GROUPS ? "G" : " ", key->help);
	}
}

static const struct option_table table = {
	.usage = "[OPTION]... [INPUT [OUTPUT]]",
	.summary =
"Group the records of a page_owner dump, count them, and sort the groups.\n"
"INPUT may be compressed (\"-\" is standard input); without INPUT the page_owner\n"
"of the running kernel is read. Without OUTPUT, or with \"-\", the report goes to\n"
"standard output. Several inputs need -o OUTPUT, or -- before them.\n",
	.common = OPTIONS_SELECT | OPTIONS_PLUMBING | OPTIONS_PAGE_SIZE | OPTIONS_JOBS |
		OPTIONS_MEMORY | OPTIONS_FORMAT | OPTIONS_OUTPUT,
	.entries = entries, .count = sizeof(entries) / sizeof(entries[0]),
	.formats = formats, .export_uses = PAGEOWNER_EXPORT_PROFILE,
	.select = set_selector, .print_more = print_keys,
	.notes =
"Exit status: 0 everything was read, 1 failed or wrong usage, 3 the report is\n"
"complete, but some of the input was damaged or incomplete.\n",
	.usage_status = CLI_FAILED,	/* as page_owner_sort's */
};

/* -1 to continue, or the exit status */
static int make_filter(struct sort_options *opt)
{
	struct pageowner_filter **filter = &opt->common.filter;
	int ret = *filter ? 0 : pageowner_filter_new(filter);

	for (int i = 0; i < PAGEOWNER_FIELD_COUNT && ret == 0; i++)
		if (opt->selected[i])
			ret = pageowner_filter_add(*filter, pageowner_field_name(i),
						   opt->selected[i], NULL);
	if (opt->drop_released && ret == 0)
		ret = pageowner_filter_add(*filter, "released", "no", NULL);
	if (ret == 0) {
		pageowner_filter_set_plumbing(*filter, opt->common.plumbing);
		return -1;
	}
	cli_error("%s", strerror(-ret));
	return CLI_FAILED;
}

/* The text of page_owner_sort is for programs, and for who knows it. */
static bool wants_table(const struct sort_options *opt)
{
	return !opt->common.format && !opt->records && (opt->is_by || opt->top) &&
		isatty(STDOUT_FILENO);
}

int sort_options_parse(struct sort_options *opt, int argc, char *argv[])
{
	struct common_options *common = &opt->common;
	int status = options_parse(&table, common, argc, argv);
	bool has_many;

	if (status >= 0)
		return status;
	has_many = common->output || !strcmp(argv[optind - 1], "--");
	if (!has_many && argc - optind > 2)
		return options_refuse(&table, "too many file names: %s (several inputs need -o OUTPUT, or -- before them)",
				      argv[argc - 1]);
	opt->is_table = wants_table(opt);
	if (common->format && (!strcmp(common->format, "text") ||
			       !strcmp(common->format, "report")))
		common->format = NULL;
	if (opt->records && !common->format)
		return options_refuse(&table, "--records needs --format=csv, ndjson or sqlite");
	if (opt->records && format_can(common->format, PAGEOWNER_EXPORT_PROFILE) &&
	    !format_can(common->format, PAGEOWNER_EXPORT_RECORDS))
		return options_refuse_format(&table, common->format, "--records");
	if (opt->records && (opt->cull || opt->sort || opt->letter))
		return options_refuse(&table, "--records writes no groups: it cannot be combined with an order, --cull or --by");
	opt->inputs = (const char *const *)argv + optind;
	opt->count = (size_t)(argc - optind);
	if (!has_many && opt->count == 2) {
		common->output = opt->inputs[1];
		opt->count = 1;
	}
	if (common->output && strcmp(common->output, "-"))
		opt->is_table = false;
	if (opt->records && opt->count > 1)
		return options_refuse(&table, "--records reads one input");
	status = options_check_inputs(&table, opt->inputs, opt->count, NULL);
	if (status >= 0)
		return status;
	if (cli_check_overwrite(common->output, common->format, opt->inputs, opt->count,
				!has_many, common->overwrite) < 0)
		return CLI_FAILED;
	if (opt->letter)
		opt->sort = opt->letter;
	opt->default_order = !opt->sort;
	if (opt->default_order)
		opt->sort = common->format || opt->is_table ? "-pages" : "-times";
	return make_filter(opt);
}

void sort_options_free(struct sort_options *opt)
{
	free(opt->cull);
	options_free(&opt->common);
}
