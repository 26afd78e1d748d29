// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-pageblock-use.c - steps, refusals, plumbing and filters of pageblocks, and the pins of each.
 */
#include "pageblock.h"

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
	TCase *pins = new_case("pins"), *steps = new_case("steps");

	tcase_add_test(pins, test_holders_are_those_of_the_users_plumbing);
	tcase_add_test(pins, test_a_filter_chooses_holders_and_leaves_memory_as_it_is);
	tcase_add_test(pins, test_each_holder_that_pins_a_pageblock_is_kept);
	tcase_add_test(pins, test_pins_that_come_to_and_fro_are_merged);
	tcase_add_test(steps, test_types_fit_in_arrays_and_have_names);
	tcase_add_test(steps, test_nothing_is_seen_before_it_is_finished);
	tcase_add_loop_test(steps, test_each_refusal_has_a_sentence,
			    0, ARRAY_SIZE(refusals));
	return run_cases("pageblock-use");
}
