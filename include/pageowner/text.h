/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text.h - texts of a dump made safe to show.
 *
 * Task names, cgroups and module names are chosen by whoever runs on the machine, and
 * a dump may be forged. Printed as they are, they can command a terminal or show
 * something other than they are.
 */
#ifndef PAGEOWNER_TEXT_H
#define PAGEOWNER_TEXT_H

#include <pageowner/record.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * pageowner_text_printable() - make a text safe for a terminal
 * @text: any bytes
 * @buf: set to the text in one line, NUL-terminated unless @size is 0; NULL if @size is
 *	0
 * @size: of @buf in bytes; 4 * @text.len + 1 always suffices
 *
 * Printable ASCII and valid UTF-8 is copied. Each byte of anything else becomes \xHH:
 * control characters (newline, tab and escape included), bytes that are not UTF-8, and
 * characters that are invisible or change how the rest reads (direction of writing,
 * zero width, line separators). A backslash is copied: the result is for people, not to
 * be parsed.
 *
 * Return: the length of the whole result without the NUL, as snprintf() does; if that is
 * not less than @size, what does not fit is left out, never a part of a character or of
 * a \xHH.
 */
size_t pageowner_text_printable(struct pageowner_text text, char *buf, size_t size);

#ifdef __cplusplus
}
#endif
#endif
