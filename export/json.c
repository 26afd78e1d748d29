// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * json.c - texts out of dumps as JSON.
 */
#include "json.h"

#include <errno.h>
#include <glib.h>

json_t *json_text(struct pageowner_text text)
{
	/* GLib ends the process when memory runs out, jansson returns NULL. */
	char *valid = g_utf8_make_valid(text.len ? text.ptr : "",
					(gssize)text.len);
	json_t *value = json_stringn_nocheck(valid, strlen(valid));

	g_free(valid);
	return value;
}

json_t *json_frames(struct pageowner_text stack)
{
	struct pageowner_frame frame;
	json_t *list = json_array();

	while (pageowner_frame_next(&stack, &frame))
		json_append(&list, json_text(frame.line));
	return list;
}

static void drop(json_t **value)
{
	json_decref(*value);
	*value = NULL;
}

void json_set(json_t **to, const char *name, json_t *value)
{
	if (json_object_set_new_nocheck(*to, name, value) < 0)
		drop(to);
}

void json_append(json_t **to, json_t *value)
{
	if (json_array_append_new(*to, value) < 0)
		drop(to);
}

/* Not json_dumps(): that loses names without memory for them. */
static int put(FILE *file, json_t *value, size_t flags)
{
	int ret = 0;

	if (!value)
		return -ENOMEM;
	/* What the file does not take, its closing tells. */
	if (json_dumpf(value, file, JSON_COMPACT | flags) < 0 && !ferror(file))
		ret = -ENOMEM;
	json_decref(value);
	return ret;
}

int json_put(FILE *file, json_t *value)
{
	return put(file, value, JSON_ENCODE_ANY);
}

int json_put_members(FILE *file, json_t *object)
{
	return put(file, object, JSON_EMBED);
}
