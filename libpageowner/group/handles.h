/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * handles.h - records that name their stack only by the kernel's number for it.
 */
#ifndef PO_HANDLES_H
#define PO_HANDLES_H

#include "group/groups.h"

/* Zeroed there are none. */
struct po_handles {
	struct po_groups *waiting;	/* for their stacks, NULL if there are none */
	bool waited;		/* the last record went there */
	struct po_buffer lost;	/* handles without a stack of those resolved already */
	size_t lost_count;
	uint64_t missing;	/* handles that were found to have no stack ... */
	uint64_t missing_pages;	/* ... and the pages of their records */
};

void po_handles_free(struct po_handles *handles, struct po_budget *budget);

/* Let a record for @groups wait for its stack; as po_groups_add(). */
int po_handles_wait(struct po_handles *handles, const struct po_groups *groups,
		    const struct pageowner_record *record, unsigned int same,
		    uint64_t seq);

/*
 * Give what waits the stacks of the bodies in @groups, and hand it to @add, record by
 * record, with a stack or, if there is none, without: 0, or -ENOMEM and the rest still
 * waits. @add: negative to end that
 */
int po_handles_resolve(struct po_handles *handles, struct po_groups *groups,
		       int (*add)(void *data, const struct pageowner_record *record,
				  uint64_t seq), void *data);

/* Let wait in @to, for @groups, what waits in @from. 0 or -ENOMEM */
int po_handles_merge(struct po_handles *to, const struct po_groups *groups,
		     const struct po_handles *from, uint64_t seq);

#endif
