// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-nomem.c - what library and exports do while memory runs out, see nomem.h: reading,
 * loading, merging, filtering, diffs, pageblocks, each format of export.
 *
 * What is done must fail with -ENOMEM, or give what it gives otherwise: never an answer
 * with something missing. Nothing may leak, and what is left can be looked at.
 */
#include "nomem.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <pageowner/export.h>
#include <zlib.h>
#ifdef HAVE_LZMA
#include <lzma.h>
#endif
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

/* --- what to read */

static struct buffer sample, other, large;	/* texts of dumps */
static struct buffer packed[3];			/* the first, compressed */

static void add_file(struct buffer *b, const char *name)
{
	struct buffer file = data_file(name);

	buffer_add(b, file.ptr, file.len);
	buffer_add(b, "\n\n", 2);
	buffer_free(&file);
}

/* Stacks of which each is new */
static void add_stacks(struct buffer *b, int from, int count)
{
	for (int i = from; i < from + count; i++) {
		char stack[128];

		snprintf(stack, sizeof(stack), " alloc_pages+0x1/0x2\n owner_%d+0x1/0x2\n"
			 " caller_%d+0x3/0x40 [mod%d]\n", i, i % 7, i % 5);
		make_record(b, .pid = i % 50, .ts = (uint64_t)i * 777777777,
			    .pfn = 0x1000 + (uint64_t)i * 5, .stack = stack,
			    .order = (unsigned int)i % 4,
			    .notes = i % 9 ? NULL : "Charged to memcg a.slice\n");
	}
}

static void pack_gzip(struct buffer *b, const struct buffer *text)
{
	z_stream z = { .next_in = (unsigned char *)text->ptr,
		.avail_in = (uInt)text->len };
	unsigned char *out = malloc(compressBound(text->len) + 64);

	z.next_out = out;
	z.avail_out = (uInt)compressBound(text->len) + 64;
	if (deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK ||
	    deflate(&z, Z_FINISH) != Z_STREAM_END)
		abort();
	buffer_add(b, out, z.total_out);
	deflateEnd(&z);
	free(out);
}

static void pack_xz(struct buffer *b, const struct buffer *text)
{
#ifdef HAVE_LZMA
	size_t room = lzma_stream_buffer_bound(text->len), done = 0;
	uint8_t *out = malloc(room);

	if (lzma_easy_buffer_encode(0, LZMA_CHECK_CRC64, NULL,
				    (const uint8_t *)text->ptr, text->len, out, &done,
				    room) != LZMA_OK)
		abort();
	buffer_add(b, out, done);
	free(out);
#else
	buffer_add(b, text->ptr, text->len);
#endif
}

static void pack_zstd(struct buffer *b, const struct buffer *text)
{
#ifdef HAVE_ZSTD
	size_t room = ZSTD_compressBound(text->len);
	char *out = malloc(room);

	buffer_add(b, out, ZSTD_compress(out, room, text->ptr, text->len, 3));
	free(out);
#else
	buffer_add(b, text->ptr, text->len);
#endif
}

/* The kernel's files, as plain ones */
static char debugfs[] = "/tmp/test-nomem-XXXXXX";
static char page_owner[sizeof(debugfs) + 16];

static void make_debugfs(void)
{
	FILE *file;

	if (!mkdtemp(debugfs))
		abort();
	snprintf(page_owner, sizeof(page_owner), "%s/page_owner", debugfs);
	file = fopen(page_owner, "w");
	if (!file || fwrite(other.ptr, 1, other.len, file) != other.len || fclose(file))
		abort();
	setenv("PAGEOWNER_DEBUGFS", debugfs, 1);
}

static void remove_debugfs(void)
{
	unlink(page_owner);
	rmdir(debugfs);
}

static void make_samples(void)
{
	static const char *const files[] = {
		"odd/capture.page_owner", "dialects/linux-6.12.page_owner",
		"dialects/linux-3.19.page_owner", "dialects/huawei-4.9.page_owner",
		"dialects/linux-7.3-stack-handle.page_owner",
		"dialects/linux-7.3-handle.page_owner",
		"dialects/linux-6.19.show_stacks_handles",
		"dialects/linux-6.19.show_handles", "dialects/linux-6.9.show_stacks",
		"dialects/page_owner_sort-6.12-culled.report",
		"dialects/linux-6.8.console",
	};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		add_file(&sample, files[i]);
	/* With line ends of DOS, of which a copy is made */
	make_record(&sample, .comm = "dos", .stack = " dos+0x1/0x2\r\n");
	add_stacks(&sample, 0, 70);
	add_padding(&sample, 400 << 10);	/* longer than a window */
	add_stacks(&other, 50, 70);
	add_file(&other, "dialects/linux-6.19.show_handles");
	add_file(&other, "odd/capture.page_owner");
	while (large.len < (2 << 20) + (100 << 10))
		add_stacks(&large, 0, 20);
	pack_gzip(&packed[0], &sample);
	pack_xz(&packed[1], &sample);
	pack_zstd(&packed[2], &sample);
}

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

static int read_all(struct buffer *b, const struct buffer *text)
{
	const struct pageowner_conditions *c;
	const struct pageowner_record *r;
	struct pageowner_reader *reader;
	int ret;

	TRY(pageowner_reader_open_memory(text->ptr, text->len, &reader));
	while ((ret = LIB(pageowner_reader_next(reader, &r))) > 0)
		print_record(b, r);
	if (pageowner_reader_conditions(reader, &c) > 0)
		buffer_escape(b, c->hostname);
	print_stats(b, pageowner_reader_stats(reader), 0);
	pageowner_reader_free(reader);
	return ret;
}

static int read_plain(struct buffer *b)
{
	return read_all(b, &sample);
}

static int read_gzip(struct buffer *b)
{
	return read_all(b, &packed[0]);
}

static int read_xz(struct buffer *b)
{
	return read_all(b, &packed[1]);
}

static int read_zstd(struct buffer *b)
{
	return read_all(b, &packed[2]);
}

static int read_file(struct buffer *b)
{
	const char *path = temp_file(sample.ptr, sample.len);
	const struct pageowner_record *r;
	struct pageowner_reader *reader;
	int ret;

	TRY(pageowner_reader_open(path, &reader));
	while ((ret = LIB(pageowner_reader_next(reader, &r))) > 0)
		buffer_escape(b, r->header);
	pageowner_reader_free(reader);
	return ret;
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

static struct pageowner_profile *profile_of(const struct buffer *text, const char *keys)
{
	struct pageowner_profile *p;

	ck_assert_int_eq(pageowner_profile_new(keys, &p), 0);
	ck_assert_int_eq(pageowner_profile_keep(p, "migratetype"), 0);
	ck_assert_int_eq(pageowner_profile_load(p, temp_file(text->ptr, text->len)), 0);
	return finished(p);
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

static int live(struct buffer *b)
{
	struct pageowner_live *l;

	TRY(pageowner_live_new(&l));
	buffer_printf(b, "%d", pageowner_live_is_module(l));
	LIB(pageowner_live_path(l, PAGEOWNER_LIVE_PAGE_OWNER));
	pageowner_live_free(l);
	return 0;
}

static int write_text(void *b, const void *text, size_t len)
{
	const bool was_on = nomem.on;

	nomem.on = false;
	buffer_add(b, text, len);
	nomem.on = was_on;
	return 0;
}

static int take_into(struct pageowner_capture *c, struct buffer *b)
{
	TRY(pageowner_capture_set_names(c, "a tool", "its command"));
	TRY(pageowner_capture_set_write(c, write_text, b));
	TRY(pageowner_capture_set_flags(c, PAGEOWNER_CAPTURE_PLAIN |
					PAGEOWNER_CAPTURE_FORCE));
	TRY(pageowner_capture_take(c));
	return 0;
}

static int capture(struct buffer *b)
{
	struct pageowner_capture *c = NULL;
	struct pageowner_live *l;
	int ret;

	TRY(pageowner_live_new(&l));
	ret = LIB(pageowner_capture_new(l, PAGEOWNER_CAPTURE_PAGES, &c));
	if (ret == 0)
		ret = take_into(c, b);
	ck_assert(!c || ret == 0 || *pageowner_capture_error(c));
	pageowner_capture_free(c);
	pageowner_live_free(l);
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
	{ "read plain text", read_plain },
	{ "read .gz", read_gzip },
	{ "read .xz", read_xz },
	{ "read .zst", read_zstd },
	{ "read a file", read_file },
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
	{ "diff by stack", diff_stacks },
	{ "diff by call path", diff_portable },
	{ "diff by owner", diff_owners },
	{ "diff of handles", diff_handles },
	{ "pageblocks", pageblocks },
	{ "account", account },
	{ "live", live },
	{ "capture", capture },
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
	make_debugfs();
	for (int i = 0; i < (int)ARRAY_SIZE(runs); i++)
		tcase_add_loop_test(new_case(runs[i].name),
				    test_each_allocation_may_fail, i, i + 1);
	for (int i = 0; (format = pageowner_export_format((size_t)i, NULL, NULL)); i++)
		tcase_add_loop_test(new_case(format),
				    test_each_allocation_of_an_export_may_fail, i, i + 1);
	ret = run_cases("nomem");
	remove_debugfs();
	buffer_free(&sample);
	buffer_free(&other);
	buffer_free(&large);
	for (size_t i = 0; i < ARRAY_SIZE(packed); i++)
		buffer_free(&packed[i]);
	printf("%lu allocations failed in all\n", nomem_total());
	return ret;
}
