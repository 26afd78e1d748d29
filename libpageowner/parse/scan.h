/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * scan.h - find the ends of lines and stacks, fast; the only CPU-specific code.
 */
#ifndef PO_SCAN_H
#define PO_SCAN_H

#include "base/po.h"

/*
 * Find the end of a run of frame lines: the first line from @p on that does not
 * begin with a blank, NULL if there is none before @end. @p itself is a line start.
 * A line start at @end does not count, because its line is unknown.
 */
extern const char *(*po_scan_frames)(const char *p, const char *end);

/* The same in plain C, for any processor; for tests and measurements. */
const char *po_scan_frames_portable(const char *p, const char *end);

/* Start of the first line in [p, end) that begins with @word, or NULL */
const char *po_scan_line_with(const char *p, const char *end,
			      struct pageowner_text word);

#endif
