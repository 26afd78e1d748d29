/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * live.h - the running kernel: where its files are, what must be done to have
 * them, and how to read them without harm.
 *
 * The files are the in-tree page_owner's if they are there, else those of the
 * module pageowner. They are looked for in debugfs, /sys/kernel/debug or what the
 * environment variable PAGEOWNER_DEBUGFS names.
 *
 * On some kernels (page_owner_stacks/, Linux 6.9 to 6.18) closing show_stacks
 * before its end damages the kernel's list of stacks until the next boot. So
 * pageowner_live_open() has another process read it, which goes on to the end
 * whatever becomes of the caller; pageowner_reader_open() and
 * pageowner_profile_load() do the same where the path is such a file.
 */
#ifndef PAGEOWNER_LIVE_H
#define PAGEOWNER_LIVE_H

#include <pageowner/record.h>

#ifdef __cplusplus
extern "C" {
#endif

struct pageowner_live;

/**
 * enum pageowner_live_file - the files there may be
 * @PAGEOWNER_LIVE_PAGE_OWNER: a record for each allocation, in the order of PFNs;
 *	one a read(2), and the file position is a PFN (Linux 6.1+)
 * @PAGEOWNER_LIVE_SHOW_STACKS: pages by stack (6.9+)
 * @PAGEOWNER_LIVE_SHOW_HANDLES: pages by number of a stack (6.19+)
 * @PAGEOWNER_LIVE_SHOW_STACKS_HANDLES: stacks by their number (6.19+)
 * @PAGEOWNER_LIVE_COUNT_THRESHOLD: below how many pages stacks are not shown
 */
enum pageowner_live_file {
	PAGEOWNER_LIVE_PAGE_OWNER,
	PAGEOWNER_LIVE_SHOW_STACKS,
	PAGEOWNER_LIVE_SHOW_HANDLES,
	PAGEOWNER_LIVE_SHOW_STACKS_HANDLES,
	PAGEOWNER_LIVE_COUNT_THRESHOLD,
};

/**
 * pageowner_live_new() - look for the running kernel's files
 * @live: set on success, to be freed with pageowner_live_free()
 *
 * Return: 0, also if there are none; -ENOMEM.   Since: 0.1
 */
int pageowner_live_new(struct pageowner_live **live);

/**
 * pageowner_live_free() - give it back
 * @live: from pageowner_live_new() or NULL; closes what it has open
 * Since: 0.1
 */
void pageowner_live_free(struct pageowner_live *live);

/**
 * pageowner_live_path() - where a file is
 * @live: from pageowner_live_new()
 * @file: which
 *
 * Return: its path, memory of @live; NULL if there is none that this process may
 * read and that has something to show, then pageowner_live_error() says what can
 * be done.   Since: 0.1
 */
const char *pageowner_live_path(struct pageowner_live *live,
				enum pageowner_live_file file);

/**
 * pageowner_live_is_module() - whose files they are
 * @live: from pageowner_live_new()
 *
 * Return: 1 if they are those of the module pageowner, 0 if the kernel's own.
 * Since: 0.1
 */
int pageowner_live_is_module(const struct pageowner_live *live);

/**
 * pageowner_live_risk() - what reading a file may do to this kernel
 * @live: from pageowner_live_new()
 * @file: which
 *
 * Return: a sentence for somebody who is to decide; NULL if nothing is known
 * against it.   Since: 0.1
 */
const char *pageowner_live_risk(struct pageowner_live *live,
				enum pageowner_live_file file);

/**
 * pageowner_live_open() - begin to read a file
 * @live: from pageowner_live_new()
 * @file: which
 * @fd: set on success, to be closed with pageowner_live_close(). The file itself
 *	where that is harmless, else a pipe from a process that reads it to its
 *	end. Whoever must not wait for ever uses poll(2)
 *
 * Return: 0 or a negative errno, with pageowner_live_error().   Since: 0.1
 */
int pageowner_live_open(struct pageowner_live *live,
			enum pageowner_live_file file, int *fd);

/**
 * pageowner_live_close() - end reading
 * @live: from pageowner_live_new()
 * @fd: from pageowner_live_open()
 *
 * May be called at any time. After read(2) has returned 0 it tells whether that was
 * the end of the kernel's file.
 * Return: 0; -ECANCELED if the end had not been reached; -EUCLEAN if there is none,
 * because the kernel's list of stacks is damaged; the negative errno of read(2).
 * pageowner_live_error() has the sentence.   Since: 0.1
 */
int pageowner_live_close(struct pageowner_live *live, int fd);

/**
 * pageowner_live_error() - why the last call failed
 * @live: from pageowner_live_new()
 *
 * Return: sentences, one a line, the last without newline: what is the case, and
 * what can be done; empty if nothing failed; valid until the next call.
 * Since: 0.1
 */
const char *pageowner_live_error(const struct pageowner_live *live);

#ifdef __cplusplus
}
#endif
#endif
