// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * html-rows.c - groups of a profile and rows of a diff, as data of an HTML report.
 */
#include "html.h"

static int put_row(struct html *h, const struct pageowner_profile *profile, size_t row,
		   const enum pageowner_field *keys, unsigned int count)
{
	const struct pageowner_group *group;
	char buf[EXPORT_VALUE_MAX];
	struct pageowner_text text;
	int ret = pageowner_profile_group(profile, row, &group);

	if (ret <= 0)
		return ret;
	if (group->has & PAGEOWNER_HAS_PAGES)
		fprintf(h->file, "[%" PRIu64, export_number(group->pages));
	else
		fputs("[null", h->file);
	if (group->has & PAGEOWNER_HAS_TIMES)
		fprintf(h->file, ",%" PRIu64 ",", export_number(group->times));
	else
		fputs(",null,", h->file);
	ret = 0;
	if (export_has_stacks(profile))
		ret = html_put_stack(h, group->record->stack);
	else
		fputs("0,[]", h->file);
	for (unsigned int k = 0; ret == 0 && k < count; k++) {
		fputc(',', h->file);
		text.len = 0;
		ret = export_value(profile, row, keys[k], buf, &text);
		if (ret >= 0)
			ret = keys[k] == PAGEOWNER_FIELD_FREE_STACK ?
				html_put_folded(h, text) : html_put_name(h, text);
	}
	fputc(']', h->file);
	return ret;
}

int html_put_profile(struct html *h, const struct pageowner_profile *profile)
{
	const size_t all = pageowner_profile_count(profile), rows = export_rows(h->e, all);
	enum pageowner_field keys[EXPORT_KEYS_MAX];
	const unsigned int count = export_keys(h->e, profile, keys);
	uint64_t times, pages;
	int ret = 0;

	pageowner_profile_total(profile, &times, &pages);
	fprintf(h->file, "\"totals\":[%" PRIu64 "],\"has_times\":%s,\"has_stacks\":%s,"
		"\"all_rows\":%zu,\"keys\":[", export_number(pages),
		times ? "true" : "false",
		export_has_stacks(profile) ? "true" : "false", all);
	for (unsigned int k = 0; k < count; k++)
		fprintf(h->file, "%s\"%s\"", k ? "," : "", pageowner_field_name(keys[k]));
	fputs("],\n\"rows\":[", h->file);
	for (size_t i = 0; ret == 0 && i < rows; i++) {
		fputs(i ? ",\n" : "\n", h->file);
		ret = put_row(h, profile, i, keys, count);
	}
	return ret;
}

void html_put_by(struct html *h, enum pageowner_by by)
{
	fprintf(h->file, "\"has_times\":false,\"has_stacks\":%s,\"keys\":[%s],",
		pageowner_by_is_stack(by) ? "true" : "false",
		pageowner_by_is_stack(by) ? "\"owner\",\"module\"" :
		by == PAGEOWNER_BY_OWNER ? "\"owner\"" : "\"module\"");
}

static int put_change(struct html *h, enum pageowner_by by,
		      const struct pageowner_change *c)
{
	int ret;

	fputs("[[", h->file);
	for (size_t s = 0; s < c->snapshots; s++)
		fprintf(h->file, "%s%" PRIu64, s ? "," : "", export_number(c->pages[s]));
	if (c->flags & PAGEOWNER_CHANGE_UNKNOWN)
		fputs("],null,", h->file);
	else
		fprintf(h->file, "],%" PRId64 ",", c->change);
	if (pageowner_by_is_stack(by)) {
		ret = html_put_stack(h, c->stack);
		if (ret == 0)
			ret = html_put_owner(h, c->stack);
	} else {
		fputs("0,[],", h->file);
		ret = html_put_name(h, c->name);
	}
	fputc(']', h->file);
	return ret;
}

int html_put_diff(struct html *h, const struct pageowner_diff *diff)
{
	const size_t all = pageowner_diff_count(diff), rows = export_rows(h->e, all);
	const enum pageowner_by by = pageowner_diff_by(diff);
	const struct pageowner_snapshot *snapshot;
	const struct pageowner_change *c;
	int ret = 0;

	html_put_by(h, by);
	fputs("\"totals\":[", h->file);
	for (size_t i = 0; pageowner_diff_snapshot(diff, i, &snapshot) > 0; i++)
		fprintf(h->file, "%s%" PRIu64, i ? "," : "", export_number(snapshot->pages));
	fprintf(h->file, "],\"all_rows\":%zu,\n\"rows\":[", all);
	for (size_t i = 0; ret == 0 && i < rows; i++) {
		ret = pageowner_diff_change(diff, i, &c);
		if (ret <= 0)
			break;
		fputs(i ? ",\n" : "\n", h->file);
		ret = put_change(h, by, c);
	}
	return ret;
}
