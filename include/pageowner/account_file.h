/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * account_file.h - the files of /proc and /sys that an account is made from.
 *
 * What is made of them is in account.h.
 */
#ifndef PAGEOWNER_ACCOUNT_FILE_H
#define PAGEOWNER_ACCOUNT_FILE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * enum pageowner_account_source - a file of /proc or /sys that an account is made from
 * @PAGEOWNER_ACCOUNT_MEMINFO: /proc/meminfo, without which there is no account
 * @PAGEOWNER_ACCOUNT_SLABINFO: /proc/slabinfo: parts of PAGEOWNER_ACCOUNT_SLAB
 * @PAGEOWNER_ACCOUNT_VMALLOCINFO: /proc/vmallocinfo: parts of PAGEOWNER_ACCOUNT_VMALLOC
 * @PAGEOWNER_ACCOUNT_ZONEINFO: /proc/zoneinfo: pages in per-CPU lists, zsmalloc,
 *	PAGEOWNER_ACCOUNT_RESERVED, the size of a page
 * @PAGEOWNER_ACCOUNT_BUDDYINFO: /proc/buddyinfo: parts of PAGEOWNER_ACCOUNT_FREE
 * @PAGEOWNER_ACCOUNT_VMSTAT: /proc/vmstat: struct page and page_ext (Linux 6.11+)
 * @PAGEOWNER_ACCOUNT_ZRAM: /sys/block/zramN/mm_stat; the instance is "zramN"
 * @PAGEOWNER_ACCOUNT_ARCSTATS: /proc/spl/kstat/zfs/arcstats
 * @PAGEOWNER_ACCOUNT_HUGEPAGES: /sys/kernel/mm/hugepages/hugepages-NkB/nr_hugepages; the
 *	instance is "hugepages-NkB"
 * @PAGEOWNER_ACCOUNT_FREE_HUGEPAGES: free_hugepages beside it
 * @PAGEOWNER_ACCOUNT_KSM: /sys/kernel/mm/ksm/pages_shared
 * @PAGEOWNER_ACCOUNT_MOUNTS: /proc/self/mountinfo or /proc/mounts: which mounts are tmpfs
 * @PAGEOWNER_ACCOUNT_TMPFS: what df(1) printed for another machine, in blocks of 1 KiB (or
 *	-B1, -BM); statfs() of each tmpfs of this machine
 * @PAGEOWNER_ACCOUNT_SYSVIPC: /proc/sysvipc/shm
 * @PAGEOWNER_ACCOUNT_PROCESSES: /proc/PID/status, if Shmem is more than 1/64 of MemTotal;
 *	the instance is PID
 * @PAGEOWNER_ACCOUNT_CGROUPS: /proc/cgroups: how many memory cgroups there are
 * @PAGEOWNER_ACCOUNT_CGROUP_STAT: cgroup.stat of the root of version 2: how many are dying
 * @PAGEOWNER_ACCOUNT_MEMORY_STAT: memory.stat of the root
 * @PAGEOWNER_ACCOUNT_DMA_BUF: /sys/kernel/debug/dma_buf/bufinfo
 * @PAGEOWNER_ACCOUNT_DMA_BUF_SIZES: /sys/kernel/dmabuf/buffers/INODE/size, if that is absent;
 *	the instance is INODE
 * @PAGEOWNER_ACCOUNT_DRM: /proc/PID/fdinfo/FD of descriptors of GPUs; the instance is "PID/FD"
 * @PAGEOWNER_ACCOUNT_IOMEM: /proc/iomem: parts of PAGEOWNER_ACCOUNT_RESERVED
 * @PAGEOWNER_ACCOUNT_ALLOCINFO: /proc/allocinfo: sites that have 64 KiB or more
 * @PAGEOWNER_ACCOUNT_ZSWAP_POOL: /sys/kernel/debug/zswap/pool_total_size
 * @PAGEOWNER_ACCOUNT_SOCKSTAT: /proc/net/sockstat
 * @PAGEOWNER_ACCOUNT_NODE_HUGEPAGES: hugepages-NkB/nr_hugepages of a node, below
 *	/sys/devices/system/node; the instance is "nodeN/hugepages-NkB"
 *
 * Values may be added at the end.
 */
enum pageowner_account_source {
	PAGEOWNER_ACCOUNT_MEMINFO,
	PAGEOWNER_ACCOUNT_SLABINFO,
	PAGEOWNER_ACCOUNT_VMALLOCINFO,
	PAGEOWNER_ACCOUNT_ZONEINFO,
	PAGEOWNER_ACCOUNT_BUDDYINFO,
	PAGEOWNER_ACCOUNT_VMSTAT,
	PAGEOWNER_ACCOUNT_ZRAM,
	PAGEOWNER_ACCOUNT_ARCSTATS,
	PAGEOWNER_ACCOUNT_HUGEPAGES,
	PAGEOWNER_ACCOUNT_FREE_HUGEPAGES,
	PAGEOWNER_ACCOUNT_KSM,
	PAGEOWNER_ACCOUNT_MOUNTS,
	PAGEOWNER_ACCOUNT_TMPFS,
	PAGEOWNER_ACCOUNT_SYSVIPC,
	PAGEOWNER_ACCOUNT_PROCESSES,
	PAGEOWNER_ACCOUNT_CGROUPS,
	PAGEOWNER_ACCOUNT_CGROUP_STAT,
	PAGEOWNER_ACCOUNT_MEMORY_STAT,
	PAGEOWNER_ACCOUNT_DMA_BUF,
	PAGEOWNER_ACCOUNT_DMA_BUF_SIZES,
	PAGEOWNER_ACCOUNT_DRM,
	PAGEOWNER_ACCOUNT_IOMEM,
	PAGEOWNER_ACCOUNT_ALLOCINFO,
	PAGEOWNER_ACCOUNT_ZSWAP_POOL,
	PAGEOWNER_ACCOUNT_SOCKSTAT,
	PAGEOWNER_ACCOUNT_NODE_HUGEPAGES,
};

/**
 * enum pageowner_account_state - what became of a file
 * @PAGEOWNER_ACCOUNT_UNREAD: not read yet
 * @PAGEOWNER_ACCOUNT_READ: read, all of it understood
 * @PAGEOWNER_ACCOUNT_DAMAGED: read, but not all lines were understood, or its last line is
 *	cut
 * @PAGEOWNER_ACCOUNT_ABSENT: it does not exist
 * @PAGEOWNER_ACCOUNT_REFUSED: reading it needs more privileges
 * @PAGEOWNER_ACCOUNT_FAILED: reading it failed otherwise; what was read counts
 *
 * Values may be added at the end.
 */
enum pageowner_account_state {
	PAGEOWNER_ACCOUNT_UNREAD,
	PAGEOWNER_ACCOUNT_READ,
	PAGEOWNER_ACCOUNT_DAMAGED,
	PAGEOWNER_ACCOUNT_ABSENT,
	PAGEOWNER_ACCOUNT_REFUSED,
	PAGEOWNER_ACCOUNT_FAILED,
};

/**
 * struct pageowner_account_file - a source, and what became of it
 * @source: which
 * @state: what became of it; of several files of one kind, the worst
 * @name: such as "slabinfo"; a constant that never changes
 * @path: below the root of a machine, such as "proc/slabinfo"; a constant, in which a *
 *	stands for any name
 * @error: the errno of PAGEOWNER_ACCOUNT_REFUSED and PAGEOWNER_ACCOUNT_FAILED, otherwise 0
 * @lines: lines that were read
 * @bad_lines: lines of them that were not understood, and count nothing
 * @first_bad_line: the number of the first of these, from 1; 0 if there is none
 * @explanation: in what it contradicts meminfo; a constant sentence, or NULL
 *
 * Members may be added at the end; never embed or copy this struct by size.
 */
struct pageowner_account_file {
	enum pageowner_account_source source;
	enum pageowner_account_state state;
	const char *name;
	const char *path;
	int error;
	uint64_t lines;
	uint64_t bad_lines;
	uint64_t first_bad_line;
	const char *explanation;
};

#ifdef __cplusplus
}
#endif
#endif
