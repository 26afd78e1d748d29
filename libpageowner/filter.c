// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * filter.c - select records: which value of a record each selector looks at.
 *
 * filter_items.c has the items of a selector. Selectors that only depend on stack and
 * notes are kept separately, because profiles evaluate them once for each distinct text.
 */
#include "filter_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <pageowner/stack.h>

#include "filter_items.h"
#include "stack/symbol.h"

struct selector {
	bool excludes;
	struct po_member member;	/* that it reads; PO_MEMBER_NONE: not a plain one */
	struct po_items items;
};

/* Selectors that a record must pass, each field at most twice */
struct selectors {
	struct selector *list;
	size_t count;
};

struct pageowner_filter {
	struct selectors rest, body;
	uint64_t fields;	/* PO_FIELD_BIT() of each */
	bool needs_pfn_line;
	const struct pageowner_plumbing *plumbing;
	uint64_t clock_ns;
	bool has_clock;
	char error[512];
};

PO_EXPORT int pageowner_filter_new(struct pageowner_filter **filter)
{
	struct pageowner_filter *f = calloc(1, sizeof(*f));

	if (!f)
		return -ENOMEM;
	*filter = f;
	return 0;
}

static void free_selectors(struct selectors *s)
{
	for (size_t i = 0; i < s->count; i++)
		po_items_free(&s->list[i].items);
	free(s->list);
}

PO_EXPORT void pageowner_filter_free(struct pageowner_filter *f)
{
	if (!f)
		return;
	free_selectors(&f->rest);
	free_selectors(&f->body);
	free(f);
}

PO_EXPORT void pageowner_filter_set_plumbing(struct pageowner_filter *f,
					     const struct pageowner_plumbing *plumbing)
{
	f->plumbing = plumbing;
}

PO_EXPORT void pageowner_filter_set_clock(struct pageowner_filter *f, uint64_t ns)
{
	f->clock_ns = ns;
	f->has_clock = true;
}

PO_EXPORT const char *pageowner_filter_error(const struct pageowner_filter *f)
{
	return f->error;
}

int po_filter_say(struct pageowner_filter *f, int ret, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(f->error, sizeof(f->error), format, args);
	va_end(args);
	return ret;
}

static struct selector *find_selector(struct selectors *s, enum pageowner_field field,
				      bool excludes)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->list[i].items.field == field && s->list[i].excludes == excludes)
			return &s->list[i];
	return NULL;
}

static int no_selector(struct pageowner_filter *f, const char *name)
{
	size_t len = (size_t)snprintf(f->error, sizeof(f->error),
		"\"%.100s\" is not a selector, expected one of:", name);

	for (int i = 0; i < PAGEOWNER_FIELD_COUNT && len < sizeof(f->error); i++) {
		const struct pageowner_field_info *info = pageowner_field_info(i);

		if (info->uses & PAGEOWNER_FIELD_SELECTS)
			len += (size_t)snprintf(f->error + len, sizeof(f->error) - len,
						" %s", info->name);
	}
	return -EINVAL;
}

PO_EXPORT int pageowner_filter_add(struct pageowner_filter *f, const char *name,
				   const char *list, const char **where)
{
	const bool excludes = *name == '!';
	struct selectors *selectors;
	struct selector *grown, *s;
	struct selector fresh = { .excludes = excludes };
	enum pageowner_field field;
	uint32_t source;
	int ret;

	f->error[0] = '\0';
	if (!pageowner_field_find(name + excludes, strlen(name + excludes), &field) ||
	    !(pageowner_field_info(field)->uses & PAGEOWNER_FIELD_SELECTS)) {
		if (where)
			*where = list;
		return no_selector(f, name + excludes);
	}
	source = pageowner_field_info(field)->source;
	selectors = source == PAGEOWNER_SOURCE_STACK || source == PAGEOWNER_SOURCE_NOTES ?
		&f->body : &f->rest;
	fresh.items.field = field;
	/* A record has several pages and frames. */
	if (field != PAGEOWNER_FIELD_PFN && field != PAGEOWNER_FIELD_FREE_STACK)
		fresh.member = po_members[field];
	s = find_selector(selectors, field, excludes);
	if (!s) {
		grown = reallocarray(selectors->list, selectors->count + 1,
				     sizeof(*grown));
		if (!grown)
			return po_filter_say(f, -ENOMEM, "out of memory");
		selectors->list = grown;
		s = &fresh;
	}
	ret = po_items_add(&s->items, list, where, f->error, sizeof(f->error));
	if (s == &fresh && ret < 0)
		po_items_free(&fresh.items);
	else if (s == &fresh)
		selectors->list[selectors->count++] = fresh;
	if (ret < 0)
		return ret;
	f->fields |= PO_FIELD_BIT(field);
	f->needs_pfn_line |= source == PAGEOWNER_SOURCE_PFN_LINE;
	return 0;
}

/* --- matching */

static bool match_symbol(const struct po_items *items, struct pageowner_text symbol)
{
	const struct pageowner_text bare = po_symbol_without_suffix(symbol);

	return po_items_match_text(items, symbol) ||
		(bare.len != symbol.len && po_items_match_text(items, bare));
}

static bool match_frames(const struct po_items *items, struct pageowner_text stack)
{
	struct pageowner_frame frame;

	while (pageowner_frame_next(&stack, &frame)) {
		if (items->field != PAGEOWNER_FIELD_MODULE_ANY &&
		    items->field != PAGEOWNER_FIELD_MODULE ?
		    match_symbol(items, frame.symbol) :
		    frame.module.len && po_items_match_text(items, frame.module))
			return true;
	}
	return false;
}

/* A group of a report has no stack if it has a module. */
static bool match_modules(const struct po_items *items,
			  const struct pageowner_record *r)
{
	struct pageowner_text said;

	return match_frames(items, r->stack) ||
		(po_report_says(r, PAGEOWNER_FIELD_MODULE, &said) &&
		 po_items_match_text(items, said));
}

static bool match_age(const struct pageowner_filter *f, const struct po_items *items,
		      const struct pageowner_record *r)
{
	uint64_t age;

	if (!(r->has & PAGEOWNER_HAS_TS))
		return false;
	/* What was allocated while the snapshot was taken has the age 0. */
	age = r->ts_ns < f->clock_ns ? f->clock_ns - r->ts_ns : 0;
	return po_items_meet(items, age < INT64_MAX ? (int64_t)age : INT64_MAX,
			     age < INT64_MAX ? (int64_t)age : INT64_MAX);
}

/* Matches if any page of it does. */
static bool match_pfn(const struct po_items *items, const struct pageowner_record *r)
{
	const uint64_t last = po_add_or_stay(r->pfn, r->has & PAGEOWNER_HAS_PAGES &&
					     r->pages ? r->pages - 1 : 0);

	if (!(r->has & PAGEOWNER_HAS_PFN) || r->pfn > INT64_MAX)
		return items->absent;
	return po_items_meet(items, (int64_t)r->pfn,
			     last < INT64_MAX ? (int64_t)last : INT64_MAX);
}

static bool match_value(const struct po_items *items,
			const struct pageowner_plumbing *plumbing,
			const struct pageowner_record *r)
{
	struct pageowner_value value;
	const int has = pageowner_record_get(r, items->field, plumbing, &value);

	if (pageowner_field_info(items->field)->kind == PAGEOWNER_KIND_FLAG)
		return po_items_match_text(items, has > 0 && value.number ?
					   PO_TEXT("yes") : PO_TEXT("no"));
	/* The kernel image is a module without a name. */
	if (items->field == PAGEOWNER_FIELD_MODULE && !has)
		return po_items_match_text(items, PO_TEXT(""));
	if (items->field == PAGEOWNER_FIELD_OWNER)
		return has > 0 && match_symbol(items, value.text);
	return has > 0 && po_items_match_text(items, value.text);
}

static bool match_any(const struct pageowner_filter *f, const struct po_items *items,
		      const struct pageowner_record *r)
{
	switch (items->field) {
	case PAGEOWNER_FIELD_FRAME:
		return match_frames(items, r->stack);
	case PAGEOWNER_FIELD_FREE_STACK:
		return r->has & PAGEOWNER_HAS_FREE_STACK &&
			match_frames(items, r->free_stack);
	case PAGEOWNER_FIELD_MODULE_ANY:
		return match_modules(items, r);
	case PAGEOWNER_FIELD_AGE:
		return match_age(f, items, r);
	case PAGEOWNER_FIELD_PFN:
		return match_pfn(items, r);
	default:
		return match_value(items, f->plumbing, r);
	}
}

bool po_items_match_stack(const struct po_items *items,
			  const struct pageowner_plumbing *plumbing,
			  struct pageowner_text stack)
{
	const struct pageowner_record record = { .stack = stack };

	return items->field == PAGEOWNER_FIELD_FRAME ||
		items->field == PAGEOWNER_FIELD_MODULE_ANY ? match_frames(items, stack) :
		match_value(items, plumbing, &record);
}

static bool match(const struct pageowner_filter *f, const struct selector *s,
		  const struct pageowner_record *r)
{
	int64_t number;

	if (s->member.type == PO_MEMBER_NONE)
		return match_any(f, &s->items, r);
	if (!po_has_member(r, &s->member))
		return s->items.absent;
	if (s->member.type == PO_MEMBER_TEXT)
		return po_items_match_text(&s->items, po_member_text(r, &s->member));
	number = po_member_number(r, &s->member);
	return po_items_meet(&s->items, number, number);
}

static bool match_all(const struct pageowner_filter *f, const struct selectors *s,
		      const struct pageowner_record *r)
{
	for (size_t i = 0; i < s->count; i++)
		if (match(f, &s->list[i], r) == s->list[i].excludes)
			return false;
	return true;
}

bool po_filter_match_rest(const struct pageowner_filter *f,
			  const struct pageowner_record *r)
{
	return match_all(f, &f->rest, r);
}

bool po_filter_match_body(const struct pageowner_filter *f,
			  const struct pageowner_record *r)
{
	return match_all(f, &f->body, r);
}

bool po_filter_needs_pfn_line(const struct pageowner_filter *f)
{
	return f && f->needs_pfn_line;
}

bool po_filter_lacks_clock(const struct pageowner_filter *f)
{
	return f && f->fields & PO_FIELD_BIT(PAGEOWNER_FIELD_AGE) && !f->has_clock;
}

uint64_t po_filter_fields(const struct pageowner_filter *f)
{
	return f ? f->fields : 0;
}

PO_EXPORT int pageowner_filter_match(const struct pageowner_filter *f,
				     const struct pageowner_record *r)
{
	if (po_filter_lacks_clock(f))
		return -EINVAL;
	return po_filter_match_rest(f, r) && po_filter_match_body(f, r);
}
