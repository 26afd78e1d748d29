// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * account.c - pageowner-stacks-top --account: where all memory is.
 *
 * What stands for which line of meminfo is known to the library.
 */
#include "top_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tools/account-table.h"
#include "tools/lib/format.h"
#include "tools/lib/memory.h"
#include "tools/lib/message.h"
#include "tools/lib/output.h"
#include "tools/lib/units.h"

#define MEMINFO	"/proc/meminfo"

/* A small file: malloc()ed, NULL after a message */
static char *read_text(const char *path, size_t *len)
{
	FILE *file = fopen(path, "re"), *memory;
	char block[4096], *text = NULL;
	size_t n;

	if (!file) {
		cli_error("%s: %s", path, strerror(errno));
		return NULL;
	}
	memory = open_memstream(&text, len);
	while (memory && (n = fread(block, 1, sizeof(block), file)) > 0)
		fwrite(block, 1, n, memory);
	if (ferror(file))
		cli_error("%s: %s", path, strerror(errno));
	if (!memory || fclose(memory) || ferror(file)) {
		free(text);
		text = NULL;
	}
	fclose(file);
	return text;
}

/* Add the given meminfo, or that of this machine: 0, or -1 after a message */
static int add_meminfo(struct pageowner_account *account, const char *path)
{
	struct pageowner_text text = { NULL, 0 };
	int ret;

	if (!path)
		return 0;
	text.ptr = read_text(path, &text.len);
	if (!text.ptr)
		return -1;
	ret = pageowner_account_add_meminfo(account, text);
	if (ret < 0)
		cli_error("%s: %s", path, pageowner_account_error(account));
	free((char *)(uintptr_t)text.ptr);
	return ret;
}

/* 0, or negative after a message */
static int fill_account(struct pageowner_account *account,
			struct pageowner_profile *profile,
			const struct pageowner_plumbing *plumbing, uint64_t page_size)
{
	int ret = pageowner_account_set_budget(account, memory_budget());

	if (ret == 0)
		ret = pageowner_account_set_plumbing(account, plumbing);
	if (ret == 0)
		ret = pageowner_account_set_page_size(account, page_size);
	if (ret == 0)
		ret = pageowner_account_add_profile(account, profile);
	if (ret == -ENODATA)
		cli_error("the input has no meminfo, unlike captures of pageowner-capture (use --meminfo=FILE)");
	else if (ret < 0)
		cli_error("%s", pageowner_account_error(account));
	memory_advise(ret, top_advice);
	return ret;
}

/* Balloons and hotplug change MemTotal a little. */
static bool is_about(uint64_t a, uint64_t b)
{
	return a > b ? a - b <= a / 16 : b - a <= b / 16;
}

/* A file with the meminfo of another machine than the captures, or than one of them: there
 * may be several of one machine. */
static void report_other_machine(struct top_options *opt,
				 const struct pageowner_profile *profile,
				 const struct pageowner_account *account)
{
	const struct pageowner_conditions *c;
	char given[UNITS_TEXT_MAX], captured[UNITS_TEXT_MAX];
	uint64_t total, own = 0, sum = 0;

	pageowner_account_total(account, &total, NULL);
	for (size_t i = 0; pageowner_profile_conditions(profile, i, &c) > 0; i++) {
		if (pageowner_meminfo(c->meminfo, "MemTotal", &own) <= 0 ||
		    is_about(own, total) || __builtin_add_overflow(sum, own, &sum))
			return;
	}
	if (!sum || is_about(sum, total))
		return;
	cli_error("%s: MemTotal is %s, that of the %s %s: they are of different machines",
		  opt->meminfo, units_bytes(given, (double)total, false),
		  pageowner_profile_conditions_count(profile) > 1 ? "captures" : "capture",
		  units_bytes(captured, (double)sum, false));
	opt->status = CLI_DAMAGED;
}

/* Lines that are not of the same machine and about the same time */
static void report_contradictions(struct top_options *opt,
				  const struct pageowner_account *account)
{
	const double page_size = (double)top_page_size(opt);
	char recorded[UNITS_TEXT_MAX], named[UNITS_TEXT_MAX];
	const struct pageowner_account_line *line;

	for (size_t i = 0; pageowner_account_line(account, i, &line) > 0; i++) {
		if (!(line->has & PAGEOWNER_ACCOUNT_CONTRADICTS))
			continue;
		cli_error("%s: %s are recorded, meminfo has %s: they are of different machines or times",
			  line->label,
			  units_bytes(recorded, (double)line->pages * page_size, false),
			  units_bytes(named, (double)line->meminfo_bytes +
				      (double)line->outside_bytes, false));
		opt->status = CLI_DAMAGED;
	}
}

struct accounted {
	const struct pageowner_account *account;
	const struct pageowner_conditions *conditions;
};

static int put_account(struct pageowner_export *e, void *data, FILE *file)
{
	const struct accounted *a = data;

	return pageowner_export_account(e, a->account, a->conditions, file);
}

static int export_account(const struct top_options *opt, struct accounted *accounted)
{
	struct pageowner_export *e = top_new_export(opt);
	int ret = -1;

	if (e)
		ret = top_begin_export(opt, e);
	if (ret == 0) {
		ret = format_write(e, opt->common.format, opt->common.output, put_account,
				   accounted);
	}
	pageowner_export_free(e);
	return ret;
}

static int write_account(const struct top_options *opt,
			 const struct pageowner_account *account)
{
	struct cli_output out;
	struct account_report report = {
		.account = account, .full = opt->common.full,
		.plumbing = opt->common.plumbing, .out = &out,
		.top = opt->top ? opt->top : SIZE_MAX, .page_size = top_page_size(opt),
		.threshold = opt->view.threshold,
	};
	int ret;

	if (cli_output_open(&out, opt->common.output) < 0)
		return -1;
	ret = account_report_table(&report);
	cli_put_incomplete(&out, opt->is_incomplete);
	if (ret < 0)
		cli_error("%s", strerror(-ret));
	out.is_abandoned = ret < 0;
	return cli_output_close(&out) < 0 ? -1 : ret;
}

/* A capture brings its meminfo, which is not that of another input. 0, or -1 after a
 * message */
static int check_inputs(const struct top_options *opt,
			const struct pageowner_profile *profile)
{
	const size_t captures = pageowner_profile_conditions_count(profile);

	if (opt->meminfo || opt->live || !captures || captures >= opt->count)
		return 0;
	cli_error("only %zu of %zu inputs have a meminfo (use --meminfo=FILE)", captures,
		  opt->count);
	return -1;
}

/* Where all memory is */
int top_account(struct top_options *opt)
{
	struct accounted accounted = { NULL, NULL };
	struct pageowner_account *account = NULL;
	struct pageowner_profile *profile = NULL;
	int ret = pageowner_account_new(&account);

	if (ret < 0)
		cli_error("%s", strerror(-ret));
	/* As close to the same moment as possible */
	if (ret == 0)
		ret = add_meminfo(account, opt->meminfo ? opt->meminfo :
				  opt->live ? MEMINFO : NULL);
	if (ret == 0)
		ret = top_load_all(opt, "callstack", opt->common.records, &profile);
	if (ret == 0)
		ret = check_inputs(opt, profile);
	if (ret == 0)
		ret = fill_account(account, profile, opt->common.plumbing,
				   top_page_size(opt));
	if (ret == 0 && opt->meminfo)
		report_other_machine(opt, profile, account);
	if (ret == 0)
		report_contradictions(opt, account);
	if (ret == 0 && top_is_table(opt)) {
		ret = write_account(opt, account);
	} else if (ret == 0) {
		accounted.account = account;
		(void)pageowner_profile_conditions(profile, 0, &accounted.conditions);
		ret = export_account(opt, &accounted);
	}
	pageowner_account_free(account);
	pageowner_profile_free(profile);
	return ret < 0 ? CLI_FAILED : opt->status;
}
