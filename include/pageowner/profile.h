/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * profile.h - records in, groups out.
 *
 * A profile groups records that are equal in some keys and counts them. Its
 * memory grows with the number of distinct groups and stacks, not with the
 * number of records.
 */
#ifndef PAGEOWNER_PROFILE_H
#define PAGEOWNER_PROFILE_H

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

/* Who handed the memory out, as page_owner_sort labels it. */
#define PAGEOWNER_ALLOCATOR_CMA		0x02u
#define PAGEOWNER_ALLOCATOR_SLAB	0x04u
#define PAGEOWNER_ALLOCATOR_VMALLOC	0x08u
#define PAGEOWNER_ALLOCATOR_OTHERS	0x10u

/**
 * struct pageowner_group - records that are equal in the profile's keys
 * @times: allocations they stand for together, of those that tell
 * @pages: base pages they stand for together, of those that tell
 * @allocator: PAGEOWNER_ALLOCATOR_* bits of the first record
 * @record: the first of them in input order. Its header has the digits of the
 *	times left out, its PFN line is not kept (see pageowner_profile_keep()),
 *	and its own counts only if it is a PAGEOWNER_RECORD_PAGE
 * @has: PAGEOWNER_HAS_TIMES, _PAGES, _STACK_COUNT: what at least one of them
 *	told; without its bit a sum is 0
 */
struct pageowner_group {
	uint64_t times;
	uint64_t pages;
	uint32_t allocator;
	const struct pageowner_record *record;
	uint64_t has;
};

/**
 * struct pageowner_value - what a key is for a group
 * @has: 1 if the record had it; without it @number is 0 and @text empty
 * @is_text: 1 if it is in @text, 0 if in @number
 * @number: signed, because pids are; counts and times that are larger than 2^63 - 1
 *	are that here
 * @text: memory of the profile, valid until the next call on it
 */
struct pageowner_value {
	int has;
	int is_text;
	int64_t number;
	struct pageowner_text text;
};

/**
 * pageowner_profile_new() - an empty profile
 * @keys: what to group by: key names (key.h) separated by commas, in any
 *	order; NULL for "txt"
 * @profile: set on success, to be freed with pageowner_profile_free()
 *
 * Return: 0, -EINVAL for a list that is none, -ENOMEM.   Since: 0.1
 */
int pageowner_profile_new(const char *keys, struct pageowner_profile **profile);

/**
 * pageowner_profile_free() - give it back
 * @profile: a profile or NULL
 * Since: 0.1
 */
void pageowner_profile_free(struct pageowner_profile *profile);

/**
 * pageowner_profile_set_filter() - count only some records
 * @profile: the profile, still empty
 * @filter: borrowed until the profile is freed; NULL for all records
 * Since: 0.1
 */
void pageowner_profile_set_filter(struct pageowner_profile *profile,
				  const struct pageowner_filter *filter);

/* Label as page_owner_sort 6.12 does, by the page flags alone: the pages of slab
 * caches, which have had no flag since Linux 6.10, are then OTHERS. */
#define PAGEOWNER_PROFILE_KERNEL_LABELS	0x01u

/**
 * pageowner_profile_set_flags() - how records are understood
 * @profile: the profile, still empty
 * @flags: PAGEOWNER_PROFILE_* bits; 0 from the start
 * Since: 0.1
 */
void pageowner_profile_set_flags(struct pageowner_profile *profile,
				 unsigned int flags);

/**
 * pageowner_profile_set_jobs() - load with several threads
 * @profile: the profile
 * @jobs: how many; 0 is one for each processor; without a call it is 1. The
 *	result is the same, to the byte, with any number
 * Since: 0.1
 */
void pageowner_profile_set_jobs(struct pageowner_profile *profile,
				unsigned int jobs);

/**
 * pageowner_profile_set_max_memory() - a bound for what input can make it take
 * @profile: the profile
 * @bytes: of memory; 0, as without a call, is no bound
 *
 * Counted is what grows with the input, of all threads together: texts, groups and
 * their tables (those of GLib by how they are known to grow), what sorting and
 * merging take, the windows of text that are read into, and what decoders take, xz
 * and zstd windows included. Not counted are stacks of threads, the program itself,
 * and what malloc() loses. It is asked for before it is taken.
 *
 * What would go beyond fails with -ENOBUFS, and pageowner_profile_error() says how
 * far the input was read. What was counted until then stays (with several threads, a
 * part of it), and a larger bound lets the profile be looked at and go on. Less than
 * 4 MiB is not enough for anything; each thread takes about 2 MiB.
 * Since: 0.1
 */
void pageowner_profile_set_max_memory(struct pageowner_profile *profile,
				      uint64_t bytes);

/**
 * pageowner_profile_memory() - what input made it take
 * @profile: the profile
 *
 * Return: bytes, counted as by pageowner_profile_set_max_memory().   Since: 0.1
 */
uint64_t pageowner_profile_memory(const struct pageowner_profile *profile);

/**
 * pageowner_profile_set_progress() - be told how far loading is
 * @profile: the profile
 * @progress: called now and then from the thread that loads: bytes of the
 *	file read so far, and its size or 0 where that is not known. A negative
 *	errno from it ends loading with that. NULL for none
 * @data: passed on
 * Since: 0.1
 */
void pageowner_profile_set_progress(struct pageowner_profile *profile,
				    int (*progress)(void *data, uint64_t done,
						    uint64_t size),
				    void *data);

/**
 * pageowner_profile_set_plumbing() - add functions that only pass memory on
 * @profile: the profile, still empty
 * @plumbing: patterns (plumbing.h) of functions that the key "owner" passes over;
 *	borrowed until the profile is freed; NULL for the library's table alone
 *
 * Return: 0, or -EBUSY if the profile has records.
 */
int pageowner_profile_set_plumbing(struct pageowner_profile *profile,
				   const struct pageowner_plumbing *plumbing);

/**
 * pageowner_profile_keep() - remember more of each group's first record
 * @profile: the profile, still empty
 * @keys: as for pageowner_profile_sort(), to be called before loading: what
 *	the PFN line says (migratetype, blocktype, node, zone) is only kept for
 *	the keys that are named here or grouped by
 *
 * Return: 0, -EINVAL for a list that is none, -EBUSY if there are groups
 * already, -ENOMEM.   Since: 0.1
 */
int pageowner_profile_keep(struct pageowner_profile *profile, const char *keys);

/**
 * pageowner_profile_load() - add all records of a file
 * @profile: the profile
 * @path: a file, pipe or device; "-" for standard input
 *
 * May be called for several files, one after the other. Where records name
 * their stack by a handle alone (page_owner in mode=handle, show_handles), a file
 * with the stacks of these handles (show_stacks_handles, page_owner in
 * mode=stack_handle) gives it to them, in whichever order the files are loaded,
 * but before the profile is looked at. A handle is of one boot of one kernel: files
 * of others must go to profiles of their own, to be merged.
 * Return: 0, also when some of it was damaged (see the stats); else a negative
 * errno as from pageowner_reader_open() and pageowner_reader_next(), -ENOBUFS for
 * the bound of pageowner_profile_set_max_memory(), with the
 * sentence in pageowner_profile_error(). What was read until then stays.
 * Since: 0.1
 */
int pageowner_profile_load(struct pageowner_profile *profile, const char *path);

/**
 * pageowner_profile_add() - add one record
 * @profile: the profile
 * @record: from a reader; copied as far as needed
 *
 * Return: 1 if it was counted, 0 if the filter dropped it or it has neither
 * times nor pages, -ENOMEM, -ENOBUFS.
 * Since: 0.1
 */
int pageowner_profile_add(struct pageowner_profile *profile,
			  const struct pageowner_record *record);

/**
 * pageowner_profile_merge() - add the groups of another profile
 * @profile: grows
 * @from: stays as it is; groups by and keeps the same keys. Its records count
 *	as read after those of @profile
 *
 * Return: 0, -EINVAL for other keys, -ENOMEM or -ENOBUFS (then @profile holds a
 * part).
 * Since: 0.1
 */
int pageowner_profile_merge(struct pageowner_profile *profile,
			    const struct pageowner_profile *from);

/**
 * pageowner_profile_sort() - put the groups in order
 * @profile: the profile
 * @order: sort keys separated by commas, each with an optional '+' (smallest
 *	first, the default) or '-' in front; NULL for input order
 *
 * What is absent comes first, but for times, which come last. Groups that are
 * equal in all of them follow each other in the order of the keys they are
 * grouped by. Without a call the order is that of the input.
 * Return: 0, -EINVAL for a list that is none, -ENOMEM, -ENOBUFS.   Since: 0.1
 */
int pageowner_profile_sort(struct pageowner_profile *profile, const char *order);

/**
 * pageowner_profile_count() - how many groups there are
 * @profile: the profile
 *
 * Where memory ran out while handles were given their stacks there is at least
 * one, and pageowner_profile_group() returns NULL for all.
 * Since: 0.1
 */
size_t pageowner_profile_count(const struct pageowner_profile *profile);

/**
 * pageowner_profile_group() - look at one group
 * @profile: the profile
 * @index: 0 to pageowner_profile_count() - 1, in the present order
 *
 * Return: memory of the profile, overwritten by the next call; NULL if there
 * is no such group, or no memory for it.   Since: 0.1
 */
const struct pageowner_group *
pageowner_profile_group(struct pageowner_profile *profile, size_t index);

/**
 * pageowner_profile_value() - what a key is for a group
 * @profile: the profile
 * @index: as for pageowner_profile_group()
 * @key: any key. One the profile groups by is the same for all records of the
 *	group; another is that of its first record, and absent if that is not
 *	kept (see pageowner_profile_keep())
 * @value: filled
 *
 * Return: 0; -EINVAL if there is no such group or key; -ENOMEM, -ENOBUFS.
 * Since: 0.1
 */
int pageowner_profile_value(struct pageowner_profile *profile, size_t index,
			    enum pageowner_field key,
			    struct pageowner_value *value);

/**
 * pageowner_profile_total() - the sums over all groups
 * @profile: the profile
 * @times: set to the allocations they stand for, unless NULL
 * @pages: set to the base pages they stand for, unless NULL
 * Since: 0.1
 */
void pageowner_profile_total(const struct pageowner_profile *profile,
			     uint64_t *times, uint64_t *pages);

/**
 * pageowner_profile_is_by() - whether rows are told apart by a key
 * @profile: the profile
 * @key: any key
 *
 * Return: 1 if it is one of those that the profile groups by, else 0.
 * Since: 0.1
 */
int pageowner_profile_is_by(const struct pageowner_profile *profile,
			    enum pageowner_field key);

/**
 * pageowner_profile_has() - which fields the counted records had
 * @profile: the profile
 *
 * Return: the PAGEOWNER_HAS_* bits of headers, notes and counts that at least
 * one counted record had.   Since: 0.1
 */
uint64_t pageowner_profile_has(const struct pageowner_profile *profile);

/**
 * pageowner_profile_kinds() - which kinds of records there were
 * @profile: the profile
 *
 * Return: a bit 1 << kind for each enum pageowner_record_kind that at least one
 * record was of, those that the filter dropped left out.   Since: 0.1
 */
uint32_t pageowner_profile_kinds(const struct pageowner_profile *profile);

/**
 * pageowner_profile_unresolved() - handles whose stack is not known
 * @profile: the profile
 * @pages: set to the base pages of their records, unless NULL
 *
 * Records that name their stack by a handle alone get it from other files that
 * were loaded (see pageowner_profile_load()). Those that found none, or two
 * different ones, are counted without frames, each handle a stack of its own.
 * Looking at the profile in any way ends the search; what is loaded later gives
 * no stack to earlier records.
 * Return: how many handles have no stack.   Since: 0.1
 */
uint64_t pageowner_profile_unresolved(const struct pageowner_profile *profile,
				      uint64_t *pages);

/**
 * pageowner_profile_stats() - what was read and what was damaged
 * @profile: the profile
 *
 * Return: memory of the profile; sums over all files loaded, offsets count
 * from the start of the first.   Since: 0.1
 */
const struct pageowner_input_stats *
pageowner_profile_stats(const struct pageowner_profile *profile);

/**
 * pageowner_profile_conditions_count() - how many captures were loaded
 * @profile: the profile
 *
 * Return: how many of the files, or of their parts, say by lines of
 * pageowner-capture (capture.h) under which conditions they were taken.
 * Since: 0.1
 */
size_t pageowner_profile_conditions_count(const struct pageowner_profile *profile);

/**
 * pageowner_profile_conditions() - under which conditions the text was captured
 * @profile: the profile
 * @index: 0 to pageowner_profile_conditions_count() - 1, in input order
 *
 * Return: memory of the profile, which stays until that is freed; NULL if there
 * is no such capture.   Since: 0.1
 */
const struct pageowner_conditions *
pageowner_profile_conditions(const struct pageowner_profile *profile, size_t index);

/**
 * pageowner_profile_error() - why the last call failed
 * @profile: the profile
 *
 * Return: a sentence; empty if nothing failed; valid until the next call on
 * the profile.   Since: 0.1
 */
const char *pageowner_profile_error(const struct pageowner_profile *profile);

#ifdef __cplusplus
}
#endif
#endif
