/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * json.h - texts out of dumps as JSON.
 */
#ifndef JSON_H
#define JSON_H

#include <jansson.h>
#include <stdio.h>

#include <pageowner/stack.h>

/* JSON is UTF-8: each byte that is none becomes U+FFFD. */
json_t *json_text(struct pageowner_text text);

/* The frames of a stack, an array of their lines; NULL without memory */
json_t *json_frames(struct pageowner_text stack);

/* Puts a value into an object or an array and takes it over. Without memory for any of
 * it there is no object any more, and *to is NULL: never one with something missing. */
void json_set(json_t **to, const char *name, json_t *value);
void json_append(json_t **to, json_t *value);

/* Writes a value in one line, and gives it back: 0, or -ENOMEM, also if it is NULL. */
int json_put(FILE *file, json_t *value);
/* The same with what is in an object, without the braces around it */
int json_put_members(FILE *file, json_t *object);

/* JSON as jansson has it knows 63 bits: what is larger is the largest there is. */
static inline json_int_t json_most(uint64_t number)
{
	return number > INT64_MAX ? INT64_MAX : (json_int_t)number;
}

#endif
