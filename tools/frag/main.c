// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * main.c - pageowner-frag: who pins pageblocks, and what is in one of them.
 *
 * Options, and which report to write; the dump is read by load.c, reports are table.c,
 * map.c, image.c and place.c.
 */
#include "frag_private.h"

#include <errno.h>
#include <getopt.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "map.h"
#include "table.h"
#include "tools/lib/format.h"
#include "tools/lib/memory.h"
#include "tools/lib/message.h"
#include "tools/lib/overwrite.h"
#include "tools/lib/output.h"
#include "tools/lib/privilege.h"
#include "tools/lib/source.h"
#include "tools/lib/table.h"

#define TOP_OF_TABLE		20
#define LONG_LIVED		600	/* seconds */
#define MAP_LABEL		14	/* columns of a terminal */
#define MAP_ROWS		64	/* of it at most */
#define IMAGE_WIDTH		16	/* cells, of large machines more */
#define IMAGE_WIDTH_MAX		1024

/* --- options */

static const char *const orders[] = { "per-page", "alone", "pinned", "pages", NULL };

/* Decimal, or hexadecimal after 0x, as the kernel prints PFNs */
static int parse_pfn(const char *text, uint64_t *number)
{
	const bool is_hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	const char *digits = is_hex ? text + 2 : text;
	char *end;

	if (!digits[0] || digits[strspn(digits, is_hex ?
			"0123456789abcdefABCDEF" : "0123456789")])
		return -EINVAL;
	errno = 0;
	*number = strtoull(digits, &end, is_hex ? 16 : 10);
	return errno ? -EINVAL : 0;
}

static int set_place(void *options, const struct option_entry *entry,
		     const char *value)
{
	struct frag_options *opt = options;

	opt->places |= strcmp(entry->name, "show-pfn") ? FRAG_BLOCK : FRAG_PFN;
	opt->place.what = strcmp(entry->name, "show-pfn") ? FRAG_BLOCK : FRAG_PFN;
	return parse_pfn(value, &opt->place.number);
}

static int set_map(void *options, const struct option_entry *entry, const char *value)
{
	(void)entry;
	((struct frag_options *)options)->map = value ? value : "-";
	return 0;
}

/* Rows begin at round numbers. */
static int set_scale(void *options, const struct option_entry *entry,
		     const char *value)
{
	uint64_t scale;

	(void)entry;
	if (parse_pfn(value, &scale) < 0 || !scale || scale & (scale - 1) ||
	    scale > UINT32_MAX)
		return -EINVAL;
	((struct frag_options *)options)->scale = scale;
	return 0;
}

#define NUMBER	"a number, decimal or 0x and hexadecimal"

static const struct option_entry entries[] = {
	OPTION_BY(struct frag_options, by),
	{ "sort", .argument = "ORDER", .group = "Report",
	  .help = "sort by per-page (pageblocks pinned per page held, default), alone, pinned or pages, the largest first" OPTIONS_SIGNS,
	  OPT_ORDER(struct frag_options, sort, orders) },
	OPTION_TOP(struct frag_options, top, "default 20 in a table; 0: all"),
	{ "all", .group = "Report", .help = "also show rows that pin nothing",
	  OPT_FLAG(struct frag_options, all) },
	{ "long-lived", .argument = "TIME", .group = "Report",
	  .help = "mark rows whose mean age is at least TIME (default 10m; 0: none)",
	  OPT_DURATION(struct frag_options, long_lived, 0, 0) },
	{ "mixed", .group = "Other reports",
	  .help = "only count mixed pageblocks, as /proc/pagetypeinfo does",
	  OPT_FLAG(struct frag_options, mixed) },
	{ "show-block", .argument = "N", .group = "Other reports",
	  .help = "show who holds what in pageblock N",
	  .expects = NUMBER, OPT_CALL(set_place) },
	{ "show-pfn", .argument = "N", .group = "Other reports",
	  .help = "show who owns page frame N, and its neighbours",
	  .expects = NUMBER, OPT_CALL(set_place) },
	{ "map", .is_optional = true, .argument = "FILE", .group = "Other reports",
	  .help = "draw a map of memory, one cell per pageblock, to the terminal or a FILE.svg or FILE.png",
	  .complete = COMPLETE_FILES, OPT_CALL(set_map) },
	{ "scale", .argument = "N", .group = "Other reports",
	  .help = "draw N pageblocks per cell of the map (a power of two)",
	  .expects = "a power of two", OPT_CALL(set_scale) },
};

static const struct option_format formats[] = {
	{ "table", "our own report" }, { NULL, NULL },
};

static const struct option_table table = {
	.usage = "[OPTION]... [INPUT]",
	.summary =
"Show which stacks keep pageblocks from being emptied: those with unmovable\n"
"pages in movable or CMA pageblocks, which could otherwise become huge pages.\n"
"INPUT is a page_owner dump, which may be compressed (\"-\" is standard input);\n"
"without INPUT the page_owner of the running kernel is read.\n",
	.common = OPTIONS_FULL | OPTIONS_SELECT | OPTIONS_PLUMBING | OPTIONS_PAGE_SIZE |
		OPTIONS_MEMORY | OPTIONS_FORMAT | OPTIONS_COLOR | OPTIONS_OUTPUT,
	.entries = entries, .count = sizeof(entries) / sizeof(entries[0]),
	.formats = formats, .export_uses = PAGEOWNER_EXPORT_PAGEBLOCKS,
	.notes =
"Exit status: 0 everything was read, 1 failed, 2 wrong usage, 3 the report is\n"
"complete, but some of the input was damaged or incomplete.\n",
	.usage_status = CLI_USAGE,
};

static bool ends_with(const char *text, const char *end)
{
	const size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && !strcmp(text + len - end_len, end);
}

/* The option that asks for a report of our own alone, or NULL */
static const char *report_of(const struct frag_options *opt)
{
	if (opt->map)
		return "--map";
	if (opt->mixed)
		return "--mixed";
	if (!opt->place.what)
		return NULL;
	return opt->place.what == FRAG_PFN ? "--show-pfn" : "--show-block";
}

/* What the report that @report asks for cannot follow, or NULL */
static const char *unused_by(const char *report, const struct frag_options *opt)
{
	if (opt->map && opt->mixed)
		return "--mixed";
	if ((opt->map || opt->mixed) && opt->place.what)
		return opt->place.what == FRAG_PFN ? "--show-pfn" : "--show-block";
	if (opt->places == (FRAG_BLOCK | FRAG_PFN))
		return opt->place.what == FRAG_PFN ? "--show-block" : "--show-pfn";
	if (report && opt->top != UINT64_MAX)
		return "--top";
	if (report && (opt->sort.word || opt->sort.direction))
		return "--sort";
	if (report && opt->all)
		return "--all";
	if (report && opt->by != PAGEOWNER_BY_STACK && opt->place.what != FRAG_BLOCK)
		return "--by";
	if (opt->map && strcmp(opt->map, "-") && opt->common.output)
		return "--output";
	return NULL;
}

/* -1 to continue, or the exit status after a message */
static int parse_options(struct frag_options *opt, int argc, char *argv[])
{
	int status = options_parse(&table, &opt->common, argc, argv);
	const char *report = report_of(opt), *unused = unused_by(report, opt);

	if (status >= 0)
		return status;
	if (unused)
		return options_refuse(&table, "%s cannot be combined with %s", report, unused);
	if (opt->scale && !opt->map)
		return options_refuse(&table, "--scale is for --map");
	if (argc - optind > 1)
		return options_refuse(&table, "too many file names: %s (one dump at a time)",
				      argv[argc - 1]);
	if (strcmp(opt->common.format, "table") && report)
		return options_refuse_format(&table, opt->common.format, report);
	if (opt->map && strcmp(opt->map, "-") && !ends_with(opt->map, ".svg") &&
	    !ends_with(opt->map, ".png"))
		return options_refuse(&table, "--map=%s: neither .svg nor .png", opt->map);
	if (opt->common.filter && (opt->map || opt->mixed || opt->place.what == FRAG_PFN))
		return options_refuse(&table, "--map, --mixed and --show-pfn show all that is in memory: they cannot select records");
	opt->input = argv[optind];
	if (strcmp(opt->common.format, "table")) {
		opt->export = format_new(opt->common.format, PAGEOWNER_EXPORT_PAGEBLOCKS);
		return opt->export ? -1 : CLI_USAGE;
	}
	return -1;
}

/* --- writing */

static int put_text_map(const struct frag_options *opt, struct frag_map *map,
			struct cli_output *out)
{
	struct winsize size;
	size_t columns = 80;

	if (out->to_terminal && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) &&
	    size.ws_col > MAP_LABEL)
		columns = size.ws_col;
	map->width = 8;
	while (map->width * 2 <= columns - MAP_LABEL)
		map->width *= 2;
	while (!opt->scale && pageowner_pageblocks_count(map->blocks) >
	       map->width * map->scale * MAP_ROWS)
		map->scale *= 2;
	return frag_map_text(map, out, options_wants_color(&opt->common, out->to_terminal),
			     !strcmp(nl_langinfo(CODESET), "UTF-8"));
}

static int put_image(const struct frag_options *opt, struct frag_map *map)
{
	struct cli_output out;
	int ret;

	map->width = IMAGE_WIDTH;
	while (map->width < IMAGE_WIDTH_MAX &&
	       pageowner_pageblocks_count(map->blocks) >
	       map->width * map->width * map->scale)
		map->width *= 2;
	if (cli_output_open(&out, opt->map) < 0)
		return -1;
	ret = ends_with(opt->map, ".png") ? frag_map_png(map, out.file) :
		frag_map_svg(map, out.file);
	if (ret < 0 && !out.error)
		out.error = -ret;
	return cli_output_close(&out);
}

struct exported {
	struct pageowner_pageblocks *blocks;
	const struct pageowner_conditions *conditions;
};

static int put_pageblocks(struct pageowner_export *e, void *data, FILE *file)
{
	const struct exported *x = data;

	return pageowner_export_pageblocks(e, x->blocks, x->conditions, file);
}

static int write_format(const struct frag_options *opt, struct pageowner_pageblocks *blocks)
{
	struct exported exported = { blocks, NULL };
	int ret = pageowner_export_set_incomplete(opt->export,
		cli_is_incomplete(pageowner_reader_stats(opt->reader)) ? CLI_INCOMPLETE : NULL);

	if (ret < 0) {
		cli_error("%s", strerror(-ret));
		return -1;
	}
	if (format_add_inputs(opt->export, &opt->input, 1) < 0)
		return -1;
	(void)pageowner_reader_conditions(opt->reader, &exported.conditions);
	(void)pageowner_export_set_page_size(opt->export, opt->common.page_size);
	pageowner_export_set_top(opt->export, opt->top);
	(void)pageowner_export_set_flags(opt->export, opt->all ? 0 : PAGEOWNER_EXPORT_PINNING);
	pageowner_export_set_budget(opt->export, memory_budget());
	pageowner_export_set_plumbing(opt->export, opt->common.plumbing);
	ret = format_write(opt->export, opt->common.format, opt->common.output,
			   put_pageblocks, &exported);
	memory_advise(ret, "show fewer rows (--top)");
	return ret;
}

/* 0, or -1 after a message */
static int write_reports(const struct frag_options *opt,
			 struct pageowner_pageblocks *blocks)
{
	struct frag_map map = {
		.blocks = blocks, .scale = opt->scale ? opt->scale : 1,
		.page_size = opt->common.page_size,
		.incomplete = cli_is_incomplete(pageowner_reader_stats(opt->reader)) ?
			CLI_INCOMPLETE : NULL,
	};
	struct cli_output out;
	struct frag_report report = {
		.blocks = blocks, .out = &out, .by = opt->by, .full = opt->common.full,
		.all = opt->all, .plumbing = opt->common.plumbing,
		.page_size = opt->common.page_size, .long_lived = opt->long_lived,
		.top = opt->top ? opt->top : SIZE_MAX,
	};
	int ret;

	if (opt->map && strcmp(opt->map, "-"))
		return put_image(opt, &map);
	if (opt->export)
		return write_format(opt, blocks);
	if (cli_output_open(&out, opt->common.output) < 0)
		return -1;
	if (opt->map) {
		ret = put_text_map(opt, &map, &out);
	} else if (opt->place.what) {
		ret = frag_place_print(&opt->place, &out, blocks, opt->common.full);
	} else if (opt->mixed) {
		ret = frag_report_mixed(&report);
	} else {
		ret = frag_report_summary(&report);
		fputc('\n', out.file);
		if (ret == 0)
			ret = frag_report_holders(&report);
	}
	cli_put_incomplete(&out, map.incomplete);
	if (ret == -ENOBUFS)
		table_say_failure(ret);
	else if (ret < 0 && !out.error)
		out.error = -ret;
	out.is_abandoned = ret < 0;
	return cli_output_close(&out);
}

static int run(struct frag_options *opt)
{
	struct pageowner_pageblocks *blocks;
	int status;

	if (!opt->input) {
		opt->input = cli_live_input();
		opt->live = true;
	}
	if (!opt->input)
		return CLI_FAILED;
	if (pageowner_pageblocks_new(opt->by, &blocks) < 0 ||
	    pageowner_pageblocks_set_budget(blocks, memory_budget()) < 0 ||
	    pageowner_pageblocks_set_plumbing(blocks, opt->common.plumbing) < 0 ||
	    pageowner_pageblocks_set_filter(blocks, opt->common.filter) < 0 ||
	    (opt->export && format_can(opt->common.format, PAGEOWNER_EXPORT_SHOWS_PINS) &&
	     pageowner_pageblocks_keep_pins(blocks) < 0) ||
	    frag_place_init(&opt->place, opt->by, opt->common.filter,
			    opt->common.plumbing) < 0) {
		cli_error("%s", strerror(ENOMEM));
		return CLI_FAILED;
	}
	status = CLI_FAILED;
	if (cli_check_overwrite(opt->common.output, opt->common.format, &opt->input, 1, false,
				opt->common.overwrite) == 0 &&
	    (!opt->map || cli_check_overwrite(opt->map, NULL, &opt->input, 1, false,
					      opt->common.overwrite) == 0))
		status = frag_load(opt, blocks);
	if (status != CLI_FAILED && write_reports(opt, blocks) < 0)
		status = CLI_FAILED;
	if (status != CLI_FAILED)
		cli_note_selection(&opt->common, pageowner_reader_stats(opt->reader)->records,
				   pageowner_pageblocks_stats(blocks)->selected);
	frag_place_free(&opt->place);
	pageowner_pageblocks_free(blocks);
	pageowner_reader_free(opt->reader);
	return status;
}

int main(int argc, char *argv[])
{
	struct frag_options opt = {
		.top = UINT64_MAX, .common.format = "table", .long_lived = LONG_LIVED,
	};
	int status;

	cli_begin("pageowner-frag", argv);
	setlocale(LC_CTYPE, "");
	if (memory_begin() < 0)
		return CLI_FAILED;
	status = parse_options(&opt, argc, argv);
	if (opt.top == UINT64_MAX)
		opt.top = strcmp(opt.common.format, "table") ? 0 : TOP_OF_TABLE;
	if (status < 0)
		status = run(&opt);
	pageowner_export_free(opt.export);
	options_free(&opt.common);
	return status;
}
