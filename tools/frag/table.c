// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * table.c - what pins pageblocks, as tables.
 */
#include "table.h"

#include <errno.h>
#include <libsmartcols.h>
#include <string.h>

#include "map.h"
#include "tools/lib/table.h"
#include "tools/lib/units.h"

enum column {
	PINNED, ALONE, GAIN, PAGES, PINNING, PER_PAGE, AGE, OWNER, MODULE, STACK,
};

static double block_bytes(const struct frag_report *r)
{
	return (double)r->page_size *
		(double)(UINT64_C(1) << frag_block_order(r->blocks));
}

/* Mean age of pinning allocations, in seconds; -1 if unknown */
static double age_of(const struct frag_report *r,
		     const struct pageowner_holder *holder)
{
	uint64_t newest_ns;

	if (holder->mean_ts_ns == UINT64_MAX ||
	    pageowner_pageblocks_newest_ns(r->blocks, &newest_ns) <= 0)
		return -1;
	return (double)(newest_ns - holder->mean_ts_ns) / 1e9;
}

static bool is_long_lived(const struct frag_report *r,
			  const struct pageowner_holder *holder)
{
	return r->long_lived > 0 && age_of(r, holder) >= r->long_lived;
}

static bool is_shown(const struct frag_report *r,
		     const struct pageowner_holder *holder)
{
	return r->all || holder->pinned;
}

/* --- the sums */

struct sums {
	size_t blocks, mixed;
	size_t movable;		/* movable and CMA ones */
	size_t pinned, alone;	/* of these */
	uint64_t pages;
};

static void sum_up(const struct frag_report *r, struct sums *sums)
{
	const struct pageowner_pageblock *block;

	*sums = (struct sums){ .blocks = pageowner_pageblocks_count(r->blocks) };
	for (size_t i = 0; pageowner_pageblocks_block(r->blocks, i, &block) > 0; i++) {
		sums->mixed += block->is_mixed != 0;
		sums->movable += block->type == PAGEOWNER_MIGRATE_MOVABLE ||
			block->type == PAGEOWNER_MIGRATE_CMA;
		sums->pinned += block->pinned_by != PAGEOWNER_PINNED_BY_NONE;
		sums->alone += block->pinned_by < PAGEOWNER_PINNED_BY_SEVERAL;
		for (int t = 0; t < PAGEOWNER_MIGRATE_MAX; t++)
			sums->pages += block->pages[t];
	}
}

int frag_report_summary(const struct frag_report *r)
{
	static const char *const rows[] = {
		[PAGEOWNER_BY_STACK] = "stack", [PAGEOWNER_BY_PORTABLE] = "portable stack",
		[PAGEOWNER_BY_OWNER] = "owner", [PAGEOWNER_BY_MODULE] = "module",
	};
	char block[UNITS_TEXT_MAX], pinned[UNITS_TEXT_MAX];
	struct sums sums;

	sum_up(r, &sums);
	if (!sums.blocks) {
		fputs("No pageblock has allocated pages.\n", r->out->file);
		return 0;
	}
	fprintf(r->out->file, "%zu pageblocks of %s (order %u) have allocated pages, "
		"%zu of them are mixed.\n", sums.blocks,
		units_bytes(block, block_bytes(r), false),
		frag_block_order(r->blocks), sums.mixed);
	fprintf(r->out->file, "Of %zu movable and CMA ones %zu (%s) are pinned by pages "
		"that cannot move, %zu by one %s alone.\n", sums.movable, sums.pinned,
		units_bytes(pinned, (double)sums.pinned * block_bytes(r), false),
		sums.alone, rows[r->by]);
	return 0;
}

/* The kernel prints the names of its zones; a dump has only their numbers. */
int frag_report_mixed(const struct frag_report *r)
{
	const size_t types = pageowner_migratetype_count();
	const struct pageowner_zone *zone;
	FILE *file = r->out->file;

	fprintf(file, "%-23s", "Number of mixed blocks ");
	for (size_t t = PAGEOWNER_MIGRATE_OTHER + 1; t < types; t++)
		fprintf(file, "%12s ", pageowner_migratetype_name(
				(enum pageowner_migratetype)t));
	fputc('\n', file);
	for (size_t i = 0; pageowner_pageblocks_zone(r->blocks, i, &zone) > 0; i++) {
		fprintf(file, "Node %d, zone %8d ", zone->node, zone->zone);
		for (size_t t = PAGEOWNER_MIGRATE_OTHER + 1; t < types; t++)
			fprintf(file, "%12ju ", (uintmax_t)zone->mixed[t]);
		fputc('\n', file);
	}
	return 0;
}

/* --- the table */

static int add_columns(const struct frag_report *r, struct libscols_table *table)
{
	static const char *const names[] = {
		[PINNED] = "PINNED", [ALONE] = "ALONE", [GAIN] = "GAIN",
		[PAGES] = "PAGES", [PINNING] = "PINNING", [PER_PAGE] = "PER PAGE",
		[AGE] = "AGE", [OWNER] = "OWNER", [MODULE] = "MODULE",
	};

	for (size_t i = 0; i < STACK; i++) {
		int flags = i < OWNER ? SCOLS_FL_RIGHT : 0;

		if ((i == OWNER && r->by == PAGEOWNER_BY_MODULE) ||
		    (i == MODULE && r->by == PAGEOWNER_BY_OWNER))
			flags |= SCOLS_FL_HIDDEN;
		if (!scols_table_new_column(table, names[i], 0, flags))
			return -ENOMEM;
	}
	return table_stack_column(table, r->full, r->out->to_terminal, 0);
}

static int add_line(const struct frag_report *r, struct libscols_table *table,
		    const struct pageowner_holder *holder)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	const double age = age_of(r, holder);
	char buf[UNITS_TEXT_MAX];
	int ret = line ? 0 : -ENOMEM;

	if (ret == 0)
		ret = table_printf(line, PINNED, "%ju", (uintmax_t)holder->pinned);
	if (ret == 0)
		ret = table_printf(line, ALONE, "%ju", (uintmax_t)holder->alone);
	if (ret == 0)
		ret = table_printf(line, GAIN, "%s", units_bytes(buf,
			(double)holder->alone * block_bytes(r), false));
	if (ret == 0)
		ret = table_printf(line, PAGES, "%ju", (uintmax_t)holder->pages);
	if (ret == 0)
		ret = table_printf(line, PINNING, "%ju",
				   (uintmax_t)holder->pinning_pages);
	if (ret == 0)
		ret = table_printf(line, PER_PAGE, "%.3f", (double)holder->pinned /
			(double)(holder->pages ? holder->pages : 1));
	if (ret == 0 && age >= 0)
		ret = table_printf(line, AGE, "%s%s", units_duration(buf, age),
				   is_long_lived(r, holder) ? "!" : "");
	if (ret == 0)
		ret = table_owner(line, OWNER, holder->stack, r->plumbing);
	if (ret == 0)
		ret = table_module_of(line, MODULE, holder->stack);
	return ret < 0 ? ret : table_stack(line, STACK, holder->stack, r->plumbing, r->full);
}

int frag_report_holders(const struct frag_report *r)
{
	const size_t count = pageowner_pageblocks_holder_count(r->blocks);
	struct libscols_table *table = table_new(r->out, r->full);
	int ret = table ? 0 : -ENOMEM;

	if (ret == 0)
		ret = add_columns(r, table);
	for (size_t i = 0, shown = 0; ret == 0 && i < count && shown < r->top; i++) {
		const struct pageowner_holder *holder;

		ret = pageowner_pageblocks_holder(r->blocks, i, &holder);
		if (ret <= 0)
			break;
		ret = 0;
		if (is_shown(r, holder)) {
			ret = add_line(r, table, holder);
			shown++;
		}
	}
	return table_print(table, ret);
}
