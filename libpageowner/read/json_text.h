/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * json_text.h - logs as JSON -> the text of their messages.
 */
#ifndef PO_JSON_TEXT_H
#define PO_JSON_TEXT_H

#include "base/po.h"

/* Zeroed it decodes nothing. */
struct po_json_text {
	const char *member;	/* whose values are the messages */
	char name[16];		/* of the last member, or a part of it */
	size_t name_len;
	bool in_string, in_message, in_bytes;
	bool is_next;		/* the value that follows is a message */
	bool is_escape;
	char last;		/* byte of the message, of which a line end is one */
	unsigned int digits;	/* of a \u that are missing */
	uint32_t code, high;	/* its value; the first half of a pair */
	unsigned int depth, index;	/* in "values": lists of a time and a message */
	uint32_t byte;		/* of a message as a list of numbers */
	bool has_byte;
};

/* Whether a text may be JSON: its first byte that is not blank */
bool po_json_may_begin(const char *p, size_t len);

/* Whether a text is JSON of which a member has text of page_owner: *j is set for it. */
bool po_json_begins(struct po_json_text *j, const char *p, size_t len);

/* Replace @len bytes by the text of the messages in them, one a line: its length */
size_t po_json_decode(struct po_json_text *j, char *buf, size_t len);

#endif
