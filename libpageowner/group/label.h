/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * label.h - who handed the memory out, as page_owner_sort labels it.
 */
#ifndef PO_LABEL_H
#define PO_LABEL_H

#include "group/texts.h"

/* A report said it: all of PAGEOWNER_ALLOCATOR_*, not only what a PFN line says */
#define PO_LABEL_REPORTED	0x80u

/* What a record says of its allocator beside its body: PAGEOWNER_ALLOCATOR_* */
uint8_t po_label_of(const struct pageowner_record *record);

/* PAGEOWNER_ALLOCATOR_* by both. The body is looked into once: -ENOMEM in *error. */
uint32_t po_label_allocator(struct po_texts *texts, uint32_t label,
			    const struct po_entry *body, int *error);

/* The same of a body that was looked into before */
uint32_t po_label_known(uint32_t label, const struct po_body *body);

#endif
