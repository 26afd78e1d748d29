// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * model.c - the pages of each stack, now and over the last samples.
 *
 * Stacks are found by their id in an array that is sorted by it: a sample has each stack
 * once, so the array needs to be in order only when the next sample comes. Rows for a
 * view are made of them by rows.c.
 */
#include "model_private.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tools/lib/output.h"

/* What the arrays and malloc() add to a stack; while arrays grow, they exist twice. */
#define STACK_COST	(sizeof(struct stack) + 4 * sizeof(struct stack *) + 64)
#define NAME_COST	(2 * (sizeof(struct top_row) + sizeof(struct member)))

static uint64_t cost_of(size_t len, size_t names)
{
	return STACK_COST + names * NAME_COST + len;
}

struct top_model *top_model_new(enum top_by by, struct pageowner_budget *budget,
				const struct pageowner_plumbing *plumbing)
{
	struct top_model *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->by = by;
	m->budget = budget;
	m->plumbing = plumbing;
	return m;
}

static void free_stack(struct top_model *m, struct stack *s)
{
	m->names -= s->names;
	pageowner_budget_give(m->budget, cost_of(s->key.label.len + s->key.text.len,
						 s->names));
	free(s);
}

void top_model_free(struct top_model *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->count; i++)
		free_stack(m, m->stacks[i]);
	free(m->stacks);
	free(m->by_key);
	free(m->members);
	free(m->rows);
	free(m);
}

/* Room that is doubled until @count fit */
static size_t room_for(size_t count, size_t room)
{
	while (room < count)
		room = room ? 2 * room : 256;
	return room;
}

static int make_room_for_stacks(struct top_model *m, size_t room)
{
	struct stack **stacks, **by_key;

	if (room == m->room)
		return 0;
	stacks = reallocarray(m->stacks, room, sizeof(*stacks));
	if (!stacks)
		return -ENOMEM;
	m->stacks = stacks;
	by_key = reallocarray(m->by_key, room, sizeof(*by_key));
	if (!by_key)
		return -ENOMEM;
	m->by_key = by_key;
	m->room = room;
	return 0;
}

/* So that a view cannot fail. Memory of rows that no view has is not touched. */
static int make_room_for_names(struct top_model *m, size_t room)
{
	struct member *members;
	struct top_row *rows;

	if (room == m->names_room)
		return 0;
	members = reallocarray(m->members, room, sizeof(*members));
	if (!members)
		return -ENOMEM;
	m->members = members;
	rows = reallocarray(m->rows, room, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	m->rows = rows;
	m->names_room = room;
	return 0;
}

/* At most this many modules are in the stack, and at least one row has it */
static size_t count_names(struct pageowner_text stack)
{
	struct pageowner_text last = { "", 0 };
	struct pageowner_frame frame;
	size_t names = 0;

	while (pageowner_frame_next(&stack, &frame)) {
		if (!frame.module.len || !compare_texts(frame.module, last))
			continue;
		last = frame.module;
		names++;
	}
	return names ? names : 1;
}

static void copy_text(struct pageowner_text *text, char *to)
{
	if (text->len)
		memcpy(to, text->ptr, text->len);
	text->ptr = to;
}

static int add_stack(struct top_model *m, struct stack_key key, struct stack **stack)
{
	const size_t names = count_names(key.text), len = key.label.len + key.text.len;
	struct pageowner_frame owner;
	struct stack *s;

	if (make_room_for_stacks(m, room_for(m->count + 1, m->room)) < 0 ||
	    make_room_for_names(m, room_for(m->names + names, m->names_room)) < 0)
		return -ENOMEM;
	if (pageowner_budget_take(m->budget, cost_of(len, names)) < 0)
		return -ENOBUFS;
	s = calloc(1, sizeof(*s) + len);
	if (!s) {
		pageowner_budget_give(m->budget, cost_of(len, names));
		return -ENOMEM;
	}
	copy_text(&key.label, s->memory);
	copy_text(&key.text, s->memory + key.label.len);
	s->key = key;
	if (pageowner_stack_owner(key.text, m->plumbing, &owner))
		s->owner = owner.symbol;
	else if (key.text.len)
		s->owner = (struct pageowner_text){ CLI_NO_OWNER, strlen(CLI_NO_OWNER) };
	else
		s->owner = (struct pageowner_text){ CLI_NO_STACK, strlen(CLI_NO_STACK) };
	s->module = pageowner_stack_module(key.text);
	if (!key.text.len && key.label.len && m->by == TOP_BY_OWNER)
		s->owner = key.label;
	if (!key.text.len && m->by == TOP_BY_MODULE)
		s->module = key.label;
	s->portable = pageowner_stack_id_portable(key.text);
	s->names = names;
	s->number = m->count;
	m->names += names;
	m->by_key[m->count] = s;
	m->stacks[m->count++] = *stack = s;
	return 0;
}

static int compare_keys(const struct stack_key *a, const struct stack_key *b)
{
	const int ids = (a->id > b->id) - (a->id < b->id);
	const int labels = ids ? ids : compare_texts(a->label, b->label);

	return labels ? labels : compare_texts(a->text, b->text);
}

static int compare_stacks(const void *a, const void *b)
{
	const struct stack *const *x = a, *const *y = b;

	return compare_keys(&(*x)->key, &(*y)->key);
}

static int compare_to_stack(const void *key, const void *stack)
{
	const struct stack *const *s = stack;

	return compare_keys(key, &(*s)->key);
}

/* Before a sample: what the last one brought gets its place. */
static void sort_stacks(struct top_model *m)
{
	if (m->sorted < m->count)
		qsort(m->by_key, m->count, sizeof(*m->by_key), compare_stacks);
	m->sorted = m->count;
}

/* 0, -ENOMEM, or -ENOBUFS if the budget refuses. Of two stacks in one sample that have
 * the same text, as those of unknown handles, each is added; a view joins them. */
static int find_stack(struct top_model *m, struct stack_key key, struct stack **stack)
{
	struct stack **found = m->sorted ? bsearch(&key, m->by_key, m->sorted,
						   sizeof(*m->by_key), compare_to_stack) : NULL;

	if (!found)
		return add_stack(m, key, stack);
	*stack = *found;
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

	for (size_t i = 0; i < m->count; i++) {
		if (is_gone(m->stacks[i])) {
			free_stack(m, m->stacks[i]);
			continue;
		}
		m->stacks[kept] = m->stacks[i];
		m->stacks[kept]->number = kept;
		kept++;
	}
	if (kept == m->count)
		return;
	m->count = kept;
	m->sorted = 0;
	if (kept)
		memcpy(m->by_key, m->stacks, kept * sizeof(*m->by_key));
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

/* Add the groups of a profile to the newest sample, at @at of the rings. */
static int add_groups(struct top_model *m, const struct pageowner_profile *profile,
		      const struct pageowner_filter *filter, size_t at)
{
	const size_t count = pageowner_profile_count(profile);
	char label[TOP_LABEL_MAX];

	for (size_t i = 0; i < count; i++) {
		const struct pageowner_group *g;
		struct stack_key key;
		struct stack *s;
		int ret = pageowner_profile_group(profile, i, &g);

		if (ret < 0)
			return ret;
		top_add_pages(&m->total, g->pages);
		if (filter && !pageowner_filter_match(filter, g->record))
			continue;
		key.text = g->record->stack;
		key.label = top_by_label(m->by, profile, i, key.text.len, label);
		key.id = pageowner_stack_id_exact(key.text);
		ret = find_stack(m, key, &s);
		if (ret < 0)
			return ret;
		top_add_pages(&s->history[at], g->pages);
		top_add_pages(&m->selected, g->pages);
	}
	return 0;
}

void top_model_set_baseline(struct top_model *m)
{
	const size_t at = (m->added - 1) % TOP_HISTORY;

	if (!m->added)
		return;
	for (size_t i = 0; i < m->count; i++)
		m->stacks[i]->first = m->stacks[i]->history[at];
	m->first_time = m->times[at];
	m->first_total = m->total;
	m->first_threshold = m->thresholds[at];
}

int top_model_add(struct top_model *m, struct pageowner_profile *profile,
		  const struct pageowner_filter *filter, double time)
{
	const size_t at = m->added % TOP_HISTORY;
	int ret;

	sort_stacks(m);
	for (size_t i = 0; i < m->count; i++)
		m->stacks[i]->history[at] = 0;
	m->total = m->selected = 0;
	ret = add_groups(m, profile, filter, at);
	if (ret < 0)
		return ret;
	m->thresholds[at] = threshold_of(profile);
	m->times[at] = time;
	m->added++;
	if (m->added == 1)
		top_model_set_baseline(m);
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

int top_model_write(const struct top_model *m, FILE *file, uint64_t page_size,
		    const char *missing)
{
	const uint64_t threshold = m->added ?
		m->thresholds[(m->added - 1) % TOP_HISTORY] : 0;
	time_t now = (time_t)(m->added ? time_at(m, 0) : 0);
	struct tm tm;
	char date[32];

	gmtime_r(&now, &tm);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", &tm);
	if (fprintf(file, "PFN# pageowner-capture: 1\nPFN# tool: pageowner-stacks-top\n"
		    "PFN# page-size: %" PRIu64 "\nPFN# start-time: %s\n", page_size,
		    date) < 0 ||
	    (threshold && fprintf(file, "PFN# count-threshold: %" PRIu64 "\n", threshold) < 0) ||
	    fputc('\n', file) == EOF)
		return -errno;
	for (size_t i = 0; m->added && i < m->count; i++) {
		const struct stack *s = m->stacks[i];
		const uint64_t pages = s->history[(m->added - 1) % TOP_HISTORY];

		if (pages && fprintf(file, "%.*snr_base_pages: %" PRIu64 "\n\n",
				     (int)s->key.text.len, s->key.text.ptr, pages) < 0)
			return -errno;
	}
	return fprintf(file, "PFN# complete: %s%s\n", missing ? "no, " : "yes",
		       missing ? missing : "") < 0 ? -errno : 0;
}
