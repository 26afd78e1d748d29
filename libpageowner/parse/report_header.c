// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * report_header.c - the first line of a record in a report that is not culled -> members
 * of struct pageowner_record.
 *
 * As in a dump or in the kernel log, but the digits of times may be missing. It knows
 * neither the line of counts before it nor the stack after it.
 */
#include "parse/report_header.h"

#include "base/cursor.h"
#include "parse/dump_header.h"
#include "parse/header.h"
#include "parse/notes.h"
#include "parse/pfn_line.h"
#include "parse/starts.h"

/* A longer line is not one. */
#define LINE_MAX_LEN	4096

bool po_begins_report_header(const char *p, const char *end)
{
	struct po_cursor c = { p, end };

	return po_take(&c, PO_RECORD_START) || po_take(&c, PO_DUMP_ALLOCATED) ||
		po_take(&c, PO_DUMP_LAST_ALLOCATED);
}

/* The counts of the group are those of the first line. */
static void set_counts(struct pageowner_record *r, const struct pageowner_record *counts)
{
	r->kind = counts->kind;
	r->has = (r->has & ~PO_HAS_COUNTS) | counts->has;
	r->times = counts->times;
	r->pages = counts->pages;
	r->allocator = counts->allocator;
}

/* As in the kernel log */
static enum po_parse_result take_console_header(struct po_dialect *d, const char **p,
						const char *end, bool at_end)
{
	const struct pageowner_record counts = d->record;
	const bool is_long = end - *p > LINE_MAX_LEN;
	struct po_cursor c = { *p, is_long ? *p + LINE_MAX_LEN : end };
	struct pageowner_record *r = &d->record;

	*r = (struct pageowner_record){ .kind = PAGEOWNER_RECORD_GROUP };
	if (!po_take_until(&c, '\n', &r->header))
		return is_long || at_end ? PO_PARSE_BAD : PO_PARSE_MORE;
	if (r->header.len && r->header.ptr[r->header.len - 1] == '\r')
		return PO_PARSE_CR;
	/* The reports of no tool cut it. */
	if (!po_dump_header_parse(r) || !(r->has & PAGEOWNER_HAS_GFP_MASK))
		return PO_PARSE_BAD;
	set_counts(r, &counts);
	*p = c.at + 1;
	return PO_PARSE_RECORD;
}

/* Skip the PFN line of one page of the group, which the oldest reports have. */
static enum po_parse_result skip_pfn_line(const char **p, const char *end, bool at_end)
{
	const char *newline;

	if (po_pfn_line_shape(*p, end) == PO_SHAPE_NO)
		return PO_PARSE_RECORD;
	newline = memchr(*p, '\n', (size_t)(end - *p));
	if (!newline)
		return at_end || end - *p > LINE_MAX_LEN ? PO_PARSE_RECORD : PO_PARSE_MORE;
	*p = newline + 1;
	return PO_PARSE_RECORD;
}

/* As in a dump */
static enum po_parse_result take_dump_header(struct po_dialect *d, const char **p,
					const char *end, bool at_end)
{
	const struct pageowner_record counts = d->record;
	struct pageowner_record first = { 0 };
	struct po_header_line line = { .record = &first, .in_report = true };
	struct pageowner_record *r = &d->record;
	enum po_parse_result got = po_header_parse(&line, *p, end, at_end);

	if (got != PO_PARSE_RECORD)
		return got;
	*r = first;
	set_counts(r, &counts);
	d->odd |= line.odd;
	/* The oldest reports have no pages, but all records of a group have one order. */
	if ((r->has & PO_HAS_COUNTS) == PAGEOWNER_HAS_TIMES) {
		if (__builtin_mul_overflow(r->times, UINT64_C(1) << r->order,
					   &r->pages))
			r->pages = UINT64_MAX;
		r->has |= PAGEOWNER_HAS_PAGES;
	}
	*p = r->header.ptr + r->header.len + 1;
	return skip_pfn_line(p, end, at_end);
}

enum po_parse_result po_report_header_parse(struct po_dialect *d, const char **p,
					    const char *end, bool at_end)
{
	struct po_cursor c = { *p, end };

	return po_take(&c, PO_RECORD_START) ? take_dump_header(d, p, end, at_end) :
		take_console_header(d, p, end, at_end);
}
