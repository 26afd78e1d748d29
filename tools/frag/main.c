// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * main.c - pageowner-frag: what pins pageblocks, and what is in one of them.
 *
 * Options, and one pass over the dump for all answers; table.c and map.c show
 * pageblocks, place.c one place in memory.
 */
#include <errno.h>
#include <getopt.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/lib/cli.h"
#include "tools/lib/format.h"
#include "map.h"
#include "place.h"
#include "table.h"
#include "tools/lib/memory.h"
#include "tools/lib/options.h"
#include "tools/lib/table.h"
#include "tools/lib/units.h"

#define PAGE_SIZE_ASSUMED	4096
#define TOP_OF_TABLE		20
#define LONG_LIVED		600	/* seconds */
#define RECORDS_A_CALL		4096u
#define MAP_LABEL		14	/* columns of a terminal */
#define MAP_ROWS		64	/* of it at most */
#define IMAGE_WIDTH		16	/* cells, of large machines more */
#define IMAGE_WIDTH_MAX		1024

struct options {
	struct common_options common;
	const char *input;	/* NULL: the running kernel's */
	const char *map;
	struct pageowner_export *export;	/* NULL for our own formats */
	struct pageowner_reader *reader;	/* what was read, as long as it is needed */
	enum { BY_STACK, BY_OWNER, BY_MODULE } by;
	enum pageowner_pageblocks_order order;
	uint64_t top;
	uint64_t scale;		/* 0: as wide as fits */
	struct frag_place place;
	double long_lived;	/* seconds */
	bool all, mixed, live;
};

/* --- options */

static const char *const bys[] = { "stack", "owner", "module", NULL };
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
	struct options *opt = options;

	opt->place.what = strcmp(entry->name, "pfn") ? FRAG_BLOCK : FRAG_PFN;
	return parse_pfn(value, &opt->place.number);
}

static int set_map(void *options, const struct option_entry *entry, const char *value)
{
	(void)entry;
	((struct options *)options)->map = value ? value : "-";
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
	((struct options *)options)->scale = scale;
	return 0;
}

#define NUMBER	"a number, decimal or 0x and hexadecimal"

static const struct option_entry entries[] = {
	{ "by", .argument = "WHAT", .group = "Report",
	  .help = "one row per stack (default), owner or module",
	  OPT_WORD(struct options, by, bys) },
	{ "sort", .argument = "ORDER", .group = "Report",
	  .help = "sort by per-page (pageblocks pinned per page held, default), alone, pinned or pages",
	  OPT_WORD(struct options, order, orders) },
	OPTION_TOP(struct options, top, "default 20 in a table; 0: all"),
	{ "all", .group = "Report", .help = "also show rows that pin nothing",
	  OPT_FLAG(struct options, all) },
	{ "long-lived", .argument = "TIME", .group = "Report",
	  .help = "mark rows whose mean age is at least TIME (default 10m; 0: none)",
	  OPT_DURATION(struct options, long_lived, 0, 0) },
	{ "mixed", .group = "Other reports",
	  .help = "only count mixed pageblocks, as /proc/pagetypeinfo does",
	  OPT_FLAG(struct options, mixed) },
	{ "block", .argument = "N", .group = "Other reports",
	  .help = "show who holds what in pageblock N",
	  .expects = NUMBER, OPT_CALL(set_place) },
	{ "pfn", .argument = "N", .group = "Other reports",
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
	.common = OPTIONS_FULL | OPTIONS_PAGE_SIZE | OPTIONS_MEMORY | OPTIONS_FORMAT |
		OPTIONS_COLOR | OPTIONS_OUTPUT,
	.entries = entries, .count = sizeof(entries) / sizeof(entries[0]),
	.formats = formats, .export_uses = PAGEOWNER_EXPORT_PAGEBLOCKS,
	.notes =
"Exit status: 0 everything was read, 1 failed, 2 wrong usage, 3 the report is\n"
"complete, but some of the input was damaged.\n",
	.usage_status = CLI_USAGE,
};

static bool ends_with(const char *text, const char *end)
{
	const size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && !strcmp(text + len - end_len, end);
}

/* -1 to continue, or the exit status after a message */
static int parse_options(struct options *opt, int argc, char *argv[])
{
	int status = options_parse(&table, &opt->common, argc, argv);

	if (status >= 0)
		return status;
	if (argc - optind > 1)
		return options_refuse(&table, "too many file names: %s (one dump at a time)",
				      argv[argc - 1]);
	if (strcmp(opt->common.format, "table") &&
	    (opt->map || opt->place.what || opt->mixed))
		return options_refuse(&table, "--format does not apply to --map, --mixed, --block and --pfn");
	if (opt->map && strcmp(opt->map, "-") && !ends_with(opt->map, ".svg") &&
	    !ends_with(opt->map, ".png"))
		return options_refuse(&table, "--map=%s: neither .svg nor .png", opt->map);
	opt->input = argv[optind];
	if (strcmp(opt->common.format, "table")) {
		opt->export = format_new(opt->common.format, PAGEOWNER_EXPORT_PAGEBLOCKS);
		return opt->export ? -1 : CLI_USAGE;
	}
	return -1;
}

/* --- reading */

static void learn_page_size(struct options *opt, struct pageowner_reader *reader)
{
	const struct pageowner_conditions *capture;

	if (opt->common.page_size)
		return;
	if (pageowner_reader_conditions(reader, &capture) > 0 &&
	    capture->has & PAGEOWNER_CONDITIONS_HAS_PAGE_SIZE) {
		opt->common.page_size = capture->page_size;
		return;
	}
	opt->common.page_size = opt->live ? (uint64_t)sysconf(_SC_PAGESIZE) :
		PAGE_SIZE_ASSUMED;
	if (!opt->live && !opt->common.quiet)
		cli_error("note: assuming 4 KiB pages (use --page-size)");
}

static enum pageowner_by by_of(const struct options *opt)
{
	return opt->by == BY_OWNER ? PAGEOWNER_BY_OWNER :
		opt->by == BY_MODULE ? PAGEOWNER_BY_MODULE : PAGEOWNER_BY_STACK;
}

/* Size of a plain file, for the progress; 0 if it is not known */
static uint64_t size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
}

static int read_records(struct options *opt, struct pageowner_reader *reader,
			struct pageowner_pageblocks *blocks)
{
	const uint64_t size = size_of(opt->input);
	struct cli_progress progress = { 0 };
	const struct pageowner_record *record;
	unsigned int records = 0;
	int ret;

	while ((ret = pageowner_reader_next(reader, &record)) > 0) {
		ret = pageowner_pageblocks_add(blocks, record);
		if (ret >= 0)
			ret = frag_place_add(&opt->place, record);
		if (ret < 0)
			break;
		if (!opt->common.quiet && ++records % RECORDS_A_CALL == 0) {
			const uint64_t bytes = pageowner_reader_stats(reader)->bytes;

			/* With a compressed file they soon exceed its size. */
			cli_progress(&progress, bytes, bytes <= size ? size : 0);
		}
	}
	cli_progress_end(&progress);
	return ret;
}

/* Report what makes answers wrong although each record may be valid. */
static int report_anomalies(const struct pageowner_pageblocks *blocks,
			    const char *name)
{
	const struct pageowner_pageblocks_stats *s =
		pageowner_pageblocks_stats(blocks);

	if (s->placeless)
		cli_error("%s: %ju x record without a place in memory; left out",
			  name, (uintmax_t)s->placeless);
	if (s->misplaced)
		cli_error("%s: %ju x PFN that is not in the pageblock named, first at byte %ju; left out",
			  name, (uintmax_t)s->misplaced,
			  (uintmax_t)s->first_misplaced);
	if (s->descending)
		cli_error("%s: %ju x lower PFN than before, first at byte %ju: more than one dump?",
			  name, (uintmax_t)s->descending,
			  (uintmax_t)s->first_descending);
	return s->misplaced || s->descending || s->placeless ? CLI_DAMAGED : CLI_OK;
}

static void say_failure(const char *name, int error,
			const struct pageowner_reader *reader)
{
	const char *sentence = pageowner_reader_error(reader);

	if (*sentence)
		cli_error("%s", sentence);
	else if (error == -ENOBUFS)
		cli_error("%s: byte %ju: pageblocks and stacks need more than the bound of %ju MiB of memory",
			  name, (uintmax_t)pageowner_reader_stats(reader)->bytes,
			  (uintmax_t)(pageowner_budget_max(memory_budget()) >> 20));
	else
		cli_error("%s: %s", name, strerror(-error));
	memory_advise(error, "ask for fewer holders (--by=owner, --by=module)");
}

/* The exit status so far, or CLI_FAILED */
static int load(struct options *opt, struct pageowner_pageblocks *blocks)
{
	const char *name = cli_input_name(opt->input);
	int status, ret = pageowner_reader_open(opt->input, &opt->reader);
	struct pageowner_reader *reader = opt->reader;

	if (ret == 0)
		ret = pageowner_reader_set_budget(reader, memory_budget());
	if (ret < 0) {
		cli_error("%s: %s", name, strerror(-ret));
		return CLI_FAILED;
	}
	ret = read_records(opt, reader, blocks);
	if (ret == 0)
		ret = pageowner_pageblocks_finish(blocks);
	if (ret == 0)
		ret = pageowner_pageblocks_sort(blocks, opt->order);
	if (ret < 0) {
		say_failure(name, ret, reader);
		return CLI_FAILED;
	}
	learn_page_size(opt, reader);
	status = cli_report_damage(pageowner_reader_stats(reader), name);
	if (!pageowner_pageblocks_stats(blocks)->counted) {
		cli_error("%s: no page_owner record has a place in memory",
			  name);
		return CLI_FAILED;
	}
	ret = report_anomalies(blocks, name);
	return ret == CLI_OK ? status : ret;
}

/* --- writing */

static bool wants_color(const struct options *opt, const struct cli_output *out)
{
	if (opt->common.color != COLOR_AUTO)
		return opt->common.color == COLOR_ALWAYS;
	return out->to_terminal && !getenv("NO_COLOR");
}

static int put_text_map(const struct options *opt, struct frag_map *map,
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
	return frag_map_text(map, out, wants_color(opt, out),
			     !strcmp(nl_langinfo(CODESET), "UTF-8"));
}

static int put_image(const struct options *opt, struct frag_map *map)
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

static int write_format(const struct options *opt, struct pageowner_pageblocks *blocks)
{
	struct exported exported = { blocks, NULL };
	int ret;

	(void)pageowner_reader_conditions(opt->reader, &exported.conditions);
	pageowner_export_set_page_size(opt->export, opt->common.page_size);
	pageowner_export_set_top(opt->export, opt->top);
	pageowner_export_set_flags(opt->export, opt->all ? 0 : PAGEOWNER_EXPORT_PINNING);
	pageowner_export_set_budget(opt->export, memory_budget());
	ret = format_write(opt->export, opt->common.format, opt->common.output,
			   put_pageblocks, &exported);
	memory_advise(ret, "write the first (--top)");
	return ret;
}

/* 0, or -1 after a message */
static int write_reports(const struct options *opt,
			 struct pageowner_pageblocks *blocks)
{
	struct frag_map map = {
		.blocks = blocks, .scale = opt->scale ? opt->scale : 1,
		.page_size = opt->common.page_size,
	};
	struct cli_output out;
	struct frag_report report = {
		.blocks = blocks, .out = &out, .by = by_of(opt), .full = opt->common.full,
		.all = opt->all, .page_size = opt->common.page_size,
		.long_lived = opt->long_lived,
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
	if (ret == -ENOBUFS)
		cli_error("a table of so many rows needs more memory than the bound of --max-memory: write the first (--top=N), or JSON (--json)");
	if (ret < 0 && !out.error)
		out.error = -ret;
	return cli_output_close(&out);
}

static int run(struct options *opt)
{
	struct pageowner_pageblocks *blocks;
	int status;

	if (!opt->input) {
		opt->input = cli_live_input();
		opt->live = true;
	}
	if (!opt->input)
		return CLI_FAILED;
	if (pageowner_pageblocks_new(by_of(opt), &blocks) < 0 ||
	    pageowner_pageblocks_set_budget(blocks, memory_budget()) < 0 ||
	    frag_place_init(&opt->place, by_of(opt)) < 0) {
		cli_error("%s", strerror(ENOMEM));
		return CLI_FAILED;
	}
	status = load(opt, blocks);
	if (status != CLI_FAILED && write_reports(opt, blocks) < 0)
		status = CLI_FAILED;
	frag_place_free(&opt->place);
	pageowner_pageblocks_free(blocks);
	pageowner_reader_free(opt->reader);
	return status;
}

int main(int argc, char *argv[])
{
	struct options opt = {
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
