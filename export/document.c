// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * document.c - JSON: one document, or a line a row.
 *
 * Row by row, so that memory does not grow with them. Ids are texts: a number of
 * JSON may lose bits beyond 2^53.
 */
#include "writer.h"

#include "export/json.h"

static void set_number(json_t **object, const char *name, uint64_t number)
{
	json_set(object, name, json_integer((json_int_t)export_number(number)));
}

static void set_id(json_t **object, const char *name, uint64_t id)
{
	char text[20];

	snprintf(text, sizeof(text), "%016" PRIx64, id);
	json_set(object, name, json_string(text));
}

static void set_text(json_t **object, const char *name, struct pageowner_text text)
{
	if (text.len)
		json_set(object, name, json_text(text));
}

/* What every row of a file would repeat, and a line of a row does */
static void set_conditions(json_t **object, const struct pageowner_export *e)
{
	const struct pageowner_conditions *c = e->capture;
	const uint64_t ns = export_time_ns(e);
	char buf[EXPORT_TIME_MAX];

	if (ns)
		json_set(object, "time", json_string(export_time_text(buf, ns)));
	set_text(object, "host", export_host(e));
	if (c) {
		set_text(object, "kernel", c->kernel);
		set_text(object, "boot_id", c->boot_id);
	}
}

/* Names are numbers where they are numbers in the kernel. */
static void set_key(json_t **row, struct pageowner_profile *profile, size_t i,
		    enum pageowner_field key)
{
	char buf[EXPORT_VALUE_MAX];
	struct pageowner_value value;
	struct pageowner_text text;
	const int ret = export_value(profile, i, key, buf, &text);

	if (ret < 0)
		json_set(row, pageowner_field_name(key), NULL);	/* no memory for it */
	if (ret <= 0)
		return;
	if (key != PAGEOWNER_FIELD_ALLOCATOR &&
	    pageowner_profile_value(profile, i, key, &value) == 0 && !value.is_text)
		json_set(row, pageowner_field_name(key), json_integer(value.number));
	else
		json_set(row, pageowner_field_name(key), json_text(text));
}

static void set_stack(json_t **row, struct pageowner_text stack)
{
	if (!stack.len)
		return;
	set_id(row, "stack_id", pageowner_stack_id_portable(stack));
	set_id(row, "exact_id", pageowner_stack_id_exact(stack));
	json_set(row, "stack", json_frames(stack));
}

/* Takes over @row. */
static int put_row(FILE *file, json_t *row, const struct pageowner_export *e,
		   struct pageowner_profile *profile, size_t i)
{
	const struct pageowner_group *group;
	enum pageowner_field keys[PAGEOWNER_FIELD_COUNT];
	const unsigned int count = export_keys(e, profile, keys);
	const int ret = pageowner_profile_group(profile, i, &group);

	if (ret <= 0) {
		json_decref(row);
		return ret;
	}
	if (group->has & PAGEOWNER_HAS_TIMES)
		set_number(&row, "times", group->times);
	if (group->has & PAGEOWNER_HAS_PAGES) {
		set_number(&row, "pages", group->pages);
		set_number(&row, "bytes", export_bytes(group->pages,
						      export_page_size(e)));
	}
	if (export_has_stacks(profile))
		set_stack(&row, group->record->stack);
	for (unsigned int k = 0; k < count; k++)
		set_key(&row, profile, i, keys[k]);
	return json_put(file, row);
}

static int put_head(const struct pageowner_export *e,
		    struct pageowner_profile *profile, FILE *file)
{
	json_t *head = json_object();
	json_t *by = json_array();
	uint64_t times, pages;
	int ret;

	for (int i = 0; i < PAGEOWNER_FIELD_COUNT; i++)
		if (pageowner_profile_is_by(profile, (enum pageowner_field)i))
			json_append(&by, json_string(
				pageowner_field_name((enum pageowner_field)i)));
	pageowner_profile_total(profile, &times, &pages);
	set_number(&head, "version", EXPORT_VERSION);
	set_conditions(&head, e);
	json_set(&head, "by", by);
	set_number(&head, "page_size", export_page_size(e));
	set_number(&head, "total_times", times);
	set_number(&head, "total_pages", pages);
	/* The object goes on. */
	fputc('{', file);
	ret = json_put_members(file, head);
	fputs(",\n\"rows\":[", file);
	return ret;
}

static int write_json(struct pageowner_export *e,
		      struct pageowner_profile *profile, FILE *file)
{
	const size_t rows = export_rows(e, pageowner_profile_count(profile));
	int ret = put_head(e, profile, file);

	for (size_t i = 0; ret == 0 && i < rows; i++) {
		fputs(i ? ",\n" : "\n", file);
		ret = put_row(file, json_object(), e, profile, i);
	}
	fputs("\n]}\n", file);
	return ret;
}

static int write_ndjson(struct pageowner_export *e,
			struct pageowner_profile *profile, FILE *file)
{
	const size_t rows = export_rows(e, pageowner_profile_count(profile));
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < rows; i++) {
		json_t *row = json_object();

		set_number(&row, "version", EXPORT_VERSION);
		set_conditions(&row, e);
		ret = put_row(file, row, e, profile, i);
		fputc('\n', file);
	}
	return ret;
}

/* --- records */

static void set_field(json_t **row, const struct export_field *field)
{
	if (field->is_text)
		json_set(row, field->name, json_text(field->text));
	else
		json_set(row, field->name, json_integer(field->number));
}

static int write_records(struct pageowner_export *e, struct export_records *records,
			 FILE *file)
{
	const struct pageowner_record *r;
	int ret;

	while ((ret = export_records_next(e, records, &r)) > 0) {
		json_t *row = json_object();
		struct export_field field;

		set_number(&row, "version", EXPORT_VERSION);
		set_conditions(&row, e);
		for (size_t i = 0; export_field(e, r, i, &field); i++)
			if (field.is_there)
				set_field(&row, &field);
		set_stack(&row, r->stack);
		ret = json_put(file, row);
		if (ret < 0)
			break;
		fputc('\n', file);
	}
	return ret;
}

/* --- diffs */

static json_t *change_json(const struct pageowner_export *e,
			   const struct pageowner_change *c)
{
	const uint64_t page_size = export_page_size(e);
	json_t *row = json_object(), *pages = json_array();

	for (size_t i = 0; i < c->snapshots; i++)
		json_append(&pages, json_integer(
				(json_int_t)export_number(c->pages[i])));
	set_number(&row, "version", EXPORT_VERSION);
	json_set(&row, "pages", pages);
	if (!(c->flags & PAGEOWNER_CHANGE_UNKNOWN)) {
		json_set(&row, "change_pages", json_integer((json_int_t)c->change));
		json_set(&row, "change_bytes", json_integer(
				export_change_bytes(c->change, page_size)));
	}
	json_set(&row, "new", json_boolean(c->flags & PAGEOWNER_CHANGE_NEW));
	json_set(&row, "gone", json_boolean(c->flags & PAGEOWNER_CHANGE_VANISHED));
	json_set(&row, "steady", json_boolean(c->flags & PAGEOWNER_CHANGE_STEADY));
	if (c->stack.len)
		set_stack(&row, c->stack);
	else
		json_set(&row, "name", json_text(c->name));
	return row;
}

static int write_changes(struct pageowner_export *e, struct pageowner_diff *diff,
			 FILE *file)
{
	const size_t rows = export_rows(e, pageowner_diff_count(diff));
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < rows; i++) {
		const struct pageowner_change *c;

		ret = pageowner_diff_change(diff, i, &c);
		if (ret > 0)
			ret = json_put(file, change_json(e, c));
		fputc('\n', file);
	}
	return ret;
}

const struct export_format export_json = {
	.name = "json", .help = "one JSON document",
	.traits = PAGEOWNER_EXPORT_PROFILE, .keys = "callstack",
	.profile = write_json,
};

const struct export_format export_ndjson = {
	.name = "ndjson", .help = "a JSON object a row, for DuckDB, ClickHouse, Spark",
	.traits = PAGEOWNER_EXPORT_PROFILE | PAGEOWNER_EXPORT_DIFF |
		PAGEOWNER_EXPORT_RECORDS,
	.keys = "callstack", .profile = write_ndjson, .diff = write_changes,
	.records = write_records,
};
