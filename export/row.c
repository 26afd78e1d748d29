// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * row.c - filling a row with fields, and writing those that are alike in all formats.
 */
#include "row.h"

#include <math.h>

struct export_field *row_add(struct export_row *row, const char *name,
			     enum export_type type)
{
	struct export_field *field = &row->field[row->count];

	/* Each kind of row has fewer; what would be lost is a fault of ours. */
	if (row->count + 1 < EXPORT_FIELDS_MAX)
		row->count++;
	field->name = name;
	field->type = type;
	field->is_there = false;
	return field;
}

void row_signed(struct export_row *row, const char *name, bool is_there, int64_t number)
{
	struct export_field *field = row_add(row, name, EXPORT_NUMBER);

	field->is_there = is_there;
	field->number = number;
}

void row_number(struct export_row *row, const char *name, bool is_there, uint64_t number)
{
	row_signed(row, name, is_there, (int64_t)export_number(number));
}

void row_real(struct export_row *row, const char *name, bool is_there, double number)
{
	struct export_field *field = row_add(row, name, EXPORT_REAL);

	field->is_there = is_there && isfinite(number);
	field->real = number;
}

void row_bool(struct export_row *row, const char *name, bool is_there, bool value)
{
	struct export_field *field = row_add(row, name, EXPORT_BOOL);

	field->is_there = is_there;
	field->number = value;
}

void row_text(struct export_row *row, const char *name, bool is_there,
	      struct pageowner_text text)
{
	struct export_field *field = row_add(row, name, EXPORT_TEXT);

	field->is_there = is_there;
	field->text = text;
}

void row_copy(struct export_row *row, const char *name, bool is_there,
	      struct pageowner_text text)
{
	char *to = row->buf + row->buf_len;

	is_there = is_there && text.len <= sizeof(row->buf) - row->buf_len;
	if (is_there && text.len) {
		memcpy(to, text.ptr, text.len);
		row->buf_len += text.len;
	}
	row_text(row, name, is_there, (struct pageowner_text){ to, text.len });
}

void row_words(struct export_row *row, const char *name, const char *const *words,
	       size_t count)
{
	struct export_field *field = row_add(row, name, EXPORT_WORDS);

	field->is_there = true;
	field->words = words;
	field->count = count;
}

void row_by(struct export_row *row, enum pageowner_by by)
{
	static const char *const words[] = {
		[PAGEOWNER_BY_STACK] = "stack", [PAGEOWNER_BY_PORTABLE] = "portable",
		[PAGEOWNER_BY_OWNER] = "owner", [PAGEOWNER_BY_MODULE] = "module",
	};

	row_words(row, "by", &words[by], 1);
}

void row_numbers(struct export_row *row, const char *name, bool is_there,
		 const uint64_t *numbers, size_t count)
{
	struct export_field *field = row_add(row, name, EXPORT_NUMBERS);

	field->is_there = is_there;
	field->numbers = numbers;
	field->count = count;
}

void row_counts(struct export_row *row, const char *name, const char *const *words,
		const uint64_t *numbers, size_t count)
{
	struct export_field *field = row_add(row, name, EXPORT_COUNTS);

	field->is_there = true;
	field->words = words;
	field->numbers = numbers;
	field->count = count;
}

static void add_id(struct export_row *row, const char *name, bool is_there, uint64_t id)
{
	struct export_field *field = row_add(row, name, EXPORT_ID);

	field->is_there = is_there;
	field->id = id;
}

void row_frames(struct export_row *row, const char *name, struct pageowner_text stack)
{
	struct export_field *field = row_add(row, name, EXPORT_STACK);

	field->is_there = stack.len;
	field->text = stack;
}

void row_stack(struct export_row *row, struct pageowner_text stack, bool exact)
{
	add_id(row, pageowner_field_name(PAGEOWNER_FIELD_STACK_ID), stack.len, stack.len ? pageowner_stack_id_portable(stack) : 0);
	if (exact)
		add_id(row, pageowner_field_name(PAGEOWNER_FIELD_STACK_ID_EXACT), stack.len,
		       stack.len ? pageowner_stack_id_exact(stack) : 0);
	row_frames(row, "stack", stack);
}

void row_owner(struct export_row *row, const struct pageowner_export *e,
	       struct pageowner_text stack)
{
	const struct pageowner_text module = pageowner_stack_module(stack);
	struct pageowner_frame owner = { 0 };
	const bool has_owner = pageowner_stack_owner(stack, e->plumbing, &owner) > 0;

	row_text(row, "owner", has_owner, owner.symbol);
	row_text(row, "module", module.len, module);
}

void row_conditions(struct export_row *row, const struct pageowner_export *e)
{
	static const struct pageowner_text none = { NULL, 0 };
	const struct pageowner_conditions *c = e->capture;
	const struct pageowner_text host = export_host(e);
	const uint64_t ns = export_time_ns(e);
	char time[EXPORT_TIME_MAX];

	row_copy(row, "time", ns, ns ? text_of(export_time_text(time, ns)) : none);
	row_text(row, "host", host.len, host);
	row_text(row, "kernel", c && c->kernel.len, c ? c->kernel : none);
	row_text(row, "boot_id", c && c->boot_id.len, c ? c->boot_id : none);
	row_bool(row, "complete", e->has_complete, e->is_complete);
	row_text(row, "incomplete", e->incomplete.len, e->incomplete);
}

struct export_list *export_add_list(struct export_document *doc, const char *name,
				    bool is_table)
{
	struct export_list *list = &doc->list[doc->lists++];

	list->doc = doc;
	list->name = name;
	list->is_table = is_table;
	return list;
}

void row_put_plain(FILE *file, const struct export_field *field)
{
	char number[TEXT_REAL_MAX];

	if (field->type == EXPORT_REAL)
		fputs(text_real(number, field->real), file);
	else if (field->type == EXPORT_BOOL)
		fputs(field->number ? "true" : "false", file);
	else
		fprintf(file, "%" PRId64, field->number);
}
