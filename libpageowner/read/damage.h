/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * damage.h - counts of what was read and what was damaged.
 */
#ifndef PO_DAMAGE_H
#define PO_DAMAGE_H

#include "base/po.h"

#include <pageowner/reader.h>

/* Whether a complete input with these stats holds text but no record */
static inline bool po_stats_are_foreign(const struct pageowner_input_stats *s)
{
	return !s->records && s->skipped_bytes;
}

/* Add @stats, with @base added to its offsets. */
void po_stats_add(struct pageowner_input_stats *sum,
		  const struct pageowner_input_stats *stats, uint64_t base);

void po_stats_repaired(struct pageowner_input_stats *stats,
		       enum pageowner_repair kind, uint64_t count, uint64_t offset);

void po_stats_note(struct pageowner_input_stats *stats,
		   enum pageowner_damage kind, uint64_t offset);

#endif
