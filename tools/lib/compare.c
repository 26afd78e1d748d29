// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * compare.c - whether inputs can be compared with each other: they count the same, in pages
 * of one size, and each is later than the one before.
 *
 * Says why not; whether that is an error is known to the tool.
 */
#include "tools/lib/compare.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/source.h"
#include "tools/lib/units.h"

static const uint32_t pages_kinds = 1u << PAGEOWNER_RECORD_PAGE |
	1u << PAGEOWNER_RECORD_CONSOLE;
static const uint32_t stacks_kinds = 1u << PAGEOWNER_RECORD_STACK |
	1u << PAGEOWNER_RECORD_HANDLE | 1u << PAGEOWNER_RECORD_STACK_HANDLE;

/* Without its folder, which may be named by a time of something else */
static int find_time(const char *name, double *time)
{
	const char *slash = strrchr(name, '/');

	return units_find_time(slash ? slash + 1 : name, time);
}

bool compare_names_have_times(const char *const *inputs, size_t count)
{
	double time, other;

	for (size_t i = 1; i < count; i++) {
		if (find_time(inputs[i], &time) < 0)
			continue;
		/* The same file again is a mistake, and has to be found. */
		for (size_t j = 0; j < i; j++)
			if (find_time(inputs[j], &other) == 0 && other == time &&
			    strcmp(inputs[i], inputs[j]))
				return false;
	}
	return true;
}

static void copy(char *buf, size_t size, struct pageowner_text text)
{
	snprintf(buf, size, "%.*s", (int)text.len, text.len ? text.ptr : "");
}

void compare_learn(struct compared *is, const char *name,
		   const struct pageowner_profile *profile, bool uses_name)
{
	const struct pageowner_conditions *c = NULL;

	*is = (struct compared){
		.name = name, .time = NAN, .page_size = cli_profile_page_size(profile),
		.kinds = pageowner_profile_kinds(profile),
	};
	if (pageowner_profile_conditions(profile, 0, &c) > 0) {
		copy(is->host, sizeof(is->host), c->hostname);
		copy(is->boot, sizeof(is->boot), c->boot_id);
	}
	if (c && c->has & PAGEOWNER_CONDITIONS_HAS_START_TIME) {
		is->time = (double)c->start_time_ns / 1e9;
		is->time_from = "header";
	} else if (uses_name && find_time(name, &is->time) == 0) {
		is->time_from = "file name";
	}
}

static char *sentence(const char *format, ...) __attribute__((format(printf, 1, 2)));

static char *sentence(const char *format, ...)
{
	va_list args;
	char *text;
	int len;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	return len < 0 ? NULL : text;
}

char *compare_refuse_time(const struct compared *before, size_t count,
			  const struct compared *is)
{
	while (count && (!before[count - 1].name || !isfinite(before[count - 1].time)))
		count--;
	if (!count || !isfinite(is->time) || is->time > before[count - 1].time)
		return NULL;
	if (is->time == before[count - 1].time)
		return sentence("%s: taken at the same time as a previous snapshot, by its %s: is it the same one?",
				cli_input_name(is->name), is->time_from);
	return sentence("%s: taken before the previous snapshot, by its %s: name snapshots in the order of time",
			cli_input_name(is->name), is->time_from);
}

char *compare_refuse_page_size(const struct compared *before, size_t count,
			       const struct compared *is)
{
	for (size_t i = 0; is->page_size && i < count; i++)
		if (before[i].page_size && before[i].page_size != is->page_size)
			return sentence("%s: has pages of %ju bytes, %s of %ju (--page-size=SIZE takes all as of one size)",
					cli_input_name(is->name), (uintmax_t)is->page_size,
					cli_input_name(before[i].name),
					(uintmax_t)before[i].page_size);
	return NULL;
}

/* Whether they count the same thing */
static char *refuse_kind(const struct compared *a, const struct compared *b)
{
	const struct compared *pages, *stacks;

	pages = a->kinds & pages_kinds ? a : b->kinds & pages_kinds ? b : NULL;
	stacks = a->kinds & stacks_kinds ? a : b->kinds & stacks_kinds ? b : NULL;
	return !pages || !stacks ? NULL :
		sentence("%s is a dump of pages, %s counts of stacks: a dump has pages from before page_owner began, which the counts lack, and takes seconds to read",
			 cli_input_name(pages->name), cli_input_name(stacks->name));
}

char *compare_refuse(const struct compared *before, size_t count, const struct compared *is)
{
	char *why = compare_refuse_time(before, count, is);

	for (size_t i = 0; !why && i < count; i++)
		why = refuse_kind(&before[i], is);
	return why;
}

bool compare_are_of_two_machines(const struct compared *a, const struct compared *b)
{
	return *a->host && *b->host && strcmp(a->host, b->host) &&
		*a->boot && *b->boot && strcmp(a->boot, b->boot);
}
