// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * merge.c - add groups to other groups.
 *
 * Numbers of texts belong to the tables of each side: a text is looked up in the other
 * table when it is first met, then its number is known.
 */
#include "group/merge.h"

#include "group/value.h"

/* Number in one table -> number in the other, plus 1 */
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

/* Copy what is stored with a text, except numbers of other tables. */
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
	struct po_groups *to;
	const struct po_groups *from;
	struct translation headers, bodies, names, callstacks;
};

static int merge_header(struct merge *m, uint32_t number, uint32_t *result)
{
	bool is_new = false;
	int ret = translate(&m->headers, number, result, &is_new);

	if (is_new)
		copy_header(po_header_of(&m->from->texts, number),
			    po_header_of(&m->to->texts, *result));
	return ret;
}

static int merge_body(struct merge *m, uint32_t number, uint32_t *result)
{
	bool is_new = false;
	int ret = translate(&m->bodies, number, result, &is_new);

	if (is_new)
		copy_body(po_body_of(&m->from->texts, number),
			  po_body_of(&m->to->texts, *result));
	return ret;
}

static int merge_value(struct merge *m, enum pageowner_field key, uint64_t *value)
{
	const struct po_intern *table = po_value_table(&m->from->texts, key);
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
	if (table == m->from->texts.bodies)
		ret = merge_body(m, number, &number);
	else if (table == m->from->texts.callstacks)
		ret = translate(&m->callstacks, number, &number, &is_new);
	else
		ret = translate(&m->names, number, &number, &is_new);
	*value = (uint64_t)number + 1;
	return ret;
}

/* Make the first record of the group in @from its first record: 0, or -ENOMEM without
 * any change. */
static int copy_first(struct merge *m, const struct po_group *from,
		      struct po_group *to, uint64_t seq)
{
	uint64_t kept[PAGEOWNER_FIELD_COUNT];
	uint32_t header = 0, body = 0;
	int ret = merge_header(m, from->header, &header);

	if (ret == 0)
		ret = merge_body(m, from->body, &body);
	for (unsigned int i = 0; ret == 0 && i < m->to->kept.count; i++) {
		kept[i] = from->kept[i];
		ret = merge_value(m, m->to->kept.keys[i].key, &kept[i]);
	}
	if (ret < 0)
		return ret;
	to->seq = from->seq + seq;
	to->header = header;
	to->body = body;
	to->ts_ns = from->ts_ns;
	to->free_ts_ns = from->free_ts_ns;
	to->label = from->label;
	to->kind = from->kind;
	to->is_free = from->is_free;
	memcpy(to->kept, kept, m->to->kept.count * sizeof(*kept));
	return 0;
}

static int merge_group(struct merge *m, const struct po_entry *from, uint64_t seq)
{
	const size_t count = po_groups_count(m->to);
	const struct po_group *f = po_entry_payload(from);
	uint64_t values[PAGEOWNER_FIELD_COUNT];
	struct po_entry *entry;
	struct po_group *g;
	int ret = 0;

	if (!f->counts)
		return 0;
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
	if (po_groups_count(m->to) > count) {
		ret = copy_first(m, f, g, seq);
		if (ret < 0) {
			po_intern_remove_last(m->to->groups, entry);
			return ret;
		}
		po_groups_note_new(m->to, g->seq);
	} else if (!g->counts || f->seq + seq < g->seq) {
		ret = copy_first(m, f, g, seq);
		if (ret < 0)
			return ret;
		m->to->in_order = false;
	}
	g->counts |= f->counts;
	po_groups_add_pages(m->to, g, f->times, f->pages);
	return 0;
}

int po_groups_merge(struct po_groups *to, const struct po_groups *from, uint64_t seq)
{
	struct merge m = { .to = to, .from = from };
	struct po_budget *b = to->texts.how.budget;
	const struct po_texts *f = &from->texts;
	struct po_texts *t = &to->texts;
	struct po_entry **groups;
	size_t count;
	int ret;

	ret = begin(&m.headers, b, f->headers, t->headers, false);
	if (ret == 0)
		ret = begin(&m.bodies, b, f->bodies, t->bodies, true);
	if (ret == 0)
		ret = begin(&m.names, b, f->names, t->names, false);
	if (ret == 0)
		ret = begin(&m.callstacks, b, f->callstacks, t->callstacks, true);
	groups = po_intern_entries(from->groups, &count);
	for (size_t i = 0; ret == 0 && i < count; i++)
		ret = merge_group(&m, groups[i], seq);
	to->has |= from->has;
	if (f->longest > t->longest)
		t->longest = f->longest;
	end(&m.headers);
	end(&m.bodies);
	end(&m.names);
	end(&m.callstacks);
	return ret;
}
