// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * source.c - where records come from: a file, standard input, or the running kernel; and
 * the report of damage in it.
 *
 * The library reads.
 */
#include "tools/lib/source.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/lib/memory.h"
#include "tools/lib/message.h"

#define PAGE_SIZE_ASSUMED	4096

char *cli_find_live(enum pageowner_live_file file, char **why)
{
	struct pageowner_live *live;
	const char *found, *risk;
	char *path = NULL;

	*why = NULL;
	if (pageowner_live_new(&live) < 0)
		return NULL;
	found = pageowner_live_path(live, file);
	/* The library reads stacks in a way that avoids their risk. */
	risk = file == PAGEOWNER_LIVE_PAGE_OWNER ? pageowner_live_risk(live, file) : NULL;
	if (!found)
		*why = strdup(pageowner_live_error(live));
	else if (!risk)
		path = strdup(found);
	else if (asprintf(why, "%s: %s\npageowner-capture --force can take a dump of it nevertheless",
			  found, risk) < 0)
		*why = NULL;
	pageowner_live_free(live);
	return path;
}

const char *cli_live_file(enum pageowner_live_file file)
{
	static char path[4096];
	char *why, *found = cli_find_live(file, &why);

	if (!found) {
		cli_say_lines(why ? why : strerror(ENOMEM));
		if (why)
			cli_error("or name a dump, \"-\" for standard input");
		free(why);
		return NULL;
	}
	snprintf(path, sizeof(path), "%s", found);
	free(found);
	return path;
}

const char *cli_live_input(void)
{
	return cli_live_file(PAGEOWNER_LIVE_PAGE_OWNER);
}

int cli_find_clock(struct pageowner_filter *filter, const char *path, bool quiet)
{
	const char *name = cli_input_name(path);
	int ret = filter ? pageowner_filter_find_clock(filter, path) : 0;

	if (ret == -ENODATA)
		cli_error("%s: --age: no record has a time", name);
	else if (ret == -ESPIPE)
		cli_error("%s: --age: cannot be read twice; a capture of pageowner-capture, or a file, is needed",
			  name);
	else if (ret < 0)
		cli_error("%s: %s", name, strerror(-ret));
	else if (ret == 2 && !quiet)
		cli_error("note: %s: ages are counted from the newest record", name);
	return ret < 0 ? -1 : 0;
}

unsigned int cli_profile_flags(const struct common_options *opt)
{
	return opt->page_size ? PAGEOWNER_PROFILE_ANY_PAGE_SIZE : 0;
}

int cli_prepare(struct pageowner_profile *profile, const struct common_options *opt,
		struct cli_progress *progress)
{
	int ret = pageowner_profile_set_budget(profile, memory_budget());

	pageowner_profile_set_jobs(profile, (unsigned int)opt->jobs);
	if (!opt->quiet)
		pageowner_profile_set_progress(profile, cli_progress, progress);
	if (ret == 0)
		ret = pageowner_profile_set_flags(profile, cli_profile_flags(opt));
	if (ret == 0 && opt->plumbing)
		ret = pageowner_profile_set_plumbing(profile, opt->plumbing);
	return ret;
}

uint64_t cli_profile_page_size(const struct pageowner_profile *profile)
{
	const struct pageowner_conditions *c;

	for (size_t i = 0; pageowner_profile_conditions(profile, i, &c) > 0; i++)
		if (c->has & PAGEOWNER_CONDITIONS_HAS_PAGE_SIZE)
			return c->page_size;
	return 0;
}

uint64_t cli_page_size(const struct common_options *opt, uint64_t captured, bool is_live)
{
	if (opt->page_size)
		return opt->page_size;
	if (captured)
		return captured;
	if (is_live)
		return (uint64_t)sysconf(_SC_PAGESIZE);
	if (!opt->quiet)
		cli_error("note: assuming 4 KiB pages (use --page-size)");
	return PAGE_SIZE_ASSUMED;
}

const char *cli_input_name(const char *path)
{
	return strcmp(path, "-") ? path : "(standard input)";
}

int cli_check_repeats(const char *const *inputs, size_t count)
{
	struct stat *files = calloc(count + 1, sizeof(*files));
	int ret = files ? 0 : -1;

	if (!files)
		cli_error("%s", strerror(ENOMEM));
	for (size_t i = 0; ret == 0 && i < count; i++) {
		const bool is_file = !(strcmp(inputs[i], "-") ? stat(inputs[i], &files[i]) :
				       fstat(STDIN_FILENO, &files[i])) &&
			S_ISREG(files[i].st_mode);

		if (!is_file)
			files[i] = (struct stat){ 0 };
		for (size_t j = 0; is_file && j < i; j++) {
			if (files[j].st_ino != files[i].st_ino ||
			    files[j].st_dev != files[i].st_dev)
				continue;
			cli_error("%s: the same file again would count its memory twice",
				  cli_input_name(inputs[i]));
			ret = -1;
			break;
		}
	}
	free(files);
	return ret;
}

void cli_note_empty(const struct common_options *opt, const char *name, uint64_t records)
{
	if (!records && !opt->quiet)
		cli_error("%s: holds no record", name);
}

void cli_note_selection(const struct common_options *opt, uint64_t records,
			uint64_t selected)
{
	if (opt->filter && records && !selected && !opt->quiet)
		cli_error("note: no record matches the selection (%ju records read)",
			  (uintmax_t)records);
}

static bool has_value(const struct pageowner_profile *profile, enum pageowner_field field)
{
	const size_t count = pageowner_profile_count(profile);
	struct pageowner_value value;

	for (size_t i = 0; i < count; i++)
		if (pageowner_profile_value(profile, i, field, &value) > 0)
			return true;
	return !count;
}

void cli_note_keys(const struct common_options *opt,
		   const struct pageowner_profile *profile, const char *name)
{
	for (size_t i = 0; !opt->quiet && i < pageowner_field_count(); i++) {
		const enum pageowner_field field = (enum pageowner_field)i;
		const struct pageowner_field_info *info = pageowner_field_info(field);

		/* A stack may have no owner, and the kernel itself is no module. */
		if (!pageowner_profile_is_by(profile, field) ||
		    field == PAGEOWNER_FIELD_STACKTRACE ||
		    (info->source != PAGEOWNER_SOURCE_HEADER &&
		     info->source != PAGEOWNER_SOURCE_NOTES &&
		     info->source != PAGEOWNER_SOURCE_PFN_LINE) || has_value(profile, field))
			continue;
		cli_error("note: %s: no record has the key %s", name, info->name);
	}
}

bool cli_is_incomplete(const struct pageowner_input_stats *stats)
{
	return stats->damage[PAGEOWNER_DAMAGE_INCOMPLETE].count ||
		stats->damage[PAGEOWNER_DAMAGE_NO_TRAILER].count;
}

static int report_damage(const struct common_options *opt,
			 const struct pageowner_input_stats *stats, const char *name)
{
	int status = CLI_OK;

	for (unsigned int kind = 0; kind < pageowner_damage_count(); kind++) {
		if (!stats->damage[kind].count)
			continue;
		cli_error("%s: %ju x %s, first at byte %ju", name,
			  (uintmax_t)stats->damage[kind].count,
			  pageowner_damage_text(kind),
			  (uintmax_t)stats->damage[kind].first_offset);
		status = CLI_DAMAGED;
	}
	for (unsigned int kind = 0; !opt->quiet && kind < pageowner_repair_count(); kind++)
		if (stats->repair[kind].count)
			cli_error("%s: repaired: %ju x %s, first at byte %ju", name,
				  (uintmax_t)stats->repair[kind].count,
				  pageowner_repair_text(kind),
				  (uintmax_t)stats->repair[kind].first_offset);
	return status;
}

static void report_incomplete(const struct pageowner_conditions *c, const char *name)
{
	if (c->has & PAGEOWNER_CONDITIONS_HAS_INCOMPLETE && c->incomplete.len)
		cli_error("%s: incomplete: %.*s", name, (int)c->incomplete.len,
			  c->incomplete.ptr);
}

/* A table of who holds memory must not lose pages in silence. */
static void note_released(const struct common_options *opt,
			  const struct pageowner_profile *profile, const char *name)
{
	uint64_t pages;

	if (pageowner_profile_released(profile, &pages) && !opt->quiet)
		cli_error("note: %s: not counted, because free now: %ju pages (--released=yes shows them)",
			  name, (uintmax_t)pages);
}

int cli_report_profile(const struct common_options *opt,
		       const struct pageowner_profile *profile, const char *name)
{
	const struct pageowner_conditions *c;
	const int status = report_damage(opt, pageowner_profile_stats(profile), name);

	for (size_t i = 0; pageowner_profile_conditions(profile, i, &c) > 0; i++)
		report_incomplete(c, name);
	note_released(opt, profile, name);
	return status;
}

int cli_report_reader(const struct common_options *opt,
		      const struct pageowner_reader *reader, const char *name)
{
	const struct pageowner_conditions *c;
	const int status = report_damage(opt, pageowner_reader_stats(reader), name);

	if (pageowner_reader_conditions(reader, &c) > 0)
		report_incomplete(c, name);
	return status;
}
