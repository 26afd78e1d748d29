// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * posted.c - records that no parser reads as they are: repaired, then parsed.
 *
 * parse/repair.c knows what is repaired; here is when that is tried, and what is noted
 * about it. Plain dumps never come here.
 */
#include "read/window.h"

#include "base/cursor.h"
#include "parse/dump_mixed.h"
#include "parse/header.h"
#include "parse/repair_frame.h"
#include "parse/repair_line.h"
#include "parse/repair_markup.h"
#include "parse/repair_text.h"
#include "parse/starts.h"
#include "read/damage.h"
#include "read/diff_text.h"
#include "read/explain.h"

bool po_posted_is_mixed(const struct pageowner_record *record)
{
	return po_stack_certain_len(record->stack) < record->stack.len ||
		(record->has & PAGEOWNER_HAS_FREE_STACK &&
		 po_free_stack_is_mixed(record->free_stack));
}

/* Whether a line that is not indented is one that kernels print */
static bool is_known(struct pageowner_text line)
{
	static const struct pageowner_text starts[] = {
		PO_TEXT("Page "), PO_TEXT("PFN"), PO_TEXT("Charged "), PO_TEXT("Slab cache"),
		PO_TEXT("handle: "), PO_TEXT("nr_base_pages: "), PO_TEXT("stack_count: "),
		PO_TEXT("[<"), PO_TEXT("\r"), PO_BYTE_ORDER_MARK,
	};

	if (po_repair_find_stamp(line, 0) < line.len)
		return false;
	for (size_t i = 0; i < PO_ARRAY_SIZE(starts); i++)
		if (line.len >= starts[i].len &&
		    !memcmp(line.ptr, starts[i].ptr, starts[i].len))
			return true;
	return !line.len || po_begins_group(line.ptr, line.ptr + line.len);
}

/* Whether names of flags, which are in the first parentheses of a line, have entities of a
 * web page; a task name, which is in later ones, may be so. */
static bool has_entities(struct pageowner_text line)
{
	const char *open = line.len ? memchr(line.ptr, '(', line.len) : NULL;
	const size_t left = open ? (size_t)(line.ptr + line.len - open) : 0;
	const char *close = left ? memchr(open, ')', left) : NULL;

	return close && *line.ptr == 'P' && open > line.ptr && po_hex_digits[(unsigned char)open[-1]] &&
		memmem(open, (size_t)(close - open), "&#", 2);
}

/* Whether a first line of a record goes on in the next line */
static bool is_open_header(struct pageowner_text line)
{
	struct po_cursor c = { line.ptr, line.ptr + line.len };

	return po_take(&c, PO_RECORD_START) && line.len && memcmp(c.end - 3, " ns", 3) &&
		c.end[-1] != ')';
}

size_t po_posted_width(struct pageowner_text text)
{
	struct po_cursor c = { text.ptr, text.ptr + text.len };
	struct pageowner_text line, stack = { text.ptr, 0 };
	bool is_odd = false;
	static const char starts[] = "<&\\\xc2\xe2\xef";
	bool has_markup = false;
	size_t width = 0, shortest = SIZE_MAX, longest = 0;

	if (text.len > PO_CAREFUL_SIZE)
		c.end = c.at + PO_CAREFUL_SIZE;
	for (size_t i = 0; i < sizeof(starts) - 1 && !has_markup; i++)
		has_markup = po_left(&c) && memchr(c.at, starts[i], po_left(&c));
	while (po_take_until(&c, '\n', &line)) {
		c.at++;
		if (line.len && *line.ptr == ' ') {
			stack.len = (size_t)(c.at - stack.ptr);
		} else {
			is_odd = is_odd || po_stack_certain_len(stack) < stack.len;
			stack = (struct pageowner_text){ c.at, 0 };
		}
		is_odd = is_odd || (line.len && *line.ptr == ' ' ?
				    !po_repair_is_plain_stack(line) :
				    !is_known(line) || has_entities(line)) ||
			(has_markup && po_markup_is_in(line));
		if (!is_open_header(line)) {
			width = line.len > width ? line.len : width;
			continue;
		}
		shortest = line.len < shortest ? line.len : shortest;
		longest = line.len > longest ? line.len : longest;
	}
	/* Line ends in names are at any column: then no terminal has folded there. */
	if (shortest == longest && longest > width)
		width = longest;
	return is_odd ? width + !width : 0;
}

static bool are_known(struct pageowner_text notes)
{
	struct po_cursor c = { notes.ptr, notes.ptr + notes.len };
	struct pageowner_text line;

	for (; po_take_until(&c, '\n', &line); c.at++)
		if (!is_known(line))
			return false;
	return true;
}

/* In a report of records from the kernel log, also what the log says of the page */
static bool are_known_in_report(const struct pageowner_record *record)
{
	static const struct pageowner_text starts[] = {
		PO_TEXT("page last free "), PO_TEXT("page_owner tracks the page as freed"),
		PO_TEXT("memcg:"),
	};
	struct po_cursor c = { record->notes.ptr, record->notes.ptr + record->notes.len };
	const bool has_free = record->has & PAGEOWNER_HAS_FREE_STACK && record->free_stack.len;
	const char *free_end = has_free ? record->free_stack.ptr + record->free_stack.len : NULL;
	struct pageowner_text line;

	for (; po_take_until(&c, '\n', &line); c.at++) {
		bool is_of_log = has_free && line.ptr >= record->free_stack.ptr &&
			line.ptr < free_end;

		for (size_t i = 0; !is_of_log && i < PO_ARRAY_SIZE(starts); i++)
			is_of_log = line.len >= starts[i].len &&
				!memcmp(line.ptr, starts[i].ptr, starts[i].len);
		if (!is_of_log && !is_known(line))
			return false;
	}
	return !(record->has & PAGEOWNER_HAS_FREE_STACK) ||
		po_repair_is_plain_stack(record->free_stack);
}

/* Whether names of flags are folded: they have no line end. */
static bool has_folded_names(struct pageowner_text header)
{
	const char *open = memchr(header.ptr, '(', header.len);
	const char *end = header.ptr + header.len;
	const char *close = open ? memchr(open, ')', (size_t)(end - open)) : NULL;

	if (close)
		end = close;
	return header.len && *header.ptr == 'P' &&
		memchr(header.ptr, '\n', (size_t)(end - header.ptr));
}

/* Whether a name that ends a line may have what was added to the ends of lines before */
static bool has_odd_end(const struct pageowner_reader *r, struct pageowner_text header)
{
	return r->stats.repair[PAGEOWNER_REPAIR_LINE_END].count && header.len &&
		memchr(" \t\r\\", header.ptr[header.len - 1], 4);
}

/* Whether a header, which has a line end in its task name, is as long up to there as the
 * longest line of the input: where a terminal folds. */
static bool is_at_width(const struct pageowner_reader *r, struct pageowner_text header)
{
	const char *newline = memchr(header.ptr, '\n', header.len);

	return r->width && newline && (size_t)(newline - header.ptr) == r->width;
}

/* Whether a header was folded, or may be: a line end in a task name alone is the kernel's
 * unless other lines were folded before, or it is at the width of all lines. */
static bool has_fold(const struct pageowner_reader *r, struct pageowner_text header)
{
	return memchr(header.ptr, '\n', header.len) &&
		(r->stats.repair[PAGEOWNER_REPAIR_FOLD].count || has_folded_names(header) ||
		 is_at_width(r, header));
}

/* Whether a record has mark-up, and it is known that the text has some: names may look so. */
static bool has_markup(struct pageowner_reader *r, const struct pageowner_record *record)
{
	const bool in_stack = po_markup_is_in(record->stack);

	if (!in_stack && !po_markup_is_in(record->notes))
		return false;
	if (in_stack && po_repair_is_marked_up(record->stack))
		r->repair.has_markup = r->was_repaired = true;
	return r->repair.has_markup;
}

bool po_posted_is_suspect(struct pageowner_reader *r, enum po_parse_result got)
{
	const struct po_page_owner *o = &r->owner;

	if (got != PO_PARSE_RECORD)
		return got == PO_PARSE_BAD || got == PO_PARSE_CUT;
	if (o->odd & PO_ODD(PFN_LINE) || po_has_cut_name(&o->record))
		return true;
	if (r->is_careful && (has_fold(r, o->record.header) ||
			      has_entities(o->record.header) ||
			      !is_known(o->record.pfn_line) ||
			      has_entities(o->record.pfn_line)))
		return true;
	if (o->is_suspect)
		return o->record.notes.len || !po_repair_is_plain_stack(o->record.stack);
	return r->is_careful && !(o->same & PO_SAME_BODY) &&
		(!po_repair_is_plain_stack(o->record.stack) || !are_known(o->record.notes) ||
		 has_markup(r, &o->record));
}

/* Whether a count may be folded: a line of digits follows it */
static bool is_folded_count(const struct po_dialect *d, const char *end)
{
	const char *p = d->next;

	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return d->odd & PO_ODD(NO_END) && p > d->next && (p == end || *p == '\n');
}

bool po_posted_is_suspect_dialect(struct pageowner_reader *r,
				  enum po_parse_result got)
{
	const char *p = r->buf + r->start;
	const size_t left = r->end - r->start;
	const struct po_dialect *d = &r->dialect;
	const char *newline;
	struct pageowner_text line;

	if (got == PO_PARSE_RECORD)
		return d->is_suspect || is_folded_count(d, r->buf + r->end) || has_odd_end(r, d->record.header) ||
			(r->is_careful && has_fold(r, d->record.header)) ||
			(d->record.notes.len && *d->record.notes.ptr == '[') ||
			(r->is_careful && d->record.kind != PAGEOWNER_RECORD_CONSOLE &&
			 (!po_repair_is_plain_stack(d->record.stack) ||
			  !(d->record.kind == PAGEOWNER_RECORD_GROUP ?
			    are_known_in_report(&d->record) : are_known(d->record.notes)) ||
			  has_markup(r, &d->record)));
	newline = memchr(p, '\n', left < PO_REPAIR_LINE_MAX ? left : PO_REPAIR_LINE_MAX);
	line = (struct pageowner_text){ p, newline ? (size_t)(newline - p) : left };
	/* No name is here. */
	if (line.len <= PO_REPAIR_LINE_MAX && !r->repair.has_markup && po_markup_is_in(line))
		r->repair.has_markup = r->is_careful = r->was_repaired = true;
	return !po_starts_after_cut(r) && po_repair_is_worth(line);
}

static size_t first_line_len(const struct pageowner_reader *r)
{
	const char *p = r->buf + r->start;
	const char *newline = memchr(p, '\n', r->end - r->start);

	return newline ? (size_t)(newline - p) : r->end - r->start;
}

/* Nothing shows of which of two dumps a line is: one reader skips all of them. */
static void refuse_diff(struct pageowner_reader *r)
{
	const size_t left = r->end - r->start;

	if (!r->width || !po_text_is_diff((struct pageowner_text){ r->buf + r->start,
			left < PO_CAREFUL_SIZE ? left : PO_CAREFUL_SIZE }))
		return;
	r->tool = "the output of diff, with lines of two dumps or reports "
		"(pageowner-diff OLD NEW compares these)";
	r->is_refused = r->in_line = r->was_repaired = true;
	po_note_damage(r, PAGEOWNER_DAMAGE_JUNK);
}

void po_posted_begin(struct pageowner_reader *r)
{
	const bool has_mark = r->end - r->start >= PO_BYTE_ORDER_MARK.len &&
		!memcmp(r->buf + r->start, PO_BYTE_ORDER_MARK.ptr,
			PO_BYTE_ORDER_MARK.len);

	if (r->offset + r->start)
		return;
	r->tool = po_explain_tool((struct pageowner_text){ r->buf + r->start,
		first_line_len(r) });
	po_stats_repaired(&r->stats, PAGEOWNER_REPAIR_ENCODING,
			  has_mark || po_input_is_decoded(r->input), 0);
	/* load.c has looked before it splits an input. */
	if (r->part.limit == UINT64_MAX)
		r->width = po_posted_width((struct pageowner_text){
			r->buf + r->start, r->end - r->start });
	r->is_careful |= r->width > 0;
	refuse_diff(r);
	if (has_mark)
		po_window_consume(r, r->buf + r->start + PO_BYTE_ORDER_MARK.len);
}

static void note_repairs(struct pageowner_reader *r, unsigned int done)
{
	done &= ~PO_REPAIR_IS_GUESS;
	for (int kind = 0; done >> kind; kind++)
		po_stats_repaired(&r->stats, (enum pageowner_repair)kind, done >> kind & 1,
				  po_window_here(r));
	r->was_repaired = true;
}

struct pageowner_text po_posted_clean_condition(struct pageowner_reader *r,
						struct pageowner_text line, char *clean)
{
	unsigned int done;
	size_t len;

	if (!line.len || line.len > PO_REPAIR_LINE_MAX || r->not_mine ||
	    (!memchr(" \t", line.ptr[line.len - 1], 2) && !memchr(line.ptr, 0xc2, line.len) &&
	     !po_markup_is_in(line)))
		return line;
	len = po_repair_clean(clean, line, &done);
	note_repairs(r, done);
	return (struct pageowner_text){ clean, len };
}

/* Whether a line has nothing but its number, which an editor or grep writes before each */
static bool is_number_alone(struct pageowner_text line)
{
	const char *p = line.ptr, *end = p + line.len, *digits;

	while (p < end && *p == ' ')
		p++;
	for (digits = p; p < end && *p >= '0' && *p <= '9'; p++)
		;
	if (p == digits)
		return false;
	p += p < end && memchr(":-|", *p, 3);
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
		p++;
	return p == end;
}

enum po_parse_result po_posted_take_line(struct pageowner_reader *r)
{
	const char *p = r->buf + r->start, *end = r->buf + r->end;
	const size_t left = (size_t)(end - p);
	const char *newline = memchr(p, '\n', left < PO_REPAIR_LINE_MAX ? left :
				     PO_REPAIR_LINE_MAX);
	char clean[PO_REPAIR_LINE_MAX];
	struct po_repair_prefix prefix;
	struct pageowner_text line;
	unsigned int done;
	size_t raw_len;
	int ret;

	if (!newline && left < PO_REPAIR_LINE_MAX && !r->at_end)
		return PO_PARSE_MORE;
	if (!newline && left >= PO_REPAIR_LINE_MAX)
		return PO_PARSE_BAD;
	raw_len = newline ? (size_t)(newline - p) : left;
	line = (struct pageowner_text){ clean, po_repair_clean(clean,
		(struct pageowner_text){ p, raw_len }, &done) };
	line = po_repair_strip(line, &prefix);
	/* A border or an empty row of a table, not a tag alone; a line of an editor's numbers */
	if ((!line.len && done & PO_REPAIRED(MARKUP) &&
	     (!memchr(p, '<', raw_len) || po_input_is_decoded(r->input))) ||
	    (r->stats.repair[PAGEOWNER_REPAIR_PREFIX].count &&
	     is_number_alone((struct pageowner_text){ p, raw_len })))
		ret = 0;
	else if (line.len > PO_CONDITIONS_START.len &&
		 !memcmp(line.ptr, PO_CONDITIONS_START.ptr, PO_CONDITIONS_START.len))
		ret = po_window_add_capture_line(r, line);
	else
		return PO_PARSE_BAD;
	if (ret < 0)
		return PO_PARSE_NO_MEMORY;
	done |= prefix.len ? PO_REPAIRED(PREFIX) : 0;
	note_repairs(r, done);
	po_window_consume(r, newline ? newline + 1 : end);
	return PO_PARSE_RECORD;
}

void po_posted_mend_end(struct pageowner_reader *r, const char *next)
{
	struct po_dialect *d = &r->dialect;

	if (d->record.kind != PAGEOWNER_RECORD_GROUP || d->odd != PO_ODD(CUT) ||
	    next != r->buf + r->end || next[-1] != '\n')
		return;
	d->odd = 0;
	d->record.has &= ~PAGEOWNER_HAS_NO_END;
	po_stats_repaired(&r->stats, PAGEOWNER_REPAIR_SPACING, 1, po_window_here(r));
}

/* Parse the repaired text: its odd bits, or -1 if it cannot be read. */
static int parse(struct pageowner_reader *r, struct pageowner_record **found)
{
	const char *text = r->repair.text.ptr, *end = text + r->repair.len;
	struct po_page_owner *o = &r->owner;
	enum po_parse_result got;

	/* The record it remembers is in the window and must stay there. */
	po_page_owner_forget(o);
	if (r->repair.kind == PO_REPAIRED_DIALECT) {
		*found = &r->dialect.record;
		r->dialect.callers = NULL;
		got = po_dialect_parse(&r->dialect, text, end, true);
		return got == PO_PARSE_RECORD ? (int)r->dialect.odd : -1;
	}
	*found = &o->record;
	got = po_page_owner_parse(o, text, end, true);
	po_page_owner_forget(o);
	o->same = 0;
	return got == PO_PARSE_RECORD ? (int)o->odd : -1;
}

/* Whether a header of a text that is known to have mark-up is another with some in it */
static bool is_marked_up(const struct pageowner_reader *r, struct pageowner_text header,
			 struct pageowner_text clean)
{
	char text[PO_REPAIR_LINE_MAX];
	struct pageowner_text cleaned;
	unsigned int done;

	if (!r->repair.has_markup || header.len > sizeof(text) || !po_markup_is_in(header))
		return false;
	cleaned = (struct pageowner_text){ text, po_repair_clean(text, header, &done) };
	return po_text_equal(cleaned, clean);
}

/*
 * Whether a header is as it was read before, or goes on where that ended. A line end in it
 * may be of a task name, or where it was folded: then other lines were folded also, or
 * would have been if they were longer.
 */
static bool is_header(struct pageowner_reader *r, const struct pageowner_record *record,
		      struct pageowner_text header)
{
	size_t folds = r->repair.counts[PAGEOWNER_REPAIR_FOLD];

	if (has_folded_names(header) || is_marked_up(r, header, record->header))
		return true;
	if (record->kind != PAGEOWNER_RECORD_GROUP &&
	    memchr(header.ptr, '\n', header.len)) {
		for (size_t i = 0; i < header.len; i++)
			folds -= folds && header.ptr[i] == '\n';
		if (folds || r->stats.repair[PAGEOWNER_REPAIR_FOLD].count ||
		    is_at_width(r, header)) {
			r->repair.guesses++;
			return true;
		}
	}
	return record->header.len >= header.len &&
		(record->header.len == header.len ||
		 record->kind == PAGEOWNER_RECORD_CONSOLE) &&
		!memcmp(record->header.ptr, header.ptr, header.len);
}

enum po_parse_result po_parse_posted(struct pageowner_reader *r,
				     const struct pageowner_text *header, const char **next,
				     struct pageowner_record **found)
{
	const struct po_repair *repair = &r->repair;
	const uint64_t here = po_window_here(r);
	enum po_parse_result got;
	int odd;

	r->repair.has_no_stacks = here < r->no_stacks_end;
	r->repair.knows_no_end = (*found == &r->owner.record ? r->owner.odd :
				  r->dialect.odd) & PO_ODD(NO_END);
	r->repair.callers = &r->callers;
	po_callers_move(&r->callers, r->buf + r->start, here);
	got = po_repair(&r->repair, r->budget, r->buf + r->start, r->buf + r->end,
			r->at_end);
	if (got == PO_PARSE_BAD && repair->no_stacks_end)
		r->no_stacks_end = here + (uint64_t)(repair->no_stacks_end -
						     (r->buf + r->start));
	if (got != PO_PARSE_RECORD)
		return got;
	odd = parse(r, found);
	if (odd < 0 || (header && !is_header(r, *found, *header)))
		return PO_PARSE_BAD;
	if (repair->has_no_pfn_line && !(odd & PO_ODD(NO_END)))
		odd &= ~(int)PO_ODD(PFN_LINE);
	if (repair->guesses)
		odd &= ~(int)PO_ODD(GUESS);
	else if (po_posted_is_mixed(*found))
		odd |= (int)PO_ODD(GUESS);
	if (repair->has_no_end && odd & PO_ODD(CUT))
		odd ^= PO_ODD(CUT) | PO_ODD(NO_END);
	(*found)->has |= repair->has;
	(*found)->pfn = repair->has & PAGEOWNER_HAS_PFN ? repair->pfn : (*found)->pfn;
	(*found)->flags = repair->has & PAGEOWNER_HAS_FLAGS ? repair->flags :
		(*found)->flags;
	for (int kind = 0; odd >> kind; kind++)
		if (odd >> kind & 1)
			po_note_damage(r, kind);
	for (uint32_t i = 0; i < repair->guesses; i++)
		po_note_damage(r, PAGEOWNER_DAMAGE_GUESS);
	for (size_t i = 0; i < PO_ARRAY_SIZE(repair->counts); i++)
		po_stats_repaired(&r->stats, (enum pageowner_repair)i, repair->counts[i],
				  here);
	po_callers_note(&r->callers, repair->caller, repair->caller_end);
	r->is_careful = r->was_repaired = true;
	r->in_junk = false;
	*next = repair->next;
	return PO_PARSE_RECORD;
}
