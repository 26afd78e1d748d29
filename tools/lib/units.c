// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * units.c - sizes and times as people write and read them.
 */
#include "tools/lib/units.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char prefixes[] = "KMGTPE";

const char *units_bytes(char buf[UNITS_TEXT_MAX], double bytes, bool sign)
{
	const char *plus = sign && bytes > 0 ? "+" : "";
	size_t prefix = 0;

	if (fabs(bytes) < 1024) {
		snprintf(buf, UNITS_TEXT_MAX, "%s%.0f B", plus, bytes);
		return buf;
	}
	/* A number that would be shown as 1024.0 gets the next unit. */
	for (bytes /= 1024; fabs(bytes) >= 1023.95 && prefixes[prefix + 1]; prefix++)
		bytes /= 1024;
	snprintf(buf, UNITS_TEXT_MAX, "%s%.1f %ciB", plus, bytes, prefixes[prefix]);
	return buf;
}

const char *units_duration(char buf[UNITS_TEXT_MAX], double seconds)
{
	static const struct {
		char unit;
		double seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	size_t i = 0;

	/* At least two digits are precise enough. */
	while (i + 1 < sizeof(units) / sizeof(units[0]) &&
	       seconds >= 3 * units[i + 1].seconds)
		i++;
	seconds /= units[i].seconds;
	snprintf(buf, UNITS_TEXT_MAX, "%.*f%c", seconds < 10 && i ? 1 : 0, seconds,
		 units[i].unit);
	return buf;
}

/* Digits with an optional fraction: no sign, blank, exponent or "inf" */
static int parse_plain(const char *text, const char **rest, double *value)
{
	const size_t digits = strspn(text, "0123456789");
	size_t len = digits;
	char buf[40];

	if (text[len] == '.')
		len += 1 + strspn(text + len + 1, "0123456789");
	if (!digits || len >= sizeof(buf))
		return -EINVAL;
	memcpy(buf, text, len);
	buf[len] = '\0';
	*value = strtod(buf, NULL);
	*rest = text + len;
	return 0;
}

int units_parse_size(const char *text, const char **rest, uint64_t *bytes)
{
	const char *at, *prefix;
	double value, base = 1024;

	if (parse_plain(text, &at, &value) < 0)
		return -EINVAL;
	prefix = *at ? strchr(prefixes, toupper((unsigned char)*at)) : NULL;
	if (prefix) {
		at++;
		if (at[0] == 'i' && at[1] == 'B')
			at += 2;
		else if (*at == 'B')
			at++, base = 1000;
		value *= pow(base, (double)(prefix - prefixes + 1));
	} else if (value > floor(value)) {
		return -EINVAL;
	} else if (*at == 'B') {
		at++;
	}
	if (value >= 0x1p63 || (*at && !rest))
		return -EINVAL;
	if (rest)
		*rest = at;
	*bytes = (uint64_t)value;
	return 0;
}

int units_parse_duration(const char *text, double *seconds)
{
	static const struct {
		char letter;
		double seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	double value;

	if (parse_plain(text, &text, &value) < 0)
		return -EINVAL;
	for (size_t i = 0; *text && i < sizeof(units) / sizeof(units[0]); i++)
		if (*text == units[i].letter) {
			value *= units[i].seconds;
			text++;
			break;
		}
	if (*text)
		return -EINVAL;
	*seconds = value;
	return 0;
}

/* A time that begins here and is not followed by a digit; *end: what follows it */
static int time_at(const char *text, const char **end, double *seconds)
{
	static const char *const forms[] = {
		"%Y-%m-%dT%H:%M:%S", "%Y-%m-%d_%H:%M:%S", "%Y-%m-%d_%H-%M-%S",
		"%Y-%m-%dT%H-%M-%S", "%Y%m%d-%H%M%S", "%Y%m%dT%H%M%S",
		"%Y%m%d_%H%M%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d_%H-%M",
		"%Y-%m-%d_%H:%M", "%Y%m%d-%H%M", "%Y%m%dT%H%M",
	};
	const size_t digits = strspn(text, "0123456789");

	/* Ten digits are seconds since 1970, from 2001 to 2286. */
	if (digits == 10 && *text != '0') {
		*seconds = strtod(text, (char **)(uintptr_t)end);
		return 0;
	}
	/* Otherwise strptime() would take a part of a longer number. */
	if (digits != 4 && digits != 8)
		return -EINVAL;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct tm tm = { 0 };
		double whole;
		int day;

		if ((digits == 4) != (forms[i][2] == '-'))
			continue;
		*end = strptime(text, forms[i], &tm);
		if (!*end || isdigit((unsigned char)**end))
			continue;
		day = tm.tm_mday;
		whole = (double)timegm(&tm);
		if (tm.tm_mday != day)
			return -EDOM;	/* February 30 */
		*seconds = whole;
		return 0;
	}
	return -EINVAL;
}

int units_parse_time(const char *text, double *seconds)
{
	const char *end;
	double found;
	const int ret = time_at(text, &end, &found);

	if (ret < 0)
		return ret;
	end += *end == 'Z';
	if (*end)
		return -EINVAL;
	*seconds = found;
	return 0;
}

int units_find_time(const char *text, double *seconds)
{
	int ret = -EINVAL;
	bool in_digits = false;
	const char *end;

	for (; *text; text++) {
		if (!in_digits && time_at(text, &end, seconds) == 0)
			ret = 0;
		in_digits = isdigit((unsigned char)*text);
	}
	return ret;
}
