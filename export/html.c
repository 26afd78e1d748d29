// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * html.c - a report that opens in a browser: one file, nothing from the network.
 *
 * The page with its scripts is made from html/ when this is built. What is written here
 * is the data in the middle of it, JSON in a script element that is never run:
 * { rows: [[pages, times, [frames], keys...], ...], texts: [...], ... }, where frames
 * (from the root on) and keys are numbers of texts, null if absent. All texts are pure
 * ASCII without "<", so that nothing in a dump can end the element.
 */
#include "export.h"

#ifdef HAVE_HTML

#include <glib.h>

#include "export/html-page.h"
#include "export/json.h"
#include "numbers.h"

struct html {
	FILE *file;
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
	const uint32_t number = number_of(h->numbers, text.len ? text.ptr : "",
					  text.len, NULL, &is_new);

	fprintf(h->file, "%" PRIu32, number);
	if (!is_new)
		return 0;
	g_string_append(h->texts, number ? ",\n" : "\n");
	return append_text(h->texts, text);
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

/* --- the conditions */

static int put_condition(struct html *h, const char *name, struct pageowner_text value)
{
	int ret;

	if (!value.len)
		return 0;
	/* The list ends with an empty one, see put_head(). */
	fprintf(h->file, "[\"%s\",", name);
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

static int put_capture(struct html *h, const struct pageowner_capture *c)
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
		{ "count_threshold", PAGEOWNER_CAPTURE_HAS_THRESHOLD, c->threshold },
		{ "records", PAGEOWNER_CAPTURE_HAS_RECORDS, c->records },
		{ "skipped", PAGEOWNER_CAPTURE_HAS_SKIPPED, c->skipped },
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
		if (pageowner_capture_meminfo(c, meminfo[i], &bytes) == 0)
			ret = put_number(h, meminfo[i], bytes);
	return ret;
}

static int put_head(struct html *h, const struct pageowner_export *e,
		    struct pageowner_profile *profile, const char *title)
{
	const struct pageowner_capture *c = e->capture;
	const uint64_t ns = export_time_ns(e);
	char time[EXPORT_TIME_MAX];
	int ret;

	fputs(page_head, h->file);
	fprintf(h->file, "{\"version\":%d,\"kind\":\"%s\",\"title\":\"%s\",\n"
		"\"page_size\":%" PRIu64 ",\"conditions\":[\n", EXPORT_VERSION,
		profile ? "profile" : "diff", title, export_page_size(e));
	ret = put_condition(h, "host", export_host(e));
	if (ret == 0 && ns) {
		export_time_text(time, ns);
		ret = put_condition(h, "time", (struct pageowner_text){ time,
				    strlen(time) });
	}
	if (ret == 0 && c)
		ret = put_capture(h, c);
	if (ret == 0 && profile && pageowner_profile_capture_count(profile) > 1)
		ret = put_number(h, "captures, this is the first of",
				 pageowner_profile_capture_count(profile));
	fputs("[\"made by\",\"pageowner " PACKAGE_VERSION "\"]],\n", h->file);
	return ret;
}

/* --- rows */

static int put_row(struct html *h, struct pageowner_profile *profile, size_t row,
		   const enum pageowner_key *keys, unsigned int count)
{
	const struct pageowner_group *group = pageowner_profile_group(profile, row);
	char buf[EXPORT_VALUE_MAX];
	struct pageowner_text text;
	int ret = 0;

	if (!group)
		return -ENOMEM;
	if (group->has & PAGEOWNER_HAS_PAGES)
		fprintf(h->file, "[%" PRIu64, export_number(group->pages));
	else
		fputs("[null", h->file);
	if (group->has & PAGEOWNER_HAS_TIMES)
		fprintf(h->file, ",%" PRIu64 ",", export_number(group->times));
	else
		fputs(",null,", h->file);
	/* Looking at a value shows another group: the stack comes first. */
	if (export_has_stacks(profile))
		ret = put_frames(h, group->record->stack);
	else
		fputs("[]", h->file);
	for (unsigned int k = 0; ret == 0 && k < count; k++) {
		fputc(',', h->file);
		if (export_value(profile, row, keys[k], buf, &text))
			ret = put_number_of(h, text);
		else
			fputs("null", h->file);
	}
	fputc(']', h->file);
	return ret;
}

static int put_rows(struct html *h, const struct pageowner_export *e,
		    struct pageowner_profile *profile)
{
	const size_t all = pageowner_profile_count(profile), rows = export_rows(e, all);
	enum pageowner_key keys[PAGEOWNER_KEY_COUNT];
	const unsigned int count = export_keys(profile, keys);
	uint64_t times, pages;
	int ret = 0;

	pageowner_profile_total(profile, &times, &pages);
	fprintf(h->file, "\"totals\":[%" PRIu64 "],\"has_times\":%s,\"has_stacks\":%s,"
		"\"all_rows\":%zu,\"keys\":[", export_number(pages),
		times ? "true" : "false",
		export_has_stacks(profile) ? "true" : "false", all);
	for (unsigned int k = 0; k < count; k++)
		fprintf(h->file, "%s\"%s\"", k ? "," : "", pageowner_key_name(keys[k]));
	fputs("],\n\"rows\":[", h->file);
	for (size_t i = 0; ret == 0 && i < rows; i++) {
		fputs(i ? ",\n" : "\n", h->file);
		ret = put_row(h, profile, i, keys, count);
	}
	return ret;
}

static int put_changes(struct html *h, const struct pageowner_export *e,
		       struct pageowner_diff *diff)
{
	const size_t all = pageowner_diff_count(diff), rows = export_rows(e, all);
	uint64_t pages;
	int ret = 0;

	fputs("\"has_times\":false,\"has_stacks\":true,\"keys\":[],\"totals\":[", h->file);
	for (size_t i = 0; pageowner_diff_total(diff, i, &pages, NULL) == 0; i++)
		fprintf(h->file, "%s%" PRIu64, i ? "," : "", export_number(pages));
	fprintf(h->file, "],\"all_rows\":%zu,\n\"rows\":[", all);
	for (size_t i = 0; ret == 0 && i < rows; i++) {
		const struct pageowner_change *c = pageowner_diff_change(diff, i);

		if (!c)
			return -ENOMEM;
		fputs(i ? ",\n[[" : "\n[[", h->file);
		for (size_t s = 0; s < c->snapshots; s++)
			fprintf(h->file, "%s%" PRIu64, s ? "," : "",
				export_number(c->pages[s]));
		if (c->flags & PAGEOWNER_CHANGE_HIDDEN)
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
	}
	return ret;
}

static int write_page(struct pageowner_export *e, struct pageowner_profile *profile,
		      struct pageowner_diff *diff, FILE *file)
{
	struct html h = {
		.file = file, .numbers = numbers_new(), .texts = g_string_new(NULL),
	};
	int ret = put_head(&h, e, profile, profile ? "Who holds the memory" :
			   "What changed");

	if (ret == 0)
		ret = profile ? put_rows(&h, e, profile) : put_changes(&h, e, diff);
	fprintf(file, "],\n\"texts\":[%s]}\n", h.texts->str);
	fputs(page_tail, file);
	g_string_free(h.texts, TRUE);
	numbers_free(h.numbers);
	return ret;
}

static int write_profile(struct pageowner_export *e,
			 struct pageowner_profile *profile, FILE *file)
{
	return write_page(e, profile, NULL, file);
}

static int write_diff(struct pageowner_export *e, struct pageowner_diff *diff,
		      FILE *file)
{
	return write_page(e, NULL, diff, file);
}

const struct export_format export_html = {
	.name = "html", .help = "a report for a browser, in one file",
	.uses = PAGEOWNER_EXPORT_PROFILE | PAGEOWNER_EXPORT_DIFF,
	.keys = "callstack", .profile = write_profile, .diff = write_diff,
};

#else

const struct export_format export_html = { .name = "html" };

#endif
