// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * take.c - take one capture: where it goes, and what is said meanwhile and at its end.
 *
 * What is read and written is the library's, see <pageowner/capture.h>.
 */
#include "capture_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <pageowner/capture.h>

#include "tools/lib/message.h"
#include "tools/lib/progress.h"

/* One capture, as its callbacks see it */
struct task {
	const struct capture_options *opt;
	struct pageowner_capture *capture;
	const char *path;	/* of the kernel's file, for messages */
	struct capture_output out;
	struct cli_progress progress;
};

static int write_text(void *data, const void *text, size_t len)
{
	struct task *task = data;

	capture_put(&task->out, text, len);
	return task->out.failed ? -EIO : 0;
}

static int show_progress(void *data, const struct pageowner_capture_state *s)
{
	struct task *task = data;
	const bool is_known = s->last_pfn > s->first_pfn && s->next_pfn >= s->first_pfn;

	if (task->opt->common.quiet || task->opt->stacks || task->opt->handles ||
	    !cli_progress_is_due(&task->progress))
		return 0;
	cli_progress_draw(&task->progress, is_known ?
			  (double)(s->next_pfn - s->first_pfn) /
			  (double)(s->last_pfn - s->first_pfn) : -1,
			  "PFN %#jx, %ju records", (uintmax_t)s->next_pfn,
			  (uintmax_t)s->records);
	return 0;
}

static void say_skipped(void *data, uint64_t first_pfn, uint64_t last_pfn, int error)
{
	struct task *task = data;
	char range[64];

	if (last_pfn > first_pfn)
		snprintf(range, sizeof(range), "%#jx-%#jx", (uintmax_t)first_pfn,
			 (uintmax_t)last_pfn);
	else
		snprintf(range, sizeof(range), "%#jx", (uintmax_t)first_pfn);
	cli_progress_end(&task->progress);
	cli_error("%s: PFN %s: %s, skipped", task->path, range, strerror(-error));
}

/* --- an earlier capture */

/* Open FILE.part for reading, while no other process writes it: a descriptor; -1 if it
 * does not exist; -2 after a message. */
static int open_old_part(const char *part)
{
	int fd = part ? open(part, O_RDONLY | O_NOFOLLOW | O_CLOEXEC) : -1;

	if (fd < 0 || !flock(fd, LOCK_EX | LOCK_NB))
		return fd;
	close(fd);
	cli_error("%s: another pageowner-capture is writing it", part);
	return -2;
}

/* What --resume continues */
struct old_part {
	char *name;
	int fd;
	struct pageowner_reader *reader;	/* NULL: there is nothing to continue */
};

/* CLI_OK to take a capture; otherwise, or if *done, that is the exit status. */
static int find_old_part(struct old_part *old, const char *output, bool *done)
{
	old->name = capture_part_name(output);
	old->fd = open_old_part(old->name);
	if (old->fd == -2)
		return CLI_FAILED;
	if (old->fd < 0 && !access(output, F_OK)) {
		cli_error("%s is there and %s is not: nothing to resume", output,
			  old->name);
		*done = true;
		return CLI_OK;
	}
	if (old->fd >= 0 && pageowner_reader_open_fd(old->fd, old->name,
						     &old->reader) < 0) {
		close(old->fd);		/* and its lock: start again */
		old->fd = -1;
	}
	return CLI_OK;
}

/* Copy it into the new part, which then replaces it: 0, or -1 after a message. */
static int resume(struct task *task, const struct old_part *old)
{
	const struct pageowner_capture_state *state =
		pageowner_capture_state(task->capture);
	int ret = pageowner_capture_resume(task->capture, old->reader);

	if (ret == -ESTALE)
		cli_error("%s: %s; without --resume it is taken anew", old->name,
			  pageowner_capture_error(task->capture));
	else if (ret < 0 && !task->out.failed)
		cli_error("%s", pageowner_capture_error(task->capture));
	if (ret < 0)
		return -1;
	if (state->records && !task->opt->common.quiet)
		cli_error("%s: going on at PFN %#jx, after %ju records", old->name,
			  (uintmax_t)state->next_pfn, (uintmax_t)state->records);
	return capture_output_swap(&task->out);
}

/* --- one capture */

static int set_options(struct task *task)
{
	const struct capture_options *opt = task->opt;
	struct pageowner_capture *c = task->capture;
	int ret = pageowner_capture_set_names(c, cli_program, opt->command);

	if (ret == 0)
		ret = pageowner_capture_set_flags(c,
			(opt->plain ? PAGEOWNER_CAPTURE_PLAIN : 0) |
			(opt->force ? PAGEOWNER_CAPTURE_FORCE : 0));
	if (ret == 0)
		ret = pageowner_capture_set_mode(c, opt->mode);
	if (ret == 0)
		ret = pageowner_capture_set_nodes(c, opt->nodes);
	if (ret == 0)
		ret = pageowner_capture_set_jobs(c, (unsigned int)opt->common.jobs);
	if (ret == 0)
		ret = pageowner_capture_set_timeout(c, (uint64_t)(opt->timeout * 1e9));
	if (ret == 0)
		ret = pageowner_capture_set_write(c, write_text, task);
	if (ret == 0)
		ret = pageowner_capture_set_progress(c, show_progress, task);
	if (ret == 0)
		ret = pageowner_capture_set_skipped(c, say_skipped, task);
	return ret;
}

/* Whether the kernel can be captured so: 0, or -1 after a message */
static int prepare(struct task *task)
{
	const struct capture_options *opt = task->opt;
	const bool pages = !opt->stacks && !opt->handles;
	int ret = pageowner_capture_prepare(task->capture);

	if (ret < 0)
		cli_say_lines(pageowner_capture_error(task->capture));
	if (ret == -ENOTSUP)
		cli_error("--force reads it nevertheless, by a process that may die; --stacks does without that file");
	if (ret < 0)
		return -1;
	if (!pages || pageowner_capture_state(task->capture)->seeks ||
	    (!opt->resume && (opt->common.jobs == 1 || opt->common.quiet)))
		return 0;
	cli_error("%s: this kernel (before 6.1) reads it from the start only, so without %s",
		  task->path, opt->resume ? "--resume" : "--jobs");
	return opt->resume ? -1 : 0;
}

/* Say why it is incomplete. */
static void say_end(const struct task *task)
{
	const struct pageowner_capture_state *s = pageowner_capture_state(task->capture);
	const char *reason = pageowner_capture_error(task->capture);

	if (task->opt->stacks || task->opt->handles)
		cli_error("%s: incomplete: %s", task->out.name, reason);
	else
		cli_error("%s: incomplete, %ju records up to PFN %#jx: %s%s",
			  task->out.name, (uintmax_t)s->records, (uintmax_t)s->next_pfn,
			  reason, task->out.part && s->seeks && !s->was_killed ?
			  "; --resume goes on with it" : "");
}

/* Take it into the open output: CLI_* */
static int take(struct task *task, const struct old_part *old)
{
	int ret;

	if (old->reader && resume(task, old) < 0) {
		capture_output_abandon(&task->out);
		return CLI_FAILED;
	}
	ret = pageowner_capture_take(task->capture);
	cli_progress_end(&task->progress);
	if (ret < 0 && !task->out.failed)
		say_end(task);
	if (capture_output_close(&task->out, ret == 0) < 0 || ret < 0)
		return CLI_FAILED;
	return pageowner_capture_state(task->capture)->skipped ? CLI_DAMAGED : CLI_OK;
}

static int run(struct task *task)
{
	struct old_part old = { .fd = -1 };
	int status = CLI_FAILED;
	bool done = false;

	if (capture_check_replaced(task->opt->common.output) < 0 || prepare(task) < 0)
		return CLI_FAILED;
	status = task->opt->resume ?
		find_old_part(&old, task->opt->common.output, &done) : CLI_OK;
	if (status == CLI_OK && !done)
		status = capture_output_open(&task->out, task->opt->common.output,
					     task->opt->packing, old.reader) < 0 ?
			CLI_FAILED : take(task, &old);
	pageowner_reader_free(old.reader);
	if (old.fd >= 0)
		close(old.fd);
	free(old.name);
	return status;
}

int capture_take(const struct capture_options *opt)
{
	const enum pageowner_capture_kind kind = opt->stacks ? PAGEOWNER_CAPTURE_STACKS :
		opt->handles ? PAGEOWNER_CAPTURE_HANDLES : PAGEOWNER_CAPTURE_PAGES;
	struct pageowner_live *live = NULL;
	struct task task = { .opt = opt };
	int ret, status = CLI_FAILED;

	ret = pageowner_live_new(&live);
	if (ret == 0)
		ret = pageowner_capture_new(live, kind, &task.capture);
	if (ret == 0)
		ret = set_options(&task);
	if (ret < 0) {
		cli_error("%s", strerror(-ret));
	} else {
		task.path = pageowner_live_path(live, PAGEOWNER_LIVE_PAGE_OWNER);
		capture_let_stop(task.capture);
		status = run(&task);
		capture_let_stop(NULL);
	}
	pageowner_capture_free(task.capture);
	pageowner_live_free(live);
	return status;
}
