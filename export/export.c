// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * export.c - the table of formats, and what their writers are told.
 */
#include "writer.h"

#include <time.h>

static const struct export_format *const formats[] = {
	&export_report,
	&export_json,
	&export_ndjson,
	&export_csv,
	&export_folded,
	&export_folded_diff,
	&export_html,
	&export_speedscope,
	&export_pprof,
	&export_prometheus,
	&export_sqlite,
};
#define FORMATS	(sizeof(formats) / sizeof(formats[0]))

EXPORT_API const char *pageowner_export_format(size_t index, unsigned int *traits,
					       const char **help)
{
	if (index >= FORMATS)
		return NULL;
	if (traits)
		*traits = formats[index]->traits;
	if (help)
		*help = formats[index]->help;
	return formats[index]->name;
}

EXPORT_API int pageowner_export_new(const char *name,
				    struct pageowner_export **export_)
{
	size_t i = 0;

	while (i < FORMATS && strcmp(formats[i]->name, name))
		i++;
	if (i == FORMATS)
		return -EINVAL;
	if (!formats[i]->traits)
		return -ENOTSUP;
	*export_ = calloc(1, sizeof(**export_));
	if (!*export_)
		return -ENOMEM;
	(*export_)->format = formats[i];
	return 0;
}

EXPORT_API void pageowner_export_free(struct pageowner_export *e)
{
	if (!e)
		return;
	for (size_t i = 0; i < e->conditions_count; i++)
		free(e->conditions[i]);
	free(e->conditions);
	free(e->host);
	free(e);
}

EXPORT_API const char *pageowner_export_keys(const struct pageowner_export *e)
{
	return e->format->keys;
}

EXPORT_API void pageowner_export_set_page_size(struct pageowner_export *e,
					       uint64_t bytes)
{
	e->page_size = bytes;
}

EXPORT_API void pageowner_export_set_top(struct pageowner_export *e, size_t rows)
{
	e->top = rows;
}

EXPORT_API void pageowner_export_set_flags(struct pageowner_export *e,
					   unsigned int flags)
{
	e->flags = flags;
}

EXPORT_API int pageowner_export_set_fields(struct pageowner_export *e, const char *names)
{
	uint64_t fields = 0;

	while (names && *names) {
		const size_t len = strcspn(names, ",");
		enum pageowner_field field;

		if (pageowner_field_find(names, len, &field) < 0) {
			snprintf(e->error, sizeof(e->error), "%.*s is not a field",
				 len < 200 ? (int)len : 200, names);
			return -EINVAL;
		}
		fields |= UINT64_C(1) << field;
		names += len + (names[len] == ',');
	}
	e->fields = fields;
	return 0;
}

EXPORT_API void pageowner_export_set_budget(struct pageowner_export *e,
					    struct pageowner_budget *budget)
{
	e->budget = budget;
}

EXPORT_API int pageowner_export_set_host(struct pageowner_export *e,
					 const char *host)
{
	char *copy = host ? strdup(host) : NULL;

	if (host && !copy)
		return -ENOMEM;
	free(e->host);
	e->host = copy;
	return 0;
}

EXPORT_API void pageowner_export_set_time(struct pageowner_export *e, uint64_t ns)
{
	e->time_ns = ns;
}

EXPORT_API int pageowner_export_add_condition(struct pageowner_export *e,
					      const char *name, const char *value)
{
	char **grown = reallocarray(e->conditions, e->conditions_count + 2,
				    sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	e->conditions = grown;
	grown[e->conditions_count] = strdup(name);
	grown[e->conditions_count + 1] = strdup(value);
	e->conditions_count += 2;
	if (grown[e->conditions_count - 2] && grown[e->conditions_count - 1])
		return 0;
	free(grown[--e->conditions_count]);
	free(grown[--e->conditions_count]);
	return -ENOMEM;
}

EXPORT_API const char *pageowner_export_error(const struct pageowner_export *e)
{
	return e->error;
}

static void begin(struct pageowner_export *e)
{
	e->error[0] = '\0';
	e->memory = 0;
	e->refused = false;
}

int export_end(struct pageowner_export *e, int ret)
{
	pageowner_budget_give(e->budget, e->memory);
	e->memory = 0;
	if (ret == -ENOBUFS && !*e->error)
		snprintf(e->error, sizeof(e->error), "%s keeps what it needs of all rows, and that is more memory than its bound of %" PRIu64 " MiB",
			 e->format->name, pageowner_budget_max(e->budget) >> 20);
	if (ret < 0 && !*e->error)
		snprintf(e->error, sizeof(e->error), "%s", strerror(-ret));
	return ret;
}

EXPORT_API int pageowner_export_profile(struct pageowner_export *e,
					struct pageowner_profile *profile,
					FILE *file)
{
	begin(e);
	if (!e->format->profile) {
		snprintf(e->error, sizeof(e->error), "%s shows changes only",
			 e->format->name);
		return -EINVAL;
	}
	if (e->format->traits & PAGEOWNER_EXPORT_NEEDS_STACKS &&
	    !export_has_stacks(profile)) {
		snprintf(e->error, sizeof(e->error),
			 "%s shows stacks, and these rows are not grouped by them",
			 e->format->name);
		return -EINVAL;
	}
	if (pageowner_profile_total(profile, NULL, NULL) < 0) {
		snprintf(e->error, sizeof(e->error), "the profile is not finished");
		return -EINVAL;
	}
	e->capture = NULL;
	(void)pageowner_profile_conditions(profile, 0, &e->capture);
	return export_end(e, e->format->profile(e, profile, file));
}

EXPORT_API int pageowner_export_diff(struct pageowner_export *e,
				     struct pageowner_diff *diff, FILE *file)
{
	const struct pageowner_change *change;

	begin(e);
	if (!e->format->diff) {
		snprintf(e->error, sizeof(e->error), "%s does not show changes",
			 e->format->name);
		return -EINVAL;
	}
	/* None at all is right if there is none. */
	if (pageowner_diff_change(diff, 0, &change) < 0) {
		snprintf(e->error, sizeof(e->error), "the rows of the diff are not sorted");
		return -EINVAL;
	}
	e->capture = NULL;
	return export_end(e, e->format->diff(e, diff, file));
}

EXPORT_API int pageowner_export_pageblocks(struct pageowner_export *e,
					   struct pageowner_pageblocks *blocks,
					   const struct pageowner_conditions *capture,
					   FILE *file)
{
	const struct pageowner_holder *holder;

	begin(e);
	if (!e->format->pageblocks) {
		snprintf(e->error, sizeof(e->error), "%s does not show pageblocks",
			 e->format->name);
		return -EINVAL;
	}
	if (pageowner_pageblocks_holder(blocks, 0, &holder) < 0) {
		snprintf(e->error, sizeof(e->error), "the pageblocks are not finished");
		return -EINVAL;
	}
	e->capture = capture;
	return export_end(e, e->format->pageblocks(e, blocks, file));
}

/* --- the conditions */

uint64_t export_page_size(const struct pageowner_export *e)
{
	if (e->page_size)
		return e->page_size;
	return e->capture && e->capture->has & PAGEOWNER_CONDITIONS_HAS_PAGE_SIZE ?
		e->capture->page_size : 4096;
}

struct pageowner_text export_host(const struct pageowner_export *e)
{
	if (e->host)
		return (struct pageowner_text){ e->host, strlen(e->host) };
	return e->capture ? e->capture->hostname :
		(struct pageowner_text){ NULL, 0 };
}

uint64_t export_time_ns(const struct pageowner_export *e)
{
	if (e->time_ns)
		return e->time_ns;
	return e->capture && e->capture->has & PAGEOWNER_CONDITIONS_HAS_START_TIME ?
		e->capture->start_time_ns : 0;
}

const char *export_time_text(char buf[EXPORT_TIME_MAX], uint64_t ns)
{
	const time_t seconds = (time_t)(ns / 1000000000);
	struct tm tm;
	size_t len;

	gmtime_r(&seconds, &tm);
	len = strftime(buf, EXPORT_TIME_MAX, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(buf + len, EXPORT_TIME_MAX - len, ".%09" PRIu64 "Z",
		 ns % 1000000000);
	return buf;
}
