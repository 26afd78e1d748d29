// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * groups.c - find the group of a record and count it.
 *
 * Groups are in order of arrival here; sort.c sorts them.
 */
#include "group/groups.h"

#include "group/label.h"
#include "group/value.h"

int po_groups_new(struct po_groups *g, const struct po_keys *by,
		  const struct po_keys *kept, struct po_understanding how)
{
	int ret;

	*g = (struct po_groups){ .by.set = by->set,
		.repeats = !(by->set & PO_OWN_KEYS), .in_order = true };
	po_keys_put_in_order(&g->by);
	ret = po_texts_new(&g->texts, how);
	if (ret == 0)
		ret = po_groups_keep(g, kept);
	if (ret < 0)
		po_groups_free(g);
	return ret;
}

void po_groups_free(struct po_groups *g)
{
	po_texts_free(&g->texts);
	po_intern_free(g->groups);
	g->groups = NULL;
}

int po_groups_keep(struct po_groups *g, const struct po_keys *kept)
{
	struct po_keys keys = { .set = kept->set };
	struct po_intern *groups;
	int ret;

	po_keys_put_in_order(&keys);
	ret = po_intern_new(sizeof(struct po_group) + keys.count * sizeof(uint64_t),
			    g->texts.how.budget, &groups);
	if (ret < 0)
		return ret;
	po_intern_free(g->groups);
	g->groups = groups;
	g->kept = keys;
	return 0;
}

int po_groups_clear(struct po_groups *g)
{
	struct po_groups fresh;
	int ret = po_groups_new(&fresh, &g->by, &g->kept, g->texts.how);

	if (ret < 0)
		return ret;
	po_groups_free(g);
	*g = fresh;
	return 0;
}

void po_groups_add_pages(struct po_groups *g, struct po_group *group,
			 uint64_t times, uint64_t pages)
{
	group->times = po_add_or_stay(group->times, times);
	group->pages = po_add_or_stay(group->pages, pages);
	g->times = po_add_or_stay(g->times, times);
	g->pages = po_add_or_stay(g->pages, pages);
}

/* Where a header or body remembers its group, if it alone determines the group */
static struct po_group **remembered_group(const struct po_groups *g)
{
	if (!(g->by.set & ~PO_BODY_ONLY_KEYS))
		return &((struct po_body *)po_entry_payload(g->texts.body))->group;
	if (!(g->by.set & ~PO_HEADER_ONLY_KEYS))
		return &((struct po_header *)po_entry_payload(g->texts.header))->group;
	return NULL;
}

/* Make a record the first of its group: 0, or -ENOMEM without any change. */
static int set_first(struct po_groups *g, struct po_group *group,
		     const struct pageowner_record *r, uint64_t seq)
{
	uint64_t kept[PAGEOWNER_FIELD_COUNT];
	int error = 0;

	if (!po_texts_header(&g->texts, r) || !po_texts_body(&g->texts, r))
		return -ENOMEM;
	for (unsigned int i = 0; i < g->kept.count; i++)
		kept[i] = po_value_of_record(&g->texts, g->kept.keys[i].key, r, &error);
	if (error < 0)
		return error;
	group->seq = seq;
	group->header = g->texts.header->key.number;
	group->body = g->texts.body->key.number;
	group->ts_ns = po_value_ts(r);
	group->free_ts_ns = po_value_free_ts(r);
	group->label = po_label_of(r);
	group->kind = (uint8_t)r->kind;
	group->is_free = po_value_of_free(r);
	memcpy(group->kept, kept, g->kept.count * sizeof(*kept));
	return 0;
}

static struct po_group *find_group(struct po_groups *g,
				   const struct pageowner_record *r, uint64_t seq)
{
	const size_t count = po_groups_count(g);
	uint64_t values[PAGEOWNER_FIELD_COUNT];
	struct po_entry *entry;
	int error = 0;

	for (unsigned int i = 0; i < g->by.count; i++)
		values[i] = po_value_of_record(&g->texts, g->by.keys[i].key, r, &error);
	if (error)
		return NULL;
	entry = po_intern_add(g->groups, (struct pageowner_text){
		(const char *)values, g->by.count * sizeof(*values) });
	if (!entry || po_groups_count(g) == count)
		return entry ? po_entry_payload(entry) : NULL;
	if (set_first(g, po_entry_payload(entry), r, seq) < 0) {
		/* A group without a record could not be shown. */
		po_intern_remove_last(g->groups, entry);
		return NULL;
	}
	po_groups_note_new(g, seq);
	return po_entry_payload(entry);
}

static struct po_group *group_of(struct po_groups *g,
				 const struct pageowner_record *r, uint64_t seq)
{
	struct po_group **remembered, *group;

	if ((g->by.set & PO_HEADER_KEYS && !po_texts_header(&g->texts, r)) ||
	    (g->by.set & PO_BODY_KEYS && !po_texts_body(&g->texts, r)))
		return NULL;
	/* A group of a report carries values that its texts do not. */
	remembered = r->kind == PAGEOWNER_RECORD_GROUP ? NULL : remembered_group(g);
	if (remembered && *remembered)
		return *remembered;
	group = find_group(g, r, seq);
	if (remembered)
		*remembered = group;
	return group;
}

int po_groups_add(struct po_groups *g, const struct pageowner_record *r, uint64_t seq)
{
	if (po_unlikely(!(r->has & PO_HAS_COUNTS)))
		return 0;
	if (!g->last || !g->repeats)
		g->last = group_of(g, r, seq);
	if (!g->last)
		return -ENOMEM;
	/* It waited for its stack, or the group is empty: see handles.c. */
	if (po_unlikely(seq < g->last->seq ||
			(!g->last->counts && seq > g->last->seq))) {
		if (set_first(g, g->last, r, seq) < 0)
			return -ENOMEM;
		g->in_order = false;
	}
	g->has |= r->has & (PO_HAS_OF_HEADER | PO_HAS_OF_BODY);
	g->last->counts |= (uint32_t)r->has & PO_HAS_COUNTS;
	po_groups_add_pages(g, g->last, r->has & PAGEOWNER_HAS_TIMES ? r->times : 0,
			    r->has & PAGEOWNER_HAS_PAGES ? r->pages : 0);
	return 1;
}

int po_groups_keep_body(struct po_groups *g, const struct pageowner_record *r)
{
	return po_texts_body(&g->texts, r) ? 0 : -ENOMEM;
}

bool po_group_number(const struct po_groups *g, const struct po_entry *group,
		     enum pageowner_field key, uint64_t *value)
{
	const struct po_group *payload = po_entry_payload(group);

	switch (key) {
	case PAGEOWNER_FIELD_TIMES:
		*value = payload->times;
		return true;
	case PAGEOWNER_FIELD_PAGES:
		*value = payload->pages;
		return true;
	default:
		break;
	}
	for (unsigned int i = 0; i < g->by.count; i++) {
		if (g->by.keys[i].key != key)
			continue;
		memcpy(value, group->text + i * sizeof(*value), sizeof(*value));
		return true;
	}
	for (unsigned int i = 0; i < g->kept.count; i++) {
		if (g->kept.keys[i].key != key)
			continue;
		*value = payload->kept[i];
		return true;
	}
	switch (key) {
	case PAGEOWNER_FIELD_FREE:
		*value = payload->is_free;
		return true;
	case PAGEOWNER_FIELD_ALLOC_TS:
		*value = po_value_of_time(payload->ts_ns);
		return true;
	case PAGEOWNER_FIELD_FREE_TS:
		*value = po_value_of_time(payload->free_ts_ns);
		return true;
	default:
		return false;
	}
}

uint64_t po_groups_value(struct po_groups *g, const struct po_entry *group,
			 enum pageowner_field key, int *error)
{
	const struct po_group *payload = po_entry_payload(group);
	const struct po_entry *body = po_body_entry(&g->texts, payload->body);
	uint64_t value;

	if (po_group_number(g, group, key, &value))
		return value;
	if (key == PAGEOWNER_FIELD_ALLOCATOR)
		return po_label_allocator(&g->texts, payload->label, body, error);
	return po_value_of_texts(&g->texts, key,
				 po_header_entry(&g->texts, payload->header), body,
				 error);
}

int po_groups_find_labels(struct po_groups *g)
{
	const size_t count = po_groups_count(g);
	int error = 0;

	for (size_t i = 0; error == 0 && i < count; i++) {
		const struct po_group *group = po_entry_payload(po_groups_at(g, i));

		(void)po_label_allocator(&g->texts, group->label,
					 po_body_entry(&g->texts, group->body), &error);
	}
	return error;
}
