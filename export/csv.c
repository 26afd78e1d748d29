// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * csv.c - documents as CSV (RFC 4180): a header, a line a row, lines that end in CR LF.
 *
 * The columns are the members that rows have in JSON. A stack is one column, its frames
 * separated by ";"; a list of numbers is one for each: pages_1, pages_2 ... Absent values
 * are empty. The last column says whether all captures are complete, except of single
 * records, of which it is not known yet.
 */
#include "row.h"

static void put_header(FILE *file, const struct export_row *row)
{
	for (size_t i = 0; i < row->count; i++) {
		const struct export_field *field = &row->field[i];

		if (i)
			fputc(',', file);
		if (field->type != EXPORT_NUMBERS)
			fputs(field->name, file);
		for (size_t n = 0; field->type == EXPORT_NUMBERS && n < field->count; n++)
			fprintf(file, "%s%s_%zu", n ? "," : "", field->name, n + 1);
	}
	fputs("\r\n", file);
}

/* A ";" in a frame becomes ":". */
static void put_stack(FILE *file, struct pageowner_text stack)
{
	struct pageowner_frame frame;
	bool is_first = true;

	fputc('"', file);
	while (pageowner_frame_next(&stack, &frame)) {
		struct pageowner_text line = frame.line;
		const char *semicolon;

		if (!is_first)
			fputc(';', file);
		is_first = false;
		while (line.len && (semicolon = memchr(line.ptr, ';', line.len))) {
			const size_t len = (size_t)(semicolon - line.ptr);

			text_put_csv_part(file, (struct pageowner_text){ line.ptr, len });
			fputc(':', file);
			line.ptr += len + 1;
			line.len -= len + 1;
		}
		text_put_csv_part(file, line);
	}
	fputc('"', file);
}

static void put_numbers(FILE *file, const struct export_field *field)
{
	for (size_t i = 0; i < field->count; i++) {
		if (i)
			fputc(',', file);
		if (field->is_there)
			fprintf(file, "%" PRIu64, export_number(field->numbers[i]));
	}
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
		text_put_csv(file, field->text);
		break;
	case EXPORT_ID:
		fprintf(file, "%016" PRIx64, field->id);
		break;
	case EXPORT_STACK:
		put_stack(file, field->text);
		break;
	default:	/* no table has lists but those of numbers */
		break;
	}
}

static void put_row(FILE *file, const struct export_row *row)
{
	for (size_t i = 0; i < row->count; i++) {
		const struct export_field *field = &row->field[i];

		if (i)
			fputc(',', file);
		if (field->type == EXPORT_NUMBERS)
			put_numbers(file, field);
		else if (field->is_there)
			put_value(file, field);
	}
	fputs("\r\n", file);
}

static void add_complete(const struct export_document *doc, struct export_row *row)
{
	row_bool(row, "complete", doc->e->has_complete && !doc->is_stream, doc->e->is_complete);
}

/* Records are written before it is known that some are missing: one more row says so. */
static void put_incomplete(FILE *file, struct export_list *list)
{
	struct export_row row;

	if (!list->doc->is_stream || !export_is_incomplete(list->doc->e))
		return;
	row_clear(&row);
	list->names(list, &row);
	row_bool(&row, "complete", true, false);
	put_row(file, &row);
}

/* The header follows the first look at the input: a wrong one has no header. */
static int put_rows(FILE *file, struct export_list *list, bool *has_header)
{
	struct export_row row;
	int ret;

	for (;;) {
		row_clear(&row);
		ret = ferror_unlocked(file) ? 0 : list->next(list, &row);
		if (ret >= 0 && !*has_header) {
			struct export_row names;

			row_clear(&names);
			list->names(list, &names);
			add_complete(list->doc, &names);
			put_header(file, &names);
			*has_header = true;
		}
		if (ret == 0)
			put_incomplete(file, list);
		if (ret <= 0)
			return ret;
		add_complete(list->doc, &row);
		put_row(file, &row);
	}
}

static int write_document(struct export_document *doc, FILE *file)
{
	bool has_header = false;
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < doc->lists; i++) {
		struct export_list *list = &doc->list[i];

		if (!list->is_table)
			continue;
		ret = put_rows(file, list, &has_header);
	}
	return ret;
}

const struct export_format export_csv = {
	.name = "csv", .help = "comma-separated values (RFC 4180)",
	.traits = PAGEOWNER_EXPORT_PROFILE | PAGEOWNER_EXPORT_DIFF |
		PAGEOWNER_EXPORT_PAGEBLOCKS | PAGEOWNER_EXPORT_ACCOUNT | PAGEOWNER_EXPORT_ROWS |
		PAGEOWNER_EXPORT_RECORDS,
	.keys = "callstack", .document = write_document,
};
