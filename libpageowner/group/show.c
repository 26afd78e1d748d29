// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * show.c - show a group to users: its first record, its counts, values of keys.
 *
 * po_view_reserve() does everything that may fail; after it groups are only read.
 */
#include "group/show.h"

#include "group/label.h"
#include "group/value.h"

int po_view_reserve(struct po_view *v, const struct po_groups *g)
{
	const size_t size = g->texts.longest + 1;

	if (!po_groups_count(g))
		return 0;
	if (po_buffer_need(&v->body, g->texts.how.budget, size) < 0 ||
	    po_buffer_need(&v->value, g->texts.how.budget, size) < 0)
		return -ENOMEM;
	return 0;
}

void po_view_free(struct po_view *v, struct po_budget *budget)
{
	po_buffer_free(&v->body, budget);
	po_buffer_free(&v->value, budget);
}

static void show_header(struct pageowner_record *r, const struct po_entry *entry,
			const struct po_group *g)
{
	const struct po_header *h = po_entry_payload(entry);

	r->has = h->has & ~(PAGEOWNER_HAS_TS | PAGEOWNER_HAS_FREE_TS);
	r->header = po_entry_text(entry);
	r->kind = g->kind;
	r->order = h->order;
	r->times = r->pages = 0;
	r->gfp_mask = h->gfp_mask;
	r->pid = h->pid;
	r->tgid = h->tgid;
	r->ts_at = h->ts_at;
	r->free_ts_at = h->free_ts_at;
	r->gfp_names = (struct pageowner_text){ entry->text + h->gfp_at, h->gfp_len };
	r->comm = (struct pageowner_text){ entry->text + h->comm_at, h->comm_len };
	if (g->kind == PAGEOWNER_RECORD_PAGE) {
		r->has |= PAGEOWNER_HAS_TIMES | PAGEOWNER_HAS_PAGES;
		r->times = 1;
		r->pages = UINT64_C(1) << h->order;
	}
	if (g->label & PO_LABEL_REPORTED) {
		r->has |= PAGEOWNER_HAS_ALLOCATOR;
		r->allocator = g->label & ~PO_LABEL_REPORTED;
	}
	if (g->ts_ns != PO_NO_TIME) {
		r->ts_ns = g->ts_ns;
		r->has |= PAGEOWNER_HAS_TS;
	}
	if (g->free_ts_ns != PO_NO_TIME) {
		r->free_ts_ns = g->free_ts_ns;
		r->has |= PAGEOWNER_HAS_FREE_TS;
	}
}

void po_show_group(const struct po_groups *groups, size_t index, struct po_view *v)
{
	const struct po_entry *entry = po_groups_at(groups, index), *body;
	const struct po_group *g = po_entry_payload(entry);
	struct pageowner_record *r = &v->record;

	show_header(r, po_header_entry(&groups->texts, g->header), g);
	body = po_body_entry(&groups->texts, g->body);
	po_body_parts(body, po_entry_join_in(body, v->body.ptr), &r->stack, &r->notes);
	po_notes_parse(r->notes, r);
	v->group.times = g->times;
	v->group.pages = g->pages;
	v->group.has = g->counts;
	v->group.allocator = po_label_known(g->label, po_entry_payload(body));
	v->group.record = r;
}

bool po_show_value(const struct po_groups *groups, size_t index,
		   enum pageowner_field key, struct po_view *v,
		   struct pageowner_value *value)
{
	const struct po_entry *entry = po_groups_at(groups, index);
	const struct po_group *g = po_entry_payload(entry);
	const struct po_texts *t = &groups->texts;
	uint64_t number;

	if (key == PAGEOWNER_FIELD_ALLOCATOR)
		number = po_label_known(g->label, po_body_of(t, g->body));
	else if (!po_group_number(groups, entry, key, &number))
		return po_value_look(t, key, po_header_entry(t, g->header),
				     po_body_entry(t, g->body), v->value.ptr, value);
	return po_value_show(t, key, number, v->value.ptr, value);
}
