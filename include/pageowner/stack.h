/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * stack.h - the frames of a stack: what they name, whose they are, what
 * identifies the whole.
 *
 * Stacks stay text until somebody asks; these functions read that text.
 */
#ifndef PAGEOWNER_STACK_H
#define PAGEOWNER_STACK_H

#include <pageowner/plumbing.h>
#include <pageowner/record.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct pageowner_frame - one line of a stack
 * @symbol:  function name, compiler suffixes (.isra.0, .cold) included; the
 *           bare number where the kernel could not name the address
 * @offset:  of the return address in the function, bytes
 * @size:    of the function, bytes; 0 where the line does not tell
 * @module:  module name, empty for the kernel's own text
 * @line:    the whole line, without blank in front and newline
 *
 * Text form: "%pS" of Linux lib/vsprintf.c, with "[<address>] " in front of
 * it to about 4.10.
 */
struct pageowner_frame {
	struct pageowner_text symbol;
	uint64_t offset;
	uint64_t size;
	struct pageowner_text module;
	struct pageowner_text line;
};

/**
 * pageowner_frame_next() - take the first frame off a stack
 * @stack: a record's stack; moved behind the frame that was taken
 * @frame: filled, its texts point into the stack's text
 *
 * The innermost frame, nearest to the page allocator, comes first.
 * Return: 1 with *frame filled, 0 when the stack holds no further frame.
 * Since: 0.1
 */
int pageowner_frame_next(struct pageowner_text *stack,
			 struct pageowner_frame *frame);

/**
 * pageowner_stack_owner() - find the frame that a stack's pages are attributed to
 * @stack: a record's stack
 * @plumbing: functions to pass over beside the library's own table (plumbing.h);
 *	NULL for the table alone
 * @frame: filled with the first frame that does not only pass memory on; its texts
 *	point into the text of @stack
 *
 * If all frames are plumbing, the outermost one is taken.
 * Return: 1 with *frame filled, 0 if the stack is empty.
 */
int pageowner_stack_owner(struct pageowner_text stack,
			  const struct pageowner_plumbing *plumbing,
			  struct pageowner_frame *frame);

/**
 * pageowner_stack_module() - the module a stack's pages are to be blamed on
 * @stack: a record's stack
 *
 * Return: the name on the innermost frame that lies in a module, empty where
 * no frame does; points into the stack's text.   Since: 0.1
 */
struct pageowner_text pageowner_stack_module(struct pageowner_text stack);

/**
 * pageowner_stack_id_exact() - a number for this very stack text
 * @stack: a record's stack
 *
 * Return: XXH3-64 over the frame lines, without the blanks in front, joined
 * by newlines. Equal stacks of one kernel build on one boot have equal ids
 * (with symbols resolved, on any boot of it).   Since: 0.1
 */
uint64_t pageowner_stack_id_exact(struct pageowner_text stack);

/**
 * pageowner_stack_id_portable() - a number for this call path on any kernel
 * @stack: a record's stack
 *
 * Return: XXH3-64 over "symbol" or "symbol [module]" of each frame, innermost
 * first, joined by newlines: no offsets, so that ids can be compared across
 * boots, builds and hosts.   Since: 0.1
 */
uint64_t pageowner_stack_id_portable(struct pageowner_text stack);

#ifdef __cplusplus
}
#endif
#endif
