/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dispatch.h - functions that only call others: they are in the stack whatever runs
 * below them, so they never own a page.
 */
#ifndef PO_DISPATCH_H
#define PO_DISPATCH_H

#include "base/po.h"

/* Where system calls, faults, interrupts and kernel threads begin: these frames are in
 * most stacks. */
bool po_is_entry(struct pageowner_text symbol);

/* An entry, or what calls work, timers, notifiers, attributes and init functions */
bool po_is_dispatcher(struct pageowner_text symbol);

#endif
