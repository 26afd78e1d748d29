// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * print.c - records and profiles as text that tests compare; items of objects that must
 * be there.
 */
#include "support.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_text(struct buffer *b, const char *name,
		       struct pageowner_text text)
{
	buffer_printf(b, "%s%s=", b->len && b->ptr[b->len - 1] != '\n' ? "\t" : "",
		      name);
	buffer_escape(b, text);
}

static void print_number(struct buffer *b, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void print_number(struct buffer *b, const char *format, ...)
{
	char text[128];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	buffer_printf(b, "%s%s", b->len && b->ptr[b->len - 1] != '\n' ? "\t" : "",
		      text);
}

static void print_stack(struct buffer *b, const char *prefix,
			struct pageowner_text stack)
{
	char name[32];
	struct pageowner_text symbol = { "", 0 }, module = { "", 0 };
	struct pageowner_frame frame;
	int count = 0;

	while (pageowner_frame_next(&stack, &frame)) {
		if (!count++)
			symbol = frame.symbol;
		if (!module.len)
			module = frame.module;
	}
	print_number(b, "%sframes=%d", prefix, count);
	snprintf(name, sizeof(name), "%sframe0", prefix);
	if (count)
		print_text(b, name, symbol);
	if (module.len)
		print_text(b, "module0", module);
}

static const char *const kind_names[] = {
	"page", "stack", "handle", "stack_handle", "group", "console",
};

void print_record(struct buffer *b, const struct pageowner_record *r)
{
	/* A page is what its order says. */
	if (r->kind) {
		print_number(b, "kind=%s", kind_names[r->kind]);
		if (r->has & PAGEOWNER_HAS_TIMES)
			print_number(b, "times=%" PRIu64, r->times);
		if (r->has & PAGEOWNER_HAS_PAGES)
			print_number(b, "pages=%" PRIu64, r->pages);
		if (r->has & PAGEOWNER_HAS_STACK_COUNT)
			print_number(b, "stack_count");
	}
#define IF(bit, print) do { if (r->has & PAGEOWNER_HAS_##bit) print; } while (0)
	IF(ORDER, print_number(b, "order=%" PRIu32, r->order));
	IF(GFP_MASK, print_number(b, "mask=0x%" PRIx64, r->gfp_mask));
	IF(GFP_NAMES, print_text(b, "gfp", r->gfp_names));
	IF(PID, print_number(b, "pid=%" PRId32, r->pid));
	IF(TGID, print_number(b, "tgid=%" PRId32, r->tgid));
	IF(COMM, print_text(b, "comm", r->comm));
	IF(TS, print_number(b, "ts=%" PRIu64, r->ts_ns));
	IF(FREE_TS, print_number(b, "free_ts=%" PRIu64, r->free_ts_ns));
	IF(PFN, print_number(b, "pfn=%" PRIu64, r->pfn));
	IF(PAGE_TYPE, print_text(b, "type", r->page_type));
	IF(BLOCK, print_number(b, "block=%" PRIu64, r->block));
	IF(BLOCK_TYPE, print_text(b, "blocktype", r->block_type));
	IF(FLAGS, print_number(b, "flags=0x%" PRIx64, r->flags));
	IF(FLAG_NAMES, print_text(b, "flagnames", r->flag_names));
	IF(NODE, print_number(b, "node=%" PRId32, r->node));
	IF(ZONE, print_number(b, "zone=%" PRId32, r->zone));
	print_stack(b, "", r->stack);
	IF(MIGRATE_REASON, print_text(b, "migrate", r->migrate_reason));
	print_number(b, "slab=%d", !!(r->has & PAGEOWNER_HAS_SLAB));
	print_number(b, "objcg=%d", !!(r->has & PAGEOWNER_HAS_OBJCG));
	print_number(b, "offline=%d", !!(r->has & PAGEOWNER_HAS_OFFLINE));
	IF(MEMCG, print_text(b, "memcg", r->memcg));
	IF(HANDLE, print_number(b, "handle=%" PRIu32, r->handle));
	IF(RELEASED, print_number(b, "released"));
	IF(FREE_PID, print_number(b, "free_pid=%" PRId32, r->free_pid));
	IF(FREE_TGID, print_number(b, "free_tgid=%" PRId32, r->free_tgid));
	IF(FREE_STACK, print_stack(b, "free_", r->free_stack));
	IF(ALLOCATOR, print_number(b, "allocator=%" PRIu32, r->allocator));
	IF(MODULE, print_text(b, "module", r->module));
	IF(OWNER, print_text(b, "owner", r->owner));
#undef IF
	buffer_add(b, "\n", 1);
}

static const char *const damage_names[] = {
	"junk", "header", "field", "pfn_line", "no_end", "cut", "compression",
	"overflow", "guess", "incomplete", "no_trailer",
};

static const char *const repair_names[] = {
	"encoding", "prefix", "markup", "line_end", "fold", "moved", "foreign", "elision",
	"frame", "header", "spacing", "tool",
};

void print_stats(struct buffer *b, const struct pageowner_input_stats *s,
		 uint64_t base)
{
	buffer_printf(b, "records=%" PRIu64 " bytes=%" PRIu64 " skipped=%" PRIu64,
		      s->records, s->bytes - base, s->skipped_bytes);
	for (size_t i = 0; i < ARRAY_SIZE(damage_names); i++)
		if (s->damage[i].count)
			buffer_printf(b, " %s=%" PRIu64 "@%" PRId64,
				      damage_names[i], s->damage[i].count,
				      (int64_t)(s->damage[i].first_offset - base));
	for (size_t i = 0; i < ARRAY_SIZE(repair_names); i++)
		if (s->repair[i].count)
			buffer_printf(b, " %s=%" PRIu64 "@%" PRId64,
				      repair_names[i], s->repair[i].count,
				      (int64_t)(s->repair[i].first_offset - base));
	buffer_add(b, "\n", 1);
}

uint64_t damage_count(const struct pageowner_input_stats *s)
{
	uint64_t count = 0;

	for (size_t i = 0; i < ARRAY_SIZE(s->damage); i++)
		count += s->damage[i].count;
	return count;
}

int print_reader(struct buffer *b, struct pageowner_reader *reader)
{
	const struct pageowner_record *record;
	int ret;

	while ((ret = pageowner_reader_next(reader, &record)) > 0) {
		buffer_printf(b, "@%" PRIu64 "%s\t", record->offset,
			      record->has & PAGEOWNER_HAS_NO_END ? " no end" : "");
		print_record(b, record);
	}
	buffer_printf(b, "ret=%d ", ret);
	print_stats(b, pageowner_reader_stats(reader), 0);
	return ret;
}

int print_memory(struct buffer *b, const void *data, size_t len)
{
	struct pageowner_reader *reader;
	int ret = pageowner_reader_open_memory(data, len, &reader);

	if (ret < 0) {
		buffer_printf(b, "ret=%d\n", ret);
		return ret;
	}
	ret = print_reader(b, reader);
	pageowner_reader_free(reader);
	return ret;
}

static void print_group(struct buffer *b, const struct pageowner_group *g)
{
	const struct pageowner_record *r = g->record;

	buffer_printf(b, "times=%" PRIu64 " pages=%" PRIu64 " allocator=%" PRIu32
		      " header=", g->times, g->pages, g->allocator);
	buffer_escape(b, r->header);
	buffer_add(b, "|stack=", 7);
	buffer_escape(b, r->stack);
	buffer_add(b, "|notes=", 7);
	buffer_escape(b, r->notes);
	buffer_add(b, "|\t", 2);
	print_record(b, r);
}

#define AT(name, type, object, function) \
const struct type *name(object, size_t index) \
{ \
	const struct type *found; \
	const int ret = function(from, index, &found); \
\
	if (ret < 0) \
		give_up(#function); \
	return ret ? found : NULL; \
}

struct pageowner_profile *finished(struct pageowner_profile *profile)
{
	if (pageowner_profile_finish(profile) < 0)
		give_up(pageowner_profile_error(profile));
	return profile;
}

static int finished_group(struct pageowner_profile *profile, size_t index,
			  const struct pageowner_group **group)
{
	return pageowner_profile_group(finished(profile), index, group);
}

AT(group_at, pageowner_group, struct pageowner_profile *from, finished_group)
AT(change_at, pageowner_change, struct pageowner_diff *from, pageowner_diff_change)
AT(block_at, pageowner_pageblock, struct pageowner_pageblocks *from,
   pageowner_pageblocks_block)
AT(zone_at, pageowner_zone, const struct pageowner_pageblocks *from,
   pageowner_pageblocks_zone)
AT(holder_at, pageowner_holder, struct pageowner_pageblocks *from,
   pageowner_pageblocks_holder)
AT(conditions_at, pageowner_conditions, const struct pageowner_profile *from,
   pageowner_profile_conditions)

const struct pageowner_conditions *
conditions_of(const struct pageowner_reader *reader)
{
	const struct pageowner_conditions *found;

	return pageowner_reader_conditions(reader, &found) ? found : NULL;
}

void print_groups(struct buffer *b, struct pageowner_profile *profile)
{
	size_t count = pageowner_profile_count(finished(profile));
	uint64_t times, pages;

	pageowner_profile_total(profile, &times, &pages);
	buffer_printf(b, "groups=%zu times=%" PRIu64 " pages=%" PRIu64
		      " has=0x%" PRIx64 "\n", count, times, pages,
		      pageowner_profile_has(profile));
	for (size_t i = 0; i < count; i++) {
		print_group(b, group_at(profile, i));
		for (int key = 0; key < PAGEOWNER_FIELD_COUNT; key++) {
			struct pageowner_value v;

			if (pageowner_profile_value(profile, i, key, &v) <= 0)
				continue;
			buffer_printf(b, "\t%s:", pageowner_field_name(key));
			if (v.is_text)
				buffer_escape(b, v.text);
			else
				buffer_printf(b, "%" PRId64, v.number);
		}
		buffer_add(b, "\n", 1);
	}
}
