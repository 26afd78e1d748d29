// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * live.c - the running kernel: where its files are, what is needed to read them,
 * and which risks reading them has.
 *
 * Reads only the module's "enabled"; drain.c reads show_stacks to its end.
 */
#include "base/po.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <pageowner/live.h>

#include "read/drain.h"

#define DEBUGFS		"/sys/kernel/debug"
#define DEBUGFS_MAGIC	0x64626720
#define OPEN_MAX_FILES	8

/* In the order of enum pageowner_live_file */
static const char *const files[] = {
	"page_owner",
	"page_owner_stacks/show_stacks",
	"page_owner_stacks/show_handles",
	"page_owner_stacks/show_stacks_handles",
	"page_owner_stacks/count_threshold",
};

struct pageowner_live {
	const char *root;
	bool is_module;
	char path[PO_ARRAY_SIZE(files)][4096];
	struct po_drain drains[OPEN_MAX_FILES];	/* by use */
	char error[2048];
};

/* --- which kernel */

enum fault {
	/*
	 * print_page_owner_memcg() treats each memory cgroup pointer of a page as
	 * an object cgroup: the first page charged to a cgroup other than the root
	 * can kill the reader with an oops. Seen in 6.12.117; the change was
	 * backported to stable kernels of 2026 from a mainline in which all such
	 * pointers are object cgroups.
	 */
	FAULT_MEMCG,
	/*
	 * Closing show_stacks before its end frees a node of the kernel's list.
	 * Seen in 6.12.117; 6.9 to 6.18 share the code, 6.19 fixed it.
	 */
	FAULT_STACK_LIST,
};

/* The one table of which kernels have which faults, as far as is known */
static const struct {
	enum fault fault;
	unsigned int first[3], last[3];
	bool is_certain;
} faults[] = {
	{ FAULT_MEMCG, { 6, 12, 117 }, { 6, 12, 117 }, true },
	{ FAULT_MEMCG, { 6, 6, 120 }, { 6, 6, 999 }, false },
	{ FAULT_MEMCG, { 6, 12, 64 }, { 6, 12, 999 }, false },
	{ FAULT_MEMCG, { 6, 18, 3 }, { 6, 18, 999 }, false },
	{ FAULT_STACK_LIST, { 6, 12, 117 }, { 6, 12, 117 }, true },
	{ FAULT_STACK_LIST, { 6, 9, 0 }, { 6, 18, 999 }, false },
};

static int compare_versions(const unsigned int a[3], const unsigned int b[3])
{
	for (int i = 0; i < 3; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return 0;
}

/* Debian's release has only two of the numbers that matter; its version has all:
 * "#1 SMP PREEMPT_DYNAMIC Debian 6.1.140-1 (2025-05-22)". */
static void find_version(unsigned int version[3])
{
	const char *debian;
	struct utsname u;

	memset(version, 0, 3 * sizeof(*version));
	if (uname(&u) < 0)
		return;
	debian = strstr(u.version, "Debian ");
	if (debian && sscanf(debian, "Debian %u.%u.%u", &version[0], &version[1],
			     &version[2]) == 3)
		return;
	sscanf(u.release, "%u.%u.%u", &version[0], &version[1], &version[2]);
}

/* 2: it has the fault; 1: it may; 0: nothing is known. */
static int has_fault(enum fault fault)
{
	unsigned int version[3];
	int sure = 0;

	find_version(version);
	for (size_t i = 0; i < PO_ARRAY_SIZE(faults); i++)
		if (faults[i].fault == fault &&
		    compare_versions(version, faults[i].first) >= 0 &&
		    compare_versions(version, faults[i].last) <= 0 &&
		    sure < 1 + faults[i].is_certain)
			sure = 1 + faults[i].is_certain;
	return sure;
}

/* The start of a small file as a string; empty if it cannot be read. */
static void read_start(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, size - 1);

	buf[n < 0 ? 0 : n] = '\0';
	if (fd >= 0)
		close(fd);
}

/* More memory cgroups than the root: "memory HIERARCHY NUMBER ENABLED" */
static bool memory_cgroups_are_used(void)
{
	unsigned int number, enabled;
	char text[4096];
	const char *line;

	read_start("/proc/cgroups", text, sizeof(text));
	line = strstr(text, "\nmemory\t");
	if (line && sscanf(line, "\nmemory %*u %u %u", &number, &enabled) == 2)
		return enabled && number > 1;
	read_start("/sys/fs/cgroup/cgroup.subtree_control", text, sizeof(text));
	return strstr(text, "memory");
}

/* --- advice */

static void __attribute__((format(printf, 2, 3)))
say(struct pageowner_live *live, const char *format, ...)
{
	size_t len = strlen(live->error);
	va_list args;

	if (len && len + 1 < sizeof(live->error))
		live->error[len++] = '\n';
	va_start(args, format);
	vsnprintf(live->error + len, sizeof(live->error) - len, format, args);
	va_end(args);
}

static bool is_locked_down(void)
{
	char text[128];

	read_start("/sys/kernel/security/lockdown", text, sizeof(text));
	return strstr(text, "[integrity]") || strstr(text, "[confidentiality]");
}

enum answer { NO, YES, UNKNOWN };

static enum answer kernel_is_built_with_page_owner(void)
{
	enum answer answer = NO;
	char line[512], path[512];
	struct utsname u;
	FILE *config;

	if (uname(&u) < 0)
		return UNKNOWN;
	snprintf(path, sizeof(path), "/boot/config-%s", u.release);
	config = fopen(path, "re");
	if (!config)
		return UNKNOWN;
	while (answer == NO && fgets(line, sizeof(line), config))
		if (!strcmp(line, "CONFIG_PAGE_OWNER=y\n"))
			answer = YES;
	fclose(config);
	return answer;
}

static void advise_denied(struct pageowner_live *live, const char *path, int error)
{
	say(live, "%s: %s", path, strerror(error));
	if (geteuid() != 0)
		say(live, "only root may read it: try again with sudo");
	else if (is_locked_down())
		say(live, "this kernel is locked down (/sys/kernel/security/lockdown); nothing can open this file. Switch Secure Boot off, or boot without lockdown=");
	else
		say(live, "root may not read it: a container or a security module is in the way. Try on the host itself");
}

static void advise_module(struct pageowner_live *live)
{
	say(live, "or load the module of this project, which needs no reboot: modprobe pageowner (insmod pageowner.ko) and echo 1 > %s/pageowner/enabled", live->root);
}

static void advise_missing(struct pageowner_live *live, const char *path)
{
	char command_line[4096];
	const char *asked;

	say(live, "%s: %s", path, strerror(ENOENT));
	read_start("/proc/cmdline", command_line, sizeof(command_line));
	asked = strstr(command_line, "page_owner=");
	switch (kernel_is_built_with_page_owner()) {
	case NO:
		say(live, "this kernel was built without page_owner (CONFIG_PAGE_OWNER in /boot/config-*): boot one that has it with page_owner=on on its command line");
		break;
	case YES:
		say(live, "page_owner is built into this kernel but off: boot with page_owner=on on the kernel's command line");
		break;
	case UNKNOWN:
		if (asked && !strncmp(asked, "page_owner=on", 13))
			say(live, "page_owner=on is on the kernel's command line, so this kernel must have been built without it: boot one with CONFIG_PAGE_OWNER=y");
		else
			say(live, "page_owner is off or not built into this kernel: boot one that has CONFIG_PAGE_OWNER=y with page_owner=on on its command line");
	}
	advise_module(live);
}

/* Why nothing below the root can be read, if the root itself is the reason */
static bool advise_root(struct pageowner_live *live)
{
	struct statfs st;

	if (access(live->root, R_OK | X_OK) < 0) {
		if (errno == EACCES || errno == EPERM) {
			advise_denied(live, live->root, errno);
			return true;
		}
		say(live, "%s: %s", live->root, strerror(errno));
		say(live, "this machine has no debugfs there; PAGEOWNER_DEBUGFS can name another place");
		return true;
	}
	if (po_debugfs_override() || statfs(live->root, &st) < 0 ||
	    st.f_type == DEBUGFS_MAGIC)
		return false;
	say(live, "%s: debugfs is not mounted there", live->root);
	say(live, "as root: mount -t debugfs none %s", live->root);
	return true;
}

/* --- where they are */

static void set_paths(struct pageowner_live *live, bool is_module)
{
	live->is_module = is_module;
	for (size_t i = 0; i < PO_ARRAY_SIZE(files); i++)
		snprintf(live->path[i], sizeof(live->path[i]), "%s/%s%s",
			 live->root, is_module ? "pageowner/" : "", files[i]);
}

PO_EXPORT int pageowner_live_new(struct pageowner_live **result)
{
	struct pageowner_live *live = calloc(1, sizeof(*live));
	const char *override = po_debugfs_override();

	if (!live)
		return -ENOMEM;
	live->root = override ? override : DEBUGFS;
	for (size_t i = 0; i < OPEN_MAX_FILES; i++)
		live->drains[i] = PO_DRAIN_NONE;
	set_paths(live, false);
	if (access(live->path[PAGEOWNER_LIVE_PAGE_OWNER], F_OK) < 0) {
		set_paths(live, true);
		if (access(live->path[PAGEOWNER_LIVE_PAGE_OWNER], F_OK) < 0)
			set_paths(live, false);
	}
	*result = live;
	return 0;
}

PO_EXPORT void pageowner_live_free(struct pageowner_live *live)
{
	if (!live)
		return;
	for (size_t i = 0; i < OPEN_MAX_FILES; i++)
		po_drain_close(&live->drains[i]);
	free(live);
}

/* The module shows nothing until it is enabled. */
static bool module_is_off(struct pageowner_live *live)
{
	char path[4200], text[8];

	if (!live->is_module)
		return false;
	snprintf(path, sizeof(path), "%s/pageowner/enabled", live->root);
	read_start(path, text, sizeof(text));
	if (*text != '0')
		return false;
	say(live, "%s: the module pageowner is loaded but not enabled", path);
	say(live, "as root: echo 1 > %s", path);
	return true;
}

PO_EXPORT const char *pageowner_live_path(struct pageowner_live *live,
					  enum pageowner_live_file file)
{
	const char *path;

	live->error[0] = '\0';
	if ((size_t)file >= PO_ARRAY_SIZE(files)) {
		say(live, "there is no file %u of page_owner", (unsigned int)file);
		return NULL;
	}
	path = live->path[file];
	if (!access(path, R_OK))
		return module_is_off(live) ? NULL : path;
	if (errno == EACCES || errno == EPERM)
		advise_denied(live, path, errno);
	else if (!advise_root(live)) {
		if (file == PAGEOWNER_LIVE_PAGE_OWNER ||
		    access(live->path[PAGEOWNER_LIVE_PAGE_OWNER], F_OK) < 0) {
			advise_missing(live, path);
		} else {
			say(live, "%s: %s", path, strerror(ENOENT));
			say(live, "this kernel's page_owner does not have it: show_stacks exists since Linux 6.9, show_handles and show_stacks_handles since 6.19");
		}
	}
	return NULL;
}

PO_EXPORT int pageowner_live_is_module(const struct pageowner_live *live)
{
	return live->is_module;
}

/* By what has_fault() returns */
#define RISK(fault) { NULL, "this kernel may have a fault: " fault, \
	"this kernel has a fault: " fault }

PO_EXPORT const char *pageowner_live_risk(const struct pageowner_live *live,
					  enum pageowner_live_file file)
{
	static const char *const memcg[] = RISK("at the first page that is charged to a memory cgroup, and this machine uses them, reading page_owner can end in a kernel oops, which kills the reading process (and the machine, with panic_on_oops)");
	static const char *const stack_list[] = RISK("closing show_stacks before its end (as head or an interrupted cat do) damages the kernel's list of stacks until the next boot");

	if (live->is_module)
		return NULL;
	if (file == PAGEOWNER_LIVE_PAGE_OWNER && memory_cgroups_are_used())
		return memcg[has_fault(FAULT_MEMCG)];
	if (file == PAGEOWNER_LIVE_SHOW_STACKS)
		return stack_list[has_fault(FAULT_STACK_LIST)];
	return NULL;
}

/* --- reading */

PO_EXPORT int pageowner_live_open(struct pageowner_live *live,
				  enum pageowner_live_file file, int *result)
{
	const char *path = pageowner_live_path(live, file);
	struct po_drain *d = live->drains;
	int ret;

	if (!path)
		return (size_t)file < PO_ARRAY_SIZE(files) ? -ENOENT : -EINVAL;
	while (d < live->drains + OPEN_MAX_FILES && d->fd >= 0)
		d++;
	ret = d < live->drains + OPEN_MAX_FILES ? po_drain_open(path, d) : -EMFILE;
	if (ret == 0)
		*result = d->fd;
	else if (ret == -EPERM || ret == -EACCES)
		advise_denied(live, path, -ret);
	else
		say(live, "%s: %s", path, strerror(-ret));
	return ret;
}

PO_EXPORT int pageowner_live_close(struct pageowner_live *live, int fd)
{
	int ret = -EBADF;

	live->error[0] = '\0';
	for (size_t i = 0; i < OPEN_MAX_FILES; i++)
		if (fd >= 0 && live->drains[i].fd == fd)
			ret = po_drain_close(&live->drains[i]);
	if (ret < 0)
		say(live, "%s: %s", live->path[PAGEOWNER_LIVE_SHOW_STACKS],
		    po_drain_text(ret));
	return ret;
}

PO_EXPORT const char *pageowner_live_error(const struct pageowner_live *live)
{
	return live->error;
}
