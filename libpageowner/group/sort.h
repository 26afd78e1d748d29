/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sort.h - sort groups.
 */
#ifndef PO_SORT_H
#define PO_SORT_H

#include "group/groups.h"

/* @order: NULL for input order. 0, or -ENOMEM with the order unchanged */
int po_groups_sort(struct po_groups *groups, const struct po_keys *order);

#endif
