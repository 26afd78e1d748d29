// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * mounts.c - which file systems are in memory, and how much each has: mountinfo, df, and
 * statfs() of those of this machine.
 *
 * A tmpfs counts pages that are swapped out as well, which Shmem does not. One that is mounted
 * several times is named by its first mount. Nothing is asked of other file systems.
 */
#include "account/source.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#define TMPFS_MAGIC	0x01021994

struct mount {
	struct pageowner_text point, type, device;
};

/* File systems in Shmem. rootfs, devtmpfs: unless the kernel is without tmpfs */
static bool is_in_memory(struct pageowner_text type)
{
	static const char *const types[] = { "tmpfs", "devtmpfs", "rootfs" };

	return po_is_one_of(type, types, PO_ARRAY_SIZE(types));
}

/* Those that wait for no other machine and no program */
static bool is_local(struct pageowner_text type)
{
	static const char *const types[] = {
		"tmpfs", "devtmpfs", "rootfs", "ramfs", "ext2", "ext3", "ext4", "xfs", "btrfs",
		"f2fs", "zfs", "bcachefs", "jfs", "vfat", "squashfs", "erofs", "overlay", "proc",
		"sysfs", "devpts", "cgroup", "cgroup2", "debugfs", "tracefs", "securityfs",
		"configfs", "bpf", "mqueue", "hugetlbfs", "pstore", "efivarfs",
	};

	return po_is_one_of(type, types, PO_ARRAY_SIZE(types));
}

/* "36 35 0:23 / /run rw shared:1 - tmpfs tmpfs rw": /proc/self/mountinfo. 0 or -EBADMSG */
static int read_mountinfo(struct pageowner_text line, struct mount *m)
{
	struct po_cursor c = { line.ptr, line.ptr + line.len };
	struct pageowner_text word;
	uint64_t id, parent;

	if (po_take_count(&c, &id) < 0 || po_take_count(&c, &parent) < 0 ||
	    !po_take_token(&c, &m->device) || !po_take_token(&c, &word) ||
	    !po_take_token(&c, &m->point))
		return -EBADMSG;
	do {
		if (!po_take_token(&c, &word))
			return -EBADMSG;
	} while (!po_text_equal(word, PO_TEXT("-")));
	return po_take_token(&c, &m->type) ? 0 : -EBADMSG;
}

/* "tmpfs /run tmpfs rw 0 0": /proc/mounts, which has no devices. 0 or -EBADMSG */
static int read_mounts(struct pageowner_text line, struct mount *m)
{
	struct po_cursor c = { line.ptr, line.ptr + line.len };
	struct pageowner_text word;

	if (!po_take_token(&c, &word) || !po_take_token(&c, &m->point) ||
	    !po_take_token(&c, &m->type) || !po_take_token(&c, &word))
		return -EBADMSG;
	m->device = (struct pageowner_text){ word.ptr, 0 };
	return m->point.ptr[0] == '/' ? 0 : -EBADMSG;
}

/* "0:23" -> its number; 0 if it is damaged */
static uint64_t device_of(struct pageowner_text text)
{
	struct po_cursor c = { text.ptr, text.ptr + text.len };
	uint64_t major, minor;

	if (po_take_decimal(&c, &major) != PO_NUMBER_OK || !po_take_word(&c, ":") ||
	    po_take_decimal(&c, &minor) != PO_NUMBER_OK || po_left(&c))
		return 0;
	return makedev((unsigned int)major, (unsigned int)minor);
}

/* "\040" is a space. Control characters become '?', as df shows them. */
static struct pageowner_text without_escapes(struct pageowner_text text, char *buf, size_t size)
{
	size_t len = 0;

	for (size_t i = 0; i < text.len && len < size; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if (c == '\\' && text.len - i > 3 && text.ptr[i + 1] >= '0' &&
		    text.ptr[i + 1] <= '3') {
			c = (unsigned char)((text.ptr[i + 1] & 3) << 6 |
					    (text.ptr[i + 2] & 7) << 3 | (text.ptr[i + 3] & 7));
			i += 3;
		}
		if (c < ' ' || c == 0x7f)
			c = '?';
		memcpy(&buf[len++], &c, 1);
	}
	return (struct pageowner_text){ buf, len };
}

/* Whether a file system has not been met before, under another mount: 1, 0 or -ENOMEM */
static int meet_device(struct po_source_file *f, struct pageowner_text device)
{
	const struct po_part part = {
		.id = PO_ACCOUNT_HIDDEN, .source = PAGEOWNER_ACCOUNT_MOUNTS, .name = device,
		.module = PO_TEXT(""),
	};

	return device.len ? po_parts_meet(f->parts, &part) : 1;
}

static struct po_part part_of(struct pageowner_text point)
{
	return (struct po_part){
		.id = PO_ACCOUNT_DETAIL(PAGEOWNER_ACCOUNT_CACHE),
		.source = PAGEOWNER_ACCOUNT_TMPFS, .name = point, .module = PO_TEXT(""),
		.flags = PO_PART_MOUNT | PO_PART_LARGEST | PO_PART_OF_SHMEM,
	};
}

int po_mounts_line(struct po_source_file *f, struct pageowner_text line)
{
	struct mount m = { .point = line };
	struct po_part part;
	char buf[PATH_MAX];
	int ret;

	if (read_mountinfo(line, &m) < 0 && read_mounts(line, &m) < 0)
		return -EBADMSG;
	part = part_of(without_escapes(m.point, buf, sizeof(buf)));
	if (is_in_memory(m.type)) {
		ret = meet_device(f, m.device);
		if (ret <= 0)
			return ret;
		part.flags |= PO_PART_TMPFS;
		part.count = device_of(m.device);
		return po_parts_add(f->parts, &part);
	}
	if (is_local(m.type) || po_text_equal(part.name, PO_TEXT("/")))
		return 0;
	part.flags |= PO_PART_REMOTE;
	return po_parts_add(f->parts, &part);
}

/* --- df */

/* "1K-blocks" -> 1024; 0 if it is no such word */
static uint64_t unit_of(struct pageowner_text word)
{
	static const struct {
		const char *name;
		uint64_t bytes;
	} units[] = {
		{ "1K-blocks", 1024 }, { "1024-blocks", 1024 }, { "1B-blocks", 1 },
		{ "1M-blocks", 1 << 20 }, { "1048576-blocks", 1 << 20 },
	};

	for (size_t i = 0; i < PO_ARRAY_SIZE(units); i++)
		if (po_text_equal(word, po_text_of(units[i].name)))
			return units[i].bytes;
	return 0;
}

/* "Filesystem  1K-blocks  Used Available Use% Mounted on": 0 or -EBADMSG */
static int read_head(struct po_source_file *f, struct pageowner_text line)
{
	struct po_cursor c = { line.ptr, line.ptr + line.len };
	struct pageowner_text word;

	if (po_take_word(&c, "df: "))
		return 0;
	while (!f->unit && po_take_token(&c, &word))
		f->unit = unit_of(word);
	f->is_inside = f->unit && po_take_token(&c, &word) && po_text_equal(word, PO_TEXT("Used"));
	return f->is_inside ? 0 : -EBADMSG;
}

/* A number of blocks, or "-" if it is not known: 1, 0, or -EBADMSG for another word */
static int take_blocks(struct po_cursor *c, uint64_t *blocks)
{
	struct po_cursor rest = *c;
	struct pageowner_text word;

	if (po_take_count(c, blocks) == 0)
		return 1;
	*c = rest;
	return po_take_token(c, &word) && po_text_equal(word, PO_TEXT("-")) ? 0 : -EBADMSG;
}

/* Four figures, then where it is mounted. The name before them may have any word. */
static int read_figures(struct po_cursor *c, uint64_t *used)
{
	struct pageowner_text word;
	uint64_t other;
	int ret;

	if (take_blocks(c, &other) < 0)
		return -EBADMSG;
	ret = take_blocks(c, used);
	if (ret < 0 || take_blocks(c, &other) < 0 || !po_take_token(c, &word) ||
	    (word.ptr[word.len - 1] != '%' && !po_text_equal(word, PO_TEXT("-"))))
		return -EBADMSG;
	return po_take_word(c, " /") ? ret : -EBADMSG;
}

int po_df_line(struct po_source_file *f, struct pageowner_text line)
{
	struct po_cursor c = { line.ptr, line.ptr + line.len }, at;
	struct pageowner_text word;
	struct po_part part;
	uint64_t used = 0, bytes;
	int ret = -EBADMSG;

	if (!f->is_inside)
		return read_head(f, line);
	while (ret < 0 && po_take_token(&c, &word)) {
		at = c;
		ret = read_figures(&at, &used);
	}
	if (ret <= 0)
		return ret;
	if (__builtin_mul_overflow(used, f->unit, &bytes) || bytes > INT64_MAX)
		return -EBADMSG;
	part = part_of((struct pageowner_text){ at.at - 1, (size_t)(at.end - at.at) + 1 });
	part.bytes = (int64_t)bytes;
	part.flags |= PO_PART_MEASURED;
	return po_parts_add(f->parts, &part);
}

/* --- this machine */

/* How much a tmpfs has; 0 also if @path is another file system now */
static int64_t measure(const char *path, uint64_t device)
{
	const int fd = open(path, O_PATH | O_CLOEXEC);
	uint64_t blocks = 0, bytes = 0;
	struct statfs fs;
	struct stat st;

	if (fd < 0)
		return 0;
	if (fstat(fd, &st) == 0 && st.st_dev == device && fstatfs(fd, &fs) == 0 &&
	    fs.f_type == TMPFS_MAGIC && fs.f_blocks > fs.f_bfree)
		blocks = fs.f_blocks - fs.f_bfree;
	close(fd);
	if (blocks && (__builtin_mul_overflow(blocks, (uint64_t)fs.f_bsize, &bytes) ||
		       bytes > INT64_MAX))
		return 0;
	return (int64_t)bytes;
}

static bool is_below(struct pageowner_text path, struct pageowner_text folder)
{
	return path.len > folder.len && !memcmp(path.ptr, folder.ptr, folder.len) &&
		path.ptr[folder.len] == '/';
}

/* Whether the way to a mount leads through no file system that may wait for another machine */
static bool is_reachable(struct pageowner_text path, const struct po_mount *all, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (all[i].is_remote && is_below(path, all[i].point))
			return false;
	return true;
}

/* Those to which a way leads: 0 or -ENOMEM */
static int measure_all(struct po_parts *parts, const struct po_mount *mounts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct po_part part = part_of(mounts[i].point);
		char path[PATH_MAX];

		if (mounts[i].is_remote || part.name.len >= sizeof(path) ||
		    !is_reachable(part.name, mounts, count))
			continue;
		*(char *)mempcpy(path, part.name.ptr, part.name.len) = '\0';
		part.bytes = measure(path, mounts[i].device);
		part.flags |= PO_PART_MEASURED;
		if (part.bytes && po_parts_add(parts, &part) < 0)
			return -ENOMEM;
	}
	return 0;
}

int po_measure_mounts(struct po_parts *parts)
{
	struct po_mount *mounts;
	size_t count, room;
	int ret = po_parts_mounts(parts, &mounts, &count, &room);

	if (ret < 0)
		return ret;
	ret = measure_all(parts, mounts, count);
	po_budget_free(parts->budget, mounts, room, sizeof(*mounts));
	return ret;
}
