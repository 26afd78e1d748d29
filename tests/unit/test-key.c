// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-key.c - the names users sort and cull by.
 */
#include "support.h"

#include <errno.h>
#include <string.h>

#include "field_private.h"

#define SORTS	PAGEOWNER_FIELD_SORTS
#define GROUPS	PAGEOWNER_FIELD_GROUPS

/* The manual's names, then those of this project */
static const struct {
	const char *name, *shorter;
	enum pageowner_field key;
	int use;
} names[] = {
	{ "pid", "p", PAGEOWNER_FIELD_PID, SORTS | GROUPS },
	{ "tgid", "tg", PAGEOWNER_FIELD_TGID, SORTS | GROUPS },
	{ "name", "n", PAGEOWNER_FIELD_NAME, SORTS | GROUPS },
	{ "stacktrace", "st", PAGEOWNER_FIELD_STACKTRACE, SORTS | GROUPS },
	{ "txt", "T", PAGEOWNER_FIELD_TXT, SORTS },
	{ "free_ts", "ft", PAGEOWNER_FIELD_FREE_TS, SORTS },
	{ "alloc_ts", "at", PAGEOWNER_FIELD_ALLOC_TS, SORTS },
	{ "allocator", "ator", PAGEOWNER_FIELD_ALLOCATOR, SORTS | GROUPS },
	{ "free", "f", PAGEOWNER_FIELD_FREE, GROUPS },
	{ "module", "mod", PAGEOWNER_FIELD_MODULE, SORTS | GROUPS },
	{ "callstack", NULL, PAGEOWNER_FIELD_CALLSTACK, SORTS | GROUPS },
	{ "times", NULL, PAGEOWNER_FIELD_TIMES, SORTS },
	{ "pages", NULL, PAGEOWNER_FIELD_PAGES, SORTS },
	{ "order", NULL, PAGEOWNER_FIELD_ORDER, SORTS | GROUPS },
	{ "gfp", NULL, PAGEOWNER_FIELD_GFP, SORTS | GROUPS },
	{ "migratetype", NULL, PAGEOWNER_FIELD_MIGRATETYPE, SORTS | GROUPS },
	{ "blocktype", NULL, PAGEOWNER_FIELD_BLOCKTYPE, SORTS | GROUPS },
	{ "node", NULL, PAGEOWNER_FIELD_NODE, SORTS | GROUPS },
	{ "zone", NULL, PAGEOWNER_FIELD_ZONE, SORTS | GROUPS },
	{ "memcg", NULL, PAGEOWNER_FIELD_MEMCG, SORTS | GROUPS },
	{ "owner", NULL, PAGEOWNER_FIELD_OWNER, SORTS | GROUPS },
};

START_TEST(test_keys_have_the_names_of_the_manual_and_ours)
{
	enum pageowner_field key = PAGEOWNER_FIELD_COUNT;
	int use = pageowner_field_find(names[_i].name, strlen(names[_i].name), &key);

	ck_assert_int_eq(key, names[_i].key);
	ck_assert_int_eq(use & names[_i].use, names[_i].use);
	ck_assert_str_eq(pageowner_field_name(key), names[_i].name);
	ck_assert(*pageowner_field_help(key));
	if (names[_i].shorter) {
		ck_assert_str_eq(pageowner_field_short_name(key), names[_i].shorter);
		key = PAGEOWNER_FIELD_COUNT;
		ck_assert_int_eq(pageowner_field_find(names[_i].shorter,
				strlen(names[_i].shorter), &key), use);
		ck_assert_int_eq(key, names[_i].key);
	}
}
END_TEST

START_TEST(test_no_two_keys_share_a_name)
{
	for (int i = 0; i < PAGEOWNER_FIELD_COUNT; i++) {
		const char *both[] = { pageowner_field_name(i),
			pageowner_field_short_name(i) };

		for (int j = 0; j < 2; j++) {
			enum pageowner_field key = PAGEOWNER_FIELD_COUNT;

			if (!both[j])
				continue;
			ck_assert_int_gt(pageowner_field_find(both[j],
						strlen(both[j]), &key), 0);
			ck_assert_int_eq(key, i);
		}
	}
	ck_assert_ptr_null(pageowner_field_name(PAGEOWNER_FIELD_COUNT));
	ck_assert_ptr_null(pageowner_field_name((enum pageowner_field)-1));
	ck_assert_ptr_null(pageowner_field_short_name(PAGEOWNER_FIELD_COUNT));
	ck_assert_ptr_null(pageowner_field_help(PAGEOWNER_FIELD_COUNT));
}
END_TEST

static const struct {
	const char *list;
	unsigned int use;
	bool is_good;
} lists[] = {
	{ "pid", SORTS, true }, { "+pid,-tg,n", SORTS, true },
	{ "-pages,-times,+alloc_ts", SORTS, true }, { "T", SORTS, true },
	{ "ft,-free_ts", SORTS, true }, { "pid,pid,-pid", SORTS, true },
	{ "", SORTS, false }, { ",", SORTS, false }, { "pid,", SORTS, false },
	{ ",pid", SORTS, false }, { "pid,,tgid", SORTS, false },
	{ "+", SORTS, false }, { "-", SORTS, false }, { "+-pid", SORTS, false },
	{ "--pid", SORTS, false }, { "pid ", SORTS, false },
	{ " pid", SORTS, false }, { "PID", SORTS, false }, { "pi", SORTS, false },
	{ "pidx", SORTS, false }, { "comm", SORTS, false },
	{ "st,pid,name", GROUPS, true }, { "n,f", GROUPS, true },
	{ "callstack,memcg,owner", GROUPS, true },
	{ "", GROUPS, false }, { "st,", GROUPS, false }, { "+st", GROUPS, false },
	{ "-st", GROUPS, false }, { "ft", GROUPS, false },
	{ "st,ft", GROUPS, false }, { "comm", GROUPS, false },
};

START_TEST(test_lists_with_empty_or_unknown_or_unfit_items_are_none)
{
	ck_assert_int_eq(pageowner_fields_check(lists[_i].list, lists[_i].use),
			 lists[_i].is_good ? 0 : -EINVAL);
}
END_TEST

START_TEST(test_a_list_is_parsed_in_order_with_directions_once_each)
{
	struct po_keys keys;

	ck_assert_int_eq(po_keys_parse("-pid,+st,n,pid,-n", SORTS, &keys), 0);
	ck_assert_uint_eq(keys.count, 3);
	ck_assert_int_eq(keys.keys[0].key, PAGEOWNER_FIELD_PID);
	ck_assert(keys.keys[0].descending);
	ck_assert_int_eq(keys.keys[1].key, PAGEOWNER_FIELD_STACKTRACE);
	ck_assert(!keys.keys[1].descending);
	ck_assert_int_eq(keys.keys[2].key, PAGEOWNER_FIELD_NAME);
	ck_assert(!keys.keys[2].descending);
	ck_assert_uint_eq(keys.set, 1u << PAGEOWNER_FIELD_PID |
			  1u << PAGEOWNER_FIELD_STACKTRACE | 1u << PAGEOWNER_FIELD_NAME);
}
END_TEST

int main(void)
{
	TCase *tc = new_case("key");

	tcase_add_loop_test(tc, test_keys_have_the_names_of_the_manual_and_ours,
			    0, ARRAY_SIZE(names));
	tcase_add_test(tc, test_no_two_keys_share_a_name);
	tcase_add_loop_test(tc, test_lists_with_empty_or_unknown_or_unfit_items_are_none,
			    0, ARRAY_SIZE(lists));
	tcase_add_test(tc, test_a_list_is_parsed_in_order_with_directions_once_each);
	return run_cases("key", &tc, 1);
}
