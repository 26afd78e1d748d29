// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * header.c - write the lines "PFN# NAME: VALUE" of a capture;
 * <pageowner/conditions.h> describes them.
 */
#include "capture_private.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#define VALUE_MAX	3000	/* readers accept lines of up to 4095 bytes */

void capture_line(struct capture_output *out, const char *name,
		  const char *format, ...)
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
	capture_put(out, line, len);
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

void capture_boot_id(char *id, size_t size)
{
	read_line("/proc/sys/kernel/random/boot_id", id, size);
}

static uint64_t clock_ns(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

static void put_date(struct capture_output *out, const char *name, uint64_t ns)
{
	time_t seconds = (time_t)(ns / 1000000000);
	char date[64];
	struct tm tm;

	if (gmtime_r(&seconds, &tm) &&
	    strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm))
		capture_line(out, name, "%s.%09uZ", date, (unsigned int)(ns % 1000000000));
}

static void put_seconds(struct capture_output *out, const char *name, uint64_t ns)
{
	capture_line(out, name, "%ju.%09u", (uintmax_t)(ns / 1000000000),
		     (unsigned int)(ns % 1000000000));
}

static void put_meminfo(struct capture_output *out)
{
	FILE *file = fopen("/proc/meminfo", "re");
	char line[256];

	while (file && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		capture_line(out, "meminfo", "%s", line);
	}
	if (file)
		fclose(file);
}

void capture_put_lines(struct capture_output *out, const char *name,
		       struct pageowner_text lines)
{
	while (lines.len) {
		const char *end = memchr(lines.ptr, '\n', lines.len);
		size_t len = end ? (size_t)(end - lines.ptr) : lines.len;

		capture_line(out, name, "%.*s", (int)len, lines.ptr);
		len += end != NULL;
		lines.ptr += len;
		lines.len -= len;
	}
}

static void put_times(struct capture_output *out,
		      const struct pageowner_conditions *before)
{
	put_date(out, "start-time", before ? before->start_time_ns :
		 clock_ns(CLOCK_REALTIME));
	put_seconds(out, "start-uptime", before ? before->start_uptime_ns :
		    clock_ns(CLOCK_BOOTTIME));
	put_seconds(out, "start-clock", before ? before->start_clock_ns :
		    clock_ns(CLOCK_MONOTONIC));
	if (before)
		put_date(out, "resumed-time", clock_ns(CLOCK_REALTIME));
}

void capture_put_header(struct capture_output *out,
			const struct capture_options *opt, const char *file,
			const char *threshold_path,
			const struct pageowner_conditions *before)
{
	char line[256];
	struct utsname u;

	if (opt->plain)
		return;
	capture_line(out, "pageowner-capture", "1");
	capture_line(out, "tool", "%s (libpageowner) %s", cli_program,
		     pageowner_version());
	capture_line(out, "command", "%s", opt->command);
	capture_line(out, "file", "%s", file);
	if (opt->mode)
		capture_line(out, "mode", "%s", opt->mode);
	if (opt->nodes)
		capture_line(out, "nodes", "%s", opt->nodes);
	if (!uname(&u)) {
		capture_line(out, "hostname", "%s", u.nodename);
		capture_line(out, "kernel", "%s", u.release);
		capture_line(out, "kernel-version", "%s", u.version);
		capture_line(out, "machine", "%s", u.machine);
	}
	capture_boot_id(line, sizeof(line));
	if (*line)
		capture_line(out, "boot-id", "%s", line);
	capture_line(out, "page-size", "%ld", sysconf(_SC_PAGESIZE));
	if (threshold_path) {
		read_line(threshold_path, line, sizeof(line));
		if (*line)
			capture_line(out, "count-threshold", "%s", line);
	}
	put_times(out, before);
	if (before)
		capture_put_lines(out, "meminfo", before->meminfo);
	else
		put_meminfo(out);
}

void capture_put_trailer(struct capture_output *out,
			 const struct capture_options *opt,
			 const struct capture_pages *pages, const char *reason)
{
	if (opt->plain)
		return;
	put_date(out, "end-time", clock_ns(CLOCK_REALTIME));
	put_seconds(out, "end-uptime", clock_ns(CLOCK_BOOTTIME));
	put_seconds(out, "end-clock", clock_ns(CLOCK_MONOTONIC));
	if (pages) {
		capture_line(out, "records", "%ju", (uintmax_t)pages->records);
		capture_line(out, "skipped", "%ju", (uintmax_t)pages->skipped);
	}
	if (pages && reason)
		capture_line(out, "next-pfn", "%ju", (uintmax_t)pages->next_pfn);
	if (reason)
		capture_line(out, "complete", "no, %s", reason);
	else
		capture_line(out, "complete", "yes");
}
