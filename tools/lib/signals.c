// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * signals.c - signals that end a tool, and what it does before.
 */
#include "tools/lib/signals.h"

#include <signal.h>
#include <stddef.h>

void signals_catch_one(int sig, void (*handler)(int sig))
{
	struct sigaction act = { .sa_handler = handler }, old;

	if (!sigaction(sig, NULL, &old) && old.sa_handler != SIG_IGN)
		sigaction(sig, &act, NULL);
}

void signals_catch(void (*handler)(int sig))
{
	static const int signals[] = { SIGHUP, SIGINT, SIGTERM };

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signals_catch_one(signals[i], handler);
}

/* Not by SA_RESETHAND: of two signals at once the second could come before the handler
 * and end the program. */
void signals_end(int sig)
{
	signal(sig, SIG_DFL);
	raise(sig);
}
