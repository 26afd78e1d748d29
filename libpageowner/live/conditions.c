// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * conditions.c - what a capture writes besides the kernel's text: the lines
 * "PFN# NAME: VALUE" that <pageowner/conditions.h> describes. parse/condition.c reads them.
 */
#include "live/capture_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <pageowner/version.h>

#define VALUE_MAX	3000	/* readers accept lines of up to 4095 bytes */

static uint64_t clock_ns(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

static void __attribute__((format(printf, 3, 4)))
put_line(struct pageowner_capture *c, const char *name, const char *format, ...)
{
	char value[VALUE_MAX], safe[VALUE_MAX * 4 / 3], line[4096];
	size_t len = 0;
	va_list args;

	va_start(args, format);
	vsnprintf(value, sizeof(value), format, args);
	va_end(args);
	/* A newline would end the line, and a file name can contain one. */
	for (const char *p = value; *p && len + 5 < sizeof(safe); p++) {
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			len += (size_t)sprintf(safe + len, "\\x%02x", (unsigned char)*p);
		else
			safe[len++] = *p;
	}
	safe[len] = '\0';
	len = (size_t)snprintf(line, sizeof(line), "PFN# %s: %s\n", name, safe);
	po_capture_put(c, line, len);
}

/* The first line of a small file, without its newline; empty if it has none. */
static void read_line(const char *path, char *line, size_t size)
{
	FILE *file = fopen(path, "re");

	*line = '\0';
	if (file && fgets(line, (int)size, file))
		line[strcspn(line, "\n")] = '\0';
	if (file)
		fclose(file);
}

void po_capture_boot_id(char *id, size_t size)
{
	read_line("/proc/sys/kernel/random/boot_id", id, size);
}

static void put_date(struct pageowner_capture *c, const char *name, uint64_t ns)
{
	time_t seconds = (time_t)(ns / 1000000000);
	char date[64];
	struct tm tm;

	if (gmtime_r(&seconds, &tm) &&
	    strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm))
		put_line(c, name, "%s.%09uZ", date, (unsigned int)(ns % 1000000000));
}

static void put_seconds(struct pageowner_capture *c, const char *name, uint64_t ns)
{
	put_line(c, name, "%ju.%09u", (uintmax_t)(ns / 1000000000),
		 (unsigned int)(ns % 1000000000));
}

static void put_meminfo(struct pageowner_capture *c)
{
	FILE *file = fopen("/proc/meminfo", "re");
	char line[256];

	while (file && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		put_line(c, "meminfo", "%s", line);
	}
	if (file)
		fclose(file);
}

void po_capture_put_lines(struct pageowner_capture *c, const char *name,
			  struct pageowner_text lines)
{
	while (lines.len) {
		const char *end = memchr(lines.ptr, '\n', lines.len);
		size_t len = end ? (size_t)(end - lines.ptr) : lines.len;

		put_line(c, name, "%.*s", (int)len, lines.ptr);
		len += end != NULL;
		lines.ptr += len;
		lines.len -= len;
	}
}

static void put_times(struct pageowner_capture *c,
		      const struct pageowner_conditions *before)
{
	put_date(c, "start-time", before ? before->start_time_ns :
		 clock_ns(CLOCK_REALTIME));
	put_seconds(c, "start-uptime", before ? before->start_uptime_ns :
		    clock_ns(CLOCK_BOOTTIME));
	put_seconds(c, "start-clock", before ? before->start_clock_ns :
		    clock_ns(CLOCK_MONOTONIC));
	if (before)
		put_date(c, "resumed-time", clock_ns(CLOCK_REALTIME));
}

static void put_names(struct pageowner_capture *c)
{
	if (c->tool)
		put_line(c, "tool", "%s (libpageowner) %s", c->tool,
			 pageowner_version());
	else
		put_line(c, "tool", "libpageowner %s", pageowner_version());
	if (c->command)
		put_line(c, "command", "%s", c->command);
}

static void put_threshold(struct pageowner_capture *c)
{
	const char *path = pageowner_live_path(c->live, PAGEOWNER_LIVE_COUNT_THRESHOLD);
	char line[256];

	if (!path)
		return;
	read_line(path, line, sizeof(line));
	if (*line)
		put_line(c, "count-threshold", "%s", line);
}

void po_capture_put_header(struct pageowner_capture *c, const char *path,
			   const struct pageowner_conditions *before)
{
	char boot_id[64];
	struct utsname u;

	if (c->flags & PAGEOWNER_CAPTURE_PLAIN)
		return;
	put_line(c, "pageowner-capture", "1");
	put_names(c);
	put_line(c, "file", "%s", path);
	if (*c->mode)
		put_line(c, "mode", "%s", c->mode);
	if (*c->nodes)
		put_line(c, "nodes", "%s", c->nodes);
	if (!uname(&u)) {
		put_line(c, "hostname", "%s", u.nodename);
		put_line(c, "kernel", "%s", u.release);
		put_line(c, "kernel-version", "%s", u.version);
		put_line(c, "machine", "%s", u.machine);
	}
	po_capture_boot_id(boot_id, sizeof(boot_id));
	if (*boot_id)
		put_line(c, "boot-id", "%s", boot_id);
	put_line(c, "page-size", "%ld", sysconf(_SC_PAGESIZE));
	put_threshold(c);
	put_times(c, before);
	if (before)
		po_capture_put_lines(c, "meminfo", before->meminfo);
	else
		put_meminfo(c);
}

void po_capture_put_trailer(struct pageowner_capture *c)
{
	const bool is_pages = c->kind == PAGEOWNER_CAPTURE_PAGES;

	if (c->flags & PAGEOWNER_CAPTURE_PLAIN)
		return;
	put_date(c, "end-time", clock_ns(CLOCK_REALTIME));
	put_seconds(c, "end-uptime", clock_ns(CLOCK_BOOTTIME));
	put_seconds(c, "end-clock", clock_ns(CLOCK_MONOTONIC));
	if (is_pages) {
		put_line(c, "records", "%ju", (uintmax_t)c->state.records);
		put_line(c, "skipped", "%ju", (uintmax_t)c->state.skipped);
	}
	if (is_pages && c->ret)
		put_line(c, "next-pfn", "%ju", (uintmax_t)c->state.next_pfn);
	if (c->ret)
		put_line(c, "complete", "no, %s", c->error);
	else
		put_line(c, "complete", "yes");
}
