/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * words.h - lists of the words that an option takes: find one, suggest one.
 *
 * Knows nothing of options and prints nothing.
 */
#ifndef WORDS_H
#define WORDS_H

#include <stddef.h>

/* One of the two; both end with NULL. */
struct words {
	const char *const *list;
	const char *(*at)(const struct words *words, size_t index);
	const void *data;	/* of @at */
};

/* NULL after the last word */
const char *words_at(const struct words *words, size_t index);

/* Index of a word, in any case of its letters; -EINVAL if it is not in the list */
int words_find(const struct words *words, const char *text);

/* Number of single-letter changes between two words: an insertion, a deletion, a
 * substitution or two neighbours swapped. Case is ignored. */
size_t words_distance(const char *a, const char *b);

/* Keeps the nearest of the candidates for a misspelt word. */
struct words_nearest {
	const char *text;
	const char *best;	/* NULL: none resembles it */
	size_t distance;
};

void words_consider(struct words_nearest *nearest, const char *candidate);

/* The word of a list that @text resembles most, or NULL */
const char *words_nearest(const struct words *words, const char *text);

#endif
