/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * repair_done.h - what was done to a line that people posted, as bits.
 */
#ifndef PO_REPAIR_DONE_H
#define PO_REPAIR_DONE_H

#include "base/po.h"

/* A longer line is not one of a record. */
#define PO_REPAIR_LINE_MAX	((size_t)2048)

/* A kind of repair as a bit: KIND is the end of PAGEOWNER_REPAIR_KIND */
#define PO_REPAIRED(kind)	(1u << PAGEOWNER_REPAIR_##kind)

/* How the line was changed may not be what was meant. */
#define PO_REPAIR_IS_GUESS	(1u << 31)

#endif
