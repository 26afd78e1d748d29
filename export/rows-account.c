// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * rows-account.c - what an account is in the schema: a row for each class of memory, one
 * for each holder of what meminfo does not name, one for each part of a class that a file
 * names, one for each detail; and which files were read.
 *
 * All but the files have the same fields, so that they are one table: a row with stacks, a
 * part or a detail explains the one of its class.
 */
#include "row.h"

/* What one row is of */
struct item {
	const struct pageowner_account_line *line;
	const struct pageowner_account_holder *holder;	/* of it, or NULL */
	const struct pageowner_account_part *part;	/* of it, or NULL */
	bool is_detail;
};

static const char *name_of(const struct pageowner_account *account,
			   enum pageowner_account_source source)
{
	const struct pageowner_account_file *file;

	return pageowner_account_file(account, source, &file) > 0 ? file->name : "";
}

static void add_constant(struct export_row *row, const char *name, const char *text)
{
	static const struct pageowner_text none;

	row_text(row, name, text, text ? text_of(text) : none);
}

static void add_class(const struct export_document *doc, struct export_row *row,
		      const struct pageowner_account_line *line, bool is_class,
		      const struct pageowner_account_holder *h)
{
	const struct pageowner_account_line *own = is_class ? line : NULL;
	const bool is_recorded = h || (own && own->has & PAGEOWNER_ACCOUNT_HAS_RECORDS);
	const uint64_t pages = h ? h->pages : line ? line->pages : 0;

	add_constant(row, "class", line ? line->name : NULL);
	add_constant(row, "label", line ? line->label : NULL);
	row_signed(row, "meminfo_bytes", own && own->has & PAGEOWNER_ACCOUNT_HAS_MEMINFO,
		   line ? line->meminfo_bytes : 0);
	row_number(row, "recorded_pages", is_recorded, pages);
	row_number(row, "recorded_bytes", is_recorded,
		   export_bytes(pages, export_page_size(doc->e)));
	row_signed(row, "outside_bytes", own && own->outside_bytes,
		   line ? line->outside_bytes : 0);
	row_bool(row, "contradicts", own && own->has & PAGEOWNER_ACCOUNT_CONTRADICTS,
		 true);
	add_constant(row, "explanation", own ? own->explanation : NULL);
	row_number(row, "rest_bytes", own && own->parts, line ? line->rest_bytes : 0);
	add_constant(row, "rest", own ? own->rest : NULL);
	row_bool(row, "parts_exceed", own && own->has & PAGEOWNER_ACCOUNT_PARTS_EXCEED,
		 true);
}

static void add_line(const struct export_document *doc, struct export_row *row,
		     struct item item)
{
	static const struct pageowner_text none;
	const struct pageowner_account_holder *h = item.holder;
	const struct pageowner_account_part *part = item.part;
	const struct pageowner_text module = h ? h->module : part ? part->module : none;

	add_class(doc, row, item.line, item.line && !h && !part, h);
	row_text(row, "owner", h && h->owner.len, h ? h->owner : none);
	row_text(row, "module", module.len, module);
	row_number(row, "stacks", h, h ? h->stacks : 0);
	row_frames(row, "largest_stack", h ? h->stack : none);
	row_text(row, "part", part && !item.is_detail && part->name.len,
		 part ? part->name : none);
	row_text(row, "detail", part && item.is_detail && part->name.len,
		 part ? part->name : none);
	add_constant(row, "source", part ? name_of(doc->of, part->source) : NULL);
	row_number(row, "bytes", part && (part->bytes || !item.is_detail),
		   part ? part->bytes : 0);
	row_number(row, "count", part && part->unit, part ? part->count : 0);
	add_constant(row, "unit", part ? part->unit : NULL);
}

static int next_class(struct export_list *list, struct export_row *row)
{
	const struct pageowner_account_line *line;
	const int ret = pageowner_account_line(list->doc->of, list->index++, &line);

	if (ret > 0)
		add_line(list->doc, row, (struct item){ .line = line });
	return ret;
}

static const struct pageowner_account_line *
find_other(const struct pageowner_account *account)
{
	const struct pageowner_account_line *line = NULL;

	for (size_t i = 0; pageowner_account_line(account, i, &line) > 0; i++)
		if (line->id == PAGEOWNER_ACCOUNT_OTHER)
			break;
	return line;
}

static int next_holder(struct export_list *list, struct export_row *row)
{
	const struct export_document *doc = list->doc;
	const struct pageowner_account_holder *h;
	int ret;

	if (list_is_full(list))
		return 0;
	ret = pageowner_account_holder(doc->of, list->index++, &h);
	/* They are in the order of their pages. */
	if (ret <= 0 || h->pages < doc->e->threshold)
		return ret < 0 ? ret : 0;
	list->shown++;
	add_line(doc, row, (struct item){ .line = find_other(doc->of), .holder = h });
	return 1;
}

static void name_fields(struct export_list *list, struct export_row *row)
{
	add_line(list->doc, row, (struct item){ .line = NULL });
}

typedef int get_fn(const struct pageowner_account *account, enum pageowner_account_class id,
		   size_t index, const struct pageowner_account_part **part);

/* Those of the first class, of the second ...: so many of each as there may be rows */
static int next_of_classes(struct export_list *list, struct export_row *row, get_fn *get,
			   bool is_detail)
{
	const struct export_document *doc = list->doc;
	struct item item = { .is_detail = is_detail };

	while (pageowner_account_line(doc->of, list->outer, &item.line) > 0) {
		if (!list_is_full(list) &&
		    get(doc->of, item.line->id, list->index, &item.part) > 0) {
			list->index++;
			list->shown++;
			add_line(doc, row, item);
			return 1;
		}
		list->outer++;
		list->index = list->shown = 0;
	}
	return 0;
}

static int next_part(struct export_list *list, struct export_row *row)
{
	return next_of_classes(list, row, pageowner_account_part, false);
}

static int next_detail(struct export_list *list, struct export_row *row)
{
	return next_of_classes(list, row, pageowner_account_detail, true);
}

static int next_unknown(struct export_list *list, struct export_row *row)
{
	const struct pageowner_account_part *part;

	if (pageowner_account_unknown(list->doc->of, list->index++, &part) <= 0)
		return 0;
	row_text(row, "name", true, part->name);
	row_number(row, "bytes", true, part->bytes);
	return 1;
}

/* Those that somebody tried to read */
static int next_file(struct export_list *list, struct export_row *row)
{
	static const char *const states[] = {
		[PAGEOWNER_ACCOUNT_READ] = "read", [PAGEOWNER_ACCOUNT_DAMAGED] = "damaged",
		[PAGEOWNER_ACCOUNT_ABSENT] = "absent", [PAGEOWNER_ACCOUNT_REFUSED] = "refused",
		[PAGEOWNER_ACCOUNT_FAILED] = "failed",
	};
	const struct pageowner_account_file *file;

	do {
		if (pageowner_account_file(list->doc->of, list->index++, &file) <= 0)
			return 0;
	} while (file->state == PAGEOWNER_ACCOUNT_UNREAD);
	add_constant(row, "name", file->name);
	add_constant(row, "path", file->path);
	add_constant(row, "state", states[file->state]);
	row_number(row, "lines", file->lines, file->lines);
	row_number(row, "bad_lines", file->bad_lines, file->bad_lines);
	row_number(row, "first_bad_line", file->bad_lines, file->first_bad_line);
	add_constant(row, "error", file->error ? strerror(file->error) : NULL);
	add_constant(row, "explanation", file->explanation);
	return 1;
}

void export_account_document(struct export_document *doc,
			     const struct pageowner_account *account)
{
	struct export_list *classes = export_add_list(doc, "classes", true);
	struct export_list *rows = export_add_list(doc, "rows", true);
	struct export_list *parts = export_add_list(doc, "parts", true);
	struct export_list *details = export_add_list(doc, "details", true);
	const struct pageowner_account_line *other = find_other(account);
	uint64_t bytes, pages;

	doc->kind = "account";
	doc->of = (void *)(uintptr_t)account;
	classes->next = next_class;
	classes->names = name_fields;
	rows->next = next_holder;
	rows->names = name_fields;
	parts->next = next_part;
	parts->names = name_fields;
	details->next = next_detail;
	details->names = name_fields;
	export_add_list(doc, "unknown", false)->next = next_unknown;
	export_add_list(doc, "files", false)->next = next_file;
	pageowner_account_total(account, &bytes, &pages);
	row_number(&doc->head, "page_size", true, export_page_size(doc->e));
	row_number(&doc->head, "total_bytes", true, bytes);
	row_signed(&doc->head, "unaccounted_bytes",
		   other->has & PAGEOWNER_ACCOUNT_HAS_MEMINFO, other->meminfo_bytes);
	row_number(&doc->head, "recorded_pages", true, pages);
}
