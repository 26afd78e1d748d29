// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * migratetype.c - migratetypes by the kernel's names. Their numbers differ between
 * kernels and are not known here.
 */
#include "pageblock_private.h"

static const struct pageowner_text type_names[PAGEOWNER_MIGRATE_TYPES] = {
	[PAGEOWNER_MIGRATE_OTHER] = PO_TEXT("other"),
	[PAGEOWNER_MIGRATE_UNMOVABLE] = PO_TEXT("Unmovable"),
	[PAGEOWNER_MIGRATE_MOVABLE] = PO_TEXT("Movable"),
	[PAGEOWNER_MIGRATE_RECLAIMABLE] = PO_TEXT("Reclaimable"),
	[PAGEOWNER_MIGRATE_HIGHATOMIC] = PO_TEXT("HighAtomic"),
	[PAGEOWNER_MIGRATE_CMA] = PO_TEXT("CMA"),
	[PAGEOWNER_MIGRATE_ISOLATE] = PO_TEXT("Isolate"),
};

uint8_t po_migratetype_of(struct pageowner_text name)
{
	for (int type = 0; type < PAGEOWNER_MIGRATE_TYPES; type++)
		if (po_text_equal(name, type_names[type]))
			return (uint8_t)type;
	return PAGEOWNER_MIGRATE_OTHER;
}

PO_EXPORT size_t pageowner_migratetype_count(void)
{
	return PAGEOWNER_MIGRATE_TYPES;
}

PO_EXPORT const char *
pageowner_migratetype_name(enum pageowner_migratetype type)
{
	return type_names[(unsigned int)type < PAGEOWNER_MIGRATE_TYPES ? type :
			  PAGEOWNER_MIGRATE_OTHER].ptr;
}
