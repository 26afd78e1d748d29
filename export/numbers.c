// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * numbers.c - text -> 0, 1, 2 ... in order of arrival, for formats with tables.
 *
 * GLib ends the process when memory runs out: this grows with distinct texts.
 */
#include "numbers.h"

#include <glib.h>

#include "writer.h"
#include "hash.h"

/* Of an entry beside its text: places in the table, and what malloc() adds */
#define ENTRY_COST	96

struct numbers {
	struct pageowner_export *e;
	GHashTable *table;	/* text -> its number, plus 1 */
};

struct numbers *numbers_new(struct pageowner_export *e)
{
	struct numbers *numbers = g_new(struct numbers, 1);

	numbers->e = e;
	numbers->table = g_hash_table_new_full(hash_string, g_str_equal, g_free,
					       NULL);
	return numbers;
}

void numbers_free(struct numbers *numbers)
{
	if (!numbers)
		return;
	g_hash_table_destroy(numbers->table);
	g_free(numbers);
}

uint32_t number_of(struct numbers *numbers, const char *bytes, size_t len,
		   const char **text, bool *is_new)
{
	char *key = g_utf8_make_valid(len ? bytes : "", (gssize)len);
	gpointer found, kept;

	*is_new = !g_hash_table_lookup_extended(numbers->table, key, &kept, &found);
	if (*is_new) {
		found = GUINT_TO_POINTER(g_hash_table_size(numbers->table) + 1);
		g_hash_table_insert(numbers->table, key, found);
		kept = key;
		export_take(numbers->e, len + ENTRY_COST);
	} else {
		g_free(key);
	}
	if (text)
		*text = kept;
	return GPOINTER_TO_UINT(found) - 1;
}
