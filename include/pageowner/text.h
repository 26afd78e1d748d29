/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text.h - make texts of a dump safe to show.
 *
 * Users of a machine choose the names of tasks, cgroups and modules, and a dump may be
 * forged. Printed unchanged, such a text can control a terminal, or look like another
 * text.
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
 * @buf: set to the text in one line, NUL-terminated; may be NULL if @size is 0
 * @size: size of @buf in bytes; 4 * @text.len + 1 is always enough
 *
 * Printable ASCII and valid UTF-8 are copied. Each byte of anything else becomes \xHH:
 * control characters (including newline, tab and escape), bytes that are not UTF-8, and
 * characters that are invisible or change how the rest reads (direction of writing,
 * zero width, line separators). A backslash is copied: the result is for people and
 * cannot be parsed.
 *
 * Return: the length of the complete result without the NUL, as snprintf() does. If that
 * is not less than @size, the result is truncated, but not within a character or a \xHH.
 */
size_t pageowner_text_printable(struct pageowner_text text, char *buf, size_t size);

#ifdef __cplusplus
}
#endif
#endif
