// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * rows-pageblocks.c - what pageblocks are in the schema: sums, zones, and a row for each
 * holder.
 */
#include "row.h"

static bool has_age(const struct pageowner_holder *h)
{
	return h->mean_ts_ns != UINT64_MAX;
}

static void add_holder(const struct export_document *doc, struct export_row *row,
		       const struct pageowner_holder *h)
{
	const enum pageowner_by by = pageowner_pageblocks_by(doc->of);
	uint64_t now = 0;
	const struct pageowner_holder none = { .mean_ts_ns = UINT64_MAX };
	const bool is_there = h != NULL;

	(void)pageowner_pageblocks_newest_ns(doc->of, &now);
	if (!h)
		h = &none;
	row_number(row, "pinned_blocks", is_there, h->pinned);
	row_number(row, "alone_blocks", is_there, h->alone);
	row_number(row, "allocations", is_there, h->allocations);
	row_number(row, "pages", is_there, h->pages);
	row_number(row, "pinning_pages", is_there, h->pinning_pages);
	row_number(row, "mean_age_ns", has_age(h) && h->mean_ts_ns <= now,
		   now - h->mean_ts_ns);
	row_number(row, "oldest_ns", has_age(h), h->oldest_ts_ns);
	if (pageowner_by_is_stack(by)) {
		row_stack(row, h->stack, by == PAGEOWNER_BY_STACK);
		row_owner(row, doc->e, h->stack);
		return;
	}
	if (by == PAGEOWNER_BY_OWNER)
		row_text(row, "owner", h->name.len, h->name);
	else
		row_text(row, "module", h->name.len, h->name);
	row_frames(row, "first_stack", h->stack);
}

static int next_holder(struct export_list *list, struct export_row *row)
{
	const struct export_document *doc = list->doc;
	const struct pageowner_holder *h;
	int ret;

	if (list_is_full(list))
		return 0;
	do {
		ret = pageowner_pageblocks_holder(doc->of, list->index++, &h);
		if (ret <= 0)
			return ret;
	} while ((doc->e->flags & PAGEOWNER_EXPORT_PINNING && !h->pinned) ||
		 h->pages < doc->e->threshold);
	list->shown++;
	add_holder(doc, row, h);
	return 1;
}

static void name_holder(struct export_list *list, struct export_row *row)
{
	add_holder(list->doc, row, NULL);
}

static int next_zone(struct export_list *list, struct export_row *row)
{
	const char *const *types = list->doc->types;
	const struct pageowner_zone *zone;
	const int ret = pageowner_pageblocks_zone(list->doc->of, list->index++, &zone);

	if (ret <= 0)
		return ret;
	row_signed(row, "node", true, zone->node);
	row_signed(row, "zone", true, zone->zone);
	row_number(row, "pages", true, zone->pages);
	row_counts(row, "blocks", types, zone->blocks, pageowner_migratetype_count());
	row_counts(row, "mixed_blocks", types, zone->mixed, pageowner_migratetype_count());
	return 1;
}

struct sums {
	uint64_t blocks, mixed;
	uint64_t movable;		/* movable and CMA ones */
	uint64_t pinned, alone;		/* of these */
	uint64_t pages;
};

static void sum_up(const struct pageowner_pageblocks *blocks, struct sums *sums)
{
	const struct pageowner_pageblock *b;

	*sums = (struct sums){ 0 };
	for (size_t i = 0; pageowner_pageblocks_block(blocks, i, &b) > 0; i++) {
		sums->blocks++;
		sums->mixed += b->is_mixed != 0;
		sums->movable += b->type == PAGEOWNER_MIGRATE_MOVABLE ||
			b->type == PAGEOWNER_MIGRATE_CMA;
		sums->pinned += b->pinned_by != PAGEOWNER_PINNED_BY_NONE;
		sums->alone += b->pinned_by < PAGEOWNER_PINNED_BY_SEVERAL;
		for (int t = 0; t < PAGEOWNER_MIGRATE_MAX; t++)
			sums->pages = export_sum(sums->pages, b->pages[t]);
	}
}

void export_pageblocks_document(struct export_document *doc,
				const struct pageowner_pageblocks *blocks)
{
	struct export_list *zones = export_add_list(doc, "zones", false);
	struct export_list *rows = export_add_list(doc, "rows", true);
	unsigned int order = 0;
	const bool has_order = pageowner_pageblocks_order(blocks, &order);
	struct sums sums;

	doc->kind = "pageblocks";
	doc->of = blocks;
	zones->next = next_zone;
	rows->next = next_holder;
	rows->names = name_holder;
	for (size_t t = 0; t < pageowner_migratetype_count(); t++)
		doc->types[t] = pageowner_migratetype_name((enum pageowner_migratetype)t);
	sum_up(blocks, &sums);
	row_by(&doc->head, pageowner_pageblocks_by(blocks));
	row_number(&doc->head, "page_size", true, export_page_size(doc->e));
	row_number(&doc->head, "pageblock_order", has_order, order);
	row_number(&doc->head, "blocks", true, sums.blocks);
	row_number(&doc->head, "mixed_blocks", true, sums.mixed);
	row_number(&doc->head, "movable_blocks", true, sums.movable);
	row_number(&doc->head, "pinned_blocks", true, sums.pinned);
	row_number(&doc->head, "alone_blocks", true, sums.alone);
	row_number(&doc->head, "pages", true, sums.pages);
}
