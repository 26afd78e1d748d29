// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * parts.c - named pieces of the lines of an account, and details of them: added up by name,
 * then sorted.
 *
 * They explain a line and never change it. Knows no file.
 */
#include "account/state.h"

#include <stdlib.h>

/* What is stored with a name */
struct sum {
	int64_t bytes, pages;
	uint64_t count;
	const char *unit;
	unsigned int flags;
};

/* Before a name in the table: its class and its source */
#define HEAD	2

void po_parts_free(struct po_parts *parts)
{
	po_intern_free(parts->table);
	po_buffer_free(&parts->key, parts->budget);
	po_budget_free(parts->budget, parts->sorted, parts->room, sizeof(*parts->sorted));
}

static int64_t add(int64_t a, int64_t b)
{
	int64_t sum;

	if (__builtin_add_overflow(a, b, &sum))
		return b < 0 ? INT64_MIN : INT64_MAX;
	return sum;
}

int po_parts_meet(struct po_parts *parts, const struct po_part *part)
{
	struct po_entry *entry;
	size_t count = 0;
	struct sum *sum;
	char *to;

	if (!parts->table && po_intern_new(sizeof(struct sum), parts->budget,
					   &parts->table) < 0)
		return -ENOMEM;
	if (po_buffer_need(&parts->key, parts->budget,
			   HEAD + part->name.len + 1 + part->module.len) < 0)
		return -ENOMEM;
	to = parts->key.ptr;
	*to++ = (char)part->id;
	*to++ = (char)part->source;
	if (part->name.len)
		to = mempcpy(to, part->name.ptr, part->name.len);
	*to++ = '\n';
	if (part->module.len)
		to = mempcpy(to, part->module.ptr, part->module.len);
	po_intern_entries(parts->table, &count);
	entry = po_intern_add(parts->table, (struct pageowner_text){
		parts->key.ptr, (size_t)(to - parts->key.ptr) });
	if (!entry)
		return -ENOMEM;
	sum = po_entry_payload(entry);
	if (part->flags & PO_PART_LARGEST)
		sum->bytes = part->bytes > sum->bytes ? part->bytes : sum->bytes;
	else
		sum->bytes = add(sum->bytes, part->bytes);
	sum->pages = add(sum->pages, part->pages);
	sum->count = part->flags & PO_PART_TMPFS ? part->count :
		po_add_or_stay(sum->count, part->count);
	sum->unit = part->unit;
	sum->flags |= part->flags;
	return entry->key.number == count;
}

int po_parts_add(struct po_parts *parts, const struct po_part *part)
{
	const int ret = po_parts_meet(parts, part);

	return ret < 0 ? ret : 0;
}

/* Those of all entries that are file systems */
static size_t find_mounts(struct po_entry *const *entries, size_t count, struct po_mount *to)
{
	size_t mounts = 0;

	for (size_t i = 0; i < count; i++) {
		const struct sum *sum = po_entry_payload(entries[i]);
		const char *name = entries[i]->text + HEAD;

		if (!(sum->flags & (PO_PART_TMPFS | PO_PART_REMOTE)))
			continue;
		to[mounts++] = (struct po_mount){
			.point = { name, entries[i]->len - HEAD - 1 }, .device = sum->count,
			.is_remote = sum->flags & PO_PART_REMOTE,
		};
	}
	return mounts;
}

int po_parts_mounts(struct po_parts *parts, struct po_mount **mounts, size_t *count,
		    size_t *room)
{
	struct po_entry **entries;

	*room = *count = 0;
	*mounts = NULL;
	if (!parts->table)
		return 0;
	entries = po_intern_entries(parts->table, room);
	*mounts = po_budget_alloc(parts->budget, *room, sizeof(**mounts));
	if (!*mounts)
		return -ENOMEM;
	*count = find_mounts(entries, *room, *mounts);
	return 0;
}

/* 0 if it is negative: more was free than there was. */
static uint64_t bytes_of(const struct sum *sum, uint64_t page_size)
{
	int64_t bytes;

	if (__builtin_mul_overflow(sum->pages, page_size, &bytes))
		bytes = INT64_MAX;
	bytes = add(bytes, sum->bytes);
	return bytes > 0 ? (uint64_t)bytes : 0;
}

static struct pageowner_account_part make_part(const struct po_entry *entry,
					       uint64_t page_size)
{
	const struct sum *sum = po_entry_payload(entry);
	const char *name = entry->text + HEAD;
	const size_t len = entry->len - HEAD;
	const char *end = memchr(name, '\n', len);

	return (struct pageowner_account_part){
		.id = (enum pageowner_account_class)(unsigned char)entry->text[0],
		.source = (enum pageowner_account_source)(unsigned char)entry->text[1],
		.name = { name, (size_t)(end - name) },
		.module = { end + 1, len - (size_t)(end - name) - 1 },
		.bytes = bytes_of(sum, page_size), .count = sum->count, .unit = sum->unit,
	};
}

static int compare(const void *a, const void *b)
{
	const struct pageowner_account_part *x = a, *y = b;
	int ret;

	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	if (x->bytes != y->bytes)
		return x->bytes > y->bytes ? -1 : 1;
	ret = po_text_compare(x->name, y->name);
	if (ret == 0)
		ret = po_text_compare(x->module, y->module);
	return ret ? ret : (int)x->source - (int)y->source;
}

/* Memory for @count of them, and for sorting it: 0 or -ENOMEM */
static int make_room(struct po_parts *parts, size_t count)
{
	const size_t size = sizeof(*parts->sorted);

	po_budget_free(parts->budget, parts->sorted, parts->room, size);
	parts->count = parts->room = 0;
	parts->sorted = NULL;
	if (!po_budget_take(parts->budget, po_sort_size(count, size)))
		return -ENOMEM;
	po_budget_give(parts->budget, po_sort_size(count, size));
	parts->sorted = po_budget_alloc(parts->budget, count, size);
	if (!parts->sorted)
		return -ENOMEM;
	parts->room = count;
	return 0;
}

/* What meminfo of this kernel has no line for is not named by meminfo. */
static unsigned int group_of(const struct po_account_sums *s, unsigned int id)
{
	const bool is_detail = id > PO_ACCOUNT_UNKNOWN;
	const unsigned int class = is_detail ? id - PO_ACCOUNT_DETAIL(0) : id;

	if (id == PO_ACCOUNT_UNKNOWN || class == PAGEOWNER_ACCOUNT_RESERVED || s->has[class])
		return id;
	return is_detail ? PO_ACCOUNT_DETAIL(PAGEOWNER_ACCOUNT_OTHER) : PAGEOWNER_ACCOUNT_OTHER;
}

static void keep(struct po_parts *parts, const struct po_account_sums *s,
		 struct pageowner_account_part part)
{
	if (!part.bytes && !(part.count && part.id > PO_ACCOUNT_UNKNOWN))
		return;
	part.id = group_of(s, part.id);
	parts->sorted[parts->count++] = part;
}

/* Whether it is to be shown, as far as it is known */
static bool is_known(const struct po_entry *entry)
{
	const struct sum *sum = po_entry_payload(entry);
	const unsigned int both = PO_PART_TMPFS | PO_PART_MEASURED;

	return (unsigned char)entry->text[0] != PO_ACCOUNT_HIDDEN &&
		(!(sum->flags & PO_PART_MOUNT) || (sum->flags & both) == both);
}

/* What no detail of Shmem names, if there is one */
static void keep_rest_of_shmem(struct po_parts *parts, const struct po_account_sums *s,
			       uint64_t named)
{
	const uint64_t all = s->facts.number[PO_FACT_SHMEM];

	if (named && all > named)
		keep(parts, s, (struct pageowner_account_part){
			.id = PO_ACCOUNT_DETAIL(PAGEOWNER_ACCOUNT_CACHE),
			.source = PAGEOWNER_ACCOUNT_MEMINFO,
			.name = PO_TEXT("shared memory, elsewhere (memfd, shared anonymous, GPU buffers)"),
			.module = PO_TEXT(""), .bytes = all - named,
		});
}

/* What was added up, and what only facts say */
static void keep_all(struct po_parts *parts, const struct po_account_sums *s,
		     struct po_entry *const *entries, size_t count)
{
	uint64_t shared = 0;

	for (size_t i = 0; i < count; i++) {
		const struct sum *sum = po_entry_payload(entries[i]);
		struct pageowner_account_part part;

		if (!is_known(entries[i]))
			continue;
		part = make_part(entries[i], s->page_size);
		if (sum->flags & PO_PART_OF_SHMEM)
			shared = po_add_or_stay(shared, part.bytes);
		if (!part.unit)
			part.count = 0;
		keep(parts, s, part);
	}
	keep_rest_of_shmem(parts, s, shared);
}

/* Details are in a group of their own until they are sorted. */
static void find_first(struct po_parts *parts)
{
	size_t i = 0;

	for (unsigned int id = 0; id <= PO_ACCOUNT_GROUPS; id++) {
		while (i < parts->count && parts->sorted[i].id < id)
			i++;
		parts->first[id] = i;
	}
	for (i = parts->first[PO_ACCOUNT_DETAIL(0)]; i < parts->count; i++)
		parts->sorted[i].id -= PO_ACCOUNT_DETAIL(0);
}

int po_parts_sort(struct po_parts *parts, const struct po_account_sums *s)
{
	struct pageowner_account_part derived[PO_DERIVED_MAX];
	struct po_entry **entries = NULL;
	bool has_caches = false;
	size_t count = 0, more;

	if (parts->table)
		entries = po_intern_entries(parts->table, &count);
	for (size_t i = 0; i < count && !has_caches; i++)
		has_caches = entries[i]->text[0] == PAGEOWNER_ACCOUNT_SLAB;
	more = po_account_derive(&s->facts, s->page_size, has_caches, derived);
	if (!count && !more)
		return 0;
	if (make_room(parts, count + more + 1) < 0)
		return -ENOMEM;
	keep_all(parts, s, entries, count);
	for (size_t i = 0; i < more; i++)
		keep(parts, s, derived[i]);
	qsort(parts->sorted, parts->count, sizeof(*parts->sorted), compare);
	find_first(parts);
	return 0;
}
