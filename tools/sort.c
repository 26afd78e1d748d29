// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * sort.c - pageowner-sort: group, sort and cull a page_owner dump. A drop-in for the
 * kernel's page_owner_sort.
 *
 * The way from options (sort-options.c) to a report; libpageowner-export writes groups,
 * the library does everything else.
 */
#include <errno.h>
#include <string.h>

#include "tools/group-table.h"
#include "tools/lib/format.h"
#include "tools/lib/memory.h"
#include "tools/lib/message.h"
#include "tools/lib/progress.h"
#include "tools/lib/source.h"
#include "tools/sort-options.h"

#define TOP_OF_TABLE	20
#define BIT(field)	(UINT64_C(1) << (field))
#define SHOWN	(BIT(PAGEOWNER_FIELD_PID) | BIT(PAGEOWNER_FIELD_TGID) | \
		 BIT(PAGEOWNER_FIELD_NAME))
#define FREE_KEYS	(BIT(PAGEOWNER_FIELD_FREE) | BIT(PAGEOWNER_FIELD_FREE_TS) | \
			 BIT(PAGEOWNER_FIELD_FREE_PID) | BIT(PAGEOWNER_FIELD_FREE_TGID) | \
			 BIT(PAGEOWNER_FIELD_FREE_STACK))

/* --- report */

/* Times are part of the group, and shown, if they are the first sort key. */
static bool by_time(const char *order)
{
	char first[16];

	return sscanf(order, "%15[^,]", first) == 1 &&
		sort_options_keys(first) == BIT(PAGEOWNER_FIELD_ALLOC_TS);
}

static const char advice[] =
	"group by fewer keys (--cull), select records (--pid, --frame ...), use fewer threads (--jobs)";

static void say_failure(const struct pageowner_profile *profile, int error)
{
	const char *sentence = pageowner_profile_error(profile);

	cli_error("%s", *sentence ? sentence : strerror(-error));
	memory_advise(error, advice);
}

static int write_format(const struct sort_options *opt, struct pageowner_export *e,
			struct pageowner_profile *profile)
{
	int ret;

	(void)pageowner_export_set_page_size(e, cli_page_size(&opt->common,
						cli_profile_page_size(profile), opt->live));
	pageowner_export_set_top(e, opt->top);
	pageowner_export_set_budget(e, memory_budget());
	pageowner_export_set_plumbing(e, opt->common.plumbing);
	if (format_add_inputs(e, opt->inputs, opt->count) < 0)
		return CLI_FAILED;
	ret = format_write_profile(e, opt->common.format, profile, opt->common.output);
	memory_advise(ret, "write the first (--top), or text");
	return ret < 0 ? CLI_FAILED : CLI_OK;
}

/* page_owner_sort shows what was selected by as well as what was culled by. */
static int show_selected(const struct sort_options *opt, struct pageowner_export *e)
{
	char names[64] = "";
	size_t len = 0;

	for (int i = 0; opt->cull && i < PAGEOWNER_FIELD_COUNT; i++)
		if (opt->selected[i] && BIT(i) & SHOWN && len < sizeof(names))
			len += (size_t)snprintf(names + len, sizeof(names) - len, "%s%s",
						len ? "," : "", pageowner_field_name(i));
	return pageowner_export_set_fields(e, names);
}

static int write_report(const struct sort_options *opt,
			struct pageowner_profile *profile)
{
	struct pageowner_export *e = format_new("report", PAGEOWNER_EXPORT_PROFILE);
	int ret = e ? show_selected(opt, e) : -ENOMEM;

	if (ret == 0) {
		pageowner_export_set_top(e, opt->top);
		ret = format_write_profile(e, "report", profile, opt->common.output);
	}
	memory_advise(ret, advice);
	pageowner_export_free(e);
	return ret < 0 ? CLI_FAILED : CLI_OK;
}

static int write_table(const struct sort_options *opt, struct pageowner_profile *profile)
{
	const struct group_table table = {
		.profile = profile, .plumbing = opt->common.plumbing,
		.page_size = cli_page_size(&opt->common, cli_profile_page_size(profile),
					   opt->live),
		.top = opt->top ? opt->top : TOP_OF_TABLE,
	};

	return group_table_write(&table, NULL) < 0 ? CLI_FAILED : CLI_OK;
}

/* --- from options to report */

/* Explain what may surprise a user in a correct report. */
static void print_notes(const struct sort_options *opt, const char *name,
			const struct pageowner_profile *profile)
{
	uint64_t pages, missing = pageowner_profile_unresolved(profile, &pages);
	const struct pageowner_input_stats *stats =
		pageowner_profile_stats(profile);
	const uint64_t times = (BIT(PAGEOWNER_FIELD_FREE) | BIT(PAGEOWNER_FIELD_FREE_TS)) &
		(sort_options_keys(opt->sort) | sort_options_keys(opt->cull));

	if (missing)
		cli_error("%s: %ju handles with %ju pages have no stack; also read show_stacks_handles of the same boot", name,
			  (uintmax_t)missing, (uintmax_t)pages);
	cli_note_empty(&opt->common, name, stats->records);
	if (!stats->records)
		return;
	if (opt->cull)
		cli_note_keys(&opt->common, profile, name);
	if (pageowner_profile_kinds(profile) == 1u << PAGEOWNER_RECORD_STACK_HANDLE)
		cli_error("%s: has handles of stacks, but no counts; also read show_handles", name);
	else if (!pageowner_profile_count(profile))
		return;		/* see cli_note_selection() */
	else if ((BIT(PAGEOWNER_FIELD_TIMES) & sort_options_keys(opt->sort)) &&
		 !opt->default_order && !(pageowner_profile_has(profile) & PAGEOWNER_HAS_TIMES))
		cli_error("%s: has page counts but no allocation counts, so the order by times has no effect", name);
	else if ((opt->drop_released || times) &&
		 !(pageowner_profile_has(profile) &
		   (PAGEOWNER_HAS_FREE_TS | PAGEOWNER_HAS_RELEASED)))
		cli_error("%s: no record carries free_ts (Linux 5.13 to 6.6 write it), so -f, -r and the keys free and free_ts have no effect", name);
}

struct records {
	struct pageowner_reader *reader;
	const struct pageowner_filter *filter;
};

static int write_records(struct pageowner_export *e, void *data, FILE *file)
{
	const struct records *records = data;

	return pageowner_export_records(e, records->reader, records->filter, file);
}

static int run_records(const struct sort_options *opt, struct pageowner_export *e)
{
	const struct pageowner_conditions *captured = NULL;
	struct pageowner_reader *reader = NULL;
	int status = CLI_FAILED, damaged, ret;

	ret = pageowner_reader_open(opt->inputs[0], &reader);
	if (ret == 0)
		ret = pageowner_reader_set_budget(reader, memory_budget());
	if (ret < 0) {
		cli_error("%s: %s", cli_input_name(opt->inputs[0]), strerror(-ret));
		pageowner_reader_free(reader);
		return CLI_FAILED;
	}
	/* Otherwise that of the capture, which is known only when it is read. */
	if (opt->common.page_size || opt->live)
		(void)pageowner_export_set_page_size(e, cli_page_size(&opt->common, 0, opt->live));
	pageowner_export_set_top(e, opt->top);
	pageowner_export_set_budget(e, memory_budget());
	pageowner_export_set_plumbing(e, opt->common.plumbing);
	ret = format_write(e, opt->common.format, opt->common.output, write_records,
			   &(struct records){ reader, opt->common.filter });
	memory_advise(ret, "see what is in that record");
	if (ret == 0)
		status = CLI_OK;
	damaged = ret == -EBADMSG ? CLI_OK :	/* which says everything */
		cli_report_reader(&opt->common, reader, cli_input_name(opt->inputs[0]));
	if (ret == 0) {
		(void)pageowner_reader_conditions(reader, &captured);
		if (!captured || !(captured->has & PAGEOWNER_CONDITIONS_HAS_PAGE_SIZE))
			(void)cli_page_size(&opt->common, 0, opt->live);	/* its note */
		cli_note_empty(&opt->common, cli_input_name(opt->inputs[0]),
			       pageowner_reader_stats(reader)->records);
		cli_note_selection(&opt->common, pageowner_reader_stats(reader)->records,
				   pageowner_export_record_count(e));
	}
	pageowner_reader_free(reader);
	return status ? status : damaged;
}

/* page_owner_sort's text has all records that there are, and who sorts by who freed them
 * wants to see them; all else is about who holds memory. */
static unsigned int flags_of(const struct sort_options *opt)
{
	const bool is_text = !opt->common.format && !opt->is_table;

	return cli_profile_flags(&opt->common) |
		(opt->kernel_labels ? PAGEOWNER_PROFILE_KERNEL_LABELS : 0) |
		(is_text || sort_options_keys(opt->sort) & FREE_KEYS ?
		 PAGEOWNER_PROFILE_RELEASED : 0);
}

/* 0, 1 after a message, or a negative errno */
static int load(const struct sort_options *opt, struct pageowner_profile *profile)
{
	struct cli_progress progress = { 0 };
	int ret = cli_check_repeats(opt->inputs, opt->count) < 0 ? 1 :
		pageowner_profile_set_budget(profile, memory_budget());

	if (ret == 0)
		ret = pageowner_profile_keep(profile, opt->sort);
	if (ret == 0)
		ret = pageowner_profile_set_filter(profile, opt->common.filter);
	pageowner_profile_set_jobs(profile, (unsigned int)opt->common.jobs);
	if (ret == 0)
		ret = pageowner_profile_set_flags(profile, flags_of(opt));
	if (!opt->common.quiet)
		pageowner_profile_set_progress(profile, cli_progress, &progress);
	if (ret == 0)
		ret = pageowner_profile_set_plumbing(profile, opt->common.plumbing);
	for (size_t i = 0; ret == 0 && i < opt->count; i++)
		/* What --age needs is of each input. */
		ret = options_find_clock(&opt->common, opt->inputs[i]) < 0 ? 1 :
			pageowner_profile_load(profile, opt->inputs[i]);
	if (ret == 0)
		ret = pageowner_profile_finish(profile);
	cli_progress_end(&progress);
	return ret;
}

/* The default is by times, but show_stacks and the like have only pages. */
static const char *order(const struct sort_options *opt,
			 const struct pageowner_profile *profile)
{
	return opt->default_order && !(pageowner_profile_has(profile) &
				       PAGEOWNER_HAS_TIMES) ? "-pages" : opt->sort;
}

static int run(const struct sort_options *opt, struct pageowner_profile *profile,
	       struct pageowner_export *e)
{
	const char *name = opt->count > 1 ? "all inputs together" :
		cli_input_name(opt->inputs[0]);
	int status, damaged = CLI_OK, ret = load(opt, profile);

	if (ret > 0)
		return CLI_FAILED;
	if (ret != -EBADMSG)	/* which says everything */
		damaged = cli_report_profile(&opt->common, profile, name);
	if (ret == 0)
		ret = pageowner_profile_sort(profile, order(opt, profile));
	if (ret < 0) {
		say_failure(profile, ret);
		return CLI_FAILED;
	}
	if (!opt->common.quiet)
		print_notes(opt, name, profile);
	status = e ? write_format(opt, e, profile) :
		opt->is_table ? write_table(opt, profile) : write_report(opt, profile);
	cli_note_selection(&opt->common, pageowner_profile_stats(profile)->records,
			   pageowner_profile_count(profile));
	return status ? status : damaged;
}

int main(int argc, char *argv[])
{
	struct pageowner_profile *profile = NULL;
	struct pageowner_export *e = NULL;
	struct sort_options opt = { 0 };
	const char *keys;
	int status, ret;

	cli_begin("pageowner-sort", argv);
	if (memory_begin() < 0)
		return CLI_FAILED;
	status = sort_options_parse(&opt, argc, argv);
	if (status >= 0)
		goto out;
	status = CLI_FAILED;
	opt.live = !opt.count;
	if (opt.live) {
		opt.live_input = cli_live_input();
		if (!opt.live_input)
			goto out;
		opt.inputs = &opt.live_input;
		opt.count = 1;
	}
	keys = opt.cull ? opt.cull : by_time(opt.sort) ? "txt,alloc_ts" :
		opt.is_table ? "callstack" : NULL;
	if (opt.common.format) {
		e = format_new(opt.common.format, opt.records ? PAGEOWNER_EXPORT_RECORDS :
			       PAGEOWNER_EXPORT_PROFILE);
		if (!e)
			goto out;
		keys = opt.cull ? opt.cull : pageowner_export_keys(e);
	}
	if (opt.records && options_find_clock(&opt.common, opt.inputs[0]) < 0)
		goto out;
	ret = opt.records ? 0 : pageowner_profile_new(keys, &profile);
	if (ret == 0)
		status = opt.records ? run_records(&opt, e) : run(&opt, profile, e);
	else
		cli_error("%s", strerror(-ret));
out:
	pageowner_export_free(e);
	pageowner_profile_free(profile);
	sort_options_free(&opt);
	return status;
}
