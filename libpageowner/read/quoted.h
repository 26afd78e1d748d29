/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * quoted.h - quoted-printable text of mails (RFC 2045) -> what was sent.
 */
#ifndef PO_QUOTED_H
#define PO_QUOTED_H

#include "base/po.h"

/* Whether a text begins as such a mail, or as the body of one: each "=" is an escape, no
 * line is longer than 76, and a line was broken there. Plain dumps have "zone=", and
 * longer lines. *is_sure: more text makes no difference. */
bool po_quoted_begins(const char *p, size_t len, bool *is_sure);

/* A zeroed one is at the beginning. */
struct po_quoted {
	char rest[3];		/* of an escape that is not whole yet */
	size_t rest_len;
};

/*
 * Decode @len bytes in place, which follow those in @rest at @buf, up to an escape that is
 * not whole, which becomes the rest. @at_end: no more will follow. Returns what is left.
 */
size_t po_quoted_decode(struct po_quoted *q, char *buf, size_t len, bool at_end);

#endif
