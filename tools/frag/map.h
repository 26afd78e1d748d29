/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * map.h - physical memory as a picture, one cell a pageblock.
 */
#ifndef FRAG_MAP_H
#define FRAG_MAP_H

#include <pageowner/pageblock.h>

#include "tools/lib/output.h"

struct frag_map {
	struct pageowner_pageblocks *blocks;	/* finished */
	size_t width;		/* cells in a row, a power of two */
	uint64_t scale;		/* pageblocks in a cell, a power of two */
	uint64_t page_size;	/* bytes */
	const char *incomplete;	/* what is missing, or NULL */
};

/* What a cell shows */
struct frag_cell {
	uint32_t blocks;	/* with allocated pages; 0: no records */
	uint32_t pinned;	/* movable and CMA ones among them that are pinned */
	uint32_t mixed;
	uint64_t pages;		/* allocated */
	uint8_t type;		/* enum pageowner_migratetype, of most of them */
};

/* A row of cells: 0, or a negative errno that ends it. */
struct frag_rows {
	int (*row)(void *data, const struct pageowner_pageblock *first,
		   uint64_t number, const struct frag_cell *cells);
	/* Called for a number of empty rows */
	int (*gap)(void *data, uint64_t rows);
	void *data;
};

/* Call back for each row that is not empty, in ascending order; @first is its first
 * pageblock and @number the pageblock at which the row begins. */
int frag_map_rows(const struct frag_map *map, const struct frag_rows *rows);

/* 0 if all pages are in pageblock 0 */
unsigned int frag_block_order(const struct pageowner_pageblocks *blocks);
/* The first page of a pageblock, and how much memory a cell is */
uintmax_t frag_block_pfn(const struct frag_map *map, uint64_t number);
double frag_cell_bytes(const struct frag_map *map);

/* How full a cell is, 0 to 1 */
double frag_cell_fill(const struct frag_map *map, const struct frag_cell *cell);

/* 0xRRGGBB; the same in all pictures */
uint32_t frag_cell_color(const struct frag_map *map,
			 const struct frag_cell *cell);
uint32_t frag_type_color(enum pageowner_migratetype type);
#define FRAG_PINNED_COLOR	0xd62728u
#define FRAG_EMPTY_COLOR	0xf0f0f0u

/* The pictures: 0 or a negative errno. */
int frag_map_text(const struct frag_map *map, struct cli_output *out, bool color,
		  bool unicode);
int frag_map_svg(const struct frag_map *map, FILE *file);
/* -ENOTSUP if this was built without libpng */
int frag_map_png(const struct frag_map *map, FILE *file);

#endif
