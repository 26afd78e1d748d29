// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * rows-profile.c - what a profile is in the schema: a row for each group; and the same of
 * rows that a program made itself.
 */
#include "row.h"

static void add_value(struct export_row *row, const struct pageowner_profile *p, size_t index,
		      enum pageowner_field key, int *ret)
{
	const struct pageowner_field_info *info = pageowner_field_info(key);
	char buf[EXPORT_VALUE_MAX];
	struct pageowner_value value = { 0 };
	struct pageowner_text text = { NULL, 0 };
	bool has;

	if (p && *ret >= 0)
		*ret = pageowner_profile_value(p, index, key, &value);
	has = *ret > 0;
	if (key == PAGEOWNER_FIELD_ALLOCATOR) {
		/* Its bits are names to people. */
		if (has)
			*ret = export_value(p, index, key, buf, &text);
		row_copy(row, info->column, *ret > 0, text);
	} else if (key == PAGEOWNER_FIELD_FREE_STACK) {
		row_frames(row, info->column, value.text);
	} else if (info->kind == PAGEOWNER_KIND_TEXT && value.text.ptr == value.buf) {
		row_copy(row, info->column, has, value.text);
	} else if (info->kind == PAGEOWNER_KIND_TEXT) {
		row_text(row, info->column, has, value.text);
	} else {
		row_signed(row, info->column, has, value.number);
	}
}

/* @group: NULL for the names alone */
static int add_group(const struct export_document *doc, struct export_row *row,
		     const struct pageowner_group *group, size_t index)
{
	static const struct pageowner_group none;
	const struct pageowner_profile *p = group ? doc->of : NULL;
	int ret = 0;

	if (!group)
		group = &none;
	row_number(row, "times", group->has & PAGEOWNER_HAS_TIMES, group->times);
	row_number(row, "pages", group->has & PAGEOWNER_HAS_PAGES, group->pages);
	row_number(row, "bytes", group->has & PAGEOWNER_HAS_PAGES,
		   export_bytes(group->pages, export_page_size(doc->e)));
	if (doc->has_stacks)
		row_stack(row, p ? group->record->stack :
			  (struct pageowner_text){ NULL, 0 }, doc->has_exact_stacks);
	for (unsigned int k = 0; k < doc->keys_count; k++)
		add_value(row, p, index, doc->keys[k], &ret);
	return ret < 0 ? ret : 1;
}

static int next_group(struct export_list *list, struct export_row *row)
{
	const struct export_document *doc = list->doc;
	const struct pageowner_group *group;
	int ret;

	if (list_is_full(list))
		return 0;
	do {
		ret = pageowner_profile_group(doc->of, list->index++, &group);
		if (ret <= 0)
			return ret;
	} while (group->pages < doc->e->threshold);
	list->shown++;
	return add_group(doc, row, group, list->index - 1);
}

static void name_group(struct export_list *list, struct export_row *row)
{
	add_group(list->doc, row, NULL, 0);
}

void export_profile_document(struct export_document *doc, const struct pageowner_profile *p)
{
	struct export_list *list = export_add_list(doc, "rows", true);
	uint64_t times, pages, has, released, released_pages;

	doc->kind = "profile";
	doc->of = p;
	doc->has_stacks = export_has_stacks(p);
	doc->has_exact_stacks = export_has_exact_stacks(p);
	doc->keys_count = export_keys(doc->e, p, doc->keys);
	list->next = next_group;
	list->names = name_group;
	for (size_t i = 0; i < pageowner_field_count() && doc->by_count < EXPORT_KEYS_MAX; i++)
		if (pageowner_profile_is_by(p, (enum pageowner_field)i))
			doc->by[doc->by_count++] = i == PAGEOWNER_FIELD_CALLSTACK ?
				"stack" : pageowner_field_name((enum pageowner_field)i);
	has = pageowner_profile_has(p);
	if (!pageowner_profile_count(p))	/* Nothing is 0 of both. */
		has = PAGEOWNER_HAS_TIMES | PAGEOWNER_HAS_PAGES;
	pageowner_profile_total(p, &times, &pages);
	row_words(&doc->head, "by", doc->by, doc->by_count);
	row_number(&doc->head, "page_size", true, export_page_size(doc->e));
	row_number(&doc->head, "total_times", has & PAGEOWNER_HAS_TIMES, times);
	row_number(&doc->head, "total_pages", has & PAGEOWNER_HAS_PAGES, pages);
	released = pageowner_profile_released(p, &released_pages);
	row_number(&doc->head, "released_pages", released, released_pages);
}

/* --- rows of a program */

/* Rows overlap: a stack is in one for each of its modules. */
static bool is_by_any(const struct export_document *doc)
{
	return ((const struct export_made *)doc->of)->by == PAGEOWNER_BY_MODULE &&
		doc->e->flags & PAGEOWNER_EXPORT_MODULE_ANY;
}

static void add_made(const struct export_document *doc, struct export_row *row,
		     const struct pageowner_export_row *from)
{
	const enum pageowner_by by = ((const struct export_made *)doc->of)->by;
	const uint64_t page_size = export_page_size(doc->e);
	const bool is_there = from != NULL;
	const bool has_change = from && from->has & PAGEOWNER_EXPORT_ROW_CHANGE;
	const struct pageowner_export_row none = { 0 };

	if (!from)
		from = &none;
	row_number(row, "pages", is_there, from->pages);
	row_number(row, "bytes", is_there, export_bytes(from->pages, page_size));
	row_signed(row, "change_pages", has_change, from->change_pages);
	row_signed(row, "change_bytes", has_change,
		   export_change_bytes(from->change_pages, page_size));
	row_bool(row, "unknown", has_change || from->has & PAGEOWNER_EXPORT_ROW_UNKNOWN,
		 !has_change);
	row_real(row, "pages_per_second", from->has & PAGEOWNER_EXPORT_ROW_RATE,
		 from->pages_per_second);
	if (pageowner_by_is_stack(by)) {
		row_stack(row, from->stack, by == PAGEOWNER_BY_STACK);
		row_owner(row, doc->e, from->stack);
		return;
	}
	row_number(row, "stacks", is_there, from->stacks);
	if (by == PAGEOWNER_BY_OWNER)
		row_text(row, "owner", from->name.len, from->name);
	else
		row_text(row, is_by_any(doc) ? "module_any" : "module", from->name.len,
			 from->name);
	row_frames(row, "largest_stack", from->stack);
}

static int next_made(struct export_list *list, struct export_row *row)
{
	const struct export_made *made = list->doc->of;
	struct pageowner_export_row from;
	int ret;

	if (list_is_full(list))
		return 0;
	do {
		from = (struct pageowner_export_row){ 0 };
		ret = made->next(made->data, list->index++, &from);
		if (ret <= 0)
			return ret;
	} while (from.pages < list->doc->e->threshold);
	list->shown++;
	add_made(list->doc, row, &from);
	return 1;
}

static void name_made(struct export_list *list, struct export_row *row)
{
	add_made(list->doc, row, NULL);
}

void export_made_document(struct export_document *doc, const struct export_made *made)
{
	static const char *const by_any = "module-any";
	struct export_list *list = export_add_list(doc, "rows", true);

	doc->kind = "profile";
	doc->of = made;
	list->next = next_made;
	list->names = name_made;
	if (is_by_any(doc))
		row_words(&doc->head, "by", &by_any, 1);
	else
		row_by(&doc->head, made->by);
	row_number(&doc->head, "page_size", true, export_page_size(doc->e));
	row_number(&doc->head, "total_pages", true, made->total_pages);
}
