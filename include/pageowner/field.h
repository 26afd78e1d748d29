/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * field.h - the names by which records are grouped and sorted, and their table.
 *
 * The short and long names of Linux Documentation/mm/page_owner.rst, and more.
 */
#ifndef PAGEOWNER_FIELD_H
#define PAGEOWNER_FIELD_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * enum pageowner_field - one property of a record or a group
 *
 * The order of the values is the order in which the keys of a profile are
 * compared, in whichever order they were named; the first six are in the order
 * of page_owner_sort.
 */
enum pageowner_field {
	PAGEOWNER_FIELD_TXT,		/* header without times, stack, notes */
	PAGEOWNER_FIELD_STACKTRACE,	/* stack and notes */
	PAGEOWNER_FIELD_PID,
	PAGEOWNER_FIELD_TGID,
	PAGEOWNER_FIELD_NAME,		/* task name */
	PAGEOWNER_FIELD_ALLOCATOR,	/* PAGEOWNER_ALLOCATOR_* bits */
	PAGEOWNER_FIELD_FREE,		/* 1 if free_ts lies behind ts */
	PAGEOWNER_FIELD_CALLSTACK,	/* the frames alone */
	PAGEOWNER_FIELD_MODULE,		/* innermost module of the stack */
	PAGEOWNER_FIELD_OWNER,		/* function blamed, see stack.h */
	PAGEOWNER_FIELD_ORDER,
	PAGEOWNER_FIELD_GFP,		/* mask names, or the mask in hex */
	PAGEOWNER_FIELD_MIGRATETYPE,	/* of the page */
	PAGEOWNER_FIELD_BLOCKTYPE,	/* migratetype of its pageblock */
	PAGEOWNER_FIELD_NODE,
	PAGEOWNER_FIELD_ZONE,
	PAGEOWNER_FIELD_MEMCG,
	PAGEOWNER_FIELD_TIMES,		/* records in the group */
	PAGEOWNER_FIELD_PAGES,		/* base pages in the group */
	PAGEOWNER_FIELD_ALLOC_TS,
	PAGEOWNER_FIELD_FREE_TS,
	PAGEOWNER_FIELD_COUNT,
};

/* Where a key can be used. */
#define PAGEOWNER_FIELD_SORTS	1u
#define PAGEOWNER_FIELD_GROUPS	2u

/**
 * pageowner_field_find() - look up a field by name
 * @name: short or long name, not NUL-terminated
 * @len: its length in bytes
 * @key: set on success
 *
 * Return: the PAGEOWNER_FIELD_SORTS and PAGEOWNER_FIELD_GROUPS bits of the
 * field; -EINVAL if there is no field of this name.
 */
int pageowner_field_find(const char *name, size_t len, enum pageowner_field *key);

/**
 * pageowner_field_name() - get the long name of a field
 * @key: the field
 *
 * Return: a constant string; NULL if the number is unknown.
 */
const char *pageowner_field_name(enum pageowner_field key);

/**
 * pageowner_field_short_name() - get the short name of a field
 * @key: the field
 *
 * Return: a constant string; NULL if it has none.
 */
const char *pageowner_field_short_name(enum pageowner_field key);

/**
 * pageowner_field_help() - describe a field in a few words
 * @key: the field
 *
 * Return: a constant string; NULL if the number is unknown.
 */
const char *pageowner_field_help(enum pageowner_field key);

/**
 * pageowner_fields_check() - validate a list of fields
 * @list: as for pageowner_profile_new() or pageowner_profile_sort()
 * @use: PAGEOWNER_FIELD_GROUPS or PAGEOWNER_FIELD_SORTS
 *
 * Return: 0; -EINVAL if the list is invalid.
 */
int pageowner_fields_check(const char *list, unsigned int use);

#ifdef __cplusplus
}
#endif
#endif
