// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * record.c - copy a record with its texts.
 *
 * It knows which members are texts, and nothing of what they contain.
 */
#include "base/po.h"

#include <stdlib.h>

/* Separate texts; stack and notes are contiguous and handled separately. */
static const size_t wholes[] = {
	offsetof(struct pageowner_record, header),
	offsetof(struct pageowner_record, pfn_line),
};

/* Texts that may be inside one of those or the body, and their presence bits */
static const struct {
	size_t at;
	uint64_t has;
} parts[] = {
	{ offsetof(struct pageowner_record, gfp_names), PAGEOWNER_HAS_GFP_NAMES },
	{ offsetof(struct pageowner_record, comm), PAGEOWNER_HAS_COMM },
	{ offsetof(struct pageowner_record, page_type), PAGEOWNER_HAS_PAGE_TYPE },
	{ offsetof(struct pageowner_record, block_type), PAGEOWNER_HAS_BLOCK_TYPE },
	{ offsetof(struct pageowner_record, flag_names), PAGEOWNER_HAS_FLAG_NAMES },
	{ offsetof(struct pageowner_record, migrate_reason),
	  PAGEOWNER_HAS_MIGRATE_REASON },
	{ offsetof(struct pageowner_record, memcg), PAGEOWNER_HAS_MEMCG },
	{ offsetof(struct pageowner_record, module), PAGEOWNER_HAS_MODULE },
	{ offsetof(struct pageowner_record, owner), PAGEOWNER_HAS_OWNER },
	{ offsetof(struct pageowner_record, free_stack), PAGEOWNER_HAS_FREE_STACK },
};

/* Source and destination of a text */
struct move {
	struct pageowner_text from;
	char *to;
};

static struct pageowner_text *text_at(struct pageowner_record *r, size_t at)
{
	return (struct pageowner_text *)((char *)r + at);
}

static struct pageowner_text get_text(const struct pageowner_record *r, size_t at)
{
	struct pageowner_text text;

	memcpy(&text, (const char *)r + at, sizeof(text));
	return text;
}

static struct pageowner_text body_of(const struct pageowner_record *r)
{
	return (struct pageowner_text){ r->stack.len ? r->stack.ptr : r->notes.ptr,
		r->stack.len + r->notes.len };
}

static char *copy_text(char *to, struct pageowner_text from)
{
	if (from.len)
		memcpy(to, from.ptr, from.len);
	return to + from.len;
}

/* Where a text is after all of @moves; NULL if it is not in any of them */
static const char *moved(const struct move *moves, size_t count,
			 struct pageowner_text text)
{
	for (size_t i = 0; i < count; i++) {
		const uintptr_t from = (uintptr_t)moves[i].from.ptr;
		const uintptr_t at = (uintptr_t)text.ptr;

		if (at >= from && at + text.len <= from + moves[i].from.len)
			return moves[i].to + (at - from);
	}
	return NULL;
}

PO_EXPORT int pageowner_record_copy(const struct pageowner_record *record,
				    struct pageowner_record **copy)
{
	struct move moves[PO_ARRAY_SIZE(wholes) + 1];
	struct pageowner_record *r;
	size_t size = sizeof(*r) + body_of(record).len, count = 0;
	char *to;

	for (size_t i = 0; i < PO_ARRAY_SIZE(wholes); i++)
		size += get_text(record, wholes[i]).len;
	/* As if each were separate: few bytes, and one pass */
	for (size_t i = 0; i < PO_ARRAY_SIZE(parts); i++)
		if (record->has & parts[i].has)
			size += get_text(record, parts[i].at).len;
	r = malloc(size);
	if (!r)
		return -ENOMEM;
	*r = *record;
	to = (char *)(r + 1);
	for (size_t i = 0; i < PO_ARRAY_SIZE(wholes); i++) {
		moves[count++] = (struct move){ get_text(record, wholes[i]), to };
		text_at(r, wholes[i])->ptr = to;
		to = copy_text(to, get_text(record, wholes[i]));
	}
	moves[count++] = (struct move){ body_of(record), to };
	r->stack.ptr = to;
	r->notes.ptr = to + r->stack.len;
	to = copy_text(to, body_of(record));
	for (size_t i = 0; i < PO_ARRAY_SIZE(parts); i++) {
		struct pageowner_text *part = text_at(r, parts[i].at);

		if (!(record->has & parts[i].has)) {
			*part = PO_TEXT("");
			continue;
		}
		part->ptr = moved(moves, count, *part);
		if (part->ptr)
			continue;
		part->ptr = to;
		to = copy_text(to, get_text(record, parts[i].at));
	}
	*copy = r;
	return 0;
}

PO_EXPORT void pageowner_record_free(struct pageowner_record *record)
{
	free(record);
}
