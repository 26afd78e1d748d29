// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * output.c - write a report to a file that is replaced only when complete, to a pipe, a
 * device, or a terminal that must not see control bytes.
 *
 * Knows nothing of what is written.
 */
#include "tools/lib/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/lib/message.h"
#include "tools/lib/signals.h"
#include "tools/lib/terminal.h"

#define BUFFER_SIZE	((size_t)1 << 20)
#define LINKS_MAX	40	/* as the kernel follows */

/* The temporary file, for the handler that removes it. */
static char temporary[PATH_MAX];

static void remove_temporary(int sig)
{
	unlink(temporary);
	signals_end(sig);
}

/*
 * In a folder where everybody may create files, such as /tmp, a file or link that another
 * user put there in advance is a trap: it is neither written nor followed. This is the
 * kernel's rule of /proc/sys/fs/protected_symlinks, for links that are resolved here. 0
 * or -1
 */
static int check_no_trap(const char *path, const struct stat *st)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	struct stat in;
	int ret = folder ? stat(folder, &in) : -1;

	free(folder);
	if (ret < 0)
		return -1;
	if ((in.st_mode & (S_ISVTX | S_IWOTH)) != (S_ISVTX | S_IWOTH) ||
	    st->st_uid == geteuid() || st->st_uid == in.st_uid)
		return 0;
	cli_error("%s: another user's, in a folder where everybody may write", path);
	errno = EACCES;
	return -1;
}

char *cli_follow_links(const char *path)
{
	char link[PATH_MAX], *at = strdup(path);

	for (int i = 0; at && i < LINKS_MAX; i++) {
		ssize_t len = readlink(at, link, sizeof(link) - 1);
		const char *slash = strrchr(at, '/');
		int dir = slash ? (int)(slash - at) + 1 : 0;
		struct stat st;
		char *next;

		if (!lstat(at, &st) && check_no_trap(at, &st) < 0) {
			free(at);
			return NULL;
		}
		if (len < 0)
			return at;
		link[len] = '\0';
		if (asprintf(&next, "%.*s%s", *link == '/' ? 0 : dir, at,
			     link) < 0)
			next = NULL;
		free(at);
		at = next;
	}
	errno = at ? ELOOP : ENOMEM;
	free(at);
	return NULL;
}

/* Open a file next to @target, with the mode of @old or of a new file: its descriptor. */
static int open_temporary(const char *target, const struct stat *old)
{
	const char *slash = strrchr(target, '/');
	mode_t mode = umask(0);
	int fd, len;

	umask(mode);
	mode = old ? old->st_mode & 07777 : 0666 & ~mode;
	if (old && access(target, W_OK))
		return -1;
	len = snprintf(temporary, sizeof(temporary), "%.*s.pageowner-XXXXXX",
		       slash ? (int)(slash - target) + 1 : 0, target);
	if (len >= (int)sizeof(temporary)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	signals_catch(remove_temporary);
	signals_catch_one(SIGPIPE, remove_temporary);	/* of standard error */
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0) {
		if (!old)	/* nothing to report */
			temporary[0] = '\0';
		return -1;
	}
	/* Also its owner, if that is allowed; then the mode. */
	if (old && fchown(fd, old->st_uid, old->st_gid) < 0)
		mode &= 01777;
	if (fchmod(fd, mode) < 0) {
		unlink(temporary);
		close(fd);
		return -1;
	}
	return fd;
}

static int open_path(struct cli_output *o, const char *path)
{
	struct stat st, standard;
	bool exists = !stat(path, &st);
	int fd;

	if (!exists && errno != ENOENT)
		return -1;
	if (exists && !fstat(STDOUT_FILENO, &standard) &&
	    st.st_dev == standard.st_dev && st.st_ino == standard.st_ino)
		return STDOUT_FILENO;	/* /dev/stdout, whatever that is */
	o->target = cli_follow_links(path);
	if (!o->target)
		return -1;
	if (exists && !S_ISREG(st.st_mode)) {
		free(o->target);
		o->target = NULL;
		return open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	}
	fd = open_temporary(o->target, exists ? &st : NULL);
	if (fd < 0) {
		free(o->target);
		o->target = NULL;
	}
	return fd;
}

/* A stream that keeps errno of the first write that failed, which stdio forgets; what
 * is written after that is dropped. */
static ssize_t write_all(void *data, const char *text, size_t len)
{
	struct cli_output *o = data;
	size_t done = 0;

	while (done < len && !o->error) {
		ssize_t n = write(o->fd, text + done, len - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			o->error = errno;
	}
	return done < len ? 0 : (ssize_t)len;
}

static int close_output(void *data)
{
	struct cli_output *o = data;

	if (close(o->fd) < 0 && !o->error)
		o->error = errno;
	return 0;
}

static FILE *open_stream(struct cli_output *o)
{
	static const cookie_io_functions_t functions = {
		.write = write_all, .close = close_output,
	};
	FILE *file = fopencookie(o, "w", functions);

	if (file)
		setvbuf(file, NULL, _IOFBF, BUFFER_SIZE);
	return file;
}

int cli_output_open(struct cli_output *o, const char *path)
{
	*o = (struct cli_output){ .fd = STDOUT_FILENO, .name = "(standard output)" };
	signal(SIGXFSZ, SIG_IGN);	/* the write fails, and its error is reported */
	if (path && strcmp(path, "-")) {
		o->name = path;
		o->fd = open_path(o, path);
	}
	if (o->fd >= 0)
		o->file = open_stream(o);
	if (!o->file) {
		cli_error("%s: %s%s", o->name, *temporary ?
			  "no new file can be made beside it: " : "",
			  strerror(errno));
		return -1;
	}
	o->to_terminal = isatty(o->fd);
	if (!o->to_terminal)
		return 0;
	o->terminal = o->file;
	o->file = cli_guard_terminal(o->terminal);
	if (o->file)
		return 0;
	cli_error("%s", strerror(ENOMEM));
	return -1;
}

int cli_output_close(struct cli_output *o)
{
	if (fclose(o->file) && !o->error)
		o->error = EIO;
	if (o->target && !o->error && !o->is_abandoned && rename(temporary, o->target) < 0)
		o->error = errno;
	if (o->target && (o->error || o->is_abandoned))
		unlink(temporary);
	free(o->target);
	if (o->error)
		cli_error("%s: %s", o->name, strerror(o->error));
	return o->error || o->is_abandoned ? -1 : 0;
}

void cli_put(struct cli_output *o, const char *text, size_t len)
{
	if (!o->error)
		fwrite_unlocked(text, 1, len, o->file);
}

void cli_put_raw(struct cli_output *o, const char *text)
{
	if (o->terminal)
		fflush(o->file);
	fputs(text, o->terminal ? o->terminal : o->file);
}

void cli_put_string(struct cli_output *o, const char *string)
{
	cli_put(o, string, strlen(string));
}

void cli_put_incomplete(struct cli_output *o, bool is_incomplete)
{
	if (is_incomplete)
		cli_put_string(o, "incomplete: records are missing\n");
}

void cli_put_number(struct cli_output *o, uint64_t number)
{
	char digits[20], *p = digits + sizeof(digits);

	do {
		*--p = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	cli_put(o, p, (size_t)(digits + sizeof(digits) - p));
}

void cli_put_text(struct cli_output *o, struct pageowner_text text)
{
	if (o->to_terminal)
		cli_write_safe(o->file, text.ptr, text.len, false);
	else
		cli_put(o, text.ptr, text.len);
}

void cli_put_lines(struct cli_output *o, struct pageowner_text lines)
{
	if (o->to_terminal)
		cli_write_safe(o->file, lines.ptr, lines.len, true);
	else
		cli_put(o, lines.ptr, lines.len);
}
