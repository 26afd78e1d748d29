/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * inputs.h - the inputs of a profile, which are added up.
 */
#ifndef PO_INPUTS_H
#define PO_INPUTS_H

#include "base/po.h"

#include "read/captures.h"

/* A zeroed one is empty. */
struct po_inputs {
	char *sized;	/* name of the first input that says how large a page is, or NULL */
	bool any_page_size;
};

void po_inputs_free(struct po_inputs *inputs);

/* After captures were added as those from number @from on: 0; -EINVAL, with a sentence in
 * @error, if they cannot be added to what was there; -ENOMEM. @name: of the input */
int po_inputs_check(struct po_inputs *inputs, const struct po_captures *captures,
		    size_t from, const char *name, char *error, size_t size);

#endif
