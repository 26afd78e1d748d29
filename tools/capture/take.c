// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * take.c - take one capture: what is read, what is written before and after it, and how
 * an interrupted one is continued.
 */
#include "capture_private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

/* --- page_owner */

/* About the last PFN of this machine, from "start_pfn:" and "spanned" of zones */
static uint64_t last_pfn(void)
{
	FILE *file = fopen("/proc/zoneinfo", "re");
	uintmax_t spanned = 0, start, last = 0;
	char line[256];

	while (file && fgets(line, sizeof(line), file)) {
		sscanf(line, " spanned %ju", &spanned);
		if (sscanf(line, " start_pfn: %ju", &start) == 1 &&
		    spanned && start + spanned > last)
			last = start + spanned;
	}
	if (file)
		fclose(file);
	return last;
}

/* Test whether page_owner can be read as the options require: 0, or -1 after a message.
 * *seeks: whether ranges can be read */
static int try_pages(const struct capture_options *opt, const char *path, bool *seeks)
{
	const char *step;
	int fd = capture_open_pages(path, opt, &step);

	if (fd < 0 && *step == 'w')
		cli_error("%s: this kernel's page_owner does not take --mode or --node as given: %s",
			  path, strerror(-fd));
	else if (fd < 0)
		cli_error("%s: %s%s", path, strerror(-fd), fd == -EPERM ?
			  " (a kernel in lockdown refuses writes to it)" : "");
	if (fd < 0)
		return -1;
	*seeks = lseek(fd, 0, SEEK_CUR) >= 0;
	close(fd);
	return 0;
}

static bool text_is(struct pageowner_text text, const char *string)
{
	return text.len == strlen(string) &&
		(!text.len || !memcmp(text.ptr, string, text.len));
}

/* Why a part cannot be continued, or NULL */
static const char *check_part(const struct pageowner_conditions *c,
			      const struct capture_options *opt, const char *file)
{
	char boot_id[64];

	capture_boot_id(boot_id, sizeof(boot_id));
	if (!c || !(c->has & PAGEOWNER_CONDITIONS_HAS_BOOT_ID))
		return "does not say of which boot it is";
	if (!text_is(c->boot_id, boot_id))
		return "is of another boot of this machine, or of another one";
	if (!text_is(c->file, file) || !text_is(c->mode, opt->mode ? opt->mode : "") ||
	    !text_is(c->nodes, opt->nodes ? opt->nodes : ""))
		return "was taken of another file, or with other --mode or --node";
	return NULL;
}

/*
 * Copy the complete records of FILE.part and find where to continue: 0, or -1 after a
 * message. A truncated compressed file cannot be extended, so a plain one is copied as
 * well.
 */
static int copy_part(struct capture_pages *p, struct pageowner_reader *reader,
		     const char *part, const char *threshold)
{
	const struct pageowner_conditions *c = NULL;
	const struct pageowner_record *record;
	const char *wrong = NULL;
	int ret;

	while ((ret = pageowner_reader_next(reader, &record)) > 0) {
		const char *text = record->header.ptr;

		(void)pageowner_reader_conditions(reader, &c);
		if (!p->records) {
			wrong = check_part(c, p->opt, p->path);
			if (wrong)
				break;
			capture_put_header(p->out, p->opt, p->path, threshold, c);
		}
		if (record->has & PAGEOWNER_HAS_NO_END)
			break;
		capture_put(p->out, text, (size_t)(record->notes.ptr +
						   record->notes.len - text));
		capture_put(p->out, "\n", 1);
		p->records++;
		if (record->has & PAGEOWNER_HAS_PFN)
			p->next_pfn = record->pfn + 1;
	}
	if (ret < 0 && ret != -EBADMSG)
		cli_error("%s", pageowner_reader_error(reader));
	else if (wrong)
		cli_error("%s: %s; without --resume it is taken anew", part, wrong);
	if (wrong || (ret < 0 && ret != -EBADMSG))
		return -1;
	(void)pageowner_reader_conditions(reader, &c);
	if (p->records && c->has & PAGEOWNER_CONDITIONS_HAS_NEXT_PFN &&
	    c->next_pfn > p->next_pfn)
		p->next_pfn = c->next_pfn;
	if (!p->records) {
		capture_put_header(p->out, p->opt, p->path, threshold, NULL);
		return 0;
	}
	capture_put_lines(p->out, "skipped-pfn", c->skipped_pfns);
	for (size_t i = 0; i < c->skipped_pfns.len; i++)
		p->skipped += c->skipped_pfns.ptr[i] == '\n';
	if (!p->opt->common.quiet)
		cli_error("%s: going on at PFN %#jx, after %ju records", part,
			  (uintmax_t)p->next_pfn, (uintmax_t)p->records);
	return 0;
}

static int take_pages(struct capture_pages *p, const char *threshold,
		      struct pageowner_reader *part_reader, const char *part)
{
	if (part_reader) {
		if (copy_part(p, part_reader, part, threshold) < 0 ||
		    capture_output_swap(p->out) < 0)
			return -1;
	} else {
		capture_put_header(p->out, p->opt, p->path, threshold, NULL);
	}
	capture_read_pages(p);
	capture_put_trailer(p->out, p->opt, p, p->reason[0] ? p->reason : NULL);
	return 0;
}

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

int capture_pages(struct capture_options *opt, struct pageowner_live *live)
{
	struct capture_output out;
	struct capture_pages p = { .opt = opt, .out = &out, .last_pfn = last_pfn(),
		.path = pageowner_live_path(live, PAGEOWNER_LIVE_PAGE_OWNER) };
	struct pageowner_reader *reader = NULL;
	int ret, part_fd = -1, status = CLI_FAILED;
	char *part = NULL;
	bool seeks;

	if (try_pages(opt, p.path, &seeks) < 0)
		return CLI_FAILED;
	if (!seeks && (opt->resume || opt->common.jobs > 1))
		cli_error("%s: this kernel (before 6.1) reads it from the start only, so without %s",
			  p.path, opt->resume ? "--resume" : "--jobs");
	if (!seeks && opt->resume)
		return CLI_FAILED;
	if (!seeks)
		opt->common.jobs = 1;
	if (opt->resume) {
		part = capture_part_name(opt->common.output);
		part_fd = open_old_part(part);
		if (part_fd == -2)
			goto out;
		if (part_fd < 0 && !access(opt->common.output, F_OK)) {
			cli_error("%s is there and %s is not: nothing to resume",
				  opt->common.output, part);
			status = CLI_OK;
			goto out;
		}
		if (part_fd >= 0 &&
		    pageowner_reader_open_fd(part_fd, part, &reader) < 0) {
			close(part_fd);		/* and its lock: start again */
			part_fd = -1;
		}
	}
	if (capture_output_open(&out, opt->common.output, opt->packing, reader) < 0)
		goto out;
	ret = take_pages(&p, pageowner_live_path(live,
					PAGEOWNER_LIVE_COUNT_THRESHOLD), reader, part);
	if (ret < 0) {
		capture_output_abandon(&out);
		goto out;
	}
	if (p.reason[0] && !out.failed)
		cli_error("%s: incomplete, %ju records up to PFN %#jx: %s%s", out.name,
			  (uintmax_t)p.records, (uintmax_t)p.next_pfn, p.reason,
			  out.part && seeks && !p.killed ?
			  "; --resume goes on with it" : "");
	if (capture_output_close(&out, !p.reason[0]) == 0 && !p.reason[0])
		status = p.skipped ? CLI_DAMAGED : CLI_OK;
out:
	pageowner_reader_free(reader);
	if (part_fd >= 0)
		close(part_fd);
	free(part);
	return status;
}

/* --- stacks */

/* Copy one file of the kernel to its end: NULL, or the reason why not */
static const char *copy_stacks(struct capture_output *out,
			       const struct capture_options *opt, int fd)
{
	static char buf[1 << 16];
	struct timespec now, heard;

	clock_gettime(CLOCK_MONOTONIC, &heard);
	while (!out->failed && !capture_signal) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		ssize_t n;

		clock_gettime(CLOCK_MONOTONIC, &now);
		if ((double)(now.tv_sec - heard.tv_sec) > opt->timeout)
			return "the kernel has not answered in time";
		if (poll(&p, 1, 200) <= 0)
			continue;
		n = read(fd, buf, sizeof(buf));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return strerror(errno);
		if (n == 0)
			return NULL;
		heard = now;
		capture_put(out, buf, (size_t)n);
	}
	return capture_signal ? "interrupted" : "the output failed";
}

int capture_stacks(const struct capture_options *opt, struct pageowner_live *live)
{
	static const enum pageowner_live_file by_stack[] = {
		PAGEOWNER_LIVE_SHOW_STACKS,
	}, by_handle[] = {
		PAGEOWNER_LIVE_SHOW_STACKS_HANDLES, PAGEOWNER_LIVE_SHOW_HANDLES,
	};
	const enum pageowner_live_file *files = opt->stacks ? by_stack : by_handle;
	const char *reason = NULL;
	struct capture_output out;

	if (capture_output_open(&out, opt->common.output, opt->packing, false) < 0)
		return CLI_FAILED;
	for (int i = 0; i < (opt->stacks ? 1 : 2) && !reason; i++) {
		const char *threshold = pageowner_live_path(live,
					PAGEOWNER_LIVE_COUNT_THRESHOLD);
		const char *path = pageowner_live_path(live, files[i]);
		int fd, ret = pageowner_live_open(live, files[i], &fd);

		if (ret < 0) {
			reason = pageowner_live_error(live);
			break;
		}
		capture_put_header(&out, opt, path, threshold, NULL);
		reason = copy_stacks(&out, opt, fd);
		ret = pageowner_live_close(live, fd);
		if (ret < 0 && !reason)
			reason = pageowner_live_error(live);
		capture_put_trailer(&out, opt, NULL, reason);
	}
	if (reason && !out.failed)
		cli_error("%s: incomplete: %s", out.name, reason);
	return capture_output_close(&out, !reason) < 0 || reason ?
		CLI_FAILED : CLI_OK;
}
