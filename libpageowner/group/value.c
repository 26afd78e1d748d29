// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * value.c - values of keys as integers, and back: the only place that knows both ways.
 *
 * It knows nothing of groups, which consist of such values.
 */
#include "group/value.h"

#include <inttypes.h>
#include <stdio.h>

#include <pageowner/stack.h>

#include "group/body.h"
#include "group/label.h"

struct po_intern *po_value_table(const struct po_texts *t, enum pageowner_field key)
{
	switch (key) {
	case PAGEOWNER_FIELD_STACKTRACE:
		return t->bodies;
	case PAGEOWNER_FIELD_CALLSTACK:
	case PAGEOWNER_FIELD_PORTABLE:
		return t->callstacks;
	case PAGEOWNER_FIELD_NAME:
	case PAGEOWNER_FIELD_MODULE:
	case PAGEOWNER_FIELD_OWNER:
	case PAGEOWNER_FIELD_GFP:
	case PAGEOWNER_FIELD_MIGRATETYPE:
	case PAGEOWNER_FIELD_BLOCKTYPE:
	case PAGEOWNER_FIELD_MEMCG:
	case PAGEOWNER_FIELD_FREE_STACK:
		return t->names;
	default:
		return NULL;
	}
}

/* --- numbers */

/* Absent is 0, and the smallest number follows. */
static uint64_t id_value(bool has, int32_t id)
{
	return has ? (uint64_t)((int64_t)id - INT32_MIN) + 1 : 0;
}

static int64_t id_shown(uint64_t value)
{
	return (int64_t)(value - 1) + INT32_MIN;
}

uint64_t po_value_of_time(uint64_t ns)
{
	return ns + 1;	/* PO_NO_TIME becomes 0 */
}

/* Larger ones would be negative. */
static int64_t number_shown(uint64_t number)
{
	return number > INT64_MAX ? INT64_MAX : (int64_t)number;
}

bool po_value_is_released(uint64_t ts_ns, uint64_t free_ts_ns)
{
	return ts_ns != PO_NO_TIME && free_ts_ns != PO_NO_TIME &&
		free_ts_ns && ts_ns < free_ts_ns;
}

uint64_t po_value_ts(const struct pageowner_record *r)
{
	return r->has & PAGEOWNER_HAS_TS ? r->ts_ns : PO_NO_TIME;
}

uint64_t po_value_free_ts(const struct pageowner_record *r)
{
	return r->has & PAGEOWNER_HAS_FREE_TS ? r->free_ts_ns : PO_NO_TIME;
}

bool po_value_of_free(const struct pageowner_record *r)
{
	/* The words know more than the times. */
	if (r->has & (PAGEOWNER_HAS_RELEASED | PAGEOWNER_HAS_ALLOCATED))
		return r->has & PAGEOWNER_HAS_RELEASED;
	return po_value_is_released(po_value_ts(r), po_value_free_ts(r));
}

/* --- what texts say */

#define HEX_MAX	(2 + 16 + 1)

static bool has_gfp(const struct po_header *h)
{
	return h->has & (PAGEOWNER_HAS_GFP_MASK | PAGEOWNER_HAS_GFP_NAMES);
}

/* In @hex if there are no names: an old kernel, or a mask of 0 */
static struct pageowner_text gfp_of(const struct po_entry *header, char hex[HEX_MAX])
{
	const struct po_header *h = po_entry_payload(header);

	if (h->gfp_len)
		return (struct pageowner_text){ header->text + h->gfp_at, h->gfp_len };
	return (struct pageowner_text){ hex,
		(size_t)snprintf(hex, HEX_MAX, "0x%" PRIx64, h->gfp_mask) };
}

static struct pageowner_text comm_of(const struct po_entry *header)
{
	const struct po_header *h = po_entry_payload(header);

	return (struct pageowner_text){ header->text + h->comm_at, h->comm_len };
}

/* --- texts -> integers */

/* The number of a text in a table, plus 1; 0 and *error if memory runs out */
static uint32_t number_of(struct po_intern *table, struct pageowner_text text,
			  int *error)
{
	const struct po_entry *entry = po_intern_add(table, text);

	if (!entry) {
		*error = -ENOMEM;
		return 0;
	}
	return entry->key.number + 1;
}

static uint64_t name_value(struct po_texts *t, const struct po_entry *header,
			   int *error)
{
	struct po_header *h = po_entry_payload(header);

	if (!h->name && h->has & PAGEOWNER_HAS_COMM)
		h->name = number_of(t->names, comm_of(header), error);
	return h->name;
}

static uint64_t gfp_value(struct po_texts *t, const struct po_entry *header,
			  int *error)
{
	struct po_header *h = po_entry_payload(header);
	char hex[HEX_MAX];

	if (!h->gfp && has_gfp(h))
		h->gfp = number_of(t->names, gfp_of(header, hex), error);
	return h->gfp;
}

static uint64_t callstack_value(struct po_texts *t, const struct po_entry *body,
				int *error)
{
	struct po_body *b = po_entry_payload(body);
	struct pageowner_text stack, notes;

	if (!b->callstack) {
		if (po_texts_join(t, body, &stack, &notes) < 0)
			*error = -ENOMEM;
		else
			b->callstack = number_of(t->callstacks,
					po_body_callstack(stack, notes), error);
	}
	return b->callstack;
}

static uint64_t portable_value(struct po_texts *t, const struct po_entry *body, int *error)
{
	struct po_body *b = po_entry_payload(body);
	struct pageowner_text stack, notes;

	if (!b->portable) {
		if (po_texts_join(t, body, &stack, &notes) < 0)
			*error = -ENOMEM;
		else
			b->portable = number_of(t->callstacks,
				po_body_path(stack, notes, t->joined.ptr), error);
	}
	return b->portable;
}

/*
 * Find owner, module and memcg in the text of a body, once. A body without one of them
 * has the number 0 from then on.
 */
static int look_into(struct po_texts *t, const struct po_entry *body)
{
	struct po_body *b = po_entry_payload(body);
	struct pageowner_text stack, notes, found;
	int error = po_texts_join(t, body, &stack, &notes);

	if (error < 0)
		return error;
	if (po_body_owner(t, stack, &found))
		b->owner = number_of(t->names, found, &error);
	found = pageowner_stack_module(stack);
	if (found.len)
		b->module = number_of(t->names, found, &error);
	if (po_body_memcg(notes, &found))
		b->memcg = number_of(t->names, found, &error);
	b->is_known = error == 0;
	return error;
}

static uint64_t known_value(const struct po_body *b, enum pageowner_field key)
{
	return key == PAGEOWNER_FIELD_OWNER ? b->owner :
		key == PAGEOWNER_FIELD_MODULE ? b->module : b->memcg;
}

static uint64_t body_value(struct po_texts *t, enum pageowner_field key,
			   const struct po_entry *body, int *error)
{
	const struct po_body *b = po_entry_payload(body);

	if (!b->is_known) {
		int ret = look_into(t, body);

		if (ret < 0)
			*error = ret;
	}
	return known_value(b, key);
}

/* Who freed the page, as parsed from the notes */
static uint64_t free_value(struct po_texts *t, enum pageowner_field key,
			   const struct pageowner_record *r, int *error)
{
	const struct po_member *m = &po_members[key];

	if (key != PAGEOWNER_FIELD_FREE_STACK)
		return id_value(po_has_member(r, m), (int32_t)po_member_number(r, m));
	return po_has_member(r, m) ? number_of(t->names, r->free_stack, error) : 0;
}

static uint64_t free_value_of_body(struct po_texts *t, enum pageowner_field key,
				   const struct po_entry *body, int *error)
{
	struct pageowner_record r = { 0 };
	struct pageowner_text stack, notes;

	if (po_texts_join(t, body, &stack, &notes) < 0) {
		*error = -ENOMEM;
		return 0;
	}
	po_notes_parse(notes, &r);
	return free_value(t, key, &r, error);
}

/* Keys of numbers that the header has; 0 for all others */
static uint64_t header_number(const struct po_entry *header, enum pageowner_field key)
{
	const struct po_header *h = header ? po_entry_payload(header) : NULL;

	if (!h)
		return 0;
	switch (key) {
	case PAGEOWNER_FIELD_PID:
		return id_value(h->has & PAGEOWNER_HAS_PID, h->pid);
	case PAGEOWNER_FIELD_TGID:
		return id_value(h->has & PAGEOWNER_HAS_TGID, h->tgid);
	case PAGEOWNER_FIELD_ORDER:
		return h->has & PAGEOWNER_HAS_ORDER ? (uint64_t)h->order + 1 : 0;
	case PAGEOWNER_FIELD_PAGES:
		return h->has & PAGEOWNER_HAS_ORDER ? UINT64_C(1) << h->order : 0;
	default:	/* not kept, or the same for all records */
		return 0;
	}
}

uint64_t po_value_of_texts(struct po_texts *t, enum pageowner_field key,
			   const struct po_entry *header, const struct po_entry *body,
			   int *error)
{
	switch (key) {
	case PAGEOWNER_FIELD_TXT:
		return (uint64_t)header->key.number << 32 | body->key.number;
	case PAGEOWNER_FIELD_STACKTRACE:
		return (uint64_t)body->key.number + 1;
	case PAGEOWNER_FIELD_NAME:
		return name_value(t, header, error);
	case PAGEOWNER_FIELD_GFP:
		return gfp_value(t, header, error);
	case PAGEOWNER_FIELD_CALLSTACK:
		return callstack_value(t, body, error);
	case PAGEOWNER_FIELD_PORTABLE:
		return portable_value(t, body, error);
	case PAGEOWNER_FIELD_MODULE:
	case PAGEOWNER_FIELD_OWNER:
	case PAGEOWNER_FIELD_MEMCG:
		return body_value(t, key, body, error);
	case PAGEOWNER_FIELD_FREE_PID:
	case PAGEOWNER_FIELD_FREE_TGID:
	case PAGEOWNER_FIELD_FREE_STACK:
		return free_value_of_body(t, key, body, error);
	default:
		return header_number(header, key);
	}
}

uint64_t po_value_of_record(struct po_texts *t, enum pageowner_field key,
			    const struct pageowner_record *r, int *error)
{
	const struct po_member *m = &po_members[key];
	struct pageowner_text said;

	switch (key) {
	case PAGEOWNER_FIELD_ALLOCATOR:
		return po_label_allocator(t, po_label_of(r), t->body, error);
	case PAGEOWNER_FIELD_FREE:
		return po_value_of_free(r);
	case PAGEOWNER_FIELD_FREE_PID:
	case PAGEOWNER_FIELD_FREE_TGID:
	case PAGEOWNER_FIELD_FREE_STACK:
		return free_value(t, key, r, error);
	case PAGEOWNER_FIELD_ALLOC_TS:
		return po_value_of_time(po_value_ts(r));
	case PAGEOWNER_FIELD_MIGRATETYPE:
	case PAGEOWNER_FIELD_BLOCKTYPE:
		return po_has_member(r, m) ?
			number_of(t->names, po_member_text(r, m), error) : 0;
	case PAGEOWNER_FIELD_NODE:
	case PAGEOWNER_FIELD_ZONE:
		return id_value(po_has_member(r, m), (int32_t)po_member_number(r, m));
	case PAGEOWNER_FIELD_MODULE:
	case PAGEOWNER_FIELD_OWNER:
		if (po_report_says(r, key, &said))
			return number_of(t->names, said, error);
		break;
	case PAGEOWNER_FIELD_MEMCG:
		if (r->kind == PAGEOWNER_RECORD_GROUP && r->has & PAGEOWNER_HAS_MEMCG)
			return number_of(t->names, r->memcg, error);
		break;
	default:
		break;
	}
	return po_value_of_texts(t, key, t->header, t->body, error);
}

/* --- integers -> what is shown */

static bool show_text(struct pageowner_value *shown, struct pageowner_text text)
{
	*shown = (struct pageowner_value){ .is_text = 1, .text = text };
	return true;
}

static bool show_number(struct pageowner_value *shown, int64_t number)
{
	*shown = (struct pageowner_value){ .number = number, .text = PO_TEXT("") };
	return true;
}

static bool show_entry(const struct po_texts *t, const struct po_intern *table,
		       uint64_t value, char *room, struct pageowner_value *shown)
{
	const struct po_entry *entry;
	size_t count;

	if (!value)
		return false;
	entry = po_intern_entries(table, &count)[value - 1];
	return show_text(shown, table == t->names ? po_entry_text(entry) :
			 po_entry_join_in(entry, room));
}

bool po_value_show(const struct po_texts *t, enum pageowner_field key,
		   uint64_t value, char *room, struct pageowner_value *shown)
{
	const struct po_intern *table = po_value_table(t, key);

	if (table)
		return show_entry(t, table, value, room, shown);
	switch (key) {
	case PAGEOWNER_FIELD_PID:
	case PAGEOWNER_FIELD_TGID:
	case PAGEOWNER_FIELD_NODE:
	case PAGEOWNER_FIELD_ZONE:
	case PAGEOWNER_FIELD_FREE_PID:
	case PAGEOWNER_FIELD_FREE_TGID:
		return value && show_number(shown, id_shown(value));
	case PAGEOWNER_FIELD_ORDER:
	case PAGEOWNER_FIELD_ALLOC_TS:
	case PAGEOWNER_FIELD_FREE_TS:
		return value && show_number(shown, number_shown(value - 1));
	default:	/* counts and bits: 0 is an ordinary number */
		return show_number(shown, number_shown(value));
	}
}

/* Who freed the page, by the notes of a body that was joined */
static bool look_into_notes(enum pageowner_field key, struct pageowner_text notes,
			    struct pageowner_value *shown)
{
	const struct po_member *m = &po_members[key];
	struct pageowner_record r = { 0 };

	po_notes_parse(notes, &r);
	if (!po_has_member(&r, m))
		return false;
	return key == PAGEOWNER_FIELD_FREE_STACK ? show_text(shown, r.free_stack) :
		show_number(shown, po_member_number(&r, m));
}

/* Values that are not in a table, or not known to be */
static bool look_into_body(const struct po_texts *t, enum pageowner_field key,
			   const struct po_entry *body, char *room,
			   struct pageowner_value *shown)
{
	struct pageowner_text stack, notes, found;
	bool has = true;

	po_body_parts(body, po_entry_join_in(body, room), &stack, &notes);
	switch (key) {
	case PAGEOWNER_FIELD_CALLSTACK:
		found = po_body_callstack(stack, notes);
		break;
	case PAGEOWNER_FIELD_PORTABLE:
		found = po_body_path(stack, notes, room);
		break;
	case PAGEOWNER_FIELD_OWNER:
		has = po_body_owner(t, stack, &found);
		break;
	case PAGEOWNER_FIELD_MODULE:
		found = pageowner_stack_module(stack);
		has = found.len;
		break;
	case PAGEOWNER_FIELD_FREE_PID:
	case PAGEOWNER_FIELD_FREE_TGID:
	case PAGEOWNER_FIELD_FREE_STACK:
		return look_into_notes(key, notes, shown);
	default:
		has = po_body_memcg(notes, &found);
	}
	return has && show_text(shown, found);
}

bool po_value_look(const struct po_texts *t, enum pageowner_field key,
		   const struct po_entry *header, const struct po_entry *body,
		   char *room, struct pageowner_value *shown)
{
	const struct po_header *h = po_entry_payload(header);
	const struct po_body *b = po_entry_payload(body);

	switch (key) {
	case PAGEOWNER_FIELD_STACKTRACE:
		return show_entry(t, t->bodies, (uint64_t)body->key.number + 1, room,
				  shown);
	case PAGEOWNER_FIELD_NAME:
		return h->has & PAGEOWNER_HAS_COMM && show_text(shown, comm_of(header));
	case PAGEOWNER_FIELD_GFP:
		if (!has_gfp(h))
			return false;
		show_text(shown, PO_TEXT(""));
		shown->text = gfp_of(header, shown->buf);
		return true;
	case PAGEOWNER_FIELD_MODULE:
	case PAGEOWNER_FIELD_OWNER:
	case PAGEOWNER_FIELD_MEMCG:
		if (b->is_known)
			return show_entry(t, t->names, known_value(b, key), room, shown);
		return look_into_body(t, key, body, room, shown);
	case PAGEOWNER_FIELD_CALLSTACK:
	case PAGEOWNER_FIELD_PORTABLE:
	case PAGEOWNER_FIELD_FREE_PID:
	case PAGEOWNER_FIELD_FREE_TGID:
	case PAGEOWNER_FIELD_FREE_STACK:
		return look_into_body(t, key, body, room, shown);
	case PAGEOWNER_FIELD_MIGRATETYPE:
	case PAGEOWNER_FIELD_BLOCKTYPE:	/* not kept */
		return false;
	default:
		return po_value_show(t, key, header_number(header, key), room, shown);
	}
}
