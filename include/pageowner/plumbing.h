/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plumbing.h - functions that only pass memory on.
 *
 * Whoever looks for the owner of a page wants the driver or filesystem that asked
 * for it, not the allocator between them. The library has a table of the
 * allocator's functions (page allocator, folios, slab, vmalloc, per-CPU memory,
 * page tables, page cache helpers ...). A struct pageowner_plumbing adds functions
 * of the user to it, for example the wrappers of a driver. Wherever a function
 * takes one, NULL means the library's table alone.
 *
 * Several objects and threads may share one while no pattern is added.
 */
#ifndef PAGEOWNER_PLUMBING_H
#define PAGEOWNER_PLUMBING_H

#include <pageowner/record.h>

#ifdef __cplusplus
extern "C" {
#endif

struct pageowner_plumbing;

/**
 * pageowner_plumbing_new() - the library's table, ready to be extended
 * @plumbing: set on success, to be freed with pageowner_plumbing_free()
 *
 * Return: 0 or -ENOMEM.
 */
int pageowner_plumbing_new(struct pageowner_plumbing **plumbing);

/**
 * pageowner_plumbing_free() - free the patterns
 * @plumbing: patterns or NULL; no object may use them any more
 */
void pageowner_plumbing_free(struct pageowner_plumbing *plumbing);

/**
 * pageowner_plumbing_add() - add functions to the table
 * @plumbing: the patterns
 * @globs: patterns of fnmatch(3) separated by commas, matched against the
 *	function's name as the kernel prints it, compiler suffixes (.isra.0) included
 * @where: on -EINVAL set to the wrong pattern in @globs, unless NULL
 *
 * Return: 0; -EINVAL if a pattern is empty; -ENOMEM. On failure no pattern of
 * @globs was added.
 */
int pageowner_plumbing_add(struct pageowner_plumbing *plumbing,
			   const char *globs, const char **where);

/**
 * pageowner_plumbing_match() - check whether a function only passes memory on
 * @plumbing: the user's patterns; NULL for the library's table alone
 * @symbol: function name; compiler suffixes do not matter for the library's table
 *
 * Return: 1 if it is in the library's table or matches a pattern, 0 if not.
 */
int pageowner_plumbing_match(const struct pageowner_plumbing *plumbing,
			     struct pageowner_text symbol);

/**
 * pageowner_plumbing_error() - why the last pageowner_plumbing_add() failed
 * @plumbing: the patterns
 *
 * Return: a sentence that names the wrong pattern and its place; empty if nothing
 * failed; valid until the next call on @plumbing.
 */
const char *pageowner_plumbing_error(const struct pageowner_plumbing *plumbing);

#ifdef __cplusplus
}
#endif
#endif
