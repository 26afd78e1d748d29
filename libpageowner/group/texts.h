/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * texts.h - the texts of records, each stored once.
 *
 * A record is stored as two texts: its header without the digits of the times, and
 * its body, which is stack and notes. What was found in a text is stored with it.
 */
#ifndef PO_TEXTS_H
#define PO_TEXTS_H

#include "base/intern.h"
#include "parse/notes.h"

struct pageowner_plumbing;
struct po_group;

/* The fields of a header, parsed once; payload of the table of headers */
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
	struct po_group *group;	/* if the header alone determines it, otherwise NULL */
};

/* The fields of a body, found once; payload of the table of bodies */
struct po_body {
	uint32_t stack_len;
	uint32_t rank;
	uint32_t callstack, portable;	/* numbers, plus 1; 0 is not known yet */
	uint32_t owner, module, memcg;	/* numbers of names, plus 1; 0: it has none */
	bool is_known;		/* those three */
	uint8_t mark;		/* for the code that adds records; 0 when new */
	uint8_t allocator;	/* PAGEOWNER_ALLOCATOR_*; 0: not known yet */
	struct po_group *group;	/* if the body alone determines it, otherwise NULL */
};

/* Payload of the tables of names, lines and call stacks */
struct po_name {
	uint32_t rank;
};

/* How texts are interpreted, and the budget for them */
struct po_understanding {
	struct po_budget *budget;
	const struct pageowner_plumbing *plumbing;
	bool kernel_labels;	/* slab pages by page flags alone */
};

struct po_texts {
	struct po_understanding how;
	struct po_intern *headers, *names;
	struct po_intern *lines;	/* lines of the next two */
	struct po_intern *bodies, *callstacks;	/* and call paths */
	/* Of the last record, for the next if it is equal; NULL: not known */
	struct po_entry *header, *body;
	size_t longest;			/* body, bytes */
	struct po_buffer stripped;	/* a header without its digits */
	struct po_buffer joined;	/* a body that is being looked at */
};

/* 0 or -ENOMEM. Must be freed in either case. */
int po_texts_new(struct po_texts *texts, struct po_understanding how);
void po_texts_free(struct po_texts *texts);

/* Find or create the entry of a record's header or body; NULL if memory runs out */
struct po_entry *po_texts_add_header(struct po_texts *texts,
				     const struct pageowner_record *record);
struct po_entry *po_texts_add_body(struct po_texts *texts,
				   const struct pageowner_record *record);

/* The same, remembered for the current record */
static inline struct po_entry *po_texts_header(struct po_texts *t,
					       const struct pageowner_record *r)
{
	if (!t->header)
		t->header = po_texts_add_header(t, r);
	return t->header;
}

static inline struct po_entry *po_texts_body(struct po_texts *t,
					     const struct pageowner_record *r)
{
	if (!t->body)
		t->body = po_texts_add_body(t, r);
	return t->body;
}

/* Stack and notes in the text of a body */
static inline void po_body_parts(const struct po_entry *body,
				 struct pageowner_text text,
				 struct pageowner_text *stack,
				 struct pageowner_text *notes)
{
	const struct po_body *b = po_entry_payload(body);

	*stack = (struct pageowner_text){ text.ptr, b->stack_len };
	*notes = (struct pageowner_text){ text.ptr + b->stack_len,
		text.len - b->stack_len };
}

/* A body's stack and notes, in texts->joined: 0 or -ENOMEM */
int po_texts_join(struct po_texts *texts, const struct po_entry *body,
		  struct pageowner_text *stack, struct pageowner_text *notes);

static inline struct po_entry *po_header_entry(const struct po_texts *t,
					       uint32_t number)
{
	size_t count;

	return po_intern_entries(t->headers, &count)[number];
}

static inline struct po_entry *po_body_entry(const struct po_texts *t,
					     uint32_t number)
{
	size_t count;

	return po_intern_entries(t->bodies, &count)[number];
}

static inline struct po_header *po_header_of(const struct po_texts *t,
					     uint32_t number)
{
	return po_entry_payload(po_header_entry(t, number));
}

static inline struct po_body *po_body_of(const struct po_texts *t, uint32_t number)
{
	return po_entry_payload(po_body_entry(t, number));
}

#endif
