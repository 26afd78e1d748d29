/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * capture.h - under which conditions a snapshot was taken.
 *
 * pageowner-capture puts lines "PFN# NAME: VALUE" in front of the kernel's text,
 * and more behind it of what is only known then. Each line stands for itself.
 * page_owner_sort, and "grep -v ^PFN" before it, pass over lines that begin with
 * PFN; the readers of this library hand out what they say. Snapshots may be put
 * behind each other: the line "PFN# pageowner-capture: 1" begins the next.
 */
#ifndef PAGEOWNER_CONDITIONS_H
#define PAGEOWNER_CONDITIONS_H

#include <pageowner/record.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Which members of a capture are real; a text that is absent is also empty. */
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
/* Whether it was read to its end; neither: the file itself was cut. */
#define PAGEOWNER_CONDITIONS_HAS_COMPLETE		(UINT64_C(1) << 23)
#define PAGEOWNER_CONDITIONS_HAS_INCOMPLETE	(UINT64_C(1) << 24)
#define PAGEOWNER_CONDITIONS_HAS_NEXT_PFN		(UINT64_C(1) << 25)

/**
 * struct pageowner_conditions - one snapshot's conditions
 * @has:	PAGEOWNER_CONDITIONS_HAS_* bits; members without theirs hold nothing
 * @offset:	of its first line in the (uncompressed) input
 * @version:	of the form of these lines: 1
 * @start_time_ns: when reading began, nanoseconds since 1970 (UTC)
 * @end_time_ns: when it ended
 * @start_uptime_ns: the same, since boot, sleep included (CLOCK_BOOTTIME)
 * @end_uptime_ns: likewise
 * @start_clock_ns: the same by CLOCK_MONOTONIC, which the times of records are
 *		close to: @start_clock_ns - @ts_ns of a record is its age
 * @end_clock_ns: likewise
 * @page_size:	bytes of a base page
 * @threshold:	count_threshold: stacks that hold less pages were not shown
 * @records:	how many were read
 * @skipped:	pages that could not be read
 * @tool:	what wrote it
 * @command:	its command line
 * @file:	of the kernel, that was read
 * @mode:	what "mode=" was set to
 * @nodes:	what "nid=" was set to
 * @hostname:	of the machine
 * @kernel:	its release, as uname -r
 * @kernel_version: its build, as uname -v
 * @machine:	its architecture, as uname -m
 * @boot_id:	tells one boot from another
 * @meminfo:	/proc/meminfo when reading began, lines with their newlines; see
 *		pageowner_conditions_meminfo()
 * @skipped_pfns: lines of a PFN, or the first and last PFN, and the reason
 * @incomplete:	why it is, with PAGEOWNER_CONDITIONS_HAS_INCOMPLETE
 * @next_pfn:	where reading would have gone on
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
 * pageowner_conditions_meminfo() - one figure of a capture's meminfo
 * @capture: from a reader or a profile
 * @name: as /proc/meminfo has it: "MemAvailable"
 * @bytes: set to its size, bytes; to the plain number where it is no size
 *
 * Return: 0, or -ENOENT if it does not hold that.   Since: 0.1
 */
int pageowner_conditions_meminfo(const struct pageowner_conditions *capture,
			      const char *name, uint64_t *bytes);

/**
 * pageowner_meminfo() - one figure of a meminfo
 * @meminfo: text of /proc/meminfo, each line with its newline
 * @name: as pageowner_conditions_meminfo()
 * @bytes: likewise
 *
 * Return: likewise.   Since: 0.1
 */
int pageowner_meminfo(struct pageowner_text meminfo, const char *name,
		      uint64_t *bytes);

#ifdef __cplusplus
}
#endif
#endif
