// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * pageowner-frag.c - who pins pageblocks, and what lies in one of them.
 *
 * Options, and the one pass over the dump that all answers come from; what is
 * made of pageblocks is shown by frag-report.c and frag-map.c, one place in memory
 * by frag-place.c.
 */
#include <errno.h>
#include <getopt.h>
#include <langinfo.h>
#include <limits.h>
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
#include "report.h"
#include "tools/lib/memory.h"
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

enum {
	OPT_BY = 256, OPT_SORT, OPT_TOP, OPT_FULL, OPT_ALL, OPT_LONG_LIVED,
	OPT_MIXED, OPT_BLOCK, OPT_PFN, OPT_MAP, OPT_SCALE, OPT_PAGE_SIZE,
	OPT_FORMAT, OPT_JSON, OPT_COLOR, OPT_NO_COLOR, OPT_MAX_MEMORY,
};

static const struct option long_options[] = {
	{ "by", required_argument, NULL, OPT_BY },
	{ "sort", required_argument, NULL, OPT_SORT },
	{ "top", required_argument, NULL, OPT_TOP },
	{ "full", no_argument, NULL, OPT_FULL },
	{ "all", no_argument, NULL, OPT_ALL },
	{ "long-lived", required_argument, NULL, OPT_LONG_LIVED },
	{ "mixed", no_argument, NULL, OPT_MIXED },
	{ "block", required_argument, NULL, OPT_BLOCK },
	{ "pfn", required_argument, NULL, OPT_PFN },
	{ "map", optional_argument, NULL, OPT_MAP },
	{ "scale", required_argument, NULL, OPT_SCALE },
	{ "page-size", required_argument, NULL, OPT_PAGE_SIZE },
	{ "format", required_argument, NULL, OPT_FORMAT },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "color", required_argument, NULL, OPT_COLOR },
	{ "max-memory", required_argument, NULL, OPT_MAX_MEMORY },
	{ "no-color", no_argument, NULL, OPT_NO_COLOR },
	{ "output", required_argument, NULL, 'o' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ }
};

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct options {
	const char *input;	/* NULL: the running kernel's */
	const char *output, *format, *map;
	struct pageowner_export *export;	/* NULL for our own formats */
	struct pageowner_reader *reader;	/* what was read, as long as it is needed */
	enum pageowner_pageblocks_by by;
	enum pageowner_pageblocks_order order;
	enum color color;
	unsigned long top;
	uint64_t page_size;	/* bytes; 0: not known yet */
	uint64_t scale;		/* 0: as it fits */
	struct frag_place place;
	double long_lived;	/* seconds */
	bool full, all, mixed, quiet, live;
};

static const char help_text[] =
"Usage: pageowner-frag [OPTIONS] [INPUT]\n"
"Show which stacks keep pageblocks from being emptied: their unmovable pages lie in\n"
"movable or CMA pageblocks, which could else become huge pages. Reads a page_owner\n"
"dump, or that of the running kernel.\n"
"\n"
"  --by=WHAT          a row for each stack (the default), owner or module\n"
"  --sort=ORDER       per-page (pageblocks pinned for each page held, the default),\n"
"                     alone, pinned or pages\n"
"  --top=N            only the first N rows (20 in a table, 0 for all)\n"
"  --all              also who pins nothing\n"
"  --full             all frames of a stack\n"
"  --long-lived=TIME  mark what is older on the mean (10m; 0: nothing)\n"
"  --mixed            only the number of mixed pageblocks, as /proc/pagetypeinfo\n"
"  --block=N          who holds what in this pageblock\n"
"  --pfn=N            who owns this page, and its neighbours\n"
"  --map[=FILE]       a picture of memory, of each pageblock a cell; .svg or .png\n"
"  --scale=N          of each N pageblocks a cell\n"
"  --page-size=SIZE   bytes of a page, else from the capture's header, else this\n"
"                     machine's if its kernel is read, else 4 KiB\n"
"  --format=FORMAT    table, json (also --json), or a format of other programs: help\n"
"                     lists them\n"
"  --color=WHEN       auto, always or never; --no-color\n"
"  --max-memory=SIZE  take no more memory for the input (0: no bound; else three\n"
"                     quarters of what there is)\n"
"  -o, --output=FILE  instead of standard output\n"
"  -q, --quiet        no progress and no notes\n"
"  -h, --help  -V, --version\n"
"\n"
"Exit status: 0 all read, 1 failed, 2 wrong usage, 3 done, but some of the input\n"
"was damaged.\n";

/* --- options */

/* Decimal, or hexadecimal behind 0x, as the kernel prints PFNs */
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

static int set_option(struct options *opt, int c, const char *arg)
{
	static const char *const bys[] = { "stack", "owner", "module" };
	static const char *const orders[] = {
		"per-page", "alone", "pinned", "pages",
	};
	static const char *const whens[] = { "auto", "always", "never" };
	int ret = 0;

	switch (c) {
	case 'o':
		opt->output = arg;
		break;
	case 'q':
		opt->quiet = true;
		break;
	case OPT_BY:
		ret = cli_one_of(arg, bys, 3);
		opt->by = (enum pageowner_pageblocks_by)ret;
		break;
	case OPT_SORT:
		ret = cli_one_of(arg, orders, 4);
		opt->order = (enum pageowner_pageblocks_order)ret;
		break;
	case OPT_TOP:
		ret = cli_parse_number(arg, 0, ULONG_MAX, &opt->top);
		break;
	case OPT_FULL:
		opt->full = true;
		break;
	case OPT_ALL:
		opt->all = true;
		break;
	case OPT_LONG_LIVED:
		ret = units_parse_duration(arg, &opt->long_lived);
		break;
	case OPT_MIXED:
		opt->mixed = true;
		break;
	case OPT_BLOCK:
		opt->place.what = FRAG_BLOCK;
		ret = parse_pfn(arg, &opt->place.number);
		break;
	case OPT_PFN:
		opt->place.what = FRAG_PFN;
		ret = parse_pfn(arg, &opt->place.number);
		break;
	case OPT_MAP:
		opt->map = arg ? arg : "-";
		break;
	case OPT_SCALE:
		ret = parse_pfn(arg, &opt->scale);
		/* Rows begin at round numbers. */
		if (!opt->scale || opt->scale & (opt->scale - 1) ||
		    opt->scale > UINT32_MAX)
			ret = -EINVAL;
		break;
	case OPT_PAGE_SIZE:
		ret = units_parse_size(arg, NULL, &opt->page_size);
		if (!opt->page_size)
			ret = -EINVAL;
		break;
	case OPT_FORMAT:
		opt->format = arg;
		break;
	case OPT_JSON:
		opt->format = "json";
		break;
	case OPT_COLOR:
		ret = cli_one_of(arg, whens, 3);
		opt->color = (enum color)ret;
		break;
	case OPT_MAX_MEMORY:
		ret = memory_set_max(arg);
		break;
	case OPT_NO_COLOR:
		opt->color = COLOR_NEVER;
		break;
	}
	return ret < 0 ? ret : 0;
}

/* -1 to go on, or the exit status; has said why. */
static int parse_options(struct options *opt, int argc, char *argv[])
{
	int c;

	while ((c = getopt_long(argc, argv, "ho:qV", long_options, NULL)) != -1) {
		if (c == 'h') {
			fputs(help_text, stdout);
			return CLI_OK;
		}
		if (c == 'V')
			return cli_print_version();
		if (c == '?')
			goto usage;
		if (set_option(opt, c, optarg) < 0) {
			cli_wrong_argument(long_options, c, optarg);
			goto usage;
		}
	}
	if (argc - optind > 1) {
		cli_error("one dump at a time: the pages of two machines are not in one memory");
		goto usage;
	}
	if (!strcmp(opt->format, "help"))
		return format_help("table        our own report\n"
				   "json         the same for programs\n",
				   PAGEOWNER_EXPORT_PAGEBLOCKS);
	if (strcmp(opt->format, "table") &&
	    (opt->map || opt->place.what || opt->mixed)) {
		cli_error("--format does not go with --map, --mixed, --block and --pfn");
		goto usage;
	}
	opt->input = argv[optind];
	if (strcmp(opt->format, "table") && strcmp(opt->format, "json")) {
		opt->export = format_new(opt->format, PAGEOWNER_EXPORT_PAGEBLOCKS);
		return opt->export ? -1 : CLI_USAGE;
	}
	return -1;
usage:
	fprintf(stderr, "Try \"%s --help\".\n", cli_program);
	return CLI_USAGE;
}

/* --- reading */

static void learn_page_size(struct options *opt, struct pageowner_reader *reader)
{
	const struct pageowner_conditions *capture;

	if (opt->page_size)
		return;
	if (pageowner_reader_conditions(reader, &capture) > 0 &&
	    capture->has & PAGEOWNER_CONDITIONS_HAS_PAGE_SIZE) {
		opt->page_size = capture->page_size;
		return;
	}
	opt->page_size = opt->live ? (uint64_t)sysconf(_SC_PAGESIZE) :
		PAGE_SIZE_ASSUMED;
	if (!opt->live && !opt->quiet)
		cli_error("note: pages are taken to be of 4 KiB (--page-size tells)");
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
		if (!opt->quiet && ++records % RECORDS_A_CALL == 0) {
			const uint64_t bytes = pageowner_reader_stats(reader)->bytes;

			/* Of a compressed file they soon are more than its own. */
			cli_progress(&progress, bytes, bytes <= size ? size : 0);
		}
	}
	cli_progress_end(&progress);
	return ret;
}

/* What makes answers wrong though each record may be right */
static int report_anomalies(const struct pageowner_pageblocks *blocks,
			    const char *name)
{
	const struct pageowner_pageblocks_stats *s =
		pageowner_pageblocks_stats(blocks);

	if (s->placeless)
		cli_error("%s: %ju x record that does not tell its place in memory; left out",
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
		cli_error("%s: holds no page_owner record that tells its place in memory",
			  name);
		return CLI_FAILED;
	}
	ret = report_anomalies(blocks, name);
	return ret == CLI_OK ? status : ret;
}

/* --- writing */

static bool wants_color(const struct options *opt, const struct cli_output *out)
{
	if (opt->color != COLOR_AUTO)
		return opt->color == COLOR_ALWAYS;
	return out->to_terminal && !getenv("NO_COLOR");
}

static bool ends_with(const char *text, const char *end)
{
	const size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && !strcmp(text + len - end_len, end);
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

/* 0, or -1 after a message */
static int write_reports(const struct options *opt,
			 struct pageowner_pageblocks *blocks)
{
	struct frag_map map = {
		.blocks = blocks, .scale = opt->scale ? opt->scale : 1,
		.page_size = opt->page_size,
	};
	struct cli_output out;
	struct frag_report report = {
		.blocks = blocks, .out = &out, .by = opt->by, .full = opt->full,
		.all = opt->all, .page_size = opt->page_size,
		.long_lived = opt->long_lived,
		.top = opt->top ? opt->top : SIZE_MAX,
	};
	int ret;

	if (opt->map && strcmp(opt->map, "-"))
		return put_image(opt, &map);
	if (opt->export) {
		const struct pageowner_conditions *capture = NULL;

		(void)pageowner_reader_conditions(opt->reader, &capture);
		pageowner_export_set_page_size(opt->export, opt->page_size);
		pageowner_export_set_top(opt->export, opt->top);
		pageowner_export_set_budget(opt->export, memory_budget());
		ret = format_write_pageblocks(opt->export, opt->format, blocks,
					      capture, opt->output);
		memory_advise(ret, "write the first (--top)");
		return ret;
	}
	if (cli_output_open(&out, opt->output) < 0)
		return -1;
	if (opt->map) {
		ret = put_text_map(opt, &map, &out);
	} else if (opt->place.what) {
		ret = frag_place_print(&opt->place, &out, blocks, opt->full);
	} else if (opt->mixed) {
		ret = frag_report_mixed(&report);
	} else if (!strcmp(opt->format, "json")) {
		ret = frag_report_json(&report);
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

	if (opt->map && strcmp(opt->map, "-") && !ends_with(opt->map, ".svg") &&
	    !ends_with(opt->map, ".png")) {
		cli_error("%s: neither .svg nor .png", opt->map);
		return CLI_USAGE;
	}
	if (!opt->input) {
		opt->input = cli_live_input();
		opt->live = true;
	}
	if (!opt->input)
		return CLI_FAILED;
	if (pageowner_pageblocks_new(opt->by, &blocks) < 0 ||
	    pageowner_pageblocks_set_budget(blocks, memory_budget()) < 0 ||
	    frag_place_init(&opt->place, opt->by) < 0) {
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
		.top = ULONG_MAX, .format = "table", .long_lived = LONG_LIVED,
	};
	int status;

	cli_begin("pageowner-frag", argv);
	setlocale(LC_CTYPE, "");
	if (memory_begin() < 0)
		return CLI_FAILED;
	status = parse_options(&opt, argc, argv);
	if (opt.top == ULONG_MAX)
		opt.top = strcmp(opt.format, "table") ? 0 : TOP_OF_TABLE;
	if (status < 0)
		status = run(&opt);
	pageowner_export_free(opt.export);
	return status;
}
