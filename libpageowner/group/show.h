/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * show.h - show a group to users.
 */
#ifndef PO_SHOW_H
#define PO_SHOW_H

#include "group/groups.h"

#include <pageowner/profile.h>

/* What is shown, and room for its texts. A zeroed one is empty. */
struct po_view {
	struct pageowner_record record;
	struct pageowner_group group;
	struct po_buffer body;		/* of record */
	struct po_buffer value;
};

/* Allocate room for everything these groups can show: 0 or -ENOMEM. */
int po_view_reserve(struct po_view *view, const struct po_groups *groups);
void po_view_free(struct po_view *view, struct po_budget *budget);

/* Put one of the groups into view->group. */
void po_show_group(const struct po_groups *groups, size_t index, struct po_view *view);

/* Whether it has a value of a key that can be grouped or sorted by (not the txt), which
 * is then set */
bool po_show_value(const struct po_groups *groups, size_t index,
		   enum pageowner_field key, struct po_view *view,
		   struct pageowner_value *value);

#endif
