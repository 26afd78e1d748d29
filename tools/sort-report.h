/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sort-report.h - one group in the text form of the kernel's page_owner_sort.
 */
#ifndef SORT_REPORT_H
#define SORT_REPORT_H

#include "tools/lib/cli.h"

#define BIT(key)	(UINT64_C(1) << PAGEOWNER_FIELD_##key)

/* Both: 0, or a negative errno if the group cannot be looked at. */

/* Counts, allocator, whole text; the digits of the time only if @with_ts. */
int sort_report_full(struct cli_output *out, struct pageowner_profile *profile,
		     size_t index, bool with_ts);

/* Counts and the values of the keys in @shown, BIT() of each. */
int sort_report_culled(struct cli_output *out,
		       struct pageowner_profile *profile, size_t index,
		       uint64_t shown);

#endif
