/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * filter_items.h - the items of one selector: ranges of numbers, words, patterns.
 *
 * Many items cost no more than one: ranges are sorted, words hashed. It knows the table
 * of fields, but not records.
 */
#ifndef PO_FILTER_ITEMS_H
#define PO_FILTER_ITEMS_H

#include "field_private.h"

struct po_range {
	int64_t first, last;
};

/* Empty if zeroed except for @field. */
struct po_items {
	enum pageowner_field field;
	struct po_range *ranges;	/* ascending, disjoint */
	size_t ranges_count, ranges_room;
	bool absent;			/* also matches what has no number: -1 */
	struct pageowner_text *words;	/* by hash; a slot without pointer is free; a power of 2 */
	struct pageowner_text only_word;	/* if it is the only item */
	size_t words_count, words_size;
	char **globs;
	size_t globs_count;
};

/*
 * Add the items of a list separated by commas. -EINVAL: nothing was added, *where is
 * the invalid item, and @error, of @size bytes, says what is wrong with it. -ENOMEM:
 * some may have been added.
 */
int po_items_add(struct po_items *items, const char *list, const char **where,
		 char *error, size_t size);
void po_items_free(struct po_items *items);

bool po_items_search(const struct po_items *items, int64_t first, int64_t last);
bool po_items_search_text(const struct po_items *items, struct pageowner_text text);

/* Whether a number from @first to @last is among them */
static inline bool po_items_meet(const struct po_items *items, int64_t first,
				 int64_t last)
{
	if (po_likely(items->ranges_count == 1))
		return items->ranges->last >= first && items->ranges->first <= last;
	return po_items_search(items, first, last);
}

static inline bool po_items_match_text(const struct po_items *items,
				       struct pageowner_text text)
{
	if (items->only_word.ptr)
		return po_text_equal(items->only_word, text);
	return po_items_search_text(items, text);
}

#endif
