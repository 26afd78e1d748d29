// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-pageblock.c - which pageblocks are mixed, and who pins them.
 */
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A page_owner record: "PFN order TYPE BLOCK BLOCKTYPE stack ts", blocks by
 * themselves so that they can be wrong */
static void add_text(struct buffer *b, const char *line)
{
	char type[20], block_type[20], stack[20];
	unsigned long pfn, block;
	unsigned int order;
	int ts, zone = 1;

	ck_assert_int_ge(sscanf(line, "%lx %u %19s %lu %19s %19s %d zone=%d", &pfn,
				&order, type, &block, block_type, stack, &ts,
				&zone), 7);
	buffer_printf(b, "Page allocated via order %u, mask 0x0(), pid 1, tgid 1 "
		      "(a), ts %d ns\nPFN 0x%lx type %s Block %lu type %s Flags "
		      "0x0(node=0|zone=%d)\n alloc_pages+0x1/0x2\n %s+0x1/0x2%s\n\n",
		      order, ts, pfn, type, block, block_type, zone, stack,
		      stack[0] == 'm' ? " [mod]" : "");
}

static struct pageowner_pageblocks *blocks_of(enum pageowner_by by,
					      const char *const *lines,
					      int expected)
{
	struct pageowner_pageblocks *blocks;
	const struct pageowner_record *r;
	struct pageowner_reader *reader;
	struct buffer b = { 0 };
	int counted = 0, ret;

	for (; *lines; lines++)
		add_text(&b, *lines);
	ck_assert_int_eq(pageowner_pageblocks_new(by, &blocks), 0);
	ck_assert_int_eq(pageowner_pageblocks_by(blocks), by == PAGEOWNER_BY_STACK ?
			 PAGEOWNER_BY_STACK : by == PAGEOWNER_BY_OWNER ?
			 PAGEOWNER_BY_OWNER : PAGEOWNER_BY_MODULE);
	ck_assert_int_eq(pageowner_reader_open_memory(b.ptr, b.len, &reader), 0);
	while ((ret = pageowner_reader_next(reader, &r)) > 0) {
		ret = pageowner_pageblocks_add(blocks, r);
		ck_assert_int_ge(ret, 0);
		counted += ret;
	}
	ck_assert_int_eq(ret, 0);
	ck_assert_int_eq(counted, expected);
	pageowner_reader_free(reader);
	buffer_free(&b);
	ck_assert_int_eq(pageowner_pageblocks_finish(blocks), 0);
	return blocks;
}

/* -1 if it is not known */
static int order_of(const struct pageowner_pageblocks *blocks)
{
	unsigned int order;

	return pageowner_pageblocks_order(blocks, &order) ? (int)order : -1;
}

/* "number:type pages[*] by ..." of each pageblock */
static void check_blocks(struct pageowner_pageblocks *blocks, const char *expected)
{
	const struct pageowner_pageblock *p;
	struct buffer b = { 0 };

	buffer_printf(&b, "%s", "");
	for (size_t i = 0; (p = block_at(blocks, i)); i++) {
		buffer_printf(&b, "%s%ju:%c %u+%u+%u%s", i ? ", " : "",
			      (uintmax_t)p->number,
			      pageowner_migratetype_name(p->type)[0],
			      p->pages[PAGEOWNER_MIGRATE_UNMOVABLE],
			      p->pages[PAGEOWNER_MIGRATE_MOVABLE],
			      p->pages[PAGEOWNER_MIGRATE_RECLAIMABLE],
			      p->is_mixed ? "*" : "");
		if (p->pinned_by == PAGEOWNER_PINNED_BY_SEVERAL)
			buffer_printf(&b, " pinned");
		else if (p->pinned_by == PAGEOWNER_PINNED_BY_OTHERS)
			buffer_printf(&b, " by others");
		else if (p->pinned_by != PAGEOWNER_PINNED_BY_NONE)
			buffer_printf(&b, " by %u", p->pinned_by);
	}
	ck_assert_str_eq(b.ptr, expected);
	buffer_free(&b);
}

/* "owner pages/pinning pinned/alone" of each holder */
static void check_holders(struct pageowner_pageblocks *blocks,
			  const char *expected)
{
	const struct pageowner_holder *h;
	struct buffer b = { 0 };

	for (size_t i = 0; (h = holder_at(blocks, i)); i++) {
		struct pageowner_frame frame;

		ck_assert_int_eq(pageowner_stack_owner(h->stack, NULL, &frame), 1);
		buffer_printf(&b, "%s%.*s %ju/%ju %ju/%ju", i ? ", " : "",
			      (int)frame.symbol.len, frame.symbol.ptr,
			      (uintmax_t)h->pages, (uintmax_t)h->pinning_pages,
			      (uintmax_t)h->pinned, (uintmax_t)h->alone);
	}
	ck_assert_str_eq(b.ptr, expected);
	buffer_free(&b);
}

START_TEST(test_who_pins_what)
{
	static const char *const lines[] = {
		"200 0 Unmovable 1 Movable a 10", "201 0 Unmovable 1 Movable b 20",
		"210 2 Movable 1 Movable c 30", "400 3 Unmovable 2 CMA a 40",
		"410 0 Unmovable 2 CMA a 60", "600 0 Reclaimable 3 Movable m 50",
		"800 0 Unmovable 4 Unmovable b 5", "a00 0 Movable 5 Unmovable c 5",
		NULL
	};
	struct pageowner_pageblocks *blocks =
		blocks_of(PAGEOWNER_BY_STACK, lines, 8);
	const struct pageowner_holder *h;
	uint64_t newest_ns;

	ck_assert_int_eq(order_of(blocks), 9);
	ck_assert_int_eq(pageowner_pageblocks_newest_ns(blocks, &newest_ns), 1);
	ck_assert_uint_eq(newest_ns, 60);
	check_blocks(blocks, "1:M 2+4+0* pinned, 2:C 9+0+0* by 0, 3:M 0+0+1* by 3, "
		     "4:U 1+0+0, 5:U 0+1+0*");
	check_holders(blocks, "a 10/10 2/1, b 2/1 1/0, c 5/0 0/0, m 1/1 1/1");
	ck_assert_int_eq(pageowner_pageblocks_sort(blocks,
					PAGEOWNER_PAGEBLOCKS_PER_PAGE), 0);
	check_holders(blocks, "m 1/1 1/1, b 2/1 1/0, a 10/10 2/1, c 5/0 0/0");
	ck_assert_int_eq(pageowner_pageblocks_sort(blocks,
					PAGEOWNER_PAGEBLOCKS_PAGES), 0);
	check_holders(blocks, "a 10/10 2/1, c 5/0 0/0, b 2/1 1/0, m 1/1 1/1");
	ck_assert_int_eq(pageowner_pageblocks_sort(blocks, PAGEOWNER_PAGEBLOCKS_PAGES |
					PAGEOWNER_PAGEBLOCKS_ASCENDING), 0);
	check_holders(blocks, "m 1/1 1/1, b 2/1 1/0, c 5/0 0/0, a 10/10 2/1");
	ck_assert_int_eq(pageowner_pageblocks_sort(blocks,
					PAGEOWNER_PAGEBLOCKS_ALONE), 0);
	check_holders(blocks, "a 10/10 2/1, m 1/1 1/1, b 2/1 1/0, c 5/0 0/0");
	ck_assert_int_eq(pageowner_pageblocks_sort(blocks,
					PAGEOWNER_PAGEBLOCKS_PINNED), 0);
	check_holders(blocks, "a 10/10 2/1, m 1/1 1/1, b 2/1 1/0, c 5/0 0/0");
	h = holder_at(blocks, 0);
	ck_assert_uint_eq(h->oldest_ts_ns, 10);
	ck_assert_uint_eq(h->mean_ts_ns, 36);	/* of 10, 40, 60 */
	ck_assert_uint_eq(h->index, 0);
	ck_assert_uint_eq(holder_at(blocks, 3)->mean_ts_ns,
			  UINT64_MAX);
	pageowner_pageblocks_free(blocks);
}
END_TEST

START_TEST(test_blame_by_owner_and_by_module)
{
	static const char *const lines[] = {
		"200 0 Unmovable 1 Movable m1 10", "201 0 Unmovable 1 Movable m2 10",
		"400 0 Unmovable 2 Movable a 10", NULL
	};
	struct pageowner_pageblocks *blocks =
		blocks_of(PAGEOWNER_BY_MODULE, lines, 3);

	/* Two stacks, one module: it alone */
	check_holders(blocks, "m1 2/2 1/1, a 1/1 1/1");
	ck_assert_uint_eq(holder_at(blocks, 0)->name.len, 3);
	ck_assert_uint_eq(holder_at(blocks, 1)->name.len, 0);
	pageowner_pageblocks_free(blocks);
	blocks = blocks_of(PAGEOWNER_BY_OWNER, lines, 3);
	check_holders(blocks, "m1 1/1 1/0, m2 1/1 1/0, a 1/1 1/1");
	ck_assert_uint_eq(holder_at(blocks, 1)->name.len, 2);
	pageowner_pageblocks_free(blocks);
}
END_TEST

/* The kernel compares an allocation that is larger than a pageblock with the one
 * it begins in, and steps over the others only if the types are equal. */
START_TEST(test_allocations_larger_than_a_pageblock)
{
	static const char *const lines[] = {
		"400 0 Movable 2 Movable a 1", "800 10 Movable 4 Movable a 1",
		"c00 11 Unmovable 6 Movable b 1", NULL
	};
	struct pageowner_pageblocks *blocks =
		blocks_of(PAGEOWNER_BY_STACK, lines, 3);

	check_blocks(blocks, "2:M 0+1+0, 4:M 0+512+0, 5:M 0+512+0, "
		     "6:M 512+0+0* by 1, 7:M 512+0+0* by 1, 8:M 512+0+0* by 1, "
		     "9:M 512+0+0* by 1");
	check_holders(blocks, "a 1025/0 0/0, b 2048/2048 4/4");
	pageowner_pageblocks_free(blocks);
}
END_TEST

START_TEST(test_other_sizes_of_pageblocks)
{
	static const char *const order_10[] = {
		"10 0 Movable 0 Movable a 1", "3ff 0 Unmovable 0 Movable a 1",
		"400 0 Movable 1 Movable a 1", NULL
	};
	static const char *const only_block_0[] = {
		"10 0 Movable 0 Movable a 1", "1fff 0 Unmovable 0 Movable a 1", NULL
	};
	struct pageowner_pageblocks *blocks =
		blocks_of(PAGEOWNER_BY_STACK, order_10, 3);

	ck_assert_int_eq(order_of(blocks), 10);
	check_blocks(blocks, "0:M 1+1+0* by 0, 1:M 0+1+0");
	pageowner_pageblocks_free(blocks);
	blocks = blocks_of(PAGEOWNER_BY_STACK, only_block_0, 2);
	ck_assert_int_eq(order_of(blocks), -1);
	check_blocks(blocks, "0:M 1+1+0* by 0");
	pageowner_pageblocks_free(blocks);
}
END_TEST

START_TEST(test_zones)
{
	static const char *const lines[] = {
		"200 0 Unmovable 1 Movable a 1 zone=0",
		"400 0 Unmovable 2 CMA a 1 zone=1", "401 0 Movable 2 CMA a 1 zone=1",
		/* A pageblock in two zones is looked at in both. */
		"600 0 Movable 3 Movable a 1 zone=1",
		"700 0 Unmovable 3 Movable a 1 zone=2", NULL
	};
	struct pageowner_pageblocks *blocks =
		blocks_of(PAGEOWNER_BY_STACK, lines, 5);
	static const struct {
		uint64_t movable, cma, mixed_movable, mixed_cma, pages;
	} expected[] = { { 1, 0, 1, 0, 1 }, { 1, 1, 1, 0, 3 }, { 1, 0, 1, 0, 1 } };

	ck_assert_uint_eq(pageowner_pageblocks_zone_count(blocks), 3);
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		const struct pageowner_zone *zone =
			zone_at(blocks, i);

		ck_assert_int_eq(zone->node, 0);
		ck_assert_int_eq(zone->zone, (int)i);
		ck_assert_uint_eq(zone->blocks[PAGEOWNER_MIGRATE_MOVABLE],
				  expected[i].movable);
		ck_assert_uint_eq(zone->blocks[PAGEOWNER_MIGRATE_CMA],
				  expected[i].cma);
		ck_assert_uint_eq(zone->mixed[PAGEOWNER_MIGRATE_MOVABLE],
				  expected[i].mixed_movable);
		ck_assert_uint_eq(zone->mixed[PAGEOWNER_MIGRATE_CMA],
				  expected[i].mixed_cma);
		ck_assert_uint_eq(zone->pages, expected[i].pages);
	}
	ck_assert_ptr_null(zone_at(blocks, 3));
	ck_assert_uint_eq(pageowner_pageblocks_count(blocks), 4);
	pageowner_pageblocks_free(blocks);
}
END_TEST

START_TEST(test_what_is_out_of_place_is_counted)
{
	static const char *const lines[] = {
		"400 0 Movable 2 Movable a 1",
		"600 0 Unmovable 2 Movable a 1",	/* is pageblock 3 */
		"800 2 Unmovable 4 Movable a 1", "802 0 Movable 4 Movable b 1",
		"401 0 Unmovable 2 Movable b 1",	/* goes back */
		"a00 30 Unmovable 5 Movable a 1",	/* no such order */
		NULL
	};
	struct pageowner_pageblocks *blocks =
		blocks_of(PAGEOWNER_BY_STACK, lines, 4);
	const struct pageowner_pageblocks_stats *stats =
		pageowner_pageblocks_stats(blocks);

	ck_assert_uint_eq(stats->counted, 4);
	ck_assert_uint_eq(stats->misplaced, 2);
	ck_assert_uint_gt(stats->first_misplaced, 0);
	ck_assert_uint_eq(stats->descending, 1);
	ck_assert_uint_gt(stats->first_descending, stats->first_misplaced);
	ck_assert_uint_eq(stats->overlapping, 1);
	ck_assert_uint_eq(stats->placeless, 0);
	check_blocks(blocks, "2:M 1+1+0* by 1, 4:M 4+1+0* by 0");
	pageowner_pageblocks_free(blocks);
}
END_TEST

START_TEST(test_records_without_a_place)
{
	static const char text[] =
		"Page allocated via order 0, mask 0x0()\n a+0x1/0x2\n\n"
		" a+0x1/0x2\nnr_base_pages: 5\n\n";
	struct pageowner_pageblocks *blocks;
	const struct pageowner_record *r;
	struct pageowner_reader *reader;

	ck_assert_int_eq(pageowner_pageblocks_new(PAGEOWNER_BY_STACK,
						  &blocks), 0);
	ck_assert_int_eq(pageowner_reader_open_memory(text, sizeof(text) - 1,
						      &reader), 0);
	while (pageowner_reader_next(reader, &r) > 0)
		ck_assert_int_eq(pageowner_pageblocks_add(blocks, r), 0);
	pageowner_reader_free(reader);
	ck_assert_uint_eq(pageowner_pageblocks_stats(blocks)->placeless, 2);
	ck_assert_int_eq(pageowner_pageblocks_finish(blocks), 0);
	ck_assert_int_eq(pageowner_pageblocks_sort(blocks,
					PAGEOWNER_PAGEBLOCKS_PAGES), 0);
	ck_assert_uint_eq(pageowner_pageblocks_count(blocks), 0);
	ck_assert_ptr_null(block_at(blocks, 0));
	ck_assert_ptr_null(holder_at(blocks, 0));
	ck_assert_int_eq(pageowner_pageblocks_sort(blocks, 9), -EINVAL);
	pageowner_pageblocks_free(blocks);
	ck_assert_int_eq(pageowner_pageblocks_new(7, &blocks), -EINVAL);
	pageowner_pageblocks_free(NULL);
}
END_TEST

/* PFNs that go to and fro for long: the same pageblocks, and no more memory. */
START_TEST(test_pageblocks_in_any_order)
{
	struct pageowner_pageblocks *blocks;
	struct pageowner_record r = {
		.has = PAGEOWNER_HAS_PFN | PAGEOWNER_HAS_BLOCK | PAGEOWNER_HAS_PAGES |
			PAGEOWNER_HAS_PAGE_TYPE | PAGEOWNER_HAS_BLOCK_TYPE,
		.pages = 1, .page_type = TEXT("Movable"),
		.block_type = TEXT("Movable"), .stack = TEXT(" a+0x1/0x2\n"),
	};
	uint32_t counts[100] = { 0 };

	random_start(7);
	ck_assert_int_eq(pageowner_pageblocks_new(PAGEOWNER_BY_STACK,
						  &blocks), 0);
	for (int i = 0; i < 100000; i++) {
		r.block = 1 + random_below(ARRAY_SIZE(counts));
		r.pfn = r.block << 9 | random_below(512);
		counts[r.block - 1]++;
		ck_assert_int_eq(pageowner_pageblocks_add(blocks, &r), 1);
	}
	ck_assert_int_eq(pageowner_pageblocks_finish(blocks), 0);
	ck_assert_uint_eq(pageowner_pageblocks_count(blocks), ARRAY_SIZE(counts));
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		const struct pageowner_pageblock *block =
			block_at(blocks, i);

		ck_assert_uint_eq(block->number, i + 1);
		ck_assert_uint_eq(block->pages[PAGEOWNER_MIGRATE_MOVABLE],
				  counts[i]);
	}
	pageowner_pageblocks_free(blocks);
}
END_TEST

/* What /proc/pagetypeinfo said at the same moment, zone by zone */
static const char *const captures[] = {
	"real/linux-6.12-0-boot", "real/linux-6.12-1-work", "real/linux-6.12-2-leak",
	"real/linux-6.1-0-boot", "real/linux-6.1-1-work",
};

START_TEST(test_mixed_pageblocks_are_those_the_kernel_counts)
{
	uint64_t ours[PAGEOWNER_MIGRATE_TYPES] = { 0 };
	uint64_t kernels[PAGEOWNER_MIGRATE_TYPES] = { 0 };
	struct pageowner_pageblocks *blocks;
	const struct pageowner_record *r;
	struct pageowner_reader *reader;
	struct buffer dump, info;
	char name[80];
	const char *at;
	int zones = 0;

	snprintf(name, sizeof(name), "%s.page_owner.xz", captures[_i]);
	if (!can_read(name))
		return;
	dump = data_file(name);
	snprintf(name, sizeof(name), "%s.pagetypeinfo", captures[_i]);
	info = data_file(name);
	ck_assert_int_eq(pageowner_pageblocks_new(PAGEOWNER_BY_STACK,
						  &blocks), 0);
	ck_assert_int_eq(pageowner_reader_open_memory(dump.ptr, dump.len,
						      &reader), 0);
	while (pageowner_reader_next(reader, &r) > 0)
		ck_assert_int_eq(pageowner_pageblocks_add(blocks, r), 1);
	pageowner_reader_free(reader);
	ck_assert_int_eq(pageowner_pageblocks_finish(blocks), 0);
	for (size_t i = 0; i < pageowner_pageblocks_zone_count(blocks); i++)
		for (int t = 0; t < PAGEOWNER_MIGRATE_TYPES; t++)
			ours[t] += zone_at(blocks, i)->mixed[t];
	at = strstr(info.ptr, "Number of mixed blocks");
	ck_assert_ptr_nonnull(at);
	while ((at = strstr(at + 1, "zone"))) {
		int skip, n;

		ck_assert_int_eq(sscanf(at, "zone %*s%n", &skip), 0);
		at += skip;
		for (int t = PAGEOWNER_MIGRATE_UNMOVABLE; t < PAGEOWNER_MIGRATE_TYPES;
		     t++, at += n) {
			unsigned long count;

			ck_assert_int_eq(sscanf(at, "%lu%n", &count, &n), 1);
			kernels[t] += count;
		}
		zones++;
	}
	ck_assert_int_gt(zones, 0);
	for (int t = 0; t < PAGEOWNER_MIGRATE_TYPES; t++)
		ck_assert_uint_eq(ours[t], kernels[t]);
	pageowner_pageblocks_free(blocks);
	buffer_free(&dump);
	buffer_free(&info);
}
END_TEST

static struct pageowner_record placed(uint64_t pfn, uint64_t block,
				      uint64_t pages)
{
	return (struct pageowner_record){
		.kind = PAGEOWNER_RECORD_PAGE,
		.has = PAGEOWNER_HAS_PFN | PAGEOWNER_HAS_BLOCK |
			PAGEOWNER_HAS_PAGE_TYPE | PAGEOWNER_HAS_BLOCK_TYPE |
			PAGEOWNER_HAS_PAGES | PAGEOWNER_HAS_NODE | PAGEOWNER_HAS_ZONE,
		.pfn = pfn, .block = block, .pages = pages,
		.page_type = { "Movable", 7 }, .block_type = { "Movable", 7 },
		.stack = { " f+0x1/0x2\n", 11 },
	};
}

START_TEST(test_a_record_is_no_million_of_pageblocks)
{
	struct pageowner_record r = placed(1, 1, 1);	/* of one page each */
	struct pageowner_pageblocks *blocks;

	ck_assert_int_eq(pageowner_pageblocks_new(PAGEOWNER_BY_STACK,
						  &blocks), 0);
	ck_assert_int_eq(pageowner_pageblocks_add(blocks, &r), 1);
	r = placed(1 << 12, 1 << 12, 1 << 12);
	ck_assert_int_eq(pageowner_pageblocks_add(blocks, &r), 1);
	r = placed(1 << 20, 1 << 20, 1 << 20);
	ck_assert_int_eq(pageowner_pageblocks_add(blocks, &r), 0);
	ck_assert_uint_eq(pageowner_pageblocks_stats(blocks)->misplaced, 1);
	ck_assert_int_eq(pageowner_pageblocks_finish(blocks), 0);
	ck_assert_uint_eq(pageowner_pageblocks_count(blocks), 1 + (1 << 12));
	pageowner_pageblocks_free(blocks);
}
END_TEST

START_TEST(test_many_zones_take_time_in_proportion)
{
	const int count = 400000;
	struct pageowner_pageblocks *blocks;
	const struct pageowner_zone *zone;

	ck_assert_int_eq(pageowner_pageblocks_new(PAGEOWNER_BY_STACK,
						  &blocks), 0);
	for (int i = 0; i < count; i++) {
		struct pageowner_record r = placed((uint64_t)i + 1,
						   (uint64_t)i + 1, 1);

		r.node = i % 200;
		r.zone = i % 1000;
		ck_assert_int_eq(pageowner_pageblocks_add(blocks, &r), 1);
	}
	ck_assert_int_eq(pageowner_pageblocks_finish(blocks), 0);
	ck_assert_uint_eq(pageowner_pageblocks_zone_count(blocks), 1000);
	zone = zone_at(blocks, 999);
	ck_assert_int_eq(zone->node, 199);
	ck_assert_int_eq(zone->zone, 999);
	ck_assert_uint_eq(zone->pages, 400);
	ck_assert_uint_eq(zone->blocks[PAGEOWNER_MIGRATE_MOVABLE], 400);
	pageowner_pageblocks_free(blocks);
}
END_TEST

START_TEST(test_a_mean_time_is_no_later_than_the_newest)
{
	struct pageowner_record r = placed(1, 1, 1);
	struct pageowner_pageblocks *blocks;

	r.page_type = (struct pageowner_text){ "Unmovable", 9 };
	r.has |= PAGEOWNER_HAS_TS;
	r.ts_ns = UINT64_MAX - 1;
	ck_assert_int_eq(pageowner_pageblocks_new(PAGEOWNER_BY_STACK,
						  &blocks), 0);
	ck_assert_int_eq(pageowner_pageblocks_add(blocks, &r), 1);
	ck_assert_int_eq(pageowner_pageblocks_finish(blocks), 0);
	ck_assert_uint_eq(holder_at(blocks, 0)->mean_ts_ns,
			  UINT64_MAX - 1);
	pageowner_pageblocks_free(blocks);
}
END_TEST

START_TEST(test_pageblocks_are_bounded)
{
	struct pageowner_record r = placed(1, 1, 1);	/* of one page each */
	struct pageowner_pageblocks *blocks;
	struct pageowner_budget *budget;
	int ret = 0;

	ck_assert_int_eq(pageowner_pageblocks_new(PAGEOWNER_BY_STACK,
						  &blocks), 0);
	ck_assert_int_eq(pageowner_budget_new(4 << 20, &budget), 0);
	ck_assert_int_eq(pageowner_pageblocks_set_budget(blocks, budget), 0);
	ck_assert_int_eq(pageowner_pageblocks_add(blocks, &r), 1);
	for (uint64_t i = 1; ret >= 0 && i < 100; i++) {
		r = placed(i << 12, i << 12, 1 << 12);
		ret = pageowner_pageblocks_add(blocks, &r);
	}
	ck_assert_int_eq(ret, -ENOBUFS);
	ck_assert_str_eq(pageowner_pageblocks_error(blocks),
			 "pageblocks and stacks need more memory than allowed");
	ck_assert_uint_le(pageowner_budget_used(budget), 4 << 20);
	pageowner_pageblocks_free(blocks);
	ck_assert_uint_eq(pageowner_budget_used(budget), 0);
	pageowner_budget_free(budget);
}
END_TEST

/* --- the size of a pageblock */

static const struct {
	const char *const lines[9];
	int order;
	unsigned int misplaced, taken;
	const char *blocks;
} damaged[] = {
	/* The first names another pageblock: of order 8 it would be right. */
	{ { "200 0 Movable 2 Movable a 1", "201 0 Movable 1 Movable a 1",
	    "400 0 Movable 2 Movable a 1", "600 0 Movable 3 Movable a 1" },
	  9, 1, 4, "1:M 0+1+0, 2:M 0+1+0, 3:M 0+1+0" },
	/* One of no order; one that would be of order 0 */
	{ { "200 0 Movable 77 Movable a 1", "201 0 Movable 513 Movable a 1",
	    "400 0 Movable 2 Movable a 1", "401 0 Movable 2 Movable a 1",
	    "600 0 Movable 3 Movable a 1" },
	  9, 2, 4, "2:M 0+2+0, 3:M 0+1+0" },
	/* Those of pageblock 0 fit any order. */
	{ { "10 0 Movable 0 Movable a 1", "200 0 Movable 2 Movable a 1",
	    "400 0 Movable 2 Movable a 1", "600 0 Movable 3 Movable a 1",
	    "800 0 Movable 4 Movable a 1" },
	  9, 1, 5, "0:M 0+1+0, 2:M 0+1+0, 3:M 0+1+0, 4:M 0+1+0" },
	/* Later ones do not count, however many. */
	{ { "200 0 Movable 1 Movable a 1", "400 0 Movable 2 Movable a 1",
	    "600 0 Movable 6 Movable a 1", "800 0 Movable 8 Movable a 1",
	    "a00 0 Movable 10 Movable a 1" },
	  9, 3, 2, "1:M 0+1+0, 2:M 0+1+0" },
	/* Of as many on both sides the first is right. */
	{ { "200 0 Movable 1 Movable a 1", "400 0 Movable 4 Movable a 1" },
	  9, 1, 2, "1:M 0+1+0" },
};

START_TEST(test_one_damaged_record_does_not_make_the_rest_drop)
{
	struct pageowner_pageblocks *blocks = blocks_of(PAGEOWNER_BY_STACK,
					damaged[_i].lines, (int)damaged[_i].taken);
	const struct pageowner_pageblocks_stats *stats =
		pageowner_pageblocks_stats(blocks);
	uint64_t pages = 0;

	ck_assert_int_eq(order_of(blocks), damaged[_i].order);
	ck_assert_uint_eq(stats->misplaced, damaged[_i].misplaced);
	ck_assert_uint_eq(stats->descending, 0);
	check_blocks(blocks, damaged[_i].blocks);
	for (size_t i = 0; i < pageowner_pageblocks_holder_count(blocks); i++)
		pages += holder_at(blocks, i)->pages;
	ck_assert_uint_eq(pages, stats->counted);
	pageowner_pageblocks_free(blocks);
}
END_TEST

/* In turns of two sizes: after so many the first that has most of them. */
START_TEST(test_doubt_about_the_size_ends)
{
	struct pageowner_pageblocks *blocks;

	ck_assert_int_eq(pageowner_pageblocks_new(PAGEOWNER_BY_STACK, &blocks), 0);
	for (uint64_t i = 1; i <= 1000; i++) {
		struct pageowner_record r = placed(i << 10, i << (i % 2), 1);

		ck_assert_int_ge(pageowner_pageblocks_add(blocks, &r), 0);
	}
	ck_assert_int_eq(order_of(blocks), 9);
	ck_assert_int_eq(pageowner_pageblocks_finish(blocks), 0);
	ck_assert_uint_eq(pageowner_pageblocks_stats(blocks)->counted, 500);
	ck_assert_uint_eq(pageowner_pageblocks_stats(blocks)->misplaced, 500);
	pageowner_pageblocks_free(blocks);
}
END_TEST

/* --- steps */

START_TEST(test_nothing_is_seen_before_it_is_finished)
{
	struct pageowner_record r = placed(1, 1, 1);
	const struct pageowner_pageblock *block;
	struct pageowner_pageblocks *blocks;
	const struct pageowner_holder *holder;
	const struct pageowner_zone *zone;

	ck_assert_int_eq(pageowner_pageblocks_new(PAGEOWNER_BY_STACK, &blocks), 0);
	ck_assert_int_eq(pageowner_pageblocks_set_plumbing(blocks, NULL), 0);
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(pageowner_pageblocks_add(blocks, &r), 1);
		ck_assert_int_eq(pageowner_pageblocks_set_plumbing(blocks, NULL), -EBUSY);
		ck_assert_uint_eq(pageowner_pageblocks_count(blocks), 0);
		ck_assert_uint_eq(pageowner_pageblocks_zone_count(blocks), 0);
		ck_assert_uint_eq(pageowner_pageblocks_holder_count(blocks), 0);
		ck_assert_int_eq(pageowner_pageblocks_block(blocks, 0, &block), -EINVAL);
		ck_assert_int_eq(pageowner_pageblocks_zone(blocks, 0, &zone), -EINVAL);
		ck_assert_int_eq(pageowner_pageblocks_holder(blocks, 0, &holder), -EINVAL);
		/* Sorting finishes first. */
		ck_assert_int_eq(i ? pageowner_pageblocks_finish(blocks) :
				 pageowner_pageblocks_sort(blocks,
						PAGEOWNER_PAGEBLOCKS_PAGES), 0);
		ck_assert_int_eq(pageowner_pageblocks_block(blocks, 0, &block), 1);
		ck_assert_int_eq(pageowner_pageblocks_block(blocks, 2, &block), 0);
		ck_assert_int_eq(pageowner_pageblocks_zone(blocks, 0, &zone), 1);
		ck_assert_int_eq(pageowner_pageblocks_holder(blocks, 0, &holder), 1);
		r = placed(1, 1, 2);
	}
	ck_assert_uint_eq(zone->pages, 3);
	pageowner_pageblocks_free(blocks);
}
END_TEST

static int too_small_a_budget(struct pageowner_pageblocks *blocks)
{
	struct pageowner_budget *budget;
	int ret;

	ck_assert_int_eq(pageowner_budget_new(1, &budget), 0);
	ret = pageowner_pageblocks_set_budget(blocks, budget);
	pageowner_budget_free(budget);
	return ret;
}

static int call_refused(struct pageowner_pageblocks *blocks, int which)
{
	switch (which) {
	case 0: return pageowner_pageblocks_set_plumbing(blocks, NULL);
	case 1: return pageowner_pageblocks_set_filter(blocks, NULL);
	case 2: return too_small_a_budget(blocks);
	case 3: return pageowner_pageblocks_keep_pins(blocks);
	default: return pageowner_pageblocks_sort(blocks, 77);
	}
}

static const struct {
	int result;
	const char *sentence;	/* a part of it */
} refusals[] = {
	{ -EBUSY, "hold records" }, { -EBUSY, "hold records" },
	{ -ENOBUFS, "budget" }, { -EBUSY, "hold records" }, { -EINVAL, "order" },
};

START_TEST(test_each_refusal_has_a_sentence)
{
	struct pageowner_record r = placed(1, 1, 1);
	struct pageowner_pageblocks *blocks;

	ck_assert_int_eq(pageowner_pageblocks_new(PAGEOWNER_BY_STACK, &blocks), 0);
	ck_assert_int_eq(pageowner_pageblocks_add(blocks, &r), 1);
	ck_assert_int_eq(call_refused(blocks, _i), refusals[_i].result);
	ck_assert(strstr(pageowner_pageblocks_error(blocks), refusals[_i].sentence));
	ck_assert_int_eq(pageowner_pageblocks_add(blocks, &r), 1);
	ck_assert_str_eq(pageowner_pageblocks_error(blocks), "");
	pageowner_pageblocks_free(blocks);
}
END_TEST

START_TEST(test_holders_are_those_of_the_users_plumbing)
{
	struct pageowner_record r = placed(1, 1, 1);
	struct pageowner_pageblocks *blocks;
	struct pageowner_plumbing *plumbing;

	r.stack = TEXT(" f+0x1/0x2\n g+0x1/0x2\n");
	ck_assert_int_eq(pageowner_plumbing_new(&plumbing), 0);
	ck_assert_int_eq(pageowner_plumbing_add(plumbing, "f", NULL), 0);
	ck_assert_int_eq(pageowner_pageblocks_new(PAGEOWNER_BY_OWNER, &blocks), 0);
	ck_assert_int_eq(pageowner_pageblocks_by(blocks), PAGEOWNER_BY_OWNER);
	ck_assert_int_eq(pageowner_pageblocks_set_plumbing(blocks, plumbing), 0);
	ck_assert_int_eq(pageowner_pageblocks_add(blocks, &r), 1);
	ck_assert_int_eq(pageowner_pageblocks_finish(blocks), 0);
	ck_assert(text_is(holder_at(blocks, 0)->name, "g"));
	ck_assert(text_is(holder_at(blocks, 0)->stack, " f+0x1/0x2\n g+0x1/0x2\n"));
	pageowner_pageblocks_free(blocks);
	pageowner_plumbing_free(plumbing);
}
END_TEST

START_TEST(test_a_filter_chooses_holders_and_leaves_memory_as_it_is)
{
	static const char *const lines[] = {
		"200 0 Unmovable 1 Movable a 10", "201 0 Unmovable 1 Movable b 20",
		"400 0 Unmovable 2 Movable b 30", "600 0 Unmovable 3 Movable a 40",
		"601 0 Movable 3 Movable b 50", NULL
	};
	struct pageowner_pageblocks *blocks;
	const struct pageowner_record *r;
	struct pageowner_filter *filter;
	struct pageowner_reader *reader;
	struct buffer b = { 0 };

	for (size_t i = 0; lines[i]; i++)
		add_text(&b, lines[i]);
	ck_assert_int_eq(pageowner_filter_new(&filter), 0);
	ck_assert_int_eq(pageowner_filter_add(filter, "owner", "a", NULL), 0);
	ck_assert_int_eq(pageowner_pageblocks_new(PAGEOWNER_BY_OWNER, &blocks), 0);
	ck_assert_int_eq(pageowner_pageblocks_set_filter(blocks, filter), 0);
	ck_assert_int_eq(pageowner_reader_open_memory(b.ptr, b.len, &reader), 0);
	while (pageowner_reader_next(reader, &r) > 0)
		ck_assert_int_eq(pageowner_pageblocks_add(blocks, r), 1);
	ck_assert_int_eq(pageowner_pageblocks_set_filter(blocks, NULL), -EBUSY);
	ck_assert_int_eq(pageowner_pageblocks_finish(blocks), 0);
	check_blocks(blocks, "1:M 2+0+0* pinned, 2:M 1+0+0* by others, 3:M 1+1+0* by 0");
	check_holders(blocks, "a 2/2 2/1");
	ck_assert_uint_eq(zone_at(blocks, 0)->pages, 5);
	ck_assert_uint_eq(pageowner_pageblocks_stats(blocks)->counted, 5);
	ck_assert_uint_eq(pageowner_pageblocks_stats(blocks)->selected, 2);
	pageowner_pageblocks_free(blocks);
	pageowner_reader_free(reader);
	/* One by age has to know the time. */
	ck_assert_int_eq(pageowner_filter_add(filter, "age", "1s-", NULL), 0);
	ck_assert_int_eq(pageowner_pageblocks_new(PAGEOWNER_BY_OWNER, &blocks), 0);
	ck_assert_int_eq(pageowner_pageblocks_set_filter(blocks, filter), 0);
	ck_assert_int_eq(pageowner_pageblocks_add(blocks, &(struct pageowner_record){
			.kind = PAGEOWNER_RECORD_PAGE, .has = UINT64_MAX, .pages = 1 }),
			 -EINVAL);
	ck_assert_str_eq(pageowner_pageblocks_error(blocks),
			 "the filter selects by age and was given no clock");
	pageowner_pageblocks_free(blocks);
	pageowner_filter_free(filter);
	buffer_free(&b);
}
END_TEST

/* "block:holder pages" of each pin, of the @count lines from @first on */
static void check_pins(const char *const *lines, size_t first, size_t count,
		       const struct pageowner_filter *filter, const char *expected)
{
	struct pageowner_pageblocks *blocks;
	const struct pageowner_record *r;
	struct pageowner_reader *reader;
	const struct pageowner_pin *pin;
	struct buffer b = { 0 };

	for (size_t i = 0; i < count; i++)
		add_text(&b, lines[(first + i) % count]);
	ck_assert_int_eq(pageowner_pageblocks_new(PAGEOWNER_BY_OWNER, &blocks), 0);
	ck_assert_int_eq(pageowner_pageblocks_set_filter(blocks, filter), 0);
	ck_assert_int_eq(pageowner_pageblocks_keep_pins(blocks), 0);
	ck_assert_int_eq(pageowner_reader_open_memory(b.ptr, b.len, &reader), 0);
	while (pageowner_reader_next(reader, &r) > 0)
		ck_assert_int_eq(pageowner_pageblocks_add(blocks, r), 1);
	pageowner_reader_free(reader);
	buffer_free(&b);
	b = (struct buffer){ 0 };
	ck_assert_int_eq(pageowner_pageblocks_pin(blocks, 0, &pin), -EINVAL);
	ck_assert_int_eq(pageowner_pageblocks_finish(blocks), 0);
	for (size_t i = 0; pageowner_pageblocks_pin(blocks, i, &pin) > 0; i++) {
		const struct pageowner_holder *h = pin->holder == PAGEOWNER_PINNED_BY_OTHERS ?
			NULL : holder_at(blocks, pin->holder);

		buffer_printf(&b, "%s%ju:%.*s %ju", i ? ", " : "",
			      (uintmax_t)block_at(blocks, pin->block)->number,
			      h ? (int)h->name.len : 1, h ? h->name.ptr : "-",
			      (uintmax_t)pin->pages);
	}
	ck_assert_str_eq(b.ptr, expected);
	pageowner_pageblocks_free(blocks);
	buffer_free(&b);
}

START_TEST(test_each_holder_that_pins_a_pageblock_is_kept)
{
	static const char *const lines[] = {
		"200 0 Unmovable 1 Movable a 10", "201 0 Unmovable 1 Movable b 20",
		"202 1 Reclaimable 1 Movable a 20", "400 0 Unmovable 2 Movable b 30",
		"600 0 Unmovable 3 Unmovable a 40", "601 0 Movable 3 Unmovable b 50",
		"800 0 Unmovable 4 Movable c 30", "803 0 Movable 4 Movable a 30",
	};
	struct pageowner_pageblocks *blocks;
	const struct pageowner_pin *pin;
	struct pageowner_filter *filter;

	check_pins(lines, 0, 8, NULL, "1:a 3, 1:b 1, 2:b 1, 4:c 1");
	/* In another order holders have other numbers. */
	check_pins(lines, 1, 8, NULL, "1:b 1, 1:a 3, 2:b 1, 4:c 1");
	check_pins(lines, 2, 8, NULL, "1:a 3, 1:b 1, 2:b 1, 4:c 1");
	ck_assert_int_eq(pageowner_filter_new(&filter), 0);
	ck_assert_int_eq(pageowner_filter_add(filter, "owner", "a", NULL), 0);
	check_pins(lines, 0, 8, filter, "1:a 3, 1:- 1, 2:- 1, 4:- 1");
	pageowner_filter_free(filter);
	/* They are not kept unless that is wanted. */
	blocks = blocks_of(PAGEOWNER_BY_OWNER, (const char *const []){ lines[0], NULL }, 1);
	ck_assert_int_eq(pageowner_pageblocks_pin(blocks, 0, &pin), 0);
	pageowner_pageblocks_free(blocks);
}
END_TEST

START_TEST(test_pins_that_come_to_and_fro_are_merged)
{
	struct pageowner_record r[] = { placed(1, 1, 1), placed(2, 2, 1) };
	struct pageowner_pageblocks *blocks;
	struct pageowner_budget *budget;
	const struct pageowner_pin *pin;

	ck_assert_int_eq(pageowner_budget_new(1 << 20, &budget), 0);
	ck_assert_int_eq(pageowner_pageblocks_new(PAGEOWNER_BY_OWNER, &blocks), 0);
	ck_assert_int_eq(pageowner_pageblocks_set_budget(blocks, budget), 0);
	ck_assert_int_eq(pageowner_pageblocks_keep_pins(blocks), 0);
	r[0].page_type = r[1].page_type = TEXT("Unmovable");
	for (int i = 0; i < 200000; i++)
		ck_assert_int_eq(pageowner_pageblocks_add(blocks, &r[i % 2]), 1);
	ck_assert_int_eq(pageowner_pageblocks_finish(blocks), 0);
	for (size_t i = 0; i < 2; i++) {
		ck_assert_int_eq(pageowner_pageblocks_pin(blocks, i, &pin), 1);
		ck_assert_uint_eq(pin->block, i);
		ck_assert_uint_eq(pin->pages, 100000);
	}
	ck_assert_int_eq(pageowner_pageblocks_pin(blocks, 2, &pin), 0);
	pageowner_pageblocks_free(blocks);
	pageowner_budget_free(budget);
}
END_TEST

START_TEST(test_types_fit_in_arrays_and_have_names)
{
	const size_t count = pageowner_migratetype_count();

	ck_assert_uint_ge(count, PAGEOWNER_MIGRATE_TYPES);
	ck_assert_uint_le(count, PAGEOWNER_MIGRATE_MAX);
	ck_assert_uint_eq(ARRAY_SIZE(((struct pageowner_pageblock *)NULL)->pages),
			  PAGEOWNER_MIGRATE_MAX);
	ck_assert_uint_eq(ARRAY_SIZE(((struct pageowner_zone *)NULL)->mixed),
			  PAGEOWNER_MIGRATE_MAX);
	for (size_t t = 0; t <= count; t++)
		ck_assert_int_eq(!strcmp(pageowner_migratetype_name(
				(enum pageowner_migratetype)t), "other"),
			t == PAGEOWNER_MIGRATE_OTHER || t == count);
}
END_TEST

int main(void)
{
	TCase *pins = new_case("pins"), *size = new_case("size"), *zones = new_case("zones");
	TCase *damage = new_case("damage"), *steps = new_case("steps");

	tcase_add_test(pins, test_who_pins_what);
	tcase_add_test(pins, test_blame_by_owner_and_by_module);
	tcase_add_test(pins, test_a_mean_time_is_no_later_than_the_newest);
	tcase_add_test(pins, test_holders_are_those_of_the_users_plumbing);
	tcase_add_test(pins, test_a_filter_chooses_holders_and_leaves_memory_as_it_is);
	tcase_add_test(pins, test_each_holder_that_pins_a_pageblock_is_kept);
	tcase_add_test(pins, test_pins_that_come_to_and_fro_are_merged);
	tcase_add_test(size, test_allocations_larger_than_a_pageblock);
	tcase_add_test(size, test_other_sizes_of_pageblocks);
	tcase_add_loop_test(size, test_one_damaged_record_does_not_make_the_rest_drop,
			    0, ARRAY_SIZE(damaged));
	tcase_add_test(size, test_doubt_about_the_size_ends);
	tcase_add_test(zones, test_zones);
	tcase_add_test(zones, test_many_zones_take_time_in_proportion);
	tcase_add_loop_test(zones, test_mixed_pageblocks_are_those_the_kernel_counts,
			    0, ARRAY_SIZE(captures));
	tcase_add_test(damage, test_what_is_out_of_place_is_counted);
	tcase_add_test(damage, test_records_without_a_place);
	tcase_add_test(damage, test_types_fit_in_arrays_and_have_names);
	tcase_add_test(damage, test_pageblocks_in_any_order);
	tcase_add_test(damage, test_a_record_is_no_million_of_pageblocks);
	tcase_add_test(damage, test_pageblocks_are_bounded);
	tcase_add_test(steps, test_nothing_is_seen_before_it_is_finished);
	tcase_add_loop_test(steps, test_each_refusal_has_a_sentence,
			    0, ARRAY_SIZE(refusals));
	return run_cases("pageblock");
}
