// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * rows-record.c - what a record is in the schema: a row with all fields that it has.
 */
#include "row.h"

static bool is_column(enum pageowner_field field)
{
	return pageowner_field_info(field)->uses & PAGEOWNER_FIELD_COLUMNS;
}

/* What is not a quantity is written as the kernel does. */
static struct pageowner_text mask(char buf[24], int64_t bits)
{
	const int len = snprintf(buf, 24, "0x%" PRIx64, (uint64_t)bits);

	return (struct pageowner_text){ buf, (size_t)len };
}

static void add_field(struct export_row *row, const struct pageowner_export *e,
		      const struct pageowner_record *r, enum pageowner_field field)
{
	const struct pageowner_field_info *info = pageowner_field_info(field);
	struct pageowner_value value = { 0 };
	const bool known = r && pageowner_record_get(r, field, e->plumbing, &value) > 0;
	/* Only a task can have an empty name. */
	const bool has = known && (!value.is_text || value.text.len ||
				   field == PAGEOWNER_FIELD_NAME);
	char buf[24];

	if (field == PAGEOWNER_FIELD_FREE_STACK)
		row_frames(row, info->column, value.text);
	else if (info->kind == PAGEOWNER_KIND_BITS)
		row_copy(row, info->column, has, mask(buf, value.number));
	else if (info->kind != PAGEOWNER_KIND_TEXT)
		row_signed(row, info->column, has, value.number);
	else if (value.text.ptr == value.buf)
		row_copy(row, info->column, has, value.text);
	else
		row_text(row, info->column, has, value.text);
	if (field == PAGEOWNER_FIELD_PAGES)
		row_number(row, "bytes", has, export_bytes((uint64_t)value.number,
							   export_page_size(e)));
}

static void add_record(const struct export_document *doc, struct export_row *row,
		       const struct pageowner_record *r)
{
	/* Where it is, and how much, comes first. */
	static const enum pageowner_field first[] = {
		PAGEOWNER_FIELD_OFFSET, PAGEOWNER_FIELD_TIMES, PAGEOWNER_FIELD_PAGES,
	};
	const size_t firsts = sizeof(first) / sizeof(first[0]);

	for (size_t i = 0; i < firsts; i++)
		add_field(row, doc->e, r, first[i]);
	for (size_t i = 0; i < pageowner_field_count(); i++) {
		const enum pageowner_field field = (enum pageowner_field)i;

		if (field != first[0] && field != first[1] && field != first[2] &&
		    is_column(field))
			add_field(row, doc->e, r, field);
	}
	row_stack(row, r ? r->stack : (struct pageowner_text){ NULL, 0 }, true);
}

uint64_t export_incomplete_count(const struct export_records *records)
{
	const struct pageowner_input_stats *stats = pageowner_reader_stats(records->reader);

	return stats->damage[PAGEOWNER_DAMAGE_INCOMPLETE].count +
		stats->damage[PAGEOWNER_DAMAGE_NO_TRAILER].count;
}

/* Captures before the last one are known by what they counted as. */
static void judge_all(const struct export_records *records, struct pageowner_export *e)
{
	const bool is_incomplete = export_incomplete_count(records);

	(void)pageowner_reader_conditions(records->reader, &e->capture);
	if (!is_incomplete && !(e->capture &&
				e->capture->has & PAGEOWNER_CONDITIONS_HAS_VERSION))
		return;
	e->has_complete = true;
	e->is_complete = !is_incomplete;
	if (is_incomplete && e->capture)
		e->incomplete = export_incomplete(e->capture);
	if (is_incomplete && !e->incomplete.len)
		e->incomplete = text_of("one of the captures is incomplete");
}

static int next_record(struct export_list *list, struct export_row *row)
{
	const struct export_records *records = list->doc->of;
	struct pageowner_export *e = list->doc->e;
	const struct pageowner_record *r = NULL;
	int ret;

	if (list_is_full(list))
		return 0;
	do {
		ret = pageowner_reader_next(records->reader, &r);
		if (ret < 0)
			snprintf(e->error, sizeof(e->error), "%s",
				 pageowner_reader_error(records->reader));
		if (ret == 0)	/* The line that says whether it is complete is the last. */
			judge_all(records, e);
		if (ret <= 0)
			return ret;
		ret = records->filter ? pageowner_filter_match(records->filter, r) : 1;
		if (ret < 0) {
			snprintf(e->error, sizeof(e->error),
				 "the filter selects by age and does not know the time");
			return ret;
		}
	} while (!ret);
	(void)pageowner_reader_conditions(records->reader, &e->capture);
	list->shown++;
	e->records++;
	add_record(list->doc, row, r);
	return 1;
}

static void name_record(struct export_list *list, struct export_row *row)
{
	add_record(list->doc, row, NULL);
}

void export_records_document(struct export_document *doc,
			     const struct export_records *records)
{
	struct export_list *list = export_add_list(doc, "rows", true);

	doc->kind = "records";
	doc->is_stream = true;
	doc->of = records;
	list->next = next_record;
	list->names = name_record;
	row_number(&doc->head, "page_size", true, export_page_size(doc->e));
}
