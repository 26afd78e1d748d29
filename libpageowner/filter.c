// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * filter.c - which records count.
 */
#include "filter_private.h"

#include <fnmatch.h>
#include <limits.h>
#include <stdlib.h>

#include <pageowner/stack.h>

#include "base/cursor.h"

enum selector {
	PID, TGID, NAME, ORDER, NODE, MODULE, MEMCG, MIGRATETYPE, FRAME,
	RELEASED, SELECTORS,
};

enum kind { NUMBER, TEXT, GLOB, YES_NO };

static const struct {
	const char *name;
	enum kind kind;
} selectors[SELECTORS] = {
	[PID] = { "pid", NUMBER },
	[TGID] = { "tgid", NUMBER },
	[NAME] = { "name", TEXT },
	[ORDER] = { "order", NUMBER },
	[NODE] = { "node", NUMBER },
	[MODULE] = { "module", GLOB },
	[MEMCG] = { "memcg", GLOB },
	[MIGRATETYPE] = { "migratetype", GLOB },
	[FRAME] = { "frame", GLOB },
	[RELEASED] = { "released", YES_NO },
};

struct item {
	int64_t number;
	char *text;
};

struct pageowner_filter {
	struct {
		struct item *items;
		size_t count;
	} of[SELECTORS];
	bool selects;		/* there is an item */
};

PO_EXPORT int pageowner_filter_new(struct pageowner_filter **filter)
{
	struct pageowner_filter *f = calloc(1, sizeof(*f));

	if (!f)
		return -ENOMEM;
	*filter = f;
	return 0;
}

PO_EXPORT void pageowner_filter_free(struct pageowner_filter *f)
{
	if (!f)
		return;
	for (int s = 0; s < SELECTORS; s++) {
		for (size_t i = 0; i < f->of[s].count; i++)
			free(f->of[s].items[i].text);
		free(f->of[s].items);
	}
	free(f);
}

static int parse_number(const char *text, int64_t *number)
{
	struct po_cursor c;
	bool negative;
	uint64_t value;

	while (*text == ' ')
		text++;
	c = (struct po_cursor){ text, text + strlen(text) };
	negative = po_take_word(&c, "-");
	if (!negative)
		(void)po_take_word(&c, "+");
	if (po_take_decimal(&c, &value) != PO_NUMBER_OK || po_left(&c) ||
	    value > INT_MAX)
		return -EINVAL;
	*number = negative ? -(int64_t)value : (int64_t)value;
	return 0;
}

static int add_item(struct pageowner_filter *f, enum selector s,
		    const char *text, size_t len)
{
	struct item *grown, item = { 0 };

	item.text = strndup(text, len);
	if (!item.text)
		return -ENOMEM;
	if ((selectors[s].kind != TEXT && !len) ||
	    (selectors[s].kind == NUMBER &&
	     parse_number(item.text, &item.number) < 0) ||
	    (selectors[s].kind == YES_NO && strcmp(item.text, "no") &&
	     strcmp(item.text, "yes"))) {
		free(item.text);
		return -EINVAL;
	}
	grown = reallocarray(f->of[s].items, f->of[s].count + 1, sizeof(*grown));
	if (!grown) {
		free(item.text);
		return -ENOMEM;
	}
	f->of[s].items = grown;
	grown[f->of[s].count++] = item;
	f->selects = true;
	return 0;
}

PO_EXPORT int pageowner_filter_add(struct pageowner_filter *f,
				   const char *selector, const char *list)
{
	int s = 0;

	while (s < SELECTORS && strcmp(selectors[s].name, selector))
		s++;
	if (s == SELECTORS)
		return -EINVAL;
	for (;; list++) {
		size_t len = strcspn(list, ",");
		int ret = add_item(f, s, list, len);

		if (ret < 0)
			return ret;
		list += len;
		if (!*list)
			return 0;
	}
}

/* No item lets everything pass; an absent number is -1. */
static bool match_number(const struct pageowner_filter *f, enum selector s,
			 bool has, int64_t number)
{
	if (!f->of[s].count)
		return true;
	for (size_t i = 0; i < f->of[s].count; i++)
		if (f->of[s].items[i].number == (has ? number : -1))
			return true;
	return false;
}

static bool fits(const struct item *item, struct pageowner_text text)
{
	char name[512];	/* symbols have up to 511 bytes, all else fewer */

	if (text.len >= sizeof(name) || memchr(text.ptr, '\0', text.len))
		return false;
	memcpy(name, text.ptr, text.len);
	name[text.len] = '\0';
	return !fnmatch(item->text, name, 0);
}

static bool match_glob(const struct pageowner_filter *f, enum selector s,
		       bool has, struct pageowner_text text)
{
	if (!f->of[s].count)
		return true;
	for (size_t i = 0; has && i < f->of[s].count; i++)
		if (fits(&f->of[s].items[i], text))
			return true;
	return false;
}

static bool match_name(const struct pageowner_filter *f,
		       const struct pageowner_record *r)
{
	if (!f->of[NAME].count)
		return true;
	if (!(r->has & PAGEOWNER_HAS_COMM))
		return false;
	for (size_t i = 0; i < f->of[NAME].count; i++) {
		const char *name = f->of[NAME].items[i].text;

		if (po_text_equal(r->comm, (struct pageowner_text){
				name, strlen(name) }))
			return true;
	}
	return false;
}

static bool match_frame(const struct pageowner_filter *f,
			struct pageowner_text stack)
{
	struct pageowner_frame frame;

	if (!f->of[FRAME].count)
		return true;
	while (pageowner_frame_next(&stack, &frame))
		if (match_glob(f, FRAME, true, frame.symbol))
			return true;
	return false;
}

static bool is_released(const struct pageowner_record *r)
{
	return (r->has & PAGEOWNER_HAS_TS) && (r->has & PAGEOWNER_HAS_FREE_TS) &&
		r->free_ts_ns && r->ts_ns < r->free_ts_ns;
}

static bool match_released(const struct pageowner_filter *f,
			   const struct pageowner_record *r)
{
	const char *wanted = is_released(r) ? "yes" : "no";

	if (!f->of[RELEASED].count)
		return true;
	for (size_t i = 0; i < f->of[RELEASED].count; i++)
		if (!strcmp(f->of[RELEASED].items[i].text, wanted))
			return true;
	return false;
}

bool po_filter_match_rest(const struct pageowner_filter *f,
			  const struct pageowner_record *r)
{
	if (!f->selects)
		return true;
	return match_number(f, PID, r->has & PAGEOWNER_HAS_PID, r->pid) &&
		match_number(f, TGID, r->has & PAGEOWNER_HAS_TGID, r->tgid) &&
		match_number(f, ORDER, r->has & PAGEOWNER_HAS_ORDER, r->order) &&
		match_number(f, NODE, r->has & PAGEOWNER_HAS_NODE, r->node) &&
		match_name(f, r) &&
		match_glob(f, MIGRATETYPE, r->has & PAGEOWNER_HAS_PAGE_TYPE,
			   r->page_type) &&
		match_released(f, r);
}

bool po_filter_match_body(const struct pageowner_filter *f,
			  const struct pageowner_record *r)
{
	return (!f->of[MODULE].count ||
		match_glob(f, MODULE, true, r->has & PAGEOWNER_HAS_MODULE ? r->module :
			   pageowner_stack_module(r->stack))) &&
		match_glob(f, MEMCG, r->has & PAGEOWNER_HAS_MEMCG, r->memcg) &&
		match_frame(f, r->stack);
}

bool po_filter_needs_pfn_line(const struct pageowner_filter *f)
{
	return f && (f->of[NODE].count || f->of[MIGRATETYPE].count);
}

PO_EXPORT int pageowner_filter_match(const struct pageowner_filter *f,
				     const struct pageowner_record *r)
{
	return po_filter_match_rest(f, r) && po_filter_match_body(f, r);
}
