// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * image.c - draw the map of memory as SVG and PNG.
 */
#include "map.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#ifdef HAVE_PNG
#include <png.h>
#endif

#include "tools/lib/message.h"
#include "tools/lib/units.h"

#define CELL		8	/* pixels */
#define CELL_OF_MANY	2	/* of a map with many rows */
#define MANY_ROWS	1024
#define GAP_CELLS	1	/* height of a gap */

/* The height of a map, computed before it is drawn */
struct extent {
	uint64_t rows;		/* and gaps */
};

static int count_row(void *data, const struct pageowner_pageblock *first,
		     uint64_t number, const struct frag_cell *cells)
{
	(void)first, (void)number, (void)cells;
	((struct extent *)data)->rows++;
	return 0;
}

static int count_gap(void *data, uint64_t rows)
{
	(void)rows;
	((struct extent *)data)->rows += GAP_CELLS;
	return 0;
}

static int measure(const struct frag_map *map, struct extent *extent)
{
	const struct frag_rows rows = { count_row, count_gap, extent };

	return frag_map_rows(map, &rows);
}

static size_t cell_size(const struct extent *extent)
{
	return extent->rows > MANY_ROWS ? CELL_OF_MANY : CELL;
}

/* --- SVG */

#define MARGIN_LEFT	110
#define MARGIN_TOP	65
#define INCOMPLETE_Y	56
#define LEGEND_STEP	100

struct svg {
	const struct frag_map *map;
	FILE *file;
	size_t cell, y;
};

static int svg_row(void *data, const struct pageowner_pageblock *first,
		   uint64_t number, const struct frag_cell *cells)
{
	struct svg *svg = data;
	size_t from = 0;

	(void)first;
	if (svg->cell == CELL)
		fprintf(svg->file, "<text x=\"%d\" y=\"%zu\">%#jx</text>\n",
			MARGIN_LEFT - 6, svg->y + CELL - 1,
			frag_block_pfn(svg->map, number));
	for (size_t i = 1; i <= svg->map->width; i++) {
		const uint32_t color = frag_cell_color(svg->map, &cells[from]);

		if (i < svg->map->width &&
		    frag_cell_color(svg->map, &cells[i]) == color)
			continue;
		fprintf(svg->file, "<rect x=\"%zu\" y=\"%zu\" width=\"%zu\" "
			"height=\"%zu\" fill=\"#%06x\"/>\n",
			MARGIN_LEFT + from * svg->cell, svg->y,
			(i - from) * svg->cell, svg->cell, color);
		from = i;
	}
	svg->y += svg->cell;
	return 0;
}

static int svg_gap(void *data, uint64_t rows)
{
	struct svg *svg = data;

	(void)rows;
	svg->y += GAP_CELLS * svg->cell;
	return 0;
}

static void svg_legend(const struct svg *svg)
{
	int x = MARGIN_LEFT;

	fprintf(svg->file, "<g text-anchor=\"start\">\n");
	for (int i = PAGEOWNER_MIGRATE_OTHER + 1; i <= PAGEOWNER_MIGRATE_TYPES;
	     i++, x += LEGEND_STEP) {
		const bool is_pinned = i == PAGEOWNER_MIGRATE_TYPES;
		const enum pageowner_migratetype type = (enum pageowner_migratetype)i;

		fprintf(svg->file, "<rect x=\"%d\" y=\"12\" width=\"12\" "
			"height=\"12\" fill=\"#%06x\"/><text x=\"%d\" y=\"22\">%s</text>\n",
			x, is_pinned ? FRAG_PINNED_COLOR : frag_type_color(type),
			x + 16, is_pinned ? "movable, but pinned" :
			pageowner_migratetype_name(type));
	}
	fprintf(svg->file, "</g>\n");
}

int frag_map_svg(const struct frag_map *map, FILE *file)
{
	struct extent extent = { 0 };
	struct svg svg = { .map = map, .file = file, .y = MARGIN_TOP };
	const struct frag_rows rows = { svg_row, svg_gap, &svg };
	size_t width, least = MARGIN_LEFT + PAGEOWNER_MIGRATE_TYPES *
		LEGEND_STEP + 60;
	char buf[UNITS_TEXT_MAX];
	int ret = measure(map, &extent);

	if (ret < 0)
		return ret;
	svg.cell = cell_size(&extent);
	width = MARGIN_LEFT + map->width * svg.cell + 10;
	fprintf(file, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%zu\" "
		"height=\"%ju\" font-family=\"sans-serif\" font-size=\"11\" "
		"text-anchor=\"end\">\n<desc>Drawn by pageowner-frag</desc>\n"
		"<rect width=\"100%%\" height=\"100%%\" "
		"fill=\"#ffffff\"/>\n", width < least ? least : width,
		(uintmax_t)(MARGIN_TOP + extent.rows * svg.cell + 10));
	svg_legend(&svg);
	fprintf(file, "<text x=\"%d\" y=\"40\" text-anchor=\"start\">A cell is %s of "
		"physical memory, darker where more is allocated; from PFN</text>\n",
		MARGIN_LEFT, units_bytes(buf, frag_cell_bytes(map), false));
	if (map->incomplete)
		fprintf(file, "<text x=\"%d\" y=\"%d\" text-anchor=\"start\" "
			"fill=\"#%06x\">INCOMPLETE: %s</text>\n", MARGIN_LEFT,
			INCOMPLETE_Y, FRAG_PINNED_COLOR, map->incomplete);
	ret = frag_map_rows(map, &rows);
	fprintf(file, "</svg>\n");
	return ret;
}

/* --- PNG */

#ifdef HAVE_PNG
/* Bytes. libpng could handle four times as much; a dump can need more if its pages are
 * far apart. */
#define IMAGE_SIZE_MAX	(UINT64_C(1) << 30)

struct image {
	const struct frag_map *map;
	png_bytep pixels, at;	/* red, green, blue */
	size_t cell;
};

static int png_row(void *data, const struct pageowner_pageblock *first,
		   uint64_t number, const struct frag_cell *cells)
{
	struct image *image = data;
	const size_t pixels = image->map->width * image->cell;
	png_const_bytep line = image->at;

	(void)first, (void)number;
	for (size_t i = 0; i < pixels; i++) {
		const uint32_t color = frag_cell_color(image->map,
						       &cells[i / image->cell]);

		*image->at++ = (png_byte)(color >> 16);
		*image->at++ = (png_byte)(color >> 8);
		*image->at++ = (png_byte)color;
	}
	for (size_t i = 1; i < image->cell; i++)
		image->at = mempcpy(image->at, line, pixels * 3);
	return 0;
}

static int png_gap(void *data, uint64_t rows)
{
	struct image *image = data;
	const size_t len = image->map->width * image->cell * image->cell * 3;

	(void)rows;
	memset(image->at, 0xff, len * GAP_CELLS);
	image->at += len * GAP_CELLS;
	return 0;
}

/* frag_map_png() returns the failure, and the caller says why. */
static void fail_quietly(png_structp png, png_const_charp why)
{
	(void)why;
	png_longjmp(png, 1);
}

/* Its text says whose it is, see own-report.c. */
static bool write_rows(png_structp png, png_infop info, const struct image *image,
		       png_uint_32 height, FILE *file)
{
	const png_uint_32 width = (png_uint_32)(image->map->width * image->cell);
	char software[] = "Software", name[] = "pageowner-frag";
	char comment[] = "Comment", incomplete[128];
	png_text texts[] = {
		{ .compression = PNG_TEXT_COMPRESSION_NONE, .key = software, .text = name },
		{ .compression = PNG_TEXT_COMPRESSION_NONE, .key = comment, .text = incomplete },
	};

	if (setjmp(png_jmpbuf(png)))
		return false;
	png_init_io(png, file);
	png_set_IHDR(png, info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
		     PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	if (image->map->incomplete)
		snprintf(incomplete, sizeof(incomplete), "INCOMPLETE: %s",
			 image->map->incomplete);
	png_set_text(png, info, texts, image->map->incomplete ? 2 : 1);
	png_write_info(png, info);
	for (png_uint_32 y = 0; y < height; y++)
		png_write_row(png, image->pixels + (size_t)y * width * 3);
	png_write_end(png, NULL);
	return true;
}

static int write_png(const struct image *image, png_uint_32 height, FILE *file)
{
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, fail_quietly,
						  NULL);
	png_infop info = png ? png_create_info_struct(png) : NULL;
	int ret = -ENOMEM;

	if (info)
		ret = write_rows(png, info, image, height, file) ? 0 : -EIO;
	png_destroy_write_struct(&png, &info);
	return ret;
}

int frag_map_png(const struct frag_map *map, FILE *file)
{
	struct extent extent = { 0 };
	struct image image = { .map = map };
	const struct frag_rows rows = { png_row, png_gap, &image };
	uint64_t row_size;
	int ret = measure(map, &extent);

	if (ret < 0)
		return ret;
	if (!extent.rows)
		return -ENODATA;
	image.cell = cell_size(&extent);
	row_size = (uint64_t)map->width * image.cell * image.cell * 3;
	if (extent.rows > IMAGE_SIZE_MAX / row_size)
		return -EFBIG;
	image.at = image.pixels = malloc(extent.rows * row_size);
	if (!image.pixels)
		return -ENOMEM;
	ret = frag_map_rows(map, &rows);
	if (ret == 0)
		ret = write_png(&image, (png_uint_32)(extent.rows * image.cell), file);
	free(image.pixels);
	return ret;
}
#else
int frag_map_png(const struct frag_map *map, FILE *file)
{
	(void)map, (void)file;
	return -ENOTSUP;
}
#endif
