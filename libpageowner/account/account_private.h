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

#endif
