// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * options-select.c - an option for each selector of the library: --pid, --module ..., and
 * --exclude for all of them.
 *
 * What they match is known to the library (filter.h); names, texts and words come from
 * its table of fields.
 */
#include "tools/lib/options-private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <pageowner/pageowner.h>

#include "tools/lib/message.h"
#include "tools/lib/source.h"

#define NUMBER	"a number, or a range such as 3-10"
#define TIME	"a range of times, such as 10m-1.5h"
#define GLOB	"a pattern, such as ext4_*"

/* Whether a tool can select by a field */
static bool is_selector(unsigned int common, enum pageowner_field field)
{
	const struct pageowner_field_info *info = pageowner_field_info(field);

	return common & OPTIONS_SELECT && info && info->uses & PAGEOWNER_FIELD_SELECTS;
}

/* As the option has it: with dashes, and "released" where the key is "free" */
static const char *name_of(const struct pageowner_field_info *info, char *buf)
{
	const char *name = info->kind == PAGEOWNER_KIND_FLAG && info->alias ?
		info->alias : info->name;

	snprintf(buf, SELECTOR_NAME_MAX, "%s", name);
	for (char *p = buf; *p; p++)
		if (*p == '_')
			*p = '-';
	return buf;
}

static enum option_complete candidates_of(enum pageowner_field field)
{
	switch (field) {
	case PAGEOWNER_FIELD_PID:
	case PAGEOWNER_FIELD_TGID:
		return COMPLETE_PIDS;
	case PAGEOWNER_FIELD_NAME:
		return COMPLETE_TASKS;
	case PAGEOWNER_FIELD_MODULE:
	case PAGEOWNER_FIELD_MODULE_ANY:
		return COMPLETE_MODULES;
	default:
		return COMPLETE_WORDS;
	}
}

/* What an item of its list must be; NULL if the words say so */
static const char *items_of(enum pageowner_field field,
			    const struct pageowner_field_info *info)
{
	if (info->words)
		return NULL;
	if (field == PAGEOWNER_FIELD_NAME)
		return "a name";
	return info->kind == PAGEOWNER_KIND_TIME ? TIME :
		info->kind == PAGEOWNER_KIND_TEXT ? GLOB : NUMBER;
}

/* @name: of a field, with '!' to exclude */
static int add_to(struct pageowner_filter **filter, struct common_options *opt,
		  const char *name, const char *list)
{
	int ret = *filter ? 0 : pageowner_filter_new(filter);

	return ret < 0 ? ret : pageowner_filter_add(*filter, name, list, &opt->wrong);
}

static int add_to_all(struct common_options *opt, const char *name, const char *list)
{
	const char *field_name = name + (*name == '!');
	enum pageowner_field field;
	int ret = add_to(&opt->filter, opt, name, list);

	if (ret < 0 || !pageowner_field_find(field_name, strlen(field_name), &field))
		return ret;
	return add_to(pageowner_field_info(field)->source == PAGEOWNER_SOURCE_STACK ?
		      &opt->rows : &opt->records, opt, name, list);
}

static int add_selector(void *options, const struct option_entry *entry,
			const char *value)
{
	struct common_options *opt = options;

	return add_to(&opt->filter, opt, entry->name, value);
}

static int add_split(void *options, const struct option_entry *entry, const char *value)
{
	return add_to_all(options, entry->name, value);
}

/* Without what it does; @name: room for its name */
static struct option_entry selector_of(enum pageowner_field field,
				       char name[SELECTOR_NAME_MAX])
{
	const struct pageowner_field_info *info = pageowner_field_info(field);
	const char *items = items_of(field, info);

	return (struct option_entry){
		.name = name_of(info, name),
		.argument = info->kind == PAGEOWNER_KIND_FLAG ? "yes|no" :
			items && !strcmp(items, GLOB) ? "GLOBS" : "LIST",
		.group = OPTIONS_SELECT_GROUP, .help = info->help,
		.is_list = info->kind != PAGEOWNER_KIND_FLAG,
		.kind = OPTION_CALL, .complete = candidates_of(field),
		.expects = items, .words.list = info->words,
	};
}

static void make_selector(const struct option_table *table, struct option_list *list,
			  enum pageowner_field field)
{
	list->selectors[field] = selector_of(field, list->names[field]);
	list->selectors[field].call = table->select ? table->select :
		table->common & OPTIONS_ROWS ? add_split : add_selector;
	if (!options_have(list, list->names[field]))
		list->entries[list->count++] = &list->selectors[field];
}

/* --- --exclude=NAME=LIST */

static int exclude(void *options, const struct option_entry *entry, const char *value)
{
	struct common_options *opt = options;
	const struct option_table *table = entry->words.data;
	const unsigned int common = table->common;
	struct option_entry selector;
	const size_t len = strcspn(value, "=");
	enum pageowner_field field;
	char name[SELECTOR_NAME_MAX + 1], prefixed[64];
	int ret;

	if (!value[len]) {
		cli_error("--exclude=%s: no list, as in --exclude=pid=7,8", value);
		return -ECANCELED;
	}
	if (!pageowner_field_find(value, len, &field) || !is_selector(common, field)) {
		opt->wrong = value;
		return -EINVAL;
	}
	name[0] = '!';
	selector = selector_of(field, name + 1);
	ret = common & OPTIONS_ROWS ? add_to_all(opt, name, value + len + 1) :
		add_to(&opt->filter, opt, name, value + len + 1);
	if (ret != -EINVAL)
		return ret;
	/* The same sentence as without "exclude=" */
	snprintf(prefixed, sizeof(prefixed), "exclude=%.*s", (int)len, value);
	selector.name = prefixed;
	options_refuse_value(table, &selector, value + len + 1, opt->wrong);
	return -ECANCELED;
}

/* Names of the selectors, as their options: struct words of --exclude */
static const char *selector_at(const struct words *words, size_t index)
{
	static char names[PAGEOWNER_FIELD_COUNT][SELECTOR_NAME_MAX];
	const struct option_table *table = words->data;

	for (int i = 0; i < PAGEOWNER_FIELD_COUNT; i++)
		if (is_selector(table->common, (enum pageowner_field)i) && !index--)
			return name_of(pageowner_field_info((enum pageowner_field)i), names[i]);
	return NULL;
}

void options_add_selectors(const struct option_table *table, struct option_list *list)
{
	if (!(table->common & OPTIONS_SELECT))
		return;
	for (int i = 0; i < PAGEOWNER_FIELD_COUNT; i++)
		if (is_selector(table->common, (enum pageowner_field)i))
			make_selector(table, list, (enum pageowner_field)i);
	list->exclude = (struct option_entry){
		.name = "exclude", .argument = "NAME=LIST", .group = OPTIONS_SELECT_GROUP,
		.help = "leave out records that match, for example --exclude=module=ext4,xfs",
		.kind = OPTION_CALL, .call = exclude,
		.words = { .at = selector_at, .data = table },
	};
	list->entries[list->count++] = &list->exclude;
}

void options_set_plumbing(struct common_options *opt)
{
	struct pageowner_filter *filters[] = { opt->filter, opt->rows, opt->records };

	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		if (filters[i])
			pageowner_filter_set_plumbing(filters[i], opt->plumbing);
}

/* 0, or -1 after a message */
int options_find_clock(const struct common_options *opt, const char *path)
{
	if (!opt->filter || cli_find_clock(opt->filter, path, opt->quiet) < 0)
		return opt->filter ? -1 : 0;
	return opt->records ? cli_find_clock(opt->records, path, true) : 0;
}
