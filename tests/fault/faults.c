// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * faults.c - preloaded by the tests: a call to the kernel that fails, or does less than
 * it was asked for.
 *
 *   FAULT=CALL:KIND:N      the N-th CALL of each process; N+: and all after it.
 *                          CALL: read, pread, write, fsync, close, rename, mkostemp
 *                          KIND: a name of an error, or "short": half of it, or 1 byte
 *   FAULT_LOG=FILE         gets a byte for each
 *
 * What is written by stdio is seen as well: its files are replaced by ones that call
 * write() here. Standard error is left alone, so that a message can be seen.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

enum kind { NOTHING, ERROR, SHORT };

static const struct {
	const char *name;
	int error;
} errors[] = {
	{ "EINTR", EINTR }, { "EAGAIN", EAGAIN }, { "EIO", EIO }, { "ENOSPC", ENOSPC },
	{ "EPIPE", EPIPE }, { "EDQUOT", EDQUOT }, { "EACCES", EACCES },
	{ "EMFILE", EMFILE },
};

static enum kind fault_of(const char *call)
{
	static unsigned long seen;
	const char *fault = getenv("FAULT"), *log = getenv("FAULT_LOG"), *kind, *number;
	const size_t len = strlen(call);
	unsigned long at, now;
	char *end;
	int fd;

	/* Not of the script that libtool puts in place of a program */
	if (!strstr(program_invocation_short_name, "pageowner"))
		return NOTHING;
	if (!fault || strncmp(fault, call, len) || fault[len] != ':')
		return NOTHING;
	kind = fault + len + 1;
	number = strchr(kind, ':') + 1;
	at = strtoul(number, &end, 10);
	now = __atomic_add_fetch(&seen, 1, __ATOMIC_RELAXED);
	if (now != at && !(*end == '+' && now > at))
		return NOTHING;
	fd = log ? REAL(open)(log, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
	if (fd >= 0) {
		if (REAL(write)(fd, ".", 1) < 0)
			abort();
		REAL(close)(fd);
	}
	if (!strncmp(kind, "short:", 6))
		return SHORT;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (!strncmp(kind, errors[i].name, strlen(errors[i].name)))
			errno = errors[i].error;
	return ERROR;
}

static size_t less(size_t size)
{
	return size > 1 ? size / 2 : size;
}

ssize_t read(int fd, void *buf, size_t size)
{
	enum kind kind = fault_of("read");

	return kind == ERROR ? -1 :
		REAL(read)(fd, buf, kind == SHORT ? less(size) : size);
}

ssize_t __read_chk(int fd, void *buf, size_t size, size_t room);
ssize_t __read_chk(int fd, void *buf, size_t size, size_t room)
{
	return read(fd, buf, size < room ? size : room);
}

ssize_t pread(int fd, void *buf, size_t size, off_t at)
{
	enum kind kind = fault_of("pread");

	return kind == ERROR ? -1 :
		REAL(pread)(fd, buf, kind == SHORT ? less(size) : size, at);
}

ssize_t pread64(int fd, void *buf, size_t size, off64_t at)
{
	enum kind kind = fault_of("pread");

	return kind == ERROR ? -1 :
		REAL(pread64)(fd, buf, kind == SHORT ? less(size) : size, at);
}

ssize_t __pread64_chk(int fd, void *buf, size_t size, off64_t at, size_t room);
ssize_t __pread64_chk(int fd, void *buf, size_t size, off64_t at, size_t room)
{
	return pread64(fd, buf, size < room ? size : room, at);
}

ssize_t write(int fd, const void *data, size_t size)
{
	enum kind kind = fd == STDERR_FILENO ? NOTHING : fault_of("write");

	return kind == ERROR ? -1 :
		REAL(write)(fd, data, kind == SHORT ? less(size) : size);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at)
{
	enum kind kind = fault_of("write");

	return kind == ERROR ? -1 :
		REAL(pwrite64)(fd, data, kind == SHORT ? less(size) : size, at);
}

int fsync(int fd)
{
	return fault_of("fsync") ? -1 : REAL(fsync)(fd);
}

/* As Linux has it: it is closed nevertheless. */
int close(int fd)
{
	const enum kind kind = fd == STDERR_FILENO ? NOTHING : fault_of("close");
	const int error = errno, ret = REAL(close)(fd);

	if (!kind)
		return ret;
	errno = error;
	return -1;
}

int rename(const char *from, const char *to)
{
	return fault_of("rename") ? -1 : REAL(rename)(from, to);
}

int mkostemp(char *path, int flags)
{
	return fault_of("mkostemp") ? -1 : REAL(mkostemp)(path, flags);
}

int mkostemp64(char *path, int flags)
{
	return mkostemp(path, flags);
}

/* --- stdio */

/* As stdio does: a short write is gone on with, an error is none of its affair. */
static ssize_t write_cookie(void *cookie, const char *data, size_t size)
{
	size_t done = 0;

	while (done < size) {
		const ssize_t n = write((int)(intptr_t)cookie, data + done, size - done);

		if (n < 0)
			return 0;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

static int close_cookie(void *cookie)
{
	return close((int)(intptr_t)cookie);
}

static FILE *replaced(int fd)
{
	return fopencookie((void *)(intptr_t)fd, "w", (cookie_io_functions_t){
		.write = write_cookie, .close = close_cookie });
}

FILE *fdopen(int fd, const char *mode)
{
	return *mode == 'w' ? replaced(fd) : REAL(fdopen)(fd, mode);
}

__attribute__((constructor))
static void replace_stdout(void)
{
	if (getenv("FAULT") && strstr(program_invocation_short_name, "pageowner"))
		stdout = replaced(STDOUT_FILENO);
}
