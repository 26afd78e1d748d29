// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * model.c - who holds the memory, now and over the last samples.
 */
#include "model.h"

#include <errno.h>
#include <glib.h>
#include <inttypes.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "tools/lib/output.h"

struct stack {
	GBytes *text;
	struct pageowner_text owner, module;	/* in that text */
	uint64_t portable;			/* its id without offsets */
	uint64_t first;
	uint64_t history[TOP_HISTORY];		/* a ring, as of the model */
};

struct top_model {
	GHashTable *stacks;	/* GBytes -> struct stack */
	GArray *rows;		/* of struct top_row */
	size_t added;		/* samples, of all time */
	double times[TOP_HISTORY], first_time;	/* a ring */
	uint64_t first_total, total;
	struct pageowner_budget *budget;
	const struct pageowner_plumbing *plumbing;
};

/* What GLib and malloc() add to a stack and to its row in a view; while their array
 * grows, rows exist twice. */
#define STACK_COST	(sizeof(struct stack) + 2 * sizeof(struct top_row) + 256)

static uint64_t cost_of(const struct stack *s)
{
	return STACK_COST + g_bytes_get_size(s->text);
}

static void free_stack(gpointer data)
{
	struct stack *s = data;

	g_bytes_unref(s->text);
	g_free(s);
}

/* Seeded: g_bytes_hash() is known to all, so that whoever writes a dump could choose
 * texts that all fall into one place. */
static guint hash_bytes(gconstpointer bytes)
{
	static uint64_t seed;
	gsize len;
	const void *p = g_bytes_get_data((GBytes *)bytes, &len);

	while (!seed)
		if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != sizeof(seed))
			seed = (uintptr_t)&len | 1;
	return (guint)XXH3_64bits_withSeed(len ? p : "", len, seed);
}

bool top_is_by_stack(const struct top_view *view)
{
	return view->by == PAGEOWNER_BY_STACK || view->by == PAGEOWNER_BY_PORTABLE;
}

struct top_model *top_model_new(struct pageowner_budget *budget,
				const struct pageowner_plumbing *plumbing)
{
	struct top_model *m = g_new0(struct top_model, 1);

	m->stacks = g_hash_table_new_full(hash_bytes, g_bytes_equal, NULL,
					  free_stack);
	m->budget = budget;
	m->plumbing = plumbing;
	m->rows = g_array_new(FALSE, TRUE, sizeof(struct top_row));
	return m;
}

void top_model_free(struct top_model *m)
{
	GHashTableIter iter;
	gpointer value;

	if (!m)
		return;
	g_hash_table_iter_init(&iter, m->stacks);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		pageowner_budget_give(m->budget, cost_of(value));
	g_hash_table_destroy(m->stacks);
	g_array_free(m->rows, TRUE);
	g_free(m);
}

static struct pageowner_text text_of(GBytes *bytes)
{
	struct pageowner_text text;

	text.ptr = g_bytes_get_data(bytes, &text.len);
	if (!text.ptr)
		text.ptr = "";
	return text;
}

/* NULL if the budget refuses */
static struct stack *find_stack(struct top_model *m, struct pageowner_text text)
{
	GBytes *key = g_bytes_new_static(text.ptr, text.len);
	struct stack *s = g_hash_table_lookup(m->stacks, key);
	struct pageowner_frame owner;

	g_bytes_unref(key);
	if (s)
		return s;
	if (pageowner_budget_take(m->budget, STACK_COST + text.len) < 0)
		return NULL;
	s = g_new0(struct stack, 1);
	s->text = g_bytes_new(text.ptr, text.len);
	text = text_of(s->text);
	s->owner = pageowner_stack_owner(text, m->plumbing, &owner) ? owner.symbol :
		(struct pageowner_text){ CLI_NO_STACK, strlen(CLI_NO_STACK) };
	s->module = pageowner_stack_module(text);
	s->portable = pageowner_stack_id_portable(text);
	g_hash_table_insert(m->stacks, s->text, s);
	return s;
}

/* A stack that held nothing in all samples that are kept, nor in the first */
static gboolean is_gone(gpointer key, gpointer value, gpointer data)
{
	const struct stack *s = value;
	struct top_model *m = data;

	(void)key;
	for (size_t i = 0; i < TOP_HISTORY; i++)
		if (s->history[i])
			return FALSE;
	if (s->first)
		return FALSE;
	pageowner_budget_give(m->budget, cost_of(s));
	return TRUE;
}

static void add_pages(uint64_t *sum, uint64_t pages)
{
	if (__builtin_add_overflow(*sum, pages, sum))
		*sum = UINT64_MAX;
}

int top_model_add(struct top_model *m, struct pageowner_profile *profile,
		  const struct pageowner_filter *filter, double time)
{
	const size_t count = pageowner_profile_count(profile);
	const size_t at = m->added % TOP_HISTORY;
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, m->stacks);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		((struct stack *)value)->history[at] = 0;
	m->total = 0;
	for (size_t i = 0; i < count; i++) {
		const struct pageowner_group *g;
		struct stack *s;
		const int ret = pageowner_profile_group(profile, i, &g);

		if (ret < 0)
			return ret;
		add_pages(&m->total, g->pages);
		if (filter && !pageowner_filter_match(filter, g->record))
			continue;
		s = find_stack(m, g->record->stack);
		if (!s)
			return -ENOBUFS;
		add_pages(&s->history[at], g->pages);
		if (!m->added)
			s->first = s->history[at];
	}
	if (!m->added) {
		m->first_time = time;
		m->first_total = m->total;
	}
	m->times[at] = time;
	m->added++;
	/* So that a machine that makes new stacks all day does not fill our memory. */
	g_hash_table_foreach_remove(m->stacks, is_gone, m);
	return 0;
}

size_t top_model_samples(const struct top_model *m)
{
	return m->added < TOP_HISTORY ? m->added : TOP_HISTORY;
}

uint64_t top_model_total(const struct top_model *m, int sample)
{
	return sample ? m->total : m->first_total;
}

static double time_at(const struct top_model *m, size_t back)
{
	return m->times[(m->added - 1 - back) % TOP_HISTORY];
}

double top_model_passed(const struct top_model *m)
{
	return m->added ? time_at(m, 0) - m->first_time : 0;
}

double top_model_rate(const struct top_model *m, const struct top_row *row)
{
	const size_t samples = top_model_samples(m);
	double passed;

	if (samples < 2)
		return 0;
	passed = time_at(m, 0) - time_at(m, 1);
	return passed <= 0 ? 0 : ((double)row->history[samples - 1] -
				  (double)row->history[samples - 2]) / passed;
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
		return text_of(s->text);
	}
}

static struct top_row *find_row(struct top_model *m, GHashTable *index,
				const struct stack *s, enum pageowner_by by)
{
	const struct pageowner_text name = name_of(s, by);
	GBytes *key = g_bytes_new_static(name.ptr, name.len);
	gpointer number;

	if (g_hash_table_lookup_extended(index, key, NULL, &number)) {
		g_bytes_unref(key);
		return &g_array_index(m->rows, struct top_row,
				      GPOINTER_TO_SIZE(number));
	}
	g_hash_table_insert(index, key, GSIZE_TO_POINTER(m->rows->len));
	g_array_set_size(m->rows, m->rows->len + 1);
	return &g_array_index(m->rows, struct top_row, m->rows->len - 1);
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
		row->stack = text_of(s->text);
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
};

static double weight(const struct order *o, const struct top_row *row)
{
	switch (o->order) {
	case TOP_CHANGE:
		return (double)row->pages - (double)row->first;
	case TOP_RATE:
		return top_model_rate(o->model, row);
	case TOP_STACKS:
		return (double)row->stacks;
	case TOP_NAME:
		return 0;
	default:
		return (double)row->pages;
	}
}

static gint compare_rows(gconstpointer a, gconstpointer b, gpointer data)
{
	const struct top_row *x = a, *y = b;
	const double wx = weight(data, x), wy = weight(data, y);
	int ret;

	if (wx != wy)
		return wx < wy ? 1 : -1;
	ret = compare_texts(x->owner, y->owner);
	return ret ? ret : compare_texts(x->stack, y->stack);
}

size_t top_model_view(struct top_model *m, const struct top_view *view,
		      const struct top_row **rows)
{
	struct order order = { m, view->order };
	GHashTable *index = g_hash_table_new_full(hash_bytes, g_bytes_equal,
		(GDestroyNotify)g_bytes_unref, NULL);
	GHashTableIter iter;
	gpointer value;
	guint kept = 0;

	g_array_set_size(m->rows, 0);
	g_hash_table_iter_init(&iter, m->stacks);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct stack *s = value;

		/* Owner and module are part of the text. */
		if (!view->search || holds(text_of(s->text), view->search))
			add_to_row(m, find_row(m, index, s, view->by), s);
	}
	g_hash_table_destroy(index);
	for (guint i = 0; i < m->rows->len; i++) {
		const struct top_row *row = &g_array_index(m->rows, struct top_row, i);

		/* A stack without pages is shown as long as that is a change. */
		if (row->pages >= view->threshold && (row->pages || row->first))
			g_array_index(m->rows, struct top_row, kept++) = *row;
	}
	g_array_set_size(m->rows, kept);
	g_array_sort_with_data(m->rows, compare_rows, &order);
	*rows = (const struct top_row *)(void *)m->rows->data;
	return kept;
}

void top_model_write(const struct top_model *m, FILE *file, uint64_t page_size)
{
	time_t now = (time_t)(m->added ? time_at(m, 0) : 0);
	GHashTableIter iter;
	gpointer value;
	struct tm tm;
	char date[32];

	gmtime_r(&now, &tm);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", &tm);
	fprintf(file, "PFN# pageowner-capture: 1\nPFN# tool: pageowner-stacks-top\n"
		"PFN# page-size: %" PRIu64 "\nPFN# start-time: %s\n\n", page_size,
		date);
	g_hash_table_iter_init(&iter, m->stacks);
	while (m->added && g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct stack *s = value;
		const struct pageowner_text text = text_of(s->text);
		const uint64_t pages = s->history[(m->added - 1) % TOP_HISTORY];

		if (pages)
			fprintf(file, "%.*snr_base_pages: %" PRIu64 "\n\n",
				(int)text.len, text.ptr, pages);
	}
}
