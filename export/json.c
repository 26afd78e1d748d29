// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * json.c - documents as JSON: one object (json), or an object a line for each row
 * (ndjson). What is absent is absent; integers are integers.
 *
 * What is incomplete says so in each line of ndjson; in one more, of kind "end", if no row
 * could say it.
 *
 * Row by row, so that memory does not grow with them. Ids are texts: a number of JSON may
 * lose bits beyond 2^53.
 */
#include "row.h"

static void put_name(FILE *file, const char *name, bool *is_first)
{
	fprintf(file, "%s\"%s\":", *is_first ? "" : ",", name);
	*is_first = false;
}

static void put_stack(FILE *file, struct pageowner_text stack)
{
	struct pageowner_frame frame;
	bool is_first = true;

	fputc('[', file);
	while (pageowner_frame_next(&stack, &frame)) {
		if (!is_first)
			fputc(',', file);
		is_first = false;
		text_put_json(file, frame.line);
	}
	fputc(']', file);
}

static void put_list(FILE *file, const struct export_field *field)
{
	fputc('[', file);
	for (size_t i = 0; i < field->count; i++) {
		if (i)
			fputc(',', file);
		if (field->type == EXPORT_WORDS)
			text_put_json(file, text_of(field->words[i]));
		else
			fprintf(file, "%" PRIu64, export_number(field->numbers[i]));
	}
	fputc(']', file);
}

static void put_counts(FILE *file, const struct export_field *field)
{
	bool is_first = true;

	fputc('{', file);
	for (size_t i = 0; i < field->count; i++) {
		put_name(file, field->words[i], &is_first);
		fprintf(file, "%" PRIu64, export_number(field->numbers[i]));
	}
	fputc('}', file);
}

static void put_value(FILE *file, const struct export_field *field)
{
	switch (field->type) {
	case EXPORT_NUMBER:
	case EXPORT_REAL:
	case EXPORT_BOOL:
		row_put_plain(file, field);
		break;
	case EXPORT_TEXT:
		text_put_json(file, field->text);
		break;
	case EXPORT_ID:
		fprintf(file, "\"%016" PRIx64 "\"", field->id);
		break;
	case EXPORT_STACK:
		put_stack(file, field->text);
		break;
	case EXPORT_NUMBERS:
	case EXPORT_WORDS:
		put_list(file, field);
		break;
	case EXPORT_COUNTS:
		put_counts(file, field);
		break;
	}
}

static void put_members(FILE *file, const struct export_row *row, bool *is_first)
{
	for (size_t i = 0; i < row->count; i++) {
		if (!row->field[i].is_there)
			continue;
		put_name(file, row->field[i].name, is_first);
		put_value(file, &row->field[i]);
	}
}

static void put_kind(FILE *file, const struct export_document *doc, bool *is_first)
{
	put_name(file, "version", is_first);
	fprintf(file, "%d", EXPORT_VERSION);
	put_name(file, "kind", is_first);
	text_put_json(file, text_of(doc->kind));
}

/* --- one object */

static int put_rows(FILE *file, struct export_list *list)
{
	struct export_row row;
	int ret;

	fprintf(file, ",\n\"%s\":[", list->name);
	for (size_t i = 0; ; i++) {
		bool is_first = true;

		row_clear(&row);
		ret = ferror_unlocked(file) ? 0 : list->next(list, &row);
		if (ret <= 0)
			break;
		fputs(i ? ",\n{" : "\n{", file);
		put_members(file, &row, &is_first);
		fputc('}', file);
	}
	fputs("\n]", file);
	return ret;
}

static int write_json(struct export_document *doc, FILE *file)
{
	struct export_row conditions;
	bool is_first = true;
	int ret = 0;

	row_clear(&conditions);
	row_conditions(&conditions, doc->e);
	fputc('{', file);
	put_kind(file, doc, &is_first);
	put_members(file, &conditions, &is_first);
	put_members(file, &doc->head, &is_first);
	for (size_t i = 0; ret == 0 && i < doc->lists; i++)
		ret = put_rows(file, &doc->list[i]);
	fputs("}\n", file);
	return ret;
}

const struct export_format export_json = {
	.name = "json", .help = "one JSON document",
	.traits = PAGEOWNER_EXPORT_PROFILE | PAGEOWNER_EXPORT_DIFF |
		PAGEOWNER_EXPORT_PAGEBLOCKS | PAGEOWNER_EXPORT_ACCOUNT | PAGEOWNER_EXPORT_ROWS,
	.keys = "callstack", .document = write_json,
};

/* --- an object a line */

static int put_lines(FILE *file, struct export_list *list, size_t *lines)
{
	struct export_row row, conditions;
	int ret;

	for (;;) {
		bool is_first = true;

		row_clear(&row);
		ret = ferror_unlocked(file) ? 0 : list->next(list, &row);
		if (ret <= 0)
			return ret;
		fputc('{', file);
		put_kind(file, list->doc, &is_first);
		row_clear(&conditions);
		row_conditions(&conditions, list->doc->e);
		put_members(file, &conditions, &is_first);
		put_members(file, &row, &is_first);
		fputs("}\n", file);
		++*lines;
	}
}

/* A line without a row: what is known of the captures */
static void put_end(FILE *file, struct export_document *doc)
{
	struct export_row conditions;
	bool is_first = true;

	doc->kind = "end";
	row_clear(&conditions);
	row_conditions(&conditions, doc->e);
	fputc('{', file);
	put_kind(file, doc, &is_first);
	put_members(file, &conditions, &is_first);
	fputs("}\n", file);
}

static int write_ndjson(struct export_document *doc, FILE *file)
{
	size_t lines = 0;
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < doc->lists; i++) {
		if (doc->list[i].is_table)
			ret = put_lines(file, &doc->list[i], &lines);
	}
	if (ret == 0 && export_is_incomplete(doc->e) && (doc->is_stream || !lines))
		put_end(file, doc);
	return ret;
}

const struct export_format export_ndjson = {
	.name = "ndjson", .help = "a JSON object a row, for DuckDB, ClickHouse, Spark",
	.traits = PAGEOWNER_EXPORT_PROFILE | PAGEOWNER_EXPORT_DIFF |
		PAGEOWNER_EXPORT_PAGEBLOCKS | PAGEOWNER_EXPORT_ACCOUNT | PAGEOWNER_EXPORT_ROWS |
		PAGEOWNER_EXPORT_RECORDS,
	.keys = "callstack", .document = write_ndjson,
};
