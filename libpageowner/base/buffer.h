/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * buffer.h - memory for a text, which grows as needed and is used again.
 */
#ifndef PO_BUFFER_H
#define PO_BUFFER_H

#include "base/charge.h"

/* Zeroed it is empty. */
struct po_buffer {
	char *ptr;
	size_t size;
};

/* Make room for @size bytes, what is there stays: 0 or -ENOMEM. */
int po_buffer_need(struct po_buffer *buffer, struct po_budget *budget,
		   size_t size);
void po_buffer_free(struct po_buffer *buffer, struct po_budget *budget);

#endif
