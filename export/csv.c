// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * csv.c - RFC 4180: a header, a line a row, lines that end in CR LF.
 *
 * A stack is one field, its frames from the page allocator on, separated by ";".
 */
#include "writer.h"

#include <glib.h>

/* Every text in quotes: nobody need know which ones would do without. */
static void put_text(FILE *file, struct pageowner_text text)
{
	/* GLib ends the process when memory runs out. */
	char *valid = g_utf8_make_valid(text.len ? text.ptr : "",
					(gssize)text.len);

	fputc('"', file);
	for (const char *p = valid; *p; p++) {
		if (*p == '"')
			fputc('"', file);
		fputc(*p, file);
	}
	fputc('"', file);
	g_free(valid);
}

static void put_stack(FILE *file, struct pageowner_text stack)
{
	struct pageowner_frame frame;
	bool is_first = true;

	fprintf(file, ",%016" PRIx64 ",\"", pageowner_stack_id_portable(stack));
	while (pageowner_frame_next(&stack, &frame)) {
		char *valid = g_utf8_make_valid(frame.line.ptr,
						(gssize)frame.line.len);

		if (!is_first)
			fputc(';', file);
		is_first = false;
		for (const char *p = valid; *p; p++) {
			if (*p == '"')
				fputc('"', file);
			fputc(*p == ';' ? ':' : *p, file);
		}
		g_free(valid);
	}
	fputc('"', file);
}

static int write_profile(struct pageowner_export *e,
			 struct pageowner_profile *profile, FILE *file)
{
	const size_t rows = export_rows(e, pageowner_profile_count(profile));
	const uint64_t page_size = export_page_size(e);
	enum pageowner_field keys[PAGEOWNER_FIELD_COUNT];
	const unsigned int count = export_keys(e, profile, keys);

	fputs("times,pages,bytes", file);
	if (export_has_stacks(profile))
		fputs(",stack_id,stack", file);
	for (unsigned int k = 0; k < count; k++)
		fprintf(file, ",%s", pageowner_field_name(keys[k]));
	fputs("\r\n", file);
	for (size_t i = 0; i < rows; i++) {
		const struct pageowner_group *group;
		char buf[EXPORT_VALUE_MAX];
		struct pageowner_text text;
		int ret = pageowner_profile_group(profile, i, &group);

		if (ret <= 0)
			return ret;
		if (group->has & PAGEOWNER_HAS_TIMES)
			fprintf(file, "%" PRIu64, export_number(group->times));
		fputc(',', file);
		if (group->has & PAGEOWNER_HAS_PAGES)
			fprintf(file, "%" PRIu64 ",%" PRIu64,
				export_number(group->pages),
				export_bytes(group->pages, page_size));
		else
			fputc(',', file);
		if (export_has_stacks(profile))
			put_stack(file, group->record->stack);
		for (unsigned int k = 0; k < count; k++) {
			ret = export_value(profile, i, keys[k], buf, &text);

			if (ret < 0)
				return ret;
			fputc(',', file);
			if (ret > 0)
				put_text(file, text);
		}
		fputs("\r\n", file);
	}
	return 0;
}

static int write_records(struct pageowner_export *e, struct export_records *records,
			 FILE *file)
{
	const struct pageowner_record *r;
	struct export_field field;
	int ret;

	for (size_t i = 0; export_field(e, NULL, i, &field); i++)
		fprintf(file, "%s,", field.name);
	fputs("stack_id,stack\r\n", file);
	while ((ret = export_records_next(e, records, &r)) > 0) {
		for (size_t i = 0; export_field(e, r, i, &field); i++) {
			if (i)
				fputc(',', file);
			if (field.is_there && field.is_text)
				put_text(file, field.text);
			else if (field.is_there)
				fprintf(file, "%" PRId64, field.number);
		}
		put_stack(file, r->stack);
		fputs("\r\n", file);
	}
	return ret;
}

/* Whether rows are stacks: of a handle without one, nobody can tell. */
static bool has_stacks(struct pageowner_diff *diff, size_t rows)
{
	for (size_t i = 0; i < rows; i++) {
		const struct pageowner_change *c;

		if (pageowner_diff_change(diff, i, &c) > 0 && c->stack.len)
			return true;
	}
	return false;
}

static int write_diff(struct pageowner_export *e, struct pageowner_diff *diff,
		      FILE *file)
{
	const size_t rows = export_rows(e, pageowner_diff_count(diff));
	const uint64_t page_size = export_page_size(e);
	const bool stacks = has_stacks(diff, rows);

	for (size_t i = 0; i < rows; i++) {
		const struct pageowner_change *c;
		const int ret = pageowner_diff_change(diff, i, &c);

		if (ret <= 0)
			return ret;
		if (!i) {
			fputs("change_pages,change_bytes", file);
			for (size_t s = 0; s < c->snapshots; s++)
				fprintf(file, ",pages_%zu", s + 1);
			fputs(stacks ? ",stack_id,stack\r\n" : ",name\r\n",
			      file);
		}
		if (c->flags & PAGEOWNER_CHANGE_UNKNOWN)
			fputc(',', file);
		else
			fprintf(file, "%" PRId64 ",%" PRId64, c->change,
				export_change_bytes(c->change, page_size));
		for (size_t s = 0; s < c->snapshots; s++)
			fprintf(file, ",%" PRIu64, export_number(c->pages[s]));
		if (stacks) {
			put_stack(file, c->stack);
		} else {
			fputc(',', file);
			put_text(file, c->name);
		}
		fputs("\r\n", file);
	}
	return 0;
}

const struct export_format export_csv = {
	.name = "csv", .help = "comma-separated values (RFC 4180)",
	.traits = PAGEOWNER_EXPORT_PROFILE | PAGEOWNER_EXPORT_DIFF |
		PAGEOWNER_EXPORT_RECORDS,
	.keys = "callstack", .profile = write_profile, .diff = write_diff,
	.records = write_records,
};
