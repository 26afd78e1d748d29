// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * place.c - show one place in memory: who holds what there.
 *
 * Collects what is at that place while the dump is read: for a pageblock a profile, for
 * a page the records next to it.
 */
#include "place.h"

#include <errno.h>
#include <inttypes.h>
#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>

#include "map.h"
#include "tools/lib/memory.h"
#include "tools/lib/output.h"
#include "tools/lib/table.h"

/* No kernel has longer records. */
#define TEXT_MAX	((size_t)64 << 10)

struct frag_neighbour {
	uint64_t pfn, pages;
	uint64_t has;
	int32_t pid;
	char *comm, *type, *stack;
};

int frag_place_init(struct frag_place *p, enum pageowner_by by,
		    const struct pageowner_filter *filter,
		    const struct pageowner_plumbing *plumbing)
{
	static const char *const keys[] = {
		[PAGEOWNER_BY_STACK] = "callstack,migratetype",
		[PAGEOWNER_BY_PORTABLE] = "callstack,migratetype",
		[PAGEOWNER_BY_OWNER] = "owner,migratetype",
		[PAGEOWNER_BY_MODULE] = "module,migratetype",
	};
	int ret;

	p->plumbing = plumbing;
	if (p->what != FRAG_BLOCK)
		return 0;
	ret = pageowner_profile_new(keys[by], &p->profile);
	if (ret == 0)
		ret = pageowner_profile_set_plumbing(p->profile, plumbing);
	if (ret == 0)
		ret = pageowner_profile_set_filter(p->profile, filter);
	return ret < 0 ? ret : pageowner_profile_set_budget(p->profile, memory_budget());
}

static void free_neighbour(struct frag_neighbour *n)
{
	if (!n)
		return;
	free(n->comm);
	free(n->type);
	free(n->stack);
	free(n);
}

void frag_place_free(struct frag_place *p)
{
	pageowner_profile_free(p->profile);
	for (size_t i = 0; i < p->count; i++)
		free_neighbour(p->neighbours[i]);
}

static char *copy(struct pageowner_text text)
{
	return strndup(text.len ? text.ptr : "",
		       text.len < TEXT_MAX ? text.len : TEXT_MAX);
}

static struct frag_neighbour *neighbour_of(const struct pageowner_record *r)
{
	struct frag_neighbour *n = calloc(1, sizeof(*n));

	if (!n)
		return NULL;
	n->pfn = r->pfn;
	n->pages = r->pages;
	n->has = r->has;
	n->pid = r->pid;
	n->comm = copy(r->comm);
	n->type = copy(r->page_type);
	n->stack = copy(r->stack);
	if (n->comm && n->type && n->stack)
		return n;
	free_neighbour(n);
	return NULL;
}

static int add_neighbour(struct frag_place *p, const struct pageowner_record *r)
{
	const bool is_it = r->pfn <= p->number && p->number - r->pfn < r->pages;
	const bool is_after = r->pfn > p->number;
	struct frag_neighbour *n;

	if (is_after ? p->after == FRAG_NEIGHBOURS : p->is_found)
		return 0;
	n = neighbour_of(r);
	if (!n)
		return -ENOMEM;
	if (!is_after && !is_it && p->count == FRAG_NEIGHBOURS) {
		free_neighbour(p->neighbours[0]);
		p->count--;
		memmove(p->neighbours, p->neighbours + 1,
			p->count * sizeof(p->neighbours[0]));
	}
	p->is_found |= is_it;
	p->after += is_after;
	p->neighbours[p->count++] = n;
	return 0;
}

int frag_place_add(struct frag_place *p, const struct pageowner_record *r)
{
	int ret;

	switch (p->what) {
	case FRAG_BLOCK:
		if (!(r->has & PAGEOWNER_HAS_BLOCK) || r->block != p->number)
			return 0;
		ret = pageowner_profile_add(p->profile, r);
		return ret < 0 ? ret : 0;
	case FRAG_PFN:
		return r->has & PAGEOWNER_HAS_PFN ? add_neighbour(p, r) : 0;
	default:
		return 0;
	}
}

static struct libscols_table *new_table(struct cli_output *out, bool full,
					const char *const *names,
					const int *flags)
{
	struct libscols_table *table = table_new(out, full);
	int ret = table ? 0 : -ENOMEM;

	for (size_t i = 0; ret == 0 && names[i]; i++)
		if (!scols_table_new_column(table, names[i], 0, flags[i]))
			ret = -ENOMEM;
	if (ret == 0)
		ret = table_stack_column(table, full, out->to_terminal, 0);
	if (ret == 0)
		return table;
	scols_unref_table(table);
	return NULL;
}

/* --- a pageblock */

static const struct pageowner_pageblock *
find_block(struct pageowner_pageblocks *blocks, uint64_t number)
{
	const struct pageowner_pageblock *block;

	for (size_t i = 0; pageowner_pageblocks_block(blocks, i, &block) > 0; i++)
		if (block->number == number)
			return block;
	return NULL;
}

static void print_head(const struct frag_place *p, struct cli_output *out,
		       struct pageowner_pageblocks *blocks)
{
	const struct pageowner_pageblock *block = find_block(blocks, p->number);
	const uint64_t size = UINT64_C(1) << frag_block_order(blocks);
	uint64_t pages = 0;

	fprintf(out->file, "Pageblock %" PRIu64 ", PFN %#" PRIx64 " to %#" PRIx64,
		p->number, p->number * size, p->number * size + size - 1);
	if (!block) {
		fputs(": nothing in it is known to be allocated.\n", out->file);
		return;
	}
	for (int t = 0; t < PAGEOWNER_MIGRATE_MAX; t++)
		pages += block->pages[t];
	if (block->node >= 0)
		fprintf(out->file, ", node %d, zone %d", block->node, block->zone);
	fprintf(out->file, ": %s%s, %" PRIu64 " of %" PRIu64
		" pages are allocated%s\n\n",
		pageowner_migratetype_name(block->type),
		block->is_mixed ? ", mixed" : "", pages, size,
		block->pinned_by == PAGEOWNER_PINNED_BY_NONE ? "." :
		block->pinned_by == PAGEOWNER_PINNED_BY_OTHERS ?
		", and only what is not selected pins it." :
		block->pinned_by == PAGEOWNER_PINNED_BY_SEVERAL ?
		", by several that pin it." : ", and only one pins it.");
}

static int print_block(const struct frag_place *p, struct cli_output *out,
		       bool full)
{
	static const char *const names[] = {
		"PAGES", "ALLOCATIONS", "TYPE", "OWNER", NULL,
	};
	static const int flags[] = { SCOLS_FL_RIGHT, SCOLS_FL_RIGHT, 0, 0 };
	struct libscols_table *table = new_table(out, full, names, flags);
	const struct pageowner_group *group;
	int ret = table ? 0 : -ENOMEM;

	for (size_t i = 0; ret == 0; i++) {
		struct libscols_line *line;
		struct pageowner_value type = { 0 };

		ret = pageowner_profile_group(p->profile, i, &group);
		if (ret <= 0)
			break;
		line = scols_table_new_line(table, NULL);
		ret = line ? 0 : -ENOMEM;
		if (ret == 0)
			ret = table_printf(line, 0, "%" PRIu64, group->pages);
		if (ret == 0)
			ret = table_printf(line, 1, "%" PRIu64, group->times);
		if (ret == 0)
			ret = table_owner(line, 3, group->record->stack, p->plumbing);
		if (ret == 0)
			ret = table_stack(line, 4, group->record->stack, p->plumbing, full);
		if (ret == 0)
			ret = pageowner_profile_value(p->profile, i,
					PAGEOWNER_FIELD_MIGRATETYPE, &type);
		if (ret > 0)
			ret = table_text(line, 2, type.text);
	}
	return table_print(table, ret);
}

/* --- a page */

static int print_page(const struct frag_place *p, struct cli_output *out, bool full)
{
	static const char *const names[] = {
		"", "PFN", "PAGES", "TYPE", "PID", "COMM", "OWNER", NULL,
	};
	static const int flags[] = {
		0, SCOLS_FL_RIGHT, SCOLS_FL_RIGHT, 0, SCOLS_FL_RIGHT, 0, 0,
	};
	struct libscols_table *table = new_table(out, full, names, flags);
	int ret = table ? 0 : -ENOMEM;

	if (!p->is_found)
		fprintf(out->file, "PFN %#" PRIx64 " is not known to be allocated. "
			"Its neighbours:\n\n", p->number);
	for (size_t i = 0; ret == 0 && i < p->count; i++) {
		const struct frag_neighbour *n = p->neighbours[i];
		struct libscols_line *line = scols_table_new_line(table, NULL);
		const struct pageowner_text stack = { n->stack, strlen(n->stack) };
		const bool is_it = n->pfn <= p->number &&
			p->number - n->pfn < n->pages;

		ret = line ? table_printf(line, 0, "%s", is_it ? ">" : "") : -ENOMEM;
		if (ret == 0)
			ret = table_printf(line, 1, "%#" PRIx64, n->pfn);
		if (ret == 0)
			ret = table_printf(line, 2, "%" PRIu64, n->pages);
		if (ret == 0)
			ret = table_printf(line, 3, "%s", n->type);
		if (ret == 0 && n->has & PAGEOWNER_HAS_PID)
			ret = table_printf(line, 4, "%" PRId32, n->pid);
		if (ret == 0)
			ret = table_printf(line, 5, "%s", n->comm);
		if (ret == 0)
			ret = table_owner(line, 6, stack, p->plumbing);
		if (ret == 0)
			ret = table_stack(line, 7, stack, p->plumbing, full);
	}
	return table_print(table, ret);
}

int frag_place_print(const struct frag_place *p, struct cli_output *out,
		     struct pageowner_pageblocks *blocks, bool full)
{
	int ret;

	if (p->what == FRAG_PFN)
		return print_page(p, out, full);
	ret = pageowner_profile_sort(p->profile, "-pages");
	if (ret < 0)
		return ret;
	print_head(p, out, blocks);
	return pageowner_profile_count(p->profile) ? print_block(p, out, full) : 0;
}
