// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * stages.c - what each stage of a report costs on a given dump.
 *
 * Each step does all that the ones above it do, and one thing more. All steps
 * run in turn, again and again, so that what slows the machine for a while
 * slows all of them. It reaches into the library: the scan in plain C is
 * measured beside the one chosen for this processor.
 */
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <pageowner/export.h>

#include "profile_load.h"
#include "read/part.h"
#include "parse/scan.h"
#include "tools/lib/message.h"

#define WINDOW_SIZE	((size_t)256 << 10)	/* the reader's */
#define RUNS_MAX	1000ul

struct step {
	const char *name;
	void (*run)(const struct step *step);
	unsigned int before;	/* what this step does one thing more than */
	bool goes_on;		/* from where that one ended: costs are added */
	bool scans;		/* so there is a portable way to do it */
	bool all_fields;
	const char *keys;	/* to group by */
	double cost[RUNS_MAX], portable[RUNS_MAX];	/* CPU seconds */
};

static const char *path;
static struct pageowner_input_stats found;
static struct pageowner_profile *profile;	/* from group to write */
static char window[WINDOW_SIZE];

static const char usage[] =
"Usage: stages [OPTION]... FILE\n"
"Show what each stage of a report on a page_owner dump costs, in CPU time.\n"
"  --runs=N    counted runs, of which the median is shown (default 7)\n"
"  --key=LIST  group by these keys, as pageowner-sort --cull does (default: by\n"
"              stacktrace, and by txt, which is the report without --cull)\n"
"  --help      this text\n";

static void check(int ret)
{
	if (ret < 0) {
		cli_error("%s: %s", path, strerror(-ret));
		exit(CLI_FAILED);
	}
}

/* The start of what is left: a line, or a run of frames, whose end is not here. */
static const char *scan(const char *p, const char *end)
{
	const char *line, *newline;

	while ((line = po_scan_frames(p, end)) &&
	       (newline = memchr(line, '\n', (size_t)(end - line))))
		p = newline + 1;
	return p;
}

static void read_windows(const struct step *step)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct po_input *input = NULL;
	size_t kept = 0;
	ssize_t n;

	check(fd < 0 ? -errno : po_input_new_fd(fd, &input));
	while ((n = po_input_read(input, window + kept, WINDOW_SIZE - kept)) > 0) {
		const char *end = window + kept + n;
		const char *rest = step->scans ? scan(window, end) : end;

		kept = (size_t)(end - rest);
		if (kept == WINDOW_SIZE)
			kept = 0;	/* no stack is that long */
		memmove(window, rest, kept);
	}
	check((int)n);
	po_input_free(input);
	close(fd);
}

static void parse(const struct step *step)
{
	const struct pageowner_record *record;
	struct pageowner_reader *reader;
	int ret = pageowner_reader_open(path, &reader);

	check(ret);
	if (!step->all_fields)
		po_reader_skip_pfn_line(reader);
	while ((ret = pageowner_reader_next(reader, &record)) > 0)
		;
	check(ret);
	found = *pageowner_reader_stats(reader);
	pageowner_reader_free(reader);
}

static void place(const struct step *step)
{
	const struct pageowner_record *record;
	struct pageowner_pageblocks *blocks;
	struct pageowner_reader *reader;
	int ret;

	(void)step;
	check(pageowner_pageblocks_new(PAGEOWNER_BY_STACK, &blocks));
	check(pageowner_reader_open(path, &reader));
	while ((ret = pageowner_reader_next(reader, &record)) > 0)
		check(pageowner_pageblocks_add(blocks, record));
	check(ret);
	check(pageowner_pageblocks_finish(blocks));
	check(pageowner_pageblocks_sort(blocks, PAGEOWNER_PAGEBLOCKS_PER_PAGE));
	pageowner_reader_free(reader);
	pageowner_pageblocks_free(blocks);
}

static void group(const struct step *step)
{
	pageowner_profile_free(profile);	/* as each tool must, in the end */
	check(pageowner_profile_new(step->keys, &profile));
	check(pageowner_profile_load(profile, path));
}

static void sort(const struct step *step)
{
	(void)step;
	check(pageowner_profile_sort(profile, "-times"));
}

/* Into a buffer as large as the tool's; the file system is not measured. */
static void write_report(const struct step *step)
{
	FILE *file = fopen("/dev/null", "w");
	struct pageowner_export *e;

	(void)step;
	check(file ? pageowner_export_new("report", &e) : -errno);
	setvbuf(file, NULL, _IOFBF, (size_t)1 << 20);
	check(pageowner_export_profile(e, profile, file));
	pageowner_export_free(e);
	check(fclose(file) ? -errno : 0);
}

enum { READ, SCAN, PARSE, PARSE_ALL, PLACE, GROUP, SORT, WRITE, OTHER_GROUP, OTHER_SORT };

static struct step steps[] = {
	[READ] = { "read", read_windows, .before = READ },
	[SCAN] = { "scan", read_windows, READ, .scans = true },
	[PARSE] = { "parse", parse, SCAN, .scans = true },
	[PARSE_ALL] = { "parse all fields", parse, PARSE, .scans = true, .all_fields = true },
	[PLACE] = { "pageblocks", place, PARSE_ALL, .scans = true },
	[GROUP] = { "group by ", group, PARSE, .scans = true, .keys = "stacktrace" },
	[SORT] = { "  sort", sort, GROUP, .goes_on = true },
	[WRITE] = { "  write", write_report, SORT, .goes_on = true },
	[OTHER_GROUP] = { "group by ", group, PARSE, .scans = true, .keys = "txt" },
	[OTHER_SORT] = { "  sort", sort, OTHER_GROUP, .goes_on = true },
	{ "  write", write_report, OTHER_SORT, .goes_on = true },
};
static size_t step_count = PO_ARRAY_SIZE(steps);

/* CPU seconds, user and system */
static double cost_of(const struct step *step)
{
	clock_t start = clock();

	step->run(step);
	return (double)(clock() - start) / CLOCKS_PER_SEC;
}

static void run_all(unsigned long run)
{
	const char *(*const chosen)(const char *, const char *) = po_scan_frames;

	for (struct step *s = steps; s < steps + step_count; s++) {
		if (s->scans && chosen != po_scan_frames_portable) {
			po_scan_frames = po_scan_frames_portable;
			s->portable[run] = cost_of(s);
			po_scan_frames = chosen;
		}
		s->cost[run] = cost_of(s);
		if (s->goes_on)
			s->cost[run] += steps[s->before].cost[run];
	}
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Of the differences, run by run */
static double median(const double *cost, const double *less, unsigned long runs)
{
	double sorted[RUNS_MAX];

	for (unsigned long i = 0; i < runs; i++)
		sorted[i] = cost[i] - less[i];
	qsort(sorted, runs, sizeof(*sorted), compare);
	return (sorted[(runs - 1) / 2] + sorted[runs / 2]) / 2;
}

static void print_step(const struct step *s, unsigned long runs)
{
	static const double nothing[RUNS_MAX];
	const double ns = 1e9 / (double)found.records;
	const double cost = median(s->cost, nothing, runs);
	const double portable = median(s->portable, nothing, runs);
	const double *before = s == steps ? nothing : steps[s->before].cost;

	printf("%s%-*s %6.2f %10.1f %8.1f", s->name, 24 - (int)strlen(s->name),
	       s->keys ? s->keys : "", (double)found.bytes / cost * 1e-9, cost * ns,
	       median(s->cost, before, runs) * ns);
	if (portable > 0)
		printf(" %10.1f %7.2f", portable * ns, portable / cost);
	putchar('\n');
}

static int parse_runs(const char *text, unsigned long *runs)
{
	char *end;

	*runs = strtoul(text, &end, 10);
	return *end || *runs < 1 || *runs > RUNS_MAX ? -1 : 0;
}

int main(int argc, char *argv[])
{
	static const struct option options[] = {
		{ "runs", required_argument, NULL, 'r' },
		{ "key", required_argument, NULL, 'k' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	unsigned long runs = 7;
	int c, bad = 0;

	cli_program = "stages";
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'h')
			return fputs(usage, stdout) < 0;
		if (c == 'k') {
			steps[GROUP].keys = optarg;
			step_count = OTHER_GROUP;
		}
		bad |= c == 'k' ? pageowner_fields_check(optarg, PAGEOWNER_FIELD_GROUPS,
						       NULL) :
		       c == 'r' ? parse_runs(optarg, &runs) : -1;
	}
	if (bad || argc - optind != 1) {
		fputs(usage, stderr);
		return CLI_USAGE;
	}
	path = argv[optind];

	run_all(0);	/* not counted: brings the file into the page cache */
	for (unsigned long run = 0; run < runs; run++)
		run_all(run);
	printf("%s: %llu bytes, %llu records, median of %lu runs\n\n"
	       "%24s   GB/s  ns/record    added   portable   ratio\n", path,
	       (unsigned long long)found.bytes, (unsigned long long)found.records, runs, "");
	for (size_t i = 0; i < step_count; i++)
		print_step(&steps[i], runs);
	pageowner_profile_free(profile);
	return 0;
}
