/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * place.h - show one place in memory: who holds what there.
 */
#ifndef FRAG_PLACE_H
#define FRAG_PLACE_H

#include <pageowner/pageowner.h>

#include "tools/lib/output.h"

#define FRAG_NEIGHBOURS	4	/* on each side of a page */

struct frag_neighbour;

struct frag_place {
	enum { FRAG_NOWHERE, FRAG_BLOCK, FRAG_PFN } what;
	uint64_t number;		/* of the pageblock or of the page */
	const struct pageowner_plumbing *plumbing;
	/* FRAG_BLOCK */
	struct pageowner_profile *profile;
	/* FRAG_PFN: by ascending PFN */
	struct frag_neighbour *neighbours[2 * FRAG_NEIGHBOURS + 1];
	size_t count, after;		/* all; those after the page */
	bool is_found;
};

/* Made from what and number. 0 or -ENOMEM */
int frag_place_init(struct frag_place *place, enum pageowner_by by,
		    const struct pageowner_filter *filter,
		    const struct pageowner_plumbing *plumbing);
void frag_place_free(struct frag_place *place);

/* 0 or -ENOMEM */
int frag_place_add(struct frag_place *place, const struct pageowner_record *record);

/* 0 or a negative errno */
int frag_place_print(const struct frag_place *place, struct cli_output *out,
		     struct pageowner_pageblocks *blocks, bool full);

#endif
