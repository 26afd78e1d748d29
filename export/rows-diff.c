// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * rows-diff.c - what a diff is in the schema: a row for each stack, owner or module, with
 * its pages in each snapshot.
 *
 * What a count_threshold may have hidden is unknown: it has no change, and is neither new
 * nor gone.
 */
#include "row.h"

static bool has_changed(const struct pageowner_change *c)
{
	for (size_t i = 1; i < c->snapshots; i++)
		if (c->pages[i] != c->pages[0])
			return true;
	return c->snapshots == 1;
}

static void add_name(const struct export_document *doc, struct export_row *row,
		     const struct pageowner_change *c)
{
	switch (pageowner_diff_by(doc->of)) {
	case PAGEOWNER_BY_OWNER:
		row_text(row, "owner", c->name.len, c->name);
		break;
	case PAGEOWNER_BY_MODULE:
		row_text(row, "module", c->name.len, c->name);
		break;
	case PAGEOWNER_BY_STACK:
		row_stack(row, c->stack, true);
		row_owner(row, doc->e, c->stack);
		break;
	default:	/* a call path: its offsets are of one stack of several */
		row_stack(row, c->stack, false);
		row_owner(row, doc->e, c->stack);
	}
}

static void add_change(const struct export_document *doc, struct export_row *row,
		       const struct pageowner_change *c)
{
	const size_t snapshots = pageowner_diff_snapshot_count(doc->of);
	const bool has_times = pageowner_diff_has_times(doc->of);
	const struct pageowner_change none = { 0 };
	const bool is_there = c != NULL;
	const bool is_known = c && !(c->flags & PAGEOWNER_CHANGE_UNKNOWN);

	if (!c)
		c = &none;
	row_numbers(row, "pages", is_there, c->pages, snapshots);
	row_signed(row, "change_pages", is_known, c->change);
	row_signed(row, "change_bytes", is_known,
		   export_change_bytes(c->change, export_page_size(doc->e)));
	row_signed(row, "least_change_pages", is_there && !is_known, c->least_change);
	row_signed(row, "most_change_pages", is_there && !is_known, c->most_change);
	row_bool(row, "new", is_there, is_known && c->flags & PAGEOWNER_CHANGE_NEW);
	row_bool(row, "gone", is_there, is_known && c->flags & PAGEOWNER_CHANGE_VANISHED);
	row_bool(row, "steady", is_there, is_known && c->flags & PAGEOWNER_CHANGE_STEADY);
	row_bool(row, "unknown", is_there, !is_known);
	if (snapshots > 2) {
		row_real(row, has_times ? "pages_per_hour" : "pages_per_snapshot", is_known,
			 c->slope * (has_times ? 3600 : 1));
		row_real(row, "fit", is_known, c->fit);
	}
	add_name(doc, row, c);
}

static int next_change(struct export_list *list, struct export_row *row)
{
	const struct export_document *doc = list->doc;
	const struct pageowner_change *c;
	int ret;

	if (list_is_full(list))
		return 0;
	do {
		ret = pageowner_diff_change(doc->of, list->index++, &c);
		if (ret <= 0)
			return ret;
	} while (doc->e->flags & PAGEOWNER_EXPORT_CHANGED && !has_changed(c));
	list->shown++;
	add_change(doc, row, c);
	return 1;
}

static void name_change(struct export_list *list, struct export_row *row)
{
	add_change(list->doc, row, NULL);
}

static int next_snapshot(struct export_list *list, struct export_row *row)
{
	const struct pageowner_export *e = list->doc->e;
	const struct pageowner_snapshot *s;
	const size_t i = list->index++;
	const int ret = pageowner_diff_snapshot(list->doc->of, i, &s);

	if (ret <= 0)
		return ret;
	row_text(row, "file", i < e->inputs_count, i < e->inputs_count ?
		 text_of(e->inputs[i]) : (struct pageowner_text){ NULL, 0 });
	row_number(row, "time_ns", s->has & PAGEOWNER_SNAPSHOT_HAS_TIME, s->time_ns);
	row_bool(row, "complete", s->conditions &&
		 s->conditions->has & PAGEOWNER_CONDITIONS_HAS_VERSION,
		 s->conditions && s->conditions->has & PAGEOWNER_CONDITIONS_HAS_COMPLETE);
	row_number(row, "count_threshold", s->has & PAGEOWNER_SNAPSHOT_HAS_THRESHOLD,
		   s->threshold);
	row_number(row, "pages", true, s->pages);
	row_number(row, "suppressed_pages", true, s->suppressed);
	return 1;
}

void export_diff_document(struct export_document *doc, const struct pageowner_diff *diff)
{
	struct export_list *snapshots = export_add_list(doc, "snapshots", false);
	struct export_list *rows = export_add_list(doc, "rows", true);

	doc->kind = "diff";
	doc->of = diff;
	snapshots->next = next_snapshot;
	rows->next = next_change;
	rows->names = name_change;
	row_by(&doc->head, pageowner_diff_by(diff));
	row_number(&doc->head, "page_size", true, export_page_size(doc->e));
}
