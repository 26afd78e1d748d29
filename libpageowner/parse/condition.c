// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * condition.c - one line "PFN# NAME: VALUE" -> struct pageowner_conditions.
 *
 * reader.c finds these lines, captures.c knows which capture they belong to. An
 * unknown name belongs to a later version and is skipped, and so is a value that
 * cannot be read.
 */
#include "parse/condition.h"

#include <stdlib.h>
#include <time.h>

#include "base/cursor.h"
#include "parse/starts.h"

/* Limit for the meminfo lines of one capture */
#define LINES_TEXT_MAX	((size_t)64 << 10)
/* What an allocation takes beside its bytes, about */
#define TEXT_COST	64

enum kind {
	NUMBER,
	POWER,		/* a number: a power of two */
	DATE,		/* 2026-11-23T10:55:36.000000000Z */
	SECONDS,	/* 36.000000000 */
	TEXT,
	LINES,		/* several of them: one text */
	STATE,		/* "yes", or "no, REASON" */
};

#define FIELD(name, kind, member, bit) \
	{ PO_TEXT(name), kind, offsetof(struct pageowner_conditions, member), \
	  PAGEOWNER_CONDITIONS_HAS_##bit }

static const struct po_conditions_field {
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
	FIELD("page-size", POWER, page_size, PAGE_SIZE),
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
				      const struct po_conditions_field *f)
{
	return (struct pageowner_text *)((char *)c + f->at);
}

static const struct pageowner_text *
const_text_at(const struct pageowner_conditions *c, const struct po_conditions_field *f)
{
	return (const struct pageowner_text *)((const char *)c + f->at);
}

static uint64_t *number_at(struct pageowner_conditions *c,
			   const struct po_conditions_field *f)
{
	return (uint64_t *)((char *)c + f->at);
}

static bool is_text(const struct po_conditions_field *f)
{
	return f->kind == TEXT || f->kind == LINES || f->kind == STATE;
}

bool po_conditions_parse_line(struct pageowner_text line,
			      struct po_conditions_line *parsed)
{
	struct po_cursor c = { line.ptr, line.ptr + line.len };
	struct pageowner_text name;

	if (line.len && c.end[-1] == '\r')
		c.end--;
	if (!po_take(&c, PO_CONDITIONS_START) || !po_take_word(&c, " ") ||
	    !po_take_until(&c, ':', &name))
		return false;
	(void)po_take_word(&c, ": ");
	for (size_t f = 0; f < PO_ARRAY_SIZE(fields); f++) {
		if (!po_text_equal(fields[f].name, name))
			continue;
		parsed->field = &fields[f];
		parsed->value = (struct pageowner_text){ c.at, po_left(&c) };
		return true;
	}
	return false;
}

bool po_conditions_begins(const struct po_conditions_line *line)
{
	return line->field == fields;
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
	for (; po_left(c) && po_is_digit(*c->at); c->at++, digit /= 10)
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
	seconds = timegm(&tm);	/* changes a day, hour or minute that does not exist */
	return seconds >= 0 && tm.tm_mon == (int)parts[1] - 1 &&
		tm.tm_mday == (int)parts[2] && tm.tm_hour == (int)parts[3] &&
		tm.tm_min == (int)parts[4] && fraction < UINT64_C(61000000000) &&
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

int po_conditions_set(struct pageowner_conditions *c,
		      const struct po_conditions_line *line)
{
	const struct po_conditions_field *f = line->field;
	struct po_cursor value = { line->value.ptr, line->value.ptr + line->value.len };
	uint64_t number = 0;
	bool ok = true;
	int ret;

	switch (f->kind) {
	case STATE:
		return set_state(c, text_at(c, f), &value);
	case TEXT:
	case LINES:
		ret = set_text(text_at(c, f), line->value, f->kind == LINES);
		if (ret == 0)
			c->has |= f->bit;
		return ret;
	case NUMBER:
	case POWER:
		ok = po_take_decimal(&value, &number) == PO_NUMBER_OK &&
			(f->kind == NUMBER || (number && !(number & (number - 1))));
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

/* --- all of them */

int po_conditions_copy(struct pageowner_conditions *to,
		       const struct pageowner_conditions *from)
{
	int ret = 0;

	for (size_t f = 0; f < PO_ARRAY_SIZE(fields) && ret == 0; f++) {
		const struct pageowner_text *text = const_text_at(from, &fields[f]);

		if (!is_text(&fields[f]))
			*number_at(to, &fields[f]) = *(const uint64_t *)(const void *)text;
		else if (text->len)
			ret = set_text(text_at(to, &fields[f]), *text, false);
	}
	to->has = from->has;
	return ret;
}

size_t po_conditions_size(const struct pageowner_conditions *c)
{
	size_t size = 0;

	for (size_t f = 0; f < PO_ARRAY_SIZE(fields); f++)
		if (is_text(&fields[f]))
			size += const_text_at(c, &fields[f])->len + TEXT_COST;
	return size;
}

void po_conditions_free_texts(struct pageowner_conditions *c)
{
	for (size_t f = 0; f < PO_ARRAY_SIZE(fields); f++)
		if (is_text(&fields[f]))
			free((char *)(uintptr_t)text_at(c, &fields[f])->ptr);
}
