/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * handles.h - stacks that a record names only by the kernel's number for them.
 */
#ifndef PO_HANDLES_H
#define PO_HANDLES_H

#include "group/profile_private.h"

/* Keep the stack of a record that tells only what its handle is: 0 or -ENOMEM. */
int po_handles_learn(struct pageowner_profile *p,
		     const struct pageowner_record *record);

/* Let a record wait for the stack of its handle; as po_profile_add(). */
int po_handles_wait(struct pageowner_profile *p,
		    const struct pageowner_record *record, unsigned int same,
		    uint64_t seq);

/* Make groups of what waits: 0, or -ENOMEM also if an earlier call failed. */
int po_handles_settle(struct pageowner_profile *p);

#endif
