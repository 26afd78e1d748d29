/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * value.h - values of keys as integers, and back.
 *
 * For a text it is its number in a table plus 1, for a number an integer that sorts in
 * the same way; 0 means absent. So the identity of a group is a few integers.
 */
#ifndef PO_VALUE_H
#define PO_VALUE_H

#include "field_private.h"
#include "group/texts.h"

/* Sets of keys, by what determines their values */
#define PO_KEY(key)		PO_FIELD_BIT(PAGEOWNER_FIELD_##key)
#define PO_PFN_LINE_KEYS	(PO_KEY(MIGRATETYPE) | PO_KEY(BLOCKTYPE) | \
	PO_KEY(NODE) | PO_KEY(ZONE))
/* Not determined by header and body */
#define PO_OWN_KEYS	(PO_PFN_LINE_KEYS | PO_KEY(ALLOCATOR) | PO_KEY(FREE) | \
	PO_KEY(ALLOC_TS))
#define PO_HEADER_KEYS	(PO_KEY(TXT) | PO_KEY(PID) | PO_KEY(TGID) | PO_KEY(NAME) | \
	PO_KEY(ORDER) | PO_KEY(GFP) | PO_KEY(PAGES))
#define PO_BODY_KEYS	(PO_KEY(TXT) | PO_KEY(STACKTRACE) | PO_KEY(ALLOCATOR) | \
	PO_KEY(CALLSTACK) | PO_KEY(PORTABLE) | PO_KEY(MODULE) | PO_KEY(OWNER) | PO_KEY(MEMCG) | \
	PO_KEY(FREE_PID) | PO_KEY(FREE_TGID) | PO_KEY(FREE_STACK))
/* Only the header */
#define PO_HEADER_ONLY_KEYS	(PO_HEADER_KEYS & ~PO_KEY(TXT))
#define PO_BODY_ONLY_KEYS	(PO_BODY_KEYS & ~(PO_KEY(TXT) | PO_KEY(ALLOCATOR)))

#define PO_NO_TIME	UINT64_MAX

/* The table to which the numbers of a key belong; NULL for plain numbers */
struct po_intern *po_value_table(const struct po_texts *texts,
				 enum pageowner_field key);

/* The value in a record whose header and body are known if the key needs them. Adds
 * texts to their tables: -ENOMEM through *error. */
uint64_t po_value_of_record(struct po_texts *texts, enum pageowner_field key,
			    const struct pageowner_record *record, int *error);

/* The same for keys that header or body determine; otherwise 0. The one that the key
 * does not need may be NULL. */
uint64_t po_value_of_texts(struct po_texts *texts, enum pageowner_field key,
			   const struct po_entry *header, const struct po_entry *body,
			   int *error);

uint64_t po_value_of_time(uint64_t ns);
/* Whether the page is free again, by its times or because its record says so */
bool po_value_is_released(uint64_t ts_ns, uint64_t free_ts_ns);
bool po_value_of_free(const struct pageowner_record *record);

/* PO_NO_TIME if the record has none */
uint64_t po_value_ts(const struct pageowner_record *record);
uint64_t po_value_free_ts(const struct pageowner_record *record);

/* The way back: whether there is a value, which is then set. @room: for the longest
 * body; @shown refers to it or to the tables. */
bool po_value_show(const struct po_texts *texts, enum pageowner_field key,
		   uint64_t value, char *room, struct pageowner_value *shown);

/* A key that header or body determine, searched in them: unlike po_value_of_texts()
 * and po_value_show() it adds nothing to the tables. */
bool po_value_look(const struct po_texts *texts, enum pageowner_field key,
		   const struct po_entry *header, const struct po_entry *body,
		   char *room, struct pageowner_value *shown);

#endif
