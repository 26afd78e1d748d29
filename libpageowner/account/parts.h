/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * parts.h - named pieces of the lines of an account, each name once.
 */
#ifndef PO_PARTS_H
#define PO_PARTS_H

#include "account/fact.h"
#include "base/buffer.h"
#include "base/intern.h"

#include <pageowner/account.h>

#define PO_ACCOUNT_CLASSES	(PAGEOWNER_ACCOUNT_RESERVED + 1)
#define PO_ACCOUNT_SOURCES	(PAGEOWNER_ACCOUNT_NODE_HUGEPAGES + 1)
/* In place of a class: unknown lines of meminfo */
#define PO_ACCOUNT_UNKNOWN	PO_ACCOUNT_CLASSES
/* Details of a class, which overlap its parts */
#define PO_ACCOUNT_DETAIL(class) (PO_ACCOUNT_CLASSES + 1 + (unsigned int)(class))
#define PO_ACCOUNT_GROUPS	PO_ACCOUNT_DETAIL(PO_ACCOUNT_CLASSES)
/* Known, but not shown */
#define PO_ACCOUNT_HIDDEN	PO_ACCOUNT_GROUPS

/* What is known of a name; files add to it in any order. */
#define PO_PART_LARGEST		0x01u	/* its bytes are the largest, not the sum */
#define PO_PART_MOUNT		0x02u	/* a file system, shown if these two are known: */
#define PO_PART_TMPFS		0x04u	/* that it is one; the count is its device */
#define PO_PART_MEASURED	0x08u
#define PO_PART_REMOTE		0x10u	/* looking below it may wait for another machine */
#define PO_PART_OF_SHMEM	0x20u	/* part of Shmem */

/* What a file says of one name; what is said of the same name again is added. */
struct po_part {
	unsigned int id;	/* of its class, or PO_ACCOUNT_UNKNOWN */
	enum pageowner_account_source source;
	struct pageowner_text name, module;
	int64_t bytes, pages;	/* either, or both */
	uint64_t count;
	const char *unit;
	unsigned int flags;	/* PO_PART_* */
};

/* A file system in memory, or one that may wait for another machine */
struct po_mount {
	struct pageowner_text point;
	uint64_t device;
	bool is_remote;
};

/* Zeroed but for the budget it is empty. */
struct po_parts {
	struct po_budget *budget;
	struct po_intern *table;	/* NULL until there is one */
	struct po_buffer key;
	struct pageowner_account_part *sorted;	/* by class */
	size_t count, room;
	size_t first[PO_ACCOUNT_GROUPS + 1];	/* of each class in it, and the end */
};

struct po_account_sums;

void po_parts_free(struct po_parts *parts);
int po_parts_add(struct po_parts *parts, const struct po_part *part);	/* 0 or -ENOMEM */
/* 1 if nothing was said of the name before, 0, or -ENOMEM */
int po_parts_meet(struct po_parts *parts, const struct po_part *part);
/* Those that are mounts, in memory for @room of them, which is to be freed: 0 or -ENOMEM */
int po_parts_mounts(struct po_parts *parts, struct po_mount **mounts, size_t *count,
		    size_t *room);
/* What is known so far, with what is derived from facts: 0 or -ENOMEM */
int po_parts_sort(struct po_parts *parts, const struct po_account_sums *sums);

/* Fills @to, with room for PO_DERIVED_MAX, with parts that facts make: how many. @has_caches:
 * slabs are known by cache */
#define PO_DERIVED_MAX		48
/* Before it: what the figures about cgroups come to */
void po_account_count_cgroups(struct po_facts *facts);
size_t po_account_derive(const struct po_facts *facts, uint64_t page_size,
			 bool has_caches, struct pageowner_account_part *to);

#endif
