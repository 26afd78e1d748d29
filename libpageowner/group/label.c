// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * label.c - find the allocator of a page by page_owner_sort's rule.
 *
 * CMA and slab by the names in the PFN line, vmalloc by two lines of the stack; slab
 * also by the stack, which page_owner_sort does not do.
 */
#include "group/label.h"

#include <pageowner/stack.h>

/* page_owner_sort's rule: the first __vmalloc_node_range is called from the line
 * after one with alloc_pages. */
static bool is_vmalloc(struct pageowner_text body)
{
	static const struct pageowner_text range = PO_TEXT("__vmalloc_node_range");
	const char *found, *line, *before;

	if (!body.len)
		return false;
	found = memmem(body.ptr, body.len, range.ptr, range.len);
	if (!found)
		return false;
	line = memrchr(body.ptr, '\n', (size_t)(found - body.ptr));
	if (!line)
		return false;
	before = memrchr(body.ptr, '\n', (size_t)(line - body.ptr));
	before = before ? before + 1 : body.ptr;
	return memmem(before, (size_t)(line - before), "alloc_pages", 11);
}

/* Kernels since 6.10 have no page flag for it. */
static bool is_slab(struct pageowner_text stack)
{
	static const struct pageowner_text makers[] = {
		PO_TEXT("allocate_slab"), PO_TEXT("new_slab"),
		PO_TEXT("cache_grow_begin"), PO_TEXT("cache_grow"),
		PO_TEXT("kmem_getpages"),
	};
	struct pageowner_frame frame;

	while (pageowner_frame_next(&stack, &frame))
		for (size_t i = 0; i < PO_ARRAY_SIZE(makers); i++)
			if (po_text_equal(frame.symbol, makers[i]))
				return true;
	return false;
}

static int look_into(struct po_texts *t, const struct po_entry *body)
{
	struct po_body *b = po_entry_payload(body);
	struct pageowner_text stack, notes;
	struct pageowner_record r = { 0 };

	if (po_texts_join(t, body, &stack, &notes) < 0)
		return -ENOMEM;
	b->allocator = PAGEOWNER_ALLOCATOR_OTHERS; /* is known now */
	if (is_vmalloc((struct pageowner_text){ stack.ptr, stack.len + notes.len }))
		b->allocator |= PAGEOWNER_ALLOCATOR_VMALLOC;
	po_notes_parse(notes, &r);
	if (!t->how.kernel_labels && (r.has & PAGEOWNER_HAS_SLAB || is_slab(stack)))
		b->allocator |= PAGEOWNER_ALLOCATOR_SLAB;
	return 0;
}

static bool holds(struct pageowner_text text, struct pageowner_text word)
{
	const char *p = text.ptr, *end = text.ptr + text.len;

	if (!text.len)	/* an absent text has no address */
		return false;
	/* memmem() prepares itself for long texts; this is one line. */
	while ((p = memchr(p, *word.ptr, (size_t)(end - p)))) {
		if ((size_t)(end - p) < word.len)
			return false;
		if (!memcmp(p, word.ptr, word.len))
			return true;
		p++;
	}
	return false;
}

/* PAGEOWNER_ALLOCATOR_* by a PFN line */
static uint8_t pfn_line_allocator(struct pageowner_text line)
{
	return (holds(line, PO_TEXT("CMA")) ? PAGEOWNER_ALLOCATOR_CMA : 0) |
		(holds(line, PO_TEXT("slab")) ? PAGEOWNER_ALLOCATOR_SLAB : 0);
}

uint8_t po_label_of(const struct pageowner_record *r)
{
	return r->has & PAGEOWNER_HAS_ALLOCATOR ?
		(uint8_t)(PO_LABEL_REPORTED | r->allocator) :
		pfn_line_allocator(r->pfn_line);
}

uint32_t po_label_known(uint32_t label, const struct po_body *body)
{
	uint32_t bits;

	if (label & PO_LABEL_REPORTED)
		return label & ~PO_LABEL_REPORTED;
	bits = label | (body->allocator & ~PAGEOWNER_ALLOCATOR_OTHERS);
	return bits ? bits : PAGEOWNER_ALLOCATOR_OTHERS;
}

uint32_t po_label_allocator(struct po_texts *t, uint32_t label,
			    const struct po_entry *body, int *error)
{
	const struct po_body *b = po_entry_payload(body);

	if (!(label & PO_LABEL_REPORTED) && !b->allocator && look_into(t, body) < 0) {
		*error = -ENOMEM;
		return 0;
	}
	return po_label_known(label, b);
}
