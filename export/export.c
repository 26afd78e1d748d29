// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * export.c - the table of formats, and what is set before one is written.
 *
 * What is written, and how, is known to the other files.
 */
#include "row.h"

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
	for (size_t i = 0; i < e->inputs_count; i++)
		free(e->inputs[i]);
	free(e->inputs);
	free(e->host);
	free(e->said_incomplete);
	free(e);
}

EXPORT_API const char *pageowner_export_keys(const struct pageowner_export *e)
{
	return e->format->keys;
}

EXPORT_API int pageowner_export_set_page_size(struct pageowner_export *e, uint64_t bytes)
{
	if (bytes & (bytes - 1))
		return -EINVAL;
	e->page_size = bytes;
	return 0;
}

EXPORT_API void pageowner_export_set_top(struct pageowner_export *e, size_t rows)
{
	e->top = rows;
}

EXPORT_API int pageowner_export_set_threshold(struct pageowner_export *e, uint64_t pages)
{
	if (pages && !(e->format->traits & PAGEOWNER_EXPORT_ROWS)) {
		snprintf(e->error, sizeof(e->error), "%s has no threshold, it writes all rows",
			 e->format->name);
		return -EINVAL;
	}
	e->threshold = pages;
	return 0;
}

EXPORT_API void pageowner_export_set_plumbing(struct pageowner_export *e,
					      const struct pageowner_plumbing *plumbing)
{
	e->plumbing = plumbing;
}

EXPORT_API int pageowner_export_set_flags(struct pageowner_export *e, unsigned int flags)
{
	if (flags & ~(PAGEOWNER_EXPORT_TERMINAL | PAGEOWNER_EXPORT_CHANGED |
		      PAGEOWNER_EXPORT_PINNING | PAGEOWNER_EXPORT_MODULE_ANY)) {
		snprintf(e->error, sizeof(e->error), "flags 0x%x are unknown", flags);
		return -EINVAL;
	}
	e->flags = flags;
	return 0;
}

EXPORT_API int pageowner_export_set_fields(struct pageowner_export *e, const char *names)
{
	uint64_t fields = 0;

	while (names && *names) {
		const size_t len = strcspn(names, ",");
		enum pageowner_field field;

		if (!pageowner_field_find(names, len, &field) ||
		    !(pageowner_field_info(field)->uses &
		      (PAGEOWNER_FIELD_GROUPS | PAGEOWNER_FIELD_SORTS))) {
			snprintf(e->error, sizeof(e->error), "%.*s is not a field of groups",
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

EXPORT_API int pageowner_export_set_incomplete(struct pageowner_export *e, const char *why)
{
	char *copy = why && *why ? strdup(why) : NULL;

	if (why && *why && !copy)
		return -ENOMEM;
	free(e->said_incomplete);
	e->said_incomplete = copy;
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

EXPORT_API int pageowner_export_add_input(struct pageowner_export *e, const char *name)
{
	char **grown = reallocarray(e->inputs, e->inputs_count + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	e->inputs = grown;
	grown[e->inputs_count] = strdup(name);
	if (!grown[e->inputs_count])
		return -ENOMEM;
	e->inputs_count++;
	return 0;
}

EXPORT_API uint64_t pageowner_export_record_count(const struct pageowner_export *e)
{
	return e->records;
}

EXPORT_API const char *pageowner_export_error(const struct pageowner_export *e)
{
	return e->error;
}

/* --- writing */

static void note_incomplete(struct pageowner_export *e, struct pageowner_text why)
{
	/* What a capture says is more than what the user does. */
	if (why.len && (!e->incomplete.len || e->incomplete.ptr == e->said_incomplete))
		e->incomplete = why;
	e->is_complete = (!e->has_complete || e->is_complete) && !why.len;
	e->has_complete = true;
}

/* One that lacks its first line may be a part of one, or somebody else's. */
static void judge(struct pageowner_export *e, const struct pageowner_conditions *capture)
{
	const struct pageowner_text why = capture ? export_incomplete(capture) :
		(struct pageowner_text){ NULL, 0 };

	if (why.len || (capture && capture->has & PAGEOWNER_CONDITIONS_HAS_VERSION))
		note_incomplete(e, why);
}

static int begin(struct pageowner_export *e, unsigned int what,
		 const struct pageowner_conditions *capture)
{
	static const struct {
		unsigned int bit;
		const char *name;
	} names[] = {
		{ PAGEOWNER_EXPORT_PROFILE, "profiles" },
		{ PAGEOWNER_EXPORT_DIFF, "changes" },
		{ PAGEOWNER_EXPORT_PAGEBLOCKS, "pageblocks" },
		{ PAGEOWNER_EXPORT_ACCOUNT, "accounts" },
		{ PAGEOWNER_EXPORT_RECORDS, "single records" },
		{ PAGEOWNER_EXPORT_ROWS, "rows of a program" },
	};

	e->error[0] = '\0';
	e->refused = false;
	e->records = 0;
	e->capture = capture;
	e->has_complete = false;
	e->incomplete = text_of("");
	judge(e, capture);
	if (e->said_incomplete)
		note_incomplete(e, text_of(e->said_incomplete));
	if (e->format->traits & what)
		return 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].bit & what)
			snprintf(e->error, sizeof(e->error), "%s cannot show %s",
				 e->format->name, names[i].name);
	return -EINVAL;
}

/* A sentence for what failed, unless it has one */
static int end(struct pageowner_export *e, int ret)
{
	if (ret == -ENOMEM && e->refused)
		ret = -ENOBUFS;
	if (ret >= 0)
		return 0;
	if (ret == -ENOBUFS && !*e->error)
		snprintf(e->error, sizeof(e->error), "%s keeps a part of all rows, which needs more memory than its limit of %" PRIu64 " MiB",
			 e->format->name, pageowner_budget_max(e->budget) >> 20);
	else if (!*e->error)
		snprintf(e->error, sizeof(e->error), "%s", strerror(-ret));
	return ret;
}

EXPORT_API int pageowner_export_profile(struct pageowner_export *e,
					const struct pageowner_profile *profile,
					FILE *file)
{
	const struct pageowner_conditions *capture = NULL;
	struct export_document doc = { .e = e };
	int ret;

	(void)pageowner_profile_conditions(profile, 0, &capture);
	ret = begin(e, PAGEOWNER_EXPORT_PROFILE, capture);
	if (ret < 0)
		return ret;
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
	for (size_t i = 1; pageowner_profile_conditions(profile, i, &capture) > 0; i++)
		judge(e, capture);
	if (e->format->profile) {
		ret = e->format->profile(e, profile, file);
	} else {
		export_profile_document(&doc, profile);
		ret = e->format->document(&doc, file);
	}
	return end(e, ret);
}

EXPORT_API int pageowner_export_diff(struct pageowner_export *e,
				     const struct pageowner_diff *diff, FILE *file)
{
	struct export_document doc = { .e = e };
	const struct pageowner_snapshot *snapshot;
	const struct pageowner_change *change;
	int ret = begin(e, PAGEOWNER_EXPORT_DIFF, NULL);

	if (ret < 0)
		return ret;
	/* There may be none; but then it is known. */
	if (pageowner_diff_change(diff, 0, &change) < 0) {
		snprintf(e->error, sizeof(e->error), "the rows of the diff are not sorted");
		return -EINVAL;
	}
	for (size_t i = 0; pageowner_diff_snapshot(diff, i, &snapshot) > 0; i++)
		judge(e, snapshot->conditions);
	if (e->format->diff)
		return end(e, e->format->diff(e, diff, file));
	export_diff_document(&doc, diff);
	return end(e, e->format->document(&doc, file));
}

EXPORT_API int pageowner_export_pageblocks(struct pageowner_export *e,
					   const struct pageowner_pageblocks *blocks,
					   const struct pageowner_conditions *capture,
					   FILE *file)
{
	struct export_document doc = { .e = e };
	const struct pageowner_holder *holder;
	int ret = begin(e, PAGEOWNER_EXPORT_PAGEBLOCKS, capture);

	if (ret < 0)
		return ret;
	if (pageowner_pageblocks_holder(blocks, 0, &holder) < 0) {
		snprintf(e->error, sizeof(e->error), "the pageblocks are not finished");
		return -EINVAL;
	}
	if (e->format->pageblocks)
		return end(e, e->format->pageblocks(e, blocks, file));
	export_pageblocks_document(&doc, blocks);
	return end(e, e->format->document(&doc, file));
}

EXPORT_API int pageowner_export_account(struct pageowner_export *e,
					const struct pageowner_account *account,
					const struct pageowner_conditions *capture,
					FILE *file)
{
	struct export_document doc = { .e = e };
	int ret = begin(e, PAGEOWNER_EXPORT_ACCOUNT, capture);

	if (ret < 0)
		return ret;
	export_account_document(&doc, account);
	return end(e, e->format->document(&doc, file));
}

EXPORT_API int pageowner_export_rows(struct pageowner_export *e, enum pageowner_by by,
				     uint64_t total_pages,
				     int (*next)(void *data, size_t index,
						 struct pageowner_export_row *row),
				     void *data, const struct pageowner_conditions *capture,
				     FILE *file)
{
	struct export_made made = {
		.by = by, .total_pages = total_pages, .next = next, .data = data,
	};
	struct export_document doc = { .e = e };
	int ret = begin(e, PAGEOWNER_EXPORT_ROWS, capture);

	if (ret < 0)
		return ret;
	export_made_document(&doc, &made);
	return end(e, e->format->document(&doc, file));
}

EXPORT_API int pageowner_export_records(struct pageowner_export *e,
					struct pageowner_reader *reader,
					const struct pageowner_filter *filter,
					FILE *file)
{
	struct export_records records = { .reader = reader, .filter = filter };
	struct export_document doc = { .e = e };
	int ret = begin(e, PAGEOWNER_EXPORT_RECORDS, NULL);

	if (ret < 0)
		return ret;
	export_records_document(&doc, &records);
	return end(e, e->format->document(&doc, file));
}
