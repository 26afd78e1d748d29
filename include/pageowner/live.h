/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * live.h - find the running kernel's files, say what is needed to read them, and
 * read them without harm.
 *
 * The files are those of the in-tree page_owner if they exist, otherwise those
 * of the module pageowner. They are searched in debugfs: /sys/kernel/debug, or
 * the directory in the environment variable PAGEOWNER_DEBUGFS.
 *
 * On some kernels (page_owner_stacks/ in Linux 6.9 to 6.18) closing show_stacks
 * before its end damages the kernel's list of stacks until the next boot. So
 * pageowner_live_open() starts a process that reads it to the end, even if the
 * caller dies; pageowner_reader_open() and pageowner_profile_load() do the same
 * if the path is such a file.
 */
#ifndef PAGEOWNER_LIVE_H
#define PAGEOWNER_LIVE_H

#include <pageowner/record.h>

#ifdef __cplusplus
extern "C" {
#endif

struct pageowner_live;

/**
 * enum pageowner_live_file - the files of page_owner
 * @PAGEOWNER_LIVE_PAGE_OWNER: a record for each allocation, ordered by PFN; one
 *	read(2) returns one record, and the file position is a PFN (Linux 6.1+)
 * @PAGEOWNER_LIVE_SHOW_STACKS: pages by stack (6.9+)
 * @PAGEOWNER_LIVE_SHOW_HANDLES: pages by stack handle (6.19+)
 * @PAGEOWNER_LIVE_SHOW_STACKS_HANDLES: stacks and their handles (6.19+)
 * @PAGEOWNER_LIVE_COUNT_THRESHOLD: stacks with fewer pages are not shown (6.9+)
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
 * @live: set on success; free it with pageowner_live_free()
 *
 * Return: 0, also if there are no files; -ENOMEM.
 */
int pageowner_live_new(struct pageowner_live **live);

/**
 * pageowner_live_free() - close what is open and free the object
 * @live: from pageowner_live_new() or NULL
 */
void pageowner_live_free(struct pageowner_live *live);

/**
 * pageowner_live_path() - get the path of a file
 * @live: from pageowner_live_new()
 * @file: which file
 *
 * Return: its path, memory of @live; NULL if there is no such file with
 * contents that this process may read. Then pageowner_live_error() says what
 * can be done.
 */
const char *pageowner_live_path(struct pageowner_live *live,
				enum pageowner_live_file file);

/**
 * pageowner_live_is_module() - test whether the files are the module's
 * @live: from pageowner_live_new()
 *
 * Return: 1 if they belong to the module pageowner, 0 otherwise: they are the
 * kernel's own.
 */
int pageowner_live_is_module(const struct pageowner_live *live);

/**
 * pageowner_live_risk() - get a warning about reading a file on this kernel
 * @live: from pageowner_live_new()
 * @file: which file
 *
 * Return: a warning to show the user, a constant; NULL if no risk is known.
 */
const char *pageowner_live_risk(const struct pageowner_live *live,
				enum pageowner_live_file file);

/**
 * pageowner_live_open() - open a file for reading
 * @live: from pageowner_live_new()
 * @file: which file
 * @fd: set on success; close it with pageowner_live_close(). It is the file
 *	itself if that is harmless, otherwise a pipe from a process that reads
 *	the file to its end. Use poll(2) to avoid blocking
 *
 * Return: 0; -ENOENT if there is no such file (see pageowner_live_path());
 * -EINVAL if @file is unknown; -EMFILE if eight files are open; the negative errno of
 * the system call that failed.
 */
int pageowner_live_open(struct pageowner_live *live,
			enum pageowner_live_file file, int *fd);

/**
 * pageowner_live_close() - stop reading a file
 * @live: from pageowner_live_new()
 * @fd: from pageowner_live_open()
 *
 * May be called at any time. After read(2) has returned 0, it says whether that
 * was the end of the kernel's file.
 *
 * Return: 0; -ECANCELED if the end was not reached; -EUCLEAN if there is no
 * end, because the kernel's list of stacks is damaged; -EBADF if @fd is not an
 * open file of @live; the negative errno of read(2).
 */
int pageowner_live_close(struct pageowner_live *live, int fd);

/**
 * pageowner_live_error() - describe the last failure
 * @live: from pageowner_live_new()
 *
 * Return: sentences, one a line, the last without newline: what is wrong and
 * what can be done; "" if nothing failed; valid until the next call.
 */
const char *pageowner_live_error(const struct pageowner_live *live);

#ifdef __cplusplus
}
#endif
#endif
