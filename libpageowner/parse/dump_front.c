// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * dump_front.c - the lines of dump_page() before those of page_owner -> PFN, flags,
 * node, zone, memory cgroup.
 *
 * From __dump_page() in Linux mm/debug.c, 4.6 to today, and bad_page() in
 * mm/page_alloc.c. It does not know where lines begin in a log: what precedes the words
 * it looks for is ignored.
 */
#include "parse/dump_front.h"

#include "base/cursor.h"
#include "parse/pfn_line.h"

/* Put a cursor after a word of a line. */
static bool find(struct pageowner_text line, const char *word, struct po_cursor *c)
{
	const size_t len = strlen(word);
	const char *found = line.len < len ? NULL : memmem(line.ptr, line.len, word, len);

	if (!found)
		return false;
	*c = (struct po_cursor){ found + len, line.ptr + line.len };
	return true;
}

bool po_dump_front_begins(struct pageowner_text line)
{
	struct po_cursor c;

	return (find(line, "page:", &c) && find(line, " mapcount:", &c)) ||
		find(line, "BUG: Bad page state in process ", &c);
}

/* "pfn:0x1234", or "pfn:1234" in bad_page(), hexadecimal as well */
static void parse_pfn(struct pageowner_text line, struct pageowner_record *r)
{
	struct po_cursor c;
	uint64_t pfn;

	if (!find(line, " pfn:", &c))
		return;
	(void)po_take_word(&c, "0x");
	if (po_take_hex(&c, &pfn) != PO_NUMBER_OK || (po_left(&c) && *c.at != ' '))
		return;
	r->pfn = pfn;
	r->has |= PAGEOWNER_HAS_PFN;
}

bool po_dump_front_line(struct pageowner_text line, struct pageowner_record *r,
			struct pageowner_text *memcg)
{
	static const char *const others[] = {
		"head:", "aops:", "raw:", "page_type:", "page dumped because:",
		"page->mem_cgroup:", "mapping:", "index:",
	};
	struct po_cursor c;

	if (po_dump_front_begins(line)) {
		parse_pfn(line, r);
		return true;
	}
	if (find(line, "flags: 0x", &c)) {
		if (!(r->has & PAGEOWNER_HAS_FLAGS))
			po_flags_parse(&c, r);
		return true;
	}
	if (find(line, "memcg:", &c)) {
		*memcg = (struct pageowner_text){ c.at, po_left(&c) };
		return true;
	}
	for (size_t i = 0; i < PO_ARRAY_SIZE(others); i++)
		if (find(line, others[i], &c))
			return true;
	return false;
}
