/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * diff_private.h - the inside of a diff, for diff.c, which adds snapshots, and change.c,
 * which computes what became of the rows.
 */
#ifndef PO_DIFF_PRIVATE_H
#define PO_DIFF_PRIVATE_H

#include "base/po.h"

#include <pageowner/diff.h>

#include "base/charge.h"
#include "base/grow.h"
#include "read/captures.h"
#include "stack/attribute.h"

struct po_snapshot {
	struct pageowner_snapshot shown;
	struct po_captures captures;	/* at most one: its conditions */
	uint64_t *pages;	/* by row; rows from count on are newer */
	size_t count;
};

struct po_row {
	struct po_attributed is;
	size_t since;		/* snapshot or baseline, plus 1; 0: of a removed one */
	size_t counted;		/* the last snapshot in which its stacks were counted */
	uint64_t stacks, most_stacks;	/* in that snapshot, and at most in any */
};

/* Memory for showing a row, reserved when they are sorted */
struct po_view {
	struct pageowner_change change;
	size_t *order;			/* rows, sorted */
	size_t count, room;
	uint64_t *pages;		/* of the row, by snapshot */
	double *x;			/* seconds since the first, or 0, 1, 2 ... */
	size_t snapshots;
	uint64_t lowest;		/* threshold of all, at least 1 */
	bool is_ready;			/* no snapshot was added since */
};

struct pageowner_diff {
	struct po_budget budget;
	const struct pageowner_filter *filter;
	const struct pageowner_suppress *suppress;
	struct po_attribution *names;
	struct po_snapshot *snapshots;
	size_t count;
	struct po_snapshot baseline;
	bool has_baseline;
	bool any_times;			/* snapshots may be in any order of time */
	bool any_page_size;
	uint64_t page_size;		/* of all snapshots and the baseline; 0: not known */
	uint64_t has, time_ns, threshold;	/* of the next snapshot */
	struct po_row *rows;		/* by number of the name */
	size_t rows_count, rows_room;
	struct po_view *view;
	char error[256];
};

static inline uint64_t po_pages_of(const struct po_snapshot *s, size_t row)
{
	return row < s->count ? s->pages[row] : 0;
}

/* Set the sentence of a failure that has none yet, and return its number. */
int po_diff_explain(struct pageowner_diff *d, int ret);
/* Set the sentence of a refused call and return its error. */
int po_diff_refuse(struct pageowner_diff *d, int ret, const char *sentence);
void po_diff_free_view(struct pageowner_diff *d);

#endif
