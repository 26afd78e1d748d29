// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-pageblock.c - which pageblocks are mixed, and who pins them.
 */
#include "pageblock.h"

/* -1 if it is not known */
static int order_of(const struct pageowner_pageblocks *blocks)
{
	unsigned int order;

	return pageowner_pageblocks_order(blocks, &order) ? (int)order : -1;
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

int main(void)
{
	TCase *pins = new_case("pins"), *size = new_case("size"), *zones = new_case("zones");
	TCase *damage = new_case("damage");

	tcase_add_test(pins, test_who_pins_what);
	tcase_add_test(pins, test_blame_by_owner_and_by_module);
	tcase_add_test(pins, test_a_mean_time_is_no_later_than_the_newest);
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
	tcase_add_test(damage, test_pageblocks_in_any_order);
	tcase_add_test(damage, test_a_record_is_no_million_of_pageblocks);
	tcase_add_test(damage, test_pageblocks_are_bounded);
	return run_cases("pageblock");
}
