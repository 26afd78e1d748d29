/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * diff_text.h - output of diff, which has lines of two dumps or reports.
 */
#ifndef PO_DIFF_TEXT_H
#define PO_DIFF_TEXT_H

#include "base/po.h"

/*
 * Whether a text, of which the beginning is looked at, is what diff made of two: no record
 * of it can be trusted. With lines of one side only it is a patch, which is read.
 */
bool po_text_is_diff(struct pageowner_text text);

#endif
