// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * suppress.c - known stacks: parse lines of patterns and match stacks with them.
 *
 * It does not read files. What the items of a pattern are is known to filter_items.c,
 * which fields a stack determines to the table of fields.
 */
#include "filter_private.h"

#include <stdio.h>
#include <stdlib.h>

#include <pageowner/stack.h>
#include <pageowner/suppress.h>

#include "filter_items.h"

/* "module:" has no items: it is the kernel image. */
struct word {
	bool excludes, is_kernel;
	struct po_items items;
};

struct pattern {
	struct word *words;
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
	for (size_t i = 0; i < p->count; i++)
		po_items_free(&p->words[i].items);
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

static int refuse(struct pageowner_suppress *s, const char *word, size_t column)
{
	snprintf(s->error, sizeof(s->error),
		 "expected frame:GLOBS, owner:GLOBS, module:GLOBS or module-any:GLOBS: \"%.100s\" at column %zu",
		 word, column);
	return -EINVAL;
}

/* 0, -EINVAL, -ENOMEM */
static int add_word(struct pageowner_suppress *s, struct pattern *p, const char *text,
		    size_t column)
{
	const bool excludes = *text == '!';
	const char *name = text + excludes, *colon = strchr(name, ':');
	const struct pageowner_field_info *info;
	enum pageowner_field field;
	struct word *grown, *word;
	int ret;

	if (!colon || !pageowner_field_find(name, (size_t)(colon - name), &field))
		return refuse(s, text, column);
	info = pageowner_field_info(field);
	if (!(info->uses & PAGEOWNER_FIELD_SELECTS) ||
	    info->source != PAGEOWNER_SOURCE_STACK)
		return refuse(s, text, column);
	grown = reallocarray(p->words, p->count + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	p->words = grown;
	word = &grown[p->count];
	*word = (struct word){ .excludes = excludes, .items.field = field };
	word->is_kernel = field == PAGEOWNER_FIELD_MODULE && !colon[1];
	ret = word->is_kernel ? 0 : po_items_add(&word->items, colon + 1, NULL, s->error,
						 sizeof(s->error));
	p->count++;
	return ret == -EINVAL ? refuse(s, text, column) : ret;
}

/* *where: of a word that is wrong, its place in @line */
static int add_words(struct pageowner_suppress *s, struct pattern *p, char *text,
		     const char *line, const char **where)
{
	char *word, *rest;

	for (word = strtok_r(text, " \t\r\n", &rest); word;
	     word = strtok_r(NULL, " \t\r\n", &rest)) {
		const size_t at = (size_t)(word - text);
		const int ret = add_word(s, p, word, at + 1);

		if (ret == -EINVAL && where)
			*where = line + at;
		if (ret < 0)
			return ret;
	}
	return 0;
}

PO_EXPORT int pageowner_suppress_add(struct pageowner_suppress *s, const char *line,
				     const char **where)
{
	char *text = strndup(line, strcspn(line, "#"));
	struct pattern p = { 0 }, *grown;
	int ret;

	s->error[0] = '\0';
	ret = text ? add_words(s, &p, text, line, where) : -ENOMEM;
	free(text);
	if (ret == 0 && p.count) {
		grown = reallocarray(s->patterns, s->count + 1, sizeof(*grown));
		if (grown) {
			s->patterns = grown;
			grown[s->count++] = p;
			return 0;
		}
		ret = -ENOMEM;
	}
	free_pattern(&p);
	if (ret == -ENOMEM)
		snprintf(s->error, sizeof(s->error), "%s", strerror(ENOMEM));
	return ret;
}

PO_EXPORT size_t
pageowner_suppress_count(const struct pageowner_suppress *suppress)
{
	return suppress->count;
}

static bool word_fits(const struct pageowner_suppress *s, const struct word *word,
		      struct pageowner_text stack)
{
	const bool fits = word->is_kernel ? !pageowner_stack_module(stack).len :
		po_items_match_stack(&word->items, s->plumbing, stack);

	return fits != word->excludes;
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
				       struct pageowner_text stack, size_t *index)
{
	for (size_t i = 0; i < s->count; i++) {
		if (!pattern_fits(s, &s->patterns[i], stack))
			continue;
		if (index)
			*index = i;
		return 1;
	}
	return 0;
}
