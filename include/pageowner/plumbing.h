/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plumbing.h - functions that only pass memory on.
 *
 * The owner of a page is the driver or file system that asked for it, not the
 * allocator between them. The library has a table of the allocator's functions
 * (page allocator, folios, slab, vmalloc, per-CPU memory, page tables, page
 * cache helpers, DMA and IOMMU helpers ...), and of functions that only call others
 * (workqueues, kernel threads, entries of the kernel). A struct pageowner_plumbing
 * adds functions of the user to it, for example the wrappers of a driver. Wherever a
 * function takes one, NULL means the library's table alone.
 *
 * Several objects and threads may share one as long as no pattern is added.
 */
#ifndef PAGEOWNER_PLUMBING_H
#define PAGEOWNER_PLUMBING_H

#include <pageowner/record.h>

#ifdef __cplusplus
extern "C" {
#endif

struct pageowner_plumbing;

/**
 * pageowner_plumbing_new() - create a copy of the library's table to extend
 * @plumbing: set on success; free it with pageowner_plumbing_free()
 *
 * Return: 0 or -ENOMEM.
 */
int pageowner_plumbing_new(struct pageowner_plumbing **plumbing);

/**
 * pageowner_plumbing_free() - free a table
 * @plumbing: a table or NULL; no other object may still use it
 */
void pageowner_plumbing_free(struct pageowner_plumbing *plumbing);

/**
 * pageowner_plumbing_add() - add functions to a table
 * @plumbing: the table
 * @globs: patterns for fnmatch(3) separated by commas, matched against the
 *	function name as the kernel prints it, compiler suffixes (.isra.0)
 *	included
 * @where: set to the invalid pattern in @globs on -EINVAL, unless NULL
 *
 * Return: 0; -EINVAL if a pattern is empty; -ENOMEM. On failure no pattern of
 * @globs is added.
 */
int pageowner_plumbing_add(struct pageowner_plumbing *plumbing,
			   const char *globs, const char **where);

/**
 * pageowner_plumbing_match() - test whether a function only passes memory on
 * @plumbing: the table; NULL for the library's table alone
 * @symbol: function name; compiler suffixes are ignored in the library's table
 *
 * Return: 1 if it is in the library's table or matches a pattern, 0 otherwise.
 */
int pageowner_plumbing_match(const struct pageowner_plumbing *plumbing,
			     struct pageowner_text symbol);

/**
 * pageowner_plumbing_error() - describe the last failure
 * @plumbing: the table
 *
 * Return: a sentence that names the invalid pattern and its place; "" if nothing
 * failed; valid until the next call on @plumbing.
 */
const char *pageowner_plumbing_error(const struct pageowner_plumbing *plumbing);

#ifdef __cplusplus
}
#endif
#endif
