/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * account.h - where all memory is: what meminfo names, what page_owner has for each
 * of these names, and who holds what meminfo has no name for.
 */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include <stdbool.h>

#include <pageowner/pageowner.h>

/* In the order of a report; what is behind ACCOUNT_NAMED has no line in meminfo. */
enum account_class {
	ACCOUNT_FREE,
	ACCOUNT_CACHE,
	ACCOUNT_ANON,
	ACCOUNT_SLAB,
	ACCOUNT_PAGE_TABLES,
	ACCOUNT_STACKS,
	ACCOUNT_VMALLOC,
	ACCOUNT_PERCPU,
	ACCOUNT_HUGETLB,
	ACCOUNT_ZSWAP,
	ACCOUNT_GPU,
	ACCOUNT_BALLOON,
	ACCOUNT_BOUNCE,
	ACCOUNT_BAD,
	ACCOUNT_NAMED,
	ACCOUNT_OTHER = ACCOUNT_NAMED,	/* whoever: rows tell */
	ACCOUNT_BEFORE,		/* in use before records began, or none could be made */
	ACCOUNT_CLASSES,
};

/* One that holds what meminfo does not name */
struct account_row {
	char *owner, *module;	/* malloc()ed; no module: "" */
	char *stack;		/* the largest of its stacks */
	uint64_t largest, pages;
	size_t stacks;
};

struct account {
	bool is_told[ACCOUNT_CLASSES];	/* by meminfo */
	uint64_t named[ACCOUNT_CLASSES];	/* bytes, by meminfo */
	uint64_t total;				/* bytes: MemTotal */
	uint64_t pages[ACCOUNT_CLASSES];	/* of records */
	uint64_t stacks_in_vmalloc;	/* pages of ACCOUNT_STACKS that are in both */
	struct account_row *rows;	/* most pages first */
	size_t count, room;
	uint64_t max_memory, memory;	/* bytes for rows: 0 is no bound; taken */
};

const char *account_name(enum account_class class);

/* What a stack is counted as, meminfo having names for all classes. @in_vmalloc: set
 * if it is a kernel stack that vmalloc's figure contains, too; or NULL. */
enum account_class account_classify(struct pageowner_text stack, bool *in_vmalloc);

/* Adds a meminfo to those before: 0, or -EINVAL if it has no MemTotal. */
int account_add_meminfo(struct account *account, struct pageowner_text meminfo);
/* All groups of a profile by "callstack", after all meminfo: 0, -ENOMEM or, for the
 * bound, -ENOBUFS. */
int account_add_profile(struct account *account, struct pageowner_profile *profile);
void account_free(struct account *account);

/* Bytes of meminfo that a class stands for alone; of ACCOUNT_OTHER what is left. */
int64_t account_bytes(const struct account *account, enum account_class class);

#endif
