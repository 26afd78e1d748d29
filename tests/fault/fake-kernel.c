// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * fake-kernel.c - lets files below PAGEOWNER_DEBUGFS behave as the kernel's do.
 *
 * To be preloaded (LD_PRELOAD) into a tool, or linked with a test. A page_owner file
 * there returns one whole record a read(), at the position that is its PFN, ENOMEM if it does not fit, and
 * takes "mode=" and "nid="; show_stacks gives a page at most. What goes wrong is
 * said in the environment:
 *
 *   FAKE_ENOMEM=N FAKE_EINTR=N   each Nth read() fails once
 *   FAKE_BAD_PFN=PFN[,PFN]       these records can never be read (EIO)
 *   FAKE_NO_SEEK=1               as in kernels before 6.1: no lseek()
 *   FAKE_READ_ONLY=1             as before 7.3: nothing can be written
 *   FAKE_DELAY_US=N              each read() of a record takes so long
 *   FAKE_OOPS_PFN=PFN            reading it kills the reader
 *   FAKE_HANG_PFN=PFN            reading it never returns
 *   FAKE_RING=1                  show_stacks has no end
 *   FAKE_STACKS_DELAY_US=N       each read() of show_stacks takes so long
 *   FAKE_LOG=FILE                how show_stacks was opened and closed
 *   FAKE_UNAME=RELEASE           of the kernel
 *   FAKE_ROOT=DIR                what is found there is there for /proc/, /sys/, /boot/
 *   FAKE_DENY=1                  not root
 */
/* open() and open64() are both defined here, so one may not stand for the other. */
#undef _FILE_OFFSET_BITS
#undef _TIME_BITS
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#define FDS	256
#define PAGE	4096
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

struct record {
	uint64_t pfn;
	const char *text;
	size_t len;
};

/* An open file of the kernel's */
static struct file {
	enum kind { OTHER, PAGES, STACKS } kind;	/* atomic, see kind_of() */
	char *text;
	size_t len;
	struct record *records;
	size_t count;
	uint64_t pos;
	bool at_end;
	enum { STACK, HANDLE, STACK_HANDLE } mode;
	int node;		/* -1: all */
} files[FDS];

static unsigned long all_reads;

static unsigned long number(const char *name)
{
	const char *value = getenv(name);

	return value ? strtoul(value, NULL, 0) : 0;
}

static bool is_in_list(const char *name, uint64_t pfn)
{
	const char *value = getenv(name);

	while (value && *value) {
		char *end;

		if (strtoull(value, &end, 0) == pfn)
			return true;
		value = *end ? end + 1 : end;
	}
	return false;
}

/* A descriptor may be closed by one thread and opened by the next. */
static enum kind kind_of(const struct file *f)
{
	return f ? __atomic_load_n(&f->kind, __ATOMIC_ACQUIRE) : OTHER;
}

static void set_kind(struct file *f, enum kind kind)
{
	(void)__atomic_exchange_n(&f->kind, kind, __ATOMIC_ACQ_REL);
}

static void say(const char *line)
{
	const char *path = getenv("FAKE_LOG");
	int fd = path ? REAL(open)(path, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;

	if (fd >= 0 && REAL(write)(fd, line, strlen(line)) > 0)
		REAL(close)(fd);
}

static void fill(struct file *f, int fd)
{
	size_t room = 1 << 16;
	ssize_t n;

	f->text = malloc(room + 1);
	while ((n = REAL(read)(fd, f->text + f->len, room - f->len)) > 0) {
		f->len += (size_t)n;
		if (f->len == room)
			f->text = realloc(f->text, (room *= 2) + 1);
	}
	f->text[f->len] = '\0';
}

static void find_records(struct file *f)
{
	const char *p = f->text, *end;
	size_t room = 1024;

	f->records = malloc(room * sizeof(*f->records));
	while ((end = strstr(p, "\n\n"))) {
		const char *pfn = strstr(p, "\nPFN ");

		if (f->count == room)
			f->records = realloc(f->records,
					     (room *= 2) * sizeof(*f->records));
		f->records[f->count++] = (struct record){
			pfn ? strtoull(pfn + 5, NULL, 0) : 0, p,
			(size_t)(end + 2 - p) };
		p = end + 2;
	}
}

static void note_open(int fd, const char *path)
{
	const char *root = getenv("PAGEOWNER_DEBUGFS"), *name;
	struct file *f;

	if (fd < 0 || fd >= FDS || !root || strncmp(path, root, strlen(root)))
		return;
	f = &files[fd];
	name = strrchr(path, '/') + 1;
	set_kind(f, OTHER);
	f->text = NULL;
	f->records = NULL;
	f->len = f->count = f->pos = 0;
	f->at_end = false;
	f->mode = STACK;
	f->node = -1;
	if (!strcmp(name, "page_owner")) {
		fill(f, fd);
		find_records(f);
		set_kind(f, PAGES);
	} else if (!strcmp(name, "show_stacks")) {
		fill(f, fd);
		set_kind(f, STACKS);
		say("opened\n");
	}
}

static const char *redirect(const char *path, char *buf, size_t size)
{
	const char *root = getenv("FAKE_ROOT");

	if (!root || (strncmp(path, "/proc/", 6) && strncmp(path, "/sys/", 5) &&
		      strncmp(path, "/boot/", 6)))
		return path;
	snprintf(buf, size, "%s%s", root, path);
	return REAL(access)(buf, F_OK) ? path : buf;
}

static int open_any(const char *path, int flags, mode_t mode)
{
	char buf[4096];
	int fd = REAL(open)(redirect(path, buf, sizeof(buf)), flags, mode);

	note_open(fd, path);
	return fd;
}

int open(const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;
	va_end(args);
	return open_any(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;
	va_end(args);
	return open_any(path, flags, mode);
}

/* What open() is without a mode where _FORTIFY_SOURCE is defined */
int __open_2(const char *path, int flags);
int __open_2(const char *path, int flags)
{
	return open_any(path, flags, 0);
}

int __open64_2(const char *path, int flags);
int __open64_2(const char *path, int flags)
{
	return open_any(path, flags, 0);
}

FILE *fopen(const char *path, const char *mode)
{
	char buf[4096];

	return REAL(fopen)(redirect(path, buf, sizeof(buf)), mode);
}

FILE *fopen64(const char *path, const char *mode)
{
	return fopen(path, mode);
}

int access(const char *path, int mode)
{
	const char *root = getenv("PAGEOWNER_DEBUGFS");
	char buf[4096];

	if (number("FAKE_DENY") && root && !strncmp(path, root, strlen(root))) {
		errno = EACCES;
		return -1;
	}
	return REAL(access)(redirect(path, buf, sizeof(buf)), mode);
}

uid_t geteuid(void)
{
	return number("FAKE_DENY") ? 1000 : REAL(geteuid)();
}

int uname(struct utsname *u)
{
	const char *release = getenv("FAKE_UNAME");
	int ret = REAL(uname)(u);

	if (release) {
		snprintf(u->release, sizeof(u->release), "%s", release);
		snprintf(u->version, sizeof(u->version), "#1 SMP");
	}
	return ret;
}

/* The record as the file was told to show it */
static size_t show(const struct file *f, const struct record *r, char *buf)
{
	const char *frames = strstr(r->text, "\nPFN "), *rest;
	size_t len;

	if (f->mode == STACK || !frames)
		return (size_t)snprintf(buf, PAGE * 2, "%.*s", (int)r->len, r->text);
	frames = strchr(frames + 1, '\n') + 1;
	for (rest = frames; *rest == ' '; rest = strchr(rest, '\n') + 1)
		;
	len = (size_t)snprintf(buf, PAGE * 2, "%.*s",
		(int)((f->mode == HANDLE ? frames : rest) - r->text), r->text);
	len += (size_t)snprintf(buf + len, PAGE * 2 - len, "handle: 7\n%.*s",
				(int)(r->text + r->len - rest), rest);
	return len;
}

static bool is_of_node(const struct file *f, const struct record *r)
{
	const char *node = strstr(r->text, "node=");

	return f->node < 0 || (node && atoi(node + 5) == f->node);
}

static ssize_t read_pages(struct file *f, void *buf, size_t size)
{
	/* Reads of several processes, and of one that tries again, differ. */
	const unsigned long reads = __atomic_add_fetch(&all_reads, 1, __ATOMIC_RELAXED);
	const struct record *r = f->records, *end = r + f->count;
	char text[PAGE * 2];
	size_t len;

	if (number("FAKE_ENOMEM") && reads % number("FAKE_ENOMEM") == 0)
		return errno = ENOMEM, -1;
	if (number("FAKE_EINTR") && reads % number("FAKE_EINTR") == 0)
		return errno = EINTR, -1;
	while (r < end && (r->pfn < f->pos || !is_of_node(f, r)))
		r++;
	if (r == end)
		return 0;
	if (number("FAKE_DELAY_US"))
		usleep((useconds_t)number("FAKE_DELAY_US"));
	if (is_in_list("FAKE_BAD_PFN", r->pfn))
		return errno = EIO, -1;
	if (is_in_list("FAKE_OOPS_PFN", r->pfn))
		kill(getpid(), SIGKILL);
	while (is_in_list("FAKE_HANG_PFN", r->pfn))
		pause();
	len = show(f, r, text);
	if (len >= (size < PAGE ? size : PAGE))
		return errno = ENOMEM, -1;
	memcpy(buf, text, len);
	f->pos = r->pfn + 1;
	return (ssize_t)len;
}

/* Whole entries, of a page at most */
static ssize_t read_stacks(struct file *f, char *buf, size_t size)
{
	const char *p = f->text + f->pos, *end;
	size_t len = 0;

	if (number("FAKE_STACKS_DELAY_US"))
		usleep((useconds_t)number("FAKE_STACKS_DELAY_US"));
	while ((end = strstr(p + len, "\n\n")) &&
	       (size_t)(end + 2 - p) <= (size < PAGE ? size : PAGE))
		len = (size_t)(end + 2 - p);
	memcpy(buf, p, len);
	f->pos += len;
	if (!len && number("FAKE_RING")) {
		f->pos = 0;
		return read_stacks(f, buf, size);
	}
	if (!len && !f->at_end)
		say("read to its end\n");
	f->at_end = !len;
	return (ssize_t)len;
}

ssize_t read(int fd, void *buf, size_t size)
{
	struct file *f = fd >= 0 && fd < FDS ? &files[fd] : NULL;

	if (kind_of(f) == PAGES)
		return read_pages(f, buf, size);
	if (kind_of(f) == STACKS)
		return read_stacks(f, buf, size);
	return REAL(read)(fd, buf, size);
}

ssize_t __read_chk(int fd, void *buf, size_t size, size_t room);
ssize_t __read_chk(int fd, void *buf, size_t size, size_t room)
{
	return read(fd, buf, size < room ? size : room);
}

off_t lseek(int fd, off_t offset, int whence)
{
	struct file *f = fd >= 0 && fd < FDS ? &files[fd] : NULL;

	if (kind_of(f) != PAGES)
		return REAL(lseek)(fd, offset, whence);
	if (number("FAKE_NO_SEEK"))
		return errno = ESPIPE, -1;
	if (whence == SEEK_CUR)
		offset += (off_t)f->pos;
	else if (whence != SEEK_SET)
		return errno = EINVAL, -1;
	f->pos = (uint64_t)offset;
	return offset;
}

off64_t lseek64(int fd, off64_t offset, int whence)
{
	return lseek(fd, offset, whence);
}

ssize_t write(int fd, const void *data, size_t size)
{
	struct file *f = fd >= 0 && fd < FDS ? &files[fd] : NULL;
	char text[256], *word, *rest = text;
	struct file changed;

	if (kind_of(f) != PAGES)
		return REAL(write)(fd, data, size);
	if (number("FAKE_READ_ONLY") || size >= sizeof(text))
		return errno = EINVAL, -1;
	memcpy(text, data, size);
	text[size] = '\0';
	changed = *f;
	while ((word = strsep(&rest, " \n"))) {
		if (!strcmp(word, "mode=stack"))
			changed.mode = STACK;
		else if (!strcmp(word, "mode=handle"))
			changed.mode = HANDLE;
		else if (!strcmp(word, "mode=stack_handle"))
			changed.mode = STACK_HANDLE;
		else if (!strncmp(word, "nid=", 4))
			changed.node = atoi(word + 4);
		else if (*word)
			return errno = EINVAL, -1;
	}
	*f = changed;
	return (ssize_t)size;
}

int close(int fd)
{
	struct file *f = fd >= 0 && fd < FDS ? &files[fd] : NULL;

	/* Harmless until something was read, and so where another process does. */
	if (kind_of(f) == STACKS && f->pos)
		say(f->at_end ? "closed\n" : "closed early\n");
	if (kind_of(f) != OTHER) {
		free(f->text);
		free(f->records);
	}
	if (f)
		set_kind(f, OTHER);
	return REAL(close)(fd);
}
