// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-owner.c - the text of one record: every dialect, every field, every
 * task name.
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parse/notes.h"
#include "parse/page_owner.h"
#include "parse/starts.h"

static char **dialects;
static int dialect_count;

/* The file NAME.page_owner in @folder must read as NAME.expect says. */
static void assert_expected(const char *folder, const char *name)
{
	int stem = (int)(strlen(name) - strlen(".page_owner"));
	struct buffer dump, expected, got = { 0 };
	struct pageowner_reader *reader;
	const struct pageowner_record *record;
	char path[4096];
	int ret;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	dump = data_file(path);
	snprintf(path, sizeof(path), "%s/%.*s.expect", folder, stem, name);
	expected = data_file(path);
	ck_assert_int_eq(pageowner_reader_open_memory(dump.ptr, dump.len, &reader), 0);
	while ((ret = pageowner_reader_next(reader, &record)) > 0)
		print_record(&got, record);
	ck_assert_int_eq(ret, 0);
	assert_same_text(path, &got, &expected);
	ck_assert_msg(damage_count(pageowner_reader_stats(reader)) == 0,
		      "%s: damage where there is none", name);
	ck_assert_uint_eq(pageowner_reader_stats(reader)->skipped_bytes, 0);
	pageowner_reader_free(reader);
	buffer_free(&dump);
	buffer_free(&expected);
	buffer_free(&got);
}

START_TEST(test_every_dialect_reads_as_expected)
{
	assert_expected("dialects", dialects[_i]);
}
END_TEST

static const struct pageowner_text odd_comms[] = {
	{ "", 0 }, { "(sd-pam)", 8 }, { "x, y", 4 }, { "a), ts 9 ns", 11 },
	{ "a)b", 3 }, { ")", 1 }, { "))))", 4 }, { " ", 1 }, { "sp ace", 6 },
	{ "pid 77, x", 9 }, { "order 5,", 8 }, { "tgid 3 (q", 9 },
	{ "\xc3\xa4\xff\x80", 4 }, { "a\nb", 3 }, { "a\n\nb", 4 }, { "\n\n\n", 3 },
	{ "\nPFN", 4 }, { "\nPFN 0x1 type ", 14 }, { "\nPFN 7 Block 1", 14 },
	{ "\nPage alloc", 11 }, { "\n k+0x1/0x2", 11 }, { "), ts 9 ns\n", 11 },
	{ "), ts 9 ns\nPFN ", 15 }, { ")\n), ts 1 ns\n\n", 14 },
	{ "), ts ", 6 }, { "), ts 1", 7 }, { "a\tb\r", 4 }, { "\r", 1 },
	{ "), free_ts 1 ns", 15 }, { "a\0b", 3 }, { "\0\0\0", 3 },
	{ "0123456789abcde", 15 },
	{ "a name that is much longer than the kernel's 15 bytes (really)", 62 },
};

static void owner_text(struct buffer *b, struct pageowner_text comm,
		       const char *times)
{
	static const char rest[] =
		"\nPFN 0x48c00 type Unmovable Block 582 type Movable Flags 0x17f(head|node=1|zone=2)\n"
		" demo_alloc+0x5e/0x110 [demo]\n kthread+0x1/0x2\n\n";

	buffer_add(b, "Page allocated via order 2, mask 0x40cc0(GFP_KERNEL|__GFP_COMP), "
		   "pid 812, tgid 805 (", 84);
	buffer_add(b, comm.ptr, comm.len);
	buffer_printf(b, ")%s", times);
	buffer_add(b, rest, sizeof(rest) - 1);
}

static const char *const times[] = {
	", ts 5120338741 ns", ", ts 5120338741 ns, free_ts 44 ns",
};

START_TEST(test_comm_may_hold_any_text)
{
	for (size_t t = 0; t < ARRAY_SIZE(times); t++) {
		struct po_page_owner o = { .all_fields = true };
		struct buffer b = { 0 };

		owner_text(&b, odd_comms[_i], times[t]);
		ck_assert_int_eq(po_page_owner_parse(&o, b.ptr, b.ptr + b.len, true),
				 PO_PARSE_RECORD);
		ck_assert_uint_eq(o.odd, 0);
		ck_assert_ptr_eq(o.next, b.ptr + b.len);
		ck_assert_uint_eq(o.record.comm.len, odd_comms[_i].len);
		ck_assert(!memcmp(o.record.comm.ptr, odd_comms[_i].ptr,
				  odd_comms[_i].len));
		ck_assert_uint_eq(o.record.ts_ns, 5120338741);
		ck_assert_int_eq(!!(o.record.has & PAGEOWNER_HAS_FREE_TS), t == 1);
		ck_assert_uint_eq(t ? o.record.free_ts_ns : 44, 44);
		ck_assert_int_eq(o.record.tgid, 805);
		ck_assert_uint_eq(o.record.pfn, 0x48c00);
		ck_assert_int_eq(o.record.node, 1);
		ck_assert_uint_eq(o.record.stack.len, 47);
		buffer_free(&b);
	}
}
END_TEST

/* Whatever stands in the text so far, a parser that may still get more does not
 * make up its mind early, and never on bytes after the end. */
START_TEST(test_no_beginning_of_a_record_is_taken_for_a_whole_one)
{
	struct buffer b = { 0 };

	owner_text(&b, odd_comms[_i], times[0]);
	for (size_t len = PO_RECORD_START.len; len < b.len; len++) {
		struct po_page_owner o = { .all_fields = true };
		enum po_parse_result got;
		char *copy = malloc(len);

		ck_assert_ptr_nonnull(copy);
		memcpy(copy, b.ptr, len);
		got = po_page_owner_parse(&o, copy, copy + len, false);
		ck_assert_msg(got == PO_PARSE_MORE, "%zu bytes: %d", len, got);
		o = (struct po_page_owner){ .all_fields = true };
		got = po_page_owner_parse(&o, copy, copy + len, true);
		if (got == PO_PARSE_RECORD) {
			/* A name may hold what looks like the end. */
			ck_assert(o.record.has & PAGEOWNER_HAS_NO_END || o.odd);
			ck_assert(o.next <= copy + len);
		} else {
			ck_assert_int_ne(got, PO_PARSE_MORE);
		}
		free(copy);
	}
	buffer_free(&b);
}
END_TEST

static const struct {
	const char *header;	/* after "Page allocated via order " */
	enum po_parse_result result;
	unsigned int odd;
} headers[] = {
	{ "0, mask 0x0()", PO_PARSE_RECORD, 0 },
	{ "0, mask 0x0", PO_PARSE_RECORD, 0 },
	{ "63, mask 0x0", PO_PARSE_RECORD, 0 },
	{ "64, mask 0x0", PO_PARSE_BAD, 0 },
	{ "18446744073709551616, mask 0x0", PO_PARSE_BAD, 0 },
	{ "-1, mask 0x0", PO_PARSE_BAD, 0 },
	{ ", mask 0x0", PO_PARSE_BAD, 0 },
	{ "0", PO_PARSE_BAD, 0 },
	{ "0, mask 0", PO_PARSE_BAD, 0 },
	{ "0, mask 0x", PO_PARSE_BAD, 0 },
	{ "0, mask 0x0(", PO_PARSE_BAD, 0 },
	{ "0, mask 0x0(A", PO_PARSE_BAD, 0 },
	{ "0, mask 0xffffffffffffffff", PO_PARSE_RECORD, 0 },
	{ "0, mask 0x1ffffffffffffffff", PO_PARSE_RECORD, 1 << PAGEOWNER_DAMAGE_FIELD },
	{ "0, mask 0x0(0x8000000)", PO_PARSE_RECORD, 0 },
	{ "0, mask 0x0(), ", PO_PARSE_BAD, 0 },
	{ "0, mask 0x0() ", PO_PARSE_BAD, 0 },
	{ "0, mask 0x0(), pid", PO_PARSE_BAD, 0 },
	{ "0, mask 0x0(), pid 1", PO_PARSE_BAD, 0 },
	{ "0, mask 0x0(), pid 1, ts 5 ns", PO_PARSE_RECORD, 0 },
	{ "0, mask 0x0(), pid -1, ts 5 ns", PO_PARSE_RECORD, 0 },
	{ "0, mask 0x0(), pid 1, ts 5 n", PO_PARSE_BAD, 0 },
	{ "0, mask 0x0(), pid 1, ts ns", PO_PARSE_BAD, 0 },
	{ "0, mask 0x0(), pid 1, ts 5 ns, free_ts 6 ns", PO_PARSE_RECORD, 0 },
	{ "0, mask 0x0(), pid 1, ts 5 ns, free_ts 6", PO_PARSE_BAD, 0 },
	{ "0, mask 0x0(), pid 1, tgid 2 (c), ts 5 ns", PO_PARSE_RECORD, 0 },
	{ "0, mask 0x0(), pid 1 (c), ts 5 ns", PO_PARSE_RECORD, 0 },
	{ "0, mask 0x0(), pid 1, tgid 2 (c)", PO_PARSE_RECORD, 0 },
	{ "0, mask 0x0(), pid 1, tgid 2 (c), ts 5 ns more", PO_PARSE_BAD, 0 },
	{ "0, mask 0x0(), pid 1, tgid 2 (c), ts 18446744073709551615 ns",
	  PO_PARSE_RECORD, 0 },
	{ "0, mask 0x0(), pid 1, tgid 2 (c), ts 18446744073709551616 ns",
	  PO_PARSE_RECORD, 1 << PAGEOWNER_DAMAGE_FIELD },
	{ "0, mask 0x0(), pid 2147483647, tgid 2 (c), ts 5 ns", PO_PARSE_RECORD, 0 },
	{ "0, mask 0x0(), pid 2147483648, tgid 2 (c), ts 5 ns",
	  PO_PARSE_RECORD, 1 << PAGEOWNER_DAMAGE_FIELD },
};

/* The PFN line of a kernel that prints such a header */
static const char *pfn_line_of(const char *header)
{
	if (strstr(header, ", pid"))
		return "PFN 0x48c00 type Unmovable Block 582 type Movable Flags 0x17f(head)";
	return strchr(header, '(') ?
		"PFN 298000 type Unmovable Block 582 type Movable Flags 0x17f(head)" :
		"PFN 298000 Block 582 type 2          Flags    U LA     ";
}

START_TEST(test_a_header_is_read_whole_or_not_at_all)
{
	struct po_page_owner o = { .all_fields = true };
	struct buffer b = { 0 };

	buffer_printf(&b, "Page allocated via order %s\n%s\n f+0x1/0x2\n\n",
		      headers[_i].header, pfn_line_of(headers[_i].header));
	make_record(&b, .comm = "next");
	ck_assert_int_eq(po_page_owner_parse(&o, b.ptr, b.ptr + b.len, true),
			 headers[_i].result);
	if (headers[_i].result == PO_PARSE_RECORD) {
		ck_assert_uint_eq(o.odd, headers[_i].odd);
		ck_assert_uint_eq(o.record.pages, UINT64_C(1) << o.record.order);
		ck_assert_uint_eq(o.record.header.len, 25 + strlen(headers[_i].header));
	}
	buffer_free(&b);
}
END_TEST

/* The second of two records, read after each possible first one, is the same
 * as when it is read alone, for all that it shares with it. */
static const struct maker alike[] = {
	{ .comm = "a", .ts = 5 },
	{ .comm = "a", .ts = 123456 },
	{ .comm = "a", .ts = 5, .free_ts = ", free_ts 6 ns" },
	{ .comm = "a", .ts = 5, .free_ts = ", free_ts 18446744073709551616 ns" },
	{ .comm = "a), ts 5", .ts = 5 },
	{ .comm = "a), ts 5 ns", .ts = 5 },
	{ .comm = "a), ts 5 ns\n", .ts = 5 },
	{ .comm = "a", .ts = 5, .pid = 7 },
	{ .comm = "a", .ts = 5, .order = 3, .mask = "0xcc0" },
	{ .comm = "a", .ts = 5, .stack = "" },
	{ .comm = "a", .ts = 5, .stack = " a+0x1/0x2\n b+0x1/0x2\n" },
	{ .comm = "a", .ts = 5, .stack = " a+0x1/0x2\n" },
	{ .comm = "a", .ts = 5, .stack = " a+0x1/0x2\n", .notes = "Slab cache page\n" },
	{ .comm = "a", .ts = 5, .stack = " a+0x1/0x2\n",
	  .notes = "Charged (via objcg) to offline memcg x\n" },
	{ .comm = "a", .ts = 5, .stack = " a+0x1/0x2\n",
	  .notes = "Page has been migrated, last migrate reason: compaction\n" },
	{ .comm = "a", .ts = 5, .flags = "0x0()", .type = "Movable" },
};

START_TEST(test_a_record_reads_the_same_after_any_other)
{
	struct buffer alone = { 0 }, text = { 0 };
	struct po_page_owner o = { .all_fields = true };

	add_record(&text, &alike[_i]);
	po_page_owner_parse(&o, text.ptr, text.ptr + text.len, true);
	print_record(&alone, &o.record);
	for (size_t first = 0; first < ARRAY_SIZE(alike); first++) {
		struct buffer both = { 0 }, got = { 0 };
		const char *second;

		add_record(&both, &alike[first]);
		buffer_add(&both, text.ptr, text.len);
		o = (struct po_page_owner){ .all_fields = true };
		po_page_owner_parse(&o, both.ptr, both.ptr + both.len, true);
		second = o.next;
		ck_assert_int_eq(po_page_owner_parse(&o, second, both.ptr + both.len, true),
				 PO_PARSE_RECORD);
		print_record(&got, &o.record);
		assert_same_text("second record", &got, &alone);
		ck_assert_ptr_eq(o.next, both.ptr + both.len);
		if (o.same & PO_SAME_BODY)
			ck_assert(alike[first].stack == alike[_i].stack ||
				  !strcmp(alike[first].stack, alike[_i].stack));
		buffer_free(&both);
		buffer_free(&got);
	}
	buffer_free(&alone);
	buffer_free(&text);
}
END_TEST

int main(void)
{
	TCase *tc = new_case("dialects");

	dialects = data_names("dialects", ".page_owner", &dialect_count);
	tcase_add_loop_test(tc, test_every_dialect_reads_as_expected,
			    0, dialect_count);

	tc = new_case("names");
	tcase_add_loop_test(tc, test_comm_may_hold_any_text,
			    0, ARRAY_SIZE(odd_comms));
	tcase_add_loop_test(tc, test_no_beginning_of_a_record_is_taken_for_a_whole_one,
			    0, ARRAY_SIZE(odd_comms));

	tc = new_case("headers");
	tcase_add_loop_test(tc, test_a_header_is_read_whole_or_not_at_all,
			    0, ARRAY_SIZE(headers));
	tcase_add_loop_test(tc, test_a_record_reads_the_same_after_any_other,
			    0, ARRAY_SIZE(alike));
	return run_cases("owner");
}
