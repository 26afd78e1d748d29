/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * encoding.h - how much of an input is looked at to find how its text is encoded.
 */
#ifndef PO_ENCODING_H
#define PO_ENCODING_H

#include "base/po.h"

#define PO_ENCODING_LOOK	((size_t)64 << 10)

#endif
