// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * together.c - which captures can be added up: those with pages of one size, and of the
 * memory of each boot only one.
 *
 * By what they say of themselves; it does not look at records.
 */
#include "read/together.h"

#include <stdio.h>
#include <stdlib.h>

/* So many captures of one boot, each of other nodes, are compared with each other. */
#define NODES_MAX	1024

/* Take a range off a list such as "0,2-3": false if there is none, or it is not a list. */
static bool take_range(const char **list, unsigned long *from, unsigned long *to)
{
	char *end;

	*from = *to = strtoul(*list, &end, 10);
	if (end == *list)
		return false;
	if (*end == '-')
		*to = strtoul(end + 1, &end, 10);
	*list = end + (*end == ',');
	return true;
}

/* Whether two lists of nodes have none in common */
static bool are_disjoint(struct pageowner_text a, struct pageowner_text b)
{
	char one[256], two[256];
	unsigned long from, to, first, last;

	if (!a.len || !b.len || a.len >= sizeof(one) || b.len >= sizeof(two))
		return false;
	snprintf(one, sizeof(one), "%.*s", (int)a.len, a.ptr);
	snprintf(two, sizeof(two), "%.*s", (int)b.len, b.ptr);
	for (const char *x = one; *x;) {
		if (!take_range(&x, &from, &to))
			return false;
		for (const char *y = two; *y;)
			if (!take_range(&y, &first, &last) || (from <= last && first <= to))
				return false;
	}
	return true;
}

static bool ends_with(struct pageowner_text text, struct pageowner_text end)
{
	return text.len >= end.len &&
		!memcmp(text.ptr + text.len - end.len, end.ptr, end.len);
}

/* Whether it is of a known boot, and has counts, not only the stacks of handles */
static bool counts_a_boot(const struct pageowner_conditions *c)
{
	return c->boot_id.len && !po_text_equal(c->mode, PO_TEXT("stack_handle")) &&
		!ends_with(c->file, PO_TEXT("show_stacks_handles"));
}

bool po_conditions_overlap(const struct pageowner_conditions *a,
			   const struct pageowner_conditions *b)
{
	return counts_a_boot(a) && counts_a_boot(b) &&
		po_text_equal(a->boot_id, b->boot_id) && !are_disjoint(a->nodes, b->nodes);
}

static int compare_boots(const void *a, const void *b)
{
	const struct pageowner_conditions *const *one = a, *const *two = b;

	return po_text_compare((*one)->boot_id, (*two)->boot_id);
}

int po_captures_overlap(const struct po_captures *cs)
{
	const size_t size = sizeof(struct pageowner_conditions *);
	const struct pageowner_conditions **sorted;
	size_t count = 0;
	int ret = 0;

	if (cs->count < 2)
		return 0;
	sorted = po_budget_alloc(cs->budget, cs->count, size);
	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < cs->count; i++)
		if (counts_a_boot(cs->list[i]))
			sorted[count++] = cs->list[i];
	qsort(sorted, count, size, compare_boots);
	for (size_t i = 1, first = 0; i < count && !ret; i++) {
		if (compare_boots(&sorted[first], &sorted[i]))
			first = i;
		for (size_t j = first; j < i && !ret; j++)
			ret = i - first > NODES_MAX ||
				po_conditions_overlap(sorted[j], sorted[i]);
	}
	po_budget_free(cs->budget, sorted, cs->count, size);
	return ret;
}

bool po_captures_differ_in_size(const struct po_captures *cs, size_t from,
				uint64_t sizes[2])
{
	uint64_t size = 0;

	for (size_t i = 0; i < cs->count; i++) {
		const struct pageowner_conditions *c = cs->list[i];

		if (!(c->has & PAGEOWNER_CONDITIONS_HAS_PAGE_SIZE) || (size && i < from))
			continue;
		if (size && c->page_size != size) {
			sizes[0] = size;
			sizes[1] = c->page_size;
			return true;
		}
		size = c->page_size;
	}
	return false;
}
