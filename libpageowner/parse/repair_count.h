/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * repair_count.h - a line with a count, as people wrote on it -> what the kernel printed.
 */
#ifndef PO_REPAIR_COUNT_H
#define PO_REPAIR_COUNT_H

#include "parse/repair_done.h"

/* Of a line that is cleaned already, in place: digits in groups, a note after the number.
 * @to has room for PO_REPAIR_LINE_MAX bytes. Returns its length; *done: bits are added. */
size_t po_repair_clean_count(char *to, size_t len, unsigned int *done);

#endif
