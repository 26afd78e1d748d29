/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * suppress.h - patterns of known stacks that should not be reported.
 *
 * The text form has one pattern a line; "#" starts a comment, blank lines are
 * ignored. A pattern is one or more of
 *
 *	frame:GLOBS	a function anywhere in the stack
 *	owner:GLOBS	the owner of the stack (see stack.h)
 *	module:GLOBS	the module of the stack; "module:" alone is the kernel
 *			image
 *	module-any:GLOBS	a module anywhere in the stack
 *
 * separated by blanks, all of which must match; with a leading "!" a word must not
 * match. GLOBS are patterns as for fnmatch(3) separated by commas, one of which must
 * match: the selectors of filter.h that a stack determines.
 */
#ifndef PAGEOWNER_SUPPRESS_H
#define PAGEOWNER_SUPPRESS_H

#include <pageowner/plumbing.h>
#include <pageowner/record.h>

#ifdef __cplusplus
extern "C" {
#endif

struct pageowner_suppress;

/**
 * pageowner_suppress_new() - create an empty list of patterns
 * @suppress: set on success; free it with pageowner_suppress_free()
 *
 * Return: 0 or -ENOMEM.
 */
int pageowner_suppress_new(struct pageowner_suppress **suppress);

/**
 * pageowner_suppress_free() - free a list of patterns
 * @suppress: the patterns or NULL; no diff may still use them
 */
void pageowner_suppress_free(struct pageowner_suppress *suppress);

/**
 * pageowner_suppress_set_plumbing() - add functions that only pass memory on
 * @suppress: the patterns
 * @plumbing: functions that "owner:" skips (see plumbing.h); borrowed until
 *	@suppress is freed; NULL (default) for the library's table alone
 *
 * It may be set before or after patterns are added, and applies to all of them; but not
 * after the list of patterns was given to another object, which relies on its results.
 */
void pageowner_suppress_set_plumbing(struct pageowner_suppress *suppress,
				     const struct pageowner_plumbing *plumbing);

/**
 * pageowner_suppress_add() - add one line of the text form
 * @suppress: the patterns
 * @line: NUL-terminated; a newline at its end is ignored
 * @where: on -EINVAL set to the invalid word in @line; may be NULL
 *
 * Return: 0, also for a line without a pattern; -EINVAL if a word of it is
 * invalid; -ENOMEM. On failure nothing of the line is added.
 */
int pageowner_suppress_add(struct pageowner_suppress *suppress, const char *line,
			   const char **where);

/**
 * pageowner_suppress_error() - describe the last failure
 * @suppress: the patterns
 *
 * Return: a sentence that names the invalid word and its place in the line; ""
 * if nothing failed; valid until the next call on @suppress.
 */
const char *pageowner_suppress_error(const struct pageowner_suppress *suppress);

/**
 * pageowner_suppress_count() - count the patterns
 * @suppress: the patterns
 *
 * Return: the number of patterns.
 */
size_t pageowner_suppress_count(const struct pageowner_suppress *suppress);

/**
 * pageowner_suppress_match() - find the first pattern that matches a stack
 * @suppress: the patterns
 * @stack: frame lines, as in a record
 * @index: set to the index of the first match, from 0 in the order in which they were
 *	added; may be NULL
 *
 * Return: 1 with *index set, 0 if none matches.
 */
int pageowner_suppress_match(const struct pageowner_suppress *suppress,
			     struct pageowner_text stack, size_t *index);

#ifdef __cplusplus
}
#endif
#endif
