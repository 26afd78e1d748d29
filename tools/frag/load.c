// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * load.c - read a dump once, for all reports of pageowner-frag.
 */
#include "frag_private.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/lib/memory.h"
#include "tools/lib/message.h"
#include "tools/lib/progress.h"
#include "tools/lib/source.h"

#define RECORDS_A_CALL		4096u

static void learn_page_size(struct frag_options *opt)
{
	const struct pageowner_conditions *c;
	uint64_t captured = 0;

	if (pageowner_reader_conditions(opt->reader, &c) > 0 &&
	    c->has & PAGEOWNER_CONDITIONS_HAS_PAGE_SIZE)
		captured = c->page_size;
	opt->common.page_size = cli_page_size(&opt->common, captured, opt->live);
}

/* Size of a plain file, for the progress; 0 if it is not known */
static uint64_t size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
}

static int read_records(struct frag_options *opt, struct pageowner_reader *reader,
			struct pageowner_pageblocks *blocks)
{
	const uint64_t size = size_of(opt->input);
	struct cli_progress progress = { 0 };
	const struct pageowner_record *record;
	unsigned int records = 0;
	int ret;

	while ((ret = pageowner_reader_next(reader, &record)) > 0) {
		ret = pageowner_pageblocks_add(blocks, record);
		if (ret >= 0)
			ret = frag_place_add(&opt->place, record);
		if (ret < 0)
			break;
		if (!opt->common.quiet && ++records % RECORDS_A_CALL == 0) {
			const uint64_t bytes = pageowner_reader_stats(reader)->bytes;

			/* With a compressed file they soon exceed its size. */
			cli_progress(&progress, bytes, bytes <= size ? size : 0);
		}
	}
	cli_progress_end(&progress);
	return ret;
}

/* Report what makes answers wrong although each record may be valid. */
static int report_anomalies(const struct pageowner_pageblocks *blocks,
			    const char *name)
{
	const struct pageowner_pageblocks_stats *s =
		pageowner_pageblocks_stats(blocks);

	if (s->placeless)
		cli_error("%s: %ju x record without a place in memory; left out",
			  name, (uintmax_t)s->placeless);
	if (s->misplaced)
		cli_error("%s: %ju x PFN outside the pageblock named, first at byte %ju, left out",
			  name, (uintmax_t)s->misplaced,
			  (uintmax_t)s->first_misplaced);
	if (s->descending)
		cli_error("%s: %ju records out of PFN order, first at byte %ju: more than one dump?",
			  name, (uintmax_t)s->descending,
			  (uintmax_t)s->first_descending);
	return s->misplaced || s->descending || s->placeless ? CLI_DAMAGED : CLI_OK;
}

static void say_failure(const char *name, int error,
			const struct pageowner_reader *reader)
{
	const char *sentence = pageowner_reader_error(reader);

	if (*sentence)
		cli_error("%s", sentence);
	else if (error == -ENOBUFS)
		cli_error("%s: byte %ju: pageblocks and stacks need more than the %ju MiB of memory allowed",
			  name, (uintmax_t)pageowner_reader_stats(reader)->bytes,
			  (uintmax_t)(pageowner_budget_max(memory_budget()) >> 20));
	else
		cli_error("%s: %s", name, strerror(-error));
	memory_advise(error, "show fewer rows (--by=owner, --by=module)");
}

static enum pageowner_pageblocks_order order_of(const struct frag_options *opt)
{
	const unsigned int ascending = opt->sort.direction == ORDER_ASCENDING ?
		PAGEOWNER_PAGEBLOCKS_ASCENDING : 0;

	return (enum pageowner_pageblocks_order)((unsigned int)opt->sort.word | ascending);
}

int frag_load(struct frag_options *opt, struct pageowner_pageblocks *blocks)
{
	const char *name = cli_input_name(opt->input);
	struct pageowner_reader *reader;
	uint64_t records;
	int status, ret;

	if (options_find_clock(&opt->common, opt->input) < 0)
		return CLI_FAILED;
	ret = pageowner_reader_open(opt->input, &opt->reader);
	reader = opt->reader;
	if (ret == 0)
		ret = pageowner_reader_set_budget(reader, memory_budget());
	if (ret < 0) {
		cli_error("%s: %s", name, strerror(-ret));
		return CLI_FAILED;
	}
	ret = read_records(opt, reader, blocks);
	if (ret == 0)
		ret = pageowner_pageblocks_finish(blocks);
	if (ret == 0)
		ret = pageowner_pageblocks_sort(blocks, order_of(opt));
	if (ret < 0) {
		say_failure(name, ret, reader);
		return CLI_FAILED;
	}
	learn_page_size(opt);
	status = cli_report_reader(&opt->common, reader, name);
	records = pageowner_reader_stats(reader)->records;
	cli_note_empty(&opt->common, name, records);
	/* A place, or a map, of nothing is not an answer. */
	if ((records || opt->place.what || opt->map) &&
	    !pageowner_pageblocks_stats(blocks)->counted) {
		cli_error("%s: no page_owner record has a place in memory",
			  name);
		return CLI_FAILED;
	}
	ret = report_anomalies(blocks, name);
	return ret == CLI_OK ? status : ret;
}
