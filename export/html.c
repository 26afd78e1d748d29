// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * html.c - a report that opens in a browser: one file, nothing from the network.
 *
 * The page with its scripts is made from html/ when this is built. What is written here
 * is the data in the middle of it, JSON in a script element that is never run:
 * { rows: [[pages, times, [frames], keys...], ...], texts: [...], ... }, where frames
 * (from the root on) and keys are numbers of texts, null if absent; what rows of diffs
 * and pageblocks are, rows.js reads. All texts are pure
 * ASCII without "<", so that nothing in a dump can end the element.
 */
#include "writer.h"

#ifdef HAVE_HTML

#include <glib.h>

#include "export/html-page.h"
#include "export/json.h"
#include "numbers.h"

struct html {
	struct pageowner_export *e;
	FILE *file;
	size_t captures;	/* that the report is of */
	struct numbers *numbers;
	GString *texts;
};

/* Any text as JSON that does not depend on where it stands */
static int append_text(GString *out, struct pageowner_text text)
{
	json_t *value = json_text(text);
	char *quoted = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_ENSURE_ASCII) :
		NULL;

	json_decref(value);
	if (!quoted)
		return -ENOMEM;
	for (const char *c = quoted; *c; c++) {
		if (*c == '<')
			g_string_append(out, "\\u003c");
		else
			g_string_append_c(out, *c);
	}
	free(quoted);
	return 0;
}

static int put_text(struct html *h, struct pageowner_text text)
{
	GString *out = g_string_new(NULL);
	const int ret = append_text(out, text);

	fputs(out->str, h->file);
	g_string_free(out, TRUE);
	return ret;
}

/* The number of a text; texts are written behind the rows. */
static int put_number_of(struct html *h, struct pageowner_text text)
{
	bool is_new;
	gsize before;
	int ret;
	const uint32_t number = number_of(h->numbers, text.len ? text.ptr : "",
					  text.len, NULL, &is_new);

	fprintf(h->file, "%" PRIu32, number);
	if (!is_new)
		return 0;
	before = h->texts->len;
	g_string_append(h->texts, number ? ",\n" : "\n");
	ret = append_text(h->texts, text);
	/* Its memory doubles when it grows. */
	export_take(h->e, 2 * (h->texts->len - before));
	return ret;
}

static int put_frames(struct html *h, struct pageowner_text stack)
{
	GString *name = g_string_new(NULL);
	struct pageowner_frame *frames;
	size_t count;
	int ret = export_frames(stack, &frames, &count);

	fputc('[', h->file);
	for (size_t i = 0; ret == 0 && i < count; i++) {
		const struct pageowner_frame *frame = &frames[i];

		g_string_truncate(name, 0);
		g_string_append_len(name, frame->symbol.len ? frame->symbol.ptr : "",
				    (gssize)frame->symbol.len);
		if (frame->module.len) {
			g_string_append(name, " [");
			g_string_append_len(name, frame->module.ptr,
					    (gssize)frame->module.len);
			g_string_append_c(name, ']');
		}
		if (i)
			fputc(',', h->file);
		ret = put_number_of(h, (struct pageowner_text){ name->str, name->len });
	}
	fputc(']', h->file);
	free(frames);
	g_string_free(name, TRUE);
	return ret;
}

static struct pageowner_text text_of(const char *string)
{
	return (struct pageowner_text){ string, strlen(string) };
}

/* --- the conditions */

static int put_condition(struct html *h, const char *name, struct pageowner_text value)
{
	int ret;

	if (!value.len)
		return 0;
	/* The list goes on, see put_head(). */
	fputc('[', h->file);
	ret = put_text(h, text_of(name));
	fputc(',', h->file);
	if (ret == 0)
		ret = put_text(h, value);
	fputs("],\n", h->file);
	return ret;
}

static int put_number(struct html *h, const char *name, uint64_t number)
{
	char text[24];

	return put_condition(h, name, (struct pageowner_text){ text,
		(size_t)snprintf(text, sizeof(text), "%" PRIu64, number) });
}

static int put_capture(struct html *h, const struct pageowner_conditions *c)
{
	const struct {
		const char *name;
		struct pageowner_text value;
	} texts[] = {
		{ "kernel", c->kernel }, { "build", c->kernel_version },
		{ "machine", c->machine }, { "boot", c->boot_id },
		{ "read from", c->file }, { "mode", c->mode }, { "nodes", c->nodes },
		{ "incomplete", c->incomplete }, { "tool", c->tool },
		{ "command", c->command },
	};
	const struct {
		const char *name;
		uint64_t has, value;
	} numbers[] = {
		{ "count_threshold", PAGEOWNER_CONDITIONS_HAS_THRESHOLD, c->threshold },
		{ "records", PAGEOWNER_CONDITIONS_HAS_RECORDS, c->records },
		{ "skipped", PAGEOWNER_CONDITIONS_HAS_SKIPPED, c->skipped },
	};
	static const char *const meminfo[] = { "MemTotal", "MemFree", "MemAvailable" };
	uint64_t bytes;
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < sizeof(texts) / sizeof(*texts); i++)
		ret = put_condition(h, texts[i].name, texts[i].value);
	for (size_t i = 0; ret == 0 && i < sizeof(numbers) / sizeof(*numbers); i++)
		if (c->has & numbers[i].has)
			ret = put_number(h, numbers[i].name, numbers[i].value);
	for (size_t i = 0; ret == 0 && i < sizeof(meminfo) / sizeof(*meminfo); i++)
		if (pageowner_meminfo(c->meminfo, meminfo[i], &bytes) == 0)
			ret = put_number(h, meminfo[i], bytes);
	return ret;
}

static int put_head(struct html *h, const struct pageowner_export *e,
		    const char *kind, const char *title)
{
	const struct pageowner_conditions *c = e->capture;
	const uint64_t ns = export_time_ns(e);
	char time[EXPORT_TIME_MAX];
	int ret;

	fputs(page_head, h->file);
	fprintf(h->file, "{\"version\":%d,\"kind\":\"%s\",\"title\":\"%s\",\n"
		"\"page_size\":%" PRIu64 ",\"conditions\":[\n", EXPORT_VERSION,
		kind, title, export_page_size(e));
	ret = put_condition(h, "host", export_host(e));
	if (ret == 0 && ns) {
		export_time_text(time, ns);
		ret = put_condition(h, "time", text_of(time));
	}
	if (ret == 0 && c)
		ret = put_capture(h, c);
	for (size_t i = 0; ret == 0 && i < e->conditions_count; i += 2)
		ret = put_condition(h, e->conditions[i], text_of(e->conditions[i + 1]));
	if (ret == 0 && h->captures > 1)
		ret = put_number(h, "captures, this is the first of", h->captures);
	fputs("[\"made by\",\"pageowner " PACKAGE_VERSION "\"]],\n", h->file);
	return ret;
}

/* --- rows */

static int put_row(struct html *h, struct pageowner_profile *profile, size_t row,
		   const enum pageowner_field *keys, unsigned int count)
{
	const struct pageowner_group *group;
	char buf[EXPORT_VALUE_MAX];
	struct pageowner_text text;
	int ret = pageowner_profile_group(profile, row, &group);

	if (ret <= 0)
		return ret;
	if (group->has & PAGEOWNER_HAS_PAGES)
		fprintf(h->file, "[%" PRIu64, export_number(group->pages));
	else
		fputs("[null", h->file);
	if (group->has & PAGEOWNER_HAS_TIMES)
		fprintf(h->file, ",%" PRIu64 ",", export_number(group->times));
	else
		fputs(",null,", h->file);
	ret = 0;
	if (export_has_stacks(profile))
		ret = put_frames(h, group->record->stack);
	else
		fputs("[]", h->file);
	for (unsigned int k = 0; ret == 0 && k < count; k++) {
		fputc(',', h->file);
		ret = export_value(profile, row, keys[k], buf, &text);
		if (ret > 0)
			ret = put_number_of(h, text);
		else if (ret == 0)
			fputs("null", h->file);
	}
	fputc(']', h->file);
	return ret;
}

static int put_rows(struct html *h, const struct pageowner_export *e,
		    struct pageowner_profile *profile)
{
	const size_t all = pageowner_profile_count(profile), rows = export_rows(e, all);
	enum pageowner_field keys[PAGEOWNER_FIELD_COUNT];
	const unsigned int count = export_keys(h->e, profile, keys);
	uint64_t times, pages;
	int ret = 0;

	pageowner_profile_total(profile, &times, &pages);
	fprintf(h->file, "\"totals\":[%" PRIu64 "],\"has_times\":%s,\"has_stacks\":%s,"
		"\"all_rows\":%zu,\"keys\":[", export_number(pages),
		times ? "true" : "false",
		export_has_stacks(profile) ? "true" : "false", all);
	for (unsigned int k = 0; k < count; k++)
		fprintf(h->file, "%s\"%s\"", k ? "," : "", pageowner_field_name(keys[k]));
	fputs("],\n\"rows\":[", h->file);
	for (size_t i = 0; ret == 0 && i < rows; i++) {
		fputs(i ? ",\n" : "\n", h->file);
		ret = put_row(h, profile, i, keys, count);
		if (ret == 0)
			ret = export_check(h->e);
	}
	return ret;
}

static int put_changes(struct html *h, const struct pageowner_export *e,
		       struct pageowner_diff *diff)
{
	const size_t all = pageowner_diff_count(diff), rows = export_rows(e, all);
	const struct pageowner_snapshot *snapshot;
	int ret = 0;

	fputs("\"has_times\":false,\"has_stacks\":true,\"keys\":[],\"totals\":[", h->file);
	for (size_t i = 0; pageowner_diff_snapshot(diff, i, &snapshot) > 0; i++)
		fprintf(h->file, "%s%" PRIu64, i ? "," : "",
			export_number(snapshot->pages));
	fprintf(h->file, "],\"all_rows\":%zu,\n\"rows\":[", all);
	for (size_t i = 0; ret == 0 && i < rows; i++) {
		const struct pageowner_change *c;

		ret = pageowner_diff_change(diff, i, &c);
		if (ret <= 0)
			return ret;
		ret = 0;
		fputs(i ? ",\n[[" : "\n[[", h->file);
		for (size_t s = 0; s < c->snapshots; s++)
			fprintf(h->file, "%s%" PRIu64, s ? "," : "",
				export_number(c->pages[s]));
		if (c->flags & PAGEOWNER_CHANGE_UNKNOWN)
			fputs("],null,", h->file);
		else
			fprintf(h->file, "],%" PRId64 ",", c->change);
		if (c->stack.len) {
			ret = put_frames(h, c->stack);
		} else {
			fputc('[', h->file);
			ret = put_number_of(h, c->name.len ? c->name :
				(struct pageowner_text){ "(kernel)", 8 });
			fputc(']', h->file);
		}
		fputc(']', h->file);
		if (ret == 0)
			ret = export_check(h->e);
	}
	return ret;
}

/* --- pageblocks */

static bool pins(enum pageowner_migratetype type)
{
	return type == PAGEOWNER_MIGRATE_UNMOVABLE ||
		type == PAGEOWNER_MIGRATE_RECLAIMABLE;
}

/* Its number in the page, where "other" is the last */
static int page_type(enum pageowner_migratetype type)
{
	return type == PAGEOWNER_MIGRATE_OTHER ? PAGEOWNER_MIGRATE_TYPES - 1 :
		(int)type - 1;
}

/* -1: nobody, -2: several, else the index of a holder */
static int64_t pinned_by(const struct pageowner_pageblock *block)
{
	return block->pinned_by == PAGEOWNER_PINNED_BY_NONE ? -1 :
		block->pinned_by == PAGEOWNER_PINNED_BY_SEVERAL ? -2 :
		(int64_t)block->pinned_by;
}

/* Zones are in order, and a damaged dump may name as many as pageblocks. */
static size_t find_zone(const struct pageowner_pageblocks *blocks,
			const struct pageowner_pageblock *block)
{
	size_t low = 0, high = pageowner_pageblocks_zone_count(blocks);

	while (low + 1 < high) {
		const size_t middle = low + (high - low) / 2;
		const struct pageowner_zone *zone;

		if (pageowner_pageblocks_zone(blocks, middle, &zone) <= 0)
			break;
		if (zone->node < block->node ||
		    (zone->node == block->node && zone->zone <= block->zone))
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Six numbers each, the first of them as the distance to the one before; and the sums */
static int put_blocks(struct html *h, struct pageowner_pageblocks *blocks)
{
	const size_t zones = pageowner_pageblocks_zone_count(blocks);
	const struct pageowner_pageblock *b;
	const struct pageowner_zone *zone;
	uint64_t before = 0, total = 0;
	size_t in = 0;
	int ret;

	fputs("\"zones\":[", h->file);
	for (size_t i = 0; i < zones &&
	     pageowner_pageblocks_zone(blocks, i, &zone) > 0; i++)
		fprintf(h->file, "%s[%d,%d]", i ? "," : "", zone->node, zone->zone);
	fputs("],\n\"blocks\":[", h->file);
	for (size_t i = 0; (ret = pageowner_pageblocks_block(blocks, i, &b)) > 0; i++) {
		uint64_t pages = 0, pinning = 0;

		for (int t = 0; t < PAGEOWNER_MIGRATE_TYPES; t++) {
			pages += b->pages[t];
			pinning += pins(t) ? b->pages[t] : 0;
		}
		if (pageowner_pageblocks_zone(blocks, in, &zone) <= 0 ||
		    zone->node != b->node || zone->zone != b->zone)
			in = find_zone(blocks, b);
		fprintf(h->file, "%s%" PRIu64 ",%zu,%d,%" PRIu64 ",%" PRIu64 ",%" PRId64,
			i ? i % 16 ? "," : ",\n" : "\n", export_number(b->number - before),
			in, page_type(b->type) + (b->is_mixed ? 8 : 0), pages, pinning,
			pinned_by(b));
		before = b->number;
		total = export_sum(total, pages);
	}
	if (ret < 0)
		return ret;
	fputs("],\n\"types\":[", h->file);
	for (int t = 1; t < PAGEOWNER_MIGRATE_TYPES; t++)
		fprintf(h->file, "\"%s\",", pageowner_migratetype_name(t));
	fprintf(h->file, "\"%s\"", pageowner_migratetype_name(PAGEOWNER_MIGRATE_OTHER));
	fprintf(h->file, "],\n\"totals\":[%" PRIu64 "],", export_number(total));
	return 0;
}

static int put_holder(struct html *h, const struct pageowner_holder *holder,
		      uint64_t newest_ns, bool by_stack)
{
	const struct pageowner_text module = pageowner_stack_module(holder->stack);
	struct pageowner_frame owner;
	int ret;

	fprintf(h->file, "[%" PRIu32 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",",
		holder->index, holder->pinned, holder->alone,
		export_number(holder->pages), export_number(holder->pinning_pages));
	if (holder->mean_ts_ns <= newest_ns)
		fprintf(h->file, "%.3f,", (double)(newest_ns - holder->mean_ts_ns) / 1e9);
	else
		fputs("null,", h->file);
	if (!by_stack) {
		fputc('[', h->file);
		ret = put_number_of(h, holder->name.len ? holder->name : text_of("(kernel)"));
		fputs("]]", h->file);
		return ret;
	}
	ret = put_frames(h, holder->stack);
	fputc(',', h->file);
	if (ret == 0 && pageowner_stack_owner(holder->stack, NULL, &owner))
		ret = put_number_of(h, owner.symbol);
	else
		fputs("null", h->file);
	fputc(',', h->file);
	if (ret == 0 && module.len)
		ret = put_number_of(h, module);
	else
		fputs("null", h->file);
	fputc(']', h->file);
	return ret;
}

static int put_holders(struct html *h, const struct pageowner_export *e,
		       struct pageowner_pageblocks *blocks)
{
	const size_t all = pageowner_pageblocks_holder_count(blocks);
	const size_t rows = export_rows(e, all);
	const uint64_t newest_ns = pageowner_pageblocks_newest_ns(blocks);
	const struct pageowner_holder *holder;
	const int order = pageowner_pageblocks_order(blocks);
	const bool by_stack = pageowner_pageblocks_by(blocks) == PAGEOWNER_BY_STACK ||
		pageowner_pageblocks_by(blocks) == PAGEOWNER_BY_PORTABLE;
	int ret = 0;

	fprintf(h->file, "\"order\":%d,\"has_times\":false,\"has_stacks\":true,"
		"\"all_rows\":%zu,\"keys\":[%s],\n\"rows\":[", order < 0 ? 0 : order,
		all, by_stack ? "\"owner\",\"module\"" : "");
	for (size_t i = 0; ret == 0 && i < rows; i++) {
		ret = pageowner_pageblocks_holder(blocks, i, &holder);
		if (ret <= 0)
			break;
		fputs(i ? ",\n" : "\n", h->file);
		ret = put_holder(h, holder, newest_ns, by_stack);
		if (ret == 0)
			ret = export_check(h->e);
	}
	return ret;
}

/* --- pages */

static void begin_page(struct html *h, struct pageowner_export *e, FILE *file)
{
	*h = (struct html){
		.e = e, .file = file, .numbers = numbers_new(e),
		.texts = g_string_new(NULL),
	};
}

static int end_page(struct html *h, int ret)
{
	fprintf(h->file, "],\n\"texts\":[%s]}\n", h->texts->str);
	fputs(page_tail, h->file);
	g_string_free(h->texts, TRUE);
	numbers_free(h->numbers);
	return ret;
}

static int write_profile(struct pageowner_export *e,
			 struct pageowner_profile *profile, FILE *file)
{
	struct html h;
	int ret;

	begin_page(&h, e, file);
	h.captures = pageowner_profile_conditions_count(profile);
	ret = put_head(&h, e, "profile", "Who holds the memory");
	return end_page(&h, ret < 0 ? ret : put_rows(&h, e, profile));
}

static int write_diff(struct pageowner_export *e, struct pageowner_diff *diff,
		      FILE *file)
{
	struct html h;
	int ret;

	begin_page(&h, e, file);
	ret = put_head(&h, e, "diff", "What changed");
	return end_page(&h, ret < 0 ? ret : put_changes(&h, e, diff));
}

static int write_pageblocks(struct pageowner_export *e,
			    struct pageowner_pageblocks *blocks, FILE *file)
{
	struct html h;
	int ret;

	begin_page(&h, e, file);
	ret = put_head(&h, e, "pageblocks", "Who pins pageblocks");
	if (ret == 0)
		ret = put_blocks(&h, blocks);
	return end_page(&h, ret < 0 ? ret : put_holders(&h, e, blocks));
}

const struct export_format export_html = {
	.name = "html", .help = "a report for a browser, in one file",
	.traits = PAGEOWNER_EXPORT_PROFILE | PAGEOWNER_EXPORT_DIFF |
		PAGEOWNER_EXPORT_PAGEBLOCKS,
	.keys = "callstack", .profile = write_profile, .diff = write_diff,
	.pageblocks = write_pageblocks,
};

#else

const struct export_format export_html = { .name = "html" };

#endif
