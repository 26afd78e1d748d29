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

#include "tools/lib/compare.h"
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

/* --- loading */

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
	s->page_size = cli_profile_page_size(profile);
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

/* What was loaded so far: the baseline, nothing without one, and snapshots in order */
struct loaded {
	struct compared *list;
	size_t count;
	const char *at;		/* what is left of --at */
	bool uses_names;	/* for times */
};

/* 0, or -1 after a message */
static int compare(const struct diff_options *opt, struct loaded *loaded,
		   struct compared *is)
{
	const struct compared *last = &loaded->list[loaded->count - 1];
	char *why = opt->common.page_size ? NULL :
		compare_refuse_page_size(loaded->list, loaded->count, is);
	const char *what_to_do = "";

	if (!why && !opt->force) {
		why = compare_refuse(loaded->list, loaded->count, is);
		what_to_do = " (--force compares them anyway)";
	}
	if (why)
		cli_error("%s%s", why, what_to_do);
	else if (!opt->common.quiet && compare_are_of_two_machines(last, is))
		cli_error("note: %s is of machine %s, %s of %s", cli_input_name(last->name),
			  last->host, cli_input_name(is->name), is->host);
	if (why) {
		free(why);
		return -1;
	}
	loaded->list[loaded->count++] = *is;
	return 0;
}

static int add_baseline(const struct diff_options *opt, struct pageowner_diff *diff,
			struct diff_snapshot *s, struct loaded *loaded, int *status)
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
	compare_learn(&loaded->list[0], s->name, profile, false);
	loaded->list[0].time = NAN;
	pageowner_profile_free(profile);
	return ret;
}

static int add_profile(const struct diff_options *opt, struct pageowner_diff *diff,
		       struct pageowner_profile *profile, struct diff_snapshot *s,
		       struct loaded *loaded)
{
	const struct pageowner_snapshot *taken;
	struct compared is;
	int ret;

	compare_learn(&is, s->name, profile, loaded->uses_names);
	if (opt->at) {
		(void)take_time(&loaded->at, &is.time);
		is.time_from = "--at";
	}
	if (check_records(opt, s) < 0 || compare(opt, loaded, &is) < 0)
		return -1;
	if (isfinite(is.time))
		pageowner_diff_set_time(diff, (uint64_t)(is.time * 1e9));
	ret = pageowner_diff_add(diff, profile);
	if (ret == 0 && pageowner_diff_snapshot(diff,
			pageowner_diff_snapshot_count(diff) - 1, &taken) > 0)
		s->threshold = taken->threshold;
	return ret;
}

int diff_load(const struct diff_options *opt, struct pageowner_diff *diff,
	      struct diff_snapshot *snapshots, int *status)
{
	struct loaded loaded = { .count = 1, .at = opt->at,
		.uses_names = compare_names_have_times(opt->inputs, opt->count) };
	int ret = 0;

	loaded.list = calloc(opt->count + 1, sizeof(*loaded.list));
	if (!loaded.list)
		ret = -ENOMEM;
	pageowner_diff_set_any_times(diff, opt->force);
	pageowner_diff_set_any_page_size(diff, !!opt->common.page_size);
	if (ret == 0 && opt->baseline)
		ret = add_baseline(opt, diff, &snapshots[opt->count], &loaded, status);
	for (size_t i = 0; ret == 0 && i < opt->count; i++) {
		struct pageowner_profile *profile;

		snapshots[i].name = opt->inputs[i];
		profile = load(opt, &snapshots[i], status);
		ret = profile ? add_profile(opt, diff, profile, &snapshots[i], &loaded) : -1;
		pageowner_profile_free(profile);
	}
	free(loaded.list);
	if (ret < -1)
		diff_say_failure(opt, ret, ret == -EINVAL ? pageowner_diff_error(diff) : "");
	return ret;
}
