/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * account.h - account for all memory of a machine: what /proc/meminfo names, what the
 * other files of /proc and /sys say about it, how much of it is recorded, and who holds
 * what meminfo has no name for.
 *
 * Without records, of this machine or of a saved folder:
 *
 *	pageowner_account_new(&account);
 *	pageowner_account_load_machine(account, "/");
 *	for (i = 0; pageowner_account_line(account, i, &line) > 0; i++)
 *		for (j = 0; pageowner_account_part(account, line->id, j, &part) > 0; j++)
 *			...
 *
 * With records:
 *
 *	pageowner_profile_new("callstack", &profile);
 *	pageowner_profile_load(profile, path);
 *	pageowner_account_new(&account);
 *	pageowner_account_add_profile(account, profile);
 *	for (i = 0; pageowner_account_line(account, i, &line) > 0; i++)
 *		...
 *
 * The difference between the two figures of a line is what meminfo counts and no
 * record covers.
 */
#ifndef PAGEOWNER_ACCOUNT_H
#define PAGEOWNER_ACCOUNT_H

#include <pageowner/account_file.h>
#include <pageowner/budget.h>
#include <pageowner/plumbing.h>
#include <pageowner/profile.h>
#include <pageowner/record.h>

#ifdef __cplusplus
extern "C" {
#endif

struct pageowner_account;

/**
 * enum pageowner_account_class - what memory is used for
 * @PAGEOWNER_ACCOUNT_OTHER: what no line of meminfo names; see
 *	pageowner_account_holder()
 * @PAGEOWNER_ACCOUNT_BEFORE: allocated before tracking began, or without memory
 *	to record it
 * @PAGEOWNER_ACCOUNT_FREE: MemFree
 * @PAGEOWNER_ACCOUNT_CACHE: Cached, Buffers
 * @PAGEOWNER_ACCOUNT_ANON: AnonPages
 * @PAGEOWNER_ACCOUNT_SLAB: Slab
 * @PAGEOWNER_ACCOUNT_PAGE_TABLES: PageTables, SecPageTables
 * @PAGEOWNER_ACCOUNT_STACKS: KernelStack, ShadowCallStack
 * @PAGEOWNER_ACCOUNT_VMALLOC: VmallocUsed (Linux 5.3+), without the kernel stacks
 *	that it includes
 * @PAGEOWNER_ACCOUNT_PERCPU: Percpu
 * @PAGEOWNER_ACCOUNT_HUGETLB: Hugetlb
 * @PAGEOWNER_ACCOUNT_ZSWAP: Zswap
 * @PAGEOWNER_ACCOUNT_GPU: GPUActive, GPUReclaim
 * @PAGEOWNER_ACCOUNT_BALLOON: Balloon
 * @PAGEOWNER_ACCOUNT_BOUNCE: Bounce
 * @PAGEOWNER_ACCOUNT_BAD: HardwareCorrupted
 * @PAGEOWNER_ACCOUNT_RESERVED: taken before there was a page allocator: the kernel's
 *	image, struct page, crashkernel=; by zoneinfo. All of it is outside of MemTotal
 *
 * Lines of meminfo as in Linux Documentation/filesystems/proc.rst. Values may be
 * added at the end. The order of a report is that of pageowner_account_line().
 */
enum pageowner_account_class {
	PAGEOWNER_ACCOUNT_OTHER,
	PAGEOWNER_ACCOUNT_BEFORE,
	PAGEOWNER_ACCOUNT_FREE,
	PAGEOWNER_ACCOUNT_CACHE,
	PAGEOWNER_ACCOUNT_ANON,
	PAGEOWNER_ACCOUNT_SLAB,
	PAGEOWNER_ACCOUNT_PAGE_TABLES,
	PAGEOWNER_ACCOUNT_STACKS,
	PAGEOWNER_ACCOUNT_VMALLOC,
	PAGEOWNER_ACCOUNT_PERCPU,
	PAGEOWNER_ACCOUNT_HUGETLB,
	PAGEOWNER_ACCOUNT_ZSWAP,
	PAGEOWNER_ACCOUNT_GPU,
	PAGEOWNER_ACCOUNT_BALLOON,
	PAGEOWNER_ACCOUNT_BOUNCE,
	PAGEOWNER_ACCOUNT_BAD,
	PAGEOWNER_ACCOUNT_RESERVED,
};

/* Which members of a line are valid */
#define PAGEOWNER_ACCOUNT_HAS_MEMINFO	0x01u
#define PAGEOWNER_ACCOUNT_HAS_RECORDS	0x02u
/* The two contradict: far more is recorded than meminfo says, more than memory can change
 * while both are read. They are of different machines, or of different times, or the size
 * of a page is wrong. */
#define PAGEOWNER_ACCOUNT_CONTRADICTS	0x04u
/* The parts of a line are more than the line, by more than 1/1024 of MemTotal: they are not
 * of the same moment, or one of them is an estimate. */
#define PAGEOWNER_ACCOUNT_PARTS_EXCEED	0x08u

/**
 * struct pageowner_account_line - one class of memory
 * @id: one of enum pageowner_account_class
 * @has: PAGEOWNER_ACCOUNT_HAS_* bits; members without their bit are 0
 * @name: name of the class for programs, such as "page_cache"; a constant that never
 *	changes
 * @label: name of the class to show, such as "page cache"; a constant
 * @meminfo_bytes: bytes by meminfo that are part of MemTotal; in
 *	PAGEOWNER_ACCOUNT_OTHER the rest of it, which is negative if meminfo counts
 *	memory twice
 * @pages: base pages of the records that were counted; no line has them before
 *	pageowner_account_add_profile()
 * @outside_bytes: bytes of this class that MemTotal does not include, by meminfo, or by
 *	records if it has no line for the class: a balloon whose driver lowers MemTotal
 *	(virtio, Xen, pseries), the first chunk of per-CPU memory
 * @explanation: why @pages differ from both by more than one percent, or what is
 *	outside of MemTotal; a constant sentence, or NULL
 * @parts: how many parts it has, see pageowner_account_part()
 * @parts_bytes: the sum of them, of which nothing is added to @meminfo_bytes
 * @rest_bytes: what the parts leave of @meminfo_bytes, of
 *	PAGEOWNER_ACCOUNT_RESERVED of @outside_bytes; 0 if they are more
 * @rest: what that is, if it is known; a constant, or NULL
 *
 * Members may be added at the end; never embed or copy this struct by size.
 */
struct pageowner_account_line {
	enum pageowner_account_class id;
	uint32_t has;
	const char *name;
	const char *label;
	int64_t meminfo_bytes;
	uint64_t pages;
	int64_t outside_bytes;
	const char *explanation;
	size_t parts;
	uint64_t parts_bytes;
	uint64_t rest_bytes;
	const char *rest;
};

/**
 * struct pageowner_account_part - a named piece of a line, or a detail of it
 * @id: the line that it explains. What meminfo has no line for on this kernel is a part of
 *	PAGEOWNER_ACCOUNT_OTHER
 * @source: the file that names it
 * @name: a slab cache, the function that called vmalloc(), or what it is
 * @module: of that function; empty for the kernel image
 * @bytes: how much it is, never 0; of a detail 0 if that is unknown
 * @count: how many things it is
 * @unit: what @count counts, such as "objects"; a constant; NULL: @count is unknown
 *
 * Objects of a slab cache are those in use, as far as the kernel counts them. Of kernels
 * that spread a size over several caches, or have one for each cgroup, it is the sum.
 *
 * Members may be added at the end; never embed or copy this struct by size.
 */
struct pageowner_account_part {
	enum pageowner_account_class id;
	enum pageowner_account_source source;
	struct pageowner_text name;
	struct pageowner_text module;
	uint64_t bytes;
	uint64_t count;
	const char *unit;
};

/**
 * struct pageowner_account_holder - an owner of memory that meminfo does not name
 * @owner: the function, see pageowner_stack_owner(); empty without a stack
 * @module: see pageowner_stack_module(); empty for the kernel image
 * @stack: frame lines of the largest of its stacks, followed by a NUL
 * @stack_pages: base pages of that stack
 * @pages: base pages of all its stacks
 * @stacks: number of its stacks
 *
 * Members may be added at the end; never embed or copy this struct by size.
 */
struct pageowner_account_holder {
	struct pageowner_text owner;
	struct pageowner_text module;
	struct pageowner_text stack;
	uint64_t stack_pages;
	uint64_t pages;
	uint64_t stacks;
};

/**
 * pageowner_account_new() - create an empty account
 * @account: set on success; free it with pageowner_account_free()
 *
 * Return: 0 or -ENOMEM.
 */
int pageowner_account_new(struct pageowner_account **account);

/**
 * pageowner_account_free() - free an account
 * @account: an account or NULL
 */
void pageowner_account_free(struct pageowner_account *account);

/**
 * pageowner_account_set_budget() - limit the memory an account uses
 * @account: the account
 * @budget: a budget (budget.h); NULL (default) means no limit. What the account uses
 *	already is charged to it
 *
 * Return: 0, or -ENOBUFS if what is used already exceeds the limit; then the account
 * keeps the budget it had.
 */
int pageowner_account_set_budget(struct pageowner_account *account,
				 struct pageowner_budget *budget);

/**
 * pageowner_account_set_plumbing() - add functions that only pass memory on
 * @account: the account, without records
 * @plumbing: functions to skip (see plumbing.h); borrowed until the account is
 *	freed; NULL (default) for the library's table alone
 *
 * Return: 0; -EBUSY if the account has records.
 */
int pageowner_account_set_plumbing(struct pageowner_account *account,
				   const struct pageowner_plumbing *plumbing);

/**
 * pageowner_account_set_page_size() - set the size of a page
 * @account: the account
 * @bytes: a power of two; default: that of the profile's captures, or what zoneinfo and
 *	MemTotal say together, or of this machine if it is loaded, otherwise 4096
 *
 * It is needed to compare records, and files that count pages, with meminfo.
 *
 * Return: 0; -EINVAL if @bytes is not a power of two; -ENOMEM or -ENOBUFS as of
 * pageowner_account_add_source().
 */
int pageowner_account_set_page_size(struct pageowner_account *account, uint64_t bytes);

/**
 * pageowner_account_page_size() - get the size of a page
 * @account: the account
 *
 * Return: bytes, see pageowner_account_set_page_size().
 */
uint64_t pageowner_account_page_size(const struct pageowner_account *account);

/**
 * pageowner_account_add_meminfo() - add the meminfo of a machine
 * @account: the account
 * @meminfo: text of /proc/meminfo, each line with its newline; not needed after
 *	the call
 *
 * Call it before the profiles are added, once for each machine; the figures are
 * added up. Without a call pageowner_account_add_profile() uses the meminfo in
 * the captures of the profile.
 *
 * Return: 0; -EINVAL if it has no MemTotal, or not the same lines as those before
 * (the sums would cover some machines only); -ENOMEM; -ENOBUFS if the memory limit is
 * reached.
 */
int pageowner_account_add_meminfo(struct pageowner_account *account,
				  struct pageowner_text meminfo);

/**
 * pageowner_account_add_source() - add the text of one file of /proc or /sys
 * @account: the account
 * @source: which file
 * @instance: which of several: the name of the folder it is in, such as "zram0"; ignored
 *	for sources with one file
 * @text: what the file contains, each line with its newline; not needed after the call
 *
 * Each file of a machine is added once, in any order. Lines that are not understood are
 * counted, see pageowner_account_file(), and change no sum.
 *
 * Return: 0; -EINVAL if @source is unknown, or as pageowner_account_add_meminfo() for
 * PAGEOWNER_ACCOUNT_MEMINFO; -ENOMEM; -ENOBUFS if the memory limit is reached. After
 * -ENOMEM and -ENOBUFS the account holds a part of the file and can only be freed.
 */
int pageowner_account_add_source(struct pageowner_account *account,
				 enum pageowner_account_source source,
				 const char *instance, struct pageowner_text text);

/**
 * pageowner_account_load_machine() - read all files that an account is made from
 * @account: the account
 * @root: where proc/ and sys/ are: "/" for this machine, or a folder in which they were
 *	saved, such as that of sosreport
 *
 * Files that are absent, or that may not be read, are left out, see
 * pageowner_account_file(). Only regular files are read, a window at a time.
 *
 * Return: 0; the negative errno of reading proc/meminfo, which must be there; otherwise as
 * pageowner_account_add_source().
 */
int pageowner_account_load_machine(struct pageowner_account *account, const char *root);

/**
 * pageowner_account_add_profile() - add all groups of a profile
 * @account: the account
 * @profile: grouped by "callstack" and finished; not needed after the call
 *
 * Return: 0; -EINVAL if the profile is not grouped by stacks or not finished, captures
 * have pages of different sizes and pageowner_account_set_page_size() was not called, two
 * of its captures are of the same boot and no meminfo was added,
 * pageowner_account_add_meminfo() refuses the meminfo of its captures, or all records
 * together are larger than MemTotal; -ENODATA if no meminfo was added and not every
 * capture of the profile has one; -ENOMEM; -ENOBUFS if the memory limit is reached. After
 * -ENOMEM, -ENOBUFS, and if records exceed MemTotal, the account holds a part of the
 * profile and can only be freed.
 */
int pageowner_account_add_profile(struct pageowner_account *account,
				  const struct pageowner_profile *profile);

/**
 * pageowner_account_line() - get one class of memory
 * @account: the account
 * @index: 0, 1, 2 ... in the order of a report; every class is there
 * @line: set to memory of the account, valid until something is added
 *
 * Return: 1 with *line set, 0 past the end.
 */
int pageowner_account_line(const struct pageowner_account *account, size_t index,
			   const struct pageowner_account_line **line);

/**
 * pageowner_account_part() - get one part of a line
 * @account: the account
 * @id: the line
 * @index: 0, 1, 2 ... most bytes first, equal ones by name
 * @part: set to memory of the account, valid until something is added
 *
 * Return: 1 with *part set, 0 past the end.
 */
int pageowner_account_part(const struct pageowner_account *account,
			   enum pageowner_account_class id, size_t index,
			   const struct pageowner_account_part **part);

/**
 * pageowner_account_detail() - get one detail of a line
 * @account: the account
 * @id: the line
 * @index: 0, 1, 2 ... most bytes first, equal ones by name
 * @part: set to memory of the account, valid until something is added
 *
 * Details say more about the parts of a line: which tmpfs, segment of SysV, or process has
 * shared memory. They overlap the parts and each other, are a sum of neither, and may be of
 * memory that is swapped out.
 *
 * Return: 1 with *part set, 0 past the end.
 */
int pageowner_account_detail(const struct pageowner_account *account,
			     enum pageowner_account_class id, size_t index,
			     const struct pageowner_account_part **part);

/**
 * pageowner_account_unknown() - get one line of meminfo that this version does not know
 * @account: the account
 * @index: 0, 1, 2 ... most bytes first, equal ones by name
 * @part: set to its name and bytes, memory of the account, valid until something is added;
 *	members id, module, count and unit mean nothing
 *
 * Such memory may be a part of any line, or of none.
 *
 * Return: 1 with *part set, 0 past the end.
 */
int pageowner_account_unknown(const struct pageowner_account *account, size_t index,
			      const struct pageowner_account_part **part);

/**
 * pageowner_account_file() - get a source, and what became of it
 * @account: the account
 * @index: 0, 1, 2 ... in the order of enum pageowner_account_source; every source is there
 * @file: set to memory of the account, valid until something is added
 *
 * Return: 1 with *file set, 0 past the end.
 */
int pageowner_account_file(const struct pageowner_account *account, size_t index,
			   const struct pageowner_account_file **file);

/**
 * pageowner_account_holder() - get one owner of memory that meminfo does not name
 * @account: the account
 * @index: 0, 1, 2 ... most pages first, equal ones by owner and module
 * @holder: set to memory of the account, valid until something is added
 *
 * Return: 1 with *holder set, 0 past the end.
 */
int pageowner_account_holder(const struct pageowner_account *account, size_t index,
			     const struct pageowner_account_holder **holder);

/**
 * pageowner_account_holder_count() - count the holders
 * @account: the account
 *
 * Return: the number of holders.
 */
size_t pageowner_account_holder_count(const struct pageowner_account *account);

/**
 * pageowner_account_total() - get the sums over all classes
 * @account: the account
 * @bytes: set to MemTotal of all meminfo, unless NULL
 * @pages: set to the base pages of all records, unless NULL
 */
void pageowner_account_total(const struct pageowner_account *account, uint64_t *bytes,
			     uint64_t *pages);

/**
 * pageowner_account_error() - describe the last failure
 * @account: the account
 *
 * Return: a sentence; "" if nothing failed; valid until the next call on the
 * account.
 */
const char *pageowner_account_error(const struct pageowner_account *account);

#ifdef __cplusplus
}
#endif
#endif
