// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-nomem-profile.c - what the library does while memory runs out, see nomem.h:
 * loading, adding, merging, filtering. Reading alone is in test-nomem.c, what is made of
 * profiles in test-nomem-reports.c.
 *
 * What is done must fail with -ENOMEM, or give what it gives otherwise: never an answer
 * with something missing. Nothing may leak, and what is left can be looked at.
 */
#include "samples.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

/* --- what is done: each returns 0 with all it found, or the error */

static int print_all_groups(struct buffer *b, struct pageowner_profile *p)
{
	uint64_t times, pages;
	size_t count;

	/* Looking takes no memory, so nothing of it can fail. */
	TRY(pageowner_profile_finish(p));
	count = LIB(pageowner_profile_count(p));
	for (size_t i = 0; i < count; i++) {
		const struct pageowner_group *g;

		ck_assert_int_eq(LIB(pageowner_profile_group(p, i, &g)), 1);
		buffer_printf(b, "%" PRIu64 " %" PRIu64 " %" PRIu32 " ", g->times,
			      g->pages, g->allocator);
		buffer_escape(b, g->record->stack);
		print_record(b, g->record);
		for (int key = 0; key < PAGEOWNER_FIELD_COUNT; key++) {
			struct pageowner_value v;
			const int ret = LIB(pageowner_profile_value(p, i, key, &v));

			ck_assert(ret >= 0 || ret == -EINVAL);
			if (ret <= 0)
				continue;
			if (v.is_text)
				buffer_escape(b, v.text);
			else
				buffer_printf(b, " %" PRId64, v.number);
		}
	}
	ck_assert_int_eq(LIB(pageowner_profile_total(p, &times, &pages)), 1);
	buffer_printf(b, "%" PRIu64 " %" PRIu64 " lost %" PRIu64 "\n", times, pages,
		      LIB(pageowner_profile_unresolved(p, NULL)));
	return 0;
}

/* Whatever failed: it can be looked at, and be freed. */
static void look_at(struct pageowner_profile *p)
{
	struct buffer b = { 0 };
	const unsigned long at = nomem.at;

	nomem.at = 0;
	print_all_groups(&b, p);
	pageowner_profile_error(p);
	nomem.at = at;
	buffer_free(&b);
}

static int load_as(struct buffer *b, const struct buffer *text, const char *keys,
		   const char *kept, const char *order, unsigned int jobs)
{
	const char *path = temp_file(text->ptr, text->len);
	struct pageowner_plumbing *plumbing = NULL;
	struct pageowner_profile *p;
	int ret;

	TRY(pageowner_profile_new(keys, &p));
	pageowner_profile_set_jobs(p, jobs);
	ret = LIB(pageowner_plumbing_new(&plumbing));
	if (ret == 0)
		ret = LIB(pageowner_plumbing_add(plumbing, "caller_*,x", NULL));
	if (ret == 0)
		ret = LIB(pageowner_profile_set_plumbing(p, plumbing));
	if (ret == 0)
		ret = LIB(pageowner_profile_keep(p, kept));
	if (ret == 0)
		ret = LIB(pageowner_profile_load(p, path));
	if (ret < 0 && !*pageowner_profile_error(p))
		ck_assert_int_eq(ret, -ENOMEM);
	if (ret == 0 && order)
		ret = LIB(pageowner_profile_sort(p, order));
	if (ret == 0)
		ret = print_all_groups(b, p);
	if (ret == 0)
		buffer_printf(b, "%zu captures\n", pageowner_profile_conditions_count(p));
	if (ret < 0)
		look_at(p);
	pageowner_profile_free(p);
	pageowner_plumbing_free(plumbing);
	return ret;
}

static int load_text(struct buffer *b)
{
	return load_as(b, &sample, NULL, "node", "-pages", 1);
}

static int load_callstack(struct buffer *b)
{
	return load_as(b, &sample, "callstack,portable,memcg", "migratetype,zone",
		       "-pages,owner,name,gfp", 1);
}

/* Keys that neither header nor stack is needed for */
static int load_numbers(struct buffer *b)
{
	return load_as(b, &sample, "node,zone", "blocktype", NULL, 1);
}

static int load_names(struct buffer *b)
{
	return load_as(b, &sample, "owner,module,name,allocator,free", "node",
		       "stacktrace,txt", 1);
}

static int load_pid(struct buffer *b)
{
	return load_as(b, &sample, "pid,order", "node", "-times", 1);
}

static int load_with_threads(struct buffer *b)
{
	return load_as(b, &large, "callstack,name", "node", "-pages", 2);
}

/* Parts that are of no use, since another kind of entry is met */
static int load_again_alone(struct buffer *b)
{
	struct buffer mixed = { 0 };
	int ret;

	buffer_add(&mixed, large.ptr, large.len);
	add_file(&mixed, "dialects/linux-6.9.show_stacks");
	ret = load_as(b, &mixed, "callstack", "node", "-pages", 2);
	buffer_free(&mixed);
	return ret;
}

/* One record that is there already is added again and again until that works: each
 * counts once. */
static int add_until_it_works(struct buffer *b)
{
	const struct pageowner_record *r;
	struct pageowner_reader *reader;
	struct pageowner_profile *p;
	int ret;

	TRY(pageowner_profile_new("node,name,owner", &p));
	ck_assert_int_eq(pageowner_reader_open_memory(other.ptr, other.len, &reader), 0);
	while ((ret = pageowner_reader_next(reader, &r)) > 0) {
		ret = LIB(pageowner_profile_add(p, r));
		if (ret == -ENOMEM)
			ret = pageowner_profile_add(p, r);
		ck_assert_int_ge(ret, 0);
	}
	ck_assert_int_eq(ret, 0);
	pageowner_reader_free(reader);
	print_groups(b, p);
	pageowner_profile_free(p);
	return 0;
}

/* Handles are given their stacks as often as it takes: nothing is lost meanwhile, and
 * records may come in between. */
static int finish_until_it_works(struct buffer *b)
{
	static const char *const files[] = { "dialects/linux-6.19.show_handles",
		"dialects/linux-6.19.show_stacks_handles",
		"dialects/linux-6.19.show_handles" };
	struct pageowner_profile *p;

	TRY(pageowner_profile_new("callstack", &p));
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		struct buffer text = data_file(files[i]);

		ck_assert_int_eq(pageowner_profile_load_memory(p, text.ptr, text.len,
							       files[i]), 0);
		buffer_free(&text);
		if (i && LIB(pageowner_profile_finish(p)) < 0)
			ck_assert(*pageowner_profile_error(p));
	}
	print_groups(b, p);
	pageowner_profile_free(p);
	return 0;
}

static int merge_by(struct buffer *b, const char *keys)
{
	struct pageowner_profile *to = profile_of(&sample, keys);
	struct pageowner_profile *from = profile_of(&other, keys);
	int ret = LIB(pageowner_profile_merge(to, from));

	if (ret == 0)
		ret = print_all_groups(b, to);
	if (ret < 0)
		look_at(to);
	look_at(from);
	pageowner_profile_free(from);
	pageowner_profile_free(to);
	return ret;
}

static int merge_texts(struct buffer *b)
{
	return merge_by(b, NULL);
}

static int merge_stacks(struct buffer *b)
{
	return merge_by(b, "callstack,stacktrace,name");
}

static int merge_numbers(struct buffer *b)
{
	return merge_by(b, "node,order");
}

static int filter(struct buffer *b)
{
	const char *path = temp_file(sample.ptr, sample.len);
	struct pageowner_profile *p = NULL;
	struct pageowner_filter *f;
	int ret;

	TRY(pageowner_filter_new(&f));
	ret = LIB(pageowner_filter_add(f, "module", "mod1,mod2,*drv", NULL));
	if (ret == 0)
		ret = LIB(pageowner_filter_add(f, "pid", "1,2,3,4,21,36", NULL));
	if (ret == 0)
		ret = LIB(pageowner_profile_new("callstack", &p));
	if (ret == 0) {
		ck_assert_int_eq(pageowner_profile_set_filter(p, f), 0);
		ret = LIB(pageowner_profile_load(p, path));
	}
	if (ret == 0)
		ret = print_all_groups(b, p);
	pageowner_profile_free(p);
	pageowner_filter_free(f);
	return ret;
}

/* What was not taken has left nothing: it is added again. */
static int filter_until_it_works(struct buffer *b)
{
	static const char *const lists[] = { "a", "b", "c", "d", "e", "f" };
	struct pageowner_record r = { .has = PAGEOWNER_HAS_COMM };
	struct pageowner_filter *f;

	TRY(pageowner_filter_new(&f));
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		if (LIB(pageowner_filter_add(f, "name", lists[i], NULL)) == -ENOMEM)
			ck_assert_int_eq(pageowner_filter_add(f, "name", lists[i], NULL), 0);
	for (r.comm = TEXT("a"); *r.comm.ptr; r.comm.ptr++)
		buffer_printf(b, "%d", pageowner_filter_match(f, &r));
	pageowner_filter_free(f);
	return 0;
}

/* --- each of it with each allocation failing */

static const struct {
	const char *name;
	int (*run)(struct buffer *b);
} runs[] = {
	{ "load by text", load_text },
	{ "load by callstack", load_callstack },
	{ "load by numbers", load_numbers },
	{ "load by names", load_names },
	{ "load by pid", load_pid },
	{ "load with 2 threads", load_with_threads },
	{ "load with 2 threads, then with 1", load_again_alone },
	{ "add until it works", add_until_it_works },
	{ "finish until it works", finish_until_it_works },
	{ "merge by text", merge_texts },
	{ "merge by stack", merge_stacks },
	{ "merge by numbers", merge_numbers },
	{ "filter", filter },
	{ "filter until it works", filter_until_it_works },
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

int main(void)
{
	int ret;

	nomem_start();
	make_samples();
	for (int i = 0; i < (int)ARRAY_SIZE(runs); i++)
		tcase_add_loop_test(new_case(runs[i].name),
				    test_each_allocation_may_fail, i, i + 1);
	ret = run_cases("nomem-profile");
	free_samples();
	printf("%lu allocations failed in all\n", nomem_total());
	return ret;
}
