// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * map.c - text -> 0, 1, 2 ... in order of arrival, with two sums for each.
 */
#include "map.h"

#include <pthread.h>
#include <sys/random.h>
#include <time.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "writer.h"

#define CHUNK_SIZE	((size_t)16 << 10)
#define SLOTS_FIRST	64

/* Texts lie one after the other; one that is longer than a chunk has its own. */
struct map_chunk {
	struct map_chunk *next;
	size_t size;
	char text[];
};

static uint64_t seed;
static pthread_once_t seeded = PTHREAD_ONCE_INIT;

static void make_seed(void)
{
	struct timespec now;

	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) == sizeof(seed))
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	seed = (uint64_t)now.tv_nsec * UINT64_C(0x9e3779b97f4a7c15) ^ (uintptr_t)&now;
}

static size_t place_of(const struct map *map, struct pageowner_text text)
{
	return (size_t)XXH3_64bits_withSeed(text.len ? text.ptr : "", text.len, seed) &
		(map->slots_count - 1);
}

/* The slot of a text, or the free one where it belongs */
static uint32_t *slot_of(const struct map *map, struct pageowner_text text)
{
	size_t at = place_of(map, text);

	while (map->slots[at]) {
		const struct pageowner_text has = map->entries[map->slots[at] - 1].text;

		if (has.len == text.len &&
		    (!text.len || !memcmp(has.ptr, text.ptr, text.len)))
			break;
		at = (at + 1) & (map->slots_count - 1);
	}
	return &map->slots[at];
}

/* No more than half of the slots are ever taken. */
static int grow_slots(struct map *map)
{
	const size_t count = map->slots_count ? map->slots_count * 2 : SLOTS_FIRST;
	uint32_t *old = map->slots;
	const size_t old_count = map->slots_count;

	if (count > UINT32_MAX)
		return -ENOMEM;
	map->slots = export_realloc(map->e, NULL, 0, count * sizeof(*old));
	if (!map->slots) {
		map->slots = old;
		return -ENOMEM;
	}
	memset(map->slots, 0, count * sizeof(*old));
	map->slots_count = count;
	for (size_t i = 0; i < map->count; i++)
		*slot_of(map, map->entries[i].text) = (uint32_t)i + 1;
	export_release(map->e, old, old_count * sizeof(*old));
	return 0;
}

static int grow_entries(struct map *map)
{
	const size_t room = map->room + map->room / 2 + 32;
	struct map_entry *grown = export_realloc(map->e, map->entries,
		map->room * sizeof(*grown), room * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	map->entries = grown;
	map->room = room;
	return 0;
}

static char *keep(struct map *map, struct pageowner_text text)
{
	const size_t wanted = text.len + 1;
	char *copy;

	if (wanted > map->left) {
		const size_t size = wanted > CHUNK_SIZE ? wanted : CHUNK_SIZE;
		struct map_chunk *chunk = export_realloc(map->e, NULL, 0,
							 sizeof(*chunk) + size);

		if (!chunk)
			return NULL;
		*chunk = (struct map_chunk){ .next = map->chunks, .size = size };
		map->chunks = chunk;
		map->at = chunk->text;
		map->left = size;
	}
	copy = map->at;
	if (text.len)
		memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	map->at += wanted;
	map->left -= wanted;
	return copy;
}

int map_add(struct map *map, struct pageowner_text text, uint32_t *number)
{
	uint32_t *slot;
	char *copy;

	pthread_once(&seeded, make_seed);
	if (map->count >= map->slots_count / 2 && grow_slots(map) < 0)
		return -ENOMEM;
	slot = slot_of(map, text);
	if (*slot) {
		*number = *slot - 1;
		return 0;
	}
	if (map->count == map->room && grow_entries(map) < 0)
		return -ENOMEM;
	copy = keep(map, text);
	if (!copy)
		return -ENOMEM;
	*number = (uint32_t)map->count++;
	map->entries[*number] = (struct map_entry){ .text = { copy, text.len } };
	*slot = *number + 1;
	return 1;
}

static int compare_texts(const void *a, const void *b)
{
	const struct map_entry *x = a, *y = b;
	const size_t len = x->text.len < y->text.len ? x->text.len : y->text.len;
	const int ret = memcmp(x->text.ptr, y->text.ptr, len);

	return ret ? ret : (x->text.len > y->text.len) - (x->text.len < y->text.len);
}

static int compare_sums(const void *a, const void *b)
{
	const struct map_entry *x = a, *y = b;

	if (x->sum[0] != y->sum[0])
		return x->sum[0] < y->sum[0] ? 1 : -1;
	return compare_texts(a, b);
}

void map_sort_by_text(struct map *map)
{
	if (map->count)
		qsort(map->entries, map->count, sizeof(*map->entries), compare_texts);
}

void map_sort_by_sum(struct map *map)
{
	if (map->count)
		qsort(map->entries, map->count, sizeof(*map->entries), compare_sums);
}

void map_free(struct map *map)
{
	while (map->chunks) {
		struct map_chunk *next = map->chunks->next;

		export_release(map->e, map->chunks, sizeof(*next) + map->chunks->size);
		map->chunks = next;
	}
	export_release(map->e, map->entries, map->room * sizeof(*map->entries));
	export_release(map->e, map->slots, map->slots_count * sizeof(*map->slots));
	*map = (struct map){ .e = map->e };
}
