// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * fuzz-pageblock.c - any text as a map of memory: each record is counted once, and
 * blocks, zones and holders tell the same.
 */
#include "fuzz.h"

#include <errno.h>

static void check_blocks(struct pageowner_pageblocks *blocks)
{
	uint64_t types[PAGEOWNER_MIGRATE_TYPES] = { 0 }, mixed = 0, zones = 0, pinned = 0;

	for (size_t i = 0; i < pageowner_pageblocks_count(blocks); i++) {
		const struct pageowner_pageblock *b = block_at(blocks, i);

		fuzz_check(b && b->type < PAGEOWNER_MIGRATE_TYPES);
		types[b->type]++;
		mixed += b->is_mixed != 0;
		pinned += b->pinned_by < PAGEOWNER_PINNED_BY_SEVERAL;
		fuzz_check(b->pinned_by >= PAGEOWNER_PINNED_BY_SEVERAL ||
			   b->pinned_by < pageowner_pageblocks_holder_count(blocks));
	}
	for (size_t i = 0; i < pageowner_pageblocks_zone_count(blocks); i++) {
		const struct pageowner_zone *z = zone_at(blocks, i);

		for (int t = 0; t < PAGEOWNER_MIGRATE_TYPES; t++) {
			zones += z->mixed[t];
			fuzz_check(z->mixed[t] <= z->blocks[t] ||
				   t == PAGEOWNER_MIGRATE_MOVABLE);	/* and CMA */
			types[t] -= z->blocks[t];
		}
	}
	fuzz_check(zones == mixed);
	for (int t = 0; t < PAGEOWNER_MIGRATE_TYPES; t++)
		fuzz_check(types[t] == 0);
	for (size_t i = 0; i < pageowner_pageblocks_holder_count(blocks); i++) {
		const struct pageowner_holder *h = holder_at(blocks, i);

		fuzz_check(h && h->alone <= h->pinned && h->pinning_pages <= h->pages);
		pinned -= h->alone;
	}
	fuzz_check(pinned == 0);
}

/* Pins are in the order of pageblocks and holders, and all that holders pin. */
static void check_pins(struct pageowner_pageblocks *blocks)
{
	const struct pageowner_pin *pin;
	uint64_t pages = 0, after = 0;

	for (size_t i = 0; pageowner_pageblocks_pin(blocks, i, &pin) > 0; i++) {
		const uint64_t place = (uint64_t)pin->block << 32 | pin->holder;

		fuzz_check(!i || place > after);
		fuzz_check(pin->block < pageowner_pageblocks_count(blocks));
		fuzz_check(block_at(blocks, pin->block)->pinned_by != PAGEOWNER_PINNED_BY_NONE);
		pages += pin->holder == PAGEOWNER_PINNED_BY_OTHERS ? 0 : pin->pages;
		after = place;
	}
	for (size_t i = 0; i < pageowner_pageblocks_holder_count(blocks); i++)
		pages -= holder_at(blocks, i)->pinning_pages;
	fuzz_check(pages == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* By what, and which records are selected */
	const unsigned int how = fuzz_choose(data, &size, 8);
	const enum pageowner_by by = how % 4;
	const struct pageowner_pageblocks_stats *stats;
	const struct pageowner_record *record;
	struct pageowner_pageblocks *blocks;
	struct pageowner_filter *filter;
	struct pageowner_reader *reader;
	uint64_t records = 0;

	fuzz_check(pageowner_reader_open_memory(data, size, &reader) == 0);
	fuzz_check(pageowner_pageblocks_new(by, &blocks) == 0);
	fuzz_check(pageowner_filter_new(&filter) == 0);
	fuzz_check(pageowner_filter_add(filter, "pid", "-9", NULL) == 0);
	fuzz_check(pageowner_pageblocks_set_filter(blocks, how < 4 ? NULL : filter) == 0);
	fuzz_check(pageowner_pageblocks_keep_pins(blocks) == 0);
	while (pageowner_reader_next(reader, &record) > 0) {
		fuzz_check(pageowner_pageblocks_add(blocks, record) >= 0);
		records++;
	}
	fuzz_check(pageowner_pageblocks_count(blocks) == 0);
	if (pageowner_pageblocks_finish(blocks) == 0) {
		stats = pageowner_pageblocks_stats(blocks);
		fuzz_check(stats->counted + stats->placeless + stats->misplaced == records);
		fuzz_check(stats->selected <= stats->counted);
		fuzz_check(how >= 4 || stats->selected == stats->counted);
		for (int order = 0; order <= PAGEOWNER_PAGEBLOCKS_PAGES; order++) {
			fuzz_check(pageowner_pageblocks_sort(blocks, order) == 0);
			check_blocks(blocks);
		}
		check_pins(blocks);
	}
	pageowner_pageblocks_free(blocks);
	pageowner_filter_free(filter);
	pageowner_reader_free(reader);
	return 0;
}
