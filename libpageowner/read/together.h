/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * together.h - which captures can be added up.
 */
#ifndef PO_TOGETHER_H
#define PO_TOGETHER_H

#include "base/po.h"

#include "read/captures.h"

#define PO_COUNTED_TWICE	"captures of the same boot would count its memory twice"

/* Whether both have counts of memory that may be the same: they are of one boot, and not of
 * different nodes. */
bool po_conditions_overlap(const struct pageowner_conditions *a,
			   const struct pageowner_conditions *b);

/* 1 if two of the captures overlap, 0 if not; -ENOMEM */
int po_captures_overlap(const struct po_captures *captures);

/* Whether captures from number @from on have pages of another size than one before them:
 * @sizes is set to that of the one before, and to the other */
bool po_captures_differ_in_size(const struct po_captures *captures, size_t from,
				uint64_t sizes[2]);

#endif
