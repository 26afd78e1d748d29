/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * suppress.h - stacks that are known and not to be reported.
 *
 * The text form: a pattern a line, "#" begins a comment, blank lines mean
 * nothing. A pattern is one or more of
 *
 *	frame:GLOB	a function anywhere in the stack
 *	owner:GLOB	the function the pages are blamed on (stack.h)
 *	module:GLOB	the module they are blamed on; "module:" alone is the
 *			kernel itself
 *
 * separated by blanks; all of them must fit. GLOB is that of fnmatch(3), against
 * the function's name without offset.
 */
#ifndef PAGEOWNER_SUPPRESS_H
#define PAGEOWNER_SUPPRESS_H

#include <pageowner/record.h>

#ifdef __cplusplus
extern "C" {
#endif

struct pageowner_suppress;

/**
 * pageowner_suppress_new() - no patterns yet
 * @suppress: set on success, to be freed with pageowner_suppress_free()
 *
 * Return: 0 or -ENOMEM.   Since: 0.1
 */
int pageowner_suppress_new(struct pageowner_suppress **suppress);

/**
 * pageowner_suppress_free() - give it back
 * @suppress: patterns or NULL
 * Since: 0.1
 */
void pageowner_suppress_free(struct pageowner_suppress *suppress);

/**
 * pageowner_suppress_add() - add one line of the text form
 * @suppress: the patterns
 * @line: NUL-terminated, a newline at its end does not matter
 *
 * Return: 0, also for a line that holds no pattern; -EINVAL for one that is
 * wrong, -ENOMEM.   Since: 0.1
 */
int pageowner_suppress_add(struct pageowner_suppress *suppress,
			   const char *line);

/**
 * pageowner_suppress_count() - how many patterns there are
 * @suppress: the patterns
 * Since: 0.1
 */
size_t pageowner_suppress_count(const struct pageowner_suppress *suppress);

/**
 * pageowner_suppress_match() - look for a pattern that fits a stack
 * @suppress: the patterns
 * @stack: frame lines, as in a record
 *
 * Return: the number of the first that fits, counted from 0 in the order they
 * were added; -1 for none.   Since: 0.1
 */
int pageowner_suppress_match(const struct pageowner_suppress *suppress,
			     struct pageowner_text stack);

#ifdef __cplusplus
}
#endif
#endif
