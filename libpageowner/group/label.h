/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * label.h - find the allocator of a page, as page_owner_sort labels it.
 */
#ifndef PO_LABEL_H
#define PO_LABEL_H

#include "group/texts.h"

/* From a report: all of PAGEOWNER_ALLOCATOR_*, not only what a PFN line has */
#define PO_LABEL_REPORTED	0x80u

/* PAGEOWNER_ALLOCATOR_* by everything in a record except its body */
uint8_t po_label_of(const struct pageowner_record *record);

/* PAGEOWNER_ALLOCATOR_* by both. The body is searched once: -ENOMEM in *error. */
uint32_t po_label_allocator(struct po_texts *texts, uint32_t label,
			    const struct po_entry *body, int *error);

/* The same for a body that was searched before */
uint32_t po_label_known(uint32_t label, const struct po_body *body);

#endif
