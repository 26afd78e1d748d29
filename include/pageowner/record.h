/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * record.h - one allocation, as the kernel reported it.
 *
 * A record is a view: its texts point into memory of the object that returned
 * it (a reader or a profile). Nothing is copied, nothing must be freed.
 *
 * This header does not parse; see reader.h.
 */
#ifndef PAGEOWNER_RECORD_H
#define PAGEOWNER_RECORD_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct pageowner_text - bytes owned by another object
 * @ptr: first byte; not NUL-terminated, may hold any byte, NUL included
 * @len: length in bytes
 */
struct pageowner_text {
	const char *ptr;
	size_t len;
};

/*
 * Presence bits: which members of a record are valid. What the kernel did not
 * print is absent, not 0.
 */
#define PAGEOWNER_HAS_ORDER		(UINT64_C(1) << 0)
#define PAGEOWNER_HAS_GFP_MASK		(UINT64_C(1) << 1)
#define PAGEOWNER_HAS_GFP_NAMES		(UINT64_C(1) << 2)
#define PAGEOWNER_HAS_PID		(UINT64_C(1) << 3)
#define PAGEOWNER_HAS_TGID		(UINT64_C(1) << 4)
#define PAGEOWNER_HAS_COMM		(UINT64_C(1) << 5)
#define PAGEOWNER_HAS_TS		(UINT64_C(1) << 6)
#define PAGEOWNER_HAS_FREE_TS		(UINT64_C(1) << 7)
#define PAGEOWNER_HAS_PFN		(UINT64_C(1) << 8)
#define PAGEOWNER_HAS_PAGE_TYPE		(UINT64_C(1) << 9)
#define PAGEOWNER_HAS_BLOCK		(UINT64_C(1) << 10)
#define PAGEOWNER_HAS_BLOCK_TYPE	(UINT64_C(1) << 11)
#define PAGEOWNER_HAS_FLAGS		(UINT64_C(1) << 12)
#define PAGEOWNER_HAS_FLAG_NAMES	(UINT64_C(1) << 13)
#define PAGEOWNER_HAS_NODE		(UINT64_C(1) << 14)
#define PAGEOWNER_HAS_ZONE		(UINT64_C(1) << 15)
#define PAGEOWNER_HAS_MIGRATE_REASON	(UINT64_C(1) << 16)
#define PAGEOWNER_HAS_MEMCG		(UINT64_C(1) << 17)
#define PAGEOWNER_HAS_HANDLE		(UINT64_C(1) << 18)
#define PAGEOWNER_HAS_TIMES		(UINT64_C(1) << 19)
#define PAGEOWNER_HAS_PAGES		(UINT64_C(1) << 20)
/* The entry has stack_count (allocations) instead of nr_base_pages */
#define PAGEOWNER_HAS_STACK_COUNT	(UINT64_C(1) << 21)
/* Only in groups of a culled report: its label, and what replaces a stack */
#define PAGEOWNER_HAS_ALLOCATOR		(UINT64_C(1) << 22)
#define PAGEOWNER_HAS_MODULE		(UINT64_C(1) << 23)
#define PAGEOWNER_HAS_OWNER		(UINT64_C(1) << 24)
/* Lines that carry no value. */
#define PAGEOWNER_HAS_SLAB		(UINT64_C(1) << 32) /* "Slab cache page" */
#define PAGEOWNER_HAS_OBJCG		(UINT64_C(1) << 33) /* charged "(via objcg)" */
#define PAGEOWNER_HAS_OFFLINE		(UINT64_C(1) << 34) /* memcg is offline */
/*
 * Only in the kernel log, or a report of it: the page is free now, and the record says
 * who had it
 */
#define PAGEOWNER_HAS_RELEASED		(UINT64_C(1) << 36)
/* Only in the kernel log: the page is allocated now, whatever its times say */
#define PAGEOWNER_HAS_ALLOCATED		(UINT64_C(1) << 40)
/* Who freed the page last, where the text says it */
#define PAGEOWNER_HAS_FREE_PID		(UINT64_C(1) << 37)
#define PAGEOWNER_HAS_FREE_TGID		(UINT64_C(1) << 38)
#define PAGEOWNER_HAS_FREE_STACK	(UINT64_C(1) << 39)
/*
 * The record ends without its closing blank line, at the end of the input or at
 * the next record; it may be incomplete.
 */
#define PAGEOWNER_HAS_NO_END		(UINT64_C(1) << 35)

/**
 * enum pageowner_record_kind - the text that a record was read from
 * @PAGEOWNER_RECORD_PAGE: page_owner: one allocation
 * @PAGEOWNER_RECORD_STACK: page_owner_stacks/show_stacks (Linux 6.9+): a stack
 *	and its pages
 * @PAGEOWNER_RECORD_HANDLE: page_owner_stacks/show_handles (6.19+): a stack's
 *	handle and its pages
 * @PAGEOWNER_RECORD_STACK_HANDLE: page_owner_stacks/show_stacks_handles
 *	(6.19+): a stack and its handle, no counts
 * @PAGEOWNER_RECORD_GROUP: one group of a report by page_owner_sort or
 *	pageowner-sort
 * @PAGEOWNER_RECORD_CONSOLE: what dump_page() prints to the kernel log
 * @PAGEOWNER_RECORD_KINDS: number of kinds in this version
 */
enum pageowner_record_kind {
	PAGEOWNER_RECORD_PAGE,
	PAGEOWNER_RECORD_STACK,
	PAGEOWNER_RECORD_HANDLE,
	PAGEOWNER_RECORD_STACK_HANDLE,
	PAGEOWNER_RECORD_GROUP,
	PAGEOWNER_RECORD_CONSOLE,
	PAGEOWNER_RECORD_KINDS,
};

/* The allocator that the pages came from, as page_owner_sort labels it. */
#define PAGEOWNER_ALLOCATOR_CMA		0x02u
#define PAGEOWNER_ALLOCATOR_SLAB	0x04u
#define PAGEOWNER_ALLOCATOR_VMALLOC	0x08u
#define PAGEOWNER_ALLOCATOR_OTHERS	0x10u

/**
 * struct pageowner_record - one allocation, as written in a dump
 * @has:     PAGEOWNER_HAS_* bits; a member without its bit is meaningless
 * @pages:   base pages it stands for: 2^order, nr_base_pages, or the count in
 *           a report
 * @offset:  byte offset of its first byte in the (uncompressed) input
 * @gfp_mask: the mask as a number; its meaning differs between kernels
 * @ts_ns:   time of the allocation, nanoseconds since boot by the scheduler's
 *           clock (Linux 5.11+)
 * @free_ts_ns: when this page frame was last freed, in nanoseconds since boot; 0
 *           means never. In a dump (5.13 to 6.6) that is before the allocation, in
 *           console text (5.13+) after it if the page is free now
 * @pfn:     page frame number; decimal in the text up to 6.4, then hexadecimal. In
 *           console text that of the page that was dumped, which need not be the
 *           first of its allocation
 * @block:   pageblock number: PFN >> pageblock order
 * @flags:   the page flags word, including its upper fields
 * @order:   the allocation has 2^order base pages
 * @pid:     thread that allocated, in the initial pid namespace (5.11+)
 * @tgid:    its process, in the initial pid namespace (5.18+)
 * @node:    NUMA node, from the flag names (5.13+)
 * @zone:    zone index, from the flag names (5.13+)
 * @handle:  the kernel's number for this stack, valid for one boot (7.3+)
 * @ts_at:   offset of the digits of @ts_ns in @header; 0 if absent
 * @free_ts_at: offset of the digits of @free_ts_ns in @header; 0 if absent
 * @header:  first line, without its newline. In groups of a profile the digits
 *           of both times are removed. A culled report has no such line: there
 *           it is the rest of the line of counts
 * @gfp_names: text in parentheses after the mask (4.6+)
 * @comm:    task name; may hold any byte but NUL, newlines and ')' included
 *           (5.18+)
 * @pfn_line: second line, without its newline
 * @page_type: migratetype that the mask asks for (4.6+)
 * @block_type: migratetype of the pageblock; a number as text up to 4.5
 * @flag_names: text in parentheses after the flags; up to 4.5 the twelve
 *           letter columns, surrounding blanks removed
 * @stack:   the frame lines, unparsed, each with its newline; see stack.h
 * @notes:   the lines after the stack, contiguous with it in memory: handle,
 *           migration, memcg, and any line this library does not know; in
 *           console text also the stack that freed the page
 * @migrate_reason: why the page was last migrated (4.6+)
 * @memcg:   last component of the memory cgroup's path (5.18+); in console text
 *           the address of the cgroup, the only thing that dump_page() prints
 * @times:   allocations it stands for: 1 for a page_owner record, the count in
 *           a report or in a stack_count entry (6.9-rc); otherwise absent
 * @kind:    the text it was read from, one of enum pageowner_record_kind
 * @allocator: PAGEOWNER_ALLOCATOR_* bits, if a report gives them
 * @module:  innermost module, if a report gives it in place of a stack
 * @owner:   owner, if a report gives it in place of a stack
 * @free_stack: the frames of the stack that freed the page last, as @stack but
 *           without the last newline; part of @notes (console text of 5.4+)
 * @free_pid: thread that freed the page last, in the initial pid namespace (console
 *           text of 6.8+)
 * @free_tgid: its process
 *
 * Text form: print_page_owner() in Linux mm/page_owner.c, 3.19 to today.
 * Members may be added at the end; never embed or copy this struct by size: see
 * pageowner_record_copy().
 */
struct pageowner_record {
	uint64_t has;
	uint64_t pages;
	uint64_t offset;
	uint64_t gfp_mask;
	uint64_t ts_ns;
	uint64_t free_ts_ns;
	uint64_t pfn;
	uint64_t block;
	uint64_t flags;
	uint32_t order;
	int32_t pid;
	int32_t tgid;
	int32_t node;
	int32_t zone;
	uint32_t handle;
	uint32_t ts_at;
	uint32_t free_ts_at;
	struct pageowner_text header;
	struct pageowner_text gfp_names;
	struct pageowner_text comm;
	struct pageowner_text pfn_line;
	struct pageowner_text page_type;
	struct pageowner_text block_type;
	struct pageowner_text flag_names;
	struct pageowner_text stack;
	struct pageowner_text notes;
	struct pageowner_text migrate_reason;
	struct pageowner_text memcg;
	uint64_t times;
	uint32_t kind;
	uint32_t allocator;
	struct pageowner_text module;
	struct pageowner_text owner;
	struct pageowner_text free_stack;
	int32_t free_pid;
	int32_t free_tgid;
};

/**
 * enum pageowner_damage - kinds of damage in an input
 * @PAGEOWNER_DAMAGE_JUNK: text between records that is not a record; skipped
 * @PAGEOWNER_DAMAGE_HEADER: a record with an unreadable first line; skipped
 * @PAGEOWNER_DAMAGE_FIELD: a number out of range; the record is returned
 *	without it
 * @PAGEOWNER_DAMAGE_PFN_LINE: a record whose second line is not the PFN line;
 *	returned without the fields of that line
 * @PAGEOWNER_DAMAGE_NO_END: a record that runs into the next one without a
 *	blank line; returned with PAGEOWNER_HAS_NO_END
 * @PAGEOWNER_DAMAGE_CUT: the input ends inside a record; returned with
 *	PAGEOWNER_HAS_NO_END if its first line is complete, skipped otherwise
 * @PAGEOWNER_DAMAGE_COMPRESSION: the compressed stream is corrupt or
 *	truncated; the text before that was read
 * @PAGEOWNER_DAMAGE_OVERFLOW: a sum does not fit 64 bits and stays at the
 *	maximum; counted once, its offset is meaningless
 * @PAGEOWNER_DAMAGE_GUESS: a record repaired by a guess, of which a part is missing, or
 *	which has parts of others; returned with what is left of it
 * @PAGEOWNER_DAMAGE_INCOMPLETE: a capture of pageowner-capture whose last lines say
 *	that it is incomplete, or that has fewer records than they say; its offset is
 *	that of the capture
 * @PAGEOWNER_DAMAGE_NO_TRAILER: a capture without its last lines: it was cut, or is
 *	still being written; its offset is that of the capture
 *
 * The last two are known, and counted, when the capture was read to its end.
 */
enum pageowner_damage {
	PAGEOWNER_DAMAGE_JUNK,
	PAGEOWNER_DAMAGE_HEADER,
	PAGEOWNER_DAMAGE_FIELD,
	PAGEOWNER_DAMAGE_PFN_LINE,
	PAGEOWNER_DAMAGE_NO_END,
	PAGEOWNER_DAMAGE_CUT,
	PAGEOWNER_DAMAGE_COMPRESSION,
	PAGEOWNER_DAMAGE_OVERFLOW,
	PAGEOWNER_DAMAGE_GUESS,
	PAGEOWNER_DAMAGE_INCOMPLETE,
	PAGEOWNER_DAMAGE_NO_TRAILER,
};

/**
 * pageowner_damage_text() - describe a kind of damage
 * @kind: one of enum pageowner_damage
 *
 * Return: a constant English phrase for "N x <phrase>, first at byte M";
 * "unknown damage" if @kind is unknown.
 */
const char *pageowner_damage_text(enum pageowner_damage kind);

/**
 * pageowner_damage_count() - count the kinds of damage
 *
 * Return: the number of kinds in the running library, at most 16.
 */
unsigned int pageowner_damage_count(void);

/**
 * enum pageowner_repair - what was undone to read text that people posted
 * @PAGEOWNER_REPAIR_ENCODING: UTF-16 or quoted-printable decoded, or a byte order
 *	mark skipped
 * @PAGEOWNER_REPAIR_PREFIX: a line without its quote marks, indent, bullet, or
 *	prefix of a log
 * @PAGEOWNER_REPAIR_MARKUP: a line without colours, HTML entities, no-break
 *	blanks
 * @PAGEOWNER_REPAIR_LINE_END: a line without blanks, backslashes or further
 *	carriage returns at its end
 * @PAGEOWNER_REPAIR_FOLD: a line joined with the one it was folded into
 * @PAGEOWNER_REPAIR_MOVED: an unknown line inside a record, kept in its notes
 * @PAGEOWNER_REPAIR_FOREIGN: a line of another origin inside a record, skipped
 * @PAGEOWNER_REPAIR_ELISION: a mark such as "..." that stands for missing frames
 * @PAGEOWNER_REPAIR_FRAME: a frame in the form of another tool, rewritten
 * @PAGEOWNER_REPAIR_HEADER: a first line that is not whole
 * @PAGEOWNER_REPAIR_SPACING: a blank line added or skipped inside a record
 * @PAGEOWNER_REPAIR_TOOL: a record as another tool or Linux 2.6 writes it
 *
 * A repair that is certain is not damage. If it is a guess, the record counts as
 * PAGEOWNER_DAMAGE_GUESS also.
 */
enum pageowner_repair {
	PAGEOWNER_REPAIR_ENCODING,
	PAGEOWNER_REPAIR_PREFIX,
	PAGEOWNER_REPAIR_MARKUP,
	PAGEOWNER_REPAIR_LINE_END,
	PAGEOWNER_REPAIR_FOLD,
	PAGEOWNER_REPAIR_MOVED,
	PAGEOWNER_REPAIR_FOREIGN,
	PAGEOWNER_REPAIR_ELISION,
	PAGEOWNER_REPAIR_FRAME,
	PAGEOWNER_REPAIR_HEADER,
	PAGEOWNER_REPAIR_SPACING,
	PAGEOWNER_REPAIR_TOOL,
};

/**
 * pageowner_repair_text() - describe a kind of repair
 * @kind: one of enum pageowner_repair
 *
 * Return: a constant English phrase for "repaired: N x <phrase>, first at byte
 * M"; "unknown repair" if @kind is unknown.
 */
const char *pageowner_repair_text(enum pageowner_repair kind);

/**
 * pageowner_repair_count() - count the kinds of repair
 *
 * Return: the number of kinds in the running library, at most 16.
 */
unsigned int pageowner_repair_count(void);

/**
 * pageowner_record_copy() - copy a record, to keep it
 * @record: from a reader or a group of a profile
 * @copy: set on success; free it with pageowner_record_free()
 *
 * The copy owns its texts, which overlap as those of @record do, and can be used
 * wherever @record can. Texts without their bit in @has are empty in it.
 *
 * Return: 0 or -ENOMEM.
 */
int pageowner_record_copy(const struct pageowner_record *record,
			  struct pageowner_record **copy);

/**
 * pageowner_record_free() - free a copy of a record
 * @record: from pageowner_record_copy(), or NULL
 */
void pageowner_record_free(struct pageowner_record *record);

#ifdef __cplusplus
}
#endif
#endif
