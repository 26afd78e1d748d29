// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * memory.c - --max-memory: limit the memory that input can make a tool use.
 *
 * Knows where a Linux system says how much is available; the library counts.
 */
#include "tools/lib/memory.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "tools/lib/message.h"
#include "tools/lib/units.h"

#define LEAST	(UINT64_C(1) << 20)

int memory_parse(const char *text, uint64_t *bytes)
{
	uint64_t size;

	if (units_parse_size(text, NULL, &size) < 0 || (size && size < LEAST))
		return -EINVAL;
	*bytes = size;
	return 0;
}

static void lower(uint64_t *least, uint64_t bytes)
{
	if (bytes < *least)
		*least = bytes;
}

static FILE *open_below(const char *root, const char *path)
{
	char full[PATH_MAX];

	if (snprintf(full, sizeof(full), "%s%s", root, path) >= (int)sizeof(full))
		return NULL;
	return fopen(full, "re");
}

static void lower_to_available(const char *root, uint64_t *least)
{
	FILE *file = open_below(root, "/proc/meminfo");
	char line[256];
	uint64_t kib;

	if (!file)
		return;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "MemAvailable: %" SCNu64 " kB", &kib) == 1)
			lower(least, kib * 1024);
	fclose(file);
}

/* "max" is not a number: no limit. */
static void lower_to_file(const char *root, const char *folder, const char *group,
			  const char *name, uint64_t *least)
{
	char path[PATH_MAX];
	uint64_t bytes;
	FILE *file;

	if (snprintf(path, sizeof(path), "%s%s/%s", folder, group, name) >=
	    (int)sizeof(path))
		return;
	file = open_below(root, path);
	if (!file)
		return;
	if (fscanf(file, "%" SCNu64, &bytes) == 1)
		lower(least, bytes);
	fclose(file);
}

/* A group is limited by all groups that contain it. */
static void lower_to_groups(const char *root, const char *folder, char *group,
			    const char *name, uint64_t *least)
{
	char *slash;

	group[strcspn(group, "\n")] = '\0';
	if (!strcmp(group, "/"))
		*group = '\0';
	lower_to_file(root, folder, group, name, least);
	while ((slash = strrchr(group, '/'))) {
		*slash = '\0';
		lower_to_file(root, folder, group, name, least);
	}
}

/* "0::/GROUP" in version 2, "N:memory:/GROUP" in version 1, or both */
static void lower_to_cgroups(const char *root, uint64_t *least)
{
	FILE *file = open_below(root, "/proc/self/cgroup");
	char line[PATH_MAX];

	if (!file)
		return;
	while (fgets(line, sizeof(line), file)) {
		char *kind = strchr(line, ':');
		char *group = kind ? strchr(kind + 1, ':') : NULL;

		if (!group)
			continue;
		*group++ = '\0';
		if (!kind[1])
			lower_to_groups(root, "/sys/fs/cgroup", group, "memory.max",
					least);
		else if (!strcmp(kind + 1, "memory"))
			lower_to_groups(root, "/sys/fs/cgroup/memory", group,
					"memory.limit_in_bytes", least);
	}
	fclose(file);
}

uint64_t memory_default(const char *root)
{
	uint64_t least = UINT64_MAX;
	struct rlimit limit;

	lower_to_available(root, &least);
	lower_to_cgroups(root, &least);
	if (!getrlimit(RLIMIT_AS, &limit) && limit.rlim_cur != RLIM_INFINITY)
		lower(&least, limit.rlim_cur);
	if (!getrlimit(RLIMIT_DATA, &limit) && limit.rlim_cur != RLIM_INFINITY)
		lower(&least, limit.rlim_cur);
	if (least == UINT64_MAX)
		return 0;
	/* Some memory is always needed, whatever the input is. */
	return least / 4 * 3 > LEAST ? least / 4 * 3 : LEAST;
}

static struct pageowner_budget *budget;

int memory_begin(void)
{
	int ret = pageowner_budget_new(memory_default(""), &budget);

	if (ret < 0)
		cli_error("%s", strerror(-ret));
	return ret < 0 ? -1 : 0;
}

struct pageowner_budget *memory_budget(void)
{
	return budget;
}

int memory_set_max(const char *text)
{
	uint64_t bytes;
	int ret = memory_parse(text, &bytes);

	if (ret == 0 && budget)
		pageowner_budget_set_max(budget, bytes);
	return ret;
}

void memory_advise(int error, const char *what)
{
	if (error == -ENOBUFS)
		cli_error("%s, or allow more than the %" PRIu64 " MiB of --max-memory",
			  what, pageowner_budget_max(budget) >> 20);
}
