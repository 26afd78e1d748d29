/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * filter.h - select records by pid, task name, order, owner, age and the like.
 *
 * A filter is a set of selectors, each a field (field.h) with a list of items. A
 * record passes if for every selector one of its items matches, and for every
 * selector that excludes none does. A filter only decides; what is done with the
 * record is up to the caller.
 */
#ifndef PAGEOWNER_FILTER_H
#define PAGEOWNER_FILTER_H

#include <pageowner/plumbing.h>
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
 * pageowner_filter_set_plumbing() - add functions that only pass memory on
 * @filter: the filter
 * @plumbing: functions that the selector "owner" skips (see plumbing.h); borrowed
 *	until the filter is freed; NULL (default) for the library's table alone
 *
 * It may be set before or after selectors are added, and applies to all of them; but not
 * after the filter was given to another object, which relies on its results.
 */
void pageowner_filter_set_plumbing(struct pageowner_filter *filter,
				   const struct pageowner_plumbing *plumbing);

/**
 * pageowner_filter_set_clock() - set the time from which ages are counted
 * @filter: the filter
 * @clock_ns: nanoseconds since boot by the clock of the records' times; what was
 *	allocated later has the age 0
 */
void pageowner_filter_set_clock(struct pageowner_filter *filter, uint64_t clock_ns);

/**
 * pageowner_filter_find_clock() - set the time from which ages are counted from a file
 * @filter: the filter; without the selector "age" nothing is done
 * @path: the file that will be filtered; it is opened and read, in the worst case to
 *	its end. For a file of the running kernel the time is now
 *
 * Return: 0 if no clock is needed; 1 if the capture or the kernel knows it; 2 if it
 * is the time of the newest record; -ENODATA if no record has a time; -ESPIPE if
 * @path cannot be read twice, as a pipe or "-"; a negative errno as from
 * pageowner_reader_open() and pageowner_reader_next().
 */
int pageowner_filter_find_clock(struct pageowner_filter *filter, const char *path);

/**
 * pageowner_filter_add() - accept only records matching one of the items
 * @filter: the filter
 * @selector: name of a field with PAGEOWNER_FIELD_SELECTS; "!" in front excludes
 *	records that match one of the items instead
 * @list: items, separated by commas. By the kind of the field:
 *	numbers ("pid", "order", "node", "pfn" ...): "3", a range "3-10", "5-", "-9";
 *		"-1" matches records without one. A "pfn" matches the allocation that
 *		it lies in
 *	times ("alloc_ts", "free_ts", "age"): the same with a unit, ns, us, ms, s, m, h
 *		or d: "10m-1.5h"; for "age" only ranges
 *	"name": task names, compared whole and byte for byte; may be empty
 *	known words ("migratetype", "blocktype", "kind", and "yes", "no" for "released"
 *		and other flags): in upper or lower case. "released" is yes if the
 *		record's free_ts is later than its ts (page_owner_sort's -f)
 *	other texts ("module", "memcg", "owner", "frame" ...): glob patterns
 *		(fnmatch(3)). "module" and "owner" are those that pages are attributed
 *		to, "frame" and "module-any" match anywhere in the stack; functions
 *		match with and without compiler suffixes
 * @where: set to the invalid item in @list on -EINVAL, or to @list if the selector is
 *	unknown; unless NULL
 *
 * Naming a selector again adds items to it. Thousands of numbers or names cost no
 * more than one.
 *
 * Return: 0; -EINVAL if the selector is unknown or an item is empty or invalid;
 * -ENOMEM. After -EINVAL nothing was added.
 */
int pageowner_filter_add(struct pageowner_filter *filter, const char *selector,
			 const char *list, const char **where);

/**
 * pageowner_filter_match() - test whether a record passes
 * @filter: the filter
 * @record: a record from a reader, with all of its members
 *
 * Return: 1 if it passes, 0 if not, -EINVAL if the filter selects by "age" and has no
 * clock.
 */
int pageowner_filter_match(const struct pageowner_filter *filter,
			   const struct pageowner_record *record);

/**
 * pageowner_filter_error() - describe the last failure
 * @filter: the filter
 *
 * Functions that take a const filter set no sentence.
 *
 * Return: a sentence that names the selector, the item and its column in the list (1 is
 * the first byte), or the file; "" if the last
 * pageowner_filter_add() or pageowner_filter_find_clock() succeeded; valid until the
 * next such call.
 */
const char *pageowner_filter_error(const struct pageowner_filter *filter);

#ifdef __cplusplus
}
#endif
#endif
