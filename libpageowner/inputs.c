// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * inputs.c - the inputs of a profile, which are added up: no memory twice, and pages of
 * one size.
 *
 * By what captures say of themselves, which read/together.c compares; files without it are
 * not compared.
 */
#include "inputs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "read/together.h"

void po_inputs_free(struct po_inputs *in)
{
	free(in->sized);
}

/* A name, as far as there is room for two in a sentence */
#define NAME	"%.160s"

static int check_page_size(struct po_inputs *in, const struct po_captures *captures,
			   size_t from, const char *name, char *error, size_t size)
{
	uint64_t sizes[2];

	if (in->any_page_size || !po_captures_differ_in_size(captures, from, sizes))
		return 0;
	snprintf(error, size, NAME ": has pages of %" PRIu64 " bytes, " NAME " of %" PRIu64,
		 name, sizes[1], in->sized, sizes[0]);
	return -EINVAL;
}

int po_inputs_check(struct po_inputs *in, const struct po_captures *captures,
		    size_t from, const char *name, char *error, size_t size)
{
	int ret;

	for (size_t i = from; !in->sized && i < captures->count; i++) {
		if (!(captures->list[i]->has & PAGEOWNER_CONDITIONS_HAS_PAGE_SIZE))
			continue;
		in->sized = strdup(name);
		if (!in->sized)
			return -ENOMEM;
	}
	ret = check_page_size(in, captures, from, name, error, size);
	if (ret < 0)
		return ret;
	ret = from < captures->count ? po_captures_overlap(captures) : 0;
	if (ret <= 0)
		return ret;
	snprintf(error, size, "%s: " PO_COUNTED_TWICE, name);
	return -EINVAL;
}
