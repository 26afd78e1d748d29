// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * holders.c - who holds what meminfo does not name: pages by owner and module.
 *
 * Which stacks these are is known to account.c.
 */
#include "account/holders.h"

#include <stdlib.h>

#include <pageowner/stack.h>

#include "base/grow.h"

int po_holders_init(struct po_holders *h, struct po_budget *budget)
{
	h->budget = budget;
	return po_intern_new(0, budget, &h->names);
}

void po_holders_free(struct po_holders *h)
{
	for (size_t i = 0; i < h->count; i++)
		free(h->all[i].stack.ptr);
	free(h->all);
	free(h->sorted);
	free(h->name.ptr);
	po_intern_free(h->names);
}

static int name_of(struct po_holders *h, struct pageowner_text stack,
		   const struct pageowner_plumbing *plumbing,
		   struct pageowner_text *name, size_t *owner_len)
{
	const struct pageowner_text module = pageowner_stack_module(stack);
	struct pageowner_frame frame = { 0 };
	char *to;

	pageowner_stack_owner(stack, plumbing, &frame);
	if (po_buffer_need(&h->name, h->budget, frame.symbol.len + module.len + 1) < 0)
		return -ENOMEM;
	to = h->name.ptr;
	if (frame.symbol.len)
		to = mempcpy(to, frame.symbol.ptr, frame.symbol.len);
	*to++ = '\n';
	if (module.len)
		to = mempcpy(to, module.ptr, module.len);
	*name = (struct pageowner_text){ h->name.ptr, (size_t)(to - h->name.ptr) };
	*owner_len = frame.symbol.len;
	return 0;
}

static int make_room(struct po_holders *h)
{
	struct po_holder *grown = po_grow(h->budget, h->all, &h->room, h->count + 1,
					  sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	h->all = grown;
	return 0;
}

/* Of stacks of equal size the first by text, so the order of the input does not matter */
static int keep_stack(struct po_budget *budget, struct po_holder *h,
		      struct pageowner_text stack, uint64_t pages)
{
	const struct pageowner_text kept = { h->stack.ptr, h->stack_len };

	if (h->stacks && (pages < h->stack_pages || (pages == h->stack_pages &&
						     po_text_compare(stack, kept) >= 0)))
		return 0;
	if (po_buffer_need(&h->stack, budget, stack.len + 1) < 0)
		return -ENOMEM;
	if (stack.len)
		memcpy(h->stack.ptr, stack.ptr, stack.len);
	h->stack.ptr[stack.len] = '\0';
	h->stack_len = stack.len;
	h->stack_pages = pages;
	return 0;
}

int po_holders_add(struct po_holders *holders, struct pageowner_text stack,
		   const struct pageowner_plumbing *plumbing, uint64_t pages)
{
	const struct po_entry *entry;
	struct pageowner_text name;
	struct po_holder *h;
	size_t owner_len;

	if (make_room(holders) < 0 ||
	    name_of(holders, stack, plumbing, &name, &owner_len) < 0)
		return -ENOMEM;
	entry = po_intern_add(holders->names, name);
	if (!entry)
		return -ENOMEM;
	h = &holders->all[entry->key.number];
	if (entry->key.number == holders->count) {
		*h = (struct po_holder){ .name = entry, .owner_len = owner_len };
		holders->count++;
	}
	if (keep_stack(holders->budget, h, stack, pages) < 0)
		return -ENOMEM;
	h->pages = po_add_or_stay(h->pages, pages);
	h->stacks++;
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct pageowner_account_holder *x = a, *y = b;
	int ret;

	if (x->pages != y->pages)
		return x->pages > y->pages ? -1 : 1;
	ret = po_text_compare(x->owner, y->owner);
	return ret ? ret : po_text_compare(x->module, y->module);
}

void po_holders_unsort(struct po_holders *h)
{
	po_budget_free(h->budget, h->sorted, h->sorted_count, sizeof(*h->sorted));
	h->sorted = NULL;
	h->sorted_count = 0;
}

int po_holders_sort(struct po_holders *holders)
{
	const size_t size = sizeof(*holders->sorted);
	struct pageowner_account_holder *sorted;

	if (!po_budget_take(holders->budget, po_sort_size(holders->count, size)))
		return -ENOMEM;
	po_budget_give(holders->budget, po_sort_size(holders->count, size));
	sorted = po_budget_alloc(holders->budget, holders->count, size);
	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < holders->count; i++) {
		const struct po_holder *h = &holders->all[i];
		const char *text = h->name->text;

		sorted[i] = (struct pageowner_account_holder){
			.owner = { text, h->owner_len },
			.module = { text + h->owner_len + 1,
				    h->name->len - h->owner_len - 1 },
			.stack = { h->stack.ptr, h->stack_len },
			.stack_pages = h->stack_pages, .pages = h->pages,
			.stacks = h->stacks,
		};
	}
	qsort(sorted, holders->count, size, compare);
	holders->sorted = sorted;
	holders->sorted_count = holders->count;
	return 0;
}
