// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * output.c - the file of a capture: FILE.part, which becomes FILE when it is complete,
 * and is kept if it is not.
 *
 * Only its owner may read it, as with the kernel's own file.
 */
#include "capture_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

#include "tools/lib/message.h"
#include "tools/lib/output.h"
#include "tools/lib/overwrite.h"

#define PACKED_SIZE	((size_t)256 << 10)
#define PART		".part"
#define RESUMED		".resumed"

struct packer {
	bool is_zstd;
	z_stream gzip;
#ifdef HAVE_ZSTD
	ZSTD_CStream *zstd;
#endif
	bool has_begun;
	char buf[PACKED_SIZE];
};

/* --- bytes */

static void fail(struct capture_output *out, int error)
{
	if (error == EPIPE && capture_ends_by_pipe && !out->target)
		capture_signal = SIGPIPE;
	else if (!out->failed)
		cli_error("%s: %s", out->name, strerror(error));
	out->failed = true;
}

static void write_all(struct capture_output *out, const char *p, size_t len)
{
	while (len && !out->failed) {
		ssize_t n = write(out->fd, p, len);

		if (n < 0 && errno != EINTR)
			fail(out, errno);
		if (n <= 0)
			continue;
		p += n;
		len -= (size_t)n;
	}
}

static int new_packer(struct capture_output *out, enum capture_packing packing)
{
	struct packer *p = calloc(1, sizeof(*p));
	bool ok = p;

	if (ok && packing == PACK_GZIP)
		ok = deflateInit2(&p->gzip, Z_DEFAULT_COMPRESSION, Z_DEFLATED,
				  15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK;
#ifdef HAVE_ZSTD
	if (ok && packing == PACK_ZSTD) {
		p->is_zstd = true;
		p->zstd = ZSTD_createCStream();
		ok = p->zstd;
	}
#endif
	if (!ok) {
		free(p);
		fail(out, ENOMEM);
		return -1;
	}
	out->packer = p;
	return 0;
}

enum pack_how { PACK_MORE, PACK_FLUSH, PACK_END };

static void pack_gzip(struct capture_output *out, const void *data, size_t len,
		      enum pack_how how)
{
	static const int flush[] = {
		[PACK_MORE] = Z_NO_FLUSH, [PACK_FLUSH] = Z_SYNC_FLUSH, [PACK_END] = Z_FINISH,
	};
	struct packer *p = out->packer;
	int ret;

	p->gzip.next_in = (void *)data;
	p->gzip.avail_in = (uInt)len;
	do {
		p->gzip.next_out = (void *)p->buf;
		p->gzip.avail_out = sizeof(p->buf);
		ret = deflate(&p->gzip, flush[how]);
		write_all(out, p->buf, sizeof(p->buf) - p->gzip.avail_out);
	} while (!p->gzip.avail_out || (how == PACK_END && ret == Z_OK));
}

static void pack_zstd(struct capture_output *out, const void *data, size_t len,
		      enum pack_how how)
{
#ifdef HAVE_ZSTD
	static const ZSTD_EndDirective flush[] = {
		[PACK_MORE] = ZSTD_e_continue, [PACK_FLUSH] = ZSTD_e_flush,
		[PACK_END] = ZSTD_e_end,
	};
	struct packer *p = out->packer;
	ZSTD_inBuffer from = { data, len, 0 };
	size_t left;

	do {
		ZSTD_outBuffer to = { p->buf, sizeof(p->buf), 0 };

		left = ZSTD_compressStream2(p->zstd, &to, &from, flush[how]);
		if (ZSTD_isError(left)) {
			fail(out, ENOMEM);
			return;
		}
		write_all(out, p->buf, to.pos);
	} while (from.pos < from.size || (how != PACK_MORE && left));
#else
	(void)out, (void)data, (void)len, (void)how;
#endif
}

static void pack(struct capture_output *out, const void *data, size_t len,
		 enum pack_how how)
{
	if (out->packer->is_zstd)
		pack_zstd(out, data, len, how);
	else
		pack_gzip(out, data, len, how);
}

void capture_put(struct capture_output *out, const void *data, size_t len)
{
	if (out->failed || !len)
		return;
	if (!out->packer) {
		write_all(out, data, len);
		return;
	}
	/* Whenever it ends, FILE.part says that it is of a capture. */
	pack(out, data, len, out->packer->has_begun ? PACK_MORE : PACK_FLUSH);
	out->packer->has_begun = true;
}

static void free_packer(struct capture_output *out)
{
	struct packer *p = out->packer;

	if (!p)
		return;
#ifdef HAVE_ZSTD
	if (p->is_zstd)
		ZSTD_freeCStream(p->zstd);
#endif
	if (!p->is_zstd)
		deflateEnd(&p->gzip);
	free(p);
	out->packer = NULL;
}

/* --- files */

/*
 * Open a file that is only ours: created here, or left by an interrupted capture. Not one
 * of another user, not a link, not in use by another pageowner-capture, nor anything else
 * that has this name.
 */
static int open_part(struct capture_output *out)
{
	struct stat st;

	out->fd = open(out->part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (out->fd < 0 && errno == EEXIST)
		out->fd = open(out->part, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (out->fd < 0 || fstat(out->fd, &st) < 0)
		return errno == ELOOP ? -EEXIST : -errno;
	if (!S_ISREG(st.st_mode) || st.st_uid != geteuid() || st.st_nlink != 1)
		return -EEXIST;
	if (flock(out->fd, LOCK_EX | LOCK_NB) < 0)
		return -EBUSY;
	if (st.st_size && !capture_is_interrupted(out->fd, out->part))
		return -EEXIST;
	if (lseek(out->fd, 0, SEEK_SET) < 0 || fchmod(out->fd, 0600) < 0 ||
	    ftruncate(out->fd, 0) < 0)
		return -errno;
	return 0;
}

static char *with_suffix(const char *path, const char *suffix)
{
	char *name;

	return path && asprintf(&name, "%s%s", path, suffix) >= 0 ? name : NULL;
}

char *capture_part_name(const char *path)
{
	char *target = cli_follow_links(path), *part = with_suffix(target, PART);

	free(target);
	return part;
}

static int open_file(struct capture_output *out, const char *path, bool resume)
{
	struct stat st;

	out->name = path;
	out->target = cli_follow_links(path);
	if (!out->target)
		return -errno;
	if (!stat(path, &st) && !S_ISREG(st.st_mode)) {
		out->fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
		free(out->target);
		out->target = NULL;
		return out->fd < 0 ? -errno : 0;
	}
	out->part = with_suffix(out->target, resume ? PART RESUMED : PART);
	if (!out->part)
		return -ENOMEM;
	out->name = out->part;
	return open_part(out);
}

/* What a name promises; PACK_BY_NAME if that is not written */
static enum capture_packing packing_of(const char *path)
{
	const char *suffix = path ? cli_packed_suffix(path) : NULL;

	if (!suffix)
		return PACK_NONE;
	if (!strcmp(suffix, ".gz"))
		return PACK_GZIP;
	return !strcmp(suffix, ".zst") ? PACK_ZSTD : PACK_BY_NAME;
}

const char *capture_contradiction(const char *path, enum capture_packing packing)
{
	return packing != PACK_BY_NAME && path && cli_packed_suffix(path) &&
		packing_of(path) != packing ? cli_packed_suffix(path) : NULL;
}

static const char *explain(int error)
{
	switch (error) {
	case -EBUSY:
		return "another pageowner-capture is writing it";
	case -EEXIST:
		return "exists, and was not left by an interrupted capture: not replaced (remove it, or name another file)";
	default:
		return strerror(-error);
	}
}

static void forget(struct capture_output *out)
{
	free_packer(out);
	free(out->target);
	free(out->part);
	out->target = out->part = NULL;
}

int capture_output_open(struct capture_output *out, const char *path,
			enum capture_packing packing, bool resume)
{
	int ret = 0;

	*out = (struct capture_output){ .fd = STDOUT_FILENO,
		.name = "(standard output)" };
	if (packing == PACK_BY_NAME)
		packing = packing_of(path);
	if (packing == PACK_BY_NAME) {
		cli_error("%s: %s is not written: name it .zst or .gz, or pipe it on (| xz)",
			  path, cli_packed_suffix(path));
		return -1;
	}
#ifndef HAVE_ZSTD
	if (packing == PACK_ZSTD) {
		cli_error("this build has no zstd; .gz, or \"| zstd\", would do");
		return -1;
	}
#endif
	if (path)
		ret = open_file(out, path, resume);
	if (ret < 0) {
		cli_error("%s: %s", out->name, explain(ret));
		if (out->fd > STDOUT_FILENO)
			close(out->fd);
		forget(out);
		return -1;
	}
	if (!path && isatty(STDOUT_FILENO)) {
		cli_error("standard output is a terminal: name a FILE, or pipe it on");
		return -1;
	}
	return packing == PACK_NONE ? 0 : new_packer(out, packing);
}

int capture_output_swap(struct capture_output *out)
{
	char *part = strndup(out->part, strlen(out->part) - strlen(RESUMED));

	if (!part || out->failed || rename(out->part, part) < 0) {
		fail(out, errno);
		free(part);
		return -1;
	}
	free(out->part);
	out->part = part;
	out->name = part;
	return 0;
}

int capture_output_close(struct capture_output *out, bool complete)
{
	if (out->packer && !out->failed)
		pack(out, "", 0, PACK_END);
	if (out->part && !out->failed && fsync(out->fd) < 0)
		fail(out, errno);
	if (close(out->fd) < 0)
		fail(out, errno);
	if (out->part && complete && !out->failed &&
	    rename(out->part, out->target) < 0)
		fail(out, errno);
	forget(out);
	return out->failed ? -1 : 0;
}

void capture_output_abandon(struct capture_output *out)
{
	close(out->fd);
	if (out->part)
		unlink(out->part);
	forget(out);
}
