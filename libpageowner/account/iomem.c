// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * iomem.c - /proc/iomem: memory that the machine has, and what of it the kernel's image, a
 * crash kernel and the firmware took before there was a page allocator.
 *
 * For all but root the addresses are 0, which says nothing.
 */
#include "account/source.h"

static const struct {
	const char *name;
	bool is_detail;		/* it may be outside of what the kernel calls memory */
} wanted[] = {
	{ "Kernel code", false }, { "Kernel rodata", false }, { "Kernel data", false },
	{ "Kernel bss", false }, { "Crash kernel", false },
	{ "ACPI Tables", true }, { "ACPI Non-volatile Storage", true },
};

static int take_address(struct po_cursor *c, uint64_t *address)
{
	const char *start = c->at;

	*address = 0;
	for (; po_left(c) && po_hex_digits[(unsigned char)*c->at]; c->at++)
		*address = *address << 4 | (uint64_t)(po_hex_digits[(unsigned char)*c->at] - 1);
	return c->at > start && c->at - start <= 16 ? 0 : -EBADMSG;
}

/* "  01000000-01ffffff : Kernel code" */
int po_iomem_line(struct po_source_file *f, struct pageowner_text line)
{
	struct po_cursor c = { line.ptr, line.ptr + line.len };
	struct po_part part = { .source = PAGEOWNER_ACCOUNT_IOMEM, .module = PO_TEXT("") };
	uint64_t from, to, bytes;

	po_skip_spaces(&c);
	if (take_address(&c, &from) < 0 || !po_take_word(&c, "-") || take_address(&c, &to) < 0 ||
	    !po_take_word(&c, " : ") || to < from || to - from >= INT64_MAX)
		return -EBADMSG;
	if (!to)
		return 0;
	bytes = to - from + 1;
	part.name = (struct pageowner_text){ c.at, po_left(&c) };
	part.bytes = (int64_t)bytes;
	if (po_text_equal(part.name, PO_TEXT("System RAM")))
		po_fact_add(f->facts, PO_FACT_SYSTEM_RAM, bytes);
	for (size_t i = 0; i < PO_ARRAY_SIZE(wanted); i++) {
		if (!po_text_equal(part.name, po_text_of(wanted[i].name)))
			continue;
		part.id = wanted[i].is_detail ? PO_ACCOUNT_DETAIL(PAGEOWNER_ACCOUNT_RESERVED) :
			PAGEOWNER_ACCOUNT_RESERVED;
		return po_parts_add(f->parts, &part);
	}
	return 0;
}
