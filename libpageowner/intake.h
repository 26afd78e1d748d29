/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * intake.h - take the records of a profile, or of the part that one thread reads:
 * through the filter into groups, or to those that wait for their stack.
 */
#ifndef PO_INTAKE_H
#define PO_INTAKE_H

#include "group/groups.h"
#include "group/handles.h"

struct pageowner_filter;

struct po_intake {
	const struct pageowner_filter *filter;
	bool selects;		/* the filter has selectors */
	bool with_released;	/* count pages that are free, whatever is asked */
	bool held_only;		/* known when it begins: leave them out */
	uint64_t released, released_pages;	/* left out: allocations, base pages */
	struct po_groups groups;
	struct po_handles handles;
	uint32_t kinds;		/* 1 << enum pageowner_record_kind of what passed */
};

/* Create an empty one that groups by @by: 0 or -ENOMEM */
int po_intake_new(struct po_intake *intake, const struct po_keys *by,
		  struct po_understanding how);
/* Create an empty one that treats records as @like does: 0 or -ENOMEM */
int po_intake_new_like(struct po_intake *intake, const struct po_intake *like);
void po_intake_free(struct po_intake *intake);

/* Keep more fields of the PFN line; only while it is empty. 0 or -ENOMEM */
int po_intake_keep(struct po_intake *intake, const struct po_keys *kept);

/* Drop all records. 0, or -ENOMEM without any change */
int po_intake_clear(struct po_intake *intake);

/* Before records are added: the filter is complete. */
void po_intake_begin(struct po_intake *intake);

/* Whether records must have their PFN line parsed */
bool po_intake_needs_pfn_line(const struct po_intake *intake);

/* 1: counted or waiting; 0: dropped; -ENOMEM. @same: PO_SAME_* with the last record */
int po_intake_add(struct po_intake *intake, const struct pageowner_record *record,
		  unsigned int same, uint64_t seq);

/* The texts of the last record are freed: do not compare the next one with it. */
void po_intake_forget_last(struct po_intake *intake);

/* Count what waits, with or without a stack: 0, or -ENOMEM, then the rest still waits. */
int po_intake_resolve(struct po_intake *intake);

/* Add @from; @seq is added to the order of its records. 0, or -ENOMEM after a part was
 * added */
int po_intake_merge(struct po_intake *intake, const struct po_intake *from,
		    uint64_t seq);

#endif
