// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * sample.c - load samples of the full-screen view in a thread, so that a slow file of the
 * kernel does not delay keys.
 *
 * main.c knows where they come from, model.c keeps them.
 */
#include "view.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *load_one(void *data)
{
	struct top_state *s = data;
	struct top_sample sample = { 0 };

	s->loaded = s->screen->source.load(s->screen->source.data, s->next,
					   &sample);
	s->sample = sample;
	__atomic_store_n(&s->loading, DONE, __ATOMIC_RELEASE);
	return NULL;
}

enum loading top_sample_stage(const struct top_state *s)
{
	return __atomic_load_n(&s->loading, __ATOMIC_ACQUIRE);
}

bool top_is_replay(const struct top_state *s)
{
	return s->screen->source.count > 0;
}

static bool has_more(const struct top_state *s)
{
	return !top_is_replay(s) || s->next < s->screen->source.count;
}

void top_sample_ask(struct top_state *s)
{
	pthread_t thread;

	if (top_sample_stage(s) != IDLE || !has_more(s))
		return;
	clock_gettime(CLOCK_MONOTONIC, &s->last);
	s->loading = BUSY;	/* no thread yet that could look */
	if (pthread_create(&thread, NULL, load_one, s)) {
		s->loading = IDLE;
		return;
	}
	pthread_detach(thread);
}

/* Whether there is something new to show */
bool top_sample_take(struct top_state *s)
{
	if (top_sample_stage(s) != DONE)
		return false;
	if (s->loaded == 0)
		s->loaded = top_model_add(s->model, s->sample.profile,
					  s->screen->filter, s->sample.time);
	if (s->loaded == 0)
		s->page_size = s->sample.page_size;
	else
		snprintf(s->message, sizeof(s->message), "%s",
			 s->sample.why ? s->sample.why : s->loaded == -ENOBUFS ?
			 "more stacks than --max-memory has room for" :
			 strerror(ENOMEM));
	pageowner_profile_free(s->sample.profile);
	free(s->sample.why);
	s->sample = (struct top_sample){ 0 };
	s->next++;
	s->loading = IDLE;
	return true;
}

/* Back to a file before the last: all up to it are read again. */
void top_sample_back(struct top_state *s)
{
	struct top_model *model;
	size_t to = s->next;

	if (top_sample_stage(s) != IDLE || to < 2)
		return;
	model = top_model_new(s->view.by, s->screen->budget, s->screen->plumbing);
	if (!model) {
		snprintf(s->message, sizeof(s->message), "%s", strerror(ENOMEM));
		return;
	}
	top_model_free(s->model);
	s->model = model;
	s->next = 0;
	while (s->next < to - 1) {
		s->loading = BUSY;
		load_one(s);
		top_sample_take(s);
	}
	s->frozen = true;
}
