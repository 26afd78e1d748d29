// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * words.c - lists of the words that an option takes: find one, suggest one.
 *
 * Knows nothing of options and prints nothing.
 */
#include "tools/lib/words.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#define WORD_MAX	40	/* bytes; longer ones resemble nothing */

const char *words_at(const struct words *words, size_t index)
{
	if (words->at)
		return words->at(words, index);
	return words->list ? words->list[index] : NULL;
}

int words_find(const struct words *words, const char *text)
{
	const char *word;

	for (size_t i = 0; (word = words_at(words, i)); i++)
		if (!strcmp(word, text))
			return (int)i;
	for (size_t i = 0; (word = words_at(words, i)); i++)
		if (!strcasecmp(word, text))
			return (int)i;
	return -EINVAL;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Optimal string alignment; three rows of its matrix are enough. */
size_t words_distance(const char *a, const char *b)
{
	const size_t a_len = strlen(a), b_len = strlen(b);
	size_t rows[3][WORD_MAX + 1];
	size_t *before = rows[0], *last = rows[1], *row = rows[2];

	if (a_len > WORD_MAX || b_len > WORD_MAX)
		return a_len > b_len ? a_len : b_len;
	for (size_t j = 0; j <= b_len; j++)
		last[j] = before[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t *oldest = before;

		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			const int x = tolower((unsigned char)a[i - 1]);
			const int y = tolower((unsigned char)b[j - 1]);

			row[j] = least(least(last[j], row[j - 1]) + 1,
				       last[j - 1] + (x != y));
			if (i > 1 && j > 1 &&
			    x == tolower((unsigned char)b[j - 2]) &&
			    y == tolower((unsigned char)a[i - 2]))
				row[j] = least(row[j], before[j - 2] + 1);
		}
		before = last;
		last = row;
		row = oldest;
	}
	return last[b_len];
}

/* One letter in three may be wrong; the beginning of a word also resembles it. */
void words_consider(struct words_nearest *n, const char *candidate)
{
	const size_t len = strlen(n->text);
	size_t distance = words_distance(n->text, candidate);

	if (len > 1 && !strncasecmp(n->text, candidate, len))
		distance = 1;
	if (distance > (len + 2) / 3 || (n->best && distance >= n->distance))
		return;
	n->best = candidate;
	n->distance = distance;
}

const char *words_nearest(const struct words *words, const char *text)
{
	struct words_nearest nearest = { .text = text };
	const char *word;

	for (size_t i = 0; (word = words_at(words, i)); i++)
		words_consider(&nearest, word);
	return nearest.best;
}
