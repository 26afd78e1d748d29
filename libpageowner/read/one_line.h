/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * one_line.h - text whose line ends are no newlines -> with newlines.
 */
#ifndef PO_ONE_LINE_H
#define PO_ONE_LINE_H

#include "base/po.h"

/* Zeroed it decodes nothing. */
struct po_one_line {
	unsigned int kind;	/* what ends a line; 0: a newline */
	char quote;		/* what encloses all of it, or '\0' */
	bool has_begun, in_line, is_message;
	char rest[16];		/* not yet decoded */
	size_t rest_len;
};

/* Whether the text has other line ends: *o is set for it. *is_sure: more text changes nothing. */
bool po_one_line_begins(struct po_one_line *o, const char *p, size_t len, bool *is_sure);

/* Decode @len bytes in place, which begin with o->rest: the length of the result. */
size_t po_one_line_decode(struct po_one_line *o, char *buf, size_t len, bool at_end);

#endif
