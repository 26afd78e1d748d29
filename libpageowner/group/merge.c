// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * merge.c - the groups of one profile into another.
 *
 * The numbers that stand for texts are each profile's own: a text is looked up
 * in the other's table the first time it is met, then its number is known.
 */
#include "group/handles.h"

#include "read/damage.h"

/* Number in one profile's table -> number in the other's, plus 1 */
struct translation {
	struct po_intern *from, *to;
	uint32_t *numbers;
	size_t count;
	bool of_lines;
	struct po_buffer joined;
	struct po_budget *budget;
};

static int begin(struct translation *t, struct po_budget *budget,
		 struct po_intern *from, struct po_intern *to, bool of_lines)
{
	*t = (struct translation){ .from = from, .to = to, .of_lines = of_lines,
		.budget = budget };
	po_intern_entries(from, &t->count);
	t->numbers = po_budget_alloc(budget, t->count, sizeof(*t->numbers));
	if (!t->numbers)
		return -ENOMEM;
	memset(t->numbers, 0, t->count * sizeof(*t->numbers));
	return 0;
}

static void end(struct translation *t)
{
	po_budget_free(t->budget, t->numbers, t->count, sizeof(*t->numbers));
	po_buffer_free(&t->joined, t->budget);
}

/* What a text carries comes with it, but for what is in other tables. */
static void copy_header(const struct po_header *from, struct po_header *to)
{
	*to = *from;
	to->name = to->gfp = 0;
	to->group = NULL;
}

static void copy_body(const struct po_body *from, struct po_body *to)
{
	*to = (struct po_body){ .stack_len = from->stack_len };
}

static int translate(struct translation *t, uint32_t number, uint32_t *result,
		     bool *is_new)
{
	size_t count, before;
	struct po_entry *entry;
	struct pageowner_text text;

	if (!t->numbers[number]) {
		entry = po_intern_entries(t->from, &count)[number];
		text = po_entry_text(entry);
		if (t->of_lines &&
		    po_entry_join(entry, &t->joined, t->budget, &text) < 0)
			return -ENOMEM;
		po_intern_entries(t->to, &before);
		entry = po_intern_add(t->to, text);
		if (!entry)
			return -ENOMEM;
		t->numbers[number] = entry->key.number + 1;
		*is_new = entry->key.number == before;
	}
	*result = t->numbers[number] - 1;
	return 0;
}

struct merge {
	struct pageowner_profile *to;
	const struct pageowner_profile *from;
	struct translation headers, bodies, names, callstacks;
};

static int merge_header(struct merge *m, uint32_t number, uint32_t *result)
{
	bool is_new = false;
	int ret = translate(&m->headers, number, result, &is_new);

	if (is_new)
		copy_header(po_header_of(m->from, number),
			    po_header_of(m->to, *result));
	return ret;
}

static int merge_body(struct merge *m, uint32_t number, uint32_t *result)
{
	bool is_new = false;
	int ret = translate(&m->bodies, number, result, &is_new);

	if (is_new)
		copy_body(po_body_of(m->from, number),
			  po_body_of(m->to, *result));
	return ret;
}

static int merge_value(struct merge *m, enum pageowner_field key, uint64_t *value)
{
	const struct po_intern *table = po_key_table(m->from, key);
	uint32_t header, body, number;
	bool is_new;
	int ret;

	if (key == PAGEOWNER_FIELD_TXT) {
		ret = merge_header(m, (uint32_t)(*value >> 32), &header);
		if (ret == 0)
			ret = merge_body(m, (uint32_t)*value, &body);
		if (ret == 0)
			*value = (uint64_t)header << 32 | body;
		return ret;
	}
	if (!table || !*value)
		return 0;
	number = (uint32_t)*value - 1;
	if (table == m->from->bodies)
		ret = merge_body(m, number, &number);
	else if (table == m->from->callstacks)
		ret = translate(&m->callstacks, number, &number, &is_new);
	else
		ret = translate(&m->names, number, &number, &is_new);
	*value = (uint64_t)number + 1;
	return ret;
}

static int merge_group(struct merge *m, const struct po_entry *from, uint64_t seq)
{
	const struct po_group *f = po_entry_payload(from);
	uint64_t values[PAGEOWNER_FIELD_COUNT], kept[PAGEOWNER_FIELD_COUNT] = { 0 };
	struct po_entry *entry;
	uint32_t header = 0, body = 0;
	struct po_group *g;
	int ret = 0;

	memcpy(values, from->text, from->len);
	for (unsigned int i = 0; ret == 0 && i < m->to->by.count; i++)
		ret = merge_value(m, m->to->by.keys[i].key, &values[i]);
	if (ret < 0)
		return ret;
	entry = po_intern_add(m->to->groups, (struct pageowner_text){
		(const char *)values, from->len });
	if (!entry)
		return -ENOMEM;
	g = po_entry_payload(entry);
	if (!g->counts || f->seq + seq < g->seq) {
		ret = merge_header(m, f->header, &header);
		if (ret == 0)
			ret = merge_body(m, f->body, &body);
		for (unsigned int i = 0; ret == 0 && i < m->to->kept.count; i++) {
			kept[i] = f->kept[i];
			ret = merge_value(m, m->to->kept.keys[i].key, &kept[i]);
		}
		if (ret < 0) {
			if (!g->counts)
				po_intern_take_back(m->to->groups, entry);
			return ret;
		}
		g->seq = f->seq + seq;
		g->header = header;
		g->body = body;
		g->ts_ns = f->ts_ns;
		g->free_ts_ns = f->free_ts_ns;
		g->label = f->label;
		g->kind = f->kind;
		for (unsigned int i = 0; i < m->to->kept.count; i++)
			g->kept[i] = kept[i];
	}
	g->counts |= f->counts;
	po_profile_add_pages(m->to, g, f->times, f->pages);
	return 0;
}

int po_profile_merge(struct pageowner_profile *p,
		     const struct pageowner_profile *from, uint64_t seq)
{
	struct merge m = { .to = p, .from = from };
	struct po_budget *b = p->budget;
	struct po_entry **groups;
	size_t count;
	int ret;

	ret = begin(&m.headers, b, from->headers, p->headers, false);
	if (ret == 0)
		ret = begin(&m.bodies, b, from->bodies, p->bodies, true);
	if (ret == 0)
		ret = begin(&m.names, b, from->names, p->names, false);
	if (ret == 0)
		ret = begin(&m.callstacks, b, from->callstacks,
			    p->callstacks, true);
	groups = po_intern_entries(from->groups, &count);
	for (size_t i = 0; ret == 0 && i < count; i++)
		ret = merge_group(&m, groups[i], seq);
	if (ret == 0 && from->waiting && !p->waiting)
		ret = po_profile_new_waiting(p, &p->waiting);
	if (ret == 0 && from->waiting)
		ret = po_profile_merge(p->waiting, from->waiting, seq);
	p->missing += from->missing;
	p->missing_pages = po_add_or_stay(p->missing_pages, from->missing_pages);
	p->has |= from->has;
	p->kinds |= from->kinds;
	p->in_order = false;
	end(&m.headers);
	end(&m.bodies);
	end(&m.names);
	end(&m.callstacks);
	return ret;
}

PO_EXPORT int pageowner_profile_merge(struct pageowner_profile *p,
				      const struct pageowner_profile *from)
{
	int ret;

	if (p->by.set != from->by.set || p->kept.set != from->kept.set ||
	    p == from)
		return -EINVAL;
	po_budget_begin(p->budget);
	/* Handles are of one boot: none of @from's may meet a stack of @profile. */
	ret = po_handles_settle((struct pageowner_profile *)from);
	if (ret < 0)
		return ret;
	ret = po_profile_merge(p, from, p->seq);
	if (ret == 0)
		ret = po_captures_merge(&p->captures, &from->captures,
					p->stats.bytes);
	po_stats_add(&p->stats, &from->stats, p->stats.bytes);
	p->seq += from->seq;
	return po_budget_error(p->budget, ret);
}
