// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-account-details.c - what files say of the parts of an account: it is a sum of nothing,
 * and no text of a file changes a sum. Parts: test-account-machine.c.
 */
#include "account.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEMINFO \
	"MemTotal: 2000000 kB\nMemFree: 400000 kB\nBuffers: 1000 kB\nCached: 90000 kB\n" \
	"Shmem: 50000 kB\nAnonPages: 80000 kB\nSlab: 60000 kB\nPageTables: 1000 kB\n" \
	"KernelStack: 160 kB\nPercpu: 9000 kB\n"
#define ELSEWHERE	"shared memory, elsewhere (memfd, shared anonymous, GPU buffers)"
#define DF_HEAD		"Filesystem  1K-blocks  Used Available Use% Mounted on\n"
#define SHM_HEAD \
	"       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  " \
	"cgid      atime      dtime      ctime                   rss                  swap\n"
#define SHM_END		" 0 0 0 0 0 0 0 "	/* up to rss */

#define DMA_BUF_HEAD \
	"\nDma-buf Objects:\n" \
	"size    \tflags   \tmode    \tcount   \texp_name\tino     \tname\n"

static const struct {
	enum pageowner_account_class id;
	const char *details;
	enum pageowner_account_source damaged;	/* or 0 */
	uint64_t bad_lines, first_bad;
	struct { enum pageowner_account_source source; const char *instance, *text; } files[4];
} cases[] = {
	/* A name may have spaces, and a device may be mounted twice. */
	{ PAGEOWNER_ACCOUNT_CACHE,
	  ELSEWHERE " 45056000, /run 4096000, /with a  space 2048000", 0, 0, 0, {
	  { PAGEOWNER_ACCOUNT_MOUNTS, NULL,
	    "22 1 0:21 / /run rw shared:1 - tmpfs tmpfs rw,size=1k\n"
	    "23 1 0:21 /sub /again rw - tmpfs tmpfs rw\n"
	    "24 1 0:22 / /with\\040a\\040\\040space rw master:3 propagate_from:2 - tmpfs a\\040b rw\n"
	    "25 1 8:1 / / rw - ext4 /dev/sda1 rw\n" "26 1 0:24 / /empty rw - tmpfs none rw\n"
	    "27 1 0:25 / /unmeasured rw - tmpfs none rw\n" },
	  { PAGEOWNER_ACCOUNT_TMPFS, NULL,
	    "df: /x: Permission denied\n" DF_HEAD
	    "/dev/sda1  900000 800000 100000  80% /\n" "tmpfs 9000 4000 5000 45% /run\n"
	    "tmpfs 9000 4000 5000 45% /again\n" "tmpfs 1 9 9000 2000 7000 23% /with a  space\n"
	    "none 9000 0 9000 0% /empty\n" "none - - - - /unmeasured\n" } } },
	/* In any order, and of a kernel or folder without mountinfo */
	{ PAGEOWNER_ACCOUNT_CACHE, ELSEWHERE " 51199000, /dev/shm 1000", 0, 0, 0, {
	  { PAGEOWNER_ACCOUNT_TMPFS, NULL,
	    "Filesystem Type 1B-blocks Used Available Use% Mounted on\n"
	    "tmpfs tmpfs 9000 1000 8000 12% /dev/shm\n" "/dev/x ext4 9000 5000 1000 90% /home\n" },
	  { PAGEOWNER_ACCOUNT_MOUNTS, NULL,
	    "tmpfs /dev/shm tmpfs rw,nosuid 0 0\n" "/dev/x /home ext4 rw 0 0\n" } } },
	{ PAGEOWNER_ACCOUNT_CACHE, ELSEWHERE " 51198976, /a 1024",
	  PAGEOWNER_ACCOUNT_TMPFS, 5, 3, {
	  { PAGEOWNER_ACCOUNT_MOUNTS, NULL, "tmpfs /a tmpfs rw 0 0\n" },
	  { PAGEOWNER_ACCOUNT_TMPFS, NULL, DF_HEAD "tmpfs 9 1 8 12% /a\n"
	    "tmpfs 9 18446744073709551615 8 12% /a\n" "tmpfs 9 -3 8 12% /a\n" "tmpfs 9 3 8 /a\n"
	    "tmpfs 9 99999999999999999999 8 12% /a\n" "tmpfs 9 7 8 12% /a" } } },
	{ PAGEOWNER_ACCOUNT_CACHE, "", PAGEOWNER_ACCOUNT_TMPFS, 2, 1, {
	  { PAGEOWNER_ACCOUNT_MOUNTS, NULL, "tmpfs /a tmpfs rw 0 0\n" },
	  { PAGEOWNER_ACCOUNT_TMPFS, NULL,
	    "Filesystem Size Used Avail Use% Mounted on\n" "tmpfs 9M 1M 8M 12% /a\n" } } },
	{ PAGEOWNER_ACCOUNT_CACHE, "", PAGEOWNER_ACCOUNT_MOUNTS, 4, 1, {
	  { PAGEOWNER_ACCOUNT_MOUNTS, NULL, "\n" "22 1 0:21 / /run rw - tmp" "\n"
	    "tmpfs run tmpfs rw 0 0\n" "22 1 0:21 / /run rw shared:1\n" "22 1 0:21 / /run" } } },
	/* What is more than Shmem, because it is swapped out, makes nothing negative. Names with
	 * newlines are one name. */
	{ PAGEOWNER_ACCOUNT_CACHE, "/a?b\\9 92160000", 0, 0, 0, {
	  { PAGEOWNER_ACCOUNT_MOUNTS, NULL, "22 1 0:21 / /a\\012b\\1349 rw - tmpfs tmpfs rw\n" },
	  { PAGEOWNER_ACCOUNT_TMPFS, NULL, DF_HEAD "tmpfs 90000 90000 0 100% /a?b\\9\n" } } },
	{ PAGEOWNER_ACCOUNT_CACHE,
	  ELSEWHERE " 30711808, SysV segment 5 of process 77 20480000 2 attached, "
	  "SysV segment 6 of process 77 8192 0 attached", PAGEOWNER_ACCOUNT_SYSVIPC, 3, 4, {
	  { PAGEOWNER_ACCOUNT_SYSVIPC, NULL, SHM_HEAD
	    "         0          5  1600 30000000 77 78 2" SHM_END "20480000 4096\n"
	    "-123456          6  600 8192 77 78 0" SHM_END "8192 0\n"
	    "0 7 600 8192 77 78 0" SHM_END "-8192 0\n" "0 8 600 8192 77 78\n"
	    "0 9 600 8192 77 78 0" SHM_END "40" } } },
	/* A third of the cgroups is dying. */
	{ PAGEOWNER_ACCOUNT_PERCPU, "charged to cgroups 3000000 30 cgroups, "
	  "dying cgroups (estimated by their number) 1000000 10 cgroups",
	  PAGEOWNER_ACCOUNT_CGROUP_STAT, 2, 3, {
	  { PAGEOWNER_ACCOUNT_CGROUP_STAT, NULL,
	    "nr_descendants 20\nnr_dying_descendants 10\nnr_dying_descendants -1\nnr_new 3" },
	  { PAGEOWNER_ACCOUNT_MEMORY_STAT, NULL, "anon 5\npercpu 3000000\npercpu_new 1\n" } } },
	/* Those of memory alone are known better; a few bytes, and numbers that wrap */
	{ PAGEOWNER_ACCOUNT_PERCPU, "charged to cgroups 18446744073709551615 4 cgroups, "
	  "dying cgroups (estimated by their number) 4611686018427387904 1 cgroups",
	  PAGEOWNER_ACCOUNT_MEMORY_STAT, 2, 3, {
	  { PAGEOWNER_ACCOUNT_CGROUP_STAT, NULL, "nr_dying_descendants 900\nnr_descendants 5\n"
	    "nr_subsys_memory 3\nnr_dying_subsys_memory 1\n" },
	  { PAGEOWNER_ACCOUNT_CGROUPS, NULL, "#subsys_name hierarchy num enabled\nmemory 0 5 1\n" },
	  { PAGEOWNER_ACCOUNT_MEMORY_STAT, NULL, "percpu 18446744073709551615\npercpu 1\n"
	    "percpu 18446744073709551616\npercpu\n" } } },
	{ PAGEOWNER_ACCOUNT_PERCPU, "charged to cgroups 18446744073709551615 9 cgroups, "
	  "dying cgroups (estimated by their number) 18446744073709551615 9 cgroups", 0, 0, 0, {
	  { PAGEOWNER_ACCOUNT_CGROUP_STAT, NULL, "nr_dying_descendants 9\nnr_descendants 0\n" },
	  { PAGEOWNER_ACCOUNT_MEMORY_STAT, NULL, "percpu 18446744073709551615\n" } } },
	/* How much that is is not known everywhere. */
	{ PAGEOWNER_ACCOUNT_PERCPU, "charged to cgroups 70 cgroups, "
	  "dying cgroups (estimated by their number) 60 cgroups", 0, 0, 0, {
	  { PAGEOWNER_ACCOUNT_CGROUP_STAT, NULL, "nr_dying_descendants 60\nnr_descendants 10\n" } } },
	{ PAGEOWNER_ACCOUNT_PERCPU, "charged to cgroups 123 cgroups", PAGEOWNER_ACCOUNT_CGROUPS, 2, 3, {
	  { PAGEOWNER_ACCOUNT_CGROUPS, NULL, "#subsys_name hierarchy num enabled\ncpu 2 9 1\n"
	    "memory 5 x 1\nmemory 5 123 1\nmemory 5 9" } } },
	{ PAGEOWNER_ACCOUNT_PERCPU, "", 0, 0, 0, {
	  { PAGEOWNER_ACCOUNT_CGROUPS, NULL, "memory 5 123 0\n" },
	  { PAGEOWNER_ACCOUNT_CGROUP_STAT, NULL, "nr_dying_descendants 0\nnr_descendants 0\n" } } },
	{ PAGEOWNER_ACCOUNT_OTHER, "buffers of sockets charged to cgroups 4096", 0, 0, 0, {
	  { PAGEOWNER_ACCOUNT_MEMORY_STAT, NULL, "sock 4096\nvmalloc 0\n" } } },
	{ PAGEOWNER_ACCOUNT_OTHER, "dma-buf of i915 6000 2 buffers, dma-buf of exp 1000 1 buffers",
	  PAGEOWNER_ACCOUNT_DMA_BUF, 0, 0, {
	  { PAGEOWNER_ACCOUNT_DMA_BUF, NULL, DMA_BUF_HEAD
	    "00002000\t00000002\t00080007\t00000003\ti915\t00303683\tscreen shot\n"
	    "\tWrite fence:x y signalled\n\tAttached Devices:\n\t0000:00:02.0\n"
	    "Total 1 devices attached\n\n"
	    "00004000\t00000002\t00080007\t00000003\ti915\t00303684\t<none>\n"
	    "\tAttached Devices:\nTotal 0 devices attached\n\n"
	    "00001000\t00000002\t00080007\t00000003\texp\n\tAttached Devices:\n"
	    "Total 0 devices attached\n\n\nTotal 3 objects, 7000 bytes\n" } } },
	/* Half of it, and what is damaged: the total says so. */
	{ PAGEOWNER_ACCOUNT_CACHE, "dma-buf of udmabuf 2000 1 buffers",
	  PAGEOWNER_ACCOUNT_DMA_BUF, 4, 5, {
	  { PAGEOWNER_ACCOUNT_DMA_BUF, NULL, DMA_BUF_HEAD
	    "00002000\t00000002\t00080007\t00000003\tudmabuf\t00303683\n"
	    "-0002000\t00000002\t00080007\t00000003\tudmabuf\t00303683\n"
	    "99999999999999999999\t00000002\t00080007\t00000003\tudmabuf\n"
	    "00004000\tx\t00080007\t00000003\tudmabuf\t00303683\n"
	    "Total 3 objects, 7000 bytes\n" } } },
	{ PAGEOWNER_ACCOUNT_OTHER, "dma-buf of all exporters 12000 2 buffers",
	  PAGEOWNER_ACCOUNT_DMA_BUF_SIZES, 1, 1, {
	  { PAGEOWNER_ACCOUNT_DMA_BUF_SIZES, "7", "4000\n" },
	  { PAGEOWNER_ACCOUNT_DMA_BUF_SIZES, "8", "8000\n" },
	  { PAGEOWNER_ACCOUNT_DMA_BUF_SIZES, "9", "-1\n" } } },
	/* A client is open twice; its memory has two names, and a part of it is in the device. */
	{ PAGEOWNER_ACCOUNT_OTHER, "amdgpu client 12 of process 5: gtt 3145728", 0, 0, 0, {
	  { PAGEOWNER_ACCOUNT_DRM, "5/7", "pos:\t0\ndrm-driver:\tamdgpu\ndrm-client-id:\t12\n"
	    "drm-pdev:\t0000:03:00.0\ndrm-memory-vram:\t9000 KiB\ndrm-memory-gtt: \t2048 KiB\n"
	    "drm-resident-gtt:\t3 MiB\ndrm-total-gtt:\t900 MiB\ndrm-resident-cpu:\t0\n" },
	  { PAGEOWNER_ACCOUNT_DRM, "6/9",
	    "drm-driver:\tamdgpu\ndrm-client-id:\t12\ndrm-memory-gtt:\t2048 KiB\n" } } },
	{ PAGEOWNER_ACCOUNT_CACHE, "i915 client 12 of process 5: system0 4096",
	  PAGEOWNER_ACCOUNT_DRM, 4, 4, {
	  { PAGEOWNER_ACCOUNT_DRM, "5/7", "drm-driver:\ti915\ndrm-client-id:\t12\n"
	    "drm-resident-system0:\t4096\ndrm-resident-system0:\t-1\n"
	    "drm-resident-system0:\t4 kB\ndrm-resident-system0:\t18446744073709551615 KiB\n"
	    "drm-resident-stolen-system0:\t5\ndrm-resident-system0:\t9" } } },
	{ PAGEOWNER_ACCOUNT_CACHE, "", 0, 0, 0, {
	  { PAGEOWNER_ACCOUNT_DRM, "5/7", "drm-resident-x:\t4096\ndrm-client-id:\t12\n"
	    "drm-driver:\ti915\ndrm-resident-x:\t4096\n" } } },
	{ PAGEOWNER_ACCOUNT_RESERVED, "ACPI Tables 4096", PAGEOWNER_ACCOUNT_IOMEM, 5, 3, {
	  { PAGEOWNER_ACCOUNT_IOMEM, NULL, "00000000-00000000 : ACPI Tables\n"
	    "00001000-00001fff : ACPI Tables\n" "00001fff-00001000 : ACPI Tables\n"
	    "x-1 : y\n" "00000000-ffffffffffffffff : ACPI Tables\n"
	    "00000000-00000000ffffffffffff : ACPI Tables\n" "00001000-00001f" } } },
	/* Sites with one name are added up; what is negative for a moment is nothing. */
	{ PAGEOWNER_ACCOUNT_OTHER, "a.c:1 func:f 200000 5 calls, drivers/x.c:7 [demo] 100000 9 calls",
	  PAGEOWNER_ACCOUNT_ALLOCINFO, 4, 9, {
	  { PAGEOWNER_ACCOUNT_ALLOCINFO, NULL,
	    "allocinfo - version: 2.0\n#     <size>  <calls> <tag info>\n"
	    "      100000        2 a.c:1 func:f accurate:no \n      100000        3 a.c:1 func:f \n"
	    "      100000        9 drivers/x.c:7 [demo] func:g \n        nid0     94912   2966\n"
	    "    -9999999        1 a.c:2 func:f \n           0        0 a.c:3 func:f \n"
	    "        zero        0 a.c:3 func:f \n 9999999 1 a.c\n 99999999999999999999 1 a.c:1 func:f \n"
	    "     9999999        1 a.c:4 func:" } } },
	{ PAGEOWNER_ACCOUNT_SLAB, "mm/slub.c:3000 func:alloc_slab_page 57671680 3520 calls", 0, 0, 0, {
	  { PAGEOWNER_ACCOUNT_ALLOCINFO, NULL,
	    "    57671680     3520 mm/slub.c:3000 func:alloc_slab_page \n" } } },
	{ PAGEOWNER_ACCOUNT_OTHER, "buffers of TCP sockets 12288, fragments of IP packets 500",
	  PAGEOWNER_ACCOUNT_SOCKSTAT, 2, 4, {
	  { PAGEOWNER_ACCOUNT_SOCKSTAT, NULL, "sockets: used 14\n"
	    "TCP: inuse 5 orphan 0 tw 0 alloc 7 mem 3\nFRAG: inuse 0 memory 500\n"
	    "UDP: inuse 0 mem -4\nUDP: inuse 0 mem 4" } } },
	{ PAGEOWNER_ACCOUNT_OTHER, "inflated since boot 40960", PAGEOWNER_ACCOUNT_VMSTAT, 0, 0, {
	  { PAGEOWNER_ACCOUNT_VMSTAT, NULL, "balloon_inflate 15\nballoon_deflate 5\n" } } },
	{ PAGEOWNER_ACCOUNT_OTHER, "", 0, 0, 0, {
	  { PAGEOWNER_ACCOUNT_VMSTAT, NULL, "balloon_inflate 5\nballoon_deflate 15\n" } } },
	{ PAGEOWNER_ACCOUNT_OTHER, "2 MiB pages of node1 6291456 3 pages",
	  PAGEOWNER_ACCOUNT_NODE_HUGEPAGES, 3, 1, {
	  { PAGEOWNER_ACCOUNT_NODE_HUGEPAGES, "node1/hugepages-2048kB", "3\n" },
	  { PAGEOWNER_ACCOUNT_NODE_HUGEPAGES, "node2/hugepages-2048kB", "99999999999999\n" },
	  { PAGEOWNER_ACCOUNT_NODE_HUGEPAGES, "node1", "3\n" },
	  { PAGEOWNER_ACCOUNT_NODE_HUGEPAGES, "node1/x", "3\n" } } },
	/* Of those with one name, the largest: they share it. */
	{ PAGEOWNER_ACCOUNT_CACHE,
	  "mapped by postgres 307200 2 processes, mapped by (sd pam)\\n 4096 1 processes",
	  PAGEOWNER_ACCOUNT_PROCESSES, 2, 2, {
	  { PAGEOWNER_ACCOUNT_PROCESSES, "1", "Name:\tpostgres\nPid:\t1\nRssShmem:\t     300 kB\n" },
	  { PAGEOWNER_ACCOUNT_PROCESSES, "2", "Name:\tpostgres\nRssShmem:\t     200 kB\n" },
	  { PAGEOWNER_ACCOUNT_PROCESSES, "3", "Name:\t(sd pam)\\n\nRssShmem:\t 4 kB\n" },
	  { PAGEOWNER_ACCOUNT_PROCESSES, "4",
	    "Name:\tx\nRssShmem:\t 4\nRssShmem:\t18446744073709551615 kB\nRssShmem:\t0 kB\n" } } },
};

START_TEST(test_details_of_each_file)
{
	struct pageowner_account *a = new_account();
	const struct pageowner_account_line *line;
	struct buffer b = { 0 };

	add(a, PAGEOWNER_ACCOUNT_MEMINFO, NULL, MEMINFO);
	for (size_t i = 0; i < 4 && cases[_i].files[i].text; i++)
		add(a, cases[_i].files[i].source, cases[_i].files[i].instance,
		    cases[_i].files[i].text);
	print_each(&b, a, cases[_i].id, pageowner_account_detail);
	ck_assert_str_eq(b.ptr, cases[_i].details);
	for (size_t i = 0; i < 4 && cases[_i].files[i].text; i++) {
		const enum pageowner_account_source source = cases[_i].files[i].source;
		const bool is_damaged = source == cases[_i].damaged;

		ck_assert_uint_eq(file_of(a, source)->bad_lines,
				  is_damaged ? cases[_i].bad_lines : 0);
		ck_assert_uint_eq(file_of(a, source)->first_bad_line,
				  is_damaged ? cases[_i].first_bad : 0);
	}
	/* No detail is added to anything. */
	line = line_of(a, PAGEOWNER_ACCOUNT_CACHE);
	ck_assert_int_eq(line->meminfo_bytes, 91000 * 1024);
	ck_assert_uint_eq(line->parts_bytes, 91000 * 1024);
	check_sums(a);
	pageowner_account_free(a);
	buffer_free(&b);
}
END_TEST

/* What no line of meminfo has is a part of the rest of it. */
START_TEST(test_heaps_are_parts)
{
	struct pageowner_account *a = new_account();
	struct buffer b = { 0 };

	add(a, PAGEOWNER_ACCOUNT_MEMINFO, NULL, MEMINFO);
	add(a, PAGEOWNER_ACCOUNT_DMA_BUF, NULL, DMA_BUF_HEAD
	    "08192000\t00000002\t00080007\t00000003\tsystem\t00303683\tx\n"
	    "00004096\t00000002\t00080007\t00000003\tlinux,cma\t00303684\t\n"
	    "\nTotal 2 objects, 8196096 bytes\n");
	print_parts(&b, a, PAGEOWNER_ACCOUNT_OTHER);
	ck_assert_str_eq(b.ptr, "dma-buf of system 8192000 1 buffers, "
			 "dma-buf of linux,cma 4096 1 buffers");
	check_sums(a);
	pageowner_account_free(a);
	buffer_free(&b);
}
END_TEST

START_TEST(test_parts_of_late_sources)
{
	struct pageowner_account *a = new_account();
	struct buffer b = { 0 };

	add(a, PAGEOWNER_ACCOUNT_MEMINFO, NULL, MEMINFO);
	/* Without zoneinfo, what is reserved is what iomem has more than MemTotal. */
	add(a, PAGEOWNER_ACCOUNT_IOMEM, NULL,
	    "00000000-7fffffff : System RAM\n  01000000-01ffffff : Kernel code\n"
	    "  02000000-02000fff : Kernel bss\n  03000000-03ffffff : Crash kernel\n"
	    "fee00000-fee00fff : Local APIC\n");
	print_parts(&b, a, PAGEOWNER_ACCOUNT_RESERVED);
	ck_assert_str_eq(b.ptr, "Crash kernel 16777216, Kernel code 16777216, Kernel bss 4096");
	ck_assert_int_eq(line_of(a, PAGEOWNER_ACCOUNT_RESERVED)->outside_bytes,
			 2147483648 - 2000000 * INT64_C(1024));
	/* zsmalloc is that of zswap, until meminfo has a line for zswap. */
	b.len = 0;
	add(a, PAGEOWNER_ACCOUNT_ZSWAP_POOL, NULL, "8192\n");
	add(a, PAGEOWNER_ACCOUNT_ZONEINFO, NULL, "Node 0, zone Normal\n nr_zspages 3\n");
	print_parts(&b, a, PAGEOWNER_ACCOUNT_OTHER);
	ck_assert_str_eq(b.ptr, "compressed swap (zswap) 8192, "
			 "zsmalloc (zram; zswap before Linux 5.19) 4096");
	check_sums(a);
	pageowner_account_free(a);
	a = new_account();
	b.len = 0;
	add(a, PAGEOWNER_ACCOUNT_MEMINFO, NULL, MEMINFO "Zswap: 8 kB\n");
	add(a, PAGEOWNER_ACCOUNT_ZSWAP_POOL, NULL, "8192\n");
	add(a, PAGEOWNER_ACCOUNT_ZONEINFO, NULL, "Node 0, zone Normal\n nr_zspages 3\n");
	print_parts(&b, a, PAGEOWNER_ACCOUNT_OTHER);
	ck_assert_str_eq(b.ptr, "zsmalloc (zram; zswap before Linux 5.19) 4096");
	check_sums(a);
	pageowner_account_free(a);
	buffer_free(&b);
}
END_TEST

/* --- this machine */

static uint64_t detail_of(const struct pageowner_account *a, enum pageowner_account_class id,
			  const char *name)
{
	const struct pageowner_account_part *part;

	for (size_t i = 0; pageowner_account_detail(a, id, i, &part) > 0; i++)
		if (text_is(part->name, name))
			return part->bytes;
	return 0;
}

/* A file in a tmpfs is seen where it is. */
START_TEST(test_a_mount_of_this_machine_is_measured)
{
	static char data[8 << 20];
	struct pageowner_account *a = new_account();
	char path[] = "/dev/shm/test-account-XXXXXX";
	const int fd = mkstemp(path);
	uint64_t before, after;

	ck_assert_int_eq(pageowner_account_load_machine(a, "/"), 0);
	before = detail_of(a, PAGEOWNER_ACCOUNT_CACHE, "/dev/shm");
	pageowner_account_free(a);
	if (fd < 0)
		return;
	memset(data, 1, sizeof(data));
	ck_assert_int_eq(write(fd, data, sizeof(data)), sizeof(data));
	a = new_account();
	ck_assert_int_eq(pageowner_account_load_machine(a, "/"), 0);
	after = detail_of(a, PAGEOWNER_ACCOUNT_CACHE, "/dev/shm");
	unlink(path);
	close(fd);
	/* Unless /dev/shm is no tmpfs of its own */
	ck_assert_msg(!after || after >= before + sizeof(data) / 2, "%ju %ju", (uintmax_t)before,
		      (uintmax_t)after);
	ck_assert_int_eq(file_of(a, PAGEOWNER_ACCOUNT_TMPFS)->state, PAGEOWNER_ACCOUNT_READ);
	check_sums(a);
	pageowner_account_free(a);
}
END_TEST

int main(void)
{
	TCase *tests[] = { new_case("texts"), new_case("machine") };

	tcase_add_loop_test(tests[0], test_details_of_each_file, 0, ARRAY_SIZE(cases));
	tcase_add_test(tests[0], test_heaps_are_parts);
	tcase_add_test(tests[0], test_parts_of_late_sources);
	tcase_add_test(tests[1], test_a_mount_of_this_machine_is_measured);
	return run_cases("account-details");
}
