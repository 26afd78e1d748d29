// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * pfn_line.c - the second line of a record of page_owner -> members of struct
 * pageowner_record.
 *
 * PFN, migratetypes, pageblock, page flags, of every kernel since 3.19. This is a
 * third of the cost of parsing, so it is only called if a field of it is needed.
 */
#include "parse/pfn_line.h"

/* "name=N" among names separated by '|' */
static bool find_item(struct pageowner_text names, struct pageowner_text name,
		      int32_t *number)
{
	struct po_cursor c = { names.ptr, names.ptr + names.len };
	struct pageowner_text skipped;
	uint64_t value;

	do {
		if (po_take(&c, name)) {
			if (po_take_decimal(&c, &value) != PO_NUMBER_OK ||
			    value > INT32_MAX)
				return false;
			*number = (int32_t)value;
			return true;
		}
	} while (po_take_until(&c, '|', &skipped) && po_take_word(&c, "|"));
	return false;
}

/* The twelve letter columns of kernels up to 4.5 */
static void parse_letters(struct po_cursor *c, struct pageowner_record *r)
{
	while (po_take_word(c, " "))
		;
	while (po_left(c) && c->end[-1] == ' ')
		c->end--;
	r->flag_names.ptr = c->at;
	r->flag_names.len = po_left(c);
	r->has |= PAGEOWNER_HAS_FLAG_NAMES;
}

void po_flags_parse(struct po_cursor *c, struct pageowner_record *r)
{
	const char *close;

	if (po_take_hex(c, &r->flags) != PO_NUMBER_OK)
		return;
	r->has |= PAGEOWNER_HAS_FLAGS;
	if (!po_take_word(c, "("))
		return;
	close = c->end;
	while (close > c->at && close[-1] != ')')
		close--;
	if (close == c->at)
		return;
	r->flag_names.ptr = c->at;
	r->flag_names.len = (size_t)(close - 1 - c->at);
	r->has |= PAGEOWNER_HAS_FLAG_NAMES;
	if (find_item(r->flag_names, PO_TEXT("node="), &r->node))
		r->has |= PAGEOWNER_HAS_NODE;
	if (find_item(r->flag_names, PO_TEXT("zone="), &r->zone))
		r->has |= PAGEOWNER_HAS_ZONE;
}

/*
 * A member is taken only with what must follow it, so that a truncated line yields
 * no wrong number.
 */
void po_pfn_line_parse(struct pageowner_record *r)
{
	struct po_cursor c = { r->pfn_line.ptr, r->pfn_line.ptr + r->pfn_line.len };
	struct pageowner_text padding;
	enum po_number got;
	uint64_t pfn;

	if (!po_take_word(&c, "PFN "))
		return;
	got = po_take_word(&c, "0x") ? po_take_hex(&c, &pfn) :
				       po_take_decimal(&c, &pfn);
	if (got != PO_NUMBER_OK || !po_left(&c) || *c.at != ' ')
		return;
	r->pfn = pfn;
	r->has |= PAGEOWNER_HAS_PFN;
	if (po_take_word(&c, " type ")) {
		if (!po_take_until(&c, ' ', &r->page_type))
			return;
		r->has |= PAGEOWNER_HAS_PAGE_TYPE;
	}
	if (!po_take_word(&c, " Block ") ||
	    po_take_decimal(&c, &r->block) != PO_NUMBER_OK || !po_left(&c))
		return;
	r->has |= PAGEOWNER_HAS_BLOCK;
	if (!po_take_word(&c, " type ") || !po_take_until(&c, ' ', &r->block_type))
		return;
	r->has |= PAGEOWNER_HAS_BLOCK_TYPE;
	/* Up to 4.5: "Fallback" or as many blanks */
	if (!po_take_until(&c, 'F', &padding))
		return;
	if (po_take_word(&c, "Fallback "))
		(void)po_take_until(&c, 'F', &padding);
	if (!po_take_word(&c, "Flags "))
		return;
	if (po_take_word(&c, "0x"))
		po_flags_parse(&c, r);
	else
		parse_letters(&c, r);
}
