// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * sort_report.c - text of one group of a sorted report -> struct pageowner_record.
 *
 * As page_owner_sort of Linux 4.x to today and pageowner-sort write it: a line of
 * counts, then a record without its PFN line; or, culled, the values of keys on the
 * line of counts and perhaps a stack. Full groups and those with a stack end with an
 * empty line.
 *
 * A task name on that line may hold any byte, newlines included. The kernel limits
 * it to 15 bytes: it ends at the last place within these where the rest of the line
 * is that of a line of counts and what follows can be the next. A name is too short
 * to hold counts like its own.
 */
#include "parse/dialect.h"

#include "base/cursor.h"
#include "parse/dump_header.h"
#include "parse/header.h"
#include "parse/notes.h"
#include "parse/report_header.h"
#include "parse/scan.h"
#include "parse/starts.h"

/* Longer than any line of counts and the start of what follows */
#define COUNTS_LINE_MAX	4096
/* Task names that are longer than a kernel's are tried as well. */
#define COMM_MAX	256

struct line {
	struct po_dialect *d;
	bool at_end;		/* the input ends with the text that is searched */
	const char *values_end;	/* where the last value ends */
	bool has_both;		/* times and pages */
	bool has_stack;		/* ':' ends it */
	bool is_plausible;	/* what follows is possible there */
};

/* LF, CR LF, or the end of the input */
static bool take_line_end(struct po_cursor *c, bool at_end)
{
	struct po_cursor try = *c;

	(void)po_take_word(&try, "\r");
	if (!po_take_word(&try, "\n") && (po_left(&try) || !at_end))
		return false;
	c->at = try.at;
	return true;
}

/* "N times, M pages" */
static bool has_both_counts(struct po_cursor c)
{
	uint64_t number;

	return po_take_decimal(&c, &number) != PO_NUMBER_NONE &&
		po_take_word(&c, " times, ") &&
		po_take_decimal(&c, &number) != PO_NUMBER_NONE &&
		po_take_word(&c, " pages");
}

/* Whether this can follow a line of counts with, or without, a ':' at its end */
static bool is_plausible(struct po_cursor c, const struct line *line)
{
	static const struct pageowner_text notes[] = {
		PO_TEXT("Page "), PO_TEXT("Slab cache page"), PO_TEXT("Charged "),
		PO_TEXT("handle: "), PO_TEXT("page last free "),
		PO_TEXT("nr_base_pages: "), PO_TEXT("memcg:"),
		PO_TEXT("page_owner tracks the page as freed"),
		PO_DUMP_ALLOCATED, PO_DUMP_LAST_ALLOCATED,
	};

	if (!po_left(&c))
		return true;
	if (!line->has_stack)
		return po_take(&c, PO_RECORD_START) || po_take(&c, PO_INCOMPLETE_START) ||
			(line->has_both ? has_both_counts(c) :
					  po_begins_group(c.at, c.end));
	if (*c.at == ' ' || *c.at == '\n' || *c.at == '\r')
		return true;
	for (size_t i = 0; i < PO_ARRAY_SIZE(notes); i++)
		if (po_take(&c, notes[i]))
			return true;
	return false;
}

/* The end of the line, with or without the ':' */
static bool take_end(struct po_cursor *c, struct line *line)
{
	struct po_cursor try = *c;

	line->has_stack = po_take_word(&try, ":");
	if (!take_line_end(&try, line->at_end))
		return false;
	line->is_plausible = is_plausible(try, line);
	if (line->has_stack && !line->is_plausible)
		return false;
	line->values_end = c->at;
	c->at = try.at;
	return true;
}

/* Some of "CMA SLAB VMALLOC OTHERS " */
static void take_label(struct po_cursor *c, struct pageowner_record *r)
{
	r->allocator = 0;
	r->has |= PAGEOWNER_HAS_ALLOCATOR;
	if (po_take_word(c, "CMA "))
		r->allocator |= PAGEOWNER_ALLOCATOR_CMA;
	if (po_take_word(c, "SLAB "))
		r->allocator |= PAGEOWNER_ALLOCATOR_SLAB;
	if (po_take_word(c, "VMALLOC "))
		r->allocator |= PAGEOWNER_ALLOCATOR_VMALLOC;
	if (po_take_word(c, "OTHERS "))
		r->allocator |= PAGEOWNER_ALLOCATOR_OTHERS;
}

/* A number of 32 bits; -1 and "(none)" mean that the group has none. */
static bool take_number(struct po_cursor *c, struct pageowner_record *r,
			int32_t *number, uint64_t has)
{
	const bool negative = po_take_word(c, "-");
	uint64_t value;

	if (!negative && po_take_word(c, "(none)"))
		return true;
	if (po_take_decimal(c, &value) != PO_NUMBER_OK || value > INT32_MAX)
		return false;
	if (negative && value == 1)
		return true;
	*number = negative ? -(int32_t)value : (int32_t)value;
	r->has |= has;
	return true;
}

/* A word without blank and comma */
static bool take_word(struct po_cursor *c, struct pageowner_record *r,
		      struct pageowner_text *word, uint64_t has)
{
	const char *from = c->at;

	if (po_take_word(c, "(none)"))
		return true;
	while (po_left(c) && !memchr(", \n\r", *c->at, 4) &&
	       !(*c->at == ':' && (po_left(c) == 1 || c->at[1] == '\n' ||
				   c->at[1] == '\r')))
		c->at++;
	*word = (struct pageowner_text){ from, (size_t)(c->at - from) };
	r->has |= has;
	return c->at > from;
}

/* Names, or the mask in hexadecimal */
static bool take_gfp(struct po_cursor *c, struct pageowner_record *r)
{
	if (po_take_word(c, "0x")) {
		r->has |= PAGEOWNER_HAS_GFP_MASK;
		return po_take_hex(c, &r->gfp_mask) == PO_NUMBER_OK;
	}
	return take_word(c, r, &r->gfp_names, PAGEOWNER_HAS_GFP_NAMES);
}

/* Always the last: a name of any bytes except newlines, up to the line's end */
static bool take_memcg(struct po_cursor *c, struct line *line)
{
	struct pageowner_record *r = &line->d->record;
	const char *newline = memchr(c->at, '\n', po_left(c));
	struct po_cursor end = { newline ? newline : c->end, c->end };
	const char *from = c->at;

	if (end.at > from && end.at[-1] == '\r')
		end.at--;
	if (end.at > from && end.at[-1] == ':') {
		end.at--;
		if (!take_end(&(struct po_cursor){ end.at, end.end }, line))
			end.at++;
	}
	c->at = end.at;
	r->memcg = (struct pageowner_text){ from, (size_t)(end.at - from) };
	if (!po_text_equal(r->memcg, PO_TEXT("(none)")))
		r->has |= PAGEOWNER_HAS_MEMCG;
	return true;
}

/* One value and what precedes it; not the task name */
static bool take_value(struct po_cursor *c, struct line *line)
{
	struct pageowner_record *r = &line->d->record;
	int32_t order = (int32_t)r->order;	/* may occur twice, then as (none) */

	if (po_take_word(c, " (RELEASED)")) {
		r->has |= PAGEOWNER_HAS_RELEASED;
		return true;
	}
	if (po_take_word(c, " (UNRELEASED)"))
		return true;
	if (po_take_word(c, ", allocated by ")) {
		take_label(c, r);
		return r->allocator;
	}
	if (po_take_word(c, ", PID "))
		return take_number(c, r, &r->pid, PAGEOWNER_HAS_PID);
	if (po_take_word(c, ", TGID "))
		return take_number(c, r, &r->tgid, PAGEOWNER_HAS_TGID);
	if (po_take_word(c, ", module "))
		return take_word(c, r, &r->module, PAGEOWNER_HAS_MODULE);
	if (po_take_word(c, ", owner "))
		return take_word(c, r, &r->owner, PAGEOWNER_HAS_OWNER);
	if (po_take_word(c, ", order ")) {
		if (!take_number(c, r, &order, PAGEOWNER_HAS_ORDER) ||
		    (r->has & PAGEOWNER_HAS_ORDER && (order < 0 || order > 63)))
			return false;
		if (r->has & PAGEOWNER_HAS_ORDER)
			r->order = (uint32_t)order;
		return true;
	}
	if (po_take_word(c, ", gfp "))
		return take_gfp(c, r);
	if (po_take_word(c, ", migratetype "))
		return take_word(c, r, &r->page_type, PAGEOWNER_HAS_PAGE_TYPE);
	if (po_take_word(c, ", blocktype "))
		return take_word(c, r, &r->block_type, PAGEOWNER_HAS_BLOCK_TYPE);
	if (po_take_word(c, ", node "))
		return take_number(c, r, &r->node, PAGEOWNER_HAS_NODE);
	if (po_take_word(c, ", zone "))
		return take_number(c, r, &r->zone, PAGEOWNER_HAS_ZONE);
	if (po_take_word(c, ", free_pid "))
		return take_number(c, r, &r->free_pid, PAGEOWNER_HAS_FREE_PID);
	if (po_take_word(c, ", free_tgid "))
		return take_number(c, r, &r->free_tgid, PAGEOWNER_HAS_FREE_TGID);
	if (po_take_word(c, ", free_stack "))
		return take_word(c, r, &r->free_stack, PAGEOWNER_HAS_FREE_STACK);
	if (po_take_word(c, ", memcg "))
		return take_memcg(c, line);
	return false;
}

/* What may follow a task name, and the end of the line */
static bool take_rest(struct po_cursor *c, struct line *line)
{
	const uint64_t ids = PAGEOWNER_HAS_PID | PAGEOWNER_HAS_TGID;
	const uint64_t had = line->d->record.has & ids;

	while (!take_end(c, line))
		if (!take_value(c, line) || (line->d->record.has & ids) != had)
			return false;
	return true;
}

/* A name containing what looks like a group header is reported as damage: it may be
 * one. */
static bool holds_group(struct pageowner_text comm)
{
	const char *end = comm.ptr + comm.len, *p = comm.ptr;

	while ((p = memchr(p, '\n', (size_t)(end - p))))
		if (po_begins_group(++p, end))
			return true;
	return false;
}

/* Find the end of the task name that begins at @c, or NULL */
static const char *find_comm_end(const struct po_cursor *c, struct line *line)
{
	const struct pageowner_record before = line->d->record;
	const char *limit = po_left(c) > COMM_MAX ? c->at + COMM_MAX : c->end;
	const char *likely = NULL, *possible = NULL;

	for (const char *p = c->at; p <= limit; p++) {
		struct po_cursor try = { p, c->end };
		bool is_one;

		if (likely && p - c->at > PO_COMM_LEN)
			break;
		/* The end of the text ends a line only if that has no newline. */
		if (p == c->end && p > c->at && p[-1] == '\n')
			break;
		/* An empty stack is more likely than a name that ends so. */
		if (likely && p - likely == 2 && !memcmp(likely, ":\n", 2))
			continue;
		/* Whatever can follow begins with one of these. */
		if (p < c->end && !memchr(", :\n\r", *p, 5))
			continue;
		is_one = take_rest(&try, line);
		line->d->record = before;
		/* Within one line keys are more likely than a name that looks like keys. */
		if (is_one && line->is_plausible &&
		    (!likely || memchr(likely, '\n', (size_t)(p - likely))))
			likely = p;
		else if (is_one && !possible)
			possible = p;
	}
	return likely ? likely : possible;
}

/* The task name and the rest of the line */
static bool take_comm(struct po_cursor *c, struct line *line)
{
	struct pageowner_record *r = &line->d->record;
	const char *comm = c->at, *end = find_comm_end(c, line);

	if (!end)
		return false;
	c->at = end;
	take_rest(c, line);
	r->comm = (struct pageowner_text){ comm, (size_t)(end - comm) };
	r->has |= PAGEOWNER_HAS_COMM;
	if (holds_group(r->comm))
		line->d->odd |= PO_ODD(NO_END);
	if (po_has_cut_name(r))
		line->d->odd |= PO_ODD(GUESS);
	return true;
}

static bool take_line(struct po_cursor *c, struct line *line)
{
	while (!take_end(c, line)) {
		if (po_take_word(c, ", task_comm_name: "))
			return take_comm(c, line);
		if (!take_value(c, line))
			return false;
	}
	return true;
}

static bool take_count(struct po_cursor *c, struct po_dialect *d,
		       struct pageowner_text word, uint64_t *count, uint64_t has)
{
	struct po_cursor try = *c;
	enum po_number got = po_take_decimal(&try, count);

	if (got == PO_NUMBER_NONE || !po_take(&try, word))
		return false;
	if (got == PO_NUMBER_OK)
		d->record.has |= has;
	else
		d->odd |= PO_ODD(FIELD);
	c->at = try.at;
	return true;
}

/* "N times, M pages", of which one may be missing */
static bool take_counts(struct po_cursor *c, struct po_dialect *d)
{
	struct pageowner_record *r = &d->record;
	struct po_cursor try;

	if (!take_count(c, d, PO_TEXT(" times"), &r->times, PAGEOWNER_HAS_TIMES))
		return take_count(c, d, PO_TEXT(" pages"), &r->pages,
				  PAGEOWNER_HAS_PAGES);
	try = *c;
	if (po_take_word(&try, ", ") &&
	    take_count(&try, d, PO_TEXT(" pages"), &r->pages, PAGEOWNER_HAS_PAGES))
		c->at = try.at;
	return true;
}

/* Whether a line after the frames cannot be of this group, whose end is missing */
static bool begins_next(struct po_dialect *d, struct po_cursor c, struct pageowner_text line,
			struct pageowner_text stack)
{
	const struct pageowner_text again = PO_RECORD_START;

	/* The frames, or some of them, belong to that count. */
	if (stack.len && po_begins_count(line.ptr, c.end))
		d->odd |= PO_ODD(GUESS);
	d->is_suspect |= *line.ptr == '>' || *line.ptr == '|' ||
		(line.len > again.len && memmem(line.ptr, line.len, again.ptr, again.len));
	return po_begins_dump(line, c.end);
}

/* Frames and notes, up to the empty line or to what shows that it is missing */
static enum po_parse_result take_body(struct po_dialect *d, const char *p,
				      const char *end, bool at_end)
{
	const bool is_long = (size_t)(end - p) > PO_DIALECT_MAX;
	const char *limit = is_long ? p + PO_DIALECT_MAX : end;
	const char *frames_end = po_scan_frames(p, limit);
	struct po_cursor c = { frames_end ? frames_end : limit, limit };
	struct pageowner_record *r = &d->record;
	struct pageowner_text line;

	for (;;) {
		if (po_left(&c) < PO_RECORD_START.len && !is_long && !at_end &&
		    (!po_left(&c) || *c.at != '\n'))
			return PO_PARSE_MORE;
		if (!po_left(&c) || *c.at == '\n' || po_begins_other(c.at, c.end))
			break;
		if (*c.at == '\r')
			return PO_PARSE_CR;
		if (!po_take_until(&c, '\n', &line)) {
			if (!is_long && !at_end)
				return PO_PARSE_MORE;
			c.at = c.end;
			break;
		}
		if (po_left(&c) < PO_DUMP_LOOK && !is_long && !at_end && *line.ptr == 'p')
			return PO_PARSE_MORE;
		if (begins_next(d, c, line, (struct pageowner_text){ p, (size_t)((frames_end ?
				frames_end : c.at) - p) })) {
			c.at = line.ptr;
			break;
		}
		c.at++;
	}
	if (is_long && !po_left(&c))
		return PO_PARSE_BAD;
	r->stack = (struct pageowner_text){ p, (size_t)((frames_end ?
		frames_end : c.at) - p) };
	r->notes = (struct pageowner_text){ p + r->stack.len,
		(size_t)(c.at - p) - r->stack.len };
	/* By the previous line: a single line of the body may end so in a page's record. */
	if (p[-2] == '\r')
		return PO_PARSE_CR;
	if (!po_take_word(&c, "\n")) {
		r->has |= PAGEOWNER_HAS_NO_END;
		d->odd |= po_left(&c) ? PO_ODD(NO_END) : PO_ODD(CUT);
	}
	po_notes_parse(r->notes, r);
	d->next = c.at;
	return PO_PARSE_RECORD;
}

enum po_parse_result po_sort_report_parse(struct po_dialect *d, const char *p,
					  const char *end, bool at_end)
{
	const bool is_long = (size_t)(end - p) > COUNTS_LINE_MAX;
	struct line line = { .d = d, .at_end = at_end && !is_long };
	struct po_cursor c = { p, is_long ? p + COUNTS_LINE_MAX : end };
	struct pageowner_record *r = &d->record;
	enum po_parse_result got;
	const char *body, *values;

	if (*p < '0' || *p > '9')
		return PO_PARSE_BAD;
	if (!is_long && !at_end)
		return PO_PARSE_MORE;
	if (!po_begins_group(p, end) || !take_counts(&c, d))
		return PO_PARSE_BAD;
	line.has_both = has_both_counts((struct po_cursor){ p, c.end });
	r->kind = PAGEOWNER_RECORD_GROUP;
	values = c.at;
	if (!take_line(&c, &line))
		return PO_PARSE_BAD;
	body = c.at;
	r->pfn_line = r->stack = r->notes = (struct pageowner_text){ body, 0 };
	if (line.has_stack && po_begins_report_header(body, c.end)) {
		got = po_report_header_parse(d, &body, end, at_end);
		/* Only the line of counts: the fault is in the next line. */
		if (got == PO_PARSE_BAD || got == PO_PARSE_CUT)
			return PO_PARSE_BAD;
		if (got != PO_PARSE_RECORD)
			return got;
		r->pfn_line = (struct pageowner_text){ body, 0 };
		return take_body(d, body, end, at_end);
	}
	/* These values distinguish such groups, as a header does. */
	r->header = (struct pageowner_text){ values,
		(size_t)(line.values_end - values) };
	if (line.has_stack)
		return take_body(d, body, end, at_end);
	d->next = body;
	return PO_PARSE_RECORD;
}
