/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * key.h - lists of keys, parsed.
 */
#ifndef PO_KEY_H
#define PO_KEY_H

#include "base/po.h"

#include <pageowner/field.h>

struct po_keys {
	unsigned int count;
	uint32_t set;		/* 1 << key */
	struct {
		enum pageowner_field key;
		bool descending;
	} keys[PAGEOWNER_FIELD_COUNT];
};

/* Of repeated keys the first counts. 0 or -EINVAL. */
int po_keys_parse(const char *list, unsigned int use, struct po_keys *keys);

#endif
