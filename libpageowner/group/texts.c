// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * texts.c - the texts of records, each stored once.
 *
 * The fields of a header come from the parsed record; bodies are not searched here. It
 * knows neither keys nor groups.
 */
#include "group/texts.h"

#include "base/cursor.h"

int po_texts_new(struct po_texts *t, struct po_understanding how)
{
	struct po_budget *b = how.budget;
	int ret;

	*t = (struct po_texts){ .how = how };
	ret = po_intern_new(sizeof(struct po_header), b, &t->headers);
	if (ret == 0)
		ret = po_intern_new(sizeof(struct po_name), b, &t->lines);
	if (ret == 0)
		ret = po_intern_new_of_lines(sizeof(struct po_body), b, t->lines,
					     &t->bodies);
	if (ret == 0)
		ret = po_intern_new_of_lines(sizeof(struct po_name), b, t->lines,
					     &t->callstacks);
	if (ret == 0)
		ret = po_intern_new(sizeof(struct po_name), b, &t->names);
	return ret;
}

void po_texts_free(struct po_texts *t)
{
	po_intern_free(t->headers);
	po_intern_free(t->bodies);
	po_intern_free(t->callstacks);
	po_intern_free(t->lines);
	po_intern_free(t->names);
	po_buffer_free(&t->stripped, t->how.budget);
	po_buffer_free(&t->joined, t->how.budget);
}

/* --- headers */

/* The header without the digits of its times */
static int strip_times(struct po_texts *t, const struct pageowner_record *r,
		       struct pageowner_text *text, uint32_t *free_ts_at)
{
	const char *from = r->header.ptr, *end;
	char *to;

	*free_ts_at = 0;
	if (!r->header.len) {	/* of a stack, which has no header */
		*text = PO_TEXT("");
		return 0;
	}
	end = from + r->header.len;
	if (po_buffer_need(&t->stripped, t->how.budget, r->header.len) < 0)
		return -ENOMEM;
	to = t->stripped.ptr;
	for (int i = 0; i < 2; i++) {
		uint32_t at = i ? r->free_ts_at : r->ts_at;
		struct po_cursor c;
		uint64_t digits;

		if (!at)
			continue;
		c = (struct po_cursor){ r->header.ptr + at, end };
		memcpy(to, from, (size_t)(c.at - from));
		to += c.at - from;
		if (i)
			*free_ts_at = (uint32_t)(to - t->stripped.ptr);
		(void)po_take_decimal(&c, &digits);
		from = c.at;
	}
	memcpy(to, from, (size_t)(end - from));
	to += end - from;
	*text = (struct pageowner_text){ t->stripped.ptr,
		(size_t)(to - t->stripped.ptr) };
	return 0;
}

struct po_entry *po_texts_add_header(struct po_texts *t,
				     const struct pageowner_record *r)
{
	struct pageowner_text text;
	struct po_entry *entry;
	struct po_header *h;
	uint32_t free_ts_at;

	if (strip_times(t, r, &text, &free_ts_at) < 0)
		return NULL;
	entry = po_intern_add(t->headers, text);
	if (!entry)
		return NULL;
	h = po_entry_payload(entry);
	if (h->has)
		return entry;
	h->has = (uint32_t)(r->has & PO_HAS_OF_HEADER & ~PO_HAS_COUNTS);
	h->gfp_mask = r->gfp_mask;
	h->order = r->order;
	h->pid = r->pid;
	h->tgid = r->tgid;
	h->ts_at = r->ts_at;
	h->free_ts_at = free_ts_at;
	/* Both are before the times, so their places stay. */
	if (r->has & PAGEOWNER_HAS_GFP_NAMES) {
		h->gfp_at = (uint32_t)(r->gfp_names.ptr - r->header.ptr);
		h->gfp_len = (uint32_t)r->gfp_names.len;
	}
	if (r->has & PAGEOWNER_HAS_COMM) {
		h->comm_at = (uint32_t)(r->comm.ptr - r->header.ptr);
		h->comm_len = (uint32_t)r->comm.len;
	}
	return entry;
}

/* --- bodies */

struct po_entry *po_texts_add_body(struct po_texts *t,
				   const struct pageowner_record *r)
{
	struct pageowner_text text = { r->stack.ptr,
		r->stack.len + r->notes.len };
	struct po_entry *entry = po_intern_add(t->bodies, text);
	struct po_body *b;

	if (!entry)
		return NULL;
	b = po_entry_payload(entry);
	b->stack_len = (uint32_t)r->stack.len;
	if (text.len > t->longest)
		t->longest = text.len;
	return entry;
}

int po_texts_join(struct po_texts *t, const struct po_entry *body,
		  struct pageowner_text *stack, struct pageowner_text *notes)
{
	struct pageowner_text text;

	if (po_entry_join(body, &t->joined, t->how.budget, &text) < 0)
		return -ENOMEM;
	po_body_parts(body, text, stack, notes);
	return 0;
}
