// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * load.c - inputs of pageowner-stacks-top: as one profile, or as samples.
 *
 * What is kept of samples is known to model.c.
 */
#include "top_private.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tools/lib/memory.h"
#include "tools/lib/message.h"
#include "tools/lib/progress.h"
#include "tools/lib/source.h"
#include "tools/lib/units.h"

/* When it was taken: by its header, by its file name, otherwise one delay later */
static double time_of(const struct top_options *opt, const char *name,
		      const struct pageowner_profile *profile, size_t number)
{
	const size_t captures = pageowner_profile_conditions_count(profile);
	const struct pageowner_conditions *c;
	const char *slash = strrchr(name, '/');
	struct timespec now;
	double time;

	if (!opt->replay) {
		clock_gettime(CLOCK_REALTIME, &now);
		return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
	}
	if (captures && pageowner_profile_conditions(profile, captures - 1, &c) > 0 &&
	    c->has & PAGEOWNER_CONDITIONS_HAS_START_TIME)
		return (double)c->start_time_ns / 1e9;
	if (units_find_time(slash ? slash + 1 : name, &time) == 0)
		return time;
	return (double)number * opt->delay;
}

/* Of the first sample that knows it */
static void learn_page_size(struct top_options *opt,
			    const struct pageowner_profile *profile)
{
	if (!opt->captured_page_size)
		opt->captured_page_size = cli_profile_page_size(profile);
}

uint64_t top_page_size(const struct top_options *opt)
{
	return cli_page_size(&opt->common, opt->captured_page_size, opt->live);
}

const char top_advice[] =
	"select stacks (--frame, --module), use fewer threads (--jobs)";

/* 0, or -1 after a message */
static int add_to_model(const struct top_options *opt, struct top_model *model,
			struct pageowner_profile *profile, double time)
{
	int ret = top_model_add(model, profile, opt->common.rows, time);

	if (ret == -ENOBUFS)
		cli_error("the stacks need more memory than --max-memory allows");
	else if (ret < 0)
		cli_error("%s", strerror(-ret));
	memory_advise(ret, top_advice);
	return ret < 0 ? -1 : 0;
}

/* Tell the filters when a file was taken, which --age needs; *why as in load_file() */
static int find_clock(const struct top_options *opt, const char *name, char **why)
{
	struct pageowner_filter *filters[] = { opt->common.filter, opt->common.records };
	int ret = 0;

	for (size_t i = 0; ret >= 0 && i < sizeof(filters) / sizeof(filters[0]); i++) {
		ret = filters[i] ? pageowner_filter_find_clock(filters[i], name) : 0;
		if (ret < 0)
			*why = strdup(ret == -ENODATA ? "--age: no record has a time" :
				      ret == -ESPIPE ?
				      "--age: the input cannot be read twice" :
				      strerror(-ret));
	}
	return ret < 0 ? -1 : 0;
}

/* Add a file to a profile. On failure *why is set; free it. */
static int load_file(const struct top_options *opt, struct pageowner_profile *profile,
		     const char *name, char **why)
{
	int ret = find_clock(opt, name, why);

	if (ret < 0)
		return ret;
	ret = pageowner_profile_load(profile, name);
	if (ret == 0)
		ret = pageowner_profile_finish(profile);
	if (ret == -ENOBUFS) {
		if (asprintf(why, "%s; %s, or allow more than the %" PRIu64 " MiB of --max-memory",
			     pageowner_profile_error(profile), top_advice,
			     pageowner_budget_max(memory_budget()) >> 20) < 0)
			*why = NULL;
	} else if (ret < 0) {
		*why = strdup(*pageowner_profile_error(profile) ?
			      pageowner_profile_error(profile) : strerror(-ret));
	} else if (pageowner_profile_count(profile) &&
		   !(pageowner_profile_has(profile) & PAGEOWNER_HAS_PAGES) &&
		   (ret = asprintf(why, CLI_NO_PAGES, cli_input_name(name))) >= 0) {
		ret = -EINVAL;
	}
	return ret < 0 ? -1 : 0;
}

/* The next sample of a live kernel or a replay: load() of struct top_source */
int top_load_sample(void *data, size_t number, struct top_sample *sample)
{
	struct top_options *opt = data;
	struct common_options quiet = opt->common;
	struct cli_progress progress = { 0 };
	const char *name = opt->live ? opt->live : opt->inputs[number];
	char keys[64];
	int ret;

	if (pageowner_profile_new(top_by_profile_keys(opt->view.by, keys),
				  &sample->profile) < 0 ||
	    cli_prepare(sample->profile, &opt->common, &progress) < 0 ||
	    pageowner_profile_set_filter(sample->profile, opt->common.records) < 0 ||
	    pageowner_profile_set_flags(sample->profile, opt->common.selects_free ?
					0 : PAGEOWNER_PROFILE_HELD) < 0)
		return -1;
	ret = load_file(opt, sample->profile, name, &sample->why);
	cli_progress_end(&progress);
	pageowner_profile_set_progress(sample->profile, NULL, NULL);
	if (ret < 0)
		return ret;
	learn_page_size(opt, sample->profile);
	quiet.quiet = true;	/* a note is for all samples */
	sample->page_size = cli_page_size(&quiet, opt->captured_page_size, opt->live);
	sample->time = time_of(opt, name, sample->profile, number);
	return 0;
}

static void report_input(struct top_options *opt,
			  const struct pageowner_profile *profile,
			  const char *name)
{
	const uint64_t records = pageowner_profile_stats(profile)->records;

	opt->records += records;
	cli_note_empty(&opt->common, name, records);
	if (cli_report_profile(profile, name) != CLI_OK)
		opt->status = CLI_DAMAGED;
}

int top_add_samples(struct top_options *opt, struct top_model *model)
{
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < opt->count; i++) {
		const char *name = cli_input_name(opt->inputs[i]);
		struct top_sample sample = { 0 };

		ret = top_load_sample(opt, i, &sample);
		if (ret == 0) {
			report_input(opt, sample.profile, name);
			ret = add_to_model(opt, model, sample.profile,
					   sample.time);
		} else {
			cli_error("%s", sample.why ? sample.why : strerror(ENOMEM));
		}
		pageowner_profile_free(sample.profile);
		free(sample.why);
	}
	return ret;
}

int top_load_all(struct top_options *opt, const char *keys,
		 const struct pageowner_filter *filter,
		 struct pageowner_profile **profile)
{
	const char *const *inputs = opt->live ? &opt->live : opt->inputs;
	const size_t count = opt->live ? 1 : opt->count;
	struct cli_progress progress = { 0 };
	char *why = NULL;
	int ret = pageowner_profile_new(keys, profile);

	if (ret == 0 && filter)
		ret = pageowner_profile_set_filter(*profile, filter);
	if (ret == 0)
		ret = pageowner_profile_set_flags(*profile, opt->common.selects_free ?
						  0 : PAGEOWNER_PROFILE_HELD);
	if (ret == 0)
		ret = cli_prepare(*profile, &opt->common, &progress);
	for (size_t i = 0; ret == 0 && i < count; i++)
		ret = load_file(opt, *profile, inputs[i], &why);
	cli_progress_end(&progress);
	if (ret < 0) {
		cli_error("%s", why ? why : strerror(ENOMEM));
	} else {
		report_input(opt, *profile, count == 1 ?
			      cli_input_name(inputs[0]) : "all inputs together");
		learn_page_size(opt, *profile);
	}
	free(why);
	return ret < 0 ? -1 : 0;
}

/* All inputs as one sample; the profile is to be freed in any case */
int top_add_all(struct top_options *opt, struct top_model *model,
		struct pageowner_profile **profile)
{
	char keys[64];
	const int ret = top_load_all(opt, top_by_profile_keys(opt->view.by, keys),
				     opt->common.records, profile);

	return ret < 0 ? ret : add_to_model(opt, model, *profile, 0);
}
