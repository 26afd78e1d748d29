/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * profile.h - group records by fields and count them.
 *
 * A profile groups records that are equal in some fields, its keys. Its memory
 * grows with the number of distinct groups and stacks, not with the number of
 * records. It keeps no single record but the first of each group.
 *
 * Configure an empty profile, add records, finish or sort it, look at the groups. Only
 * adding, finishing and sorting can run out of memory. More records can be added
 * later; a profile that is not finished again shows no groups, rather than some.
 */
#ifndef PAGEOWNER_PROFILE_H
#define PAGEOWNER_PROFILE_H

#include <pageowner/budget.h>
#include <pageowner/conditions.h>
#include <pageowner/filter.h>
#include <pageowner/field.h>
#include <pageowner/plumbing.h>
#include <pageowner/reader.h>
#include <pageowner/record.h>

#ifdef __cplusplus
extern "C" {
#endif

struct pageowner_profile;

/**
 * struct pageowner_group - records that are equal in the profile's keys
 * @times: sum of their allocations, over records that have a count
 * @pages: sum of their base pages, over records that have a count
 * @allocator: PAGEOWNER_ALLOCATOR_* bits of the first record
 * @record: the first of them in input order. The digits of the times are
 *	removed from its header, its PFN line is not kept (see
 *	pageowner_profile_keep()), and its own counts are valid only in a
 *	PAGEOWNER_RECORD_PAGE
 * @has: PAGEOWNER_HAS_TIMES, PAGEOWNER_HAS_PAGES, PAGEOWNER_HAS_STACK_COUNT:
 *	what at least one of them has; without its bit a sum is 0
 */
struct pageowner_group {
	uint64_t times;
	uint64_t pages;
	uint32_t allocator;
	const struct pageowner_record *record;
	uint64_t has;
};

/**
 * pageowner_profile_new() - create an empty profile
 * @keys: fields to group by (see field.h), separated by commas, in any order;
 *	NULL for "txt"
 * @profile: set on success; free it with pageowner_profile_free()
 *
 * Return: 0; -EINVAL if the list is invalid; -ENOMEM.
 */
int pageowner_profile_new(const char *keys, struct pageowner_profile **profile);

/**
 * pageowner_profile_free() - free a profile
 * @profile: a profile or NULL
 */
void pageowner_profile_free(struct pageowner_profile *profile);

/**
 * pageowner_profile_set_filter() - count only records that pass a filter
 * @profile: the profile, still empty
 * @filter: borrowed until the profile is freed; NULL (default) for all records
 *
 * Return: 0; -EBUSY if records were added already.
 */
int pageowner_profile_set_filter(struct pageowner_profile *profile,
				 const struct pageowner_filter *filter);

/*
 * Label as page_owner_sort 6.12 does, by the page flags alone. Pages of slab
 * caches, which have no flag since Linux 6.10, are then labelled OTHERS.
 */
#define PAGEOWNER_PROFILE_KERNEL_LABELS	0x01u
/*
 * Count pages that are free now as well. Only text from the kernel log, or a report of
 * it, has such; they are left out otherwise, because no one holds them, unless the
 * profile groups by "free", "free_pid", "free_tgid" or "free_stack" or its filter
 * selects by "free".
 */
#define PAGEOWNER_PROFILE_RELEASED	0x02u
/* Add captures with pages of different sizes: a page counts as one, whatever its size. */
#define PAGEOWNER_PROFILE_ANY_PAGE_SIZE	0x04u

/**
 * pageowner_profile_set_flags() - set how records are interpreted
 * @profile: the profile, still empty
 * @flags: PAGEOWNER_PROFILE_* bits; 0 (default)
 *
 * Return: 0; -EINVAL if a bit is unknown; -EBUSY if records were added already.
 */
int pageowner_profile_set_flags(struct pageowner_profile *profile,
				unsigned int flags);

/**
 * pageowner_profile_set_jobs() - set the number of threads that load a file
 * @profile: the profile
 * @jobs: number of threads; 0 means one for each processor, the default is 1.
 *	The result is the same with any number, byte for byte
 */
void pageowner_profile_set_jobs(struct pageowner_profile *profile,
				unsigned int jobs);

/**
 * pageowner_profile_set_budget() - limit the memory a profile uses
 * @profile: the profile
 * @budget: a budget (see budget.h); NULL (default) means no limit. What the profile
 *	already uses is charged to it
 *
 * Counted is what grows with the input, over all threads: texts, groups and
 * their tables (those of GLib as an estimate of their growth), memory for
 * sorting and merging, windows of text, and decoders with their xz and zstd
 * windows. Not counted are thread stacks, the program itself and the overhead
 * of malloc(). Memory is counted before it is allocated.
 *
 * What would exceed the limit fails with -ENOBUFS, and
 * pageowner_profile_error() says how far the input was read. What was counted
 * until then stays (with several threads, a part of it), and after the limit is
 * raised the profile can be read and extended. A limit below 4 MiB is not enough
 * for any input; each thread needs about 2 MiB.
 *
 * Return: 0, or -ENOBUFS if what is used already exceeds the limit; then the
 * profile keeps the budget it had.
 */
int pageowner_profile_set_budget(struct pageowner_profile *profile,
				 struct pageowner_budget *budget);

/**
 * pageowner_profile_set_progress() - set a progress callback
 * @profile: the profile
 * @progress: called from time to time by the thread that loads, with the bytes
 *	of the file read so far and its size (0 if unknown). If it returns a
 *	negative errno, loading fails with it. NULL (default) for none
 * @data: passed to the callback
 */
void pageowner_profile_set_progress(struct pageowner_profile *profile,
				    int (*progress)(void *data, uint64_t done,
						    uint64_t size),
				    void *data);

/**
 * pageowner_profile_set_plumbing() - add functions that only pass memory on
 * @profile: the profile, still empty
 * @plumbing: functions that the field "owner" skips (see plumbing.h); borrowed
 *	until the profile is freed; NULL (default) for the library's table alone
 *
 * Return: 0; -EBUSY if the profile has records.
 */
int pageowner_profile_set_plumbing(struct pageowner_profile *profile,
				   const struct pageowner_plumbing *plumbing);

/**
 * pageowner_profile_keep() - keep more fields of each group's first record
 * @profile: the profile, still empty
 * @keys: as for pageowner_profile_sort(); the fields of the PFN line
 *	(migratetype, blocktype, node, zone) are kept only if they are named
 *	here or grouped by
 *
 * Return: 0; -EINVAL if the list is invalid; -EBUSY if records were added already;
 * -ENOMEM.
 */
int pageowner_profile_keep(struct pageowner_profile *profile, const char *keys);

/**
 * pageowner_profile_load() - add all records of a file
 * @profile: the profile
 * @path: a file, pipe or device; "-" for standard input
 *
 * May be called for several files, one after the other. What would make wrong sums is
 * refused: captures with pages of another size than before (see
 * PAGEOWNER_PROFILE_ANY_PAGE_SIZE), and captures of a boot that one before is of, unless
 * they are of different nodes, or have only the stacks of handles. A file without the
 * metadata of a capture can be loaded again.
 *
 * Records may name their stack by a handle alone (page_owner in mode=handle,
 * show_handles). They get it from any file that has the stacks of these handles
 * (show_stacks_handles, page_owner in mode=stack_handle), whichever is loaded
 * first, if it is loaded before the profile is finished. A handle is valid for one
 * boot of one kernel: load files of different boots into profiles of their own,
 * finish them, and merge them.
 *
 * Return: 0, also if some of the input was damaged (see
 * pageowner_profile_stats()); the errors of pageowner_reader_open() and
 * pageowner_reader_next(); -EINVAL if the file cannot be added to those before;
 * -ENOBUFS if the memory limit is reached. What was read before an error stays.
 */
int pageowner_profile_load(struct pageowner_profile *profile, const char *path);

/**
 * pageowner_profile_load_fd() - add all records of an open file
 * @profile: the profile
 * @fd: read from its current position to its end; the caller keeps it and closes it
 * @name: its name in error messages
 *
 * Return: as pageowner_profile_load().
 */
int pageowner_profile_load_fd(struct pageowner_profile *profile, int fd,
			      const char *name);

/**
 * pageowner_profile_load_memory() - add all records of a text in memory
 * @profile: the profile
 * @data: the text, plain or compressed; not needed after the call
 * @len: its length in bytes
 * @name: its name in error messages
 *
 * Return: as pageowner_profile_load().
 */
int pageowner_profile_load_memory(struct pageowner_profile *profile,
				  const void *data, size_t len, const char *name);

/**
 * pageowner_profile_add() - add one record
 * @profile: the profile
 * @record: from a reader or pageowner_record_copy(); copied as far as needed
 *
 * Return: 1 if it was counted, or waits for the stack of its handle; 0 if the filter
 * dropped it, its page is free (see PAGEOWNER_PROFILE_RELEASED), or it has neither times
 * nor pages; -EINVAL if its comm or gfp_names are
 * not in its header, its notes not after its stack, or the filter lacks its clock;
 * -ENOMEM; -ENOBUFS if the memory limit is reached.
 */
int pageowner_profile_add(struct pageowner_profile *profile,
			  const struct pageowner_record *record);

/**
 * pageowner_profile_merge() - add the groups of another profile
 * @profile: the profile to add to
 * @from: finished, left unchanged; must group by and keep the same fields, and have
 *	the same patterns of plumbing if it groups by "owner". Its records count as
 *	read after those of @profile, and its captures must be such that
 *	pageowner_profile_load() would add them
 *
 * Return: 0; -EINVAL if the fields, the plumbing or the sizes of pages differ, captures
 * are of the same boot, @from is not finished or is @profile; -ENOMEM; -ENOBUFS if the
 * memory limit is reached. After -ENOMEM or -ENOBUFS @profile holds a part; after -EINVAL
 * it is unchanged.
 */
int pageowner_profile_merge(struct pageowner_profile *profile,
			    const struct pageowner_profile *from);

/**
 * pageowner_profile_finish() - complete the groups after the last record
 * @profile: the profile
 *
 * Call it after all records were added, and again after more were added. It resolves
 * handles, puts the groups in input order, and reserves the memory that reading them
 * needs. It does not change a finished profile, nor its order.
 * pageowner_profile_sort() does the same before it sorts.
 *
 * Return: 0; -ENOMEM; -ENOBUFS if the memory limit is reached. After a failure nothing
 * is lost: call it again, with a higher limit.
 */
int pageowner_profile_finish(struct pageowner_profile *profile);

/**
 * pageowner_profile_sort() - sort the groups
 * @profile: the profile
 * @order: fields separated by commas, each with an optional '+' (ascending, the
 *	default) or '-' (descending) in front; NULL for input order
 *
 * Absent values come first, except times, which come last. Groups that compare
 * equal are ordered by the fields they are grouped by. An unfinished profile is
 * finished first, see pageowner_profile_finish().
 *
 * Return: 0; -EINVAL if the list is invalid; -ENOMEM; -ENOBUFS if the memory
 * limit is reached. After a failure a finished profile has the order it had.
 */
int pageowner_profile_sort(struct pageowner_profile *profile, const char *order);

/**
 * pageowner_profile_count() - count the groups
 * @profile: the profile
 *
 * Return: the number of groups; 0 while the profile is not finished.
 */
size_t pageowner_profile_count(const struct pageowner_profile *profile);

/**
 * pageowner_profile_group() - get one group
 * @profile: the profile
 * @index: 0 to pageowner_profile_count() - 1, in the current order
 * @group: set to memory of the profile
 *
 * There is memory for one group, with its record and texts. It is valid until the next
 * pageowner_profile_group(), or until records are added or groups sorted;
 * pageowner_profile_value() does not change it. To compare two groups, copy what is
 * needed of the first, or its record with pageowner_record_copy().
 *
 * Return: 1 with *group set; 0 if there is no such group; -EINVAL if the profile is
 * not finished.
 */
int pageowner_profile_group(const struct pageowner_profile *profile, size_t index,
			    const struct pageowner_group **group);

/**
 * pageowner_profile_value() - get the value of a field in a group
 * @profile: the profile
 * @index: as for pageowner_profile_group()
 * @key: any field. A field the profile groups by is the same for all records of
 *	the group; another is that of its first record, and absent if it is not
 *	kept (see pageowner_profile_keep())
 * @value: filled if the group has the field. Its text is memory of the profile or of
 *	@value. The profile has memory for one text, valid until the next
 *	pageowner_profile_value(), or until records are added or groups sorted
 *
 * Return: 1 with *value filled; 0 if there is no such group, or it does not have the
 * field; -EINVAL if groups have no such field, or the profile is not finished.
 */
int pageowner_profile_value(const struct pageowner_profile *profile, size_t index,
			    enum pageowner_field key,
			    struct pageowner_value *value);

/**
 * pageowner_profile_total() - get the sums over all groups
 * @profile: the profile
 * @times: set to the number of allocations, unless NULL
 * @pages: set to the number of base pages, unless NULL
 *
 * Return: 1 with the sums set; -EINVAL if the profile is not finished.
 */
int pageowner_profile_total(const struct pageowner_profile *profile,
			    uint64_t *times, uint64_t *pages);

/**
 * pageowner_profile_is_by() - test whether a profile groups by a field
 * @profile: the profile
 * @key: any field
 *
 * Return: 1 if it does, 0 otherwise.
 */
int pageowner_profile_is_by(const struct pageowner_profile *profile,
			    enum pageowner_field key);

/**
 * pageowner_profile_determines() - test whether a group has one value of a field
 * @profile: the profile
 * @field: any field
 *
 * Return: 1 if all records of a group have the same: the profile groups by the field,
 * or by something that determines it, as a stack determines its owner; 0 otherwise.
 */
int pageowner_profile_determines(const struct pageowner_profile *profile,
				 enum pageowner_field field);

/**
 * pageowner_profile_has() - get the fields that the counted records have
 * @profile: the profile
 *
 * Return: the PAGEOWNER_HAS_* bits of headers, notes and counts that at least
 * one counted record has; 0 while the profile is not finished.
 */
uint64_t pageowner_profile_has(const struct pageowner_profile *profile);

/**
 * pageowner_profile_kinds() - get the kinds of records that were read
 * @profile: the profile
 *
 * Return: a bit 1 << kind for each enum pageowner_record_kind of which at least
 * one record passed the filter.
 */
uint32_t pageowner_profile_kinds(const struct pageowner_profile *profile);

/**
 * pageowner_profile_unresolved() - count the handles whose stack is unknown
 * @profile: the profile
 * @pages: set to the base pages of their records, unless NULL
 *
 * Records that name their stack by a handle alone get it from other files that
 * were loaded (see pageowner_profile_load()). Those for which none, or two
 * different ones, were found are counted without frames, each handle as a stack
 * of its own. pageowner_profile_finish() ends the search; what is loaded later gives
 * no stack to earlier records.
 *
 * Return: the number of handles without a stack; 0 while the profile is not finished.
 */
uint64_t pageowner_profile_unresolved(const struct pageowner_profile *profile,
				      uint64_t *pages);

/**
 * pageowner_profile_released() - count the allocations that no one holds
 * @profile: the profile
 * @pages: set to their base pages, unless NULL
 *
 * Return: the number of allocations that passed the filter and were left out because
 * their pages are free now (see PAGEOWNER_PROFILE_RELEASED); 0 if they are counted.
 */
uint64_t pageowner_profile_released(const struct pageowner_profile *profile,
				    uint64_t *pages);

/**
 * pageowner_profile_stats() - get the counts of records and of damage
 * @profile: the profile
 *
 * Return: memory of the profile: sums over all files loaded; offsets count from
 * the start of the first.
 */
const struct pageowner_input_stats *
pageowner_profile_stats(const struct pageowner_profile *profile);

/**
 * pageowner_profile_conditions_count() - count the captures that were loaded
 * @profile: the profile
 *
 * Return: the number of files, or parts of files, that carry the metadata of a
 * capture (see conditions.h).
 */
size_t pageowner_profile_conditions_count(const struct pageowner_profile *profile);

/**
 * pageowner_profile_conditions() - get the metadata of one capture
 * @profile: the profile
 * @index: 0 to pageowner_profile_conditions_count() - 1, in input order
 * @conditions: set to memory of the profile, valid until it is freed
 *
 * Return: 1 with *conditions set, 0 if there is no such capture.
 */
int pageowner_profile_conditions(const struct pageowner_profile *profile,
				 size_t index,
				 const struct pageowner_conditions **conditions);

/**
 * pageowner_profile_error() - describe the last failure
 * @profile: the profile
 *
 * Functions that take a const profile set no sentence.
 *
 * Return: a sentence; "" if the last call that can change the profile did not fail;
 * valid until the next such call.
 */
const char *pageowner_profile_error(const struct pageowner_profile *profile);

#ifdef __cplusplus
}
#endif
#endif
