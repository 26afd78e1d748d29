/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * diff.h - compare two or more profiles: what changed, and what keeps growing.
 *
 * A diff takes snapshots one after the other and does not keep them: it stores
 * the base pages that each stack (or owner, or module) held in each of them. Its
 * memory grows with distinct stacks times snapshots. It reads no files.
 *
 * After the last snapshot pageowner_diff_sort() makes the rows. The functions that
 * return them take a const diff and do not allocate; one thread at a time may call them.
 */
#ifndef PAGEOWNER_DIFF_H
#define PAGEOWNER_DIFF_H

#include <pageowner/budget.h>
#include <pageowner/plumbing.h>
#include <pageowner/profile.h>
#include <pageowner/stack.h>
#include <pageowner/suppress.h>

#ifdef __cplusplus
extern "C" {
#endif

struct pageowner_diff;

/**
 * enum pageowner_diff_order - the order of the rows
 * @PAGEOWNER_DIFF_BY_CHANGE: by change from first to last snapshot, the largest
 *	growth first; rows that shrank come last
 * @PAGEOWNER_DIFF_BY_TREND: the most likely and largest leak first: by the
 *	slope, weighted by how well it fits; rows with no more pages in the last
 *	snapshot than in the first are never before one that grew steadily
 * @PAGEOWNER_DIFF_BY_RATE: by slope, the largest first
 * @PAGEOWNER_DIFF_BY_FIRST: by pages in the first snapshot, the largest first
 * @PAGEOWNER_DIFF_BY_LAST: by pages in the last snapshot, the largest first
 * @PAGEOWNER_DIFF_BY_OWNER: by owner, A to Z; rows by module have none
 * @PAGEOWNER_DIFF_BY_MODULE: by the innermost module, A to Z, the kernel image first;
 *	rows by owner have none
 * @PAGEOWNER_DIFF_REVERSED: a bit that is added to one of them: the opposite order;
 *	rows for which it is unknown are last nonetheless
 */
enum pageowner_diff_order {
	PAGEOWNER_DIFF_BY_CHANGE,
	PAGEOWNER_DIFF_BY_TREND,
	PAGEOWNER_DIFF_BY_RATE,
	PAGEOWNER_DIFF_BY_FIRST,
	PAGEOWNER_DIFF_BY_LAST,
	PAGEOWNER_DIFF_BY_OWNER,
	PAGEOWNER_DIFF_BY_MODULE,
	PAGEOWNER_DIFF_REVERSED = 0x100,
};

/* Properties of a change. */
#define PAGEOWNER_CHANGE_NEW		0x01u /* no pages in the first snapshot */
#define PAGEOWNER_CHANGE_VANISHED	0x02u /* no pages in the last */
/*
 * Never shrank, grew in each interval (of more than five in at least five), and by three
 * times what as many independent allocations vary by. Of three, four or five snapshots all
 * must lie on a line too (@fit is at least 0.999, 0.96 or 0.92), as three values that vary
 * by chance rise in one of six cases.
 */
#define PAGEOWNER_CHANGE_STEADY		0x04u
/*
 * Absent from a snapshot whose count_threshold is higher than another's, so its pages
 * in that snapshot are unknown: it is neither new nor vanished nor steady. Such rows
 * come last, unless they certainly grew (@least_change); then they are sorted by that.
 */
#define PAGEOWNER_CHANGE_UNKNOWN	0x08u

/**
 * struct pageowner_change - one row of a diff
 * @name:   the stack's frame lines, each with its newline; the call path,
 *	"function" or "function [module]" a line; the owner's function; or the
 *	module, empty for the kernel image
 * @stack:  frame lines: in rows by stack those of the stack, by call path those
 *	in the last snapshot that has it; empty in other rows
 * @flags:  PAGEOWNER_CHANGE_* bits
 * @snapshots: number of snapshots
 * @pages:  base pages in each of them; 0 if a threshold hides it
 * @change: last minus first, base pages, limited to 64 bits
 * @slope:  slope of the least-squares line through all of them, base pages per
 *	second; per snapshot if not all have a time; 0 with less than two
 * @fit:    the part of the variance that the line explains, 0 to 1 (R squared);
 *	always 1 with two snapshots. With PAGEOWNER_CHANGE_UNKNOWN @slope and @fit are of
 *	the flattest line that the thresholds allow
 * @least_change: with PAGEOWNER_CHANGE_UNKNOWN the smallest change that the thresholds
 *	allow, if the row never had more stacks than in the snapshot that shows most;
 *	otherwise @change
 * @most_change: with PAGEOWNER_CHANGE_UNKNOWN the largest; otherwise @change
 *
 * Members may be added at the end; never embed or copy this struct by size.
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
	int64_t least_change;
	int64_t most_change;
};

/* Which members of a snapshot are valid */
#define PAGEOWNER_SNAPSHOT_HAS_TIME		0x01u
#define PAGEOWNER_SNAPSHOT_HAS_THRESHOLD	0x02u

/**
 * struct pageowner_snapshot - one of the profiles that a diff was made from
 * @has:       PAGEOWNER_SNAPSHOT_HAS_* bits; a member without its bit is
 *	meaningless
 * @time_ns:   when it was taken, nanoseconds since a moment that all snapshots share
 * @threshold: its count_threshold, base pages: stacks that hold less are missing
 * @pages:     base pages of all rows after the baseline is subtracted
 * @suppressed: base pages left out by patterns
 * @conditions: metadata of the first of its inputs that has any; NULL if none has
 * @kinds:     as pageowner_profile_kinds()
 *
 * Members may be added at the end; never embed or copy this struct by size.
 */
struct pageowner_snapshot {
	uint64_t has;
	uint64_t time_ns;
	uint64_t threshold;
	uint64_t pages;
	uint64_t suppressed;
	const struct pageowner_conditions *conditions;
	uint32_t kinds;
};

/**
 * pageowner_diff_new() - create an empty diff
 * @by: what a row is
 * @diff: set on success; free it with pageowner_diff_free()
 *
 * Return: 0; -EINVAL if @by is invalid; -ENOMEM.
 */
int pageowner_diff_new(enum pageowner_by by, struct pageowner_diff **diff);

/**
 * pageowner_diff_free() - free a diff
 * @diff: a diff or NULL
 */
void pageowner_diff_free(struct pageowner_diff *diff);

/**
 * pageowner_diff_by() - get what a row is
 * @diff: the diff
 *
 * Return: the value passed to pageowner_diff_new().
 */
enum pageowner_by pageowner_diff_by(const struct pageowner_diff *diff);

/**
 * pageowner_diff_set_filter() - compare only stacks that pass a filter
 * @diff: the diff, without baseline and snapshots
 * @filter: borrowed until the diff is freed; NULL (default) for all. Selectors of
 *	single records (pid, order ...) must be applied when a profile is loaded; with
 *	them pageowner_diff_add() refuses the profile
 *
 * Return: 0, or -EBUSY if there is a baseline or a snapshot.
 */
int pageowner_diff_set_filter(struct pageowner_diff *diff,
			      const struct pageowner_filter *filter);

/**
 * pageowner_diff_set_suppress() - leave out stacks that match a pattern
 * @diff: the diff, without baseline and snapshots
 * @suppress: borrowed until the diff is freed; NULL (default) for none
 *
 * Return: 0, or -EBUSY if there is a baseline or a snapshot.
 */
int pageowner_diff_set_suppress(struct pageowner_diff *diff,
				const struct pageowner_suppress *suppress);

/**
 * pageowner_diff_set_plumbing() - add functions that only pass memory on
 * @diff: the diff, without baseline and snapshots
 * @plumbing: for rows by owner, as for pageowner_stack_owner(); borrowed until the
 *	diff is freed; NULL (default) for the library's table alone
 *
 * Return: 0, or -EBUSY if there is a baseline or a snapshot.
 */
int pageowner_diff_set_plumbing(struct pageowner_diff *diff,
				const struct pageowner_plumbing *plumbing);

/**
 * pageowner_diff_set_budget() - limit the memory a diff uses
 * @diff: the diff
 * @budget: a budget (budget.h); NULL (default) means no limit. What the diff uses
 *	already is charged to it
 *
 * Return: 0, or -ENOBUFS if what is used already exceeds the limit; then the diff
 * keeps the budget it had.
 */
int pageowner_diff_set_budget(struct pageowner_diff *diff,
			      struct pageowner_budget *budget);

/**
 * pageowner_diff_set_baseline() - subtract the pages of a known good profile
 * @diff: the diff, without snapshots
 * @profile: its pages are subtracted from those of every snapshot, down to 0; as for
 *	pageowner_diff_add(); not needed after the call
 *
 * Return: 0; -EBUSY if there is a baseline or a snapshot; otherwise as
 * pageowner_diff_add(). After an error there is no baseline.
 */
int pageowner_diff_set_baseline(struct pageowner_diff *diff,
				const struct pageowner_profile *profile);

/**
 * pageowner_diff_set_time() - set when the next snapshot was taken
 * @diff: the diff
 * @time_ns: nanoseconds since a moment that all snapshots share
 *
 * By default it is the time in the conditions of the profile, if they have one.
 */
void pageowner_diff_set_time(struct pageowner_diff *diff, uint64_t time_ns);

/**
 * pageowner_diff_set_any_times() - accept snapshots that are not in the order of time
 * @diff: the diff
 * @any: 1: times that are equal or earlier than those before are accepted, and slopes
 *	are then per snapshot; 0 (default): they are refused
 */
void pageowner_diff_set_any_times(struct pageowner_diff *diff, int any);

/**
 * pageowner_diff_set_any_page_size() - accept snapshots with pages of different sizes
 * @diff: the diff
 * @any: 1: they are accepted, and a page counts as one, whatever its size; 0 (default):
 *	they are refused
 */
void pageowner_diff_set_any_page_size(struct pageowner_diff *diff, int any);

/**
 * pageowner_diff_set_threshold() - set the count_threshold of the next snapshot
 * @diff: the diff
 * @threshold: base pages: stacks that hold less are missing; 0 or 1 if none are
 *
 * By default it is the largest in the conditions of the profile; if they have none and
 * the profile has counts of show_stacks and the like, the pages of its smallest stack.
 */
void pageowner_diff_set_threshold(struct pageowner_diff *diff, uint64_t threshold);

/**
 * pageowner_diff_add() - add a snapshot, later than those before
 * @diff: the diff
 * @profile: finished; grouped by "callstack" and possibly more fields; not needed
 *	after the call
 *
 * The rows must be sorted again.
 *
 * Return: 0; -EINVAL if the profile is not finished, not grouped by stacks, or lacks
 * fields that the diff's filter needs, if its time, set or of its conditions, is not
 * later than that of a snapshot before, or if its pages have another size than those of
 * a snapshot before or the baseline; -ENOMEM; -ENOBUFS if the memory limit is
 * reached. After an error the diff is unchanged.
 */
int pageowner_diff_add(struct pageowner_diff *diff,
		       const struct pageowner_profile *profile);

/**
 * pageowner_diff_snapshot_count() - count the snapshots
 * @diff: the diff
 *
 * Return: the number of snapshots, the baseline not counted.
 */
size_t pageowner_diff_snapshot_count(const struct pageowner_diff *diff);

/**
 * pageowner_diff_snapshot() - get the description of one snapshot
 * @diff: the diff
 * @index: 0 to pageowner_diff_snapshot_count() - 1, in the order they were added
 * @snapshot: set to memory of the diff, valid until the next pageowner_diff_add()
 *
 * Return: 1 with *snapshot set, 0 if there is no such snapshot.
 */
int pageowner_diff_snapshot(const struct pageowner_diff *diff, size_t index,
			    const struct pageowner_snapshot **snapshot);

/**
 * pageowner_diff_has_times() - test whether slopes are per second
 * @diff: the diff
 *
 * Return: 1 if all snapshots have a time, each later than the one before; 0
 * otherwise.
 */
int pageowner_diff_has_times(const struct pageowner_diff *diff);

/**
 * pageowner_diff_sort() - make the rows and sort them
 * @diff: the diff
 * @order: the order; rows that compare equal are ordered by name
 *
 * Return: 0; -EINVAL if @order is invalid; -ENOMEM; -ENOBUFS if the memory
 * limit is reached.
 */
int pageowner_diff_sort(struct pageowner_diff *diff,
			enum pageowner_diff_order order);

/**
 * pageowner_diff_count() - count the rows
 * @diff: the diff
 *
 * Return: the number of rows; 0 if a snapshot was added since they were sorted.
 */
size_t pageowner_diff_count(const struct pageowner_diff *diff);

/**
 * pageowner_diff_change() - get one row
 * @diff: the diff
 * @index: 0 to pageowner_diff_count() - 1, in the current order
 * @change: set to memory of the diff, overwritten by the next call
 *
 * Return: 1 with *change set; 0 if there is no such row; -EINVAL if the rows are not
 * sorted, or a snapshot was added since.
 */
int pageowner_diff_change(const struct pageowner_diff *diff, size_t index,
			  const struct pageowner_change **change);

/**
 * pageowner_diff_error() - describe the last failure
 * @diff: the diff
 *
 * Functions that take a const diff set no sentence.
 *
 * Return: a sentence; "" if the last call that can fail and change the diff succeeded;
 * valid until the next such call.
 */
const char *pageowner_diff_error(const struct pageowner_diff *diff);

#ifdef __cplusplus
}
#endif
#endif
