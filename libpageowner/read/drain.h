/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * drain.h - read a file of the kernel to its end, whatever happens to the caller.
 */
#ifndef PO_DRAIN_H
#define PO_DRAIN_H

#include "base/po.h"

/* A file that is read, or pipes from a process that reads it */
struct po_drain {
	int fd;			/* what the file holds; -1: nothing is open */
	int status;		/* one int after all of it was read; or -1 */
};

#define PO_DRAIN_NONE ((struct po_drain){ -1, -1 })

/* What PAGEOWNER_DEBUGFS names, or NULL */
const char *po_debugfs_override(void);

/* Open a file for reading, through a process if it must be read to its end: 0 or a
 * negative errno. */
int po_drain_open(const char *path, struct po_drain *drain);

/* Close it, if it is open. 0; for a file read by a process also -ECANCELED if it
 * was not read completely, -EUCLEAN if it has no end, the negative errno of read(2) */
int po_drain_close(struct po_drain *drain);

/* Describe these errors */
const char *po_drain_text(int error);

#endif
