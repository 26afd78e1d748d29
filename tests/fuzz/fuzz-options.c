// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * fuzz-options.c - any text as what users write: keys, selectors, patterns, sizes,
 * times, and the command line of pageowner-sort.
 */
#include "fuzz.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/lib/message.h"
#include "tools/lib/units.h"
#include "tools/lib/words.h"
#include "tools/sort-options.h"

#define ARGUMENTS_MAX	32

static void try_keys(const char *list)
{
	struct pageowner_profile *profile;
	enum pageowner_field key, again;
	int use;

	if (pageowner_field_find(list, strlen(list), &key)) {
		const char *name = pageowner_field_name(key);

		fuzz_check(pageowner_field_find(name, strlen(name), &again) == 1);
		fuzz_check(again == key);
	}
	use = pageowner_fields_check(list, PAGEOWNER_FIELD_GROUPS, NULL);
	fuzz_check(use >= 0 || use == -EINVAL);
	fuzz_check((pageowner_profile_new(list, &profile) < 0) == (use < 0));
	if (use >= 0) {
		fuzz_check(pageowner_profile_keep(profile, list) == 0);
		pageowner_profile_free(profile);
	}
	fuzz_check(pageowner_profile_new("callstack", &profile) == 0);
	fuzz_check((pageowner_profile_sort(profile, list) < 0) ==
		   (pageowner_fields_check(list, PAGEOWNER_FIELD_SORTS, NULL) < 0));
	pageowner_profile_free(profile);
}

static const struct pageowner_record *some_record(struct pageowner_reader **reader)
{
	static const char text[] =
		"Page allocated via order 2, mask 0xcc0(GFP_KERNEL), pid 71, tgid 70 (a task), ts 9 ns\n"
		"PFN 0x1234 type Unmovable Block 9 type Movable Flags 0x0(node=1|zone=2)\n"
		" get_page+0x1/0x20\n a_driver_probe+0x2/0x30 [a_driver]\n caller.isra.0+0x4/0x5\n"
		"Charged to memcg a.slice\n\n";
	const struct pageowner_record *record;

	fuzz_check(!pageowner_reader_open_memory(text, sizeof(text) - 1, reader));
	fuzz_check(pageowner_reader_next(*reader, &record) == 1);
	return record;
}

static void try_selector(const char *selector, const char *list)
{
	struct pageowner_reader *reader;
	const struct pageowner_record *record = some_record(&reader);
	struct pageowner_filter *filter, *opposite;
	const char *where = NULL;
	char name[64];
	int ret;

	fuzz_check(pageowner_filter_new(&filter) == 0);
	fuzz_check(pageowner_filter_new(&opposite) == 0);
	snprintf(name, sizeof(name), "!%s", selector);
	pageowner_filter_set_clock(filter, UINT64_C(1) << 40);
	pageowner_filter_set_clock(opposite, UINT64_C(1) << 40);
	ret = pageowner_filter_add(filter, selector, list, &where);
	fuzz_check(ret == 0 || ret == -EINVAL);
	fuzz_check(!ret == !where && !ret == !*pageowner_filter_error(filter));
	fuzz_check(!where || (where >= list && where <= list + strlen(list)));
	fuzz_check(pageowner_filter_add(opposite, name, list, NULL) == ret);
	if (ret == 0) {
		const int match = pageowner_filter_match(filter, record);

		fuzz_check(match == 0 || match == 1);
		fuzz_check(pageowner_filter_match(opposite, record) == !match);
		/* A second list of the same selector only adds. */
		fuzz_check(pageowner_filter_add(filter, selector, list, NULL) == 0);
		fuzz_check(pageowner_filter_match(filter, record) == match);
	}
	pageowner_filter_free(filter);
	pageowner_filter_free(opposite);
	pageowner_reader_free(reader);
}

static void try_plumbing(const char *globs)
{
	struct pageowner_plumbing *plumbing;
	struct pageowner_reader *reader;
	const struct pageowner_record *record = some_record(&reader);
	const char *where = NULL;
	struct pageowner_frame frame;
	int ret;

	fuzz_check(pageowner_plumbing_new(&plumbing) == 0);
	ret = pageowner_plumbing_add(plumbing, globs, &where);
	fuzz_check(ret == 0 || ret == -EINVAL);
	fuzz_check(!ret == !where && !ret == !*pageowner_plumbing_error(plumbing));
	fuzz_check(!where || (where >= globs && where <= globs + strlen(globs)));
	fuzz_check(pageowner_stack_owner(record->stack, plumbing, &frame) == 1);
	pageowner_plumbing_free(plumbing);
	pageowner_reader_free(reader);
}

static void try_suppress(const char *line)
{
	struct pageowner_suppress *suppress;
	struct pageowner_reader *reader;
	const struct pageowner_record *record = some_record(&reader);

	const char *where = NULL;

	fuzz_check(pageowner_suppress_new(&suppress) == 0);
	if (pageowner_suppress_add(suppress, line, &where) == 0)
		fuzz_check(pageowner_suppress_count(suppress) <= 1 && !where);
	else
		fuzz_check(*pageowner_suppress_error(suppress) && where >= line &&
			   where < line + strlen(line));
	pageowner_suppress_match(suppress, record->stack, NULL);
	pageowner_suppress_free(suppress);
	pageowner_reader_free(reader);
}

static void try_units(const char *text)
{
	char buf[UNITS_TEXT_MAX];
	const char *rest;
	uint64_t bytes;
	double seconds;

	if (units_parse_size(text, &rest, &bytes) == 0) {
		fuzz_check(rest > text && rest <= text + strlen(text));
		units_bytes(buf, (double)bytes, true);
	}
	if (units_parse_duration(text, &seconds) == 0) {
		fuzz_check(isfinite(seconds) && seconds >= 0);
		units_duration(buf, seconds);
	}
	if (units_find_time(text, &seconds) == 0)
		fuzz_check(isfinite(seconds));
}

static void open_null(int fd)
{
	const int null = open("/dev/null", O_WRONLY);

	fuzz_check(null >= 0 && dup2(null, fd) == fd);
	if (null != fd)
		close(null);
}

static void try_command_line(char *line)
{
	char *argv[ARGUMENTS_MAX + 2] = { (char *)(uintptr_t)"pageowner-sort" };
	struct sort_options opt = { .common.jobs = 0 };
	int argc = 1, status;

	for (char *arg = line; arg && argc <= ARGUMENTS_MAX; ) {
		argv[argc++] = strsep(&arg, "\n");
	}
	optind = 0;
	status = sort_options_parse(&opt, argc, argv);
	fuzz_check(status >= -1 && status <= CLI_USAGE);
	if (status == CLI_OK)	/* --help and the like close it */
		open_null(STDOUT_FILENO);
	if (status < 0) {
		fuzz_check(pageowner_fields_check(opt.sort, PAGEOWNER_FIELD_SORTS,
						  NULL) >= 0);
		fuzz_check(!opt.cull || pageowner_fields_check(opt.cull,
						PAGEOWNER_FIELD_GROUPS, NULL) >= 0);
	}
	sort_options_free(&opt);
}

/* Messages go nowhere. */
static void be_quiet(void)
{
	static bool is_quiet;

	if (is_quiet)
		return;
	is_quiet = true;
	open_null(STDOUT_FILENO);
	stderr = fopen("/dev/null", "w");
	fuzz_check(stderr);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const unsigned int what = fuzz_choose(data, &size, 5);
	const unsigned int selector = fuzz_choose(data, &size, PAGEOWNER_FIELD_COUNT);
	char *text = strndup((const char *)data, size);

	fuzz_check(text);
	be_quiet();
	switch (what) {
	case 0:
		try_command_line(text);
		break;
	case 1:
		try_keys(text);
		break;
	case 2:
		try_selector(pageowner_field_name(selector), text);
		break;
	case 3:
		try_suppress(text);
		try_plumbing(text);
		break;
	case 4:
		try_units(text);
		break;
	}
	free(text);
	return 0;
}
