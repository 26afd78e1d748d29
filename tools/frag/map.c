// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * map.c - put pageblocks into rows of cells, and draw these in a terminal.
 *
 * Memory has holes of many GiB: rows without known allocations are left out, and the map
 * says so.
 */
#include "map.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/units.h"

static bool is_pinned(const struct pageowner_pageblock *block)
{
	return block->pinned_by != PAGEOWNER_PINNED_BY_NONE;
}

/* The type of most pageblocks of a cell, the first of equals */
static void put_in_cell(struct frag_cell *cell, uint32_t types[],
			const struct pageowner_pageblock *block)
{
	if (!cell->blocks)
		memset(types, 0, PAGEOWNER_MIGRATE_MAX * sizeof(*types));
	cell->blocks++;
	cell->mixed += block->is_mixed != 0;
	cell->pinned += is_pinned(block);
	for (int i = 0; i < PAGEOWNER_MIGRATE_MAX; i++)
		cell->pages += block->pages[i];
	types[block->type]++;
	if (cell->blocks == 1 || types[block->type] > types[cell->type])
		cell->type = (uint8_t)block->type;
}

int frag_map_rows(const struct frag_map *map, const struct frag_rows *rows)
{
	const uint64_t row_size = map->width * map->scale;
	struct frag_cell *cells = calloc(map->width, sizeof(*cells));
	uint32_t types[PAGEOWNER_MIGRATE_MAX];
	const struct pageowner_pageblock *block;
	struct pageowner_pageblock first = { 0 };
	uint64_t row = UINT64_MAX;
	int ret = cells ? 0 : -ENOMEM;

	for (size_t i = 0; ret == 0 &&
	     pageowner_pageblocks_block(map->blocks, i, &block) > 0; i++) {
		const bool is_first = row == UINT64_MAX;

		/* A zone starts a new row. */
		if (is_first || block->number / row_size != row ||
		    block->node != first.node || block->zone != first.zone) {
			const uint64_t next = block->number / row_size;

			if (!is_first)
				ret = rows->row(rows->data, &first,
						row * row_size, cells);
			if (ret == 0 && !is_first && next > row + 1)
				ret = rows->gap(rows->data, next - row - 1);
			memset(cells, 0, map->width * sizeof(*cells));
			first = *block;
			row = next;
		}
		put_in_cell(&cells[block->number % row_size / map->scale], types,
			    block);
	}
	if (ret == 0 && row != UINT64_MAX)
		ret = rows->row(rows->data, &first, row * row_size, cells);
	free(cells);
	return ret;
}

unsigned int frag_block_order(const struct pageowner_pageblocks *blocks)
{
	unsigned int order = 0;

	(void)pageowner_pageblocks_order(blocks, &order);
	return order;
}

uintmax_t frag_block_pfn(const struct frag_map *map, uint64_t number)
{
	return (uintmax_t)number << frag_block_order(map->blocks);
}

double frag_cell_bytes(const struct frag_map *map)
{
	return (double)map->scale * (double)map->page_size *
		(double)(UINT64_C(1) << frag_block_order(map->blocks));
}

double frag_cell_fill(const struct frag_map *map, const struct frag_cell *cell)
{
	const double fill = (double)cell->pages * (double)map->page_size /
		frag_cell_bytes(map);

	return fill > 1 ? 1 : fill;
}

uint32_t frag_type_color(enum pageowner_migratetype type)
{
	static const uint32_t colors[PAGEOWNER_MIGRATE_TYPES] = {
		[PAGEOWNER_MIGRATE_UNMOVABLE] = 0x1f77b4,
		[PAGEOWNER_MIGRATE_MOVABLE] = 0x2ca02c,
		[PAGEOWNER_MIGRATE_RECLAIMABLE] = 0xbcbd22,
		[PAGEOWNER_MIGRATE_HIGHATOMIC] = 0x9467bd,
		[PAGEOWNER_MIGRATE_CMA] = 0x17becf,
		[PAGEOWNER_MIGRATE_ISOLATE] = 0x7f7f7f,
		[PAGEOWNER_MIGRATE_OTHER] = 0x8c564b,
	};

	return colors[(unsigned int)type < PAGEOWNER_MIGRATE_TYPES ? type :
		      PAGEOWNER_MIGRATE_OTHER];
}

uint32_t frag_cell_color(const struct frag_map *map,
			 const struct frag_cell *cell)
{
	const uint32_t full = cell->pinned ? FRAG_PINNED_COLOR :
		frag_type_color(cell->type);
	const double part = 0.25 + 0.75 * frag_cell_fill(map, cell);
	uint32_t color = 0;

	if (!cell->blocks)
		return FRAG_EMPTY_COLOR;
	for (int shift = 16; shift >= 0; shift -= 8) {
		const double from = FRAG_EMPTY_COLOR >> shift & 0xff;
		const double to = full >> shift & 0xff;

		color = color << 8 | (uint32_t)(from + (to - from) * part + 0.5);
	}
	return color;
}

/* --- the terminal */

struct text_map {
	const struct frag_map *map;
	struct cli_output *out;
	bool color, unicode;
	unsigned int set;	/* colour, 0 for the terminal's own */
	int32_t node, zone;	/* of the previous row; -2: no row */
};

/* The nearest of the 6 x 6 x 6 colours that terminals have */
static unsigned int terminal_color(uint32_t color)
{
	unsigned int cube = 0;

	for (int shift = 16; shift >= 0; shift -= 8)
		cube = cube * 6 + ((color >> shift & 0xff) * 5 + 127) / 255;
	return 16 + cube;
}

/* Set a colour once for a run of cells: terminals may be slow. */
static void set_color(struct text_map *t, unsigned int color)
{
	char code[24];

	if (!t->color || color == t->set)
		return;
	if (color)
		snprintf(code, sizeof(code), "\033[38;5;%um", color);
	cli_put_raw(t->out, color ? code : "\033[0m");
	t->set = color;
}

static void put_cell(struct text_map *t, const struct frag_cell *cell)
{
	static const char *const shades[] = { "░", "▒", "▓", "█" };
	const double fill = frag_cell_fill(t->map, cell);
	const unsigned int shade = fill >= 1 ? 3 : (unsigned int)(fill * 4);
	FILE *file = t->out->file;
	char letter;

	if (!cell->blocks) {
		set_color(t, 0);
		fputs(t->unicode ? "·" : ".", file);
		return;
	}
	if (t->color && t->unicode) {
		set_color(t, terminal_color(cell->pinned ? FRAG_PINNED_COLOR :
					    frag_type_color(cell->type)));
		fputs(shades[shade], file);
		return;
	}
	letter = pageowner_migratetype_name(cell->type)[0];
	if (cell->pinned)
		letter = '*';
	else if (fill < 0.5)
		letter = (char)(letter | 0x20);
	fputc(letter, file);
}

static int text_row(void *data, const struct pageowner_pageblock *first,
		    uint64_t number, const struct frag_cell *cells)
{
	struct text_map *t = data;
	FILE *file = t->out->file;

	if (first->node != t->node || first->zone != t->zone) {
		if (first->node < 0)
			fputs("all nodes and zones\n", file);
		else
			fprintf(file, "node %d, zone %d\n", first->node,
				first->zone);
		t->node = first->node;
		t->zone = first->zone;
	}
	fprintf(file, "%#12jx ", frag_block_pfn(t->map, number));
	for (size_t i = 0; i < t->map->width; i++)
		put_cell(t, &cells[i]);
	set_color(t, 0);
	fputc('\n', file);
	return 0;
}

static int text_gap(void *data, uint64_t rows)
{
	struct text_map *t = data;
	char buf[UNITS_TEXT_MAX];

	fprintf(t->out->file, "%12s %s with nothing allocated that is known\n", "",
		units_bytes(buf, (double)rows * (double)t->map->width *
			    frag_cell_bytes(t->map), false));
	return 0;
}

static void put_legend(struct text_map *t)
{
	char buf[UNITS_TEXT_MAX];
	FILE *file = t->out->file;

	fprintf(file, "\nA cell is %ju pageblock%s, a row %s from the PFN in front.\n",
		(uintmax_t)t->map->scale, t->map->scale > 1 ? "s" : "",
		units_bytes(buf, (double)t->map->width * frag_cell_bytes(t->map),
			    false));
	if (!t->color || !t->unicode) {
		fputs("U M R H C I: type of the pageblock; small: less than half full;"
		      " *: movable\nor CMA, but pinned by unmovable pages\n", file);
		return;
	}
	for (int i = PAGEOWNER_MIGRATE_OTHER + 1; i <= PAGEOWNER_MIGRATE_TYPES; i++) {
		const enum pageowner_migratetype type = (enum pageowner_migratetype)i;
		const bool is_pinned = i == PAGEOWNER_MIGRATE_TYPES;

		set_color(t, terminal_color(is_pinned ? FRAG_PINNED_COLOR :
					    frag_type_color(type)));
		fputs("█", file);
		set_color(t, 0);
		fprintf(file, " %s%s", is_pinned ? "movable or CMA, but pinned" :
			pageowner_migratetype_name(type), is_pinned ? "\n" : "  ");
	}
}

int frag_map_text(const struct frag_map *map, struct cli_output *out, bool color,
		  bool unicode)
{
	struct text_map t = {
		.map = map, .out = out, .color = color, .unicode = unicode,
		.node = -2,
	};
	const struct frag_rows rows = { text_row, text_gap, &t };
	int ret = frag_map_rows(map, &rows);

	if (ret == 0)
		put_legend(&t);
	return ret;
}
