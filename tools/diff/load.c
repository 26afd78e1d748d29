// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * load.c - snapshots on their way into a diff: when each was taken, what it is of, and
 * whether it can be compared with the others.
 *
 * What is compared is known to the library.
 */
#include "diff_private.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tools/lib/memory.h"
#include "tools/lib/message.h"
#include "tools/lib/progress.h"
#include "tools/lib/source.h"
#include "tools/lib/units.h"

void diff_say_failure(const struct diff_options *opt, int error, const char *sentence)
{
	cli_error("%s", error == -ENOBUFS && !*sentence ?
		  "the rows need more memory than --max-memory allows" :
		  *sentence ? sentence : strerror(-error));
	memory_advise(error, opt->common.jobs > 1 ?
		"select stacks (--frame, --module), use fewer threads (--jobs), name fewer snapshots" :
		"select stacks (--frame, --module), name fewer snapshots");
}

/* --- when a snapshot was taken */

/* Take the next item off a list of times: 0, -EINVAL if it is not a time, -EDOM if there is
 * no such day. */
static int take_time(const char **list, double *time)
{
	const size_t len = strcspn(*list, ",");
	char item[64];
	int ret = -EINVAL;

	if (len && len < sizeof(item)) {
		memcpy(item, *list, len);
		item[len] = '\0';
		*list += len + ((*list)[len] == ',');
		ret = units_parse_time(item, time);
		if (ret == -EINVAL)
			ret = units_parse_duration(item, time);
	}
	return ret;
}

const char *diff_refuse_times(const struct diff_options *opt)
{
	const char *at = opt->at;
	double time;
	int ret = 0;

	for (size_t i = 0; i < opt->count && ret == 0; i++)
		ret = take_time(&at, &time);
	if (ret == 0 && !*at)
		return NULL;
	return ret == -EDOM ? ": there is no such day" : ", such as 0,10m,1.5h";
}

/* @before: of the last snapshot before this one that has a time, or NAN */
static int set_time(const struct diff_options *opt, struct diff_snapshot *s,
		    const char **at, double before)
{
	const char *slash = strrchr(s->name, '/');

	if (opt->at)
		(void)take_time(at, &s->time);
	if (!isfinite(s->time))
		units_find_time(slash ? slash + 1 : s->name, &s->time);
	if (!isfinite(before) || !isfinite(s->time) || s->time > before || opt->force)
		return 0;
	if (s->time == before)
		cli_error("%s: taken at the same time as a previous snapshot: is it the same one? (--force compares them anyway)",
			  cli_input_name(s->name));
	else
		cli_error("%s: taken before the previous snapshot: name snapshots in the order of time (--force compares them anyway)",
			  cli_input_name(s->name));
	return -1;
}

/* --- loading */

static const uint32_t pages_kinds = 1u << PAGEOWNER_RECORD_PAGE |
	1u << PAGEOWNER_RECORD_CONSOLE;
static const uint32_t stacks_kinds = 1u << PAGEOWNER_RECORD_STACK |
	1u << PAGEOWNER_RECORD_HANDLE | 1u << PAGEOWNER_RECORD_STACK_HANDLE;

/* "host, kernel, time, count_threshold N, complete" */
static char *conditions_of(const struct pageowner_conditions *c)
{
	const time_t seconds = (time_t)(c->start_time_ns / 1000000000);
	char time[40] = "", threshold[48] = "", *text;
	struct tm tm;

	if (c->has & PAGEOWNER_CONDITIONS_HAS_START_TIME && gmtime_r(&seconds, &tm))
		strftime(time, sizeof(time), ", %Y-%m-%d %H:%M:%S UTC", &tm);
	if (c->has & PAGEOWNER_CONDITIONS_HAS_THRESHOLD)
		snprintf(threshold, sizeof(threshold), ", count_threshold %ju",
			 (uintmax_t)c->threshold);
	if (asprintf(&text, "%.*s, Linux %.*s%s%s, %s%.*s",
		     (int)c->hostname.len, c->hostname.len ? c->hostname.ptr : "",
		     (int)c->kernel.len, c->kernel.len ? c->kernel.ptr : "", time, threshold,
		     c->has & PAGEOWNER_CONDITIONS_HAS_COMPLETE ? "complete" : "not complete: ",
		     (int)c->incomplete.len, c->incomplete.len ? c->incomplete.ptr : "") < 0)
		return NULL;
	return text;
}

static void learn_conditions(struct diff_snapshot *s, struct pageowner_profile *profile)
{
	const struct pageowner_conditions *c = NULL;

	(void)pageowner_profile_conditions(profile, 0, &c);
	s->records = pageowner_profile_stats(profile)->records;
	s->stacks = pageowner_profile_count(profile);
	s->is_incomplete = cli_is_incomplete(pageowner_profile_stats(profile));
	s->kinds = pageowner_profile_kinds(profile);
	s->page_size = cli_profile_page_size(profile);
	s->time = NAN;
	if (c && c->has & PAGEOWNER_CONDITIONS_HAS_START_TIME)
		s->time = (double)c->start_time_ns / 1e9;
	if (c && c->has & PAGEOWNER_CONDITIONS_HAS_KERNEL)
		s->kernel = strndup(c->kernel.ptr, c->kernel.len);
	if (c)
		s->conditions = conditions_of(c);
}

/* Grouped by stack; *status gets worse if the input is damaged. */
static struct pageowner_profile *load(const struct diff_options *opt,
				      struct diff_snapshot *s, int *status)
{
	struct cli_progress progress = { 0 };
	struct pageowner_profile *profile;
	int ret;

	/* The filter is that of all snapshots, the time that --age needs is of each. */
	if (options_find_clock(&opt->common, s->name) < 0)
		return NULL;
	ret = pageowner_profile_new("callstack", &profile);
	if (ret < 0) {
		cli_error("%s: %s", s->name, strerror(-ret));
		return NULL;
	}
	ret = cli_prepare(profile, &opt->common, &progress);
	if (ret == 0)
		ret = pageowner_profile_set_filter(profile, opt->common.filter);
	if (ret == 0)
		ret = pageowner_profile_load(profile, s->name);
	if (ret == 0)
		ret = pageowner_profile_finish(profile);
	cli_progress_end(&progress);
	if (ret != -EBADMSG &&
	    cli_report_profile(&opt->common, profile, cli_input_name(s->name)) != CLI_OK)
		*status = CLI_DAMAGED;
	if (ret < 0) {
		diff_say_failure(opt, ret, pageowner_profile_error(profile));
	} else if (pageowner_profile_count(profile) &&
		   !(pageowner_profile_has(profile) & PAGEOWNER_HAS_PAGES)) {
		cli_error(CLI_NO_PAGES, cli_input_name(s->name));
		ret = -EINVAL;
	}
	if (ret == 0) {
		learn_conditions(s, profile);
		return profile;
	}
	pageowner_profile_free(profile);
	return NULL;
}

/* Whether they count the same thing; if not, after a message */
static bool are_alike(const struct diff_snapshot *a, const struct diff_snapshot *b)
{
	const struct diff_snapshot *pages, *stacks;

	pages = a->kinds & pages_kinds ? a : b->kinds & pages_kinds ? b : NULL;
	stacks = a->kinds & stacks_kinds ? a : b->kinds & stacks_kinds ? b : NULL;
	if (!pages || !stacks)
		return true;
	cli_error("%s is a dump of pages, %s counts of stacks: a dump has pages from before page_owner began, which the counts lack, and takes seconds to read (--force compares them anyway)",
		  cli_input_name(pages->name), cli_input_name(stacks->name));
	return false;
}

/* An empty snapshot grows by nothing, or by all: no answer. 0, or -1 after a message */
static int check_records(const struct diff_options *opt, const struct diff_snapshot *s)
{
	if (s->records || !isfinite(opt->fail_bytes)) {
		cli_note_empty(&opt->common, cli_input_name(s->name), s->records);
		return 0;
	}
	cli_error("%s: holds no record", cli_input_name(s->name));
	return -1;
}

/* --- into the diff */

static int add_baseline(const struct diff_options *opt,
			struct pageowner_diff *diff, struct diff_snapshot *s,
			int *status)
{
	struct pageowner_profile *profile;
	int ret;

	s->name = opt->baseline;
	profile = load(opt, s, status);
	if (!profile)
		return -1;
	ret = check_records(opt, s);
	if (ret == 0)
		ret = pageowner_diff_set_baseline(diff, profile);
	pageowner_profile_free(profile);
	return ret;
}

static int add_snapshot(struct pageowner_diff *diff,
			struct pageowner_profile *profile, struct diff_snapshot *s)
{
	const struct pageowner_snapshot *taken;
	int ret;

	if (isfinite(s->time))
		pageowner_diff_set_time(diff, (uint64_t)(s->time * 1e9));
	ret = pageowner_diff_add(diff, profile);
	if (ret == 0 && pageowner_diff_snapshot(diff,
			pageowner_diff_snapshot_count(diff) - 1, &taken) > 0)
		s->threshold = taken->threshold;
	return ret;
}

int diff_load(const struct diff_options *opt, struct pageowner_diff *diff,
	      struct diff_snapshot *snapshots, int *status)
{
	const struct diff_snapshot *first = opt->baseline ?
		&snapshots[opt->count] : &snapshots[0];
	const char *at = opt->at;
	double before = NAN;
	int ret;

	pageowner_diff_set_any_times(diff, opt->force);
	ret = opt->baseline ?
		add_baseline(opt, diff, &snapshots[opt->count], status) : 0;

	for (size_t i = 0; ret == 0 && i < opt->count; i++) {
		struct diff_snapshot *s = &snapshots[i];
		struct pageowner_profile *profile;

		s->name = opt->inputs[i];
		profile = load(opt, s, status);
		if (!profile)
			return -1;
		if (check_records(opt, s) < 0 || set_time(opt, s, &at, before) < 0 ||
		    (!opt->force && !are_alike(first, s)))
			ret = -1;
		else
			ret = add_snapshot(diff, profile, s);
		if (isfinite(s->time))
			before = s->time;
		pageowner_profile_free(profile);
	}
	if (ret < -1)
		diff_say_failure(opt, ret, ret == -EINVAL ? pageowner_diff_error(diff) : "");
	return ret;
}
