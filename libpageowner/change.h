/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * change.h - what became of a row of a diff, for change_sort.c, which sorts the rows.
 *
 * The view is made: po_change_trend() uses its memory.
 */
#ifndef PO_CHANGE_H
#define PO_CHANGE_H

#include "diff_private.h"

#include "trend.h"

/* Whether a snapshot's threshold hides what others would show */
bool po_change_is_hidden(const struct pageowner_diff *d, size_t snapshot, size_t row);
/* In any of them */
bool po_change_is_unknown(const struct pageowner_diff *d, size_t row);
/* The smallest change that the thresholds allow */
int64_t po_change_least(const struct pageowner_diff *d, size_t row);
/* The flattest line that they allow */
struct po_trend po_change_trend(const struct pageowner_diff *d, size_t row);

#endif
