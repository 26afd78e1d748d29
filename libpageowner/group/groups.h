/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * groups.h - group records that are equal in some keys, and count them.
 *
 * It stores the texts of records and their counts. It knows nothing of where they come
 * from, of filters, or of how groups are shown.
 */
#ifndef PO_GROUPS_H
#define PO_GROUPS_H

#include "field_private.h"
#include "group/texts.h"

/* Payload of the table of groups, whose texts are one uint64_t a key of by: its value,
 * see value.h */
struct po_group {
	uint64_t times;
	uint64_t pages;
	uint64_t seq;		/* input order of the first record */
	uint64_t ts_ns;		/* of the first record, PO_NO_TIME if absent */
	uint64_t free_ts_ns;
	uint32_t header, body;	/* of the first record */
	uint32_t counts;	/* PO_HAS_COUNTS of its records; 0: it has no record yet */
	uint8_t label;		/* po_label_of() the first record */
	uint8_t kind;		/* of the first record */
	bool is_free;		/* po_value_of_free() the first record */
	uint64_t kept[];	/* one for each key of kept */
};

struct po_groups {
	struct po_keys by;	/* in the order of comparison */
	struct po_keys kept;	/* of the PFN line, stored but not grouped by */
	bool repeats;		/* equal header and body imply an equal group */
	struct po_texts texts;
	struct po_intern *groups;
	struct po_group *last;	/* of the last record, NULL: not known */
	bool in_order;		/* the table is in input order ... */
	uint64_t newest;	/* ... and this is the seq of its last group */
	uint64_t times, pages, has;
};

/* Only the sets of @by and @kept matter, not their order. 0 or -ENOMEM */
int po_groups_new(struct po_groups *groups, const struct po_keys *by,
		  const struct po_keys *kept, struct po_understanding how);
void po_groups_free(struct po_groups *groups);

/* Keep these, while there are no groups: 0, or -ENOMEM: nothing is done. */
int po_groups_keep(struct po_groups *groups, const struct po_keys *kept);

/* Drop all records, but keep how they are grouped. 0, or -ENOMEM without any change */
int po_groups_clear(struct po_groups *groups);

/* Begin a record. What it has in common with the last one (@same: PO_SAME_*) stays
 * known, the rest is forgotten. */
static inline void po_groups_next(struct po_groups *g, unsigned int same)
{
	if (!(same & PO_SAME_HEADER)) {
		g->texts.header = NULL;
		g->last = NULL;
	}
	if (!(same & PO_SAME_BODY)) {
		g->texts.body = NULL;
		g->last = NULL;
	}
}

/* Count a record: 1; 0 if it has no counts; -ENOMEM. */
int po_groups_add(struct po_groups *groups, const struct pageowner_record *record,
		  uint64_t seq);

/* Store the body of a record without a group: 0 or -ENOMEM. */
int po_groups_keep_body(struct po_groups *groups,
			const struct pageowner_record *record);

/* For code that fills a group: add to its counts and to the sums over all */
void po_groups_add_pages(struct po_groups *groups, struct po_group *group,
			 uint64_t times, uint64_t pages);

/* The last group of the table was added, and its place in input order is @seq. */
static inline void po_groups_note_new(struct po_groups *g, uint64_t seq)
{
	g->in_order = g->in_order && seq >= g->newest;
	g->newest = seq;
}

/* The value of a key in a group (see value.h), if it is known without looking at
 * texts; false for all other keys and for the allocator */
bool po_group_number(const struct po_groups *groups, const struct po_entry *group,
		     enum pageowner_field key, uint64_t *value);

/* The same for any key. May add texts to their tables: -ENOMEM through *error. */
uint64_t po_groups_value(struct po_groups *groups, const struct po_entry *group,
			 enum pageowner_field key, int *error);

/* Determine the allocator of all groups, for po_label_known(): 0 or -ENOMEM */
int po_groups_find_labels(struct po_groups *groups);

static inline size_t po_groups_count(const struct po_groups *g)
{
	size_t count;

	po_intern_entries(g->groups, &count);
	return count;
}

static inline const struct po_entry *po_groups_at(const struct po_groups *g,
						  size_t index)
{
	size_t count;

	return po_intern_entries(g->groups, &count)[index];
}

#endif
