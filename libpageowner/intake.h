/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * intake.h - where the records of a profile go, or of the part that a thread reads:
 * past the filter into groups, or to those that wait for their stack.
 */
#ifndef PO_INTAKE_H
#define PO_INTAKE_H

#include "group/groups.h"
#include "group/handles.h"

struct pageowner_filter;

struct po_intake {
	const struct pageowner_filter *filter;
	bool selects;		/* the filter has selectors */
	struct po_groups groups;
	struct po_handles handles;
	uint32_t kinds;		/* 1 << enum pageowner_record_kind of what passed */
};

/* Empty, grouped by @by and by how texts are understood: 0 or -ENOMEM */
int po_intake_new(struct po_intake *intake, const struct po_keys *by,
		  struct po_understanding how);
/* An empty one that does with records what @like does */
int po_intake_new_like(struct po_intake *intake, const struct po_intake *like);
void po_intake_free(struct po_intake *intake);

/* Keep more of the PFN line; only while it is empty. 0 or -ENOMEM */
int po_intake_keep(struct po_intake *intake, const struct po_keys *kept);

/* Forget all records. 0, or -ENOMEM and nothing is done */
int po_intake_clear(struct po_intake *intake);

/* Before records are added: the filter is complete. */
void po_intake_begin(struct po_intake *intake);

/* Whether records must have their PFN line parsed */
bool po_intake_needs_pfn_line(const struct po_intake *intake);

/* 1 counted or waiting, 0 dropped, -ENOMEM. @same: PO_SAME_*, with the record before */
int po_intake_add(struct po_intake *intake, const struct pageowner_record *record,
		  unsigned int same, uint64_t seq);

/* The texts of the last record are gone: the next has nothing in common with it. */
void po_intake_forget_last(struct po_intake *intake);

/* Count what waits, with a stack or without: 0, or -ENOMEM and the rest still waits. */
int po_intake_resolve(struct po_intake *intake);

/* @seq is added to the order of what is in @from. 0, or -ENOMEM: then a part is added */
int po_intake_merge(struct po_intake *intake, const struct po_intake *from,
		    uint64_t seq);

#endif
