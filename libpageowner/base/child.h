/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * child.h - processes that the library forks.
 *
 * Only fork: they never exec. The program may have threads, so between fork() and
 * _exit() a child makes only calls that are safe in a signal handler; all but the fork
 * itself is so here. What such a process does is known to its file.
 */
#ifndef PO_CHILD_H
#define PO_CHILD_H

#include <sys/types.h>

#include "base/po.h"

/* fork(), with all signals blocked in the child, from before it exists */
pid_t po_child_fork(void);

/* In the child: close all descriptors but @keep[0] to @keep[@count - 1] >= 0, which get
 * sorted. The caller's pipes must not stay open in it. */
void po_child_close_all_but(int *keep, size_t count);

/* All of it, whatever interrupts: false at an error or the end. Signals are blocked, so
 * writing to nobody is an error. */
bool po_child_write(int fd, const void *data, size_t len);
bool po_child_read(int fd, void *data, size_t len);

#endif
