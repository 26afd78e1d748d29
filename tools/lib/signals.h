/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * signals.h - signals that end a tool, and what it does before.
 */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <stdbool.h>

/* Calls @handler on SIGHUP, SIGINT and SIGTERM, but not on those that are ignored. */
void signals_catch(void (*handler)(int sig));

/* The same for a single signal */
void signals_catch_one(int sig, void (*handler)(int sig));

/* End the program by a signal, so that its parent sees it. */
void signals_end(int sig);

#endif
