// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * trend.c - the least-squares line through pages over time.
 *
 * Only arithmetic: diff.c knows the snapshots and the meaning of their times.
 */
#include "trend.h"

struct po_trend po_trend_of(const double *x, const uint64_t *pages, size_t count)
{
	const double n = (double)count;
	double mean_x = 0, mean_y = 0, xx = 0, xy = 0, yy = 0;
	struct po_trend trend = { 0 };

	for (size_t i = 0; i < count; i++) {
		mean_x += x[i] / n;
		mean_y += (double)pages[i] / n;
	}
	for (size_t i = 0; i < count; i++) {
		const double dx = x[i] - mean_x, dy = (double)pages[i] - mean_y;

		xx += dx * dx;
		xy += dx * dy;
		yy += dy * dy;
	}
	if (xx <= 0 || yy <= 0)
		return trend;
	trend.slope = xy / xx;
	trend.fit = xy * xy / (xx * yy);
	if (trend.fit > 1)	/* by rounding */
		trend.fit = 1;
	return trend;
}
