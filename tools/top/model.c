// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * model.c - who holds the memory, now and over the last samples.
 */
#include "model.h"

#include <errno.h>
#include <float.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "text_index.h"
#include "tools/lib/output.h"

struct stack {
	struct pageowner_text owner, module;	/* in @text */
	uint64_t portable;			/* its id without offsets */
	uint64_t first;
	uint64_t history[TOP_HISTORY];		/* a ring, as of the model */
	size_t len;
	char text[];
};

struct top_model {
	struct stack **stacks;	/* in the order in which they were first seen */
	size_t count, room;
	struct text_index index;	/* of @stacks, by text */
	struct top_row *rows;	/* of the last view; as much room as for stacks */
	struct text_index rows_index;
	size_t added;		/* samples, of all time */
	double times[TOP_HISTORY], first_time;	/* a ring */
	uint64_t thresholds[TOP_HISTORY], first_threshold;	/* a ring; 0: not known */
	uint64_t first_total, total, selected;
	struct pageowner_budget *budget;
	const struct pageowner_plumbing *plumbing;
};

/* What the arrays, their indexes and malloc() add to a stack and to its row in a view;
 * while the arrays grow, rows exist twice. */
#define STACK_COST	(sizeof(struct stack) + 2 * sizeof(struct top_row) + 256)

static uint64_t cost_of(const struct stack *s)
{
	return STACK_COST + s->len;
}

static struct pageowner_text text_of(const struct stack *s)
{
	return (struct pageowner_text){ s->text, s->len };
}

bool top_is_by_stack(const struct top_view *view)
{
	return view->by == PAGEOWNER_BY_STACK || view->by == PAGEOWNER_BY_PORTABLE;
}

struct top_model *top_model_new(struct pageowner_budget *budget,
				const struct pageowner_plumbing *plumbing)
{
	struct top_model *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->budget = budget;
	m->plumbing = plumbing;
	return m;
}

static void free_stack(struct top_model *m, struct stack *s)
{
	pageowner_budget_give(m->budget, cost_of(s));
	free(s);
}

void top_model_free(struct top_model *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->count; i++)
		free_stack(m, m->stacks[i]);
	free(m->stacks);
	free(m->rows);
	text_index_free(&m->index);
	text_index_free(&m->rows_index);
	free(m);
}

/* Make room for one more stack, and for as many rows, so that a view cannot fail: 0 or
 * -ENOMEM. */
static int grow(struct top_model *m)
{
	const size_t room = m->room ? 2 * m->room : 256;
	struct stack **stacks;
	struct top_row *rows;

	if (m->count < m->room)
		return 0;
	if (text_index_reserve(&m->index, room) < 0 ||
	    text_index_reserve(&m->rows_index, room) < 0)
		return -ENOMEM;
	stacks = reallocarray(m->stacks, room, sizeof(*stacks));
	if (!stacks)
		return -ENOMEM;
	m->stacks = stacks;
	/* Memory of rows that no view has is not touched. */
	rows = reallocarray(m->rows, room, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	m->rows = rows;
	m->room = room;
	return 0;
}

static int add_stack(struct top_model *m, struct pageowner_text text, struct stack **stack)
{
	struct pageowner_frame owner;
	struct stack *s;

	if (grow(m) < 0)
		return -ENOMEM;
	if (pageowner_budget_take(m->budget, STACK_COST + text.len) < 0)
		return -ENOBUFS;
	s = calloc(1, sizeof(*s) + text.len);
	if (!s) {
		pageowner_budget_give(m->budget, STACK_COST + text.len);
		return -ENOMEM;
	}
	if (text.len)
		memcpy(s->text, text.ptr, text.len);
	s->len = text.len;
	text = text_of(s);
	s->owner = pageowner_stack_owner(text, m->plumbing, &owner) ? owner.symbol :
		(struct pageowner_text){ CLI_NO_STACK, strlen(CLI_NO_STACK) };
	s->module = pageowner_stack_module(text);
	s->portable = pageowner_stack_id_portable(text);
	text_index_add(&m->index, text, m->count);
	m->stacks[m->count++] = *stack = s;
	return 0;
}

/* 0, -ENOMEM, or -ENOBUFS if the budget refuses */
static int find_stack(struct top_model *m, struct pageowner_text text, struct stack **stack)
{
	size_t number;

	if (!text_index_find(&m->index, text, &number))
		return add_stack(m, text, stack);
	*stack = m->stacks[number];
	return 0;
}

/* A stack that held nothing in all samples that are kept, nor in the first */
static bool is_gone(const struct stack *s)
{
	for (size_t i = 0; i < TOP_HISTORY; i++)
		if (s->history[i])
			return false;
	return !s->first;
}

static void remove_gone(struct top_model *m)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->count; i++)
		if (is_gone(m->stacks[i]))
			free_stack(m, m->stacks[i]);
		else
			m->stacks[kept++] = m->stacks[i];
	if (kept == m->count)
		return;
	m->count = kept;
	text_index_clear(&m->index);
	for (size_t i = 0; i < kept; i++)
		text_index_add(&m->index, text_of(m->stacks[i]), i);
}

static void add_pages(uint64_t *sum, uint64_t pages)
{
	if (__builtin_add_overflow(*sum, pages, sum))
		*sum = UINT64_MAX;
}

/* Stacks with fewer pages are missing from the kernel's file. */
static uint64_t threshold_of(const struct pageowner_profile *profile)
{
	const struct pageowner_conditions *c;
	uint64_t most = 0;

	for (size_t i = 0; pageowner_profile_conditions(profile, i, &c) > 0; i++)
		if (c->has & PAGEOWNER_CONDITIONS_HAS_THRESHOLD && c->threshold > most)
			most = c->threshold;
	return most;
}

int top_model_add(struct top_model *m, struct pageowner_profile *profile,
		  const struct pageowner_filter *filter, double time)
{
	const size_t count = pageowner_profile_count(profile);
	const size_t at = m->added % TOP_HISTORY;

	for (size_t i = 0; i < m->count; i++)
		m->stacks[i]->history[at] = 0;
	m->total = m->selected = 0;
	for (size_t i = 0; i < count; i++) {
		const struct pageowner_group *g;
		struct stack *s;
		int ret = pageowner_profile_group(profile, i, &g);

		if (ret < 0)
			return ret;
		add_pages(&m->total, g->pages);
		if (filter && !pageowner_filter_match(filter, g->record))
			continue;
		ret = find_stack(m, g->record->stack, &s);
		if (ret < 0)
			return ret;
		add_pages(&s->history[at], g->pages);
		add_pages(&m->selected, g->pages);
		if (!m->added)
			s->first = s->history[at];
	}
	if (!m->added) {
		m->first_time = time;
		m->first_total = m->total;
		m->first_threshold = threshold_of(profile);
	}
	m->thresholds[at] = threshold_of(profile);
	m->times[at] = time;
	m->added++;
	/* So that a machine that makes new stacks all day does not fill our memory. */
	remove_gone(m);
	return 0;
}

size_t top_model_samples(const struct top_model *m)
{
	return m->added < TOP_HISTORY ? m->added : TOP_HISTORY;
}

size_t top_model_stacks(const struct top_model *m)
{
	return m->count;
}

uint64_t top_model_total(const struct top_model *m, int sample)
{
	return sample ? m->total : m->first_total;
}

uint64_t top_model_selected(const struct top_model *m)
{
	return m->selected;
}

static double time_at(const struct top_model *m, size_t back)
{
	return m->times[(m->added - 1 - back) % TOP_HISTORY];
}

double top_model_passed(const struct top_model *m)
{
	return m->added ? time_at(m, 0) - m->first_time : 0;
}

/* Whether the threshold of one of two samples may hide pages that the other shows */
static bool is_hidden(uint64_t threshold, uint64_t pages, uint64_t other_threshold)
{
	return !pages && threshold > 1 && threshold > other_threshold;
}

static bool are_comparable(uint64_t old, uint64_t old_threshold, uint64_t new,
			   uint64_t new_threshold)
{
	return !is_hidden(old_threshold, old, new_threshold) &&
		!is_hidden(new_threshold, new, old_threshold);
}

static uint64_t threshold_at(const struct top_model *m, size_t back)
{
	return m->thresholds[(m->added - 1 - back) % TOP_HISTORY];
}

bool top_model_change(const struct top_model *m, const struct top_row *row, double *pages)
{
	*pages = 0;
	if (m->added && !are_comparable(row->first, m->first_threshold, row->pages,
					threshold_at(m, 0)))
		return false;
	*pages = (double)row->pages - (double)row->first;
	return true;
}

bool top_model_rate(const struct top_model *m, const struct top_row *row, double *rate)
{
	const size_t samples = top_model_samples(m);
	const uint64_t *last = row->history + samples;
	double passed;

	*rate = 0;
	if (samples < 2)
		return true;
	if (!are_comparable(last[-2], threshold_at(m, 1), last[-1], threshold_at(m, 0)))
		return false;
	passed = time_at(m, 0) - time_at(m, 1);
	if (passed > 0)
		*rate = ((double)last[-1] - (double)last[-2]) / passed;
	return true;
}

/* --- rows */

static bool holds(struct pageowner_text text, const char *word)
{
	return memmem(text.ptr, text.len, word, strlen(word));
}

/* What is equal in all stacks of a row */
static struct pageowner_text name_of(const struct stack *s, enum pageowner_by by)
{
	switch (by) {
	case PAGEOWNER_BY_OWNER:
		return s->owner;
	case PAGEOWNER_BY_MODULE:
		return s->module;
	case PAGEOWNER_BY_PORTABLE:
		return (struct pageowner_text){ (const char *)&s->portable,
						sizeof(s->portable) };
	default:
		return text_of(s);
	}
}

/* The row of a stack; a new one is the last of @count. */
static struct top_row *find_row(struct top_model *m, size_t *count,
				const struct stack *s, enum pageowner_by by)
{
	const struct pageowner_text name = name_of(s, by);
	size_t number;

	if (text_index_find(&m->rows_index, name, &number))
		return &m->rows[number];
	text_index_add(&m->rows_index, name, *count);
	memset(&m->rows[*count], 0, sizeof(m->rows[*count]));
	return &m->rows[(*count)++];
}

static void add_to_row(const struct top_model *m, struct top_row *row,
		       const struct stack *s)
{
	const size_t samples = top_model_samples(m);
	uint64_t now = 0;

	for (size_t i = 0; i < samples; i++) {
		now = s->history[(m->added - samples + i) % TOP_HISTORY];
		add_pages(&row->history[i], now);
	}
	add_pages(&row->pages, now);
	add_pages(&row->first, s->first);
	row->stacks += now > 0;
	if (!row->stack.ptr || now > row->largest) {
		row->stack = text_of(s);
		row->owner = s->owner;
		row->module = s->module;
		row->largest = now;
	}
}

static int compare_texts(struct pageowner_text a, struct pageowner_text b)
{
	const size_t len = a.len < b.len ? a.len : b.len;
	int ret = len ? memcmp(a.ptr, b.ptr, len) : 0;

	return ret ? ret : (a.len > b.len) - (a.len < b.len);
}

struct order {
	const struct top_model *model;
	enum top_order order;
	bool is_reversed;
};

static double weight(const struct order *o, const struct top_row *row)
{
	const double last = o->is_reversed ? DBL_MAX : -DBL_MAX;	/* the unknown */
	double value;

	switch (o->order) {
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
	const int sign = o->is_reversed ? -1 : 1;
	int ret;

	if (wx != wy)
		return wx < wy ? sign : -sign;
	ret = compare_texts(x->owner, y->owner);
	if (ret)
		return o->order == TOP_OWNER ? sign * ret : ret;
	return compare_texts(x->stack, y->stack);
}

size_t top_model_view(struct top_model *m, const struct top_view *view,
		      const struct top_row **rows)
{
	struct order order = { m, view->order, view->is_reversed };
	size_t count = 0, kept = 0;

	text_index_clear(&m->rows_index);
	for (size_t i = 0; i < m->count; i++) {
		const struct stack *s = m->stacks[i];

		/* Owner and module are part of the text. */
		if (!view->search || holds(text_of(s), view->search))
			add_to_row(m, find_row(m, &count, s, view->by), s);
	}
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

int top_model_write(const struct top_model *m, FILE *file, uint64_t page_size)
{
	time_t now = (time_t)(m->added ? time_at(m, 0) : 0);
	struct tm tm;
	char date[32];

	gmtime_r(&now, &tm);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", &tm);
	if (fprintf(file, "PFN# pageowner-capture: 1\nPFN# tool: pageowner-stacks-top\n"
		    "PFN# page-size: %" PRIu64 "\nPFN# start-time: %s\n\n", page_size,
		    date) < 0)
		return -errno;
	for (size_t i = 0; m->added && i < m->count; i++) {
		const struct stack *s = m->stacks[i];
		const uint64_t pages = s->history[(m->added - 1) % TOP_HISTORY];

		if (pages && fprintf(file, "%.*snr_base_pages: %" PRIu64 "\n\n",
				     (int)s->len, s->text, pages) < 0)
			return -errno;
	}
	return fputs("PFN# complete: yes\n", file) < 0 ? -errno : 0;
}
