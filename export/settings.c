// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * settings.c - page size, host and time of a report: as the user says, otherwise as the
 * first capture does.
 *
 * It does not keep them, see export.c.
 */
#include "writer.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

uint64_t export_page_size(const struct pageowner_export *e)
{
	if (e->page_size)
		return e->page_size;
	return e->capture && e->capture->has & PAGEOWNER_CONDITIONS_HAS_PAGE_SIZE ?
		e->capture->page_size : 4096;
}

struct pageowner_text export_host(const struct pageowner_export *e)
{
	if (e->host)
		return (struct pageowner_text){ e->host, strlen(e->host) };
	return e->capture ? e->capture->hostname :
		(struct pageowner_text){ NULL, 0 };
}

uint64_t export_time_ns(const struct pageowner_export *e)
{
	if (e->time_ns)
		return e->time_ns;
	return e->capture && e->capture->has & PAGEOWNER_CONDITIONS_HAS_START_TIME ?
		e->capture->start_time_ns : 0;
}

struct pageowner_text export_incomplete(const struct pageowner_conditions *c)
{
	/* Lines without the first one may be a part of a capture, or somebody else's. */
	if (c->has & PAGEOWNER_CONDITIONS_HAS_COMPLETE ||
	    !(c->has & (PAGEOWNER_CONDITIONS_HAS_VERSION |
			PAGEOWNER_CONDITIONS_HAS_INCOMPLETE)))
		return (struct pageowner_text){ NULL, 0 };
	if (c->incomplete.len)
		return c->incomplete;
	return text_of(c->has & PAGEOWNER_CONDITIONS_HAS_INCOMPLETE ? "it does not say why" :
		       "its last lines are missing");
}

const char *export_time_text(char buf[EXPORT_TIME_MAX], uint64_t ns)
{
	const time_t seconds = (time_t)(ns / 1000000000);
	struct tm tm;
	size_t len;

	gmtime_r(&seconds, &tm);
	len = strftime(buf, EXPORT_TIME_MAX, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(buf + len, EXPORT_TIME_MAX - len, ".%09" PRIu64 "Z",
		 ns % 1000000000);
	return buf;
}
