// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * quoted.c - quoted-printable text of mails (RFC 2045) -> what was sent.
 *
 * It knows nothing of records; input.c decides whether it is used.
 */
#include "read/quoted.h"

#include "base/cursor.h"
#include "read/encoding.h"

/* Headers of a mail, of which others have "=" */
#define HEADERS_MAX	((size_t)4 << 10)
#define LINE_MAX_LEN	76
#define BROKEN_MIN	70	/* Mailers fill a line before they break it. */

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Whether each "=" of a line is an escape; *broken is set if it goes on in the next. */
static bool is_legal(const char *p, const char *end, bool *broken)
{
	const char *start = p;

	if (p < end && end[-1] == '\r')
		end--;
	if (end - p > LINE_MAX_LEN)
		return false;
	while (p < end && (p = memchr(p, '=', (size_t)(end - p)))) {
		if (p + 1 == end) {
			*broken |= end - start >= BROKEN_MIN;
			return true;
		}
		if (end - p < 3 || digit(p[1]) < 0 || digit(p[2]) < 0)
			return false;
		p += 3;
	}
	return true;
}

/* Whether the first node is "=3D1": kernels print a decimal number, mailers this for "=". */
static bool has_escaped_node(struct pageowner_text text)
{
	static const struct pageowner_text node = PO_TEXT("node=");
	const char *end = text.ptr + text.len;
	const char *p = memmem(text.ptr, text.len, node.ptr, node.len);

	p = p ? p + node.len : end;
	return end - p > 2 && !memcmp(p, "3D", 2) && po_is_digit(p[2]);
}

bool po_quoted_begins(const char *p, size_t len, bool *is_sure)
{
	static const struct pageowner_text header =
		PO_TEXT("\nContent-Transfer-Encoding: quoted-printable");
	const char *end, *newline;
	bool broken = false;

	if (len > PO_ENCODING_LOOK)
		len = PO_ENCODING_LOOK;
	*is_sure = false;
	if (!len)
		return false;
	end = p + len;
	for (const char *at = p; at < end; at = newline + 1) {
		newline = memchr(at, '\n', (size_t)(end - at));
		if (!newline)
			break;
		if (!is_legal(at, newline, &broken)) {
			*is_sure = len >= HEADERS_MAX;
			len = *is_sure ? HEADERS_MAX : len;
			return memmem(p, len, header.ptr, header.len) ||
				has_escaped_node((struct pageowner_text){ p, len });
		}
	}
	*is_sure = len == PO_ENCODING_LOOK;
	return broken || has_escaped_node((struct pageowner_text){ p, len });
}

size_t po_quoted_decode(struct po_quoted *q, char *buf, size_t len, bool at_end)
{
	const char *p = buf, *end = buf + len;
	char *to = buf;

	q->rest_len = 0;
	while (p < end) {
		const size_t left = (size_t)(end - p);
		int high, low;

		if (*p != '=') {
			*to++ = *p++;
			continue;
		}
		if (left < 3 && !at_end) {
			memcpy(q->rest, p, left);
			q->rest_len = left;
			break;
		}
		if (left > 1 && p[1] == '\n') {
			p += 2;
			continue;
		}
		if (left > 2 && p[1] == '\r' && p[2] == '\n') {
			p += 3;
			continue;
		}
		high = left > 2 ? digit(p[1]) : -1;
		low = left > 2 ? digit(p[2]) : -1;
		/* A control character is none of a text that is printed. */
		if (high < 0 || low < 0 || (high < 2 && (high || low != '\t'))) {
			*to++ = *p++;
			continue;
		}
		*to++ = (char)(high << 4 | low);
		p += 3;
	}
	return (size_t)(to - buf);
}
