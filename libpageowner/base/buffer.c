// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * buffer.c - memory for a text, which grows as needed and is used again.
 */
#include "base/buffer.h"

#include <stdlib.h>

int po_buffer_need(struct po_buffer *buffer, struct po_budget *budget,
		   size_t size)
{
	char *grown;

	if (size <= buffer->size)
		return 0;
	grown = po_budget_realloc(budget, buffer->ptr, buffer->size, size);
	if (!grown)
		return -ENOMEM;
	buffer->ptr = grown;
	buffer->size = size;
	return 0;
}

void po_buffer_free(struct po_buffer *buffer, struct po_budget *budget)
{
	if (!buffer->ptr)
		return;
	po_budget_give(budget, buffer->size);
	free(buffer->ptr);
	*buffer = (struct po_buffer){ 0 };
}
