/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * utf8.h - texts of dumps, which may be any bytes, for formats that are UTF-8.
 *
 * Each byte that is not part of a character becomes U+FFFD, a NUL too.
 */
#ifndef EXPORT_TEXT_H
#define EXPORT_TEXT_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <pageowner/record.h>

/* A string literal, or a string, as a text */
static inline struct pageowner_text text_of(const char *string)
{
	return (struct pageowner_text){ string, strlen(string) };
}

/* U+FFFD, which stands for a byte that is no text */
#define TEXT_NONE	"\xef\xbf\xbd"

/* How many bytes at the start of a text are valid, NUL left out */
size_t text_valid(struct pageowner_text text);

/* As UTF-8 */
void text_put(FILE *file, struct pageowner_text text);
/* A JSON string, in quotes; with everything but ASCII, and '<', escaped */
void text_put_json(FILE *file, struct pageowner_text text);
void text_put_json_ascii(FILE *file, struct pageowner_text text);
/* A field of CSV, in quotes; and a part of one */
void text_put_csv(FILE *file, struct pageowner_text text);
void text_put_csv_part(FILE *file, struct pageowner_text text);

/* A finite number with a point, whatever the locale has */
#define TEXT_REAL_MAX	40
const char *text_real(char buf[TEXT_REAL_MAX], double number);

#endif
