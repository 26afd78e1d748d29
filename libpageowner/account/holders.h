/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * holders.h - owners of memory that meminfo does not name, with their largest stacks.
 */
#ifndef PO_HOLDERS_H
#define PO_HOLDERS_H

#include "base/buffer.h"
#include "base/intern.h"

#include <pageowner/account.h>

struct po_holder {
	const struct po_entry *name;	/* owner, newline, module */
	size_t owner_len;
	struct po_buffer stack;		/* the largest, and a NUL */
	size_t stack_len;
	uint64_t stack_pages, pages, stacks;
};

/* Zeroed but for the budget it is empty. */
struct po_holders {
	struct po_budget *budget;
	struct po_intern *names;
	struct po_holder *all;		/* by number of the name */
	size_t count, room;
	struct pageowner_account_holder *sorted;
	size_t sorted_count;
	struct po_buffer name;
};

int po_holders_init(struct po_holders *h, struct po_budget *budget);
void po_holders_free(struct po_holders *h);

/* 0 or -ENOMEM; po_holders_unsort() before the first of them */
int po_holders_add(struct po_holders *h, struct pageowner_text stack,
		   const struct pageowner_plumbing *plumbing, uint64_t pages);
/* The sorted list points at stacks that may move. */
void po_holders_unsort(struct po_holders *h);
int po_holders_sort(struct po_holders *h);

#endif
