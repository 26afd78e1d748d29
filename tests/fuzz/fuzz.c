// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * fuzz.c - what the fuzz targets share: choices, ways of reading, and failing.
 */
#include "fuzz.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#ifdef HAVE_JANSSON
#include <jansson.h>
#endif

void fuzz_fail(const char *file, int line, const char *what)
{
	dprintf(STDERR_FILENO, "%s:%d: not so: %s\n", file, line, what);
	abort();
}

void fuzz_same(const char *what, struct buffer *got, struct buffer *expected)
{
	size_t same = 0;

	while (same < got->len && same < expected->len &&
	       got->ptr[same] == expected->ptr[same])
		same++;
	if (same < got->len || same < expected->len) {
		const size_t from = same < 200 ? 0 : same - 200;

		dprintf(STDERR_FILENO, "%s: differs at byte %zu\n     got: %.600s\nexpected: %.600s\n",
			what, same, got->len ? got->ptr + from : "",
			expected->len ? expected->ptr + from : "");
		abort();
	}
	buffer_free(got);
	buffer_free(expected);
}

unsigned int fuzz_choose(const uint8_t *data, size_t *size, unsigned int limit)
{
	return *size ? data[--*size] % limit : 0;
}

int fuzz_file(const void *data, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	fuzz_check(fd >= 0);
	for (size_t done = 0; done < size; ) {
		ssize_t n = write(fd, (const char *)data + done, size - done);

		fuzz_check(n > 0);
		done += (size_t)n;
	}
	fuzz_check(lseek(fd, 0, SEEK_SET) == 0);
	return fd;
}

const char *fuzz_path(int fd)
{
	static char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return path;
}

/* --- read(2) as the library sees it: the targets are linked with --wrap=read */

ssize_t __real_read(int fd, void *buf, size_t len);
ssize_t __wrap_read(int fd, void *buf, size_t len);

static int short_fd = -1;

void fuzz_short_reads(int fd)
{
	short_fd = fd;
}

ssize_t __wrap_read(int fd, void *buf, size_t len)
{
	static const uint32_t most[] = { 2, 16, 300, 5000 };

	if (fd == short_fd && fd >= 0 && len) {
		const uint32_t limit = most[random_below(4)];

		if (random_below(32) == 0) {
			errno = EINTR;
			return -1;
		}
		if (len > 1)
			len = 1 + random_below(len < limit ? (uint32_t)len : limit);
	}
	return __real_read(fd, buf, len);
}

/* --- profiles */

struct pageowner_profile *fuzz_profile(const char *keys, unsigned int jobs,
				       const void *data, size_t size)
{
	struct pageowner_profile *profile;
	int fd = fuzz_file(data, size), ret;

	fuzz_check(pageowner_profile_new(keys, &profile) == 0);
	pageowner_profile_set_jobs(profile, jobs);
	/* All that a reader gives is counted. */
	fuzz_check(pageowner_profile_set_flags(profile, PAGEOWNER_PROFILE_RELEASED) == 0);
	ret = pageowner_profile_load(profile, fuzz_path(fd));
	fuzz_check(ret >= 0 || *pageowner_profile_error(profile));
	fuzz_check(pageowner_profile_finish(profile) == 0);
	close(fd);
	return profile;
}

/* --- formats of other programs */

static void check_json(const char *text, size_t len)
{
#ifdef HAVE_JANSSON
	json_error_t error;
	json_t *value = json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL,
				   &error);

	if (!value)
		dprintf(STDERR_FILENO, "%s\n%.*s\n", error.text, (int)len, text);
	fuzz_check(value);
	json_decref(value);
#else
	fuzz_check(len > 2 && text[0] == '{');
#endif
}

static void check_lines_of_json(const char *text, size_t len)
{
	while (len) {
		const char *end = memchr(text, '\n', len);

		fuzz_check(end);
		check_json(text, (size_t)(end - text));
		len -= (size_t)(end - text) + 1;
		text = end + 1;
	}
}

/* Quotes in pairs, and the same number of fields in each row (RFC 4180) */
static void check_csv(const char *text, size_t len)
{
	size_t fields = 1, first = 0;
	bool quoted = false;

	for (size_t i = 0; i < len; i++) {
		quoted ^= text[i] == '"';
		fields += text[i] == ',' && !quoted;
		if (text[i] != '\n' || quoted)
			continue;
		first = first ? first : fields;
		fuzz_check(fields == first);
		fields = 1;
	}
	fuzz_check(!quoted && fields == 1);
}

/* "path of frames, a blank, a number" a line */
static void check_folded(const char *text, size_t len)
{
	while (len) {
		const char *end = memchr(text, '\n', len), *blank;

		fuzz_check(end && end > text);
		for (blank = end; blank > text && blank[-1] != ' '; blank--)
			fuzz_check(blank[-1] >= '0' && blank[-1] <= '9');
		fuzz_check(blank > text && blank < end);
		len -= (size_t)(end - text) + 1;
		text = end + 1;
	}
}

void fuzz_exports(unsigned int which, unsigned int uses,
		  int (*write)(struct pageowner_export *e, void *data, FILE *file),
		  void *data)
{
	struct pageowner_export *e;
	unsigned int has;
	size_t count = 0, len;
	const char *name;
	FILE *file;
	char *text;
	int ret;

	while (pageowner_export_format(count, NULL, NULL))
		count++;
	name = pageowner_export_format(which % count, &has, NULL);
	/* A database takes a hundred times as long as all others together. */
	if (!(has & uses) || (!strcmp(name, "sqlite") && which / count % 16))
		return;
	file = open_memstream(&text, &len);
	fuzz_check(file && pageowner_export_new(name, &e) == 0);
	ret = write(e, data, file);
	fuzz_check(!fclose(file));
	fuzz_check(ret == 0 || *pageowner_export_error(e));
	if (ret == 0 && (!strcmp(name, "json") || !strcmp(name, "speedscope")))
		check_json(text, len);
	else if (ret == 0 && !strcmp(name, "ndjson"))
		check_lines_of_json(text, len);
	else if (ret == 0 && !strcmp(name, "csv"))
		check_csv(text, len);
	else if (ret == 0 && !strncmp(name, "folded", 6))
		check_folded(text, len);
	pageowner_export_free(e);
	free(text);
}
