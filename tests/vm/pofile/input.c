// SPDX-License-Identifier: GPL-2.0-only
/*
 * input.c - rules of reading, and what is wrong: reads, seeks, positions, lengths and words.
 * What records say is not looked at, except for their PFN.
 */
#include "pofile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void command(int fd, const char *words, int error)
{
	ssize_t n = write(fd, words, strlen(words));

	if (error ? n >= 0 || errno != error : n != (ssize_t)strlen(words))
		wrong(words, n < 0 ? -errno : n, -error);
}

void rules(const char *path)
{
	int fd = open(path, O_RDWR);
	char again[8192];
	ssize_t n, m;
	long pfn;
	int i;

	if (fd < 0) {
		wrong("open", -errno, 0);
		return;
	}
	for (i = 0; i < 100; i++) {
		n = read(fd, text, sizeof(text) - 1);
		if (n <= 0) {
			wrong("read", n, 500);
			return;
		}
		text[n] = '\0';
		if (strncmp(text, "Page allocated via order ", 25))
			wrong("record begins with", text[0], 'P');
		if (strcmp(text + n - 2, "\n\n"))
			wrong("record ends", text[n - 1], '\n');
		pfn = pfn_of(text);
		if (lseek(fd, 0, SEEK_CUR) != pfn + 1)
			wrong("position", lseek(fd, 0, SEEK_CUR), pfn + 1);
	}
	if (lseek(fd, pfn, SEEK_SET) != pfn)
		wrong("seek", lseek(fd, 0, SEEK_CUR), pfn);
	m = read(fd, again, sizeof(again) - 1);
	again[m > 0 ? m : 0] = '\0';
	if (pfn_of(again) != pfn)
		wrong("same record after seeking back", pfn_of(again), pfn);
	lseek(fd, -1, SEEK_CUR);
	if (lseek(fd, 0, SEEK_CUR) != pfn)
		wrong("SEEK_CUR", lseek(fd, 0, SEEK_CUR), pfn);
	if (lseek(fd, 0, SEEK_END) != -1 || errno != EINVAL)
		wrong("SEEK_END", errno, EINVAL);
	if (read(fd, again, 1) != -1 || errno != ENOMEM)
		wrong("a read of one byte", errno, ENOMEM);
	if (read(fd, again, n - 1) != -1 || errno != ENOMEM)
		wrong("a read one byte short", errno, ENOMEM);
	if (lseek(fd, 0, SEEK_CUR) != pfn)
		wrong("position after ENOMEM", lseek(fd, 0, SEEK_CUR), pfn);
	lseek(fd, 1L << 40, SEEK_SET);
	if (read(fd, again, sizeof(again)) != 0)
		wrong("read beyond the end", 1, 0);

	command(fd, "mode=handle", 0);
	lseek(fd, pfn, SEEK_SET);
	n = read(fd, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	if (!strstr(text, "\nhandle: ") || strstr(text, "\n "))
		wrong("mode=handle", n, 0);
	command(fd, "mode=stack_handle nid=0", 0);
	lseek(fd, pfn, SEEK_SET);
	n = read(fd, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	if (!strstr(text, "\nhandle: ") || !strstr(text, "\n "))
		wrong("mode=stack_handle", n, 0);
	command(fd, "format=newest", 0);
	lseek(fd, pfn, SEEK_SET);
	n = read(fd, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	if (!strstr(text, "\nPFN 0x") || strstr(text, "free_ts"))
		wrong("format=newest", n, 0);
	command(fd, "mode=nonsense", EINVAL);
	command(fd, "nid=1023", EINVAL);
	command(fd, "mode=stack nonsense", EINVAL);
	lseek(fd, pfn, SEEK_SET);
	n = read(fd, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	if (!strstr(text, "\nhandle: "))
		wrong("a bad write changed the mode", n, 0);
	close(fd);
}

static int open_in(const char *folder, const char *name)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_RDWR);
	if (fd < 0)
		wrong(path, -errno, 0);
	return fd;
}

/* What the file says after a refused word is what it said before, unless each read looks at
 * memory, which changes. */
static void refused(const char *folder, const char *name, const char *words, size_t len,
		    int error)
{
	int fd = open_in(folder, name);
	char before[4096] = "", after[4096] = "";
	ssize_t n;

	pread(fd, before, sizeof(before) - 1, 0);
	n = write(fd, words, len);
	if (n >= 0 || errno != error) {
		printf("%s: ", name);
		wrong(words, n < 0 ? errno : n, error);
	}
	pread(fd, after, sizeof(after) - 1, 0);
	if (strcmp(name, "page_owner") && strcmp(name, "check") && strcmp(before, after))
		printf("%s: '%s' changed it: %s\n", name, words, after), bad = 1;
	close(fd);
}

static const struct {
	const char *file, *words;
	int error;
} refusals[] = {
	{ "enabled", "maybe", EINVAL }, { "enabled", "", EINVAL }, { "enabled", "2", EINVAL },
	{ "reset", "0", EINVAL }, { "reset", "x", EINVAL },
	{ "filter", "order=", EINVAL }, { "filter", "order=32", ERANGE },
	{ "filter", "order=3-1", EINVAL }, { "filter", "order=-1", EINVAL },
	{ "filter", "order=1 order=2", EINVAL }, { "filter", "pid=-5", EINVAL },
	{ "filter", "pid=99999999999", ERANGE }, { "filter", "pid=1,,2", EINVAL },
	{ "filter", "pid=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17", E2BIG },
	{ "filter", "nid=63", EINVAL }, { "filter", "nid=99999", EINVAL },
	{ "filter", "comm=", EINVAL }, { "filter", "comm=a,", EINVAL },
	{ "filter", "migratetype=movable", EINVAL }, { "filter", "=1", EINVAL },
	{ "lookup", "", EINVAL }, { "lookup", "0x", EINVAL }, { "lookup", "-1", EINVAL },
	{ "lookup", "12monkeys", EINVAL }, { "lookup", "99999999999999999999", ERANGE },
	{ "lookup", "0xfffffffffff", ENXIO },
	{ "lookup", "0000000000000000000000000000000000001", EINVAL },
	{ "page_owner", "mode=", EINVAL }, { "page_owner", "nid=", EINVAL },
	{ "page_owner", "nid=0-", EINVAL }, { "page_owner", "format=old", EINVAL },
	{ "page_owner_stacks/count_threshold", "many", EINVAL },
	{ "page_owner_stacks/count_threshold", "-1", EINVAL },
	{ "stats", "1", EINVAL }, { "check", "1", EINVAL },
	{ "page_owner_stacks/show_stacks", "1", EINVAL },
};

static void *volatile nowhere = (void *)8;

/* Wherever it is read from, a record is whole, and its PFN not before the position. */
static void positions(const char *folder)
{
	static const off_t at[] = { 0, 1, 2, 3, 4097, 65535, 100001, 1L << 31, 1L << 40,
				    1L << 62, INT64_MAX - 1, INT64_MAX };
	int fd = open_in(folder, "page_owner");
	size_t i;

	for (i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		ssize_t n = pread(fd, text, sizeof(text) - 1, at[i]);

		text[n > 0 ? n : 0] = '\0';
		/* The kernel itself refuses what ends beyond the largest position. */
		if (n < 0 && at[i] > INT64_MAX - (off_t)sizeof(text))
			continue;
		if (n < 0 || (n > 0 && (pfn_of(text) < at[i] ||
					strcmp(text + n - 2, "\n\n"))))
			wrong("read at a position", n < 0 ? -errno : pfn_of(text), at[i]);
		if (at[i] >= 1L << 31 && n > 0)
			wrong("read beyond all memory", n, 0);
	}
	if (pread(fd, text, 100, -1) != -1 || errno != EINVAL)
		wrong("a negative position", errno, EINVAL);
	if (pread(fd, text, 0, 0) > 0)
		wrong("a read of nothing", 1, 0);
	if (pread(fd, nowhere, 4096, 0) != -1 || errno != EFAULT)
		wrong("a buffer that is not there", errno, EFAULT);
	if (lseek(fd, -1, SEEK_SET) != -1 || errno != EINVAL)
		wrong("a negative seek", errno, EINVAL);
	lseek(fd, INT64_MAX, SEEK_SET);
	if (lseek(fd, 1, SEEK_CUR) != -1 || errno != EINVAL)
		wrong("a seek beyond the largest position", errno, EINVAL);
	close(fd);
}

/* Text files are the same whatever the length of a read, as far as memory is quiet. */
static void lengths(const char *folder, const char *name)
{
	static char whole[1 << 16], parts[1 << 16];
	int fd = open_in(folder, name);
	size_t n = 0, m = 0;
	ssize_t got;

	while ((got = pread(fd, whole + n, sizeof(whole) - 1 - n, n)) > 0)
		n += got;
	while ((got = pread(fd, parts + m, m % 7 + 1, m)) > 0)
		m += got;
	whole[n] = parts[m] = '\0';
	if (strncmp(whole, parts, strcspn(whole, "0123456789")))
		wrong(name, m, n);
	if (pread(fd, text, sizeof(text), 1L << 40) > 0)
		wrong("text beyond the end", 1, 0);
	if (pread(fd, nowhere, 4096, 0) != -1 || errno != EFAULT)
		wrong("a buffer that is not there", errno, EFAULT);
	close(fd);
}

void input(const char *folder)
{
	size_t i;

	for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		refused(folder, refusals[i].file, refusals[i].words,
			strlen(refusals[i].words), refusals[i].error);
	refused(folder, "filter", "order=1\0comm=x", 14, EINVAL);
	memset(text, 'x', 5000);
	refused(folder, "filter", text, 5000, E2BIG);
	refused(folder, "page_owner", text, 5000, EINVAL);
	positions(folder);
	lengths(folder, "filter");
	lengths(folder, "stats");
	lengths(folder, "page_owner_stacks/show_stacks");
	lengths(folder, "page_owner_stacks/show_handles");
	lengths(folder, "pagetypeinfo");
}
