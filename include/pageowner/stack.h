/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * stack.h - the frames of a stack, the function and module that own its pages,
 * and ids that identify the whole stack.
 *
 * Stacks stay text until they are needed; these functions parse that text.
 * They neither allocate nor keep anything.
 */
#ifndef PAGEOWNER_STACK_H
#define PAGEOWNER_STACK_H

#include <pageowner/plumbing.h>
#include <pageowner/record.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * enum pageowner_by - what pages are attributed to
 * @PAGEOWNER_BY_STACK: a stack; two stacks are equal if their texts are
 * @PAGEOWNER_BY_PORTABLE: a call path, functions and modules without offsets and
 *	without what compilers and profiling add to a name (.isra.0, .constprop.0,
 *	.part.0, .cold, .llvm.123, _noprof); comparable across boots, builds and hosts
 * @PAGEOWNER_BY_OWNER: an owner, see pageowner_stack_owner()
 * @PAGEOWNER_BY_MODULE: a module, see pageowner_stack_module()
 */
enum pageowner_by {
	PAGEOWNER_BY_STACK,
	PAGEOWNER_BY_PORTABLE,
	PAGEOWNER_BY_OWNER,
	PAGEOWNER_BY_MODULE,
};

/**
 * pageowner_by_is_stack() - check whether pages are attributed to single stacks
 * @by: one of enum pageowner_by
 *
 * Return: 1 for PAGEOWNER_BY_STACK and PAGEOWNER_BY_PORTABLE; 0 if many stacks have the
 * same name.
 */
int pageowner_by_is_stack(enum pageowner_by by);

/**
 * struct pageowner_frame - one line of a stack
 * @symbol:  function name, including compiler suffixes (.isra.0, .cold); the
 *           bare number if the kernel could not resolve the address
 * @offset:  offset of the return address in the function, bytes
 * @size:    size of the function, bytes; 0 if the line does not give it
 * @module:  module name; empty for the kernel image
 * @line:    the whole line, without leading blank and newline
 *
 * Text form: "%pS" of Linux lib/vsprintf.c, preceded by "[<address>] " up to
 * about 4.10. The caller allocates it, so it never grows.
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
 * @stack: a record's stack; advanced past the frame
 * @frame: filled; its texts point into the text of the stack
 *
 * The innermost frame, nearest to the page allocator, comes first.
 *
 * Return: 1 with *frame filled, 0 if the stack has no further frame.
 */
int pageowner_frame_next(struct pageowner_text *stack,
			 struct pageowner_frame *frame);

/**
 * pageowner_stack_owner() - find the frame that owns a stack's pages
 * @stack: a record's stack
 * @plumbing: functions to skip in addition to the library's own table (see
 *	plumbing.h); NULL for the table alone
 * @frame: filled with the first frame that does not only pass memory on; its
 *	texts point into the text of the stack, or @symbol to a text of the library
 *
 * The symbol is a name that is the same for every build and kernel: without
 * compiler suffixes and "_noprof", and, for some functions that a kernel has inlined
 * or renamed, the name in the newest kernel: __handle_mm_fault() of a kernel that
 * inlines do_anonymous_page() is "do_anonymous_page"; if it inlines do_fault() as well,
 * private copies of file pages are, since only their gfp mask differs.
 *
 * If all frames are plumbing, the owner is the outermost one that does more than call
 * others: dispatchers (process_one_work, kthread, do_syscall_64 ...) never own pages.
 *
 * Return: 1 with *frame filled, 0 if the stack has no such frame.
 */
int pageowner_stack_owner(struct pageowner_text stack,
			  const struct pageowner_plumbing *plumbing,
			  struct pageowner_frame *frame);

/**
 * pageowner_stack_module() - find the module that owns a stack's pages
 * @stack: a record's stack
 *
 * Return: the module of the innermost frame that is in a module, or an empty
 * text; it points into the text of the stack.
 */
struct pageowner_text pageowner_stack_module(struct pageowner_text stack);

/**
 * pageowner_stack_fold() - write a stack in one line
 * @stack: a record's stack
 * @plumbing: functions that only pass memory on; NULL for the library's table alone
 * @max_frames: write no more frames than that, then "..."; 0 means all
 * @buf: set to "owner < caller [module] < caller's caller", NUL-terminated unless @size
 *	is 0; NULL if @size is 0
 * @size: of @buf in bytes; 3 * @stack.len + 8 always suffices
 *
 * The frames before the owner (see pageowner_stack_owner()) are left out, and so are
 * those from the entry of a system call, fault, interrupt or kernel thread on: they
 * are in most stacks. The names are copied as they are, see pageowner_text_printable().
 *
 * Return: the length of the whole line without the NUL, as snprintf() does; if that is
 * not less than @size, the line is truncated.
 */
size_t pageowner_stack_fold(struct pageowner_text stack,
			    const struct pageowner_plumbing *plumbing,
			    unsigned int max_frames, char *buf, size_t size);

/**
 * pageowner_stack_id_exact() - compute the id of the exact stack text
 * @stack: a record's stack
 *
 * Return: XXH3-64 of the frame lines, without leading blanks, joined by
 * newlines. Equal stacks of one kernel build have equal ids within one boot,
 * and across boots if all symbols are resolved.
 */
uint64_t pageowner_stack_id_exact(struct pageowner_text stack);

/**
 * pageowner_stack_id_portable() - compute the id of a call path on any kernel
 * @stack: a record's stack
 *
 * Return: XXH3-64 of "symbol" or "symbol [module]" of each frame, innermost
 * first, joined by newlines. Offsets, compiler suffixes and "_noprof" are left out,
 * so that ids can be compared across boots, builds and hosts.
 */
uint64_t pageowner_stack_id_portable(struct pageowner_text stack);

#ifdef __cplusplus
}
#endif
#endif
