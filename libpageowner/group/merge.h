/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * merge.h - add groups to other groups.
 */
#ifndef PO_MERGE_H
#define PO_MERGE_H

#include "group/groups.h"

/*
 * Add the groups of @from, which has the same keys. @seq is added to the order of its
 * records. 0, or -ENOMEM after a part was added
 */
int po_groups_merge(struct po_groups *to, const struct po_groups *from, uint64_t seq);

#endif
