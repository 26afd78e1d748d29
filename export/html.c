// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * html.c - a report that opens in a browser: one file, nothing from the network.
 *
 * The page with its scripts is made from html/ beforehand. What is written here is the
 * data in the middle of it, JSON in a script element that is never run:
 * { rows: [[pages, times, plumbing, [frames], keys...], ...], texts: [...], ... }, where
 * frames (from the root on; the last of them are plumbing) and keys are numbers of texts,
 * null if absent; what rows of diffs and pageblocks are, rows.js reads. All texts are pure
 * ASCII without "<", so that nothing in a dump can end the element.
 */
#include "html.h"

#ifdef HAVE_HTML

#include "export/html-page.h"

/* --- the conditions */

static void put_condition(struct html *h, const char *name,
			  struct pageowner_text value)
{
	if (!value.len)
		return;
	/* The list goes on, see put_head(). */
	fputc('[', h->file);
	text_put_json_ascii(h->file, text_of(name));
	fputc(',', h->file);
	text_put_json_ascii(h->file, value);
	fputs("],\n", h->file);
}

static void put_number(struct html *h, const char *name, uint64_t number)
{
	char text[24];

	put_condition(h, name, (struct pageowner_text){ text,
		(size_t)snprintf(text, sizeof(text), "%" PRIu64, number) });
}

static void put_capture(struct html *h, const struct pageowner_conditions *c)
{
	const struct {
		const char *name;
		struct pageowner_text value;
	} texts[] = {
		{ "kernel", c->kernel }, { "build", c->kernel_version },
		{ "machine", c->machine }, { "boot", c->boot_id },
		{ "read from", c->file }, { "mode", c->mode }, { "nodes", c->nodes },
		{ "incomplete", export_incomplete(c) }, { "tool", c->tool },
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

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		put_condition(h, texts[i].name, texts[i].value);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		if (c->has & numbers[i].has)
			put_number(h, numbers[i].name, numbers[i].value);
	for (size_t i = 0; i < sizeof(meminfo) / sizeof(*meminfo); i++)
		if (pageowner_meminfo(c->meminfo, meminfo[i], &bytes) > 0)
			put_number(h, meminfo[i], bytes);
}

/* Of several captures the first one may be complete. */
static void put_others(struct html *h)
{
	const struct pageowner_export *e = h->e;

	if (h->captures > 1)
		put_number(h, "captures, this is the first of", h->captures);
	if (export_is_incomplete(e) &&
	    !(e->capture && export_incomplete(e->capture).len))
		put_condition(h, "incomplete", h->captures > 1 ?
			      text_of("one of the inputs is") : e->incomplete);
}

static void put_snapshots(struct html *h, const struct pageowner_diff *diff)
{
	const struct pageowner_snapshot *snapshot;
	bool is_said = false;

	for (size_t i = 0; pageowner_diff_snapshot(diff, i, &snapshot) > 0; i++) {
		struct pageowner_text why = { NULL, 0 };

		if (snapshot->conditions)
			why = export_incomplete(snapshot->conditions);
		h->name.len = 0;
		text_buffer_printf(&h->name, "snapshot %zu: ", i + 1);
		text_buffer_add(&h->name, why.ptr, why.len);
		if (why.len)
			put_condition(h, "incomplete", text_buffer_text(&h->name));
		is_said |= why.len > 0;
	}
	if (export_is_incomplete(h->e) && !is_said)
		put_condition(h, "incomplete", h->e->incomplete);
}

/* @diff: NULL if it is not about one */
static void put_head(struct html *h, const char *kind, const char *title,
		     const struct pageowner_diff *diff)
{
	const struct pageowner_export *e = h->e;
	const uint64_t ns = export_time_ns(e);
	char time[EXPORT_TIME_MAX];

	fputs(page_head, h->file);
	fprintf(h->file, "{\"version\":%d,\"kind\":\"%s\",\"title\":\"%s\",\n"
		"\"page_size\":%" PRIu64 ",\"files\":[", EXPORT_VERSION,
		kind, title, export_page_size(e));
	for (size_t i = 0; i < e->inputs_count; i++) {
		fputs(i ? ",\n" : "\n", h->file);
		text_put_json_ascii(h->file, text_of(e->inputs[i]));
	}
	fputs("],\n\"conditions\":[\n", h->file);
	put_condition(h, "host", export_host(e));
	if (ns)
		put_condition(h, "time", text_of(export_time_text(time, ns)));
	if (e->capture)
		put_capture(h, e->capture);
	for (size_t i = 0; i < e->conditions_count; i += 2)
		put_condition(h, e->conditions[i], text_of(e->conditions[i + 1]));
	if (diff)
		put_snapshots(h, diff);
	else
		put_others(h);
	fputs("[\"made by\",\"pageowner " PACKAGE_VERSION "\"]],\n", h->file);
}

/* --- pages */

static void begin_page(struct html *h, struct pageowner_export *e, FILE *file)
{
	*h = (struct html){
		.e = e, .file = file, .texts = { .e = e }, .name = { .e = e },
		.valid = { .e = e },
	};
}

static int end_page(struct html *h, int ret)
{
	fputs("],\n\"texts\":[", h->file);
	for (size_t i = 0; i < h->texts.count; i++) {
		fputs(i ? ",\n" : "\n", h->file);
		text_put_json_ascii(h->file, h->texts.entries[i].text);
	}
	fputs("]}\n", h->file);
	fputs(page_tail, h->file);
	map_free(&h->texts);
	text_buffer_free(&h->name);
	text_buffer_free(&h->valid);
	return ret;
}

static int write_profile(struct pageowner_export *e,
			 const struct pageowner_profile *profile, FILE *file)
{
	struct html h;

	begin_page(&h, e, file);
	h.captures = pageowner_profile_conditions_count(profile);
	put_head(&h, "profile", "Who holds the memory", NULL);
	return end_page(&h, html_put_profile(&h, profile));
}

static int write_diff(struct pageowner_export *e, const struct pageowner_diff *diff,
		      FILE *file)
{
	struct html h;

	begin_page(&h, e, file);
	put_head(&h, "diff", "What changed", diff);
	return end_page(&h, html_put_diff(&h, diff));
}

static int write_pageblocks(struct pageowner_export *e,
			    const struct pageowner_pageblocks *blocks, FILE *file)
{
	struct html h;

	begin_page(&h, e, file);
	put_head(&h, "pageblocks", "Who pins pageblocks", NULL);
	return end_page(&h, html_put_pageblocks(&h, blocks));
}

const struct export_format export_html = {
	.name = "html", .help = "a report for a browser, in one file",
	.traits = PAGEOWNER_EXPORT_PROFILE | PAGEOWNER_EXPORT_DIFF |
		PAGEOWNER_EXPORT_PAGEBLOCKS | PAGEOWNER_EXPORT_SHOWS_PINS,
	.keys = "callstack", .profile = write_profile, .diff = write_diff,
	.pageblocks = write_pageblocks,
};

#else

const struct export_format export_html = { .name = "html" };

#endif
