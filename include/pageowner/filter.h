/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * filter.h - which records count.
 *
 * A filter is a set of selectors; a record passes if every selector has an
 * item that fits it.
 */
#ifndef PAGEOWNER_FILTER_H
#define PAGEOWNER_FILTER_H

#include <pageowner/record.h>

#ifdef __cplusplus
extern "C" {
#endif

struct pageowner_filter;

/**
 * pageowner_filter_new() - a filter that every record passes
 * @filter: set on success, to be freed with pageowner_filter_free()
 *
 * Return: 0 or -ENOMEM.   Since: 0.1
 */
int pageowner_filter_new(struct pageowner_filter **filter);

/**
 * pageowner_filter_free() - give it back
 * @filter: a filter or NULL; no profile may still use it
 * Since: 0.1
 */
void pageowner_filter_free(struct pageowner_filter *filter);

/**
 * pageowner_filter_add() - let pass only records that fit one of these items
 * @filter: the filter
 * @selector: one of
 *	"pid", "tgid": numbers; -1 is a record that has none
 *	"name": task names, compared whole and byte for byte
 *	"order", "node": numbers
 *	"module", "memcg", "migratetype": glob patterns (fnmatch(3)) for the
 *		innermost module of the stack, the memory cgroup's last path
 *		component, the page's migratetype
 *	"frame": glob patterns for function names, any frame may fit
 *	"released": "no" drops records whose free_ts lies behind their ts
 *		(page_owner_sort's -f), "yes" keeps only those
 * @list: items, separated by commas
 *
 * Items of a selector that is named again are added to those it has.
 * Return: 0; -EINVAL for an unknown selector, an empty item or one that is
 * not of its kind; -ENOMEM.   Since: 0.1
 */
int pageowner_filter_add(struct pageowner_filter *filter, const char *selector,
			 const char *list);

/**
 * pageowner_filter_match() - whether a record passes
 * @filter: the filter
 * @record: from a reader, all of its members read
 *
 * Return: 1 or 0.   Since: 0.1
 */
int pageowner_filter_match(const struct pageowner_filter *filter,
			   const struct pageowner_record *record);

#ifdef __cplusplus
}
#endif
#endif
