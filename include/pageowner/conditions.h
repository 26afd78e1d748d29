/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * conditions.h - the metadata that is recorded with a snapshot.
 *
 * A capture (capture.h, pageowner-capture) writes lines "PFN# NAME: VALUE" before
 * the kernel's text, and more after it, of what is known only then. Each line
 * stands for itself. page_owner_sort, and "grep -v ^PFN" before it, skip lines that
 * begin with PFN; the readers of this library return what they say. Snapshots may
 * be concatenated: the line "PFN# pageowner-capture: 1" begins the next one.
 */
#ifndef PAGEOWNER_CONDITIONS_H
#define PAGEOWNER_CONDITIONS_H

#include <pageowner/record.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Which members are valid; a text that is absent is also empty. */
#define PAGEOWNER_CONDITIONS_HAS_VERSION		(UINT64_C(1) << 0)
#define PAGEOWNER_CONDITIONS_HAS_START_TIME	(UINT64_C(1) << 1)
#define PAGEOWNER_CONDITIONS_HAS_END_TIME		(UINT64_C(1) << 2)
#define PAGEOWNER_CONDITIONS_HAS_START_UPTIME	(UINT64_C(1) << 3)
#define PAGEOWNER_CONDITIONS_HAS_END_UPTIME	(UINT64_C(1) << 4)
#define PAGEOWNER_CONDITIONS_HAS_START_CLOCK	(UINT64_C(1) << 5)
#define PAGEOWNER_CONDITIONS_HAS_END_CLOCK		(UINT64_C(1) << 6)
#define PAGEOWNER_CONDITIONS_HAS_PAGE_SIZE		(UINT64_C(1) << 7)
#define PAGEOWNER_CONDITIONS_HAS_THRESHOLD		(UINT64_C(1) << 8)
#define PAGEOWNER_CONDITIONS_HAS_RECORDS		(UINT64_C(1) << 9)
#define PAGEOWNER_CONDITIONS_HAS_SKIPPED		(UINT64_C(1) << 10)
#define PAGEOWNER_CONDITIONS_HAS_TOOL		(UINT64_C(1) << 11)
#define PAGEOWNER_CONDITIONS_HAS_COMMAND		(UINT64_C(1) << 12)
#define PAGEOWNER_CONDITIONS_HAS_FILE		(UINT64_C(1) << 13)
#define PAGEOWNER_CONDITIONS_HAS_MODE		(UINT64_C(1) << 14)
#define PAGEOWNER_CONDITIONS_HAS_NODES		(UINT64_C(1) << 15)
#define PAGEOWNER_CONDITIONS_HAS_HOSTNAME		(UINT64_C(1) << 16)
#define PAGEOWNER_CONDITIONS_HAS_KERNEL		(UINT64_C(1) << 17)
#define PAGEOWNER_CONDITIONS_HAS_KERNEL_VERSION	(UINT64_C(1) << 18)
#define PAGEOWNER_CONDITIONS_HAS_MACHINE		(UINT64_C(1) << 19)
#define PAGEOWNER_CONDITIONS_HAS_BOOT_ID		(UINT64_C(1) << 20)
#define PAGEOWNER_CONDITIONS_HAS_MEMINFO		(UINT64_C(1) << 21)
#define PAGEOWNER_CONDITIONS_HAS_SKIPPED_PFNS	(UINT64_C(1) << 22)
/* Whether it was read to its end; without both bits the file was truncated. */
#define PAGEOWNER_CONDITIONS_HAS_COMPLETE		(UINT64_C(1) << 23)
#define PAGEOWNER_CONDITIONS_HAS_INCOMPLETE	(UINT64_C(1) << 24)
#define PAGEOWNER_CONDITIONS_HAS_NEXT_PFN		(UINT64_C(1) << 25)

/**
 * struct pageowner_conditions - metadata of one snapshot
 * @has:	PAGEOWNER_CONDITIONS_HAS_* bits; a member without its bit is
 *		meaningless
 * @offset:	byte offset of its first line in the (uncompressed) input
 * @version:	version of these lines: 1
 * @start_time_ns: when reading began, nanoseconds since 1970 (UTC)
 * @end_time_ns: when reading ended, nanoseconds since 1970 (UTC)
 * @start_uptime_ns: when reading began, nanoseconds since boot including
 *		suspend (CLOCK_BOOTTIME)
 * @end_uptime_ns: when reading ended, by the same clock
 * @start_clock_ns: when reading began, nanoseconds by CLOCK_MONOTONIC, which the
 *		times of records are close to: the age of a record is
 *		@start_clock_ns - @ts_ns
 * @end_clock_ns: when reading ended, by the same clock
 * @page_size:	bytes of a base page
 * @threshold:	count_threshold: stacks with fewer pages were not shown
 * @records:	number of records that were read
 * @skipped:	ranges of PFNs that could not be read: if not 0, the capture is
 *		incomplete, whatever its last line says
 * @tool:	the program that wrote it
 * @command:	its command line
 * @file:	the kernel's file that was read
 * @mode:	the "mode=" that was set
 * @nodes:	the "nid=" that was set
 * @hostname:	name of the machine
 * @kernel:	kernel release, as uname -r
 * @kernel_version: kernel build, as uname -v
 * @machine:	architecture, as uname -m
 * @boot_id:	identifies the boot
 * @meminfo:	/proc/meminfo when reading began, lines with their newlines; see
 *		pageowner_meminfo()
 * @skipped_pfns: lines with a PFN, or the first and last PFN, and the reason
 * @incomplete:	why it is incomplete (PAGEOWNER_CONDITIONS_HAS_INCOMPLETE)
 * @next_pfn:	where reading would have continued
 *
 * Members may be added at the end; never embed or copy this struct by size.
 */
struct pageowner_conditions {
	uint64_t has;
	uint64_t offset;
	uint64_t version;
	uint64_t start_time_ns;
	uint64_t end_time_ns;
	uint64_t start_uptime_ns;
	uint64_t end_uptime_ns;
	uint64_t start_clock_ns;
	uint64_t end_clock_ns;
	uint64_t page_size;
	uint64_t threshold;
	uint64_t records;
	uint64_t skipped;
	struct pageowner_text tool;
	struct pageowner_text command;
	struct pageowner_text file;
	struct pageowner_text mode;
	struct pageowner_text nodes;
	struct pageowner_text hostname;
	struct pageowner_text kernel;
	struct pageowner_text kernel_version;
	struct pageowner_text machine;
	struct pageowner_text boot_id;
	struct pageowner_text meminfo;
	struct pageowner_text skipped_pfns;
	struct pageowner_text incomplete;
	uint64_t next_pfn;
};

/**
 * pageowner_meminfo() - get one value of a meminfo text
 * @meminfo: text of /proc/meminfo, each line with its newline
 * @name: as in /proc/meminfo: "MemAvailable"
 * @bytes: set to the size in bytes, or to the plain number if it is no size
 *
 * Return: 1 with *bytes set, 0 if the text does not have it.
 */
int pageowner_meminfo(struct pageowner_text meminfo, const char *name,
		      uint64_t *bytes);

#ifdef __cplusplus
}
#endif
#endif
