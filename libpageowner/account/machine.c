// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * machine.c - read the files of an account, of this machine or of a saved folder.
 *
 * A window of each is in memory at a time. What they say is known to the parsers. A saved
 * folder is anybody's: whatever is no regular file is not opened for long.
 */
#include "account/source.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "account/state.h"

#define WINDOW		((size_t)64 << 10)	/* also the longest line */
#define PATH_ROOM	64	/* for what is known of a path */

struct window {
	int root;
	bool is_live;		/* this machine */
	char *buf;
};

/* What is read of each */
struct reading {
	struct pageowner_account *account;
	enum pageowner_account_source source;
	const struct window *w;
};

/* -errno, or a descriptor of a regular file */
static int open_file(int folder, const char *path)
{
	/* A FIFO must not be waited for. */
	const int fd = openat(folder, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	int ret = fd;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		ret = -errno;
	else if (!S_ISREG(st.st_mode))
		ret = -EINVAL;
	if (ret < 0)
		close(fd);
	return ret;
}

/* Fill @buf from @at on: bytes in it, or -errno. */
static ssize_t fill(int fd, char *buf, size_t at)
{
	ssize_t n;

	while (at < WINDOW) {
		n = read(fd, buf + at, WINDOW - at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			break;
		at += (size_t)n;
	}
	return (ssize_t)at;
}

/* All of a file, window after window: 0, -errno of reading, or -ENOMEM of a parser */
static int read_lines(struct po_source_reader *r, int fd, char *buf)
{
	bool is_skipping = false;
	size_t kept = 0;

	for (;;) {
		const ssize_t n = fill(fd, buf, kept);
		const bool is_end = n >= 0 && (size_t)n < WINDOW;
		const char *last = n > 0 ? memrchr(buf, '\n', (size_t)n) : NULL;
		size_t whole = last ? (size_t)(last + 1 - buf) : 0, from = 0;
		int ret;

		if (n < 0)
			return (int)n;
		/* The rest of a line that is longer than the window */
		if (is_skipping && whole) {
			from = (size_t)((char *)memchr(buf, '\n', whole) + 1 - buf);
			is_skipping = false;
		}
		if (is_end && !is_skipping)
			whole = (size_t)n;
		ret = po_source_read(r, (struct pageowner_text){ buf + from, whole - from });
		if (ret < 0 || is_end)
			return ret;
		if (!whole && !is_skipping) {
			po_source_skip_line(r);
			is_skipping = true;
		}
		kept = is_skipping ? 0 : (size_t)n - whole;
		memmove(buf, buf + whole, kept);
	}
}

/* One file: 0, or -ENOMEM */
static int load_file(struct pageowner_account *a, enum pageowner_account_source source,
		     int folder, const char *path, const char *instance, char *buf)
{
	struct po_source_reader reader;
	const int fd = open_file(folder, path);
	int ret = fd;

	if (fd >= 0) {
		po_source_begin(&reader, a, source, instance);
		ret = read_lines(&reader, fd, buf);
		close(fd);
	} else {
		reader = (struct po_source_reader){ .account = a, .source = &po_sources[source] };
	}
	if (ret == -ENOMEM)
		return ret;
	/* The process has ended. */
	if (ret == -ESRCH && po_sources[source].is_of_processes)
		ret = -ENOENT;
	po_source_end(&reader, ret);
	return 0;
}

/* Whether a name is one that a * stands for */
static bool is_instance(const struct po_source *source, const char *name)
{
	return source->is_of_processes ? name[strspn(name, "0123456789")] == '\0' :
		name[0] != '.';
}

/* Whether a descriptor of a process is a GPU: all others of this machine are not read. */
static bool is_gpu(int folder, const char *name)
{
	char path[NAME_MAX + 8], target[16];
	ssize_t len;

	snprintf(path, sizeof(path), "../fd/%s", name);
	len = readlinkat(folder, path, target, sizeof(target));
	return len > 9 && !memcmp(target, "/dev/dri/", 9);
}

/* The folder that @pattern has before its *; NULL with errno */
static DIR *open_parent(int folder, const char *pattern, const char *star)
{
	char path[NAME_MAX + PATH_ROOM];
	DIR *dir;
	int fd;

	snprintf(path, sizeof(path), "%.*s", (int)(star - pattern), pattern);
	fd = openat(folder, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fd >= 0 ? fdopendir(fd) : NULL;
	if (!dir && fd >= 0)
		close(fd);
	return dir;
}

static int load_each(const struct reading *r, int folder, const char *pattern,
		     const char *instance);

/* A name that is there, of which @rest of the pattern is left: 0 or -ENOMEM */
static int load_name(const struct reading *r, DIR *dir, const char *name, const char *rest,
		     const char *instance)
{
	char path[NAME_MAX + PATH_ROOM], both[2 * NAME_MAX + 2];

	if (!is_instance(&po_sources[r->source], name) ||
	    (r->source == PAGEOWNER_ACCOUNT_DRM && *instance && r->w->is_live &&
	     !is_gpu(dirfd(dir), name)))
		return 0;
	snprintf(path, sizeof(path), "%s%s", name, rest);
	snprintf(both, sizeof(both), "%.*s%s%s", NAME_MAX, instance, *instance ? "/" : "", name);
	if (strchr(rest, '*'))
		return load_each(r, dirfd(dir), path, both);
	return load_file(r->account, r->source, dirfd(dir), path, both, r->w->buf);
}

/* A path with a *: that of each name that is there. 0 or -ENOMEM */
static int load_each(const struct reading *r, int folder, const char *pattern,
		     const char *instance)
{
	struct po_source_reader none = { .account = r->account, .source = &po_sources[r->source] };
	const char *star = strchr(pattern, '*');
	DIR *dir = open_parent(folder, pattern, star);
	const struct dirent *entry;
	int ret = dir ? 0 : -errno;

	if (ret == -ENOMEM)
		return ret;
	/* The folder of a process is its own, and may be gone. */
	po_source_end(&none, ret == 0 || (*instance && ret != -EACCES) ? -ENOENT : ret);
	if (!dir)
		return 0;
	while (ret == 0 && (entry = readdir(dir)))
		ret = load_name(r, dir, entry->d_name, star + 1, instance);
	closedir(dir);
	return ret;
}

/* What everything stands on: 0, or negative with a message */
static int load_meminfo(struct pageowner_account *a, const struct window *w,
			const char *root)
{
	const char *path = po_sources[PAGEOWNER_ACCOUNT_MEMINFO].path;
	const int fd = open_file(w->root, path);
	ssize_t n = fd;

	if (fd >= 0) {
		n = fill(fd, w->buf, 0);
		close(fd);
	}
	if (n >= 0)
		return po_account_add_meminfo(a, (struct pageowner_text){ w->buf, (size_t)n });
	snprintf(a->error, sizeof(a->error), "%s%s%s: %s", root,
		 *root && root[strlen(root) - 1] == '/' ? "" : "/", path,
		 n == -EINVAL ? "not a regular file" : strerror((int)-n));
	return (int)n;
}

/* What df says of a saved machine is asked of this one. */
static int measure_mounts(struct pageowner_account *a)
{
	struct po_source_reader r = {
		.account = a, .source = &po_sources[PAGEOWNER_ACCOUNT_TMPFS],
	};
	const int ret = po_measure_mounts(&a->parts);

	if (ret == 0)
		po_source_end(&r, 0);
	return ret;
}

/* Looking at each process takes time, and explains only shared memory, and that of GPUs. */
static bool is_wanted(const struct pageowner_account *a, const struct window *w,
		      enum pageowner_account_source source)
{
	if (source == PAGEOWNER_ACCOUNT_DMA_BUF_SIZES)
		return a->files[PAGEOWNER_ACCOUNT_DMA_BUF].state != PAGEOWNER_ACCOUNT_READ;
	if (source == PAGEOWNER_ACCOUNT_DRM && w->is_live)
		return faccessat(w->root, "dev/dri", F_OK, 0) == 0;
	return source != PAGEOWNER_ACCOUNT_PROCESSES ||
		a->sums.facts.number[PO_FACT_SHMEM] > a->sums.total / 64;
}

static int load_source(struct pageowner_account *a, const struct window *w,
		       enum pageowner_account_source source)
{
	const char *path = po_sources[source].path, *star = strchr(path, '*');
	const char *other = po_sources[source].other_path;

	if (!is_wanted(a, w, source))
		return 0;
	if (w->is_live && source == PAGEOWNER_ACCOUNT_TMPFS)
		return measure_mounts(a);
	if (star)
		return load_each(&(struct reading){ a, source, w }, w->root, path, "");
	if (other && faccessat(w->root, path, F_OK, 0) < 0)
		path = other;
	return load_file(a, source, w->root, path, NULL, w->buf);
}

static int load_all(struct pageowner_account *a, const struct window *w, const char *root)
{
	int ret = load_meminfo(a, w, root);

	for (size_t i = 1; ret == 0 && i < PO_ACCOUNT_SOURCES; i++)
		ret = load_source(a, w, (enum pageowner_account_source)i);
	return ret;
}

PO_EXPORT int pageowner_account_load_machine(struct pageowner_account *a, const char *root)
{
	struct window w = {
		.root = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC),
		.is_live = !strcmp(root, "/"),
	};
	int ret;

	a->error[0] = '\0';
	if (w.root < 0) {
		ret = -errno;
		snprintf(a->error, sizeof(a->error), "%s: %s", root, strerror(-ret));
		return ret;
	}
	/* Of this machine, unless zoneinfo knows better */
	if (w.is_live && !a->has_page_size)
		a->sums.page_size = (uint64_t)sysconf(_SC_PAGESIZE);
	po_budget_begin(&a->budget);
	w.buf = po_budget_alloc(&a->budget, 1, WINDOW);
	ret = w.buf ? load_all(a, &w, root) : -ENOMEM;
	po_budget_free(&a->budget, w.buf, 1, WINDOW);
	close(w.root);
	if (ret == 0)
		a->is_given = true;
	return po_account_finish(a, ret);
}
