/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * diff.h - two or more profiles: what changed, and what keeps growing.
 *
 * A diff takes snapshots one after the other and forgets them: it keeps the base
 * pages that each stack (or owner, or module) held in each of them. Its memory
 * grows with distinct stacks times snapshots.
 */
#ifndef PAGEOWNER_DIFF_H
#define PAGEOWNER_DIFF_H

#include <pageowner/profile.h>
#include <pageowner/suppress.h>

#ifdef __cplusplus
extern "C" {
#endif

struct pageowner_diff;

/**
 * enum pageowner_diff_by - what a row of a diff is
 * @PAGEOWNER_DIFF_STACK: a stack, equal to the byte
 * @PAGEOWNER_DIFF_PORTABLE: a call path: functions and modules without offsets,
 *	so that two boots or two kernels can be compared
 * @PAGEOWNER_DIFF_OWNER: an owner, see pageowner_stack_owner()
 * @PAGEOWNER_DIFF_MODULE: a module, see pageowner_stack_module()
 */
enum pageowner_diff_by {
	PAGEOWNER_DIFF_STACK,
	PAGEOWNER_DIFF_PORTABLE,
	PAGEOWNER_DIFF_OWNER,
	PAGEOWNER_DIFF_MODULE,
};

/**
 * enum pageowner_diff_order - in which order the rows are
 * @PAGEOWNER_DIFF_BY_GROWTH: what grew most, first against last, comes first,
 *	what shrank most comes last
 * @PAGEOWNER_DIFF_BY_TREND: what is most likely to leak most comes first: by
 *	the slope, weighted with how well it fits
 */
enum pageowner_diff_order {
	PAGEOWNER_DIFF_BY_GROWTH,
	PAGEOWNER_DIFF_BY_TREND,
};

/* What is said of a change. */
#define PAGEOWNER_CHANGE_NEW		0x01u /* none in the first snapshot */
#define PAGEOWNER_CHANGE_VANISHED	0x02u /* none in the last */
#define PAGEOWNER_CHANGE_STEADY		0x04u /* grew, and never shrank between */
/* Absent from a snapshot with a higher count_threshold than another: it may
 * have held some pages then, nobody knows. Such rows come last. */
#define PAGEOWNER_CHANGE_HIDDEN		0x08u

/**
 * struct pageowner_change - one row of a diff
 * @name:   the stack's frame lines, each with its newline; the call path
 *	likewise, "function" or "function [module]" a line; the owner's function;
 *	or the module, empty for the kernel itself
 * @stack:  of rows by stack, the frame lines; by call path those of the latest
 *	snapshot it was seen in; else empty
 * @flags:  PAGEOWNER_CHANGE_* bits
 * @snapshots: how many there are
 * @pages:  base pages in each of them
 * @change: last minus first, base pages; of 64 bits at most
 * @slope:  of the least-squares line through all of them, base pages a second;
 *	a snapshot if not all have a time; 0 with less than two
 * @fit:    how much of the variance the line explains, 0 to 1 (R squared); of
 *	two snapshots it is 1 and says nothing
 */
struct pageowner_change {
	struct pageowner_text name;
	struct pageowner_text stack;
	uint32_t flags;
	size_t snapshots;
	const uint64_t *pages;
	int64_t change;
	double slope;
	double fit;
};

/**
 * pageowner_diff_new() - no snapshots yet
 * @by: what a row is
 * @diff: set on success, to be freed with pageowner_diff_free()
 *
 * Return: 0, -EINVAL, -ENOMEM.   Since: 0.1
 */
int pageowner_diff_new(enum pageowner_diff_by by, struct pageowner_diff **diff);

/**
 * pageowner_diff_free() - give it back
 * @diff: a diff or NULL
 * Since: 0.1
 */
void pageowner_diff_free(struct pageowner_diff *diff);

/**
 * pageowner_diff_set_filter() - look at some stacks only
 * @diff: the diff, without snapshots
 * @filter: borrowed until the diff is freed; NULL for all. What depends on
 *	single records (pid, order ...) is to be filtered where a profile is
 *	loaded
 * Since: 0.1
 */
void pageowner_diff_set_filter(struct pageowner_diff *diff,
			       const struct pageowner_filter *filter);

/**
 * pageowner_diff_set_max_memory() - a bound for what input can make it take
 * @diff: the diff
 * @bytes: of memory; 0, as without a call, is no bound. Profiles have their own.
 *	What would go beyond fails with -ENOBUFS
 * Since: 0.1
 */
void pageowner_diff_set_max_memory(struct pageowner_diff *diff, uint64_t bytes);

/**
 * pageowner_diff_memory() - what input made it take
 * @diff: the diff
 *
 * Return: bytes, counted as by pageowner_diff_set_max_memory().   Since: 0.1
 */
uint64_t pageowner_diff_memory(const struct pageowner_diff *diff);

/**
 * pageowner_diff_set_suppress() - leave known stacks out
 * @diff: the diff, without snapshots
 * @suppress: borrowed until the diff is freed; NULL for none
 * Since: 0.1
 */
void pageowner_diff_set_suppress(struct pageowner_diff *diff,
				 const struct pageowner_suppress *suppress);

/**
 * pageowner_diff_set_baseline() - leave out what is known to be held
 * @diff: the diff, without snapshots
 * @profile: its pages are subtracted from those of every snapshot, down to 0;
 *	not needed afterwards
 *
 * Return: 0, -ENOMEM, -ENOBUFS.   Since: 0.1
 */
int pageowner_diff_set_baseline(struct pageowner_diff *diff,
				struct pageowner_profile *profile);

/**
 * pageowner_diff_add() - add a snapshot, later than those before
 * @diff: the diff
 * @profile: grouped by "callstack"; not needed afterwards
 * @time: when it was taken, seconds since any moment that all share; NAN if
 *	that is not known
 * @threshold: its count_threshold: stacks that hold less are not in it; 0 or 1
 *	if all are
 *
 * Return: 0, -ENOMEM or -ENOBUFS (then the snapshot is only partly in).
 * Since: 0.1
 */
int pageowner_diff_add(struct pageowner_diff *diff,
		       struct pageowner_profile *profile, double time,
		       uint64_t threshold);

/**
 * pageowner_diff_has_times() - whether slopes are per second
 * @diff: the diff
 *
 * Return: 1 if all snapshots have a time, each later than the one before; else
 * 0.   Since: 0.1
 */
int pageowner_diff_has_times(const struct pageowner_diff *diff);

/**
 * pageowner_diff_sort() - put the rows in order
 * @diff: the diff
 * @order: equal ones follow each other by their names
 *
 * Return: 0, -EINVAL, -ENOMEM, -ENOBUFS.   Since: 0.1
 */
int pageowner_diff_sort(struct pageowner_diff *diff,
			enum pageowner_diff_order order);

/**
 * pageowner_diff_count() - how many rows there are
 * @diff: the diff
 * Since: 0.1
 */
size_t pageowner_diff_count(const struct pageowner_diff *diff);

/**
 * pageowner_diff_change() - look at one row
 * @diff: the diff
 * @index: 0 to pageowner_diff_count() - 1, in the present order
 *
 * Return: memory of the diff, overwritten by the next call; NULL if there is no
 * such row, or no memory.   Since: 0.1
 */
const struct pageowner_change *
pageowner_diff_change(struct pageowner_diff *diff, size_t index);

/**
 * pageowner_diff_total() - the sums of a snapshot
 * @diff: the diff
 * @snapshot: 0 for the first
 * @pages: set to the base pages of all rows, the baseline subtracted; unless
 *	NULL
 * @suppressed: set to those that were left out by patterns, unless NULL
 *
 * Return: 0, or -EINVAL if there is no such snapshot.   Since: 0.1
 */
int pageowner_diff_total(const struct pageowner_diff *diff, size_t snapshot,
			 uint64_t *pages, uint64_t *suppressed);

#ifdef __cplusplus
}
#endif
#endif
