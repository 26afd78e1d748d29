/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * account_private.h - the classes of memory, for the account.
 */
#ifndef PO_ACCOUNT_PRIVATE_H
#define PO_ACCOUNT_PRIVATE_H

#include "base/po.h"

#include <pageowner/account.h>

#define PO_ACCOUNT_CLASSES	(PAGEOWNER_ACCOUNT_BAD + 1)
#define PO_ACCOUNT_LINES	2	/* lines of meminfo per class, at most */

/**
 * struct po_account_class - one class of memory
 * @id: which
 * @name: for programs; never changes
 * @label: to show
 * @lines: lines of meminfo that count it; NULL after the last. A class without lines
 *	gets the rest
 * @functions: functions that allocate only this, without "_noprof" and compiler
 *	suffixes; a '*' at the end matches any rest. NULL after the last, or if it has
 *	none
 * @knows_better: bits 1 << id of the classes that such a function overrides if it is
 *	further from the allocator
 */
struct po_account_class {
	enum pageowner_account_class id;
	const char *name;
	const char *label;
	const char *lines[PO_ACCOUNT_LINES];
	const char *const *functions;
	uint32_t knows_better;
};

/* All classes, in the order of a report */
extern const struct po_account_class po_account_classes[PO_ACCOUNT_CLASSES];

/* The class of a stack's pages, if meminfo has a line for each class. @in_vmalloc: set
 * for a kernel stack that meminfo's figure for vmalloc includes */
enum pageowner_account_class
po_account_classify(struct pageowner_text stack,
		    const struct pageowner_plumbing *plumbing, bool *in_vmalloc);

/* What else a stack says about its pages */
#define PO_TRAIT_HUGE		1u	/* a huge page, of which parts may be unmapped */
#define PO_TRAIT_OUTSIDE	2u	/* a balloon that lowers MemTotal */
#define PO_TRAIT_SINCE_BOOT	4u	/* of a tracker that runs since boot */
unsigned int po_account_traits(struct pageowner_text stack);

/* What was counted; arrays by id */
struct po_account_sums {
	bool has_meminfo, since_boot;
	uint64_t page_size;
	uint32_t has[PO_ACCOUNT_CLASSES];	/* lines of meminfo, by bits */
	uint64_t named[PO_ACCOUNT_CLASSES];	/* bytes by meminfo */
	uint64_t pages[PO_ACCOUNT_CLASSES];	/* of records */
	uint64_t total;			/* bytes: MemTotal */
	uint64_t stacks_in_vmalloc;	/* pages of kernel stacks */
	uint64_t huge, outside;		/* pages with these traits: anonymous, balloon */
};

/* All lines of a report, PO_ACCOUNT_CLASSES of them */
void po_account_make_lines(const struct po_account_sums *sums,
			   struct pageowner_account_line *lines);

#endif
