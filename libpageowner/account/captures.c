// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * captures.c - what the captures of a profile say about all of it: the size of a page,
 * what they leave out, whether they are of one boot.
 *
 * Does not look at records, nor at meminfo.
 */
#include "account/state.h"

#include <pageowner/conditions.h>

#include "read/together.h"

int po_account_page_size(const struct pageowner_profile *profile, uint64_t *page_size)
{
	const struct pageowner_conditions *c;

	*page_size = 0;
	for (size_t i = 0; pageowner_profile_conditions(profile, i, &c) > 0; i++) {
		if (!(c->has & PAGEOWNER_CONDITIONS_HAS_PAGE_SIZE))
			continue;
		if (*page_size && c->page_size != *page_size)
			return -EINVAL;
		*page_size = c->page_size;
	}
	return 0;
}

void po_account_find_gaps(const struct pageowner_profile *profile,
			  struct po_account_sums *sums)
{
	const struct pageowner_conditions *c;

	for (size_t i = 0; pageowner_profile_conditions(profile, i, &c) > 0; i++) {
		sums->has_threshold |= c->has & PAGEOWNER_CONDITIONS_HAS_THRESHOLD &&
			c->threshold > 1;
		sums->is_partial |= c->has & (PAGEOWNER_CONDITIONS_HAS_NODES |
					      PAGEOWNER_CONDITIONS_HAS_INCOMPLETE) ||
			!(c->has & PAGEOWNER_CONDITIONS_HAS_COMPLETE);
	}
}

static bool overlaps(const struct pageowner_profile *profile, size_t count,
		     const struct pageowner_conditions *conditions)
{
	const struct pageowner_conditions *c;

	for (size_t i = 0; i < count; i++)
		if (pageowner_profile_conditions(profile, i, &c) > 0 &&
		    po_conditions_overlap(c, conditions))
			return true;
	return false;
}

bool po_account_repeats_boot(const struct pageowner_profile *profile)
{
	const struct pageowner_conditions *c;

	for (size_t i = 0; pageowner_profile_conditions(profile, i, &c) > 0; i++)
		if (overlaps(profile, i, c))
			return true;
	return false;
}
