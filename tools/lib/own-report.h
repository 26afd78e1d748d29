/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * own-report.h - reports that these programs wrote.
 */
#ifndef OWN_REPORT_H
#define OWN_REPORT_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the start of a file is that of a report of these programs, or of the kernel's
 * page_owner_sort; false if memory is short. */
bool cli_is_own_report(const char *text, size_t len);

#endif
