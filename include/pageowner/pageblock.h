/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pageblock.h - fragmentation: which pageblocks are mixed, and what mixes them.
 *
 * The page allocator keeps movable pages apart from pages that cannot move, in
 * pageblocks of one migratetype each. An unmovable page in a movable pageblock
 * keeps that block from ever becoming one huge page. A page_owner dump has both
 * types and the pageblock of each page, so it shows which stacks do this.
 *
 * Records are added one after the other and not kept: memory grows with
 * pageblocks that hold allocated pages and with distinct stacks.
 *
 * After the last record pageowner_pageblocks_finish() completes the counts. The
 * functions that return them take const pageblocks and do not allocate; one thread at a
 * time may call them.
 */
#ifndef PAGEOWNER_PAGEBLOCK_H
#define PAGEOWNER_PAGEBLOCK_H

#include <pageowner/budget.h>
#include <pageowner/filter.h>
#include <pageowner/plumbing.h>
#include <pageowner/record.h>
#include <pageowner/stack.h>

#ifdef __cplusplus
extern "C" {
#endif

struct pageowner_pageblocks;

/**
 * enum pageowner_migratetype - migratetypes, by the kernel's names
 * @PAGEOWNER_MIGRATE_OTHER: any other; also the numbers printed up to Linux
 *	4.5, whose meaning differs between kernels
 * @PAGEOWNER_MIGRATE_UNMOVABLE: "Unmovable"
 * @PAGEOWNER_MIGRATE_MOVABLE: "Movable"
 * @PAGEOWNER_MIGRATE_RECLAIMABLE: "Reclaimable"
 * @PAGEOWNER_MIGRATE_HIGHATOMIC: "HighAtomic"
 * @PAGEOWNER_MIGRATE_CMA: "CMA"
 * @PAGEOWNER_MIGRATE_ISOLATE: "Isolate"
 * @PAGEOWNER_MIGRATE_TYPES: number of types in this version of the header; the library
 *	in use may know more, see pageowner_migratetype_count()
 */
enum pageowner_migratetype {
	PAGEOWNER_MIGRATE_OTHER,
	PAGEOWNER_MIGRATE_UNMOVABLE,
	PAGEOWNER_MIGRATE_MOVABLE,
	PAGEOWNER_MIGRATE_RECLAIMABLE,
	PAGEOWNER_MIGRATE_HIGHATOMIC,
	PAGEOWNER_MIGRATE_CMA,
	PAGEOWNER_MIGRATE_ISOLATE,
	PAGEOWNER_MIGRATE_TYPES,
};

/* Elements of each array by migratetype, in all versions. Those of no type are 0. */
#define PAGEOWNER_MIGRATE_MAX	16

/**
 * pageowner_migratetype_count() - get the number of migratetypes
 *
 * A program that was built with an older header has to expect types of which it has no
 * constant.
 *
 * Return: how many types the library in use knows, at most PAGEOWNER_MIGRATE_MAX; at
 * least PAGEOWNER_MIGRATE_TYPES.
 */
size_t pageowner_migratetype_count(void);

/**
 * pageowner_migratetype_name() - get the kernel's name of a migratetype
 * @type: one of enum pageowner_migratetype
 *
 * Return: a constant name; "other" if @type is unknown.
 */
const char *pageowner_migratetype_name(enum pageowner_migratetype type);

/**
 * enum pageowner_pageblocks_order - the order of the holders, largest first
 * @PAGEOWNER_PAGEBLOCKS_PER_PAGE: by pinned pageblocks per page held; equal ones
 *	by pinned pageblocks
 * @PAGEOWNER_PAGEBLOCKS_ALONE: by pageblocks that only this holder pins
 * @PAGEOWNER_PAGEBLOCKS_PINNED: by pinned pageblocks
 * @PAGEOWNER_PAGEBLOCKS_PAGES: by pages held
 * @PAGEOWNER_PAGEBLOCKS_ASCENDING: a bit that is added to one of them: smallest first
 */
enum pageowner_pageblocks_order {
	PAGEOWNER_PAGEBLOCKS_PER_PAGE,
	PAGEOWNER_PAGEBLOCKS_ALONE,
	PAGEOWNER_PAGEBLOCKS_PINNED,
	PAGEOWNER_PAGEBLOCKS_PAGES,
	PAGEOWNER_PAGEBLOCKS_ASCENDING = 0x100,
};

/**
 * struct pageowner_pageblock - one pageblock with allocated pages
 * @number: PFN >> pageblock order
 * @node:   NUMA node, -1 if the dump does not have it (before Linux 5.13)
 * @zone:   index of the zone, -1 if the dump does not have it
 * @type:   its own migratetype, as seen last
 * @is_mixed: 1 if the kernel counts it among the "mixed blocks" of
 *	/proc/pagetypeinfo: an allocation in it asked for another type
 * @pages:  allocated base pages by the type that their mask asks for; only
 *	unmovable, movable and reclaimable exist
 * @pinned_by: index of the only holder with unmovable or reclaimable pages in
 *	this movable or CMA pageblock, as pageowner_pageblocks_holder() counts
 *	before any sorting; PAGEOWNER_PINNED_BY_NONE; PAGEOWNER_PINNED_BY_SEVERAL;
 *	PAGEOWNER_PINNED_BY_OTHERS if only allocations pin it that the filter drops
 */
struct pageowner_pageblock {
	uint64_t number;
	int32_t node;
	int32_t zone;
	enum pageowner_migratetype type;
	int is_mixed;
	uint32_t pages[16];
	uint32_t pinned_by;
};

#define PAGEOWNER_PINNED_BY_NONE	UINT32_MAX
#define PAGEOWNER_PINNED_BY_OTHERS	(UINT32_MAX - 1)
#define PAGEOWNER_PINNED_BY_SEVERAL	(UINT32_MAX - 2)	/* smaller: one holder */

/**
 * struct pageowner_holder - one stack, owner or module, and what it pins
 * @name:   the stack's frame lines, each with its newline; the owner's function;
 *	the module, empty for the kernel image
 * @stack:  frame lines of the first of its stacks
 * @index:  the number that pinned_by of a pageblock has for it
 * @allocations: number of its allocations
 * @pages:  base pages of these
 * @pinning_pages: the unmovable or reclaimable ones that are in movable or CMA
 *	pageblocks
 * @pinned: number of these pageblocks
 * @alone:  the pageblocks that nothing else pins: without these allocations each
 *	could be emptied and become one free block of the pageblock's size
 * @oldest_ts_ns: time of the oldest pinning allocation, nanoseconds since boot;
 *	UINT64_MAX if no record has a time (before Linux 5.11)
 * @mean_ts_ns: the mean over the pinning allocations, nanoseconds since boot;
 *	UINT64_MAX if no record has a time
 */
struct pageowner_holder {
	struct pageowner_text name;
	struct pageowner_text stack;
	uint32_t index;
	uint64_t allocations;
	uint64_t pages;
	uint64_t pinning_pages;
	uint64_t pinned;
	uint64_t alone;
	uint64_t oldest_ts_ns;
	uint64_t mean_ts_ns;
};

/**
 * struct pageowner_pin - pages of a holder that pin a pageblock
 * @block:  index of the pageblock, as pageowner_pageblocks_block() counts
 * @holder: index of the holder, as @pinned_by of a pageblock; PAGEOWNER_PINNED_BY_OTHERS
 *	for the allocations that the filter drops
 * @pages:  its unmovable or reclaimable base pages in that pageblock
 */
struct pageowner_pin {
	size_t block;
	uint32_t holder;
	uint64_t pages;
};

/**
 * struct pageowner_zone - sums over the pageblocks of a zone
 * @node:   NUMA node, -1 if the dump does not have it
 * @zone:   index of the zone, -1 if the dump does not have it
 * @blocks: pageblocks with allocated pages, by their own type
 * @mixed:  the mixed ones among them, as in /proc/pagetypeinfo: CMA pageblocks
 *	count as movable
 * @pages:  allocated base pages
 */
struct pageowner_zone {
	int32_t node;
	int32_t zone;
	uint64_t blocks[16];
	uint64_t mixed[16];
	uint64_t pages;
};

/**
 * struct pageowner_pageblocks_stats - what the records were like
 * @counted: records that were counted
 * @selected: those of them that passed the filter and belong to a holder
 * @placeless: records without a place: without a PFN line, or from another file
 *	than page_owner
 * @misplaced: records whose PFN is not in the pageblock they name, or that span
 *	more pageblocks than any allocation has; skipped
 * @descending: records with a lower PFN than the one before. The kernel prints
 *	them in ascending order, so the input is more than one dump or damaged,
 *	and pinned pageblocks may be counted twice
 * @overlapping: records that begin inside the one before. A few are normal,
 *	because memory is in use while it is read
 * @first_misplaced: byte offset of the first misplaced record
 * @first_descending: byte offset of the first descending record
 */
struct pageowner_pageblocks_stats {
	uint64_t counted;
	uint64_t selected;
	uint64_t placeless;
	uint64_t misplaced;
	uint64_t descending;
	uint64_t overlapping;
	uint64_t first_misplaced;
	uint64_t first_descending;
};

/**
 * pageowner_pageblocks_new() - create an empty set of pageblocks
 * @by: what to attribute pages to
 * @blocks: set on success; free it with pageowner_pageblocks_free()
 *
 * Return: 0; -EINVAL if @by is invalid; -ENOMEM.
 */
int pageowner_pageblocks_new(enum pageowner_by by,
			     struct pageowner_pageblocks **blocks);

/**
 * pageowner_pageblocks_free() - free a set of pageblocks
 * @blocks: pageblocks or NULL
 */
void pageowner_pageblocks_free(struct pageowner_pageblocks *blocks);

/**
 * pageowner_pageblocks_set_budget() - limit the memory pageblocks use
 * @blocks: the pageblocks
 * @budget: a budget (budget.h); NULL (default) means no limit. What @blocks use
 *	already is charged to it
 *
 * Return: 0, or -ENOBUFS if what is used already exceeds the limit; then @blocks
 * keep the budget they had.
 */
int pageowner_pageblocks_set_budget(struct pageowner_pageblocks *blocks,
				    struct pageowner_budget *budget);

/**
 * pageowner_pageblocks_set_filter() - select the allocations that holders consist of
 * @blocks: the pageblocks, without records
 * @filter: borrowed until @blocks are freed; NULL (default) for all records
 *
 * A filter chooses which allocations belong to holders. It does not change what is in
 * memory: those that it drops are still counted in their pageblocks and zones, and a
 * pageblock that one of them pins is not pinned by a holder alone.
 *
 * Return: 0, or -EBUSY if a record was added.
 */
int pageowner_pageblocks_set_filter(struct pageowner_pageblocks *blocks,
				    const struct pageowner_filter *filter);

/**
 * pageowner_pageblocks_set_plumbing() - extend the table of plumbing functions
 * @blocks: the pageblocks, without records
 * @plumbing: for owners, as for pageowner_stack_owner(); borrowed until @blocks are
 *	freed; NULL (default) for the library's table alone
 *
 * Return: 0, or -EBUSY if a record was added.
 */
int pageowner_pageblocks_set_plumbing(struct pageowner_pageblocks *blocks,
				      const struct pageowner_plumbing *plumbing);

/**
 * pageowner_pageblocks_keep_pins() - keep which holders pin each pageblock
 * @blocks: the pageblocks, without records
 *
 * Without it only how many pageblocks a holder pins is known, and the one holder of a
 * pageblock that is pinned by nothing else. Memory then also grows with pairs of
 * a pageblock and a holder that pins it.
 *
 * Return: 0, or -EBUSY if a record was added.
 */
int pageowner_pageblocks_keep_pins(struct pageowner_pageblocks *blocks);

/**
 * pageowner_pageblocks_add() - add a record
 * @blocks: the pageblocks
 * @record: of a page_owner dump; records must come in ascending order of PFN, as
 *	the kernel prints them. Not needed after the call
 *
 * The size of a pageblock follows from the first records, by majority. Until it is
 * known they are kept.
 *
 * Return: 1 if it was taken in, 0 if not (see pageowner_pageblocks_stats(), final
 * after pageowner_pageblocks_finish()); -EINVAL if the filter lacks its clock;
 * -ENOMEM; -ENOBUFS if the memory limit is reached.
 */
int pageowner_pageblocks_add(struct pageowner_pageblocks *blocks,
			     const struct pageowner_record *record);

/**
 * pageowner_pageblocks_by() - get what pages are attributed to
 * @blocks: the pageblocks
 *
 * Return: the value passed to pageowner_pageblocks_new().
 */
enum pageowner_by pageowner_pageblocks_by(const struct pageowner_pageblocks *blocks);

/**
 * pageowner_pageblocks_order() - get the order of a pageblock
 * @blocks: the pageblocks
 * @order: set: a pageblock has 2^order base pages
 *
 * Return: 1 with *order set; 0 if it is not known yet, or all pages are in pageblock 0.
 */
int pageowner_pageblocks_order(const struct pageowner_pageblocks *blocks,
			       unsigned int *order);

/**
 * pageowner_pageblocks_newest_ns() - get the time of the last allocation
 * @blocks: the pageblocks
 * @time_ns: set to the latest time of all records, nanoseconds since boot, which is
 *	about when the dump was taken
 *
 * Return: 1 with *time_ns set, 0 if no record has a time.
 */
int pageowner_pageblocks_newest_ns(const struct pageowner_pageblocks *blocks,
				   uint64_t *time_ns);

/**
 * pageowner_pageblocks_finish() - complete the counts after the last record
 * @blocks: the pageblocks
 *
 * Call it before any of the functions below, and again if records were added
 * since: until then the counts are 0, and looking at a pageblock, zone or holder
 * returns -EINVAL.
 *
 * Return: 0; -ENOMEM; -ENOBUFS if the memory limit is reached.
 */
int pageowner_pageblocks_finish(struct pageowner_pageblocks *blocks);

/**
 * pageowner_pageblocks_count() - count the pageblocks with allocated pages
 * @blocks: the pageblocks
 *
 * Return: the number of pageblocks.
 */
size_t pageowner_pageblocks_count(const struct pageowner_pageblocks *blocks);

/**
 * pageowner_pageblocks_block() - get one pageblock
 * @blocks: the pageblocks
 * @index: 0 to pageowner_pageblocks_count() - 1, by ascending number. A
 *	pageblock in two zones appears once for each
 * @block: set to memory of @blocks, overwritten by the next call
 *
 * Return: 1 with *block set, 0 if there is no such pageblock, -EINVAL if records were
 * added since pageowner_pageblocks_finish().
 */
int pageowner_pageblocks_block(const struct pageowner_pageblocks *blocks, size_t index,
			       const struct pageowner_pageblock **block);

/**
 * pageowner_pageblocks_zone_count() - count the zones
 * @blocks: the pageblocks
 *
 * Return: the number of zones with allocated pages.
 */
size_t pageowner_pageblocks_zone_count(const struct pageowner_pageblocks *blocks);

/**
 * pageowner_pageblocks_zone() - get one zone
 * @blocks: the pageblocks
 * @index: 0 to pageowner_pageblocks_zone_count() - 1, by node and zone
 * @zone: set to memory of @blocks, overwritten by the next call
 *
 * Return: 1 with *zone set, 0 if there is no such zone, -EINVAL if records were added
 * since pageowner_pageblocks_finish().
 */
int pageowner_pageblocks_zone(const struct pageowner_pageblocks *blocks,
			      size_t index, const struct pageowner_zone **zone);

/**
 * pageowner_pageblocks_sort() - sort the holders
 * @blocks: the pageblocks; pageowner_pageblocks_finish() is called if necessary
 * @order: the order
 *
 * Return: 0; -EINVAL if @order is invalid; -ENOMEM; -ENOBUFS if the memory
 * limit is reached.
 */
int pageowner_pageblocks_sort(struct pageowner_pageblocks *blocks,
			      enum pageowner_pageblocks_order order);

/**
 * pageowner_pageblocks_holder_count() - count the holders
 * @blocks: the pageblocks
 *
 * Return: the number of holders.
 */
size_t
pageowner_pageblocks_holder_count(const struct pageowner_pageblocks *blocks);

/**
 * pageowner_pageblocks_holder() - get one holder
 * @blocks: the pageblocks
 * @index: 0 to pageowner_pageblocks_holder_count() - 1, as last sorted, or in
 *	the order of their first records
 * @holder: set to memory of @blocks, overwritten by the next call
 *
 * Return: 1 with *holder set, 0 if there is no such holder, -EINVAL if records were
 * added since pageowner_pageblocks_finish().
 */
int pageowner_pageblocks_holder(const struct pageowner_pageblocks *blocks, size_t index,
				const struct pageowner_holder **holder);

/**
 * pageowner_pageblocks_pin() - get what one holder pins in one pageblock
 * @blocks: the pageblocks, see pageowner_pageblocks_keep_pins()
 * @index: 0, 1, 2 ... in the order of the pageblocks; those of one pageblock in the
 *	order of the holders' indexes
 * @pin: set to memory of @blocks, overwritten by the next call
 *
 * Return: 1 with *pin set, 0 after the last or if they are not kept, -EINVAL if records
 * were added since pageowner_pageblocks_finish().
 */
int pageowner_pageblocks_pin(const struct pageowner_pageblocks *blocks, size_t index,
			     const struct pageowner_pin **pin);

/**
 * pageowner_pageblocks_stats() - get the counts of records
 * @blocks: the pageblocks
 *
 * Return: memory of @blocks, updated as records are added.
 */
const struct pageowner_pageblocks_stats *
pageowner_pageblocks_stats(const struct pageowner_pageblocks *blocks);

/**
 * pageowner_pageblocks_error() - get the reason for the last failure
 * @blocks: the pageblocks
 *
 * Functions that take const pageblocks set no sentence.
 *
 * Return: a sentence; "" if the last call that can fail and change @blocks succeeded;
 * valid until the next such call.
 */
const char *pageowner_pageblocks_error(const struct pageowner_pageblocks *blocks);

#ifdef __cplusplus
}
#endif
#endif
