/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * filter.h - select records by pid, task name, order, module and the like.
 *
 * A filter is a set of selectors, each with a list of items. A record passes if
 * for every selector one of its items matches. A filter only decides; what is
 * done with the record is up to the caller.
 */
#ifndef PAGEOWNER_FILTER_H
#define PAGEOWNER_FILTER_H

#include <pageowner/record.h>

#ifdef __cplusplus
extern "C" {
#endif

struct pageowner_filter;

/**
 * pageowner_filter_new() - create a filter that passes every record
 * @filter: set on success; free it with pageowner_filter_free()
 *
 * Return: 0 or -ENOMEM.
 */
int pageowner_filter_new(struct pageowner_filter **filter);

/**
 * pageowner_filter_free() - free a filter
 * @filter: a filter or NULL; no other object may still use it
 */
void pageowner_filter_free(struct pageowner_filter *filter);

/**
 * pageowner_filter_add() - accept only records matching one of the items
 * @filter: the filter
 * @selector: one of
 *	"pid", "tgid": numbers; -1 matches records without one
 *	"name": task names, compared whole and byte for byte
 *	"order", "node": numbers
 *	"module", "memcg", "migratetype": glob patterns (fnmatch(3)) for the
 *		innermost module of the stack, the memory cgroup's last path
 *		component, the page's migratetype
 *	"frame": glob patterns for function names; any frame may match
 *	"released": "no" drops records whose free_ts is later than their ts
 *		(page_owner_sort's -f), "yes" keeps only those
 * @list: items, separated by commas
 *
 * Naming a selector again adds items to it.
 *
 * Return: 0; -EINVAL if the selector is unknown or an item is empty or invalid;
 * -ENOMEM.
 */
int pageowner_filter_add(struct pageowner_filter *filter, const char *selector,
			 const char *list);

/**
 * pageowner_filter_match() - test whether a record passes
 * @filter: the filter
 * @record: a record from a reader, with all of its members
 *
 * Return: 1 if it passes, 0 otherwise.
 */
int pageowner_filter_match(const struct pageowner_filter *filter,
			   const struct pageowner_record *record);

#ifdef __cplusplus
}
#endif
#endif
