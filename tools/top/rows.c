// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * rows.c - the rows of a view: stacks that have a name in common, in the order that the
 * view wants.
 */
#include "model_private.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

bool top_is_by_stack(const struct top_view *view)
{
	return !top_bys[view->by].keys && pageowner_by_is_stack(top_bys[view->by].by);
}

bool top_is_by_pages(const struct top_view *view)
{
	return view->order == TOP_PAGES && !view->is_reversed;
}

/* --- members */

static struct member *add_member(struct top_model *m, size_t *count, const struct stack *s,
				 struct pageowner_text name)
{
	m->members[*count] = (struct member){ .name = name, .stack = s };
	return &m->members[(*count)++];
}

/* One for each module, or one without a name for the kernel */
static void add_modules(struct top_model *m, size_t *count, const struct stack *s)
{
	const struct pageowner_text kernel = { "", 0 };
	struct pageowner_text stack = s->key.text;
	const size_t start = *count;
	struct pageowner_frame frame;

	while (pageowner_frame_next(&stack, &frame)) {
		size_t i = start;

		while (i < *count && compare_texts(m->members[i].name, frame.module))
			i++;
		if (frame.module.len && i == *count)
			add_member(m, count, s, frame.module);
	}
	if (*count == start)
		add_member(m, count, s, kernel);
}

static void add_members(struct top_model *m, size_t *count, const struct stack *s,
			enum top_by by)
{
	const struct pageowner_text nothing = { "", 0 };

	switch (by) {
	case TOP_BY_STACK:
		add_member(m, count, s, s->key.text)->id = s->key.id;
		break;
	case TOP_BY_PORTABLE:
		add_member(m, count, s, nothing)->id = s->portable;
		break;
	case TOP_BY_OWNER:
		add_member(m, count, s, s->owner);
		break;
	case TOP_BY_MODULE:
		add_member(m, count, s, s->module);
		break;
	case TOP_BY_MODULE_ANY:
		add_modules(m, count, s);
		break;
	default:
		add_member(m, count, s, s->key.label);
	}
}

static int compare_names(const struct member *a, const struct member *b)
{
	const int ids = (a->id > b->id) - (a->id < b->id);

	return ids ? ids : compare_texts(a->name, b->name);
}

static int compare_members(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	const int names = compare_names(x, y);

	return names ? names : (x->stack->number > y->stack->number) -
		(x->stack->number < y->stack->number);
}

static bool holds(struct pageowner_text text, const char *word)
{
	return memmem(text.ptr, text.len, word, strlen(word));
}

/* Those of one row are neighbours, in the order in which they were first seen. */
static size_t find_members(struct top_model *m, const struct top_view *view)
{
	size_t count = 0;

	for (size_t i = 0; i < m->count; i++) {
		const struct stack *s = m->stacks[i];

		if (!view->search || holds(s->key.text, view->search) ||
		    holds(s->key.label, view->search))
			add_members(m, &count, s, view->by);
	}
	if (count)
		qsort(m->members, count, sizeof(*m->members), compare_members);
	return count;
}

/* --- rows */

static void add_to_row(const struct top_model *m, struct top_row *row,
		       const struct stack *s)
{
	const size_t samples = top_model_samples(m);
	uint64_t now = 0;

	for (size_t i = 0; i < samples; i++) {
		now = s->history[(m->added - samples + i) % TOP_HISTORY];
		top_add_pages(&row->history[i], now);
	}
	top_add_pages(&row->pages, now);
	top_add_pages(&row->first, s->first);
	row->stacks += now > 0;
	if (!row->stack.ptr || now > row->largest) {
		row->stack = s->key.text;
		row->owner = s->owner;
		row->module = s->module;
		row->largest = now;
	}
}

struct order {
	const struct top_model *model;
	const struct top_view *view;
};

const char *const top_order_names[TOP_ORDERS] = { "size", "change", "rate", "stacks", "name" };

static double weight(const struct order *o, const struct top_row *row)
{
	const double last = o->view->is_reversed ? DBL_MAX : -DBL_MAX;	/* the unknown */
	double value;

	switch (o->view->order) {
	case TOP_CHANGE:
		return top_model_change(o->model, row, &value) ? value : last;
	case TOP_RATE:
		return top_model_rate(o->model, row, &value) ? value : last;
	case TOP_STACKS:
		return (double)row->stacks;
	case TOP_OWNER:
		return 0;
	default:
		return (double)row->pages;
	}
}

static int compare_rows(const void *a, const void *b, void *data)
{
	const struct top_row *x = a, *y = b;
	const double wx = weight(data, x), wy = weight(data, y);
	const struct order *o = data;
	const int sign = o->view->is_reversed ? -1 : 1;
	int ret;

	if (wx != wy)
		return wx < wy ? sign : -sign;
	ret = top_is_by_stack(o->view) ? compare_texts(x->owner, y->owner) :
		compare_texts(x->name, y->name);
	if (ret)
		return o->view->order == TOP_OWNER ? sign * ret : ret;
	return compare_texts(x->stack, y->stack);
}

static size_t make_rows(struct top_model *m, const struct top_view *view)
{
	const size_t members = find_members(m, view);
	size_t count = 0;

	for (size_t i = 0; i < members; i++) {
		if (!i || compare_names(&m->members[i - 1], &m->members[i])) {
			memset(&m->rows[count], 0, sizeof(m->rows[count]));
			m->rows[count].name = m->members[i].name;
			count++;
		}
		add_to_row(m, &m->rows[count - 1], m->members[i].stack);
	}
	return count;
}

size_t top_model_view(struct top_model *m, const struct top_view *view,
		      const struct top_row **rows)
{
	struct order order = { m, view };
	const size_t count = make_rows(m, view);
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		const struct top_row *row = &m->rows[i];

		/* A stack without pages is shown as long as that is a change. */
		if (row->pages >= view->threshold && (row->pages || row->first))
			m->rows[kept++] = *row;
	}
	if (kept)
		qsort_r(m->rows, kept, sizeof(*m->rows), compare_rows, &order);
	*rows = m->rows;
	return kept;
}

uint64_t top_row_id(const struct top_view *view, const struct top_row *row)
{
	return view->by == TOP_BY_PORTABLE ? pageowner_stack_id_portable(row->stack) :
		pageowner_stack_id_exact(view->by == TOP_BY_STACK ? row->stack : row->name);
}
