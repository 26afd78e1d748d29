// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * rows-account.c - what an account is in the schema: a row for each class of memory, and
 * one for each holder of what meminfo does not name.
 *
 * Both have the same fields, so that they are one table: a row with an owner or a largest
 * stack is a part of the one of its class.
 */
#include "row.h"

static void add_line(const struct export_document *doc, struct export_row *row,
		     const struct pageowner_account_line *line,
		     const struct pageowner_account_holder *h)
{
	static const struct pageowner_text none;
	const bool records = h || (line && line->has & PAGEOWNER_ACCOUNT_HAS_RECORDS);
	const uint64_t pages = h ? h->pages : line ? line->pages : 0;

	row_text(row, "class", line, line ? text_of(line->name) : none);
	row_text(row, "label", line, line ? text_of(line->label) : none);
	row_signed(row, "meminfo_bytes", line && !h &&
		   line->has & PAGEOWNER_ACCOUNT_HAS_MEMINFO, line ? line->meminfo_bytes : 0);
	row_number(row, "recorded_pages", records, pages);
	row_number(row, "recorded_bytes", records,
		   export_bytes(pages, export_page_size(doc->e)));
	row_signed(row, "outside_bytes", line && !h && line->outside_bytes,
		   line ? line->outside_bytes : 0);
	row_bool(row, "contradicts", line && !h &&
		 line->has & PAGEOWNER_ACCOUNT_CONTRADICTS, true);
	row_text(row, "explanation", line && !h && line->explanation,
		 line && line->explanation ? text_of(line->explanation) : none);
	row_text(row, "owner", h && h->owner.len, h ? h->owner : none);
	row_text(row, "module", h && h->module.len, h ? h->module : none);
	row_number(row, "stacks", h, h ? h->stacks : 0);
	row_frames(row, "largest_stack", h ? h->stack : none);
}

static int next_class(struct export_list *list, struct export_row *row)
{
	const struct pageowner_account_line *line;
	const int ret = pageowner_account_line(list->doc->of, list->index++, &line);

	if (ret > 0)
		add_line(list->doc, row, line, NULL);
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
	add_line(doc, row, find_other(doc->of), h);
	return 1;
}

static void name_fields(struct export_list *list, struct export_row *row)
{
	add_line(list->doc, row, NULL, NULL);
}

void export_account_document(struct export_document *doc,
			     const struct pageowner_account *account)
{
	struct export_list *classes = export_add_list(doc, "classes", true);
	struct export_list *rows = export_add_list(doc, "rows", true);
	const struct pageowner_account_line *other = find_other(account);
	uint64_t bytes, pages;

	doc->kind = "account";
	doc->of = (void *)(uintptr_t)account;
	classes->next = next_class;
	classes->names = name_fields;
	rows->next = next_holder;
	rows->names = name_fields;
	pageowner_account_total(account, &bytes, &pages);
	row_number(&doc->head, "page_size", true, export_page_size(doc->e));
	row_number(&doc->head, "total_bytes", true, bytes);
	row_signed(&doc->head, "unaccounted_bytes",
		   other->has & PAGEOWNER_ACCOUNT_HAS_MEMINFO, other->meminfo_bytes);
	row_number(&doc->head, "recorded_pages", true, pages);
}
