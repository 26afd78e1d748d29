/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * suppress.h - known stacks that are not to be reported.
 *
 * The text form: one pattern per line, "#" begins a comment, blank lines are
 * ignored. A pattern is one or more of
 *
 *	frame:GLOB	a function anywhere in the stack
 *	owner:GLOB	the owner of the pages, see pageowner_stack_owner()
 *	module:GLOB	the innermost module of the stack; "module:" alone means
 *			the kernel itself
 *
 * separated by blanks; all of them must match. GLOB is a pattern of fnmatch(3),
 * matched against the function's name without offset.
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
 * @suppress: set on success, to be freed with pageowner_suppress_free()
 *
 * Return: 0 or -ENOMEM.
 */
int pageowner_suppress_new(struct pageowner_suppress **suppress);

/**
 * pageowner_suppress_free() - free the patterns
 * @suppress: patterns or NULL
 */
void pageowner_suppress_free(struct pageowner_suppress *suppress);

/**
 * pageowner_suppress_set_plumbing() - add functions that only pass memory on
 * @suppress: the patterns
 * @plumbing: functions that "owner:" passes over (plumbing.h); borrowed until
 *	@suppress is freed; NULL for the library's table alone
 */
void pageowner_suppress_set_plumbing(struct pageowner_suppress *suppress,
				     const struct pageowner_plumbing *plumbing);

/**
 * pageowner_suppress_add() - add one line of the text form
 * @suppress: the patterns
 * @line: NUL-terminated; a newline at its end does not matter
 *
 * Return: 0, also if the line holds no pattern; -EINVAL if a word of it is
 * invalid; -ENOMEM. On failure nothing of the line was added.
 */
int pageowner_suppress_add(struct pageowner_suppress *suppress,
			   const char *line);

/**
 * pageowner_suppress_error() - why the last pageowner_suppress_add() failed
 * @suppress: the patterns
 *
 * Return: a sentence that names the wrong word and its place in the line; empty if
 * nothing failed; valid until the next call on @suppress.
 */
const char *pageowner_suppress_error(const struct pageowner_suppress *suppress);

/**
 * pageowner_suppress_count() - count the patterns
 * @suppress: the patterns
 *
 * Return: how many there are.
 */
size_t pageowner_suppress_count(const struct pageowner_suppress *suppress);

/**
 * pageowner_suppress_match() - find a pattern that matches a stack
 * @suppress: the patterns
 * @stack: frame lines, as in a record
 *
 * Return: the index of the first match, from 0 in the order they were added; -1 if
 * none matches.
 */
int pageowner_suppress_match(const struct pageowner_suppress *suppress,
			     struct pageowner_text stack);

#ifdef __cplusplus
}
#endif
#endif
