/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text_index.h - find the number that a text was given.
 *
 * Only making room can fail. Texts are borrowed.
 */
#ifndef TOP_TEXT_INDEX_H
#define TOP_TEXT_INDEX_H

#include <stdbool.h>

#include <pageowner/record.h>

/* Zeroed it is empty. */
struct text_index {
	struct text_place *places;
	size_t size;		/* 0, or a power of two */
	size_t count;
	uint64_t seed;
};

/* Make room for @count texts in all: 0 or -ENOMEM. */
int text_index_reserve(struct text_index *index, size_t count);
/* False if the text is not in it. */
bool text_index_find(const struct text_index *index, struct pageowner_text text,
		     size_t *number);
/* Add a text that is not in it; room was made. */
void text_index_add(struct text_index *index, struct pageowner_text text, size_t number);
/* Remove all texts, keep the room. */
void text_index_clear(struct text_index *index);
void text_index_free(struct text_index *index);

#endif
