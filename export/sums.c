// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * sums.c - name -> sums, for what several rows have in common.
 *
 * GLib ends the process when memory runs out: this grows with distinct names.
 */
#include "sums.h"

#include <glib.h>
#include <string.h>

#include "writer.h"
#include "hash.h"

/* Of a sum beside its name: its places in list and table, and what malloc() adds */
#define SUM_COST	(sizeof(struct sum) + 128)

struct sums {
	struct pageowner_export *e;
	GHashTable *table;	/* name -> its number in list, plus 1 */
	GPtrArray *list;
};

static void free_sum(gpointer data)
{
	struct sum *sum = data;

	g_free(sum->name);
	g_free(sum);
}

struct sums *sums_new(struct pageowner_export *e)
{
	struct sums *sums = g_new(struct sums, 1);

	sums->list = g_ptr_array_new_with_free_func(free_sum);
	sums->table = g_hash_table_new(hash_string, g_str_equal);
	sums->e = e;
	return sums;
}

void sums_free(struct sums *sums)
{
	if (!sums)
		return;
	g_hash_table_destroy(sums->table);
	g_ptr_array_free(sums->list, TRUE);
	g_free(sums);
}

struct sum *sums_of(struct sums *sums, const char *name, size_t len)
{
	char *text = g_strndup(len ? name : "", len);
	struct sum *sum = g_hash_table_lookup(sums->table, text);

	if (sum) {
		g_free(text);
		return sum;
	}
	export_take(sums->e, len + SUM_COST);
	sum = g_new0(struct sum, 1);
	sum->name = text;
	g_ptr_array_add(sums->list, sum);
	g_hash_table_insert(sums->table, text, sum);
	return sum;
}

static gint by_name(gconstpointer a, gconstpointer b)
{
	const struct sum *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static gint by_value(gconstpointer a, gconstpointer b)
{
	const struct sum *const *x = a, *const *y = b;

	if ((*x)->value[0] != (*y)->value[0])
		return (*x)->value[0] < (*y)->value[0] ? 1 : -1;
	return by_name(a, b);
}

struct sum **sums_by_name(struct sums *sums, size_t *count)
{
	g_ptr_array_sort(sums->list, by_name);
	*count = sums->list->len;
	return (struct sum **)sums->list->pdata;
}

struct sum **sums_by_value(struct sums *sums, size_t *count)
{
	g_ptr_array_sort(sums->list, by_value);
	*count = sums->list->len;
	return (struct sum **)sums->list->pdata;
}
