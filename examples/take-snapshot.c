// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * take-snapshot.c - a snapshot of the running kernel's page_owner on standard output.
 *
 *	cc take-snapshot.c -o take-snapshot $(pkg-config --cflags --libs libpageowner)
 *	sudo ./take-snapshot >page_owner.txt
 *
 * Control-C ends it: what was read is written, and can be continued by
 * "pageowner-capture --resume", or by pageowner_capture_resume(). With --force a kernel
 * is read that may crash on it.
 */
#include <pageowner/pageowner.h>
#include <inttypes.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static struct pageowner_capture *capture;

static void stop(int sig)
{
	pageowner_capture_stop(capture, sig);
}

static int write_text(void *file, const void *text, size_t len)
{
	return fwrite(text, 1, len, file) == len ? 0 : -errno;
}

static int show_progress(void *file, const struct pageowner_capture_state *state)
{
	fprintf(file, "\r%" PRIu64 " records, PFN %#" PRIx64, state->records,
		state->next_pfn);
	return 0;
}

static int take(int force)
{
	int ret;

	pageowner_capture_set_write(capture, write_text, stdout);
	pageowner_capture_set_progress(capture, show_progress, stderr);
	pageowner_capture_set_jobs(capture, 4);
	pageowner_capture_set_names(capture, "take-snapshot", NULL);
	if (force)
		pageowner_capture_set_flags(capture, PAGEOWNER_CAPTURE_FORCE);
	ret = pageowner_capture_take(capture);
	if (ret == 0 && fflush(stdout))
		ret = -errno;
	fprintf(stderr, "\n%s\n", ret < 0 ? pageowner_capture_error(capture) : "complete");
	return ret;
}

int main(int argc, char *argv[])
{
	struct pageowner_live *live;
	int ret;

	if (pageowner_live_new(&live) < 0 ||
	    pageowner_capture_new(live, PAGEOWNER_CAPTURE_PAGES, &capture) < 0)
		return 2;
	signal(SIGINT, stop);
	ret = take(argc > 1 && !strcmp(argv[1], "--force"));
	signal(SIGINT, SIG_DFL);
	pageowner_capture_free(capture);
	pageowner_live_free(live);
	return ret < 0;
}
