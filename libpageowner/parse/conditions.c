// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * conditions.c - lines "PFN# NAME: VALUE" -> struct pageowner_conditions.
 *
 * reader.c finds these lines. An unknown name belongs to a later version and is
 * skipped, and so is a value that cannot be read.
 */
#include "parse/conditions.h"

#include <stdlib.h>
#include <time.h>

#include "base/cursor.h"
#include "parse/starts.h"

/* Limit for all lines of an input, and for the meminfo lines of one capture */
#define TEXT_MAX	((size_t)4 << 20)
#define LINES_TEXT_MAX	((size_t)64 << 10)

struct po_capture {
	struct pageowner_conditions shown;	/* its texts are malloc()ed */
};

enum kind {
	NUMBER,
	DATE,		/* 2026-11-23T10:55:36.000000000Z */
	SECONDS,	/* 36.000000000 */
	TEXT,
	LINES,		/* several of them: one text */
	STATE,		/* "yes", or "no, REASON" */
};

#define FIELD(name, kind, member, bit) \
	{ PO_TEXT(name), kind, offsetof(struct pageowner_conditions, member), \
	  PAGEOWNER_CONDITIONS_HAS_##bit }

static const struct field {
	struct pageowner_text name;
	enum kind kind;
	size_t at;
	uint64_t bit;
} fields[] = {
	FIELD("pageowner-capture", NUMBER, version, VERSION),
	FIELD("tool", TEXT, tool, TOOL),
	FIELD("command", TEXT, command, COMMAND),
	FIELD("file", TEXT, file, FILE),
	FIELD("mode", TEXT, mode, MODE),
	FIELD("nodes", TEXT, nodes, NODES),
	FIELD("hostname", TEXT, hostname, HOSTNAME),
	FIELD("kernel", TEXT, kernel, KERNEL),
	FIELD("kernel-version", TEXT, kernel_version, KERNEL_VERSION),
	FIELD("machine", TEXT, machine, MACHINE),
	FIELD("boot-id", TEXT, boot_id, BOOT_ID),
	FIELD("page-size", NUMBER, page_size, PAGE_SIZE),
	FIELD("count-threshold", NUMBER, threshold, THRESHOLD),
	FIELD("start-time", DATE, start_time_ns, START_TIME),
	FIELD("start-uptime", SECONDS, start_uptime_ns, START_UPTIME),
	FIELD("start-clock", SECONDS, start_clock_ns, START_CLOCK),
	FIELD("meminfo", LINES, meminfo, MEMINFO),
	FIELD("end-time", DATE, end_time_ns, END_TIME),
	FIELD("end-uptime", SECONDS, end_uptime_ns, END_UPTIME),
	FIELD("end-clock", SECONDS, end_clock_ns, END_CLOCK),
	FIELD("records", NUMBER, records, RECORDS),
	FIELD("next-pfn", NUMBER, next_pfn, NEXT_PFN),
	FIELD("skipped", NUMBER, skipped, SKIPPED),
	FIELD("skipped-pfn", LINES, skipped_pfns, SKIPPED_PFNS),
	FIELD("complete", STATE, incomplete, INCOMPLETE),
};

static struct pageowner_text *text_at(struct pageowner_conditions *c,
				      const struct field *f)
{
	return (struct pageowner_text *)((char *)c + f->at);
}

static uint64_t *number_at(struct pageowner_conditions *c, const struct field *f)
{
	return (uint64_t *)((char *)c + f->at);
}

static bool is_text(const struct field *f)
{
	return f->kind == TEXT || f->kind == LINES || f->kind == STATE;
}

/* --- values */

/* "D[.FRACTION]" of seconds -> nanoseconds */
static bool take_seconds(struct po_cursor *c, uint64_t *ns)
{
	uint64_t digit = 100000000;

	if (po_take_decimal(c, ns) != PO_NUMBER_OK ||
	    __builtin_mul_overflow(*ns, UINT64_C(1000000000), ns))
		return false;
	if (!po_take_word(c, "."))
		return true;
	for (; po_left(c) && *c->at >= '0' && *c->at <= '9'; c->at++, digit /= 10)
		if (__builtin_add_overflow(*ns, digit * (uint64_t)(*c->at - '0'), ns))
			return false;
	return true;
}

static bool take_date(struct po_cursor *c, uint64_t *ns)
{
	static const char before[] = "--T::";
	uint64_t parts[6], fraction;
	struct tm tm = { 0 };
	time_t seconds;

	for (int i = 0; i < 5; i++)
		if (po_take_decimal(c, &parts[i]) != PO_NUMBER_OK ||
		    parts[i] > 9999 || !po_left(c) || *c->at++ != before[i])
			return false;
	if (!take_seconds(c, &fraction) || !po_take_word(c, "Z"))
		return false;
	tm.tm_year = (int)parts[0] - 1900;
	tm.tm_mon = (int)parts[1] - 1;
	tm.tm_mday = (int)parts[2];
	tm.tm_hour = (int)parts[3];
	tm.tm_min = (int)parts[4];
	seconds = timegm(&tm);
	return seconds >= 0 &&
		!__builtin_mul_overflow((uint64_t)seconds, UINT64_C(1000000000), ns) &&
		!__builtin_add_overflow(*ns, fraction, ns);
}

/* Store a copy of @value: append it as a line, or replace what is there. */
static int set_text(struct pageowner_text *text, struct pageowner_text value,
		    bool append)
{
	size_t len = append ? text->len : 0;
	char *grown;

	if (len + value.len > LINES_TEXT_MAX)
		return 0;
	grown = realloc((char *)text->ptr, len + value.len + 1);
	if (!grown)
		return -ENOMEM;
	memcpy(grown + len, value.ptr, value.len);
	len += value.len;
	if (append)
		grown[len++] = '\n';
	*text = (struct pageowner_text){ grown, len };
	return 0;
}

static int set_state(struct pageowner_conditions *c, struct pageowner_text *text,
		     struct po_cursor *value)
{
	c->has &= ~(PAGEOWNER_CONDITIONS_HAS_COMPLETE |
		    PAGEOWNER_CONDITIONS_HAS_INCOMPLETE);
	if (po_take_word(value, "no")) {
		(void)po_take_word(value, ", ");
		c->has |= PAGEOWNER_CONDITIONS_HAS_INCOMPLETE;
		return set_text(text, (struct pageowner_text){
			value->at, po_left(value) }, false);
	}
	if (po_take_word(value, "yes"))
		c->has |= PAGEOWNER_CONDITIONS_HAS_COMPLETE;
	return 0;
}

static int set_field(struct pageowner_conditions *c, const struct field *f,
		     struct po_cursor value)
{
	const struct pageowner_text text = { value.at, po_left(&value) };
	uint64_t number = 0;
	bool ok = true;
	int ret;

	switch (f->kind) {
	case STATE:
		return set_state(c, text_at(c, f), &value);
	case TEXT:
	case LINES:
		ret = set_text(text_at(c, f), text, f->kind == LINES);
		if (ret == 0)
			c->has |= f->bit;
		return ret;
	case NUMBER:
		ok = po_take_decimal(&value, &number) == PO_NUMBER_OK;
		break;
	case DATE:
		ok = take_date(&value, &number);
		break;
	case SECONDS:
		ok = take_seconds(&value, &number);
		break;
	}
	if (ok && !po_left(&value)) {
		*number_at(c, f) = number;
		c->has |= f->bit;
	}
	return 0;
}

/* --- captures */

/* Texts are small and a line adds at most one, so they are charged by count. */
#define TEXT_COST	64

static bool take_memory(struct po_captures *cs, size_t bytes)
{
	if (!po_budget_take(cs->budget, bytes))
		return false;
	cs->taken += bytes;
	return true;
}

static struct po_capture *add_capture(struct po_captures *cs, uint64_t offset)
{
	struct po_capture **grown, *c;

	if (!take_memory(cs, sizeof(*c) + sizeof(*grown)))
		return NULL;
	c = calloc(1, sizeof(*c));
	grown = c ? realloc(cs->list, (cs->count + 1) * sizeof(*grown)) : NULL;
	if (!grown) {
		free(c);
		return NULL;
	}
	cs->list = grown;
	c->shown.offset = offset;
	cs->list[cs->count++] = c;
	return c;
}

int po_captures_add_line(struct po_captures *cs, uint64_t offset,
			 struct pageowner_text line, bool begins_input)
{
	struct po_cursor c = { line.ptr, line.ptr + line.len };
	const struct field *f = fields;
	struct pageowner_text name;
	struct po_capture *capture;

	if (line.len && c.end[-1] == '\r')
		c.end--;
	if (!po_take(&c, PO_CONDITIONS_START) || !po_take_word(&c, " ") ||
	    !po_take_until(&c, ':', &name))
		return 0;
	(void)po_take_word(&c, ": ");
	while (!po_text_equal(f->name, name))
		if (++f == fields + PO_ARRAY_SIZE(fields))
			return 0;
	if (!take_memory(cs, line.len + TEXT_COST))
		return -ENOMEM;
	capture = cs->count && f != fields && !begins_input ?
		cs->list[cs->count - 1] : add_capture(cs, offset);
	return capture ? set_field(&capture->shown, f, c) : -ENOMEM;
}

static int add_copy(struct po_captures *to, const struct pageowner_conditions *from,
		    uint64_t base)
{
	/* Which is looked at only */
	struct pageowner_conditions *c = (struct pageowner_conditions *)from;
	struct po_capture *copy = add_capture(to, c->offset + base);
	int ret = 0;

	if (!copy)
		return -ENOMEM;
	for (size_t f = 0; f < PO_ARRAY_SIZE(fields) && ret == 0; f++) {
		if (!is_text(&fields[f]))
			*number_at(&copy->shown, &fields[f]) = *number_at(c, &fields[f]);
		else if (!take_memory(to, text_at(c, &fields[f])->len + TEXT_COST))
			ret = -ENOMEM;
		else if (text_at(c, &fields[f])->len)
			ret = set_text(text_at(&copy->shown, &fields[f]),
				       *text_at(c, &fields[f]), false);
	}
	copy->shown.has = c->has;
	return ret;
}

int po_captures_add_copy(struct po_captures *to,
			 const struct pageowner_conditions *from)
{
	return add_copy(to, from, 0);
}

int po_captures_merge(struct po_captures *to, const struct po_captures *from,
		      uint64_t base)
{
	int ret = 0;

	for (size_t i = 0; i < from->count && ret == 0; i++)
		ret = add_copy(to, &from->list[i]->shown, base);
	return ret;
}

int po_captures_get(const struct po_captures *cs, size_t index,
		    const struct pageowner_conditions **conditions)
{
	if (index >= cs->count)
		return 0;
	*conditions = &cs->list[index]->shown;
	return 1;
}

static void free_capture(struct po_capture *c)
{
	for (size_t f = 0; f < PO_ARRAY_SIZE(fields); f++)
		if (is_text(&fields[f]))
			free((char *)text_at(&c->shown, &fields[f])->ptr);
	free(c);
}

int po_captures_replace_line(struct po_captures *cs, uint64_t offset,
			     struct pageowner_text line)
{
	int ret = po_captures_add_line(cs, offset, line, false);

	if (cs->count > 1) {
		free_capture(cs->list[0]);
		cs->list[0] = cs->list[1];
		cs->count = 1;
	}
	return ret;
}

void po_captures_free(struct po_captures *cs)
{
	for (size_t i = 0; i < cs->count; i++)
		free_capture(cs->list[i]);
	free(cs->list);
	po_budget_give(cs->budget, cs->taken);
}

/* --- lines of several threads */

static bool make_room(struct po_budget *budget, void **array, size_t *room,
		      size_t size, size_t need)
{
	size_t grown = *room ? *room : 256;
	void *moved;

	if (need <= *room)
		return true;
	while (grown < need)
		grown *= 2;
	moved = po_budget_realloc(budget, *array, *room * size, grown * size);
	if (!moved)
		return false;
	*array = moved;
	*room = grown;
	return true;
}

int po_capture_lines_add(struct po_capture_lines *l, uint64_t offset,
			 struct pageowner_text line)
{
	if (l->text_len + line.len > TEXT_MAX) {
		l->text_len = TEXT_MAX;	/* nor any shorter one after it */
		return 0;
	}
	if (!make_room(l->budget, (void **)&l->lines, &l->room,
		       sizeof(*l->lines), l->count + 1) ||
	    !make_room(l->budget, (void **)&l->text, &l->text_room, 1,
		       l->text_len + line.len))
		return -ENOMEM;
	memcpy(l->text + l->text_len, line.ptr, line.len);
	l->lines[l->count++] = (struct po_capture_line){ offset, l->text_len,
		line.len };
	l->text_len += line.len;
	return 0;
}

void po_capture_lines_free(struct po_capture_lines *l)
{
	po_budget_free(l->budget, l->lines, l->room, sizeof(*l->lines));
	po_budget_free(l->budget, l->text, l->text_room, 1);
	*l = (struct po_capture_lines){ .budget = l->budget };
}

/*
 * Each thread keeps the first of its lines, in order, so the first megabytes of all
 * lines together are kept, whichever thread read them.
 */
int po_captures_add(struct po_captures *cs, const struct po_capture_lines *parts,
		    size_t part_count, uint64_t base)
{
	size_t *next = calloc(part_count, sizeof(*next)), len = 0;
	bool begins = true;
	int ret = next ? 0 : -ENOMEM;

	while (ret == 0) {
		const struct po_capture_line *first = NULL;
		struct pageowner_text text;
		size_t of = 0;

		for (size_t i = 0; i < part_count; i++) {
			const struct po_capture_lines *l = &parts[i];

			if (next[i] < l->count && (!first ||
			    l->lines[next[i]].offset < first->offset)) {
				first = &l->lines[next[i]];
				of = i;
			}
		}
		if (!first || len + first->len > TEXT_MAX)
			break;
		text = (struct pageowner_text){ parts[of].text + first->at,
			first->len };
		ret = po_captures_add_line(cs, base + first->offset, text, begins);
		begins = false;
		len += first->len;
		next[of]++;
	}
	free(next);
	return ret;
}

PO_EXPORT int pageowner_meminfo(struct pageowner_text meminfo, const char *name,
				uint64_t *bytes)
{
	const struct pageowner_text wanted = { name, strlen(name) };
	struct pageowner_text line;
	struct po_cursor c;

	if (!meminfo.len)
		return -ENOENT;
	c = (struct po_cursor){ meminfo.ptr, meminfo.ptr + meminfo.len };
	while (po_left(&c) && po_take_until(&c, '\n', &line)) {
		struct po_cursor at = { line.ptr, line.ptr + line.len };
		uint64_t number;

		c.at++;
		if (!po_take(&at, wanted) || !po_take_word(&at, ":"))
			continue;
		while (po_take_word(&at, " "))
			;
		if (po_take_decimal(&at, &number) != PO_NUMBER_OK)
			return -ENOENT;
		if (po_take_word(&at, " kB") &&
		    __builtin_mul_overflow(number, UINT64_C(1024), &number))
			return -ENOENT;
		*bytes = number;
		return 0;
	}
	return -ENOENT;
}

PO_EXPORT int pageowner_conditions_meminfo(const struct pageowner_conditions *capture,
					const char *name, uint64_t *bytes)
{
	return pageowner_meminfo(capture->meminfo, name, bytes);
}
