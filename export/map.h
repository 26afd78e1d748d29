/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * map.h - text -> 0, 1, 2 ... in order of arrival, with two sums for each: for formats
 * that have tables, and for what several rows have in common.
 *
 * Hashes are seeded: whoever writes a dump cannot choose names that all fall into one
 * place. All memory is asked for from the writer, which may have a limit.
 */
#ifndef EXPORT_MAP_H
#define EXPORT_MAP_H

#include <stdint.h>

#include <pageowner/export.h>

struct map_entry {
	struct pageowner_text text;	/* the map's own, ended by a NUL */
	uint64_t sum[2];		/* 0 when it is new */
};

/* Zeroed but for @e it is empty. */
struct map {
	struct pageowner_export *e;
	struct map_entry *entries;
	size_t count, room;
	uint32_t *slots;		/* numbers + 1 by hash, 0 for none */
	size_t slots_count;		/* a power of two */
	struct map_chunk *chunks;	/* of texts */
	char *at;
	size_t left;
};

/* Finds a text, or adds it: 1 if it is new, 0 if not, -ENOMEM. *number is set. */
int map_add(struct map *map, struct pageowner_text text, uint32_t *number);

/* By text, byte by byte; or by sum[0], the largest first. Nothing can be added then. */
void map_sort_by_text(struct map *map);
void map_sort_by_sum(struct map *map);

void map_free(struct map *map);

#endif
