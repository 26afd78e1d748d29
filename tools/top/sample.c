// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * sample.c - load samples of the full-screen view in a thread, so that a slow file of the
 * kernel does not delay keys; and which of them are to be read.
 *
 * load.c knows where they come from, model.c keeps them.
 */
#include "view.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double seconds_since(const struct timespec *then)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - then->tv_sec) +
		(double)(now.tv_nsec - then->tv_nsec) / 1e9;
}

static void *load_one(void *data)
{
	struct top_state *s = data;
	struct top_sample sample = { 0 };

	s->loaded = s->screen->source.load(s->screen->source.data, s->next, s->loading_by,
					   &sample);
	s->loading_sample = sample;
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

/* Forget all samples: false after a message. */
static bool begin_again(struct top_state *s)
{
	struct top_model *model = top_model_new(s->view.by, s->screen->budget,
						s->screen->plumbing);

	s->is_stale = false;
	if (!model) {
		snprintf(s->message, sizeof(s->message), "%s", strerror(ENOMEM));
		return false;
	}
	top_model_free(s->model);
	s->model = model;
	s->loading_by = s->view.by;
	s->next = 0;
	s->is_viewed = false;
	return true;
}

/* Reading takes at most half of the time. */
static bool is_due(const struct top_state *s)
{
	const double passed = seconds_since(&s->last);

	return !s->last.tv_sec || (!s->frozen && passed >= s->delay && passed >= 2 * s->took);
}

void top_sample_ask(struct top_state *s)
{
	pthread_t thread;

	if (top_sample_stage(s) != IDLE)
		return;
	if (!s->is_stale && s->next >= s->target && !is_due(s))
		return;
	if (s->is_stale && !begin_again(s))
		return;
	if (top_is_replay(s) && s->next >= s->screen->source.count)
		return;
	clock_gettime(CLOCK_MONOTONIC, &s->last);
	s->loading = BUSY;	/* no thread yet that could look */
	if (pthread_create(&thread, NULL, load_one, s)) {
		s->loading = IDLE;
		return;
	}
	pthread_detach(thread);
}

void top_sample_forward(struct top_state *s)
{
	s->frozen = true;
	if (top_sample_stage(s) == IDLE && s->next >= s->target)
		s->target = s->next + 1;
}

/* What was loaded becomes the newest sample, or the reason why there is none. */
static void use_sample(struct top_state *s, struct top_sample *sample)
{
	const char *why = sample->why;

	if (s->loaded == 0) {
		s->loaded = top_model_add(s->model, sample->profile, s->screen->filter,
					  sample->time);
		why = s->loaded == -ENOBUFS ? "more stacks than --max-memory has room for" : NULL;
	}
	free(s->failure);
	s->failure = NULL;
	if (s->loaded < 0) {
		s->failure = strdup(why ? why : strerror(ENOMEM));
		s->screen->was_damaged |= top_is_replay(s);
		top_sample_free(sample);
		return;
	}
	if (top_is_replay(s) && s->next == s->baseline)
		top_model_set_baseline(s->model);
	pageowner_profile_free(sample->profile);
	sample->profile = NULL;
	top_sample_free(&s->sample);
	s->sample = *sample;
	s->screen->was_damaged |= sample->is_damaged;
}

bool top_sample_take(struct top_state *s)
{
	if (top_sample_stage(s) != DONE)
		return false;
	s->took = seconds_since(&s->last);
	if (s->is_stale)	/* for another view */
		top_sample_free(&s->loading_sample);
	else
		use_sample(s, &s->loading_sample);
	s->loading_sample = (struct top_sample){ 0 };
	/* A live kernel has one file, which is always the first. */
	if (top_is_replay(s))
		s->next++;
	s->is_viewed = false;
	s->loading = IDLE;
	return true;
}

void top_sample_back(struct top_state *s)
{
	if (s->next < 2)
		return;
	s->frozen = true;
	s->target = s->next - 1;
	if (s->baseline >= s->target)
		s->baseline = 0;
	s->is_stale = true;
}

void top_sample_regroup(struct top_state *s)
{
	const bool has_keys = top_bys[s->loading_by].keys, needs = top_bys[s->view.by].keys;

	s->is_viewed = false;
	/* A live kernel has records in another file, which takes longer to read. */
	if (s->view.by == s->loading_by || (!needs && (!has_keys || top_is_replay(s)))) {
		s->is_stale = false;
		return;
	}
	s->is_stale = true;
	s->target = top_is_replay(s) ? s->next : 0;
}

void top_sample_set_baseline(struct top_state *s)
{
	top_model_set_baseline(s->model);
	s->baseline = top_is_replay(s) && s->next ? s->next - 1 : 0;
	s->is_viewed = false;
}
