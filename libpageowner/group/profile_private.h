/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * profile.h - the inside of a profile, for profile.c, merge.c, sort.c, load.c.
 *
 * A record is stored as two texts, each kept once: its header without the
 * digits of the times, and its body (stack and notes). A group is found by the
 * values of its keys; texts among them are numbers of the tables below, so a
 * group's identity is a few integers.
 */
#ifndef PO_PROFILE_H
#define PO_PROFILE_H

#include "base/po.h"

#include <pageowner/profile.h>

#include "base/budget.h"
#include "parse/conditions.h"
#include "base/intern.h"
#include "field_private.h"

struct po_group;

/* What a header says, parsed once; payload of the table of headers */
struct po_header {
	uint64_t gfp_mask;
	uint32_t has;		/* PO_HAS_OF_HEADER, which are low bits */
	uint32_t order;
	int32_t pid, tgid;
	uint32_t ts_at, free_ts_at;
	uint32_t gfp_at, gfp_len;
	uint32_t comm_at, comm_len;
	uint32_t rank;
	uint32_t name, gfp;	/* numbers of names, plus 1; 0 is not known yet */
	struct po_group *group;	/* if the header alone tells it, else NULL */
};

enum po_verdict { PO_UNJUDGED, PO_PASSES, PO_DROPPED };

/* What a body says, found once; payload of the table of bodies */
struct po_body {
	uint32_t stack_len;
	uint32_t rank;
	uint32_t callstack;	/* number, plus 1; 0 is not known yet */
	uint32_t owner, module, memcg;	/* numbers of names, plus 1; 0 is none */
	bool is_known;		/* those three */
	uint8_t verdict;	/* enum po_verdict, of the filter */
	uint8_t allocator;	/* PAGEOWNER_ALLOCATOR_*, 0 is not known yet */
	struct po_group *group;	/* if the body alone tells it, else NULL */
};

/* Payload of the tables of names, lines and call stacks */
struct po_name {
	uint32_t rank;
};

/* Payload of the table of groups; the key is one uint64_t a key of by */
struct po_group {
	uint64_t times;
	uint64_t pages;
	uint64_t seq;		/* input order of the first record */
	uint64_t ts_ns;		/* of the first record, PO_NO_TIME if absent */
	uint64_t free_ts_ns;
	uint32_t header, body;	/* of the first record */
	uint32_t counts;	/* PO_HAS_COUNTS that were told; 0 is a new group */
	uint8_t label;		/* PAGEOWNER_ALLOCATOR_* of the first one's PFN line,
				 * or PO_LABEL_TOLD and all of them */
	uint8_t kind;		/* likewise */
	uint64_t kept[];	/* one for each key of the profile's kept */
};

#define PO_NO_TIME	UINT64_MAX
#define PO_LABEL_TOLD	0x80u

struct pageowner_profile {
	struct po_keys by;	/* in the order of enum pageowner_field */
	struct po_keys kept;	/* of the PFN line, kept though not grouped by */
	const struct pageowner_filter *filter;
	unsigned int flags;
	unsigned int jobs;
	int (*progress)(void *data, uint64_t done, uint64_t size);
	void *progress_data;
	const struct pageowner_plumbing *plumbing;
	struct po_budget *budget;	/* its own, or of whom it is a part of */
	struct po_budget own_budget;
	bool repeats;		/* equal header and body: surely equal group */
	struct po_intern *headers, *names, *groups;
	struct po_intern *lines;	/* what the next two are made of */
	struct po_intern *bodies, *callstacks;
	/* The last record's, for the next that is like it; NULL: not known */
	struct {
		struct po_entry *header, *body;
		struct po_group *group;
	} last;
	struct po_buffer stripped;	/* a header without its digits */
	struct po_buffer joined;	/* a body that is being looked at */
	struct po_buffer shown, value;	/* texts that were handed out */
	/* handles.c */
	struct pageowner_profile *waiting;	/* for the stacks of handles */
	bool is_waiting;	/* this is such a one */
	bool waited;		/* the last record went there */
	int lost;		/* negative errno if not all of them came back */
	uint64_t missing, missing_pages;	/* handles without a stack */
	uint64_t seq;		/* of the next file or record */
	bool in_order;
	uint64_t times, pages, has;
	uint32_t kinds;
	struct pageowner_input_stats stats;
	struct po_captures captures;
	struct pageowner_record record;	/* what group shows */
	struct pageowner_group group;
	char error[512];
};

static inline struct po_header *po_header_of(const struct pageowner_profile *p,
					     uint32_t number)
{
	size_t count;

	return po_entry_payload(po_intern_entries(p->headers, &count)[number]);
}

static inline struct po_body *po_body_of(const struct pageowner_profile *p,
					 uint32_t number)
{
	size_t count;

	return po_entry_payload(po_intern_entries(p->bodies, &count)[number]);
}

/* What kind of table the numbers of a key are of; NULL for plain numbers */
struct po_intern *po_key_table(const struct pageowner_profile *p,
			       enum pageowner_field key);

/*
 * A key's value for a group, as in the groups' table: for texts number + 1, for
 * numbers so that they sort as they should; 0 is absent. -ENOMEM through *error.
 */
uint64_t po_group_value(struct pageowner_profile *p, const struct po_entry *group,
			enum pageowner_field key, int *error);

/* 1 counted, 0 dropped, -ENOMEM. @same: PO_SAME_*, with the record before */
int po_profile_add(struct pageowner_profile *p,
		   const struct pageowner_record *record, unsigned int same,
		   uint64_t seq);

/* For a filter with po_filter_lacks_clock(): -EINVAL, and its sentence */
int po_profile_refuse_age(struct pageowner_profile *p);

/* A record that waited and passed the filter's other conditions then */
int po_profile_add_settled(struct pageowner_profile *p,
			   const struct pageowner_record *record, uint64_t seq);

/* Keep the text of a record's body, without a group: 0 or -ENOMEM. */
int po_profile_keep_body(struct pageowner_profile *p,
			 const struct pageowner_record *record);

/* Place in input order of a group's first record, and what its PFN line said of
 * the allocator, as such a line would. */
uint64_t po_group_seq(struct pageowner_profile *p, size_t index);
struct pageowner_text po_group_label(struct pageowner_profile *p, size_t index);

/* Whether records must have their PFN line parsed. */
bool po_profile_needs_pfn_line(const struct pageowner_profile *p);

/* An empty profile that groups as @like does, for another thread */
int po_profile_clone(struct pageowner_profile *like,
		     struct pageowner_profile **profile);

/* An empty profile for records of @like that wait: grouped by all that will
 * matter when they are added to it */
int po_profile_new_waiting(struct pageowner_profile *like,
			   struct pageowner_profile **profile);

/* Forget all records, but not how they are grouped. 0 or -ENOMEM */
int po_profile_clear(struct pageowner_profile *p);

/* @seq is added to the order of the records of @from. */
int po_profile_merge(struct pageowner_profile *p,
		     const struct pageowner_profile *from, uint64_t seq);

void po_profile_add_pages(struct pageowner_profile *p, struct po_group *group,
			  uint64_t times, uint64_t pages);

#endif
