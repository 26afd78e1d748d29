// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * print.c - the inputs of pageowner-stacks-top once: as a table, or in a format of other
 * programs.
 */
#include "top_private.h"

#include <errno.h>
#include <string.h>

#include "table.h"
#include "tools/group-table.h"
#include "tools/lib/format.h"
#include "tools/lib/memory.h"
#include "tools/lib/message.h"
#include "tools/lib/output.h"
#include "tools/lib/source.h"
#include "tools/lib/table.h"

bool top_is_table(const struct top_options *opt)
{
	return !strcmp(opt->common.format, "table");
}

struct pageowner_export *top_new_export(const struct top_options *opt)
{
	struct pageowner_export *e = format_new(opt->common.format,
						PAGEOWNER_EXPORT_PROFILE);

	if (e) {
		pageowner_export_set_top(e, opt->top);
		/* Refused with formats that cannot (main.c) */
		(void)pageowner_export_set_threshold(e, opt->view.threshold);
		pageowner_export_set_budget(e, memory_budget());
		pageowner_export_set_plumbing(e, opt->common.plumbing);
		(void)pageowner_export_set_flags(e, opt->view.by == TOP_BY_MODULE_ANY ?
						 PAGEOWNER_EXPORT_MODULE_ANY : 0);
	}
	return e;
}

/* All inputs as one profile, grouped as the format wants it */
static int export_profile(struct top_options *opt)
{
	struct pageowner_profile *profile = NULL;
	struct pageowner_export *e = top_new_export(opt);
	const char *keys = top_bys[opt->view.by].groups;
	int ret;

	if (!e)
		return CLI_USAGE;
	ret = top_load_all(opt, keys ? keys : pageowner_export_keys(e), opt->common.filter,
			   &profile);
	if (ret == 0) {
		(void)pageowner_export_set_page_size(e, top_page_size(opt));
		ret = pageowner_profile_sort(profile, "-pages");
		if (ret < 0)
			cli_error("%s", pageowner_profile_error(profile));
	}
	if (ret == 0)
		ret = format_add_inputs(e, opt->live ? &opt->live : opt->inputs,
					opt->live ? 1 : opt->count);
	if (ret == 0) {
		ret = format_write_profile(e, opt->common.format, profile, opt->common.output);
		memory_advise(ret, "show fewer rows (--top)");
	}
	if (ret == 0)
		cli_note_selection(&opt->common, opt->records,
				   pageowner_profile_count(profile));
	pageowner_profile_free(profile);
	pageowner_export_free(e);
	return ret < 0 ? CLI_FAILED : opt->status;
}

int top_begin_export(const struct top_options *opt, struct pageowner_export *e)
{
	const int ret = pageowner_export_set_incomplete(e, opt->is_incomplete ?
							CLI_INCOMPLETE : NULL);

	(void)pageowner_export_set_page_size(e, top_page_size(opt));
	if (ret < 0)
		cli_error("%s", strerror(-ret));
	return ret;
}

static int print_table(const struct top_options *opt, struct top_table *report)
{
	struct cli_output out;
	int ret;

	if (cli_output_open(&out, opt->common.output) < 0)
		return -1;
	report->out = &out;
	ret = top_table_print(report);
	report->out = NULL;
	table_say_failure(ret);
	cli_put_incomplete(&out, opt->is_incomplete);
	out.is_abandoned = ret < 0;
	return cli_output_close(&out) < 0 ? -1 : ret;
}

static int export_rows(const struct top_options *opt, struct top_table *report)
{
	struct pageowner_export *e = top_new_export(opt);
	int ret = -1;

	if (e)
		ret = top_begin_export(opt, e);
	if (ret == 0) {
		ret = format_write(e, opt->common.format, opt->common.output,
				   top_table_export, report);
	}
	memory_advise(ret, "show fewer rows (--top)");
	pageowner_export_free(e);
	return ret;
}

/* Rows of the model: as a table, or for other programs */
static int print_rows(struct top_options *opt)
{
	struct top_table report = {
		.view = opt->view, .full = opt->common.full,
		.plumbing = opt->common.plumbing, .top = opt->top ? opt->top : SIZE_MAX,
	};
	struct pageowner_profile *profile = NULL;
	int ret;

	report.model = top_model_new(opt->view.by, memory_budget(),
				     opt->common.plumbing);
	if (!report.model) {
		cli_error("%s", strerror(ENOMEM));
		return CLI_FAILED;
	}
	ret = opt->replay ? top_add_samples(opt, report.model) :
		top_add_all(opt, report.model, &profile);
	if (ret == 0)
		report.page_size = opt->common.page_size = top_page_size(opt);
	if (ret == 0 && top_is_table(opt)) {
		pageowner_profile_free(profile);
		profile = NULL;
		ret = print_table(opt, &report);
	} else if (ret == 0) {
		if (profile)
			(void)pageowner_profile_conditions(profile, 0, &report.conditions);
		ret = export_rows(opt, &report);
	}
	pageowner_profile_free(profile);
	if (ret == 0 && opt->view.by == TOP_BY_MODULE_ANY && !opt->common.quiet)
		cli_error("note: " TOP_OVERLAP);
	if (ret == 0)
		cli_note_selection(&opt->common, opt->records,
				   top_model_stacks(report.model));
	top_model_free(report.model);
	return ret < 0 ? CLI_FAILED : opt->status;
}

/* Stacks of one sample by size are a profile as it is; only some formats have rows of
 * anything else. */
static bool is_profile(const struct top_options *opt)
{
	return top_bys[opt->view.by].keys ||
		!format_can(opt->common.format, PAGEOWNER_EXPORT_ROWS) ||
		(!opt->replay && opt->view.by == TOP_BY_STACK && top_is_by_pages(&opt->view));
}

/* Rows of what a stack does not have: groups as they are */
static int print_groups(struct top_options *opt)
{
	struct group_table report = {
		.plumbing = opt->common.plumbing, .threshold = opt->view.threshold,
		.top = opt->top ? opt->top : SIZE_MAX,
	};
	struct pageowner_profile *profile = NULL;
	int ret = top_load_all(opt, top_bys[opt->view.by].groups, opt->common.filter, &profile);

	if (ret == 0) {
		report.profile = profile;
		report.page_size = top_page_size(opt);
		ret = pageowner_profile_sort(profile, "-pages");
		if (ret < 0)
			cli_error("%s", pageowner_profile_error(profile));
	}
	if (ret == 0)
		ret = group_table_write(&report, opt->common.output);
	if (ret == 0)
		cli_note_selection(&opt->common, opt->records,
				   pageowner_profile_count(profile));
	pageowner_profile_free(profile);
	return ret < 0 ? CLI_FAILED : opt->status;
}

int top_print(struct top_options *opt)
{
	if (top_bys[opt->view.by].keys && top_is_table(opt) && !opt->replay &&
	    top_is_by_pages(&opt->view))
		return print_groups(opt);
	return !top_is_table(opt) && is_profile(opt) ? export_profile(opt) : print_rows(opt);
}
