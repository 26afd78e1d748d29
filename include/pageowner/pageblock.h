/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pageblock.h - fragmentation: which pageblocks are mixed, and who mixes them.
 *
 * The page allocator keeps pages that it can move apart from pages that it
 * cannot, in pageblocks of one migratetype each. An unmovable page in a movable
 * pageblock keeps that from ever becoming one huge page. A dump of page_owner
 * tells for each page both types and the pageblock it lies in, so it tells who
 * does this.
 *
 * Records are taken in one after the other and forgotten: memory grows with
 * pageblocks that hold allocated pages and with distinct stacks.
 */
#ifndef PAGEOWNER_PAGEBLOCK_H
#define PAGEOWNER_PAGEBLOCK_H

#include <pageowner/record.h>

#ifdef __cplusplus
extern "C" {
#endif

struct pageowner_pageblocks;

/**
 * enum pageowner_migratetype - by the kernel's names, not by its numbers
 * @PAGEOWNER_MIGRATE_UNMOVABLE: "Unmovable"
 * @PAGEOWNER_MIGRATE_MOVABLE: "Movable"
 * @PAGEOWNER_MIGRATE_RECLAIMABLE: "Reclaimable"
 * @PAGEOWNER_MIGRATE_HIGHATOMIC: "HighAtomic"
 * @PAGEOWNER_MIGRATE_CMA: "CMA"
 * @PAGEOWNER_MIGRATE_ISOLATE: "Isolate"
 * @PAGEOWNER_MIGRATE_OTHER: any other; so are the numbers that stand there to
 *	Linux 4.5, whose meaning changed from kernel to kernel
 * @PAGEOWNER_MIGRATE_TYPES: how many there are
 */
enum pageowner_migratetype {
	PAGEOWNER_MIGRATE_UNMOVABLE,
	PAGEOWNER_MIGRATE_MOVABLE,
	PAGEOWNER_MIGRATE_RECLAIMABLE,
	PAGEOWNER_MIGRATE_HIGHATOMIC,
	PAGEOWNER_MIGRATE_CMA,
	PAGEOWNER_MIGRATE_ISOLATE,
	PAGEOWNER_MIGRATE_OTHER,
	PAGEOWNER_MIGRATE_TYPES,
};

/**
 * pageowner_migratetype_name() - as the kernel prints it
 * @type: one of enum pageowner_migratetype
 *
 * Return: a constant name; "other" for what names none.   Since: 0.1
 */
const char *pageowner_migratetype_name(enum pageowner_migratetype type);

/**
 * enum pageowner_pageblocks_by - who is blamed
 * @PAGEOWNER_PAGEBLOCKS_STACK: a stack, equal to the byte
 * @PAGEOWNER_PAGEBLOCKS_OWNER: an owner, see pageowner_stack_owner()
 * @PAGEOWNER_PAGEBLOCKS_MODULE: a module, see pageowner_stack_module()
 */
enum pageowner_pageblocks_by {
	PAGEOWNER_PAGEBLOCKS_STACK,
	PAGEOWNER_PAGEBLOCKS_OWNER,
	PAGEOWNER_PAGEBLOCKS_MODULE,
};

/**
 * enum pageowner_pageblocks_order - in which order the holders are
 * @PAGEOWNER_PAGEBLOCKS_PER_PAGE: first who pins most pageblocks for each page
 *	held; of equals who pins more
 * @PAGEOWNER_PAGEBLOCKS_ALONE: first who alone pins most
 * @PAGEOWNER_PAGEBLOCKS_PINNED: first who pins most
 * @PAGEOWNER_PAGEBLOCKS_PAGES: first who holds most pages
 */
enum pageowner_pageblocks_order {
	PAGEOWNER_PAGEBLOCKS_PER_PAGE,
	PAGEOWNER_PAGEBLOCKS_ALONE,
	PAGEOWNER_PAGEBLOCKS_PINNED,
	PAGEOWNER_PAGEBLOCKS_PAGES,
};

/**
 * struct pageowner_pageblock - one pageblock with allocated pages
 * @number: PFN >> pageblock order
 * @node:   NUMA node, -1 where the dump does not tell (before Linux 5.13)
 * @zone:   index of the zone, likewise
 * @type:   its own migratetype, as seen last
 * @is_mixed: 1 if the kernel counts it among the "mixed blocks" of
 *	/proc/pagetypeinfo: an allocation in it asked for another type
 * @pages:  allocated base pages by the type that their mask asks for, of which
 *	only unmovable, movable and reclaimable ones exist
 * @pinned_by: index of the holder that alone has unmovable or reclaimable pages
 *	in this movable or CMA pageblock, as pageowner_pageblocks_holder() counts
 *	before any sorting; PAGEOWNER_PINNED_BY_NONE, PAGEOWNER_PINNED_BY_SEVERAL
 */
struct pageowner_pageblock {
	uint64_t number;
	int32_t node;
	int32_t zone;
	enum pageowner_migratetype type;
	int is_mixed;
	uint32_t pages[PAGEOWNER_MIGRATE_TYPES];
	uint32_t pinned_by;
};

#define PAGEOWNER_PINNED_BY_NONE	UINT32_MAX
#define PAGEOWNER_PINNED_BY_SEVERAL	(UINT32_MAX - 1)

/**
 * struct pageowner_holder - one stack, owner or module, and what it pins
 * @name:   the stack's frame lines, each with its newline; the owner's function;
 *	the module, empty for the kernel itself
 * @stack:  frame lines of the first of its stacks
 * @index:  what pinned_by of a pageblock holds for it
 * @allocations: how many it made that are still held
 * @pages:  base pages of these
 * @pinning_pages: those of them that are unmovable or reclaimable and lie in
 *	movable or CMA pageblocks
 * @pinned: pageblocks that these lie in
 * @alone:  those of them that nobody else pins: if it were gone, each could be
 *	emptied and become one free block of the pageblock's size
 * @oldest_ts_ns: when the oldest pinning allocation was made; UINT64_MAX where
 *	none tells (before Linux 5.11)
 * @mean_ts_ns: the mean over the pinning allocations, likewise
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
 * struct pageowner_zone - the sums over the pageblocks of a zone
 * @node:   NUMA node, -1 where the dump does not tell
 * @zone:   index of the zone, likewise
 * @blocks: pageblocks with allocated pages, by their own type
 * @mixed:  those of them that are mixed, as /proc/pagetypeinfo has them: CMA
 *	pageblocks count as movable ones
 * @pages:  allocated base pages
 */
struct pageowner_zone {
	int32_t node;
	int32_t zone;
	uint64_t blocks[PAGEOWNER_MIGRATE_TYPES];
	uint64_t mixed[PAGEOWNER_MIGRATE_TYPES];
	uint64_t pages;
};

/**
 * struct pageowner_pageblocks_stats - what the records were like
 * @counted: records that were taken in
 * @placeless: records that do not tell their place: without a PFN line, or from
 *	another file than page_owner
 * @misplaced: records whose PFN does not lie in the pageblock they name, or of more
 *	pageblocks than any allocation has; passed over
 * @descending: records with a lower PFN than one before. The kernel prints them
 *	in ascending order: this is more than one dump, or a damaged one, and the
 *	pageblocks that a holder pins may be counted twice
 * @overlapping: records that begin inside the one before. A few are there where
 *	the memory was in use while it was read
 * @first_misplaced: offset of the first of them, bytes, as in the record
 * @first_descending: likewise
 */
struct pageowner_pageblocks_stats {
	uint64_t counted;
	uint64_t placeless;
	uint64_t misplaced;
	uint64_t descending;
	uint64_t overlapping;
	uint64_t first_misplaced;
	uint64_t first_descending;
};

/**
 * pageowner_pageblocks_new() - no records yet
 * @by: who is blamed
 * @blocks: set on success, to be freed with pageowner_pageblocks_free()
 *
 * Return: 0, -EINVAL, -ENOMEM.   Since: 0.1
 */
int pageowner_pageblocks_new(enum pageowner_pageblocks_by by,
			     struct pageowner_pageblocks **blocks);

/**
 * pageowner_pageblocks_free() - give it back
 * @blocks: pageblocks or NULL
 * Since: 0.1
 */
void pageowner_pageblocks_free(struct pageowner_pageblocks *blocks);

/**
 * pageowner_pageblocks_set_max_memory() - a bound for what input can make it take
 * @blocks: the pageblocks
 * @bytes: of memory; 0, as without a call, is no bound. What would go beyond fails
 *	with -ENOBUFS
 * Since: 0.1
 */
void pageowner_pageblocks_set_max_memory(struct pageowner_pageblocks *blocks,
					 uint64_t bytes);

/**
 * pageowner_pageblocks_memory() - what input made it take
 * @blocks: the pageblocks
 *
 * Return: bytes, counted as by pageowner_pageblocks_set_max_memory().   Since: 0.1
 */
uint64_t
pageowner_pageblocks_memory(const struct pageowner_pageblocks *blocks);

/**
 * pageowner_pageblocks_add() - take a record in
 * @blocks: the pageblocks
 * @record: of a page_owner dump; records are to come in ascending order of PFN,
 *	as the kernel prints them. Not needed afterwards
 *
 * How large a pageblock is follows from the first record that tells.
 * Return: 1 if it was counted, 0 if not (see the stats), -ENOMEM, -ENOBUFS.
 * Since: 0.1
 */
int pageowner_pageblocks_add(struct pageowner_pageblocks *blocks,
			     const struct pageowner_record *record);

/**
 * pageowner_pageblocks_order() - how large a pageblock is
 * @blocks: the pageblocks
 *
 * Return: a pageblock has 2^order base pages; -1 if no record told yet.
 * Since: 0.1
 */
int pageowner_pageblocks_order(const struct pageowner_pageblocks *blocks);

/**
 * pageowner_pageblocks_newest_ns() - the time of the last allocation
 * @blocks: the pageblocks
 *
 * Return: the latest time of all records, in nanoseconds since boot: about when
 * the dump was taken; 0 where none tells.   Since: 0.1
 */
uint64_t
pageowner_pageblocks_newest_ns(const struct pageowner_pageblocks *blocks);

/**
 * pageowner_pageblocks_finish() - all records are taken in
 * @blocks: the pageblocks
 *
 * To be called before anything of what follows; again, if records were added
 * since.
 * Return: 0, -ENOMEM, -ENOBUFS.   Since: 0.1
 */
int pageowner_pageblocks_finish(struct pageowner_pageblocks *blocks);

/**
 * pageowner_pageblocks_count() - how many have allocated pages
 * @blocks: the pageblocks
 * Since: 0.1
 */
size_t pageowner_pageblocks_count(const struct pageowner_pageblocks *blocks);

/**
 * pageowner_pageblocks_get() - look at one pageblock
 * @blocks: the pageblocks
 * @index: 0 to pageowner_pageblocks_count() - 1, by ascending number. One that
 *	lies in two zones is there once for each
 *
 * Return: memory of @blocks, overwritten by the next call; NULL if there is no
 * such pageblock.   Since: 0.1
 */
const struct pageowner_pageblock *
pageowner_pageblocks_get(struct pageowner_pageblocks *blocks, size_t index);

/**
 * pageowner_pageblocks_zone_count() - how many zones were seen
 * @blocks: the pageblocks
 * Since: 0.1
 */
size_t pageowner_pageblocks_zone_count(const struct pageowner_pageblocks *blocks);

/**
 * pageowner_pageblocks_zone() - look at one zone
 * @blocks: the pageblocks
 * @index: 0 to pageowner_pageblocks_zone_count() - 1, by node and zone
 *
 * Return: memory of @blocks, valid until a record is added; NULL if there is no
 * such zone.   Since: 0.1
 */
const struct pageowner_zone *
pageowner_pageblocks_zone(const struct pageowner_pageblocks *blocks, size_t index);

/**
 * pageowner_pageblocks_sort() - put the holders in order
 * @blocks: the pageblocks, finished
 * @order: which
 *
 * Return: 0, -EINVAL, -ENOMEM, -ENOBUFS.   Since: 0.1
 */
int pageowner_pageblocks_sort(struct pageowner_pageblocks *blocks,
			      enum pageowner_pageblocks_order order);

/**
 * pageowner_pageblocks_holder_count() - how many holders there are
 * @blocks: the pageblocks
 * Since: 0.1
 */
size_t
pageowner_pageblocks_holder_count(const struct pageowner_pageblocks *blocks);

/**
 * pageowner_pageblocks_holder() - look at one holder
 * @blocks: the pageblocks
 * @index: 0 to pageowner_pageblocks_holder_count() - 1, as sorted last; without
 *	sorting as they came
 *
 * Return: memory of @blocks, overwritten by the next call; NULL if there is no
 * such holder or no memory.   Since: 0.1
 */
const struct pageowner_holder *
pageowner_pageblocks_holder(struct pageowner_pageblocks *blocks, size_t index);

/**
 * pageowner_pageblocks_stats() - what the records were like
 * @blocks: the pageblocks
 * Since: 0.1
 */
const struct pageowner_pageblocks_stats *
pageowner_pageblocks_stats(const struct pageowner_pageblocks *blocks);

#ifdef __cplusplus
}
#endif
#endif
