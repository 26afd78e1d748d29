/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * handles.h - resolve records that name their stack only by the kernel's number.
 */
#ifndef PO_HANDLES_H
#define PO_HANDLES_H

#include "group/groups.h"

/* A zeroed one has no records. */
struct po_handles {
	struct po_groups *waiting;	/* for their stacks, NULL if there are none */
	bool waited;		/* the last record waits */
	struct po_buffer lost;	/* handles, already resolved, without a stack */
	size_t lost_count;
	uint64_t missing;	/* handles that have no stack ... */
	uint64_t missing_pages;	/* ... and the pages of their records */
};

void po_handles_free(struct po_handles *handles, struct po_budget *budget);

/* Let a record for @groups wait for its stack; returns as po_groups_add(). */
int po_handles_wait(struct po_handles *handles, const struct po_groups *groups,
		    const struct pageowner_record *record, unsigned int same,
		    uint64_t seq);

/*
 * Give waiting records the stacks of the bodies in @groups, and pass each to @add, with
 * or without a stack: 0, or -ENOMEM, then the rest still waits. A negative result of
 * @add ends it.
 */
int po_handles_resolve(struct po_handles *handles, struct po_groups *groups,
		       int (*add)(void *data, const struct pageowner_record *record,
				  uint64_t seq), void *data);

/* Let what waits in @from wait in @to, for @groups. 0 or -ENOMEM */
int po_handles_merge(struct po_handles *to, const struct po_groups *groups,
		     const struct po_handles *from, uint64_t seq);

#endif
