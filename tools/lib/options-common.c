// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * options-common.c - the options that several tools have, each described once.
 */
#include "tools/lib/options-private.h"

#include <stdlib.h>
#include <string.h>

#include <pageowner/pageowner.h>

#include "tools/lib/format.h"
#include "tools/lib/memory.h"
#include "tools/lib/message.h"

enum { OPTIONS_ALWAYS = 1u << 31 };

const char *const options_bys[] = {
	[PAGEOWNER_BY_STACK] = "stack", [PAGEOWNER_BY_PORTABLE] = "portable",
	[PAGEOWNER_BY_OWNER] = "owner", [PAGEOWNER_BY_MODULE] = "module", NULL,
};

static const char *const whens[] = { "auto", "always", "never", NULL };

static int set_max_memory(void *options, const struct option_entry *entry,
			  const char *value)
{
	(void)options, (void)entry;
	return memory_set_max(value);
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
	pageowner_filter_free(opt->rows);
	pageowner_filter_free(opt->records);
	pageowner_plumbing_free(opt->plumbing);
	opt->filter = opt->rows = opt->records = NULL;
	opt->plumbing = NULL;
}

bool options_wants_color(const struct common_options *opt, bool to_terminal)
{
	if (opt->color != COLOR_AUTO)
		return opt->color == COLOR_ALWAYS;
	return to_terminal && !getenv("NO_COLOR");
}

#define GLOBS	"a pattern, such as ext4_*"

static const struct {
	unsigned int bit;
	struct option_entry entry;
} common_entries[] = {
	{ OPTIONS_FULL, { "full", .group = "Report",
		.help = "show all frames of a stack",
		OPT_FLAG(struct common_options, full) } },
	{ OPTIONS_PLUMBING, { "plumbing", .argument = "GLOBS", .group = "Report",
		.help = "more functions that are never the owner of a page",
		.expects = GLOBS, OPT_CALL(add_plumbing) } },
	{ OPTIONS_PAGE_SIZE, { "page-size", .argument = "SIZE", .group = "Input",
		.is_power = true, .expects = "a power of two of at least 1K, such as 4K, 16K or 64K",
		.help = "size of a page (default: from the capture, of this machine if its kernel is read, otherwise 4K)",
		OPT_SIZE(struct common_options, page_size, 1024) } },
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
	{ OPTIONS_OUTPUT, { "force", .group = "Output",
		.help = "replace an output file that is an input, or no earlier report",
		OPT_FLAG(struct common_options, overwrite) } },
	{ OPTIONS_ALWAYS, { "quiet", 'q', .group = "Output",
		.help = "print no progress and no notes",
		OPT_FLAG(struct common_options, quiet) } },
	{ OPTIONS_ALWAYS, { "help", 'h', .group = "Help", .help = "print this text" } },
	{ OPTIONS_ALWAYS, { "version", 'V', .group = "Help",
		.help = "print the version" } },
};

static void add_common(const struct option_table *table, struct option_list *list,
		       const struct option_entry *entry)
{
	if (list->count == OPTIONS_MAX || options_have(list, entry->name))
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
	options_add_selectors(table, list);
	for (size_t i = 0; i < sizeof(common_entries) / sizeof(common_entries[0]); i++)
		if (common_entries[i].bit & (table->common | OPTIONS_ALWAYS))
			add_common(table, list, &common_entries[i].entry);
}
