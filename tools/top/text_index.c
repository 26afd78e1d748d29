// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * text_index.c - find the number that a text was given: a hash table with open
 * addressing, at most half full.
 */
#include "text_index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define SIZE_MIN	64

struct text_place {
	const char *ptr;	/* NULL: free */
	size_t len;
	size_t number;
};

/* Seeded, so that whoever writes a dump cannot choose texts that all fall into one
 * place. */
static void choose_seed(struct text_index *index)
{
	if (getrandom(&index->seed, sizeof(index->seed), GRND_NONBLOCK) !=
	    sizeof(index->seed))
		index->seed = (uintptr_t)index;
}

/* Where a text is, or would be */
static struct text_place *place_of(const struct text_index *index,
				   struct pageowner_text text)
{
	size_t at = (size_t)XXH3_64bits_withSeed(text.len ? text.ptr : "", text.len,
						 index->seed);

	for (;; at++) {
		struct text_place *place = &index->places[at & (index->size - 1)];

		if (!place->ptr || (place->len == text.len &&
				    !memcmp(place->ptr, text.ptr, text.len)))
			return place;
	}
}

static void put(struct text_index *index, struct pageowner_text text, size_t number)
{
	struct text_place *place;

	if (!text.len)
		text.ptr = "";	/* not NULL */
	place = place_of(index, text);
	*place = (struct text_place){ text.ptr, text.len, number };
}

int text_index_reserve(struct text_index *index, size_t count)
{
	struct text_index larger = { .size = SIZE_MIN, .count = index->count };
	size_t bytes;

	while (larger.size / 2 < count)
		if (__builtin_mul_overflow(larger.size, 2, &larger.size))
			return -ENOMEM;
	if (larger.size <= index->size)
		return 0;
	if (__builtin_mul_overflow(larger.size, sizeof(*larger.places), &bytes))
		return -ENOMEM;
	larger.places = calloc(larger.size, sizeof(*larger.places));
	if (!larger.places)
		return -ENOMEM;
	choose_seed(&larger);
	for (size_t i = 0; i < index->size; i++) {
		const struct text_place *p = &index->places[i];

		if (p->ptr)
			put(&larger, (struct pageowner_text){ p->ptr, p->len }, p->number);
	}
	free(index->places);
	*index = larger;
	return 0;
}

bool text_index_find(const struct text_index *index, struct pageowner_text text,
		     size_t *number)
{
	const struct text_place *place;

	if (!text.len)
		text.ptr = "";
	place = index->size ? place_of(index, text) : NULL;
	if (!place || !place->ptr)
		return false;
	*number = place->number;
	return true;
}

void text_index_add(struct text_index *index, struct pageowner_text text, size_t number)
{
	put(index, text, number);
	index->count++;
}

void text_index_clear(struct text_index *index)
{
	if (index->count)
		memset(index->places, 0, index->size * sizeof(*index->places));
	index->count = 0;
}

void text_index_free(struct text_index *index)
{
	free(index->places);
	*index = (struct text_index){ 0 };
}
