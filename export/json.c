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
		json_array_append_new(list, json_text(frame.line));
	return list;
}

int json_put(FILE *file, json_t *value)
{
	if (!value)
		return -ENOMEM;
	/* What the file does not take, its closing tells. */
	json_dumpf(value, file, JSON_COMPACT | JSON_ENCODE_ANY);
	json_decref(value);
	return 0;
}
