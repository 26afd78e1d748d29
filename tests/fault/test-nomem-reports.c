// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-nomem-reports.c - what library and exports do while memory runs out, see nomem.h:
 * diffs, pageblocks, accounts, each format of export. Profiles themselves are in
 * test-nomem-profile.c.
 *
 * What is done must fail with -ENOMEM, or give what it gives otherwise: never an answer
 * with something missing. Nothing may leak, and what is left can be looked at.
 */
#include "samples.h"

#include <inttypes.h>
#include <stdio.h>
#include <pageowner/export.h>

/* --- what is done: each returns 0 with all it found, or the error */

static int diff_by(struct buffer *b, enum pageowner_by by)
{
	struct pageowner_profile *first = profile_of(&other, "callstack");
	struct pageowner_profile *last = profile_of(&sample, "callstack");
	struct pageowner_profile *known = profile_of(&large, "callstack");
	struct pageowner_suppress *s = NULL;
	struct pageowner_diff *d = NULL;
	int ret = LIB(pageowner_suppress_new(&s));

	if (ret == 0)
		ret = LIB(pageowner_suppress_add(s, "module:mod3 frame:*_3 # text", NULL));
	if (ret == 0)
		ret = LIB(pageowner_suppress_add(s, "owner:owner_17", NULL));
	if (ret == 0)
		ret = LIB(pageowner_diff_new(by, &d));
	if (ret == 0) {
		ck_assert_int_eq(pageowner_diff_set_suppress(d, s), 0);
		pageowner_diff_set_any_times(d, 1);	/* all are of one capture */
		ret = LIB(pageowner_diff_set_baseline(d, known));
	}
	if (ret == 0)
		ret = LIB(pageowner_diff_add(d, first));
	/* Still whole enough to go on with */
	if (d && ret < 0)
		pageowner_diff_add(d, first);
	if (ret == 0) {
		ret = LIB(pageowner_diff_add(d, last));
		if (ret < 0)
			pageowner_diff_add(d, last);
	}
	if (ret == 0)
		ret = LIB(pageowner_diff_sort(d, PAGEOWNER_DIFF_BY_OWNER));
	if (ret == 0)
		ret = LIB(pageowner_diff_sort(d, PAGEOWNER_DIFF_BY_CHANGE));
	for (size_t i = 0; ret == 0 && i < pageowner_diff_count(d); i++) {
		const struct pageowner_change *c;

		ck_assert_int_eq(LIB(pageowner_diff_change(d, i, &c)), 1);
		buffer_escape(b, c->name);
		buffer_escape(b, c->stack);
		buffer_printf(b, " %" PRId64 " %" PRIu64 "\n", c->change, c->pages[1]);
	}
	for (size_t i = 0; d && i < pageowner_diff_count(d); i++)
		change_at(d, i);
	pageowner_diff_free(d);
	pageowner_suppress_free(s);
	pageowner_profile_free(known);
	pageowner_profile_free(last);
	pageowner_profile_free(first);
	return ret;
}

static int diff_stacks(struct buffer *b)
{
	return diff_by(b, PAGEOWNER_BY_STACK);
}

static int diff_portable(struct buffer *b)
{
	return diff_by(b, PAGEOWNER_BY_PORTABLE);
}

static int diff_owners(struct buffer *b)
{
	return diff_by(b, PAGEOWNER_BY_OWNER);
}

/* Records that wait for their stacks until the profile is finished */
static int diff_handles(struct buffer *b)
{
	struct pageowner_profile *p;
	struct buffer text = { 0 };
	const struct pageowner_snapshot *s;
	struct pageowner_diff *d;
	int ret;

	add_file(&text, "dialects/linux-6.19.show_handles");
	add_file(&text, "dialects/linux-6.19.show_stacks_handles");
	ck_assert_int_eq(pageowner_profile_new("callstack", &p), 0);
	ck_assert_int_eq(pageowner_profile_load_memory(p, text.ptr, text.len, "handles"), 0);
	buffer_free(&text);
	ret = LIB(pageowner_profile_finish(p));
	if (ret < 0) {
		pageowner_profile_free(p);
		return ret;
	}
	ret = LIB(pageowner_diff_new(PAGEOWNER_BY_STACK, &d));
	if (ret == 0) {
		ret = LIB(pageowner_diff_add(d, p));
		if (ret == 0 && pageowner_diff_snapshot(d, 0, &s) > 0)
			buffer_printf(b, "%" PRIu64 "\n", s->pages);
		pageowner_diff_free(d);
	}
	pageowner_profile_free(p);
	return ret;
}

static int pageblocks(struct buffer *b)
{
	const struct pageowner_record *r;
	struct pageowner_pageblocks *blocks;
	struct pageowner_reader *reader;
	int ret;

	TRY(pageowner_pageblocks_new(PAGEOWNER_BY_OWNER, &blocks));
	ck_assert_int_eq(pageowner_pageblocks_keep_pins(blocks), 0);
	ck_assert_int_eq(pageowner_reader_open_memory(sample.ptr, sample.len, &reader), 0);
	while ((ret = pageowner_reader_next(reader, &r)) > 0) {
		ret = LIB(pageowner_pageblocks_add(blocks, r));
		if (ret < 0)
			break;
	}
	pageowner_reader_free(reader);
	if (ret == 0)
		ret = LIB(pageowner_pageblocks_finish(blocks));
	if (ret == 0)
		ret = LIB(pageowner_pageblocks_sort(blocks, PAGEOWNER_PAGEBLOCKS_PAGES));
	for (size_t i = 0; ret == 0 && i < pageowner_pageblocks_holder_count(blocks); i++) {
		const struct pageowner_holder *h;

		ck_assert_int_eq(LIB(pageowner_pageblocks_holder(blocks, i, &h)), 1);
		buffer_escape(b, h->name);
		buffer_escape(b, h->stack);
		buffer_printf(b, " %" PRIu64 " %" PRIu64 "\n", h->pages, h->pinned);
	}
	for (size_t i = 0; i < pageowner_pageblocks_holder_count(blocks); i++)
		holder_at(blocks, i);
	for (size_t i = 0; i < pageowner_pageblocks_count(blocks); i++)
		block_at(blocks, i);
	pageowner_pageblocks_free(blocks);
	return ret;
}

static int account(struct buffer *b)
{
	const struct pageowner_account_holder *h;
	const struct pageowner_account_part *part;
	struct pageowner_profile *p = profile_of(&sample, "callstack");
	struct pageowner_account *a;
	int ret = LIB(pageowner_account_new(&a));

	if (ret == 0) {
		ret = LIB(pageowner_account_add_meminfo(a,
							TEXT("MemTotal: 18014398509481983 kB\nNew: 1 kB\n")));
		if (ret == 0)
			ret = LIB(pageowner_account_add_source(a, PAGEOWNER_ACCOUNT_VMALLOCINFO, NULL,
				TEXT("0x1-0x2 8192 f+0x1/0x2 [m] pages=1 vmalloc\n")));
		if (ret == 0)
			ret = LIB(pageowner_account_add_source(a, PAGEOWNER_ACCOUNT_MOUNTS, NULL,
				TEXT("22 1 0:21 / /run rw - tmpfs tmpfs rw\n")));
		if (ret == 0)
			ret = LIB(pageowner_account_add_profile(a, p));
		for (size_t i = 0; ret == 0 && pageowner_account_part(a,
				PAGEOWNER_ACCOUNT_OTHER, i, &part) > 0; i++) {
			buffer_escape(b, part->name);
			buffer_printf(b, " %" PRIu64 "\n", part->bytes);
		}
		for (size_t i = 0; ret == 0 && pageowner_account_holder(a, i, &h) > 0; i++) {
			buffer_escape(b, h->owner);
			buffer_escape(b, h->stack);
			buffer_printf(b, " %" PRIu64 "\n", h->pages);
		}
		pageowner_account_free(a);
	}
	pageowner_profile_free(p);
	return ret;
}

/* --- exports */

enum what { PROFILE, DIFF, RECORDS, PAGEBLOCKS };

static struct pageowner_pageblocks *pageblocks_of(const struct buffer *text)
{
	const struct pageowner_record *r;
	struct pageowner_pageblocks *blocks;
	struct pageowner_reader *reader;

	ck_assert_int_eq(pageowner_pageblocks_new(PAGEOWNER_BY_STACK, &blocks), 0);
	ck_assert_int_eq(pageowner_reader_open_memory(text->ptr, text->len, &reader), 0);
	while (pageowner_reader_next(reader, &r) > 0)
		ck_assert_int_ge(pageowner_pageblocks_add(blocks, r), 0);
	pageowner_reader_free(reader);
	ck_assert_int_eq(pageowner_pageblocks_finish(blocks), 0);
	return blocks;
}

static int export_to(struct pageowner_export *e, enum what what, FILE *file)
{
	struct pageowner_pageblocks *blocks;
	struct pageowner_profile *p = NULL;
	struct pageowner_reader *reader;
	struct pageowner_diff *d;
	int ret;

	switch (what) {
	case PROFILE:
		p = profile_of(&other, pageowner_export_keys(e));
		ret = LIB(pageowner_export_profile(e, p, file));
		break;
	case DIFF:
		p = profile_of(&other, "callstack");
		ck_assert_int_eq(pageowner_diff_new(PAGEOWNER_BY_STACK, &d), 0);
		pageowner_diff_set_any_times(d, 1);
		ck_assert_int_eq(pageowner_diff_add(d, p), 0);
		ck_assert_int_eq(pageowner_diff_add(d, p), 0);
		ck_assert_int_eq(pageowner_diff_sort(d, PAGEOWNER_DIFF_BY_CHANGE), 0);
		ret = LIB(pageowner_export_diff(e, d, file));
		pageowner_diff_free(d);
		break;
	case PAGEBLOCKS:
		blocks = pageblocks_of(&other);
		ret = LIB(pageowner_export_pageblocks(e, blocks, NULL, file));
		pageowner_pageblocks_free(blocks);
		break;
	default:
		ck_assert_int_eq(pageowner_reader_open_memory(other.ptr, other.len,
							      &reader), 0);
		ret = LIB(pageowner_export_records(e, reader, NULL, file));
		pageowner_reader_free(reader);
	}
	pageowner_profile_free(p);
	return ret;
}

static int export_as(struct buffer *b, const char *format, enum what what)
{
	struct pageowner_export *e;
	char *text = NULL;
	size_t len = 0;
	FILE *file;
	int ret;

	TRY(pageowner_export_new(format, &e));
	ret = LIB(pageowner_export_set_host(e, "host"));
	if (ret == 0)
		ret = LIB(pageowner_export_add_condition(e, "Kernel", "6.12"));
	if (ret == 0) {
		pageowner_export_set_top(e, 12);
		file = open_memstream(&text, &len);
		ret = export_to(e, what, file);
		ck_assert_int_eq(fclose(file), 0);
		ck_assert(ret == 0 || *pageowner_export_error(e));
	}
	if (ret == 0)
		buffer_add(b, text, len);
	nomem_free(text);
	pageowner_export_free(e);
	return ret;
}

/* --- each of it with each allocation failing */

static const struct {
	const char *name;
	int (*run)(struct buffer *b);
} runs[] = {
	{ "diff by stack", diff_stacks },
	{ "diff by call path", diff_portable },
	{ "diff by owner", diff_owners },
	{ "diff of handles", diff_handles },
	{ "pageblocks", pageblocks },
	{ "account", account },
};

static int run_case(struct buffer *b, const void *data)
{
	return runs[*(const int *)data].run(b);
}

START_TEST(test_each_allocation_may_fail)
{
	nomem_each(runs[_i].name, run_case, &_i);
}
END_TEST

struct exported {
	const char *format;
	enum what what;
};

static int run_export(struct buffer *b, const void *data)
{
	const struct exported *e = data;

	return export_as(b, e->format, e->what);
}

START_TEST(test_each_allocation_of_an_export_may_fail)
{
	static const unsigned int uses[] = { PAGEOWNER_EXPORT_PROFILE,
		PAGEOWNER_EXPORT_DIFF, PAGEOWNER_EXPORT_RECORDS,
		PAGEOWNER_EXPORT_PAGEBLOCKS };
	static const char *const names[] = { "groups", "changes", "records",
		"pageblocks" };
	struct exported e;
	unsigned int can;

	e.format = pageowner_export_format((size_t)_i, &can, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(uses); i++) {
		char name[64];

		if (!(can & uses[i]))
			continue;
		e.what = (enum what)i;
		snprintf(name, sizeof(name), "%s of %s", e.format, names[i]);
		nomem_each(name, run_export, &e);
	}
}
END_TEST

int main(void)
{
	const char *format;
	int ret;

	nomem_start();
	make_samples();
	for (int i = 0; i < (int)ARRAY_SIZE(runs); i++)
		tcase_add_loop_test(new_case(runs[i].name),
				    test_each_allocation_may_fail, i, i + 1);
	for (int i = 0; (format = pageowner_export_format((size_t)i, NULL, NULL)); i++)
		tcase_add_loop_test(new_case(format),
				    test_each_allocation_of_an_export_may_fail, i, i + 1);
	ret = run_cases("nomem-reports");
	free_samples();
	printf("%lu allocations failed in all\n", nomem_total());
	return ret;
}
