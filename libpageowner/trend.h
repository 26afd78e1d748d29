/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * trend.h - the least-squares line through pages over time.
 */
#ifndef PO_TREND_H
#define PO_TREND_H

#include "base/po.h"

struct po_trend {
	double slope;	/* pages per unit of x; 0 with less than two points */
	double fit;	/* the part of the variance that the line explains, 0 to 1 */
};

/* @x: in any order, of any origin; small numbers lose no digits */
struct po_trend po_trend_of(const double *x, const uint64_t *pages, size_t count);

#endif
