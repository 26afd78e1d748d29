// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * notes.c - what is said on standard error of a report: how much was compared, what a
 * threshold hides, which rows grew too much.
 *
 * Decides nothing: which rows did is known to main.c.
 */
#include "diff_private.h"

#include <string.h>

#include "tools/lib/message.h"
#include "tools/lib/source.h"
#include "tools/lib/units.h"

static bool is_empty(const struct pageowner_change *c)
{
	for (size_t i = 0; i < c->snapshots; i++)
		if (c->pages[i])
			return false;
	return true;
}

void diff_match(struct diff_matches *m, const struct pageowner_change *c)
{
	const uint64_t first = c->pages[0], last = c->pages[c->snapshots - 1];

	if (is_empty(c)) {
		m->subtracted++;
		return;
	}
	m->rows++;
	m->first += !!first;
	m->last += !!last;
	m->pages += last;
	if (first && last) {
		m->both++;
		m->both_pages += last;
	}
}

/* How much was compared with something; if next to nothing, what would be. */
static void print_matches(const struct diff_options *opt, const struct diff_matches *m)
{
	static const struct {
		const char *rows, *hint;
	} ways[] = {
		[PAGEOWNER_BY_STACK] = { "stacks",
			": use --by=portable, or --by=owner to compare different kernels" },
		[PAGEOWNER_BY_PORTABLE] = { "call paths", ": use --by=owner" },
		[PAGEOWNER_BY_OWNER] = { "owners", "" },
		[PAGEOWNER_BY_MODULE] = { "modules", "" },
	};
	const size_t most = m->first < m->last ? m->first : m->last;

	if (opt->baseline && m->subtracted)
		cli_error("note: --baseline holds all pages of %zu of %zu %s", m->subtracted,
			  m->rows + m->subtracted, ways[opt->by].rows);
	if (!m->rows)
		return;
	cli_error("note: %zu of %zu %s, %.1f%% of the pages, are in %s%s", m->both, m->rows,
		  ways[opt->by].rows,
		  m->pages ? 100.0 * (double)m->both_pages / (double)m->pages : 0.0,
		  opt->count > 2 ? "the first and the last snapshot" : "both snapshots",
		  m->both < most / 10 + !!most ? ways[opt->by].hint : "");
}

void diff_print_notes(const struct diff_options *opt,
		      const struct diff_snapshot *snapshots,
		      struct pageowner_diff *diff, size_t hidden,
		      const struct diff_matches *matches)
{
	uint64_t low = UINT64_MAX, high = 0, suppressed = 0;
	const struct pageowner_snapshot *taken;

	print_matches(opt, matches);
	for (size_t i = 0; i < opt->count; i++) {
		const uint64_t t = snapshots[i].threshold;

		low = t < low ? t : low;
		high = t > high ? t : high;
		if (pageowner_diff_snapshot(diff, i, &taken) > 0 &&
		    taken->suppressed > suppressed)
			suppressed = taken->suppressed;
		if (i && snapshots[i].kernel && snapshots[i - 1].kernel &&
		    strcmp(snapshots[i].kernel, snapshots[i - 1].kernel) &&
		    opt->by == PAGEOWNER_BY_STACK)
			cli_error("note: %s is of kernel %s, %s of %s: use --by=portable",
				  cli_input_name(snapshots[i - 1].name),
				  snapshots[i - 1].kernel,
				  cli_input_name(snapshots[i].name),
				  snapshots[i].kernel);
	}
	if (high > 1 && high > low && hidden)
		cli_error("note: count_threshold differs: stacks under %ju pages are missing in some snapshots only; %zu rows may be affected: those that certainly grew say \"at least\", others are last, as unknown",
			  (uintmax_t)high, hidden);
	else if (high > 1 && high > low)
		cli_error("note: count_threshold differs: stacks under %ju pages are missing in some snapshots only",
			  (uintmax_t)high);
	else if (high > 1)
		cli_error("note: stacks under %ju pages are missing in all snapshots (count_threshold)",
			  (uintmax_t)high);
	if (suppressed)
		cli_error("note: stacks with up to %ju pages were left out by --suppress",
			  (uintmax_t)suppressed);
	if (opt->count > 2 && !pageowner_diff_has_times(diff))
		cli_error("note: snapshot times unknown: slopes are per snapshot (use --at)");
}

/* At most this many rows are named: the report has the others. */
#define NAMED_MAX	10

/* Which row it is, in a line: "function [module]" with its stack's first callers */
static void name_row(const struct diff_options *opt, const struct pageowner_change *c,
		     char *name, size_t size)
{
	if (opt->by == PAGEOWNER_BY_OWNER || opt->by == PAGEOWNER_BY_MODULE)
		snprintf(name, size, "%.*s", c->name.len ? (int)c->name.len : 8,
			 c->name.len ? c->name.ptr : "(kernel)");
	else
		pageowner_stack_fold(c->stack, opt->common.plumbing, 4, name, size);
}

void diff_say_growth(const struct diff_options *opt, struct pageowner_diff *diff,
		     const struct pageowner_change *c, uint64_t size, size_t number)
{
	char name[512], buf[UNITS_TEXT_MAX], least[UNITS_TEXT_MAX];

	if (number >= NAMED_MAX)
		return;
	name_row(opt, c, name, sizeof(name));
	units_bytes(buf, (double)c->least_change * (double)size, true);
	if (opt->fail_per_hour && pageowner_diff_has_times(diff))
		cli_error("grew too much: %s (%s/h): %s", buf,
			  units_bytes(least, c->slope * 3600 * (double)size, true), name);
	else
		cli_error("grew too much: %s: %s", buf, name);
}

void diff_say_more_growth(size_t count)
{
	if (count > NAMED_MAX)
		cli_error("grew too much: %zu more rows", count - NAMED_MAX);
}
