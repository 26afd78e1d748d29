// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * html-blocks.c - pageblocks and who pins them, as data of an HTML report.
 */
#include "html.h"

static bool pins(enum pageowner_migratetype type)
{
	return type == PAGEOWNER_MIGRATE_UNMOVABLE ||
		type == PAGEOWNER_MIGRATE_RECLAIMABLE;
}

/* Its number in the page, where "other" is the last, with types that are newer */
static int page_type(enum pageowner_migratetype type)
{
	return type == PAGEOWNER_MIGRATE_OTHER || type >= PAGEOWNER_MIGRATE_TYPES ?
		PAGEOWNER_MIGRATE_TYPES - 1 :
		(int)type - 1;
}

/* -1: nobody, -2: several, -3: only what is not selected; otherwise the index of a
 * holder */
static int64_t pinned_by(const struct pageowner_pageblock *block)
{
	return block->pinned_by == PAGEOWNER_PINNED_BY_NONE ? -1 :
		block->pinned_by == PAGEOWNER_PINNED_BY_SEVERAL ? -2 :
		block->pinned_by == PAGEOWNER_PINNED_BY_OTHERS ? -3 :
		(int64_t)block->pinned_by;
}

/* Zones are in order, and a damaged dump may name as many as pageblocks. */
static size_t find_zone(const struct pageowner_pageblocks *blocks,
			const struct pageowner_pageblock *block)
{
	size_t low = 0, high = pageowner_pageblocks_zone_count(blocks);

	while (low + 1 < high) {
		const size_t middle = low + (high - low) / 2;
		const struct pageowner_zone *zone;

		if (pageowner_pageblocks_zone(blocks, middle, &zone) <= 0)
			break;
		if (zone->node < block->node ||
		    (zone->node == block->node && zone->zone <= block->zone))
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Six numbers each, the first of them as the distance to the one before; and the sums */
static int put_blocks(struct html *h, const struct pageowner_pageblocks *blocks)
{
	const size_t zones = pageowner_pageblocks_zone_count(blocks);
	const struct pageowner_pageblock *b;
	const struct pageowner_zone *zone;
	uint64_t before = 0, total = 0;
	size_t in = 0;
	int ret;

	fputs("\"zones\":[", h->file);
	for (size_t i = 0; i < zones &&
	     pageowner_pageblocks_zone(blocks, i, &zone) > 0; i++)
		fprintf(h->file, "%s[%d,%d]", i ? "," : "", zone->node, zone->zone);
	fputs("],\n\"blocks\":[", h->file);
	for (size_t i = 0; (ret = pageowner_pageblocks_block(blocks, i, &b)) > 0; i++) {
		uint64_t pages = 0, pinning = 0;

		for (int t = 0; t < PAGEOWNER_MIGRATE_MAX; t++) {
			pages += b->pages[t];
			pinning += pins(t) ? b->pages[t] : 0;
		}
		if (pageowner_pageblocks_zone(blocks, in, &zone) <= 0 ||
		    zone->node != b->node || zone->zone != b->zone)
			in = find_zone(blocks, b);
		fprintf(h->file, "%s%" PRIu64 ",%zu,%d,%" PRIu64 ",%" PRIu64 ",%" PRId64,
			i ? i % 16 ? "," : ",\n" : "\n", export_number(b->number - before),
			in, page_type(b->type) + (b->is_mixed ? 8 : 0), pages, pinning,
			pinned_by(b));
		before = b->number;
		total = export_sum(total, pages);
	}
	if (ret < 0)
		return ret;
	fputs("],\n\"types\":[", h->file);
	for (int t = 1; t < PAGEOWNER_MIGRATE_TYPES; t++)
		fprintf(h->file, "\"%s\",", pageowner_migratetype_name(t));
	fprintf(h->file, "\"%s\"", pageowner_migratetype_name(PAGEOWNER_MIGRATE_OTHER));
	fprintf(h->file, "],\n\"totals\":[%" PRIu64 "],", export_number(total));
	return 0;
}

/* Three numbers each: the distance of the pageblock to the one before, the index of the
 * holder (-1: what is not selected), pages */
static int put_pins(struct html *h, const struct pageowner_pageblocks *blocks)
{
	const struct pageowner_pin *pin;
	size_t before = 0;
	int ret;

	fputs("\n\"pins\":[", h->file);
	for (size_t i = 0; (ret = pageowner_pageblocks_pin(blocks, i, &pin)) > 0; i++) {
		fprintf(h->file, "%s%zu,%" PRId64 ",%" PRIu64,
			i ? i % 16 ? "," : ",\n" : "\n", pin->block - before,
			pin->holder == PAGEOWNER_PINNED_BY_OTHERS ? -1 :
			(int64_t)pin->holder, export_number(pin->pages));
		before = pin->block;
	}
	fputs("],\n", h->file);
	return ret;
}

static int put_holder(struct html *h, const struct pageowner_holder *holder,
		      uint64_t newest_ns, enum pageowner_by by)
{
	char age[TEXT_REAL_MAX];
	int ret;

	fprintf(h->file, "[%" PRIu32 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",",
		holder->index, holder->pinned, holder->alone,
		export_number(holder->pages), export_number(holder->pinning_pages));
	if (holder->mean_ts_ns <= newest_ns)
		fprintf(h->file, "%s,", text_real(age,
			(double)(newest_ns - holder->mean_ts_ns) / 1e9));
	else
		fputs("null,", h->file);
	ret = html_put_stack(h, holder->stack);
	if (ret == 0 && pageowner_by_is_stack(by)) {
		ret = html_put_owner(h, holder->stack);
	} else if (ret == 0) {
		fputc(',', h->file);
		ret = html_put_name(h, holder->name);
	}
	fputc(']', h->file);
	return ret;
}

static int put_holders(struct html *h, const struct pageowner_pageblocks *blocks)
{
	const size_t all = pageowner_pageblocks_holder_count(blocks);
	const size_t rows = export_rows(h->e, all);
	const enum pageowner_by by = pageowner_pageblocks_by(blocks);
	const struct pageowner_holder *holder;
	uint64_t newest_ns = 0;
	unsigned int order = 0;
	int ret = 0;

	(void)pageowner_pageblocks_order(blocks, &order);
	(void)pageowner_pageblocks_newest_ns(blocks, &newest_ns);
	html_put_by(h, by);
	fprintf(h->file, "\"order\":%u,\"all_rows\":%zu,\n\"rows\":[", order, all);
	for (size_t i = 0; ret == 0 && i < rows; i++) {
		ret = pageowner_pageblocks_holder(blocks, i, &holder);
		if (ret <= 0)
			break;
		fputs(i ? ",\n" : "\n", h->file);
		ret = put_holder(h, holder, newest_ns, by);
	}
	return ret;
}

int html_put_pageblocks(struct html *h, const struct pageowner_pageblocks *blocks)
{
	int ret = put_blocks(h, blocks);

	if (ret == 0)
		ret = put_pins(h, blocks);
	return ret < 0 ? ret : put_holders(h, blocks);
}
