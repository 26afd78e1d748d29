// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * suppress.c - known stacks: parse lines of patterns and match stacks with them.
 *
 * It does not read files.
 */
#include "base/po.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>

#include <pageowner/stack.h>
#include <pageowner/suppress.h>

enum part { FRAME, OWNER, MODULE, PARTS };

static const char *const part_names[PARTS] = { "frame:", "owner:", "module:" };

struct pattern {
	char *text;		/* the line, cut into words */
	struct word {
		enum part part;
		const char *glob;
	} *words;
	size_t count;
};

struct pageowner_suppress {
	const struct pageowner_plumbing *plumbing;
	struct pattern *patterns;
	size_t count;
	char error[256];
};

PO_EXPORT int pageowner_suppress_new(struct pageowner_suppress **suppress)
{
	struct pageowner_suppress *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	*suppress = s;
	return 0;
}

static void free_pattern(struct pattern *p)
{
	free(p->text);
	free(p->words);
}

PO_EXPORT void pageowner_suppress_free(struct pageowner_suppress *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->count; i++)
		free_pattern(&s->patterns[i]);
	free(s->patterns);
	free(s);
}

PO_EXPORT void
pageowner_suppress_set_plumbing(struct pageowner_suppress *s,
				const struct pageowner_plumbing *plumbing)
{
	s->plumbing = plumbing;
}

PO_EXPORT const char *pageowner_suppress_error(const struct pageowner_suppress *s)
{
	return s->error;
}

/* 0, -EINVAL, -ENOMEM */
static int add_word(struct pattern *p, const char *word)
{
	struct word *grown;

	for (int part = 0; part < PARTS; part++) {
		const size_t len = strlen(part_names[part]);

		if (strncmp(word, part_names[part], len))
			continue;
		/* "frame:" alone would match nothing: a mistake. */
		if (!word[len] && part != MODULE)
			return -EINVAL;
		grown = reallocarray(p->words, p->count + 1, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		p->words = grown;
		grown[p->count++] = (struct word){ part, word + len };
		return 0;
	}
	return -EINVAL;
}

static int add_words(struct pageowner_suppress *s, struct pattern *p)
{
	char *word, *rest;
	int ret;

	for (word = strtok_r(p->text, " \t\r\n", &rest); word;
	     word = strtok_r(NULL, " \t\r\n", &rest)) {
		ret = add_word(p, word);
		if (ret == -EINVAL)
			snprintf(s->error, sizeof(s->error),
				 "expected frame:GLOB, owner:GLOB or module:GLOB: \"%.100s\" at column %td",
				 word, word - p->text + 1);
		if (ret < 0)
			return ret;
	}
	return 0;
}

PO_EXPORT int pageowner_suppress_add(struct pageowner_suppress *s,
				     const char *line)
{
	struct pattern p = { .text = strndup(line, strcspn(line, "#")) };
	struct pattern *grown;
	int ret = -ENOMEM;

	snprintf(s->error, sizeof(s->error), "%s", strerror(ENOMEM));
	if (!p.text)
		return ret;
	ret = add_words(s, &p);
	if (ret < 0)
		goto out;
	if (p.count) {
		ret = -ENOMEM;
		grown = reallocarray(s->patterns, s->count + 1, sizeof(*grown));
		if (!grown)
			goto out;
		s->patterns = grown;
		grown[s->count++] = p;
		p = (struct pattern){ 0 };
		ret = 0;
	}
	s->error[0] = '\0';
out:
	free_pattern(&p);
	return ret;
}

PO_EXPORT size_t
pageowner_suppress_count(const struct pageowner_suppress *suppress)
{
	return suppress->count;
}

/* A name from a dump has no NUL at its end and may have any length. */
static bool fits(const char *glob, struct pageowner_text name)
{
	char buf[1024];

	if (name.len >= sizeof(buf))
		return false;
	if (name.len)
		memcpy(buf, name.ptr, name.len);
	buf[name.len] = '\0';
	return !fnmatch(glob, buf, 0);
}

static bool word_fits(const struct pageowner_suppress *s, const struct word *word,
		      struct pageowner_text stack)
{
	struct pageowner_frame frame;

	switch (word->part) {
	case MODULE:
		return fits(word->glob, pageowner_stack_module(stack));
	case OWNER:
		return pageowner_stack_owner(stack, s->plumbing, &frame) &&
			fits(word->glob, frame.symbol);
	default:
		while (pageowner_frame_next(&stack, &frame))
			if (fits(word->glob, frame.symbol))
				return true;
		return false;
	}
}

static bool pattern_fits(const struct pageowner_suppress *s, const struct pattern *p,
			 struct pageowner_text stack)
{
	for (size_t i = 0; i < p->count; i++)
		if (!word_fits(s, &p->words[i], stack))
			return false;
	return true;
}

PO_EXPORT int pageowner_suppress_match(const struct pageowner_suppress *s,
				       struct pageowner_text stack)
{
	for (size_t i = 0; i < s->count; i++)
		if (pattern_fits(s, &s->patterns[i], stack))
			return (int)i;
	return -1;
}
