/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * key.h - the names users sort and cull by, parsed once for all tools.
 *
 * The short and long names of Linux Documentation/mm/page_owner.rst, and more.
 */
#ifndef PAGEOWNER_KEY_H
#define PAGEOWNER_KEY_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * enum pageowner_key - one property of a record or a group
 *
 * The order of the values is the order in which the keys of a profile are
 * compared, whichever order they were named in; the first six are in
 * page_owner_sort's.
 */
enum pageowner_key {
	PAGEOWNER_KEY_TXT,		/* header without times, stack, notes */
	PAGEOWNER_KEY_STACKTRACE,	/* stack and notes */
	PAGEOWNER_KEY_PID,
	PAGEOWNER_KEY_TGID,
	PAGEOWNER_KEY_NAME,		/* task name */
	PAGEOWNER_KEY_ALLOCATOR,	/* PAGEOWNER_ALLOCATOR_* bits */
	PAGEOWNER_KEY_FREE,		/* 1 if free_ts lies behind ts */
	PAGEOWNER_KEY_CALLSTACK,	/* the frames alone */
	PAGEOWNER_KEY_MODULE,		/* innermost module of the stack */
	PAGEOWNER_KEY_OWNER,		/* function blamed, see stack.h */
	PAGEOWNER_KEY_ORDER,
	PAGEOWNER_KEY_GFP,		/* mask names, or the mask in hex */
	PAGEOWNER_KEY_MIGRATETYPE,	/* of the page */
	PAGEOWNER_KEY_BLOCKTYPE,	/* migratetype of its pageblock */
	PAGEOWNER_KEY_NODE,
	PAGEOWNER_KEY_ZONE,
	PAGEOWNER_KEY_MEMCG,
	PAGEOWNER_KEY_TIMES,		/* records in the group */
	PAGEOWNER_KEY_PAGES,		/* base pages in the group */
	PAGEOWNER_KEY_ALLOC_TS,
	PAGEOWNER_KEY_FREE_TS,
	PAGEOWNER_KEY_COUNT,
};

/* Where a key can be used. */
#define PAGEOWNER_KEY_SORTS	1u
#define PAGEOWNER_KEY_GROUPS	2u

/**
 * pageowner_key_find() - the key of a name
 * @name: short or long name, not NUL-terminated
 * @len: its length
 * @key: set on success
 *
 * Return: the PAGEOWNER_KEY_SORTS and _GROUPS bits of the key, or -EINVAL.
 * Since: 0.1
 */
int pageowner_key_find(const char *name, size_t len, enum pageowner_key *key);

/**
 * pageowner_key_name() - the long name of a key
 * @key: the key
 *
 * Return: a constant string, NULL for numbers that name none.   Since: 0.1
 */
const char *pageowner_key_name(enum pageowner_key key);

/**
 * pageowner_key_short_name() - the short name of a key
 * @key: the key
 *
 * Return: a constant string, NULL if it has none.   Since: 0.1
 */
const char *pageowner_key_short_name(enum pageowner_key key);

/**
 * pageowner_key_help() - what a key stands for, in a few words
 * @key: the key
 *
 * Return: a constant string, NULL for numbers that name none.   Since: 0.1
 */
const char *pageowner_key_help(enum pageowner_key key);

/**
 * pageowner_keys_check() - whether a list of keys is one
 * @list: as for pageowner_profile_new() or pageowner_profile_sort()
 * @use: PAGEOWNER_KEY_GROUPS or PAGEOWNER_KEY_SORTS
 *
 * Return: 0 or -EINVAL.   Since: 0.1
 */
int pageowner_keys_check(const char *list, unsigned int use);

#ifdef __cplusplus
}
#endif
#endif
