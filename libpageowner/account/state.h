/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * state.h - what the files of the account share: its classes, its sums, itself.
 */
#ifndef PO_ACCOUNT_STATE_H
#define PO_ACCOUNT_STATE_H

#include <stdio.h>

#include "account/fact.h"
#include "account/holders.h"
#include "account/parts.h"

#define PO_ACCOUNT_LINES	2	/* lines of meminfo per class, at most */
#define PO_ACCOUNT_SECONDARY_LINE (1u << 1) /* of PAGE_TABLES: SecPageTables */

/**
 * struct po_account_class - one class of memory
 * @id: which
 * @name: for programs; never changes
 * @label: to show
 * @rest: what is left of it if its parts are known; NULL if unknown
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
	const char *rest;
	const char *lines[PO_ACCOUNT_LINES];
	const char *const *functions;
	uint32_t knows_better;
};

/* All classes, in the order of a report */
extern const struct po_account_class po_account_classes[PO_ACCOUNT_CLASSES];

/* What else a stack says about its pages */
#define PO_TRAIT_HUGE		0x01u	/* a huge page, of which parts may be unmapped */
#define PO_TRAIT_OUTSIDE	0x02u	/* a balloon that lowers MemTotal */
#define PO_TRAIT_SINCE_BOOT	0x04u	/* of a tracker that runs since boot */
#define PO_TRAIT_IN_VMALLOC	0x08u	/* a kernel stack that VmallocUsed includes */
#define PO_TRAIT_SECONDARY	0x10u	/* a page table that SecPageTables counts */
#define PO_TRAIT_LARGE		0x20u	/* kmalloc() without a slab */

/* The class of a stack's pages, if meminfo has a line for each class. @traits: set to
 * PO_TRAIT_* bits */
enum pageowner_account_class
po_account_classify(struct pageowner_text stack,
		    const struct pageowner_plumbing *plumbing, unsigned int *traits);

/* What was counted; arrays by id */
struct po_account_sums {
	bool has_meminfo, has_records, since_boot;
	bool counts_large;		/* meminfo's Slab has what kmalloc() takes without one */
	bool has_threshold;		/* small stacks are not in the input, */
	bool is_partial;		/* nor are nodes, or the rest of memory */
	uint64_t page_size;
	uint32_t has[PO_ACCOUNT_CLASSES];	/* lines of meminfo, by bits */
	uint64_t named[PO_ACCOUNT_CLASSES];	/* bytes by meminfo */
	uint64_t pages[PO_ACCOUNT_CLASSES];	/* of records */
	uint64_t total, swap_cached;	/* bytes: MemTotal, SwapCached */
	uint64_t stacks_in_vmalloc;	/* pages of kernel stacks */
	uint64_t huge, outside;		/* pages with these traits: anonymous, balloon */
	struct po_facts facts;		/* what other files say */
	bool has_areas;			/* vmallocinfo is one of them */
};

/* What the profile's captures say. The size of a page, 0 if none says it: 0, or -EINVAL if
 * they differ */
int po_account_page_size(const struct pageowner_profile *profile, uint64_t *page_size);
void po_account_find_gaps(const struct pageowner_profile *profile,
			  struct po_account_sums *sums);
/* Whether two are of the same boot */
bool po_account_repeats_boot(const struct pageowner_profile *profile);

/* Whether more is recorded than the machine has; @bytes: set to how much is recorded */
bool po_account_exceeds(const struct po_account_sums *sums, uint64_t *bytes);

/* All lines of a report, PO_ACCOUNT_CLASSES of them */
void po_account_make_lines(const struct po_account_sums *sums,
			   struct pageowner_account_line *lines);

struct pageowner_account {
	struct po_budget budget;
	const struct pageowner_plumbing *plumbing;
	bool is_given;			/* meminfo is not from a profile's captures */
	bool has_page_size;		/* given, or from a profile's captures */
	bool is_size_given;		/* it is for all of them */
	struct po_account_sums sums;
	struct po_holders holders;
	struct po_parts parts;
	struct pageowner_account_line lines[PO_ACCOUNT_CLASSES];
	struct pageowner_account_file files[PO_ACCOUNT_SOURCES];
	char error[192];
};

static inline int po_account_fail(struct pageowner_account *a, int ret, const char *sentence)
{
	snprintf(a->error, sizeof(a->error), "%s", sentence);
	return ret;
}

/* Count the meminfo of one machine, all of it or nothing: 0, -EINVAL, -ENOMEM. Lines and
 * parts stay as they are until po_account_refresh(). */
int po_account_add_meminfo(struct pageowner_account *a, struct pageowner_text text);

/* Bring lines and parts up to date: 0 or -ENOMEM */
int po_account_refresh(struct pageowner_account *a);
/* The end of a call that adds, after its po_budget_begin(): the same, and what has failed */
int po_account_finish(struct pageowner_account *a, int ret);

#endif
