/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * field_private.h - sets and lists of fields.
 */
#ifndef PO_FIELD_PRIVATE_H
#define PO_FIELD_PRIVATE_H

#include "base/po.h"

#include <pageowner/field.h>

/* In a set of fields */
#define PO_FIELD_BIT(field)	(UINT64_C(1) << (field))
_Static_assert(PAGEOWNER_FIELD_COUNT <= 64, "a set of fields is a uint64_t");

/* Whether groups have it: it can be grouped or sorted by */
static inline bool po_field_is_key(enum pageowner_field field)
{
	const struct pageowner_field_info *info = pageowner_field_info(field);

	return info && info->uses & (PAGEOWNER_FIELD_GROUPS | PAGEOWNER_FIELD_SORTS);
}

/* Whether records that are equal in these fields (PO_FIELD_BIT() of each) are also
 * equal in another */
bool po_fields_determine(uint64_t fields, enum pageowner_field field);

struct po_keys {
	unsigned int count;
	uint64_t set;		/* PO_FIELD_BIT() of each */
	struct {
		enum pageowner_field key;
		bool descending;
	} keys[PAGEOWNER_FIELD_COUNT];
};

/* Of repeated keys the first counts. 0, or -EINVAL with *where (unless NULL) set. */
int po_keys_parse(const char *list, unsigned int use, struct po_keys *keys,
		  const char **where);

/* The member of a record that holds a field, if it is a plain member */
struct po_member {
	uint64_t has;		/* present if all of these bits are set */
	uint32_t offset;
	enum {
		PO_MEMBER_NONE, PO_MEMBER_S32, PO_MEMBER_U32, PO_MEMBER_U64,
		PO_MEMBER_BITS, PO_MEMBER_TEXT,
	} type;
};

extern const struct po_member po_members[PAGEOWNER_FIELD_COUNT];

static inline bool po_has_member(const struct pageowner_record *r,
				 const struct po_member *m)
{
	return (r->has & m->has) == m->has;
}

/* Counts and times of more than 63 bits become the largest number. */
static inline int64_t po_member_number(const struct pageowner_record *r,
				       const struct po_member *m)
{
	const char *at = (const char *)r + m->offset;
	uint64_t number;

	if (m->type == PO_MEMBER_S32)
		return *(const int32_t *)at;
	if (m->type == PO_MEMBER_U32)
		return *(const uint32_t *)at;
	number = *(const uint64_t *)at;
	return m->type == PO_MEMBER_U64 && number > INT64_MAX ? INT64_MAX :
		(int64_t)number;
}

static inline struct pageowner_text po_member_text(const struct pageowner_record *r,
						   const struct po_member *m)
{
	return *(const struct pageowner_text *)((const char *)r + m->offset);
}

/* What a report gives as owner or innermost module of its group: it takes precedence over
 * the stack. */
static inline bool po_report_says(const struct pageowner_record *r,
				  enum pageowner_field field,
				  struct pageowner_text *said)
{
	const bool is_owner = field == PAGEOWNER_FIELD_OWNER;

	if (!(r->has & (is_owner ? PAGEOWNER_HAS_OWNER : PAGEOWNER_HAS_MODULE)))
		return false;
	*said = is_owner ? r->owner : r->module;
	return true;
}

/* The keys of the set, in the order in which a profile compares them */
void po_keys_put_in_order(struct po_keys *keys);

#endif
