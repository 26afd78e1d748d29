// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * load.c - inputs of pageowner-stacks-top: as one profile, or as samples.
 *
 * What is kept of samples is known to model.c.
 */
#include "top_private.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tools/lib/memory.h"
#include "tools/lib/message.h"
#include "tools/lib/progress.h"
#include "tools/lib/source.h"
#include "tools/lib/units.h"

/* Check it against those before it: 0, or -1, and *why as in load_file() */
static int compare(const struct top_options *opt, size_t number, struct compared *is,
		   char **why)
{
	const struct compared *before = opt->compared;

	if (!opt->common.page_size)
		*why = compare_refuse_page_size(before, number, is);
	if (!*why)
		*why = compare_refuse(before, number, is);
	return *why ? -1 : 0;
}

static double now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* When it was taken, and whether it can be shown with those before. 0, or -1, and *why as
 * in load_file() */
static int learn_sample(const struct top_options *opt, size_t number,
			struct top_sample *sample)
{
	struct compared *list = opt->compared, *is = &list[number];
	int ret;

	if (!opt->replay) {
		sample->time = now();
		return 0;
	}
	compare_learn(is, opt->inputs[number], sample->profile,
		      compare_names_have_times(opt->inputs, opt->count));
	ret = compare(opt, number, is, &sample->why);
	if (ret == 0 && number && compare_are_of_two_machines(&list[number - 1], is))
		sample->machine = is->host;
	if (ret < 0)
		*is = (struct compared){ 0 };
	else
		sample->time = isfinite(is->time) ? is->time : (double)number * opt->delay;
	return ret;
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

void top_sample_free(struct top_sample *sample)
{
	pageowner_profile_free(sample->profile);
	free(sample->name);
	free(sample->warning);
	free(sample->why);
	*sample = (struct top_sample){ 0 };
}

/* Lines become one, as there is one for them on the screen. */
static char *join_lines(const char *text)
{
	char *joined = NULL;
	size_t size;
	FILE *out = open_memstream(&joined, &size);

	if (!out)
		return NULL;
	while (*text) {
		const size_t len = strcspn(text, "\n");

		fwrite(text, 1, len, out);
		text += len + (text[len] == '\n');
		if (*text)
			fputs("; ", out);
	}
	fclose(out);
	return joined;
}

/* The running kernel's file that a view needs: to be freed; NULL, and *why */
static char *find_live(enum top_by by, char **why)
{
	char *lines, *path = cli_find_live(top_bys[by].keys ? PAGEOWNER_LIVE_PAGE_OWNER :
					   PAGEOWNER_LIVE_SHOW_STACKS, &lines);

	*why = lines ? join_lines(lines) : NULL;
	free(lines);
	return path;
}

static void learn_memory(const struct top_options *opt, struct top_sample *sample)
{
	const size_t captures = pageowner_profile_conditions_count(sample->profile);
	const struct pageowner_conditions *c;
	struct pageowner_text meminfo = { NULL, 0 };
	char buf[8192];
	FILE *file = opt->live ? fopen("/proc/meminfo", "re") : NULL;

	if (file) {
		meminfo = (struct pageowner_text){ buf, fread(buf, 1, sizeof(buf), file) };
		fclose(file);
	} else if (captures == 1 &&
		   pageowner_profile_conditions(sample->profile, 0, &c) > 0) {
		meminfo = c->meminfo;
	}
	if (!meminfo.len || !pageowner_meminfo(meminfo, "MemTotal", &sample->memory) ||
	    !pageowner_meminfo(meminfo, "MemFree", &sample->unused))
		sample->memory = 0;
}

/* What of a sample is missing, damaged or unlike those before, in one line */
static void learn_warning(struct top_sample *sample)
{
	const struct pageowner_input_stats *stats = pageowner_profile_stats(sample->profile);
	const struct pageowner_conditions *c;
	size_t size;
	FILE *out = open_memstream(&sample->warning, &size);
	const char *before = "";

	if (!out)
		return;
	if (sample->machine) {
		fprintf(out, "of another machine: %s", sample->machine);
		before = "; ";
	}
	for (size_t i = 0; pageowner_profile_conditions(sample->profile, i, &c) > 0; i++) {
		if (!(c->has & PAGEOWNER_CONDITIONS_HAS_INCOMPLETE))
			continue;
		fprintf(out, "%sINCOMPLETE: %.*s", before, (int)c->incomplete.len,
			c->incomplete.ptr);
		before = "; ";
	}
	for (unsigned int kind = 0; kind < pageowner_damage_count(); kind++) {
		if (!stats->damage[kind].count)
			continue;
		sample->is_damaged = true;
		if (kind == PAGEOWNER_DAMAGE_INCOMPLETE)
			continue;
		if (kind == PAGEOWNER_DAMAGE_NO_TRAILER)
			fprintf(out, "%sINCOMPLETE: %s", before, pageowner_damage_text(kind));
		else
			fprintf(out, "%sdamaged: %" PRIu64 " x %s", before,
				stats->damage[kind].count, pageowner_damage_text(kind));
		before = "; ";
	}
	if (fclose(out) || !size) {
		free(sample->warning);
		sample->warning = NULL;
	}
}

/* The next sample of a live kernel or a replay: load() of struct top_source */
int top_load_sample(void *data, size_t number, enum top_by by, struct top_sample *sample)
{
	struct top_options *opt = data;
	struct common_options quiet = opt->common;
	struct cli_progress progress = { 0 };
	const char *name;
	char keys[64];
	int ret;

	sample->name = opt->live ? find_live(by, &sample->why) : strdup(opt->inputs[number]);
	name = sample->name;
	if (!name || pageowner_profile_new(top_by_profile_keys(by, keys),
					   &sample->profile) < 0 ||
	    cli_prepare(sample->profile, &opt->common, &progress) < 0 ||
	    pageowner_profile_set_filter(sample->profile, opt->common.records) < 0)
		return -1;
	ret = load_file(opt, sample->profile, name, &sample->why);
	cli_progress_end(&progress);
	pageowner_profile_set_progress(sample->profile, NULL, NULL);
	if (ret == 0)
		ret = learn_sample(opt, number, sample);
	if (ret < 0)
		return ret;
	learn_page_size(opt, sample->profile);
	quiet.quiet = true;	/* a note is for all samples */
	sample->is_assumed = !opt->common.page_size && !opt->captured_page_size && !opt->live;
	sample->page_size = cli_page_size(&quiet, opt->captured_page_size, opt->live);
	learn_memory(opt, sample);
	learn_warning(sample);
	return 0;
}

static void report_input(struct top_options *opt,
			  const struct pageowner_profile *profile,
			  const char *name)
{
	const uint64_t records = pageowner_profile_stats(profile)->records;

	opt->records += records;
	opt->is_incomplete |= cli_is_incomplete(pageowner_profile_stats(profile));
	cli_note_empty(&opt->common, name, records);
	cli_note_keys(&opt->common, profile, name);
	if (cli_report_profile(&opt->common, profile, name) != CLI_OK)
		opt->status = CLI_DAMAGED;
}

int top_add_samples(struct top_options *opt, struct top_model *model)
{
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < opt->count; i++) {
		const char *name = cli_input_name(opt->inputs[i]);
		struct top_sample sample = { 0 };

		ret = top_load_sample(opt, i, opt->view.by, &sample);
		if (ret == 0) {
			report_input(opt, sample.profile, name);
			if (sample.machine && !opt->common.quiet)
				cli_error("note: %s is of machine %s, %s of %s",
					  cli_input_name(opt->inputs[i - 1]),
					  opt->compared[i - 1].host, name,
					  sample.machine);
			ret = add_to_model(opt, model, sample.profile,
					   sample.time);
		} else {
			cli_error("%s", sample.why ? sample.why : strerror(ENOMEM));
		}
		top_sample_free(&sample);
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
	int ret;

	if (cli_check_repeats(inputs, count) < 0)
		return -1;
	ret = pageowner_profile_new(keys, profile);
	if (ret == 0 && filter)
		ret = pageowner_profile_set_filter(*profile, filter);
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
