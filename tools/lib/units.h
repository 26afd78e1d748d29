/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * units.h - sizes and times as people write and read them.
 */
#ifndef UNITS_H
#define UNITS_H

#include <stdbool.h>
#include <stdint.h>

#define UNITS_TEXT_MAX	32

/* "1.2 GiB", with @sign "+1.2 GiB": @buf. */
const char *units_bytes(char buf[UNITS_TEXT_MAX], double bytes, bool sign);

/* "4096", "64K", "1.5G", "10MiB", "20MB" (of 1000) -> bytes: 0 or -EINVAL. *rest is set
 * to what follows; if @rest is NULL nothing may follow. */
int units_parse_size(const char *text, const char **rest, uint64_t *bytes);

/* "5s", "12m", "3.5h", "20d": @buf. */
const char *units_duration(char buf[UNITS_TEXT_MAX], double seconds);

/* "90", "90s", "10m", "1.5h", "2d" -> seconds: 0 or -EINVAL. */
int units_parse_duration(const char *text, double *seconds);

/* The same forms of a time as below, or with a Z at the end, and nothing else: seconds since
 * 1970; -EINVAL, or -EDOM if there is no such day, and *@seconds is as before. */
int units_parse_time(const char *text, double *seconds);

/*
 * Find a time anywhere in @text, such as a file name: "1700000000",
 * "2026-11-23T10:15:30", "20261123-101530", also without seconds; UTC. The last one
 * counts. Seconds since 1970; 0 or -EINVAL, and *@seconds is as before.
 */
int units_find_time(const char *text, double *seconds);

#endif
