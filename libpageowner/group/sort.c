// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * sort.c - sort groups.
 *
 * Each table of texts is sorted once, by bytes; after that groups are compared by
 * integers only. Groups that are equal in the sort keys are ordered by the keys they
 * are grouped by, as in page_owner_sort, and then by input order, so the order is
 * always the same.
 */
#include "group/sort.h"

#include <stdlib.h>

#include "group/value.h"

/* Columns that are computed for all groups; further ones only if two groups are equal
 * in these. */
#define READY	2

struct column {
	enum pageowner_field key;
	bool descending;
};

struct sorting {
	struct po_groups *groups;
	struct po_entry **entries;
	struct column columns[2 * PAGEOWNER_FIELD_COUNT];
	unsigned int count;
	uint64_t *ready[READY];
	int error;
};

static int compare_texts(const void *a, const void *b)
{
	const struct po_entry *const *x = a, *const *y = b;

	return po_text_compare(po_entry_text(*x), po_entry_text(*y));
}

/* Lines are ranked before, and none is a prefix of another: each has its newline. */
static int compare_lines(const void *a, const void *b)
{
	size_t x_count, y_count;
	const struct po_lines *x, *y;

	x = po_entry_lines(*(const struct po_entry *const *)a, &x_count);
	y = po_entry_lines(*(const struct po_entry *const *)b, &y_count);
	for (size_t i = 0; i < x_count && i < y_count; i++) {
		const struct po_name *nx, *ny;

		if (x->line[i] == y->line[i])
			continue;
		nx = po_entry_payload(x->line[i]);
		ny = po_entry_payload(y->line[i]);
		return nx->rank < ny->rank ? -1 : 1;
	}
	return (x_count > y_count) - (x_count < y_count);
}

/* Store the rank of each text of a table in its payload. */
static int rank(struct po_budget *budget, const struct po_intern *table,
		size_t rank_at, int (*compare)(const void *, const void *))
{
	struct po_entry **sorted, **entries;
	size_t count, size;

	entries = po_intern_entries(table, &count);
	if (!count)
		return 0;
	size = sizeof(*sorted) + po_sort_size(1, sizeof(*sorted));
	sorted = po_budget_alloc(budget, count, size);
	if (!sorted)
		return -ENOMEM;
	memcpy(sorted, entries, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), compare);
	for (size_t i = 0; i < count; i++)
		*(uint32_t *)((char *)po_entry_payload(sorted[i]) + rank_at) =
			(uint32_t)i;
	po_budget_free(budget, sorted, count, size);
	return 0;
}

static int rank_tables_of(struct sorting *s)
{
	const struct po_texts *t = &s->groups->texts;
	struct po_budget *b = t->how.budget;
	bool headers = false, bodies = false, names = false, callstacks = false;
	int ret = 0;

	for (unsigned int i = 0; i < s->count; i++) {
		enum pageowner_field key = s->columns[i].key;
		const struct po_intern *table = po_value_table(t, key);

		headers |= key == PAGEOWNER_FIELD_TXT;
		bodies |= key == PAGEOWNER_FIELD_TXT || table == t->bodies;
		names |= table == t->names;
		callstacks |= table == t->callstacks;
	}
	if (headers)
		ret = rank(b, t->headers, offsetof(struct po_header, rank),
			   compare_texts);
	if (ret == 0 && names)
		ret = rank(b, t->names, offsetof(struct po_name, rank),
			   compare_texts);
	if (ret == 0 && (bodies || callstacks))
		ret = rank(b, t->lines, offsetof(struct po_name, rank),
			   compare_texts);
	if (ret == 0 && bodies)
		ret = rank(b, t->bodies, offsetof(struct po_body, rank),
			   compare_lines);
	if (ret == 0 && callstacks)
		ret = rank(b, t->callstacks, offsetof(struct po_name, rank),
			   compare_lines);
	return ret;
}

static uint64_t rank_of(const struct po_texts *t, enum pageowner_field key,
			uint64_t value)
{
	const struct po_intern *table = po_value_table(t, key);
	struct po_entry **entries;
	size_t count;

	if (key == PAGEOWNER_FIELD_TXT)
		return (uint64_t)po_header_of(t, (uint32_t)(value >> 32))->rank
			<< 32 | po_body_of(t, (uint32_t)value)->rank;
	/* A record without time comes last: page_owner_sort treats it as 2^64-1. */
	if (key == PAGEOWNER_FIELD_ALLOC_TS || key == PAGEOWNER_FIELD_FREE_TS)
		return value - 1;
	if (!table || !value)
		return value;
	if (table == t->bodies)
		return (uint64_t)po_body_of(t, (uint32_t)value - 1)->rank + 1;
	entries = po_intern_entries(table, &count);
	return (uint64_t)((struct po_name *)po_entry_payload(entries[value - 1]))
		->rank + 1;
}

static uint64_t column_of(struct sorting *s, unsigned int column, size_t group)
{
	const struct column *c = &s->columns[column];
	uint64_t value = po_groups_value(s->groups, s->entries[group], c->key,
					 &s->error);

	value = rank_of(&s->groups->texts, c->key, value);
	return c->descending ? ~value : value;
}

static int compare_groups(const void *a, const void *b, void *data)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	const struct po_group *gx, *gy;
	struct sorting *s = data;

	for (unsigned int i = 0; i < s->count; i++) {
		uint64_t vx = i < READY ? s->ready[i][x] : column_of(s, i, x);
		uint64_t vy = i < READY ? s->ready[i][y] : column_of(s, i, y);

		if (vx != vy)
			return vx < vy ? -1 : 1;
	}
	gx = po_entry_payload(s->entries[x]);
	gy = po_entry_payload(s->entries[y]);
	return (gx->seq > gy->seq) - (gx->seq < gy->seq);
}

/* Add all texts that the columns need to their tables before these are ranked. */
static int touch_texts(struct sorting *s, size_t count)
{
	for (unsigned int i = 0; i < s->count; i++) {
		enum pageowner_field key = s->columns[i].key;

		if (!po_value_table(&s->groups->texts, key) ||
		    s->groups->by.set & PO_FIELD_BIT(key))
			continue;
		for (size_t g = 0; g < count; g++)
			po_groups_value(s->groups, s->entries[g], key, &s->error);
	}
	return s->error;
}

static int fill_ready(struct sorting *s, size_t count)
{
	for (unsigned int i = 0; i < READY && i < s->count; i++) {
		s->ready[i] = po_budget_alloc(s->groups->texts.how.budget, count,
					      sizeof(uint64_t));
		if (!s->ready[i])
			return -ENOMEM;
		for (size_t g = 0; g < count; g++)
			s->ready[i][g] = column_of(s, i, g);
	}
	return s->error;
}

static void free_ready(struct sorting *s, size_t count)
{
	for (int i = 0; i < READY; i++) {
		po_budget_free(s->groups->texts.how.budget, s->ready[i], count,
			       sizeof(uint64_t));
		s->ready[i] = NULL;
	}
}

/* Permute the groups into the order of @order, which has each index once. */
static int put_in_order(struct sorting *s, const uint32_t *order, size_t count)
{
	struct po_budget *budget = s->groups->texts.how.budget;
	struct po_entry **sorted = po_budget_alloc(budget, count, sizeof(*sorted));

	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		sorted[i] = s->entries[order[i]];
	memcpy(s->entries, sorted, count * sizeof(*sorted));
	po_budget_free(budget, sorted, count, sizeof(*sorted));
	return 0;
}

static int sort_groups(struct sorting *s, size_t count)
{
	const size_t size = sizeof(uint32_t) + po_sort_size(1, sizeof(uint32_t));
	struct po_budget *budget = s->groups->texts.how.budget;
	uint32_t *order = po_budget_alloc(budget, count, size);
	int ret = order ? 0 : -ENOMEM;

	if (ret == 0)
		ret = touch_texts(s, count);
	if (ret == 0)
		ret = rank_tables_of(s);
	if (ret == 0)
		ret = fill_ready(s, count);
	if (ret == 0) {
		for (size_t i = 0; i < count; i++)
			order[i] = (uint32_t)i;
		qsort_r(order, count, sizeof(*order), compare_groups, s);
		free_ready(s, count);
		ret = put_in_order(s, order, count);
	}
	free_ready(s, count);
	po_budget_free(budget, order, count, size);
	return ret;
}

static uint64_t seq_of(const struct po_entry *group)
{
	return ((const struct po_group *)po_entry_payload(group))->seq;
}

int po_groups_sort(struct po_groups *g, const struct po_keys *order)
{
	struct sorting s = { .groups = g };
	size_t count;
	int ret = 0;

	/* The index is no longer needed for finding groups. */
	po_intern_drop_index(g->groups);
	s.entries = po_intern_entries(g->groups, &count);
	if (!count || (!order && g->in_order))
		return 0;
	for (unsigned int i = 0; order && i < order->count; i++)
		s.columns[s.count++] = (struct column){ order->keys[i].key,
			order->keys[i].descending };
	/* Input order needs no further key. */
	for (unsigned int i = 0; order && i < g->by.count; i++)
		if (!(order->set & PO_FIELD_BIT(g->by.keys[i].key)))
			s.columns[s.count++].key = g->by.keys[i].key;
	ret = sort_groups(&s, count);
	if (ret < 0)
		return ret;
	g->in_order = !order;
	if (!order)
		g->newest = seq_of(s.entries[count - 1]);
	return 0;
}
