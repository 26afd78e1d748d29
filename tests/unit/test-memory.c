// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-memory.c - the tools' bound on memory: what they take by default, how it is read.
 * That it holds is in tests/fault/test-limits.c and test-limits.py.
 */
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "tools/lib/memory.h"

#define MIB ((uint64_t)1 << 20)

static void put(const char *root, const char *path, const char *text)
{
	put_file(root, path + 1, text, strlen(text));
}

START_TEST(test_the_bound_is_of_what_there_is)
{
	char root[300];
	struct rlimit none;

	ck_assert_int_eq(getrlimit(RLIMIT_AS, &none), 0);
	if (none.rlim_cur != RLIM_INFINITY)
		return;
	snprintf(root, sizeof(root), "%s.d", temp_file("", 0));
	ck_assert_uint_eq(memory_default(root), 0);
	put(root, "/proc/meminfo", "MemTotal: 99 kB\nMemAvailable:  819200 kB\n");
	ck_assert_uint_eq(memory_default(root), 600 * MIB);
	/* Version 2: of all groups above */
	put(root, "/proc/self/cgroup", "0::/a/b\n");
	put(root, "/sys/fs/cgroup/a/b/memory.max", "max\n");
	ck_assert_uint_eq(memory_default(root), 600 * MIB);
	put(root, "/sys/fs/cgroup/a/memory.max", "419430400\n");
	ck_assert_uint_eq(memory_default(root), 300 * MIB);
	/* In a container its own group is the root. */
	put(root, "/proc/self/cgroup", "0::/\n");
	ck_assert_uint_eq(memory_default(root), 600 * MIB);
	put(root, "/sys/fs/cgroup/memory.max", "209715200\n");
	ck_assert_uint_eq(memory_default(root), 150 * MIB);
	/* Version 1: of a group that is not seen from here, the nearest that is */
	put(root, "/proc/self/cgroup", "5:cpu:/x\n4:memory:/docker/123\n0::/no\n");
	put(root, "/sys/fs/cgroup/memory.max", "max\n");
	put(root, "/sys/fs/cgroup/memory/memory.limit_in_bytes", "104857600\n");
	ck_assert_uint_eq(memory_default(root), 75 * MIB);
	/* A little is always there. */
	put(root, "/sys/fs/cgroup/memory/memory.limit_in_bytes", "4096\n");
	ck_assert_uint_eq(memory_default(root), MIB);
}
END_TEST

START_TEST(test_the_bound_is_read)
{
	uint64_t bytes;

	ck_assert_int_eq(memory_parse("0", &bytes), 0);
	ck_assert_uint_eq(bytes, 0);
	ck_assert_int_eq(memory_parse("512M", &bytes), 0);
	ck_assert_uint_eq(bytes, 512 * MIB);
	ck_assert_int_eq(memory_parse("2GiB", &bytes), 0);
	ck_assert_uint_eq(bytes, 2048 * MIB);
	ck_assert_int_eq(memory_parse("1000", &bytes), -EINVAL);
	ck_assert_int_eq(memory_parse("-1", &bytes), -EINVAL);
	ck_assert_int_eq(memory_parse("", &bytes), -EINVAL);
	ck_assert_int_eq(memory_parse("1Gx", &bytes), -EINVAL);
}
END_TEST

int main(void)
{
	TCase *tc = new_case("tools");

	tcase_add_test(tc, test_the_bound_is_of_what_there_is);
	tcase_add_test(tc, test_the_bound_is_read);
	return run_cases("memory");
}
