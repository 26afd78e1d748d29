// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * test-account-machine.c - where all memory is without records, from files of /proc and
 * /sys: each source, damaged ones, folders. Lines and holders: test-account.c.
 */
#include "account.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SLABINFO_HEAD \
	"slabinfo - version: 2.1\n# name            <active_objs> <num_objs> ...\n"
#define SLAB_END	" : tunables    0    0    0 : slabdata     30     30      0\n"

/* --- each source */

#define MEMINFO \
	"MemTotal: 2000000 kB\nMemFree: 400000 kB\nBuffers: 1000 kB\nCached: 90000 kB\n" \
	"AnonPages: 80000 kB\nSlab: 60000 kB\nPageTables: 1000 kB\nKernelStack: 160 kB\n" \
	"VmallocUsed: 5000 kB\nHugetlb: 8192 kB\n"

static const struct {
	enum pageowner_account_source source;
	const char *instance, *text;
	enum pageowner_account_class id;
	const char *parts;
	uint64_t bad_lines, first_bad;
} files[] = {
	{ PAGEOWNER_ACCOUNT_SLABINFO, NULL, SLABINFO_HEAD
	  "dentry    900    960    128   32    1" SLAB_END
	  "two words     10     20    128   32    2" SLAB_END
	  "x : tunables  0 0 0 : slabdata 9 9 9 7 8 128 32 4" SLAB_END
	  "kmalloc-rnd-01-512 5 8 512 8 1" SLAB_END "kmalloc-rnd-02-512 6 8 512 8 1" SLAB_END
	  "vm_area(12:a.slice) 1 1 1 1 1" SLAB_END "vm_area(x) 1 1 1 1 1" SLAB_END
	  "empty 0 0 128 32 1 : tunables 0 0 0 : slabdata 0 0 0\n"
	  "old 1 2 128 32 1 : tunables 120 60 8 : slabdata 3 4 0 : globalstat 9 9 9\n",
	  PAGEOWNER_ACCOUNT_SLAB,
	  "x : tunables  0 0 0 : slabdata 9 9 9 491520 7 objects, "
	  "kmalloc-rnd-512 245760 11 objects, two words 245760 10 objects, "
	  "dentry 122880 900 objects, vm_area 122880 1 objects, vm_area(x) 122880 1 objects, "
	  "old 16384 1 objects", 0, 0 },
	{ PAGEOWNER_ACCOUNT_SLABINFO, NULL, SLABINFO_HEAD "a 1 2 3 4 1" SLAB_END
	  "b 1 2 3 4\n" " 1 2 3 4 1" SLAB_END "c 1 2 3 4 99999999999999999999" SLAB_END
	  "d 1 2 3 -4 1" SLAB_END "e 1 2 3 4 18446744073709551615" SLAB_END
	  "\n" "f 1 2 3 4 1 : tunables    0    0    0 : slabdata     30     3",
	  PAGEOWNER_ACCOUNT_SLAB, "a 122880 1 objects", 7, 4 },
	{ PAGEOWNER_ACCOUNT_VMALLOCINFO, NULL,
	  "0xf1-0xf2   20480 kernel_clone+0xaa/0x370 pages=4 vmalloc N0=4\n"
	  "0xf1-0xf2    8192 map+0x17e/0x1a0 phys=0xfed00000 ioremap\n"
	  "0xf1-0xf2 4198400 table.isra.0+0x40/0x90 [demo_nic] pages=1024 vmalloc vpages N0=512\n"
	  "0xf1-0xf2 16384 table+0x80/0x90 [demo_nic] pages=3 vmalloc user\n"
	  "0xf1-0xf2 16384 table+0x80/0x90 pages=3 vmalloc\n"
	  "0xf1-0xf2 16384 lent+0x80/0x90 pages=3 vmap\n"
	  "0xf1-0xf2 16384 0xffffffff81000000 pages=2 vmalloc\n"
	  "0xf1-0xf2 16384 pages=1 vmalloc\n"
	  "0x(____ptrval____)-0x(____ptrval____) 8192 n_tty_open+0x1/0x2 pages=1 vmalloc\n"
	  "0xf1-0xf2   16384 unpurged vm_area\n" "0xf1-0xf2   16384 vm_map_ram\n"
	  "0xf1-0xf2 2097152 pcpu_get_vm_areas+0x0/0xf90 vmalloc\n",
	  PAGEOWNER_ACCOUNT_VMALLOC,
	  "table [demo_nic] 4206592 2 areas, table 12288 1 areas, 0xffffffff81000000 8192 1 areas, "
	  "(unknown) 4096 1 areas, n_tty_open 4096 1 areas", 0, 0 },
	{ PAGEOWNER_ACCOUNT_VMALLOCINFO, NULL,
	  "0xf1-0xf2 8192 a+0x1/0x2 pages=2 vmalloc\n" "f1-f2 8192 a+0x1/0x2 pages=2 vmalloc\n"
	  "0xf1-0xf2 8192 a+0x1/0x2 pages=3 vmalloc\n" "0xf1-0xf2 8192 a+0x1/0x2 pages=-1 vmalloc\n"
	  "0xf1-0xf2 a+0x1/0x2 pages=2 vmalloc\n" "0xf1-0xf2 8192 a+0x1/0x2 pages=1",
	  PAGEOWNER_ACCOUNT_VMALLOC, "a 8192 1 areas", 5, 2 },
	{ PAGEOWNER_ACCOUNT_ZONEINFO, NULL,
	  "Node 0, zone   Normal\n  pages free     5\n        present  7\n        managed  6\n"
	  "      nr_zspages   2\n  pagesets\n    cpu: 0\n              count: 30\n"
	  "Node 1, zone   Normal\n        managed  x\n              count: 12\n",
	  PAGEOWNER_ACCOUNT_OTHER,
	  "free, in per-CPU lists 172032, zsmalloc (zram; zswap before Linux 5.19) 8192", 1, 10 },
	{ PAGEOWNER_ACCOUNT_BUDDYINFO, NULL,
	  "Node 0, zone      DMA      1      0      2 \nNode 0, zone    DMA32   4      1 0\n"
	  "Node 0, zone\nNode 0, zone Normal 1 2 x\n",
	  PAGEOWNER_ACCOUNT_FREE,
	  "order 2 32768 2 blocks, order 0 20480 5 blocks, order 1 8192 1 blocks", 2, 3 },
	{ PAGEOWNER_ACCOUNT_VMSTAT, NULL, "nr_free_pages 5\nnr_memmap_pages 3\nnr 99999999999999999999\n",
	  PAGEOWNER_ACCOUNT_OTHER, "metadata of pages (struct page, page_ext) 12288", 1, 3 },
	{ PAGEOWNER_ACCOUNT_ZRAM, "zram0", "  9000   5000   8192  0  9999  1 2 3 4\n",
	  PAGEOWNER_ACCOUNT_OTHER, "zram0 8192 9000 bytes stored", 0, 0 },
	{ PAGEOWNER_ACCOUNT_ZRAM, "zram0", "  9000   5000\n", PAGEOWNER_ACCOUNT_OTHER, "", 1, 1 },
	{ PAGEOWNER_ACCOUNT_ARCSTATS, NULL, "13 1 0x01 123 33456 8 9\nname type data\nsize 4 900000\n"
	  "data_size 4 8000\nmetadata_size 4 1000\nhdr_size 4 77\n",
	  PAGEOWNER_ACCOUNT_OTHER, "ZFS cache (ARC) 9000", 0, 0 },
	{ PAGEOWNER_ACCOUNT_HUGEPAGES, "hugepages-2048kB", "3\n",
	  PAGEOWNER_ACCOUNT_HUGETLB, "2 MiB pages, in use 6291456", 0, 0 },
	{ PAGEOWNER_ACCOUNT_HUGEPAGES, "hugepages-1048576kB", "1\n2 3\n",
	  PAGEOWNER_ACCOUNT_HUGETLB, "1 GiB pages, in use 1073741824", 1, 2 },
	{ PAGEOWNER_ACCOUNT_HUGEPAGES, "elsewhere", "3\n", PAGEOWNER_ACCOUNT_HUGETLB, "", 1, 1 },
	{ PAGEOWNER_ACCOUNT_KSM, NULL, "100\n", PAGEOWNER_ACCOUNT_ANON, "shared by KSM 409600", 0, 0 },
	{ PAGEOWNER_ACCOUNT_KSM, NULL, "-100\n", PAGEOWNER_ACCOUNT_ANON, "", 1, 1 },
	{ PAGEOWNER_ACCOUNT_KSM, NULL, "18446744073709551616\n", PAGEOWNER_ACCOUNT_ANON, "", 1, 1 },
};

START_TEST(test_each_file_has_its_parts)
{
	struct pageowner_account *a = new_account();
	const struct pageowner_account_file *file;
	struct buffer b = { 0 };

	ck_assert_int_eq(pageowner_account_set_page_size(a, 4096), 0);
	add(a, PAGEOWNER_ACCOUNT_MEMINFO, NULL, MEMINFO);
	add(a, files[_i].source, files[_i].instance, files[_i].text);
	print_parts(&b, a, files[_i].id);
	ck_assert_str_eq(b.ptr, files[_i].parts);
	file = file_of(a, files[_i].source);
	ck_assert_int_eq(file->state, files[_i].bad_lines ? PAGEOWNER_ACCOUNT_DAMAGED :
			 PAGEOWNER_ACCOUNT_READ);
	ck_assert_uint_eq(file->bad_lines, files[_i].bad_lines);
	ck_assert_uint_eq(file->first_bad_line, files[_i].first_bad);
	check_sums(a);
	pageowner_account_free(a);
	buffer_free(&b);
}
END_TEST

/* In any order, and what meminfo has no line for is not named by meminfo. */
START_TEST(test_sources_explain_together)
{
	static const char *const meminfo =
		"MemTotal: 2000000 kB\nMemFree: 4 kB\nCached: 900 kB\nBuffers: 100 kB\n"
		"Shmem: 300 kB\nAnonPages: 500 kB\nAnonHugePages: 200 kB\nActive: 1000 kB\n"
		"Inactive: 600 kB\nUnevictable: 1 kB\nSlab: 50 kB\nSReclaimable: 20 kB\n"
		"SUnreclaim: 30 kB\nKReclaimable: 25 kB\nKernelStack: 16 kB\nNovelty: 7 kB\n";
	struct pageowner_account *a = new_account();
	const struct pageowner_account_part *part;
	struct buffer b = { 0 };

	add(a, PAGEOWNER_ACCOUNT_FREE_HUGEPAGES, "hugepages-64kB", "1\n");
	add(a, PAGEOWNER_ACCOUNT_HUGEPAGES, "hugepages-64kB", "3\n");
	add(a, PAGEOWNER_ACCOUNT_VMALLOCINFO, NULL,
	    "0xf1-0xf2 65536 kernel_clone+0x1/0x2 pages=5 vmalloc\n"
	    "0xf1-0xf2 65536 f+0x1/0x2 pages=5 vmalloc\n");
	add(a, PAGEOWNER_ACCOUNT_MEMINFO, NULL, meminfo);
	print_parts(&b, a, PAGEOWNER_ACCOUNT_CACHE);
	ck_assert_str_eq(b.ptr, "files 614400, shared memory (tmpfs, shm, memfd) 307200, "
			 "block devices (Buffers) 102400");
	b.len = 0;
	print_parts(&b, a, PAGEOWNER_ACCOUNT_SLAB);
	ck_assert_str_eq(b.ptr, "unreclaimable 30720, reclaimable 20480");
	b.len = 0;
	print_parts(&b, a, PAGEOWNER_ACCOUNT_OTHER);
	ck_assert_str_eq(b.ptr, "64 KiB pages, in use 131072, "
			 "on LRU lists, unmapped (swap cache, parts of THP) 103424, "
			 "64 KiB pages, free 65536, f 20480 1 areas, "
			 "reclaimable memory of drivers 5120, kernel stacks kept for reuse 4096");
	ck_assert_int_eq(pageowner_account_unknown(a, 0, &part), 1);
	ck_assert(text_is(part->name, "Novelty") && part->bytes == 7168);
	ck_assert_int_eq(pageowner_account_unknown(a, 1, &part), 0);
	add(a, PAGEOWNER_ACCOUNT_SLABINFO, NULL, SLABINFO_HEAD "a 1 2 3 4 1" SLAB_END);
	b.len = 0;
	print_parts(&b, a, PAGEOWNER_ACCOUNT_SLAB);
	ck_assert_str_eq(b.ptr, "a 122880 1 objects");
	check_sums(a);
	pageowner_account_free(a);
	buffer_free(&b);
}
END_TEST

START_TEST(test_kernel_stacks_are_counted_once)
{
	static const char *const meminfo = "MemTotal: 9000 kB\nKernelStack: 160 kB\n"
		"VmallocUsed: 1160 kB\n";
	static const struct { const char *areas; int64_t kb; } cases[] = {
		{ NULL, 1000 },		/* nearly every kernel has them in vmalloc. */
		{ "0xf1-0xf2 20480 dup_task_struct+0x1/0x2 pages=4 vmalloc\n", 1000 },
		{ "0xf1-0xf2 20480 f+0x1/0x2 pages=4 vmalloc\n", 1160 },
		{ "damaged\n", 1000 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct pageowner_account *a = new_account();

		add(a, PAGEOWNER_ACCOUNT_MEMINFO, NULL, meminfo);
		if (cases[i].areas)
			add(a, PAGEOWNER_ACCOUNT_VMALLOCINFO, NULL, cases[i].areas);
		ck_assert_int_eq(line_of(a, PAGEOWNER_ACCOUNT_VMALLOC)->meminfo_bytes,
				 cases[i].kb * 1024);
		check_sums(a);
		pageowner_account_free(a);
	}
}
END_TEST

/* MemTotal and the pages of all zones say how large a page is. */
START_TEST(test_pages_have_any_size)
{
	const char *zone = "Node 0, zone Normal\n present 20\n managed 16\n count: 1\n";
	struct pageowner_account *a = new_account();

	ck_assert_uint_eq(pageowner_account_page_size(a), 4096);
	add(a, PAGEOWNER_ACCOUNT_MEMINFO, NULL, "MemTotal: 1024 kB\n");
	add(a, PAGEOWNER_ACCOUNT_ZONEINFO, NULL, zone);
	ck_assert_uint_eq(pageowner_account_page_size(a), 65536);
	ck_assert_uint_eq(line_of(a, PAGEOWNER_ACCOUNT_OTHER)->parts_bytes, 65536);
	ck_assert_int_eq(line_of(a, PAGEOWNER_ACCOUNT_RESERVED)->outside_bytes, 4 * 65536);
	ck_assert_ptr_null(file_of(a, PAGEOWNER_ACCOUNT_ZONEINFO)->explanation);
	ck_assert_int_eq(pageowner_account_set_page_size(a, 4096), 0);
	ck_assert_uint_eq(line_of(a, PAGEOWNER_ACCOUNT_OTHER)->parts_bytes, 4096);
	ck_assert(strstr(file_of(a, PAGEOWNER_ACCOUNT_ZONEINFO)->explanation, "MemTotal"));
	pageowner_account_free(a);
}
END_TEST

START_TEST(test_what_cannot_be_is_said)
{
	const struct pageowner_account_line *line;
	struct pageowner_account *a = new_account();

	/* Cut: of a line that is not whole nothing is known. */
	add(a, PAGEOWNER_ACCOUNT_MEMINFO, NULL, "MemTotal: 2000000 kB\nMemFree: 4 kB\n"
	    "Buffers: 18446744073709551612 kB\nSlab: 100 kB\nDirty\nCached: 90");
	ck_assert_int_eq(file_of(a, PAGEOWNER_ACCOUNT_MEMINFO)->state, PAGEOWNER_ACCOUNT_DAMAGED);
	ck_assert_uint_eq(file_of(a, PAGEOWNER_ACCOUNT_MEMINFO)->bad_lines, 3);
	ck_assert_uint_eq(file_of(a, PAGEOWNER_ACCOUNT_MEMINFO)->first_bad_line, 3);
	ck_assert(strstr(file_of(a, PAGEOWNER_ACCOUNT_MEMINFO)->explanation, "not complete"));
	/* Slabs of the preferred size are more than there are. */
	add(a, PAGEOWNER_ACCOUNT_SLABINFO, NULL, SLABINFO_HEAD "a 1 2 3 4 100" SLAB_END);
	line = line_of(a, PAGEOWNER_ACCOUNT_SLAB);
	ck_assert(line->has & PAGEOWNER_ACCOUNT_PARTS_EXCEED);
	ck_assert_uint_eq(line->rest_bytes, 0);
	ck_assert_uint_eq(line->parts_bytes, 30 * 100 * 4096);
	/* More free than there are */
	add(a, PAGEOWNER_ACCOUNT_FREE_HUGEPAGES, "hugepages-2048kB", "3\n");
	add(a, PAGEOWNER_ACCOUNT_ZRAM, "zram0", "1 1 9223372036854775807\n");
	add(a, PAGEOWNER_ACCOUNT_ZRAM, "zram0", "1 1 9223372036854775807\n");
	line = line_of(a, PAGEOWNER_ACCOUNT_OTHER);
	ck_assert(line->has & PAGEOWNER_ACCOUNT_PARTS_EXCEED);
	ck_assert_uint_eq(line->rest_bytes, 0);
	ck_assert_int_eq(pageowner_account_add_source(a, 99, NULL, text_from("")), -EINVAL);
	ck_assert_str_ne(pageowner_account_error(a), "");
	ck_assert_int_eq(pageowner_account_add_source(a, PAGEOWNER_ACCOUNT_MEMINFO, NULL,
						      text_from("MemFree: 5 kB\n")), -EINVAL);
	check_sums(a);
	pageowner_account_free(a);
}
END_TEST

/* --- folders */

static char root[64];

static void make_root(void)
{
	strcpy(root, "/tmp/test-machine-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
}

static void remove_root(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", root);
	ck_assert_int_eq(system(command), 0);
}

static void put(const char *name, const char *text)
{
	put_file(root, name, text, strlen(text));
}

/* Of Linux 6.1, which has no count of page_ext, what page_owner needs itself is in the rest:
 * 9 of 485 MiB. In "leak" a process holds 10 MiB in pipes. */
static const struct {
	const char *name;
	double most;		/* percent of memory that is not explained */
	const char *largest_slab, *largest_area;
} machines[] = {
	{ "linux-6.1-boot", 2, "inode_cache", "n_tty_open" },
	{ "linux-6.1-work", 3, "inode_cache", "pcpu_create_chunk" },
	{ "linux-6.1-leak", 4.6, "inode_cache", "pcpu_create_chunk" },
	{ "linux-6.12-boot", 1, "kernfs_node_cache", "load_module" },
	{ "linux-6.12-work", 1, "ext4_inode_cache", "load_module" },
	{ "linux-6.12-leak", 3, "ext4_inode_cache", "pcpu_create_chunk" },
};

START_TEST(test_real_machines_are_explained)
{
	struct pageowner_account *a = new_account();
	const struct pageowner_account_file *file;
	const struct pageowner_account_part *part;
	const struct pageowner_account_line *line;
	const char *data = getenv("PAGEOWNER_DATA");
	char path[4096];
	uint64_t total;

	snprintf(path, sizeof(path), "%s/machine/%s", data ? data : "tests/data",
		 machines[_i].name);
	ck_assert_msg(pageowner_account_load_machine(a, path) == 0, "%s",
		      pageowner_account_error(a));
	pageowner_account_total(a, &total, NULL);
	check_sums(a);
	for (size_t i = 0; pageowner_account_file(a, i, &file) > 0; i++) {
		/* Unread: little memory is shared. */
		ck_assert_msg(file->state == PAGEOWNER_ACCOUNT_READ ||
			      file->state == PAGEOWNER_ACCOUNT_ABSENT ||
			      (file->source == PAGEOWNER_ACCOUNT_PROCESSES &&
			       file->state == PAGEOWNER_ACCOUNT_UNREAD), "%s", file->name);
		ck_assert_msg(!file->explanation, "%s: %s", file->name, file->explanation);
	}
	ck_assert_int_eq(pageowner_account_unknown(a, 0, &part), 0);
	ck_assert_uint_eq(pageowner_account_page_size(a), 4096);
	line = line_of(a, PAGEOWNER_ACCOUNT_OTHER);
	ck_assert_double_lt((double)line->rest_bytes * 100, (double)total * machines[_i].most);
	for (size_t i = 0; pageowner_account_line(a, i, &line) > 0; i++)
		ck_assert(!(line->has & (PAGEOWNER_ACCOUNT_PARTS_EXCEED |
					 PAGEOWNER_ACCOUNT_HAS_RECORDS)));
	/* All of it is in a list, but for a moment. */
	line = line_of(a, PAGEOWNER_ACCOUNT_FREE);
	ck_assert_uint_lt(line->rest_bytes, total / 1000);
	ck_assert_int_eq(line_of(a, PAGEOWNER_ACCOUNT_RESERVED)->outside_bytes +
			 (int64_t)total, 523756 * INT64_C(1024));
	ck_assert_int_eq(pageowner_account_part(a, PAGEOWNER_ACCOUNT_SLAB, 0, &part), 1);
	ck_assert(text_is(part->name, machines[_i].largest_slab));
	ck_assert_int_eq(pageowner_account_part(a, PAGEOWNER_ACCOUNT_VMALLOC, 0, &part), 1);
	ck_assert(text_is(part->name, machines[_i].largest_area));
	pageowner_account_free(a);
}
END_TEST

START_TEST(test_a_folder_may_lack_files)
{
	struct pageowner_account *a = new_account();
	char path[128];

	ck_assert_int_eq(pageowner_account_load_machine(a, root), -ENOENT);
	ck_assert(strstr(pageowner_account_error(a), "proc/meminfo: No such file"));
	ck_assert_int_eq(pageowner_account_load_machine(a, "/nonexistent"), -ENOENT);
	put("proc/meminfo", MEMINFO);
	put("sys/block/zram0/mm_stat", "9000 5000 8192\n");
	put("sys/block/zram1/mm_stat", "9000 5000\n");
	put("sys/block/sda/size", "9\n");
	/* Nothing is waited for, and no device is read. */
	snprintf(path, sizeof(path), "%s/proc/slabinfo", root);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	snprintf(path, sizeof(path), "%s/proc/zoneinfo", root);
	ck_assert_int_eq(symlink("/dev/zero", path), 0);
	snprintf(path, sizeof(path), "%s/proc/buddyinfo", root);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	put("proc/vmallocinfo", "");
	snprintf(path, sizeof(path), "%s/proc/vmallocinfo", root);
	ck_assert_int_eq(chmod(path, 0), 0);
	ck_assert_int_eq(pageowner_account_load_machine(a, root), 0);
	ck_assert_int_eq(file_of(a, PAGEOWNER_ACCOUNT_MEMINFO)->state, PAGEOWNER_ACCOUNT_READ);
	ck_assert_int_eq(file_of(a, PAGEOWNER_ACCOUNT_SLABINFO)->state, PAGEOWNER_ACCOUNT_FAILED);
	ck_assert_int_eq(file_of(a, PAGEOWNER_ACCOUNT_SLABINFO)->error, EINVAL);
	ck_assert_int_eq(file_of(a, PAGEOWNER_ACCOUNT_ZONEINFO)->state, PAGEOWNER_ACCOUNT_FAILED);
	ck_assert_int_eq(file_of(a, PAGEOWNER_ACCOUNT_BUDDYINFO)->state, PAGEOWNER_ACCOUNT_FAILED);
	ck_assert_int_eq(file_of(a, PAGEOWNER_ACCOUNT_ZRAM)->state, PAGEOWNER_ACCOUNT_DAMAGED);
	ck_assert_int_eq(file_of(a, PAGEOWNER_ACCOUNT_HUGEPAGES)->state, PAGEOWNER_ACCOUNT_ABSENT);
	ck_assert_int_eq(file_of(a, PAGEOWNER_ACCOUNT_VMALLOCINFO)->state,
			 geteuid() ? PAGEOWNER_ACCOUNT_REFUSED : PAGEOWNER_ACCOUNT_READ);
	ck_assert_uint_eq(line_of(a, PAGEOWNER_ACCOUNT_OTHER)->parts_bytes, 8192);
	check_sums(a);
	pageowner_account_free(a);
}
END_TEST

/* A window at a time is as all of it at once, and takes no more memory than its names. */
START_TEST(test_large_files_are_read_in_windows)
{
	struct pageowner_account *whole = new_account(), *read = new_account();
	struct pageowner_budget *budget;
	struct buffer b = { 0 }, first = { 0 }, second = { 0 };

	for (int i = 0; i < 100000; i++) {
		buffer_printf(&b, "0x%08x-0x%08x %8d f%d+0x1/0x2 [m%d] pages=%d vmalloc N0=1\n",
			      i, i, 8192 * 4, i % 977, i % 3, 1 + i % 7);
		/* A line that no window holds */
		if (i == 50000) {
			buffer_printf(&b, "0x");
			for (int j = 0; j < 20000; j++)
				buffer_printf(&b, "0000000000");
			buffer_printf(&b, "\n");
		}
	}
	put("proc/meminfo", MEMINFO);
	put_file(root, "proc/vmallocinfo", b.ptr, b.len);
	ck_assert_int_eq(pageowner_budget_new(2 << 20, &budget), 0);
	ck_assert_int_eq(pageowner_account_set_budget(read, budget), 0);
	ck_assert_int_eq(pageowner_account_load_machine(read, root), 0);
	add(whole, PAGEOWNER_ACCOUNT_MEMINFO, NULL, MEMINFO);
	add(whole, PAGEOWNER_ACCOUNT_VMALLOCINFO, NULL, b.ptr);
	print_parts(&first, whole, PAGEOWNER_ACCOUNT_VMALLOC);
	print_parts(&second, read, PAGEOWNER_ACCOUNT_VMALLOC);
	assert_same_text("parts", &second, &first);
	ck_assert_uint_eq(file_of(read, PAGEOWNER_ACCOUNT_VMALLOCINFO)->lines, 100001);
	ck_assert_uint_eq(file_of(read, PAGEOWNER_ACCOUNT_VMALLOCINFO)->bad_lines, 1);
	ck_assert_uint_eq(file_of(read, PAGEOWNER_ACCOUNT_VMALLOCINFO)->first_bad_line, 50002);
	check_sums(read);
	pageowner_account_free(whole);
	pageowner_account_free(read);
	ck_assert_uint_eq(pageowner_budget_used(budget), 0);
	read = new_account();
	pageowner_budget_set_max(budget, 300 << 10);
	ck_assert_int_eq(pageowner_account_set_budget(read, budget), 0);
	ck_assert_int_eq(pageowner_account_load_machine(read, root), -ENOBUFS);
	ck_assert_str_ne(pageowner_account_error(read), "");
	pageowner_account_free(read);
	pageowner_budget_free(budget);
	buffer_free(&b);
	buffer_free(&first);
	buffer_free(&second);
}
END_TEST

int main(void)
{
	TCase *cases[] = { new_case("sources"), new_case("machine") };

	tcase_add_checked_fixture(cases[1], make_root, remove_root);
	tcase_add_loop_test(cases[0], test_each_file_has_its_parts, 0, ARRAY_SIZE(files));
	tcase_add_test(cases[0], test_sources_explain_together);
	tcase_add_test(cases[0], test_kernel_stacks_are_counted_once);
	tcase_add_test(cases[0], test_pages_have_any_size);
	tcase_add_test(cases[0], test_what_cannot_be_is_said);
	tcase_add_loop_test(cases[1], test_real_machines_are_explained, 0,
			    ARRAY_SIZE(machines));
	tcase_add_test(cases[1], test_a_folder_may_lack_files);
	tcase_add_test(cases[1], test_large_files_are_read_in_windows);
	return run_cases("account-machine");
}
