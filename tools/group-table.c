// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * group-table.c - the groups of a profile as a table for people: size, share, what they
 * are grouped by, and what all of them hold.
 *
 * A row is a group as it is; the order is the profile's.
 */
#include "tools/group-table.h"

#include <ctype.h>
#include <errno.h>
#include <libsmartcols.h>
#include <string.h>

#include "tools/lib/source.h"
#include "tools/lib/table.h"
#include "tools/lib/units.h"

#define KEYS_MAX	32

/* The first columns; then one for each key, and what a stack has */
enum column { SIZE, PAGES, SHARE, TIMES, FIRST_KEY };

struct layout {
	const struct group_table *t;
	struct libscols_table *table;
	struct cli_output out;
	enum pageowner_field keys[KEYS_MAX];
	size_t count;		/* of them */
	bool has_stack, has_pages, has_times;
	bool is_by_time;	/* a row is a record, or several of one time */
	uint64_t pages, times;	/* of all groups */
	uint64_t rest_pages, rest_times;	/* of those that are not shown */
	size_t rest;
};

static bool is_stack(enum pageowner_field field)
{
	return field == PAGEOWNER_FIELD_TXT || field == PAGEOWNER_FIELD_STACKTRACE ||
		field == PAGEOWNER_FIELD_CALLSTACK || field == PAGEOWNER_FIELD_PORTABLE;
}

/* Records by their time: when, and by whom */
static void find_times(struct layout *l)
{
	static const struct {
		enum pageowner_field field;
		uint64_t has;
	} ids[] = {
		{ PAGEOWNER_FIELD_ALLOC_TS, PAGEOWNER_HAS_TS },
		{ PAGEOWNER_FIELD_PID, PAGEOWNER_HAS_PID },
		{ PAGEOWNER_FIELD_TGID, PAGEOWNER_HAS_TGID },
		{ PAGEOWNER_FIELD_NAME, PAGEOWNER_HAS_COMM },
	};

	l->is_by_time = pageowner_profile_is_by(l->t->profile, PAGEOWNER_FIELD_ALLOC_TS);
	for (size_t i = 0; l->is_by_time && i < sizeof(ids) / sizeof(ids[0]); i++)
		if (pageowner_profile_has(l->t->profile) & ids[i].has)
			l->keys[l->count++] = ids[i].field;
}

static void find_keys(struct layout *l)
{
	if (pageowner_profile_is_by(l->t->profile, PAGEOWNER_FIELD_TXT))
		find_times(l);
	for (size_t i = 0; i < pageowner_field_count() && l->count < KEYS_MAX; i++) {
		const enum pageowner_field field = (enum pageowner_field)i;

		if (!pageowner_profile_is_by(l->t->profile, field) ||
		    (l->is_by_time && field == PAGEOWNER_FIELD_ALLOC_TS))
			continue;
		if (is_stack(field))
			l->has_stack = true;
		else
			l->keys[l->count++] = field;
	}
	l->has_pages = pageowner_profile_has(l->t->profile) & PAGEOWNER_HAS_PAGES;
	l->has_times = pageowner_profile_has(l->t->profile) & PAGEOWNER_HAS_TIMES;
	(void)pageowner_profile_total(l->t->profile, &l->times, &l->pages);
}

static bool add_column(struct layout *l, const char *name, int flags)
{
	char upper[32];
	const size_t len = strnlen(name, sizeof(upper) - 1);

	for (size_t i = 0; i < len; i++)
		upper[i] = (char)toupper((unsigned char)name[i]);
	upper[len] = '\0';
	return scols_table_new_column(l->table, upper, 0, flags);
}

static int add_columns(struct layout *l)
{
	const int pages = SCOLS_FL_RIGHT | (l->has_pages ? 0 : SCOLS_FL_HIDDEN);
	const int shares = SCOLS_FL_RIGHT | (l->is_by_time ? SCOLS_FL_HIDDEN : 0);
	const int times = shares | (l->has_times ? 0 : SCOLS_FL_HIDDEN);
	bool ok = add_column(l, "size", pages) && add_column(l, "pages", pages | shares) &&
		add_column(l, "share", shares) && add_column(l, "times", times);

	for (size_t i = 0; ok && i < l->count; i++) {
		const struct pageowner_field_info *info = pageowner_field_info(l->keys[i]);

		ok = add_column(l, info->kind == PAGEOWNER_KIND_TIME ? "time" : info->name,
				info->kind == PAGEOWNER_KIND_TEXT || !i ? 0 : SCOLS_FL_RIGHT);
	}
	if (!ok)
		return -ENOMEM;
	if (!l->has_stack)
		return 0;
	if (!add_column(l, "owner", 0) || !add_column(l, "module", 0))
		return -ENOMEM;
	return table_stack_column(l->table, l->t->full, l->out.to_terminal, 0);
}

/* The columns that all lines have */
static int put_sums(const struct layout *l, struct libscols_line *line, uint64_t pages,
		    uint64_t times)
{
	const double all = (double)(l->has_pages ? l->pages : l->times);
	const double part = (double)(l->has_pages ? pages : times);
	char buf[UNITS_TEXT_MAX];
	int ret = table_printf(line, SIZE, "%s", units_bytes(buf, (double)pages *
				(double)l->t->page_size, false));

	if (ret == 0)
		ret = table_printf(line, PAGES, "%ju", (uintmax_t)pages);
	if (ret == 0)
		ret = table_printf(line, SHARE, "%.1f%%", all > 0 ? 100 * part / all : 0.0);
	return ret < 0 ? ret : table_printf(line, TIMES, "%ju", (uintmax_t)times);
}

static int put_key(const struct layout *l, struct libscols_line *line, size_t row, size_t key)
{
	struct pageowner_value value;
	const int ret = pageowner_profile_value(l->t->profile, row, l->keys[key], &value);

	if (ret < 0)
		return ret;
	if (!ret || (value.is_text && !value.text.len))
		return table_printf(line, FIRST_KEY + key, "%s",
				    l->keys[key] == PAGEOWNER_FIELD_MODULE ? "(kernel)" : "-");
	if (pageowner_field_info(l->keys[key])->kind == PAGEOWNER_KIND_TIME)
		return table_printf(line, FIRST_KEY + key, "%jd.%06jd",	/* as dmesg */
				    (intmax_t)(value.number / 1000000000),
				    (intmax_t)(value.number % 1000000000 / 1000));
	return value.is_text ? table_text(line, FIRST_KEY + key, value.text) :
		table_printf(line, FIRST_KEY + key, "%jd", (intmax_t)value.number);
}

static int put_stack(const struct layout *l, struct libscols_line *line,
		     struct pageowner_text stack)
{
	const size_t column = FIRST_KEY + l->count;
	int ret = table_owner(line, column, stack, l->t->plumbing);

	if (ret == 0)
		ret = table_module_of(line, column + 1, stack);
	return ret < 0 ? ret :
		table_stack(line, column + 2, stack, l->t->plumbing, l->t->full);
}

static int put_group(const struct layout *l, const struct pageowner_group *group, size_t row)
{
	struct libscols_line *line = scols_table_new_line(l->table, NULL);
	int ret = line ? put_sums(l, line, group->pages, group->times) : -ENOMEM;

	for (size_t i = 0; ret == 0 && i < l->count; i++)
		ret = put_key(l, line, row, i);
	return ret < 0 || !l->has_stack ? ret : put_stack(l, line, group->record->stack);
}

static int put_last(const struct layout *l, uint64_t pages, uint64_t times, size_t rest)
{
	struct libscols_line *line = scols_table_new_line(l->table, NULL);
	int ret = line ? put_sums(l, line, pages, times) : -ENOMEM;

	if (ret < 0 || (!l->count && !l->has_stack))
		return ret;
	return rest ? table_printf(line, FIRST_KEY, "%zu others", rest) :
		table_printf(line, FIRST_KEY, "total");
}

static int put_lines(struct layout *l)
{
	const size_t count = pageowner_profile_count(l->t->profile);
	size_t shown = 0;
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < count; i++) {
		const struct pageowner_group *group;

		ret = pageowner_profile_group(l->t->profile, i, &group);
		if (ret < 0)
			break;
		if (shown < l->t->top && group->pages >= l->t->threshold) {
			shown++;
			ret = put_group(l, group, i);
			continue;
		}
		l->rest++;
		l->rest_pages += group->pages;
		l->rest_times += group->times;
		ret = 0;
	}
	if (ret == 0 && l->rest)
		ret = put_last(l, l->rest_pages, l->rest_times, l->rest);
	return ret < 0 || !count ? ret : put_last(l, l->pages, l->times, 0);
}

int group_table_write(const struct group_table *t, const char *path)
{
	struct layout l = { .t = t };
	int ret;

	if (cli_output_open(&l.out, path) < 0)
		return -1;
	find_keys(&l);
	l.table = table_new(&l.out, t->full);
	ret = l.table ? add_columns(&l) : -ENOMEM;
	if (ret == 0)
		ret = put_lines(&l);
	ret = table_print(l.table, ret);
	table_say_failure(ret);
	cli_put_incomplete(&l.out, cli_is_incomplete(pageowner_profile_stats(t->profile)));
	l.out.is_abandoned = ret < 0;
	return cli_output_close(&l.out) < 0 || ret < 0 ? -1 : 0;
}
