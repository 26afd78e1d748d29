// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * capture.c - a capture of the running kernel: its settings and its steps.
 *
 * settings -> prepare: what the kernel offers -> [resume: copy what is there] -> take:
 * read and write. How a file is read is in pages.c and stacks.c; what is done with the
 * text is the caller's.
 */
#include "live/capture_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define JOBS_MAX	64
#define TIMEOUT_NS	UINT64_C(60000000000)

/* --- an object */

PO_EXPORT int pageowner_capture_new(struct pageowner_live *live,
				    enum pageowner_capture_kind kind,
				    struct pageowner_capture **capture)
{
	struct pageowner_capture *c;

	if ((unsigned int)kind > PAGEOWNER_CAPTURE_HANDLES)
		return -EINVAL;
	c = calloc(1, sizeof(*c));
	if (!c)
		return -ENOMEM;
	c->live = live;
	c->kind = kind;
	c->jobs = 1;
	c->timeout_ns = TIMEOUT_NS;
	*capture = c;
	return 0;
}

PO_EXPORT void pageowner_capture_free(struct pageowner_capture *c)
{
	if (!c)
		return;
	free(c->tool);
	free(c->command);
	free(c);
}

PO_EXPORT const struct pageowner_capture_state *
pageowner_capture_state(const struct pageowner_capture *c)
{
	return &c->state;
}

PO_EXPORT const char *pageowner_capture_error(const struct pageowner_capture *c)
{
	return c->error;
}

/* --- settings */

/* Refuse a call. */
static int __attribute__((format(printf, 3, 4)))
refuse(struct pageowner_capture *c, int error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(c->error, sizeof(c->error), format, args);
	va_end(args);
	return error;
}

static int begin_setting(struct pageowner_capture *c)
{
	c->error[0] = '\0';
	return c->phase == PO_CAPTURE_SETTING ? 0 :
		refuse(c, -EBUSY, "the capture has begun");
}

PO_EXPORT int pageowner_capture_set_write(struct pageowner_capture *c,
					  int (*write)(void *data, const void *text,
						       size_t len),
					  void *data)
{
	int ret = begin_setting(c);

	if (ret < 0)
		return ret;
	c->write = write;
	c->write_data = data;
	return 0;
}

PO_EXPORT int pageowner_capture_set_progress(struct pageowner_capture *c,
		int (*progress)(void *data, const struct pageowner_capture_state *state),
		void *data)
{
	int ret = begin_setting(c);

	if (ret < 0)
		return ret;
	c->progress = progress;
	c->progress_data = data;
	return 0;
}

PO_EXPORT int pageowner_capture_set_skipped(struct pageowner_capture *c,
					    void (*skipped)(void *data,
							    uint64_t first_pfn,
							    uint64_t last_pfn, int error),
					    void *data)
{
	int ret = begin_setting(c);

	if (ret < 0)
		return ret;
	c->skipped = skipped;
	c->skipped_data = data;
	return 0;
}

PO_EXPORT int pageowner_capture_set_flags(struct pageowner_capture *c, unsigned int flags)
{
	int ret = begin_setting(c);

	if (ret < 0)
		return ret;
	if (flags & ~(PAGEOWNER_CAPTURE_PLAIN | PAGEOWNER_CAPTURE_FORCE))
		return refuse(c, -EINVAL, "unknown flags: %#x", flags);
	c->flags = flags;
	return 0;
}

/* @value becomes part of a command to the kernel, which must stay a single command. */
static int set_part(struct pageowner_capture *c, const char *name, const char *value,
		    const char *valid, char *part, size_t size)
{
	int ret = begin_setting(c);
	size_t len = value ? strlen(value) : 0;

	if (ret < 0)
		return ret;
	if (value && c->kind != PAGEOWNER_CAPTURE_PAGES)
		return refuse(c, -EINVAL, "%s does not apply to files of stacks", name);
	if (value && (!len || len >= size || value[strspn(value, valid)]))
		return refuse(c, -EINVAL, "invalid %s: %s", name, value);
	memcpy(part, value ? value : "", len + 1);
	return 0;
}

PO_EXPORT int pageowner_capture_set_mode(struct pageowner_capture *c, const char *mode)
{
	return set_part(c, "mode", mode, "abcdefghijklmnopqrstuvwxyz_", c->mode,
			sizeof(c->mode));
}

PO_EXPORT int pageowner_capture_set_nodes(struct pageowner_capture *c, const char *nodes)
{
	return set_part(c, "list of nodes", nodes, "0123456789,-", c->nodes,
			sizeof(c->nodes));
}

PO_EXPORT int pageowner_capture_set_jobs(struct pageowner_capture *c, unsigned int jobs)
{
	int ret = begin_setting(c);

	if (ret < 0)
		return ret;
	if (!jobs || jobs > JOBS_MAX)
		return refuse(c, -EINVAL, "invalid number of jobs: %u (1 to %u)", jobs,
			      JOBS_MAX);
	c->jobs = jobs;
	return 0;
}

PO_EXPORT int pageowner_capture_set_timeout(struct pageowner_capture *c,
					    uint64_t timeout_ns)
{
	int ret = begin_setting(c);

	if (ret < 0)
		return ret;
	c->timeout_ns = timeout_ns ? timeout_ns : UINT64_MAX;
	return 0;
}

PO_EXPORT int pageowner_capture_set_names(struct pageowner_capture *c, const char *tool,
					  const char *command)
{
	char *new_tool = NULL, *new_command = NULL;
	int ret = begin_setting(c);

	if (ret < 0)
		return ret;
	if (tool)
		new_tool = strdup(tool);
	if (command)
		new_command = strdup(command);
	if ((tool && !new_tool) || (command && !new_command)) {
		free(new_tool);
		free(new_command);
		return refuse(c, -ENOMEM, "%s", strerror(ENOMEM));
	}
	free(c->tool);
	free(c->command);
	c->tool = new_tool;
	c->command = new_command;
	return 0;
}

/* --- steps */

/* About the last PFN of this machine, from "start_pfn:" and "spanned" of zones */
static uint64_t find_last_pfn(void)
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

/* Whether page_owner accepts the order; then whether it can seek, and the last PFN */
static int try_pages(struct pageowner_capture *c)
{
	bool refused;
	int fd;

	snprintf(c->order, sizeof(c->order), "%s%s%s%s%s%s", *c->mode ? "mode=" : "",
		 c->mode, *c->mode && *c->nodes ? " " : "", *c->nodes ? "nid=" : "",
		 c->nodes, *c->mode || *c->nodes ? "\n" : "");
	fd = po_capture_open_pages(c, &refused);
	if (fd < 0 && refused)
		return refuse(c, fd, "%s: this kernel's page_owner does not accept %.*s: %s",
			      c->path, (int)strcspn(c->order, "\n"), c->order,
			      strerror(-fd));
	if (fd < 0)
		return refuse(c, fd, "%s: %s%s", c->path, strerror(-fd), fd == -EPERM ?
			      " (a kernel in lockdown refuses writes to it)" : "");
	c->state.seeks = lseek(fd, 0, SEEK_CUR) >= 0;
	close(fd);
	c->state.last_pfn = find_last_pfn();
	return 0;
}

/* Whether there are the files: *path, of the last of them */
static int find_files(struct pageowner_capture *c, const char **path)
{
	static const struct {
		enum pageowner_live_file files[2];
		size_t count;
	} kinds[] = {
		[PAGEOWNER_CAPTURE_PAGES] = { { PAGEOWNER_LIVE_PAGE_OWNER }, 1 },
		[PAGEOWNER_CAPTURE_STACKS] = { { PAGEOWNER_LIVE_SHOW_STACKS }, 1 },
		[PAGEOWNER_CAPTURE_HANDLES] = { { PAGEOWNER_LIVE_SHOW_STACKS_HANDLES,
			PAGEOWNER_LIVE_SHOW_HANDLES }, 2 },
	};

	for (size_t i = 0; i < kinds[c->kind].count; i++) {
		*path = pageowner_live_path(c->live, kinds[c->kind].files[i]);
		if (!*path)
			return refuse(c, -ENOENT, "%s", pageowner_live_error(c->live));
	}
	return 0;
}

PO_EXPORT int pageowner_capture_prepare(struct pageowner_capture *c)
{
	const char *risk = NULL;
	int ret = begin_setting(c);

	if (ret < 0)
		return ret;
	if (!c->write)
		return refuse(c, -EINVAL, "there is no function to write with");
	ret = find_files(c, &c->path);
	if (ret < 0)
		return ret;
	if (c->kind == PAGEOWNER_CAPTURE_PAGES) {
		if (!(c->flags & PAGEOWNER_CAPTURE_FORCE))
			risk = pageowner_live_risk(c->live, PAGEOWNER_LIVE_PAGE_OWNER);
		ret = risk ? refuse(c, -ENOTSUP, "%s", risk) : try_pages(c);
	}
	if (ret == 0)
		c->phase = PO_CAPTURE_PREPARED;
	return ret;
}

/* The first step of the next ones, if it was not done */
static int prepare(struct pageowner_capture *c)
{
	c->error[0] = '\0';
	return c->phase == PO_CAPTURE_SETTING ? pageowner_capture_prepare(c) : 0;
}

PO_EXPORT int pageowner_capture_resume(struct pageowner_capture *c,
				       struct pageowner_reader *reader)
{
	int ret = prepare(c);

	if (ret < 0)
		return ret;
	if (c->kind != PAGEOWNER_CAPTURE_PAGES || c->flags & PAGEOWNER_CAPTURE_PLAIN)
		return refuse(c, -EINVAL, "only captures of pages with their conditions can be continued");
	if (c->phase != PO_CAPTURE_PREPARED)
		return refuse(c, -EBUSY, "the capture was continued or taken before");
	if (!c->state.seeks)
		return refuse(c, -ESPIPE, "%s: this kernel (before 6.1) reads it from the start only",
			      c->path);
	c->phase = PO_CAPTURE_RESUMED;
	ret = po_capture_copy(c, reader);
	if (ret == -ESTALE && !c->state.records) {	/* nothing was written */
		c->phase = PO_CAPTURE_PREPARED;
		c->ret = 0;
	} else if (ret < 0) {
		c->phase = PO_CAPTURE_TAKEN;
	}
	return ret;
}

PO_EXPORT int pageowner_capture_take(struct pageowner_capture *c)
{
	int ret = prepare(c);
	bool has_header;

	if (ret < 0)
		return ret;
	if (c->phase == PO_CAPTURE_TAKEN)
		return refuse(c, -EBUSY, "the capture was taken before");
	has_header = c->phase == PO_CAPTURE_RESUMED;
	c->phase = PO_CAPTURE_TAKEN;
	if (c->kind == PAGEOWNER_CAPTURE_PAGES) {
		if (!has_header)
			po_capture_put_header(c, c->path, NULL);
		if (!po_capture_is_over(c))
			po_capture_pages(c);
		po_capture_put_trailer(c);
	} else {
		po_capture_stacks(c);
	}
	c->state.is_complete = !c->ret;
	return c->ret;
}

PO_EXPORT void pageowner_capture_stop(struct pageowner_capture *c, int signal)
{
	__atomic_store_n(&c->stop, signal > 0 ? signal : -1, __ATOMIC_RELAXED);
}
