// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-field.c - the table of fields, lists of them, and what a record has of them.
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
	int found = pageowner_field_find(names[_i].name, strlen(names[_i].name), &key);
	const struct pageowner_field_info *info = pageowner_field_info(key);

	ck_assert_int_eq(found, 1);
	ck_assert_int_eq(key, names[_i].key);
	ck_assert_int_eq(info->uses & names[_i].use, names[_i].use);
	ck_assert_str_eq(pageowner_field_name(key), names[_i].name);
	if (names[_i].shorter) {
		ck_assert_str_eq(info->short_name, names[_i].shorter);
		key = PAGEOWNER_FIELD_COUNT;
		ck_assert_int_eq(pageowner_field_find(names[_i].shorter,
				strlen(names[_i].shorter), &key), 1);
		ck_assert_int_eq(key, names[_i].key);
	}
}
END_TEST

START_TEST(test_each_field_is_described_and_no_two_share_a_name)
{
	ck_assert_uint_eq(pageowner_field_count(), PAGEOWNER_FIELD_COUNT);
	for (int i = 0; i < PAGEOWNER_FIELD_COUNT; i++) {
		const struct pageowner_field_info *info = pageowner_field_info(i);
		const char *all[] = { info->name, info->short_name, info->alias };

		ck_assert_ptr_nonnull(info->name);
		ck_assert(*info->column && *info->help && info->unit);
		for (size_t j = 0; j < ARRAY_SIZE(all); j++) {
			enum pageowner_field field = PAGEOWNER_FIELD_COUNT;

			if (!all[j])
				continue;
			ck_assert_int_eq(pageowner_field_find(all[j], strlen(all[j]),
							      &field), 1);
			ck_assert_int_eq(field, i);
		}
		for (int j = 0; j < i; j++)
			ck_assert_str_ne(info->column, pageowner_field_info(j)->column);
	}
	ck_assert_ptr_null(pageowner_field_name(PAGEOWNER_FIELD_COUNT));
	ck_assert_ptr_null(pageowner_field_name((enum pageowner_field)-1));
	ck_assert_ptr_null(pageowner_field_info(PAGEOWNER_FIELD_COUNT));
}
END_TEST

START_TEST(test_names_may_differ_in_case_and_dashes)
{
	enum pageowner_field field;

	ck_assert_int_gt(pageowner_field_find("free-ts", 7, &field), 0);
	ck_assert_int_eq(field, PAGEOWNER_FIELD_FREE_TS);
	ck_assert_int_gt(pageowner_field_find("module_any", 10, &field), 0);
	ck_assert_int_eq(field, PAGEOWNER_FIELD_MODULE_ANY);
	ck_assert_int_eq(pageowner_field_find("Module-Any", 10, &field), 1);
	ck_assert_int_eq(field, PAGEOWNER_FIELD_MODULE_ANY);
	ck_assert_int_eq(pageowner_field_find("PID", 3, &field), 1);
	ck_assert_int_eq(field, PAGEOWNER_FIELD_PID);
	ck_assert_int_eq(pageowner_field_find("sT", 2, &field), 1);
	ck_assert_int_eq(field, PAGEOWNER_FIELD_STACKTRACE);
	ck_assert_int_eq(pageowner_field_find("module any", 10, &field), 0);
	ck_assert_int_eq(pageowner_field_find("@pid", 4, &field), 0);
	ck_assert_int_eq(pageowner_field_find("p\xc9" "d", 3, &field), 0);
}
END_TEST

/* The numbers are the ABI: none may ever change. */
START_TEST(test_numbers_of_fields_stay)
{
	ck_assert_int_eq(PAGEOWNER_FIELD_TXT, 0);
	ck_assert_int_eq(PAGEOWNER_FIELD_OWNER, 9);
	ck_assert_int_eq(PAGEOWNER_FIELD_FREE_TS, 20);
	ck_assert_int_eq(PAGEOWNER_FIELD_AGE, 37);
	ck_assert_int_eq(PAGEOWNER_FIELD_FREE_STACK, 40);
	ck_assert_int_eq(PAGEOWNER_FIELD_PORTABLE, 41);
}
END_TEST

static const struct {
	const char *list;
	unsigned int use;
	int wrong;	/* where, -1: nowhere */
} lists[] = {
	{ "pid", SORTS, -1 }, { "+pid,-tg,n", SORTS, -1 },
	{ "-pages,-times,+alloc_ts", SORTS, -1 }, { "T", SORTS, -1 },
	{ "ft,-free_ts", SORTS, -1 }, { "pid,pid,-pid", SORTS, -1 },
	{ "", SORTS, 0 }, { ",", SORTS, 0 }, { "pid,", SORTS, 4 },
	{ ",pid", SORTS, 0 }, { "pid,,tgid", SORTS, 4 },
	{ "+", SORTS, 0 }, { "-", SORTS, 0 }, { "+-pid", SORTS, 0 },
	{ "--pid", SORTS, 0 }, { "pid ", SORTS, 0 },
	{ " pid", SORTS, 0 }, { "PID", SORTS, -1 }, { "PI", SORTS, 0 }, { "pi", SORTS, 0 },
	{ "pidx", SORTS, 0 }, { "comm", SORTS, 0 },
	{ "st,pid,name", GROUPS, -1 }, { "n,f", GROUPS, -1 },
	{ "callstack,memcg,owner", GROUPS, -1 }, { "portable,pid", GROUPS, -1 },
	{ "", GROUPS, 0 }, { "st,", GROUPS, 3 }, { "+st", GROUPS, 0 },
	{ "-st", GROUPS, 0 }, { "ft", GROUPS, 0 },
	{ "St,CallStack", GROUPS, -1 }, { "st,ft", GROUPS, 3 }, { "comm", GROUPS, 0 },
	{ "pid,pfn", GROUPS, 4 }, { "-frame", SORTS, 0 }, { "age", SORTS, 0 },
};

START_TEST(test_lists_with_empty_or_unknown_or_unfit_items_are_none)
{
	const char *list = lists[_i].list, *where = NULL;

	if (lists[_i].wrong < 0) {
		ck_assert_int_eq(pageowner_fields_check(list, lists[_i].use, &where), 0);
		ck_assert_ptr_null(where);
		return;
	}
	ck_assert_int_eq(pageowner_fields_check(list, lists[_i].use, &where), -EINVAL);
	ck_assert_int_eq(where - list, lists[_i].wrong);
	ck_assert_int_eq(pageowner_fields_check(list, lists[_i].use, NULL), -EINVAL);
}
END_TEST

START_TEST(test_a_list_is_parsed_in_order_with_directions_once_each)
{
	struct po_keys keys;

	ck_assert_int_eq(po_keys_parse("-pid,+st,n,pid,-n", SORTS, &keys, NULL), 0);
	ck_assert_uint_eq(keys.count, 3);
	ck_assert_int_eq(keys.keys[0].key, PAGEOWNER_FIELD_PID);
	ck_assert(keys.keys[0].descending);
	ck_assert_int_eq(keys.keys[1].key, PAGEOWNER_FIELD_STACKTRACE);
	ck_assert(!keys.keys[1].descending);
	ck_assert_int_eq(keys.keys[2].key, PAGEOWNER_FIELD_NAME);
	ck_assert(!keys.keys[2].descending);
	ck_assert_uint_eq(keys.set, PO_FIELD_BIT(PAGEOWNER_FIELD_PID) |
			  PO_FIELD_BIT(PAGEOWNER_FIELD_STACKTRACE) |
			  PO_FIELD_BIT(PAGEOWNER_FIELD_NAME));
}
END_TEST

/* --- what a record has */

static const struct {
	enum pageowner_field field;
	int64_t number;
	const char *text;	/* NULL: the number */
} values[] = {
	{ PAGEOWNER_FIELD_PID, 10, NULL }, { PAGEOWNER_FIELD_TGID, 9, NULL },
	{ PAGEOWNER_FIELD_NAME, 0, "a b" }, { PAGEOWNER_FIELD_ORDER, 3, NULL },
	{ PAGEOWNER_FIELD_GFP, 0, "GFP_KERNEL" },
	{ PAGEOWNER_FIELD_GFP_MASK, 0xcc0, NULL },
	{ PAGEOWNER_FIELD_ALLOC_TS, 5, NULL }, { PAGEOWNER_FIELD_FREE_TS, 9, NULL },
	{ PAGEOWNER_FIELD_FREE, 1, NULL }, { PAGEOWNER_FIELD_TIMES, 1, NULL },
	{ PAGEOWNER_FIELD_PAGES, 8, NULL }, { PAGEOWNER_FIELD_OFFSET, 0, NULL },
	{ PAGEOWNER_FIELD_MIGRATETYPE, 0, "Movable" },
	{ PAGEOWNER_FIELD_NODE, 1, NULL }, { PAGEOWNER_FIELD_ZONE, 2, NULL },
	{ PAGEOWNER_FIELD_MEMCG, 0, "web" }, { PAGEOWNER_FIELD_MODULE, 0, "ext4" },
	{ PAGEOWNER_FIELD_OWNER, 0, "ext4_x" }, { PAGEOWNER_FIELD_KIND, 0, "page" },
	{ PAGEOWNER_FIELD_CALLSTACK, 0,
	  " alloc_pages+0x1/0x2\n ext4_x+0x1/0x2 [ext4]\n" },
	{ PAGEOWNER_FIELD_STACKTRACE, 0, " alloc_pages+0x1/0x2\n"
	  " ext4_x+0x1/0x2 [ext4]\nCharged to offline memcg web\n" },
	{ PAGEOWNER_FIELD_MEMCG_OFFLINE, 1, NULL },
	{ PAGEOWNER_FIELD_FLAG_NAMES, 0, "node=1|zone=2" },
	{ PAGEOWNER_FIELD_FLAGS, 1, NULL },
};

static const struct pageowner_record *only_record(struct pageowner_reader **reader,
						  struct buffer *b)
{
	const struct pageowner_record *record;

	ck_assert_int_eq(pageowner_reader_open_memory(b->ptr, b->len, reader), 0);
	ck_assert_int_eq(pageowner_reader_next(*reader, &record), 1);
	return record;
}

START_TEST(test_a_record_is_asked_by_name)
{
	const struct pageowner_record *record;
	struct pageowner_value value;
	struct pageowner_reader *reader;
	struct buffer b = { 0 };

	make_record(&b, .order = 3, .pid = 10, .tgid = 9, .comm = "a b", .ts = 5,
		    .free_ts = ", free_ts 9 ns", .type = "Movable",
		    .flags = "0x1(node=1|zone=2)",
		    .stack = " alloc_pages+0x1/0x2\n ext4_x+0x1/0x2 [ext4]\n",
		    .notes = "Charged to offline memcg web\n");
	record = only_record(&reader, &b);
	ck_assert_int_eq(pageowner_record_get(record, values[_i].field, NULL, &value), 1);
	ck_assert_int_eq(value.is_text, !!values[_i].text);
	ck_assert_int_eq(value.number, values[_i].number);
	if (values[_i].text)
		ck_assert(text_is(value.text, values[_i].text));
	else
		ck_assert_uint_eq(value.text.len, 0);
	pageowner_reader_free(reader);
	buffer_free(&b);
}
END_TEST

START_TEST(test_what_a_record_lacks_is_absent_and_the_value_stays)
{
	static const char text[] = "Page allocated via order 1, mask 0x12\n"
		"PFN 7 Block 0 type 2          Flags             \n\n";
	struct buffer b = { (char *)text, sizeof(text) - 1, 0 };
	struct pageowner_value value = { .number = 77 };
	const struct pageowner_record *record;
	struct pageowner_reader *reader;

	record = only_record(&reader, &b);
	for (int field = 0; field < PAGEOWNER_FIELD_COUNT; field++) {
		switch (field) {
		case PAGEOWNER_FIELD_ORDER: case PAGEOWNER_FIELD_GFP:
		case PAGEOWNER_FIELD_GFP_MASK: case PAGEOWNER_FIELD_TIMES:
		case PAGEOWNER_FIELD_PAGES: case PAGEOWNER_FIELD_PFN:
		case PAGEOWNER_FIELD_BLOCK: case PAGEOWNER_FIELD_BLOCKTYPE:
		case PAGEOWNER_FIELD_FLAG_NAMES: case PAGEOWNER_FIELD_KIND:
		case PAGEOWNER_FIELD_OFFSET:
			continue;
		case PAGEOWNER_FIELD_TXT: case PAGEOWNER_FIELD_FRAME:
		case PAGEOWNER_FIELD_MODULE_ANY: case PAGEOWNER_FIELD_AGE:
		case PAGEOWNER_FIELD_PORTABLE:
			ck_assert_int_eq(pageowner_record_get(record, field, NULL,
							      &value), -EINVAL);
			break;
		default:
			ck_assert_int_eq(pageowner_record_get(record, field, NULL,
							      &value), 0);
		}
	}
	ck_assert_int_eq(value.number, 77);
	ck_assert_int_eq(pageowner_record_get(record, PAGEOWNER_FIELD_COUNT, NULL,
					      &value), -EINVAL);
	ck_assert_int_eq(pageowner_record_get(record, PAGEOWNER_FIELD_GFP, NULL,
					      &value), 1);
	ck_assert(text_is(value.text, "0x12"));
	ck_assert_int_eq(pageowner_record_get(record, PAGEOWNER_FIELD_BLOCKTYPE, NULL,
					      &value), 1);
	ck_assert(text_is(value.text, "2"));
	pageowner_reader_free(reader);
}
END_TEST

START_TEST(test_a_report_and_the_users_plumbing_count_more_than_the_stack)
{
	struct pageowner_record record = {
		.stack = TEXT(" alloc_pages+0x1/0x2\n f+0x1/0x2 [m]\n g+0x1/0x2\n"),
		.owner = TEXT("h"), .module = TEXT(""),
	};
	struct pageowner_plumbing *plumbing;
	struct pageowner_value value;

	ck_assert_int_eq(pageowner_plumbing_new(&plumbing), 0);
	ck_assert_int_eq(pageowner_plumbing_add(plumbing, "f", NULL), 0);
	ck_assert_int_eq(pageowner_record_get(&record, PAGEOWNER_FIELD_OWNER, NULL,
					      &value), 1);
	ck_assert(text_is(value.text, "f"));
	ck_assert_int_eq(pageowner_record_get(&record, PAGEOWNER_FIELD_OWNER, plumbing,
					      &value), 1);
	ck_assert(text_is(value.text, "g"));
	ck_assert_int_eq(pageowner_record_get(&record, PAGEOWNER_FIELD_MODULE, NULL,
					      &value), 1);
	ck_assert(text_is(value.text, "m"));
	record.has = PAGEOWNER_HAS_OWNER | PAGEOWNER_HAS_MODULE;
	ck_assert_int_eq(pageowner_record_get(&record, PAGEOWNER_FIELD_OWNER, plumbing,
					      &value), 1);
	ck_assert(text_is(value.text, "h"));
	/* "module:" of a report is the kernel itself. */
	ck_assert_int_eq(pageowner_record_get(&record, PAGEOWNER_FIELD_MODULE, NULL,
					      &value), 0);
	pageowner_plumbing_free(plumbing);
}
END_TEST

int main(void)
{
	TCase *cases[] = { new_case("names"), new_case("lists"), new_case("records") };

	tcase_add_loop_test(cases[0], test_keys_have_the_names_of_the_manual_and_ours,
			    0, ARRAY_SIZE(names));
	tcase_add_test(cases[0], test_each_field_is_described_and_no_two_share_a_name);
	tcase_add_test(cases[0], test_names_may_differ_in_case_and_dashes);
	tcase_add_test(cases[0], test_numbers_of_fields_stay);
	tcase_add_loop_test(cases[1],
			    test_lists_with_empty_or_unknown_or_unfit_items_are_none,
			    0, ARRAY_SIZE(lists));
	tcase_add_test(cases[1], test_a_list_is_parsed_in_order_with_directions_once_each);
	tcase_add_loop_test(cases[2], test_a_record_is_asked_by_name,
			    0, ARRAY_SIZE(values));
	tcase_add_test(cases[2], test_what_a_record_lacks_is_absent_and_the_value_stays);
	tcase_add_test(cases[2],
		       test_a_report_and_the_users_plumbing_count_more_than_the_stack);
	return run_cases("field");
}
