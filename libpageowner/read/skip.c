// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * skip.c - what is done about damage: count it, with the offset of the first of its
 * kind, and skip to where a record can start.
 *
 * What is skipped must not depend on where the window ends. The counts are kept by
 * damage.c; records with odd members are not skipped.
 */
#include "read/window.h"

#include "parse/header.h"
#include "parse/starts.h"
#include "read/damage.h"

/* Skip text that belongs to no record. */
static void drop(struct pageowner_reader *r, const char *next)
{
	if (!r->not_mine)
		r->stats.skipped_bytes += (size_t)(next - (r->buf + r->start));
	po_window_consume(r, next);
}

void po_note_damage(struct pageowner_reader *r, enum pageowner_damage kind)
{
	po_stats_note(&r->stats, kind, po_window_here(r));
}

void po_skip_line(struct pageowner_reader *r)
{
	const char *p = r->buf + r->start, *end = r->buf + r->end;
	const char *newline = memchr(p, '\n', (size_t)(end - p));

	r->in_line = !newline || r->is_refused;
	drop(r, newline ? newline + 1 : end);
}

void po_skip_header(struct pageowner_reader *r)
{
	const char *p = r->buf + r->start, *end = r->buf + r->end;
	const char *from = p + PO_RECORD_START.len, *next;

	/* Never look beyond what any window guarantees. */
	if (end - p > PO_HEADER_MAX)
		end = p + PO_HEADER_MAX;
	next = memmem(from, (size_t)(end - from), PO_RECORD_START.ptr,
		      PO_RECORD_START.len);
	r->in_junk = true;
	r->after_cut = next && !memchr(from, '\n', (size_t)(next - from));
	if (r->after_cut)
		drop(r, next);
	else
		po_skip_line(r);
}

/* "Page allocPage allocated via order ": cut in the first words of a record */
static const char *find_start_after_cut(const char *p, const char *end)
{
	const size_t len = PO_RECORD_START.len;
	const char *start;

	if ((size_t)(end - p) > 2 * len)
		end = p + 2 * len;
	start = memmem(p, (size_t)(end - p), PO_RECORD_START.ptr, len);
	return start && !memcmp(p, PO_RECORD_START.ptr, (size_t)(start - p)) ?
		start : NULL;
}

bool po_starts_after_cut(const struct pageowner_reader *r)
{
	return !r->not_mine && !r->in_junk &&
		find_start_after_cut(r->buf + r->start, r->buf + r->end);
}

void po_skip_junk(struct pageowner_reader *r)
{
	const char *p = r->buf + r->start, *end = r->buf + r->end;
	/* Only directly after a record: in the middle of junk the result would
	 * depend on where the window ends. */
	const char *after_cut = r->not_mine || r->in_junk ? NULL :
		find_start_after_cut(p, end);

	if (after_cut) {
		po_note_damage(r, PAGEOWNER_DAMAGE_HEADER);
		drop(r, after_cut);
		r->after_cut = true;
		return;
	}
	if (!r->in_junk)
		/* The rest is only this short if the input ends here. */
		po_note_damage(r, (size_t)(end - p) < PO_RECORD_START.len &&
			       !memcmp(p, PO_RECORD_START.ptr, (size_t)(end - p)) ?
			       PAGEOWNER_DAMAGE_CUT : PAGEOWNER_DAMAGE_JUNK);
	r->in_junk = true;
	po_skip_line(r);
}

void po_skip_to(struct pageowner_reader *r, const char *next,
		enum pageowner_damage kind)
{
	const char *p = r->buf + r->start;
	const char *start = memmem(p, (size_t)(next - p), PO_RECORD_START.ptr,
				   PO_RECORD_START.len);

	if (!r->in_junk)
		po_note_damage(r, kind);
	r->in_junk = true;
	r->after_cut = start != NULL;
	if (start)
		next = start;
	r->in_line = !start && next[-1] != '\n';
	drop(r, next);
}

bool po_skip_read_line(struct pageowner_reader *r)
{
	const char *p = r->buf + r->start, *end = r->buf + r->end;
	const char *newline = memchr(p, '\n', (size_t)(end - p));
	const struct pageowner_text line = { p, (size_t)((newline ? newline : end) - p) };
	const struct pageowner_text caller = po_caller_of(line, line.len);

	if (!caller.len || !po_callers_have_read(&r->callers, caller, p))
		return false;
	r->in_line = !newline;
	po_window_consume(r, newline ? newline + 1 : end);
	return true;
}
