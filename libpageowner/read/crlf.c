// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * crlf.c - records whose lines end in CR LF: copied without the CRs, then parsed.
 *
 * Such a dump went through mail or another system. It is rare, so each record is
 * copied, and the parsers see only lines that end in LF.
 */
#include "read/window.h"

#include "parse/scan.h"
#include "parse/starts.h"

/* A record with CR LF line ends is copied; a longer one is truncated. */
#define CRLF_MAX	(1 << 20)

/* Copy text without the CRs of its line ends. Returns the end of the copy. */
static char *copy_lf(char *to, const char *from, const char *end)
{
	for (; from < end; from++)
		if (*from != '\r' || from + 1 == end || from[1] != '\n')
			*to++ = *from;
	return to;
}

/* The place in a text that corresponds to @len bytes of its copy */
static const char *after_copied(const char *from, const char *end, size_t len)
{
	for (; from < end && len; from++)
		len -= *from != '\r' || from + 1 == end || from[1] != '\n';
	return from;
}

/*
 * Parse a record whose lines end in CR LF from a copy without the CRs. The copy
 * extends to the start of the next record, so that its end is seen.
 */
enum po_parse_result po_parse_crlf(struct pageowner_reader *r,
				   const char **next)
{
	const char *p = r->buf + r->start, *end = r->buf + r->end;
	const char *start = po_scan_line_with(p + 1, end, PO_RECORD_START);
	enum po_parse_result got;
	char *copy_end;

	if (!start && !r->at_end && end - p < CRLF_MAX)
		return PO_PARSE_MORE;
	if (start)
		end = start;
	if (po_buffer_need(&r->lf, r->budget,
			   (size_t)(end - p) + PO_RECORD_START.len) < 0)
		return PO_PARSE_NO_MEMORY;
	copy_end = copy_lf(r->lf.ptr, p, end);
	if (start)
		copy_end = mempcpy(copy_end, PO_RECORD_START.ptr,
				   PO_RECORD_START.len);
	/* The record it remembers is in the window and must stay there. */
	po_page_owner_forget(&r->owner);
	got = po_page_owner_parse(&r->owner, r->lf.ptr, copy_end, true);
	po_page_owner_forget(&r->owner);
	if (got == PO_PARSE_RECORD)
		*next = after_copied(p, end, (size_t)(r->owner.next - r->lf.ptr));
	return got;
}

/* The same for an entry of another dialect, which ends with a blank line */
enum po_parse_result po_parse_dialect_crlf(struct pageowner_reader *r,
					   const char **next)
{
	const char *p = r->buf + r->start, *end = r->buf + r->end, *blank;
	struct po_dialect *d = &r->dialect;
	enum po_parse_result got;
	char *copy_end;

	if ((size_t)(end - p) > PO_DIALECT_MAX)
		end = p + PO_DIALECT_MAX;
	blank = memmem(p, (size_t)(end - p), "\n\r\n", 3);
	if (blank)
		end = blank + 3;
	else if (end == r->buf + r->end && !r->at_end)
		return PO_PARSE_MORE;
	if (po_buffer_need(&r->lf, r->budget,
			   (size_t)(end - p) + PO_RECORD_START.len) < 0)
		return PO_PARSE_NO_MEMORY;
	copy_end = copy_lf(r->lf.ptr, p, end);
	d->callers = NULL;	/* They are about the window. */
	got = po_dialect_parse(d, r->lf.ptr, copy_end, true);
	*next = d->next ? after_copied(p, end, (size_t)(d->next - r->lf.ptr)) : NULL;
	return got;
}
