// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * stop.c - signals that end a capture, after whole records.
 */
#include "capture_private.h"

#include "tools/lib/signals.h"

volatile sig_atomic_t capture_signal;
bool capture_ends_by_pipe;

/* What a signal stops; it is set while this can be called. */
static struct pageowner_capture *volatile current;

static void note_signal(int sig)
{
	struct pageowner_capture *capture = current;

	capture_signal = sig;
	if (capture)
		pageowner_capture_stop(capture, sig);
}

/* SIGPIPE ends the tool if the reader of its output exits, after whole records. If the
 * signal was ignored before, there is a message instead. */
void capture_catch_signals(void)
{
	struct sigaction old;

	signals_catch(note_signal);
	capture_ends_by_pipe = !sigaction(SIGPIPE, NULL, &old) &&
		old.sa_handler == SIG_DFL;
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);	/* the write fails, and its error is reported */
}

void capture_let_stop(struct pageowner_capture *capture)
{
	current = capture;
	if (capture && capture_signal)	/* came before */
		pageowner_capture_stop(capture, capture_signal);
}
